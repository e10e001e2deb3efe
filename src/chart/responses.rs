//! Response curves: each measure of a sweep over the values of one parameter, with its intervals.

use super::axis::TICK_SIZE;
use super::font;
use super::page::{Caption, MARGIN, Page, Swatch, WIDTH};
use super::scale::{Scale, thinned};
use super::scene::{Align, Point, Rect, Scene, Text};
use super::style::{
    AXIS, DASH, GRID, INK, QUIET, VERMILION, number, replications, series_color, series_mark, text,
};

/// A measure at one point.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ResponsePoint {
    /// The parameter's value; of words their place in the list, from 0.
    pub x: f64,
    /// Mean.
    pub estimate: f64,
    /// Its interval; none where one replication gives no more than itself.
    pub interval: Option<(f64, f64)>,
}

/// One measure.
#[derive(Clone, PartialEq, Debug)]
pub struct Response {
    /// Its full name.
    pub measure: String,
    /// Unit of the values; shares come in per cent.
    pub unit: String,
    /// What a target asks for, in the same unit.
    pub asked: Option<f64>,
    /// By series: points in the order of the parameter's values.
    pub series: Vec<Vec<ResponsePoint>>,
}

/// What a chart of response curves shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Responses {
    /// Where it comes from.
    pub caption: Caption,
    /// The parameter's path.
    pub parameter: String,
    /// Unit of its values; empty where they have none.
    pub unit: String,
    /// Words that stand for values; none where they are numbers.
    pub words: Vec<String>,
    /// Whether points of a series are joined: their values are numbers, and nothing else differs between them.
    pub joined: bool,
    /// Points of the sweep.
    pub points: usize,
    /// What each series is: the other parameters with their values. One empty name where there are none.
    pub names: Vec<String>,
    /// Measures in their order.
    pub measures: Vec<Response>,
}

const HEIGHT: f64 = 190.0;
const HEAD: f64 = 40.0;
const FOOT: f64 = 46.0;
/// Bands of more series would hide each other.
const BANDS: usize = 3;

impl Responses {
    /// Lays the picture out.
    pub fn scene(&self) -> Scene {
        let what = if self.joined {
            "a curve joins points that differ in nothing else"
        } else {
            "a mark is a point"
        };
        let reading = format!(
            "Mean over {} of each of {} points under the same random numbers, with the 95 % interval of each point by \
             itself (differences between points are known better); {what}; axes do not begin at zero",
            replications(self.caption.replications),
            number(self.points as f64, 0),
        );
        let mut page = Page::new(&format!("What `{}` changes", self.parameter), &self.caption, &reading);
        if self.measures.iter().all(|measure| measure.points().next().is_none()) {
            page.nothing("nothing to draw: no measure has a value at any point");
            return page.finish();
        }
        let mut key: Vec<(Swatch, String)> =
            (self.names.iter().enumerate().filter(|(_, name)| !name.is_empty()))
                .map(|(n, name)| (Swatch::Series(n), name.clone()))
                .collect();
        if self.measures.iter().any(|measure| measure.asked.is_some()) {
            key.push((Swatch::Dashed(VERMILION, 1.4, DASH), "asked by the target".to_owned()));
        }
        if !key.is_empty() {
            page.key(&key);
        }
        self.draw(&mut page);
        page.finish()
    }

    fn draw(&self, page: &mut Page) {
        let columns = if self.measures.len() > 1 { 2 } else { 1 };
        let cell = (WIDTH - 2.0 * MARGIN + 20.0) / columns as f64;
        for row in self.measures.chunks(columns) {
            for (k, measure) in row.iter().enumerate() {
                let left = MARGIN + k as f64 * cell;
                measure.title(&mut page.scene, (left, page.y + 22.0), cell - 20.0);
                let y = measure.scale();
                let ticks = y.ticks();
                let room =
                    ticks.iter().map(|t| font::width(&t.1, TICK_SIZE, false)).fold(0.0, f64::max) + 9.0;
                let rect = Rect { x: left + room, y: page.y + HEAD + 10.0, w: cell - room - 34.0, h: HEIGHT };
                let plot = Plot { rect, x: self.scale(), y };
                plot.axes(&mut page.scene, &ticks, &self.ticks(rect.w));
                let middle = (rect.x + rect.w / 2.0, rect.bottom() + 33.0);
                let unit = if self.unit.is_empty() { String::new() } else { format!(", {}", self.unit) };
                let words = font::shorten(&format!("{}{unit}", self.parameter), TICK_SIZE, false, rect.w);
                page.scene.text(text(middle, words, TICK_SIZE, QUIET, Align::Middle));
                plot.draw(&mut page.scene, measure, self.joined);
            }
            page.y += HEAD + 10.0 + HEIGHT + FOOT;
        }
    }

    /// The axis of the parameter, with white at both ends for what stands there.
    fn scale(&self) -> Scale {
        if self.words.is_empty() {
            let values = self.measures.iter().flat_map(Response::points).map(|point| point.x);
            return Scale::holding(values, 5.0);
        }
        Scale::places(self.words.len())
    }

    fn ticks(&self, width: f64) -> Vec<(f64, String)> {
        if self.words.is_empty() {
            return thinned(self.scale().ticks(), width);
        }
        let room = width / self.words.len() as f64 - 6.0;
        let label = |(k, word): (usize, &String)| (k as f64, font::shorten(word, TICK_SIZE, false, room));
        self.words.iter().enumerate().map(label).collect()
    }
}

impl Response {
    fn points(&self) -> impl Iterator<Item = &ResponsePoint> {
        self.series.iter().flatten()
    }

    fn scale(&self) -> Scale {
        let ends = |p: &ResponsePoint| {
            let (low, high) = p.interval.unwrap_or((p.estimate, p.estimate));
            [p.estimate, low, high]
        };
        Scale::holding(self.points().flat_map(ends).chain(self.asked), 4.0)
    }

    fn title(&self, scene: &mut Scene, (x, y): Point, room: f64) {
        let name = font::shorten(&self.measure, 12.0, true, room);
        scene.text(Text { bold: true, ..text((x, y), name, 12.0, INK, Align::Start) });
        scene.text(text(
            (x, y + 15.0),
            font::shorten(&self.unit, 11.0, false, room),
            11.0,
            QUIET,
            Align::Start,
        ));
    }
}

/// One measure's rectangle with its axes.
struct Plot {
    rect: Rect,
    x: Scale,
    y: Scale,
}

impl Plot {
    fn at(&self, x: f64, y: f64) -> Point {
        (self.rect.x + self.x.share(x) * self.rect.w, self.rect.bottom() - self.y.share(y) * self.rect.h)
    }

    fn axes(&self, scene: &mut Scene, y: &[(f64, String)], x: &[(f64, String)]) {
        let (left, right, bottom) = (self.rect.x, self.rect.right(), self.rect.bottom());
        for (value, label) in y {
            let (_, level) = self.at(0.0, *value);
            scene.line(vec![(left, level), (right, level)], 1.0, GRID);
            scene.text(text((left - 7.0, level + 4.0), label.clone(), TICK_SIZE, QUIET, Align::End));
        }
        scene.line(vec![(left, bottom), (right, bottom)], 1.2, AXIS);
        for (value, label) in x {
            let (place, _) = self.at(*value, 0.0);
            scene.line(vec![(place, bottom), (place, bottom + 4.0)], 1.0, AXIS);
            scene.text(text((place, bottom + 16.0), label.clone(), TICK_SIZE, QUIET, Align::Middle));
        }
    }

    fn draw(&self, scene: &mut Scene, measure: &Response, joined: bool) {
        let bands = joined && measure.series.len() <= BANDS;
        for (n, series) in measure.series.iter().enumerate().filter(|_| bands) {
            let ends: Vec<(f64, (f64, f64))> =
                series.iter().filter_map(|p| p.interval.map(|ends| (p.x, ends))).collect();
            let upper = ends.iter().map(|(x, (_, high))| self.at(*x, *high));
            let lower = ends.iter().rev().map(|(x, (low, _))| self.at(*x, *low));
            scene.area(upper.chain(lower).collect(), series_color(n).tint(0.17));
        }
        if let Some(asked) = measure.asked {
            let (_, level) = self.at(0.0, asked);
            scene.dashed(&[(self.rect.x, level), (self.rect.right(), level)], 1.4, VERMILION, DASH);
        }
        for (n, series) in measure.series.iter().enumerate() {
            let color = series_color(n);
            for point in series {
                if let Some((low, high)) = point.interval.filter(|_| !bands) {
                    scene.line(vec![self.at(point.x, low), self.at(point.x, high)], 1.0, color);
                }
            }
            if joined {
                scene.line(series.iter().map(|p| self.at(p.x, p.estimate)).collect(), 2.0, color);
            }
            for p in series {
                series_mark(scene, n, self.at(p.x, p.estimate));
            }
        }
    }
}
