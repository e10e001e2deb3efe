//! What the answers at the points show.

use crate::random::{Place, Purpose, Replication};
use crate::stats::interval::{paired_t, student_t};
use crate::stats::morris::{self, Effect};
use crate::stats::quantile::{quantile_interval, sorted};
use crate::stats::sobol_indices::{self, Row};
use crate::stats::special::t_quantile;
use crate::stats::{Interval, Method, Tally, ranks_by};

use super::Question;
use super::design::{Analysis, Part, Point, Role};
use super::made::Answers;

/// Resamples behind an interval: they place its half-width within some 3 %.
const RESAMPLES: usize = 1000;

/// What is said of a factor, or of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Mean with every factor in its middle.
    Middle,
    /// Change from the middle at the low end of a factor.
    Low,
    /// Change from the middle at its high end.
    High,
    /// From the low end to the high one; where both ends lie on one side of the middle, the larger change of the two.
    Swing,
    /// What a tenth of single replications fall short of the mean by, at the middle.
    LuckLow,
    /// What a tenth of single replications exceed the mean by, at the middle.
    LuckHigh,
    /// Place in the order of importance, with the best and the worst that intervals allow.
    Rank,
    /// Mean elementary effect.
    Mu,
    /// Mean size of an elementary effect.
    MuStar,
    /// Standard deviation of elementary effects between places.
    Sigma,
    /// The `mu_star` that luck alone would give.
    Floor,
    /// Mean over the inputs.
    Mean,
    /// First-order index.
    First,
    /// Total index.
    Total,
    /// Share of the variance of a single replication that is luck.
    NoiseShare,
}

impl Quantity {
    /// Its word in files.
    pub fn word(self) -> &'static str {
        match self {
            Quantity::Middle => "middle",
            Quantity::Low => "low",
            Quantity::High => "high",
            Quantity::Swing => "swing",
            Quantity::LuckLow => "luck_low",
            Quantity::LuckHigh => "luck_high",
            Quantity::Rank => "rank",
            Quantity::Mu => "mu",
            Quantity::MuStar => "mu_star",
            Quantity::Sigma => "sigma",
            Quantity::Floor => "mu_star_of_luck",
            Quantity::Mean => "mean",
            Quantity::First => "S1",
            Quantity::Total => "ST",
            Quantity::NoiseShare => "noise_share",
        }
    }

    /// The unit of its values, for a measure in `unit`.
    pub fn unit(self, unit: &str) -> &str {
        match self {
            Quantity::Rank => "",
            Quantity::First | Quantity::Total | Quantity::NoiseShare => "share",
            _ => unit,
        }
    }
}

/// One figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Of which analysis.
    pub analysis: Analysis,
    /// The place of the measure.
    pub measure: usize,
    /// The place of the factor; none for the whole.
    pub factor: Option<usize>,
    /// What is said.
    pub quantity: Quantity,
    /// The figure; none where there is nothing to tell it by. `n` counts replications, trajectories or rows.
    pub interval: Option<Interval>,
}

/// Everything that is found, by analysis, measure, then factor.
pub(super) fn findings(question: &Question, points: &[Point], answers: &[Answers]) -> Vec<Finding> {
    let mut all = vec![];
    for part in &question.parts {
        let of: Vec<(&Point, &Answers)> =
            points.iter().zip(answers).filter(|(point, _)| point.analysis == part.analysis).collect();
        for measure in 0..question.measures.len() {
            let field = Field { question, part, points: &of, measure };
            all.extend(match part.analysis {
                Analysis::Tornado => field.tornado(),
                Analysis::Morris => field.morris(),
                Analysis::Sobol => field.sobol(),
            });
        }
    }
    all
}

/// The points of one analysis, seen in one measure.
struct Field<'f> {
    question: &'f Question,
    part: &'f Part,
    points: &'f [(&'f Point, &'f Answers)],
    measure: usize,
}

impl Field<'_> {
    fn factors(&self) -> usize {
        self.question.factors.len()
    }

    fn finding(&self, factor: Option<usize>, quantity: Quantity, interval: Option<Interval>) -> Finding {
        Finding { analysis: self.part.analysis, measure: self.measure, factor, quantity, interval }
    }

    fn draw(&self) -> impl FnMut(usize) -> usize + use<> {
        let name = format!("{} {}", self.part.analysis.word(), self.question.measures[self.measure].name());
        let place = Place::new(Purpose::Resampling, &name);
        let mut stream = Replication::new(self.question.seed, 0).stream(place, 0, 0);
        move |n| stream.below(n as u64) as usize
    }

    /// One factor at a time. All points share their replications; one that gives no value at some point is left out at all.
    fn tornado(&self) -> Vec<Finding> {
        let columns: Vec<&Vec<Option<f64>>> =
            self.points.iter().map(|(_, answers)| &answers.values[self.measure]).collect();
        let whole = |r: &usize| columns.iter().all(|column| column[*r].is_some());
        let kept: Vec<usize> = (0..self.part.replications as usize).filter(whole).collect();
        let at = |p: usize| -> Vec<f64> { kept.iter().filter_map(|r| columns[p][*r]).collect() };
        let level = self.question.level;
        let middle = at(0);
        let mut found = vec![self.finding(None, Quantity::Middle, student_t(&middle, level))];
        let mut swings = vec![];
        for factor in 0..self.factors() {
            let (low, high) = (at(2 * factor + 1), at(2 * factor + 2));
            let (down, up) = (paired_t(&low, &middle, level), paired_t(&high, &middle, level));
            let swing = widest(&low, &middle, &high);
            let interval = |pair: &(Vec<f64>, Vec<f64>)| paired_t(&pair.1, &pair.0, level);
            found.push(self.finding(Some(factor), Quantity::Low, down));
            found.push(self.finding(Some(factor), Quantity::High, up));
            found.push(self.finding(Some(factor), Quantity::Swing, interval(&swing)));
            swings.push(swing.1.iter().zip(&swing.0).map(|(to, from)| to - from).collect::<Vec<f64>>());
        }
        found.extend(self.ranked(&swings));
        let (tally, ordered): (Tally, Vec<f64>) = (middle.iter().collect(), sorted(middle));
        for (quantity, share) in [(Quantity::LuckLow, 0.1), (Quantity::LuckHigh, 0.9)] {
            let away = |mean: f64, i: Interval| Interval {
                estimate: i.estimate - mean,
                low: i.low - mean,
                high: i.high - mean,
                ..i
            };
            let interval = tally.mean().zip(quantile_interval(&ordered, share, level));
            found.push(self.finding(None, quantity, interval.map(|(mean, interval)| away(mean, interval))));
        }
        found
    }

    /// The order of swings, as far as paired comparisons of all of them at once allow.
    fn ranked(&self, swings: &[Vec<f64>]) -> Vec<Finding> {
        let (k, n) = (swings.len(), swings.first().map_or(0, Vec::len));
        if n < 2 {
            return (0..k).map(|f| self.finding(Some(f), Quantity::Rank, None)).collect();
        }
        let mean = |values: &[f64]| values.iter().sum::<f64>() / n as f64;
        let sized: Vec<Vec<f64>> =
            (swings.iter()).map(|swing| swing.iter().map(|x| x * mean(swing).signum()).collect()).collect();
        let pairs = (k * k.saturating_sub(1) / 2).max(1) as f64;
        let t = t_quantile(n as f64 - 1.0, 1.0 - (1.0 - self.question.level) / (2.0 * pairs));
        let larger = |i: usize, j: usize| {
            let differences: Tally = sized[i].iter().zip(&sized[j]).map(|(a, b)| a - b).collect();
            let error = differences.variance().map_or(f64::INFINITY, |v| (v / n as f64).sqrt());
            differences.mean().is_some_and(|mean| mean > t * error)
        };
        let sizes: Vec<f64> = sized.iter().map(|swing| mean(swing)).collect();
        self.ranks(&sizes, &ranks_by(k, larger), n)
    }

    /// Ranks by size, with the best and the worst that are possible.
    fn ranks(&self, sizes: &[f64], possible: &[(usize, usize)], n: usize) -> Vec<Finding> {
        let mut order: Vec<usize> = (0..sizes.len()).collect();
        order.sort_by(|a, b| sizes[*b].total_cmp(&sizes[*a]));
        let finding = |f: usize| {
            let rank = order.iter().position(|of| *of == f).map_or(0.0, |place| place as f64 + 1.0);
            let (best, worst) = possible[f];
            let (low, high, level) = (best as f64, worst as f64, self.question.level);
            let interval = Interval { estimate: rank, low, high, level, n, method: Method::Ranks };
            self.finding(Some(f), Quantity::Rank, Some(interval))
        };
        (0..sizes.len()).map(finding).collect()
    }

    /// The points of each block, in its order, where all replications of all of them give a value.
    fn blocks(&self) -> Vec<Vec<(&Point, Vec<f64>)>> {
        let each = (self.part.points(self.factors()) / u64::from(self.part.blocks)) as usize;
        let block = |of: &[(&'_ Point, &Answers)]| {
            let point = |index: usize| {
                let values: Option<Vec<f64>> = of[index].1.values[self.measure].iter().copied().collect();
                values.map(|values| (index, values))
            };
            (0..of.len()).map(point).collect::<Option<Vec<(usize, Vec<f64>)>>>()
        };
        let mut all = vec![];
        for of in self.points.chunks(each) {
            if let Some(values) = block(of) {
                all.push(values.into_iter().map(|(index, values)| (of[index].0, values)).collect());
            }
        }
        all
    }

    fn morris(&self) -> Vec<Finding> {
        let effects: Vec<Vec<Effect>> =
            self.blocks().iter().filter_map(|block| self.effects(block)).collect();
        let screening = morris::screen(&effects, self.question.level, RESAMPLES, &mut self.draw());
        let Some(screening) = screening else {
            let nothing =
                |f| [Quantity::Mu, Quantity::MuStar, Quantity::Sigma].map(|q| self.finding(Some(f), q, None));
            return (0..self.factors()).flat_map(nothing).collect();
        };
        let mut found = vec![];
        for (f, of) in screening.factors.iter().enumerate() {
            found.push(self.finding(Some(f), Quantity::Mu, Some(of.mu)));
            found.push(self.finding(Some(f), Quantity::MuStar, Some(of.mu_star)));
            found.push(self.finding(Some(f), Quantity::Sigma, Some(of.sigma)));
            found.push(self.finding(Some(f), Quantity::Floor, Some(of.floor)));
        }
        let sizes: Vec<f64> = screening.factors.iter().map(|of| of.mu_star.estimate).collect();
        found.extend(self.ranks(&sizes, &screening.ranks, effects.len()));
        found
    }

    /// The elementary effects of a trajectory, by factor.
    fn effects(&self, block: &[(&Point, Vec<f64>)]) -> Option<Vec<Effect>> {
        let mut effects: Vec<Option<Effect>> = vec![None; self.factors()];
        for pair in block.windows(2) {
            let ((before, y), (after, z)) = (&pair[0], &pair[1]);
            let factor = after.moved?;
            let changes: Vec<f64> = z.iter().zip(y).map(|(z, y)| z - y).collect();
            effects[factor] = Effect::of(&changes, after.places[factor] - before.places[factor]);
        }
        effects.into_iter().collect()
    }

    fn sobol(&self) -> Vec<Finding> {
        let row = |block: &Vec<(&Point, Vec<f64>)>| {
            let of = |role: Role| {
                block.iter().filter(move |(point, _)| point.role == role).map(|(_, y)| y.clone())
            };
            Some(Row { a: of(Role::A).next()?, b: of(Role::B).next()?, mixed: of(Role::Mixed).collect() })
        };
        let rows: Vec<Row> = self.blocks().iter().filter_map(row).collect();
        let found = sobol_indices::indices(&rows, self.question.level, RESAMPLES, &mut self.draw());
        let all = |of: fn(&sobol_indices::Indices) -> &Option<Vec<Interval>>| {
            let found = found.as_ref().and_then(|found| of(found).clone());
            (0..self.factors()).map(move |f| found.as_ref().map(|found| found[f])).collect::<Vec<_>>()
        };
        let (first, total) = (all(|found| &found.first), all(|found| &found.total));
        let mut findings = vec![
            self.finding(None, Quantity::Mean, found.as_ref().map(|found| found.mean)),
            self.finding(None, Quantity::NoiseShare, found.as_ref().and_then(|found| found.noise)),
        ];
        for f in 0..self.factors() {
            findings.push(self.finding(Some(f), Quantity::First, first[f]));
            findings.push(self.finding(Some(f), Quantity::Total, total[f]));
        }
        let sizes: Option<Vec<f64>> = total.iter().map(|of| of.map(|of| of.estimate)).collect();
        if let Some((sizes, found)) = sizes.zip(found) {
            findings.extend(self.ranks(&sizes, &found.ranks, rows.len()));
        }
        findings
    }
}

/// Of the three means the two that are furthest apart, the low end or the middle first.
fn widest(low: &[f64], middle: &[f64], high: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let sum = |values: &[f64]| values.iter().sum::<f64>();
    let (a, m, b) = (sum(low), sum(middle), sum(high));
    let (up, down) = (b - m, a - m);
    let pair = if up * down <= 0.0 {
        (low, high)
    } else if up.abs() >= down.abs() {
        (middle, high)
    } else {
        (middle, low)
    };
    (pair.0.to_vec(), pair.1.to_vec())
}

#[cfg(test)]
mod tests {
    use super::super::design::points;
    use super::super::factor::factors_of;
    use super::*;
    use crate::random::Purpose;
    use crate::run::{Family, Response};

    /// What is found of a function whose replications add luck: normal numbers, the same for one replication everywhere, and
    /// others for each point with this standard deviation. The factors run from 0 to 1.
    fn found(
        function: impl Fn(&[f64]) -> f64,
        factors: &[&str],
        part: (Analysis, u32, u32),
        (shared, own): (f64, f64),
    ) -> Vec<Finding> {
        let (analysis, blocks, replications) = part;
        let part = Part { analysis, blocks, replications };
        let question = Question {
            factors: factors_of(factors),
            parts: vec![part],
            measures: vec![Response::new(Family::Cases, "backlog_at_end", "cases")],
            seed: 5,
            threads: None,
            level: 0.95,
        };
        let points = points(&question.factors, &question.parts, question.seed).unwrap();
        let place = Place::new(Purpose::Resampling, "luck of a test");
        let normal = |a: u64, b: u64| Replication::new(5, 0).stream(place, a, b).standard_normal();
        let answer = |(n, point): (usize, &Point)| {
            let x: Vec<f64> = point.settings.iter().filter_map(|setting| setting.value).collect();
            let values = (point.first..point.first + point.replications).map(|r| {
                let luck = shared * normal(u64::from(r), 0) + own * normal(u64::from(r), 1 + n as u64);
                Some(function(&x) + luck)
            });
            Answers { values: vec![values.collect()] }
        };
        let answers: Vec<Answers> = points.iter().enumerate().map(answer).collect();
        findings(&question, &points, &answers)
    }

    fn of(found: &[Finding], factor: Option<usize>, quantity: Quantity) -> Interval {
        let of = found.iter().find(|f| (f.factor, f.quantity) == (factor, quantity));
        of.and_then(|of| of.interval).unwrap_or_else(|| panic!("no {quantity:?} of {factor:?}"))
    }

    const THREE: [&str; 3] = ["a=0..1", "b=0..1", "c=0..1"];

    #[test]
    fn a_tornado_cancels_the_luck_that_points_share_and_knows_both_sides() {
        let function = |x: &[f64]| 10.0 * x[0] - 4.0 * x[1] + 8.0 * (x[2] - 0.5).powi(2);
        let found = found(function, &THREE, (Analysis::Tornado, 1, 30), (50.0, 0.0));
        for (factor, low, high, swing) in [(0, -5.0, 5.0, 10.0), (1, 2.0, -2.0, -4.0), (2, 2.0, 2.0, 2.0)] {
            for (quantity, exact) in [(Quantity::Low, low), (Quantity::High, high), (Quantity::Swing, swing)]
            {
                assert!(
                    (of(&found, Some(factor), quantity).estimate - exact).abs() < 1e-9,
                    "{factor} {quantity:?}"
                );
            }
            let rank = of(&found, Some(factor), Quantity::Rank);
            let rank = (rank.estimate, rank.low, rank.high);
            assert_eq!(rank, (factor as f64 + 1.0, factor as f64 + 1.0, factor as f64 + 1.0));
        }
        assert!(of(&found, None, Quantity::Middle).contains(3.0));
        // Thirty normal numbers of standard deviation 50: their outer tenths lie 64 from the mean.
        let (low, high) = (of(&found, None, Quantity::LuckLow), of(&found, None, Quantity::LuckHigh));
        assert!(low.contains(-64.0) && high.contains(64.0), "{low} and {high}");
    }

    #[test]
    fn ranks_that_luck_may_turn_round_are_not_told() {
        let function = |x: &[f64]| 10.0 * x[0] + 1.0 * x[1] + 1.05 * x[2];
        let found = found(function, &THREE, (Analysis::Tornado, 1, 20), (0.0, 1.0));
        let ranks = |factor| {
            let rank = of(&found, Some(factor), Quantity::Rank);
            (rank.low, rank.high)
        };
        assert_eq!([ranks(0), ranks(1), ranks(2)], [(1.0, 1.0), (2.0, 3.0), (2.0, 3.0)]);
    }

    /// Settings are rounded to six digits of their range.
    #[test]
    fn morris_gives_effects_over_the_whole_range_of_a_factor() {
        let found = found(
            |x| 3.0 * x[0] - 2.0 * x[1] / 10.0,
            &["a=0..2", "b=0..10", "c=0..1"],
            (Analysis::Morris, 8, 3),
            (9.0, 0.0),
        );
        for (factor, mu) in [(0, 6.0), (1, -2.0), (2, 0.0)] {
            assert!((of(&found, Some(factor), Quantity::Mu).estimate - mu).abs() < 1e-4);
            assert!((of(&found, Some(factor), Quantity::MuStar).estimate - mu.abs()).abs() < 1e-4);
            assert!(of(&found, Some(factor), Quantity::Sigma).estimate < 1e-4);
        }
    }

    /// Ishigami's function on the design itself, with luck of variance 4 + 9. Even points make the errors smaller than those
    /// that resampling the rows sees, so nothing here lies near its bound of four standard errors.
    #[test]
    fn the_design_gives_ishigamis_indices_under_luck() {
        const PI: f64 = std::f64::consts::PI;
        let function = |u: &[f64]| {
            let x = |i: usize| PI * (2.0 * u[i] - 1.0);
            x(0).sin() + 7.0 * x(1).sin().powi(2) + 0.1 * x(2).powi(4) * x(0).sin()
        };
        let found = found(function, &THREE, (Analysis::Sobol, 4096, 2), (3.0, 2.0));
        let (first, total) = ([0.3139, 0.4424, 0.0], [0.5576, 0.4424, 0.2437]);
        for factor in 0..3 {
            for (quantity, exact) in [(Quantity::First, first[factor]), (Quantity::Total, total[factor])] {
                let interval = of(&found, Some(factor), quantity);
                assert!(interval.half_width() < 0.08, "{factor} {quantity:?} {interval}");
                assert!(
                    (interval.estimate - exact).abs() < 2.0 * interval.half_width(),
                    "{factor} {quantity:?} {interval}"
                );
            }
        }
        let noise = of(&found, None, Quantity::NoiseShare);
        let exact = 13.0 / (13.0 + 13.8446);
        assert!(noise.half_width() < 0.03 && (noise.estimate - exact).abs() < 0.03, "{noise}, not {exact}");
    }

    #[test]
    fn a_row_without_a_value_is_left_out_and_no_value_at_all_finds_nothing() {
        let part = Part { analysis: Analysis::Sobol, blocks: 8, replications: 2 };
        let question = Question {
            factors: factors_of(&THREE),
            parts: vec![part],
            measures: vec![Response::new(Family::Cases, "backlog_at_end", "cases")],
            seed: 5,
            threads: None,
            level: 0.95,
        };
        let points = points(&question.factors, &question.parts, 5).unwrap();
        let nothing: Vec<Answers> = points.iter().map(|_| Answers { values: vec![vec![None; 2]] }).collect();
        let mut few: Vec<Answers> =
            points.iter().map(|point| Answers { values: vec![vec![Some(point.places[0]); 2]] }).collect();
        few[7].values[0][1] = None;
        assert_eq!(of(&findings(&question, &points, &few), None, Quantity::Mean).n, 7);
        assert!(findings(&question, &points, &nothing).iter().all(|finding| finding.interval.is_none()));
    }
}
