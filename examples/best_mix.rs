//! What the next money buys: two stations in a row, of which both may be widened. Erlang's formula knows what each mix of
//! members brings, since by Burke's theorem the second station sees the same arrivals as the first; so does the search.

#![allow(clippy::print_stdout, reason = "an example shows its result")]

use std::error::Error;
use std::ops::Range;
use std::sync::atomic::AtomicBool;

use caseload::experiment::invest::{Choice, Question, decisive, invest};
use caseload::model::{Model, compile};
use caseload::run::{Layout, Watcher, responses};
use caseload::scenario::{EditKind, Memory, Request, load};
use caseload::theory::erlang::Mmc;

const LINE: &str = r#"
[scenario]
start = 2025-01-06
warmup = "20 days"
horizon = "220 days"
sample = "10 days"
seed = 3

[[class]]
id = "call"

[[source]]
id = "calls"
rate = "20 per day"
mix = { call = 1.0 }

[[pool]]
id = "first"
headcount = 2

[[pool]]
id = "second"
headcount = 4

[[stage]]
id = "answer"
pool = "first"
effort = { exponential = { mean = "2 h" } }
route = "look-again"

[[stage]]
id = "look-again"
pool = "second"
effort = { exponential = { mean = "4 h" } }
route = "done"

[[outcome]]
id = "done"
counts_as = "acted"
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let base = line(&[0, 0])?;
    let (response, better) = decisive(&base, &responses(&base, &Layout::new(&base)), Some("backlog_mean"))?;
    let choice = |id: &str, price: f64| Choice { id: id.to_owned(), price, at_most: 4 };
    let question = Question {
        choices: vec![choice("first", 3.0), choice("second", 2.0)],
        excluded: vec![],
        budget: 8.0,
        response,
        better,
        draws: None,
        replications: 24,
        max_replications: 48,
        threads: None,
        level: 0.95,
        every: false,
    };
    let model = |mix: &[u32], _: Range<u32>| Ok::<_, Box<dyn Error>>(vec![line(mix)?]);
    let watcher = Watcher { cancel: &AtomicBool::new(false), progress: &|_, _| {} };
    let found = invest(&question, &model, &watcher)??;
    println!("money  mix                 open cases   Erlang  may be best");
    for tried in found.mixes.iter().filter(|tried| tried.fresh) {
        let (name, mean) = (question.name(&tried.counts), tried.mean.ok_or("no value")?.estimate);
        let best = if tried.may_be_best { "yes" } else { "no" };
        println!("{:>5}  {name:<18}  {mean:>10.2}   {:>6.2}  {best}", tried.price, exact(&tried.counts)?);
    }
    assert_eq!(
        found.mixes[found.best].counts,
        [1, 2],
        "theory would buy one for the first and two for the second"
    );
    Ok(())
}

/// Mean number of open cases by theory.
fn exact(mix: &[u32]) -> Result<f64, Box<dyn Error>> {
    let rate = 20.0 / 24.0;
    let first = Mmc::new(rate, 1.0 / 2.0, 2 + mix[0] as usize).ok_or("overloaded")?;
    let second = Mmc::new(rate, 1.0 / 4.0, 4 + mix[1] as usize).ok_or("overloaded")?;
    Ok(first.mean_number() + second.mean_number())
}

/// The line with more members.
fn line(mix: &[u32]) -> Result<Model, Box<dyn Error>> {
    let sources = Memory::one("line.toml", LINE);
    let request = Request::new("line.toml", &sources)
        .edit(EditKind::Add, format!("pool.first.headcount={}", mix[0]))
        .edit(EditKind::Add, format!("pool.second.headcount={}", mix[1]));
    let loaded = load(&request).checked.value.ok_or("the line does not read")?;
    Ok(compile(&loaded).value.ok_or("the line does not compile")?)
}
