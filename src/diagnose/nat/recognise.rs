//! Which interfaces belong to NAT gateways.
//!
//! An instance that translates addresses is none: it has a security group, and may take what it was not asked for.
//! By shape only if nothing else explains it: a load balancer, a proxy, a bastion or a forwarder of names or mail
//! has private peers and public ones too, but serves other ports than it asks for, or is asked from outside.

use super::{Nat, Sign};
use crate::diagnose::context::Context;
use crate::diagnose::finding::Direction;
use crate::diagnose::survey::{Interface, Sums};
use crate::diagnose::{tally, terms};
use crate::query::plan::{accepted, is_flow};
use crate::query::{Aggregate, Answer, Comparison, Derived, Expr, Grouping, Plan};
use crate::record::ordered::OrderedMap;
use crate::record::{Field, protocol};

/// Ports whose services are themselves relays: what comes in leaves again on the same port without any NAT.
const RELAYED: [u16; 8] = [25, 53, 123, 465, 514, 587, 853, 3128];
/// At most so many ports of an interface are compared, those with the most bytes.
const PORTS: usize = 50;
/// Inside and outside may differ by this factor, as intervals cut them differently.
const FACTOR: u64 = 2;

/// The interfaces that a field, their packets' addresses or the user make NAT gateways'.
pub(super) fn by_signs(context: &Context) -> OrderedMap<String, Nat> {
    let mut nats = OrderedMap::new();
    for (id, interface) in context.survey.interfaces.iter().filter(|(id, _)| !id.is_empty()) {
        let kind = interface.kind.as_deref().unwrap_or_default();
        let sign = match context.user_nats.get(id) {
            Some(true) => Sign::User,
            None if matches!(kind, "nat_gateway" | "regional_nat_gateway") => Sign::InterfaceType,
            None if !kind.is_empty() && kind != "interface" => continue,
            None if !interface.of_instance && translates(interface) => Sign::Translation,
            Some(false) | None => continue,
        };
        nats.insert(id.clone(), Nat { own: context.local(id, None), sign });
    }
    for id in context.survey.regional_nats.keys() {
        nats.insert(id.clone(), Nat { own: None, sign: Sign::Resource });
    }
    nats
}

fn translates(interface: &Interface) -> bool {
    interface.translated > 0
        && interface.accepted(Direction::Inbound, true).records > 0
        && interface.accepted(Direction::Outbound, false).records > 0
}

/// Interfaces that may have the shape, by their sums.
pub(super) fn candidates(context: &Context) -> Vec<String> {
    let alike = |a: Sums, b: Sums| {
        let within = |a: u64, b: u64| a > 0 && a <= b.saturating_mul(FACTOR);
        within(a.bytes, b.bytes) && within(b.bytes, a.bytes)
    };
    context
        .survey
        .interfaces
        .iter()
        .filter(|(id, interface)| {
            let kind = interface.kind.as_deref().unwrap_or_default();
            !id.is_empty()
                && kind.is_empty()
                && !interface.of_instance
                && !context.nats.contains_key(*id)
                && !context.user_nats.contains_key(*id)
                && alike(
                    interface.accepted(Direction::Inbound, true),
                    interface.accepted(Direction::Outbound, false),
                )
                && alike(
                    interface.accepted(Direction::Outbound, true),
                    interface.accepted(Direction::Inbound, false),
                )
        })
        .map(|(id, _)| id.clone())
        .collect()
}

/// The plans to run for interfaces that may have the shape, or for all if none is given: the services asked for, and what a
/// NAT gateway never does.
pub(super) fn plans(context: &Context, candidates: &[String]) -> [Plan; 2] {
    let inside = terms::ingress().and(terms::private_remote());
    let outside = terms::egress().and(terms::public_remote());
    let of_candidates = if candidates.is_empty() {
        Expr::present(Field::InterfaceId)
    } else {
        Expr::one_of(Field::InterfaceId, candidates.iter().cloned())
    };
    let filter = of_candidates
        .and(is_flow())
        .and(accepted())
        .and(Expr::one_of(Field::Protocol, [protocol::TCP, protocol::UDP]));
    let asked = Grouping::by([
        ("interface", Field::InterfaceId.into()),
        ("protocol", Field::Protocol.into()),
        ("port", Field::DstPort.into()),
    ])
    .measure_when("inside", Aggregate::Sum, Field::Bytes.into(), inside.clone())
    .measure_when("outside", Aggregate::Sum, Field::Bytes.into(), outside.clone())
    .sum("bytes", Field::Bytes)
    .descending("bytes")
    .limit_per(1, PORTS);
    let low = |port: Derived| {
        Expr::compare(port, Comparison::Less, 1024).and(Expr::compare(port, Comparison::Greater, 0))
    };
    // A NAT gateway sends from ports 1024 and above, and opens no connection to a private address.
    let serves = outside.clone().and(low(Derived::LocalPort));
    let asks = terms::egress().and(terms::private_remote()).and(low(Derived::RemotePort)).and(Expr::compare(
        Derived::LocalPort,
        Comparison::AtLeast,
        1024,
    ));
    let never = Grouping::by([("interface", Field::InterfaceId.into())]).count_when("never", serves.or(asks));
    [
        context.plan(filter.clone().and(inside.or(outside)).and(terms::from_service().negate()), asked),
        context.plan(filter, never),
    ]
}

/// Those of the candidates that have the shape.
pub(super) fn judge(context: &Context, candidates: &[String], answers: &[Answer]) -> OrderedMap<String, Nat> {
    let [asked, never] = answers else { return OrderedMap::new() };
    // Bytes inside, outside and in both.
    let mut bytes: OrderedMap<&str, (u64, u64, u64)> = OrderedMap::new();
    for row in asked.iter().filter(|row| !RELAYED.contains(&tally::port(row, "port"))) {
        let (inside, outside) = (row.count("inside"), row.count("outside"));
        let sums = bytes.or_default(row.text("interface"));
        *sums = (sums.0 + inside, sums.1 + outside, sums.2 + inside.min(outside));
    }
    for row in never.iter().filter(|row| row.count("never") > 0) {
        bytes.remove(row.text("interface"));
    }
    bytes
        .into_iter()
        .filter(|(id, (inside, outside, both))| {
            candidates.iter().any(|candidate| candidate == id)
                && *both > 0
                && both.saturating_mul(FACTOR) >= *inside.max(outside)
        })
        .map(|(id, _)| (id.to_owned(), Nat { own: context.local(id, None), sign: Sign::Shape }))
        .collect()
}
