//! The plane of Morris: how large the elementary effects of each input are, and how much they differ from place to place.

use super::axis::TICK_SIZE;
use super::font;
use super::page::{Caption, MARGIN, Page, Swatch, WIDTH};
use super::plot::{EndLabel, end_labels};
use super::scale::{Scale, thinned};
use super::scene::{Align, Rect, Scene};
use super::style::{AXIS, DASH, GRID, QUIET, number, rounded, series_color, series_mark, text};

/// One input.
#[derive(Clone, PartialEq, Debug)]
pub struct ScreenedInput {
    /// Its name.
    pub name: String,
    /// Mean size of an effect.
    pub mu_star: (f64, Option<(f64, f64)>),
    /// Standard deviation of the effects.
    pub sigma: (f64, Option<(f64, f64)>),
    /// The best and the worst rank that intervals allow.
    pub ranks: Option<(usize, usize)>,
}

/// What the plane shows.
#[derive(Clone, PartialEq, Debug)]
pub struct ScreeningPlane {
    /// Where it comes from; its replications are those of one point.
    pub caption: Caption,
    /// Trajectories behind it.
    pub trajectories: u64,
    /// The measure.
    pub measure: String,
    /// Its unit; shares come in per cent.
    pub unit: String,
    /// Inputs, the largest first.
    pub inputs: Vec<ScreenedInput>,
}

/// More inputs are not drawn: their names would find no place.
const MOST: usize = 24;

impl ScreeningPlane {
    /// Lays the picture out.
    pub fn scene(&self) -> Scene {
        let reading = format!(
            "`{}` ({}) over {} trajectories, {} replications of each point: to the right the mean size μ* of an input's effect over \
             its whole range, upwards the standard deviation σ of its effects, without that of luck; 95 % intervals by \
             themselves",
            self.measure,
            self.unit,
            number(self.trajectories as f64, 0),
            number(self.caption.replications as f64, 0),
        );
        let mut page = Page::new("Which inputs matter at all", &self.caption, &reading);
        if self.inputs.is_empty() {
            page.nothing("nothing to draw: too few trajectories give the measure a value");
            return page.finish();
        }
        page.key(&[(
            Swatch::Dashed(AXIS, 1.2, DASH),
            "σ = μ*: above it, what an input does depends on where it and the others are".to_owned(),
        )]);
        self.draw(&mut page);
        if self.inputs.len() > MOST {
            let more = number((self.inputs.len() - MOST) as f64, 0);
            page.note(&format!("{more} inputs with a smaller μ* are in sensitivity.csv."));
        }
        page.note(
            "Right of each name: μ* and, in brackets, the rank as far as intervals of all differences at once can tell. Low and to \
             the left: hardly any effect. Low and to the right: the same effect everywhere. High: curvature or interactions.",
        );
        page.finish()
    }

    fn draw(&self, page: &mut Page) {
        let inputs = &self.inputs[..self.inputs.len().min(MOST)];
        let ends = |(value, interval): (f64, Option<(f64, f64)>)| {
            let (low, high) = interval.unwrap_or((value, value));
            [value, low, high, 0.0]
        };
        let x = Scale::holding(inputs.iter().flat_map(|input| ends(input.mu_star)), 5.0);
        let y = Scale::holding(inputs.iter().flat_map(|input| ends(input.sigma)), 5.0);
        let y_ticks = y.ticks();
        let room = y_ticks.iter().map(|t| font::width(&t.1, TICK_SIZE, false)).fold(0.0, f64::max) + 9.0;
        let left = MARGIN + room;
        let rect = Rect { x: left, y: page.y + 28.0, w: WIDTH - MARGIN - 330.0 - left, h: 400.0 };
        let at =
            |mu: f64, sigma: f64| (rect.x + x.share(mu) * rect.w, rect.bottom() - y.share(sigma) * rect.h);
        let scene = &mut page.scene;
        scene.text(text(
            (MARGIN, rect.y - 12.0),
            format!("σ, {}", self.unit),
            TICK_SIZE,
            QUIET,
            Align::Start,
        ));
        for (value, label) in &y_ticks {
            let (_, level) = at(0.0, *value);
            scene.line(vec![(rect.x, level), (rect.right(), level)], 1.0, GRID);
            scene.text(text((rect.x - 7.0, level + 4.0), label.clone(), TICK_SIZE, QUIET, Align::End));
        }
        for (value, label) in thinned(x.ticks(), rect.w) {
            let (place, _) = at(value, 0.0);
            scene.line(vec![(place, rect.y), (place, rect.bottom() + 4.0)], 1.0, GRID);
            scene.text(text((place, rect.bottom() + 17.0), label, TICK_SIZE, QUIET, Align::Middle));
        }
        let most = |scale: &Scale| scale.ticks().last().map_or(1.0, |tick| tick.0);
        let corner = most(&x).min(most(&y));
        scene.dashed(&[at(0.0, 0.0), at(corner, corner)], 1.2, AXIS, DASH);
        for (n, input) in inputs.iter().enumerate() {
            let color = series_color(n);
            let ((mu, across), (sigma, up)) = (input.mu_star, input.sigma);
            if let Some((low, high)) = across {
                scene.line(vec![at(low, sigma), at(high, sigma)], 1.0, color);
            }
            if let Some((low, high)) = up {
                scene.line(vec![at(mu, low), at(mu, high)], 1.0, color);
            }
        }
        for (n, input) in inputs.iter().enumerate() {
            series_mark(scene, n, at(input.mu_star.0, input.sigma.0));
        }
        let label = |(series, input): (usize, &ScreenedInput)| {
            let ranks = match input.ranks {
                Some((best, worst)) if best == worst => format!(" ({best})"),
                Some((best, worst)) => format!(" ({best}–{worst})"),
                None => String::new(),
            };
            let (_, y) = at(input.mu_star.0, input.sigma.0);
            let figure = format!("{}{ranks}", rounded(input.mu_star.0));
            EndLabel { name: input.name.clone(), figure, at: (rect.right(), y), series }
        };
        let labels = inputs.iter().enumerate().map(label).collect();
        end_labels(scene, labels, rect.right(), rect.y, rect.bottom(), WIDTH - MARGIN - rect.right());
        let middle = (rect.x + rect.w / 2.0, rect.bottom() + 35.0);
        scene.text(text(middle, format!("μ*, {}", self.unit), TICK_SIZE, QUIET, Align::Middle));
        page.y = rect.bottom() + 42.0;
    }
}
