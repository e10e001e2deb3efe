//! Exact results about cases in parts and under way in loads, each stated as a scenario file. How long loads form and how
//! bulk service makes them wait is checked with the other rules of service.
//!
//! A check passes if the mean over 30 replications lies within four of its own standard errors of the exact value. With
//! the fixed seed that is settled once; with a fresh seed each check of a correct program would fail about once in
//! 2,400 (t with 29 degrees of freedom).

use std::collections::BTreeMap;

use caseload::engine::{CaseView, Census, Fact, Observer, PoolLevel, simulate};
use caseload::model::{Model, PoolId};
use caseload::stats::Tally;
use caseload::units::Time;

use crate::harness::model;

/// What is measured of the cases that arrive after the warm-up.
struct Seen {
    warmup: Time,
    joined: BTreeMap<u32, Time>,
    /// From joining a stage to the first start, in hours.
    waits: Tally,
    /// From a case's arrival to its end, in hours.
    lives: Tally,
    /// Cases and jobs in delays, at the samples.
    delayed: Tally,
}

impl Observer for Seen {
    fn fact(&mut self, now: Time, case: CaseView, fact: Fact<'_>) {
        match fact {
            Fact::Joined { .. } => drop(self.joined.insert(case.slot, now)),
            Fact::Started { resumed: false, .. } if case.arrived >= self.warmup => {
                self.waits.push((now - self.joined[&case.slot]).hours());
            }
            Fact::Ended { .. } if case.arrived >= self.warmup => {
                self.lives.push((now - case.arrived).hours());
            }
            _ => {}
        }
    }
    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, now: Time, census: &Census) {
        if now >= self.warmup {
            self.delayed.push(census.delayed.iter().sum::<u64>() as f64);
        }
    }
}

fn seen(model: &Model, replication: u64) -> Seen {
    let (joined, waits) = (BTreeMap::new(), Tally::new());
    let mut seen = Seen { warmup: model.warmup, joined, waits, lives: Tally::new(), delayed: Tally::new() };
    simulate(model, replication, &mut seen);
    seen
}

/// Runs 30 replications and holds the mean of what `what` takes from each against the exact value.
fn check(name: &str, text: &str, exact: f64, what: fn(&Seen) -> &Tally) {
    let model = model(text);
    let mut means = Tally::new();
    for r in 0..30 {
        means.push(what(&seen(&model, r)).mean().unwrap());
    }
    let error = means.sd().unwrap() / 30_f64.sqrt();
    let z = (means.mean().unwrap() - exact) / error;
    assert!(z.abs() < 4.0, "{name}: {:.5} against {exact:.5}, z = {z:.2}", means.mean().unwrap());
    assert!(error < 0.03 * exact, "{name}: too few replications to say anything: {error}");
}

/// A flow of so many tips an hour for so long, and stages.
fn system(per_hour: f64, horizon_hours: u32, stages: &str) -> String {
    format!(
        "[scenario]\nstart = 2025-01-06\nhorizon = \"{horizon_hours} h\"\nwarmup = \"{} h\"\nsample = \"10 h\"\n\
         replications = 30\nseed = 5\n[[class]]\nid = \"any\"\n[[outcome]]\nid = \"done\"\ncounts_as = \"closed\"\n\
         [[source]]\nid = \"tips\"\nrate = \"{per_hour} per hour\"\nmix = {{ any = 1.0 }}\n{stages}",
        horizon_hours / 10
    )
}

const EXPONENTIAL: &str = "{ exponential = { mean = \"1 h\" } }";

#[test]
fn two_queues_that_fork_and_join_have_the_response_of_nelson_and_tantawi() {
    // Nelson & Tantawi 1988: (12 - rho)/8 times the response of one queue; 2.875 h at rho = 0.5.
    let queue = |id: &str| {
        format!(
            "[[pool]]\nid = \"p{id}\"\nheadcount = 1\n\
             [[stage]]\nid = \"{id}\"\npool = \"p{id}\"\neffort = {EXPONENTIAL}\nroute = \"end\"\n"
        )
    };
    let stages = "[[stage]]\nid = \"fork\"\nsplit = { tracks = [\"a\", \"b\"], then = \"end\" }\n".to_owned()
        + &queue("a")
        + &queue("b")
        + "[[stage]]\nid = \"end\"\nroute = \"done\"\n";
    check("fork and join", &system(0.5, 10_000, &stages), 11.5 / 8.0 * 2.0, |seen| &seen.lives);
}

#[test]
fn a_case_waits_for_the_longest_or_the_shortest_of_its_delays() {
    // The largest of n exponentials of mean 1 has mean 1 + 1/2 + .. + 1/n, the smallest 1/n.
    let devices = |join: &str| {
        format!(
            "[[stage]]\nid = \"cloud\"\nper = \"device\"\nthen = \"end\"\njoin = \"{join}\"\ndelay = {EXPONENTIAL}\n\
             route = \"end\"\n[[stage]]\nid = \"end\"\nroute = \"done\"\n"
        )
    };
    let text =
        |join: &str| system(2.0, 2_000, &devices(join)).replace("id = \"any\"", "id = \"any\"\ndevices = 4");
    check("the last of four", &text("all"), 25.0 / 12.0, |seen| &seen.lives);
    check("the first of four", &text("first"), 0.25, |seen| &seen.lives);
}

#[test]
fn a_random_number_of_devices_is_waited_for() {
    // N geometric on 1, 2, .. with mean 2 (p = 1/2): E[H_N] = sum over k of P(N >= k)/k = sum of 2^(1-k)/k = 2 ln 2.
    let stages = format!(
        "[[stage]]\nid = \"cloud\"\nper = \"device\"\nthen = \"end\"\ndelay = {EXPONENTIAL}\nroute = \"end\"\n\
         [[stage]]\nid = \"end\"\nroute = \"done\"\n"
    );
    let text = system(2.0, 2_000, &stages)
        .replace("id = \"any\"", "id = \"any\"\ndevices = { geometric = { mean = 2.0 } }");
    check("the last of N", &text, 2.0 * 2_f64.ln(), |seen| &seen.lives);
}

#[test]
fn who_comes_at_any_time_waits_half_the_time_between_two_vans() {
    let slots = "slots = \"Mon-Sun 00:00, 06:00, 12:00, 18:00\"";
    let stages = format!("[[stage]]\nid = \"van\"\ndelay = \"1 h\"\n{slots}\nroute = \"done\"\n");
    check("every six hours", &system(2.0, 3_000, &stages), 3.0, |seen| &seen.waits);
}

#[test]
fn as_many_are_under_way_in_loads_as_would_be_alone() {
    // Little: 10 an hour for 3 h each, whatever the law and however many go together.
    let stages = "[[stage]]\nid = \"van\"\ndelay = { lognormal = { mean = \"3 h\", cv = 1.0 } }\ngather = { exactly = 5 }\n\
                  route = \"done\"\n";
    check("under way", &system(10.0, 5_000, stages), 30.0, |seen| &seen.delayed);
}
