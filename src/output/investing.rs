//! The tables of what money buys: made from the result, written to a folder, read back for drawing.

use std::path::Path;

use serde_json::json;

use crate::error::Error;
use crate::experiment::invest::{Investment, Marginal, Question, Tried};
use crate::output::csv;
use crate::output::rows::Cells;
use crate::output::tables::{InvestRow, MarginalRow, MixRow, Row, Table};
use crate::stats::{Fieller, Interval};

/// The tables of a folder that says what money buys, one field each.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "each field is the table of its row type, which is documented")]
pub struct Invested {
    pub invest: Vec<InvestRow>,
    pub mixes: Vec<MixRow>,
    pub marginal: Vec<MarginalRow>,
}

impl Invested {
    /// What was found for the scenario with this name under these plans.
    pub fn new(names: (&str, &str), found: &Investment) -> Invested {
        let numbered = || (1_u64..).zip(&found.mixes);
        let counts = |(mix, tried): (u64, &Tried)| -> Vec<MixRow> {
            let bought = found.question.choices.iter().zip(&tried.counts).filter(|(_, n)| **n > 0);
            bought
                .map(|(choice, n)| MixRow {
                    scenario: names.0.to_owned(),
                    plan: names.1.to_owned(),
                    mix,
                    option: choice.id.clone(),
                    count: u64::from(*n),
                })
                .collect()
        };
        Invested {
            invest: numbered().map(|(mix, tried)| row(names, &found.question, mix, tried)).collect(),
            mixes: numbered().flat_map(counts).collect(),
            marginal: found.marginal.iter().map(|of| marginal(names, &found.question, of)).collect(),
        }
    }

    /// Every table as a file.
    pub fn files(&self) -> Vec<(Table, Vec<u8>)> {
        vec![
            (InvestRow::TABLE, csv::to_bytes(&self.invest)),
            (MixRow::TABLE, csv::to_bytes(&self.mixes)),
            (MarginalRow::TABLE, csv::to_bytes(&self.marginal)),
        ]
    }

    /// Whether a results folder says what money buys.
    pub fn is_in(folder: &Path) -> bool {
        folder.join(InvestRow::TABLE.file()).is_file()
    }

    /// Reads such a folder.
    pub fn read(folder: &Path) -> Result<Invested, Error> {
        Ok(Invested { invest: csv::read(folder)?, mixes: csv::read(folder)?, marginal: csv::read(folder)? })
    }

    /// For `--json`: the best mix and all tables.
    pub fn to_json(&self, found: &Investment) -> serde_json::Value {
        let best = &found.mixes[found.best];
        let counts: serde_json::Map<String, serde_json::Value> = found
            .question
            .choices
            .iter()
            .zip(&best.counts)
            .filter(|(_, n)| **n > 0)
            .map(|(choice, n)| (choice.id.clone(), json!(n)))
            .collect();
        json!({
            "budget": found.question.budget,
            "measure": found.question.response.name(),
            "best": { "bought": counts, "price": best.price },
            "better_than_nothing": found.is_better(best),
            "every_mix_tried": found.every,
            "search_complete": found.complete,
            "confidence": found.question.level,
            "invest": self.invest,
            "mixes": self.mixes,
            "marginal": self.marginal,
        })
    }
}

fn row((scenario, plan): (&str, &str), question: &Question, mix: u64, tried: &Tried) -> InvestRow {
    let Cells { estimate, low, high, level, n, .. } = Cells::of(tried.mean.as_ref());
    let against = tried.against.as_ref();
    let difference = Cells::of(against.map(|of| &of.difference));
    let at_once = Cells::of(against.map(|of| &of.at_once));
    let mark = |yes: bool| {
        if !tried.fresh {
            ""
        } else if yes {
            "yes"
        } else {
            "no"
        }
        .to_owned()
    };
    InvestRow {
        scenario: scenario.to_owned(),
        plan: plan.to_owned(),
        mix,
        bought: question.name(&tried.counts),
        price: tried.price,
        replications: if tried.fresh { "fresh" } else { "search" }.to_owned(),
        measure: question.response.measure(),
        class: question.response.class.clone(),
        unit: question.response.unit.clone(),
        better: question.better.word().to_owned(),
        estimate,
        low,
        high,
        level,
        n,
        difference: difference.estimate,
        difference_low: difference.low,
        difference_high: difference.high,
        low_at_once: at_once.low,
        high_at_once: at_once.high,
        extra_cost: against.and_then(|of| of.extra_cost).map(|cost| cost.estimate),
        frontier: mark(tried.efficient),
        may_be_best: mark(tried.may_be_best),
    }
}

fn marginal((scenario, plan): (&str, &str), question: &Question, of: &Marginal) -> MarginalRow {
    let choice = &question.choices[of.choice];
    let (difference, at_once) = (Cells::of(Some(&of.difference)), Cells::of(Some(&of.at_once)));
    let for_money = Cells::of(of.for_money.as_ref());
    let (per_cost, per_cost_low, per_cost_high, kind) = ratio(of.for_cost.as_ref());
    MarginalRow {
        scenario: scenario.to_owned(),
        plan: plan.to_owned(),
        option: choice.id.clone(),
        price: choice.price,
        at_most: u64::from(choice.at_most),
        measure: question.response.measure(),
        class: question.response.class.clone(),
        unit: question.response.unit.clone(),
        better: question.better.word().to_owned(),
        difference: of.difference.estimate,
        low: difference.low,
        high: difference.high,
        level: question.level,
        n: difference.n,
        method: difference.method,
        low_at_once: at_once.low,
        high_at_once: at_once.high,
        per_price: for_money.estimate,
        per_price_low: for_money.low,
        per_price_high: for_money.high,
        first_place: of.places.map(|(first, _)| first as u64),
        last_place: of.places.map(|(_, last)| last as u64),
        extra_cost: of.extra_cost.map(|cost| cost.estimate),
        per_cost,
        per_cost_low,
        per_cost_high,
        kind: kind.to_owned(),
    }
}

/// The cells of a ratio of two means.
fn ratio(of: Option<&Fieller>) -> (Option<f64>, Option<f64>, Option<f64>, &'static str) {
    match of {
        Some(Fieller::Bounded(Interval { estimate, low, high, .. })) => {
            (Some(*estimate), Some(*low), Some(*high), "between")
        }
        Some(Fieller::Outside { below, above }) => (None, Some(*below), Some(*above), "outside"),
        Some(Fieller::Everything) => (None, None, None, "any"),
        Some(Fieller::Nothing) | None => (None, None, None, ""),
    }
}
