//! The table of a search for a staffing: every staffing that was tried, goal by goal.

use std::path::Path;

use serde_json::json;

use crate::experiment::size::{Goal, Role, Shown, Sizing, Tried};
use crate::output::csv;
use crate::output::rows::Cells;
use crate::output::tables::{Row, SizeRow, Table};

/// The table of a folder that holds a search for a staffing.
#[derive(Debug, Clone, PartialEq)]
pub struct Sized {
    /// By staffing, the cheapest first, then goal.
    pub size: Vec<SizeRow>,
}

impl Sized {
    /// What was found for the scenario with this name under these plans.
    pub fn new((scenario, plan): (&str, &str), sizing: &Sizing) -> Sized {
        let rows = |tried: &Tried| -> Vec<SizeRow> {
            let goals = sizing.goals.iter().zip(&tried.shown);
            goals.map(|(goal, shown)| row((scenario, plan), sizing, tried, (goal, shown))).collect()
        };
        Sized { size: sizing.tried.iter().flat_map(rows).collect() }
    }

    /// The table as a file.
    pub fn files(&self) -> Vec<(Table, Vec<u8>)> {
        vec![(SizeRow::TABLE, csv::to_bytes(&self.size))]
    }

    /// Whether a results folder holds a search for a staffing.
    pub fn is_in(folder: &Path) -> bool {
        folder.join(SizeRow::TABLE.file()).is_file()
    }

    /// For `--json`: the answer, or what came nearest, and the table.
    pub fn to_json(&self, sizing: &Sizing) -> serde_json::Value {
        let one = |place: Option<usize>| {
            let tried = &sizing.tried[place?];
            let pools = sizing.posts.iter().zip(&tried.staffing);
            let staffing: serde_json::Map<String, serde_json::Value> =
                pools.map(|(of, n)| (of.pool.clone(), json!(n))).collect();
            Some(json!({ "staffing": staffing, "cost": tried.cost }))
        };
        json!({
            "answer": one(sizing.answer),
            "nearest": one(sizing.nearest),
            "confidence": sizing.level,
            "every_staffing_tried": sizing.every,
            "search_complete": sizing.complete,
            "size": self.size,
        })
    }
}

fn row(
    (scenario, plan): (&str, &str),
    sizing: &Sizing,
    tried: &Tried,
    (goal, shown): (&Goal, &Shown),
) -> SizeRow {
    let Cells { estimate, low, high, level, n, method } = Cells::of(shown.interval.as_ref());
    let fresh = !matches!(tried.role, Role::Tried | Role::Cheaper);
    SizeRow {
        scenario: scenario.to_owned(),
        plan: plan.to_owned(),
        staffing: sizing.name(tried),
        cost: tried.cost,
        role: tried.role.word().to_owned(),
        replications: if fresh { "fresh" } else { "search" }.to_owned(),
        measure: goal.response.measure(),
        class: goal.response.class.clone(),
        unit: goal.response.unit.clone(),
        relation: goal.relation.sign().to_owned(),
        asked: goal.bound,
        chance: goal.chance,
        estimate,
        low,
        high,
        level,
        n,
        method,
        verdict: shown.verdict.words().to_owned(),
        verdict_of_all: tried.verdict.words().to_owned(),
    }
}
