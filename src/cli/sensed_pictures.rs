//! The charts of a sensitivity analysis, made from the rows of its tables.

use crate::chart::{
    Caption, ScreenedInput, ScreeningPlane, SharedInput, Tornado, TornadoBar, TornadoEnd, VarianceShares,
};
use crate::model::Model;
use crate::output::Sensed;
use crate::output::tables::SensitivityRow;

use super::figures::{full_name, three_digits, with_unit};
use super::pictures::{Picture, distinct};

/// Every picture of the analyses of this scenario.
pub(super) fn pictures(base: &Model, sensed: &Sensed) -> Vec<Picture> {
    let subject =
        if base.plan.is_empty() { base.title.clone() } else { format!("{}, {}", base.title, base.plan) };
    let mut all = vec![];
    for analysis in distinct(sensed.sensitivity.iter().map(|row| row.analysis.as_str())) {
        for measure in measures(sensed) {
            let sheet = Sheet { sensed, analysis, measure: &measure, subject: &subject };
            let scene = match analysis {
                "tornado" => sheet.tornado().scene(),
                "morris" => sheet.morris().scene(),
                _ => sheet.sobol().scene(),
            };
            all.push(Picture {
                name: format!("{analysis}-{}", super::sweep_pictures::slug(&measure)),
                scene,
            });
        }
    }
    all
}

/// Full names of the measures, in their order.
pub(super) fn measures(sensed: &Sensed) -> Vec<String> {
    let names: Vec<String> = sensed.sensitivity.iter().map(name_of).collect();
    distinct(names.iter().map(String::as_str)).into_iter().map(str::to_owned).collect()
}

fn name_of(row: &SensitivityRow) -> String {
    full_name(&row.measure, &row.class)
}

/// A figure with its interval.
pub(super) type Value = (f64, Option<(f64, f64)>);

/// One analysis in one measure.
pub(super) struct Sheet<'s> {
    pub(super) sensed: &'s Sensed,
    pub(super) analysis: &'s str,
    pub(super) measure: &'s str,
    pub(super) subject: &'s str,
}

impl Sheet<'_> {
    fn rows(&self) -> impl Iterator<Item = &SensitivityRow> {
        let here = |row: &&SensitivityRow| row.analysis == self.analysis && name_of(row) == self.measure;
        self.sensed.sensitivity.iter().filter(here)
    }

    pub(super) fn row(&self, factor: &str, quantity: &str) -> Option<&SensitivityRow> {
        self.rows().find(|row| row.factor == factor && row.quantity == quantity)
    }

    /// Inputs in the order of their ranks.
    pub(super) fn factors(&self) -> Vec<&str> {
        let mut all = distinct(self.rows().map(|row| row.factor.as_str()));
        let rank =
            |factor: &str| self.row(factor, "rank").and_then(|row| row.estimate).unwrap_or(f64::INFINITY);
        all.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
        all
    }

    /// The unit of the measure; shares are said in per cent.
    pub(super) fn unit(&self) -> (String, f64) {
        let own = ["middle", "mu", "mean"];
        let unit = self.rows().find(|row| own.contains(&row.quantity.as_str())).map_or("", |row| &row.unit);
        if unit == "share" { ("%".to_owned(), 100.0) } else { (unit.to_owned(), 1.0) }
    }

    /// A figure, times this.
    pub(super) fn value(&self, factor: &str, quantity: &str, times: f64) -> Option<Value> {
        let row = self.row(factor, quantity)?;
        let interval = row.low.zip(row.high).map(|(low, high)| (low * times, high * times));
        Some((row.estimate? * times, interval))
    }

    pub(super) fn ranks(&self, factor: &str) -> Option<(usize, usize)> {
        let row = self.row(factor, "rank")?;
        row.low.zip(row.high).map(|(best, worst)| (best as usize, worst as usize))
    }

    /// How many replications, trajectories or rows stand behind the figures.
    pub(super) fn behind(&self) -> u64 {
        self.rows().map(|row| row.n).max().unwrap_or(0)
    }

    /// Replications of each point.
    pub(super) fn replications(&self) -> u64 {
        let point = self.sensed.design.iter().find(|row| row.analysis == self.analysis);
        point.map_or(0, |row| row.replications)
    }

    /// The value of an input at an end of its range, in words.
    pub(super) fn setting(&self, factor: &str, role: &str) -> String {
        let here = |row: &&crate::output::tables::DesignRow| {
            row.analysis == "tornado" && row.factor == factor && row.moved == factor && row.role == role
        };
        let row = self.sensed.design.iter().find(here);
        row.map(|row| said(&row.how, &row.written, row.value, &row.unit)).unwrap_or_default()
    }

    fn caption(&self) -> Caption {
        Caption { subject: self.subject.to_owned(), replications: self.replications() }
    }

    fn tornado(&self) -> Tornado {
        let (unit, times) = self.unit();
        let end = |factor: &str, role: &str| {
            let (change, interval) = self.value(factor, role, times)?;
            Some(TornadoEnd { setting: self.setting(factor, role).replace('-', "−"), change, interval })
        };
        let bar = |factor: &&str| {
            let (low, high) = (end(factor, "low")?, end(factor, "high")?);
            Some(TornadoBar { name: (*factor).to_owned(), low, high, ranks: self.ranks(factor) })
        };
        let luck = self.value("", "luck_low", times).zip(self.value("", "luck_high", times));
        Tornado {
            caption: self.caption(),
            measure: self.measure.to_owned(),
            unit,
            middle: self.value("", "middle", times).map_or(0.0, |(middle, _)| middle),
            bars: self.factors().iter().filter_map(bar).collect(),
            luck: luck.map(|((low, _), (high, _))| (low, high)),
        }
    }

    fn morris(&self) -> ScreeningPlane {
        let (unit, times) = self.unit();
        let input = |factor: &&str| {
            Some(ScreenedInput {
                name: (*factor).to_owned(),
                mu_star: self.value(factor, "mu_star", times)?,
                sigma: self.value(factor, "sigma", times)?,
                ranks: self.ranks(factor),
            })
        };
        ScreeningPlane {
            caption: self.caption(),
            trajectories: self.behind(),
            measure: self.measure.to_owned(),
            unit,
            inputs: self.factors().iter().filter_map(input).collect(),
        }
    }

    fn sobol(&self) -> VarianceShares {
        let input = |factor: &&str| {
            Some(SharedInput {
                name: (*factor).to_owned(),
                first: self.value(factor, "S1", 100.0)?,
                total: self.value(factor, "ST", 100.0)?,
                ranks: self.ranks(factor),
            })
        };
        VarianceShares {
            caption: self.caption(),
            rows: self.behind(),
            measure: self.measure.to_owned(),
            inputs: self.factors().iter().filter_map(input).collect(),
            luck: self.value("", "noise_share", 100.0),
        }
    }
}

/// A setting as people read it: a factor with its sign, a number of no more digits than they can use.
fn said(how: &str, written: &str, value: Option<f64>, unit: &str) -> String {
    let short = |value: f64| {
        let decimals = three_digits(value).clamp(0, 6);
        let text = format!("{value:.*}", decimals as usize);
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
    };
    match (how, value) {
        ("scale", Some(value)) => format!("× {}", short(value)),
        ("add", Some(value)) if value > 0.0 => format!("+{}", short(value)),
        (_, Some(value)) if unit.starts_with('%') => format!("{}{unit}", short(value)),
        (_, Some(value)) => with_unit(&short(value), unit),
        _ => written.to_owned(),
    }
}
