//! Events that come later, in buckets of equal length by time. Nobody asks for their order before their bucket is next,
//! so each is moved a few times in all, however many there are.

use super::Event;
use crate::units::Time;

/// Events of a bucket, on average.
const IN_A_BUCKET: usize = 16;

/// The buckets.
#[derive(Debug, Default)]
pub(super) struct Far {
    buckets: Vec<Vec<Event>>,
    /// The first bucket that has not been taken.
    next: usize,
    /// When the first of all buckets begins.
    start: i64,
    /// The length of a bucket is two to the power of this, in milliseconds.
    shift: u32,
    /// What comes after the last bucket.
    beyond: Vec<Event>,
    /// How many are here.
    len: usize,
}

impl Far {
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(super) fn push(&mut self, event: Event) {
        self.len += 1;
        let bucket = ((event.time.0 - self.start) >> self.shift) as usize;
        self.buckets.get_mut(bucket).unwrap_or(&mut self.beyond).push(event);
    }

    /// Takes events in while there are no others.
    pub(super) fn begin(&mut self, events: impl Iterator<Item = Event>) {
        self.beyond.extend(events);
        self.len = self.beyond.len();
        self.spread();
    }

    /// Hands the events of the next bucket that has any over, for an empty list, and says when the one after it begins.
    pub(super) fn take_bucket(&mut self, into: impl FnOnce(&mut Vec<Event>)) -> Time {
        loop {
            let Some(bucket) = self.buckets.get_mut(self.next) else {
                self.spread();
                continue;
            };
            self.next += 1;
            if !bucket.is_empty() {
                self.len -= bucket.len();
                into(bucket);
                return Time(self.start + ((self.next as i64) << self.shift));
            }
        }
    }

    /// All events, in no order; none is left.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = Event> + '_ {
        self.len = 0;
        self.buckets.iter_mut().flat_map(|bucket| bucket.drain(..)).chain(self.beyond.drain(..))
    }

    /// Makes buckets anew for the earlier half of what lies beyond them. The later half may reach very far.
    fn spread(&mut self) {
        let mut times: Vec<i64> = self.beyond.iter().map(|event| event.time.0).collect();
        let half = times.len() / 2;
        let (earlier, &mut median, _) = times.select_nth_unstable(half);
        let first = earlier.iter().copied().min().unwrap_or(median);
        let length = (median - first) / (half / IN_A_BUCKET + 1) as i64 + 1;
        // The next power of two.
        self.shift = i64::BITS - (length - 1).leading_zeros();
        let count = ((median - first) >> self.shift) as usize + 1;
        (self.start, self.next) = (first, 0);
        self.buckets.resize_with(count, Vec::new);
        let mut i = 0;
        while let Some(event) = self.beyond.get(i) {
            let bucket = ((event.time.0 - first) >> self.shift) as usize;
            if bucket < count {
                let event = self.beyond.swap_remove(i);
                self.buckets[bucket].push(event);
            } else {
                i += 1;
            }
        }
    }
}
