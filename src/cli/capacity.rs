//! The capacity check in words and tables: each pool's work against its hours, the first bottleneck, when it
//! overloads, the smallest headcount that is enough.

use std::fmt::Write as _;

use jiff::ToSpan;
use jiff::civil::Date;

use crate::model::Model;
use crate::model::capacity::{Capacity, Load, Note, Overload, PoolLoad, Warning};
use crate::units::{SECOND, Time};

use super::figures::{counted, number};
use super::terminal::{paragraph, table};

/// A load of this much and more is said with a warning even where it stays below one.
const NEAR: f64 = 0.9;

/// What `check` prints of one scenario: the answer, then the numbers behind it.
pub(super) fn full(model: &Model, capacity: &Capacity) -> String {
    let mut text = answers(model, capacity);
    let overloads = overloads(model, capacity);
    if !overloads.is_empty() {
        text += "\nOverloaded pools\n";
        text += &overloads;
        text += &paragraph(
            "Hours and load in the year from that date; growth of the queue; posts that are enough in the first and in \
             the last year, with the vacancies of the long run.",
        );
    }
    text += "\nOffered load: work wanted over hours there, without chance\n";
    text += &loads(model, capacity);
    text += "\nWhere the hours are wanted (share of the pool's work in the first year)\n";
    text += &stages(model, capacity);
    text += "\n";
    text += &paragraph(
        "Not in the load: losses by patience or lapse (every tip is taken to need all its work), the time cases \
         spend on the way, and the initial backlog, whose hours stand beside it.",
    );
    for &note in &capacity.notes {
        text += &paragraph(&noted(model, note));
    }
    text
}

/// How a mechanism was reckoned with.
fn noted(model: &Model, note: Note) -> String {
    let words = match note {
        Note::Parts => {
            "Jobs: the mean number of devices times the work of one, each track once; they meet as if independent of each \
             other. Work that a meeting calls off, or the end of the case, is taken to be done in full."
        }
        Note::Loads => "Loads: taken to be full, as they are when members have no hours to spare.",
        Note::Limits => {
            "Limits of queues and parking: nobody is sent on or put aside; what that saves or adds is not in the load."
        }
        Note::Spans => "`wip`: a limit on open cases changes where they wait, not how much work they bring.",
        Note::Hold => "`hold`: the time that members are kept for a crew is not in the load.",
        Note::Links => {
            "Linked tips: each is taken to find an open case of its class, and brings no work beyond the stage at whose \
             end it is found out."
        }
        Note::Reopening => "`reopen`: no case is opened again, since every linked tip finds an open one.",
        Note::Repeats => {
            "Repeat tips: their rate times the subjects that nobody has stopped, each with the case before over: at most \
             so many open cases."
        }
        Note::Turnover => {
            "Members: expected numbers, with vacancies and absences; hours wanted count those in training at their \
             productivity."
        }
        Note::Burnout => {
            "`burnout`: what load does to the hazard of leaving is not in the numbers of members."
        }
        Note::Exposure(pool) => {
            let id = &model.pools[pool.index()].id;
            return format!(
                "`exposure_cap` of `{id}`: hours there are those that the cap leaves for this mixture of work, where that \
                 is less than the hours on shift."
            );
        }
    };
    words.to_owned()
}

/// What `run` says before it simulates: the bottleneck, and what must not be concluded.
pub(super) fn short(model: &Model, capacity: &Capacity) -> String {
    let mut text = format!("Capacity (`caseload check` tells more)\n{}", answers(model, capacity));
    if capacity.is_overloaded() {
        text += &paragraph(if loses_cases(model) {
            "so there is no steady state, unless as many cases give up or lapse as are too many: what follows says how \
             the backlog moves, not where it settles"
        } else {
            "so there is no steady state: what follows says how the backlog grows, not where it settles"
        });
    }
    text
}

/// Whether cases may leave unserved at any time: then an overloaded queue can stop growing.
fn loses_cases(model: &Model) -> bool {
    model.params.iter().any(|params| {
        params.sources.iter().any(|source| source.retention.is_some())
            || params.stages.iter().any(|stage| stage.patience.iter().any(Option::is_some))
    })
}

fn date(model: &Model, at: Time) -> Date {
    model.start.saturating_add((at.0.div_euclid(SECOND)).seconds()).date()
}

fn percent(load: f64) -> String {
    match load {
        load if !load.is_finite() => "nobody there".to_owned(),
        load if load < 100.0 => format!("{:.0} %", load * 100.0),
        load => format!("{} %", number(load * 100.0, 0)),
    }
}

/// A number of members, with a tenth where it is an expectation.
fn members(expected: f64) -> String {
    number(expected, i32::from((expected - expected.round()).abs() >= 0.05))
}

/// One row for each pool and year.
fn loads(model: &Model, capacity: &Capacity) -> String {
    let rows = capacity.rows(model).into_iter().map(|row| {
        let name = match (row.year, row.bottleneck) {
            (1, true) => format!("{} *", row.pool),
            (1, false) => row.pool.to_owned(),
            _ => String::new(),
        };
        vec![
            name,
            date(model, row.load.from).to_string(),
            members(row.load.members),
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
        let mut words =
            format!("{}: {}", model.pools[pool.pool.index()].id, said.collect::<Vec<_>>().join(", "));
        if pool.initial_hours > 0.0 {
            let _ = write!(words, "; the initial backlog needs {} h more", number(pool.initial_hours, 0));
        }
        text += &paragraph(&words);
    }
    text
}

/// The first bottleneck, who else is overloaded, and what no staff can mend.
fn answers(model: &Model, capacity: &Capacity) -> String {
    let Some(bottleneck) = capacity.bottleneck else {
        return paragraph("no pool has any work");
    };
    let tightest = &capacity.pools[bottleneck.index()];
    let mut text = match &tightest.overload {
        Some(overload) => paragraph(&overloaded(model, tightest, overload)),
        None => paragraph(&stable(model, tightest)),
    };
    let others = in_order(capacity).into_iter().filter(|(pool, _)| pool.pool != bottleneck);
    let others: Vec<String> = others
        .map(|(pool, overload)| format!("`{}` {}", name(model, pool), since(model, overload)))
        .collect();
    if !others.is_empty() {
        text += &paragraph(&format!("overloaded after it: {}", others.join(", ")));
    }
    for warning in &capacity.warnings {
        text += &other(model, warning).map_or_else(String::new, |words| paragraph(&words));
    }
    text
}

fn name<'m>(model: &'m Model, pool: &PoolLoad) -> &'m str {
    &model.pools[pool.pool.index()].id
}

/// The overloaded pools, first come first.
fn in_order(capacity: &Capacity) -> Vec<(&PoolLoad, &Overload)> {
    let mut pools: Vec<_> =
        capacity.pools.iter().filter_map(|pool| Some((pool, pool.overload.as_ref()?))).collect();
    pools.sort_by_key(|(_, overload)| overload.from);
    pools
}

fn since(model: &Model, overload: &Overload) -> String {
    if overload.from == Time::ZERO {
        "from the first day".to_owned()
    } else {
        format!("from {}", date(model, overload.from))
    }
}

/// For each overloaded pool, what is asked of it, as a part of a sentence.
pub(super) fn asked_too_much(model: &Model, capacity: &Capacity) -> Vec<String> {
    let asked = |(pool, overload): (&PoolLoad, &Overload)| {
        let (load, since) = (percent(overload.first.load()), since(model, overload));
        format!("`{}` is asked for {load} of its hours {since}", name(model, pool))
    };
    in_order(capacity).into_iter().filter(|(_, o)| o.first.load().is_finite()).map(asked).collect()
}

/// One row for each overloaded pool.
fn overloads(model: &Model, capacity: &Capacity) -> String {
    let posts = |fewest: Option<u32>| fewest.map_or_else(|| "none".to_owned(), |n| n.to_string());
    let rows: Vec<Vec<String>> = in_order(capacity)
        .into_iter()
        .map(|(pool, overload)| {
            vec![
                name(model, pool).to_owned(),
                date(model, overload.from).to_string(),
                number(overload.first.demanded_per_year(), 0),
                number(overload.first.available_per_year(), 0),
                percent(overload.first.load()),
                number(overload.backlog_per_month, 0),
                format!("{}, {}", posts(pool.fewest_first_year), posts(pool.fewest_last_year)),
            ]
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let header = [
        "pool",
        "from",
        "h/year wanted",
        "h/year there",
        "load",
        "cases/month more",
        "enough: first, last year",
    ];
    table(&header, &rows)
}

fn overloaded(model: &Model, pool: &PoolLoad, overload: &Overload) -> String {
    format!(
        "the first bottleneck is `{}`: overloaded {}, {} h a year wanted, {}; its queue grows by about {} cases a \
         month{}",
        name(model, pool),
        since(model, overload),
        number(overload.first.demanded_per_year(), 0),
        there(&overload.first),
        number(overload.backlog_per_month, 0),
        fewest(model, pool)
    )
}

/// The hours there, and which part of them is wanted.
fn there(load: &Load) -> String {
    if load.available_hours > 0.0 {
        format!("{} h there ({} of its hours)", number(load.available_per_year(), 0), percent(load.load()))
    } else {
        "none there".to_owned()
    }
}

/// The smallest headcount that could keep up, and how many of the posts that are there nobody holds at the start.
fn fewest(model: &Model, pool: &PoolLoad) -> String {
    let posts = |n: u32| counted(u64::from(n), "post");
    let enough = match (pool.fewest_first_year, pool.fewest_last_year) {
        (Some(first), Some(last)) if pool.years.len() > 1 && first != last => {
            let last_year = pool.years.last().expect("a run has at least one year").from;
            let later = pool.overload.filter(|overload| overload.from > last_year);
            let when = later.map_or_else(
                || "the last year's".to_owned(),
                |overload| format!("those from {} on", date(model, overload.from)),
            );
            format!("; {} keep up with the first year's tips, {last} with {when}", posts(first))
        }
        (Some(first), Some(last)) => format!("; {} would keep up", posts(first.max(last))),
        (Some(n), None) | (None, Some(n)) => format!("; {} would keep up", posts(n)),
        (None, None) => return "; no headcount would keep up: there are no hours to work in".to_owned(),
    };
    let row = &model.params[0].pools[pool.pool.index()];
    if row.filled >= row.headcount {
        return enough;
    }
    let long_run =
        if row.turnover.attrition > 0.0 { "filled as they are in the long run" } else { "all filled" };
    format!(
        "{enough}, {long_run}: there are {}, {} of them filled on the first day",
        row.headcount, row.filled
    )
}

fn stable(model: &Model, pool: &PoolLoad) -> String {
    let peak = pool.years.iter().map(Load::load).fold(0.0, f64::max);
    let near = if peak >= NEAR { ", close to its limit: expect long waits" } else { "" };
    format!(
        "no pool is overloaded; `{}` is the tightest with {} of its hours wanted{near}{}",
        name(model, pool),
        percent(peak),
        fewest(model, pool)
    )
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
