//! Tips as their sources draw them, from the file to the fact, against exact laws: gaps, batches, classes, reports, mass
//! reports, good and bad days, the backlog at the start, and values that nobody knows.
//!
//! Arrivals of a changing rate are held against a Poisson process by the time that the expected number of tips makes of the
//! clock's (Brown and others, *Neural Computation* 14:325, 2002): gaps are then exponential, whatever the rate does.

use caseload::model::input_values;
use caseload::scenario::{Memory, Request, load};
use caseload::units::{DAY, HOUR};
use statrs::distribution::{self as other, ContinuousCDF, Discrete};

use crate::drawn_facts::{ERROR, HEAD, Log, What, exponential, gaps};
use crate::fit::Fits;
use crate::harness;

const DEMAND: &str = r#"
[[source]]
id = "steady"
rate = "40 per day"
weekly = { sat = 0.5, sun = 0.5 }
growth = "50% per year"
mix = { a = 0.2, b = 0.3, c = "rest" }
bundle = { geometric = { mean = 3 } }

[[source]]
id = "renewal"
rate = "30 per day"
gaps = { gamma = { mean = 1.0, cv = 0.5 } }
batch = { geometric = { mean = 2 } }
mix = { c = 1.0 }

[[source]]
id = "moody"
rate = "6 per day"
overdispersion = 3.0
mix = { c = 1.0 }

[[source]]
id = "heaps"
burst = { every = { constant = "2 days" }, size = { binomial = { n = 30, p = 0.5 } }, over = "1 day" }
mix = { c = 1.0 }

[[source]]
id = "single"
burst = { every = { uniform = { low = "1 h", high = "12 h" } }, size = 1, over = "1 s" }
mix = { c = 1.0 }

[[initial]]
stage = "desk"
count = { a = 3000 }
age = { gamma = { shape = 2.0, scale = "10 days" } }

[[initial]]
stage = "desk"
count = { b = 3000 }
age = { constant = "400 days" }
waited = { uniform = { low = "0 days", high = "300 days" } }

[[stage]]
id = "sort"
route = "done"

[[stage]]
id = "desk"
pool = "nobody"
effort = "1 h"
route = "done"
"#;

#[test]
fn tips_come_as_their_sources_say() {
    let model = harness::model(&format!("{HEAD}{DEMAND}"));
    let log = Log::of(&model);
    let mut fits = Fits::default();
    // The expected tips until a moment: mean growth of each day, five sixths of the weekly mean on working days.
    let rise = 1.5_f64.ln() / 365.25;
    let grown = |day: f64| 40.0 * ((rise * day).exp() - 1.0) / rise;
    let weight = |day: u32| if day % 7 < 5 { 7.0 / 6.0 } else { 3.5 / 6.0 };
    let of_day = |day: u32| weight(day) * (grown(f64::from(day) + 1.0) - grown(f64::from(day)));
    let until: Vec<f64> = (0..=600).map(|day| (0..day).map(of_day).sum()).collect();
    let expected = |day: f64| until[day as usize] + day.fract() * of_day(day as u32);
    let clock: Vec<f64> = log.days("steady").into_iter().map(expected).collect();
    fits.kolmogorov("gaps of a changing rate", gaps(&clock), exponential(1.0));
    let weeks: Vec<u64> = (0..84)
        .map(|week| log.days("steady").iter().filter(|day| (**day / 7.0) as u32 == week).count() as u64)
        .collect();
    let all = until[84 * 7];
    let shares: Vec<f64> = (0..84).map(|week| (until[7 * week + 7] - until[7 * week]) / all).collect();
    fits.pearson("weeks of a changing rate", &weeks, &shares);
    let classes: Vec<usize> = log.tips("steady").map(|(case, _)| case.class.index()).collect();
    let seen = [0, 1, 2].map(|class| classes.iter().filter(|c| **c == class).count() as u64);
    fits.pearson("classes", &seen, &[0.2, 0.3, 0.5]);
    let reports: Vec<u64> = log.tips("steady").map(|(_, reports)| u64::from(reports)).collect();
    fits.counted("reports", &reports, |n| other::Geometric::new(1.0 / 3.0).unwrap().pmf(n));

    let mut epochs = log.days("renewal");
    let sizes: Vec<u64> = epochs.chunk_by(|a, b| a == b).map(|batch| batch.len() as u64).collect();
    fits.counted("batches", &sizes, |n| other::Geometric::new(0.5).unwrap().pmf(n));
    epochs.dedup();
    let gamma = other::Gamma::new(4.0, 4.0 * 30.0).unwrap();
    fits.kolmogorov("gaps of a renewal process", gaps(&epochs), |x| gamma.cdf(x));

    // A gamma mixture of Poisson counts is negative binomial.
    let mut counts = vec![0_u64; 600];
    log.days("moody").iter().for_each(|day| counts[*day as usize] += 1);
    let mixed = other::NegativeBinomial::new(3.0, 1.0 / 3.0).unwrap();
    fits.counted("days good and bad", &counts, |n| mixed.pmf(n));

    let mut sizes = vec![0_u64; 299];
    let heaps = log.days("heaps");
    for day in &heaps {
        sizes[(day / 2.0) as usize - 1] += 1;
    }
    let binomial = other::Binomial::new(0.5, 30).unwrap();
    fits.counted("sizes of mass reports", &sizes, |n| binomial.pmf(n));
    fits.kolmogorov("moments in mass reports", heaps.iter().map(|day| day % 2.0).collect(), |x| {
        x.clamp(0.0, 1.0)
    });
    let hours = gaps(&log.days("single")).iter().map(|day| day * 24.0).collect();
    fits.kolmogorov("gaps between mass reports", hours, |x| ((x - 1.0) / 11.0).clamp(0.0, 1.0));
    of_the_start(&log, &mut fits);
    fits.judge(ERROR);
}

/// Ages and waits of cases that stand there from the start.
fn of_the_start(log: &Log<'_>, fits: &mut Fits) {
    let (mut ages, mut waits) = (vec![], vec![]);
    for (_, case, what) in &log.facts {
        match what {
            What::Arrived(_) if case.initial && case.class.index() == 0 => {
                ages.push(-case.arrived.0 as f64 / DAY as f64);
            }
            What::Joined(_, since) if case.initial && case.class.index() == 1 => {
                waits.push(-since.0 as f64 / DAY as f64);
            }
            _ => {}
        }
    }
    let gamma = other::Gamma::new(2.0, 0.1).unwrap();
    fits.kolmogorov("ages at the start", ages, |x| gamma.cdf(x));
    fits.kolmogorov("waits at the start", waits, |x| x / 300.0);
}

#[test]
fn draws_of_unknown_values_follow_their_law() {
    let text = harness::BASE.to_owned()
        + "[unsure.share]\nlaw = { triangular = { low = 0.5, mode = 0.6, high = 0.9 } }\n\
           [[pool]]\nid = \"p\"\nheadcount = 1\navailability = { unsure = \"share\" }\n\
           [[stage]]\nid = \"st\"\npool = \"p\"\neffort = { exponential = { mean = { between = [\"2 h\", \"6 h\"] } } }\nroute = \"done\"\n\
           [[source]]\nid = \"s\"\nrate = \"1 per day\"\nmix = { urgent = 1.0 }\n";
    let sources = Memory::one("test.toml", &text);
    let loaded = load(&Request::new("test.toml", &sources)).checked.value.unwrap();
    let draws: Vec<Vec<f64>> = (0..2_000).map(|d| input_values(&loaded, 1, d).unwrap()).collect();
    let triangular = other::Triangular::new(0.5, 0.9, 0.6).unwrap();
    let mut fits = Fits::default();
    for (i, unknown) in loaded.unknowns.iter().enumerate() {
        let values: Vec<f64> = draws.iter().map(|values| values[i]).collect();
        let shared = unknown.name == "share";
        let hours = |x: f64| if x > 100.0 { x / HOUR as f64 } else { x };
        fits.kolmogorov(&unknown.name, values, |x| {
            if shared { triangular.cdf(x) } else { ((hours(x) - 2.0) / 4.0).clamp(0.0, 1.0) }
        });
    }
    assert_eq!(fits.judge(ERROR).len(), 2);
}
