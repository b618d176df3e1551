//! Findings about NAT gateways, in words.

use std::net::IpAddr;

use super::sources::{Elsewhere, MOST, Place, Seen, Sources};
use super::{Nat, Sign};
use crate::diagnose::context::Context;
use crate::diagnose::draft::{Draft, Leg, on};
use crate::diagnose::finding::{Certainty, Component, Direction, Kind};
use crate::diagnose::tally::Tally;
use crate::diagnose::words;
use crate::query::plan::accepted;
use crate::query::{Answer, Expr, Grouping, Plan};
use crate::record::Field;
use crate::record::ordered::{OrderedMap, order_by_key};

/// At most so many other interfaces are named for a NAT gateway.
const PATHS: usize = 5;

/// The findings.
pub(super) fn drafts(context: &Context, sources: &Sources, elsewhere: &Elsewhere) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (id, nat) in &context.nats {
        let Some(seen) = sources.by_nat.get(id) else { continue };
        if seen.replies.records > 0 && !seen.replies.peers.is_empty() {
            drafts.push(reply(context, id, *nat, seen));
        }
        let mut stopped = Tally::default();
        let mut paths: OrderedMap<(&str, Way), Tally> = OrderedMap::new();
        for (remote, tally) in &seen.unsolicited {
            let places = elsewhere.get(remote).map(Vec::as_slice).unwrap_or_default();
            let itself = if nat.sign == Sign::Resource { "" } else { id };
            let asked = places.iter().any(|place| place.interface == itself && place.sent > 0);
            let direct: Vec<_> = places
                .iter()
                .filter(|place| {
                    !asked
                        && place.accepted > 0
                        && !context.at_nat(&place.interface)
                        && same_vpc(context, id, &place.interface)
                })
                .collect();
            if direct.is_empty() {
                stopped.add(tally);
            }
            for place in direct {
                paths.or_default((&place.interface, Way::of(place))).add(&place.tally);
            }
        }
        if stopped.records > 0 {
            let behind = Behind::of(context, id, seen);
            let mut draft = if behind.logged {
                unsolicited(context, id, *nat, stopped, seen)
            } else {
                unconfirmed(context, id, *nat, stopped)
            };
            if let Some(missing) = behind.settle() {
                draft.settle.insert(0, missing);
                draft.certainty = draft.certainty.max(Certainty::Likely);
            }
            if seen.capped {
                draft.say_capped(MOST, "unsolicited flows at NAT gateways");
            }
            drafts.push(draft);
        }
        let mut paths: Vec<_> = paths.into_iter().collect();
        order_by_key(&mut paths, |(path, tally)| (std::cmp::Reverse(tally.packets), *path));
        drafts.extend(
            paths
                .into_iter()
                .take(PATHS)
                .map(|((other, way), tally)| bypassed(context, id, *nat, other, way, tally)),
        );
    }
    drafts
}

/// Regional NAT gateways with records that do not say which way they go.
pub(super) fn undirected(context: &Context, answer: &Answer) -> Vec<Draft> {
    let tallies = answer.iter().map(|row| (row.text("gateway").to_owned(), Tally::of(&row)));
    tallies.map(|(id, tally)| directionless(context, &id, tally)).collect()
}

fn directionless(context: &Context, id: &str, tally: Tally) -> Draft {
    let nat = Nat { own: None, sign: Sign::Resource };
    let mut draft = draft(context, Kind::NatUnconfirmed, "NAT gateway, not confirmed", id, nat, tally);
    draft.text = format!(
        "What reached {id} unasked cannot be told from {}: they do not say which way they go",
        words::count(draft.tally.records, "accepted record")
    );
    draft.why = format!(
        "A regional NAT gateway has no interface and several public addresses, so the addresses alone do not tell what came \
         in from what went out. {}",
        of(nat.sign)
    );
    draft.settle.push("The field flow-direction would tell".to_owned());
    draft.next_step = format!("Add the field flow-direction to the flow log of {id}");
    draft.direction = None;
    draft.about = format!("{id} undirected");
    draft.condition = at(id, nat).and(accepted());
    draft.questions.clear();
    draft
}

/// The way that does not lead through the NAT gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Way {
    /// The interface answers by this `traffic-path`.
    Path(u8),
    /// Through a resource with this address, which passes the source's on in `pkt-srcaddr`.
    Via(IpAddr),
    Unknown,
}

impl Way {
    fn of(place: &Place) -> Self {
        match (place.via, place.path) {
            (Some(via), _) => Self::Via(via),
            (None, Some(path)) => Self::Path(path),
            (None, None) => Self::Unknown,
        }
    }

    /// By which way, after `reached it`; the values are those of AWS, "Flow log records".
    fn words(self, context: &Context) -> Option<String> {
        Some(match self {
            Self::Path(2 | 8) => "by an internet gateway".to_owned(),
            Self::Path(3) => "by a virtual private gateway".to_owned(),
            Self::Path(4) => "by a peering connection in the Region".to_owned(),
            Self::Path(5) => "by a peering connection to another Region".to_owned(),
            Self::Path(1) => "by another resource in the VPC".to_owned(),
            Self::Via(via) => match context.owner(via) {
                Some(interface) => format!("by {via} ({interface})"),
                None => format!("by {via}"),
            },
            Self::Path(_) | Self::Unknown => return None,
        })
    }

    /// What tells the way, and where to look.
    fn reasons(self, other: &str) -> (String, String) {
        let told = |path: u8| format!("The answers left {other} with traffic-path {path}.");
        match self {
            Self::Path(path @ (2 | 8)) => (
                told(path),
                format!(
                    "Look at the public address of {other} and at its subnet's route to the internet gateway"
                ),
            ),
            Self::Path(3) => {
                (told(3), format!("Look at the VPN or Direct Connect routes of the subnet of {other}"))
            }
            Self::Path(path @ (4 | 5)) => {
                (told(path), format!("Look at the peering routes of the subnet of {other}"))
            }
            Self::Path(1) => (
                format!("{} That is a load balancer, a transit gateway, a firewall, or the like.", told(1)),
                format!("Look at what {other} answers through: the route table of its subnet names it"),
            ),
            Self::Via(via) => (
                format!(
                    "Its records have {via} as the source and the address in pkt-srcaddr: something at {via}, such as a load \
                     balancer, passes the packets on."
                ),
                format!("Look at what has the address {via}"),
            ),
            Self::Path(_) | Self::Unknown => (
                "There is another path: a public address of its own, a load balancer, a peering or a VPN."
                    .to_owned(),
                format!("Look at the public address and the route table of {other}"),
            ),
        }
    }
}

fn same_vpc(context: &Context, a: &str, b: &str) -> bool {
    let vpc = |id: &str| context.interface(id).and_then(|interface| interface.vpc.as_deref());
    match (vpc(a), vpc(b)) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    }
}

/// The private addresses that sent through a NAT gateway, by whether the logs hold their interfaces.
struct Behind {
    /// Whether some interface behind it, or at least of its VPC, is logged.
    logged: bool,
    /// Those of which the logs hold no interface, the busiest first.
    missing: Vec<IpAddr>,
}

impl Behind {
    fn of(context: &Context, nat: &str, seen: &Seen) -> Self {
        let (logged, missing): (Vec<_>, Vec<_>) =
            seen.behind.iter().copied().partition(|address| context.owners.contains_key(address));
        let vpc = |id: &str| context.interface(id).and_then(|interface| interface.vpc.as_deref());
        let of_vpc = |id: &String| !context.nats.contains_key(id) && vpc(id).is_some() && vpc(id) == vpc(nat);
        Self { logged: !logged.is_empty() || context.survey.interfaces.keys().any(of_vpc), missing }
    }

    /// Which flow logs are missing, if any.
    fn settle(&self) -> Option<String> {
        let named: Vec<String> = self.missing.iter().map(IpAddr::to_string).collect();
        match named.as_slice() {
            [] if self.logged => None,
            [] => Some(
                "The flow logs of the interfaces in the private subnets behind the NAT gateway are missing"
                    .to_owned(),
            ),
            [one] => Some(format!("The flow log of {one}, which is behind the NAT gateway, is missing")),
            _ => Some(format!(
                "The flow logs of {} behind the NAT gateway are missing: {}",
                words::count(named.len() as u64, "address"),
                words::list(&named, 5)
            )),
        }
    }
}

fn hosts(tally: &Tally) -> String {
    match tally.top_peers().as_slice() {
        [one] if tally.peer_count() == 1 => one.to_string(),
        _ => words::count(tally.peer_count(), "internet host"),
    }
}

fn of(sign: Sign) -> String {
    format!("It is taken for a NAT gateway's because {}.", sign.words())
}

fn reply(context: &Context, id: &str, nat: Nat, seen: &Seen) -> Draft {
    let mut draft = draft(context, Kind::NatReply, "NAT replies", id, nat, seen.replies.clone());
    if seen.replies_capped {
        draft.say_capped(MOST, "services that answered NAT gateways");
    }
    draft.text = format!("{} answered connections from inside through {id}: expected", hosts(&draft.tally));
    draft.why = format!(
        "The NAT gateway had sent to these addresses and ports first, less than 350 seconds before; what came in are the \
         replies. {}",
        of(nat.sign)
    );
    draft.certainty = if nat.sign.is_sure() { Certainty::Certain } else { Certainty::Likely };
    draft.next_step = "Nothing to do".into();
    draft
}

fn unsolicited(context: &Context, id: &str, nat: Nat, stopped: Tally, seen: &Seen) -> Draft {
    let mut draft = draft(context, Kind::NatUnsolicited, "Unsolicited at the NAT gateway", id, nat, stopped);
    let them = if draft.tally.peer_count() == 1 { "it did not get" } else { "none got" };
    draft.text = format!("{} reached {id} unasked; {them} past it: harmless", hosts(&draft.tally));
    let regional = nat.sign == Sign::Resource;
    let dropped = if regional {
        "A NAT gateway lets in no connection from outside: it dropped the packets, whatever ACCEPT says."
    } else {
        "A NAT gateway has no security group: the subnet's network ACL accepted the packets, hence ACCEPT, and the NAT \
         gateway dropped them."
    };
    draft.why = format!(
        "Nothing had been sent to these addresses and ports in the 350 seconds before, and no other interface in these logs \
         shows another way in for them. {dropped}{} {}",
        if seen.only_syn == Some(true) { " All of them are SYN alone." } else { "" },
        of(nat.sign)
    );
    draft.certainty = if nat.sign.is_sure() { Certainty::Certain } else { Certainty::Likely };
    draft.next_step = if regional {
        "Nothing to do".to_owned()
    } else {
        format!(
            "Nothing to do. To be rid of the records, deny the sources inbound in {}",
            words::network_acl(context.subnet(id), id)
        )
    };
    draft
}

fn unconfirmed(context: &Context, id: &str, nat: Nat, stopped: Tally) -> Draft {
    let mut draft = draft(context, Kind::NatUnconfirmed, "NAT gateway, not confirmed", id, nat, stopped);
    draft.text =
        format!("{} reached {id} unasked; whether any got past it cannot be confirmed", hosts(&draft.tally));
    draft.why = format!(
        "Nothing had been sent to these addresses and ports in the 350 seconds before, so the NAT gateway should have \
         dropped the packets; but the logs hold no interface behind it, where they would show if they had gone on. {}",
        of(nat.sign)
    );
    draft.next_step =
        "Add the flow logs of the interfaces in the private subnets behind the NAT gateway, for the same time".into();
    draft
}

fn bypassed(context: &Context, id: &str, nat: Nat, other: &str, way: Way, tally: Tally) -> Draft {
    let mut draft = draft(context, Kind::NatBypassed, "Not through the NAT gateway", id, nat, tally);
    let by = way.words(context).unwrap_or_else(|| "directly".to_owned());
    draft.text = format!("{} reached {other} {by}, not through the NAT gateway {id}", hosts(&draft.tally));
    let (reason, look) = way.reasons(other);
    let alone = draft.tally.peer_count() == 1;
    draft.why = format!(
        "The NAT gateway never sent to {}, so nothing of it can be a reply through the NAT gateway; yet {other} has accepted \
         records with the same {}. {reason} {}",
        if alone { "this address" } else { "these addresses" },
        if alone { "address" } else { "addresses" },
        of(nat.sign)
    );
    if way == Way::Unknown && !context.has(Field::TrafficPath) {
        draft.settle.push("The field traffic-path would tell the other way".to_owned());
    }
    draft.certainty = Certainty::Likely;
    draft.component = Component::None;
    draft.about = match way {
        Way::Via(via) => format!("{} {other} {via}", draft.about),
        _ => format!("{} {other}", draft.about),
    };
    draft.next_step =
        format!("{look}; if {other} should be reached only through the NAT gateway, remove the other way");
    let peers = draft.tally.top_peers();
    let either = |side: Field| Expr::one_of(side, peers.iter().copied());
    let source = if matches!(way, Way::Via(_)) { Field::PktSrcAddr } else { Field::SrcAddr };
    draft.condition = on(other, None).and(accepted()).and(either(source).or(either(Field::DstAddr)));
    draft
}

/// The records of a NAT gateway.
fn at(id: &str, nat: Nat) -> Expr {
    match nat.sign.field() {
        Field::InterfaceId => on(id, None),
        field => Expr::equal(field, id),
    }
}

/// What all of them have in common.
fn draft(context: &Context, kind: Kind, title: &str, id: &str, nat: Nat, tally: Tally) -> Draft {
    let regional = nat.sign == Sign::Resource;
    let mut draft = Draft::new(context, kind, title, if regional { "" } else { id }, tally);
    draft.about = if regional { id.to_owned() } else { String::new() };
    draft.local = nat.own.or(draft.local).filter(|_| !regional);
    draft.direction = Some(Direction::Inbound);
    draft.component = Component::NatGateway;
    draft.settle.extend(context.nat_in_doubt(id).map(str::to_owned));
    let peers = draft.tally.top_peers();
    let leg = |direction| {
        Leg { direction, local: draft.local, local_port: None, peers: &peers, remote_port: None }.condition()
    };
    let both = leg(Direction::Inbound).or(leg(Direction::Outbound));
    draft.condition =
        at(id, nat).and(accepted()).and(if kind == Kind::NatReply { both } else { leg(Direction::Inbound) });
    if let (Some(IpAddr::V4(own)), Some(example)) = (draft.local, peers.first()) {
        let [a, b, ..] = own.octets();
        draft.questions = questions(&format!("{a}.{b}."), &example.to_string());
    }
    draft
}

/// The two queries of AWS's article on inbound traffic at NAT gateways, filled in.
fn questions(vpc: &str, address: &str) -> Vec<(String, Plan)> {
    let between = |destination: &str, source: &str| {
        Expr::Contains(Box::new(Field::DstAddr.into()), destination.to_owned())
            .and(Expr::Contains(Box::new(Field::SrcAddr.into()), source.to_owned()))
    };
    let plan = |filter: Expr| {
        let keys = [("srcAddr", Expr::Field(Field::SrcAddr)), ("dstAddr", Field::DstAddr.into())];
        Plan::groups(filter, Grouping::by(keys).sum("bytesTransferred", Field::Bytes).limit(10))
    };
    vec![
        (format!("Where packets from {address} went"), plan(between(vpc, address))),
        (
            format!("Traffic with {address} in both directions"),
            plan(between(vpc, address).or(between(address, vpc))),
        ),
    ]
}
