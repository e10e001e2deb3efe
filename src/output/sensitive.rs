//! The tables of a sensitivity analysis: what was found, where, and what every replication said there.

use std::path::Path;

use serde_json::json;

use crate::error::Error;
use crate::experiment::Setting;
use crate::experiment::sensitivity::{Finding, Point, Question, Sensitivity};
use crate::model::Model;
use crate::output::csv;
use crate::output::rows::{Cells, names};
use crate::output::tables::{AnswerRow, DesignRow, Row, SensitivityRow, Table};

/// The tables of a sensitivity analysis' folder, one field each.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "each field is the table of its row type, which is documented")]
pub struct Sensed {
    pub sensitivity: Vec<SensitivityRow>,
    pub design: Vec<DesignRow>,
    pub answers: Vec<AnswerRow>,
}

impl Sensed {
    /// What was found of this scenario.
    pub fn new(base: &Model, question: &Question, found: &Sensitivity) -> Sensed {
        let sensitivity = found.findings.iter().map(|finding| row(base, question, finding)).collect();
        let numbered = || (1_u64..).zip(&found.points);
        let design = numbered().flat_map(|(n, point)| settings(base, question, (n, point))).collect();
        let mut answers = vec![];
        for ((number, point), said) in numbered().zip(&found.answers) {
            for (measure, values) in question.measures.iter().zip(&said.values) {
                for (replication, value) in (u64::from(point.first)..).zip(values) {
                    let (scenario, plan) = names(base);
                    answers.push(AnswerRow {
                        scenario,
                        plan,
                        point: number,
                        replication,
                        measure: measure.measure(),
                        class: measure.class.clone(),
                        unit: measure.unit.clone(),
                        value: *value,
                    });
                }
            }
        }
        Sensed { sensitivity, design, answers }
    }

    /// Every table as a file.
    pub fn files(&self) -> Vec<(Table, Vec<u8>)> {
        vec![
            (SensitivityRow::TABLE, csv::to_bytes(&self.sensitivity)),
            (DesignRow::TABLE, csv::to_bytes(&self.design)),
            (AnswerRow::TABLE, csv::to_bytes(&self.answers)),
        ]
    }

    /// Whether a results folder holds a sensitivity analysis.
    pub fn is_in(folder: &Path) -> bool {
        folder.join(SensitivityRow::TABLE.file()).is_file()
    }

    /// Reads the folder of a sensitivity analysis.
    pub fn read(folder: &Path) -> Result<Sensed, Error> {
        Ok(Sensed {
            sensitivity: csv::read(folder)?,
            design: csv::read(folder)?,
            answers: csv::read(folder)?,
        })
    }

    /// What was found, for `--json`; points and answers are in the files.
    pub fn to_json(&self) -> serde_json::Value {
        json!({ "sensitivity": self.sensitivity })
    }
}

fn row(base: &Model, question: &Question, finding: &Finding) -> SensitivityRow {
    let (scenario, plan) = names(base);
    let measure = &question.measures[finding.measure];
    let factor = finding.factor.map(|factor| &question.factors[factor]);
    let Cells { estimate, low, high, level, n, method } = Cells::of(finding.interval.as_ref());
    SensitivityRow {
        scenario,
        plan,
        analysis: finding.analysis.word().to_owned(),
        factor: factor.map(|factor| factor.name.clone()).unwrap_or_default(),
        how: factor.map(|factor| factor.how.word().to_owned()).unwrap_or_default(),
        measure: measure.measure(),
        class: measure.class.clone(),
        unit: finding.quantity.unit(&measure.unit).to_owned(),
        quantity: finding.quantity.word().to_owned(),
        estimate,
        low,
        high,
        level,
        n,
        method,
    }
}

/// The rows of a point, by factor.
fn settings(base: &Model, question: &Question, (number, point): (u64, &Point)) -> Vec<DesignRow> {
    let moved = point.moved.map(|moved| question.factors[moved].name.clone()).unwrap_or_default();
    let row = |(place, (factor, setting)): (&f64, (&crate::experiment::sensitivity::Factor, &Setting))| {
        let (scenario, plan) = names(base);
        DesignRow {
            scenario,
            plan,
            analysis: point.analysis.word().to_owned(),
            point: number,
            block: u64::from(point.block) + 1,
            role: point.role.word().to_owned(),
            moved: moved.clone(),
            first_replication: u64::from(point.first),
            replications: u64::from(point.replications),
            factor: factor.name.clone(),
            how: factor.how.word().to_owned(),
            place: *place,
            written: setting.written.clone(),
            value: setting.value,
            unit: setting.unit.clone(),
        }
    };
    point.places.iter().zip(question.factors.iter().zip(&point.settings)).map(row).collect()
}
