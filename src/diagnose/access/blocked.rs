//! Rejections that `reject-reason` explains: block public access and encryption controls (A6).

use std::collections::BTreeMap;

use super::broken::who;
use crate::diagnose::context::Context;
use crate::diagnose::draft::{Draft, counted, on};
use crate::diagnose::finding::{Certainty, Component, Direction, Kind};
use crate::diagnose::tally::{self, Tally};
use crate::diagnose::{terms, words};
use crate::query::plan::{is_flow, rejected};
use crate::query::{Answer, Derived, Expr, Grouping, Plan};
use crate::record::Field;

/// At most so many rows, those with the most packets.
const MOST: usize = 20_000;

/// The plan to run.
pub(super) fn plan(context: &Context) -> Plan {
    let grouping = counted(Grouping::by([
        ("interface", Field::InterfaceId.into()),
        ("reason", Field::RejectReason.into()),
        ("direction", Derived::Direction.into()),
        ("protocol", Field::Protocol.into()),
        ("port", Field::DstPort.into()),
        ("source", Field::SrcAddr.into()),
        ("destination", Field::DstAddr.into()),
    ]))
    .descending("packets")
    .limit(MOST);
    context.plan(is_flow().and(rejected()).and(terms::blocked_by_policy()), grouping)
}

/// The findings: one for each interface, reason and direction.
pub(super) fn drafts(context: &Context, answer: &Answer) -> Vec<Draft> {
    let mut groups: BTreeMap<(String, String, Option<Direction>), Tally> = BTreeMap::new();
    for row in answer.iter() {
        let direction = match row.text("direction") {
            "ingress" => Some(Direction::Inbound),
            "egress" => Some(Direction::Outbound),
            _ => None,
        };
        let peer = row.address(if direction == Some(Direction::Outbound) { "destination" } else { "source" });
        let tally = Tally::of(&row).with(peer, tally::protocol(&row), tally::port(&row, "port"));
        groups
            .entry((row.text("interface").to_owned(), row.text("reason").to_owned(), direction))
            .or_default()
            .add(&tally);
    }
    groups
        .into_iter()
        .map(|((interface, reason, direction), tally)| draft(context, &interface, &reason, direction, tally))
        .collect()
}

fn draft(
    context: &Context,
    interface: &str,
    reason: &str,
    direction: Option<Direction>,
    tally: Tally,
) -> Draft {
    let public_access = reason == "BPA";
    let (kind, title, component, by) = if public_access {
        (
            Kind::PublicAccessBlocked,
            "Public access blocked",
            Component::BlockPublicAccess,
            "VPC block public access",
        )
    } else {
        (
            Kind::EncryptionBlocked,
            "Encryption required",
            Component::EncryptionControl,
            "VPC encryption controls",
        )
    };
    let peers = tally.top_peers();
    let ports = tally.top_ports();
    let services: Vec<String> = ports.iter().map(|port| words::service(port.protocol, port.port)).collect();
    let near = if interface.is_empty() { "an interface" } else { interface };
    let mut draft = Draft::new(context, kind, title, interface, tally);
    let far = who(&peers, draft.tally.peer_count(), "address");
    let way = match direction {
        Some(Direction::Outbound) => format!("from {near} to {far}"),
        _ => format!("from {far} to {near}"),
    };
    draft.text = format!(
        "{by} rejected {} {way}, {}",
        words::count(draft.tally.packets, "packet"),
        words::list(&services, 4)
    );
    draft.about = format!("{reason} {}", direction.map_or("unknown", words::name));
    draft.direction = direction;
    if let [only] = ports.as_slice() {
        draft.port = Some(only.port);
        draft.protocol = Some(only.protocol);
    }
    draft.component = component;
    draft.certainty = Certainty::Certain;
    draft.why = format!(
        "The field reject-reason of these records says {reason}. It comes before security groups and network ACLs."
    );
    draft.next_step = if public_access {
        format!(
            "If it should pass, exclude the VPC or {} from block public access (VPC console, Settings, or aws ec2 \
             create-vpc-block-public-access-exclusion)",
            context.subnet(interface).unwrap_or("the subnet")
        )
    } else {
        "Use encrypted traffic (TLS, or instances that encrypt in transit), or exclude the resource from the VPC's encryption \
         controls"
            .to_owned()
    };
    let side = if direction == Some(Direction::Outbound) { Field::DstAddr } else { Field::SrcAddr };
    let mut condition = on(interface, None).and(rejected()).and(Expr::equal(Field::RejectReason, reason));
    if !peers.is_empty() && draft.tally.peer_count() <= peers.len() as u64 {
        condition = condition.and(Expr::one_of(side, peers));
    }
    draft.condition = condition;
    draft
}
