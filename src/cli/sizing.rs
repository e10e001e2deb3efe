//! What `caseload size` says: the answer in a sentence, what was tried near it, and every target.

use crate::experiment::size::{Goal, Role, Shown, Sizing, Tried, Verdict};

use super::figures::{Figure, counted, number};
use super::terminal::{Terminal, paragraph, table};

/// Staffings that the search came by and that are shown beside the answer.
const BESIDE: usize = 3;

/// The whole answer; `unit` is that of the cost.
pub(super) fn summary(title: &str, unit: &str, sizing: &Sizing, terminal: &Terminal) -> String {
    let mut text = terminal.bold(title) + "\n";
    text += &paragraph(&match (sizing.answer, sizing.nearest) {
        (Some(answer), _) => found(sizing, &sizing.tried[answer], unit),
        (None, nearest) => missing(sizing, nearest.map(|place| &sizing.tried[place]), unit),
    });
    let shown = near(sizing);
    text += "\n";
    text += &terminal.bold("What was tried near it");
    text += "\n";
    let row = |tried: &&Tried| {
        vec![
            sizing.name(tried),
            number(tried.cost, 0),
            role(tried.role).to_owned(),
            tried.verdict.words().to_owned(),
        ]
    };
    text += &table(&["staffing", unit, "", ""], &shown.iter().map(row).collect::<Vec<_>>());
    for (g, goal) in sizing.goals.iter().enumerate() {
        text += "\n";
        text += &terminal.bold(&asked(goal));
        text += "\n";
        let row = |tried: &&Tried| {
            let shown = &tried.shown[g];
            vec![sizing.name(tried), figure(goal, shown), shown.verdict.words().to_owned()]
        };
        text += &table(&["", "estimate", ""], &shown.iter().map(row).collect::<Vec<_>>());
    }
    text += "\n";
    text += &paragraph(&method(sizing));
    text
}

/// The answer and what is known of cheaper ones.
fn found(sizing: &Sizing, answer: &Tried, unit: &str) -> String {
    let goals = sizing.goals.len() as u64;
    let meets = if goals == 1 { "meets the target".to_owned() } else { format!("meets all {goals} targets") };
    format!(
        "{}, {}, {meets} with {} % confidence. {}",
        spelled(sizing, answer),
        price(answer.cost, unit),
        per_cent(sizing.level),
        cheaper(sizing)
    )
}

/// `analyst 6 and officer 20`.
fn spelled(sizing: &Sizing, tried: &Tried) -> String {
    let each = sizing.posts.iter().zip(&tried.staffing).map(|(of, n)| format!("{} {n}", of.pool));
    each.collect::<Vec<_>>().join(", ")
}

fn price(cost: f64, unit: &str) -> String {
    if unit == "members" {
        counted(cost.round() as u64, "member")
    } else {
        format!("{} {unit}", number(cost, 0))
    }
}

fn per_cent(share: f64) -> String {
    let text = format!("{:.2}", 100.0 * share);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What was shown of cheaper staffings, and what was not.
fn cheaper(sizing: &Sizing) -> String {
    let of = |role: Role| sizing.tried.iter().filter(move |tried| tried.role == role);
    let fail = |tried: &&Tried| tried.verdict == Verdict::Fails;
    let (neighbours, failing) = (of(Role::Neighbour).count(), of(Role::Neighbour).filter(fail).count());
    let members = match (neighbours, failing) {
        (0, _) => "Fewer members are outside the ranges.".to_owned(),
        (1, 1) => "With one member less it fails.".to_owned(),
        (n, f) if n == f => format!("With one member less in any of {n} pools it fails."),
        (n, f) => format!(
            "With one member less in a pool: of {n} such staffings {f} {}, {} cannot be told apart from one that meets \
             them.",
            if f == 1 { "fails" } else { "fail" },
            n - f
        ),
    };
    if !sizing.every {
        return members;
    }
    let (others, failing) = (of(Role::Cheaper).count(), of(Role::Cheaper).filter(fail).count());
    format!("{members} Of the {others} others in the ranges that are cheaper {failing} fail.")
}

fn missing(sizing: &Sizing, nearest: Option<&Tried>, unit: &str) -> String {
    let none = "No staffing in the ranges was shown to meet the targets";
    match nearest {
        Some(tried) => {
            let missed = sizing.goals.iter().zip(&tried.shown).filter(|(_, s)| s.verdict != Verdict::Meets);
            let missed: Vec<String> = missed.map(|(goal, _)| format!("`{}`", asked(goal))).collect();
            let what = if missed.is_empty() {
                String::new()
            } else {
                format!(" Not shown for it: {}.", missed.join(" and "))
            };
            format!("{none}; the nearest is {}, {}.{what}", spelled(sizing, tried), price(tried.cost, unit))
        }
        None => format!("{none}."),
    }
}

/// The answer, those looked at anew, and what the search came by at nearly the same cost.
fn near(sizing: &Sizing) -> Vec<&Tried> {
    let Some(middle) = sizing.answer.or(sizing.nearest) else { return vec![] };
    let cost = sizing.tried[middle].cost;
    let searched = |tried: &Tried| matches!(tried.role, Role::Tried | Role::Cheaper);
    let mut beside: Vec<&Tried> = sizing.tried.iter().filter(|tried| searched(tried)).collect();
    beside.sort_by(|a, b| (a.cost - cost).abs().total_cmp(&(b.cost - cost).abs()));
    beside.truncate(BESIDE);
    let shown = |tried: &&Tried| !searched(tried) || beside.iter().any(|b| b.staffing == tried.staffing);
    sizing.tried.iter().filter(shown).collect()
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Answer => "the answer",
        Role::Neighbour => "one member less",
        Role::Refused => "looked at anew",
        Role::Tried | Role::Cheaper => "in the search",
    }
}

/// `share_within/look/24 h >= 90 %`.
fn asked(goal: &Goal) -> String {
    let share = goal.response.unit == "share";
    let bound = if share {
        format!("{} %", per_cent(goal.bound))
    } else {
        format!("{} {}", goal.bound, goal.response.unit)
    };
    let sentence = format!("{} {} {bound}", goal.response.name(), goal.relation.sign());
    match goal.chance {
        Some(chance) => format!("{sentence} in {} % of the replications", per_cent(chance)),
        None => sentence,
    }
}

fn figure(goal: &Goal, shown: &Shown) -> String {
    let Some(interval) = &shown.interval else { return "no value".to_owned() };
    let (low, high) = interval.bounds();
    let figure = Figure { estimate: interval.estimate, bounds: low.zip(high) };
    if goal.chance.is_some() || goal.response.unit == "share" { figure.percent() } else { figure.plain() }
}

fn method(sizing: &Sizing) -> String {
    let most = |searched: bool| {
        let of = |tried: &&Tried| matches!(tried.role, Role::Tried | Role::Cheaper) == searched;
        let n = |tried: &Tried| tried.shown.iter().filter_map(|s| s.interval.map(|i| i.n)).max();
        sizing.tried.iter().filter(of).filter_map(n).max().unwrap_or(0) as u64
    };
    let stopped = if sizing.complete { "" } else { "; the search stopped early, having tried so many" };
    format!(
        "{} tried{stopped}. What was looked at anew has up to {} of its own, which the search had not seen; each end in brackets \
         holds so surely that all claims hold at once with {} %. Rows of the search claim nothing. Nothing is claimed of \
         cheaper staffings that are not named.",
        counted(sizing.tried.len() as u64, "staffing"),
        counted(most(false), "replication"),
        per_cent(sizing.level)
    )
}
