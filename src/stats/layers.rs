//! [`Layers`]: how much of what is not known comes from chance, and how much from inputs that nobody knows; and what it
//! would be worth to know them.
//!
//! Everything here looks at several draws of the inputs, with several replications of each draw. The replications of one
//! draw share its inputs; replications of different draws share nothing.

use serde::Serialize;

use super::interval::{Interval, Method, t_of_tally, upper};
use super::money::credit_the_largest;
use super::special::t_quantile;
use super::tally::Tally;

/// A mean over unknown inputs, and where its uncertainty comes from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Layers {
    /// The mean over the draws: Student's t over their means. It covers chance and ignorance together, for the average of
    /// what is thought possible; the one world that is true lies about √`between` away from that.
    pub mean: Interval,
    /// The same mean as chance alone would leave it: had these very inputs been known, their mean would lie here.
    pub noise: Interval,
    /// The variance of the true mean over draws, in squared units. 0 where chance alone explains as much.
    pub between: f64,
    /// The variance of one replication around the true mean of its draw, in squared units.
    pub within: f64,
    /// The share of the variance of one future that comes from ignorance: `between` / (`between` + `within`). None with
    /// fewer than three draws, or where draws or replications do not vary.
    pub share_of_ignorance: Option<Interval>,
}

/// What one draw adds: its number of replications, their mean, their squared deviations from it.
type Draw = (f64, f64, f64);

/// Takes values by draw, then replication, apart into chance and ignorance: analysis of variance with random effects (Searle,
/// Casella & `McCulloch`, Variance Components, 1992, section 3.6; for simulation: Barton, Nelson & Xie, INFORMS Journal on
/// Computing 26:74, 2014). With B draws, `ȳ_b` the mean of `n_b` replications and s² the pooled variance within draws,
///
/// ```text
/// within = s²        between = max(0, Var(ȳ_b) − s² Σ(1/n_b)/B)
/// ```
///
/// The share's interval is the jackknife over draws on the logarithm of the variance ratio (Arvesen & Schmitz, Biometrics
/// 26:677, 1970), which needs no normal law as the F interval would; its ends lie in 0 to 1.
/// Draws without values are left out. None with fewer than two draws that have some, or without a draw that has two.
/// Example: draws 1 3, 5 7, 3 5 give between 3, within 2, mean 4 (−0.968 to 8.968), noise 4 (2.163 to 5.837), all at 95 %.
pub fn layers(values: &[Vec<f64>], level: f64) -> Option<Layers> {
    let draws: Vec<Draw> = values.iter().filter(|draw| !draw.is_empty()).map(|draw| one(draw)).collect();
    let parts = Parts::of(draws.iter().copied())?;
    let means: Tally = draws.iter().map(|(_, mean, _)| mean).collect();
    let mean = t_of_tally(&means, level, Method::StudentT)?;
    let count = draws.len() as f64;
    let half = t_quantile(parts.freedom, upper(level)) * (parts.within * parts.inverse / count).sqrt();
    let n = draws.iter().map(|(n, _, _)| *n as usize).sum();
    let noise = Interval { low: mean.estimate - half, high: mean.estimate + half, n, ..mean };
    let between = (parts.spread - parts.within * parts.inverse).max(0.0);
    Some(Layers {
        mean,
        noise,
        between,
        within: parts.within,
        share_of_ignorance: share(&draws, &parts, level),
    })
}

fn one(draw: &[f64]) -> Draw {
    let tally: Tally = draw.iter().collect();
    let (n, mean) = (draw.len() as f64, tally.mean().expect("the draw has values"));
    (n, mean, tally.variance().map_or(0.0, |variance| variance * (n - 1.0)))
}

/// The sums of the analysis of variance.
struct Parts {
    /// The variance of the draws' means.
    spread: f64,
    /// The pooled variance within draws.
    within: f64,
    /// The mean over draws of one over their number of replications.
    inverse: f64,
    /// Its degrees of freedom.
    freedom: f64,
}

impl Parts {
    fn of(draws: impl Iterator<Item = Draw>) -> Option<Parts> {
        let (mut means, mut squares, mut freedom, mut inverse) = (Tally::new(), 0.0, 0.0, 0.0);
        for (n, mean, deviations) in draws {
            means.push(mean);
            squares += deviations;
            freedom += n - 1.0;
            inverse += 1.0 / n;
        }
        let spread = means.variance()?;
        (freedom > 0.0).then(|| Parts {
            spread,
            within: squares / freedom,
            inverse: inverse / means.count() as f64,
            freedom,
        })
    }

    /// The logarithm of the variance ratio F, if both parts vary.
    fn log_ratio(&self) -> Option<f64> {
        (self.spread > 0.0 && self.within > 0.0).then(|| (self.spread / (self.within * self.inverse)).ln())
    }
}

/// Ignorance's share of the variance, with its jackknife interval.
fn share(draws: &[Draw], parts: &Parts, level: f64) -> Option<Interval> {
    let n = draws.len();
    let whole = parts.log_ratio()?;
    let without = |out: usize| {
        let rest = draws.iter().enumerate().filter(|(b, _)| *b != out).map(|(_, draw)| *draw);
        Parts::of(rest)?.log_ratio().map(|part| n as f64 * whole - (n as f64 - 1.0) * part)
    };
    let pseudo: Tally = (0..n).map(without).collect::<Option<Vec<f64>>>()?.iter().collect();
    let half = t_quantile(n as f64 - 1.0, upper(level)) * (pseudo.variance()? / n as f64).sqrt();
    // F estimates 1 + (between/within)/inverse.
    let share = |log_ratio: f64| {
        let ratio = (log_ratio.exp() - 1.0).max(0.0) * parts.inverse;
        if ratio.is_finite() { ratio / (1.0 + ratio) } else { 1.0 }
    };
    let (low, high) = (share(whole - half), share(whole + half));
    Some(Interval { estimate: share(whole), low, high, level, n, method: Method::Jackknife })
}

/// What it would be worth to know all unknown inputs before choosing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PerfectInformation {
    /// The expected value of perfect information, in the unit of net benefit: what the best choice for each draw brings
    /// more than the one that is best on average.
    pub value: f64,
    /// The standard error of the value over draws; none with one draw.
    pub standard_error: Option<f64>,
    /// The alternative that is best on average: the first of several.
    pub best: usize,
    /// For each alternative, the share of draws in which it is the best; ties are split.
    pub chance_best: Vec<f64>,
    /// For each alternative, how much its choice loses on average against the best of each draw. The least of them is the
    /// value of perfect information.
    pub regret: Vec<f64>,
}

/// The expected value of perfect information, `E max_a NB_a − max_a E NB_a` (Raiffa & Schlaifer, Applied Statistical Decision
/// Theory, 1961; Claxton, Journal of Health Economics 18:341, 1999).
///
/// `net_benefits` holds for each alternative its expected net benefit in each draw of the inputs. The mean of few
/// replications stands for it with noise, and the largest of noisy numbers is too large: the value is an upper bound
/// that comes down as replications are added. Common random numbers help, as only differences count.
/// None without alternatives or draws. Panics where alternatives have different numbers of draws.
/// Example: 10, 2 against 4, 6 gives the value 2, and regrets of 2 and 3.
pub fn perfect_information(net_benefits: &[Vec<f64>]) -> Option<PerfectInformation> {
    let draws = draws_in(net_benefits);
    let best = best_on_average(net_benefits, &(0..draws).collect::<Vec<_>>())?;
    let mut chance_best = vec![0.0; net_benefits.len()];
    let mut losses = vec![Tally::new(); net_benefits.len()];
    for draw in 0..draws {
        let here: Vec<f64> = net_benefits.iter().map(|values| values[draw]).collect();
        credit_the_largest(&here, 1.0 / draws as f64, &mut chance_best);
        let largest = here.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        losses.iter_mut().zip(&here).for_each(|(losses, value)| losses.push(largest - value));
    }
    let regret: Vec<f64> = losses.iter().map(|losses| losses.mean().unwrap_or(0.0)).collect();
    let standard_error = losses[best].sd().map(|sd| sd / (draws as f64).sqrt());
    Some(PerfectInformation { value: regret[best], standard_error, best, chance_best, regret })
}

/// The value of perfect information where one half of the replications of each draw chooses and the other judges, both ways
/// round: luck that makes an alternative look best does not count as a gain, but what is chosen is at times not the best, so
/// the value is too low. With [`perfect_information`] it holds the true one between them, in expectation.
/// May be negative, where the choice in each draw is worse than the one choice for all. None without alternatives or draws.
/// Panics where the halves have different numbers of draws.
/// Example: halves 1, 0 and 0, 1 of a first alternative, against 0.5 and 0.5 twice: what one half takes for the better the
/// other regrets, and the value is −0.25.
pub fn split_information(one: &[Vec<f64>], other: &[Vec<f64>]) -> Option<f64> {
    let draws = draws_in(one);
    assert_eq!(draws, draws_in(other), "both halves have the same draws");
    let whole: Vec<Vec<f64>> = one
        .iter()
        .zip(other)
        .map(|(a, b)| a.iter().zip(b).map(|(a, b)| f64::midpoint(*a, *b)).collect())
        .collect();
    let now = best_on_average(&whole, &(0..draws).collect::<Vec<_>>())?;
    let gain = |choose: &[Vec<f64>], judge: &[Vec<f64>], draw: usize| {
        let best = best_on_average(choose, &[draw]).expect("there are alternatives");
        judge[best][draw] - judge[now][draw]
    };
    let sum: f64 = (0..draws).map(|d| gain(one, other, d) + gain(other, one, d)).sum();
    Some(sum / (2 * draws) as f64)
}

fn draws_in(net_benefits: &[Vec<f64>]) -> usize {
    let draws = net_benefits.first().map_or(0, Vec::len);
    assert!(net_benefits.iter().all(|values| values.len() == draws), "alternatives share their draws");
    draws
}

/// The alternative with the largest mean over these draws, the first of several.
fn best_on_average(net_benefits: &[Vec<f64>], draws: &[usize]) -> Option<usize> {
    draws.first()?;
    let sums: Vec<f64> = net_benefits.iter().map(|values| draws.iter().map(|d| values[*d]).sum()).collect();
    (0..sums.len()).reduce(|best, a| if sums[a] > sums[best] { a } else { best })
}

/// What it would be worth to know one input before choosing: the expected value of partial perfect information, in the
/// unit of net benefit, by the partition of Strong & Oakley (Medical Decision Making 33:755, 2013). The draws are put in
/// the order of `parameter` (its value in each draw) and cut into K groups of equal size, K the cube root of their number;
/// in each group the alternative that is best there on average is taken:
///
/// ```text
/// (1/B) Σ_groups max_a Σ_{b in group} NB_a(b) − max_a (1/B) Σ_b NB_a(b)
/// ```
///
/// It needs no model of how benefits depend on the input, and lies between 0 and the value of perfect information. Two
/// errors remain. Within a group the choice cannot follow the input: too low. And the best of a group of few draws is
/// partly the luckiest: too high. Measured on normal benefits of alternatives that are equally good, an input that does
/// not matter seems to be worth 21 % of perfect information with 20 draws, 14 % with 100 and 7 % with 1,000; one that is
/// worth 0.399 seems to be worth 0.283, 0.347 and 0.381 (two alternatives that differ by it and as much other ignorance).
/// Below a few hundred draws take it for a hint which input matters most, not for a sum of money.
/// Draws with the same value stay together. 0 without alternatives or draws.
/// Example: parameter 1, 2, …, 27 and net benefits 0 and parameter − 14 give 81/27 = 3, of 91/27 for perfect information.
pub fn partial_information(net_benefits: &[Vec<f64>], parameter: &[f64]) -> f64 {
    let draws = draws_in(net_benefits);
    assert_eq!(parameter.len(), draws, "the parameter has a value in each draw");
    let mut order: Vec<usize> = (0..draws).collect();
    order.sort_by(|a, b| parameter[*a].total_cmp(&parameter[*b]));
    let Some(overall) = best_on_average(net_benefits, &order) else { return 0.0 };
    let gain = |group: &[usize]| {
        let best = best_on_average(net_benefits, group).expect("a group has draws");
        group.iter().map(|d| net_benefits[best][*d] - net_benefits[overall][*d]).sum::<f64>()
    };
    groups(&order, parameter).map(gain).sum::<f64>() / draws as f64
}

/// The draws in order, cut into about the cube root of their number of groups, between different values only.
fn groups<'a>(order: &'a [usize], parameter: &[f64]) -> impl Iterator<Item = &'a [usize]> {
    let n = order.len();
    let count = (n as f64).cbrt().round().max(1.0) as usize;
    let same = |at: usize| parameter[order[at]] == parameter[order[at - 1]];
    let cut = |i: usize| (i * n / count..n).find(|at| *at == 0 || !same(*at)).unwrap_or(n);
    let mut cuts: Vec<usize> = (0..count).map(cut).chain([n]).collect();
    cuts.dedup();
    let pairs: Vec<(usize, usize)> = cuts.windows(2).map(|pair| (pair[0], pair[1])).collect();
    pairs.into_iter().map(|(from, to)| &order[from..to])
}

#[cfg(test)]
mod tests {
    use super::super::noise::Noise;
    use super::super::special::gamma_quantile;
    use super::*;

    /// A Poisson count by products of uniforms (Knuth, TAOCP 2, section 3.4.1).
    fn poisson(noise: &mut Noise, mean: f64) -> f64 {
        let floor = (-mean).exp();
        let (mut count, mut product) = (0.0, noise.uniform());
        while product > floor {
            count += 1.0;
            product *= noise.uniform();
        }
        count
    }

    /// Numbers in an M/M/∞ with true load 10, whose rate and mean service are each estimated from 100 observations: by draw,
    /// then replication.
    fn unknown_load(noise: &mut Noise, draws: usize, replications: usize) -> Vec<Vec<f64>> {
        let draw = |_| {
            let rate = 100.0 / gamma_quantile(100.0, noise.uniform());
            let service = gamma_quantile(100.0, noise.uniform()) / 100.0;
            (0..replications).map(|_| poisson(noise, 10.0 * rate * service)).collect()
        };
        (0..draws).map(draw).collect()
    }

    /// Of m = 100 observations each: mean load m/(m - 1) · 10, and its variance over data sets.
    const LOAD: f64 = 1000.0 / 99.0;
    const BETWEEN: f64 = 100.0 * (100.0 * 101.0 / (99.0 * 98.0) - 100.0 * 100.0 / (99.0 * 99.0));

    #[test]
    fn three_draws_of_two_are_worked_by_hand() {
        let found = layers(&[vec![1.0, 3.0], vec![5.0, 7.0], vec![3.0, 5.0]], 0.95).unwrap();
        assert_eq!((found.between, found.within), (3.0, 2.0));
        assert!((found.mean.low + 0.968_275_423_5).abs() < 1e-9 && found.mean.estimate == 4.0);
        assert!(
            (found.noise.low - 2.162_613_769).abs() < 1e-9 && (found.noise.high - 5.837_386_231).abs() < 1e-9
        );
        let share = found.share_of_ignorance.unwrap();
        assert!((share.estimate - 0.6).abs() < 1e-12);
        assert_eq!((share.method, share.n, found.noise.n), (Method::Jackknife, 3, 6));
        assert!(share.low >= 0.0 && share.high <= 1.0 && share.low < 0.6 && share.high > 0.6);
    }

    #[test]
    fn an_unknown_load_has_the_variance_of_barton_nelson_and_xie() {
        // M/M/∞, load 10 from m = 100 observations, n = 50 replications: mean 10.1010, exact variance 2.2739, standard
        // deviation of the simulation alone 0.4472 at the true load (0.4495 at the mean one), in all 1.5079.
        // 2,000 draws: standard errors 0.034 (mean), 0.075 (between, kurtosis 3.6) and 0.048 (within); the bounds are four.
        let found = layers(&unknown_load(&mut Noise(101), 2000, 50), 0.95).unwrap();
        assert!((LOAD - 10.101_010_1).abs() < 1e-7 && (BETWEEN + LOAD / 50.0 - 2.273_862_101).abs() < 1e-9);
        assert!((found.mean.estimate - LOAD).abs() < 0.136, "{found:?}");
        assert!((found.between - BETWEEN).abs() < 0.3, "{found:?}");
        assert!((found.within - LOAD).abs() < 0.19, "{found:?}");
        let (all, chance) = ((found.between + found.within / 50.0).sqrt(), (found.within / 50.0).sqrt());
        assert!((all - 1.507_933_056).abs() < 0.1 && (chance - 0.4495).abs() < 0.005);
        // An interval that knows chance only is 3.4 times too narrow.
        let narrower = found.mean.half_width() / found.noise.half_width();
        assert!((narrower - (2.273_862_f64 / 0.202_02).sqrt()).abs() < 0.25, "{narrower}");
    }

    #[test]
    fn intervals_over_draws_cover_and_those_of_chance_alone_do_not() {
        // 1,000 studies of 20 draws and 10 replications, level 90 %: standard error 0.0095; the bounds are four of them off
        // and leave the jackknife, which is approximate, three points more on either side.
        let mut noise = Noise(103);
        let (mut mean, mut chance, mut share) = (0, 0, 0);
        for _ in 0..1000 {
            let found = layers(&unknown_load(&mut noise, 20, 10), 0.9).unwrap();
            mean += usize::from(found.mean.contains(LOAD));
            chance += usize::from(found.noise.contains(LOAD));
            share += usize::from(found.share_of_ignorance.unwrap().contains(BETWEEN / (BETWEEN + LOAD)));
        }
        assert!((862..=938).contains(&mean), "over draws: {mean} of 1,000");
        assert!((832..=968).contains(&share), "the share: {share} of 1,000");
        assert!(chance < 800, "chance alone: {chance} of 1,000");
    }

    #[test]
    fn where_the_inputs_change_nothing_ignorance_has_no_share() {
        let mut noise = Noise(107);
        let values: Vec<Vec<f64>> =
            (0..40).map(|_| (0..5 + noise.index(20)).map(|_| noise.normal()).collect()).collect();
        let found = layers(&values, 0.95).unwrap();
        // Uneven draws; within has 575 degrees of freedom or so, a standard error of 0.06.
        assert!(found.between < 0.08 && (found.within - 1.0).abs() < 0.24, "{found:?}");
        assert_eq!(found.share_of_ignorance.unwrap().low, 0.0);
        let fixed = layers(&[vec![1.0, 1.0], vec![2.0, 2.0], vec![]], 0.95).unwrap();
        assert_eq!((fixed.between, fixed.within, fixed.share_of_ignorance), (0.5, 0.0, None));
        assert_eq!(layers(&[vec![1.0], vec![2.0]], 0.95), None);
        assert_eq!(layers(&[vec![1.0, 2.0], vec![]], 0.95), None);
    }

    #[test]
    fn perfect_information_is_the_least_regret() {
        let found = perfect_information(&[vec![10.0, 2.0], vec![4.0, 6.0]]).unwrap();
        assert_eq!((found.value, found.best), (2.0, 0));
        assert_eq!((found.regret, found.chance_best), (vec![2.0, 3.0], vec![0.5, 0.5]));
        assert_eq!(found.standard_error, Some(2.0));
        let alone = perfect_information(&[vec![1.0, 5.0]]).unwrap();
        assert_eq!((alone.value, alone.chance_best), (0.0, vec![1.0]));
        assert_eq!(perfect_information(&[]), None);
        assert_eq!(perfect_information(&[vec![], vec![]]), None);
    }

    #[test]
    fn information_about_one_of_two_normal_inputs_has_its_exact_value() {
        // Nothing against x + y, both standard normal: x is worth φ(0) = 0.39894, both are worth √2 φ(0) = 0.56419.
        // 20,000 draws: standard errors below 0.006 for either; the bounds are four of them, and one more of bias.
        let mut noise = Noise(109);
        let (x, y): (Vec<f64>, Vec<f64>) = (0..20_000).map(|_| (noise.normal(), noise.normal())).unzip();
        let benefits = [vec![0.0; x.len()], x.iter().zip(&y).map(|(x, y)| x + y).collect()];
        let (one, all) = (partial_information(&benefits, &x), perfect_information(&benefits).unwrap().value);
        assert!((one - 0.398_94).abs() < 0.03, "{one}");
        assert!((all - 0.564_19).abs() < 0.03, "{all}");
        let neither: Vec<f64> = x.iter().map(|_| noise.uniform()).collect();
        assert!(partial_information(&benefits, &neither) < 0.05);
    }

    #[test]
    fn with_few_draws_an_input_that_does_not_matter_seems_to_be_worth_a_fifth() {
        // 2,000 studies of 20 draws of two equal alternatives: 21 % of perfect information, standard error 0.006 or so
        // (each study's ratio part has a standard deviation of 0.27); the bounds are four. The second input is worth 0.399
        // and seems to be worth 0.283, standard error 0.133/√2000 = 0.003.
        let mut noise = Noise(113);
        let (mut idle, mut perfect, mut real) = (0.0, 0.0, 0.0);
        for _ in 0..2000 {
            let mut normals = || -> Vec<f64> { (0..20).map(|_| noise.normal()).collect() };
            let (input, other) = (normals(), normals());
            idle += partial_information(&[vec![0.0; 20], other.clone()], &input) / 2000.0;
            perfect += perfect_information(&[vec![0.0; 20], other.clone()]).unwrap().value / 2000.0;
            let sum = input.iter().zip(&other).map(|(x, y)| x + y).collect();
            real += partial_information(&[vec![0.0; 20], sum], &input) / 2000.0;
        }
        assert!((idle / perfect - 0.21).abs() < 0.024, "{idle} of {perfect}");
        assert!((real - 0.283).abs() < 0.012, "{real}");
    }

    #[test]
    fn groups_of_an_input_are_worked_by_hand() {
        let parameter: Vec<f64> = (1..=27).map(f64::from).collect();
        let benefits = [vec![0.0; 27], parameter.iter().map(|p| p - 14.0).collect()];
        assert!((partial_information(&benefits, &parameter) - 3.0).abs() < 1e-12);
        assert!((perfect_information(&benefits).unwrap().value - 91.0 / 27.0).abs() < 1e-12);
        // An input with one value tells nothing; of two values, both are told apart wherever the cuts are.
        assert_eq!(partial_information(&benefits, &[1.0; 27]), 0.0);
        let two: Vec<f64> = parameter.iter().map(|p| f64::from(u8::from(*p > 20.0))).collect();
        assert!((partial_information(&benefits, &two) - 70.0 / 27.0).abs() < 1e-12);
        assert_eq!(partial_information(&[], &[]), 0.0);
    }

    #[test]
    fn halves_that_disagree_are_worth_less_than_nothing() {
        let (one, other) = ([vec![1.0, 0.0], vec![0.5, 0.5]], [vec![0.0, 1.0], vec![0.5, 0.5]]);
        assert_eq!(split_information(&one, &other), Some(-0.25));
        let known = [vec![10.0, 2.0], vec![4.0, 6.0]];
        assert_eq!(split_information(&known, &known), Some(2.0), "without noise both ways give the value");
        assert_eq!(split_information(&[], &[]), None);
    }

    #[test]
    fn the_value_of_information_lies_between_its_two_estimates() {
        // Two alternatives, the second ahead by θ ~ N(0, 1): knowing θ is worth E max(0, θ) = 0.3989. Each half of a draw adds
        // noise of sd 1. Over 4,000 draws the standard errors are below 0.012; the bounds are four of them.
        let mut noise = Noise(109);
        let (mut one, mut other) = ([vec![], vec![]], [vec![], vec![]]);
        for _ in 0..4000 {
            let ahead = noise.normal();
            for half in [&mut one, &mut other] {
                half[0].push(0.0);
                half[1].push(ahead + noise.normal());
            }
        }
        let whole: Vec<Vec<f64>> = (0..2)
            .map(|a| one[a].iter().zip(&other[a]).map(|(x, y)| f64::midpoint(*x, *y)).collect())
            .collect();
        let above = perfect_information(&whole).unwrap().value;
        let below = split_information(&one, &other).unwrap();
        // With noise of sd 1/√2 the first is E max(0, N(0, 1.5)) = 0.3989·√1.5; in the second θ's own part of what is judged
        // is 1/√2 of it.
        assert!((above - 0.398_942 * 1.5_f64.sqrt()).abs() < 0.048, "{above}");
        assert!((below - 0.398_942 / 2.0_f64.sqrt()).abs() < 0.048, "{below}");
    }
}
