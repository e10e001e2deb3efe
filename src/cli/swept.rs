//! What `caseload sweep` says: a row for each point, what is set there and what it gives.

use crate::output::tables::{PointRow, SweepRow};
use crate::output::{Manifest, Swept};

use super::figures::{Figure, counted, full_name, number};
use super::pictures::distinct;
use super::terminal::{Terminal, WIDTH, paragraph, table};

/// More points stand in the tables only.
const SHOWN: u64 = 40;

/// The whole answer.
pub(super) fn summary(title: &str, swept: &Swept, manifest: &Manifest, terminal: &Terminal) -> String {
    let points = swept.points.last().map_or(0, |row| row.point);
    let mut text = terminal.bold(&format!("{title}: {}", counted(points, "point"))) + "\n";
    text += &paragraph(&method(manifest));
    let parameters = distinct(swept.points.iter().map(|row| row.parameter.as_str()));
    let (header, cells) = settings(swept, &parameters);
    let names: Vec<String> = swept.sweep.iter().map(name).collect();
    let measures = distinct(names.iter().map(String::as_str));
    let columns: Vec<(String, Vec<String>)> = measures.iter().map(|measure| column(swept, measure)).collect();
    let mut rest = &columns[..];
    while !rest.is_empty() {
        let fit = fitting(&header, &cells, rest);
        let (now, later) = rest.split_at(fit);
        rest = later;
        let head: Vec<&str> =
            header.iter().chain(now.iter().map(|(name, _)| name)).map(String::as_str).collect();
        let row = |(k, cells): (usize, &Vec<String>)| {
            cells.iter().cloned().chain(now.iter().map(|(_, values)| values[k].clone())).collect()
        };
        let rows: Vec<Vec<String>> = cells.iter().enumerate().map(row).collect();
        text += "\n";
        text += &table(&head, &rows);
    }
    if points > SHOWN {
        text += &paragraph(&format!("{} more are in sweep.csv", counted(points - SHOWN, "point")));
    }
    text
}

fn method(manifest: &Manifest) -> String {
    let Manifest { replications, draws, level, .. } = manifest;
    let each = counted(u64::from(*replications), "replication");
    let units = match draws {
        1 => format!("{each} of each"),
        draws => format!("{} of what nobody knows with {each} of each", counted(u64::from(*draws), "draw")),
    };
    let level = number(100.0 * level, 0);
    format!(
        "{units}, the same random numbers at every point; in brackets {level} % intervals of each point by itself (their \
         methods are in sweep.csv), so differences between points are known better than they look"
    )
}

/// The first columns: the point's number and what is set there.
fn settings(swept: &Swept, parameters: &[&str]) -> (Vec<String>, Vec<Vec<String>>) {
    let header = std::iter::once("point".to_owned()).chain(parameters.iter().map(|path| short(path)));
    let last = swept.points.last().map_or(0, |row| row.point.min(SHOWN));
    let cells = |point: u64| {
        let of = |path: &&str| {
            let here = |row: &&PointRow| row.point == point && row.parameter == **path;
            swept.points.iter().find(here).map(|row| row.written.clone()).unwrap_or_default()
        };
        std::iter::once(point.to_string()).chain(parameters.iter().map(of)).collect()
    };
    (header.collect(), (1..=last).map(cells).collect())
}

/// A path without the kind of table it begins with.
fn short(path: &str) -> String {
    path.split_once('.').map_or(path, |(_, rest)| rest).to_owned()
}

fn name(row: &SweepRow) -> String {
    full_name(&row.measure, &row.class)
}

/// A measure's column: its name, and its value at each point that is shown.
fn column(swept: &Swept, measure: &str) -> (String, Vec<String>) {
    let rows = swept.sweep.iter().filter(|row| name(row) == measure && row.point <= SHOWN);
    let say = |row: &SweepRow| {
        let Some(estimate) = row.estimate else { return "-".to_owned() };
        let figure = Figure { estimate, bounds: row.low.zip(row.high) };
        if row.unit == "share" { figure.percent() } else { figure.plain() }
    };
    (measure.to_owned(), rows.map(say).collect())
}

/// How many of the columns fit beside the settings; one at least.
fn fitting(header: &[String], cells: &[Vec<String>], columns: &[(String, Vec<String>)]) -> usize {
    let width = |name: &str, values: &mut dyn Iterator<Item = &String>| {
        values.map(|value| value.chars().count()).fold(name.chars().count(), usize::max) + 2
    };
    let fixed = header.iter().enumerate().map(|(c, name)| width(name, &mut cells.iter().map(|row| &row[c])));
    let mut used: usize = 2 + fixed.sum::<usize>();
    for (k, (name, values)) in columns.iter().enumerate() {
        used += width(name, &mut values.iter());
        if used > WIDTH && k > 0 {
            return k;
        }
    }
    columns.len()
}
