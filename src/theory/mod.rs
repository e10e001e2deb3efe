//! Exact results of queueing theory, for the capacity check and to hold the simulator against.
//!
//! Plain numbers in, plain numbers out, in any unit of time as long as it is one; nothing here simulates. A
//! question without an answer, such as the mean wait of an overloaded queue, gives none.
//!
//! * [`erlang`]: many equal servers with exponential service: waiting, lost and leaving customers,
//! * [`single`]: one server, or constant service times,
//! * [`priority`]: classes that go ahead of each other,
//! * [`network`]: flows between stations, and stations in product form,
//! * [`infinite`]: nobody waits, but the rate changes with time.

pub mod erlang;
pub mod infinite;
pub mod network;
pub mod priority;
pub mod single;
