//! A set of small numbers that is gone through in their order: classes of which any wait, pools that have to choose.

/// The numbers, a bit for each. Hardly any model has more than 64 of anything, so the first ones stand at hand.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    first: u64,
    rest: Vec<u64>,
}

impl Marks {
    /// The set of these numbers.
    pub(crate) fn of(numbers: impl Iterator<Item = usize>) -> Marks {
        let mut marks = Marks::default();
        for number in numbers {
            marks.set(number);
        }
        marks
    }

    /// Puts a number in.
    #[inline]
    pub(crate) fn set(&mut self, number: usize) {
        if number < 64 {
            self.first |= 1 << number;
        } else {
            self.reach(number / 64);
            self.rest[number / 64 - 1] |= 1 << (number % 64);
        }
    }

    /// Takes a number out.
    #[inline]
    pub(crate) fn unset(&mut self, number: usize) {
        if number < 64 {
            self.first &= !(1 << number);
        } else if let Some(word) = self.rest.get_mut(number / 64 - 1) {
            *word &= !(1 << (number % 64));
        }
    }

    /// Puts a number in, or takes it out.
    #[inline]
    pub(crate) fn put(&mut self, number: usize, is_in: bool) {
        if is_in {
            self.set(number);
        } else {
            self.unset(number);
        }
    }

    /// Puts all numbers of another set in.
    #[inline]
    pub(crate) fn join(&mut self, others: &Marks) {
        self.first |= others.first;
        if !others.rest.is_empty() {
            self.reach(others.rest.len());
            self.rest.iter_mut().zip(&others.rest).for_each(|(word, other)| *word |= other);
        }
    }

    /// Takes all numbers of another set out.
    #[inline]
    pub(crate) fn part(&mut self, others: &Marks) {
        self.first &= !others.first;
        self.rest.iter_mut().zip(&others.rest).for_each(|(word, other)| *word &= !other);
    }

    /// Whether a number is in.
    #[inline]
    pub(crate) fn has(&self, number: usize) -> bool {
        self.word(number / 64) >> (number % 64) & 1 == 1
    }

    /// Takes all numbers out.
    #[inline]
    pub(crate) fn clear(&mut self) {
        self.first = 0;
        if !self.rest.is_empty() {
            self.rest.fill(0);
        }
    }

    /// The least number from this one on.
    #[inline]
    pub(crate) fn next(&self, from: usize) -> Option<usize> {
        Marks::next_in([self], from)
    }

    /// The least number from this one on that is in any of these sets.
    #[inline]
    pub(crate) fn next_in<const N: usize>(sets: [&Marks; N], from: usize) -> Option<usize> {
        let words = sets.iter().map(|set| set.rest.len()).max().unwrap_or(0) + 1;
        let mut below = !(u64::MAX << (from % 64));
        for i in from / 64..words {
            let all = sets.iter().fold(0, |all, set| all | set.word(i)) & !below;
            if all != 0 {
                return Some(i * 64 + all.trailing_zeros() as usize);
            }
            below = 0;
        }
        None
    }

    /// The numbers from 64 times this one on.
    #[inline]
    fn word(&self, i: usize) -> u64 {
        if i == 0 { self.first } else { self.rest.get(i - 1).copied().unwrap_or(0) }
    }

    /// Has at least so many words after the first.
    fn reach(&mut self, words: usize) {
        if self.rest.len() < words {
            self.rest.resize(words, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(next: impl Fn(usize) -> Option<usize>) -> Vec<usize> {
        std::iter::successors(next(0), |n| next(n + 1)).collect()
    }

    #[test]
    fn numbers_come_in_their_order() {
        let mut marks = Marks::of([200, 0, 63, 64, 5].into_iter());
        assert_eq!(all(|from| marks.next(from)), [0, 5, 63, 64, 200]);
        marks.unset(63);
        marks.unset(7000);
        assert_eq!((marks.has(63), marks.has(64), marks.has(7000)), (false, true, false));
        assert_eq!((marks.next(6), marks.next(65), marks.next(201)), (Some(64), Some(200), None));
        marks.clear();
        assert_eq!(marks.next(0), None);
    }

    #[test]
    fn several_sets_are_gone_through_as_one() {
        let (a, b, c) = (Marks::of([1, 130].into_iter()), Marks::of([3, 64].into_iter()), Marks::default());
        assert_eq!(all(|from| Marks::next_in([&a, &b, &c], from)), [1, 3, 64, 130]);
        let mut joined = b;
        joined.join(&a);
        assert_eq!(all(|from| joined.next(from)), [1, 3, 64, 130]);
        joined.part(&Marks::of([64].into_iter()));
        assert_eq!(all(|from| joined.next(from)), [1, 3, 130]);
    }
}
