//! The cost-effectiveness plane: what each plan costs more than the base, and what it changes for that.

use super::axis::{Span, TICK_SIZE};
use super::font;
use super::page::{Caption, MARGIN, Page, WIDTH};
use super::plot::{EndLabel, end_labels};
use super::scene::{Align, Rect, Scene};
use super::style::{AXIS, GRID, QUIET, money, replications, rounded, series_color, series_mark, text};

/// A plan on the plane.
#[derive(Clone, PartialEq, Debug)]
pub struct PlanePoint {
    /// The plan.
    pub plan: String,
    /// Extra cost, and its interval.
    pub cost: (f64, f64, f64),
    /// Change of the measure, and its interval.
    pub effect: (f64, f64, f64),
}

/// What the chart of costs and effects shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Plane {
    /// Where it comes from.
    pub caption: Caption,
    /// The measure.
    pub measure: String,
    /// Its unit.
    pub unit: String,
    /// The currency.
    pub currency: String,
    /// Whether more of the measure is better.
    pub more_is_better: bool,
    /// Plans in their order, the base apart.
    pub plans: Vec<PlanePoint>,
}

impl Plane {
    /// Lays the picture out.
    pub fn scene(&self) -> Scene {
        let reading = format!(
            "Each plan against the base, which stands where the lines of zero cross: extra cost of the whole window ({}) \
             to the right, change of `{}` ({}) upwards, {} is better; mean over {} of each, 95 % intervals by themselves",
            money(&self.currency),
            self.measure,
            self.unit,
            if self.more_is_better { "up" } else { "down" },
            replications(self.caption.replications)
        );
        let mut page = Page::new("What it costs and what it changes", &self.caption, &reading);
        if self.plans.is_empty() {
            page.nothing("nothing to draw: no plan differs in cost");
            return page.finish();
        }
        self.draw(&mut page);
        page.finish()
    }

    fn draw(&self, page: &mut Page) {
        let ends = |(estimate, low, high): (f64, f64, f64)| [estimate, low, high];
        let x = Span::holding(self.plans.iter().flat_map(|p| ends(p.cost)), 5.0);
        let y = Span::holding(self.plans.iter().flat_map(|p| ends(p.effect)), 6.0);
        let y_ticks = y.ticks();
        let left = MARGIN + super::plot::label_room(&y_ticks);
        let rect = Rect { x: left, y: page.y + 16.0, w: WIDTH - MARGIN - 230.0 - left, h: 420.0 };
        let at = |cost: f64, effect: f64| {
            (rect.x + x.share(cost) * rect.w, rect.bottom() - y.share(effect) * rect.h)
        };
        let scene = &mut page.scene;
        for tick in &y_ticks {
            let (_, level) = at(0.0, tick.at);
            let color = if tick.at.abs() < 1e-12 { AXIS } else { GRID };
            scene.line(vec![(rect.x, level), (rect.right(), level)], 1.0, color);
            scene.text(text((rect.x - 7.0, level + 4.0), tick.label.clone(), TICK_SIZE, QUIET, Align::End));
        }
        for tick in x.ticks() {
            let (place, _) = at(tick.at, 0.0);
            let color = if tick.at.abs() < 1e-12 { AXIS } else { GRID };
            scene.line(vec![(place, rect.y), (place, rect.bottom() + 4.0)], 1.0, color);
            scene.text(text((place, rect.bottom() + 17.0), tick.label, TICK_SIZE, QUIET, Align::Middle));
        }
        // The base is the first series of the other pictures.
        for (n, plan) in (1..).zip(&self.plans) {
            let color = series_color(n);
            let ((cost, least, most), (effect, low, high)) = (plan.cost, plan.effect);
            scene.line(vec![at(least, effect), at(most, effect)], 1.2, color);
            scene.line(vec![at(cost, low), at(cost, high)], 1.2, color);
            series_mark(scene, n, at(cost, effect));
        }
        let label = |(series, plan): (usize, &PlanePoint)| {
            let (_, y) = at(plan.cost.0, plan.effect.0);
            let figure = signed(plan.effect.0);
            EndLabel { name: plan.plan.clone(), figure, at: (rect.right(), y), series }
        };
        let labels = (1..).zip(&self.plans).map(label).collect();
        end_labels(scene, labels, rect.right(), rect.y, rect.bottom(), WIDTH - MARGIN - rect.right());
        let words =
            font::shorten(&format!("extra cost, {}", money(&self.currency)), TICK_SIZE, false, rect.w);
        let middle = (rect.x + rect.w / 2.0, rect.bottom() + 36.0);
        scene.text(text(middle, words, TICK_SIZE, QUIET, Align::Middle));
        page.y = rect.bottom() + 44.0;
        page.note("Right of each name: the mean change of the measure.");
    }
}

fn signed(value: f64) -> String {
    let text = rounded(value);
    if value > 0.0 && text != "0" { format!("+{text}") } else { text }
}
