//! Chance and ignorance: how much of a measure's uncertainty more replications would take away, and how much only better
//! knowledge of the inputs would.

use super::page::{Caption, Page, Swatch};
use super::panels::{Panel, PanelRow, panels};
use super::scene::{Color, Scene};
use super::style::{BLUE, SHADE, VERMILION};

/// What the uncertainty of one measure is made of.
#[derive(Clone, PartialEq, Debug)]
pub struct MeasureIgnorance {
    /// The measure.
    pub measure: String,
    /// Its unit.
    pub unit: String,
    /// Mean over the draws.
    pub mean: f64,
    /// Eight in ten single futures lie here.
    pub futures: Option<(f64, f64)>,
    /// The interval of the mean over draws.
    pub all: (f64, f64),
    /// The interval that chance alone would leave.
    pub chance: (f64, f64),
    /// Share of one future's variance that is ignorance.
    pub share: Option<f64>,
}

/// What the chart of chance and ignorance shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Ignorance {
    /// Where it comes from.
    pub caption: Caption,
    /// Draws of the inputs.
    pub draws: u64,
    /// Measures in their order.
    pub measures: Vec<MeasureIgnorance>,
}

const FUTURES: Color = SHADE;

impl Ignorance {
    /// Lays the picture out.
    pub fn scene(&self) -> Scene {
        let reading = format!(
            "Means over {} draws of the values that nobody knows with 95 % intervals; of one future's variance the stated share \
             comes from these values, and more replications do not make it smaller",
            self.draws
        );
        let mut page = Page::new("Chance and ignorance", &self.caption, &reading);
        if self.measures.is_empty() {
            page.nothing("nothing to draw: no measure has a value in two draws");
            return page.finish();
        }
        page.key(&[
            (Swatch::Fill(FUTURES), "eight in ten single futures".to_owned()),
            (Swatch::Fill(VERMILION), "interval of the mean: chance and ignorance".to_owned()),
            (Swatch::Fill(BLUE), "chance alone, had the inputs been known".to_owned()),
        ]);
        let all: Vec<Panel> = self.measures.iter().map(MeasureIgnorance::panel).collect();
        panels(&mut page, &all);
        page.finish()
    }
}

impl MeasureIgnorance {
    fn panel(&self) -> Panel {
        let row = |name: &str, bar: (f64, f64), thick: f64, color: Color| PanelRow {
            name: name.to_owned(),
            bars: vec![(bar.0, bar.1, thick, color)],
            dot: None,
            figure: String::new(),
        };
        let mut rows: Vec<PanelRow> =
            self.futures.iter().map(|bar| row("single futures", *bar, 11.0, FUTURES)).collect();
        rows.push(PanelRow {
            dot: Some((self.mean, VERMILION)),
            ..row("chance and ignorance", self.all, 4.0, VERMILION)
        });
        rows.push(PanelRow { dot: Some((self.mean, BLUE)), ..row("chance alone", self.chance, 4.0, BLUE) });
        let share = self.share.map(|share| format!("{:.0} % is ignorance", 100.0 * share));
        let notes: Vec<String> =
            Some(self.unit.clone()).filter(|unit| !unit.is_empty()).into_iter().chain(share).collect();
        Panel { title: self.measure.clone(), note: notes.join("; "), shares: self.unit == "share", rows }
    }
}
