//! Does the ranking of plans survive another future? The same comparison under another regime of demand, and which plans
//! have changed places.

use crate::stats::{Interval, best, paired};

use super::Comparison;
use super::compare::joint;

/// Two plans that have changed places beyond chance.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// Place of the measure in the comparison under the regime.
    pub measure: usize,
    /// The plan that is ahead under the regime.
    pub ahead: usize,
    /// The plan that was ahead as written.
    pub behind: usize,
    /// By how much it is ahead now, turned so that more is better; the interval holds for all pairs of plans at once.
    pub now: Interval,
    /// By how much it was behind, likewise: negative.
    pub before: Interval,
}

impl Comparison {
    /// Pairs of plans, the base among them, of which one is ahead under a regime and the other was as written, both beyond
    /// chance: with intervals that hold for all pairs of plans at once, measure by measure. The alternatives of both
    /// comparisons are the same; measures that one of them lacks are left out.
    pub fn turned(&self, regime: &Comparison) -> Vec<Turn> {
        let mut found = vec![];
        for (m, measured) in regime.measures.iter().enumerate().filter(|(_, m)| m.better.is_some()) {
            let Some(here) = self.find(&measured.response.name()) else { continue };
            for ahead in 0..self.names.len() {
                for behind in (0..self.names.len()).filter(|other| *other != ahead) {
                    let (Some(before), Some(now)) =
                        (self.lead(here, ahead, behind), regime.lead(m, ahead, behind))
                    else {
                        continue;
                    };
                    if before.high < 0.0 && now.low > 0.0 {
                        found.push(Turn { measure: m, ahead, behind, now, before });
                    }
                }
            }
        }
        found
    }

    /// Pairs of plans and measures that change places by their means, whether that is beyond chance or not.
    pub fn turned_by_means(&self, regime: &Comparison) -> usize {
        let pairs = |m: usize| -> usize {
            let here = self.find(&regime.measures[m].response.name()).and_then(|here| self.ranks(here));
            let (Some(before), Some(now)) = (here, regime.ranks(m)) else { return 0 };
            let turned = |a: usize, b: usize| usize::from(before[a] < before[b] && now[b] < now[a]);
            (0..before.len())
                .flat_map(|a| (0..before.len()).map(move |b| (a, b)))
                .map(|(a, b)| turned(a, b))
                .sum()
        };
        (0..regime.measures.len()).map(pairs).sum()
    }

    /// How far one plan is ahead of another in a measure, turned so that more is better.
    fn lead(&self, m: usize, a: usize, b: usize) -> Option<Interval> {
        let measured = &self.measures[m];
        let better = measured.better?;
        let plans = self.names.len();
        let level = best::simultaneous_level(self.level, plans * (plans - 1) / 2);
        let mut units = joint(&[&measured.values[a], &measured.values[b]], self.per_unit());
        for values in &mut units {
            for value in values.iter_mut() {
                *value = better.oriented(*value);
            }
        }
        Some(paired::difference(&units[0], &units[1], level)?.interval)
    }

    /// The place of each plan in a measure by its mean, from 1; equals share the better place. None where taste decides, or
    /// a plan has no value.
    pub fn ranks(&self, m: usize) -> Option<Vec<usize>> {
        let measured = &self.measures[m];
        let better = measured.better?;
        let mean = |mean: &Option<Interval>| mean.as_ref().map(|mean| better.oriented(mean.estimate));
        let means: Vec<f64> = measured.means.iter().map(mean).collect::<Option<_>>()?;
        let place = |own: &f64| 1 + means.iter().filter(|other| *other > own).count();
        Some(means.iter().map(place).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Better, Measured};
    use super::*;
    use crate::run::{Family, Response};

    /// Two plans in one measure of which less is better.
    fn comparison(values: [&[f64]; 2]) -> Comparison {
        let response = Response {
            family: Family::Cases,
            quantity: "backlog_at_end",
            of: String::new(),
            detail: String::new(),
            year: None,
            class: String::new(),
            unit: "cases".to_owned(),
        };
        let interval = |values: &[f64]| crate::stats::interval::student_t(values, 0.95);
        Comparison {
            names: vec!["base".to_owned(), "plan".to_owned()],
            replications: values[0].len() as u32,
            draws: 1,
            level: 0.95,
            measures: vec![Measured {
                response,
                better: Some(Better::Less),
                values: values.iter().map(|of| of.iter().copied().map(Some).collect()).collect(),
                means: values.iter().map(|of| interval(of)).collect(),
                against: vec![None, None],
                best: None,
            }],
            cost: None,
            precise: None,
        }
    }

    #[test]
    fn plans_change_places_only_beyond_chance() {
        let base: &[f64] = &[100.0, 110.0, 120.0];
        let written = comparison([base, &[90.0, 101.0, 110.0]]);
        let surge = comparison([base, &[120.0, 131.0, 140.0]]);
        let turns = written.turned(&surge);
        assert_eq!(turns.len(), 1);
        // The differences are 10, 9, 10 as written, and −20, −21, −20 under the regime.
        assert_eq!((turns[0].ahead, turns[0].behind), (0, 1));
        assert!((turns[0].now.estimate - 61.0 / 3.0).abs() < 1e-12);
        assert!((turns[0].before.estimate + 29.0 / 3.0).abs() < 1e-12);
        let noisy = comparison([base, &[200.0, 60.0, 130.0]]);
        assert_eq!(written.turned(&noisy), [], "20 behind on average, but that may be chance");
        assert_eq!((written.turned_by_means(&noisy), written.turned_by_means(&written)), (1, 0));
        assert_eq!(written.turned(&written), []);
    }

    #[test]
    fn places_go_by_means_and_equals_share_the_better() {
        assert_eq!(comparison([&[3.0, 5.0], &[1.0, 2.0]]).ranks(0), Some(vec![2, 1]));
        assert_eq!(comparison([&[3.0, 5.0], &[5.0, 3.0]]).ranks(0), Some(vec![1, 1]));
    }
}
