//! What each interface saw in sum: by direction, by private or public other end, by action.

use std::net::IpAddr;

use super::context::Context;
use super::finding::Direction;
use super::{tally, terms};
use crate::query::plan::is_flow;
use crate::query::{Aggregate, Answer, Comparison, Derived, Expr, Grouping, Plan};
use crate::record::Field;
use crate::record::ordered::OrderedMap;

/// All interfaces of the logs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// By interface ID; records without one are under the empty ID.
    pub interfaces: OrderedMap<String, Interface>,
    /// Regional NAT gateways, which have no interface, and whether some of their records do not tell their direction.
    pub regional_nats: OrderedMap<String, bool>,
    /// Unix seconds of the first packet.
    pub first: u64,
    /// Unix seconds of the last packet.
    pub last: u64,
    /// Accepted flows.
    pub accepted: u64,
    /// Rejected flows.
    pub rejected: u64,
}

/// One interface.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interface {
    /// Its subnet, where the log has it.
    pub subnet: Option<String>,
    /// Its VPC, where the log has it.
    pub vpc: Option<String>,
    /// `interface-type`, where the log has it.
    pub kind: Option<String>,
    /// Whether it belongs to an instance, where the log has `instance-id`.
    pub of_instance: bool,
    /// Its own IPv4 address as seen in records with `flow-direction`.
    pub v4: Option<IpAddr>,
    /// Its own IPv6 address as seen in records with `flow-direction`.
    pub v6: Option<IpAddr>,
    /// Sums by direction and whether the other end is private; of accepted flows.
    pub accepted: OrderedMap<(Direction, bool), Sums>,
    /// Records by direction, of all flows.
    pub records: OrderedMap<Direction, u64>,
    /// Rejected records whose direction is not known.
    pub undirected: u64,
    /// Accepted records of private sources whose packets were for a public address other than the one on record.
    pub translated: u64,
}

/// Sums over records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Records.
    pub records: u64,
    /// Bytes.
    pub bytes: u64,
}

/// The plan to run.
pub fn plan(context: &Context) -> Plan {
    let mut keys = vec![
        ("interface", Expr::Field(Field::InterfaceId)),
        ("direction", Derived::Direction.into()),
        ("private", terms::private_remote()),
        ("action", Field::Action.into()),
    ];
    for (name, field) in [
        ("subnet", Field::SubnetId),
        ("vpc", Field::VpcId),
        ("type", Field::InterfaceType),
        ("instance", Field::InstanceId),
        ("resource", Field::ResourceId),
    ] {
        if context.has(field) {
            keys.push((name, field.into()));
        }
    }
    let mut grouping = Grouping::by(keys)
        .count("records")
        .sum("bytes", Field::Bytes)
        .measure("first", Aggregate::Min, Field::Start.into())
        .measure("last", Aggregate::Max, Field::End.into());
    if context.has(Field::FlowDirection) {
        grouping = grouping.measure("local", Aggregate::First, Derived::LocalAddress.into());
    }
    if context.has(Field::PktSrcAddr) && context.has(Field::PktDstAddr) {
        // From inside to a public address by way of this interface; the way back looks like a load balancer's.
        let through = terms::ingress()
            .and(terms::private_remote())
            .and(Expr::compare(Field::PktDstAddr, Comparison::NotEqual, Field::DstAddr))
            .and(Expr::private(Field::PktDstAddr).negate())
            .and(Expr::present(Field::DstPort).negate().or(terms::from_service().negate()));
        grouping = grouping.count_when("translated", through);
    }
    context.plan(is_flow(), grouping)
}

/// Reads the answer to [`plan`].
pub fn judge(answer: &Answer) -> Survey {
    let first = answer.iter().map(|row| row.count("first")).min().unwrap_or_default();
    let mut survey = Survey { first, ..Survey::default() };
    for row in answer.iter() {
        let sums = Sums { records: row.count("records"), bytes: row.count("bytes") };
        survey.last = survey.last.max(row.count("last"));
        if let Some(gateway) = row.get("resource").text().filter(|id| id.starts_with("nat-")) {
            *survey.regional_nats.or_default(gateway.to_owned()) |= row.text("direction").is_empty();
        }
        let interface = survey.interfaces.or_default(row.text("interface").to_owned());
        let text = |name: &str| row.get(name).text().map(str::to_owned);
        interface.subnet = interface.subnet.take().or_else(|| text("subnet"));
        interface.vpc = interface.vpc.take().or_else(|| text("vpc"));
        interface.kind = interface.kind.take().or_else(|| text("type"));
        interface.of_instance |= text("instance").is_some();
        match row.address("local") {
            Some(own @ IpAddr::V4(_)) => interface.v4 = interface.v4.or(Some(own)),
            Some(own @ IpAddr::V6(_)) => interface.v6 = interface.v6.or(Some(own)),
            None => {}
        }
        let accepted = row.text("action") == "ACCEPT";
        let rejected = row.text("action") == "REJECT";
        survey.accepted += if accepted { sums.records } else { 0 };
        survey.rejected += if rejected { sums.records } else { 0 };
        let Some(direction) = tally::direction(&row) else {
            interface.undirected += if rejected { sums.records } else { 0 };
            continue;
        };
        *interface.records.or_default(direction) += sums.records;
        if accepted {
            interface.accepted.or_default((direction, tally::is_true(row.get("private")))).add(&sums);
            interface.translated += row.count("translated");
        }
    }
    survey
}

impl Sums {
    pub(super) fn add(&mut self, other: &Self) {
        self.records += other.records;
        self.bytes += other.bytes;
    }
}

impl Interface {
    /// Sums of accepted flows of one direction and one sort of other end.
    pub fn accepted(&self, direction: Direction, private: bool) -> Sums {
        self.accepted.get(&(direction, private)).copied().unwrap_or_default()
    }
}
