//! People who come and go, against renewal theory. What absences do to waits is checked with the other rules of service.
//!
//! A check of a mean passes if it lies within four of its own standard errors over 30 replications of the exact value; a
//! distribution passes if its Kolmogorov-Smirnov distance is below the 0.1 % point. With the fixed seed that is settled
//! once; with fresh seeds a correct program would fail one check of a mean in 15,000 and one distribution in 1,000.

use caseload::engine::{CaseView, Census, Fact, MemberFact, Observer, PoolLevel, simulate};
use caseload::model::{Model, PoolId};
use caseload::stats::Tally;
use caseload::units::{HOUR, Time};

use crate::harness::model;

const REPLICATIONS: u64 = 30;

/// One value of each replication against what it should be.
fn check(what: &str, exact: f64, of: impl Fn(u64) -> f64) {
    let mut values = Tally::new();
    (0..REPLICATIONS).for_each(|r| values.push(of(r)));
    let (mean, sd) = (values.mean().unwrap(), values.sd().unwrap());
    let error = sd / (REPLICATIONS as f64).sqrt();
    let z = (mean - exact) / error;
    assert!(z.abs() < 4.0, "{what}: {mean:.6} against {exact:.6}, z = {z:.2}");
    assert!(error < 0.03 * exact.abs(), "{what}: the check can see nothing");
}

/// What is seen of the one pool after the warm-up.
struct Seen {
    warmup: Time,
    horizon: Time,
    last: (Time, PoolLevel),
    /// Integrals over time, in milliseconds: filled posts, members on shift, what they lack in training.
    filled: f64,
    on_shift: f64,
    learning: f64,
    /// When the first holder of each post left.
    left: Vec<Time>,
}

impl Seen {
    fn of(model: &Model, replication: u64) -> Seen {
        let mut seen = Seen {
            warmup: model.warmup,
            horizon: model.horizon,
            last: (Time::ZERO, PoolLevel::default()),
            filled: 0.0,
            on_shift: 0.0,
            learning: 0.0,
            left: vec![],
        };
        simulate(model, replication, &mut seen);
        let level = seen.last.1;
        seen.level_until(seen.horizon, level);
        seen
    }

    fn level_until(&mut self, now: Time, next: PoolLevel) {
        let (since, level) = std::mem::replace(&mut self.last, (now, next));
        let length = (now.min(self.horizon).0 - since.max(self.warmup).0).max(0) as f64;
        self.filled += length * f64::from(level.filled);
        self.on_shift += length * f64::from(level.on_shift);
        self.learning += length * f64::from(level.learning) / 1000.0;
    }

    fn mean(&self, integral: f64) -> f64 {
        integral / (self.horizon - self.warmup).0 as f64
    }
}

impl Observer for Seen {
    fn fact(&mut self, _: Time, _: CaseView, _: Fact<'_>) {}
    fn member(&mut self, now: Time, _: PoolId, _: u32, fact: MemberFact) {
        if fact == MemberFact::Left {
            self.left.push(now);
        }
    }
    fn pool(&mut self, now: Time, _: PoolId, level: PoolLevel) {
        self.level_until(now, level);
    }
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {}
}

/// A pool with these keys; tips with these keys and exponential efforts of an hour.
fn scenario(horizon: &str, warmup: &str, pool: &str, tips: &str) -> Model {
    model(&format!(
        "[scenario]\nstart = 2025-01-06\nhorizon = \"{horizon}\"\nwarmup = \"{warmup}\"\nsample = \"1 year\"\nseed = 11\n\
         [[class]]\nid = \"any\"\n[[source]]\nid = \"tips\"\nmix = {{ any = 1.0 }}\n{tips}\n\
         [[pool]]\nid = \"staff\"\n{pool}\n[[outcome]]\nid = \"done\"\ncounts_as = \"closed\"\n\
         [[stage]]\nid = \"work\"\npool = \"staff\"\neffort = {{ exponential = {{ mean = \"1 h\" }} }}\nroute = \"done\"\n"
    ))
}

const NOTHING_TO_DO: &str = "rate = \"1 per year\"";

#[test]
fn the_filled_share_is_that_of_an_alternating_renewal_process() {
    // Half a year in the post, 90 days vacant, whatever the law of the 90 days.
    let exact = 182.625 / (182.625 + 90.0);
    for law in [
        "\"90 days\"",
        "{ lognormal = { mean = \"90 days\", cv = 2.0 } }",
        "{ exponential = { mean = \"90 days\" } }",
    ] {
        let pool =
            format!("headcount = 20\nattrition = \"200% per year\"\nbackfill = {law}\nhours = \"always\"");
        let model = scenario("30 years", "5 years", &pool, NOTHING_TO_DO);
        check(law, 20.0 * exact, |r| {
            let seen = Seen::of(&model, r);
            seen.mean(seen.filled)
        });
    }
}

#[test]
fn members_are_there_for_the_share_of_time_between_absences() {
    let laws = [
        ("\"30 days\"", "\"4 days\""),
        ("{ gamma = { mean = \"30 days\", cv = 0.5 } }", "{ lognormal = { mean = \"4 days\", cv = 1.5 } }"),
    ];
    for (every, lasts) in laws {
        let pool = format!("headcount = 10\nabsence = {{ every = {every}, lasts = {lasts} }}");
        let model = scenario("30 years", "3 years", &pool, NOTHING_TO_DO);
        check(every, 10.0 * 30.0 / 34.0, |r| {
            let seen = Seen::of(&model, r);
            seen.mean(seen.on_shift)
        });
    }
}

#[test]
fn what_members_lack_in_training_follows_from_how_long_they_stay() {
    // Hazard 1 a year; posts are filled at once. Of those in the post, e^-s are older than s years.
    let pool = "headcount = 20\nhours = \"always\"\nattrition = \"100% per year\"\n\
                training = { lasts = \"1 year\", productivity = [0.2, 0.6] }";
    let older = |years: f64| (-years).exp();
    let lack = 0.8 * (older(0.0) - older(0.5)) + 0.4 * (older(0.5) - older(1.0));
    let model = scenario("40 years", "8 years", pool, NOTHING_TO_DO);
    check("training", 20.0 * lack, |r| {
        let seen = Seen::of(&model, r);
        assert!((seen.mean(seen.filled) - 20.0).abs() < 1e-9);
        seen.mean(seen.learning)
    });
}

#[test]
fn times_in_the_post_are_exponential() {
    let pool =
        "headcount = 4000\nhours = \"always\"\nattrition = \"100% per year\"\nbackfill = \"100 years\"";
    let model = scenario("40 years", "0 days", pool, NOTHING_TO_DO);
    let seen = Seen::of(&model, 0);
    // Nobody of 4,000 stays for 40 mean times but with a probability of 2e-14.
    assert_eq!(seen.left.len(), 4000);
    let n = seen.left.len() as f64;
    let cdf = |at: &Time| -(-at.0 as f64 / caseload::units::YEAR as f64).exp_m1();
    let distance = seen.left.iter().enumerate().map(|(i, at)| {
        let (below, above) = (i as f64 / n, (i as f64 + 1.0) / n);
        (cdf(at) - below).abs().max((above - cdf(at)).abs())
    });
    let scaled = distance.fold(0.0, f64::max) * n.sqrt();
    assert!(scaled < 1.95, "{scaled}");
}

#[test]
fn an_exposure_cap_bounds_what_a_pool_sees_in_a_day() {
    // More work than anybody can do: five working days a week, four hours of effort each, three members.
    let pool = "headcount = 3\nhours = \"Mon-Fri 08:00-17:00\"\navailability = 0.8\nexposure_cap = \"4 h\"";
    let mut model = scenario("20 weeks", "0 days", pool, "rate = \"200 per day\"");
    model.stages[0].rules.exposure = true;
    #[derive(Default)]
    struct Effort(i64);
    impl Observer for Effort {
        fn fact(&mut self, _: Time, _: CaseView, fact: Fact<'_>) {
            if let Fact::Finished { effort, .. } | Fact::Interrupted { effort, .. } = fact {
                self.0 += effort.0;
            }
        }
        fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
        fn changed(&mut self, _: Time, _: usize) {}
        fn sample(&mut self, _: Time, _: &Census) {}
    }
    let mut seen = Effort::default();
    simulate(&model, 0, &mut seen);
    let days = 20 * 5;
    // Every stint is rounded to the millisecond.
    let (expected, slack) = (days * 3 * 4 * HOUR, days * 3 * 100);
    assert!((seen.0 - expected).abs() < slack, "{} h", seen.0 as f64 / HOUR as f64);
}
