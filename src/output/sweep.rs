//! The tables of a sweep: made point by point, written to a folder, read back for drawing and for going on.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;

use crate::error::Error;
use crate::experiment::Setting;
use crate::model::Model;
use crate::output::csv;
use crate::output::manifest::{Manifest, sha256};
use crate::output::rows::{Cells, names};
use crate::output::tables::{PointRow, Row, SweepRow, Table};
use crate::run::{Estimate, Response};

/// The tables of a sweep's folder, one field each.
#[derive(Debug, Clone, PartialEq, Default)]
#[allow(missing_docs, reason = "each field is the table of its row type, which is documented")]
pub struct Swept {
    pub sweep: Vec<SweepRow>,
    pub points: Vec<PointRow>,
}

impl Swept {
    /// Takes up a point: what is varied by path, what is set there, and its rows. Its number is the next.
    pub fn push(&mut self, base: &Model, point: &[(&str, &Setting)], rows: Vec<SweepRow>) {
        let number = self.points.last().map_or(1, |row| row.point + 1);
        for (parameter, setting) in point {
            let (scenario, plan) = names(base);
            self.points.push(PointRow {
                scenario,
                plan,
                point: number,
                parameter: (*parameter).to_owned(),
                written: setting.written.clone(),
                value: setting.value,
                unit: setting.unit.clone(),
            });
        }
        self.sweep.extend(rows.into_iter().map(|row| SweepRow { point: number, ..row }));
    }

    /// The rows of one point that has no number yet.
    pub fn rows(base: &Model, measures: &[Response], estimates: &[Option<Estimate>]) -> Vec<SweepRow> {
        let row = |(response, found): (&Response, &Option<Estimate>)| {
            let (scenario, plan) = names(base);
            let interval = found.as_ref().map(|found| &found.interval);
            let Cells { estimate, low, high, level, n, method } = Cells::of(interval);
            SweepRow {
                scenario,
                plan,
                point: 0,
                measure: response.measure(),
                class: response.class.clone(),
                unit: response.unit.clone(),
                estimate,
                low,
                high,
                level,
                n,
                method,
            }
        };
        measures.iter().zip(estimates).map(row).collect()
    }

    /// What singles a point out: its settings, hashed.
    pub fn id<'a>(settings: impl Iterator<Item = (&'a str, &'a str)>) -> String {
        let lines: Vec<String> = settings.map(|(path, written)| format!("{path}={written}\n")).collect();
        sha256(lines.concat().as_bytes())[..16].to_owned()
    }

    /// The rows of each point, by what singles it out.
    pub fn by_id(&self) -> BTreeMap<String, Vec<SweepRow>> {
        let mut settings: BTreeMap<u64, Vec<(&str, &str)>> = BTreeMap::new();
        for row in &self.points {
            settings.entry(row.point).or_default().push((&row.parameter, &row.written));
        }
        let rows = |point: u64| self.sweep.iter().filter(|row| row.point == point).cloned().collect();
        settings.into_iter().map(|(point, of)| (Swept::id(of.into_iter()), rows(point))).collect()
    }

    /// Every table as a file.
    pub fn files(&self) -> Vec<(Table, Vec<u8>)> {
        vec![(SweepRow::TABLE, csv::to_bytes(&self.sweep)), (PointRow::TABLE, csv::to_bytes(&self.points))]
    }

    /// Whether a results folder holds a sweep.
    pub fn is_in(folder: &Path) -> bool {
        folder.join(SweepRow::TABLE.file()).is_file()
    }

    /// Reads the folder of a sweep.
    pub fn read(folder: &Path) -> Result<Swept, Error> {
        Ok(Swept { sweep: csv::read(folder)?, points: csv::read(folder)? })
    }

    /// Reads it if its tables are still those that its manifest notes.
    pub fn intact(folder: &Path, manifest: &Manifest) -> Option<Swept> {
        let swept = Swept::read(folder).ok()?;
        let noted = |(table, bytes): (Table, Vec<u8>)| {
            let noted = manifest.tables.iter().find(|noted| noted.name == table.file());
            noted.is_some_and(|noted| noted.sha256 == sha256(&bytes))
        };
        swept.files().into_iter().all(noted).then_some(swept)
    }

    /// Both tables for `--json`.
    pub fn to_json(&self) -> serde_json::Value {
        json!({ "points": self.points, "sweep": self.sweep })
    }
}
