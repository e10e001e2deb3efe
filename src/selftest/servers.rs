//! Servers who are all alike and customers who are all alike: Erlang, Pollaczek and Khinchine, Kendall, Burke.

use crate::theory::single::{Moments, md1_wait_cdf, mdc, mg1_wait};
use crate::theory::{batch, erlang, renewal};

use super::System;
use super::text::{Span, exponential, hours, law, queue};

const HAS: &str = "the queue is not overloaded";
/// One server at a load of 0.8 forgets its start with a time constant of 90 services.
const LONG: Span = hours(1_000, 10_000);

/// The systems.
pub(super) fn systems() -> Vec<System> {
    let mut all = vec![mm1(), mm5(), contact_centre()];
    all.extend(
        [("mm5-lifo", "\"lifo\""), ("mm5-random", "\"random\"")].map(|(id, order)| any_order(id, order)),
    );
    all.extend([md1(), md5(), exponent(), either_pool(), available()]);
    all.extend(any_law());
    all.extend(regular());
    all.extend(batches());
    all
}

fn one_hour() -> String {
    exponential("1 h")
}

fn mm1() -> System {
    let exact = erlang::Mmc::new(0.8, 1.0, 1).expect(HAS);
    // The quantiles of the wait: ln(0.8/0.1)/0.2 and ln(0.8/0.05)/0.2 = 13.862944.
    let text = queue(&[0.8], 1, &one_hour()).within("10.3972077 h").within("13.8629436 h").text(LONG);
    System::new("mm1", "M/M/1", text, 720)
        .known("Erlang C, one server", "Erlang 1917")
        .mean("mean wait", "wait_mean/work", exact.mean_wait())
        .mean("mean time in the system", "system_mean", exact.mean_time())
        .mean("share that waits", "waited_share/work", exact.wait_probability())
        .mean("utilization", "utilization/staff", exact.utilization())
        .mean("share within the 90 % quantile 10.397 h", "share_within/start/10.4 h", 0.9)
        .mean("share within the 95 % quantile 13.863 h", "share_within/start/13.86 h", 0.95)
}

fn mm5() -> System {
    let exact = erlang::Mmc::new(4.5, 1.0, 5).expect(HAS);
    let text = queue(&[4.5], 5, &one_hour()).within("5.449141224 h").text(hours(800, 2_000));
    System::new("mm5", "M/M/5 at 90 % load", text, 720)
        .known("Erlang C", "Erlang 1917")
        .mean("mean wait", "wait_mean/work", exact.mean_wait())
        .mean("share that waits", "waited_share/work", exact.wait_probability())
        .mean("mean number waiting", "waiting/work", exact.mean_waiting())
        .mean("mean number in work", "in_work/work", 4.5)
        .mean("share within the 95 % quantile 5.449 h", "share_within/start/5.45 h", 0.95)
}

fn contact_centre() -> System {
    // 100 calls in 30 minutes of 180 s each, 14 agents: 88.8 % within 20 s.
    let exact = erlang::Mmc::new(200.0, 20.0, 14).expect(HAS);
    let text = queue(&[200.0], 14, &exponential("180 s")).within("20 s").text(hours(2, 20));
    System::new("contact-centre", "M/M/14, 80/20 staffing", text, 600)
        .known("Erlang C, service level", "Erlang 1917")
        .mean("share within 20 s", "share_within/start/20 s", 1.0 - exact.wait_exceeds(20.0 / 3600.0))
        .mean("mean wait", "wait_mean/work", exact.mean_wait())
}

fn any_order(id: &'static str, order: &str) -> System {
    let exact = erlang::Mmc::new(3.5, 1.0, 5).expect(HAS);
    let text = queue(&[3.5], 5, &one_hour()).stage(&format!("order = {order}")).text(hours(100, 2_000));
    let title = if id == "mm5-lifo" { "M/M/5, last come first" } else { "M/M/5, random order" };
    System::new(id, title, text, 600).known("Erlang C: the order does not matter", "Kleinrock 1965").mean(
        "mean wait",
        "wait_mean/work",
        exact.mean_wait(),
    )
}

fn md1() -> System {
    let within = |x: f64| md1_wait_cdf(0.8, 1.0, x).expect(HAS);
    let text = queue(&[0.8], 1, "\"1 h\"").within("1 h").within("2 h").within("5 h").text(LONG);
    System::new("md1", "M/D/1", text, 600)
        .known("Erlang's law of the wait", "Erlang 1909, Franx 2001")
        .mean("mean wait", "wait_mean/work", mg1_wait(0.8, &Moments::constant(1.0)).expect(HAS).mean)
        .mean("share within 1 h", "share_within/start/60 min", within(1.0))
        .mean("share within 2 h", "share_within/start/2 h", within(2.0))
        .mean("share within 5 h", "share_within/start/5 h", within(5.0))
}

fn md5() -> System {
    let exact = mdc(4.0, 1.0, 5).expect(HAS);
    System::new("md5", "M/D/5", queue(&[4.0], 5, "\"1 h\"").text(hours(300, 2_000)), 600)
        .known("Crommelin, by Spitzer's identity", "Crommelin 1932")
        .mean("mean wait", "wait_mean/work", exact.mean_wait)
        .mean("share that waits", "waited_share/work", exact.wait_probability)
}

/// Four members measured against six: each is (4/6)^(0.8 − 1) times as fast.
fn exponent() -> System {
    let exact = erlang::Mmc::new(3.0, (4.0_f64 / 6.0).powf(-0.2), 4).expect(HAS);
    let text = queue(&[3.0], 4, &one_hour()).pool("staffing_exponent = { value = 0.8, at = 6 }");
    System::new(
        "staffing-exponent",
        "M/M/4, output that grows as staff to the 0.8",
        text.text(hours(200, 2_000)),
        600,
    )
    .known("Erlang C at the speed of the pool", "Erlang 1917")
    .mean("mean wait", "wait_mean/work", exact.mean_wait())
}

fn either_pool() -> System {
    let exact = erlang::Mmc::new(1.4, 1.0, 2).expect(HAS);
    let text = queue(&[1.4], 1, &one_hour())
        .and("[[pool]]\nid = \"others\"\nheadcount = 1\n\n")
        .text(hours(300, 4_000))
        .replace("pool = \"staff\"", "pool = [\"staff\", \"others\"]");
    System::new("either-pool", "M/M/2, the servers in two pools", text, 720)
        .known("Erlang C", "Erlang 1917")
        .mean("mean wait", "wait_mean/work", exact.mean_wait())
}

fn available() -> System {
    let exact = erlang::Mmc::new(0.7, 1.0, 1).expect(HAS);
    let text = queue(&[0.7], 1, &exponential("48 min")).pool("availability = 0.8").text(hours(500, 8_000));
    System::new("availability", "M/M/1, available for 80 % of the shift", text, 720)
        .known("Erlang C at the speed of the pool", "Erlang 1917")
        .mean("mean wait", "wait_mean/work", exact.mean_wait())
        .mean("utilization", "utilization/staff", 0.7)
}

fn any_law() -> Vec<System> {
    // Hyperexponential: 0.2 with mean 2.5, 0.8 with mean 0.625; E S² = 3.125.
    let mixed = Moments { first: 1.0, second: 3.125, third: 6.0 * (0.2 / 0.064 + 0.8 / 4.096) };
    let phases = |mean, weight| format!("{{ weight = {weight}, law = {} }}", exponential(mean));
    let mixture = format!("{{ mixture = [{}, {}] }}", phases("2.5 h", 0.2), phases("37.5 min", 0.8));
    // Uniform between 0.5 and 1.5: E S² = 1 + 1/12.
    let uniform = Moments { first: 1.0, second: 13.0 / 12.0, third: 1.25 };
    let rows = [
        (
            "mg1-lognormal",
            "M/G/1, lognormal",
            0.6,
            law("lognormal", "mean = \"1 h\", cv = 1.0"),
            Moments::lognormal(1.0, 1.0),
        ),
        ("mg1-erlang", "M/E3/1", 0.8, law("erlang", "k = 3, mean = \"1 h\""), Moments::gamma(1.0, 1.0 / 3.0)),
        ("mg1-mixed", "M/H2/1", 0.6, mixture, mixed),
        ("mg1-uniform", "M/U/1", 0.8, law("uniform", "low = \"30 min\", high = \"90 min\""), uniform),
    ];
    let system = |(id, title, rate, effort, moments): (_, _, f64, String, Moments)| {
        System::new(id, title, queue(&[rate], 1, &effort).text(LONG), 720)
            .known("Pollaczek-Khinchine", "Pollaczek 1930, Khinchine 1932")
            .mean("mean wait", "wait_mean/work", mg1_wait(rate, &moments).expect(HAS).mean)
            .mean("utilization", "utilization/staff", rate)
    };
    rows.map(system).into()
}

fn regular() -> Vec<System> {
    let rows = [
        ("dm1", "D/M/1", "\"constant\"", renewal::Gaps::Constant),
        ("em1", "E2/M/1", "{ erlang = { k = 2, mean = 1.0 } }", renewal::Gaps::Erlang(2)),
    ];
    let system = |(id, title, gaps, theory): (_, _, &str, renewal::Gaps)| {
        let text = queue(&[0.8], 1, &one_hour()).source(&format!("gaps = {gaps}")).text(LONG);
        System::new(id, title, text, 600)
            .known("root of Kendall's equation", "Kendall 1953")
            .mean("mean wait", "wait_mean/work", renewal::mean_wait(theory, 0.8, 1.0).expect(HAS))
            .mean(
                "share that waits",
                "waited_share/work",
                renewal::wait_probability(theory, 0.8, 1.0).expect(HAS),
            )
    };
    rows.map(system).into()
}

fn batches() -> Vec<System> {
    let two = batch::Size { first: 2.0, second: 7.0 };
    let (hour, constant) = (Moments::exponential(1.0), Moments::constant(1.0));
    let (fixed, geometric) = (batch::Size::constant(3.0), batch::Size::geometric(3.0));
    let some = "{ discrete = { values = [1, 5], weights = [3, 1] } }";
    let rows = [
        ("batch-fixed", "M[X]/M/1, batches of 3", 0.2, "3", one_hour(), batch::batch_wait(0.2, fixed, &hour)),
        (
            "batch-geometric",
            "M[X]/M/1, geometric batches",
            0.2,
            "{ geometric = { mean = 3.0 } }",
            one_hour(),
            batch::batch_wait(0.2, geometric, &hour),
        ),
        (
            "batch-mixed",
            "M[X]/D/1, batches of 1 or 5",
            0.35,
            some,
            "\"1 h\"".to_owned(),
            batch::batch_wait(0.35, two, &constant),
        ),
    ];
    let system = |(id, title, rate, size, effort, wait): (_, _, f64, &str, String, Option<f64>)| {
        let text = queue(&[rate], 1, &effort).source(&format!("batch = {size}")).text(LONG);
        System::new(id, title, text, 720).known("Burke's delays of bulk arrivals", "Burke 1975").mean(
            "mean wait",
            "wait_mean/work",
            wait.expect(HAS),
        )
    };
    rows.map(system).into()
}
