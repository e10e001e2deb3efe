//! The charts of a sweep, made from the rows of its tables: response curves for each parameter, and heat maps where there
//! are two.

use std::collections::BTreeMap;

use crate::chart::{Caption, HeatAxis, HeatMap, Response, ResponsePoint, Responses};
use crate::experiment::headline;
use crate::model::Model;
use crate::output::Swept;
use crate::output::tables::{PointRow, SweepRow};

use super::figures::full_name;
use super::pictures::{Picture, distinct};

/// More curves in one plot cannot be told apart: then the other parameters stand at their first, middle and last values.
const MOST_CURVES: usize = 6;

/// Every picture of a sweep of this scenario.
pub(super) fn pictures(base: &Model, replications: u64, swept: &Swept) -> Vec<Picture> {
    let sheet = Sheet::of(base, replications, swept);
    let mut all: Vec<Picture> = (0..sheet.parameters.len()).map(|p| sheet.responses(p)).collect();
    if sheet.parameters.len() == 2 && sheet.is_grid() {
        all.extend((0..sheet.measures.len()).map(|m| sheet.heat_map(m)));
    }
    all
}

/// A varied parameter.
struct Parameter {
    path: String,
    unit: String,
    /// Its values in their first order, as written.
    written: Vec<String>,
    /// Their numbers, if all are numbers of one unit.
    numbers: Option<Vec<f64>>,
}

/// A measure at every point.
struct Measure {
    name: String,
    unit: String,
    /// What a target asks for.
    asked: Option<f64>,
    /// By point: mean and interval.
    values: Vec<Option<ResponsePoint>>,
}

/// The tables of a sweep by number.
struct Sheet {
    caption: Caption,
    parameters: Vec<Parameter>,
    measures: Vec<Measure>,
    /// By point, then parameter: the place of its value.
    points: Vec<Vec<usize>>,
}

impl Sheet {
    fn of(base: &Model, replications: u64, swept: &Swept) -> Sheet {
        let paths = distinct(swept.points.iter().map(|row| row.parameter.as_str()));
        let parameters: Vec<Parameter> =
            paths.iter().map(|path| Parameter::of(path, &swept.points)).collect();
        let mut by_point: BTreeMap<u64, Vec<&PointRow>> = BTreeMap::new();
        for row in &swept.points {
            by_point.entry(row.point).or_default().push(row);
        }
        let place = |parameter: &Parameter, rows: &[&PointRow]| {
            let row = rows.iter().find(|row| row.parameter == parameter.path);
            row.and_then(|row| parameter.written.iter().position(|w| *w == row.written)).unwrap_or(0)
        };
        let places = |rows: &Vec<&PointRow>| parameters.iter().map(|p| place(p, rows)).collect();
        let points: Vec<Vec<usize>> = by_point.values().map(places).collect();
        let names: Vec<String> = swept.sweep.iter().map(name).collect();
        let mut measures: Vec<Measure> = vec![];
        for measure in distinct(names.iter().map(String::as_str)) {
            measures.extend(Measure::of(measure, base, &swept.sweep));
        }
        let title =
            if base.plan.is_empty() { base.title.clone() } else { format!("{}, {}", base.title, base.plan) };
        Sheet { caption: Caption { subject: title, replications }, parameters, measures, points }
    }

    /// Whether every value of each parameter meets every value of the others, once.
    fn is_grid(&self) -> bool {
        let all: usize = self.parameters.iter().map(|p| p.written.len()).product();
        let met: std::collections::BTreeSet<&Vec<usize>> = self.points.iter().collect();
        met.len() == all && self.points.len() == all
    }

    /// The response curves of a parameter.
    fn responses(&self, p: usize) -> Picture {
        let parameter = &self.parameters[p];
        let grid = self.is_grid();
        let curves =
            if grid { self.curves(p) } else { vec![(String::new(), (0..self.points.len()).collect())] };
        let x = |point: usize| {
            let place = self.points[point][p];
            parameter.numbers.as_ref().map_or(place as f64, |numbers| numbers[place])
        };
        let series = |measure: &Measure, points: &[usize]| {
            let mut found: Vec<ResponsePoint> = (points.iter())
                .filter_map(|k| measure.values[*k].map(|value| ResponsePoint { x: x(*k), ..value }))
                .collect();
            found.sort_by(|a, b| a.x.total_cmp(&b.x));
            found
        };
        let measure = |measure: &Measure| Response {
            measure: measure.name.clone(),
            unit: measure.unit.clone(),
            asked: measure.asked,
            series: curves.iter().map(|(_, points)| series(measure, points)).collect(),
        };
        let chart = Responses {
            caption: self.caption.clone(),
            parameter: parameter.path.clone(),
            unit: parameter.unit.clone(),
            words: if parameter.numbers.is_some() { vec![] } else { parameter.written.clone() },
            joined: grid && parameter.numbers.is_some(),
            points: self.points.len(),
            names: curves.iter().map(|(name, _)| name.clone()).collect(),
            measures: self.measures.iter().map(measure).collect(),
        };
        Picture { name: format!("response-{}", slug(&parameter.path)), scene: chart.scene() }
    }

    /// What the other parameters are, and the points at which they are so.
    fn curves(&self, p: usize) -> Vec<(String, Vec<usize>)> {
        let others = |point: &[usize]| -> Vec<usize> {
            (0..point.len()).filter(|other| *other != p).map(|other| point[other]).collect()
        };
        let mut groups: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
        for (k, point) in self.points.iter().enumerate() {
            groups.entry(others(point)).or_default().push(k);
        }
        if groups.len() > MOST_CURVES {
            let values = (0..self.parameters.len()).filter(|other| *other != p);
            let lengths: Vec<usize> = values.map(|other| self.parameters[other].written.len()).collect();
            let at = |part: usize| lengths.iter().map(|n| (n - 1) * part / 2).collect::<Vec<usize>>();
            let chosen = [at(0), at(1), at(2)];
            groups.retain(|places, _| chosen.contains(places));
        }
        let name = |places: &Vec<usize>| {
            let others = (0..self.parameters.len()).filter(|other| *other != p).zip(places);
            let each = others.map(|(other, place)| {
                let parameter = &self.parameters[other];
                format!("{} = {}", parameter.path, parameter.written[*place])
            });
            each.collect::<Vec<_>>().join(", ")
        };
        groups.into_iter().map(|(places, points)| (name(&places), points)).collect()
    }

    fn heat_map(&self, m: usize) -> Picture {
        let measure = &self.measures[m];
        let [across, up] = [0, 1].map(|p| {
            let parameter = &self.parameters[p];
            // Numbers grow to the right and upwards, whatever their order in the list.
            let mut order: Vec<usize> = (0..parameter.written.len()).collect();
            if let Some(numbers) = &parameter.numbers {
                order.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]));
            }
            order
        });
        let value = |row: usize, column: usize| {
            let here = [across[column], up[row]];
            let point = self.points.iter().position(|point| point[..] == here)?;
            measure.values[point].map(|value| value.estimate)
        };
        let axis = |p: usize, order: &[usize]| HeatAxis {
            parameter: self.parameters[p].path.clone(),
            values: order.iter().map(|k| self.parameters[p].written[*k].clone()).collect(),
        };
        let cells = (0..up.len()).map(|row| (0..across.len()).map(|column| value(row, column)).collect());
        let chart = HeatMap {
            caption: self.caption.clone(),
            measure: measure.name.clone(),
            unit: measure.unit.clone(),
            across: axis(0, &across),
            up: axis(1, &up),
            cells: cells.collect(),
            asked: measure.asked,
        };
        Picture { name: format!("heat-map-{}", slug(&measure.name)), scene: chart.scene() }
    }
}

impl Parameter {
    fn of(path: &str, points: &[PointRow]) -> Parameter {
        let rows: Vec<&PointRow> = points.iter().filter(|row| row.parameter == path).collect();
        let written = distinct(rows.iter().map(|row| row.written.as_str()));
        let number =
            |written: &&str| rows.iter().find(|row| row.written == **written).and_then(|row| row.value);
        let numbers: Option<Vec<f64>> = written.iter().map(number).collect();
        let unit = if numbers.is_some() { rows[0].unit.clone() } else { String::new() };
        let written = written.into_iter().map(str::to_owned).collect();
        Parameter { path: path.to_owned(), unit, written, numbers }
    }
}

impl Measure {
    /// A measure by its full name, with one value for each point, in their order.
    fn of(full: &str, base: &Model, rows: &[SweepRow]) -> Option<Measure> {
        let mut of: Vec<&SweepRow> = rows.iter().filter(|row| name(row) == full).collect();
        of.sort_by_key(|row| row.point);
        let share = of.first()?.unit == "share";
        let scale = if share { 100.0 } else { 1.0 };
        let value = |row: &&SweepRow| {
            let interval = row.low.zip(row.high).map(|(low, high)| (low * scale, high * scale));
            Some(ResponsePoint { x: 0.0, estimate: row.estimate? * scale, interval })
        };
        Some(Measure {
            name: full.to_owned(),
            unit: if share { "%".to_owned() } else { of[0].unit.clone() },
            asked: headline::asked(base, full).map(|asked| asked * scale),
            values: of.iter().map(value).collect(),
        })
    }
}

fn name(row: &SweepRow) -> String {
    full_name(&row.measure, &row.class)
}

/// A name for a file.
pub(super) fn slug(name: &str) -> String {
    let word = |c: char| if c.is_alphanumeric() || c == '-' { c } else { '-' };
    name.chars().map(word).collect()
}
