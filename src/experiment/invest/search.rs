//! Which mixes are looked at: all where they are few, else a search that begins with nothing and buys the most for the
//! money, step by step, and then swaps.

use std::collections::{BTreeMap, BTreeSet};

use super::Choice;

/// How often each option is bought.
pub(super) type Mix = Vec<u32>;

/// With no more mixes than this all are tried.
pub(super) const FEW: usize = 100;
/// Mixes that a search tries at most.
const MOST: usize = 200;
/// Shares of the budget at which the search looks for the best mix, so that it knows of cheaper ones too.
const LEVELS: [f64; 2] = [0.5, 1.0];

/// Tries mixes, all of one call side by side: the mean of each, turned so that more is better; none for what is clearly
/// behind something no dearer.
pub(super) type Ask<'a, E> = &'a mut dyn FnMut(&[Mix]) -> Result<Vec<Option<f64>>, E>;

/// A search, with all it has learned.
pub(super) struct Search<'q> {
    choices: &'q [Choice],
    budget: f64,
    /// Pairs of options that cannot be had together.
    excluded: &'q [(usize, usize)],
    pub(super) known: BTreeMap<Mix, Option<f64>>,
    /// Whether it came to its end.
    pub(super) complete: bool,
}

impl<'q> Search<'q> {
    pub(super) fn new(choices: &'q [Choice], budget: f64, excluded: &'q [(usize, usize)]) -> Search<'q> {
        Search { choices, budget, excluded, known: BTreeMap::new(), complete: true }
    }

    pub(super) fn price(&self, mix: &[u32]) -> f64 {
        price(self.choices, mix)
    }

    /// Whether the budget pays for a mix.
    pub(super) fn pays_for(&self, mix: &[u32]) -> bool {
        self.fits(mix, self.budget)
    }

    /// Whether a mix may be bought with so much.
    fn fits(&self, mix: &[u32], money: f64) -> bool {
        let few = mix.iter().zip(self.choices).all(|(n, choice)| *n <= choice.at_most);
        // Sums of prices are rounded.
        let cheap = self.price(mix) <= money * (1.0 + 1e-9) + 1e-9;
        few && cheap && !self.excluded.iter().any(|(a, b)| mix[*a] > 0 && mix[*b] > 0)
    }

    /// All mixes that the budget buys, the cheapest first; none where there are more than so many.
    pub(super) fn everything(&self, at_most: usize) -> Option<Vec<Mix>> {
        let mut all: Vec<Mix> = vec![vec![0; self.choices.len()]];
        for i in 0..self.choices.len() {
            let mut more = vec![];
            for mix in &all {
                for n in 1..=self.choices[i].at_most {
                    let mut there = mix.clone();
                    there[i] = n;
                    if !self.fits(&there, self.budget) {
                        break;
                    }
                    more.push(there);
                }
                if all.len() + more.len() > at_most {
                    return None;
                }
            }
            all.extend(more);
        }
        all.sort_by(|a, b| self.price(a).total_cmp(&self.price(b)).then_with(|| a.cmp(b)));
        Some(all)
    }

    /// Tries all mixes.
    pub(super) fn try_all<E>(&mut self, all: &[Mix], ask: Ask<'_, E>) -> Result<(), E> {
        self.ask(all.to_vec(), ask)
    }

    /// Nothing and each option by itself; from nothing upwards, each time what brings the most for the money; then swaps
    /// around the best mix of half and of all of the money.
    pub(super) fn explore<E>(&mut self, ask: Ask<'_, E>) -> Result<(), E> {
        let mut here = vec![0; self.choices.len()];
        self.ask(vec![here.clone()], ask)?;
        loop {
            let more: Vec<Mix> =
                (0..here.len()).filter_map(|i| self.with(&here, i, 1, self.budget)).collect();
            self.ask(more.clone(), ask)?;
            let Some(next) = self.most_for_the_money(&here, &more) else { break };
            here = next;
        }
        for level in LEVELS {
            self.improve(level * self.budget, ask)?;
        }
        Ok(())
    }

    fn ask<E>(&mut self, mixes: Vec<Mix>, ask: Ask<'_, E>) -> Result<(), E> {
        let new: BTreeSet<Mix> = mixes.into_iter().filter(|mix| !self.known.contains_key(mix)).collect();
        let new: Vec<Mix> = new.into_iter().collect();
        if !new.is_empty() {
            let found = ask(&new)?;
            self.known.extend(new.into_iter().zip(found));
        }
        Ok(())
    }

    /// The mix with more of one option, if there may be more of it.
    fn with(&self, mix: &[u32], i: usize, more: u32, money: f64) -> Option<Mix> {
        let mut there = mix.to_vec();
        there[i] = there[i].saturating_add(more);
        self.fits(&there, money).then_some(there)
    }

    /// Of these steps the one that gains the most for its money; one that costs nothing and gains comes first.
    fn most_for_the_money(&self, here: &[u32], steps: &[Mix]) -> Option<Mix> {
        let now = self.known.get(here).copied().flatten();
        let rate = |there: &Mix| {
            // What is clearly behind something no dearer is the last step to take, and may lead on yet.
            let Some(gain) = self.known.get(there).copied().flatten().zip(now).map(|(then, now)| then - now)
            else {
                return f64::NEG_INFINITY;
            };
            let money = self.price(there) - self.price(here);
            if money > 0.0 {
                gain / money
            } else if gain > 0.0 {
                f64::INFINITY
            } else {
                f64::NEG_INFINITY
            }
        };
        let free = |there: &&Mix| self.price(there) > self.price(here) || rate(there) > 0.0;
        steps.iter().filter(free).max_by(|a, b| rate(a).total_cmp(&rate(b)).then_with(|| b.cmp(a))).cloned()
    }

    /// From the best that is known for so much money to what is better, swap by swap; where no swap of one option helps, of
    /// two.
    fn improve<E>(&mut self, money: f64, ask: Ask<'_, E>) -> Result<(), E> {
        let mut two = false;
        loop {
            let Some(here) = self.best(money) else { return Ok(()) };
            if self.known.len() >= MOST {
                self.complete = false;
                return Ok(());
            }
            let there = if two { self.two_more(&here, money) } else { self.neighbours(&here, money) };
            self.ask(there, ask)?;
            let better = self.best(money).is_some_and(|best| best != here);
            if two && !better {
                return Ok(());
            }
            two = !better;
        }
    }

    /// The best that is known for so much money; of equals the cheapest.
    pub(super) fn best(&self, money: f64) -> Option<Mix> {
        let within = self.known.iter().filter_map(|(mix, mean)| Some((mix, (*mean)?)));
        let within = within.filter(|(mix, _)| self.fits(mix, money));
        let before = |a: &(&Mix, f64), b: &(&Mix, f64)| {
            b.1.total_cmp(&a.1)
                .then_with(|| self.price(a.0).total_cmp(&self.price(b.0)))
                .then_with(|| a.0.cmp(b.0))
        };
        within.min_by(before).map(|(mix, _)| mix.clone())
    }

    /// One more of an option; one less; so few less of one as make room for one of another; one less of one and as much of
    /// another as that pays for.
    fn neighbours(&self, here: &[u32], money: f64) -> Vec<Mix> {
        let mut all: Vec<Mix> = (0..here.len()).filter_map(|i| self.with(here, i, 1, money)).collect();
        for i in (0..here.len()).filter(|i| here[*i] > 0) {
            let without = |n: u32| {
                let mut there = here.to_vec();
                there[i] -= n;
                there
            };
            all.push(without(1));
            for j in (0..here.len()).filter(|j| *j != i) {
                all.extend((1..=here[i]).find_map(|n| self.with(&without(n), j, 1, money)));
                let room = self.choices[j].at_most.saturating_sub(here[j]);
                let filled = (2..=room).map_while(|n| self.with(&without(1), j, n, money)).last();
                all.extend(filled);
            }
        }
        all
    }

    /// One more of two options, or two of one, and so few less of a third as make room for them: where two are equally
    /// narrow, one alone changes nothing.
    fn two_more(&self, here: &[u32], money: f64) -> Vec<Mix> {
        let mut all = vec![];
        for j in 0..here.len() {
            for k in j..here.len() {
                let mut both = here.to_vec();
                both[j] += 1;
                both[k] += 1;
                if self.fits(&both, money) {
                    all.push(both);
                    continue;
                }
                for i in (0..here.len()).filter(|i| *i != j && *i != k) {
                    let less = |n: u32| {
                        let mut there = both.clone();
                        there[i] -= n;
                        there
                    };
                    all.extend((1..=here[i]).map(less).find(|there| self.fits(there, money)));
                }
            }
        }
        all
    }
}

/// What a mix costs.
pub(super) fn price(choices: &[Choice], mix: &[u32]) -> f64 {
    mix.iter().zip(choices).map(|(n, choice)| f64::from(*n) * choice.price).sum()
}

/// Of mixes with their prices and means (more is better), by place: those than which nothing as cheap is as good.
pub(super) fn efficient(points: &[(f64, f64)]) -> Vec<bool> {
    let beats = |a: &(f64, f64), b: &(f64, f64)| a.0 <= b.0 && a.1 >= b.1 && a != b;
    points.iter().map(|point| !points.iter().any(|other| beats(other, point))).collect()
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn choices(of: &[(f64, u32)]) -> Vec<Choice> {
        let one = |(i, &(price, at_most)): (usize, &(f64, u32))| Choice { id: i.to_string(), price, at_most };
        of.iter().enumerate().map(one).collect()
    }

    /// What a search finds where a rule gives the means, and how many mixes it tried.
    fn found(choices: &[Choice], budget: f64, rule: impl Fn(&[u32]) -> f64) -> (Mix, usize) {
        let mut search = Search::new(choices, budget, &[]);
        let mut ask = |mixes: &[Mix]| Ok::<_, Infallible>(mixes.iter().map(|mix| Some(rule(mix))).collect());
        search.explore(&mut ask).unwrap();
        (search.best(budget).unwrap(), search.known.len())
    }

    fn enumerated(choices: &[Choice], budget: f64, rule: impl Fn(&[u32]) -> f64) -> f64 {
        let all = Search::new(choices, budget, &[]).everything(1_000_000).unwrap();
        all.iter().map(|mix| rule(mix)).fold(f64::NEG_INFINITY, f64::max)
    }

    #[test]
    fn what_brings_less_and_less_is_bought_as_enumeration_would_buy_it() {
        let choices = choices(&[(3.0, 12), (5.0, 9), (7.0, 6), (2.0, 20)]);
        let weights = [4.0, 6.0, 11.0, 2.0];
        let rule = |mix: &[u32]| mix.iter().zip(weights).map(|(n, w)| w * f64::from(*n).sqrt()).sum::<f64>();
        for budget in [11.0, 23.0, 40.0, 61.0] {
            let (mix, tried) = found(&choices, budget, rule);
            let best = enumerated(&choices, budget, rule);
            // Swaps may end near the best: for 61 they bring 99.9 % of it.
            assert!(rule(&mix) >= 0.995 * best, "{mix:?} for {budget}: {} of {best}", rule(&mix));
            assert!(budget > 40.0 || rule(&mix) == best, "{mix:?} for {budget}: {} of {best}", rule(&mix));
            assert!(tried < 120, "tried {tried} of thousands");
        }
    }

    #[test]
    fn a_line_of_stations_is_widened_where_it_is_narrow() {
        // The narrowest decides, so no single step helps where two are equally narrow.
        let choices = choices(&[(4.0, 8), (3.0, 8), (5.0, 8)]);
        let rule = |mix: &[u32]| {
            let rates = [2.0 + f64::from(mix[0]), 2.5 + f64::from(mix[1]), 2.0 + 1.5 * f64::from(mix[2])];
            rates.iter().copied().fold(f64::INFINITY, f64::min) + 0.01 * rates.iter().sum::<f64>()
        };
        let (mix, _) = found(&choices, 40.0, rule);
        assert!((rule(&mix) - enumerated(&choices, 40.0, rule)).abs() < 1e-9, "{mix:?}");
    }

    #[test]
    fn all_mixes_are_those_that_the_money_buys_and_that_go_together() {
        let choices = choices(&[(3.0, 2), (2.0, 1), (0.0, 1)]);
        let search = Search::new(&choices, 6.0, &[(1, 2)]);
        let all = search.everything(100).unwrap();
        let wanted = [[0, 0, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0], [1, 0, 1], [1, 1, 0], [2, 0, 0], [2, 0, 1]];
        assert_eq!(all, wanted);
        assert_eq!(search.everything(7), None);
    }

    #[test]
    fn of_points_those_are_efficient_that_nothing_as_cheap_reaches() {
        let points = [(0.0, 1.0), (1.0, 3.0), (1.0, 2.0), (2.0, 3.0), (3.0, 4.0)];
        assert_eq!(efficient(&points), [true, true, false, false, true]);
    }
}
