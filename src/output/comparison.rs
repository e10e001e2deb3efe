//! All tables of a comparison of plans: made from its result, written to a folder, read back for drawing.

use std::path::Path;

use serde_json::json;

use crate::error::Error;
use crate::experiment::{Acceptability, Against, Comparison, Measured, Rule, Selecting, Selection, Unknown};
use crate::output::csv;
use crate::output::rows::{Cells, words_of};
use crate::output::tables::{
    AcceptabilityRow, BestRow, ComparisonRow, InformationRow, MoneyRow, RegretRow, ReplicationRow, Row,
    SelectionRow, StressRow, Table,
};
use crate::stats::{Fieller, Interval};

/// The tables of a comparison's folder, one field each.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "each field is the table of its row type, which is documented")]
pub struct Compared {
    pub comparison: Vec<ComparisonRow>,
    pub best: Vec<BestRow>,
    pub value_for_money: Vec<MoneyRow>,
    pub acceptability: Vec<AcceptabilityRow>,
    pub regret: Vec<RegretRow>,
    pub information: Vec<InformationRow>,
    pub stress: Vec<StressRow>,
    pub replications: Vec<ReplicationRow>,
}

impl Compared {
    /// The tables of a comparison of plans of the scenario with this name.
    pub fn new(
        scenario: &str,
        comparison: &Comparison,
        acceptability: &[Acceptability],
        unknown: &[Unknown],
        regimes: &[(String, Comparison)],
    ) -> Compared {
        let maker = Maker { scenario, of: comparison };
        let plans = 0..comparison.names.len();
        let all = || comparison.measures.iter().flat_map(|m| plans.clone().map(move |a| (a, m)));
        Compared {
            comparison: all().filter_map(|(a, m)| maker.comparison(a, m)).collect(),
            best: all().filter_map(|(a, m)| maker.best(a, m)).collect(),
            value_for_money: all().filter_map(|(a, m)| maker.money(a, m)).collect(),
            acceptability: acceptability.iter().flat_map(|curve| maker.acceptability(curve)).collect(),
            regret: unknown.iter().flat_map(|of| maker.regret(of)).collect(),
            information: unknown.iter().flat_map(|of| maker.information(of)).collect(),
            stress: stress(scenario, comparison, regimes),
            replications: all().flat_map(|(a, m)| maker.replications(a, m)).collect(),
        }
    }

    /// Every table as a file.
    pub fn files(&self) -> Vec<(Table, Vec<u8>)> {
        fn file<R: Row>(rows: &[R]) -> (Table, Vec<u8>) {
            (R::TABLE, csv::to_bytes(rows))
        }
        vec![
            file(&self.comparison),
            file(&self.best),
            file(&self.value_for_money),
            file(&self.acceptability),
            file(&self.regret),
            file(&self.information),
            file(&self.stress),
            file(&self.replications),
        ]
    }

    /// Whether a results folder holds a comparison.
    pub fn is_in(folder: &Path) -> bool {
        folder.join(ComparisonRow::TABLE.file()).is_file()
    }

    /// Reads the folder of a comparison.
    pub fn read(folder: &Path) -> Result<Compared, Error> {
        Ok(Compared {
            comparison: csv::read(folder)?,
            best: csv::read(folder)?,
            value_for_money: csv::read(folder)?,
            acceptability: csv::read(folder)?,
            regret: csv::read(folder)?,
            information: csv::read(folder)?,
            stress: csv::read(folder)?,
            replications: csv::read(folder)?,
        })
    }

    /// The short form for `--json`: everything but the curves and the replications.
    pub fn to_json(&self) -> serde_json::Value {
        let mut parts = json!({
            "comparison": self.comparison,
            "best": self.best,
            "value_for_money": self.value_for_money,
        });
        if !self.regret.is_empty() {
            parts["regret"] = json!(self.regret);
            parts["information"] = json!(self.information);
        }
        if !self.stress.is_empty() {
            parts["stress"] = json!(self.stress);
        }
        parts
    }
}

/// The comparison as written and under every regime of demand; no rows where there is none.
fn stress(scenario: &str, written: &Comparison, regimes: &[(String, Comparison)]) -> Vec<StressRow> {
    let mut rows = vec![];
    let as_written = std::iter::once(("", written)).filter(|_| !regimes.is_empty());
    for (regime, of) in as_written.chain(regimes.iter().map(|(id, of)| (id.as_str(), of))) {
        let (maker, turns) = (Maker { scenario, of }, written.turned(of));
        for (m, measured) in of.measures.iter().enumerate() {
            let ranks = of.ranks(m);
            for a in 0..of.names.len() {
                let overtaken = turns.iter().filter(|turn| turn.measure == m && turn.ahead == a);
                let overtaken: Vec<&str> = overtaken.map(|turn| of.names[turn.behind].as_str()).collect();
                rows.push(StressRow {
                    regime: regime.to_owned(),
                    rank: ranks.as_ref().map(|ranks| ranks[a] as u64),
                    overtakes: overtaken.join(" "),
                    ..maker.under_a_regime(a, measured)
                });
            }
        }
    }
    rows
}

/// The table of a selection among plans of the scenario with this name.
pub fn selection(scenario: &str, asked: &Selecting, found: &Selection) -> Vec<SelectionRow> {
    let (indifference, confidence) = match asked.rule {
        Rule::Guarantee { indifference, confidence, .. } => (Some(indifference), Some(confidence)),
        Rule::Budget(_) => (None, None),
    };
    let row = |a: usize| SelectionRow {
        scenario: scenario.to_owned(),
        plan: if a == 0 { String::new() } else { found.names[a].clone() },
        measure: found.response.measure(),
        class: found.response.class.clone(),
        unit: found.response.unit.clone(),
        better: found.better.word().to_owned(),
        indifference,
        confidence,
        chance_correct: found.chance_correct,
        replications: u64::from(found.replications[a]),
        estimate: (found.replications[a] > 0).then_some(found.means[a]),
        verdict: verdict(found, a).to_owned(),
    };
    (0..found.names.len()).map(row).collect()
}

/// What became of an alternative, in a word.
fn verdict(found: &Selection, a: usize) -> &'static str {
    match (found.best == Some(a), found.may_be_best[a]) {
        (true, _) => "selected",
        (false, true) => "open",
        (false, false) => "left behind",
    }
}

/// Makes rows.
struct Maker<'a> {
    scenario: &'a str,
    of: &'a Comparison,
}

impl Maker<'_> {
    fn names(&self, a: usize) -> (String, String) {
        (self.scenario.to_owned(), if a == 0 { String::new() } else { self.of.names[a].clone() })
    }

    fn comparison(&self, a: usize, m: &Measured) -> Option<ComparisonRow> {
        let Against { difference, at_once, layers, .. } = m.against[a].as_ref()?;
        let (scenario, plan) = self.names(a);
        let Cells { estimate, low, high, level, n, method } = Cells::of(Some(&difference.interval));
        let (low_at_once, high_at_once) = at_once.bounds();
        let (chance_low, chance_high) = layers.map_or((None, None), |layers| layers.noise.bounds());
        let mean = |a: usize| m.means[a].as_ref().map(|mean: &Interval| mean.estimate);
        Some(ComparisonRow {
            scenario,
            plan,
            measure: m.response.measure(),
            class: m.response.class.clone(),
            unit: m.response.unit.clone(),
            better: better(m),
            base: mean(0),
            estimate: mean(a),
            difference: estimate,
            low,
            high,
            level,
            n,
            method,
            chance_low,
            chance_high,
            share_of_ignorance: layers.and_then(|of| of.share_of_ignorance).map(|share| share.estimate),
            variance_ratio: difference.variance_ratio,
            low_at_once,
            high_at_once,
        })
    }

    /// A row without what only the regimes together say.
    fn under_a_regime(&self, a: usize, m: &Measured) -> StressRow {
        let (scenario, plan) = self.names(a);
        let difference = m.against[a].as_ref().map(|against| &against.difference.interval);
        let Cells { estimate, low, high, level, n, method } = Cells::of(difference);
        StressRow {
            scenario,
            plan,
            regime: String::new(),
            measure: m.response.measure(),
            class: m.response.class.clone(),
            unit: m.response.unit.clone(),
            better: better(m),
            estimate: m.means[a].as_ref().map(|mean| mean.estimate),
            difference: estimate,
            low,
            high,
            level,
            n,
            method,
            rank: None,
            overtakes: String::new(),
        }
    }

    fn best(&self, a: usize, m: &Measured) -> Option<BestRow> {
        let contender = &m.best.as_ref()?[a];
        let (scenario, plan) = self.names(a);
        Some(BestRow {
            scenario,
            plan,
            measure: m.response.measure(),
            class: m.response.class.clone(),
            unit: m.response.unit.clone(),
            better: better(m),
            estimate: m.means[a].as_ref().map(|mean| mean.estimate),
            low: Some(contender.low).filter(|low| low.is_finite()),
            high: Some(contender.high).filter(|high| high.is_finite()),
            level: self.of.level,
            may_be_best: if contender.may_be_best { "yes" } else { "no" }.to_owned(),
        })
    }

    fn money(&self, a: usize, m: &Measured) -> Option<MoneyRow> {
        let against = m.against[a].as_ref()?;
        let ratio = against.for_money.as_ref()?;
        let cost = self.of.cost.and_then(|cost| self.of.measures[cost].against[a].as_ref());
        let (scenario, plan) = self.names(a);
        let (low, high, kind) = match ratio {
            Fieller::Bounded(ratio) => {
                let (low, high) = ratio.bounds();
                (low, high, "between")
            }
            Fieller::Outside { below, above } => (Some(*below), Some(*above), "outside"),
            Fieller::Everything => (None, None, "any"),
            Fieller::Nothing => return None,
        };
        let extra = cost.map(|cost| cost.difference.interval.estimate);
        let gained = against.difference.interval.estimate;
        Some(MoneyRow {
            scenario,
            plan,
            measure: m.response.measure(),
            class: m.response.class.clone(),
            unit: m.response.unit.clone(),
            extra_cost: extra,
            difference: Some(gained),
            ratio: extra.filter(|extra| *extra != 0.0).map(|extra| gained / extra),
            low,
            high,
            level: self.of.level,
            kind: kind.to_owned(),
            dominated_by: self.of.dominated_by(a, m).unwrap_or_default(),
        })
    }

    fn acceptability(&self, curve: &Acceptability) -> Vec<AcceptabilityRow> {
        let response = &self.of.measures[curve.measure].response;
        let row = |(price, a, share): (f64, usize, f64)| {
            let (scenario, plan) = self.names(a);
            let (measure, class) = (response.measure(), response.class.clone());
            AcceptabilityRow { scenario, plan, measure, class, price, share }
        };
        let points = curve.prices.iter().zip(&curve.shares);
        points.flat_map(|(price, of)| of.iter().enumerate().map(|(a, s)| row((*price, a, *s)))).collect()
    }

    fn regret(&self, of: &Unknown) -> Vec<RegretRow> {
        let response = &self.of.measures[of.measure].response;
        let row = |a: usize| {
            let (scenario, plan) = self.names(a);
            RegretRow {
                scenario,
                plan,
                measure: response.measure(),
                class: response.class.clone(),
                price: of.price,
                unit: of.unit.clone(),
                chance_best: of.all.chance_best[a],
                regret: of.all.regret[a],
                worst: of.worst[a],
                n: of.draws as u64,
            }
        };
        (0..self.of.names.len()).map(row).collect()
    }

    /// All of it first, then value by value.
    fn information(&self, of: &Unknown) -> Vec<InformationRow> {
        let response = &self.of.measures[of.measure].response;
        let row = |parameter: &str, value: f64| InformationRow {
            scenario: self.scenario.to_owned(),
            plan: String::new(),
            measure: response.measure(),
            class: response.class.clone(),
            price: of.price,
            unit: of.unit.clone(),
            parameter: parameter.to_owned(),
            value,
            at_least: None,
            standard_error: None,
            chosen_now: self.of.names[of.all.best].clone(),
            n: of.draws as u64,
        };
        let all = InformationRow {
            at_least: of.at_least,
            standard_error: of.all.standard_error,
            ..row("", of.all.value)
        };
        std::iter::once(all).chain(of.each.iter().map(|(name, value)| row(name, *value))).collect()
    }

    fn replications(&self, a: usize, m: &Measured) -> Vec<ReplicationRow> {
        let each = self.of.replications.max(1) as usize;
        let words = words_of(&m.response);
        let row = |(r, value): (usize, &Option<f64>)| {
            let (scenario, plan) = self.names(a);
            let [measure, class, unit] = words.clone();
            ReplicationRow {
                scenario,
                plan,
                replication: r as u64,
                draw: (r / each) as u64 + 1,
                measure,
                class,
                unit,
                value: *value,
                numerator: None,
                denominator: None,
            }
        };
        m.values[a].iter().enumerate().map(row).collect()
    }
}

fn better(m: &Measured) -> String {
    m.better.map_or("", crate::experiment::Better::word).to_owned()
}
