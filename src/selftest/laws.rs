//! Laws from which efforts and delays are drawn: means, variances and quantiles.

use super::text::{ANY, exponential, frame, hours, law, table};
use super::{Figure, System};

/// The systems.
pub(super) fn systems() -> Vec<System> {
    vec![moments(), quantiles()]
}

/// A law, and its mean and variance in hours.
fn laws() -> Vec<(&'static str, String, f64, f64)> {
    // Weibull of shape 2: mean √π/2, variance 1 − π/4 of the scale. Exponential below 2 h: by parts.
    let cut = (-2.0_f64).exp();
    let (cut_mean, cut_second) = (1.0 - 2.0 * cut / (1.0 - cut), 2.0 - (4.0 + 2.0 * 2.0) * cut / (1.0 - cut));
    // Lognormal with median 1 h and 90 % below 2 h: sigma = ln 2 / 1.2815515655.
    let sigma2 = (2.0_f64.ln() / 1.281_551_565_545).powi(2);
    let pi = std::f64::consts::PI;
    vec![
        ("exponential", exponential("1 h"), 1.0, 1.0),
        ("uniform", law("uniform", "low = \"1 h\", high = \"4 h\""), 2.5, 0.75),
        (
            "triangular",
            law("triangular", "low = \"1 h\", mode = \"2 h\", high = \"6 h\""),
            3.0,
            (1.0 + 4.0 + 36.0 - 2.0 - 6.0 - 12.0) / 18.0,
        ),
        (
            "pert",
            law("pert", "low = \"1 h\", mode = \"2 h\", high = \"7 h\""),
            16.0 / 6.0,
            (16.0 / 6.0 - 1.0) * (7.0 - 16.0 / 6.0) / 7.0,
        ),
        ("lognormal", law("lognormal", "mean = \"2 h\", cv = 0.5"), 2.0, 1.0),
        (
            "two quantiles",
            "{ p50 = \"1 h\", p90 = \"2 h\" }".to_owned(),
            (sigma2 / 2.0).exp(),
            sigma2.exp_m1() * sigma2.exp(),
        ),
        ("gamma", law("gamma", "mean = \"2 h\", cv = 0.5"), 2.0, 1.0),
        ("weibull", law("weibull", "shape = 2.0, scale = \"2 h\""), pi.sqrt(), 4.0 - pi),
        ("erlang", law("erlang", "k = 3, mean = \"3 h\""), 3.0, 3.0),
        ("beta", law("beta", "low = \"1 h\", high = \"5 h\", mean = \"2 h\", sd = \"30 min\""), 2.0, 0.25),
        (
            "cut exponential",
            "{ exponential = { mean = \"1 h\" }, max = \"2 h\" }".to_owned(),
            cut_mean,
            cut_second - cut_mean.powi(2),
        ),
        ("discrete", law("discrete", "values = [\"1 h\", \"3 h\"], weights = [3, 1]"), 1.5, 0.75),
    ]
}

/// One tip for each law; the time in the system is what was drawn.
fn moments() -> System {
    let laws = laws();
    let mut text = frame(hours(0, 200));
    let mut delays = vec![];
    for (i, (_, law, ..)) in laws.iter().enumerate() {
        text += &table("class", &format!("id = \"c{i}\""));
        let source = format!(
            "id = \"s{i}\"\nrate = \"1440 per day\"\ngaps = \"constant\"\nat_most = 1\nmix = {{ c{i} = 1.0 }}"
        );
        text += &table("source", &source);
        delays.push(format!("c{i} = {law}"));
    }
    text += &table("stage", &format!("id = \"away\"\ndelay = {{ {} }}\nroute = \"done\"", delays.join(", ")));
    let system = System::new("laws", "what laws draw", text, 120_000)
        .known("moments", "Johnson, Kotz & Balakrishnan 1994");
    laws.iter().enumerate().fold(system, |system, (i, (name, _, mean, variance))| {
        let measure = format!("system_mean/c{i}");
        system.mean(&format!("{name}, mean"), &measure, *mean).claim(
            &format!("{name}, variance"),
            &measure,
            Figure::Variance(*mean),
            *variance,
        )
    })
}

/// Fifty thousand independent delays: their sample quantiles are next to unbiased.
fn quantiles() -> System {
    let text = frame(hours(20, 500))
        + ANY
        + &table("source", "id = \"tips\"\nrate = \"100 per hour\"\nmix = { any = 1.0 }")
        + &table("stage", &format!("id = \"away\"\ndelay = {}\nroute = \"done\"", exponential("1 h")));
    System::new("quantiles", "M/M/inf, times in the system", text, 144)
        .known("exponential quantiles", "elementary")
        .mean("median", "system_p50", 2.0_f64.ln())
        .mean("90 % quantile", "system_p90", 10.0_f64.ln())
        .mean("95 % quantile", "system_p95", 20.0_f64.ln())
        .mean("mean number in the delay", "delayed/away", 100.0)
}
