//! A set of small numbers that is gone through in their order: classes of which any wait, pools that have to choose.

/// The numbers, a bit for each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks {
    words: Vec<u64>,
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
        if self.words.len() <= number / 64 {
            self.words.resize(number / 64 + 1, 0);
        }
        self.words[number / 64] |= 1 << (number % 64);
    }

    /// Takes a number out.
    #[inline]
    pub(crate) fn unset(&mut self, number: usize) {
        if let Some(word) = self.words.get_mut(number / 64) {
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
        if self.words.len() < others.words.len() {
            self.words.resize(others.words.len(), 0);
        }
        for (word, other) in self.words.iter_mut().zip(&others.words) {
            *word |= other;
        }
    }

    /// Takes all numbers of another set out.
    #[inline]
    pub(crate) fn part(&mut self, others: &Marks) {
        for (word, other) in self.words.iter_mut().zip(&others.words) {
            *word &= !other;
        }
    }

    /// Whether a number is in.
    #[inline]
    pub(crate) fn has(&self, number: usize) -> bool {
        self.words.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    /// Takes all numbers out.
    #[inline]
    pub(crate) fn clear(&mut self) {
        self.words.fill(0);
    }

    /// The least number from this one on.
    #[inline]
    pub(crate) fn next(&self, from: usize) -> Option<usize> {
        Marks::next_in([self], from)
    }

    /// The least number from this one on that is in any of these sets.
    #[inline]
    pub(crate) fn next_in<const N: usize>(sets: [&Marks; N], from: usize) -> Option<usize> {
        let longest = sets.iter().map(|set| set.words.len()).max().unwrap_or(0);
        let mut below = !(u64::MAX << (from % 64));
        for i in from / 64..longest {
            let all = sets.iter().fold(0, |all, set| all | set.words.get(i).unwrap_or(&0)) & !below;
            if all != 0 {
                return Some(i * 64 + all.trailing_zeros() as usize);
            }
            below = 0;
        }
        None
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
