//! Exact results of queueing theory.
