//! Exact results of queueing theory, each stated as a scenario file, so that reading, compiling, engine and
//! statistics are tested together.
//!
//! A check passes if the mean over replications lies within four of its own standard errors of the exact value. With
//! the fixed seed that is settled once; with a fresh seed each check of a correct program would fail once in 15,000.

use caseload::engine::{CaseView, Census, Fact, Observer, PoolLevel, simulate};
use caseload::model::{Model, PoolId, StageId};
use caseload::stats::Tally;
use caseload::theory::{erlang, infinite, priority, single};
use caseload::units::{DAY, HOUR, Time};

use crate::harness::model;

/// Waits before the start of work, of tips that arrive after the warm-up.
pub(crate) struct Waits {
    warmup: Time,
    joined: Vec<Time>,
    /// By true class.
    pub(crate) by_class: Vec<Tally>,
    /// Limits in milliseconds, and how many waits were within each.
    within: Vec<(i64, u64)>,
    /// The sum of all delays counts as level at the samples.
    delayed: Vec<u64>,
}

impl Observer for Waits {
    fn fact(&mut self, now: Time, case: CaseView, fact: Fact<'_>) {
        match fact {
            Fact::Joined { .. } => {
                let slot = case.slot as usize;
                self.joined.resize(self.joined.len().max(slot + 1), Time::ZERO);
                self.joined[slot] = now;
            }
            Fact::Started { resumed: false, .. } if case.arrived >= self.warmup => {
                let wait = now - self.joined[case.slot as usize];
                self.by_class[case.class.index()].push(wait.hours());
                for (limit, count) in &mut self.within {
                    *count += u64::from(wait.0 <= *limit);
                }
            }
            _ => {}
        }
    }
    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, census: &Census) {
        self.delayed.push(census.delayed.iter().sum());
    }
}

pub(crate) fn waits(model: &Model, replication: u64, limits: &[i64]) -> Waits {
    let mut seen = Waits {
        warmup: model.warmup,
        joined: vec![],
        by_class: vec![Tally::new(); model.classes.len()],
        within: limits.iter().map(|l| (*l, 0)).collect(),
        delayed: vec![],
    };
    simulate(model, replication, &mut seen);
    seen
}

/// One mean of each replication, and what it should be.
pub(crate) struct Check {
    what: String,
    exact: f64,
    pub(crate) means: Tally,
}

impl Check {
    pub(crate) fn new(what: &str, exact: f64) -> Check {
        Check { what: what.to_owned(), exact, means: Tally::new() }
    }

    pub(crate) fn judge(&self) {
        let n = self.means.count() as f64;
        assert!(n >= 10.0, "{}: only {n} replications", self.what);
        let (mean, sd) = (self.means.mean().unwrap(), self.means.sd().unwrap());
        let z = (mean - self.exact) / (sd / n.sqrt());
        assert!(z.abs() < 4.0, "{}: {mean:.5} against {:.5}, z = {z:.2}", self.what, self.exact);
        assert!(
            sd / n.sqrt() < 0.05 * self.exact.abs() + 1e-9,
            "{}: too few replications to say anything",
            self.what
        );
    }
}

/// One stage, exponential arrivals per hour by class, `c` members.
pub(crate) fn queue(rates: &[f64], c: u32, effort: &str, order: &str, horizon_hours: u32) -> String {
    let total: f64 = rates.iter().sum();
    let mut text = format!(
        "[scenario]\nstart = 2025-01-06\nhorizon = \"{horizon_hours} h\"\nwarmup = \"{} h\"\nsample = \"1000 h\"\nreplications = 30\nseed = 7\n",
        horizon_hours / 10
    );
    let mut mix = vec![];
    for (i, rate) in rates.iter().enumerate() {
        text += &format!("[[class]]\nid = \"c{i}\"\n");
        mix.push(format!(
            "c{i} = {}",
            if i + 1 < rates.len() { format!("{}", rate / total) } else { "\"rest\"".into() }
        ));
    }
    text + &format!(
        "[[source]]\nid = \"tips\"\nrate = \"{total} per hour\"\nmix = {{ {} }}\n\
         [[pool]]\nid = \"staff\"\nheadcount = {c}\n[[outcome]]\nid = \"done\"\ncounts_as = \"closed\"\n\
         [[stage]]\nid = \"work\"\npool = \"staff\"\neffort = {effort}\norder = \"{order}\"\nroute = \"done\"\n",
        mix.join(", ")
    )
}

/// Runs 30 replications and checks the mean wait of each class in hours.
pub(crate) fn check_waits(name: &str, text: &str, exact: &[f64]) {
    let model = model(text);
    let mut checks: Vec<Check> =
        exact.iter().enumerate().map(|(i, w)| Check::new(&format!("{name}, class {i}"), *w)).collect();
    for r in 0..30 {
        let seen = waits(&model, r, &[]);
        for (check, tally) in checks.iter_mut().zip(&seen.by_class) {
            check.means.push(tally.mean().unwrap());
        }
    }
    checks.iter().for_each(Check::judge);
}

pub(crate) const EXPONENTIAL: &str = "{ exponential = { mean = \"1 h\" } }";

#[test]
fn mmc_has_the_wait_of_erlang_c() {
    // O02: lambda 4.5, mu 1, c 5.
    let exact = erlang::Mmc::new(4.5, 1.0, 5).unwrap().mean_wait();
    assert!((exact - 1.524_986_441).abs() < 1e-8);
    for order in ["fifo", "lifo", "random"] {
        check_waits(&format!("M/M/5 {order}"), &queue(&[4.5], 5, EXPONENTIAL, order, 20_000), &[exact]);
    }
}

#[test]
fn mmc_has_the_share_that_waits_and_the_tail_of_erlang_c() {
    let model = model(&queue(&[4.5], 5, EXPONENTIAL, "fifo", 20_000));
    let mut none = Check::new("no wait", 1.0 - 0.762_493_220_7);
    let mut hour = Check::new("at most an hour", 1.0 - 0.462_475_516_2);
    for r in 0..30 {
        let seen = waits(&model, r, &[0, HOUR]);
        let n = seen.by_class[0].count() as f64;
        none.means.push(seen.within[0].1 as f64 / n);
        hour.means.push(seen.within[1].1 as f64 / n);
    }
    none.judge();
    hour.judge();
}

#[test]
fn mmc_with_classes_has_the_waits_of_cobham() {
    // O12: lambda 1, 2, 1.5; mu 1; c 5.
    let exact = priority::mmc_waits(&[1.0, 2.0, 1.5], 1.0, 5).unwrap();
    for (w, oracle) in exact.iter().zip([0.190_623_305_2, 0.476_558_263, 3.812_466_104]) {
        assert!((w - oracle).abs() < 1e-8);
    }
    check_waits("M/M/5 priorities", &queue(&[1.0, 2.0, 1.5], 5, EXPONENTIAL, "class", 30_000), &exact);
}

#[test]
fn mg1_has_the_wait_of_pollaczek_and_khinchine() {
    // O06: lambda 0.7, lognormal of mean 1 and squared cv 2.
    let effort = format!("{{ lognormal = {{ mean = \"1 h\", cv = {} }} }}", 2.0_f64.sqrt());
    check_waits("M/G/1", &queue(&[0.7], 1, &effort, "fifo", 100_000), &[3.5]);
}

#[test]
fn md1_has_the_mean_and_the_distribution_of_erlang() {
    // O07: lambda 0.8, D 1.
    let model = model(&queue(&[0.8], 1, "\"1 h\"", "fifo", 40_000));
    let limits = [1, 2, 5];
    let mut mean = Check::new("M/D/1 wait", 2.0);
    let mut within: Vec<Check> = limits
        .iter()
        .map(|x| {
            Check::new(&format!("wait within {x}"), single::md1_wait_cdf(0.8, 1.0, f64::from(*x)).unwrap())
        })
        .collect();
    assert!((within[0].exact - 0.445_108_185_7).abs() < 1e-9);
    for r in 0..30 {
        let seen = waits(&model, r, &limits.map(|x| i64::from(x) * HOUR));
        mean.means.push(seen.by_class[0].mean().unwrap());
        let n = seen.by_class[0].count() as f64;
        for (check, (_, count)) in within.iter_mut().zip(&seen.within) {
            check.means.push(*count as f64 / n);
        }
    }
    mean.judge();
    within.iter().for_each(Check::judge);
}

#[test]
fn erlang_a_loses_the_share_of_palm() {
    // O15: lambda 50, mu 1, c 45, theta 0.5: the share that gives up is 0.1107321039.
    let text = queue(&[50.0], 45, EXPONENTIAL, "fifo", 2_000).replace(
        "route = \"done\"",
        "route = \"done\"\npatience = { exponential = { mean = \"2 h\" } }\non_patience = \"left\"",
    ) + "[[outcome]]\nid = \"left\"\ncounts_as = \"lost\"\n";
    let model = model(&text);
    struct Ends([u64; 2], Time);
    impl Observer for Ends {
        fn fact(&mut self, now: Time, _: CaseView, fact: Fact<'_>) {
            if let Fact::Ended { outcome, .. } = fact
                && now >= self.1
            {
                self.0[outcome.index()] += 1;
            }
        }
        fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
        fn changed(&mut self, _: Time, _: usize) {}
        fn sample(&mut self, _: Time, _: &Census) {}
    }
    let mut share = Check::new("Erlang-A share that gives up", 0.110_732_103_9);
    for r in 0..30 {
        let mut ends = Ends([0; 2], model.warmup);
        simulate(&model, r, &mut ends);
        share.means.push(ends.0[1] as f64 / (ends.0[0] + ends.0[1]) as f64);
    }
    share.judge();
}

/// A source for each hour of the week, so that the rate follows 100 + 30 sin(2 pi t / 7 days) in steps of an hour, each
/// with the hour's mean.
fn sinusoid() -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let wave = |day: f64| (std::f64::consts::TAU * day / 7.0).cos();
    let mut text = String::new();
    for hour in 0..168 {
        let (from, until) = (f64::from(hour) / 24.0, f64::from(hour + 1) / 24.0);
        let tips = 100.0 / 24.0 + 30.0 * 7.0 / std::f64::consts::TAU * (wave(from) - wave(until));
        let (day, h) = (DAYS[hour as usize / 24], hour % 24);
        text += &format!(
            "[[source]]\nid = \"h{hour:03}\"\nrate = \"{} per day\"\nhours = \"{day} {h:02}:00-{:02}:00\"\nmix = {{ any = 1.0 }}\n",
            tips / 7.0,
            h + 1
        );
    }
    text
}

fn nobody_waits(delay: &str, weeks: u32) -> String {
    format!(
        "[scenario]\nstart = 2025-01-06\nhorizon = \"{} days\"\nsample = \"42 h\"\nreplications = 1\nseed = 3\n\
         [[class]]\nid = \"any\"\n[[outcome]]\nid = \"done\"\ncounts_as = \"closed\"\n\
         [[stage]]\nid = \"away\"\ndelay = {delay}\nroute = \"done\"\n{}",
        weeks * 7,
        sinusoid()
    )
}

#[test]
fn infinitely_many_servers_under_a_weekly_wave_have_the_level_of_eick_massey_and_whitt() {
    // O20: mean service 5 days; levels at 0, 1.75, 3.5, 5.25 days of the week once the start is forgotten.
    let wave = infinite::Sinusoid { mean: 100.0, amplitude: 30.0, period: 7.0 };
    let laws: [(&str, fn(&infinite::Sinusoid, f64) -> f64); 2] = [
        ("{ exponential = { mean = \"5 days\" } }", |w, t| w.number_exponential(5.0, t)),
        ("\"5 days\"", |w, t| w.number_constant(5.0, t)),
    ];
    for (delay, exact) in laws {
        let model = model(&nobody_waits(delay, 14));
        let mut checks: Vec<Check> = [0.0, 1.75, 3.5, 5.25]
            .iter()
            .map(|t| Check::new(&format!("{delay} at {t}"), exact(&wave, *t)))
            .collect();
        for r in 0..30 {
            let seen = waits(&model, r, &[]);
            // After ten weeks 1e-6 of the start is left. Four samples a week.
            for (i, level) in seen.delayed.iter().enumerate().take(14 * 4).skip(10 * 4) {
                checks[i % 4].means.push(*level as f64);
            }
        }
        checks.iter().for_each(Check::judge);
    }
}

#[test]
fn counts_of_a_changing_rate_have_the_means_and_variances_of_poisson() {
    // O34: daily means of the weekly wave; variance / mean = 1.
    const MEANS: [f64; 7] =
        [112.583_926_4, 128.275_826, 122.675_451_9, 100.0, 77.324_548_11, 71.724_173_99, 87.416_073_58];
    struct Days([Tally; 7], [u64; 7]);
    impl Observer for Days {
        fn fact(&mut self, now: Time, _: CaseView, fact: Fact<'_>) {
            if matches!(fact, Fact::Arrived { .. }) {
                self.1[(now.0 / DAY % 7) as usize] += 1;
            }
        }
        fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
        fn changed(&mut self, _: Time, _: usize) {}
        fn sample(&mut self, now: Time, _: &Census) {
            // One sample a week: the week's counts are complete.
            if now > Time::ZERO {
                for (tally, count) in self.0.iter_mut().zip(&mut self.1) {
                    tally.push(std::mem::take(count) as f64);
                }
            }
        }
    }
    let text = nobody_waits("\"1 h\"", 40).replace("sample = \"42 h\"", "sample = \"7 days\"");
    let model = model(&text);
    let mut checks: Vec<Check> =
        MEANS.iter().enumerate().map(|(d, m)| Check::new(&format!("mean of day {d}"), *m)).collect();
    let mut ratio = Check::new("variance / mean", 1.0);
    for r in 0..30 {
        let mut days = Days(std::array::from_fn(|_| Tally::new()), [0; 7]);
        simulate(&model, r, &mut days);
        for (check, tally) in checks.iter_mut().zip(&days.0) {
            check.means.push(tally.mean().unwrap());
        }
        let ratios: f64 = days.0.iter().zip(MEANS).map(|(t, mean)| t.variance().unwrap() / mean).sum();
        ratio.means.push(ratios / 7.0);
    }
    checks.iter().for_each(Check::judge);
    ratio.judge();
}

#[test]
fn overdispersed_days_have_the_stated_ratio_and_the_same_mean() {
    let text = "[scenario]\nstart = 2025-01-06\nhorizon = \"400 days\"\nsample = \"1 day\"\nreplications = 1\nseed = 5\n\
         [[class]]\nid = \"any\"\n[[outcome]]\nid = \"done\"\ncounts_as = \"closed\"\n\
         [[stage]]\nid = \"sort\"\nroute = \"done\"\n\
         [[source]]\nid = \"tips\"\nrate = \"20 per day\"\noverdispersion = 2.7\nmix = { any = 1.0 }\n";
    struct Daily(Tally, u64);
    impl Observer for Daily {
        fn fact(&mut self, _: Time, _: CaseView, fact: Fact<'_>) {
            self.1 += u64::from(matches!(fact, Fact::Arrived { .. }));
        }
        fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
        fn changed(&mut self, _: Time, _: usize) {}
        fn sample(&mut self, now: Time, _: &Census) {
            if now > Time::ZERO {
                self.0.push(std::mem::take(&mut self.1) as f64);
            }
        }
    }
    let model = model(text);
    let (mut mean, mut ratio) = (Check::new("mean", 20.0), Check::new("variance / mean", 2.7));
    for r in 0..30 {
        let mut daily = Daily(Tally::new(), 0);
        simulate(&model, r, &mut daily);
        mean.means.push(daily.0.mean().unwrap());
        ratio.means.push(daily.0.variance().unwrap() / 20.0);
    }
    mean.judge();
    ratio.judge();
}

#[test]
fn batches_have_the_level_of_burke() {
    // O17: M^X/M/1, batches of 3 at 0.2, mu 1: mean wait in queue W - 1 = 4; geometric batches of mean 3: 6.5.
    for (batch, exact) in [("3", 4.0), ("{ geometric = { mean = 3.0 } }", 6.5)] {
        let text = queue(&[0.2], 1, EXPONENTIAL, "fifo", 100_000)
            .replace("mix =", &format!("batch = {batch}\nmix ="));
        check_waits(&format!("M^X/M/1, {batch}"), &text, &[exact]);
    }
}

/// O21: intake 4 servers, exam 6, review 2; 20 % of reviews go back to exam. `lasts`: horizon, warm-up and samples.
pub(crate) fn rework(lasts: &str) -> String {
    format!(
        "[scenario]\nstart = 2025-01-06\n{lasts}\nreplications = 30\nseed = 11\n\
        [[class]]\nid = \"any\"\n[[outcome]]\nid = \"done\"\ncounts_as = \"closed\"\n\
        [[source]]\nid = \"a\"\nrate = \"3 per hour\"\nmix = {{ any = 1.0 }}\nenters = \"intake\"\n\
        [[source]]\nid = \"b\"\nrate = \"0.5 per hour\"\nmix = {{ any = 1.0 }}\nenters = \"exam\"\n\
        [[pool]]\nid = \"p1\"\nheadcount = 4\n[[pool]]\nid = \"p2\"\nheadcount = 6\n[[pool]]\nid = \"p3\"\nheadcount = 2\n\
        [[stage]]\nid = \"intake\"\npool = \"p1\"\neffort = {{ exponential = {{ mean = \"1 h\" }} }}\nroute = {{ exam = 0.7, review = 0.1, done = \"rest\" }}\n\
        [[stage]]\nid = \"exam\"\npool = \"p2\"\neffort = {{ exponential = {{ mean = \"100 min\" }} }}\nroute = {{ review = 0.6, done = \"rest\" }}\n\
        [[stage]]\nid = \"review\"\npool = \"p3\"\neffort = {{ exponential = {{ mean = \"30 min\" }} }}\nroute = {{ exam = 0.2, done = \"rest\" }}\n"
    )
}

#[test]
fn a_network_with_rework_has_the_levels_of_jackson() {
    // O21: intake 4 servers, exam 6, review 2; 20 % of reviews go back to exam. L = 4.5283, 8.1860, 1.4662.
    let text = rework("horizon = \"20000 h\"\nwarmup = \"2000 h\"\nsample = \"10 h\"");
    struct Levels(Vec<Tally>, Time);
    impl Observer for Levels {
        fn fact(&mut self, _: Time, _: CaseView, _: Fact<'_>) {}
        fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
        fn changed(&mut self, _: Time, _: usize) {}
        fn sample(&mut self, now: Time, census: &Census) {
            if now >= self.1 {
                for (i, tally) in self.0.iter_mut().enumerate() {
                    let stage = StageId::at(i).index();
                    tally.push((census.waiting[stage] + census.in_work[stage]) as f64);
                }
            }
        }
    }
    let model = model(&text);
    let mut checks = [("intake", 4.528_301_887), ("exam", 8.186_030_31), ("review", 1.466_206_835)]
        .map(|(n, l)| Check::new(n, l));
    for r in 0..30 {
        let mut levels = Levels(vec![Tally::new(); 3], model.warmup);
        simulate(&model, r, &mut levels);
        for (check, tally) in checks.iter_mut().zip(&levels.0) {
            check.means.push(tally.mean().unwrap());
        }
    }
    checks.iter().for_each(Check::judge);
}
