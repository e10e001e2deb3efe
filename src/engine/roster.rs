//! Cases in the order of arrival, with the one of a given rank found in a logarithm.

/// A list to which later ones are added at the end and from which any one can leave: a tree of partial counts over the
/// places, rebuilt when most places are empty, so that a step costs the logarithm of those who are in.
#[derive(Debug)]
pub(super) struct Roster<T> {
    /// Number and what is kept of it, in order; `None` has left.
    places: Vec<(u64, Option<T>)>,
    /// `counts[i]`: how many are in at the places that the lowest set bit of `i + 1` covers.
    counts: Vec<u32>,
    len: usize,
}

impl<T> Default for Roster<T> {
    fn default() -> Roster<T> {
        Roster { places: vec![], counts: vec![], len: 0 }
    }
}

impl<T> Roster<T> {
    /// How many are in.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Adds one with a higher number than all before.
    pub(super) fn push(&mut self, number: u64, item: T) {
        debug_assert!(self.places.last().is_none_or(|last| last.0 < number), "numbers rise");
        self.places.push((number, Some(item)));
        self.append_count();
        self.len += 1;
    }

    fn append_count(&mut self) {
        let i = self.counts.len() + 1;
        // Everything that this place covers: itself, and the stretches before it that end just before.
        let (mut sum, mut at, covered) = (1, i - 1, i & i.wrapping_neg());
        while at > i - covered {
            sum += self.counts[at - 1];
            at -= at & at.wrapping_neg();
        }
        self.counts.push(sum);
    }

    /// Where a number stands, if it is in.
    fn position(&self, number: u64) -> Option<usize> {
        let found = self.places.binary_search_by_key(&number, |place| place.0).ok()?;
        self.places[found].1.is_some().then_some(found)
    }

    /// Takes one out.
    pub(super) fn remove(&mut self, number: u64) -> Option<T> {
        let position = self.position(number)?;
        let item = self.places[position].1.take();
        self.len -= 1;
        let mut i = position + 1;
        while i <= self.counts.len() {
            self.counts[i - 1] -= 1;
            i += i & i.wrapping_neg();
        }
        if self.places.len() > 64 && self.len * 4 < self.places.len() {
            self.places.retain(|(_, item)| item.is_some());
            self.counts.clear();
            (0..self.places.len()).for_each(|_| self.append_count());
        }
        item
    }

    /// How many that are in have a lower number.
    pub(super) fn rank(&self, number: u64) -> usize {
        let mut i = self.places.partition_point(|place| place.0 < number);
        let mut sum = 0;
        while i > 0 {
            sum += self.counts[i - 1] as usize;
            i -= i & i.wrapping_neg();
        }
        sum
    }

    /// Number and item of the one with so many before it.
    pub(super) fn select(&self, rank: usize) -> Option<(u64, &T)> {
        if rank >= self.len {
            return None;
        }
        let (mut at, mut left) = (0, rank);
        let mut step = self.counts.len().next_power_of_two();
        while step > 0 {
            let next = at + step;
            if next <= self.counts.len() && self.counts[next - 1] as usize <= left {
                left -= self.counts[next - 1] as usize;
                at = next;
            }
            step /= 2;
        }
        let (number, item) = &self.places[at];
        item.as_ref().map(|item| (*number, item))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn any_mixture_agrees_with_a_sorted_map() {
        let (mut roster, mut shadow) = (Roster::default(), BTreeMap::new());
        let mut state = 5_u64;
        for n in 0..20_000_u64 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(7);
            let draw = (state >> 33) as usize;
            if draw % 5 < 3 || shadow.is_empty() {
                roster.push(n, n * 2);
                shadow.insert(n, n * 2);
            } else {
                let rank = draw % shadow.len();
                let (&number, &item) = shadow.iter().nth(rank).unwrap();
                assert_eq!(roster.select(rank), Some((number, &item)));
                assert_eq!(roster.rank(number), rank);
                assert_eq!(roster.remove(number), shadow.remove(&number));
                assert_eq!(roster.remove(number), None);
            }
            assert_eq!(roster.len(), shadow.len());
        }
        assert_eq!(roster.select(roster.len()), None);
    }
}
