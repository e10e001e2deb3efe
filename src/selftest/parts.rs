//! Cases in parts, people who work together, places held over several stages.

use crate::theory::chain::steady;
use crate::theory::single::{Moments, mg1_wait};
use crate::theory::{erlang, fork};

use super::System;
use super::text::{ANY, Span, exponential, frame, hours, table};

const HAS: &str = "the queue is not overloaded";

/// The systems.
pub(super) fn systems() -> Vec<System> {
    let mut all = vec![fork_join()];
    all.extend(devices());
    all.extend([crew(), held(true), held(false), places(), one_case()]);
    all
}

fn flow(span: Span, per_hour: f64) -> String {
    frame(span)
        + &table("source", &format!("id = \"tips\"\nrate = \"{per_hour} per hour\"\nmix = {{ any = 1.0 }}"))
}

fn end() -> String {
    table("stage", "id = \"end\"\nroute = \"done\"")
}

fn fork_join() -> System {
    let queue = |id: &str| {
        let effort = exponential("1 h");
        table("pool", &format!("id = \"p{id}\"\nheadcount = 1"))
            + &table("stage", &format!("id = \"{id}\"\npool = \"p{id}\"\neffort = {effort}\nroute = \"end\""))
    };
    let text = flow(hours(300, 5_000), 0.5)
        + ANY
        + &table("stage", "id = \"fork\"\nsplit = { tracks = [\"a\", \"b\"], then = \"end\" }")
        + &queue("a")
        + &queue("b")
        + &end();
    System::new("fork-join", "two tracks that fork and join", text, 720)
        .known("(12 - rho)/8 of one queue", "Flatto & Hahn 1984, Nelson & Tantawi 1988")
        .mean("mean time in the system", "system_mean", fork::both_queues_time(0.5, 1.0).expect(HAS))
}

fn devices() -> Vec<System> {
    let text = |count: &str, join: &str| {
        let delay = exponential("1 h");
        flow(hours(50, 500), 2.0)
            + &table("class", &format!("id = \"any\"\ndevices = {count}"))
            + &table(
                "stage",
                &format!(
                    "id = \"cloud\"\nper = \"device\"\nthen = \"end\"\njoin = \"{join}\"\ndelay = {delay}\nroute = \"end\""
                ),
            )
            + &end()
    };
    let what = "mean time in the system";
    // N geometric with mean 2: E H_N = sum of P(N >= k)/k = 2 ln 2.
    vec![
        System::new("last-device", "the last of four delays", text("4", "all"), 480)
            .known("1 + 1/2 + 1/3 + 1/4", "Rényi 1953")
            .mean(what, "system_mean", fork::longest_exponential(4, 1.0)),
        System::new("first-device", "the first of four delays", text("4", "first"), 480)
            .known("1/4", "Rényi 1953")
            .mean(what, "system_mean", fork::shortest_exponential(4, 1.0)),
        System::new(
            "some-devices",
            "the last of a geometric number",
            text("{ geometric = { mean = 2.0 } }", "all"),
            480,
        )
        .known("2 ln 2", "Rényi 1953")
        .mean(what, "system_mean", 2.0 * 2_f64.ln()),
    ]
}

/// Whoever needs everybody is served by one server.
fn crew() -> System {
    let pool = |id: &str| table("pool", &format!("id = \"{id}\"\nheadcount = 1"));
    let effort = "{ gamma = { mean = \"1 h\", cv = 0.5 } }";
    let text = flow(hours(500, 8_000), 0.7)
        + ANY
        + &pool("officer")
        + &pool("analyst")
        + &table(
            "stage",
            &format!(
                "id = \"search\"\npool = {{ officer = 1, analyst = 1 }}\neffort = {effort}\nroute = \"done\""
            ),
        );
    System::new("crew", "M/G/1, two people at once", text, 720)
        .known("Pollaczek-Khinchine", "Pollaczek 1930, Khinchine 1932")
        .mean("mean wait", "wait_mean/search", mg1_wait(0.7, &Moments::gamma(1.0, 0.25)).expect(HAS).mean)
        .mean("utilization of either", "utilization/analyst", 0.7)
}

/// Two members; urgent searches need both, interviews one. `held`: a free member is kept for the first search.
fn held(held: bool) -> System {
    let (pair_rate, single_rate) = (0.2, 0.5);
    let stage = |id: &str, pool: &str, more: &str| {
        let effort = exponential("1 h");
        table("stage", &format!("id = \"{id}\"\npool = {pool}\neffort = {effort}\nroute = \"done\"{more}"))
    };
    let source = |id: &str, rate: f64, stage: &str| {
        table(
            "source",
            &format!(
                "id = \"{id}s\"\nrate = \"{rate} per hour\"\nmix = {{ {id} = 1.0 }}\nenters = \"{stage}\""
            ),
        )
    };
    let text = frame(hours(300, 6_000))
        + "[[class]]\nid = \"pair\"\n\n[[class]]\nid = \"single\"\n\n"
        + &source("pair", pair_rate, "search")
        + &source("single", single_rate, "interview")
        + &table("pool", "id = \"officer\"\nheadcount = 2")
        + &stage("search", "{ officer = 2 }", if held { "\nhold = true" } else { "" })
        + &stage("interview", "\"officer\"", "");
    let waiting = together(held, pair_rate, single_rate);
    let (id, title) = if held {
        ("crew-held", "two servers, some need both and are kept a server")
    } else {
        ("crew-not-held", "two servers, some need both")
    };
    System::new(id, title, text, 720)
        .known("Markov chain of three numbers", "Grassmann, Taksar & Heyman 1985")
        .mean("mean wait of those who need both", "wait_mean/search", waiting.0 / pair_rate)
        .mean("mean wait of the others", "wait_mean/interview", waiting.1 / single_rate)
}

/// Mean numbers waiting of those who need both servers and of those who need one, all services of rate 1.
fn together(held: bool, pair_rate: f64, single_rate: f64) -> (f64, f64) {
    // Pairs waiting, singles waiting, singles in service; 3: a pair is in service.
    const PAIR: u32 = 3;
    let start_single = |pairs: u32, busy: u32| busy < 2 && (pairs == 0 || !held);
    let chain = steady((0_u32, 0_u32, 0_u32), |&(pairs, singles, busy)| {
        let pair_comes =
            if busy == 0 && pairs == 0 { (0, singles, PAIR) } else { (pairs + 1, singles, busy) };
        let single_comes = if busy != PAIR && start_single(pairs, busy) {
            (pairs, singles, busy + 1)
        } else {
            (pairs, singles + 1, busy)
        };
        let ends = if busy == PAIR || busy == 1 {
            // Both are free.
            if pairs > 0 { (pairs - 1, singles, PAIR) } else { (0, singles - singles.min(2), singles.min(2)) }
        } else if singles > 0 && start_single(pairs, 1) {
            (pairs, singles - 1, busy)
        } else {
            (pairs, singles, busy.saturating_sub(1))
        };
        let rate = f64::from(if busy == PAIR { 1 } else { busy });
        vec![
            (pair_comes, if pairs < 25 { pair_rate } else { 0.0 }),
            (single_comes, if singles < 45 { single_rate } else { 0.0 }),
            (ends, rate),
        ]
    });
    (chain.mean(|state| f64::from(state.0)), chain.mean(|state| f64::from(state.1)))
}

/// A span of five places over a delay is five servers.
fn places() -> System {
    let text = flow(hours(100, 2_000), 3.5)
        + ANY
        + &table(
            "stage",
            &format!(
                "id = \"away\"\nwip = {{ until = \"end\", cases = 5 }}\ndelay = {}\nroute = \"end\"",
                exponential("1 h")
            ),
        )
        + &end();
    let exact = erlang::Mmc::new(3.5, 1.0, 5).expect(HAS);
    System::new("span", "five cases in hand at most, over a delay", text, 600)
        .known("Erlang C: places are servers", "Erlang 1917")
        .mean("mean wait for a place", "wait_mean/away", exact.mean_wait())
        .mean("mean number in hand", "delayed/away", 3.5)
}

/// One case in hand over work and a delay: one server whose service is the sum, mean 0.7, variance 0.16.
fn one_case() -> System {
    let text = flow(hours(500, 8_000), 0.9)
        + ANY
        + &table("pool", "id = \"officer\"\nheadcount = 3")
        + &table(
            "stage",
            &format!(
                "id = \"apply\"\nwip = {{ until = \"end\", cases = 1 }}\npool = \"officer\"\neffort = {}\nroute = \"court\"",
                exponential("24 min")
            ),
        )
        + &table("stage", "id = \"court\"\ndelay = \"18 min\"\nroute = \"end\"")
        + &end();
    let service = Moments { first: 0.7, second: 0.16 + 0.49, third: 0.0 };
    System::new("span-of-one", "one case in hand over two stages", text, 720)
        .known("Pollaczek-Khinchine for the sum", "Pollaczek 1930, Khinchine 1932")
        .mean("mean wait for the place", "wait_mean/apply", mg1_wait(0.9, &service).expect(HAS).mean)
}
