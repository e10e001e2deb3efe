//! Who goes first: classes ahead of others, interruption, urgency that grows, members kept free, short tasks, quotas.

use crate::theory::priority::{
    Class, ageing_waits, mg1_times_preemptive, mg1_waits, mmc_ageing_waits, mmc_times_preemptive, mmc_waits,
    shortest_first_wait,
};
use crate::theory::reserve::Cutoff;
use crate::theory::single::Moments;

use super::System;
use super::text::{Queue, Span, exponential, frame, hours, queue, table};

const HAS: &str = "the queue is not overloaded";
const LONG: Span = hours(1_000, 10_000);
const MANY: Span = hours(200, 2_000);
/// Tips an hour of three classes for one server and for five.
const ONE: [f64; 3] = [0.2, 0.3, 0.25];
const FIVE: [f64; 3] = [1.0, 1.5, 1.0];
const AGEING: &str = "order = { ageing = { c0 = \"8 per hour\", c1 = \"4 per hour\", c2 = \"24 per day\" } }";
const GAINS: [f64; 3] = [8.0, 4.0, 1.0];

/// The systems.
pub(super) fn systems() -> Vec<System> {
    vec![
        cobham(),
        cobham_many(),
        interrupted(),
        interrupted_many(),
        ageing(),
        ageing_many(),
        reserve(),
        shortest(),
        quota(),
        parking(),
    ]
}

/// Exponential, constant and gamma service.
fn laws() -> [(Class, String); 3] {
    let moments = [Moments::exponential(1.0), Moments::constant(0.8), Moments::gamma(1.2, 2.0)];
    let gamma = "{ gamma = { mean = \"72 min\", cv = 1.4142135623730951 } }";
    let texts = [exponential("1 h"), "\"48 min\"".to_owned(), gamma.to_owned()];
    let mut rates = ONE.iter().zip(moments);
    texts.map(|text| {
        let (arrival, service) = rates.next().expect("three of each");
        (Class { arrival: *arrival, service }, text)
    })
}

fn classes() -> [Class; 3] {
    laws().map(|(class, _)| class)
}

fn three_laws() -> Queue {
    let [a, b, c] = laws().map(|(_, text)| text);
    queue(&ONE, 1, &format!("{{ c0 = {a}, c1 = {b}, c2 = {c} }}"))
}

fn five() -> Queue {
    queue(&FIVE, 5, &exponential("1 h"))
}

fn cobham() -> System {
    let exact: Vec<f64> = mg1_waits(&classes()).into_iter().flatten().collect();
    System::new(
        "priority",
        "M/G/1, three classes, three laws",
        three_laws().stage("order = \"class\"").text(LONG),
        840,
    )
    .known("Cobham: non-preemptive priority", "Cobham 1954")
    .by_class("mean wait", "wait_mean/work", &exact)
}

fn cobham_many() -> System {
    let exact = mmc_waits(&FIVE, 1.0, 5).expect(HAS);
    System::new("priority-many", "M/M/5, three classes", five().stage("order = \"class\"").text(MANY), 600)
        .known("Cobham, many servers", "Cobham 1954, Kella & Yechiali 1985")
        .by_class("mean wait", "wait_mean/work", &exact)
}

/// A stage for each class, so that the order among equals is that of its own stage.
fn interrupted() -> System {
    let exact: Vec<f64> = mg1_times_preemptive(&classes()).into_iter().flatten().collect();
    let mut text = frame(LONG) + &table("pool", "id = \"staff\"\nheadcount = 1");
    for (i, (class, effort)) in laws().iter().enumerate() {
        let preempts = if i < 2 { "\npreempt = true" } else { "" };
        text += &table("class", &format!("id = \"c{i}\"{preempts}"));
        let source = format!(
            "id = \"s{i}\"\nrate = \"{} per hour\"\nmix = {{ c{i} = 1.0 }}\nenters = \"w{i}\"",
            class.arrival
        );
        text += &table("source", &source);
        let stage =
            format!("id = \"w{i}\"\npool = \"staff\"\neffort = {effort}\norder = \"fifo\"\nroute = \"done\"");
        text += &table("stage", &stage);
    }
    // An urgent tip finds the less urgent classes in service for their loads (arrivals see time averages).
    let [_, second, third] = classes().map(|class| class.arrival * class.service.first);
    let interruptions = 10_000.0 * (ONE[0] * (second + third) + ONE[1] * third);
    System::new("interruption", "M/G/1, preemptive resume", text, 840)
        .known("White & Christie: preemptive resume", "White & Christie 1958")
        .by_class("mean time in the system", "system_mean", &exact)
        .mean("interruptions", "interrupted", interruptions)
}

fn interrupted_many() -> System {
    let exact: Vec<f64> = mmc_times_preemptive(&FIVE, 1.0, 5).into_iter().flatten().collect();
    let text = five().urgent("preempt = true").stage("order = \"class\"").text(MANY);
    System::new("interruption-many", "M/M/5, preemptive resume", text, 600)
        .known("Buzen & Bondi", "Buzen & Bondi 1983")
        .by_class("mean time in the system", "system_mean", &exact)
}

fn ageing() -> System {
    let mut gains = GAINS.into_iter();
    let exact = ageing_waits(&classes().map(|class| (class, gains.next().expect("three")))).expect(HAS);
    System::new("ageing", "M/G/1, urgency that grows", three_laws().stage(AGEING).text(LONG), 840)
        .known("Kleinrock: accumulating priority", "Kleinrock 1964")
        .by_class("mean wait", "wait_mean/work", &exact)
}

fn ageing_many() -> System {
    let classes: Vec<(f64, f64)> = FIVE.into_iter().zip(GAINS).collect();
    let exact = mmc_ageing_waits(&classes, 1.0, 5).expect(HAS);
    System::new("ageing-many", "M/M/5, urgency that grows", five().stage(AGEING).text(MANY), 600)
        .known("accumulating priority, many servers", "Sharif, Stanford, Taylor & Ziedins 2014")
        .by_class("mean wait", "wait_mean/work", &exact)
}

fn reserve() -> System {
    let kept = Cutoff { urgent: 1.0, other: 1.5, service: 1.0, servers: 4, reserve: 1 };
    let exact = kept.waits().expect(HAS);
    let text = queue(&[kept.urgent, kept.other], 4, &exponential("1 h"))
        .pool("reserve = { members = 1, for = [\"c0\"] }")
        .stage("order = \"class\"");
    System::new("reserve", "M/M/4, one server kept for the urgent", text.text(hours(500, 4_000)), 600)
        .known("cutoff priority", "Taylor & Templeton 1980, Schaack & Larson 1986")
        .by_class("mean wait", "wait_mean/work", &[exact.urgent, exact.other])
}

fn shortest() -> System {
    let exact = shortest_first_wait(0.7, 1.0).expect(HAS);
    let text = queue(&[0.7], 1, &exponential("1 h")).stage("order = { shortest = \"drawn\" }").text(LONG);
    System::new("shortest-first", "M/M/1, shortest task first", text, 840)
        .known("Phipps", "Phipps 1956")
        .mean("mean wait", "wait_mean/work", exact)
}

/// With one law of effort no order that does not look at it changes the mean wait over all.
fn quota() -> System {
    let order = "order = { quota = { c2 = 0.6 }, otherwise = \"class\" }";
    let text = queue(&[0.2, 0.3, 0.2], 1, &exponential("1 h")).stage(order).text(LONG);
    System::new("quota", "M/M/1, quota for the least urgent class", text, 720)
        .known("conservation law", "Kleinrock 1965")
        .mean("mean wait over all classes", "wait_mean/work", 0.7 / 0.3)
}

fn parking() -> System {
    let text = queue(&[0.3, 0.4], 1, &exponential("1 h"))
        .stage("park = { above = 2, classes = [\"c1\"], release_below = 2 }")
        .text(LONG);
    System::new("parking", "M/M/1, others put aside while it is busy", text, 720)
        .known("conservation law", "Kleinrock 1965")
        .mean("mean wait over all classes", "wait_mean/work", 0.7 / 0.3)
}
