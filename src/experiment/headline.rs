//! Which measures decide between plans, and which way is better.

use crate::model::{CountsAs, Model};
use crate::run::layout::label;
use crate::run::{Family, Response};

/// Which way a measure is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// More is better.
    More,
    /// Less is better.
    Less,
}

impl Better {
    /// Its word in files.
    pub fn word(self) -> &'static str {
        match self {
            Better::More => "more",
            Better::Less => "less",
        }
    }

    /// A value turned so that more is better.
    pub fn oriented(self, value: f64) -> f64 {
        match self {
            Better::More => value,
            Better::Less => -value,
        }
    }
}

/// Quantities of which less is better, whatever they are about.
const LESS: [&str; 28] = [
    "backlog_at_end",
    "backlog_mean",
    "waiting_at_end",
    "parked_at_end",
    "lapses",
    "reneged",
    "overflowed",
    "parkings",
    "never_touched",
    "never_touched_open",
    "never_touched_ended",
    "buried_share",
    "false_alarm_share",
    "risk_days",
    "reached_mean",
    "reached_p50",
    "reached_p90",
    "reached_p95",
    "wait_mean",
    "wait_p50",
    "wait_p90",
    "wait_p95",
    "waiting",
    "overtime_hours",
    "vacant_hours",
    "staff_left",
    "cost",
    "cost_per_acted",
];

/// Which way a measure is better; none where that is a matter of taste.
pub fn better(model: &Model, response: &Response) -> Option<Better> {
    if LESS.contains(&response.quantity) {
        return Some(Better::Less);
    }
    match response.quantity {
        "share_within" | "buried_within" => Some(Better::More),
        "ended_as" | "outcome_share" => match counts_as(model, &response.of)? {
            CountsAs::Acted => Some(Better::More),
            CountsAs::Lost => Some(Better::Less),
            CountsAs::Closed | CountsAs::Referred | CountsAs::Linked => None,
        },
        _ => None,
    }
}

fn counts_as(model: &Model, outcome: &str) -> Option<CountsAs> {
    model.outcomes.iter().find(|o| o.id == outcome).map(|o| o.counts_as)
}

/// The measures that are compared unless others are asked for: each target's share, the backlog at the end, what was
/// never touched, what lapsed, risk-days, what was acted on, the cost.
pub fn headline(model: &Model, responses: &[Response]) -> Vec<usize> {
    let acted = |r: &Response| {
        let whole = r.class.is_empty() && r.detail.is_empty();
        r.quantity == "ended_as" && whole && counts_as(model, &r.of) == Some(CountsAs::Acted)
    };
    let named = |name: &str| responses.iter().position(|r| r.quantity == name && is_whole(r));
    let mut found: Vec<usize> = model.targets.iter().filter_map(|t| share_of(model, t, responses)).collect();
    found.extend(["backlog_at_end", "never_touched", "lapses"].into_iter().filter_map(named));
    if model.params.iter().any(|p| p.risk.iter().any(|risk| *risk > 0.0)) {
        found.extend(named("risk_days"));
    }
    found.extend((0..responses.len()).filter(|&i| acted(&responses[i])));
    found.extend(cost(responses).filter(|_| has_costs(model)));
    found
}

/// The share of the cases of a target that reached its milestone in time.
pub(super) fn share_of(
    model: &Model,
    target: &crate::model::Target,
    responses: &[Response],
) -> Option<usize> {
    let id = &model.milestones[target.milestone.index()].id;
    let class = target.class.map_or("", |c| &model.report_classes[c]);
    let limit = label(target.within);
    responses.iter().position(|r| {
        let share = r.quantity == "share_within" && r.of == *id && r.detail == limit;
        share && r.year.is_none() && r.class == class
    })
}

/// The share that a target asks for, if the measure of this full name is the one a target is about.
pub fn asked(model: &Model, name: &str) -> Option<f64> {
    let full = |t: &crate::model::Target| {
        let id = &model.milestones[t.milestone.index()].id;
        let share = format!("share_within/{id}/{}", label(t.within));
        t.class.map_or_else(|| share.clone(), |c| format!("{share}/{}", model.report_classes[c]))
    };
    model.targets.iter().find(|t| full(t) == name).map(|t| t.share)
}

/// Whether a measure is about the whole system.
fn is_whole(response: &Response) -> bool {
    response.of.is_empty() && response.detail.is_empty() && response.class.is_empty()
}

/// The cost of the whole window.
pub fn cost<'a>(responses: impl IntoIterator<Item = &'a Response>) -> Option<usize> {
    let is_cost = |r: &Response| r.family == Family::Costs && r.quantity == "cost" && is_whole(r);
    responses.into_iter().position(is_cost)
}

/// Whether anything in the scenario costs money.
pub fn has_costs(model: &Model) -> bool {
    let staff = |p: &crate::model::PoolParams| {
        p.yearly_cost != 0.0 || p.hourly_on_shift != 0.0 || p.hourly_worked != 0.0
    };
    let paid = |p: &crate::model::Params| {
        p.pools.iter().any(|pool| staff(pool)) || p.stages.iter().any(|s| s.cost != 0.0)
    };
    !model.extra_costs.is_empty() || model.params.iter().any(paid)
}
