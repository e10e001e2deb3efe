//! The ages of open cases without a sort: cases are numbered by arrival, so the k-th oldest is a bit count.

use std::ops::Range;

use crate::units::{Duration, Time};

/// Words of 64 cases in a block.
const WORDS: usize = 8;
/// Cases in a block.
const BLOCK: usize = 64 * WORDS;

/// The numbers of all open cases by class, as bits with a count for each block, and when each arrived.
///
/// Opening and closing a case cost a constant; finding the k-th costs a pass over the blocks, at samples only.
#[derive(Debug)]
pub(super) struct Ages {
    classes: usize,
    /// By block, then class: the numbers of those that are open, and how many they are.
    words: Vec<[u64; WORDS]>,
    counts: Vec<u32>,
    /// By block and place in it. Of a block in which nobody is open any more nothing is kept: what a long run takes
    /// depends on how many cases are open, hardly on how many came.
    arrived: Vec<Vec<Time>>,
    /// In the blocks before this one nobody is open.
    first: usize,
}

/// The shares of open cases whose greatest age is reported.
pub(crate) const AGE_SHARES: [(f64, &str); 3] = [(0.1, "age_p10"), (0.5, "age_p50"), (0.9, "age_p90")];

impl Ages {
    pub(super) fn new(classes: usize) -> Ages {
        Ages { classes, words: vec![], counts: vec![], arrived: vec![], first: 0 }
    }

    pub(super) fn open(&mut self, class: usize, number: u64, arrived: Time) {
        let (block, place) = (number as usize / BLOCK, number as usize % BLOCK);
        if self.arrived.len() <= block {
            self.arrived.resize(block + 1, vec![]);
            self.words.resize((block + 1) * self.classes, [0; WORDS]);
            self.counts.resize((block + 1) * self.classes, 0);
        }
        self.first = self.first.min(block);
        let times = &mut self.arrived[block];
        if times.is_empty() {
            times.resize(BLOCK, arrived);
        }
        times[place] = arrived;
        let cell = block * self.classes + class;
        self.words[cell][place / 64] |= 1 << (place % 64);
        self.counts[cell] += 1;
    }

    /// Looks at the word of a case; what comes of it says nothing.
    pub(super) fn glance(&self, class: usize, number: u64) -> u64 {
        let (block, place) = (number as usize / BLOCK, number as usize % BLOCK);
        self.words.get(block * self.classes + class).map_or(0, |words| words[place / 64])
    }

    pub(super) fn close(&mut self, class: usize, number: u64) {
        let (block, place) = (number as usize / BLOCK, number as usize % BLOCK);
        let first = block * self.classes;
        self.words[first + class][place / 64] &= !(1 << (place % 64));
        self.counts[first + class] -= 1;
        // To the last block more are added.
        if self.counts[first + class] == 0
            && block + 1 < self.arrived.len()
            && self.counts[first..first + self.classes].iter().all(|open| *open == 0)
        {
            self.arrived[block] = vec![];
            while self.first + 1 < self.arrived.len() && self.arrived[self.first].is_empty() {
                self.first += 1;
            }
        }
    }

    /// The age at `now` that each of [`AGE_SHARES`] of the open cases of some classes, of whom so many are `open`, do not
    /// exceed: the lower order statistic, of rank ⌊(n − 1)·p⌋ from 0 in the order of growing age. None without open cases.
    pub(super) fn statistics(&self, classes: Range<usize>, open: u32, now: Time) -> [Option<Duration>; 3] {
        let mut ages = [None; 3];
        let Some(last) = open.checked_sub(1).map(u64::from) else { return ages };
        // The youngest came last, so those for the greatest share stand first, and one pass finds all.
        let (mut block, mut before) = (self.first, 0);
        for (age, (share, _)) in ages.iter_mut().zip(AGE_SHARES).rev() {
            let number = last - (last as f64 * share).floor() as u64;
            loop {
                let here = block * self.classes;
                let counts = &self.counts[here + classes.start..here + classes.end];
                let open: u64 = counts.iter().map(|n| u64::from(*n)).sum();
                if number < before + open {
                    break;
                }
                (block, before) = (block + 1, before + open);
            }
            let here = block * self.classes;
            let place = place_of(&self.words[here + classes.start..here + classes.end], number - before);
            *age = Some(now - self.arrived[block][place]);
        }
        ages
    }
}

/// The place of the `k`-th open number (from 0) of several classes together in their block.
fn place_of(classes: &[[u64; WORDS]], mut k: u64) -> usize {
    for i in 0..WORDS {
        // A number belongs to one class, so the words of different classes share no bit.
        let mut word = classes.iter().fold(0, |all, own| all | own[i]);
        let here = u64::from(word.count_ones());
        if k < here {
            for _ in 0..k {
                word &= word - 1;
            }
            return i * 64 + word.trailing_zeros() as usize;
        }
        k -= here;
    }
    unreachable!("the count of a block is that of its bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_statistics_are_those_of_a_sort() {
        // 20,000 cases in two classes, a third of them closed again by a fixed pattern.
        let mut ages = Ages::new(2);
        let mut open = vec![];
        for number in 0..20_000_u64 {
            let (class, arrived) = (usize::from(number % 5 == 0), Time((number * number / 7) as i64));
            ages.open(class, number, arrived);
            open.push((number, class, arrived));
        }
        open.retain(|&(number, class, _)| {
            let closes = number * 7919 % 3 == 0;
            if closes {
                ages.close(class, number);
            }
            !closes
        });
        let now = Time(100_000_000);
        for class in [None, Some(0), Some(1)] {
            let mut sorted: Vec<Duration> =
                open.iter().filter(|c| class.is_none_or(|k| k == c.1)).map(|c| now - c.2).collect();
            sorted.sort_unstable();
            let lower = |p: f64| Some(sorted[((sorted.len() - 1) as f64 * p).floor() as usize]);
            let classes = class.map_or(0..2, |c| c..c + 1);
            let open = sorted.len() as u32;
            assert_eq!(ages.statistics(classes, open, now), [lower(0.1), lower(0.5), lower(0.9)]);
        }
    }

    #[test]
    fn nobody_open_has_no_age() {
        let mut ages = Ages::new(1);
        assert_eq!(ages.statistics(0..1, 0, Time(5)), [None; 3]);
        ages.open(0, 0, Time(-3));
        assert_eq!(ages.statistics(0..1, 1, Time(5)), [Some(Duration(8)); 3]);
        ages.close(0, 0);
        assert_eq!(ages.statistics(0..1, 0, Time(5)), [None; 3]);
    }
}
