//! When tips come: the rate of a source over the whole run, recorded counts, recorded timestamps.

use super::Context;
use super::params::named;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::RatePiece;
use crate::model::rates::{Counts, NoRoom, Period, RateCurve, RateFrom};
use crate::scenario::{self, EditKind, History, HistoryRow, Then};
use crate::units::civil::{DateTime, date_time, millis_between};
use crate::units::{DAY, Time};

impl Context<'_> {
    /// The rate of a source over the whole run: written, or recorded.
    pub(super) fn rate_pieces(&mut self, name: &str, from: Time, until: Time) -> Option<Vec<RatePiece>> {
        let at_dates = self.loaded.epochs.iter().map(|e| named(&e.scenario.sources, name, |s| &s.id));
        let history = at_dates.clone().find_map(|source| source.rates.as_ref());
        let by_day = at_dates.clone().any(|source| source.overdispersion.value > 1.0);
        let stretches = self.stretches(name);
        let (start, end) = (self.start, self.end);
        let curve = RateCurve { start, stretches: &stretches, from, until, end, by_day };
        let Some(history) = history else { return Some(curve.pieces()) };
        let counts = self.counts(history, from, until)?;
        match curve.of_counts(&counts) {
            Ok(pieces) => Some(pieces),
            Err(NoRoom(period)) => {
                let day = self.date(period.from);
                let message = format!(
                    "`rates` of source `{name}` has tips in the period that begins on {day}, but `hours` or a \
                     profile leaves no time for them"
                );
                let finding = Diagnostic::new(Code::ConflictingKeys, message).at(history.keys.span, "");
                let help = "give those hours some weight, or count these tips elsewhere";
                self.findings.push(finding.help(help));
                None
            }
        }
    }

    /// What makes the rate, from date to date.
    fn stretches(&mut self, name: &str) -> Vec<RateFrom> {
        let mut stretches: Vec<RateFrom> = vec![];
        let loaded = self.loaded;
        for epoch in &loaded.epochs {
            let (at, source) = (epoch.at, named(&epoch.scenario.sources, name, |s| &s.id));
            let rate = match (&source.rates, &source.rate) {
                (Some(history), _) => self.epochs_a_tip(source) * history.keys.times.value,
                (None, rate) => rate.as_ref().map_or(0.0, |rate| rate.value) / DAY as f64,
            };
            let stretch = RateFrom {
                from: at,
                rate,
                growth: source.growth.value,
                set_at: self.rate_set_at(name, at),
                weekly: source.weekly.as_ref().map_or([1.0; 7], |p| p.weights),
                hours: source.hours.as_ref().map(|h| h.windows.clone()),
                monthly: source.monthly.as_ref().map_or([1.0; 12], |p| p.weights),
            };
            // A change that leaves the rate alone needs no piece of its own.
            if stretches.last().is_none_or(|last| RateFrom { from: at, ..last.clone() } != stretch) {
                stretches.push(stretch);
            }
        }
        stretches
    }

    /// Recorded counts are counts of tips: where tips come in batches there are fewer epochs.
    fn epochs_a_tip(&mut self, source: &scenario::Source) -> f64 {
        let batch = source.batch.as_ref().and_then(|spec| self.law(spec, "a number of tips"));
        batch.map(|law| law.mean()).filter(|mean| *mean > 0.0).map_or(1.0, f64::recip)
    }

    /// When the rate that holds at `at` was set: by the latest change in force that sets it, else at the start.
    fn rate_set_at(&self, name: &str, at: Time) -> Time {
        let path = format!("source.{name}.rate");
        let in_force = |c: &&scenario::ChangeInfo| c.at <= at && c.until.is_none_or(|until| at < until);
        let sets =
            |c: &&scenario::ChangeInfo| c.edits.iter().any(|e| e.kind == EditKind::Set && e.path == path);
        self.loaded.changes.iter().filter(in_force).filter(sets).map(|c| c.at).max().unwrap_or(Time::ZERO)
    }

    /// Recorded counts and what comes after them, proved to last as long as the source sends tips.
    fn counts(&mut self, history: &History, from: Time, until: Time) -> Option<Counts> {
        let (first, last) = (history.rows.first()?, history.rows.last()?);
        if self.time(first.from) > from.max(Time::ZERO) {
            let message = format!("`{}` begins with {} only", history.keys.csv.value, first.label);
            let begins = self.date(from.max(Time::ZERO));
            self.findings.push(
                Diagnostic::new(Code::BadCsv, message)
                    .at(history.keys.csv.span, format!("the source begins on {begins}"))
                    .help("write `from`, the moment from which tips arrive"),
            );
            return None;
        }
        let period = |row: &HistoryRow| Period {
            from: self.time(row.from),
            until: self.time(row.until),
            count: row.count,
            later: 0,
        };
        let mut periods: Vec<Period> = history.rows.iter().map(period).collect();
        let ends = self.end.min(until);
        let hold = history.keys.then.value == Then::Hold;
        if self.time(last.until) >= ends || hold {
            return Some(Counts { periods, hold });
        }
        if history.keys.then.value == Then::Error {
            let (csv, day) = (&history.keys.csv, self.date(ends));
            self.findings.push(
                Diagnostic::new(
                    Code::HistoryEnds,
                    format!("`{}` ends with {}, the run on {day}", csv.value, last.label),
                )
                .at(csv.span, "nothing is said of what comes after")
                .help("write then = \"repeat\" (the last twelve months, with `growth`), or \"hold\""),
            );
            return None;
        }
        let year = self.last_year(history, &periods)?;
        periods.extend(again(&year, self.start, ends));
        Some(Counts { periods, hold: false })
    }

    /// The last twelve months of a history, by civil moments; what begins before them is cut.
    fn last_year(&mut self, history: &History, periods: &[Period]) -> Option<Vec<(DateTime, DateTime, f64)>> {
        let end = history.rows.last()?.until;
        let begin = end.checked_sub(jiff::Span::new().years(1)).ok()?;
        if periods.first()?.from > self.time(begin) {
            let message = format!("`{}` is shorter than the twelve months to repeat", history.keys.csv.value);
            self.findings.push(
                Diagnostic::new(Code::HistoryEnds, message)
                    .at(history.keys.csv.span, format!("it would have to begin on {}", begin.date()))
                    .see(history.keys.then.span, "to be repeated")
                    .help("write then = \"hold\", or give a whole year"),
            );
            return None;
        }
        let cut = |row: &HistoryRow| {
            let from = row.from.max(begin);
            let share = millis_between(from, row.until) as f64 / row.millis() as f64;
            (from, row.until, row.count * share)
        };
        Some(history.rows.iter().filter(|row| row.until > begin).map(cut).collect())
    }

    /// A civil moment as a time of the run.
    fn time(&self, at: DateTime) -> Time {
        Time(millis_between(self.start, at))
    }

    /// The date of a time of the run.
    fn date(&self, at: Time) -> String {
        date_time(self.start, at).map_or_else(String::new, |moment| moment.date().to_string())
    }

    /// The recorded tips of a source, in the order of time, with their rows.
    pub(super) fn replayed(&mut self, written: &scenario::Source) -> Option<Vec<(Time, u64)>> {
        let Some(replay) = &written.replay else { return Some(vec![]) };
        let all = replay.rows.iter().map(|row| (self.time(row.at), row.row));
        let inside: Vec<(Time, u64)> = all.filter(|(at, _)| (Time::ZERO..self.end).contains(at)).collect();
        let (rows, outside) = (replay.rows.len(), replay.rows.len() - inside.len());
        let csv = &replay.keys.csv;
        let run = format!("from {} to {}", self.date(Time::ZERO), self.date(self.end));
        if inside.is_empty() {
            let message = format!("none of the {rows} rows of `{}` lies in the run", csv.value);
            let finding = Diagnostic::new(Code::BadCsv, message);
            self.findings.push(finding.at(csv.span, format!("the run goes {run}")));
            return None;
        }
        if outside > 0 {
            let message = format!("{outside} of the {rows} rows of `{}` lie outside the run", csv.value);
            self.findings.push(
                Diagnostic::new(Code::OutsideTheRun, message)
                    .at(csv.span, "")
                    .help(format!("they are left out: the run goes {run}")),
            );
        }
        Some(inside)
    }
}

/// The periods of a year again and again, each with the mean rate that it had, until a moment of the run.
fn again(year: &[(DateTime, DateTime, f64)], start: DateTime, ends: Time) -> Vec<Period> {
    let mut periods: Vec<Period> = vec![];
    for k in 1_i64.. {
        let span = jiff::Span::new().years(k);
        for (from, until, count) in year {
            let (Ok(new_from), Ok(new_until)) = (from.checked_add(span), until.checked_add(span)) else {
                return periods;
            };
            let length = millis_between(new_from, new_until);
            // Once in four years a day of February has none to stand for.
            if length > 0 {
                periods.push(Period {
                    from: Time(millis_between(start, new_from)),
                    until: Time(millis_between(start, new_until)),
                    count: count * length as f64 / millis_between(*from, *until) as f64,
                    later: millis_between(*from, new_from),
                });
            }
        }
        if periods.last().is_none_or(|last| last.until >= ends) {
            return periods;
        }
    }
    periods
}
