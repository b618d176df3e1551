//! Findings: plans to run, and pure functions from their answers to findings.
//!
//! Uses `query` and `record`. Walks no records by itself; what it needs, it asks with a plan.

pub mod finding;

pub use finding::{Cause, Certainty, Component, Finding, Kind};
