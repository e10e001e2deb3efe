//! What a planner should know before running: overload and what follows of it, targets out of reach, a long wait.
//! Findings, all warnings.

use super::busy_checks;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::capacity::{Capacity, Load, PoolLoad, Warning};
use crate::model::{Model, PoolId};
use crate::scenario::Loaded;
use crate::units::{Duration, MONTH, Time, grouped};

/// Events that one core gets through in a second, roughly: only for saying how long a run will take.
const EVENTS_PER_SECOND: f64 = 1.5e6;
/// A run that takes longer than this is worth a word before it starts.
const LONG: f64 = 600.0;

/// The findings of a capacity check.
pub fn advice(loaded: &Loaded, model: &Model, capacity: &Capacity) -> Vec<Diagnostic> {
    let warnings = capacity.warnings.iter().map(|warning| finding(loaded, model, capacity, warning));
    warnings.chain(busy_checks::check(loaded, model, capacity)).collect()
}

/// A finding where so many replications on so many threads will take long.
pub fn long_run(
    loaded: &Loaded,
    capacity: &Capacity,
    replications: u32,
    threads: usize,
) -> Option<Diagnostic> {
    let seconds = capacity.events * f64::from(replications) / (EVENTS_PER_SECOND * threads.max(1) as f64);
    (seconds > LONG).then(|| {
        let time = if seconds > 7200.0 {
            format!("{:.0} hours", seconds / 3600.0)
        } else {
            format!("{:.0} minutes", seconds / 60.0)
        };
        let message = format!(
            "{} tips in each of {replications} replications take about {time} here",
            grouped(capacity.tips, 0)
        );
        let span = loaded.epochs[0].scenario.header.replications.span;
        let finding = Diagnostic::new(Code::LongRun, message).at(span, "");
        finding.help("fewer `--replications` show the picture sooner")
    })
}

fn finding(loaded: &Loaded, model: &Model, capacity: &Capacity, warning: &Warning) -> Diagnostic {
    let scenario = &loaded.epochs[0].scenario;
    let pool_span = |id: &str| scenario.pools.iter().find(|p| p.id.value == id).map(|p| p.id.span);
    match *warning {
        Warning::Overload {
            pool,
            load,
            load_at_end,
            from,
            demanded_hours_per_year,
            available_hours_per_year,
            backlog_per_month,
        } => {
            let id = &model.pools[pool.index()].id;
            let rising = if load_at_end > load * 1.05 {
                format!(", {} x at the end", times(load_at_end))
            } else {
                String::new()
            };
            let began = &capacity.pools[pool.index()];
            let load = match leap(began, from, load) {
                None => format!("{} x its hours {}", times(load), since(model, from)),
                Some((first, then)) => {
                    let change = last_change(model, then.from).unwrap_or(then.from);
                    let (first, then) = (times(first.load()), times(then.load()));
                    format!("{first} x its hours {}, {then} x {}", since(model, from), since(model, change))
                }
            };
            let message = format!("pool `{id}` needs {load}{rising}");
            let hours = format!(
                "{} h a year wanted, {} there: the backlog grows by {} cases a month",
                grouped(demanded_hours_per_year, 0),
                grouped(available_hours_per_year, 0),
                grouped(backlog_per_month, 0)
            );
            label(Diagnostic::new(Code::Overload, message), pool_span(id), hours)
                .maybe_help(vacancies(model, pool))
        }
        Warning::Unstaffed { pool, from, demanded_hours_per_year } => {
            let id = &model.pools[pool.index()].id;
            let message = format!("pool `{id}` has work but no hours {}", since(model, from));
            let hours = format!("{} h a year wanted, none there", grouped(demanded_hours_per_year, 0));
            label(Diagnostic::new(Code::Overload, message), pool_span(id), hours)
        }
        Warning::CrewNeverMeets { stage } => {
            let message = format!("the crew of stage `{}` never meets", model.stages[stage.index()].id);
            let span = scenario.stages[stage.index()].id.span;
            label(Diagnostic::new(Code::Overload, message), Some(span), "its work never starts".to_owned())
        }
        Warning::TargetOutOfReach { target, at_most } => {
            let asked = model.targets[target].share;
            let milestone = &model.milestones[model.targets[target].milestone.index()].id;
            let written = &scenario.targets[target];
            let whom =
                written.class.as_ref().map_or_else(|| "cases".to_owned(), |c| format!("`{}` cases", c.value));
            let message = format!(
                "at most {} of {whom} can ever reach milestone `{milestone}`; the target asks for {}",
                percent(at_most),
                percent(asked)
            );
            Diagnostic::new(Code::OutOfReach, message)
                .at(written.share.span, "more than the routes let through")
                .help("set `from` or `source` on the milestone, so that only the cases you mean are counted")
        }
    }
}

/// That posts are empty at the start, where they are: the hours there are of those who are.
fn vacancies(model: &Model, pool: PoolId) -> Option<String> {
    let row = &model.params[0].pools[pool.index()];
    let vacant = row.headcount.checked_sub(row.filled).filter(|vacant| *vacant > 0)?;
    let until = if row.turnover.backfill.is_some() {
        "until `backfill` is over"
    } else {
        "for good: there is no `backfill`"
    };
    let are = if vacant == 1 { "is" } else { "are" };
    Some(format!("{vacant} of its {} posts {are} vacant {until}", row.headcount))
}

/// Where the load of the first year of an overload is not what it begins with: its first month, and the first one of that
/// year that is at least as loaded as the year.
fn leap(pool: &PoolLoad, from: Time, load: f64) -> Option<(Load, Load)> {
    /// Months differ by their holidays, and grow.
    const FAR: f64 = 1.5;
    let mut months = pool.months.iter().skip_while(|month| month.from < from).take(12);
    let first = *months.next().filter(|first| first.load() > 0.0 && first.load() * FAR < load)?;
    months.find(|month| month.load() >= load).map(|then| (first, *then))
}

/// The date of the last change in the month before a moment: what made the difference, where something did.
fn last_change(model: &Model, until: Time) -> Option<Time> {
    let mut dates = model.params.iter().map(|params| params.from);
    dates.rfind(|date| *date <= until && until - *date < Duration(MONTH))
}

fn label(finding: Diagnostic, span: Option<crate::diagnostic::Span>, text: String) -> Diagnostic {
    match span {
        Some(span) => finding.at(span, text),
        None => finding.help(text),
    }
}

/// Since when, as a part of a sentence.
pub(super) fn since(model: &Model, from: Time) -> String {
    if from == Time::ZERO {
        return "from the first day".to_owned();
    }
    let date = model.start.date() + jiff::Span::new().days(from.days().floor() as i64);
    format!("from {date} on")
}

fn times(load: f64) -> String {
    if load < 1000.0 { format!("{load:.2}") } else { grouped(load, 0) }
}

fn percent(share: f64) -> String {
    let text = format!("{:.1}", share * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_thousands() {
        assert_eq!(grouped(68_412.4, 0), "68,412");
        assert_eq!(grouped(-1_000.0, 0), "-1,000");
        assert_eq!(grouped(999.0, 0), "999");
        assert_eq!(percent(0.16), "16 %");
        assert_eq!(percent(0.955), "95.5 %");
    }
}
