//! Arrivals against completions: while the first line lies above the second, the backlog grows.

use jiff::civil::DateTime;

use super::axis::{Amounts, Dates};
use super::page::{Caption, MARGIN, Page, Swatch, WIDTH};
use super::plot::{GAP, Mark, MarkLabels, Plot, foot, label_room, small_title};
use super::scene::{Color, Point, Rect, Scene};
use super::style::{BLUE, DASH, VERMILION, replications, rounded};

/// Cases per day in the interval that ends at `at`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FlowPoint {
    /// When the interval ends.
    pub at: DateTime,
    /// Mean over the replications.
    pub mean: f64,
    /// The 95 % t interval of the mean.
    pub interval: (f64, f64),
}

/// One class' flows, or all together.
#[derive(Clone, PartialEq, Debug)]
pub struct Flow {
    /// The class, as the scenario names it.
    pub name: String,
    /// Cases that arrive.
    pub arrivals: Vec<FlowPoint>,
    /// Cases that end, whatever the outcome.
    pub completions: Vec<FlowPoint>,
}

/// What the chart of arrivals and completions shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Flows {
    /// Where it comes from.
    pub caption: Caption,
    /// The length of a sample interval, in words.
    pub interval: String,
    /// All cases.
    pub total: Flow,
    /// By true class; drawn when there are several.
    pub classes: Vec<Flow>,
    /// Dated changes.
    pub marks: Vec<Mark>,
    /// Intervals at the ends of the window that are shorter than the others and so are not drawn: a week's work falls
    /// on its working days, and a day's rate says nothing about a week.
    pub left_out: usize,
}

impl Flow {
    fn largest(&self) -> f64 {
        let points = self.arrivals.iter().chain(&self.completions);
        points.map(|p| p.interval.1.max(p.mean)).fold(0.0, f64::max)
    }

    /// Arrivals a day and completions a day over all that is drawn: its intervals are of one length.
    fn averages(&self) -> String {
        let mean =
            |points: &[FlowPoint]| points.iter().map(|p| p.mean).sum::<f64>() / points.len().max(1) as f64;
        format!("{} in, {} out", rounded(mean(&self.arrivals)), rounded(mean(&self.completions)))
    }
}

impl Flows {
    /// Lays the picture out.
    pub fn scene(&self) -> Scene {
        let reading = format!(
            "Cases per day, averaged over intervals of {}; band: pointwise 95 % t interval of the mean of {}",
            self.interval,
            replications(self.caption.replications)
        );
        let mut page = Page::new("Arrivals against completions", &self.caption, &reading);
        let moments = self.total.arrivals.iter().chain(&self.total.completions).map(|p| p.at);
        let Some(dates) = Dates::of(moments) else {
            page.nothing("nothing to draw: the measuring window holds no whole interval");
            return page.finish();
        };
        page.key(&[
            (Swatch::Line(VERMILION), "arrivals".to_owned()),
            (Swatch::Dashed(BLUE, 2.2, DASH), "completions (any outcome)".to_owned()),
            (Swatch::Fill(VERMILION.tint(0.12)), "more arrive than leave".to_owned()),
        ]);
        self.draw_total(&mut page, dates);
        match self.left_out {
            0 => {}
            1 => page.note(
                "One shorter interval at an end of the window is left out: its rate compares with no other",
            ),
            n => page.note(&format!("{n} shorter intervals are left out: their rates compare with no other")),
        }
        if self.classes.len() > 1 {
            self.draw_classes(&mut page, dates);
        }
        page.finish()
    }

    fn draw_total(&self, page: &mut Page, dates: Dates) {
        let amounts = Amounts::reaching(self.total.largest(), 5.0);
        let ticks = amounts.ticks();
        let left = MARGIN + label_room(&ticks);
        let width = WIDTH - MARGIN - left;
        let labels = MarkLabels::arrange(&self.marks, &dates, left, width);
        let top = page.y + 8.0 + labels.height();
        labels.draw(&mut page.scene, top);
        let rect = Rect { x: left, y: top, w: width, h: 250.0 };
        let plot = Plot { rect, x_max: dates.days, y_max: amounts.max };
        plot.y_axis(&mut page.scene, &ticks, true);
        plot.marks(&mut page.scene, &dates, &self.marks);
        draw_flow(&mut page.scene, &plot, &dates, &self.total);
        plot.x_axis(&mut page.scene, &dates.ticks(width));
        page.y = rect.bottom() + 36.0;
    }

    fn draw_classes(&self, page: &mut Page, dates: Dates) {
        page.note("By true class (cases per day), each on its own scale; right: averages over what is drawn");
        let columns = self.classes.len().min(4);
        let cell = (WIDTH - 2.0 * MARGIN + 16.0) / columns as f64;
        let top = page.y + 8.0;
        let scales = self.classes.iter().map(|flow| Amounts::reaching(flow.largest(), 3.0));
        let scales: Vec<Amounts> = scales.collect();
        let room = scales.iter().map(|scale| label_room(&scale.ticks())).fold(0.0, f64::max);
        let x_ticks = dates.ticks(cell - room - GAP);
        let (head, height) = (26.0, 90.0);
        let pitch = head + height + foot(&x_ticks);
        for (k, (flow, amounts)) in self.classes.iter().zip(scales).enumerate() {
            let ticks = amounts.ticks();
            let x = MARGIN + (k % columns) as f64 * cell + room;
            let y = top + (k / columns) as f64 * pitch + head;
            let rect = Rect { x, y, w: cell - room - GAP, h: height };
            let plot = Plot { rect, x_max: dates.days, y_max: amounts.max };
            small_title(&mut page.scene, &rect, room, &flow.name, &flow.averages());
            plot.y_axis(&mut page.scene, &ticks, true);
            draw_flow(&mut page.scene, &plot, &dates, flow);
            plot.x_axis(&mut page.scene, &x_ticks);
        }
        page.y = top + self.classes.len().div_ceil(columns) as f64 * pitch;
    }
}

fn draw_flow(scene: &mut Scene, plot: &Plot, dates: &Dates, flow: &Flow) {
    draw_surplus(scene, plot, dates, flow);
    for (points, color, rhythm) in [(&flow.arrivals, VERMILION, &[][..]), (&flow.completions, BLUE, DASH)] {
        let band: Vec<_> = points.iter().map(|p| (dates.at(p.at), p.interval.0, p.interval.1)).collect();
        plot.band(scene, &band, Color { alpha: 0.25, ..color });
        let line: Vec<Point> = points.iter().map(|p| plot.at(dates.at(p.at), p.mean)).collect();
        scene.dashed(&line, 2.0, color, rhythm);
    }
}

/// Shades where more arrive than leave, interval by interval.
fn draw_surplus(scene: &mut Scene, plot: &Plot, dates: &Dates, flow: &Flow) {
    let joined: Vec<(f64, f64, f64)> = flow
        .arrivals
        .iter()
        .zip(&flow.completions)
        .map(|(a, c)| (dates.at(a.at), c.mean.min(a.mean), a.mean))
        .collect();
    plot.band(scene, &joined, VERMILION.tint(0.12));
}
