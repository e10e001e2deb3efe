//! What a scenario means: compiled, immutable, without strings in the hot path.

pub mod law;
