//! The search through all staffings of the ranges, by cost.
//!
//! It takes for granted that more members never hurt, so a staffing that fails speaks for all that are nowhere larger.
//! That is a guess about where to look: whatever comes out is confirmed by others.

use std::collections::BTreeMap;

use super::{Posts, cost};

/// What is known of a staffing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Judged {
    /// Whether it seems to reach all goals.
    pub(super) feasible: bool,
    /// How far it is from that.
    pub(super) shortfall: f64,
}

/// Staffings that are tried at most: two hundred take minutes, and more would not be waited for.
const MOST: usize = 300;

/// A search, with all it has learned.
pub(super) struct Search<'q> {
    posts: &'q [Posts],
    known: BTreeMap<Vec<u32>, Judged>,
    complete: bool,
}

/// Tries a staffing.
type Ask<'a, E> = &'a mut dyn FnMut(&[u32]) -> Result<Judged, E>;

impl<'q> Search<'q> {
    pub(super) fn new(posts: &'q [Posts]) -> Search<'q> {
        Search { posts, known: BTreeMap::new(), complete: true }
    }

    /// All staffings of the ranges.
    pub(super) fn everything(&self) -> Vec<Vec<u32>> {
        self.posts.iter().fold(vec![vec![]], |all, of| {
            let longer =
                |start: &Vec<u32>| (of.low..=of.high).map(|n| [start.clone(), vec![n]].concat()).collect();
            all.iter().flat_map::<Vec<Vec<u32>>, _>(longer).collect()
        })
    }

    /// Takes note of what others found.
    pub(super) fn learn(&mut self, staffing: Vec<u32>, judged: Judged) {
        self.known.insert(staffing, judged);
    }

    /// Whether it has come to its end.
    pub(super) fn is_complete(&self) -> bool {
        self.complete
    }

    /// What is nearest to reaching all goals, of equals the cheapest.
    pub(super) fn nearest(&self) -> Option<Vec<u32>> {
        let key = |(staffing, judged): &(&Vec<u32>, &Judged)| (judged.shortfall, cost(self.posts, staffing));
        let before = |a: &(f64, f64), b: &(f64, f64)| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1));
        self.known.iter().min_by(|a, b| before(&key(a), &key(b))).map(|(staffing, _)| staffing.clone())
    }

    /// The cheapest staffing that seems to reach all goals, begun at a guess; none where nothing seems to.
    pub(super) fn cheapest<E>(&mut self, from: &[u32], ask: Ask<'_, E>) -> Result<Option<Vec<u32>>, E> {
        let Some(mut best) = self.first(from, ask)? else { return Ok(None) };
        loop {
            best = self.descend(best, ask)?;
            match self.cheaper(&best, ask)? {
                Some(cheaper) => best = cheaper,
                None => return Ok(Some(best)),
            }
        }
    }

    fn ask<E>(&mut self, staffing: &[u32], ask: Ask<'_, E>) -> Result<Judged, E> {
        if let Some(known) = self.known.get(staffing) {
            return Ok(*known);
        }
        let judged = ask(staffing)?;
        self.known.insert(staffing.to_vec(), judged);
        Ok(judged)
    }

    fn cost(&self, staffing: &[u32]) -> f64 {
        cost(self.posts, staffing)
    }

    /// Some staffing that seems to do: one that is known, or else upwards in all pools at once.
    fn first<E>(&mut self, from: &[u32], ask: Ask<'_, E>) -> Result<Option<Vec<u32>>, E> {
        let feasible = self.known.iter().filter(|(_, judged)| judged.feasible).map(|(staffing, _)| staffing);
        if let Some(known) = feasible.min_by(|a, b| self.cost(a).total_cmp(&self.cost(b))) {
            return Ok(Some(known.clone()));
        }
        let mut more = 0;
        loop {
            let there: Vec<u32> = self
                .posts
                .iter()
                .zip(from)
                .map(|(of, n)| n.saturating_add(more).clamp(of.low, of.high))
                .collect();
            if self.ask(&there, ask)?.feasible {
                return Ok(Some(there));
            }
            if there.iter().zip(self.posts).all(|(n, of)| *n == of.high) {
                return self.repair(ask);
            }
            more = 1.max(2 * more);
        }
    }

    /// Where even the most members fail, as those in front may flood those behind: from what came nearest, step by step
    /// in one pool, as long as that brings it nearer.
    fn repair<E>(&mut self, ask: Ask<'_, E>) -> Result<Option<Vec<u32>>, E> {
        let mut here = self.nearest().expect("something has been tried");
        let mut best = self.known[&here];
        let mut step = self.posts.iter().map(|of| of.high - of.low).max().unwrap_or(0).div_ceil(2);
        while step > 0 && self.known.len() < MOST {
            let before = best.shortfall;
            for i in 0..self.posts.len() {
                for there in moves(&here, i, step, &self.posts[i]) {
                    let judged = self.ask(&there, ask)?;
                    if judged.feasible {
                        return Ok(Some(there));
                    }
                    if judged.shortfall < best.shortfall {
                        (here, best) = (there, judged);
                    }
                }
            }
            if best.shortfall >= before {
                step /= 2;
            }
        }
        Ok(None)
    }

    /// Downwards in one pool after the other, the dearest first, as far as it seems to do.
    fn descend<E>(&mut self, mut best: Vec<u32>, ask: Ask<'_, E>) -> Result<Vec<u32>, E> {
        let mut order: Vec<usize> = (0..self.posts.len()).collect();
        order.sort_by(|a, b| self.posts[*b].cost.total_cmp(&self.posts[*a].cost));
        loop {
            let before = best.clone();
            for &i in &order {
                best[i] = self.lowest(&best, i, ask)?;
            }
            if best == before {
                return Ok(best);
            }
        }
    }

    /// The fewest members of one pool: down by steps of 1, 2, 4 until it fails, then by halves.
    fn lowest<E>(&mut self, best: &[u32], i: usize, ask: Ask<'_, E>) -> Result<u32, E> {
        let with = |n: u32| {
            let mut there = best.to_vec();
            there[i] = n;
            there
        };
        let (least, mut good, mut step) = (self.posts[i].low, best[i], 1);
        let mut bad = None;
        while good > least && bad.is_none() {
            let there = least.max(good.saturating_sub(step));
            if self.ask(&with(there), ask)?.feasible {
                good = there;
                step *= 2;
            } else {
                bad = Some(there);
            }
        }
        let Some(mut bad) = bad else { return Ok(good) };
        while bad + 1 < good {
            let middle = u32::midpoint(bad, good);
            if self.ask(&with(middle), ask)?.feasible { good = middle } else { bad = middle }
        }
        Ok(good)
    }

    /// A cheaper staffing that seems to do. Each that fails rules out all that are nowhere larger; so the one with most
    /// staffings below it is tried next, until none is left.
    fn cheaper<E>(&mut self, best: &[u32], ask: Ask<'_, E>) -> Result<Option<Vec<u32>>, E> {
        let most = self.cost(best) * (1.0 - 1e-12);
        // One member less in one pool with all that may be had in the others: if even that fails, nothing below will do.
        for i in (0..self.posts.len()).filter(|i| best[*i] > self.posts[*i].low) {
            let mut corner: Vec<u32> = self.posts.iter().map(|of| of.high).collect();
            corner[i] = best[i] - 1;
            if self.known.len() < MOST {
                self.ask(&corner, ask)?;
            }
        }
        let failed: Vec<Vec<u32>> =
            self.known.iter().filter(|(_, judged)| !judged.feasible).map(|(s, _)| s.clone()).collect();
        let mut open = self.everything();
        open.retain(|s| self.cost(s) < most && !failed.iter().any(|failed| is_below(s, failed)));
        let below = |s: &Vec<u32>| -> f64 {
            s.iter().zip(self.posts).map(|(n, of)| f64::from(n - of.low + 1)).product()
        };
        open.sort_by(|a, b| below(b).total_cmp(&below(a)));
        while let Some(next) = open.first().cloned() {
            if self.known.len() >= MOST {
                self.complete = false;
                return Ok(None);
            }
            if self.ask(&next, ask)?.feasible {
                return Ok(Some(next));
            }
            open.retain(|s| !is_below(s, &next));
        }
        Ok(None)
    }
}

/// Whether a staffing is nowhere larger than another.
fn is_below(staffing: &[u32], other: &[u32]) -> bool {
    staffing.iter().zip(other).all(|(a, b)| a <= b)
}

/// One pool down and up by a step, as far as its range allows.
fn moves(here: &[u32], i: usize, step: u32, of: &Posts) -> Vec<Vec<u32>> {
    let down = here[i].saturating_sub(step).max(of.low);
    let up = here[i].saturating_add(step).min(of.high);
    let to = |n: u32| {
        let mut there = here.to_vec();
        there[i] = n;
        there
    };
    [down, up].into_iter().filter(|n| *n != here[i]).map(to).collect()
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn posts(ranges: &[(u32, u32, f64)]) -> Vec<Posts> {
        let one = |&(low, high, cost): &(u32, u32, f64)| Posts { pool: String::new(), low, high, cost };
        ranges.iter().map(one).collect()
    }

    /// What the search finds where a rule decides, and how many staffings it tried.
    fn found(posts: &[Posts], from: &[u32], rule: impl Fn(&[u32]) -> f64) -> (Option<Vec<u32>>, usize) {
        let mut search = Search::new(posts);
        let mut ask = |s: &[u32]| {
            let shortfall = rule(s).max(0.0);
            Ok::<_, Infallible>(Judged { feasible: shortfall == 0.0, shortfall })
        };
        let found = search.cheapest(from, &mut ask).unwrap();
        (found, search.known.len())
    }

    fn enumerated(posts: &[Posts], rule: impl Fn(&[u32]) -> f64) -> Option<f64> {
        let all = Search::new(posts).everything();
        all.iter().filter(|s| rule(s) <= 0.0).map(|s| cost(posts, s)).min_by(f64::total_cmp)
    }

    #[test]
    fn where_more_never_hurts_the_cheapest_is_found_from_anywhere() {
        // Members replace each other at changing rates: the cheapest is no corner.
        let posts = posts(&[(1, 15, 3.0), (1, 20, 2.0), (0, 9, 5.0)]);
        let rule = |s: &[u32]| {
            let work = f64::from(s[0]).sqrt() * f64::from(s[1]).sqrt() + 1.5 * f64::from(s[2]);
            9.3 - work
        };
        let wanted = enumerated(&posts, rule).unwrap();
        for from in [[1, 1, 0], [15, 20, 9], [4, 9, 2], [15, 1, 0]] {
            let (found, tried) = found(&posts, &from, rule);
            assert_eq!(cost(&posts, &found.unwrap()), wanted, "from {from:?}");
            assert!(tried < 200, "tried {tried} of 3,000");
        }
    }

    #[test]
    fn one_pool_takes_a_handful_of_trials() {
        let posts = posts(&[(1, 200, 1.0)]);
        let (found, tried) = found(&posts, &[100], |s| 111.0 - f64::from(s[0]));
        assert_eq!(found, Some(vec![111]));
        assert!(tried <= 12, "tried {tried}");
    }

    #[test]
    fn those_in_front_may_flood_those_behind_and_an_answer_is_found_yet() {
        // More than 12 in front are too many for any number behind.
        let posts = posts(&[(1, 20, 1.0), (1, 10, 1.0)]);
        let rule = |s: &[u32]| {
            let (front, behind) = (f64::from(s[0]), f64::from(s[1]));
            (8.0 - front).max(0.0) + (front - 12.0).max(0.0) + (6.0 - behind).max(0.0)
        };
        let (found, _) = found(&posts, &[20, 10], rule);
        assert_eq!(found, Some(vec![8, 6]));
    }

    #[test]
    fn where_nothing_does_nothing_is_found_and_the_nearest_is_known() {
        let posts = posts(&[(1, 5, 1.0), (1, 5, 1.0)]);
        let mut search = Search::new(&posts);
        let mut ask = |s: &[u32]| {
            let shortfall = f64::from(20 - s[0] - s[1]);
            Ok::<_, Infallible>(Judged { feasible: false, shortfall })
        };
        assert_eq!(search.cheapest(&[2, 2], &mut ask).unwrap(), None);
        assert_eq!(search.nearest(), Some(vec![5, 5]));
    }
}
