//! Repeatable noise for the tests of this folder, independent of the generator the simulator draws from.

use super::special::normal_quantile;

/// SplitMix64 (Steele, Lea & Flood 2014): one addition and two multiplications a number.
pub(super) struct Noise(pub(super) u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Uniform strictly between 0 and 1.
    pub(super) fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// Uniform in `0..n`.
    pub(super) fn index(&mut self, n: usize) -> usize {
        (self.uniform() * n as f64) as usize
    }

    /// Standard normal.
    pub(super) fn normal(&mut self) -> f64 {
        normal_quantile(self.uniform())
    }
}
