//! From seed and replication to the address of a single draw.
//!
//! Keys are built by `absorb`, layer by layer, so two keys that differ in one ordinal only cannot be equal. The last
//! step, from key, place and two ordinals to a draw, stands in the inner loop: it costs two wide multiplications.

use super::mix::{absorb, fold};
use super::purpose::Place;
use super::stream::Stream;

/// Odd multipliers that spread small ordinals over all 64 bits: the fractional parts of the square roots of 2 and 3.
const SPREAD_A: u64 = 0x6a09_e667_f3bc_c909;
const SPREAD_B: u64 = 0xbb67_ae85_84ca_a73b;
/// Makes the second fold another product than the first: the fractional part of the square root of 5.
const SECOND: u64 = 0x3c6e_f372_fe94_f82b;

/// One replication of one seed: the root of all its addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Replication(Key);

/// Whom or what a draw concerns: a tip, an initial case, or the replication itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Key(u64);

/// The complete address of one draw.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Draw(u64);

impl Replication {
    /// The replication `index` of `seed`.
    pub fn new(seed: u64, index: u64) -> Replication {
        Replication(Key(absorb(absorb(1, seed), index)))
    }

    /// The draw `index` of the unknown inputs: of the seed, but of no replication.
    pub fn of_inputs(seed: u64, index: u64) -> Replication {
        Replication(Key(absorb(absorb(2, seed), index)))
    }

    /// The key of what `ordinals` single out at `place`, as (epoch, tip) at a source.
    pub fn key(self, place: Place, ordinals: &[u64]) -> Key {
        self.0.key(place, ordinals)
    }

    /// The stream of a draw that concerns no tip: epoch `a` of a source, holder `b` of post `a` in a pool.
    #[inline]
    pub fn stream(self, place: Place, a: u64, b: u64) -> Stream {
        self.draw(place, a, b).stream()
    }

    /// The address of a draw that concerns no tip.
    #[inline]
    pub fn draw(self, place: Place, a: u64, b: u64) -> Draw {
        self.0.draw(place, a, b)
    }
}

impl Key {
    /// The key of what `ordinals` single out below this one, as the j-th repeat tip of a first tip.
    #[must_use]
    pub fn key(self, place: Place, ordinals: &[u64]) -> Key {
        Key(ordinals.iter().fold(absorb(self.0, place.0), |state, &ordinal| absorb(state, ordinal)))
    }

    /// The stream of this key at a place: `a` is the job and `b` the visit, or any two ordinals.
    #[inline]
    pub fn stream(self, place: Place, a: u64, b: u64) -> Stream {
        self.draw(place, a, b).stream()
    }

    /// The address of this key at a place.
    #[inline]
    pub fn draw(self, place: Place, a: u64, b: u64) -> Draw {
        let whom = self.0 ^ a.wrapping_mul(SPREAD_A);
        let at = place.0 ^ b.wrapping_mul(SPREAD_B);
        // Neighbouring ordinals leave the first fold in arithmetic progression; the second, which meets both words
        // again, and the generator's own finalizer break it up.
        let first = fold(whom, at);
        Draw(fold(first ^ whom.rotate_left(32), SECOND ^ at))
    }
}

impl Draw {
    /// The generator that starts here.
    #[inline]
    pub fn stream(self) -> Stream {
        Stream::new(self.0)
    }

    /// Another address, independent of this one: the choice among a mixture's components is a draw of its own.
    #[inline]
    #[must_use]
    pub fn branch(self, ordinal: u64) -> Draw {
        Draw(absorb(self.0, ordinal))
    }
}
