//! Where the time goes: for each class, the mean days a case spends at each stage waiting, in work, in delay and parked.

use super::axis::Amounts;
use super::font;
use super::page::{Caption, MARGIN, Page, Swatch, WIDTH};
use super::plot::Plot;
use super::scene::{Align, Color, Rect, Scene, Text};
use super::style::{AXIS, BLUE, INK, PAPER, QUIET, VERMILION, hatch, replications, rounded, text};

/// Mean days of a case at one stage.
#[derive(Clone, PartialEq, Debug)]
pub struct StageTime {
    /// The stage, as the scenario names it.
    pub stage: String,
    /// Before the work starts.
    pub waiting: f64,
    /// From the start to the end of the work, nights and weekends included.
    pub in_work: f64,
    /// In a stage where nobody works and the case waits for others.
    pub delayed: f64,
    /// Put aside in front of the stage.
    pub parked: f64,
}

/// One class' days, stage by stage.
#[derive(Clone, PartialEq, Debug)]
pub struct ClassTime {
    /// The class, as the scenario names it.
    pub class: String,
    /// Stages in the scenario's order.
    pub stages: Vec<StageTime>,
}

/// What the chart of the time's whereabouts shows.
#[derive(Clone, PartialEq, Debug)]
pub struct TimeSpent {
    /// Where it comes from.
    pub caption: Caption,
    /// Classes, most urgent first.
    pub classes: Vec<ClassTime>,
}

const WAITING: Color = VERMILION;
const WORK: Color = BLUE;
const DELAY: Color = Color::rgb(178, 178, 178);
const PARKED: Color = Color::rgb(230, 159, 0);
const ROW: f64 = 20.0;
const BAR: f64 = 13.0;

impl StageTime {
    fn total(&self) -> f64 {
        self.waiting + self.in_work + self.delayed + self.parked
    }
}

impl ClassTime {
    fn total(&self) -> f64 {
        self.stages.iter().map(StageTime::total).sum()
    }

    /// `danger: 48 days, of which 71 % waiting`.
    fn headline(&self) -> String {
        let total = self.total();
        if total <= 0.0 {
            return "no case ended".to_owned();
        }
        let waiting: f64 = self.stages.iter().map(|stage| stage.waiting).sum();
        format!("{} days in all, {:.0} % of them waiting", rounded(total), 100.0 * waiting / total)
    }
}

impl TimeSpent {
    /// Lays the picture out.
    pub fn scene(&self) -> Scene {
        let reading = format!(
            "Mean days per case between arrival and end, by stage, for cases that ended in the measuring window; mean \
             of {}",
            replications(self.caption.replications)
        );
        let mut page = Page::new("Where the time goes", &self.caption, &reading);
        let largest = self.stages().map(StageTime::total).fold(0.0, f64::max);
        if largest <= 0.0 {
            page.nothing("nothing to draw: no case ended in the measuring window");
            return page.finish();
        }
        let mut key = vec![
            (Swatch::Hatched(WAITING), "waiting for somebody to start".to_owned()),
            (Swatch::Fill(WORK), "in work, nights and weekends included".to_owned()),
            (Swatch::Fill(DELAY), "delay: nobody works, the case waits for others".to_owned()),
        ];
        if self.stages().any(|stage| stage.parked > 0.0) {
            key.push((Swatch::Fill(PARKED), "parked: put aside until there is room".to_owned()));
        }
        page.key(&key);
        let columns = if self.classes.len() * self.shown().len() > 24 { 2 } else { 1 };
        self.draw(&mut page, Amounts::reaching(largest, 4.0), columns);
        page.finish()
    }

    fn stages(&self) -> impl Iterator<Item = &StageTime> {
        self.classes.iter().flat_map(|class| &class.stages)
    }

    /// The stages at which any class spends time, in the scenario's order.
    fn shown(&self) -> Vec<&str> {
        let mut shown: Vec<&str> = Vec::new();
        for StageTime { stage, .. } in self.stages() {
            let spent = || self.stages().any(|other| other.stage == *stage && other.total() > 0.0);
            if !shown.contains(&stage.as_str()) && spent() {
                shown.push(stage);
            }
        }
        shown
    }

    fn draw(&self, page: &mut Page, amounts: Amounts, columns: usize) {
        let shown = self.shown();
        let names = shown.iter().map(|name| font::width(name, 12.0, false)).fold(0.0, f64::max);
        let cell = (WIDTH - 2.0 * MARGIN + 16.0) / columns as f64;
        let names = names.min(cell * 0.36) + 8.0;
        let height = 26.0 + ROW * shown.len() as f64 + 30.0;
        let top = page.y + 6.0;
        for (k, class) in self.classes.iter().enumerate() {
            let (column, row) = (k % columns, k / columns);
            let x = MARGIN + column as f64 * cell;
            let y = top + row as f64 * height;
            let rect = Rect {
                x: x + names,
                y: y + 26.0,
                w: cell - names - 16.0 - 44.0,
                h: ROW * shown.len() as f64,
            };
            title(&mut page.scene, (x, y + 18.0), cell - 16.0, class);
            let plot = Plot { rect, x_max: amounts.max, y_max: 1.0 };
            class.draw(&mut page.scene, &plot, names - 8.0, &shown, &amounts);
        }
        page.y = top + self.classes.len().div_ceil(columns) as f64 * height;
    }
}

fn title(scene: &mut Scene, (x, y): (f64, f64), room: f64, class: &ClassTime) {
    let note = class.headline();
    let taken = font::width(&note, 11.0, false) + 10.0;
    let name = font::shorten(&class.class, 12.0, true, room - taken);
    let after = x + font::width(&name, 12.0, true) + 10.0;
    scene.text(Text { bold: true, ..text((x, y), name, 12.0, INK, Align::Start) });
    scene.text(text((after, y), note, 11.0, QUIET, Align::Start));
}

impl ClassTime {
    fn draw(&self, scene: &mut Scene, plot: &Plot, names: f64, shown: &[&str], amounts: &Amounts) {
        let ticks: Vec<_> = amounts.ticks();
        for tick in &ticks {
            let (x, bottom) = plot.at(tick.at, 0.0);
            scene.line(vec![(x, plot.rect.y), (x, bottom)], 1.0, super::style::GRID);
        }
        for (row, name) in shown.iter().enumerate() {
            let y = plot.rect.y + row as f64 * ROW;
            let label = font::shorten(name, 12.0, false, names);
            scene.text(text((plot.rect.x - 7.0, y + 14.0), label, 12.0, INK, Align::End));
            if let Some(stage) = self.stages.iter().find(|stage| stage.stage == *name) {
                stage.draw(scene, plot, y + (ROW - BAR) / 2.0);
            }
        }
        scene.line(vec![(plot.rect.x, plot.rect.y), (plot.rect.x, plot.rect.bottom())], 1.2, AXIS);
        let last = ticks.len() - 1;
        let ticks = ticks.into_iter().enumerate().map(|(k, mut tick)| {
            if k == last {
                tick.label += " days";
            }
            tick
        });
        plot.x_axis(scene, &ticks.collect::<Vec<_>>());
    }
}

impl StageTime {
    /// The parts end to end, and their sum in words.
    fn draw(&self, scene: &mut Scene, plot: &Plot, y: f64) {
        let mut from = 0.0;
        let parts =
            [(self.waiting, WAITING), (self.in_work, WORK), (self.delayed, DELAY), (self.parked, PARKED)];
        for (days, color) in parts {
            let (left, right) = (plot.at(from, 0.0).0, plot.at(from + days, 0.0).0);
            let rect = Rect { x: left, y, w: right - left, h: BAR };
            scene.fill(rect, color);
            if color == WAITING {
                hatch(scene, rect, 6.0, 1.0, PAPER);
            }
            from += days;
        }
        let end = plot.at(from, 0.0).0;
        if from > 0.0 {
            scene.text(text((end + 5.0, y + 10.5), rounded(from), 11.0, QUIET, Align::Start));
        }
    }
}
