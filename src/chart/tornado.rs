//! A tornado: how far each input moves a measure from its middle, one at a time, the widest first.

use super::axis::TICK_SIZE;
use super::font;
use super::page::{Caption, MARGIN, Page, Swatch, WIDTH};
use super::scale::{Scale, thinned};
use super::scene::{Align, Color, Rect, Scene, Text};
use super::style::{AXIS, BLUE, GRID, INK, QUIET, VERMILION, hatch, number, replications, rounded, text};

/// One end of an input.
#[derive(Clone, PartialEq, Debug)]
pub struct TornadoEnd {
    /// The value there, as people write it.
    pub setting: String,
    /// Change of the measure from its middle.
    pub change: f64,
    /// Its interval.
    pub interval: Option<(f64, f64)>,
}

/// One input.
#[derive(Clone, PartialEq, Debug)]
pub struct TornadoBar {
    /// Its name.
    pub name: String,
    /// At its low end.
    pub low: TornadoEnd,
    /// At its high end.
    pub high: TornadoEnd,
    /// The best and the worst rank that intervals allow.
    pub ranks: Option<(usize, usize)>,
}

/// What a tornado shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Tornado {
    /// Where it comes from.
    pub caption: Caption,
    /// The measure.
    pub measure: String,
    /// Its unit; shares come in per cent.
    pub unit: String,
    /// Its mean with every input in its middle.
    pub middle: f64,
    /// Inputs, the widest first.
    pub bars: Vec<TornadoBar>,
    /// How far the middle eight tenths of single replications reach below and above the mean.
    pub luck: Option<(f64, f64)>,
}

const ROW: f64 = 30.0;
const BAR: f64 = 18.0;
/// Softer than lines and letters.
const SOFT: f64 = 0.75;
/// More bars are not drawn.
pub(super) const MOST: usize = 30;
pub(super) const RANKS: f64 = 52.0;

impl Tornado {
    /// Lays the picture out.
    pub fn scene(&self) -> Scene {
        let reading = format!(
            "`{}` ({}), mean over {} of each point under the same random numbers: each input at its low and at its high end (the \
             10 % and 90 % quantiles of what is unsure), all others in their middle; thin lines are 95 % intervals of the \
             change from the middle",
            self.measure,
            self.unit,
            replications(self.caption.replications)
        );
        let mut page = Page::new("What one input at a time changes", &self.caption, &reading);
        if self.bars.is_empty() {
            page.nothing("nothing to draw: the measure has no value in the middle or at the ends");
            return page.finish();
        }
        let mut key = vec![
            (Swatch::Fill(BLUE.tint(SOFT)), "input at its low end".to_owned()),
            (Swatch::Fill(VERMILION.tint(SOFT)), "at its high end".to_owned()),
        ];
        if self.luck.is_some() {
            let words = "luck alone: the middle eight tenths of single replications, no input moved";
            key.push((Swatch::Hatched(AXIS), words.to_owned()));
        }
        page.key(&key);
        let (idle, bars): (Vec<&TornadoBar>, Vec<&TornadoBar>) =
            self.bars.iter().partition(|bar| bar.low.change == 0.0 && bar.high.change == 0.0);
        let shown = &bars[..bars.len().min(MOST)];
        self.draw(&mut page, shown);
        if bars.len() > MOST {
            let more = number((bars.len() - MOST) as f64, 0);
            page.note(&format!("{more} inputs that change less are in sensitivity.csv."));
        }
        if !idle.is_empty() {
            let names: Vec<&str> = idle.iter().map(|bar| bar.name.as_str()).collect();
            page.note(&format!("No change at all in any replication: {}.", names.join(", ")));
        }
        page.note(
            "Rank: the place in the order of these widths, as far as paired comparisons of all of them at once can tell; what \
             shares a rank cannot be told apart. One input at a time shows no interactions.",
        );
        page.finish()
    }

    fn draw(&self, page: &mut Page, bars: &[&TornadoBar]) {
        let widest = |words: &mut dyn Iterator<Item = &String>| {
            words.map(|word| font::width(word, TICK_SIZE, false)).fold(0.0, f64::max)
        };
        let names = (widest(&mut bars.iter().map(|bar| &bar.name)) * 12.0 / TICK_SIZE).clamp(90.0, 270.0);
        let settings = widest(&mut bars.iter().flat_map(|b| [&b.low.setting, &b.high.setting])).min(110.0);
        let left = MARGIN + names + 12.0 + settings + 12.0;
        let rows = bars.len() as f64 + f64::from(u8::from(self.luck.is_some()));
        let (w, h) = (WIDTH - MARGIN - RANKS - settings - 16.0 - left, ROW * rows);
        let rect = Rect { x: left, y: page.y + 26.0, w, h };
        let ends = |end: &TornadoEnd| {
            let (low, high) = end.interval.unwrap_or((end.change, end.change));
            [end.change, low, high]
        };
        let luck = self.luck.map(|(low, high)| [low, high, 0.0]).unwrap_or_default();
        let all = bars.iter().flat_map(|bar| ends(&bar.low).into_iter().chain(ends(&bar.high))).chain(luck);
        let scale = Scale::holding(all.map(|change| self.middle + change), 6.0);
        let axis = Axis { rect, scale };
        axis.draw(&mut page.scene);
        page.scene.text(text((WIDTH - MARGIN, rect.y - 8.0), "rank", TICK_SIZE, QUIET, Align::End));
        let middle = format!("middle: {} {}", rounded(self.middle), self.unit);
        let above = font::shorten(&middle, TICK_SIZE, true, rect.w);
        let half = font::width(&above, TICK_SIZE, true) / 2.0;
        let at = axis.at(self.middle).clamp(rect.x + half, (rect.right() - half).max(rect.x + half));
        page.scene
            .text(Text { bold: true, ..text((at, rect.y - 8.0), above, TICK_SIZE, INK, Align::Middle) });
        for (row, bar) in bars.iter().enumerate() {
            let y = rect.y + (row as f64 + 0.5) * ROW;
            self.bar(&mut page.scene, &axis, y, (bar, settings));
            name(&mut page.scene, (&bar.name, names), bar.ranks, y);
        }
        if let Some((low, high)) = self.luck {
            let y = rect.bottom() - 0.5 * ROW;
            let (from, to) = (axis.at(self.middle + low), axis.at(self.middle + high));
            let band = Rect { x: from, y: y - BAR / 2.0, w: to - from, h: BAR };
            page.scene.fill(band, AXIS.tint(0.6));
            hatch(&mut page.scene, band, 6.0, 1.0, super::style::PAPER);
            name(&mut page.scene, ("luck of one replication", names), None, y);
        }
        let line = vec![(axis.at(self.middle), rect.y), (axis.at(self.middle), rect.bottom())];
        page.scene.line(line, 1.4, INK);
        page.y = axis.foot(&mut page.scene, &format!("{}, {}", self.measure, self.unit));
    }

    /// The two bars of an input; where both lie on one side of the middle each has half of the height.
    fn bar(&self, scene: &mut Scene, axis: &Axis, y: f64, (bar, room): (&TornadoBar, f64)) {
        let split = bar.low.change * bar.high.change > 0.0;
        let zero = axis.at(self.middle);
        // How far an end reaches on paper, with its interval.
        let reach = |end: &TornadoEnd| {
            let (low, high) = end.interval.unwrap_or((end.change, end.change));
            let at = |change: f64| axis.at(self.middle + change);
            (at(end.change.min(low)), at(end.change.max(high)))
        };
        let both = (reach(&bar.low).0.min(reach(&bar.high).0), reach(&bar.low).1.max(reach(&bar.high).1));
        for (end, other, color, way) in
            [(&bar.low, &bar.high, BLUE, -1.0), (&bar.high, &bar.low, VERMILION, 1.0)]
        {
            let tip = axis.at(self.middle + end.change);
            let height = if split { BAR / 2.0 - 0.5 } else { BAR };
            let top = if split && way > 0.0 { y + 0.5 } else { y - BAR / 2.0 };
            scene.fill(Rect { x: zero.min(tip), y: top, w: (tip - zero).abs(), h: height }, color.tint(SOFT));
            if let Some((low, high)) = end.interval {
                whisker(
                    scene,
                    (axis.at(self.middle + low), axis.at(self.middle + high)),
                    y + way * BAR / 4.0,
                    INK,
                );
            }
            let right = if end.change == 0.0 { other.change < 0.0 } else { end.change > 0.0 };
            let (left_end, right_end) = if split { reach(end) } else { both };
            let words = font::shorten(&end.setting, TICK_SIZE, false, room);
            let level = if split { y + 4.0 + way * 6.5 } else { y + 4.0 };
            let (x, align) = if right {
                (right_end.max(zero) + 8.0, Align::Start)
            } else {
                (left_end.min(zero) - 8.0, Align::End)
            };
            scene.text(text((x, level), words, TICK_SIZE, color, align));
        }
    }
}

/// A name to the left of the plot, and its ranks to the right.
pub(super) fn name(scene: &mut Scene, (name, room): (&str, f64), ranks: Option<(usize, usize)>, y: f64) {
    let label = font::shorten(name, 12.0, false, room);
    scene.text(text((MARGIN, y + 4.0), label, 12.0, INK, Align::Start));
    let ranks =
        ranks.map(|(best, worst)| if best == worst { format!("{best}") } else { format!("{best}–{worst}") });
    scene.text(text((WIDTH - MARGIN, y + 4.0), ranks.unwrap_or_default(), 12.0, INK, Align::End));
}

/// A thin line with feet.
pub(super) fn whisker(scene: &mut Scene, (low, high): (f64, f64), y: f64, color: Color) {
    scene.line(vec![(low, y), (high, y)], 1.2, color);
    for end in [low, high] {
        scene.line(vec![(end, y - 3.0), (end, y + 3.0)], 1.2, color);
    }
}

/// A level axis below rows of bars.
pub(super) struct Axis {
    pub(super) rect: Rect,
    pub(super) scale: Scale,
}

impl Axis {
    pub(super) fn at(&self, value: f64) -> f64 {
        self.rect.x + self.scale.share(value) * self.rect.w
    }

    /// Grid lines with their labels below.
    pub(super) fn draw(&self, scene: &mut Scene) {
        let (top, bottom) = (self.rect.y, self.rect.bottom());
        for (value, label) in thinned(self.scale.ticks(), self.rect.w) {
            let x = self.at(value);
            scene.line(vec![(x, top), (x, bottom + 4.0)], 1.0, GRID);
            scene.text(text((x, bottom + 16.0), label, TICK_SIZE, QUIET, Align::Middle));
        }
        scene.line(vec![(self.rect.x, bottom), (self.rect.right(), bottom)], 1.2, AXIS);
    }

    /// What the axis is of, below it; returns where that ends.
    pub(super) fn foot(&self, scene: &mut Scene, words: &str) -> f64 {
        let at = (self.rect.x + self.rect.w / 2.0, self.rect.bottom() + 34.0);
        scene.text(text(
            at,
            font::shorten(words, TICK_SIZE, false, self.rect.w),
            TICK_SIZE,
            QUIET,
            Align::Middle,
        ));
        self.rect.bottom() + 40.0
    }
}
