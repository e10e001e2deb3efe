//! Customers who do not stay: patience, evidence that lapses, full queues.

use crate::theory::erlang::{erlang_b, places};
use crate::theory::patience::{Impatient, Patience, impatient};

use super::System;
use super::text::{ANY, LOST, Queue, exponential, frame, hours, law, queue, table};

const LEFT: &str = "outcome_share/lost";

/// The systems.
pub(super) fn systems() -> Vec<System> {
    let mut all = vec![erlang_a()];
    all.extend(any_patience());
    all.extend([lapse_waiting(), lapse_in_delay(), limited()]);
    all.extend(loss());
    all
}

fn hour() -> String {
    exponential("1 h")
}

fn leaving(queue: Queue, patience: &str) -> Queue {
    queue.stage(&format!("patience = {patience}")).stage("on_patience = \"lost\"").and(LOST)
}

fn judged(system: System, exact: &Impatient) -> System {
    system.mean("share that gives up", LEFT, exact.abandoned).mean(
        "mean wait of the others",
        "wait_mean/work",
        exact.served_wait,
    )
}

fn erlang_a() -> System {
    let exact = impatient(50.0, 1.0, 45, Patience::Exponential(2.0));
    let text = leaving(queue(&[50.0], 45, &hour()), &exponential("2 h")).text(hours(40, 250));
    judged(System::new("erlang-a", "M/M/45+M, overloaded", text, 480), &exact)
        .known("Erlang A", "Palm 1937")
        .mean("mean number waiting", "waiting/work", exact.abandoned * 50.0 * 2.0)
}

fn any_patience() -> Vec<System> {
    let phase = |mean: &str| format!("{{ weight = 0.5, law = {} }}", exponential(mean));
    let rows = [
        ("patience-constant", "M/M/4+D", "\"1 h\"".to_owned(), Patience::Constant(1.0)),
        (
            "patience-uniform",
            "M/M/4+U",
            law("uniform", "low = \"30 min\", high = \"90 min\""),
            Patience::Uniform(0.5, 1.5),
        ),
        ("patience-erlang", "M/M/4+E2", law("erlang", "k = 2, mean = \"1 h\""), Patience::Erlang2(1.0)),
        (
            "patience-mixed",
            "M/M/4+H2",
            format!("{{ mixture = [{}, {}] }}", phase("12 min"), phase("108 min")),
            Patience::Mixed(0.5, 0.2, 1.8),
        ),
    ];
    let system = |(id, title, law, patience): (_, _, String, Patience)| {
        let text = leaving(queue(&[4.5], 4, &hour()), &law).text(hours(60, 800));
        judged(System::new(id, title, text, 600), &impatient(4.5, 1.0, 4, patience))
            .known("M/M/n+G", "Baccelli & Hebuterne 1981, Zeltyn & Mandelbaum 2005")
    };
    rows.map(system).into()
}

/// Evidence that is kept for an hour, unless work starts first: constant patience by another name.
fn lapse_waiting() -> System {
    let kept = "retention = { lasts = \"1 h\", preserved_by = \"work\", on_lapse = \"lost\" }";
    let text = queue(&[4.5], 4, &hour()).source(kept).and(LOST).text(hours(60, 800));
    judged(
        System::new("lapse-waiting", "M/M/4, evidence kept for an hour", text, 600),
        &impatient(4.5, 1.0, 4, Patience::Constant(1.0)),
    )
    .known("M/M/n+D", "Barrer 1957, Baccelli & Hebuterne 1981")
}

/// Nobody waits for anybody: evidence lapses where an exponential delay outlasts it.
fn lapse_in_delay() -> System {
    let kept = "retention = { lasts = \"90 min\", preserved_by = { end = \"away\" }, on_lapse = \"lost\" }";
    let text = frame(hours(50, 800))
        + ANY
        + LOST
        + &table("source", &format!("id = \"tips\"\nrate = \"5 per hour\"\nmix = {{ any = 1.0 }}\n{kept}"))
        + &table("stage", &format!("id = \"away\"\ndelay = {}\nroute = \"done\"", hour()));
    System::new("lapse-delay", "M/M/inf, evidence kept for 90 minutes", text, 480)
        .known("exponential tail", "elementary")
        .mean("share that lapses", LEFT, (-1.5_f64).exp())
        .mean("mean number in the delay", "delayed/away", 5.0 * (1.0 - (-1.5_f64).exp()))
}

fn limited() -> System {
    let exact = places(6.0, 1.0, 5, 10);
    let text = queue(&[6.0], 5, &hour()).stage("queue_limit = { cases = 5, to = \"lost\" }").and(LOST);
    System::new("limited-queue", "M/M/5/10, overloaded", text.text(hours(60, 600)), 600)
        .known("birth and death, limited places", "Erlang 1917; Gross et al. 2008")
        .mean("share turned away", LEFT, exact.turned_away)
        .mean("mean wait of those let in", "wait_mean/work", exact.mean_wait)
        .mean("mean number waiting", "waiting/work", exact.mean_waiting)
}

fn loss() -> Vec<System> {
    let rows = [
        ("loss-lognormal", "M/G/12/12, lognormal", law("lognormal", "mean = \"1 h\", cv = 1.5")),
        ("loss-constant", "M/D/12/12", "\"1 h\"".to_owned()),
    ];
    let system = |(id, title, effort): (_, _, String)| {
        let text = queue(&[10.0], 12, &effort).stage("queue_limit = { cases = 0, to = \"lost\" }").and(LOST);
        System::new(id, title, text.text(hours(60, 400)), 480)
            .known("Erlang B: the law does not matter", "Erlang 1917, Sevastyanov 1957")
            .mean("share lost", LEFT, erlang_b(12, 10.0))
            .mean("mean number in work", "in_work/work", 10.0 * (1.0 - erlang_b(12, 10.0)))
    };
    rows.map(system).into()
}
