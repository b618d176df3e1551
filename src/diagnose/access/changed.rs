//! New connections of one peer to one service that were accepted for a while and then rejected, or the reverse (A9).

use std::net::IpAddr;

use super::broken::{who, who_at};
use super::denials::{Denials, Request};
use crate::diagnose::context::Context;
use crate::diagnose::draft::{Draft, Leg, on};
use crate::diagnose::finding::{Certainty, Change, Direction, Kind};
use crate::diagnose::tally::{self, Tally};
use crate::diagnose::{terms, words};
use crate::query::plan::{accepted, rejected};
use crate::query::{Aggregate, Answer, Derived, Expr, Grouping, Plan, Scan};
use crate::record::ordered::{OrderedMap, OrderedSet};
use crate::record::{Field, address, protocol};

/// Records of both verdicts may lie so close together, as an interval may hold both.
const OVERLAP_SECS: u64 = 60;
/// At most so many connections.
const MOST: usize = 50_000;
/// More private peers of one service than these share one finding.
const OWN_FINDINGS: usize = 20;

/// Requests of which the verdict changed, with their rejected records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changed {
    by_request: OrderedMap<Request, (Change, Tally)>,
    /// Whether the connections are as many as [`MOST`], so that there may be more.
    capped: bool,
}

/// Records that may open a connection to a service.
fn requests() -> Expr {
    terms::directed()
        .and(Expr::one_of(Field::Protocol, [protocol::TCP, protocol::UDP]))
        .and(terms::stray().negate())
}

fn service() -> Vec<Expr> {
    vec![
        Field::InterfaceId.into(),
        Derived::Direction.into(),
        Field::Protocol.into(),
        Field::DstPort.into(),
        Derived::RemoteAddress.into(),
    ]
}

/// A service: interface, direction of the request and port.
pub(super) type Service = (String, Direction, u16);

/// The plan that tells which services with rejected requests had accepted ones too.
pub(super) fn plan_of_services(context: &Context, refused: &OrderedSet<Service>) -> Option<Plan> {
    if refused.is_empty() || context.survey.accepted == 0 {
        return None;
    }
    let ports: OrderedSet<u64> = refused.iter().map(|(_, _, port)| u64::from(*port)).collect();
    let filter = Expr::one_of(Field::DstPort, ports).and(accepted()).and(requests());
    let grouping = Grouping::by([
        ("interface", Field::InterfaceId.into()),
        ("direction", Derived::Direction.into()),
        ("port", Field::DstPort.into()),
    ])
    .count("records");
    Some(context.plan(filter, grouping))
}

/// Reads the answer to [`plan_of_services`].
pub(super) fn judge_services(answer: &Answer, refused: &OrderedSet<Service>) -> OrderedSet<Service> {
    answer
        .iter()
        .filter_map(|row| {
            Some((row.text("interface").to_owned(), tally::direction(&row)?, tally::port(&row, "port")))
        })
        .filter(|service| refused.contains(service))
        .collect()
}

/// The plan to run: the connections of peers whose requests to one of these services met both verdicts.
pub(super) fn plan(context: &Context, services: &OrderedSet<Service>) -> Option<Plan> {
    if services.is_empty() {
        return None;
    }
    let ports: OrderedSet<u64> = services.iter().map(|(_, _, port)| u64::from(*port)).collect();
    let interfaces: OrderedSet<String> = services.iter().map(|(interface, _, _)| interface.clone()).collect();
    let requests = || {
        Expr::one_of(Field::DstPort, ports.iter().copied())
            .and(Expr::one_of(Field::InterfaceId, interfaces.iter().cloned()))
            .and(requests())
    };
    let refused =
        Scan::of(requests().and(terms::rejected_by_rule())).anti_join(terms::conversation(), terms::mixed());
    let both = Scan::of(requests().and(accepted())).semi_join(service(), refused);
    let mut grouping = Grouping::by([
        ("interface", Field::InterfaceId.into()),
        ("direction", Derived::Direction.into()),
        ("protocol", Field::Protocol.into()),
        ("port", Field::DstPort.into()),
        ("remote", Derived::RemoteAddress.into()),
        ("client_port", Field::SrcPort.into()),
    ]);
    for (class, action) in [("accept", accepted()), ("reject", rejected())] {
        for (name, aggregate, of) in [
            ("records", Aggregate::Count, Expr::True),
            ("packets", Aggregate::Sum, Field::Packets.into()),
            ("bytes", Aggregate::Sum, Field::Bytes.into()),
            ("first", Aggregate::Min, Field::Start.into()),
            ("last", Aggregate::Max, Field::End.into()),
        ] {
            grouping = grouping.measure_when(&format!("{class}_{name}"), aggregate, of, action.clone());
        }
    }
    Some(
        context
            .plan(requests().and(accepted().or(terms::rejected_by_rule())), grouping.limit(MOST))
            .semi_join(service(), both),
    )
}

/// Begin and end of the connections of one verdict, by when they were first seen.
#[derive(Clone, Copy, Debug, Default)]
struct Span {
    connections: u64,
    first: u64,
    last: u64,
}

impl Span {
    fn add(&mut self, seen: u64) {
        self.first = if self.connections == 0 { seen } else { self.first.min(seen) };
        self.last = self.last.max(seen);
        self.connections += 1;
    }
}

/// Reads the answer to [`plan`] for these services; it tells of others too, at the same interfaces and ports.
pub(super) fn judge(answer: &Answer, services: &OrderedSet<Service>) -> Changed {
    let mut spans: OrderedMap<Request, (Span, Span, Tally)> = OrderedMap::new();
    let mut last = None;
    for row in answer.iter() {
        let (Some(remote), Some(direction)) = (row.address("remote"), tally::direction(&row)) else {
            continue;
        };
        let (protocol, port) = (tally::protocol(&row), tally::port(&row, "port"));
        let request =
            Request { interface: row.text("interface").to_owned(), direction, protocol, port, remote };
        let (accepted, refused, tally) = spans.or_default(request.clone());
        if row.count("accept_records") > 0 {
            accepted.add(row.count("accept_first"));
        }
        if row.count("reject_records") > 0 {
            // One that was accepted too is not new when it is rejected.
            if row.count("accept_records") == 0 {
                refused.add(row.count("reject_first"));
            }
            let one = Tally {
                records: row.count("reject_records"),
                packets: row.count("reject_packets"),
                bytes: row.count("reject_bytes"),
                conversations: 1,
                first: row.count("reject_first"),
                last: row.count("reject_last"),
                ..Tally::default()
            };
            tally.add(&one.with(Some(remote), protocol, port));
        }
        last = Some(request);
    }
    // Rows come in the order of requests: of the last one some connections may be left out.
    let capped = answer.rows.len() >= MOST;
    if let Some(cut) = last.filter(|_| capped) {
        spans.remove(&cut);
    }
    let by_request = spans
        .into_iter()
        .filter(|(request, _)| {
            services.contains(&(request.interface.clone(), request.direction, request.port))
        })
        .filter_map(|(request, (accepted, refused, tally))| {
            Some((request, (change(accepted, refused)?, tally)))
        })
        .collect();
    Changed { by_request, capped }
}

/// The change, if the two verdicts lie apart.
fn change(accepted: Span, refused: Span) -> Option<Change> {
    if accepted.connections == 0 || refused.connections == 0 {
        return None;
    }
    let change = |from: &str, to: &str, before: Span, after: Span| Change {
        from: from.to_owned(),
        to: to.to_owned(),
        last_before: before.last,
        first_after: after.first,
    };
    if accepted.first < refused.first
        && accepted.last <= refused.first + OVERLAP_SECS
        && accepted.last < refused.last
    {
        Some(change("ACCEPT", "REJECT", accepted, refused))
    } else if refused.first < accepted.first
        && refused.last <= accepted.first + OVERLAP_SECS
        && refused.last < accepted.last
    {
        Some(change("REJECT", "ACCEPT", refused, accepted))
    } else {
        None
    }
}

/// What makes one finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Key {
    interface: String,
    direction: Direction,
    protocol: u8,
    port: u16,
    to_reject: bool,
    peer: Option<IpAddr>,
}

/// The findings; what they cover is taken from the denials.
pub(super) fn drafts(context: &Context, changed: &Changed, denials: &mut Denials) -> Vec<Draft> {
    let key = |request: &Request, change: &Change, peer: Option<IpAddr>| Key {
        interface: request.interface.clone(),
        direction: request.direction,
        protocol: request.protocol,
        port: request.port,
        to_reject: change.to == "REJECT",
        peer,
    };
    let mut private: OrderedMap<Key, usize> = OrderedMap::new();
    for (request, (change, _)) in &changed.by_request {
        if address::is_private(request.remote) {
            *private.or_default(key(request, change, None)) += 1;
        }
    }
    let mut groups: OrderedMap<Key, (Change, Tally)> = OrderedMap::new();
    for (request, (change, tally)) in &changed.by_request {
        let shared = key(request, change, None);
        let own =
            address::is_private(request.remote) && private.get(&shared).is_some_and(|&n| n <= OWN_FINDINGS);
        let group = groups.or_insert_with(key(request, change, Some(request.remote).filter(|_| own)), || {
            (change.clone(), Tally::default())
        });
        group.0.last_before = group.0.last_before.max(change.last_before);
        group.0.first_after = group.0.first_after.min(change.first_after);
        group.1.add(tally);
        denials.by_request.remove(request);
    }
    groups
        .into_iter()
        .map(|(key, (change, tally))| {
            let mut draft = draft(context, &key, change, tally);
            if changed.capped {
                draft.say_capped(MOST, "connections to services that met both verdicts");
            }
            draft
        })
        .collect()
}

fn draft(context: &Context, key: &Key, change: Change, tally: Tally) -> Draft {
    let interface = key.interface.as_str();
    let (peers, count) = (tally.top_peers(), tally.peer_count());
    let between = match key.direction {
        Direction::Inbound => format!(
            "from {} to {}",
            who(&peers, count, "address"),
            words::endpoint(interface, key.protocol, key.port)
        ),
        Direction::Outbound => {
            format!("from {interface} to {}", who_at(&peers, count, key.protocol, key.port))
        }
    };
    let acl = words::network_acl(context.subnet(interface), interface);
    let no_group = context.lacks_security_group(interface);
    let mut draft = Draft::new(context, Kind::ChangedDuringLog, "Changed during the log", interface, tally);
    let (was, became) = if key.to_reject { ("accepted", "rejected") } else { ("rejected", "accepted") };
    draft.text = format!(
        "New connections {between} were {was} until {} and {became} from {}",
        words::moment(change.last_before),
        words::moment(change.first_after),
    );
    draft.why = format!(
        "The same peer asked for the same service all along; only the verdict changed. So a rule of a security group or of \
         the network ACL was edited between the two times{}.",
        if no_group { ", here of the network ACL, as this interface has no security group" } else { "" }
    );
    draft.protocol = Some(key.protocol);
    draft.port = Some(key.port);
    draft.direction = Some(key.direction);
    draft.about = format!(
        "{} {became} {}",
        words::name(key.direction),
        key.peer.map_or_else(|| "several".to_owned(), |peer| peer.to_string())
    );
    draft.component = context.judge_of(interface);
    draft.certainty = Certainty::Likely;
    if u64::from(key.protocol) == protocol::TCP {
        draft
            .settle
            .extend(context.would_tell(Field::TcpFlags, "new connections from late packets for sure"));
    }
    let rule =
        words::rule_of(key.direction, key.protocol, &key.port.to_string(), &words::cidr(&peers, count));
    let between = words::between(change.last_before, change.first_after);
    draft.next_step = if key.to_reject {
        format!(
            "Look in CloudTrail for edits of the security groups of {interface} or of {acl} {between}; if it should pass, allow {rule} again"
        )
    } else {
        format!("Nothing to do if the edit {between} was meant; CloudTrail names who made it")
    };
    let (local_port, remote_port) = match key.direction {
        Direction::Inbound => (Some(key.port), None),
        Direction::Outbound => (None, Some(key.port)),
    };
    let leg = Leg { direction: key.direction, local: draft.local, local_port, peers: &peers, remote_port };
    draft.condition = on(interface, Some(key.protocol)).and(leg.condition());
    // Its records span the time before the change too.
    draft.tally.first = draft.tally.first.min(change.last_before).min(change.first_after);
    draft.tally.last = draft.tally.last.max(change.first_after);
    draft.changes = vec![change];
    draft
}
