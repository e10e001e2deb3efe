//! Plans against a base: for each measure, how much each plan differs, with the interval of the difference.

use super::axis::{Span, TICK_SIZE};
use super::font;
use super::page::{Caption, MARGIN, Page, Swatch, WIDTH};
use super::scene::{Align, Color, Point, Rect, Scene, Text};
use super::style::{AXIS, BLUE, DASH, GRID, INK, QUIET, SHADE, VERMILION, dot, replications, rounded, text};

/// A plan's difference from the base in one measure.
#[derive(Clone, PartialEq, Debug)]
pub struct PlanDifference {
    /// The plan.
    pub plan: String,
    /// Mean difference.
    pub estimate: f64,
    /// Its interval, for this plan by itself.
    pub interval: (f64, f64),
    /// An interval that holds for all plans at once.
    pub at_once: (f64, f64),
    /// What chance alone would leave, had the inputs been known; none where they are.
    pub chance: Option<(f64, f64)>,
}

/// One measure under all plans.
#[derive(Clone, PartialEq, Debug)]
pub struct MeasureDifferences {
    /// The measure.
    pub measure: String,
    /// Unit of the differences.
    pub unit: String,
    /// Whether more is better; none where that is a matter of taste.
    pub more_is_better: Option<bool>,
    /// Mean of the base.
    pub base: Option<f64>,
    /// Plans in their order.
    pub plans: Vec<PlanDifference>,
}

/// What the chart of differences shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Differences {
    /// Where it comes from.
    pub caption: Caption,
    /// What is held against the base: a `plan`, an `option`.
    pub each: String,
    /// Measures in their order.
    pub measures: Vec<MeasureDifferences>,
}

const ROW: f64 = 18.0;
const HEAD: f64 = 36.0;
const FOOT: f64 = 34.0;
const BETTER: Color = BLUE;
const WORSE: Color = VERMILION;
const OPEN: Color = QUIET;
const CHANCE: Color = SHADE;

impl Differences {
    /// Lays the picture out.
    pub fn scene(&self) -> Scene {
        let each = &self.each;
        let capital: String =
            each.chars().take(1).flat_map(char::to_uppercase).chain(each.chars().skip(1)).collect();
        let reading = format!(
            "{capital} minus base under the same random numbers, mean over {} of each; a filled mark lies on one side of zero \
             beyond chance (95 % interval of this {each} by itself), a hollow one does not",
            replications(self.caption.replications)
        );
        let mut page = Page::new(&format!("What each {each} changes"), &self.caption, &reading);
        if self.measures.iter().all(|measure| measure.plans.is_empty()) {
            page.nothing("nothing to draw: no measure has a value under a plan and under the base");
            return page.finish();
        }
        let mut key = vec![
            (Swatch::Line(BETTER), "better".to_owned()),
            (Swatch::Line(WORSE), "worse".to_owned()),
            (Swatch::Line(OPEN), "not told apart, or a matter of taste".to_owned()),
            (Swatch::Dashed(QUIET, 1.0, DASH), format!("interval that holds for all {each}s at once")),
        ];
        if self.measures.iter().flat_map(|m| &m.plans).any(|plan| plan.chance.is_some()) {
            key.push((Swatch::Fill(CHANCE), "chance alone, had the inputs been known".to_owned()));
        }
        page.key(&key);
        if self.draw(&mut page) {
            page.note(
                "A filled mark on the line of zero: more than chance, and too little to be seen at this scale; the tables tell \
                 how much.",
            );
        }
        page.finish()
    }

    /// Whether any difference is more than chance and hidden by the line of zero.
    fn draw(&self, page: &mut Page) -> bool {
        let mut hidden = false;
        let columns = if self.measures.len() > 1 { 2 } else { 1 };
        let cell = (WIDTH - 2.0 * MARGIN + 20.0) / columns as f64;
        let plans = self.measures.iter().flat_map(|m| &m.plans);
        let names =
            plans.map(|p| font::width(&p.plan, 12.0, false)).fold(0.0, f64::max).min(cell * 0.4) + 8.0;
        for row in self.measures.chunks(columns) {
            let most = row.iter().map(|m| m.plans.len()).max().unwrap_or(0) as f64;
            for (k, measure) in row.iter().enumerate() {
                let x = MARGIN + k as f64 * cell;
                let h = ROW * measure.plans.len() as f64;
                let rect = Rect { x: x + names, y: page.y + HEAD + 8.0, w: cell - names - 26.0, h };
                measure.title(&mut page.scene, (x, page.y + 20.0), cell - 20.0);
                hidden |= measure.draw(&mut page.scene, rect, names - 7.0);
            }
            page.y += 8.0 + HEAD + ROW * most + FOOT;
        }
        hidden
    }
}

impl MeasureDifferences {
    fn title(&self, scene: &mut Scene, (x, y): Point, room: f64) {
        let name = font::shorten(&self.measure, 12.0, true, room);
        scene.text(Text { bold: true, ..text((x, y), name, 12.0, INK, Align::Start) });
        let way = match self.more_is_better {
            Some(true) => ", more is better",
            Some(false) => ", less is better",
            None => "",
        };
        let base = self.base.map_or_else(String::new, |base| format!("; base {}", rounded(base)));
        let note = font::shorten(&format!("{}{way}{base}", self.unit), 11.0, false, room);
        scene.text(text((x, y + 15.0), note, 11.0, QUIET, Align::Start));
    }

    fn draw(&self, scene: &mut Scene, rect: Rect, names: f64) -> bool {
        let mut hidden = false;
        let ends = |p: &PlanDifference| [p.estimate, p.interval.0, p.interval.1, p.at_once.0, p.at_once.1];
        let span = Span::holding(self.plans.iter().flat_map(ends), 4.0);
        let x = |value: f64| rect.x + span.share(value) * rect.w;
        for tick in span.thinned(rect.w) {
            let at = x(tick.at);
            let zero = tick.at.abs() < 1e-12;
            scene.line(vec![(at, rect.y), (at, rect.bottom() + 4.0)], 1.0, if zero { AXIS } else { GRID });
            scene.text(text((at, rect.bottom() + 17.0), tick.label, TICK_SIZE, INK, Align::Middle));
        }
        for (row, plan) in self.plans.iter().enumerate() {
            let y = rect.y + (row as f64 + 0.5) * ROW;
            let label = font::shorten(&plan.plan, 12.0, false, names);
            scene.text(text((rect.x - 7.0, y + 4.0), label, 12.0, INK, Align::End));
            let (color, sure) = self.verdict(plan);
            if let Some((low, high)) = plan.chance {
                scene.fill(Rect { x: x(low), y: y - 6.0, w: x(high) - x(low), h: 12.0 }, CHANCE);
            }
            scene.dashed(&[(x(plan.at_once.0), y), (x(plan.at_once.1), y)], 1.0, color, DASH);
            scene.line(vec![(x(plan.interval.0), y), (x(plan.interval.1), y)], 3.0, color);
            dot(scene, (x(plan.estimate), y), color, sure);
            hidden |= sure && (x(plan.estimate) - x(0.0)).abs() < 2.0;
        }
        hidden
    }

    /// What colour says, and whether chance can be told apart.
    fn verdict(&self, plan: &PlanDifference) -> (Color, bool) {
        let sure = plan.interval.0 > 0.0 || plan.interval.1 < 0.0;
        let color = match self.more_is_better {
            Some(more) if sure => {
                if (plan.estimate > 0.0) == more {
                    BETTER
                } else {
                    WORSE
                }
            }
            _ => OPEN,
        };
        (color, sure)
    }
}
