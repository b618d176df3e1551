//! Connections that were let through and never answered (A7, A8): no rule is at fault.

use std::net::IpAddr;

use super::Explained;
use super::broken::{who, who_at};
use crate::diagnose::context::Context;
use crate::diagnose::draft::{Draft, Leg, on};
use crate::diagnose::finding::{Certainty, Component, Direction, Kind};
use crate::diagnose::tally::{self, Tally};
use crate::diagnose::{terms, words};
use crate::query::plan::{accepted, rejected};
use crate::query::{Aggregate, Answer, Comparison, Expr, Grouping, Plan, Row, Scan};
use crate::record::ordered::{OrderedMap, OrderedSet};
use crate::record::{Field, address, protocol, service, tcp_flags};

/// A SYN is sent again at most so many times within an interval.
const TRIES: u64 = 7;
/// A SYN with all its options, over IPv4 and over IPv6.
const SYN_BYTES: [u64; 2] = [60, 80];
/// An answer to a SYN at the very end of the log may come after it.
const TAIL_SECS: u64 = 60;
/// At most so many connections, those with the most packets.
const MOST: usize = 20_000;
/// More peers that do not answer on a port, or ports of a host or peer, than these share one finding.
const OWN_FINDINGS: usize = 5;

/// Records that may be nothing but the opening of a connection: few small packets, SYN only where flags are known.
fn only_opening() -> Expr {
    let of_size = |bytes_each: u64| {
        (1..=TRIES)
            .map(|tries| {
                Expr::equal(Field::Packets, tries).and(Expr::compare(
                    Field::Bytes,
                    Comparison::AtMost,
                    tries * bytes_each,
                ))
            })
            .reduce(Expr::or)
            .unwrap_or(Expr::True)
    };
    let [v4, v6] = SYN_BYTES;
    let small = of_size(v4).or(Expr::IsIpv6(Box::new(Field::SrcAddr.into())).and(of_size(v6)));
    let flags = Expr::present(Field::TcpFlags)
        .negate()
        .or(Expr::one_of(Field::TcpFlags, [tcp_flags::SYN, tcp_flags::SYN | tcp_flags::RST]));
    Expr::equal(Field::Protocol, protocol::TCP)
        .and(accepted())
        .and(flags)
        .and(Expr::compare(Field::Packets, Comparison::AtMost, TRIES))
        .and(small)
        .and(terms::stray().negate())
}

/// The plan to run, of use if the logs hold accepted records.
pub(super) fn plan(context: &Context) -> Plan {
    let (inbound, outbound) = (terms::ingress(), terms::egress());
    let mut grouping = Grouping::by(terms::conversation_columns())
        .count_when("in_records", inbound.clone())
        .count_when("out_records", outbound)
        .count_when("rejected", rejected())
        .count("records")
        .sum("packets", Field::Packets)
        .sum("bytes", Field::Bytes)
        .measure("first", Aggregate::Min, Field::Start.into())
        .measure("last_start", Aggregate::Max, Field::Start.into())
        .measure("last", Aggregate::Max, Field::End.into());
    if context.has(Field::TcpFlags) {
        let goes_on = Expr::present(Field::TcpFlags).and(terms::opens().negate());
        grouping = grouping
            .measure("flags", Aggregate::BitOr, Field::TcpFlags.into())
            .count_when("goes_on", goes_on);
    }
    let none = |column: &str| Expr::equal(Expr::column(column), 0);
    let few = Expr::compare(Expr::column("packets"), Comparison::AtMost, 4 * TRIES);
    let grouping = grouping
        .having(none("in_records").or(none("out_records")).and(none("rejected")).and(few))
        .descending("packets")
        .limit(MOST);
    let opening = Scan::of(only_opening().and(terms::directed()));
    context
        .plan(Expr::equal(Field::Protocol, protocol::TCP).and(terms::directed()), grouping)
        .semi_join(terms::conversation(), opening)
}

/// What makes one finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key {
    interface: String,
    direction: Direction,
    /// None: several ports.
    port: Option<u16>,
    /// A private peer that does not answer; all who ask a host that does not answer share one finding.
    peer: Option<IpAddr>,
    /// Whether the peers are private.
    private: bool,
}

/// A connection without an answer.
struct Opening {
    key: Key,
    remote: IpAddr,
    tally: Tally,
    flagged: bool,
}

impl Opening {
    fn of(context: &Context, row: &Row<'_>) -> Option<Self> {
        let interface = row.text("interface");
        let remote = row.address("remote")?;
        let direction = if row.count("out_records") == 0 { Direction::Inbound } else { Direction::Outbound };
        let flags = row.get("flags").number().map(|flags| flags as u64);
        let (local_port, remote_port) = (tally::port(row, "local_port"), tally::port(row, "remote_port"));
        let (port, client) = match direction {
            Direction::Inbound => (local_port, remote_port),
            Direction::Outbound => (remote_port, local_port),
        };
        // Without flags only the ports tell that it is the request that has no answer, and not an acknowledgement.
        let opens = flags.map_or_else(
            || service::serves(port.into(), client.into()) == Some(true),
            |flags| {
                flags & (tcp_flags::SYN_ACK | tcp_flags::FIN) == tcp_flags::SYN && row.count("goes_on") == 0
            },
        );
        let in_time = row.count("first") + TAIL_SECS <= context.survey.last;
        if !opens || !in_time || context.at_nat(interface) || !answers_seen(context, interface, direction) {
            return None;
        }
        let private = address::is_private(remote);
        let key = Key {
            interface: interface.to_owned(),
            direction,
            port: Some(port),
            peer: Some(remote).filter(|_| private && direction == Direction::Outbound),
            private,
        };
        let tally = Tally::of(row).with(Some(remote), protocol::TCP as u8, port);
        Some(Self { key, remote, tally, flagged: flags.is_some() })
    }

    /// The same as the far end sees it, if its interface is logged.
    fn at_far_end(&self, context: &Context) -> Option<(String, u16, IpAddr)> {
        let far = context.owner(self.remote)?;
        let local = context.local(&self.key.interface, Some(self.remote))?;
        Some((far.to_owned(), self.key.port?, local))
    }
}

/// The findings; where both ends are logged, those of the end that did not answer.
pub(super) fn drafts(context: &Context, answer: &Answer, explained: &Explained) -> Vec<Draft> {
    let openings: Vec<Opening> = answer.iter().filter_map(|row| Opening::of(context, &row)).collect();
    let let_in: OrderedSet<(String, u16, IpAddr)> = openings
        .iter()
        .filter(|opening| opening.key.direction == Direction::Inbound)
        .filter_map(|opening| Some((opening.key.interface.clone(), opening.key.port?, opening.remote)))
        .collect();
    let mut groups = Groups::new();
    for opening in openings {
        let told = opening.key.direction == Direction::Outbound
            && opening
                .at_far_end(context)
                .is_some_and(|far| let_in.contains(&far) || explained.contains(&far));
        if !told {
            let group = groups.or_insert_with(opening.key, || (Tally::default(), true));
            group.0.add(&opening.tally);
            group.1 &= opening.flagged;
        }
    }
    let capped = answer.rows.len() >= MOST;
    gather(groups)
        .into_iter()
        .map(|(key, (tally, flagged))| draft(context, &key, tally, flagged, capped))
        .collect()
}

/// Whether the log holds any traffic the other way, so that a missing answer says something.
fn answers_seen(context: &Context, interface: &str, direction: Direction) -> bool {
    let other = match direction {
        Direction::Inbound => Direction::Outbound,
        Direction::Outbound => Direction::Inbound,
    };
    context
        .interface(interface)
        .is_some_and(|seen| seen.records.get(&other).is_some_and(|&records| records > 0))
}

/// Counts, and whether flags were known, by what makes one finding.
type Groups = OrderedMap<Key, (Tally, bool)>;

/// Joins the peers of one service, and the services of one peer or of the internet, where they are many.
fn gather(groups: Groups) -> Groups {
    let of_service = |key: &Key| Key { peer: None, ..key.clone() };
    let of_peer = |key: &Key| Key { port: None, ..key.clone() };
    let mut sizes: OrderedMap<Key, usize> = OrderedMap::new();
    for key in groups.keys() {
        *sizes.or_default(of_peer(key)) += 1;
        if key.peer.is_some() {
            *sizes.or_default(of_service(key)) += 1;
        }
    }
    let many = |key: &Key| sizes.get(key).is_some_and(|&size| size > OWN_FINDINGS);
    let mut gathered = Groups::new();
    for (key, (tally, flagged)) in groups {
        let joined = if key.peer.is_some() && many(&of_service(&key)) {
            of_service(&key)
        } else if many(&of_peer(&key)) {
            of_peer(&key)
        } else {
            key
        };
        let group = gathered.or_insert_with(joined, || (Tally::default(), true));
        group.0.add(&tally);
        group.1 &= flagged;
    }
    gathered
}

fn draft(context: &Context, key: &Key, tally: Tally, flagged: bool, capped: bool) -> Draft {
    let tcp = protocol::TCP as u8;
    let interface = key.interface.as_str();
    let (peers, count) = (tally.top_peers(), tally.peer_count());
    let connections = words::count(tally.conversations, "connection");
    let were = words::were(tally.conversations);
    let on_ports = format!("on {}", words::count(tally.ports.len() as u64, "port"));
    let (kind, text) = match key.direction {
        Direction::Inbound => {
            let at = key.port.map_or_else(
                || format!("{interface} {on_ports}"),
                |port| words::endpoint(interface, tcp, port),
            );
            (
                Kind::NoAnswerFromHost,
                format!(
                    "{connections} from {} to {at} {were} let in and never answered",
                    who(&peers, count, "address")
                ),
            )
        }
        Direction::Outbound => {
            let to = key.port.map_or_else(
                || format!("{} {on_ports}", who(&peers, count, "address")),
                |port| who_at(&peers, count, tcp, port),
            );
            (
                Kind::NoAnswerFromPeer,
                format!("{connections} from {interface} to {to} {were} let out and never answered"),
            )
        }
    };
    let mut draft = Draft::new(context, kind, "No answer", interface, tally);
    draft.text = text;
    draft.protocol = Some(tcp);
    draft.port = key.port;
    draft.direction = Some(key.direction);
    draft.about = match (key.peer, key.private) {
        (Some(peer), _) => peer.to_string(),
        (None, true) => "private".to_owned(),
        (None, false) => "public".to_owned(),
    };
    draft.component = Component::None;
    let rejects_logged = context.survey.rejected > 0;
    let seen = if flagged { "Only SYN was seen" } else { "Only a few small packets were seen" };
    draft.why = match key.direction {
        _ if !rejects_logged => format!(
            "{seen}, accepted, and no accepted record the other way. The logs hold no rejected records: an answer that a \
             network ACL rejected would not be among them, so this may be the host, its route, or the ACL."
        ),
        Direction::Inbound => format!(
            "{seen}, accepted, and no record the other way, not even a rejected one. So neither security group nor network \
             ACL stands in the way: nothing listens on the port, a firewall on the host drops it, or the answer takes \
             another way."
        ),
        Direction::Outbound => format!(
            "{seen}, accepted, and nothing came back, not even a rejected packet. So this side's security group and \
             network ACL let it out: look at the far end, its rules, and the route."
        ),
    };
    draft.certainty = if flagged && rejects_logged { Certainty::Likely } else { Certainty::Undetermined };
    if !flagged {
        draft.settle.extend(Some("The field tcp-flags would tell that only SYN was sent".to_owned()));
    }
    if !rejects_logged {
        draft.settle.push(
            "The logs hold no rejected records: if the flow log leaves them out, the answer may have been rejected".to_owned(),
        );
    }
    if context.skipped(interface, draft.tally.first, draft.tally.last) {
        draft.certainty = Certainty::Undetermined;
        draft.settle.push(
            "AWS skipped records of this interface at that time (SKIPDATA): the answer may have been among them"
                .to_owned(),
        );
    }
    if capped {
        draft.say_capped(MOST, "connections without an answer");
    }
    let port = key.port.map_or_else(|| "these ports".to_owned(), |port| format!("port {port}"));
    draft.next_step = match key.direction {
        Direction::Inbound => format!(
            "See that something listens on {port} of the host behind {interface}, and that the host's own firewall allows it"
        ),
        Direction::Outbound => format!(
            "See that the far end listens on {port} and lets {interface} in, and that the routes lead there and back"
        ),
    };
    let (local_port, remote_port) = match key.direction {
        Direction::Inbound => (key.port, None),
        Direction::Outbound => (None, key.port),
    };
    let leg = Leg { direction: key.direction, local: draft.local, local_port, peers: &peers, remote_port };
    draft.condition = on(interface, Some(tcp)).and(leg.condition());
    draft
}
