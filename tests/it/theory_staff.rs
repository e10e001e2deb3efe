//! People who come and go, against renewal theory and queues with breakdowns.
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

/// What is seen of the one pool and its cases after the warm-up.
struct Seen {
    warmup: Time,
    horizon: Time,
    last: (Time, PoolLevel),
    /// Integrals over time, in milliseconds: filled posts, members on shift, what they lack in training.
    filled: f64,
    on_shift: f64,
    learning: f64,
    joined: Vec<Time>,
    waits: Tally,
    times: Tally,
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
            joined: vec![],
            waits: Tally::new(),
            times: Tally::new(),
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
    fn fact(&mut self, now: Time, case: CaseView, fact: Fact<'_>) {
        let slot = case.slot as usize;
        match fact {
            Fact::Joined { .. } => {
                self.joined.resize(self.joined.len().max(slot + 1), Time::ZERO);
                self.joined[slot] = now;
            }
            Fact::Started { resumed: false, .. } if case.arrived >= self.warmup => {
                self.waits.push((now - self.joined[slot]).hours());
            }
            Fact::Finished { .. } if case.arrived >= self.warmup => {
                self.times.push((now - self.joined[slot]).hours());
            }
            _ => {}
        }
    }
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

/// Mean time in the system of an M/M/1 queue whose server breaks down at rate `f`, busy or not, and is back at rate `r`;
/// what it had in hand goes on. From the generating function of the two-state queue (White and Christie 1958; Avi-Itzhak
/// and Naor 1963, model A).
fn time_with_breakdowns(lambda: f64, mu: f64, f: f64, r: f64) -> f64 {
    ((r + f).powi(2) + f * mu) / ((r * mu - lambda * (r + f)) * (r + f))
}

#[test]
fn one_member_with_absences_is_a_queue_with_breakdowns() {
    // Without breakdowns it is M/M/1; with few long ones it is worse than the lost share of time alone.
    assert!((time_with_breakdowns(0.5, 1.0, 0.0, 1.0) - 2.0).abs() < 1e-12);
    let (lambda, f, r) = (0.5, 0.05, 0.2);
    let exact = time_with_breakdowns(lambda, 1.0, f, r);
    assert!((exact - (0.0625 + 0.05) / ((0.2 - 0.125) * 0.25)).abs() < 1e-12);
    for hand_over in [false, true] {
        // Handed back work is first in the queue, so that one member goes on with it either way.
        let pool = format!(
            "headcount = 1\nabsence = {{ every = \"20 h\", lasts = {{ exponential = {{ mean = \"5 h\" }} }}, hand_over = {hand_over} }}"
        );
        let model = scenario("3 years", "60 days", &pool, "rate = \"0.5 per hour\"");
        check("time in the system", exact, |r| Seen::of(&model, r).times.mean().unwrap());
        // From the first start to the end it takes an hour of work and the breakdowns that fall into it.
        check("wait", exact - (1.0 + f / r), |r| Seen::of(&model, r).waits.mean().unwrap());
    }
}

/// The mean number in the system of an M/M/c queue of which each server breaks down and is back by itself, work being
/// handed to another: the stationary solution of its Markov chain of cases and servers there, cut at `most` cases.
fn number_with_breakdowns(lambda: f64, mu: f64, servers: usize, (f, r): (f64, f64), most: usize) -> f64 {
    let (c, width) = (servers, servers + 1);
    let states = (most + 1) * width;
    let at = |n: usize, k: usize| n * width + k;
    // Balance of every state but the last, and a sum of one.
    let mut rows = vec![vec![0.0; states + 1]; states];
    let mut flow = |from: usize, to: usize, rate: f64| {
        rows[to][from] += rate;
        rows[from][from] -= rate;
    };
    for n in 0..=most {
        for k in 0..=c {
            if n < most {
                flow(at(n, k), at(n + 1, k), lambda);
            }
            if n > 0 && k > 0 {
                flow(at(n, k), at(n - 1, k), mu * n.min(k) as f64);
            }
            if k > 0 {
                flow(at(n, k), at(n, k - 1), f * k as f64);
            }
            if k < c {
                flow(at(n, k), at(n, k + 1), r * (c - k) as f64);
            }
        }
    }
    rows[states - 1] = vec![1.0; states + 1];
    let probability = solve(rows);
    (0..states).map(|s| (s / width) as f64 * probability[s]).sum()
}

/// Gaussian elimination with pivots; each row ends with the right-hand side.
fn solve(mut rows: Vec<Vec<f64>>) -> Vec<f64> {
    let n = rows.len();
    for i in 0..n {
        let pivot = (i..n).max_by(|&a, &b| rows[a][i].abs().total_cmp(&rows[b][i].abs())).unwrap();
        rows.swap(i, pivot);
        let (above, below) = rows.split_at_mut(i + 1);
        let pivot = &above[i];
        for row in below.iter_mut().filter(|row| row[i] != 0.0) {
            let factor = row[i] / pivot[i];
            row[i..].iter_mut().zip(&pivot[i..]).for_each(|(x, p)| *x -= factor * p);
        }
    }
    let mut x = vec![0.0; n];
    for i in (0..n).rev() {
        let known: f64 = (i + 1..n).map(|j| rows[i][j] * x[j]).sum();
        x[i] = (rows[i][n] - known) / rows[i][i];
    }
    x
}

#[test]
fn several_members_with_absences_are_a_queue_whose_servers_break_down() {
    let one = number_with_breakdowns(0.5, 1.0, 1, (0.05, 0.2), 150) / 0.5;
    assert!(
        (one - time_with_breakdowns(0.5, 1.0, 0.05, 0.2)).abs() < 1e-4,
        "{one}: the chain agrees with the formula"
    );
    let exact = number_with_breakdowns(1.5, 1.0, 3, (0.05, 0.1), 120) / 1.5;
    let pool = "headcount = 3\nabsence = { every = \"20 h\", lasts = { exponential = { mean = \"10 h\" } }, hand_over = true }";
    let model = scenario("3 years", "60 days", pool, "rate = \"1.5 per hour\"");
    check("three members", exact, |r| Seen::of(&model, r).times.mean().unwrap());
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
