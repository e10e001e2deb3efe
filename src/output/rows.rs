//! The tables whose rows are scalar measures: each row is one measure with its interval.

use std::sync::Arc;

use crate::model::Model;
use crate::output::moment::Moment;
use crate::output::tables::{
    ChanceRow, CostRow, IgnoranceRow, OutcomeRow, ReplicationRow, StageRow, SummaryRow, TargetRow,
    TimeToActionRow, WhereRow,
};
use crate::run::layout::{LimitOf, label};
use crate::run::result::Estimate;
use crate::run::{Family, Layout, Response, RunResult, Value};
use crate::stats::{FirstAge, Interval, Method};
use crate::units::{Duration, Time};

/// The cells of an interval; all empty where there is none.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Cells {
    pub(super) estimate: Option<f64>,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
    pub(super) level: Option<f64>,
    pub(super) n: u64,
    pub(super) method: String,
}

impl Cells {
    pub(super) fn of(interval: Option<&Interval>) -> Cells {
        let Some(i) = interval else { return Cells::default() };
        let (low, high) = i.bounds();
        let level = (i.method != Method::Exact).then_some(i.level);
        Cells {
            estimate: Some(i.estimate),
            low,
            high,
            level,
            n: i.n as u64,
            method: i.method.name().to_owned(),
        }
    }

    fn estimated(estimate: Option<&Estimate>) -> Cells {
        Cells::of(estimate.map(|e| &e.interval))
    }
}

/// Scenario and plan: the first cells of every row.
pub(super) fn names(model: &Model) -> (String, String) {
    (model.name.clone(), model.plan.clone())
}

fn of_family(
    result: &RunResult,
    family: Family,
) -> impl Iterator<Item = (usize, &Response, Option<&Estimate>)> {
    let all = result.responses.iter().zip(&result.estimates).enumerate();
    all.filter(move |(_, (r, _))| r.family == family).map(|(i, (r, e))| (i, r, e.as_ref()))
}

pub(super) fn summary(model: &Model, result: &RunResult) -> Vec<SummaryRow> {
    let row = |(response, estimate): (&Response, &Option<Estimate>)| {
        let (scenario, plan) = names(model);
        let Cells { estimate: mean, low, high, level, n, method } = Cells::estimated(estimate.as_ref());
        let [p10, p50, p90] = estimate.as_ref().map_or([None; 3], |e| e.spread.map(Some));
        SummaryRow {
            scenario,
            plan,
            measure: response.measure(),
            class: response.class.clone(),
            unit: response.unit.clone(),
            estimate: mean,
            low,
            high,
            level,
            n,
            method,
            p10,
            p50,
            p90,
        }
    };
    result.responses.iter().zip(&result.estimates).map(row).collect()
}

/// Chance and ignorance in every measure; no rows where everything is known.
pub(super) fn ignorance(model: &Model, result: &RunResult) -> Vec<IgnoranceRow> {
    let row = |(i, response): (usize, &Response)| {
        let (scenario, plan) = names(model);
        let found = result.layers(i)?;
        let (low, high) = found.mean.bounds();
        let (chance_low, chance_high) = found.noise.bounds();
        let (share_low, share_high) = found.share_of_ignorance.map_or((None, None), |share| share.bounds());
        Some(IgnoranceRow {
            scenario,
            plan,
            measure: response.measure(),
            class: response.class.clone(),
            unit: response.unit.clone(),
            estimate: Some(found.mean.estimate),
            low,
            high,
            chance_low,
            chance_high,
            level: found.mean.level,
            n: found.mean.n as u64,
            sd_of_inputs: found.between.sqrt(),
            sd_of_chance: found.within.sqrt(),
            share_of_ignorance: found.share_of_ignorance.map(|share| share.estimate),
            share_low,
            share_high,
        })
    };
    result.responses.iter().enumerate().filter_map(row).collect()
}

pub(super) fn targets(model: &Model, result: &RunResult) -> Vec<TargetRow> {
    let row = |found: &crate::run::result::TargetResult| {
        let target = &model.targets[found.target];
        let (scenario, plan) = names(model);
        let Cells { estimate, low, high, level, n, method } = Cells::estimated(found.share.as_ref());
        TargetRow {
            scenario,
            plan,
            milestone: model.milestones[target.milestone.index()].id.clone(),
            class: target.class.map_or_else(String::new, |c| model.report_classes[c].clone()),
            within: label(target.within),
            asked: target.share,
            estimate,
            low,
            high,
            level,
            n,
            method,
            cases: found.window.map(|_| found.cases),
            window_from: found.window.map(|(from, _)| Moment::of(model.start, from)),
            window_until: found.window.map(|(_, until)| Moment::of(model.start, until)),
            verdict: found.verdict.words().to_owned(),
            chance: found.chance.as_ref().map(|chance| chance.estimate),
            chance_low: found.chance.as_ref().map(|chance| chance.low),
            chance_high: found.chance.as_ref().map(|chance| chance.high),
        }
    };
    result.targets.iter().map(row).collect()
}

pub(super) fn chances(model: &Model, result: &RunResult) -> Vec<ChanceRow> {
    let row = |found: &crate::run::chance::ChanceResult| {
        let statement = &found.statement;
        let response = &result.responses[statement.response];
        let (scenario, plan) = names(model);
        let Cells { estimate, low, high, level, n, method } = Cells::of(found.share.as_ref());
        ChanceRow {
            scenario,
            plan,
            statement: statement.text.clone(),
            measure: response.measure(),
            class: response.class.clone(),
            relation: statement.relation.sign().to_owned(),
            bound: statement.bound,
            unit: response.unit.clone(),
            estimate,
            low,
            high,
            level,
            n,
            method,
        }
    };
    result.chances.iter().map(row).collect()
}

pub(super) fn stages(model: &Model, result: &RunResult) -> Vec<StageRow> {
    let row = |(_, response, estimate): (usize, &Response, Option<&Estimate>)| {
        let (scenario, plan) = names(model);
        let Cells { estimate, low, high, level, n, method } = Cells::estimated(estimate);
        StageRow {
            scenario,
            plan,
            measure: response.quantity.to_owned(),
            stage: response.of.clone(),
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
    of_family(result, Family::Stages).map(row).collect()
}

pub(super) fn where_the_time_goes(model: &Model, result: &RunResult) -> Vec<WhereRow> {
    let row = |(_, response, estimate): (usize, &Response, Option<&Estimate>)| {
        let (scenario, plan) = names(model);
        let Cells { estimate, low, high, level, n, method } = Cells::estimated(estimate);
        let state = response.quantity.strip_prefix("days_").unwrap_or(response.quantity);
        WhereRow {
            scenario,
            plan,
            class: response.class.clone(),
            stage: response.of.clone(),
            state: state.to_owned(),
            estimate,
            low,
            high,
            level,
            n,
            method,
        }
    };
    of_family(result, Family::Lives).map(row).collect()
}

pub(super) fn outcomes(model: &Model, result: &RunResult) -> Vec<OutcomeRow> {
    let row = |(_, response, estimate): (usize, &Response, Option<&Estimate>)| {
        let (scenario, plan) = names(model);
        let Cells { estimate, low, high, level, n, method } = Cells::estimated(estimate);
        let counts_as = model.outcomes.iter().find(|o| o.id == response.of).map(|o| o.counts_as);
        let counts_as = counts_as.and_then(|c| serde_json::to_value(c).ok());
        OutcomeRow {
            scenario,
            plan,
            measure: response.unit.clone(),
            outcome: response.of.clone(),
            counts_as: counts_as.as_ref().and_then(|c| c.as_str()).unwrap_or_default().to_owned(),
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
    of_family(result, Family::Outcomes).map(row).collect()
}

pub(super) fn costs(model: &Model, result: &RunResult) -> Vec<CostRow> {
    let row = |(_, response, estimate): (usize, &Response, Option<&Estimate>)| {
        let (scenario, plan) = names(model);
        let Cells { estimate, low, high, level, n, method } = Cells::estimated(estimate);
        let (kind, item) = response.of.split_once('/').unwrap_or_default();
        CostRow {
            scenario,
            plan,
            fiscal_year: response.detail.clone(),
            kind: kind.to_owned(),
            item: item.to_owned(),
            unit: response.unit.clone(),
            estimate,
            low,
            high,
            level,
            n,
            method,
        }
    };
    of_family(result, Family::Costs).filter(|(_, r, _)| r.quantity == "cost").map(row).collect()
}

/// Measure, class and unit, which stand in as many rows as there are replications, and in memory once.
pub(super) fn words_of(response: &Response) -> [Arc<str>; 3] {
    [response.measure(), response.class.clone(), response.unit.clone()].map(Arc::from)
}

pub(super) fn replications(model: &Model, result: &RunResult) -> Vec<ReplicationRow> {
    let words: Vec<_> = result.responses.iter().map(words_of).collect();
    let mut rows = Vec::with_capacity(words.len() * result.values.len());
    // The replications of a draw stand one after the other.
    let each = (result.values.len() / result.draws.max(1) as usize).max(1);
    for (replication, values) in result.values.iter().enumerate() {
        for (words, value) in words.iter().zip(values) {
            let (scenario, plan) = names(model);
            let [measure, class, unit] = words.clone();
            let (numerator, denominator) = match *value {
                Value::Ratio { above, below } => (Some(above), Some(below)),
                Value::Number(_) | Value::Nothing => (None, None),
            };
            rows.push(ReplicationRow {
                scenario,
                plan,
                replication: replication as u64,
                draw: (replication / each) as u64 + 1,
                measure,
                class,
                unit,
                value: value.get(),
                numerator,
                denominator,
            });
        }
    }
    rows
}

/// Shares within limits and what else is said of delays, then the quantiles of the mean curves.
pub(super) fn time_to_action(model: &Model, layout: &Layout, result: &RunResult) -> Vec<TimeToActionRow> {
    let mut rows: Vec<TimeToActionRow> = of_family(result, Family::TimeToAction)
        .map(|(i, response, estimate)| {
            let limit = limit_of(model, layout, response);
            let window = limit.map_or(Some(year_window(model, layout, response.year)), |limit| {
                let (from, until) = year_window(model, layout, response.year);
                limit.until.filter(|end| *end > from).map(|end| (from, end.min(until)))
            });
            let cases = limit.and(window).map(|_| mean_below(result, i));
            let limit = limit.map(|limit| (limit.label.clone(), limit.days()));
            delay_row(model, response, limit, Cells::estimated(estimate), cases, window)
        })
        .collect();
    rows.extend(curve_quantiles(model, layout, result));
    rows
}

fn delay_row(
    model: &Model,
    response: &Response,
    limit: Option<(String, f64)>,
    cells: Cells,
    cases: Option<f64>,
    window: Option<(Time, Time)>,
) -> TimeToActionRow {
    let (scenario, plan) = names(model);
    let Cells { estimate, low, high, level, n, method } = cells;
    TimeToActionRow {
        scenario,
        plan,
        measure: response.quantity.to_owned(),
        milestone: response.of.clone(),
        class: response.class.clone(),
        year: response.year,
        limit_days: limit.as_ref().map(|(_, days)| *days),
        limit: limit.map_or_else(String::new, |(label, _)| label),
        unit: response.unit.clone(),
        estimate,
        low,
        high,
        level,
        n,
        method,
        cases,
        window_from: window.map(|(from, _)| Moment::of(model.start, from)),
        window_until: window.map(|(_, until)| Moment::of(model.start, until)),
    }
}

/// The limit that a share is about.
fn limit_of<'a>(model: &Model, layout: &'a Layout, response: &Response) -> Option<&'a LimitOf> {
    let milestone = model.milestones.iter().position(|m| m.id == response.of)?;
    layout.limits[milestone].iter().find(|limit| limit.label == response.detail)
}

/// When the clocks of a cohort start.
pub(super) fn year_window(model: &Model, layout: &Layout, year: Option<i16>) -> (Time, Time) {
    let row = year.and_then(|year| layout.years.iter().position(|(y, _)| *y == year));
    match row {
        None => (model.warmup, model.horizon),
        Some(i) => (layout.years[i].1, layout.years.get(i + 1).map_or(model.horizon, |(_, next)| *next)),
    }
}

fn mean_below(result: &RunResult, response: usize) -> f64 {
    let below = |values: &Vec<Value>| match values[response] {
        Value::Ratio { below, .. } => below,
        Value::Number(_) | Value::Nothing => 0.0,
    };
    result.values.iter().map(below).sum::<f64>() / result.values.len().max(1) as f64
}

/// Ages at which the mean curves reach a half, nine tenths, nineteen twentieths.
fn curve_quantiles(model: &Model, layout: &Layout, result: &RunResult) -> Vec<TimeToActionRow> {
    let mut rows = vec![];
    for (key, curve) in &result.curves {
        for (p, quantity) in [(0.5, "curve_p50"), (0.9, "curve_p90"), (0.95, "curve_p95")] {
            let FirstAge { age, low, high } = curve.first_age(&layout.grid, p);
            let days = |age: Option<i64>| age.map(|ms| Duration(ms).days());
            let response = Response {
                family: Family::TimeToAction,
                quantity,
                of: model.milestones[key.milestone].id.clone(),
                detail: String::new(),
                year: key.year.map(|y| layout.years[y].0),
                class: key.class.map_or_else(String::new, |c| model.report_classes[c].clone()),
                unit: "days".to_owned(),
            };
            let cells = Cells {
                estimate: days(age),
                low: days(low),
                high: days(high),
                level: Some(curve.level),
                n: curve.curves as u64,
                method: Method::PointwiseTBand.name().to_owned(),
            };
            let window = Some(year_window(model, layout, response.year));
            rows.push(delay_row(model, &response, None, cells, None, window));
        }
    }
    rows
}
