//! All tables of one run: made from its result, written to a folder, read back for drawing.

use std::path::Path;

use serde_json::json;

use crate::error::Error;
use crate::model::Model;
use crate::output::csv;
use crate::output::files::{self, File, Sheet};
use crate::output::tables::{
    BacklogRow, ChanceRow, ChangeRow, CostRow, CurveRow, FlowRow, FluidRow, IgnoranceRow, OutcomeRow,
    ReplicationRow, StaffRow, StageRow, SummaryRow, Table, TargetRow, TimeToActionRow, UtilizationRow,
    WhereRow,
};
use crate::output::{rows, series_rows};
use crate::run::{Layout, RunResult};
use crate::units::Time;

/// What stands beside the simulation in the tables and charts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Beside {
    /// The deterministic limit: stage (none for all together), time, open cases.
    pub fluid: Vec<(Option<String>, Time, f64)>,
    /// Dated changes and what they are called.
    pub changes: Vec<(Time, String)>,
}

/// The tables of a results folder, one field each.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "each field is the table of its row type, which is documented")]
pub struct Results {
    pub summary: Vec<SummaryRow>,
    pub ignorance: Vec<IgnoranceRow>,
    pub targets: Vec<TargetRow>,
    pub chances: Vec<ChanceRow>,
    pub backlog: Vec<BacklogRow>,
    pub flows: Vec<FlowRow>,
    pub time_to_action: Vec<TimeToActionRow>,
    pub time_to_action_curve: Vec<CurveRow>,
    pub stages: Vec<StageRow>,
    pub where_the_time_goes: Vec<WhereRow>,
    pub utilization: Vec<UtilizationRow>,
    pub staff: Vec<StaffRow>,
    pub outcomes: Vec<OutcomeRow>,
    pub costs: Vec<CostRow>,
    pub replications: Vec<ReplicationRow>,
    pub fluid: Vec<FluidRow>,
    pub changes: Vec<ChangeRow>,
}

impl Results {
    /// The tables of a run.
    pub fn new(model: &Model, result: &RunResult, beside: &Beside) -> Results {
        let layout = &Layout::new(model);
        Results {
            summary: rows::summary(model, result),
            ignorance: rows::ignorance(model, result),
            targets: rows::targets(model, result),
            chances: rows::chances(model, result),
            backlog: series_rows::backlog(model, layout, result),
            flows: series_rows::flows(model, layout, result),
            time_to_action: rows::time_to_action(model, layout, result),
            time_to_action_curve: series_rows::curves(model, layout, result),
            stages: rows::stages(model, result),
            where_the_time_goes: rows::where_the_time_goes(model, result),
            utilization: series_rows::utilization(model, layout, result),
            staff: series_rows::staff(model, layout, result),
            outcomes: rows::outcomes(model, result),
            costs: rows::costs(model, result),
            replications: rows::replications(model, result),
            fluid: series_rows::fluid(model, beside),
            changes: series_rows::changes(model, beside),
        }
    }

    /// Every table as a file.
    pub fn files(&self) -> Vec<(Table, Vec<u8>)> {
        self.sheets().iter().map(Sheet::content).collect()
    }

    /// The same, made by so many threads.
    pub fn files_on(&self, threads: Option<usize>) -> Result<Vec<File>, Error> {
        files::made(&self.sheets(), threads)
    }

    fn sheets(&self) -> Vec<Sheet<'_>> {
        vec![
            Sheet::of(&self.summary),
            Sheet::of(&self.ignorance),
            Sheet::of(&self.targets),
            Sheet::of(&self.chances),
            Sheet::of(&self.backlog),
            Sheet::of(&self.flows),
            Sheet::of(&self.time_to_action),
            Sheet::of(&self.time_to_action_curve),
            Sheet::of(&self.stages),
            Sheet::of(&self.where_the_time_goes),
            Sheet::of(&self.utilization),
            Sheet::of(&self.staff),
            Sheet::of(&self.outcomes),
            Sheet::of(&self.costs),
            Sheet::of(&self.replications),
            Sheet::of(&self.fluid),
            Sheet::of(&self.changes),
        ]
    }

    /// Reads a results folder.
    pub fn read(folder: &Path) -> Result<Results, Error> {
        Ok(Results {
            summary: csv::read(folder)?,
            ignorance: csv::read(folder)?,
            targets: csv::read(folder)?,
            chances: csv::read(folder)?,
            backlog: csv::read(folder)?,
            flows: csv::read(folder)?,
            time_to_action: csv::read(folder)?,
            time_to_action_curve: csv::read(folder)?,
            stages: csv::read(folder)?,
            where_the_time_goes: csv::read(folder)?,
            utilization: csv::read(folder)?,
            staff: csv::read(folder)?,
            outcomes: csv::read(folder)?,
            costs: csv::read(folder)?,
            replications: csv::read(folder)?,
            fluid: csv::read(folder)?,
            changes: csv::read(folder)?,
        })
    }

    /// The short form for `--json`: targets, chances and every scalar measure with its interval; with values that
    /// nobody knows, chance and ignorance in each. What is not there is `null`.
    pub fn to_json(&self) -> serde_json::Value {
        let mut parts = json!({ "targets": self.targets, "chances": self.chances, "summary": self.summary });
        if !self.ignorance.is_empty() {
            parts["ignorance"] = json!(self.ignorance);
        }
        parts
    }
}
