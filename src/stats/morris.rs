//! Screening by elementary effects: which inputs move the answer at all, and which do so differently from place to place.
//!
//! Morris, Technometrics 33 (1991), 161-174; μ* from Campolongo, Cariboni and Saltelli, Environmental Modelling & Software
//! 22 (2007), 1509-1518.

use super::interval::Interval;
use super::resampling::Resampled;
use super::tally::Tally;

/// One step of a trajectory: one factor moves, all others stay.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The factor that moves.
    pub factor: usize,
    /// How far, of its whole range: positive or negative.
    pub by: f64,
}

/// What an elementary effect is of a factor: the change over its whole range, at one place of the others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// The estimate, the mean over replications.
    pub mean: f64,
    /// The variance that the luck of the replications gives it.
    pub noise: f64,
}

impl Effect {
    /// From the change of the answer in each replication over a step of this length; two replications or more.
    pub fn of(changes: &[f64], by: f64) -> Option<Effect> {
        let tally: Tally = changes.iter().map(|change| change / by).collect();
        Some(Effect { mean: tally.mean()?, noise: tally.variance()? / tally.count() as f64 })
    }
}

/// What the screening says of one factor. All are in the unit of the answer, for the whole range of the factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Screened {
    /// Mean effect μ: with its sign, so that effects of both signs cancel.
    pub mu: Interval,
    /// Mean size of an effect μ*.
    pub mu_star: Interval,
    /// How much effects differ between places σ: by curvature and by other factors. The luck of replications is taken out.
    pub sigma: Interval,
    /// The μ* that luck alone would give, if the factor had no effect: effects would be normal around 0.
    pub floor: Interval,
}

/// All factors, with which of them are surely larger than which.
#[derive(Clone, Debug, PartialEq)]
pub struct Screening {
    /// By factor.
    pub factors: Vec<Screened>,
    /// By factor: the best and the worst rank by μ* that intervals allow.
    pub ranks: Vec<(usize, usize)>,
}

/// The screening from effects by trajectory, then factor. Trajectories are drawn independently, so intervals come from
/// resampling them; what luck adds is in them where each trajectory has replications of its own.
///
/// None with fewer than two trajectories. Example: y = 3 x has μ = μ* = 3 and σ = 0 for x.
pub fn screen(
    effects: &[Vec<Effect>],
    level: f64,
    resamples: usize,
    draw: &mut dyn FnMut(usize) -> usize,
) -> Option<Screening> {
    let k = effects.first()?.len();
    assert!(effects.iter().all(|of| of.len() == k), "every trajectory moves every factor once");
    let all: Vec<usize> = (0..effects.len()).collect();
    let once = estimates(effects, &all)?;
    let resampled = Resampled::new(effects.len(), resamples, draw, |places| estimates(effects, places));
    let interval = |place: usize| resampled.interval(place, once[place], level);
    let positive = |interval: Interval| Interval { low: interval.low.max(0.0), ..interval };
    let factor = |f: usize| Screened {
        mu: interval(EACH * f),
        mu_star: positive(interval(EACH * f + 1)),
        sigma: positive(interval(EACH * f + 2)),
        floor: positive(interval(EACH * f + 3)),
    };
    let questions = k * k.saturating_sub(1) / 2;
    let star = |f: usize| (EACH * f + 1, once[EACH * f + 1]);
    let larger = |i: usize, j: usize| resampled.larger(star(i), star(j), level, questions);
    Some(Screening { factors: (0..k).map(factor).collect(), ranks: super::ranks_by(k, larger) })
}

/// Estimates of a factor.
const EACH: usize = 4;

/// μ, μ*, σ and the μ* of luck of each factor in turn.
fn estimates(effects: &[Vec<Effect>], places: &[usize]) -> Option<Vec<f64>> {
    let one = |f: usize| {
        let tally =
            |of: &dyn Fn(&Effect) -> f64| places.iter().map(|t| of(&effects[*t][f])).collect::<Tally>();
        let means = tally(&|effect| effect.mean);
        let noise = tally(&|effect| effect.noise).mean()?;
        let spread = (means.variance()? - noise).max(0.0).sqrt();
        let floor = (noise * std::f64::consts::FRAC_2_PI).sqrt();
        Some([means.mean()?, tally(&|effect| effect.mean.abs()).mean()?, spread, floor])
    };
    let all: Option<Vec<[f64; EACH]>> = (0..effects[0].len()).map(one).collect();
    all.map(|all| all.concat())
}

/// The places of trajectories on a grid of `levels` levels from 0 to 1, by trajectory, then point, then factor, and the
/// steps between the points. A step is `levels`/(2 (`levels` − 1)) long, so that all levels are visited equally often;
/// `levels` is even. `uniform()` gives numbers between 0 and 1.
pub fn trajectories(
    factors: usize,
    count: usize,
    levels: usize,
    mut uniform: impl FnMut() -> f64,
) -> Vec<(Vec<Vec<f64>>, Vec<Step>)> {
    assert!(levels >= 2 && levels.is_multiple_of(2), "an even number of levels");
    let half = levels / 2;
    let mut pick = move |n: usize| ((uniform() * n as f64) as usize).min(n - 1);
    let mut one = || {
        // Whole numbers of levels, so that no sum of steps leaves the grid by rounding.
        let mut at: Vec<usize> = (0..factors).map(|_| pick(levels)).collect();
        let mut order: Vec<usize> = (0..factors).collect();
        (1..factors).rev().for_each(|k| order.swap(k, pick(k + 1)));
        let place = |at: &[usize]| at.iter().map(|l| *l as f64 / (levels - 1) as f64).collect::<Vec<f64>>();
        let (mut points, mut steps) = (vec![place(&at)], vec![]);
        for factor in order {
            let up = at[factor] < half;
            at[factor] = if up { at[factor] + half } else { at[factor] - half };
            let by = half as f64 / (levels - 1) as f64;
            points.push(place(&at));
            steps.push(Step { factor, by: if up { by } else { -by } });
        }
        (points, steps)
    };
    (0..count).map(|_| one()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::noise::Noise;
    use super::*;

    /// The screening of a function with `noise` added to each of `replications` at each point.
    fn screened(
        function: impl Fn(&[f64]) -> f64,
        factors: usize,
        count: usize,
        (sd, replications): (f64, usize),
        noise: &mut Noise,
    ) -> Screening {
        let drawn = trajectories(factors, count, 4, || noise.uniform());
        let mut all = vec![];
        for (points, steps) in &drawn {
            let y: Vec<Vec<f64>> = points
                .iter()
                .map(|x| (0..replications).map(|_| function(x) + sd * noise.normal()).collect())
                .collect();
            let mut effects = vec![Effect { mean: 0.0, noise: 0.0 }; factors];
            for (k, step) in steps.iter().enumerate() {
                let changes: Vec<f64> =
                    y[k + 1].iter().zip(&y[k]).map(|(after, before)| after - before).collect();
                effects[step.factor] = Effect::of(&changes, step.by).unwrap();
            }
            all.push(effects);
        }
        screen(&all, 0.95, 300, &mut |n| noise.index(n)).unwrap()
    }

    #[test]
    fn trajectories_move_each_factor_once_and_stay_on_the_grid() {
        let mut noise = Noise(1);
        let mut visits = [0_u32; 4];
        for (points, steps) in trajectories(5, 2_000, 4, || noise.uniform()) {
            let mut moved: Vec<usize> = steps.iter().map(|step| step.factor).collect();
            for (k, step) in steps.iter().enumerate() {
                let change = |f: usize| points[k + 1][f] - points[k][f];
                assert!(
                    (0..5).all(|f| (change(f) - if f == step.factor { step.by } else { 0.0 }).abs() < 1e-12)
                );
                assert!((step.by.abs() - 2.0 / 3.0).abs() < 1e-12);
            }
            moved.sort_unstable();
            assert_eq!(moved, [0, 1, 2, 3, 4]);
            for x in &points {
                visits[(x[0] * 3.0).round() as usize] += 1;
            }
        }
        // 12,000 visits, those of one trajectory dependent: 3,000 each within 4 standard errors (45 each, times √6).
        assert!(visits.iter().all(|n| n.abs_diff(3_000) < 450), "{visits:?}");
    }

    #[test]
    fn a_linear_function_has_its_coefficients_and_no_sigma() {
        let found = screened(|x| 3.0 * x[0] - 2.0 * x[1], 3, 10, (0.0, 2), &mut Noise(2));
        let mu: Vec<f64> = found.factors.iter().map(|f| f.mu.estimate).collect();
        assert!(mu.iter().zip([3.0, -2.0, 0.0]).all(|(mu, exact)| (mu - exact).abs() < 1e-12), "{mu:?}");
        assert!(found.factors.iter().all(|f| f.sigma.estimate < 1e-7 && f.floor.estimate < 1e-7));
        assert_eq!(found.ranks, [(1, 1), (2, 2), (3, 3)]);
    }

    /// Morris's own function of 20 factors (1991, section 4): its published pattern is that factors 1 to 7 have large μ*
    /// or σ, 8 to 10 large μ and no σ, and the others hardly anything.
    #[test]
    fn morriss_function_shows_its_three_groups() {
        let mut noise = Noise(5);
        let small: Vec<f64> = (0..400).map(|_| noise.normal()).collect();
        let morris = move |x: &[f64]| {
            let w = |i: usize| {
                if [2, 4, 6].contains(&i) {
                    2.0 * (1.1 * x[i] / (x[i] + 0.1) - 0.5)
                } else {
                    2.0 * (x[i] - 0.5)
                }
            };
            let mut y = 0.0;
            for i in 0..20 {
                y += if i < 10 { 20.0 } else { small[i] } * w(i);
                for j in i + 1..20 {
                    y += if j < 6 { -15.0 } else { small[20 * i + j] / 20.0 } * w(i) * w(j);
                    for l in j + 1..20 {
                        y += if l < 5 { -10.0 * w(i) * w(j) * w(l) } else { 0.0 };
                        for s in l + 1..4 {
                            y += 5.0 * w(i) * w(j) * w(l) * w(s);
                        }
                    }
                }
            }
            y
        };
        let found = screened(morris, 20, 40, (0.0, 2), &mut Noise(6));
        let of = |f: usize| (found.factors[f].mu_star.estimate, found.factors[f].sigma.estimate);
        assert!((0..7).all(|f| of(f).0 > 20.0 && of(f).1 > 9.0), "{:?}", (0..7).map(of).collect::<Vec<_>>());
        assert!(
            (7..10).all(|f| of(f).0 > 35.0 && of(f).1 < 4.0),
            "{:?}",
            (7..10).map(of).collect::<Vec<_>>()
        );
        assert!(
            (10..20).all(|f| of(f).0 < 8.0 && of(f).1 < 4.0),
            "{:?}",
            (10..20).map(of).collect::<Vec<_>>()
        );
        let last = found.ranks.iter().skip(10).map(|(best, _)| *best).min().unwrap();
        assert!(last > 7, "some of the last ten may be among the first: {:?}", found.ranks);
    }

    /// y = x0 with noise of standard deviation 2: σ of x0 is 0 and μ* of x1 is what luck alone gives.
    #[test]
    fn luck_is_taken_out_of_sigma_and_named_for_mu_star() {
        let found = screened(|x| 10.0 * x[0], 2, 400, (2.0, 4), &mut Noise(7));
        let exact = (2.0 * 4.0 / 4.0_f64).sqrt() * 1.5;
        let floor = exact * std::f64::consts::FRAC_2_PI.sqrt();
        let idle = found.factors[1];
        // 400 effects of standard deviation 2.12: their mean size is known within 0.064; a change is as likely in
        // one of 15,000 at four of these.
        assert!(
            (idle.mu_star.estimate - floor).abs() < 4.0 * 0.6 * exact / 20.0,
            "{} against {floor}",
            idle.mu_star
        );
        assert!((idle.floor.estimate - floor).abs() < 0.1, "{} against {floor}", idle.floor);
        assert!(idle.mu.contains(0.0) && found.factors[0].mu.contains(10.0));
        assert!(found.factors[0].sigma.estimate < 0.8, "{}, with luck in it {exact}", found.factors[0].sigma);
        assert_eq!(found.ranks, [(1, 1), (2, 2)]);
    }
}
