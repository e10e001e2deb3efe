//! A list that hands out its least item, however many it holds.
//!
//! Of few items the least stand in a row, the others in a heap. Many lie in buckets of equal length, of which nobody asks for
//! the order before their turn: then a bucket is put in order once, and what is still added to it stands in the heap. Each
//! item is moved a few times in all, where a long heap would go through memory for every item it hands out. (After W. T. Tang,
//! R. S. M. Goh, I. L. Thng, Ladder queue, ACM TOMACS 15, 2005; with two rungs.)

mod far;
mod near;

use far::Far;
use near::Near;

/// What can stand in a [`Ladder`]: the least comes first.
pub(super) trait Item: Copy + Ord {
    /// Its place on a line, of which items are sorted into buckets: never greater than that of a greater item.
    fn position(&self) -> i64;

    /// Whether it comes before another.
    #[inline]
    fn before(&self, other: &Self) -> bool {
        self < other
    }
}

/// So many items are few: they fit into the fastest cache.
const FEW_AT_MOST: usize = 512;
/// When fewer than these are left in buckets, they are few again.
const FEW_AGAIN: usize = 128;

/// The list.
#[derive(Debug)]
pub(super) struct Ladder<T> {
    near: Near<T>,
    /// Whatever has a greater position lies in buckets.
    last: i64,
    /// Nothing is here while nothing is near.
    far: Far<T>,
    /// A bucket has come near, and nobody has asked for it.
    news: bool,
}

impl<T> Default for Ladder<T> {
    fn default() -> Ladder<T> {
        Ladder { near: Near::default(), last: i64::MAX, far: Far::default(), news: false }
    }
}

impl<T: Item> Ladder<T> {
    /// Takes an item in.
    #[expect(
        clippy::inline_always,
        reason = "an item that is handed over in memory has to get there first, behind all else that goes there"
    )]
    #[inline(always)]
    pub(super) fn push(&mut self, item: T) {
        if item.position() > self.last {
            self.far.push(item);
            if self.near.len() == 0 {
                self.come_near();
            }
        } else if self.last == i64::MAX {
            self.near.place(item);
            if self.near.len() > FEW_AT_MOST && self.far.len() == 0 {
                self.split();
            }
        } else {
            // A place among many depends on too much to be guessed, and what follows would have to wait for it.
            self.near.add(item);
        }
    }

    /// There are more than a few.
    #[cold]
    fn split(&mut self) {
        self.far.begin(self.near.drain());
        self.come_near();
    }

    /// The least item.
    #[inline]
    pub(super) fn first(&self) -> Option<&T> {
        self.near.first()
    }

    /// Takes the least item out.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<T> {
        let item = self.near.pop();
        if self.near.len() == 0 && self.far.len() > 0 {
            self.come_near();
        }
        item
    }

    /// Nothing is near: what comes next does.
    #[cold]
    fn come_near(&mut self) {
        if self.far.len() < FEW_AGAIN {
            self.far.drain().for_each(|item| self.near.place(item));
            self.last = i64::MAX;
        } else {
            self.last = self.far.take_bucket(|items| self.near.replace(items));
            self.news = true;
        }
    }

    /// Whether a bucket has come near since this was last asked.
    #[inline]
    pub(super) fn news(&mut self) -> bool {
        std::mem::take(&mut self.news)
    }

    /// What is left of the bucket that came near last, the least one last.
    pub(super) fn near(&self) -> &[T] {
        self.near.row()
    }

    /// All items, in no order; none is left.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = T> + '_ {
        self.last = i64::MAX;
        self.near.drain().chain(self.far.drain())
    }

    /// Keeps only those for which this holds.
    pub(super) fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        let kept: Vec<T> = self.drain().filter(keep).collect();
        for item in kept {
            self.push(item);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    impl Item for (i64, u32) {
        fn position(&self) -> i64 {
            self.0
        }

        fn before(&self, other: &Self) -> bool {
            self < other
        }
    }

    /// Lists that grow and shrink again, with items at equal places, near, and as far apart as can be.
    #[test]
    fn any_mixture_agrees_with_a_sorted_set() {
        let spans: [fn(u64) -> i64; 4] = [
            |draw| (draw % 97) as i64,
            |draw| (draw % (1 << (1 + draw % 40))) as i64,
            |draw| draw as i64,
            |draw| if draw % 3 == 0 { i64::MAX } else { i64::MIN + (draw % 1000) as i64 },
        ];
        for span in spans {
            let (mut list, mut shadow) = (Ladder::default(), BTreeSet::new());
            let mut state = 7_u64;
            for n in 0..120_000_u32 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let draw = state ^ state >> 29;
                let grows = if n % 40_000 < 20_000 { 3 } else { 2 };
                if draw % 5 < grows {
                    let item = (span(draw >> 3), n);
                    list.push(item);
                    shadow.insert(item);
                } else {
                    assert_eq!(list.first(), shadow.first());
                    assert_eq!(list.pop(), shadow.pop_first());
                }
                if n % 30_011 == 0 {
                    list.retain(|item| item.1 % 7 != 3);
                    shadow.retain(|item| item.1 % 7 != 3);
                }
            }
            while let Some(item) = shadow.pop_first() {
                assert_eq!(list.pop(), Some(item));
            }
            assert_eq!((list.pop(), list.first()), (None, None));
        }
    }
}
