//! Requests that were rejected outright: inbound (A1) and outbound (A3).

use std::net::IpAddr;

use super::around::Around;
use super::broken::{who, who_at};
use super::denials::{self, Denials, MOST, Request};
use crate::diagnose::context::Context;
use crate::diagnose::draft::{Draft, Leg, counted, on};
use crate::diagnose::finding::{Certainty, Component, Direction, Kind};
use crate::diagnose::tally::{self, LISTED, Tally};
use crate::diagnose::{terms, words};
use crate::query::{Aggregate, Answer, Derived, Expr, Grouping, Plan};
use crate::record::ordered::OrderedMap;
use crate::record::{Field, address, protocol};

/// More private peers at one service than these share one finding.
const OWN_FINDINGS: usize = 20;
/// A peer that asks for more services than these has one finding for all.
const OWN_PORTS: usize = 5;

/// How many public addresses an outbound service was asked for at, where the rows hold only the first of them.
pub(super) type PublicOut = OrderedMap<(String, u8, u16), Tally>;

fn requests() -> Expr {
    terms::rejected_by_rule().and(terms::directed()).and(terms::stray().negate())
}

/// The plans to run: private peers; outbound to public ones in sum; the public ones with the most packets.
pub(super) fn plans(context: &Context) -> Vec<Plan> {
    let service = [
        ("interface", Expr::Field(Field::InterfaceId)),
        ("protocol", Field::Protocol.into()),
        ("port", Field::DstPort.into()),
    ];
    let public = counted(Grouping::by(service.clone()))
        .measure("remotes", Aggregate::Distinct, Derived::RemoteAddress.into())
        .measure("conversations", Aggregate::Distinct, Field::SrcPort.into())
        .descending("packets")
        .limit(MOST);
    let peers = counted(Grouping::by(service.into_iter().chain([("remote", Derived::RemoteAddress.into())])))
        .descending("packets")
        .limit_per(3, LISTED)
        .limit(MOST);
    let outbound = requests().and(terms::egress()).and(terms::public_remote());
    [
        (requests().and(terms::private_remote()), denials::by_request()),
        (outbound.clone(), public),
        (outbound, peers),
    ]
    .into_iter()
    .map(|(filter, grouping)| context.plan(filter, grouping).anti_join(terms::conversation(), terms::mixed()))
    .collect()
}

/// Reads the answers to [`plans`].
pub(super) fn judge(answers: &[Answer], denials: &mut Denials) -> PublicOut {
    let mut public_out = PublicOut::new();
    let [private, public, peers] = answers else { return public_out };
    denials.read(private);
    denials.capped |= public.rows.len() >= MOST;
    for row in public.iter() {
        let (protocol, port) = (tally::protocol(&row), tally::port(&row, "port"));
        let mut tally = Tally::of(&row).with(None, protocol, port);
        tally.more_peers = row.count("remotes");
        public_out.insert((row.text("interface").to_owned(), protocol, port), tally);
    }
    for row in peers.iter() {
        let key = (row.text("interface").to_owned(), tally::protocol(&row), tally::port(&row, "port"));
        if let (Some(tally), Some(remote)) = (public_out.get_mut(&key), row.address("remote")) {
            tally.peers.insert(remote, row.count("packets"));
        }
    }
    public_out
}

/// What makes one finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key {
    interface: String,
    direction: Direction,
    protocol: u8,
    /// None: several services of one peer.
    port: Option<u16>,
    /// None: several peers of one service.
    peer: Option<IpAddr>,
    public: bool,
}

/// The findings. Inbound requests of many public addresses are background noise and not among the denials.
pub(super) fn drafts(
    context: &Context,
    denials: Denials,
    public_out: &PublicOut,
    around: &Around,
) -> Vec<Draft> {
    let mut groups: OrderedMap<Key, (Tally, Option<Request>)> = OrderedMap::new();
    for ((interface, protocol, port), tally) in public_out {
        let key = Key {
            interface: interface.clone(),
            direction: Direction::Outbound,
            protocol: *protocol,
            port: Some(*port),
            peer: None,
            public: true,
        };
        groups.or_default(key).0.add_all(tally);
    }
    let mut peers_of: OrderedMap<(&str, Direction, u8, u16), usize> = OrderedMap::new();
    let mut ports_of: OrderedMap<(&str, Direction, u8, IpAddr), usize> = OrderedMap::new();
    for request in denials.by_request.keys() {
        let Request { interface, direction, protocol, port, remote } = request;
        *peers_of.or_default((interface, *direction, *protocol, *port)) += 1;
        *ports_of.or_default((interface, *direction, *protocol, *remote)) += 1;
    }
    for (request, tally) in &denials.by_request {
        let Request { interface, direction, protocol, port, remote } = request;
        let public = !address::is_private(*remote);
        let many_peers =
            peers_of.get(&(interface, *direction, *protocol, *port)).is_some_and(|&n| n > OWN_FINDINGS);
        let many_ports =
            ports_of.get(&(interface, *direction, *protocol, *remote)).is_some_and(|&n| n > OWN_PORTS);
        let shared = many_peers || public && *direction == Direction::Outbound;
        let key = Key {
            interface: interface.clone(),
            direction: *direction,
            protocol: *protocol,
            port: Some(*port).filter(|_| shared || !many_ports),
            peer: Some(*remote).filter(|_| !shared),
            public,
        };
        let group = groups.or_default(key);
        group.0.add_all(tally);
        group.1.get_or_insert_with(|| request.clone());
    }
    groups
        .into_iter()
        .map(|(key, (tally, request))| {
            let mut draft = draft(context, &key, tally, request.as_ref(), around);
            if denials.capped {
                draft.say_capped(MOST, "kinds of rejected requests");
            }
            draft
        })
        .collect()
}

fn draft(context: &Context, key: &Key, tally: Tally, request: Option<&Request>, around: &Around) -> Draft {
    let interface = key.interface.as_str();
    let peers = tally.top_peers();
    let count = tally.peer_count();
    let ports = tally.top_ports();
    let has_ports = protocol::has_ports(key.protocol.into());
    let packets = words::count(tally.packets, "packet");
    let were = words::were(tally.packets);
    let connections = if has_ports && key.port.is_some() && (peers.len() == 1 || tally.conversations > count)
    {
        format!(" in {}", words::count(tally.conversations, "connection"))
    } else {
        String::new()
    };
    let what = key.port.map_or_else(
        || {
            format!(
                "{} of {}",
                words::count(tally.ports.len() as u64, "port"),
                words::protocol_name(key.protocol)
            )
        },
        |port| words::service(key.protocol, port),
    );
    let (kind, title, text) = match key.direction {
        Direction::Inbound => {
            let at = key.port.map_or_else(
                || format!("{interface} on {what}"),
                |port| {
                    if has_ports {
                        words::endpoint(interface, key.protocol, port)
                    } else {
                        format!("{interface} by {what}")
                    }
                },
            );
            let text = format!(
                "{packets} from {}{connections} to {at} {were} rejected",
                who(&peers, count, "address")
            );
            (Kind::InboundDenied, "Denied inbound", text)
        }
        Direction::Outbound => {
            let to = key.port.map_or_else(
                || format!("{} on {what}", who(&peers, count, "address")),
                |port| who_at(&peers, count, key.protocol, port),
            );
            let text =
                format!("{packets} from {interface}{connections} to {to} {were} rejected on the way out");
            (Kind::OutboundDenied, "Denied outbound", text)
        }
    };
    let mut draft = Draft::new(context, kind, title, interface, tally);
    draft.text = text;
    draft.protocol = Some(key.protocol);
    draft.port = key.port;
    draft.direction = Some(key.direction);
    draft.about = match (key.peer, key.public) {
        (Some(peer), _) => peer.to_string(),
        (None, true) => "public".to_owned(),
        (None, false) => "private".to_owned(),
    };
    let rule_ports = match (key.port, ports.as_slice()) {
        (Some(port), _) => port.to_string(),
        (None, ports) => {
            ports.iter().take(5).map(|port| port.port.to_string()).collect::<Vec<_>>().join(", ")
        }
    };
    // So few are listed: no need to open a service to the whole internet for them.
    let cidr = if count > 1 && count <= LISTED as u64 {
        format!("each of the {count} addresses")
    } else {
        words::cidr(&peers, count)
    };
    let rule = words::rule_of(key.direction, key.protocol, &rule_ports, &cidr);
    let acl = words::network_acl(context.subnet(interface), interface);
    blame(context, &mut draft, request.filter(|_| key.peer.is_some() && key.port.is_some()), around);
    draft.next_step = match draft.component {
        Component::NetworkAcl => format!("If it should pass, allow {rule} in {acl}"),
        Component::SecurityGroup => {
            format!("If it should pass, allow {rule} in a security group of {interface}")
        }
        _ => {
            format!("If it should pass, see that a security group of {interface} and {acl} both allow {rule}")
        }
    };
    let port = key.port.filter(|_| has_ports);
    let (local_port, remote_port) = match key.direction {
        Direction::Inbound => (port, None),
        Direction::Outbound => (None, port),
    };
    let leg = Leg { direction: key.direction, local: draft.local, local_port, peers: &peers, remote_port };
    draft.condition =
        on(interface, Some(key.protocol)).and(leg.condition()).and(crate::query::plan::rejected());
    draft
}

/// Which of the two rejected it, as far as the records tell.
fn blame(context: &Context, draft: &mut Draft, request: Option<&Request>, around: &Around) {
    let interface = draft.interface.clone();
    let inbound = draft.direction == Some(Direction::Inbound);
    // Pings and their answers look alike; where requests that were let through are not logged, nothing tells them apart.
    let either_way = context.survey.accepted == 0
        && draft.protocol.is_some_and(|number| !protocol::has_ports(number.into()));
    if either_way {
        draft.settle.push(
            "A log that holds the accepted records too would tell requests from replies, which only the network ACL can \
             reject"
                .to_owned(),
        );
    }
    let alone = if either_way {
        "The logs hold no accepted records, so these may be requests or replies."
    } else if inbound {
        "No reply is on record: the request itself was rejected."
    } else {
        "The request itself was rejected before it left."
    };
    let order = if inbound {
        "Inbound traffic passes the network ACL first, then the security group; either can reject it."
    } else {
        "Outbound traffic passes the security group first, then the network ACL; either can reject it."
    };
    (draft.component, draft.certainty) = (Component::Either, Certainty::Undetermined);
    draft.why = format!("{alone} {order}");
    if context.lacks_security_group(&interface) {
        (draft.component, draft.certainty) = (Component::NetworkAcl, Certainty::Certain);
        draft.why = format!(
            "{alone} A NAT or transit gateway has no security group, so only the network ACL can have rejected it."
        );
        return;
    }
    if let Some(doubt) = context.nat_in_doubt(&interface) {
        (draft.component, draft.certainty) = (Component::NetworkAcl, Certainty::Likely);
        draft.why = format!(
            "{alone} This looks like a NAT gateway's interface, which has no security group: then only the network ACL can \
             have rejected it."
        );
        draft.settle.push(doubt.to_owned());
        return;
    }
    let Some(request) = request else {
        draft.settle.push(
            "The rules of the security groups and of the network ACL would tell which of the two".to_owned(),
        );
        return;
    };
    let peer = context.owner(request.remote);
    let same_subnet = peer
        .filter(|peer| *peer != interface)
        .and_then(|peer| Some((peer, context.subnet(peer)?)))
        .filter(|(_, subnet)| context.subnet(&interface) == Some(*subnet));
    if let Some((peer, subnet)) = same_subnet {
        (draft.component, draft.certainty) = (Component::SecurityGroup, Certainty::Certain);
        draft.why = format!(
            "{alone} {} is the address of {peer} in the same subnet, {subnet}; network ACLs are not evaluated inside a \
             subnet, so only a security group can have rejected it.",
            request.remote
        );
    } else if let Some(other) = around.accepted_beside(context, request) {
        (draft.component, draft.certainty) = (Component::SecurityGroup, Certainty::Likely);
        draft.why = format!(
            "{alone} {order} But {other} in the same subnet accepted the same peer and port, so the network ACL passes it.",
        );
    } else {
        draft.settle.extend(context.would_tell(
            Field::SubnetId,
            "whether another interface behind the same network ACL accepts the same traffic",
        ));
        draft.settle.push(
            "The rules of the security groups and of the network ACL would tell which of the two".to_owned(),
        );
    }
    if let Some(peer) = peer.filter(|peer| *peer != interface) {
        draft.why.push(' ');
        draft.why.push_str(&path(context, request, peer, around));
    }
}

/// The whole path, where both ends are logged.
fn path(context: &Context, request: &Request, peer: &str, around: &Around) -> String {
    let Request { interface, protocol, port, .. } = request;
    let at = words::endpoint(interface, *protocol, *port);
    let Some(local) = context.local(interface, Some(request.remote)) else { return String::new() };
    let seen = |direction| {
        around.verdicts(&Request {
            interface: peer.to_owned(),
            direction,
            protocol: *protocol,
            port: *port,
            remote: local,
        })
    };
    match request.direction {
        Direction::Inbound => match seen(Direction::Outbound) {
            (0, 0) => format!("The whole path: {peer} sent it, but has no record of it; it stopped at {at}."),
            (0, _) => format!("The whole path: some of it was rejected already on its way out of {peer}."),
            (_, 0) => format!("The whole path: it left {peer} (ACCEPT) and stopped at {at} (REJECT)."),
            _ => format!(
                "The whole path: {peer} let some of it out and rejected some; what left it stopped at {at}."
            ),
        },
        Direction::Outbound => match seen(Direction::Inbound) {
            (0, 0) => format!(
                "The whole path: it stopped at {interface} on its way out; nothing of it reached {peer}."
            ),
            (0, _) => format!("The whole path: what left {interface} before was rejected at {peer} too."),
            _ => format!(
                "The whole path: what left {interface} at other times was accepted at {peer}; this stopped on its way out."
            ),
        },
    }
}
