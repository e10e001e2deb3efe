//! The generator behind one address.

use std::convert::Infallible;

use rand::{Rng, TryRng};
use rand_distr::{Distribution, Exp1, StandardNormal};

use super::mix::{GOLDEN, avalanche};

/// A short sequence of random numbers that starts at one address: `SplitMix64` in eight bytes.
///
/// Most draws take one number, a ziggurat now and then a second or third. All streams are stretches of one circle of
/// 2^64 states; that two of a replication's stretches meet is as unlikely as that two keys agree.
///
/// Not `Copy`, so that a number is not used twice by accident.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stream(u64);

impl Stream {
    /// The stream that starts in this state, which must already be well mixed.
    #[inline]
    pub(super) fn new(state: u64) -> Stream {
        Stream(state)
    }

    /// A uniform number strictly between 0 and 1: a multiple of 2^-53, or 2^-54 in place of 0.
    #[inline]
    pub fn open01(&mut self) -> f64 {
        unit(self.next_u64())
    }

    /// A standard normal variate.
    #[inline]
    pub fn standard_normal(&mut self) -> f64 {
        StandardNormal.sample(self)
    }

    /// An exponential variate of mean 1.
    #[inline]
    pub fn exp1(&mut self) -> f64 {
        Exp1.sample(self)
    }

    /// A whole number below `n`, each with the same probability to within n / 2^64.
    ///
    /// # Panics
    /// If `n` is 0: there is no number to choose.
    #[inline]
    pub fn below(&mut self, n: u64) -> u64 {
        assert!(n > 0, "a choice needs something to choose from");
        ((u128::from(self.next_u64()) * u128::from(n)) >> 64) as u64
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    #[inline]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.try_next_u64().map(|word| (word >> 32) as u32)
    }

    #[inline]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0 = self.0.wrapping_add(GOLDEN);
        Ok(avalanche(self.0))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.try_next_u64()?.to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

/// The uniform number that a word stands for.
#[inline]
fn unit(word: u64) -> f64 {
    const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
    ((word >> 11) as f64).max(0.5) * STEP
}

#[cfg(test)]
mod tests {
    use super::unit;

    #[test]
    fn the_unit_interval_is_open() {
        assert_eq!(unit(0), (-54_f64).exp2());
        assert_eq!(unit(1 << 11), (-53_f64).exp2());
        assert_eq!(unit(1 << 63), 0.5);
        assert_eq!(unit(u64::MAX), 1.0 - (-53_f64).exp2());
    }
}
