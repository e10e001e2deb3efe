//! Queues that are very long, under every order: what an event costs, and how much memory a case that waits takes.

use std::time::Instant;

use caseload::engine::{CaseView, Census, Fact, Observer, PoolLevel, simulate};
use caseload::model::{Model, PoolId, compile};
use caseload::run::{Layout, Recorder};
use caseload::scenario::{Memory, Request, load};
use caseload::units::Time;

use crate::measure::{median, memory_now, processor};
use crate::row;

/// Orders as scenarios write them.
const ORDERS: [(&str, &str); 10] = [
    ("class", "\"class\""),
    ("fifo", "\"fifo\""),
    ("lifo", "\"lifo\""),
    ("lapse", "\"lapse\""),
    ("shortest", "\"shortest\""),
    ("shortest = drawn", "{ shortest = \"drawn\" }"),
    ("random", "\"random\""),
    ("due", "{ due = { a = \"5 days\", b = \"30 days\" } }"),
    ("ageing", "{ ageing = { a = \"4 per day\", b = { base = 3, gains = \"1 per day\" } } }"),
    ("quota", "{ quota = { a = 0.6, b = 0.4 } }"),
];

/// A queue that holds so many throughout: as many tips come as go.
fn model(waiting: u32, order: &str) -> Model {
    let initial = format!(
        "[[initial]]\nstage = \"work\"\nsource = \"tips\"\ncount = {{ a = {a}, b = {b} }}\nage = {{ exponential = {{ mean = \"30 days\" }} }}",
        a = waiting / 2,
        b = waiting - waiting / 2,
    );
    line(150, 1_000, 1_000, order, &initial)
}

/// Tips at a rate an hour for so many hours, members whose work takes an hour, and who waits at the start.
fn line(hours: u32, rate: u32, members: u32, order: &str, initial: &str) -> Model {
    let text = format!(
        r#"
        [scenario]
        start = 2025-01-01
        horizon = "{hours} h"
        sample = "{hours} h"

        [[class]]
        id = "a"
        [[class]]
        id = "b"

        [[source]]
        id = "tips"
        rate = "{rate} per hour"
        mix = {{ a = 0.5, b = 0.5 }}

        {initial}

        [[pool]]
        id = "members"
        headcount = {members}

        [[stage]]
        id = "work"
        pool = "members"
        effort = {{ exponential = {{ mean = "1 h" }} }}
        order = {order}
        route = "done"

        [[outcome]]
        id = "done"
        counts_as = "closed"
        "#,
    );
    let sources = Memory::one("queue.toml", &text);
    let loading = load(&Request::new("queue.toml", &sources));
    let findings = loading.checked.diagnostics;
    let loaded = loading.checked.value.unwrap_or_else(|| panic!("{findings:?}"));
    let compiled = compile(&loaded);
    compiled.value.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics))
}

/// Counts arrivals, starts and completions after the first sample, and says when that was.
#[derive(Default)]
struct Watch {
    began: Option<(Instant, Option<f64>)>,
    events: u64,
}

impl Observer for Watch {
    fn fact(&mut self, _: Time, _: CaseView, fact: Fact<'_>) {
        let counts = matches!(fact, Fact::Arrived { .. } | Fact::Finished { .. });
        self.events += u64::from(counts && self.began.is_some());
    }
    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {
        self.began.get_or_insert_with(|| (Instant::now(), processor()));
    }
}

/// Nanoseconds for an event while so many wait; the time that it takes to place them is not counted.
fn cost(model: &Model) -> f64 {
    let mut watch = Watch::default();
    simulate(model, 0, &mut watch);
    let began = watch.began.expect("there is a sample at the start");
    let took = processor().zip(began.1).map_or(began.0.elapsed().as_secs_f64(), |(now, before)| now - before);
    took / watch.events as f64 * 1e9
}

/// An event in a queue of a million, over one in a queue of a thousand, by order.
pub(crate) fn deep(rounds: usize) {
    let mut worst: (f64, &str) = (0.0, "");
    for (name, order) in ORDERS {
        let (short, long) = (model(1_000, order), model(1_000_000, order));
        let ratios = (0..rounds.div_ceil(2)).map(|_| cost(&long) / cost(&short)).collect();
        let ratio = median(ratios);
        row(&format!("  a million waiting over a thousand, order {name}"), ratio, "", "", "");
        worst = if ratio > worst.0 { (ratio, name) } else { worst };
    }
    row(&format!("an event, a million waiting over a thousand: {}", worst.1), worst.0, "", "3", "1.5");
}

/// The most memory held while so many wait, with all measures, in bytes: on the short way, where they come within an hour
/// to one member, or on the long one, where they stand there at the start.
pub(crate) fn memory(waiting: u32, short: bool) -> f64 {
    let model = if short { line(1, waiting, 1, "\"class\"", "") } else { model(waiting, "\"class\"") };
    let layout = Layout::new(&model);
    let mut recorder = Recorder::new(&model, &layout);
    simulate(&model, 0, &mut recorder);
    memory_now()
}
