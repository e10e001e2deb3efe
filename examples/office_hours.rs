//! One examiner with office hours, one job every weekday at 09:00: small enough to follow by hand.
//!
//! The office is open Monday to Friday from 09:00 to 17:00. With jobs of six hours every job is done at 15:00 on the
//! day it came. With jobs of ten hours two of them no longer fit into a day: work rests overnight and over the
//! weekend, and the fifth job is done on the Tuesday after.

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use std::error::Error;

use caseload::engine::{CaseView, Census, Fact, Observer, PoolLevel, simulate};
use caseload::model::{Model, PoolId, compile};
use caseload::scenario::{self, Memory, Request};
use caseload::units::{DAY, HOUR, Time};

/// The clock starts on a Sunday at 09:00, so that tips that come once a day come at that hour.
const OFFICE: &str = r#"
[scenario]
start   = "2025-01-05T09:00:00"
horizon = "14 days"

[[class]]
id = "job"

[[source]]
id      = "agency"
rate    = "1 per day"
gaps    = "constant"
at_most = 5
mix     = { job = 1.0 }

[[pool]]
id        = "examiner"
headcount = 1
hours     = "Mon-Fri 09:00-17:00"

[[stage]]
id     = "examine"
pool   = "examiner"
effort = "6 h"
route  = "done"

[[outcome]]
id        = "done"
counts_as = "acted"
"#;

/// Writes down when work is finished.
#[derive(Default)]
struct Completions(Vec<Time>);

impl Observer for Completions {
    fn fact(&mut self, now: Time, _: CaseView, fact: Fact<'_>) {
        if let Fact::Finished { .. } = fact {
            self.0.push(now);
        }
    }
    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {}
}

/// The office with jobs of this effort.
fn office(effort: &str) -> Result<Model, Box<dyn Error>> {
    let files = Memory::one("office.toml", OFFICE.replace("6 h", effort));
    let loaded = scenario::load(&Request::new("office.toml", &files))
        .checked
        .value
        .ok_or("the office does not read")?;
    Ok(compile(&loaded).value.ok_or("the office does not compile")?)
}

/// When the jobs are done: days after Sunday, and the hour of the day.
fn completions(effort: &str) -> Result<Vec<(i64, i64)>, Box<dyn Error>> {
    let mut seen = Completions::default();
    simulate(&office(effort)?, 0, &mut seen);
    let after_midnight = |time: &Time| time.0 + 9 * HOUR;
    Ok(seen.0.iter().map(after_midnight).map(|ms| (ms / DAY, ms % DAY / HOUR)).collect())
}

fn main() -> Result<(), Box<dyn Error>> {
    const DAYS: [&str; 10] =
        ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "next Sun", "next Mon", "next Tue"];
    let six = completions("6 h")?;
    let ten = completions("10 h")?;
    for (job, (a, b)) in six.iter().zip(&ten).enumerate() {
        let word = |&(day, hour): &(i64, i64)| format!("{} {hour}:00", DAYS[day as usize]);
        println!("job {}: six hours until {:<10}  ten hours until {}", job + 1, word(a), word(b));
    }
    assert_eq!(six, [(1, 15), (2, 15), (3, 15), (4, 15), (5, 15)]);
    assert_eq!(ten, [(2, 11), (3, 13), (4, 15), (5, 17), (9, 11)]);
    Ok(())
}
