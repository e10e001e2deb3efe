//! How long tips wait for one milestone: a curve of the share reached by age for each class, with the targets.

use crate::units::Duration;

use super::axis::{Ages, Amounts};
use super::page::{Caption, MARGIN, Page, Swatch, WIDTH};
use super::plot::{EndLabel, Plot, end_labels, label_room};
use super::scene::{Align, Color, Point, Rect, Scene};
use super::style::{BLUE, DASH, DOT, INK, PAPER, replications, rounded, series_color, series_mark, text};

/// Share reached at one age.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct CurvePoint {
    /// Since arrival, or since the milestone's `from`.
    pub age: Duration,
    /// Share of the class that has reached the milestone by then.
    pub share: f64,
    /// The pointwise interval of the mean curve.
    pub interval: (f64, f64),
}

/// One class' curve.
#[derive(Clone, PartialEq, Debug)]
pub struct Curve {
    /// The class, as the scenario names it.
    pub class: String,
    /// Ages in order.
    pub points: Vec<CurvePoint>,
    /// The shortest follow-up in the class: beyond it the curve assumes that late arrivals fare like early ones.
    pub observed_to: Duration,
}

/// A target to compare the curves with.
#[derive(Clone, PartialEq, Debug)]
pub struct TargetMark {
    /// The class it is for; `None` is all classes together.
    pub class: Option<String>,
    /// The limit.
    pub within: Duration,
    /// The share asked for.
    pub share: f64,
}

/// What the time-to-action chart of one milestone shows.
#[derive(Clone, PartialEq, Debug)]
pub struct TimeToAction {
    /// Where it comes from.
    pub caption: Caption,
    /// The milestone's id.
    pub milestone: String,
    /// What the milestone means, in words.
    pub meaning: String,
    /// One curve a class, most urgent first.
    pub curves: Vec<Curve>,
    /// Targets on this milestone.
    pub targets: Vec<TargetMark>,
}

const PLOT_HEIGHT: f64 = 380.0;
const NAMES: f64 = 200.0;

impl TimeToAction {
    /// Lays the picture out.
    pub fn scene(&self) -> Scene {
        let reading = format!(
            "{}. Share of tips by age (logarithmic scale), other ends counted as never reached; band: pointwise 95 % \
             t interval of the mean of {}",
            capitalised(&self.meaning),
            replications(self.caption.replications)
        );
        let title = format!("Time to `{}` by class", self.milestone);
        let mut page = Page::new(&title, &self.caption, &reading);
        if self.curves.iter().all(|curve| curve.points.is_empty()) {
            page.nothing("nothing to draw: no tip's clock started in the measuring window");
            return page.finish();
        }
        page.key(&self.key());
        self.draw(&mut page);
        page.finish()
    }

    fn key(&self) -> Vec<(Swatch, String)> {
        let mut key = vec![(Swatch::Line(INK), "observed for every tip".to_owned())];
        if self.curves.iter().any(|curve| curve.points.iter().any(|p| p.age > curve.observed_to)) {
            let meaning = "beyond the shortest follow-up: assumes that late arrivals fare like early ones";
            key.push((Swatch::Dashed(INK, 2.0, DASH), meaning.to_owned()));
        }
        key.push((Swatch::Fill(BLUE.tint(0.2)), "95 % interval".to_owned()));
        if !self.targets.is_empty() {
            key.push((Swatch::Dashed(INK, 1.0, DOT), "target: limit and share asked for".to_owned()));
        }
        key
    }

    fn draw(&self, page: &mut Page) {
        let ages = self.ages();
        let ticks = Amounts::reaching(1.0, 4.0).percent_ticks();
        let left = MARGIN + label_room(&ticks);
        let rect = Rect { x: left, y: page.y + 8.0, w: WIDTH - MARGIN - NAMES - left, h: PLOT_HEIGHT };
        let plot = Plot { rect, x_max: 1.0, y_max: 1.0 };
        let scene = &mut page.scene;
        plot.y_axis(scene, &ticks, true);
        for curve in self.curves.iter().enumerate() {
            draw_band(scene, &plot, &ages, curve);
        }
        for curve in self.curves.iter().enumerate() {
            draw_curve(scene, &plot, &ages, curve, self.curves.len());
        }
        plot.x_axis(scene, &ages.ticks(rect.w));
        let names = self.curves.iter().enumerate().filter_map(|(series, curve)| {
            let last = curve.points.last()?;
            let figure = format!("{} %", rounded(last.share * 100.0));
            Some(EndLabel {
                name: curve.class.clone(),
                figure,
                at: plot.at(ages.share(last.age), last.share),
                series,
            })
        });
        end_labels(scene, names.collect(), rect.right(), rect.y, rect.bottom(), NAMES);
        for target in &self.targets {
            self.draw_target(scene, &plot, &ages, target);
        }
        page.y = rect.bottom() + 22.0;
        page.note("Age since the clock started. At the right end: share reached by the last age shown.");
    }

    /// From a landmark before the first visible rise to the last age of any curve.
    fn ages(&self) -> Ages {
        let points = || self.curves.iter().flat_map(|curve| &curve.points);
        let limits = self.targets.iter().map(|target| target.within);
        let rise = points().filter(|p| p.share > 0.01).map(|p| p.age).chain(limits.clone()).min();
        let last = points().map(|p| p.age).chain(limits).max();
        let first = rise.map_or(Duration::ZERO, |age| Duration(age.0 - 1));
        Ages::spanning(first, last.unwrap_or(Duration::ZERO))
    }

    /// The cross-hair of limit and share with its words.
    fn draw_target(&self, scene: &mut Scene, plot: &Plot, ages: &Ages, target: &TargetMark) {
        let series = self.curves.iter().position(|curve| Some(&curve.class) == target.class.as_ref());
        let color = series.map_or(INK, series_color);
        let (x, y) = plot.at(ages.share(target.within), target.share);
        scene.dashed(&[(plot.rect.x, y), (x, y), (x, plot.rect.bottom())], 1.3, color, DOT);
        let arm = 6.0;
        scene.line(vec![(x - arm, y), (x + arm, y)], 2.0, color);
        scene.line(vec![(x, y - arm), (x, y + arm)], 2.0, color);
        let class = target.class.as_deref().unwrap_or("all classes");
        let words = format!("{class}: {} % within {}", rounded(target.share * 100.0), target.within);
        write_beside(scene, (x, y), &words, plot.rect);
    }
}

/// Points of a curve that lie on the axis, at most two to a pixel, as (place, point).
fn visible<'a>(ages: &Ages, curve: &'a Curve, width: f64) -> Vec<(f64, &'a CurvePoint)> {
    let mut kept: Vec<(f64, &CurvePoint)> = Vec::new();
    let last = curve.points.len().saturating_sub(1);
    for (k, point) in curve.points.iter().enumerate() {
        let x = ages.share(point.age);
        match kept.last() {
            // Of the points before the axis only the last counts: it is the height at which the curve begins.
            Some(&(before, _)) if x <= 0.0 && before <= 0.0 => {
                *kept.last_mut().expect("just seen") = (x, point);
            }
            Some(&(before, _)) if (x - before) * width < 0.5 && k != last => {}
            _ => kept.push((x, point)),
        }
    }
    kept
}

fn draw_band(scene: &mut Scene, plot: &Plot, ages: &Ages, (series, curve): (usize, &Curve)) {
    let band: Vec<(f64, f64, f64)> = visible(ages, curve, plot.rect.w)
        .into_iter()
        .map(|(x, point)| (x, point.interval.0, point.interval.1))
        .collect();
    plot.band(scene, &band, Color { alpha: 0.2, ..series_color(series) });
}

fn draw_curve(scene: &mut Scene, plot: &Plot, ages: &Ages, (series, curve): (usize, &Curve), of: usize) {
    let color = series_color(series);
    let points = visible(ages, curve, plot.rect.w);
    let place = |&(x, point): &(f64, &CurvePoint)| plot.at(x, point.share);
    let split = points.partition_point(|(_, point)| point.age <= curve.observed_to);
    scene.line(points[..split].iter().map(place).collect(), 2.2, color);
    let beyond: Vec<Point> = points[split.saturating_sub(1)..].iter().map(place).collect();
    scene.dashed(&beyond, 2.2, color, DASH);
    // Marks sit at other places on each curve, so that curves on top of each other still show both.
    for k in 0..5u8 {
        let x = (f64::from(k) + (series as f64 + 0.5) / of as f64) / 5.0;
        let after = points.partition_point(|(at, _)| *at < x);
        if let Some(point) = points.get(after).filter(|_| after > 0) {
            series_mark(scene, series, place(point));
        }
    }
}

/// Writes beside a cross-hair, first above its horizontal arm: curves that fall short of the target run below. The
/// first place counts where no other text stands.
fn write_beside(scene: &mut Scene, (x, y): Point, words: &str, within: Rect) {
    let taken: Vec<Rect> = scene.text_boxes();
    let heights = (0..12).flat_map(|k| [-5.0 - 16.0 * f64::from(k), 13.0 + 16.0 * f64::from(k)]);
    let places = heights.flat_map(|dy| [(Align::End, x - 8.0, y + dy), (Align::Start, x + 8.0, y + dy)]);
    for (align, x, y) in places {
        let label = text((x, y), words, 12.0, INK, align);
        let bounds = label.bounds();
        let inside = bounds.x >= within.x
            && bounds.right() <= within.right()
            && bounds.y >= within.y
            && bounds.bottom() <= within.bottom() - 4.0;
        if inside && !taken.iter().any(|other| bounds.touches(other)) {
            scene.fill(bounds, Color { alpha: 0.7, ..PAPER });
            return scene.text(label);
        }
    }
}

/// The words with a capital first letter, to begin a sentence with.
fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
