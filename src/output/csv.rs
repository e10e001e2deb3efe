//! Tables as CSV, written and read back: the only place that knows the format.

use std::path::Path;

use serde::Serialize;

use crate::error::{Error, ErrorKind};
use crate::output::tables::{Row, Table};

/// A table's file: the header, then a line a row.
pub fn to_bytes<R: Row>(rows: &[R]) -> Vec<u8> {
    let mut text = header(R::TABLE);
    text.extend(lines(rows));
    text
}

/// The first line of a table's file: written by hand, because a table without rows has one too.
pub(super) fn header(table: Table) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(vec![]);
    let memory = "words can be written to memory";
    writer.write_record(table.columns.iter().map(|c| c.name)).expect(memory);
    writer.into_inner().expect(memory)
}

/// A line a row.
pub(super) fn lines<R: Row>(rows: &[R]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(vec![]);
    let memory = "a row of numbers and words can be written to memory";
    for row in rows {
        writer.serialize(row).expect(memory);
    }
    writer.into_inner().expect(memory)
}

/// What every column of these tables means, itself a table.
pub fn columns(tables: &[Table]) -> Vec<u8> {
    #[derive(Serialize)]
    struct Line {
        table: &'static str,
        column: &'static str,
        unit: &'static str,
        meaning: &'static str,
    }
    let mut writer = csv::Writer::from_writer(vec![]);
    let memory = "words can be written to memory";
    for table in tables {
        for c in table.columns {
            let line = Line { table: table.name, column: c.name, unit: c.unit, meaning: c.doc };
            writer.serialize(line).expect(memory);
        }
    }
    writer.into_inner().expect(memory)
}

/// Reads a table back.
pub fn read<R: Row>(folder: &Path) -> Result<Vec<R>, Error> {
    read_file(&folder.join(R::TABLE.file()))
}

/// Reads a file that holds rows of a table under another name.
pub(super) fn read_file<R: Row>(path: &Path) -> Result<Vec<R>, Error> {
    let text = std::fs::read(path).map_err(Error::io(path))?;
    from_bytes(&text).map_err(|why| Error::at(path, ErrorKind::Malformed(why)))
}

fn from_bytes<R: Row>(text: &[u8]) -> Result<Vec<R>, String> {
    let mut reader = csv::Reader::from_reader(text);
    let header = reader.headers().map_err(|e| e.to_string())?;
    if let Some(missing) = R::TABLE.columns.iter().find(|c| !header.iter().any(|h| h == c.name)) {
        return Err(format!("the column `{}` is missing; was it written by another version?", missing.name));
    }
    reader.deserialize().collect::<Result<_, _>>().map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::tables::{SummaryRow, TABLES};

    fn row(measure: &str, low: Option<f64>) -> SummaryRow {
        SummaryRow {
            scenario: "a, \"b\"".to_owned(),
            plan: String::new(),
            measure: measure.to_owned(),
            class: String::new(),
            unit: "days".to_owned(),
            estimate: Some(0.1 + 0.2),
            low,
            high: None,
            level: Some(0.95),
            n: 7,
            method: "student-t".to_owned(),
            p10: Some(1e-300),
            p50: None,
            p90: Some(-0.0),
        }
    }

    #[test]
    fn what_is_written_is_read_back_to_the_bit() {
        let rows = vec![row("wait_mean/screen", None), row("x", Some(12_345.678_9))];
        let text = to_bytes(&rows);
        assert_eq!(from_bytes::<SummaryRow>(&text).unwrap(), rows);
        let text = String::from_utf8(text).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "scenario,plan,measure,class,unit,estimate,low,high,level,n,method,p10,p50,p90");
        assert_eq!(
            lines[1],
            "\"a, \"\"b\"\"\",,wait_mean/screen,,days,0.30000000000000004,,,0.95,7,student-t,1e-300,,-0.0"
        );
    }

    #[test]
    fn a_table_without_rows_has_its_header() {
        let text = to_bytes::<SummaryRow>(&[]);
        assert!(text.starts_with(b"scenario,plan,measure,"));
        assert_eq!(from_bytes::<SummaryRow>(&text).unwrap(), vec![]);
    }

    #[test]
    fn a_file_of_another_kind_is_refused_with_the_missing_column() {
        let error = from_bytes::<SummaryRow>(b"scenario,plan\na,b\n").unwrap_err();
        assert_eq!(error, "the column `measure` is missing; was it written by another version?");
    }

    #[test]
    fn the_columns_table_has_a_line_for_every_column() {
        let text = String::from_utf8(columns(TABLES)).unwrap();
        let all: usize = TABLES.iter().map(|t| t.columns.len()).sum();
        assert_eq!(text.lines().count(), all + 1);
        assert!(text.starts_with("table,column,unit,meaning\nsummary,scenario,,"));
    }
}
