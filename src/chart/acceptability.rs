//! How likely each plan is the best choice, by what a unit of a measure is worth.

use super::axis::{Amounts, TICK_SIZE};
use super::page::{Caption, MARGIN, Page, WIDTH};
use super::plot::{EndLabel, Plot, end_labels, foot};
use super::scene::{Align, Rect, Scene};
use super::style::{QUIET, series_color, series_mark, text};

/// One plan's curve.
#[derive(Clone, PartialEq, Debug)]
pub struct Acceptance {
    /// The plan.
    pub plan: String,
    /// Price of a unit, and the share of resamples in which the plan is the best choice at it.
    pub points: Vec<(f64, f64)>,
}

/// What the chart of acceptability shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Acceptability {
    /// Where it comes from.
    pub caption: Caption,
    /// The measure, and what one unit of it is.
    pub measure: String,
    /// The unit.
    pub unit: String,
    /// Plans in their order, the base first.
    pub plans: Vec<Acceptance>,
    /// Plans that are unlikely at every price, and not drawn.
    pub hidden: Vec<String>,
}

impl Acceptability {
    /// Lays the picture out.
    pub fn scene(&self) -> Scene {
        let reading = format!(
            "Share of resampled replications in which the plan has the greatest net benefit, if improving `{}` by one \
             unit ({}) is worth the amount below; it shows chance alone, not what is left out of the model",
            self.measure, self.unit
        );
        let mut page = Page::new("Which plan is the best choice at a price", &self.caption, &reading);
        let largest = self.plans.iter().flat_map(|p| &p.points).map(|(price, _)| *price).fold(0.0, f64::max);
        if largest <= 0.0 {
            page.nothing("nothing to draw: no plan costs more and helps");
            return page.finish();
        }
        self.draw(&mut page, largest);
        page.finish()
    }

    fn draw(&self, page: &mut Page, largest: f64) {
        let (x, y) = (Amounts::reaching(largest, 5.0), Amounts::reaching(1.0, 4.0));
        let y_ticks = y.percent_ticks();
        let left = MARGIN + super::plot::label_room(&y_ticks);
        let rect = Rect { x: left, y: page.y + 16.0, w: WIDTH - MARGIN - 190.0 - left, h: 320.0 };
        let plot = Plot { rect, x_max: x.max, y_max: y.max };
        let ticks = x.ticks();
        plot.y_axis(&mut page.scene, &y_ticks, true);
        plot.x_axis(&mut page.scene, &ticks);
        for (n, plan) in self.plans.iter().enumerate() {
            let line: Vec<_> = plan.points.iter().map(|(price, share)| plot.at(*price, *share)).collect();
            page.scene.line(line.clone(), 2.2, series_color(n));
            line.iter().skip(2 + n % 5).step_by(8).for_each(|at| series_mark(&mut page.scene, n, *at));
        }
        let labels = self.plans.iter().enumerate().filter_map(|(series, plan)| {
            let (price, share) = *plan.points.last()?;
            let figure = format!("{:.0} %", 100.0 * share);
            Some(EndLabel { name: plan.plan.clone(), figure, at: plot.at(price, share), series })
        });
        let (x, room) = (rect.right(), WIDTH - MARGIN - rect.right());
        end_labels(&mut page.scene, labels.collect(), x, rect.y, rect.bottom(), room);
        page.y = rect.bottom() + foot(&ticks);
        let words = format!("what one ({}) of `{}` is worth", self.unit, self.measure);
        page.scene.text(text((rect.x + rect.w / 2.0, page.y + 6.0), words, TICK_SIZE, QUIET, Align::Middle));
        page.y += 14.0;
        if !self.hidden.is_empty() {
            page.note(&format!("Below 5 % at every price, and not drawn: {}.", self.hidden.join(", ")));
        }
    }
}
