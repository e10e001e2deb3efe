//! Every law against its exact distribution function, its moments, its tails and its neighbours.
//!
//! Statistical tests have fixed seeds; the rate stated is that with which a perfect sampler would have failed.

use statrs::distribution as other;
use statrs::distribution::{ContinuousCDF, DiscreteCDF};

use super::level::Level;
use super::standard::Standard;
use super::{Kind, Law, unit_gamma_quantile};
use crate::random::{Draw, Place, Purpose, Replication};

/// The distribution function of another library.
type Distribution = Box<dyn Fn(f64) -> f64>;

const DRAWS: u64 = 100_000;

/// One law of every kind, some of them twice where parameters change the way of computing.
fn laws() -> Vec<(&'static str, Law)> {
    let laws = [
        ("constant", Law::constant(3.0)),
        ("exponential", Law::exponential(5.0)),
        ("uniform", Law::uniform(2.0, 7.0)),
        ("triangular", Law::triangular(1.0, 2.0, 9.0)),
        ("triangular at an end", Law::triangular(1.0, 9.0, 9.0)),
        ("pert", Law::pert(1.0, 2.0, 9.0)),
        ("lognormal", Law::lognormal(6.0, 1.2)),
        ("lognormal, natural", Law::lognormal_natural(0.5, 0.8)),
        ("gamma", Law::gamma(6.0, 0.7)),
        ("gamma of small shape", Law::gamma(6.0, 2.5)),
        ("gamma, natural", Law::gamma_natural(30.0, 0.5)),
        ("weibull", Law::weibull(6.0, 1.5)),
        ("weibull, natural", Law::weibull_natural(2.5, 3.0)),
        ("erlang", Law::erlang(3, 6.0)),
        ("hyperexponential", Law::hyperexponential(6.0, 2.0)),
        ("normal", Law::normal(2.0, 3.0)),
        ("normal far below", Law::normal(-8.0, 1.0)),
        ("beta", Law::beta(1.0, 5.0, 2.0, 0.7)),
        ("poisson", Law::poisson(2.5)),
        ("poisson, large", Law::poisson(3000.0)),
        ("geometric", Law::geometric(4.0)),
        ("binomial", Law::binomial(12, 0.3)),
        ("discrete", Law::discrete(&[4.0, 1.0, 2.0], &[1.0, 2.0, 5.0])),
        ("empirical", Law::empirical(&[3.0, 1.0, 3.0, 8.0])),
        ("mixture", Law::mixture(vec![(0.7, exponential(1.0)), (0.3, Law::constant(4.0).unwrap())])),
        ("nested mixture", Law::mixture(vec![(1.0, nested()), (2.0, exponential(9.0))])),
        ("shifted", exponential(2.0).shifted(3.0)),
        ("scaled", Law::gamma(6.0, 0.7).unwrap().scaled(1.5, -1.0)),
        ("conditioned", Law::lognormal(6.0, 1.2).unwrap().conditioned(2.0, 20.0)),
        ("conditioned gamma", Law::gamma(6.0, 0.7).unwrap().conditioned(5.0, f64::INFINITY)),
        ("conditioned triangular", Law::triangular(1.0, 2.0, 9.0).unwrap().conditioned(1.5, 8.0)),
        ("conditioned poisson", Law::poisson(2.5).unwrap().conditioned(1.0, 6.0)),
        ("conditioned geometric", Law::geometric(4.0).unwrap().conditioned(3.0, f64::INFINITY)),
        ("conditioned mixture", nested().conditioned(0.5, 3.0)),
        ("conditioned twice", exponential(5.0).conditioned(1.0, 9.0).unwrap().conditioned(0.0, 4.0)),
    ];
    laws.into_iter()
        .map(|(name, law)| (name, law.unwrap_or_else(|error| panic!("{name}: {error}"))))
        .collect()
}

fn exponential(mean: f64) -> Law {
    Law::exponential(mean).unwrap()
}

fn nested() -> Law {
    Law::mixture(vec![(0.5, exponential(1.0)), (0.25, Law::constant(1.0).unwrap()), (0.25, exponential(3.0))])
        .unwrap()
}

fn draw(ordinal: u64) -> Draw {
    Replication::new(20_261_122, 0).draw(Place::new(Purpose::Effort, "imaging"), ordinal, 0)
}

fn sorted_sample(law: &Law) -> Vec<f64> {
    let mut sample: Vec<f64> = (0..DRAWS).map(|n| law.sample(draw(n))).collect();
    sample.sort_by(f64::total_cmp);
    sample
}

fn close(found: f64, expected: f64, tolerance: f64, what: &str) {
    let error = (found - expected).abs() / expected.abs().max(1e-300);
    assert!(error <= tolerance || found == expected, "{what}: {found:e} instead of {expected:e}");
}

/// The largest distance between the share of draws and the probability, at each value and just before it.
fn kolmogorov(law: &Law, sorted: &[f64]) -> f64 {
    let n = sorted.len() as f64;
    let mut largest: f64 = 0.0;
    let mut seen = 0;
    for group in sorted.chunk_by(|a, b| a == b) {
        let before = law.level_counting(group[0], false).below - seen as f64 / n;
        seen += group.len();
        let after = law.cdf(group[0]) - seen as f64 / n;
        largest = largest.max(before.abs()).max(after.abs());
    }
    largest
}

/// Kolmogorov and Smirnov: sqrt(n) D beyond 2.75 has probability 5.4e-7 (less for laws with atoms), so 35 laws fail
/// by chance with probability 2e-5.
#[test]
fn draws_follow_the_law() {
    for (name, law) in laws() {
        let statistic = kolmogorov(&law, &sorted_sample(&law)) * (DRAWS as f64).sqrt();
        assert!(statistic < 2.75, "{name}: sqrt(n) D = {statistic:.3}");
    }
}

/// 35 means beyond 5 standard errors: error rate 2e-5.
#[test]
fn draws_have_the_mean() {
    for (name, law) in laws() {
        let mean = sorted_sample(&law).iter().sum::<f64>() / DRAWS as f64;
        let error = (law.variance() / DRAWS as f64).sqrt();
        assert!((mean - law.mean()).abs() <= 5.0 * error, "{name}: {mean} instead of {}", law.mean());
    }
}

#[test]
fn distribution_functions_agree_with_another_library() {
    let continuous: [(Law, Distribution); 6] = [
        (Law::gamma_natural(2.5, 3.0).unwrap(), cdf_of(other::Gamma::new(2.5, 1.0 / 3.0).unwrap())),
        (Law::weibull_natural(2.5, 3.0).unwrap(), cdf_of(other::Weibull::new(2.5, 3.0).unwrap())),
        (Law::lognormal_natural(0.5, 0.8).unwrap(), cdf_of(other::LogNormal::new(0.5, 0.8).unwrap())),
        (Law::triangular(1.0, 2.0, 9.0).unwrap(), cdf_of(other::Triangular::new(1.0, 9.0, 2.0).unwrap())),
        (Law::erlang(3, 6.0).unwrap(), cdf_of(other::Erlang::new(3, 0.5).unwrap())),
        (Law::exponential(5.0).unwrap(), cdf_of(other::Exp::new(0.2).unwrap())),
    ];
    for (law, expected) in continuous {
        for x in (1..60).map(|step| 0.25 * f64::from(step)) {
            // The other library's lognormal goes through its `erfc`, which has ten digits at its worst.
            let tolerance = if matches!(law.0, Kind::Lognormal { .. }) { 1e-9 } else { 1e-11 };
            close(law.cdf(x), expected(x), tolerance, &format!("{law:?}"));
        }
    }
    let poisson = (Law::poisson(2.5).unwrap(), other::Poisson::new(2.5).unwrap());
    let binomial = (Law::binomial(12, 0.3).unwrap(), other::Binomial::new(0.3, 12).unwrap());
    let geometric = (Law::geometric(4.0).unwrap(), other::Geometric::new(0.25).unwrap());
    for count in 1..12 {
        close(poisson.0.cdf(count as f64), poisson.1.cdf(count), 1e-11, "poisson");
        close(binomial.0.cdf(count as f64), binomial.1.cdf(count), 1e-11, "binomial");
        close(geometric.0.cdf(count as f64), geometric.1.cdf(count), 1e-11, "geometric");
    }
}

fn cdf_of(law: impl ContinuousCDF<f64, f64> + 'static) -> Distribution {
    Box::new(move |x| law.cdf(x))
}

#[test]
fn quantiles_invert_the_distribution_function_far_into_the_tails() {
    for (name, law) in laws() {
        for exponent in 1..=30 {
            let tail = 0.4 * 0.3_f64.powi(exponent);
            let below = Level { below: tail, above: 1.0 - tail };
            let above = Level::from_above(tail);
            for level in [below, above] {
                let x = law.quantile_at(level);
                // Next to a finite end, neighbouring numbers are further apart than neighbouring levels.
                let ulps = 1e-15 * x.abs();
                let (counted, before) = (law.level(x + ulps), law.level_counting(x - ulps, false));
                let (least, most) = if level == below {
                    (before.below, counted.below)
                } else {
                    (counted.above, before.above)
                };
                // Where a condition cuts the law, its new ends have only the digits of the level at the cut.
                let digits =
                    if name.starts_with("normal") || name.starts_with("conditioned") { 1e-13 } else { 0.0 };
                let slack = 1e-9 * tail + digits;
                assert!(
                    least - slack <= tail && tail <= most + slack,
                    "{name} at {level:?}: {x} covers {least:e} to {most:e}"
                );
            }
        }
    }
}

#[test]
fn standard_quantiles_agree_with_closed_forms() {
    let tails = (1..=40).map(|exponent| 0.45_f64.powi(exponent));
    for level in tails.flat_map(|tail| [Level { below: tail, above: 1.0 - tail }, Level::from_above(tail)]) {
        let Level { below, above } = level;
        let log_above = if level.is_lower() { (-below).ln_1p() } else { above.ln() };
        let log_below = if level.is_lower() { below.ln() } else { (-above).ln_1p() };
        let check = |law: Standard, expected: f64| {
            close(law.quantile(level), expected, 1e-12, &format!("{law:?} at {level:?}"));
        };
        check(Standard::Gamma { shape: 1.0 }, -log_above);
        check(Standard::Hyperexponential { p: 0.5 }, -log_above);
        check(Standard::Beta { a: 1.0, b: 4.0 }, -(log_above / 4.0).exp_m1());
        check(Standard::Beta { a: 0.3, b: 1.0 }, (log_below / 0.3).exp());
        let quarter = 0.5 * std::f64::consts::PI;
        let arcsine =
            if level.is_lower() { (quarter * below).sin().powi(2) } else { (quarter * above).cos().powi(2) };
        check(Standard::Beta { a: 0.5, b: 0.5 }, arcsine);
        // Half the square of a standard normal variate; near its median the normal quantile loses digits.
        if !level.is_lower() {
            let half = Law::normal(0.0, 1.0).unwrap().quantile_at(level);
            check(Standard::Gamma { shape: 0.5 }, 0.5 * half * half);
        }
    }
}

/// Pairs of laws of one family: at the same addresses, draws stand in the same order.
#[test]
fn changed_parameters_move_draws_together() {
    let pairs = [
        (Law::exponential(5.0), Law::exponential(6.0)),
        (Law::lognormal(6.0, 0.5), Law::lognormal(9.0, 1.5)),
        (Law::gamma(6.0, 0.5), Law::gamma(9.0, 1.5)),
        (Law::weibull(6.0, 0.5), Law::weibull(9.0, 1.5)),
        (Law::erlang(2, 6.0), Law::erlang(3, 9.0)),
        (Law::hyperexponential(6.0, 1.0), Law::hyperexponential(9.0, 3.0)),
        (Law::normal(6.0, 1.0), Law::normal(7.0, 4.0)),
        (Law::beta(1.0, 5.0, 2.0, 0.7), Law::beta(0.0, 9.0, 5.0, 2.0)),
        (Law::pert(1.0, 2.0, 9.0), Law::triangular(1.0, 4.0, 7.0)),
        (Law::poisson(2.5), Law::poisson(30.0)),
        (Law::geometric(4.0), Law::geometric(7.0)),
        (Law::binomial(12, 0.3), Law::binomial(40, 0.4)),
        (Law::empirical(&[3.0, 1.0, 8.0]), Law::discrete(&[7.0, 2.0], &[0.5, 0.5])),
        (exponential(5.0).conditioned(1.0, 9.0), exponential(6.0).conditioned(0.5, 20.0)),
    ];
    for (one, two) in pairs {
        let (one, two) = (one.unwrap(), two.unwrap());
        let mut both: Vec<(f64, f64)> =
            (0..5000).map(|n| (one.sample(draw(n)), two.sample(draw(n)))).collect();
        both.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        // Within a tie of the first law the second is free.
        let mut highest = f64::NEG_INFINITY;
        for tie in both.chunk_by(|a, b| a.0 == b.0) {
            assert!(tie[0].1 >= highest, "{one:?} and {two:?} part at {tie:?}");
            highest = tie[tie.len() - 1].1;
        }
    }
}

#[test]
fn a_larger_mean_raises_every_draw() {
    type Family = fn(f64) -> Result<Law, super::LawError>;
    let families: [Family; 8] = [
        Law::exponential,
        |mean| Law::lognormal(mean, 1.2),
        |mean| Law::gamma(mean, 1.2),
        |mean| Law::weibull(mean, 1.2),
        |mean| Law::hyperexponential(mean, 2.0),
        |mean| Law::erlang(3, mean),
        |mean| Law::lognormal(mean, 1.2)?.scaled(1.0, mean),
        |mean| Law::mixture(vec![(1.0, Law::exponential(mean)?), (1.0, Law::gamma(mean, 0.4)?)]),
    ];
    for (index, family) in families.into_iter().enumerate() {
        let (low, high) = (family(6.0).unwrap(), family(6.1).unwrap());
        assert!((0..5000).all(|n| low.sample(draw(n)) < high.sample(draw(n))), "family {index}");
    }
    let (low, high) = (Law::poisson(6.0).unwrap(), Law::poisson(6.1).unwrap());
    assert!((0..5000).all(|n| low.sample(draw(n)) <= high.sample(draw(n))));
}

/// Mean and variance against textbook formulas; conditioned laws, which are integrated numerically, among them.
#[test]
fn moments_agree_with_closed_forms() {
    let moments = |law: Law| (law.mean(), law.variance());
    let check = |law: Result<Law, super::LawError>, mean: f64, variance: f64| {
        let law = law.unwrap();
        let name = format!("{law:?}");
        let found = moments(law);
        close(found.0, mean, 1e-9, &name);
        close(found.1, variance, 1e-8, &name);
    };
    check(Law::lognormal(6.0, 1.2), 6.0, 51.84);
    check(Law::gamma(6.0, 1.2), 6.0, 51.84);
    check(Law::weibull(6.0, 1.2), 6.0, 51.84);
    check(Law::hyperexponential(6.0, 1.2), 6.0, 51.84);
    check(Law::erlang(4, 6.0), 6.0, 9.0);
    check(Law::beta(1.0, 5.0, 2.0, 0.7), 2.0, 0.49);
    check(Law::pert(1.0, 2.0, 9.0), 3.0, 12.0 / 7.0);
    check(Law::triangular(1.0, 2.0, 9.0), 4.0, 57.0 / 18.0);
    check(Law::poisson(2.5), 2.5, 2.5);
    check(Law::poisson(3000.0), 3000.0, 3000.0);
    check(Law::binomial(12, 0.3), 3.6, 2.52);
    check(Law::geometric(4.0), 4.0, 12.0);
    check(Law::discrete(&[1.0, 4.0], &[3.0, 1.0]), 1.75, 27.0 / 16.0);
    check(Law::empirical(&[1.0, 2.0, 3.0, 6.0]), 3.0, 3.5);
    // Of a normal law: the half-normal, and Mills' ratio 10 standard deviations out.
    let half = (2.0 / std::f64::consts::PI).sqrt();
    check(Law::normal(0.0, 1.0), half, 1.0 - half * half);
    close(Law::normal(-10.0, 1.0).unwrap().mean(), 0.098_093_233_962_511_96, 1e-9, "Mills");
    // Of an exponential law: without memory above, and between two bounds.
    check(exponential(5.0).conditioned(7.0, f64::INFINITY), 12.0, 25.0);
    check(exponential(5.0).conditioned(500.0, f64::INFINITY), 505.0, 25.0);
    let e = std::f64::consts::E;
    check(exponential(1.0).conditioned(0.0, 1.0), (e - 2.0) / (e - 1.0), 1.0 - e / (e - 1.0).powi(2));
    check(Law::uniform(0.0, 8.0).unwrap().conditioned(6.0, 9.0), 7.0, 1.0 / 3.0);
    check(Law::triangular(0.0, 3.0, 6.0).unwrap().conditioned(1.0, 5.0), 3.0, 1.0);
    // Of a lognormal law above its median: twice the mean times the normal probability of sigma.
    let above = Law::lognormal_natural(0.0, 1.0).unwrap().conditioned(1.0, f64::INFINITY).unwrap();
    close(above.mean(), 2.0 * 0.5_f64.exp() * 0.841_344_746_068_542_9, 1e-9, "lognormal above its median");
    // Of a gamma law: the size-biased law has the shape plus one.
    let cut = Law::gamma_natural(0.5, 1.0).unwrap().conditioned(0.0, 2.0).unwrap();
    let biased = Law::gamma_natural(1.5, 1.0).unwrap();
    let expected = 0.5 * biased.cdf(2.0) / Law::gamma_natural(0.5, 1.0).unwrap().cdf(2.0);
    close(cut.mean(), expected, 1e-9, "gamma below 2");
    // Of a geometric law: without memory, and the sum against the closed form just beyond its last term.
    check(Law::geometric(4.0).unwrap().conditioned(3.0, f64::INFINITY), 6.0, 12.0);
    check(Law::geometric(2.0).unwrap().conditioned(1.0, 2.0), 4.0 / 3.0, 2.0 / 9.0);
    let near = Law::geometric(3e4).unwrap();
    let summed = near.clone().conditioned(1.0, 100_000.0).unwrap();
    let closed = near.conditioned(1.0, 100_001.0).unwrap();
    assert!((closed.mean() - summed.mean()).abs() < 0.2, "{} and {}", summed.mean(), closed.mean());
    close(closed.variance(), summed.variance(), 1e-4, "geometric variance");
    // Of mixtures and moved laws.
    check(Law::mixture(vec![(1.0, exponential(1.0)), (3.0, exponential(5.0))]), 4.0, 22.0);
    check(exponential(5.0).scaled(2.0, 1.0), 11.0, 100.0);
    check(exponential(5.0).scaled(2.0, 1.0).unwrap().conditioned(15.0, f64::INFINITY), 25.0, 100.0);
    assert_eq!(exponential(5.0).second_moment(), 50.0);
}

#[test]
fn two_quantiles_are_met() {
    type Family = fn((f64, f64), (f64, f64)) -> Result<Law, super::LawError>;
    for family in [Law::lognormal_quantiles as Family, Law::gamma_quantiles, Law::weibull_quantiles] {
        for (one, two) in
            [((0.5, 30.0), (0.9, 200.0)), ((0.5, 30.0), (0.9, 33.0)), ((0.25, 2.0), (0.75, 4.0))]
        {
            let law = family(one, two).unwrap();
            close(law.quantile(one.0), one.1, 1e-9, &format!("{law:?}"));
            close(law.quantile(two.0), two.1, 1e-9, &format!("{law:?}"));
            close(family(two, one).unwrap().mean(), law.mean(), 1e-12, "order does not matter");
        }
    }
}

#[test]
fn draws_stay_in_the_support() {
    for (name, law) in laws() {
        let (min, max) = law.support();
        let sample = sorted_sample(&law);
        assert!(sample[0] >= min && sample[sample.len() - 1] <= max, "{name}: {min} to {max}");
        assert_eq!(law.is_constant().is_some(), name == "constant");
        assert_eq!((law.quantile(0.0), law.quantile(1.0)), (min, max), "{name}");
    }
}

#[test]
fn nothing_that_varies_is_a_constant() {
    let fixed = [
        (Law::lognormal(6.0, 0.0), 6.0),
        (Law::gamma(6.0, 0.0), 6.0),
        (Law::weibull(6.0, 0.0), 6.0),
        (Law::normal(6.0, 0.0), 6.0),
        (Law::uniform(6.0, 6.0), 6.0),
        (Law::pert(6.0, 6.0, 6.0), 6.0),
        (Law::geometric(1.0), 1.0),
        (Law::poisson(0.0), 0.0),
        (Law::binomial(9, 1.0), 9.0),
        (exponential(5.0).scaled(0.0, 2.0), 2.0),
        (exponential(5.0).conditioned(2.0, 2.0 + 1e-300), f64::NAN),
        (Law::discrete(&[2.0, 9.0], &[1.0, 0.0]), 2.0),
        (Law::constant(2.0).unwrap().scaled(3.0, 1.0), 7.0),
    ];
    for (law, value) in fixed {
        match law {
            Ok(law) => {
                assert_eq!((law.is_constant(), law.sample(draw(0))), (Some(value), value), "{law:?}");
                assert_eq!((law.mean(), law.variance()), (value, 0.0), "{law:?}");
            }
            // A single point of a law without atoms has no probability.
            Err(error) => assert_eq!((error, value.is_nan()), (super::LawError::Impossible, true)),
        }
    }
}

#[test]
fn draws_above_a_floor_follow_the_conditioned_law() {
    let law = Law::gamma(6.0, 0.7).unwrap();
    let conditioned = law.clone().conditioned(9.0, f64::INFINITY).unwrap();
    for n in 0..1000 {
        let (found, expected) = (law.sample_above(9.0, draw(n)).unwrap(), conditioned.sample(draw(n)));
        close(found, expected, 1e-12, "above 9");
    }
    assert_eq!(Law::constant(90.0).unwrap().sample_above(89.0, draw(0)), Some(90.0));
    assert_eq!(Law::constant(90.0).unwrap().sample_above(90.0, draw(0)), None);
    assert_eq!(Law::uniform(1.0, 4.0).unwrap().sample_above(4.0, draw(0)), None);
    // A floor below everything changes nothing.
    let uniform = Law::uniform(1.0, 4.0).unwrap();
    assert_eq!(
        uniform.sample_above(-1.0, draw(0)),
        Some(uniform.quantile_at(Level::at(draw(0).stream().open01())))
    );
}

#[test]
fn days_of_a_source_need_no_table() {
    close(unit_gamma_quantile(1.0, 0.5), std::f64::consts::LN_2, 1e-13, "median of the exponential");
    let law = Law::gamma(1.0, 0.5).unwrap();
    close(unit_gamma_quantile(4.0, 0.3), law.quantile(0.3), 1e-13, "shape 4");
}

#[test]
fn equal_components_of_nested_mixtures_are_chosen_independently() {
    // Were both choices made by one uniform, the inner second component would come only with the outer one.
    let fixed = |value| Law::constant(value).unwrap();
    let inner = |a, b| Law::mixture(vec![(1.0, fixed(a)), (1.0, fixed(b))]).unwrap();
    let law = Law::mixture(vec![(1.0, inner(1.0, 2.0)), (1.0, inner(3.0, 4.0))]).unwrap();
    let sample = sorted_sample(&law);
    for value in [1.0, 2.0, 3.0, 4.0] {
        // Four counts beyond 5 standard deviations: error rate 2e-6.
        let count = sample.iter().filter(|&&x| x == value).count() as f64;
        assert!((count - 25_000.0).abs() < 5.0 * 137.0, "{value} came {count} times");
    }
}

/// Values at one address: they change only together with every stored result.
#[test]
fn values_are_stable() {
    let found: Vec<String> =
        laws().iter().map(|(name, law)| format!("{name}: {}", law.sample(draw(1)))).collect();
    assert_eq!(found.join("\n"), include_str!("values.txt").trim_end());
}
