//! Cases handled together: loads that form, loads that are worked on, vans that go at fixed times.

use crate::theory::batch;

use super::System;
use super::text::{exponential, hours, queue};

const HAS: &str = "the queue is not overloaded";

/// The systems.
pub(super) fn systems() -> Vec<System> {
    vec![forming(), timed(), full(), partial(), van(), under_way()]
}

fn forming() -> System {
    let text = queue(&[10.0], 1, "").stage("delay = \"1 h\"").stage("gather = { exactly = 5 }");
    System::new("load-forming", "loads of exactly 5", text.text(hours(20, 300)), 480)
        .known("(b - 1)/2 gaps", "elementary; Gross et al. 2008")
        .mean("mean wait for the load", "wait_mean/work", batch::forming_wait(10.0, 5))
}

fn timed() -> System {
    let stage = "gather = { exactly = 3 }\nor_after = \"2 h\"";
    let text = queue(&[1.0], 1, "").stage("delay = \"1 h\"").stage(stage).text(hours(50, 3_000));
    System::new("load-timed", "loads of 3, or after 2 hours", text, 600)
        .known("load by number or time", "renewal reward")
        .mean("mean wait for the load", "wait_mean/work", batch::timed_load_wait(1.0, 3, 2.0))
}

fn full() -> System {
    let text =
        queue(&[2.0], 1, &exponential("1 h")).stage("gather = { exactly = 3 }").text(hours(300, 3_000));
    System::new("load-full", "M/M[3,3]/1: work on full loads", text, 600)
        .known("forming, then E3/M/1", "Gross et al. 2008; Kendall 1953")
        .mean("mean wait", "wait_mean/work", batch::full_load_wait(2.0, 1.0, 3).expect(HAS))
}

fn partial() -> System {
    let text = queue(&[2.0], 1, &exponential("1 h")).stage("gather = { up_to = 3 }").text(hours(300, 3_000));
    System::new("load-partial", "M/M[1,3]/1: work on who is there", text, 600)
        .known("bulk service", "Bailey 1954, Neuts 1967")
        .mean("mean wait", "wait_mean/work", batch::partial_load_wait(2.0, 1.0, 3).expect(HAS))
}

/// A van at four on working days: gaps of 24, 24, 24, 24 and 72 hours; the window is whole weeks.
fn van() -> System {
    let text = queue(&[2.0], 1, "").stage("delay = \"1 h\"").stage("slots = \"Mon-Fri 16:00\"");
    System::new("van", "a van at four on working days", text.text(hours(168, 1_680)), 480)
        .known("sum T^2 / (2 sum T)", "renewal theory: the inspection paradox")
        .mean("mean wait for the van", "wait_mean/work", batch::slot_wait(&[24.0, 24.0, 24.0, 24.0, 72.0]))
}

/// As many are under way together as would be alone.
fn under_way() -> System {
    let stage = "delay = { lognormal = { mean = \"3 h\", cv = 1.0 } }\ngather = { exactly = 5 }";
    System::new(
        "load-under-way",
        "loads of 5 on a long way",
        queue(&[10.0], 1, "").stage(stage).text(hours(100, 300)),
        600,
    )
    .known("Little's law", "Little 1961")
    .mean("mean number under way", "delayed/work", 30.0)
}
