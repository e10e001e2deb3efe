//! The cheapest staffing for a target: how many agents for 10 erlangs, if four calls in five are to be answered within 20
//! seconds? Erlang's formula says 14, and so does the search, which would also work where no formula does.

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use std::error::Error;
use std::sync::atomic::AtomicBool;

use caseload::experiment::size::{Goal, Posts, Question, size, start};
use caseload::model::{Model, capacity, compile};
use caseload::run::{Layout, Watcher, responses};
use caseload::scenario::{EditKind, Memory, Request, load};
use caseload::theory::erlang::Mmc;

const DESK: &str = r#"
[scenario]
start = 2025-01-06
warmup = "2 h"
horizon = "26 h"
sample = "1 h"
seed = 1

[[class]]
id = "call"

[[source]]
id = "calls"
rate = "4800 per day"
mix = { call = 1.0 }

[[pool]]
id = "agent"
headcount = 11

[[stage]]
id = "answer"
pool = "agent"
effort = { exponential = { mean = "180 s" } }
route = "done"

[[outcome]]
id = "done"
counts_as = "acted"

[[milestone]]
id = "answered"
at = { start = "answer" }

[[target]]
milestone = "answered"
within = "20 s"
share = 0.8
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let posts = vec![Posts { pool: "agent".to_owned(), low: 11, high: 30, cost: 1.0 }];
    let base = desk(11)?;
    let model = |staffing: &[u32]| desk(staffing[0]);
    let question = Question {
        start: start(&posts, &base, &capacity::check(&base), &model)?,
        goals: Goal::of_targets(&base, &responses(&base, &Layout::new(&base)), None),
        posts,
        replications: 10,
        max_replications: 40,
        threads: None,
        level: 0.95,
        every: false,
    };
    let watcher = Watcher { cancel: &AtomicBool::new(false), progress: &|_, _| {} };
    let found = size(&question, &model, &watcher)?;
    println!("agents  role       verdict               share within 20 s   Erlang");
    for tried in &found.tried {
        let agents = tried.staffing[0];
        let exact = Mmc::new(4800.0 / 24.0, 20.0, agents as usize).ok_or("overloaded")?;
        let exact = 1.0 - exact.wait_exceeds(20.0 / 3600.0);
        let share = tried.shown[0].interval.ok_or("no calls")?.estimate;
        let (role, verdict) = (tried.role.word(), tried.verdict.words());
        println!("{agents:>6}  {role:<9}  {verdict:<20}  {share:>17.4}   {exact:.4}");
    }
    let answer = found.answer.map(|place| found.tried[place].staffing[0]);
    assert_eq!(answer, Some(14), "the table of every contact centre says 14");
    Ok(())
}

/// The desk with so many agents.
fn desk(agents: u32) -> Result<Model, Box<dyn Error>> {
    let sources = Memory::one("desk.toml", DESK);
    let request =
        Request::new("desk.toml", &sources).edit(EditKind::Set, format!("pool.agent.headcount={agents}"));
    let loaded = load(&request).checked.value.ok_or("the desk does not read")?;
    Ok(compile(&loaded).value.ok_or("the desk does not compile")?)
}
