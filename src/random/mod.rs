//! Random numbers that are keyed by what they are *for*, never by when they are drawn.
//!
//! Every draw is a pure function of an address: (seed, replication, purpose, name of the place, key, ordinals).
//! So the same tip meets the same luck under every plan, adding a stage disturbs no other draw, and results do
//! not depend on the order of events or on threads.
//!
//! ```
//! use caseload::random::{Place, Purpose, Replication};
//!
//! // Once, when a scenario is compiled:
//! let tips = Place::new(Purpose::Tip, "hotline");
//! let effort = Place::new(Purpose::Effort, "imaging");
//!
//! // While simulating: the effort of tip 0 of epoch 4711, first visit to the stage.
//! let tip = Replication::new(42, 0).key(tips, &[4711, 0]);
//! let u = tip.stream(effort, 0, 0).open01();
//! assert!(0.0 < u && u < 1.0);
//! assert_eq!(u, tip.stream(effort, 0, 0).open01());
//! ```
//!
//! Four types lead from the seed to a number: a [`Replication`] (seed and index), a [`Key`] (whom it concerns), a
//! [`Draw`] (the full address, from which a mixture can branch off a second address) and a [`Stream`] (the
//! generator that starts there). [`Place`] is the hashed purpose and name.

mod address;
mod mix;
mod purpose;
mod stream;
#[cfg(test)]
mod tests;

pub use address::{Draw, Key, Replication};
pub use purpose::{Place, Purpose};
pub use stream::Stream;
