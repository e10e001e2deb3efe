//! Draws of the inputs: the replications of one draw share what nobody knows, so they are no independent looks at it.
//! Wherever there are several draws, an interval is one over the means of the draws; it covers chance and ignorance
//! together.

use crate::stats::interval::student_t;
use crate::stats::{BandPoint, Interval};

use super::chance::Relation;
use super::estimate;
use super::measure::{self, COST_PER_ACTED, Family, Response, Value};
use super::result::Estimate;

/// How replications belong together: so many, one after the other, share a draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Draws {
    each: usize,
}

impl Default for Draws {
    fn default() -> Draws {
        Draws { each: 1 }
    }
}

impl Draws {
    /// Several draws of so many replications each. Where there is one draw alone, its replications are independent.
    pub(super) fn new(draws: usize, each: u32) -> Draws {
        Draws { each: if draws > 1 { each.max(1) as usize } else { 1 } }
    }

    /// Whether the replication with this number, from 0, is the last of its draw.
    pub(super) fn closes(self, number: usize) -> bool {
        (number + 1).is_multiple_of(self.each)
    }

    /// Whether every replication stands for itself.
    pub(super) fn apart(self) -> bool {
        self.each == 1
    }

    /// The estimate of a measure: the spread is that of the replications, the interval one over draws.
    pub(super) fn estimate(self, values: &[Value], unit: &str, level: f64) -> Option<Estimate> {
        let mut found = estimate::estimate(values, unit, level)?;
        if !self.apart() {
            found.interval = estimate::estimate(&self.values(values), unit, level)?.interval;
        }
        Some(found)
    }

    /// The estimate of a measure that has a name.
    pub(super) fn estimate_of(self, values: &[Value], of: &Response, level: f64) -> Option<Estimate> {
        if of.quantity == COST_PER_ACTED {
            return self.quotient(values, level);
        }
        let mut found = self.estimate(values, &of.unit, level)?;
        if of.is_share_of_cases()
            && let Some(interval) = estimate::all_or_none(values, level)
        {
            found.interval = Interval { n: found.interval.n, ..interval };
        }
        if of.family == Family::Costs && of.of.starts_with("change/") && self.apart() {
            // What a plan costs beside staff is written in it: no replication differs.
            found.interval = Interval::exact(found.interval.estimate, found.interval.n);
        }
        Some(found)
    }

    /// The ratio of all sums, with an interval over the sums of the draws.
    fn quotient(self, values: &[Value], level: f64) -> Option<Estimate> {
        let mut found = estimate::quotient(values, level)?;
        if !self.apart() {
            let sums: Option<Vec<Value>> = values.chunks(self.each).map(sums).collect();
            found.interval = estimate::quotient(&sums?, level)?.interval;
        }
        Some(found)
    }

    /// One value for each draw: the mean of its replications, or, where fewer than half of all replications give a
    /// value, the ratio of their sums.
    fn values(self, values: &[Value]) -> Vec<Value> {
        let given = values.iter().filter(|value| value.get().is_some()).count();
        let mean = |draw: &[Value]| {
            let given = measure::given(draw);
            let mean = given.iter().sum::<f64>() / given.len() as f64;
            if given.is_empty() { Value::Nothing } else { Value::Number(mean) }
        };
        let rare = 2 * given < values.len();
        let one = |draw: &[Value]| sums(draw).filter(|_| rare).unwrap_or_else(|| mean(draw));
        values.chunks(self.each).map(one).collect()
    }

    /// One point of a series, of the replications that gave a value.
    pub(super) fn point(self, values: impl Iterator<Item = Option<f64>>, level: f64) -> Option<BandPoint> {
        if self.apart() {
            return estimate::point(given(values), level);
        }
        let values: Vec<Option<f64>> = values.collect();
        let mean = estimate::mean(&self.means(&values), level)?;
        Some(BandPoint { mean, ..estimate::point(given(values.into_iter()), level)? })
    }

    /// The mean at such a point.
    pub(super) fn mean(self, values: impl Iterator<Item = f64>, level: f64) -> Option<Interval> {
        if self.apart() {
            return estimate::mean(&values.collect::<Vec<f64>>(), level);
        }
        estimate::mean(&self.means(&values.map(Some).collect::<Vec<_>>()), level)
    }

    /// The mean of each draw that has a value.
    fn means(self, values: &[Option<f64>]) -> Vec<f64> {
        let mean = |draw: &[Option<f64>]| {
            let given: Vec<f64> = draw.iter().flatten().copied().collect();
            (!given.is_empty()).then(|| given.iter().sum::<f64>() / given.len() as f64)
        };
        values.chunks(self.each).filter_map(mean).collect()
    }

    /// The mean curve of each draw.
    pub(super) fn curves(self, curves: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
        let mean = |draw: &[Vec<f64>]| {
            let points = draw.first().map_or(0, Vec::len);
            (0..points).map(|i| draw.iter().map(|c| c[i]).sum::<f64>() / draw.len() as f64).collect()
        };
        if self.apart() { curves } else { curves.chunks(self.each).map(mean).collect() }
    }

    /// How often a single replication stands so to a bound: of draws that differ, the mean of their shares.
    pub(super) fn chance(
        self,
        values: &[Value],
        (relation, bound): (Relation, f64),
        level: f64,
    ) -> Option<Interval> {
        if self.apart() {
            return super::chance::chance(values, relation, bound, level);
        }
        let holds = |value: &Value| value.get().map(|v| f64::from(u8::from(relation.holds(v, bound))));
        let held: Vec<Option<f64>> = values.iter().map(holds).collect();
        let interval = student_t(&self.means(&held), level)?;
        Some(Interval { low: interval.low.max(0.0), high: interval.high.min(1.0), ..interval })
    }
}

/// The ratio of the sums of ratios.
fn sums(draw: &[Value]) -> Option<Value> {
    let mut sum = (0.0, 0.0);
    for value in draw {
        let Value::Ratio { above, below } = *value else { return None };
        sum = (sum.0 + above, sum.1 + below);
    }
    Some(Value::Ratio { above: sum.0, below: sum.1 })
}

/// Those that are there.
fn given(values: impl Iterator<Item = Option<f64>>) -> Vec<f64> {
    let mut given = Vec::with_capacity(values.size_hint().1.unwrap_or(0));
    given.extend(values.flatten());
    given
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Method;

    fn numbers(list: &[f64]) -> Vec<Value> {
        list.iter().map(|value| Value::Number(*value)).collect()
    }

    #[test]
    fn an_interval_is_one_over_the_means_of_the_draws() {
        let values = numbers(&[1.0, 3.0, 5.0, 7.0, 3.0, 5.0]);
        let found = Draws::new(3, 2).estimate(&values, "cases", 0.95).unwrap();
        let over_means = student_t(&[2.0, 6.0, 4.0], 0.95).unwrap();
        assert_eq!(found.interval.estimate, 4.0);
        assert_eq!((found.interval.n, found.interval.high), (3, over_means.high));
        assert_eq!(found.spread[1], 4.0, "the spread is that of the replications");
        let alone = Draws::new(1, 6).estimate(&values, "cases", 0.95).unwrap();
        assert_eq!(alone.interval.n, 6, "one draw alone has independent replications");
    }

    #[test]
    fn what_a_case_costs_is_all_cost_over_all_cases() {
        let of = Response::new(Family::Costs, COST_PER_ACTED, "USD");
        let values = [1.0, 4.0, 0.0, 5.0].map(|below| Value::Ratio { above: 100.0, below });
        let apart = Draws::new(1, 4).estimate_of(&values, &of, 0.95).unwrap().interval;
        assert_eq!((apart.estimate, apart.n), (40.0, 3));
        let drawn = Draws::new(2, 2).estimate_of(&values, &of, 0.95).unwrap().interval;
        assert_eq!((drawn.estimate, drawn.n), (40.0, 2), "the sums of a draw are one look at it");
        assert!(apart.low < 40.0 && drawn.low == 40.0, "both draws say the same");
    }

    #[test]
    fn rare_shares_are_sums_within_their_draw() {
        let none = Value::share(0, 0);
        let values = [none, Value::share(1, 2), none, none, none, Value::share(3, 4), none, none];
        let found = Draws::new(2, 4).estimate(&values, "share", 0.95).unwrap().interval;
        assert_eq!(found.estimate, 0.625, "1 of 2 in the first, 3 of 4 in the second");
        assert_eq!(found.n, 2);
    }

    #[test]
    fn a_chance_is_the_mean_share_of_the_draws() {
        let values = numbers(&[1.0, 1.0, 9.0, 9.0, 1.0, 9.0]);
        let below = (Relation::Below, 5.0);
        let found = Draws::new(3, 2).chance(&values, below, 0.95).unwrap();
        assert_eq!((found.estimate, found.n, found.method), (0.5, 3, Method::StudentT));
        assert_eq!((found.low, found.high), (0.0, 1.0), "three draws say next to nothing");
        assert_eq!(Draws::default().chance(&values, below, 0.95).unwrap().method, Method::Wilson);
    }

    #[test]
    fn points_and_curves_are_averaged_draw_by_draw() {
        let values = [Some(1.0), None, Some(3.0), Some(5.0)];
        let point = Draws::new(2, 2).point(values.into_iter(), 0.95).unwrap();
        assert_eq!((point.mean.estimate, point.mean.n), (2.5, 2), "the means are 1 and 4");
        let curves = vec![vec![1.0, 2.0], vec![3.0, 4.0], vec![5.0, 5.0], vec![7.0, 9.0]];
        assert_eq!(Draws::new(2, 2).curves(curves), [vec![2.0, 3.0], vec![6.0, 7.0]]);
    }
}
