//! Open cases over time: the total with its bands and the fluid limit, and below it who waits where.

use std::fmt::Write as _;

use jiff::civil::DateTime;

use super::axis::{Amounts, Dates};
use super::page::{Caption, MARGIN, Page, Swatch, WIDTH};
use super::plot::{Fan, Mark, MarkLabels, Plot, SmallMultiples, band_tints, label_room};
use super::scene::{Point, Rect, Scene};
use super::style::{BLUE, DASH, DOT, INK, VERMILION, replications, rounded};

/// The mean over the replications at one moment, and the ends of its band.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct MeanPoint {
    /// When.
    pub at: DateTime,
    /// The mean.
    pub mean: f64,
    /// The band.
    pub band: (f64, f64),
}

/// What the backlog chart shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Backlog {
    /// Where it comes from.
    pub caption: Caption,
    /// All open cases.
    pub total: Fan,
    /// The deterministic limit of the same scenario; empty where there is none.
    pub fluid: Vec<(DateTime, f64)>,
    /// The mean of the total with the band that holds its whole curve at once; empty where nobody asked for it.
    pub mean: Vec<MeanPoint>,
    /// Dated changes.
    pub marks: Vec<Mark>,
    /// Cases that wait, stage by stage in the scenario's order; those put aside as fans of their own.
    pub stages: Vec<Fan>,
    /// Whether there are split cases, which count at a stage once for each of their jobs.
    pub splits: bool,
}

/// After the name of a stage: its fan shows the cases that are put aside there.
pub const PARKED: &str = " (parked)";

impl Backlog {
    /// Lays the picture out.
    pub fn scene(&self) -> Scene {
        let mut reading = format!(
            "Open cases; median and bands that hold 50 % and 90 % of {}, at each date by itself",
            replications(self.caption.replications)
        );
        if !self.mean.is_empty() {
            reading += "; lines around the mean: 95 % simultaneous band of the mean, which holds its whole curve at once";
        }
        let mut page = Page::new("Backlog over time", &self.caption, &reading);
        let Some(dates) = Dates::of(self.total.moments()) else {
            page.nothing("nothing to draw: the backlog was never sampled");
            return page.finish();
        };
        page.key(&self.key());
        self.draw_total(&mut page, dates);
        self.draw_stages(&mut page, dates);
        page.finish()
    }

    fn key(&self) -> Vec<(Swatch, String)> {
        let (inner, outer) = band_tints(BLUE);
        let mut key = vec![
            (Swatch::Line(BLUE), "median".to_owned()),
            (Swatch::Fill(inner), "50 % of replications".to_owned()),
            (Swatch::Fill(outer), "90 % of replications".to_owned()),
        ];
        if !self.mean.is_empty() {
            key.push((Swatch::Line(VERMILION), "mean".to_owned()));
            key.push((Swatch::Dashed(VERMILION, 1.4, DOT), "its simultaneous band".to_owned()));
        }
        if !self.fluid.is_empty() {
            let meaning = "fluid limit: the same scenario without chance".to_owned();
            key.push((Swatch::Dashed(INK, 1.2, DASH), meaning));
        }
        key
    }

    fn draw_total(&self, page: &mut Page, dates: Dates) {
        let fluid = self.fluid.iter().map(|&(_, cases)| cases).fold(0.0, f64::max);
        let mean = self.mean.iter().map(|point| point.band.1).fold(0.0, f64::max);
        let amounts = Amounts::reaching(self.total.largest().max(fluid).max(mean), 5.0);
        let ticks = amounts.ticks();
        let left = MARGIN + label_room(&ticks);
        let width = WIDTH - MARGIN - left;
        let labels = MarkLabels::arrange(&self.marks, &dates, left, width);
        let top = page.y + 8.0 + labels.height();
        let unnamed = labels.unnamed;
        labels.draw(&mut page.scene, top);
        let plot = Plot {
            rect: Rect { x: left, y: top, w: width, h: 270.0 },
            x_max: dates.days,
            y_max: amounts.max,
        };
        plot.y_axis(&mut page.scene, &ticks, true);
        plot.marks(&mut page.scene, &dates, &self.marks);
        plot.fan(&mut page.scene, &dates, &self.total, BLUE);
        let fluid: Vec<_> = self.fluid.iter().map(|&(at, cases)| plot.at(dates.at(at), cases)).collect();
        page.scene.dashed(&fluid, 1.2, INK, DASH);
        self.draw_mean(&mut page.scene, &plot, &dates);
        plot.x_axis(&mut page.scene, &dates.ticks(width));
        page.y = plot.rect.bottom() + 36.0;
        if unnamed > 0 {
            page.note(&format!("{unnamed} further dated changes are marked but not named here"));
        }
    }

    /// The mean as a thin line between the dotted ends of its band: it lies within the bands of the replications.
    fn draw_mean(&self, scene: &mut Scene, plot: &Plot, dates: &Dates) {
        let line = |of: fn(&MeanPoint) -> f64| -> Vec<Point> {
            self.mean.iter().map(|point| plot.at(dates.at(point.at), of(point))).collect()
        };
        scene.line(line(|point| point.mean), 1.4, VERMILION);
        scene.dashed(&line(|point| point.band.0), 1.4, VERMILION, DOT);
        scene.dashed(&line(|point| point.band.1), 1.4, VERMILION, DOT);
    }

    /// One small plot for each stage in which a case ever waits.
    fn draw_stages(&self, page: &mut Page, dates: Dates) {
        let fans: Vec<(&Fan, String)> =
            self.stages.iter().filter(|fan| fan.largest() > 0.0).map(|fan| (fan, at_the_end(fan))).collect();
        if fans.is_empty() {
            return page.note("No case waited at any sample time.");
        }
        let idle = self.stages.len() - fans.len();
        let mut words = "Waiting by stage (cases), on one scale; right: median on the last date".to_owned();
        if self.splits {
            words += "; a split case counts once for each of its jobs";
        }
        if fans.iter().any(|(fan, _)| fan.name.ends_with(PARKED)) {
            words += "; parked cases apart";
        }
        if idle > 0 {
            let _ =
                write!(words, "; nobody waits at {idle} further stage{}", if idle == 1 { "" } else { "s" });
        }
        page.note(&words);
        let y = Amounts::reaching(fans.iter().map(|(fan, _)| fan.largest()).fold(0.0, f64::max), 3.0);
        let small = SmallMultiples { dates, y, y_ticks: y.ticks(), marks: &self.marks, height: 96.0 };
        page.y = small.draw(
            &mut page.scene,
            (MARGIN, WIDTH - 2.0 * MARGIN + 16.0),
            page.y + 8.0,
            &fans,
            |_, _, _| (),
        );
    }
}

fn at_the_end(fan: &Fan) -> String {
    fan.points.last().map_or_else(String::new, |point| rounded(point.middle))
}
