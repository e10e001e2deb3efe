//! Exact results on triage: ageing, quotas, members kept free, assessments that err (precedence and interruption are with
//! the other rules of service). Each is stated as a scenario file, so that reading, compiling and engine are tested
//! together.
//!
//! A check of a mean over 30 replications passes if it lies within four of its own standard errors of the exact value:
//! a correct program fails one in 2,500 of them (Student's law, 29 degrees of freedom), settled by the fixed seed. A
//! check of a share passes within four standard deviations of the binomial law: one in 15,000 fails.

use caseload::engine::{CaseView, Census, Fact, Observer, PoolLevel, simulate};
use caseload::model::{Model, PoolId};
use caseload::stats::Tally;
use caseload::theory::priority::{Class, ageing_waits, mmc_ageing_waits};
use caseload::theory::reserve::Cutoff;
use caseload::theory::single::Moments;
use caseload::units::Time;

use crate::harness::model;

const REPLICATIONS: u64 = 30;

/// Waits at the last stage, in hours, of tips that arrive after the warm-up.
struct Times<'m> {
    model: &'m Model,
    joined: Vec<Time>,
    waits: Vec<Tally>,
}

impl Observer for Times<'_> {
    fn fact(&mut self, now: Time, case: CaseView, fact: Fact<'_>) {
        let last = self.model.stages.len() - 1;
        let (slot, class) = (case.slot as usize, case.class.index());
        match fact {
            Fact::Joined { stage, .. } if stage.index() == last => {
                self.joined.resize(self.joined.len().max(slot + 1), Time::ZERO);
                self.joined[slot] = now;
            }
            Fact::Started { stage, resumed: false, .. }
                if stage.index() == last && case.arrived >= self.model.warmup =>
            {
                self.waits[class].push((now - self.joined[slot]).hours());
            }
            _ => {}
        }
    }
    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {}
}

/// Means over replications of the mean wait of each class.
struct Means {
    waits: Vec<Tally>,
    /// Weighted with these.
    weighted: Tally,
}

/// `weights`: of the classes, for a weighted sum of the mean waits.
fn means(text: &str, weights: &[f64]) -> Means {
    let model = model(text);
    let tallies = || vec![Tally::new(); model.classes.len()];
    let mut all = Means { waits: tallies(), weighted: Tally::new() };
    for r in 0..REPLICATIONS {
        let mut seen = Times { model: &model, joined: vec![], waits: tallies() };
        simulate(&model, r, &mut seen);
        let mut sum = 0.0;
        for class in 0..model.classes.len() {
            let wait = seen.waits[class].mean().unwrap();
            all.waits[class].push(wait);
            sum += weights.get(class).unwrap_or(&0.0) * wait;
        }
        all.weighted.push(sum);
    }
    all
}

fn judge(what: &str, found: &[Tally], exact: &[f64]) {
    assert_eq!(found.len(), exact.len());
    for (class, (tally, exact)) in found.iter().zip(exact).enumerate() {
        assert_eq!(tally.count(), REPLICATIONS);
        let error = tally.sd().unwrap() / (REPLICATIONS as f64).sqrt();
        let mean = tally.mean().unwrap();
        let z = (mean - exact) / error;
        assert!(z.abs() < 4.0, "{what}, class {class}: {mean:.5} against {exact:.5}, z = {z:.2}");
        assert!(error < 0.05 * exact, "{what}, class {class}: too few replications to say anything");
    }
}

/// One stage `work`, exponential gaps by class (an hour), efforts by class.
fn queue(rates: &[f64], members: u32, effort: &str, order: &str, hours: u32) -> String {
    let total: f64 = rates.iter().sum();
    let mut text = format!(
        "[scenario]\nstart = 2025-01-06\nhorizon = \"{hours} h\"\nwarmup = \"{} h\"\nsample = \"1000 h\"\nseed = 17\n",
        hours / 10
    );
    let mut mix = vec![];
    for (i, rate) in rates.iter().enumerate() {
        text += &format!("[[class]]\nid = \"c{i}\"\n");
        mix.push(if i + 1 < rates.len() {
            format!("c{i} = {}", rate / total)
        } else {
            format!("c{i} = \"rest\"")
        });
    }
    text + &format!(
        "[[source]]\nid = \"tips\"\nrate = \"{total} per hour\"\nmix = {{ {} }}\n\
         [[pool]]\nid = \"staff\"\nheadcount = {members}\n[[outcome]]\nid = \"done\"\ncounts_as = \"closed\"\n\
         [[stage]]\nid = \"work\"\npool = \"staff\"\neffort = {effort}\norder = {order}\nroute = \"done\"\n",
        mix.join(", ")
    )
}

const EXPONENTIAL: &str = "{ exponential = { mean = \"1 h\" } }";
/// Means 1, 0.8, 1.2 and squared coefficients of variation 1, 0, 2.
const THREE_LAWS: &str = "{ c0 = { exponential = { mean = \"1 h\" } }, c1 = \"48 min\", \
    c2 = { gamma = { mean = \"72 min\", cv = 1.4142135623730951 } } }";

// ---- Ageing ----------------------------------------------------------------------------------

#[test]
fn ageing_has_the_waits_of_kleinrock() {
    let order = "{ ageing = { c0 = \"8 per hour\", c1 = \"4 per hour\", c2 = \"24 per day\" } }";
    let class = |arrival: f64, service: Moments| Class { arrival, service };
    let rates = [0.2, 0.3, 0.3];
    let exponential = |i: usize| class(rates[i], Moments::exponential(1.0));
    let exact = ageing_waits(&[(exponential(0), 8.0), (exponential(1), 4.0), (exponential(2), 1.0)]).unwrap();
    let text = queue(&rates, 1, EXPONENTIAL, order, 60_000);
    judge("ageing M/M/1", &means(&text, &[]).waits, &exact);
    let exact = mmc_ageing_waits(&[(1.0, 8.0), (2.0, 4.0), (1.5, 1.0)], 1.0, 5).unwrap();
    let text = queue(&[1.0, 2.0, 1.5], 5, EXPONENTIAL, order, 40_000);
    judge("ageing M/M/5", &means(&text, &[]).waits, &exact);
    let laws = [
        (class(0.2, Moments::exponential(1.0)), 8.0),
        (class(0.3, Moments::constant(0.8)), 4.0),
        (class(0.25, Moments::gamma(1.2, 2.0)), 1.0),
    ];
    let text = queue(&[0.2, 0.3, 0.25], 1, THREE_LAWS, order, 60_000);
    judge("ageing M/G/1", &means(&text, &[]).waits, &ageing_waits(&laws).unwrap());
}

// ---- Quotas ----------------------------------------------------------------------------------

#[test]
fn a_quota_moves_waits_between_classes_and_makes_no_work() {
    // Kleinrock's conservation: with one law of effort the mean wait over all is that of M/M/1, 4 hours at 0.8.
    let order = "{ quota = { c2 = 0.6 }, otherwise = \"class\" }";
    let rates = [0.2, 0.3, 0.3];
    let found = means(&queue(&rates, 1, EXPONENTIAL, order, 60_000), &rates.map(|r| r / 0.8));
    judge("quota, all", &[found.weighted], &[4.0]);
    let mean = |class: usize| found.waits[class].mean().unwrap();
    assert!(mean(2) < mean(1), "a large quota goes before a class that is more urgent");
    assert!(mean(0) < mean(1), "classes that share an entry keep their order");
}

#[test]
fn starts_keep_to_their_quotas_at_every_moment() {
    // A backlog of every class that outlasts the run: after n starts an entry has had its share of n, less or more than
    // one for each entry.
    let text = queue(&[0.1, 0.1, 0.1], 1, "\"1 h\"", "{ quota = { c2 = 0.15, c1 = 0.25 } }", 1_000)
        + "[[initial]]\nstage = \"work\"\ncount = { c0 = 2000, c1 = 2000, c2 = 2000 }\nage = \"1 day\"\n";
    struct Starts([f64; 3]);
    impl Observer for Starts {
        fn fact(&mut self, _: Time, case: CaseView, fact: Fact<'_>) {
            if matches!(fact, Fact::Started { .. }) {
                self.0[case.class.index()] += 1.0;
                let n: f64 = self.0.iter().sum();
                for (count, share) in self.0.iter().zip([0.6, 0.25, 0.15]) {
                    assert!((count - share * n).abs() <= 2.0, "{count} of {n} for {share}");
                }
            }
        }
        fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
        fn changed(&mut self, _: Time, _: usize) {}
        fn sample(&mut self, _: Time, _: &Census) {}
    }
    let mut starts = Starts([0.0; 3]);
    simulate(&model(&text), 0, &mut starts);
    assert_eq!(starts.0.iter().sum::<f64>(), 1000.0);
}

// ---- Members kept free -----------------------------------------------------------------------

#[test]
fn members_kept_free_have_the_waits_of_cutoff_priority() {
    let kept = Cutoff { urgent: 1.0, other: 1.5, service: 1.0, servers: 4, reserve: 1 };
    let (none, some) = (Cutoff { reserve: 0, ..kept }.waits().unwrap(), kept.waits().unwrap());
    assert!(some.urgent < none.urgent && some.other > none.other);
    let text = queue(&[1.0, 1.5], 4, EXPONENTIAL, "\"class\"", 40_000)
        .replace("headcount = 4", "headcount = 4\nreserve = { members = 1, for = [\"c0\"] }");
    judge("cutoff", &means(&text, &[]).waits, &[some.urgent, some.other]);
}

// ---- Assessments that err --------------------------------------------------------------------

#[test]
fn classes_that_are_mistaken_have_the_waits_of_what_they_are_taken_for() {
    // Both streams stay Poisson when they are split, so Cobham's classes are the observed ones, with mixed efforts; a
    // true class waits as the mixture of what it is taken for. Class 0: 0.3 an hour, exponential, mean 1; class 1: 0.5,
    // constant 0.8.
    let (sensitivity, specificity) = (0.8, 0.9);
    let residual = f64::midpoint(0.3 * 2.0, 0.5 * 0.64);
    let urgent = 0.3 * sensitivity + 0.5 * 0.8 * (1.0 - specificity);
    let first = residual / (1.0 - urgent);
    let second = residual / ((1.0 - urgent) * (1.0 - 0.7));
    let exact = [
        sensitivity * first + (1.0 - sensitivity) * second,
        (1.0 - specificity) * first + specificity * second,
    ];
    let effort = "{ c0 = { exponential = { mean = \"1 h\" } }, c1 = \"48 min\" }";
    let screen = format!(
        "[[stage]]\nid = \"screen\"\nroute = \"work\"\n\
         assess = {{ sensitivity = {sensitivity}, specificity = {specificity}, positive = [\"c0\"], below = \"c1\" }}\n[[stage]]\n"
    );
    let text = queue(&[0.3, 0.5], 1, effort, "\"class\"", 60_000)
        .replace("[[stage]]\n", &screen)
        .replace("id = \"tips\"\n", "id = \"tips\"\nlabelled = \"unknown\"\n");
    judge("mistaken classes", &means(&text, &[]).waits, &exact);
}

/// How many tips of each true class ended up believed to be of each class (`unknown` last).
struct Beliefs(Vec<Vec<f64>>);

impl Observer for Beliefs {
    fn fact(&mut self, _: Time, case: CaseView, fact: Fact<'_>) {
        if matches!(fact, Fact::Ended { .. }) {
            self.0[case.class.index()][case.observed.index()] += 1.0;
        }
    }
    fn pool(&mut self, _: Time, _: PoolId, _: PoolLevel) {}
    fn changed(&mut self, _: Time, _: usize) {}
    fn sample(&mut self, _: Time, _: &Census) {}
}

/// 40,000 tips, a quarter `danger`, through stages that assess.
fn beliefs(assessments: &[&str]) -> Vec<Vec<f64>> {
    let mut text = "[scenario]\nstart = 2025-01-06\nhorizon = \"60 days\"\nseed = 5\n\
        [[class]]\nid = \"danger\"\n[[class]]\nid = \"possession\"\n[[outcome]]\nid = \"done\"\ncounts_as = \"closed\"\n\
        [[source]]\nid = \"a\"\nrate = \"500 per day\"\nat_most = 20000\nlabelled = \"unknown\"\nmix = { danger = 0.4, possession = 0.6 }\n\
        [[source]]\nid = \"b\"\nrate = \"500 per day\"\nat_most = 20000\nlabelled = \"unknown\"\nmix = { danger = 0.1, possession = 0.9 }\n"
        .to_owned();
    for (i, assess) in assessments.iter().enumerate() {
        let route = if i + 1 < assessments.len() { format!("s{}", i + 1) } else { "done".to_owned() };
        text += &format!("[[stage]]\nid = \"s{i}\"\nassess = {assess}\nroute = \"{route}\"\n");
    }
    let model = model(&text);
    assert!(model.assesses);
    let mut seen = Beliefs(vec![vec![0.0; 3]; 2]);
    simulate(&model, 0, &mut seen);
    assert_eq!(seen.0.iter().flatten().sum::<f64>(), 40_000.0);
    seen.0
}

/// Of each true class the share that is believed to be `danger`.
fn judge_shares(what: &str, found: &[Vec<f64>], exact: [f64; 2]) {
    for (row, exact) in found.iter().zip(exact) {
        let n: f64 = row.iter().sum();
        let z = (row[0] - n * exact) / (n * exact * (1.0 - exact)).sqrt();
        assert!(z.abs() < 4.0, "{what}: {} of {n} against {exact}, z = {z:.2}", row[0]);
    }
}

/// The standard normal distribution function by Simpson's rule: none of the program's own code.
fn phi(x: f64) -> f64 {
    let density = |t: f64| (-t * t / 2.0).exp() / std::f64::consts::TAU.sqrt();
    let steps = 2000;
    let h = x / f64::from(steps);
    let inner: f64 = (1..steps).map(|i| density(f64::from(i) * h) * if i % 2 == 1 { 4.0 } else { 2.0 }).sum();
    0.5 + (density(0.0) + inner + density(x)) * h / 3.0
}

/// Where a falling function of one number takes this value.
fn solve(wanted: f64, falling: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (-10.0, 10.0);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if falling(middle) > wanted { low = middle } else { high = middle }
    }
    low
}

#[test]
fn tables_make_the_shares_that_they_say() {
    let table = "{ table = { danger = { danger = 0.85, possession = 0.15 }, possession = { possession = \"rest\", danger = 0.03 } } }";
    let found = beliefs(&[table]);
    judge_shares("table", &found, [0.85, 0.03]);
    assert_eq!((found[0][2], found[1][2]), (0.0, 0.0), "nobody stays unknown");
}

#[test]
fn sensitivity_and_specificity_are_what_they_are_called() {
    let found = beliefs(&["{ sensitivity = 0.9, specificity = 0.95, positive = [\"danger\"] }"]);
    judge_shares("sensitivity and specificity", &found, [0.9, 0.05]);
    assert_eq!((found[0][1], found[1][1]), (0.0, 0.0), "who is not flagged stays unknown");
}

#[test]
fn a_score_flags_as_its_curve_says() {
    // Scores of danger are normal with mean d = sqrt(2) times the normal quantile of the AUC, those of others with mean 0.
    let shift = std::f64::consts::SQRT_2 * solve(0.15, |x| phi(-x));
    let at = |threshold: f64| [phi(shift - threshold), phi(-threshold)];
    let of = |threshold: &str| {
        let score =
            format!("auc = 0.85, positive = [\"danger\"], below = \"possession\", threshold = {threshold}");
        beliefs(&[&format!("{{ {score} }}")])
    };
    judge_shares("threshold", &of("0.7"), at(0.7));
    judge_shares("sensitivity", &of("{ sensitivity = 0.92 }"), at(solve(0.92, |t| phi(shift - t))));
    judge_shares("specificity", &of("{ specificity = 0.8 }"), at(solve(0.2, |t| phi(-t))));
    // A quarter of all tips is danger, with the sources at their rates.
    let all = |t: f64| 0.25 * phi(shift - t) + 0.75 * phi(-t);
    let found = of("{ share = 0.15 }");
    judge_shares("share", &found, at(solve(0.15, all)));
    let flagged = found[0][0] + found[1][0];
    let z = (flagged - 6000.0) / (40_000.0_f64 * 0.15 * 0.85).sqrt();
    assert!(z.abs() < 4.0, "{flagged} flagged, z = {z:.2}");
    // The AUC itself: the share of pairs in which danger scores higher, by its own integral over the curve.
    let auc: f64 = (0..4000)
        .map(|i| -8.0 + f64::from(i) * 0.004)
        .map(|t| phi(shift - t) * (phi(t + 0.002) - phi(t - 0.002)))
        .sum();
    assert!((auc - 0.85).abs() < 1e-4, "{auc}");
}

#[test]
fn two_looks_err_by_themselves() {
    let first = "{ sensitivity = 0.9, specificity = 0.95, positive = [\"danger\"], below = \"possession\" }";
    let second = "{ sensitivity = 0.8, specificity = 0.99, positive = [\"danger\"] }";
    // Flagged by either: the last word leaves others what they were.
    judge_shares("two looks", &beliefs(&[first, second]), [1.0 - 0.1 * 0.2, 1.0 - 0.95 * 0.99]);
}
