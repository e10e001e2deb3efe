//! Every law of the scenario language, in every way in which it can be written, drawn at addresses as the engine draws
//! it, against exact distribution functions of another library or in closed form.
//!
//! Fixed seed. All tests together refuse a perfect program once in 100,000 seeds.

use std::collections::{BTreeMap, BTreeSet};

use caseload::model::Model;
use caseload::random::{Place, Purpose, Replication};
use caseload::scenario::reference;
use statrs::distribution::{self as other, ContinuousCDF, Discrete};
use statrs::function::gamma::gamma as gamma_function;

use crate::fit::Fits;
use crate::harness;

const DRAWS: u64 = 20_000;

/// A distribution function of hours.
type Cdf = Box<dyn Fn(f64) -> f64>;

/// A probability of each count.
type Shares = Box<dyn Fn(u64) -> f64>;

fn cdf(law: impl ContinuousCDF<f64, f64> + 'static) -> Cdf {
    Box::new(move |x| law.cdf(x))
}

fn shares(law: impl Discrete<u64, f64> + 'static) -> Shares {
    Box::new(move |n| law.pmf(n))
}

/// The point at which a rising function crosses 0.
fn root(mut low: f64, mut high: f64, rising: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if rising(middle) < 0.0 { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

fn lognormal(mean: f64, cv: f64) -> other::LogNormal {
    let square = (1.0 + cv * cv).ln();
    other::LogNormal::new(mean.ln() - 0.5 * square, square.sqrt()).unwrap()
}

/// With a median of 2 and a 90 % point of 9.
fn lognormal_by_quantiles() -> Cdf {
    cdf(other::LogNormal::new(2.0_f64.ln(), 4.5_f64.ln() / 1.281_551_565_544_600_4).unwrap())
}

fn gamma_by_quantiles() -> Cdf {
    // The ratio of the two falls as the shape grows.
    let law = |shape: f64, scale: f64| other::Gamma::new(shape, 1.0 / scale).unwrap();
    let ratio = |shape: f64| law(shape, 1.0).inverse_cdf(0.9) / law(shape, 1.0).inverse_cdf(0.5);
    let shape = root(0.3, 5.0, |shape| 4.5 - ratio(shape));
    cdf(law(shape, 2.0 / law(shape, 1.0).inverse_cdf(0.5)))
}

fn weibull_by_mean(mean: f64, cv: f64) -> Cdf {
    let spread = |shape: f64| gamma_function(1.0 + 2.0 / shape) / gamma_function(1.0 + 1.0 / shape).powi(2);
    let shape = root(0.3, 9.0, |shape| 1.0 + cv * cv - spread(shape));
    cdf(other::Weibull::new(shape, mean / gamma_function(1.0 + 1.0 / shape)).unwrap())
}

fn weibull_by_quantiles() -> Cdf {
    let shape = (10.0_f64.ln() / 2.0_f64.ln()).ln() / 4.5_f64.ln();
    cdf(other::Weibull::new(shape, 2.0 / 2.0_f64.ln().powf(1.0 / shape)).unwrap())
}

/// Balanced means: each phase brings half of the mean.
fn hyperexponential(mean: f64, cv: f64) -> Cdf {
    let square = cv * cv;
    let p = 0.5 * (1.0 + ((square - 1.0) / (square + 1.0)).sqrt());
    let phase = move |p: f64, x: f64| p * (-2.0 * p * x / mean).exp();
    Box::new(move |x| 1.0 - phase(p, x) - phase(1.0 - p, x))
}

fn beta(low: f64, high: f64, a: f64, b: f64) -> Cdf {
    let law = other::Beta::new(a, b).unwrap();
    Box::new(move |x| law.cdf((x - low) / (high - low)))
}

/// A law given that it lies between two bounds.
fn between(law: Cdf, min: f64, max: f64) -> Cdf {
    let (below, above) = (law(min), if max.is_finite() { law(max) } else { 1.0 });
    Box::new(move |x| (law(x) - below) / (above - below))
}

fn exponential(mean: f64) -> Cdf {
    Box::new(move |x| if x > 0.0 { 1.0 - (-x / mean).exp() } else { 0.0 })
}

/// Laws of times: how they are written, and what they are in hours. First in the name stands the family.
fn times() -> Vec<(&'static str, Cdf)> {
    let normal = cdf(other::Normal::new(2.0, 3.0).unwrap());
    let weibull = cdf(other::Weibull::new(1.7, 5.0).unwrap());
    let mixed = |x: f64| 0.25 * exponential(1.0)(x) + 0.75 * lognormal(6.0, 0.5).cdf(x);
    vec![
        ("{ exponential = { mean = \"5 h\" } }", exponential(5.0)),
        ("{ uniform = { low = \"2 h\", high = \"7 h\" } }", cdf(other::Uniform::new(2.0, 7.0).unwrap())),
        (
            "{ triangular = { low = \"1 h\", mode = \"2 h\", high = \"9 h\" } }",
            cdf(other::Triangular::new(1.0, 9.0, 2.0).unwrap()),
        ),
        ("{ pert = { low = \"1 h\", mode = \"2 h\", high = \"9 h\" } }", beta(1.0, 9.0, 1.5, 4.5)),
        ("{ lognormal = { mean = \"6 h\", cv = 1.2 } }", cdf(lognormal(6.0, 1.2))),
        ("{ lognormal = { mu = 0.5, sigma = 0.8 } }", cdf(other::LogNormal::new(0.5, 0.8).unwrap())),
        ("{ lognormal = { p50 = \"2 h\", p90 = \"9 h\" } }", lognormal_by_quantiles()),
        ("{ p50 = \"2 h\", p90 = \"9 h\" }", lognormal_by_quantiles()),
        ("{ gamma = { mean = \"6 h\", cv = 0.7 } }", {
            let shape = 0.7_f64.powi(-2);
            cdf(other::Gamma::new(shape, shape / 6.0).unwrap())
        }),
        ("{ gamma = { shape = 2.5, scale = \"3 h\" } }", cdf(other::Gamma::new(2.5, 1.0 / 3.0).unwrap())),
        ("{ gamma = { p50 = \"2 h\", p90 = \"9 h\" } }", gamma_by_quantiles()),
        ("{ weibull = { mean = \"6 h\", cv = 1.5 } }", weibull_by_mean(6.0, 1.5)),
        ("{ weibull = { shape = 1.7, scale = \"5 h\" } }", weibull),
        ("{ weibull = { p50 = \"2 h\", p90 = \"9 h\" } }", weibull_by_quantiles()),
        ("{ erlang = { k = 3, mean = \"6 h\" } }", cdf(other::Erlang::new(3, 0.5).unwrap())),
        ("{ hyperexponential = { mean = \"6 h\", cv = 2.0 } }", hyperexponential(6.0, 2.0)),
        ("{ normal = { mean = \"2 h\", sd = \"3 h\" } }", between(normal, 0.0, f64::INFINITY)),
        // Mean 2 and standard deviation 0.7 from 1 to 5: a quarter of the way, 0.175 of the width.
        ("{ beta = { low = \"1 h\", high = \"5 h\", mean = \"2 h\", sd = \"42 min\" } }", {
            let total = 0.25 * 0.75 / 0.175_f64.powi(2) - 1.0;
            beta(1.0, 5.0, 0.25 * total, 0.75 * total)
        }),
        (
            "{ mixture = [{ weight = 1, law = { exponential = { mean = \"1 h\" } } }, \
             { weight = 3, law = { lognormal = { mean = \"6 h\", cv = 0.5 } } }] }",
            Box::new(mixed),
        ),
        (
            "{ shifted = { by = \"3 h\", law = { exponential = { mean = \"2 h\" } } } }",
            Box::new(|x| exponential(2.0)(x - 3.0)),
        ),
        (
            "{ lognormal = { mean = \"6 h\", cv = 1.2 }, min = \"2 h\", max = \"20 h\" }",
            between(cdf(lognormal(6.0, 1.2)), 2.0, 20.0),
        ),
        ("{ exponential = { mean = \"2 h\" }, times = 1.5, plus = \"1 h\" }", {
            Box::new(|x| exponential(3.0)(x - 1.0))
        }),
        ("{ gamma = { shape = 2.5, scale = \"3 h\" }, min = \"5 h\" }", {
            between(cdf(other::Gamma::new(2.5, 1.0 / 3.0).unwrap()), 5.0, f64::INFINITY)
        }),
    ]
}

/// Laws of counts. Values of a continuous law are rounded half up where a count is needed.
fn counts() -> Vec<(&'static str, Shares)> {
    let geometric = other::Geometric::new(0.25).unwrap();
    let rounded = other::Gamma::new(2.0, 0.5).unwrap();
    let cut = other::Poisson::new(2.5).unwrap();
    let within = move |n: u64| if (1..=4).contains(&n) { cut.pmf(n) } else { 0.0 };
    let all: f64 = (1..=4).map(within).sum();
    vec![
        ("{ constant = 3 }", Box::new(|n| f64::from(u8::from(n == 3)))),
        ("{ poisson = { mean = 2.5 } }", shares(other::Poisson::new(2.5).unwrap())),
        ("{ geometric = { mean = 4 } }", shares(geometric)),
        ("{ binomial = { n = 12, p = 0.3 } }", shares(other::Binomial::new(0.3, 12).unwrap())),
        ("{ discrete = { values = [4, 1, 2], weights = [1, 2, 5] } }", {
            Box::new(|n| [0.0, 0.25, 0.625, 0.0, 0.125].get(n as usize).copied().unwrap_or_default())
        }),
        ("{ empirical = { csv = \"sizes.csv\", column = \"size\" } }", {
            Box::new(|n| [0.0, 0.25, 0.0, 0.5, 0.0, 0.25].get(n as usize).copied().unwrap_or_default())
        }),
        ("{ poisson = { mean = 2.5 }, min = 1, max = 4 }", Box::new(move |n| within(n) / all)),
        ("{ gamma = { shape = 2, scale = 2 } }", {
            Box::new(move |n| rounded.cdf(n as f64 + 0.5) - rounded.cdf((n as f64 - 0.5).max(0.0)))
        }),
    ]
}

/// Hours of a table, each as likely as the other.
const EMPIRICAL: &str = "{ empirical = { csv = \"hours.csv\", column = \"time\", unit = \"h\" } }";

/// A stage for each law of times and a class for each law of counts.
fn model(times: &[&str], counts: &[&str]) -> Model {
    let mut text = "[scenario]\nstart = 2025-01-06\nhorizon = \"1 year\"\nsample = \"7 days\"\nreplications = 1\nseed = 3\n\
         [[outcome]]\nid = \"done\"\ncounts_as = \"closed\"\n\
         [[source]]\nid = \"s\"\nrate = \"1 per day\"\nmix = { c0 = 1.0 }\n"
        .to_owned();
    for (i, law) in times.iter().enumerate() {
        let next = if i + 1 < times.len() { format!("t{}", i + 1) } else { "apart".to_owned() };
        text += &format!("[[stage]]\nid = \"t{i}\"\ndelay = {law}\nroute = \"{next}\"\n");
    }
    text += "[[stage]]\nid = \"apart\"\nper = \"device\"\nthen = \"meet\"\ndelay = \"1 h\"\nroute = \"meet\"\n\
             [[stage]]\nid = \"meet\"\nroute = \"done\"\n";
    for (i, law) in counts.iter().enumerate() {
        text += &format!("[[class]]\nid = \"c{i}\"\ndevices = {law}\n");
    }
    let files = [("sizes.csv", "size\n3\n1\n3\n5\n"), ("hours.csv", "time\n1.5\n4\n4\n8\n")];
    let (model, said) = harness::checked(&text, &files);
    model.unwrap_or_else(|| panic!("{said}"))
}

#[test]
fn draws_of_every_law_follow_its_exact_distribution() {
    let (times, counts) = (times(), counts());
    let mut written: Vec<&str> = times.iter().map(|(law, _)| *law).collect();
    written.push(EMPIRICAL);
    let model = model(&written, &counts.iter().map(|(law, _)| *law).collect::<Vec<_>>());
    let tips = Place::new(Purpose::Tip, "s");
    let key = |n: u64| Replication::new(model.seed, 0).key(tips, &[n, 0]);
    let hours = |stage: usize| -> Vec<f64> {
        let law = &model.params[0].stages[stage].time[0].as_ref().unwrap().law;
        let place = model.stages[stage].places.delay;
        (0..DRAWS).map(|n| law.sample(key(n).draw(place, 0, 0)) / 3_600_000.0).collect()
    };
    let mut fits = Fits::default();
    for (stage, (law, cdf)) in times.iter().enumerate() {
        fits.kolmogorov(law, hours(stage), cdf);
    }
    let rows = [(1.5, 0.25), (4.0, 0.5), (8.0, 0.25)];
    let found = hours(times.len());
    let seen = rows.map(|(value, _)| found.iter().filter(|x| **x == value).count() as u64);
    assert_eq!(seen.iter().sum::<u64>(), DRAWS);
    fits.pearson(EMPIRICAL, &seen, &rows.map(|(_, share)| share));
    let devices = Place::new(Purpose::Devices, "");
    for (class, (law, shares)) in counts.iter().enumerate() {
        let drawn = model.params[0].devices[class].as_ref().unwrap();
        let found: Vec<u64> =
            (0..DRAWS).map(|n| (drawn.sample(key(n).draw(devices, 0, 0)) + 0.5).floor() as u64).collect();
        if drawn.is_constant().is_some() {
            assert!(found.iter().all(|n| shares(*n) == 1.0), "{law}");
        } else {
            fits.counted(law, &found, shares);
        }
    }
    let tested = fits.judge(1e-5);
    assert_eq!(tested.len(), times.len() + counts.len());
}

/// The reference's table of laws names each family and how many sets of parameters it may be given by.
#[test]
fn no_law_of_the_language_is_left_out() {
    let reference = reference();
    let table = reference.split("| law | given by |").nth(1).unwrap().split("\n\n").next().unwrap();
    let mut sets: BTreeMap<&str, usize> = BTreeMap::new();
    for line in table.lines().filter(|line| line.starts_with("| `")) {
        let mut cells = line.split('|').skip(1);
        let family = cells.next().unwrap().trim().trim_matches('`');
        sets.insert(family, cells.next().unwrap().split(" or ").count());
    }
    assert!(sets.len() > 15, "{sets:?}");
    let (times, counts) = (times(), counts());
    let written =
        times.iter().map(|(law, _)| *law).chain(counts.iter().map(|(law, _)| *law)).chain([EMPIRICAL]);
    let mut seen: BTreeMap<&str, BTreeSet<Vec<&str>>> = BTreeMap::new();
    for law in written.filter(|law| !law.starts_with("{ p50")) {
        let mut words =
            law.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
        let family = words.next().unwrap();
        let keys = law.split('{').nth(2).unwrap_or_default().split('}').next().unwrap_or_default();
        let keys =
            keys.split(',').filter_map(|pair| pair.split_once('=')).map(|(key, _)| key.trim()).collect();
        seen.entry(family).or_default().insert(keys);
    }
    for (family, sets) in sets {
        let found = seen.get(family).map_or(0, BTreeSet::len);
        assert!(found >= sets, "{family}: {found} of {sets} ways to write it are tested");
    }
}
