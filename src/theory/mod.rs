//! Exact results of queueing theory, for the capacity check and to hold the simulator against.
//!
//! Plain numbers in, plain numbers out, in any unit of time as long as it is one; nothing here simulates. A
//! question without an answer, such as the mean wait of an overloaded queue, gives none.
//!
//! * [`erlang`]: many equal servers with exponential service: waiting, lost and leaving customers,
//! * [`patience`]: customers who leave after any law of patience,
//! * [`single`]: one server, or constant service times,
//! * [`renewal`]: one server, arrivals that are more regular than chance,
//! * [`batch`]: customers who come, or are served, several at a time,
//! * [`priority`]: classes that go ahead of each other, interrupt, or gain on each other,
//! * [`reserve`]: servers kept free for urgent customers,
//! * [`interrupted`]: a server that is away now and then,
//! * [`network`]: flows between stations, and stations in product form,
//! * [`fork`]: work that is split into parts,
//! * [`infinite`]: nobody waits, but the rate changes with time or level,
//! * [`binormal`]: scores that tell two groups apart, and a threshold,
//! * [`chain`]: steady states of Markov chains, for what has no formula.

pub mod batch;
pub mod binormal;
pub mod chain;
pub mod erlang;
pub mod fork;
pub mod infinite;
pub mod interrupted;
pub mod network;
pub mod patience;
pub mod priority;
pub mod renewal;
pub mod reserve;
pub mod single;
