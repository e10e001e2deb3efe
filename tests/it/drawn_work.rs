//! What cases meet at stages, from the file to the fact, against exact laws: efforts, delays, patience, devices, beliefs,
//! scores, routes, lapses, and the random order of a queue.

use std::collections::BTreeMap;

use caseload::engine::Cause;
use caseload::stats::special::{normal_cdf, normal_quantile};
use caseload::units::Time;
use statrs::distribution::{self as other, ContinuousCDF, Discrete};

use crate::drawn_facts::{ERROR, HEAD, Log, What, exponential};
use crate::fit::Fits;
use crate::harness;

const WORK: &str = r#"
[[source]]
id = "tips"
rate = "40 per day"
mix = { a = 0.5, b = 0.5 }

[[source]]
id = "kept"
rate = "20 per day"
mix = { c = 1.0 }
enters = "vault"
retention = { lasts = { exponential = { mean = "6 days" } }, lag = "1 day", preserved_by = "effort", on_lapse = "lost" }

[[initial]]
stage = "shuffle"
count = { c = 2000 }
age = "1 day"

[[pool]]
id = "many"
headcount = 300

[[pool]]
id = "one"
headcount = 1

[[stage]]
id = "effort"
pool = "many"
effort = { lognormal = { mean = "3 h", cv = 1.0 } }
route = "delay"

[[stage]]
id = "delay"
delay = { gamma = { shape = 2.0, scale = "1 h" } }
route = "table"

[[stage]]
id = "table"
assess = { table = { a = { a = 0.6, b = 0.3, c = "rest" }, b = "same", c = "same", e = "same", f = "same" } }
route = "low"

[[stage]]
id = "low"
assess = { auc = 0.8, positive = ["a"], threshold = 0.3, above = "a", below = "b" }
route = "high"

[[stage]]
id = "high"
assess = { auc = 0.8, positive = ["a"], threshold = 1.4, above = "a", below = "b" }
route = { wait = 0.35, apart = 0.3, done = 0.2, lost = "rest" }

[[stage]]
id = "wait"
pool = "nobody"
effort = "1 h"
patience = { weibull = { shape = 1.7, scale = "2 days" } }
on_patience = "lost"
route = "done"

[[stage]]
id = "apart"
per = "device"
then = "meet"
delay = "1 h"
route = "meet"

[[stage]]
id = "meet"
route = "done"

[[stage]]
id = "vault"
pool = "nobody"
effort = "1 h"
route = "effort"

[[stage]]
id = "shuffle"
pool = "one"
effort = "1 h"
order = "random"
route = "done"
"#;

#[test]
fn cases_meet_what_their_stages_say() {
    let model = harness::model(&format!("{HEAD}{WORK}"));
    let log = Log::of(&model);
    let mut fits = Fits::default();
    let (effort, delay, wait) = (log.stage("effort"), log.stage("delay"), log.stage("wait"));
    let (mut efforts, mut delays, mut patiences) = (vec![], vec![], vec![]);
    let mut begun: BTreeMap<u64, Time> = BTreeMap::new();
    let mut devices: [Vec<u64>; 2] = Default::default();
    for (now, case, what) in log.facts.iter().filter(|(_, case, _)| log.is_from(case, "tips")) {
        match what {
            What::Finished(stage, hours) if *stage == effort => efforts.push(*hours),
            What::Started(stage) if *stage == delay => drop(begun.insert(case.number, *now)),
            What::Joined(stage, _) if *stage == wait => drop(begun.insert(case.number, *now)),
            What::Finished(stage, _) if *stage == delay => {
                delays.push((*now - begun[&case.number]).hours());
            }
            What::Reneged => patiences.push((*now, (*now - begun[&case.number]).days())),
            What::Split(jobs) => devices[case.class.index()].push(u64::from(*jobs)),
            _ => {}
        }
    }
    let lognormal = other::LogNormal::new(3.0_f64.ln() - 0.5 * 2.0_f64.ln(), 2.0_f64.ln().sqrt()).unwrap();
    fits.kolmogorov("efforts", efforts, |x| lognormal.cdf(x));
    let gamma = other::Gamma::new(2.0, 1.0).unwrap();
    fits.kolmogorov("delays", delays, |x| gamma.cdf(x));
    // The last have not given up yet, so those who came late are left out.
    let weibull = other::Weibull::new(1.7, 2.0).unwrap();
    let early =
        patiences.iter().filter(|(now, waited)| now.days() - waited < 570.0).map(|(_, waited)| *waited);
    fits.kolmogorov("patiences", early.collect(), |x| weibull.cdf(x));
    fits.counted("devices, geometric", &devices[0], |n| other::Geometric::new(0.25).unwrap().pmf(n));
    // None leaves no jobs, and a case without jobs is not told to split.
    let binomial = other::Binomial::new(0.6, 5).unwrap();
    fits.counted("devices, binomial", &devices[1], |n| binomial.pmf(n));
    beliefs_and_routes(&log, &mut fits);
    lapses_and_order(&log, &mut fits);
    fits.judge(ERROR);
}

fn beliefs_and_routes(log: &Log<'_>, fits: &mut Fits) {
    let (table, low, high) = (log.stage("table"), log.stage("low"), log.stage("high"));
    let ends = [log.stage("wait"), log.stage("apart")];
    let mut after = BTreeMap::new();
    let (mut believed, mut ways) = ([0; 3], [0; 3]);
    let mut flags = [[[0_u64; 2]; 2]; 2];
    for (_, case, what) in log.facts.iter().filter(|(_, case, _)| case.job.is_none()) {
        let left =
            if let What::Joined(..) | What::Ended(_) = what { after.remove(&case.number) } else { None };
        match left {
            Some(stage) if stage == table && case.class.index() == 0 => believed[case.observed.index()] += 1,
            Some(stage) if stage == low || stage == high => {
                flags[usize::from(stage == high)][case.class.index()][case.observed.index()] += 1;
            }
            _ => {}
        }
        if left == Some(high) {
            let way = match what {
                What::Joined(stage, _) => ends.iter().position(|end| end == stage),
                _ => None,
            };
            ways[way.unwrap_or(2)] += 1;
        }
        if let What::Finished(stage, _) = what {
            after.insert(case.number, *stage);
        }
    }
    fits.pearson("beliefs by a table", &believed, &[0.6, 0.3, 0.1]);
    fits.pearson("routes", &ways, &[0.35, 0.3, 0.35]);
    let shift = std::f64::consts::SQRT_2 * normal_quantile(0.8);
    for (threshold, by_class) in [0.3, 1.4].into_iter().zip(flags) {
        for (mean, [flagged, not]) in [shift, 0.0].into_iter().zip(by_class) {
            let name = format!("scores of mean {mean:.2} above {threshold}");
            fits.share(&name, flagged, flagged + not, normal_cdf(mean - threshold));
        }
    }
}

fn lapses_and_order(log: &Log<'_>, fits: &mut Fits) {
    let shuffle = log.stage("shuffle");
    let (mut lasts, mut late, mut order) = (vec![], 0, vec![]);
    for (now, case, what) in &log.facts {
        match what {
            What::Ended(Cause::Lapse) if *now == case.arrived => late += 1,
            What::Ended(Cause::Lapse) if case.arrived.days() < 450.0 => {
                lasts.push((*now - case.arrived).days());
            }
            What::Started(stage) if *stage == shuffle => order.push(case.number as f64),
            _ => {}
        }
    }
    // What is left of an exponential time has the same law.
    let kept = log.tips("kept").count() as u64;
    fits.share("lapsed before they came", late, kept, 1.0 - (-1.0_f64 / 6.0).exp());
    fits.kolmogorov("what is left of the evidence's time", lasts, exponential(6.0));
    // Spearman's correlation between arriving and starting has the standard error 1/√(n - 1).
    let n = order.len() as f64;
    assert_eq!(n, 2000.0);
    let distance: f64 = order.iter().zip(0..).map(|(a, b)| (a - f64::from(b)).powi(2)).sum();
    fits.normal("random order", (1.0 - 6.0 * distance / (n * (n * n - 1.0))) * (n - 1.0).sqrt());
}
