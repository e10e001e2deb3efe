//! Estimates from numbers: what a sample says, and how far it can be trusted.
//!
//! Slices in, estimates out. Nothing here knows what a number stands for, draws a random number or reads a
//! clock, so every method can be held against a published value. The parts:
//!
//! * [`tally`], [`power_sums`] and [`time_weighted`] watch numbers go by,
//! * [`quantile`] orders them, exactly or in bounded memory,
//! * [`interval`] and [`band`] say how far a mean, a share, a quantile or a curve may be off,
//! * [`paired`], [`best`], [`mod@ranks`] and [`selection`] compare alternatives; [`money`] holds what they bring against what they cost,
//! * [`layers`] tells ignorance of the inputs from chance, and what it would be worth to know them,
//! * [`morris`] and [`sobol_indices`] say which inputs move an answer, with intervals by [`resampling`],
//! * [`incidence`] says how much has been reached by which age when some are still open,
//! * [`sequential`] and [`mser`] decide when there is enough, and where the beginning ends,
//! * [`special`] is the door to the mathematical functions.

pub mod band;
pub mod best;
mod bins;
pub mod incidence;
pub mod interval;
pub mod layers;
pub mod money;
pub mod morris;
pub mod mser;
pub mod paired;
pub mod power_sums;
pub mod quantile;
pub mod ranks;
pub mod resampling;
pub mod selection;
pub mod sequential;
pub mod sketch;
pub mod sobol_indices;
pub mod special;
pub mod tally;
pub mod time_weighted;

#[cfg(test)]
mod noise;

pub use band::{BandPoint, SimultaneousBand};
pub use best::{Contender, simultaneous_level, with_the_best};
pub use incidence::{AgeGrid, Counts, Curve, CurveTally, FirstAge, MeanCurve};
pub use interval::{Interval, Method};
pub use layers::{Layers, PerfectInformation, partial_information, perfect_information, split_information};
pub use money::{Dominance, Fieller, acceptability, dominated, fieller};
pub use paired::{Difference, difference};
pub use power_sums::PowerSums;
pub use ranks::{ranks, ranks_by};
pub use resampling::Resampled;
pub use selection::{Kn, ocba, ocba_whole};
pub use sequential::{Decision, HalfWidth, Precision};
pub use sketch::{QuantileSketch, Sample};
pub use tally::Tally;
pub use time_weighted::TimeWeighted;
