//! Who is free, with the lowest number found in a few steps however large the pool is.

/// Numbers in a set, with the lowest one found in a few steps however large the pool is: a tree of 64-bit words in
/// which a bit says that the word below is not empty.
#[derive(Debug, Default)]
pub(crate) struct FreeSet {
    levels: Vec<Vec<u64>>,
    len: u32,
}

impl FreeSet {
    /// How many are in.
    pub(crate) fn len(&self) -> u32 {
        self.len
    }

    /// Puts a number in that is not in.
    pub(crate) fn insert(&mut self, number: u32) {
        self.grow(number as usize / 64 + 1);
        let mut i = number as usize;
        for level in &mut self.levels {
            level[i / 64] |= 1 << (i % 64);
            i /= 64;
        }
        self.len += 1;
    }

    /// Takes a number out that is in.
    pub(crate) fn remove(&mut self, number: u32) {
        let mut i = number as usize;
        for level in &mut self.levels {
            level[i / 64] &= !(1 << (i % 64));
            if level[i / 64] != 0 {
                break;
            }
            i /= 64;
        }
        self.len -= 1;
    }

    /// Whether a number is in.
    pub(crate) fn contains(&self, number: u32) -> bool {
        let word = self.levels.first().and_then(|level| level.get(number as usize / 64));
        word.is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    /// The lowest number above this one.
    pub(crate) fn after(&self, number: u32) -> Option<u32> {
        let mut i = number as usize;
        for (height, level) in self.levels.iter().enumerate() {
            let word = level.get(i / 64)?;
            let above = word & (!0_u64).checked_shl((i % 64) as u32 + 1).unwrap_or(0);
            if above != 0 {
                let mut found = i / 64 * 64 + above.trailing_zeros() as usize;
                for level in self.levels[..height].iter().rev() {
                    found = found * 64 + level[found].trailing_zeros() as usize;
                }
                return Some(found as u32);
            }
            i /= 64;
        }
        None
    }

    /// The lowest number.
    pub(crate) fn first(&self) -> Option<u32> {
        if self.len == 0 {
            return None;
        }
        let mut i = 0_usize;
        for level in self.levels.iter().rev() {
            i = i * 64 + level[i].trailing_zeros() as usize;
        }
        Some(i as u32)
    }

    /// Makes room for `words` words on the lowest level.
    fn grow(&mut self, words: usize) {
        if self.levels.first().is_some_and(|l| l.len() >= words) {
            return;
        }
        let mut lowest = self.levels.first().cloned().unwrap_or_default();
        lowest.resize(words.next_power_of_two(), 0);
        self.levels = vec![lowest];
        while self.levels[self.levels.len() - 1].len() > 1 {
            let below = &self.levels[self.levels.len() - 1];
            let mut level = vec![0_u64; below.len().div_ceil(64)];
            for (i, _) in below.iter().enumerate().filter(|(_, word)| **word != 0) {
                level[i / 64] |= 1 << (i % 64);
            }
            self.levels.push(level);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_number_is_found_in_a_large_sparse_set() {
        let mut set = FreeSet::default();
        for n in [70_000, 5_000, 64, 4_095] {
            set.insert(n);
        }
        let mut order = vec![];
        while let Some(n) = set.first() {
            set.remove(n);
            order.push(n);
        }
        assert_eq!(order, [64, 4_095, 5_000, 70_000]);
        for n in [3, 64, 4_096, 70_000] {
            set.insert(n);
        }
        let after: Vec<u32> = std::iter::successors(set.first(), |n| set.after(*n)).collect();
        assert_eq!(after, [3, 64, 4_096, 70_000]);
        assert_eq!((set.after(63), set.contains(64), set.contains(65)), (Some(64), true, false));
        for n in [64, 4_096, 70_000] {
            set.remove(n);
        }
        assert_eq!((set.first(), set.len()), (Some(3), 1));
    }
}
