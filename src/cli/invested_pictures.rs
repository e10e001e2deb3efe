//! The charts of what money buys, made from the rows of its tables.

use crate::chart::{Caption, Differences, Frontier, MeasureDifferences, MixPoint, PlanDifference};
use crate::output::Invested;
use crate::output::tables::{InvestRow, MarginalRow};

use super::figures::{full_name, number, scale_of, unit_of};
use super::invested::Money;
use super::pictures::Picture;

/// Every picture for a scenario of this title and a budget.
pub(super) fn pictures(title: &str, money: &Money, budget: f64, rows: &Invested) -> Vec<Picture> {
    let Some(first) = rows.invest.first() else { return vec![] };
    let caption = || Caption { subject: title.to_owned(), replications: first.n };
    let named = |name: &str, scene| Picture { name: name.to_owned(), scene };
    vec![
        named("frontier", frontier(caption(), money, budget, first, rows).scene()),
        named("marginal", marginal(caption(), money, budget, first, rows).scene()),
    ]
}

fn frontier(caption: Caption, money: &Money, budget: f64, first: &InvestRow, rows: &Invested) -> Frontier {
    let scale = scale_of(&first.unit);
    let point = |row: &InvestRow| {
        let nothing = row.mix == first.mix;
        Some(MixPoint {
            name: row.bought.clone(),
            price: row.price,
            change: if nothing { 0.0 } else { row.difference? * scale },
            interval: row.low_at_once.zip(row.high_at_once).map(|(low, high)| (low * scale, high * scale)),
            efficient: row.frontier == "yes",
            may_be_best: row.may_be_best == "yes",
        })
    };
    Frontier {
        caption,
        measure: full_name(&first.measure, &first.class),
        unit: unit_of(&first.unit).to_owned(),
        money: money.unit(),
        more_is_better: first.better == "more",
        nothing: first.estimate.map(|mean| mean * scale),
        budget,
        mixes: rows
            .invest
            .iter()
            .filter(|row| row.price <= budget * (1.0 + 1e-9))
            .filter_map(point)
            .collect(),
    }
}

/// What one of each option changes, by itself and for the money.
fn marginal(caption: Caption, money: &Money, budget: f64, first: &InvestRow, rows: &Invested) -> Differences {
    let (scale, unit, more) = (scale_of(&first.unit), unit_of(&first.unit), Some(first.better == "more"));
    let of = |row: &MarginalRow, times: f64| {
        Some(PlanDifference {
            plan: row.option.clone(),
            estimate: row.difference * times,
            interval: (row.low? * times, row.high? * times),
            at_once: (row.low_at_once? * times, row.high_at_once? * times),
            chance: None,
        })
    };
    let portion = Money::portion(budget);
    let for_money = |row: &&MarginalRow| row.price > 0.0;
    let each = MeasureDifferences {
        measure: full_name(&first.measure, &first.class),
        unit: unit.to_owned(),
        more_is_better: more,
        base: first.estimate.map(|mean| mean * scale),
        plans: rows.marginal.iter().filter_map(|row| of(row, scale)).collect(),
    };
    let paid = MeasureDifferences {
        measure: format!("for {} {}", number(portion, 0), money.unit()),
        unit: format!("{unit}, at the price of each"),
        more_is_better: more,
        base: None,
        plans: (rows.marginal.iter().filter(for_money))
            .filter_map(|row| of(row, scale * portion / row.price))
            .collect(),
    };
    Differences { caption, each: "option".to_owned(), measures: vec![each, paid] }
}
