//! People who come and go, who are away, who learn, who may see only so much; and what working hours do.

use crate::theory::chain::steady;
use crate::theory::interrupted::{Away, mg1_interrupted};
use crate::theory::single::Moments;

use super::text::{ANY, Queue, exponential, frame, hours, law, queue, table};
use super::{Figure, System};

const HAS: &str = "the queue is not overloaded";
/// Hours of a year of 365.25 days.
const YEAR: u32 = 8_766;

/// The systems.
pub(super) fn systems() -> Vec<System> {
    let mut all = vec![];
    all.extend(
        [("breakdown-pause", false), ("breakdown-hand-over", true)].map(|(id, over)| breakdown(id, over)),
    );
    all.extend([("absence-pause", false), ("absence-hand-over", true)].map(|(id, over)| two_away(id, over)));
    all.push(replaced());
    let lognormal = law("lognormal", "mean = \"90 days\", cv = 1.0");
    all.extend(
        [("vacancies", lognormal), ("vacancies-constant", "\"90 days\"".to_owned())]
            .map(|(id, law)| vacancies(id, &law)),
    );
    all.extend([absences(), training(), exposure(), cost()]);
    all.extend(
        [("office-hours", 6, 6.0), ("office-hours-long", 10, 214.0 / 5.0)]
            .map(|(id, work, mean)| office(id, work, mean)),
    );
    all
}

/// Work that is handed back is first in the queue, so that the only member goes on with it either way.
fn breakdown(id: &'static str, hand_over: bool) -> System {
    let away = Away { rate: 0.1, lasts: Moments::gamma(2.5, 0.5) };
    let exact = mg1_interrupted(0.4, &Moments::lognormal(1.0, 2.0), &away).expect(HAS);
    let lasts = "{ gamma = { mean = \"150 min\", cv = 0.7071067811865476 } }";
    let text = queue(&[0.4], 1, "{ lognormal = { mean = \"1 h\", cv = 1.4142135623730951 } }")
        .pool(&format!("absence = {{ every = \"10 h\", lasts = {lasts}, hand_over = {hand_over} }}"));
    let title = if hand_over { "M/G/1 with breakdowns, handed over" } else { "M/G/1 with breakdowns" };
    System::new(id, title, text.text(hours(500, 10_000)), 960)
        .known("completion times", "Gaver 1962, Avi-Itzhak & Naor 1963")
        .mean("mean wait", "wait_mean/work", exact.mean_wait)
        .mean("mean time in the system", "system_mean", exact.mean_time)
}

fn two_away(id: &'static str, hand_over: bool) -> System {
    let lasts = exponential("150 min");
    let keys = format!("absence = {{ every = \"10 h\", lasts = {lasts}, hand_over = {hand_over} }}");
    let text = queue(&[1.0], 2, &exponential("1 h")).pool(&keys).text(hours(300, 4_000));
    let (title, exact) = if hand_over {
        ("M/M/2 with breakdowns, handed over", handed_over())
    } else {
        ("M/M/2 with breakdowns, paused", paused())
    };
    // One tip an hour: the mean number is the mean time.
    System::new(id, title, text, 840).known("Markov chain", "Grassmann, Taksar & Heyman 1985").mean(
        "mean time in the system",
        "system_mean",
        exact,
    )
}

/// Two members, each away at the rate 0.1 for 2.5 on average; a task is taken over by whoever is there: mean number.
fn handed_over() -> f64 {
    let chain = steady((0_u32, 2_u32), |&(n, up)| {
        vec![
            ((n + 1, up), if n < 200 { 1.0 } else { 0.0 }),
            ((n, up.saturating_sub(1)), 0.1 * f64::from(up)),
            ((n, (up + 1).min(2)), 0.4 * f64::from(2 - up)),
            ((n.saturating_sub(1), up), f64::from(n.min(up))),
        ]
    });
    chain.mean(|(n, _)| f64::from(*n))
}

/// The same where the task waits for its member. Those who wait, work, are away with a task, are away without.
fn paused() -> f64 {
    let chain = steady((0_u32, 0_u32, 0_u32, 0_u32), |&(waiting, busy, held, away)| {
        let free = 2 - busy - held - away;
        let comes = if free > 0 { (waiting, busy + 1, held, away) } else { (waiting + 1, busy, held, away) };
        let ends = if waiting > 0 {
            (waiting - 1, busy, held, away)
        } else {
            (0, busy.saturating_sub(1), held, away)
        };
        let back = if waiting > 0 {
            (waiting - 1, busy + 1, held, away.saturating_sub(1))
        } else {
            (0, busy, held, away.saturating_sub(1))
        };
        vec![
            (comes, if waiting < 200 { 1.0 } else { 0.0 }),
            (ends, f64::from(busy)),
            ((waiting, busy.saturating_sub(1), held + 1, away), 0.1 * f64::from(busy)),
            ((waiting, busy, held, away + 1), 0.1 * f64::from(free)),
            ((waiting, busy + 1, held.saturating_sub(1), away), 0.4 * f64::from(held)),
            (back, 0.4 * f64::from(away)),
        ]
    });
    chain.mean(|(waiting, busy, held, _)| f64::from(waiting + busy + held))
}

/// One unit of the chain is five days: a member leaves at the rate 0.02 a day, 7.305 a year.
fn replaced() -> System {
    let text = queue(&[1.0 / 120.0], 2, &exponential("120 h"))
        .pool("hours = \"always\"\nattrition = \"730.5% per year\"\nbackfill = { exponential = { mean = \"300 h\" } }")
        .text(hours(36_000, 360_000));
    System::new("attrition", "M/M/2, members leave and are replaced", text, 840)
        .known("Markov chain", "Grassmann, Taksar & Heyman 1985")
        .mean("mean time in the system", "system_mean", 120.0 * handed_over())
}

/// Twenty posts, with next to nothing to do.
fn posts(keys: &str) -> Queue {
    queue(&[0.0001], 20, "\"1 h\"").pool("hours = \"always\"").pool(keys)
}

fn vacancies(id: &'static str, backfill: &str) -> System {
    // Half a year in the post, 90 days vacant.
    let (years, stay, vacant) = (8, 182.625, 90.0);
    let filled = stay / (stay + vacant);
    let text = posts(&format!("attrition = \"200% per year\"\nbackfill = {backfill}"))
        .text(hours(4 * YEAR, years * YEAR));
    let hours = 20.0 * f64::from(years * YEAR);
    let title = if id == "vacancies" {
        "posts vacated and filled, lognormal"
    } else {
        "posts vacated and filled, constant"
    };
    System::new(id, title, text, 600)
        .known("alternating renewal process", "Smith 1958")
        .mean("vacant post-hours", "vacant_hours/staff", hours * (1.0 - filled))
        .mean("members who leave", "staff_left/staff", hours * filled / (stay * 24.0))
}

fn absences() -> System {
    let (every, lasts) =
        (law("gamma", "mean = \"30 days\", cv = 0.5"), law("lognormal", "mean = \"4 days\", cv = 1.0"));
    let text =
        posts(&format!("absence = {{ every = {every}, lasts = {lasts} }}")).text(hours(YEAR, 2 * YEAR));
    System::new("absences", "members who are away at times", text, 600)
        .known("alternating renewal process", "Smith 1958")
        .mean("absent member-hours", "absent_hours/staff", 20.0 * f64::from(2 * YEAR) * 4.0 / 34.0)
}

/// Hazard 1 a year, posts filled at once: of those in the post, e^-s are older than s years.
fn training() -> System {
    let text =
        posts("attrition = \"100% per year\"\ntraining = { lasts = \"1 year\", productivity = [0.2, 0.6] }")
            .text(hours(2 * YEAR, 6 * YEAR));
    let older = |years: f64| (-years).exp();
    let lack = 0.8 * (older(0.0) - older(0.5)) + 0.4 * (older(0.5) - older(1.0));
    System::new("training", "members in training", text, 600)
        .known("ages of a Poisson process", "renewal theory")
        .mean("hours lost in training", "training_hours/staff", 20.0 * f64::from(6 * YEAR) * lack)
}

/// More work than three members may see: four hours a working day each.
fn exposure() -> System {
    let text = frame(hours(0, 4 * 168))
        + ANY
        + &table("source", "id = \"tips\"\nrate = \"200 per day\"\nmix = { any = 1.0 }")
        + &table(
            "pool",
            "id = \"staff\"\nheadcount = 3\nhours = \"Mon-Fri 08:00-17:00\"\navailability = 0.8\nexposure_cap = \"4 h\"",
        )
        + &table(
            "stage",
            &format!(
                "id = \"view\"\npool = \"staff\"\neffort = {}\nexposure = true\nroute = \"done\"",
                exponential("1 h")
            ),
        );
    System::new("exposure-cap", "a cap on exposure, always reached", text, 24)
        .known("4 hours a member and day", "by hand")
        .claim(
            "effort hours in four weeks",
            "effort_hours/staff",
            Figure::Certain(1e-4),
            4.0 * 5.0 * 3.0 * 4.0,
        )
}

fn cost() -> System {
    let text = posts("yearly_cost = 100_000").text(hours(0, 2 * YEAR));
    System::new("cost", "posts that cost something a year", text, 24)
        .known("headcount x cost x years", "by hand")
        .claim("cost of two years", "cost", Figure::Certain(1e-9), 20.0 * 100_000.0 * 2.0)
}

/// One examiner from nine to five, a job at nine on each working day of a week. Ten-hour jobs end on Tuesday at 11,
/// Wednesday at 13, Thursday at 15, Friday at 17 and the next Tuesday at 11: after 26, 28, 30, 32 and 98 hours.
fn office(id: &'static str, work: u32, mean: f64) -> System {
    let mut text = frame(hours(0, 10 * 24)) + ANY;
    for day in 6..11 {
        // Gaps of a minute: the first tip comes one minute after `from`.
        let source = format!(
            "id = \"day{day}\"\nrate = \"1440 per day\"\ngaps = \"constant\"\nat_most = 1\nfrom = 2025-01-{day:02}T08:59:00\nmix = {{ any = 1.0 }}"
        );
        text += &table("source", &source);
    }
    text += &table("pool", "id = \"examiner\"\nheadcount = 1\nhours = \"Mon-Fri 09:00-17:00\"");
    text += &table(
        "stage",
        &format!("id = \"exam\"\npool = \"examiner\"\neffort = \"{work} h\"\nroute = \"done\""),
    );
    let title =
        if work == 6 { "D/D/1 in office hours, 6-hour jobs" } else { "D/D/1 in office hours, 10-hour jobs" };
    System::new(id, title, text, 24).known("calendar", "by hand").claim(
        "mean time in the system",
        "system_mean",
        Figure::Certain(1e-9),
        mean,
    )
}
