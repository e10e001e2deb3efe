//! Triage, case by case: starts keep to their quotas, and assessments make the shares that they say. What they do to waits
//! is checked by the self-test (`theory.rs`).
//!
//! A check of a share passes within four standard deviations of the binomial law: with fresh seeds a correct program would
//! fail one in 15,000.

use caseload::engine::{CaseView, Census, Fact, Observer, PoolLevel, simulate};
use caseload::model::PoolId;
use caseload::theory::binormal::{normal_cdf, threshold};
use caseload::units::Time;

use crate::harness::model;

#[test]
fn starts_keep_to_their_quotas_at_every_moment() {
    // A backlog of every class that outlasts the run: after n starts an entry has had its share of n, less or more than
    // one for each entry.
    let mut text = "[scenario]\nstart = 2025-01-06\nhorizon = \"1000 h\"\nseed = 17\n".to_owned();
    for class in ["c0", "c1", "c2"] {
        text += &format!("[[class]]\nid = \"{class}\"\n");
    }
    text += "[[source]]\nid = \"tips\"\nrate = \"0.3 per hour\"\nmix = { c0 = 0.4, c1 = 0.3, c2 = 0.3 }\n\
        [[pool]]\nid = \"staff\"\nheadcount = 1\n[[outcome]]\nid = \"done\"\ncounts_as = \"closed\"\n\
        [[stage]]\nid = \"work\"\npool = \"staff\"\neffort = \"1 h\"\nroute = \"done\"\n\
        order = { quota = { c2 = 0.15, c1 = 0.25 } }\n\
        [[initial]]\nstage = \"work\"\ncount = { c0 = 2000, c1 = 2000, c2 = 2000 }\nage = \"1 day\"\n";
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

// ---- Assessments that err --------------------------------------------------------------------

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
    let shift = std::f64::consts::SQRT_2 * threshold(0.15, |x| normal_cdf(-x));
    let at = |threshold: f64| [normal_cdf(shift - threshold), normal_cdf(-threshold)];
    let of = |threshold: &str| {
        let score =
            format!("auc = 0.85, positive = [\"danger\"], below = \"possession\", threshold = {threshold}");
        beliefs(&[&format!("{{ {score} }}")])
    };
    judge_shares("threshold", &of("0.7"), at(0.7));
    judge_shares(
        "sensitivity",
        &of("{ sensitivity = 0.92 }"),
        at(threshold(0.92, |t| normal_cdf(shift - t))),
    );
    judge_shares("specificity", &of("{ specificity = 0.8 }"), at(threshold(0.2, |t| normal_cdf(-t))));
    // A quarter of all tips is danger, with the sources at their rates.
    let all = |t: f64| 0.25 * normal_cdf(shift - t) + 0.75 * normal_cdf(-t);
    let found = of("{ share = 0.15 }");
    judge_shares("share", &found, at(threshold(0.15, all)));
    let flagged = found[0][0] + found[1][0];
    let z = (flagged - 6000.0) / (40_000.0_f64 * 0.15 * 0.85).sqrt();
    assert!(z.abs() < 4.0, "{flagged} flagged, z = {z:.2}");
    // The AUC itself: the share of pairs in which danger scores higher, by its own integral over the curve.
    let auc: f64 = (0..4000)
        .map(|i| -8.0 + f64::from(i) * 0.004)
        .map(|t| normal_cdf(shift - t) * (normal_cdf(t + 0.002) - normal_cdf(t - 0.002)))
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
