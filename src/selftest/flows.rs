//! Flows between stages and over time: networks, links, subjects who come back, filling up, a backlog that grows.

use crate::stats::special::normal_cdf;
use crate::theory::network::{Station, jackson, little_time};
use crate::theory::{erlang, infinite};

use super::text::{ANY, exponential, frame, hours, table};
use super::{Figure, System};

const HAS: &str = "no station is overloaded";

/// The systems.
pub(super) fn systems() -> Vec<System> {
    let mut all = vec![rework(), linked(), subjects(), growth()];
    all.extend(filling());
    all
}

/// Intake 4 servers, exam 6, review 2; 20 % of reviews go back to exam.
fn rework() -> System {
    let routes = vec![vec![0.0, 0.7, 0.1], vec![0.0, 0.0, 0.6], vec![0.0, 0.2, 0.0]];
    let stations = [(1.0, 4), (0.6, 6), (2.0, 2)].map(|(service, servers)| Station { service, servers });
    let queues = jackson(&[3.0, 0.5, 0.0], &routes, &stations).expect(HAS);
    let stage = |id: &str, members: u32, mean: &str, route: &str| {
        let effort = exponential(mean);
        table("pool", &format!("id = \"p-{id}\"\nheadcount = {members}"))
            + &table(
                "stage",
                &format!(
                    "id = \"{id}\"\npool = \"p-{id}\"\neffort = {effort}\nroute = {{ {route}, done = \"rest\" }}"
                ),
            )
    };
    let source = |id: &str, rate: f64, stage: &str| {
        table(
            "source",
            &format!(
                "id = \"{id}\"\nrate = \"{rate} per hour\"\nmix = {{ any = 1.0 }}\nenters = \"{stage}\""
            ),
        )
    };
    let text = frame(hours(500, 2_000))
        + ANY
        + &source("a", 3.0, "intake")
        + &source("b", 0.5, "exam")
        + &stage("intake", 4, "1 h", "exam = 0.7, review = 0.1")
        + &stage("exam", 6, "100 min", "review = 0.6")
        + &stage("review", 2, "30 min", "exam = 0.2");
    let total = queues.iter().map(erlang::Mmc::mean_number).sum();
    System::new("network", "three stages with rework", text, 600)
        .known("Jackson network", "Jackson 1957, 1963; Little 1961")
        .mean("mean number waiting, intake", "waiting/intake", queues[0].mean_waiting())
        .mean("mean number waiting, exam", "waiting/exam", queues[1].mean_waiting())
        .mean("mean number waiting, review", "waiting/review", queues[2].mean_waiting())
        .mean("mean time in the system", "system_mean", little_time(total, 3.5).expect(HAS))
}

/// A quarter of the tips concern an open case, if there is one; the law of the delay does not matter.
fn linked() -> System {
    let delay = "{ lognormal = { mean = \"2 h\", cv = 1.0 } }";
    let text = frame(hours(100, 5_000))
        + ANY
        + "[[outcome]]\nid = \"linked\"\ncounts_as = \"linked\"\n\n"
        + &table("source", "id = \"tips\"\nrate = \"1 per hour\"\nlink = 0.25\nmix = { any = 1.0 }")
        + &table("stage", &format!("id = \"away\"\ndelay = {delay}\nroute = \"done\""));
    System::new("links", "tips about cases that are open", text, 600)
        .known("arrivals that depend on the state", "Sevastyanov 1957")
        .mean("share linked", "outcome_share/linked", 0.25 * (1.0 - infinite::empty_share(1.0, 0.75, 2.0)))
}

/// Two cases in five end with a stop, so a subject opens 2.5 cases on average. Each is open for two hours, in which one
/// repeat tip comes on average and is linked.
fn subjects() -> System {
    let text = frame(hours(300, 700))
        + &table("class", "id = \"any\"\nrepeat = \"0.5 per hour\"\nrisk = 1")
        + "[[outcome]]\nid = \"linked\"\ncounts_as = \"linked\"\n\n"
        + "[[outcome]]\nid = \"arrest\"\ncounts_as = \"acted\"\nstops = true\n\n"
        + &table("source", "id = \"tips\"\nrate = \"3 per hour\"\nmix = { any = 1.0 }")
        + &table("stage", "id = \"away\"\ndelay = \"2 h\"\nroute = { arrest = 0.4, done = \"rest\" }");
    // From the first tip to the stop: 2.5 cases of 2 h, and 1.5 pauses of 2 h between them.
    System::new("subjects", "subjects who come back until stopped", text, 480)
        .known("renewal reward", "Smith 1955; Wald 1944")
        .mean("tips", "arrivals", 700.0 * 3.0 * 5.0)
        .mean("tips linked", "links", 700.0 * 3.0 * 2.5)
        .mean("risk-days", "risk_days", 700.0 * 3.0 * 8.0 / 24.0)
}

/// Ten servers who are always busy: the growth in 60 days is a difference of Poisson counts.
fn growth() -> System {
    let text = frame(hours(0, 60 * 24))
        + ANY
        + &table("source", "id = \"tips\"\nrate = \"12 per day\"\nmix = { any = 1.0 }")
        + &table("initial", "stage = \"desk\"\ncount = { any = 160 }\nage = \"1 day\"")
        + &table("pool", "id = \"staff\"\nheadcount = 10")
        + &table(
            "stage",
            &format!("id = \"desk\"\npool = \"staff\"\neffort = {}\nroute = \"done\"", exponential("24 h")),
        );
    let mean = 160.0 + 2.0 * 60.0;
    System::new("overload", "a desk that is always busy", text, 6000)
        .known("difference of Poisson counts", "Skellam 1946")
        .mean("backlog after 60 days", "backlog_at_end", mean)
        .claim("its variance", "backlog_at_end", Figure::Variance(mean), 22.0 * 60.0)
}

/// 20 a day who stay for 3 days on average, from empty: Poisson at every moment.
fn filling() -> Vec<System> {
    // E min(S, t) of a lognormal law with mean 3 and squared coefficient of variation 2.
    let lognormal = |t: f64| {
        let variance = 3.0_f64.ln();
        let (mu, sigma) = (3.0_f64.ln() - 0.5 * variance, variance.sqrt());
        let z = (t.ln() - mu) / sigma;
        20.0 * (3.0 * normal_cdf(z - sigma) + t * normal_cdf(-z))
    };
    let rows = [
        (
            "filling-exponential",
            "M/M/inf from empty, day 3",
            exponential("3 days"),
            3,
            infinite::from_empty_exponential(20.0, 3.0, 3.0),
        ),
        (
            "filling-constant",
            "M/D/inf from empty, day 2",
            "\"3 days\"".to_owned(),
            2,
            infinite::from_empty_constant(20.0, 3.0, 2.0),
        ),
        (
            "filling-lognormal",
            "M/G/inf from empty, day 10",
            "{ lognormal = { mean = \"3 days\", cv = 1.4142135623730951 } }".to_owned(),
            10,
            lognormal(10.0),
        ),
    ];
    let system = |(id, title, delay, days, exact): (_, _, String, u32, f64)| {
        let text = frame(hours(0, days * 24))
            + ANY
            + &table("source", "id = \"tips\"\nrate = \"20 per day\"\nmix = { any = 1.0 }")
            + &table("stage", &format!("id = \"away\"\ndelay = {delay}\nroute = \"done\""));
        System::new(id, title, text, 24_000)
            .known("Poisson at every moment", "Takács 1962")
            .mean("open cases", "backlog_at_end", exact)
            .claim("their variance", "backlog_at_end", Figure::Variance(exact), exact)
    };
    rows.map(system).into()
}
