//! What other interfaces did with the same traffic: it narrows a verdict, and shows where a path ends.

use super::denials::{Denials, Request};
use super::noise::Noise;
use crate::diagnose::context::Context;
use crate::diagnose::{tally, terms};
use crate::query::plan::{accepted, rejected};
use crate::query::{Answer, Derived, Expr, Grouping, Plan, Value};
use crate::record::Field;
use crate::record::ordered::{OrderedMap, OrderedSet};

/// At most so many peers are looked for.
const PEERS: usize = 500;
/// At most so many rows.
const MOST: usize = 20_000;

/// Accepted and rejected records of requests, on all interfaces.
#[derive(Clone, Debug, Default)]
pub(super) struct Around {
    by_request: OrderedMap<Request, (u64, u64)>,
}

/// The plan to run, if it can tell anything of the requests that are no noise.
pub(super) fn plan(context: &Context, denials: &Denials, noise: &Noise) -> Option<Plan> {
    let mut addresses = OrderedSet::new();
    let mut ports = OrderedSet::new();
    for request in denials.by_request.keys().filter(|request| !noise.takes(request)).take(PEERS) {
        let peer_logged = context.owner(request.remote).is_some();
        if peer_logged || context.subnet(&request.interface).is_some() {
            addresses.insert(request.remote);
            addresses.extend(context.local(&request.interface, Some(request.remote)).filter(|_| peer_logged));
            ports.insert(u64::from(request.port));
        }
    }
    if addresses.is_empty() {
        return None;
    }
    let filter = Expr::one_of(Field::DstPort, ports.into_iter().map(Value::from))
        .and(terms::directed())
        .and(Expr::one_of(Derived::RemoteAddress, addresses));
    let grouping = Grouping::by([
        ("interface", Field::InterfaceId.into()),
        ("direction", Derived::Direction.into()),
        ("protocol", Field::Protocol.into()),
        ("port", Field::DstPort.into()),
        ("remote", Derived::RemoteAddress.into()),
    ])
    .count_when("accepted", accepted())
    .count_when("rejected", rejected())
    .limit(MOST);
    Some(context.plan(filter, grouping))
}

/// Reads the answer to [`plan`].
pub(super) fn judge(answer: &Answer) -> Around {
    let mut around = Around::default();
    for row in answer.iter() {
        let (Some(remote), Some(direction)) = (row.address("remote"), tally::direction(&row)) else {
            continue;
        };
        let request = Request {
            interface: row.text("interface").to_owned(),
            direction,
            protocol: tally::protocol(&row),
            port: tally::port(&row, "port"),
            remote,
        };
        around.by_request.insert(request, (row.count("accepted"), row.count("rejected")));
    }
    around
}

impl Around {
    /// Accepted and rejected records of a request.
    pub(super) fn verdicts(&self, request: &Request) -> (u64, u64) {
        self.by_request.get(request).copied().unwrap_or_default()
    }

    /// Another interface of the same subnet that accepted the same.
    pub(super) fn accepted_beside(&self, context: &Context, request: &Request) -> Option<&str> {
        let subnet = context.subnet(&request.interface)?;
        self.by_request
            .iter()
            .find(|(other, (accepted, _))| {
                *accepted > 0
                    && other.interface != request.interface
                    && (other.direction, other.protocol, other.port, other.remote)
                        == (request.direction, request.protocol, request.port, request.remote)
                    && context.subnet(&other.interface) == Some(subnet)
            })
            .map(|(other, _)| other.interface.as_str())
    }
}
