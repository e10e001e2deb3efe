//! Plans under other regimes of demand: for each measure, how far each plan is from the base in every regime.

use super::axis::{Span, TICK_SIZE};
use super::font;
use super::page::{Caption, MARGIN, Page, Swatch, WIDTH};
use super::scene::{Align, Point, Rect, Scene, Text};
use super::style::{AXIS, GRID, INK, QUIET, replications, series_color, series_mark, text};

/// One measure under all regimes.
#[derive(Clone, PartialEq, Debug)]
pub struct MeasureStress {
    /// The measure.
    pub measure: String,
    /// Unit of the differences.
    pub unit: String,
    /// Whether more is better.
    pub more_is_better: bool,
    /// By regime.
    pub regimes: Vec<RegimeDifferences>,
}

/// All plans in one regime.
#[derive(Clone, PartialEq, Debug)]
pub struct RegimeDifferences {
    /// The regime.
    pub regime: String,
    /// By plan: the difference from the base, and the ends of its interval; none where one has no value.
    pub plans: Vec<Option<(f64, f64, f64)>>,
}

/// What the chart of regimes shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Stress {
    /// Where it comes from.
    pub caption: Caption,
    /// Plans, the base apart.
    pub plans: Vec<String>,
    /// Measures in their order.
    pub measures: Vec<MeasureStress>,
}

const HEAD: f64 = 36.0;
const FOOT: f64 = 34.0;
/// Height of one plan within a regime.
const LINE: f64 = 9.0;

impl Stress {
    /// Lays the picture out.
    pub fn scene(&self) -> Scene {
        let reading = format!(
            "Plan minus base in each future, mean over {} with 95 % intervals by themselves; where two marks change sides \
             from one future to the next, the better plan depends on what comes",
            replications(self.caption.replications)
        );
        let mut page = Page::new("Do the plans hold in other futures?", &self.caption, &reading);
        if self.measures.is_empty() {
            page.nothing("nothing to draw: no measure of which more or less is better has a value");
            return page.finish();
        }
        // The base is the first series of the other pictures.
        let key: Vec<(Swatch, String)> =
            (1..).zip(&self.plans).map(|(n, plan)| (Swatch::Series(n), plan.clone())).collect();
        page.key(&key);
        self.draw(&mut page);
        page.finish()
    }

    fn draw(&self, page: &mut Page) {
        let columns = if self.measures.len() > 1 { 2 } else { 1 };
        let cell = (WIDTH - 2.0 * MARGIN + 20.0) / columns as f64;
        let regimes = self.measures.iter().flat_map(|m| &m.regimes);
        let names =
            regimes.map(|of| font::width(&of.regime, 12.0, false)).fold(0.0, f64::max).min(cell * 0.4) + 8.0;
        let row = (LINE * self.plans.len() as f64).max(18.0) + 6.0;
        for line in self.measures.chunks(columns) {
            let most = line.iter().map(|m| m.regimes.len()).max().unwrap_or(0) as f64;
            for (k, measure) in line.iter().enumerate() {
                let x = MARGIN + k as f64 * cell;
                let h = row * measure.regimes.len() as f64;
                let rect = Rect { x: x + names, y: page.y + HEAD + 8.0, w: cell - names - 36.0, h };
                measure.title(&mut page.scene, (x, page.y + 20.0), cell - 20.0);
                measure.draw(&mut page.scene, rect, row, names - 7.0);
            }
            page.y += 8.0 + HEAD + row * most + FOOT;
        }
    }
}

impl MeasureStress {
    fn title(&self, scene: &mut Scene, (x, y): Point, room: f64) {
        let name = font::shorten(&self.measure, 12.0, true, room);
        scene.text(Text { bold: true, ..text((x, y), name, 12.0, INK, Align::Start) });
        let way = if self.more_is_better { "more" } else { "less" };
        let note = font::shorten(&format!("{}, {way} is better", self.unit), 11.0, false, room);
        scene.text(text((x, y + 15.0), note, 11.0, QUIET, Align::Start));
    }

    fn draw(&self, scene: &mut Scene, rect: Rect, row: f64, names: f64) {
        let all = self.regimes.iter().flat_map(|of| of.plans.iter().flatten());
        let span = Span::holding(all.flat_map(|&(mean, low, high)| [mean, low, high]), 4.0);
        let x = |value: f64| rect.x + span.share(value) * rect.w;
        for tick in span.thinned(rect.w) {
            let at = x(tick.at);
            let color = if tick.at.abs() < 1e-12 { AXIS } else { GRID };
            scene.line(vec![(at, rect.y), (at, rect.bottom() + 4.0)], 1.0, color);
            scene.text(text((at, rect.bottom() + 17.0), tick.label, TICK_SIZE, QUIET, Align::Middle));
        }
        for (r, RegimeDifferences { regime, plans }) in self.regimes.iter().enumerate() {
            let top = rect.y + r as f64 * row;
            if r > 0 {
                scene.line(vec![(rect.x, top), (rect.right(), top)], 1.0, GRID);
            }
            let label = font::shorten(regime, 12.0, false, names);
            scene.text(text((rect.x - 7.0, top + row / 2.0 + 4.0), label, 12.0, INK, Align::End));
            let first = top + (row - LINE * plans.len() as f64) / 2.0;
            for (n, plan) in plans.iter().enumerate() {
                let Some((mean, low, high)) = *plan else { continue };
                let y = first + (n as f64 + 0.5) * LINE;
                scene.line(vec![(x(low), y), (x(high), y)], 1.6, series_color(n + 1));
                series_mark(scene, n + 1, (x(mean), y));
            }
        }
    }
}
