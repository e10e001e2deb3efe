//! Steady states of finite Markov chains in continuous time, for questions without a closed form.
//!
//! A chain is given by its transitions alone; the states are found by following them from one state. Numbers
//! without an end, such as queues, have to be cut off by the caller where they are too rare to matter.

use std::collections::BTreeMap;

/// The stationary law of a chain in which every state can be reached from every other.
#[derive(Debug, Clone, PartialEq)]
pub struct Steady<S> {
    states: Vec<(S, f64)>,
}

impl<S> Steady<S> {
    /// The mean of a function of the state.
    pub fn mean(&self, value: impl Fn(&S) -> f64) -> f64 {
        self.states.iter().map(|(state, p)| value(state) * p).sum()
    }

    /// The share of time in which something holds.
    pub fn share(&self, holds: impl Fn(&S) -> bool) -> f64 {
        self.states.iter().filter(|(state, _)| holds(state)).map(|(_, p)| p).sum()
    }

    /// States that can be reached.
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// Never: the state from which the search begins is one.
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }
}

/// The stationary law of the chain that goes from a state to each of `transitions` at its rate.
///
/// States are numbered in the order in which a search in breadth finds them from `start`, so that transitions lead to
/// near numbers, and are then taken out one by one from the last: what goes through one is passed on to those that it
/// leads to (Grassmann, Taksar & Heyman, Operations Research 33:1107, 1985). Nothing is subtracted, so small
/// probabilities keep their digits. Time grows with the number of states times the square of the widest transition.
///
/// Example: births 1, deaths 2 with two places gives 4/7, 2/7, 1/7.
pub fn steady<S: Ord + Clone>(start: S, transitions: impl Fn(&S) -> Vec<(S, f64)>) -> Steady<S> {
    let (states, rates) = explore(start, transitions);
    let mut band = Band::new(states.len(), &rates);
    let weights = band.weights();
    let total: f64 = weights.iter().sum();
    Steady { states: states.into_iter().zip(weights.into_iter().map(|w| w / total)).collect() }
}

/// All states in the order of a search in breadth, and the transitions (from, to, rate) among their numbers.
fn explore<S: Ord + Clone>(
    start: S,
    transitions: impl Fn(&S) -> Vec<(S, f64)>,
) -> (Vec<S>, Vec<(usize, usize, f64)>) {
    let mut numbers = BTreeMap::from([(start.clone(), 0)]);
    let mut states = vec![start];
    let mut rates = vec![];
    let mut from = 0;
    while from < states.len() {
        for (next, rate) in transitions(&states[from]) {
            assert!(rate >= 0.0, "a rate is not negative");
            if rate == 0.0 {
                continue;
            }
            let to = *numbers.entry(next.clone()).or_insert_with(|| {
                states.push(next);
                states.len() - 1
            });
            if to != from {
                rates.push((from, to, rate));
            }
        }
        from += 1;
    }
    (states, rates)
}

/// The rates near the diagonal; there are no others, and taking states out adds none.
struct Band {
    size: usize,
    width: usize,
    rates: Vec<f64>,
}

impl Band {
    fn new(size: usize, rates: &[(usize, usize, f64)]) -> Band {
        let width = rates.iter().map(|(from, to, _)| from.abs_diff(*to)).max().unwrap_or(0);
        let mut band = Band { size, width, rates: vec![0.0; size * (2 * width + 1)] };
        for (from, to, rate) in rates {
            let at = band.at(*from, *to);
            band.rates[at] += rate;
        }
        band
    }

    fn at(&self, from: usize, to: usize) -> usize {
        from * (2 * self.width + 1) + to + self.width - from
    }

    /// Weights in proportion to the stationary probabilities.
    fn weights(&mut self) -> Vec<f64> {
        let mut down = vec![0.0; self.size];
        for k in (1..self.size).rev() {
            down[k] = self.take_out(k);
        }
        let mut weights = vec![1.0; self.size];
        for k in 1..self.size {
            let first = k.saturating_sub(self.width);
            let into: f64 = (first..k).map(|i| weights[i] * self.rates[self.at(i, k)]).sum();
            weights[k] = into / down[k];
        }
        weights
    }

    /// Lets the transitions into state k go on to where k leads among the states before it; the rate at which it
    /// does.
    fn take_out(&mut self, k: usize) -> f64 {
        let first = k.saturating_sub(self.width);
        let down: f64 = (first..k).map(|j| self.rates[self.at(k, j)]).sum();
        assert!(down > 0.0, "every state leads back to the first");
        for i in first..k {
            let share = self.rates[self.at(i, k)] / down;
            if share == 0.0 {
                continue;
            }
            for j in first..k {
                let (to, through) = (self.at(i, j), self.at(k, j));
                self.rates[to] += share * self.rates[through];
            }
        }
        down
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::theory::erlang;

    fn close(found: f64, wanted: f64) {
        assert!((found - wanted).abs() <= 2e-9 * wanted.abs(), "found {found}, wanted {wanted}");
    }

    #[test]
    fn three_states_in_the_right_proportion() {
        let chain = steady(0_u32, |n| {
            let up = (n + 1, if *n < 2 { 1.0 } else { 0.0 });
            let down = (n.saturating_sub(1), if *n > 0 { 2.0 } else { 0.0 });
            vec![up, down]
        });
        assert_eq!(chain.len(), 3);
        assert!(!chain.is_empty());
        for (n, p) in [4.0, 2.0, 1.0].into_iter().enumerate() {
            close(chain.share(|s| *s as usize == n), p / 7.0);
        }
    }

    #[test]
    fn a_machine_shop_has_the_probabilities_of_the_textbook() {
        // Palm's finite source: six machines, failures 0.25 each, two repairers of rate 1.
        let chain = steady(0_u32, |n| {
            let fails = (n + 1, 0.25 * f64::from(6 - n));
            vec![fails, (n.saturating_sub(1), f64::from(*n.min(&2)))]
        });
        close(chain.share(|n| *n == 0), 0.242_044_615_2);
        close(chain.share(|n| *n == 6), 0.001_329_590_782);
        close(chain.mean(|n| f64::from(*n)), 1.388_624_612);
    }

    #[test]
    fn two_queues_in_a_row_are_independent() {
        // Two dimensions, filled band: levels of a tandem of one and two servers, as Jackson says.
        let chain = steady((0_u32, 0_u32), |(a, b)| {
            vec![
                ((a + 1, *b), if *a < 60 { 0.5 } else { 0.0 }),
                ((a.saturating_sub(1), b + 1), if *a > 0 && *b < 60 { 1.0 } else { 0.0 }),
                ((*a, b.saturating_sub(1)), f64::from(*b.min(&2)) * 0.4),
            ]
        });
        let second = erlang::Mmc::new(0.5, 0.4, 2).unwrap();
        assert!((chain.mean(|(a, _)| f64::from(*a)) - 1.0).abs() < 1e-8);
        assert!((chain.mean(|(_, b)| f64::from(*b)) - second.mean_number()).abs() < 1e-8);
    }
}
