//! What the answers at the points show.

use crate::random::{Place, Purpose, Replication};
use crate::stats::interval::{paired_t, student_t};
use crate::stats::morris::{self, Effect};
use crate::stats::quantile::{quantile_interval, sorted};
use crate::stats::sobol_indices::{self, Row};
use crate::stats::special::t_quantile;
use crate::stats::{Interval, Method, Tally, ranks};

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
        self.ranks(&sizes, &ranks(k, larger), n)
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
            self.finding(None, Quantity::NoiseShare, found.as_ref().map(|found| found.noise)),
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
