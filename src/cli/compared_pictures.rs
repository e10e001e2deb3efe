//! The charts of a comparison, made from the rows of its tables.

use crate::chart::{
    Acceptability, Acceptance, Caption, Differences, Information, MeasureDifferences, MeasureRegret,
    MeasureStress, PlanDifference, PlanRegret, Plane, PlanePoint, RegimeDifferences, Regret, Stress, Worth,
};
use crate::output::Compared;
use crate::output::tables::{AcceptabilityRow, ComparisonRow, InformationRow, RegretRow, StressRow};

use super::figures::{full_name, scale_of, unit_of};
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
    if !rows.regret.is_empty() {
        all.push(named("regret", regret(caption(), rows).scene()));
    }
    if let Some(chart) = information(caption(), rows) {
        all.push(named("information", chart.scene()));
    }
    if !rows.stress.is_empty() {
        all.push(named("stress", stress(caption(), rows).scene()));
    }
    all
}

fn name_of(row: &ComparisonRow) -> String {
    full_name(&row.measure, &row.class)
}

fn differences(caption: Caption, rows: &Compared) -> Differences {
    let names: Vec<String> = rows.comparison.iter().map(name_of).collect();
    let measure = |name: &str| {
        let mut of = rows.comparison.iter().filter(|row| name_of(row) == name);
        let first = of.clone().next()?;
        let scale = scale_of(&first.unit);
        let plan = |row: &ComparisonRow| {
            Some(PlanDifference {
                plan: row.plan.clone(),
                estimate: row.difference? * scale,
                interval: (row.low? * scale, row.high? * scale),
                at_once: (row.low_at_once? * scale, row.high_at_once? * scale),
                chance: row.chance_low.zip(row.chance_high).map(|(low, high)| (low * scale, high * scale)),
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

/// Below this share at every price a plan is named and not drawn.
const NEVER_LIKELY: f64 = 0.05;

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
    // Plans that are never likely would crowd the foot of the chart.
    let likely = |plan: &Acceptance| plan.points.iter().any(|(_, share)| *share >= NEVER_LIKELY);
    let plans: Vec<Acceptance> = distinct(names.iter().map(String::as_str)).into_iter().map(plan).collect();
    let (plans, hidden): (Vec<_>, Vec<_>) = plans.into_iter().partition(likely);
    let hidden = hidden.into_iter().map(|plan| plan.plan).collect();
    let of = rows.comparison.iter().find(|row| name_of(row) == measure)?;
    Some(Acceptability { caption, unit: unit_of(&of.unit).to_owned(), measure, plans, hidden })
}

/// What choosing loses, measure by measure; money has other units.
fn regret(caption: Caption, rows: &Compared) -> Regret {
    let plain = || rows.regret.iter().filter(|row| row.price.is_none());
    let name_of = |row: &RegretRow| full_name(&row.measure, &row.class);
    let names: Vec<String> = plain().map(name_of).collect();
    let measure = |name: &str| {
        let of: Vec<&RegretRow> = plain().filter(|row| name_of(row) == name).collect();
        let scale = scale_of(&of[0].unit);
        let plan = |row: &&RegretRow| PlanRegret {
            plan: if row.plan.is_empty() { row.scenario.clone() } else { row.plan.clone() },
            mean: row.regret * scale,
            worst: row.worst * scale,
            best: row.chance_best,
        };
        MeasureRegret {
            measure: name.to_owned(),
            unit: unit_of(&of[0].unit).to_owned(),
            plans: of.iter().map(plan).collect(),
        }
    };
    Regret {
        caption,
        draws: rows.regret.iter().map(|row| row.n).max().unwrap_or(0),
        measures: distinct(names.iter().map(String::as_str)).into_iter().map(measure).collect(),
    }
}

/// The plans in every regime; cost is the same question in all of them.
fn stress(caption: Caption, rows: &Compared) -> Stress {
    let name_of = |row: &StressRow| full_name(&row.measure, &row.class);
    let plans = distinct(rows.stress.iter().map(|row| row.plan.as_str()));
    let ids: Vec<&str> =
        std::iter::once("").chain(distinct(rows.stress.iter().map(|row| row.regime.as_str()))).collect();
    let decided = rows.stress.iter().filter(|row| !row.better.is_empty() && row.measure != "cost");
    let names: Vec<String> = decided.map(name_of).collect();
    let measure = |name: &str| {
        let of: Vec<&StressRow> = rows.stress.iter().filter(|row| name_of(row) == name).collect();
        let scale = scale_of(&of[0].unit);
        let difference = |id: &str, plan: &str| {
            let row = of.iter().find(|row| row.regime == id && row.plan == plan)?;
            Some((row.difference? * scale, row.low? * scale, row.high? * scale))
        };
        let regime = |id: &&str| {
            let called = if id.is_empty() { "as written" } else { id };
            RegimeDifferences {
                regime: called.to_owned(),
                plans: plans.iter().map(|plan| difference(id, plan)).collect(),
            }
        };
        MeasureStress {
            measure: name.to_owned(),
            unit: unit_of(&of[0].unit).to_owned(),
            more_is_better: of[0].better == "more",
            regimes: ids.iter().map(regime).collect(),
        }
    };
    Stress {
        caption,
        plans: plans.iter().map(|plan| (*plan).to_owned()).collect(),
        measures: distinct(names.iter().map(String::as_str)).into_iter().map(measure).collect(),
    }
}

/// Single values on the chart of what knowledge is worth.
const VALUES: usize = 4;

/// The worth of knowing, along the prices; none where no money is in question.
fn information(caption: Caption, rows: &Compared) -> Option<Information> {
    let priced: Vec<&InformationRow> = rows.information.iter().filter(|row| row.price.is_some()).collect();
    let first = priced.first()?;
    let measure = full_name(&first.measure, &first.class);
    let line = |parameter: &str, of: &str| Worth {
        of: of.to_owned(),
        points: (priced.iter().filter(|row| row.parameter == parameter))
            .filter_map(|row| Some((row.price?, row.value)))
            .collect(),
    };
    let mut single: Vec<Worth> = distinct(priced.iter().map(|row| row.parameter.as_str()))
        .into_iter()
        .map(|parameter| line(parameter, parameter))
        .collect();
    let most = |of: &Worth| of.points.iter().map(|point| point.1).fold(0.0, f64::max);
    single.sort_by(|a, b| most(b).total_cmp(&most(a)));
    single.truncate(VALUES);
    let of = rows.comparison.iter().find(|row| name_of(row) == measure)?;
    Some(Information {
        caption,
        measure,
        unit: unit_of(&of.unit).to_owned(),
        currency: first.unit.clone(),
        lines: std::iter::once(line("", "everything")).chain(single).collect(),
    })
}

fn plane(caption: Caption, rows: &Compared) -> Option<Plane> {
    let first = rows.acceptability.first()?;
    let measure = full_name(&first.measure, &first.class);
    let of = |name: &str| rows.comparison.iter().filter(|row| name_of(row) == name).collect::<Vec<_>>();
    let (effects, costs) = (of(&measure), of("cost"));
    let scale = scale_of(&effects.first()?.unit);
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
