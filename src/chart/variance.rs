//! Sobol' indices: which share of the variance each input carries by itself, and together with others; and luck.

use super::font;
use super::page::{Caption, MARGIN, Page, Swatch, WIDTH};
use super::scale::Scale;
use super::scene::{Rect, Scene};
use super::style::{AXIS, BLUE, INK, PAPER, VERMILION, hatch, number};
use super::tornado::{Axis, MOST, RANKS, name, whisker};

/// A share in per cent with its interval.
pub type Share = (f64, Option<(f64, f64)>);

/// One input.
#[derive(Clone, PartialEq, Debug)]
pub struct SharedInput {
    /// Its name.
    pub name: String,
    /// First-order index.
    pub first: Share,
    /// Total index.
    pub total: Share,
    /// The best and the worst rank that intervals allow.
    pub ranks: Option<(usize, usize)>,
}

/// What the chart of indices shows.
#[derive(Clone, PartialEq, Debug)]
pub struct VarianceShares {
    /// Where it comes from; its replications are those of one point.
    pub caption: Caption,
    /// Rows of the design behind it.
    pub rows: u64,
    /// The measure.
    pub measure: String,
    /// Inputs, the largest first; none where luck hides them all.
    pub inputs: Vec<SharedInput>,
    /// Share of the variance of a single replication that is luck.
    pub luck: Option<Share>,
}

const ROW: f64 = 34.0;
const BAR: f64 = 11.0;
/// Longer intervals are cut.
const LEAST: f64 = -50.0;
const MOST_SHOWN: f64 = 150.0;

impl VarianceShares {
    /// Lays the picture out.
    pub fn scene(&self) -> Scene {
        let reading = format!(
            "`{}`: Sobol' indices of its mean over {} rows, {} replications of each point; luck is taken out of them and has its \
             own bar; thin lines are 95 % intervals by themselves",
            self.measure,
            number(self.rows as f64, 0),
            number(self.caption.replications as f64, 0),
        );
        let mut page = Page::new("Which input carries the variance", &self.caption, &reading);
        if self.inputs.is_empty() && self.luck.is_none() {
            page.nothing("nothing to draw: too few rows give the measure a value");
            return page.finish();
        }
        let mut key = vec![
            (Swatch::Fill(BLUE.tint(0.8)), "by itself (first order)".to_owned()),
            (Swatch::Fill(VERMILION.tint(0.6)), "with its interactions (total)".to_owned()),
        ];
        if self.luck.is_some() {
            key.push((Swatch::Hatched(AXIS), "luck: of the variance of a single replication".to_owned()));
        }
        page.key(&key);
        self.draw(&mut page);
        if self.inputs.is_empty() {
            page.note("The inputs move the mean less than luck lets tell: there are no indices. Ask for more points.");
        } else {
            page.note(
                "Shares of the variance that the inputs give the mean; first-order shares add up to 100 % where inputs do not \
                 interact. Rank: by the total share, as far as comparisons of all of them at once can tell.",
            );
        }
        let cut = |share: &Share| share.1.is_some_and(|(low, high)| low < LEAST || high > MOST_SHOWN);
        if self.inputs.iter().any(|input| cut(&input.first) || cut(&input.total)) {
            page.note("Intervals beyond the axis are cut at its ends; sensitivity.csv has them whole.");
        }
        page.finish()
    }

    fn draw(&self, page: &mut Page) {
        let inputs = &self.inputs[..self.inputs.len().min(MOST)];
        let luck = "luck of one replication";
        let names = inputs.iter().map(|input| input.name.as_str()).chain([luck]);
        let names = names.map(|word| font::width(word, 12.0, false)).fold(0.0, f64::max).clamp(90.0, 330.0);
        let left = MARGIN + names + 14.0;
        let rows = inputs.len() as f64 + f64::from(u8::from(self.luck.is_some()));
        let (w, h) = (WIDTH - MARGIN - RANKS - 14.0 - left, ROW * rows);
        let rect = Rect { x: left, y: page.y + 24.0, w, h };
        let ends = |(value, interval): &Share| {
            let (low, high) = interval.unwrap_or((*value, *value));
            [*value, low.max(LEAST), high.min(MOST_SHOWN)]
        };
        let shares = inputs.iter().flat_map(|input| [&input.first, &input.total]).chain(&self.luck);
        let scale = Scale::holding(shares.flat_map(ends).chain([0.0, 100.0]), 6.0);
        let axis = Axis { rect, scale };
        axis.draw(&mut page.scene);
        let at = (WIDTH - MARGIN, rect.y - 8.0);
        let quiet = super::style::QUIET;
        page.scene.text(super::style::text(
            at,
            "rank",
            super::axis::TICK_SIZE,
            quiet,
            super::scene::Align::End,
        ));
        for (row, input) in inputs.iter().enumerate() {
            let y = rect.y + (row as f64 + 0.5) * ROW;
            bar(&mut page.scene, &axis, &input.first, y - BAR - 0.5, BLUE.tint(0.8));
            bar(&mut page.scene, &axis, &input.total, y + 0.5, VERMILION.tint(0.6));
            name(&mut page.scene, (&input.name, names), input.ranks, y);
        }
        if let Some(share) = &self.luck {
            let y = rect.bottom() - 0.5 * ROW;
            let area = bar(&mut page.scene, &axis, share, y - BAR / 2.0, AXIS.tint(0.6));
            hatch(&mut page.scene, area, 6.0, 1.0, PAPER);
            lines(&mut page.scene, &axis, share, y);
            name(&mut page.scene, (luck, names), None, y);
        }
        page.scene.line(vec![(axis.at(0.0), rect.y), (axis.at(0.0), rect.bottom())], 1.4, INK);
        page.y = axis.foot(&mut page.scene, "share, %");
    }
}

fn bar(scene: &mut Scene, axis: &Axis, share: &Share, top: f64, color: super::scene::Color) -> Rect {
    let (zero, tip) = (axis.at(0.0), axis.at(share.0));
    let area = Rect { x: zero.min(tip), y: top, w: (tip - zero).abs(), h: BAR };
    scene.fill(area, color);
    lines(scene, axis, share, top + BAR / 2.0);
    area
}

fn lines(scene: &mut Scene, axis: &Axis, share: &Share, y: f64) {
    if let Some((low, high)) = share.1 {
        whisker(scene, (axis.at(low), axis.at(high)), y, INK);
    }
}
