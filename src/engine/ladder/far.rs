//! All but the least items, in buckets of equal length.

use super::Item;

/// Items of a bucket as it is made, to which more come before its turn, and then to the heap beside what came near.
const IN_A_BUCKET: usize = 16;
/// So many items lie apart in memory: there it is better to reach for fewer and longer buckets.
const MANY: usize = 1 << 14;
const OF_MANY_IN_A_BUCKET: usize = 64;

/// The buckets.
#[derive(Debug)]
pub(super) struct Far<T> {
    buckets: Vec<Vec<T>>,
    /// The first bucket that has not been taken.
    next: usize,
    /// Where the first of all buckets begins.
    start: i64,
    /// The length of a bucket is two to the power of this.
    shift: u32,
    /// What comes after the last bucket.
    beyond: Vec<T>,
    /// How many are here.
    len: usize,
}

impl<T> Default for Far<T> {
    fn default() -> Far<T> {
        Far { buckets: vec![], next: 0, start: 0, shift: 0, beyond: vec![], len: 0 }
    }
}

impl<T: Item> Far<T> {
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(super) fn push(&mut self, item: T) {
        self.len += 1;
        let bucket = self.bucket(item.position());
        self.buckets.get_mut(bucket).unwrap_or(&mut self.beyond).push(item);
    }

    /// The bucket of a position, which is not before the first one.
    #[inline]
    fn bucket(&self, position: i64) -> usize {
        (position.abs_diff(self.start) >> self.shift) as usize
    }

    /// Takes items in where there are none.
    pub(super) fn begin(&mut self, items: impl Iterator<Item = T>) {
        self.beyond.extend(items);
        self.len = self.beyond.len();
        self.spread();
    }

    /// Hands the next bucket that holds any over, to be emptied, and says which position is the last in it.
    pub(super) fn take_bucket(&mut self, empty: impl FnOnce(&mut Vec<T>)) -> i64 {
        loop {
            let Some(bucket) = self.buckets.get_mut(self.next) else {
                self.spread();
                continue;
            };
            self.next += 1;
            if !bucket.is_empty() {
                self.len -= bucket.len();
                empty(bucket);
                let end = i128::from(self.start) + ((self.next as i128) << self.shift);
                return i64::try_from(end - 1).unwrap_or(i64::MAX);
            }
        }
    }

    /// All items, in no order; none is left.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = T> + '_ {
        self.len = 0;
        self.buckets.iter_mut().flat_map(|bucket| bucket.drain(..)).chain(self.beyond.drain(..))
    }

    /// Makes buckets anew for the lesser half of what lies beyond them. The greater half may reach very far.
    fn spread(&mut self) {
        let mut positions: Vec<i64> = self.beyond.iter().map(Item::position).collect();
        let half = positions.len() / 2;
        let (lesser, &mut median, _) = positions.select_nth_unstable(half);
        (self.start, self.next) = (lesser.iter().copied().min().unwrap_or(median), 0);
        let in_a_bucket = if half < MANY { IN_A_BUCKET } else { OF_MANY_IN_A_BUCKET };
        let length = median.abs_diff(self.start) / (half / in_a_bucket + 1) as u64;
        // The next power of two above it.
        self.shift = (u64::BITS - length.leading_zeros()).min(u64::BITS - 1);
        let count = self.bucket(median) + 1;
        self.buckets.resize_with(count, Vec::new);
        let mut i = 0;
        while let Some(item) = self.beyond.get(i) {
            let bucket = self.bucket(item.position());
            if bucket < count {
                let item = self.beyond.swap_remove(i);
                self.buckets[bucket].push(item);
            } else {
                i += 1;
            }
        }
    }
}
