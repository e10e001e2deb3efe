//! The ages of open cases without a sort: cases are numbered by arrival, so the k-th oldest is a bit count.

use crate::units::{Duration, Time};

/// Words of 64 cases in a block.
const WORDS: usize = 64;

/// The numbers of the open cases of one class, as bits, with a count for every block of 4,096 numbers.
///
/// Opening and closing a case cost a constant; finding the k-th costs a pass over the blocks, at samples only.
#[derive(Debug, Clone, Default)]
struct OpenNumbers {
    words: Vec<u64>,
    blocks: Vec<u32>,
    open: u64,
}

impl OpenNumbers {
    fn open(&mut self, number: usize) {
        if self.words.len() <= number / 64 {
            let blocks = number / (64 * WORDS) + 1;
            self.words.resize(blocks * WORDS, 0);
            self.blocks.resize(blocks, 0);
        }
        self.words[number / 64] |= 1 << (number % 64);
        self.blocks[number / (64 * WORDS)] += 1;
        self.open += 1;
    }

    fn close(&mut self, number: usize) {
        self.words[number / 64] &= !(1 << (number % 64));
        self.blocks[number / (64 * WORDS)] -= 1;
        self.open -= 1;
    }
}

/// The numbers of all open cases by class, and when each arrived.
#[derive(Debug)]
pub(super) struct Ages {
    classes: Vec<OpenNumbers>,
    /// By block and place in it. Of a block in which nobody is open any more nothing is kept: what a long run takes
    /// depends on how many cases are open, hardly on how many came.
    arrived: Vec<Vec<Time>>,
}

/// The shares of open cases whose greatest age is reported.
pub(crate) const AGE_SHARES: [(f64, &str); 3] = [(0.1, "age_p10"), (0.5, "age_p50"), (0.9, "age_p90")];

impl Ages {
    pub(super) fn new(classes: usize) -> Ages {
        Ages { classes: vec![OpenNumbers::default(); classes], arrived: vec![] }
    }

    pub(super) fn open(&mut self, class: usize, number: u64, arrived: Time) {
        let number = number as usize;
        let (block, place) = (number / (64 * WORDS), number % (64 * WORDS));
        if self.arrived.len() <= block {
            self.arrived.resize(block + 1, vec![]);
        }
        let times = &mut self.arrived[block];
        if times.len() <= place {
            times.resize(place + 1, arrived);
        }
        times[place] = arrived;
        self.classes[class].open(number);
    }

    pub(super) fn close(&mut self, class: usize, number: u64) {
        let block = number as usize / (64 * WORDS);
        self.classes[class].close(number as usize);
        let is_empty = |c: &OpenNumbers| c.blocks.get(block).is_none_or(|open| *open == 0);
        // To the last block more are added.
        if block + 1 < self.arrived.len() && self.classes.iter().all(is_empty) {
            self.arrived[block] = vec![];
        }
    }

    /// The age at `now` that each of [`AGE_SHARES`] of the open cases of a class (of all where absent) do not exceed:
    /// the lower order statistic, of rank ⌊(n − 1)·p⌋ from 0 in the order of growing age. None without open cases.
    pub(super) fn statistics(&self, class: Option<usize>, now: Time) -> [Option<Duration>; 3] {
        let classes = match class {
            Some(c) => &self.classes[c..=c],
            None => &self.classes[..],
        };
        let open: u64 = classes.iter().map(|c| c.open).sum();
        AGE_SHARES.map(|(share, _)| {
            let rank = (open.checked_sub(1)? as f64 * share).floor() as u64;
            // The youngest came last.
            let number = kth(classes, open - 1 - rank)?;
            Some(now - self.arrived[number / (64 * WORDS)][number % (64 * WORDS)])
        })
    }
}

/// The `k`-th open number (from 0) of several classes together.
fn kth(classes: &[OpenNumbers], mut k: u64) -> Option<usize> {
    let blocks = classes.iter().map(|c| c.blocks.len()).max()?;
    let count = |c: &OpenNumbers, block: usize| u64::from(c.blocks.get(block).copied().unwrap_or(0));
    for block in 0..blocks {
        let here: u64 = classes.iter().map(|c| count(c, block)).sum();
        if k < here {
            return kth_in_block(classes, block, k);
        }
        k -= here;
    }
    None
}

fn kth_in_block(classes: &[OpenNumbers], block: usize, mut k: u64) -> Option<usize> {
    let first = block * WORDS;
    let mut words = [0_u64; WORDS];
    for class in classes {
        // A number belongs to one class, so the words of different classes share no bit.
        let own = class.words.get(first..first + WORDS).unwrap_or_default();
        words.iter_mut().zip(own).for_each(|(all, own)| *all |= own);
    }
    for (place, mut word) in (first..).zip(words) {
        let here = u64::from(word.count_ones());
        if k < here {
            for _ in 0..k {
                word &= word - 1;
            }
            return Some(place * 64 + word.trailing_zeros() as usize);
        }
        k -= here;
    }
    None
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
            assert_eq!(ages.statistics(class, now), [lower(0.1), lower(0.5), lower(0.9)]);
        }
    }

    #[test]
    fn nobody_open_has_no_age() {
        let mut ages = Ages::new(1);
        assert_eq!(ages.statistics(None, Time(5)), [None; 3]);
        ages.open(0, 0, Time(-3));
        assert_eq!(ages.statistics(Some(0), Time(5)), [Some(Duration(8)); 3]);
        ages.close(0, 0);
        assert_eq!(ages.statistics(None, Time(5)), [None; 3]);
    }
}
