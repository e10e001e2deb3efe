//! The capacity check in words and tables: each pool's work against its hours, the first bottleneck, when it
//! overloads, the smallest stable headcount.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::model::Model;
use crate::model::capacity::{Capacity, Load, PoolLoad, Warning};
use crate::units::{SECOND, Time};

use super::figures::number;
use super::terminal::{paragraph, table};

/// A load of this much and more is said with a warning even where it stays below one.
const NEAR: f64 = 0.9;

/// What `check` prints of one scenario.
pub(super) fn full(model: &Model, capacity: &Capacity) -> String {
    let mut text = String::from("Offered load: work wanted over hours there, without chance\n");
    text += &loads(model, capacity);
    text += "\nWhere the hours are wanted (share of the pool's work in the first year)\n";
    text += &stages(model, capacity);
    text += "\nAnswer\n";
    text += &answers(model, capacity);
    text += &paragraph(
        "Not in the load: losses by patience or lapse (every tip is taken to need all its work), the time cases \
         spend on the way, and the initial backlog, whose hours stand beside it.",
    );
    text
}

/// What `run` says before it simulates: one or two sentences.
pub(super) fn short(model: &Model, capacity: &Capacity) -> String {
    let overloaded: Vec<&PoolLoad> = capacity.pools.iter().filter(|pool| pool.overload.is_some()).collect();
    if overloaded.is_empty() {
        return answers(model, capacity);
    }
    let mut text: String = overloaded.iter().map(|pool| paragraph(&overload(model, pool))).collect();
    text += &paragraph("the backlog has no steady state: what follows is how it grows, not where it settles");
    text
}

fn date(model: &Model, at: Time) -> Date {
    model.start.saturating_add((at.0.div_euclid(SECOND)).seconds()).date()
}

fn percent(load: f64) -> String {
    if load.is_finite() { format!("{:.0} %", load * 100.0) } else { "nobody there".to_owned() }
}

/// One row for each pool and year.
fn loads(model: &Model, capacity: &Capacity) -> String {
    let rows = capacity.rows(model).into_iter().map(|row| {
        let name = if row.bottleneck { format!("{} *", row.pool) } else { row.pool.to_owned() };
        vec![
            name,
            date(model, row.load.from).to_string(),
            row.load.members.to_string(),
            number(row.load.demanded_hours, 0),
            number(row.load.available_hours, 0),
            percent(row.load.load()),
        ]
    });
    let header = ["pool (* bottleneck)", "year from", "members", "hours wanted", "hours there", "load"];
    table(&header, &rows.collect::<Vec<_>>())
}

/// The stages that take most of each pool's hours.
fn stages(model: &Model, capacity: &Capacity) -> String {
    let mut text = String::new();
    for pool in &capacity.pools {
        let Some(first) = pool.by_stage.first().filter(|stages| !stages.is_empty()) else { continue };
        let all: f64 = first.iter().map(|(_, hours)| hours).sum();
        let mut parts: Vec<_> = first.iter().collect();
        parts.sort_by(|a, b| b.1.total_cmp(&a.1));
        let said = parts.iter().map(|(stage, hours)| {
            format!("`{}` {:.0} %", model.stages[stage.index()].id, 100.0 * hours / all)
        });
        let mut words = format!("{}: {}", model.pools[pool.pool.index()].id, said.collect::<Vec<_>>().join(", "));
        if pool.initial_hours > 0.0 {
            words += &format!("; the initial backlog needs {} h more", number(pool.initial_hours, 0));
        }
        text += &paragraph(&words);
    }
    text
}

/// The bottleneck, the overloads, the headcounts that would do, targets that no staff can meet.
fn answers(model: &Model, capacity: &Capacity) -> String {
    let Some(bottleneck) = capacity.bottleneck else {
        return paragraph("no pool has any work");
    };
    let mut text = String::new();
    for pool in capacity.pools.iter().filter(|pool| pool.overload.is_some()) {
        text += &paragraph(&overload(model, pool));
    }
    if text.is_empty() {
        text += &paragraph(&stable(model, &capacity.pools[bottleneck.index()]));
    }
    for warning in &capacity.warnings {
        text += &other(model, warning).map_or_else(String::new, |words| paragraph(&words));
    }
    text
}

fn overload(model: &Model, pool: &PoolLoad) -> String {
    let id = &model.pools[pool.pool.index()].id;
    let Some(overload) = &pool.overload else { return String::new() };
    let when = if overload.from == Time::ZERO {
        "from the first day".to_owned()
    } else {
        format!("from {}", date(model, overload.from))
    };
    let mut words = format!(
        "`{id}` is overloaded {when}: {} h a year wanted, {} h there ({} of its hours)",
        number(overload.first.demanded_per_year(), 0),
        number(overload.first.available_per_year(), 0),
        percent(overload.first.load()),
    );
    words += &format!("; its queue grows by about {} cases a month", number(overload.backlog_per_month, 0));
    words + &fewest(pool)
}

/// The smallest headcount that could keep up.
fn fewest(pool: &PoolLoad) -> String {
    match (pool.fewest_first_year, pool.fewest_last_year) {
        (Some(first), Some(last)) if pool.years.len() > 1 && first != last => {
            format!("; {first} members would keep up in the first year, {last} in the last")
        }
        (Some(members), _) | (None, Some(members)) => format!("; {members} members would keep up"),
        (None, None) => "; no headcount would keep up: there are no hours to work in".to_owned(),
    }
}

fn stable(model: &Model, pool: &PoolLoad) -> String {
    let id = &model.pools[pool.pool.index()].id;
    let peak = pool.years.iter().map(Load::load).fold(0.0, f64::max);
    let near = if peak >= NEAR { ", close to its limit: expect long waits" } else { "" };
    format!("no pool is overloaded; `{id}` is the tightest at {}{near}{}", percent(peak), fewest(pool))
}

/// Warnings that no table shows.
fn other(model: &Model, warning: &Warning) -> Option<String> {
    match *warning {
        Warning::Overload { .. } => None,
        Warning::Unstaffed { pool, from, demanded_hours_per_year } => Some(format!(
            "`{}` has no hours in the year from {} and {} h of work",
            model.pools[pool.index()].id,
            date(model, from),
            number(demanded_hours_per_year, 0)
        )),
        Warning::CrewNeverMeets { stage } => Some(format!(
            "the crew of `{}` is never on shift together: nobody ever works there",
            model.stages[stage.index()].id
        )),
        Warning::TargetOutOfReach { target, at_most } => {
            let target = &model.targets[target];
            let class = target.class.map_or("all classes", |row| &model.report_classes[row]);
            Some(format!(
                "at most {} of {class} can ever reach `{}`; the target asks for {}: set `from` or `source`?",
                percent(at_most),
                model.milestones[target.milestone.index()].id,
                percent(target.share)
            ))
        }
    }
}
