//! Findings of mixed conversations, in words.

use std::net::IpAddr;

use super::mixed::{Group, Key, MOST, Mixed, Sort};
use super::stray;
use crate::diagnose::context::Context;
use crate::diagnose::draft::{Draft, Leg, on};
use crate::diagnose::finding::{Certainty, Change, Component, Direction, Kind};
use crate::diagnose::words;
use crate::record::ordered::OrderedMap;
use crate::record::{Field, protocol};

/// More private peers of one service than these share one finding.
const OWN_FINDINGS: usize = 20;
/// For late packets, which break nothing.
const OWN_FINDINGS_AFTER_CLOSE: usize = 3;

/// The findings.
pub(super) fn drafts(context: &Context, mixed: Mixed) -> Vec<Draft> {
    let (capped, strays_capped) = (mixed.capped, mixed.strays_capped);
    gather(mixed.groups)
        .into_iter()
        .map(|(key, group)| {
            let mut draft = match key.sort {
                Sort::Reply if key.seen => reply(context, &key, group),
                Sort::Reply => unasked(context, &key, group),
                Sort::Cut => cut(context, &key, group),
                Sort::AfterClose => after_close(context, &key, group),
                Sort::Open => open(context, &key, group),
            };
            if key.seen && capped {
                draft.say_capped(MOST, "conversations with both verdicts");
            } else if !key.seen && strays_capped {
                draft.say_capped(stray::MOST, "groups of rejected packets without their connection");
            }
            draft
        })
        .collect()
}

/// Joins the private peers of one service where they are many.
fn gather(groups: OrderedMap<Key, Group>) -> OrderedMap<Key, Group> {
    let shared = |key: &Key| Key { peer: None, ..key.clone() };
    let mut peers: OrderedMap<Key, usize> = OrderedMap::new();
    for key in groups.keys().filter(|key| key.peer.is_some()) {
        *peers.or_default(shared(key)) += 1;
    }
    let mut gathered: OrderedMap<Key, Group> = OrderedMap::new();
    for (key, group) in groups {
        let most = if key.sort == Sort::AfterClose { OWN_FINDINGS_AFTER_CLOSE } else { OWN_FINDINGS };
        let many = peers.get(&shared(&key)).is_some_and(|&peers| peers > most);
        let key = if many { shared(&key) } else { key };
        match gathered.get_mut(&key) {
            Some(other) => other.join(group),
            None => {
                gathered.insert(key, group);
            }
        }
    }
    gathered
}

impl Group {
    fn join(&mut self, other: Self) {
        self.tally.add(&other.tally);
        self.client_ports = match (self.client_ports, other.client_ports) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (a, b) => a.or(b),
        };
        self.changed |= other.changed;
        self.sure &= other.sure;
        self.flags |= other.flags;
        self.changes.extend(other.changes);
    }
}

fn reply(context: &Context, key: &Key, mut group: Group) -> Draft {
    let (interface, subnet) = (key.interface.as_str(), context.subnet(&key.interface).map(str::to_owned));
    let peers = group.tally.top_peers();
    let who = who(&peers, group.tally.peer_count(), "client");
    let packets = words::count(group.tally.packets, "reply packet");
    let were = words::were(group.tally.packets);
    let way = words::way(key.direction);
    let text = match key.direction {
        Direction::Outbound => {
            format!("{who} reached {} and {packets} {were} rejected {way}", place(key, interface))
        }
        Direction::Inbound => {
            let far = who_at(&peers, group.tally.peer_count(), key.protocol, key.port);
            format!("{} reached {far} and {packets} {were} rejected {way}", name(interface))
        }
    };
    let acl = words::network_acl(subnet.as_deref(), interface);
    let judged_by = match group.client_ports {
        Some((least, most)) if protocol::has_ports(key.protocol.into()) => {
            if least == most {
                format!(", by port {least}")
            } else {
                format!(", by the client's port ({least} to {most})")
            }
        }
        _ => String::new(),
    };
    let (request, answer) = match key.direction {
        Direction::Outbound => ("let it in", "out"),
        Direction::Inbound => ("let it out", "in"),
    };
    let no_group = context.lacks_security_group(interface);
    let allowed = if no_group {
        format!("The request was accepted, so the network ACL {request}.")
    } else {
        format!("The request was accepted, so the security group and the network ACL {request}.")
    };
    let stateful = if no_group {
        format!(
            "The reply is judged again on its way {answer}{judged_by}, and this interface has no security group: only the ACL can have rejected it."
        )
    } else {
        format!(
            "A security group always lets the reply {answer}; a network ACL judges it again{judged_by}. Only the ACL can have rejected it."
        )
    };
    let changed = group.changed;
    let cidr = words::cidr(&peers, group.tally.peer_count());
    let changes = spread(std::mem::take(&mut group.changes));
    let mut draft =
        Draft::new(context, reply_blocked(key.direction), "Replies rejected", interface, group.tally);
    draft.text = text;
    draft.why = if changed {
        format!(
            "{allowed} {stateful} Other replies passed, so a rule was edited while the log ran, or only some client ports are allowed."
        )
    } else {
        format!("{allowed} {stateful}")
    };
    draft.component = Component::NetworkAcl;
    draft.certainty = if group.sure { Certainty::Certain } else { Certainty::Likely };
    if !group.sure && u64::from(key.protocol) == protocol::TCP {
        draft
            .settle
            .extend(context.would_tell(Field::TcpFlags, "a reply from a packet after the connection's end"));
    }
    draft.next_step =
        format!("Allow {} in {acl}", words::rule_of(key.direction, key.protocol, "1024-65535", &cidr));
    draft.changes = changes;
    fill(draft, key, &peers, group.serves)
}

/// Answers (SYN-ACK) rejected, without the request on record.
fn unasked(context: &Context, key: &Key, group: Group) -> Draft {
    let interface = key.interface.as_str();
    let peers = group.tally.top_peers();
    let count = group.tally.peer_count();
    let mut draft =
        Draft::new(context, reply_blocked(key.direction), "Replies rejected", interface, group.tally);
    let (from, to) = match key.direction {
        Direction::Outbound => (place(key, interface), who(&peers, count, "client")),
        Direction::Inbound => (who_at(&peers, count, key.protocol, key.port), name(interface)),
    };
    draft.text = format!(
        "{} (SYN-ACK) from {from} to {to} {} rejected {}",
        words::count(draft.tally.packets, "answer"),
        words::were(draft.tally.packets),
        words::way(key.direction),
    );
    let only_rejects = context.survey.accepted == 0;
    draft.why = if only_rejects {
        "A SYN-ACK answers a request that was let through; the logs hold no accepted records, so the request is not among \
         them. A security group lets such an answer pass; only a network ACL rejects it."
    } else {
        "A SYN-ACK answers a request, but no request of these connections is on record at this interface. It may have \
         taken another way (asymmetric routing: a security group rejects answers to what it has not seen), or a network \
         ACL rejects the answer."
    }
    .into();
    draft.component = if only_rejects { Component::NetworkAcl } else { context.judge_of(interface) };
    draft.certainty = if only_rejects { Certainty::Likely } else { Certainty::Undetermined };
    draft.settle.push(if only_rejects {
        "Flow logs of accepted traffic would show the requests".to_owned()
    } else {
        "Flow logs of the interface through which the requests went would show them".to_owned()
    });
    draft.next_step = format!(
        "Allow {} in {}",
        words::rule_of(key.direction, key.protocol, "1024-65535", &words::cidr(&peers, count)),
        words::network_acl(context.subnet(interface), interface),
    );
    fill(draft, key, &peers, group.serves)
}

fn cut(context: &Context, key: &Key, mut group: Group) -> Draft {
    let interface = key.interface.as_str();
    let peers = group.tally.top_peers();
    let count = group.tally.peer_count();
    let changes = spread(std::mem::take(&mut group.changes));
    let when = changes.first().map_or_else(String::new, |change| {
        format!(" {}", words::between(change.last_before, change.first_after))
    });
    let acl = words::network_acl(context.subnet(interface), interface);
    let mut draft =
        Draft::new(context, Kind::ChangedDuringLog, "Changed during the log", interface, group.tally);
    let between = match key.direction {
        Direction::Inbound => format!("from {} to {}", who(&peers, count, "address"), place(key, interface)),
        Direction::Outbound => {
            format!("from {} to {}", name(interface), who_at(&peers, count, key.protocol, key.port))
        }
    };
    draft.text = format!(
        "{} {between} passed at first; from {} on {} rejected",
        if draft.tally.conversations == 1 { "A connection" } else { "Connections" },
        changes.first().map_or_else(String::new, |change| words::moment(change.first_after)),
        if draft.tally.packets == 1 {
            "1 packet was".to_owned()
        } else {
            words::count(draft.tally.packets, "packet") + " were"
        },
    );
    draft.why = "Packets of one and the same connection were accepted, then rejected. A security group goes on passing \
        connections it tracks when its rules are edited; a network ACL applies an edit at once, and so does a security \
        group to connections it does not track."
        .into();
    draft.component = context.judge_of(interface);
    draft.certainty = Certainty::Likely;
    draft.next_step =
        format!("Look in CloudTrail for an edit of {acl} or of the interface's security groups{when}");
    draft.changes = changes;
    fill(draft, key, &peers, group.serves)
}

/// Late packets. In a log of rejected traffic alone they may as well be replies.
fn after_close(context: &Context, key: &Key, group: Group) -> Draft {
    let interface = key.interface.as_str();
    let peers = group.tally.top_peers();
    let count = group.tally.peer_count();
    let mut draft = Draft::new(context, Kind::AfterClose, "After close", interface, group.tally);
    let far = if group.serves {
        who(&peers, count, "client")
    } else {
        who_at(&peers, count, key.protocol, key.port)
    };
    let near = if group.serves { place(key, interface) } else { name(interface) };
    let were = words::were(draft.tally.packets);
    let (late, or_replies) = if context.only_rejects() {
        (words::count(draft.tally.packets, "packet"), ": late ones, or replies")
    } else {
        (words::count(draft.tally.packets, "late packet"), "")
    };
    draft.text =
        format!("{late} between {near} and {far} {were} rejected {}{or_replies}", words::way(key.direction));
    let flags = group.rejected_flags.map_or_else(String::new, |flags| {
        format!(
            " None of them opens a connection (flags: {}).",
            if flags.is_empty() { "none".to_owned() } else { flags }
        )
    });
    draft.why = if key.seen {
        format!(
            "The conversation was accepted both ways before; what came after its end, or after its idle time-out, belongs \
         to no tracked connection.{} No rule is at fault.",
            if group.sure { flags.as_str() } else { "" }
        )
    } else {
        format!(
            "They look like packets from the middle or the end of a connection, of which these records hold no accepted \
             packet.{flags} It may have ended before the log begins, or its records are missing."
        )
    };
    draft.component = Component::None;
    draft.certainty = if group.sure { Certainty::Likely } else { Certainty::Undetermined };
    if context.only_rejects() {
        let acl = words::network_acl(context.subnet(interface), interface);
        let way = words::name(key.direction);
        let cidr = words::cidr(&peers, count);
        let rule = words::rule_of(key.direction, key.protocol, "1024-65535", &cidr);
        "Late, or replies".clone_into(&mut draft.title);
        draft.component = Component::NetworkAcl;
        draft.why = format!(
            "They look like packets from the middle or the end of a connection.{flags} The logs hold no accepted records: \
             if the connection had ended, no rule is at fault; if these are replies, only the network ACL's {way} rules \
             can have rejected them."
        );
        draft.settle.push("A log that holds the accepted records too would tell which".to_owned());
        draft.next_step = format!("See whether {acl} allows {rule}");
        return fill(draft, key, &peers, group.serves);
    }
    if !group.sure && !group.flags && u64::from(key.protocol) == protocol::TCP {
        draft.settle.push("The field tcp-flags would tell a late packet from a new connection".to_owned());
    } else if !group.sure {
        draft
            .settle
            .push("A log that holds the accepted records too, and begins earlier, would tell".to_owned());
    }
    draft.next_step =
        "Nothing to do, unless an application complains of connections that stall after a pause: then use \
        keep-alives shorter than the idle time-out"
            .into();
    fill(draft, key, &peers, group.serves)
}

fn open(context: &Context, key: &Key, group: Group) -> Draft {
    let interface = key.interface.as_str();
    let peers = group.tally.top_peers();
    let count = group.tally.peer_count();
    let mut draft =
        Draft::new(context, reply_blocked(key.direction), "Rejected beside accepted", interface, group.tally);
    draft.text = format!(
        "{} of {} between {} and {} {} rejected {} while others passed",
        words::count(draft.tally.packets, "packet"),
        words::protocol_name(key.protocol),
        name(interface),
        who(&peers, count, "address"),
        words::were(draft.tally.packets),
        words::way(key.direction),
    );
    draft.why = format!(
        "Both directions begin in the same second, so nothing tells which side asked. If the rejected packets were replies, \
         the network ACL's {} rules rejected them; if they were requests, the security group or the network ACL.",
        words::name(key.direction)
    );
    draft.component = context.judge_of(interface);
    draft.settle.push("A record of the time before this one would tell which side asked first".to_owned());
    if u64::from(key.protocol) == protocol::TCP {
        draft.settle.extend(context.would_tell(Field::TcpFlags, "which side opened the connection"));
    }
    draft.next_step = format!(
        "Compare the {} rules of {} with {}",
        words::name(key.direction),
        words::network_acl(context.subnet(interface), interface),
        words::rule_of(key.direction, key.protocol, "1024-65535", &words::cidr(&peers, count)),
    );
    fill(draft, key, &peers, group.serves)
}

/// What all of them have in common.
fn fill(mut draft: Draft, key: &Key, peers: &[IpAddr], serves: bool) -> Draft {
    draft.protocol = Some(key.protocol);
    draft.port = Some(key.port);
    draft.direction = Some(key.direction);
    draft.about = format!(
        "{} {} {}",
        words::name(key.direction),
        if key.seen { "seen" } else { "unseen" },
        key.peer.map_or_else(|| "several".to_owned(), |peer| peer.to_string())
    );
    let port = protocol::has_ports(key.protocol.into()).then_some(key.port);
    let (local_port, remote_port) = if serves { (port, None) } else { (None, port) };
    let leg = |direction| Leg { direction, local: draft.local, local_port, peers, remote_port }.condition();
    draft.condition =
        on(&key.interface, Some(key.protocol)).and(leg(Direction::Inbound).or(leg(Direction::Outbound)));
    draft
}

/// The changes' outer limits, one for each way of changing.
fn spread(changes: Vec<Change>) -> Vec<Change> {
    let mut merged: Vec<Change> = Vec::new();
    for change in changes {
        match merged.iter_mut().find(|other| other.from == change.from) {
            Some(other) => {
                other.last_before = other.last_before.max(change.last_before);
                other.first_after = other.first_after.min(change.first_after);
            }
            None => merged.push(change),
        }
    }
    merged
}

const fn reply_blocked(direction: Direction) -> Kind {
    match direction {
        Direction::Outbound => Kind::ReplyBlockedOutbound,
        Direction::Inbound => Kind::ReplyBlockedInbound,
    }
}

fn place(key: &Key, interface: &str) -> String {
    if protocol::has_ports(key.protocol.into()) {
        words::endpoint(interface, key.protocol, key.port)
    } else {
        format!("{} by {}", name(interface), words::protocol_name(key.protocol))
    }
}

fn name(interface: &str) -> String {
    if interface.is_empty() { "The interface".to_owned() } else { interface.to_owned() }
}

/// `10.1.2.3`, or `38 clients`.
pub(super) fn who(peers: &[IpAddr], count: u64, noun: &str) -> String {
    match peers {
        [one] if count <= 1 => one.to_string(),
        _ if peers.iter().all(|peer| crate::record::address::is_private(*peer)) => {
            words::count(count, &format!("private {noun}"))
        }
        _ => words::count(count, &format!("internet {noun}")),
    }
}

/// `10.1.2.3:443`, or `38 internet addresses on TCP 443 https`.
pub(super) fn who_at(peers: &[IpAddr], count: u64, protocol_number: u8, port: u16) -> String {
    match peers {
        [one] if count <= 1 && protocol::has_ports(protocol_number.into()) => {
            words::endpoint(&one.to_string(), protocol_number, port)
        }
        [one] if count <= 1 => format!("{one} by {}", words::protocol_name(protocol_number)),
        _ => format!("{} on {}", who(peers, count, "address"), words::service(protocol_number, port)),
    }
}
