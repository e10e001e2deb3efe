//! The charts of a comparison, made from the rows of its tables.

use crate::chart::{
    Acceptability, Acceptance, Caption, Differences, MeasureDifferences, PlanDifference, Plane, PlanePoint,
};
use crate::output::Compared;
use crate::output::tables::{AcceptabilityRow, ComparisonRow};

use super::pictures::{Picture, distinct};

/// Every picture of a comparison of plans with a base of this title.
pub(super) fn pictures(title: &str, rows: &Compared) -> Vec<Picture> {
    let numbers = rows.replications.iter().map(|row| row.replication + 1);
    let replications = numbers.max().unwrap_or(0);
    let caption = || Caption { subject: title.to_owned(), replications };
    let named = |name: &str, scene| Picture { name: name.to_owned(), scene };
    let mut all = vec![named("differences", differences(caption(), rows).scene())];
    if let Some(chart) = acceptability(caption(), rows) {
        all.push(named("acceptability", chart.scene()));
    }
    if let Some(chart) = plane(caption(), rows) {
        all.push(named("cost-effectiveness", chart.scene()));
    }
    all
}

/// Measure and class as one name.
fn full_name(measure: &str, class: &str) -> String {
    if class.is_empty() { measure.to_owned() } else { format!("{measure}/{class}") }
}

fn name_of(row: &ComparisonRow) -> String {
    full_name(&row.measure, &row.class)
}

/// Shares are told in percentage points.
fn factor(unit: &str) -> f64 {
    if unit == "share" { 100.0 } else { 1.0 }
}

fn unit_of(unit: &str) -> &str {
    if unit == "share" { "percentage points" } else { unit }
}

fn differences(caption: Caption, rows: &Compared) -> Differences {
    let names: Vec<String> = rows.comparison.iter().map(name_of).collect();
    let measure = |name: &str| {
        let mut of = rows.comparison.iter().filter(|row| name_of(row) == name);
        let first = of.clone().next()?;
        let scale = factor(&first.unit);
        let plan = |row: &ComparisonRow| {
            Some(PlanDifference {
                plan: row.plan.clone(),
                estimate: row.difference? * scale,
                interval: (row.low? * scale, row.high? * scale),
                at_once: (row.low_at_once? * scale, row.high_at_once? * scale),
            })
        };
        Some(MeasureDifferences {
            measure: name.to_owned(),
            unit: unit_of(&first.unit).to_owned(),
            more_is_better: more(&first.better),
            base: first.base.map(|base| base * scale),
            plans: of.by_ref().filter_map(plan).collect(),
        })
    };
    let measures = distinct(names.iter().map(String::as_str)).into_iter().filter_map(measure).collect();
    Differences { caption, each: "plan".to_owned(), measures }
}

fn more(better: &str) -> Option<bool> {
    match better {
        "more" => Some(true),
        "less" => Some(false),
        _ => None,
    }
}

fn acceptability(caption: Caption, rows: &Compared) -> Option<Acceptability> {
    let first = rows.acceptability.first()?;
    let measure = full_name(&first.measure, &first.class);
    let base = &first.scenario;
    let called = |row: &AcceptabilityRow| if row.plan.is_empty() { base.clone() } else { row.plan.clone() };
    let names: Vec<String> = rows.acceptability.iter().map(called).collect();
    let plan = |name: &str| Acceptance {
        plan: name.to_owned(),
        points: (rows.acceptability.iter().filter(|row| called(row) == name))
            .map(|row| (row.price, row.share))
            .collect(),
    };
    let plans = distinct(names.iter().map(String::as_str)).into_iter().map(plan).collect();
    let of = rows.comparison.iter().find(|row| name_of(row) == measure)?;
    Some(Acceptability { caption, unit: unit_of(&of.unit).to_owned(), measure, plans })
}

fn plane(caption: Caption, rows: &Compared) -> Option<Plane> {
    let first = rows.acceptability.first()?;
    let measure = full_name(&first.measure, &first.class);
    let of = |name: &str| rows.comparison.iter().filter(|row| name_of(row) == name).collect::<Vec<_>>();
    let (effects, costs) = (of(&measure), of("cost"));
    let scale = factor(&effects.first()?.unit);
    let interval = |row: &ComparisonRow, scale: f64| {
        Some((row.difference? * scale, row.low? * scale, row.high? * scale))
    };
    let point = |effect: &&ComparisonRow| {
        let cost = costs.iter().find(|cost| cost.plan == effect.plan)?;
        let (cost, effect_of) = (interval(cost, 1.0)?, interval(effect, scale)?);
        Some(PlanePoint { plan: effect.plan.clone(), cost, effect: effect_of })
    };
    Some(Plane {
        caption,
        measure,
        unit: unit_of(&effects[0].unit).to_owned(),
        currency: costs.first()?.unit.clone(),
        more_is_better: more(&effects[0].better)?,
        plans: effects.iter().filter_map(point).collect(),
    })
}
