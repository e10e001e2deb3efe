//! Whole workloads against a loop written by hand for one of them, as ratios within interleaved rounds, so that a machine
//! that is slower at times slows both.
//!
//! ```sh
//! cargo bench --bench workloads                  # the table of docs/performance.md, some minutes
//! cargo bench --bench workloads -- quick         # fewer rounds, without the national year
//! cargo bench --bench workloads -- equal 2000    # whether both lines say the same, over 2,000 replications each
//! cargo bench --bench workloads -- national      # the national year alone
//! cargo bench --bench workloads -- queues        # queues of a million alone
//! ```
//!
//! What one thread does is told in seconds of the processor, what two do on the wall.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

mod bare;
mod equal;
mod measure;
mod ours;
mod queues;

use measure::{Round, child, interleave, memory_now, seconds};
use ours::{Job, TASK_FORCE, TRIAGE_LINE};

/// Events of the triage line in one replication, on average: arrivals, completions, losses of patience.
fn events(size: bare::Size, replications: u64) -> f64 {
    (0..replications).map(|r| bare::replicate(size, r).events as f64).sum()
}

const ONE: bare::Size = bare::Size { scale: 1, horizon: bare::HORIZON };
/// 100,000 tips a day for a year.
const NATIONAL: bare::Size = bare::Size { scale: 10_000, horizon: 365.0 };

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["equal", replications] => equal::compare(replications.parse().expect("a number of replications")),
        ["equal"] => equal::compare(2000),
        ["national"] => national(),
        ["child", "national"] => println!("{}", national_child()),
        ["child", way, count] => {
            println!("{}", queues::memory(count.parse().expect("a number"), way == "short"));
        }
        ["queues"] => queues::deep(3),
        ["quick"] => table(3),
        _ => {
            table(7);
            national();
        }
    }
}

fn table(rounds: usize) {
    println!("{:<58} {:>12} {:>9} {:>7} {:>7}", "", "found", "unit", "must", "goal");
    lines(rounds);
    growth(rounds);
    queues::deep(rounds);
    let bytes = |way: &str| {
        let each = |count: u32| child(&[way, &count.to_string()]);
        (each(1_000_000) - each(1_000)) / 999_000.0
    };
    row("memory per open case, engine and all measures", bytes("short"), "bytes", "128", "64");
    row("  with all mechanisms at hand", bytes("long"), "bytes", "", "");
}

fn row(name: &str, found: f64, unit: &str, must: &str, goal: &str) {
    println!("{name:<58} {found:>12.3} {unit:>9} {must:>7} {goal:>7}");
}

/// The triage line, 200 times, from file to tables, and what else is short.
fn lines(rounds: usize) {
    const REPLICATIONS: u32 = 200;
    let whole = Job { file: TRIAGE_LINE, edits: vec![], replications: REPLICATIONS };
    let state = Job { file: TASK_FORCE, edits: vec![], replications: 50 };
    let work: &mut [(&str, Round<'_>)] = &mut [
        ("bare", Box::new(|| (0..u64::from(REPLICATIONS)).map(|r| bare::replicate(ONE, r).events).sum())),
        ("one thread", Box::new(|| whole.written(1))),
        ("two threads", Box::new(|| whole.written(2))),
        ("engine", Box::new(|| whole.engine_alone())),
        ("recorder", Box::new(|| whole.with_measures())),
        ("task force", Box::new(|| state.written(2))),
        ("check", Box::new(ours::check)),
    ];
    let times = interleave(rounds, work);
    let count = events(ONE, 200);
    row("triage line x 200: bare loop", times.processor("bare"), "s", "", "");
    row("triage line x 200: bare loop, an event", times.processor("bare") / count * 1e9, "ns", "", "");
    row(
        "triage line x 200: file to tables, one thread, over bare",
        times.ratio("one thread", "bare"),
        "",
        "1.8",
        "1.0",
    );
    row("  engine alone, over bare", times.ratio("engine", "bare"), "", "", "");
    row("  engine and all measures, over bare", times.ratio("recorder", "bare"), "", "", "");
    let faster = times.wall_ratio("one thread", "two threads");
    row("  one thread over two, on the wall", faster, "", "1.8", "1.95");
    row("state task force x 50, two threads, to tables", times.wall("task force"), "s", "1", "0.2");
    row("  of the processor", times.processor("task force"), "s", "", "");
    row("`caseload check` of the state task force", times.wall("check") * 1e3, "ms", "50", "10");
}

/// The triage line ten and a hundred times as large.
fn growth(rounds: usize) {
    let job = |scale: usize| Job { file: TRIAGE_LINE, edits: ours::scaled(scale), replications: 1 };
    let (small, mid, large) = (job(1), job(10), job(100));
    let size = |scale| bare::Size { scale, horizon: bare::HORIZON };
    // As many events of the small one as of the large one, or rounds of a few milliseconds would say nothing.
    let work: &mut [(&str, Round<'_>)] = &mut [
        ("1", Box::new(|| (0..100).map(|_| small.with_measures()).sum())),
        ("10", Box::new(|| (0..10).map(|_| mid.with_measures()).sum())),
        ("100", Box::new(|| large.with_measures())),
        ("one thread", Box::new(|| large.written(1))),
        ("two threads", Box::new(|| large.written(2))),
        ("bare 1", Box::new(|| (0..100).map(|_| bare::replicate(size(1), 0).events).sum())),
        ("bare 100", Box::new(|| bare::replicate(size(100), 0).events)),
    ];
    let times = interleave(rounds, work);
    row("an event of the line x 10 over x 1", times.ratio("10", "1"), "", "", "");
    row("an event of the line x 100 over x 1", times.ratio("100", "1"), "", "2.0", "1.2");
    row("  of the bare loop, x 100 over x 1", times.ratio("bare 100", "bare 1"), "", "", "");
    row("line x 100, engine and measures, over bare", times.ratio("100", "bare 100"), "", "", "");
    let faster = times.wall_ratio("one thread", "two threads");
    row("  its one replication on two threads, times faster", faster, "", "", "");
}

fn national() {
    let [_, bare] = seconds(|| bare::replicate(NATIONAL, 0).events);
    row("national year: bare loop", bare, "s", "", "");
    let reply = measure::child_words(&["national"]);
    let found: Vec<f64> = reply.split_whitespace().map(|w| w.parse().expect("numbers")).collect();
    row("national year: engine and all measures, to tables", found[0], "s", "20", "8");
    row("  over bare", found[0] / bare, "", "", "");
    row("  memory", found[1], "MiB", "512", "256");
}

/// In a process of its own: seconds and mebibytes of the national year.
fn national_child() -> String {
    let mut edits = ours::scaled(NATIONAL.scale);
    edits.push(("set", "scenario.horizon=\"365 days\"".to_owned()));
    let job = Job { file: TRIAGE_LINE, edits, replications: 1 };
    let [_, took] = seconds(|| job.written(1));
    format!("{took} {}", memory_now() / f64::from(1 << 20))
}
