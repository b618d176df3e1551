//! Rejections that `reject-reason` explains: block public access and encryption controls (A6).

use std::net::IpAddr;

use super::broken::who;
use crate::diagnose::context::Context;
use crate::diagnose::draft::{Draft, counted, on};
use crate::diagnose::finding::{Certainty, Component, Direction, Kind};
use crate::diagnose::tally::{self, Tally};
use crate::diagnose::{terms, words};
use crate::query::plan::{is_flow, rejected};
use crate::query::{Aggregate, Answer, Derived, Expr, Grouping, Plan};
use crate::record::ordered::{OrderedMap, OrderedSet};
use crate::record::{Field, protocol};

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
        ("reply", terms::stray()),
    ]))
    .measure("source_port", Aggregate::Min, Field::SrcPort.into())
    .measure("conversations", Aggregate::Distinct, Field::SrcPort.into())
    .descending("packets")
    .limit(MOST);
    context.plan(is_flow().and(rejected()).and(terms::blocked_by_policy()), grouping)
}

/// Rejections of one interface, for one reason, in one direction.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key {
    interface: String,
    reason: String,
    direction: Option<Direction>,
}

/// What was rejected that way.
#[derive(Clone, Debug, Default)]
pub(super) struct Blocked {
    groups: OrderedMap<Key, Tally>,
    /// The TCP requests that have no answer for it: interface, port and who asked.
    pub(super) requests: OrderedSet<(String, u16, IpAddr)>,
    /// Whether the rows are as many as [`MOST`], so that there may be more.
    capped: bool,
}

/// Reads the answer to [`plan`].
pub(super) fn judge(answer: &Answer) -> Blocked {
    let mut blocked = Blocked { capped: answer.rows.len() >= MOST, ..Blocked::default() };
    for row in answer.iter() {
        let direction = tally::direction(&row);
        let outbound = direction == Some(Direction::Outbound);
        let reply = tally::is_true(row.get("reply"));
        let peer = row.address(if outbound { "destination" } else { "source" });
        let number = tally::protocol(&row);
        let port = tally::port(&row, if reply { "source_port" } else { "port" });
        let interface = row.text("interface").to_owned();
        if let Some(peer) =
            peer.filter(|_| direction.is_some() && outbound == reply && u64::from(number) == protocol::TCP)
        {
            blocked.requests.insert((interface.clone(), port, peer));
        }
        let key = Key { interface, reason: row.text("reason").to_owned(), direction };
        blocked.groups.or_default(key).add(&Tally::of(&row).with(peer, number, port));
    }
    blocked
}

/// The findings: one for each interface, reason and direction.
pub(super) fn drafts(context: &Context, blocked: Blocked) -> Vec<Draft> {
    let Blocked { groups, capped, .. } = blocked;
    groups
        .into_iter()
        .map(|(key, tally)| {
            let mut draft = draft(context, &key, tally);
            if capped {
                draft.say_capped(MOST, "pairs of addresses with such rejections");
            }
            draft
        })
        .collect()
}

fn draft(context: &Context, key: &Key, tally: Tally) -> Draft {
    let Key { interface, reason, direction } = key;
    let (interface, reason, direction) = (interface.as_str(), reason.as_str(), *direction);
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
        "The field reject-reason of these records says {reason}, for {by}. It is empty (-) where a security group or a \
         network ACL rejects."
    );
    draft.next_step = if public_access {
        format!(
            "If it should pass, exclude the VPC or {} from block public access (VPC console, Settings, or aws ec2 \
             create-vpc-block-public-access-exclusion)",
            context.subnet(interface).unwrap_or("the subnet")
        )
    } else {
        "Use encrypted traffic: TLS, or instances that encrypt in transit; the field encryption-status tells which is".to_owned()
    };
    let side = if direction == Some(Direction::Outbound) { Field::DstAddr } else { Field::SrcAddr };
    let mut condition = on(interface, None).and(rejected()).and(Expr::equal(Field::RejectReason, reason));
    if !peers.is_empty() && draft.tally.peer_count() <= peers.len() as u64 {
        condition = condition.and(Expr::one_of(side, peers));
    }
    draft.condition = condition;
    draft
}
