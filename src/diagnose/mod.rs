//! Findings: plans to run, and pure functions from their answers to findings.
//!
//! Uses `query` and `record`. Walks no records by itself; what it needs, it asks with a plan.

use std::collections::{BTreeMap, BTreeSet};

use crate::query::{Answer, Plan};
use crate::record::Field;

pub mod finding;

pub use finding::{Cause, Certainty, Component, Finding, Kind};

/// Whoever can run plans.
#[allow(async_fn_in_trait)] // All of it runs on one thread: no bound on the futures is wanted.
pub trait Ask {
    /// Runs a plan over all records.
    async fn ask(&self, plan: &Plan) -> Answer;
}

/// Finds what stands out in the records. `fields`: those the logs have. `user_nats`: the user's word on which
/// interfaces belong to NAT gateways.
pub async fn diagnose(
    ask: &impl Ask,
    fields: &BTreeSet<Field>,
    user_nats: &BTreeMap<String, bool>,
) -> Vec<Finding> {
    let (_, _, _) = (ask, fields, user_nats);
    Vec::new()
}
