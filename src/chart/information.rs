//! What it is worth to know before choosing, by what a unit of a measure is worth.

use super::axis::{Amounts, TICK_SIZE};
use super::page::{Caption, MARGIN, Page, WIDTH};
use super::plot::{EndLabel, Plot, end_labels, foot, label_room};
use super::scene::{Align, Rect, Scene};
use super::style::{QUIET, money, rounded, series_color, series_mark, text};

/// The worth of one kind of knowledge.
#[derive(Clone, PartialEq, Debug)]
pub struct Worth {
    /// What would be known.
    pub of: String,
    /// Price of a unit of the measure, and what the knowledge is worth at it.
    pub points: Vec<(f64, f64)>,
}

/// What the chart of the worth of knowledge shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Information {
    /// Where it comes from.
    pub caption: Caption,
    /// The measure.
    pub measure: String,
    /// Its unit.
    pub unit: String,
    /// The currency.
    pub currency: String,
    /// Everything together first, then single values.
    pub lines: Vec<Worth>,
}

impl Information {
    /// Lays the picture out.
    pub fn scene(&self) -> Scene {
        let reading = format!(
            "Expected gain, {}, from choosing the plan after the values that nobody knows have become known, if improving `{}` by \
             one unit ({}) is worth the amount below. Chance is left in the draws, so the worth of everything is a little too large; single \
             values are hints which of them matters",
            money(&self.currency),
            self.measure,
            self.unit
        );
        let mut page = Page::new("What it is worth to know before choosing", &self.caption, &reading);
        let points = || self.lines.iter().flat_map(|line| &line.points);
        let largest = points().map(|point| point.0).fold(0.0, f64::max);
        let most = points().map(|point| point.1).fold(0.0, f64::max);
        if largest <= 0.0 || most <= 0.0 {
            page.nothing("nothing to draw: at every price the same plan is the best in every draw");
            return page.finish();
        }
        self.draw(&mut page, largest, most);
        page.finish()
    }

    fn draw(&self, page: &mut Page, largest: f64, most: f64) {
        let (x, y) = (Amounts::reaching(largest, 5.0), Amounts::reaching(most, 5.0));
        let y_ticks = y.ticks();
        let left = MARGIN + label_room(&y_ticks);
        let rect = Rect { x: left, y: page.y + 16.0, w: WIDTH - MARGIN - 270.0 - left, h: 320.0 };
        let plot = Plot { rect, x_max: x.max, y_max: y.max };
        let ticks = x.ticks();
        plot.y_axis(&mut page.scene, &y_ticks, true);
        plot.x_axis(&mut page.scene, &ticks);
        for (n, line) in self.lines.iter().enumerate() {
            let points: Vec<_> = line.points.iter().map(|(price, worth)| plot.at(*price, *worth)).collect();
            page.scene.line(points.clone(), 2.2, series_color(n));
            for at in points {
                series_mark(&mut page.scene, n, at);
            }
        }
        let label = |(series, line): (usize, &Worth)| {
            let (price, worth) = *line.points.last()?;
            let at = plot.at(price, worth);
            Some(EndLabel { name: line.of.clone(), figure: rounded(worth), at, series })
        };
        let labels = self.lines.iter().enumerate().filter_map(label).collect();
        let (right, room) = (rect.right(), WIDTH - MARGIN - rect.right());
        end_labels(&mut page.scene, labels, right, rect.y, rect.bottom(), room);
        page.y = rect.bottom() + foot(&ticks);
        let words = format!("what one ({}) of `{}` is worth", self.unit, self.measure);
        page.scene.text(text((rect.x + rect.w / 2.0, page.y + 6.0), words, TICK_SIZE, QUIET, Align::Middle));
        page.y += 14.0;
    }
}
