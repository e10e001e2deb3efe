//! Tips that do not come evenly: rates that swing, grow or are changed, days that differ more than chance explains.

use crate::theory::infinite::Sinusoid;

use super::text::{ANY, Span, exponential, frame, hours, table};
use super::{Figure, System};

/// 100 tips a day, and 30 more or fewer in the course of a week.
const WAVE: Sinusoid = Sinusoid { mean: 100.0, amplitude: 30.0, period: 7.0 };

/// The systems.
pub(super) fn systems() -> Vec<System> {
    let exponential = exponential("5 days");
    let mut all = vec![
        wave(
            "wave-rise",
            "M(t)/M/inf, in the middle of the rise",
            8 * 168 + 42,
            &exponential,
            WAVE.number_exponential(5.0, 1.75),
        ),
        wave(
            "wave-fall",
            "M(t)/M/inf, in the middle of the fall",
            8 * 168 + 126,
            &exponential,
            WAVE.number_exponential(5.0, 5.25),
        ),
        wave(
            "wave-week",
            "M(t)/D/inf, at the end of the week",
            2 * 168,
            "\"5 days\"",
            WAVE.number_constant(5.0, 7.0),
        ),
        wave(
            "wave-midweek",
            "M(t)/D/inf, in the middle of the week",
            168 + 84,
            "\"5 days\"",
            WAVE.number_constant(5.0, 3.5),
        ),
    ];
    all.extend([("count-crest", 1), ("count-trough", 5)].map(|(id, day)| counts(id, day)));
    all.extend([overdispersed(), grown(), ramp()]);
    all
}

/// A source for each hour of the week, each with the mean of the wave in that hour.
fn sources() -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let mut text = String::new();
    for hour in 0..168_u32 {
        let (day, h) = (DAYS[hour as usize / 24], hour % 24);
        let tips = WAVE.arrivals(f64::from(hour) / 24.0, f64::from(hour + 1) / 24.0);
        // All tips of a week come in this hour, and the rate is one by day.
        let (rate, until) = (tips / 7.0, h + 1);
        let source = format!(
            "id = \"h{hour:03}\"\nrate = \"{rate} per day\"\nhours = \"{day} {h:02}:00-{until:02}:00\"\nmix = {{ any = 1.0 }}"
        );
        text += &table("source", &source);
    }
    text
}

fn waves(span: Span, delay: &str) -> String {
    frame(span)
        + ANY
        + &table("stage", &format!("id = \"away\"\ndelay = {delay}\nroute = \"done\""))
        + &sources()
}

fn wave(id: &'static str, title: &'static str, at: u32, delay: &str, exact: f64) -> System {
    System::new(id, title, waves(hours(0, at), delay), 600)
        .known("infinitely many servers, sinusoidal rate", "Eick, Massey & Whitt 1993")
        .mean("open cases", "backlog_at_end", exact)
}

fn counts(id: &'static str, day: u32) -> System {
    let exact = WAVE.arrivals(f64::from(day), f64::from(day + 1));
    let title = if day == 1 { "tips on the crest of a wave" } else { "tips in the trough of a wave" };
    System::new(id, title, waves(hours(day * 24, 24), "\"1 h\""), 12_000)
        .known("non-homogeneous Poisson counts", "Çinlar 1975")
        .mean("tips of the day", "arrivals", exact)
        .claim("their variance", "arrivals", Figure::Variance(exact), exact)
}

fn tips(span: Span, keys: &str) -> String {
    frame(span)
        + ANY
        + "[[stage]]\nid = \"sort\"\nroute = \"done\"\n\n"
        + &table("source", &format!("id = \"tips\"\nmix = {{ any = 1.0 }}\n{keys}"))
}

fn overdispersed() -> System {
    System::new(
        "overdispersion",
        "days that differ more than chance",
        tips(hours(0, 24), "rate = \"20 per day\"\noverdispersion = 2.7"),
        60_000,
    )
    .known("gamma-mixed Poisson counts", "Greenwood & Yule 1920")
    .mean("tips of a day", "arrivals", 20.0)
    .claim("their variance", "arrivals", Figure::Variance(20.0), 2.7 * 20.0)
}

fn grown() -> System {
    let years = 730.0 / 365.25;
    let exact = 365.25 * (1.5_f64.powf(years) - 1.0) / 1.5_f64.ln();
    System::new(
        "growth",
        "a rate that grows by half a year",
        tips(hours(0, 730 * 24), "rate = \"1 per day\"\ngrowth = \"50% per year\""),
        2400,
    )
    .known("integral of the rate", "Çinlar 1975")
    .mean("tips in 730 days", "arrivals", exact)
    .claim("their variance", "arrivals", Figure::Variance(exact), exact)
}

/// 10 a day for ten days, then up to 20 a day in a hundred.
fn ramp() -> System {
    let change = "at = \"10 days\"\nover = \"100 days\"\nwhy = \"more come\"\nset = { \"source.tips.rate\" = \"20 per day\" }";
    let text = tips(hours(0, 110 * 24), "rate = \"10 per day\"") + &table("change", change);
    System::new("ramp", "a rate that is changed over 100 days", text, 1200)
        .known("integral of the rate", "Çinlar 1975")
        .mean("tips in 110 days", "arrivals", 10.0 * 10.0 + 15.0 * 100.0)
}
