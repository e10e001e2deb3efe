//! The two mixing steps from which addresses are built.
//!
//! `absorb` is a bijection of the word for a given state, so neighbouring ordinals cannot collide; it serves where
//! a few nanoseconds do not matter. `fold` is one 64x64 -> 128 bit multiplication; it serves in the inner loop,
//! always followed by `avalanche`, because alone it maps neighbouring words to values in arithmetic progression.

/// The fractional part of the golden ratio: odd, with no visible pattern of bits.
pub(super) const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// A bijection of 64 bits in which every input bit flips every output bit with a probability close to one half.
///
/// Variant 13 of Stafford's search over finalizers of this form, the output function of `SplitMix64` (Steele, Lea
/// and Flood, *Fast splittable pseudorandom number generators*, 2014), which passes `BigCrush` on a plain counter.
pub(super) const fn avalanche(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// Mixes one more word into a state: for a given state no two words give the same result.
///
/// The added constant keeps the state moving when state and word are equal, for `avalanche(0)` is 0.
pub(super) const fn absorb(state: u64, word: u64) -> u64 {
    avalanche((state ^ word).wrapping_add(GOLDEN))
}

/// The two halves of the full product, one laid over the other.
pub(super) const fn fold(left: u64, right: u64) -> u64 {
    let product = (left as u128) * (right as u128);
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::{GOLDEN, avalanche, fold};

    #[test]
    fn the_finalizer_is_that_of_splitmix64() {
        // The first three outputs of the published generator for seed 1234567.
        let states = [1, 2, 3].map(|n| 1_234_567_u64.wrapping_add(GOLDEN.wrapping_mul(n)));
        let published = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!(states.map(avalanche), published);
    }

    #[test]
    fn the_fold_lays_both_halves_together() {
        assert_eq!(fold(u64::MAX, u64::MAX), 0xffff_ffff_ffff_fffe ^ 1);
        assert_eq!(fold(1 << 63, 6), 3);
    }
}
