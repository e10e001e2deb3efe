//! Regret: what is lost on average, and at worst, by choosing a plan where another turns out to have been better.

use super::page::{Caption, Page, Swatch};
use super::panels::{Panel, PanelRow, panels};
use super::scene::Scene;
use super::style::{BLUE, QUIET, SHADE};

/// One plan.
#[derive(Clone, PartialEq, Debug)]
pub struct PlanRegret {
    /// The plan.
    pub plan: String,
    /// Mean loss.
    pub mean: f64,
    /// The largest loss.
    pub worst: f64,
    /// Share of the draws in which it is the best.
    pub best: f64,
}

/// All plans in one measure.
#[derive(Clone, PartialEq, Debug)]
pub struct MeasureRegret {
    /// The measure.
    pub measure: String,
    /// Unit of the losses.
    pub unit: String,
    /// Plans in their order, the base first.
    pub plans: Vec<PlanRegret>,
}

/// What the chart of regret shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Regret {
    /// Where it comes from.
    pub caption: Caption,
    /// Draws of the inputs.
    pub draws: u64,
    /// Measures in their order.
    pub measures: Vec<MeasureRegret>,
}

impl Regret {
    /// Lays the picture out.
    pub fn scene(&self) -> Scene {
        let reading = format!(
            "For each of {} draws of the values that nobody knows: how far the plan is behind the best one there; on the right, \
             in how many draws it is the best. Costs are left out: the measure alone counts",
            self.draws
        );
        let mut page = Page::new("What a choice loses where another was better", &self.caption, &reading);
        if self.measures.is_empty() {
            page.nothing("nothing to draw: every input is known");
            return page.finish();
        }
        page.key(&[
            (Swatch::Fill(BLUE), "mean loss".to_owned()),
            (Swatch::Fill(SHADE), "up to the worst draw".to_owned()),
        ]);
        let all: Vec<Panel> = self.measures.iter().map(MeasureRegret::panel).collect();
        panels(&mut page, &all);
        page.finish()
    }
}

impl MeasureRegret {
    fn panel(&self) -> Panel {
        let row = |plan: &PlanRegret| PanelRow {
            name: plan.plan.clone(),
            bars: vec![(0.0, plan.worst, 11.0, SHADE), (0.0, plan.mean, 5.0, BLUE)],
            dot: Some((plan.worst, QUIET)),
            figure: format!("{:.0} %", 100.0 * plan.best),
        };
        Panel {
            title: self.measure.clone(),
            note: format!("loss in {}; best in so many draws", self.unit),
            shares: false,
            rows: self.plans.iter().map(row).collect(),
        }
    }
}
