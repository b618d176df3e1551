//! Conversations with accepted and rejected records: replies rejected (A2, A4), late packets (A5), connections
//! cut by an edit of the rules (A9), and requests rejected where earlier ones had passed (A1, A3).

use std::net::IpAddr;

use super::Denials;
use super::case::{Case, Meaning, Past};
use crate::diagnose::context::Context;
use crate::diagnose::finding::{Change, Direction};
use crate::diagnose::tally::Tally;
use crate::diagnose::terms;
use crate::query::plan::{accepted, rejected};
use crate::query::{Aggregate, Answer, Expr, Grouping, Plan};
use crate::record::ordered::{OrderedMap, order_by};
use crate::record::{Field, address, protocol};

/// A silence of more seconds starts a new conversation.
const SILENCE_SECS: u64 = 600;
/// At most so many conversations are judged one by one, those with the most rejected packets.
pub(super) const MOST: usize = 20_000;

/// What the mixed conversations come to.
#[derive(Debug, Default)]
pub(super) struct Mixed {
    pub(super) groups: OrderedMap<Key, Group>,
    /// Whether the conversations are as many as [`MOST`], so that there may be more.
    pub(super) capped: bool,
    /// The same of the rows of stray packets.
    pub(super) strays_capped: bool,
}

/// What makes one finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    pub(super) sort: Sort,
    /// Whether accepted records of the conversations were seen.
    pub(super) seen: bool,
    pub(super) interface: String,
    pub(super) direction: Direction,
    pub(super) protocol: u8,
    pub(super) port: u16,
    /// A private peer has its own finding; public ones of one service share one.
    pub(super) peer: Option<IpAddr>,
}

/// Which finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Sort {
    Reply,
    Cut,
    AfterClose,
    Open,
}

/// The conversations of one finding.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    pub(super) tally: Tally,
    /// Ports of the end that opened the conversations.
    pub(super) client_ports: Option<(u16, u16)>,
    /// Some replies had passed before.
    pub(super) changed: bool,
    /// All is shown by flags, or by the mere presence of records.
    pub(super) sure: bool,
    /// TCP flags were on record.
    pub(super) flags: bool,
    /// The flags of rejected records.
    pub(super) rejected_flags: Option<String>,
    /// The port of the service is the interface's own.
    pub(super) serves: bool,
    pub(super) changes: Vec<Change>,
}

/// The plan to run.
pub(super) fn plan(context: &Context) -> Plan {
    let mut grouping = Grouping::by(terms::conversation_columns()).sessions(SILENCE_SECS);
    for (class, direction, action) in [
        ("in_accept", terms::ingress(), accepted()),
        ("in_reject", terms::ingress(), rejected()),
        ("out_accept", terms::egress(), accepted()),
        ("out_reject", terms::egress(), rejected()),
    ] {
        let of_class = direction.and(action);
        let mut measure = |name: &str, aggregate: Aggregate, of: Expr, when: Expr| {
            grouping =
                std::mem::take(&mut grouping).measure_when(&format!("{class}_{name}"), aggregate, of, when);
        };
        measure("records", Aggregate::Count, Expr::True, of_class.clone());
        measure("packets", Aggregate::Sum, Field::Packets.into(), of_class.clone());
        measure("bytes", Aggregate::Sum, Field::Bytes.into(), of_class.clone());
        measure("first", Aggregate::Min, Field::Start.into(), of_class.clone());
        measure("start", Aggregate::Max, Field::Start.into(), of_class.clone());
        measure("last", Aggregate::Max, Field::End.into(), of_class.clone());
        if context.has(Field::TcpFlags) {
            measure("flags", Aggregate::BitOr, Field::TcpFlags.into(), of_class.clone());
            measure("opens", Aggregate::Count, Expr::True, of_class.clone().and(terms::opens()));
            measure("answers", Aggregate::Count, Expr::True, of_class.and(terms::answers()));
        }
    }
    let grouping = grouping
        .measure_when("rejected", Aggregate::Sum, Field::Packets.into(), rejected())
        .descending("rejected")
        .limit(MOST);
    context
        .plan(accepted().or(terms::rejected_by_rule()).and(terms::directed()), grouping)
        // Of the many accepted records, few are of conversations with rejections: those are known already.
        .semi_join(terms::conversation(), terms::refused())
        .semi_join(terms::conversation(), terms::mixed())
}

/// Judges the conversations; rejected requests go to the denials.
pub(super) fn judge(answer: &Answer, denials: &mut Denials) -> Mixed {
    let mut cases: Vec<(u64, Case)> =
        answer.iter().filter_map(|row| Some((row.count("session_start"), Case::of(&row)?))).collect();
    order_by(&mut cases, |(a_start, a), (b_start, b)| {
        let key = |case: &Case| {
            (case.interface.clone(), case.protocol, case.local_port, case.remote, case.remote_port)
        };
        key(a).cmp(&key(b)).then(a_start.cmp(b_start))
    });
    let mut mixed = Mixed { capped: answer.rows.len() >= MOST, ..Mixed::default() };
    denials.capped |= mixed.capped;
    let mut past = Past::default();
    let mut previous: Option<&Case> = None;
    for (_, case) in &cases {
        if !previous.is_some_and(|previous| previous.same_conversation(case)) {
            past = Past::default();
        }
        for direction in [Direction::Inbound, Direction::Outbound] {
            if let Some(meaning) = case.meaning(direction, past) {
                mixed.take(case, direction, meaning, denials);
            }
        }
        past.remember(case);
        previous = Some(case);
    }
    mixed
}

impl Mixed {
    /// The TCP requests of private peers whose replies were rejected: interface, port and who asked.
    pub(super) fn requests_without_reply(&self) -> impl Iterator<Item = (String, u16, IpAddr)> {
        self.groups
            .keys()
            .filter(|key| {
                key.sort == Sort::Reply
                    && key.direction == Direction::Outbound
                    && u64::from(key.protocol) == protocol::TCP
            })
            .filter_map(|key| Some((key.interface.clone(), key.port, key.peer?)))
    }

    fn take(&mut self, case: &Case, direction: Direction, meaning: Meaning, denials: &mut Denials) {
        let port = match (meaning, direction) {
            (Meaning::Denied, Direction::Inbound) | (Meaning::Reply { .. }, Direction::Outbound) => {
                case.local_port
            }
            (Meaning::Denied, Direction::Outbound) | (Meaning::Reply { .. }, Direction::Inbound) => {
                case.remote_port
            }
            _ => case.service_port(case.opener()),
        };
        let (sort, changed, sure) = match meaning {
            Meaning::Reply { changed, sure } => (Sort::Reply, changed, sure),
            Meaning::AfterClose { sure } => (Sort::AfterClose, false, sure),
            Meaning::Cut => (Sort::Cut, true, true),
            Meaning::Open => (Sort::Open, false, false),
            Meaning::Denied => {
                denials.add(
                    &case.interface,
                    direction,
                    case.protocol,
                    port,
                    case.remote,
                    case.tally(direction, port, false),
                );
                return;
            }
        };
        let key = Key {
            sort,
            seen: true,
            interface: case.interface.clone(),
            direction,
            protocol: case.protocol,
            port,
            peer: Some(case.remote).filter(|remote| address::is_private(*remote)),
        };
        let serves = port == case.local_port;
        let client_port = if serves { case.remote_port } else { case.local_port };
        let group = self.groups.or_insert_with(key, || Group { sure: true, serves, ..Group::default() });
        group.tally.add(&case.tally(direction, port, sort == Sort::Reply));
        group.client_ports = Some(group.client_ports.map_or((client_port, client_port), |(least, most)| {
            (least.min(client_port), most.max(client_port))
        }));
        group.changed |= changed;
        group.sure &= sure;
        group.flags |= case.has_flags();
        group.rejected_flags = group.rejected_flags.take().or_else(|| case.rejected_flags(direction));
        if changed {
            group.changes.push(change(case, direction));
        }
    }
}

/// When the packets of a direction stopped passing, or began to.
fn change(case: &Case, direction: Direction) -> Change {
    let (accepted, rejected) = (case.accepted(direction), case.rejected(direction));
    if rejected.first >= accepted.first {
        let last_before = accepted.last.min(rejected.first.max(accepted.last_start));
        Change {
            from: "ACCEPT".to_owned(),
            to: "REJECT".to_owned(),
            last_before,
            first_after: rejected.first,
        }
    } else {
        Change {
            from: "REJECT".to_owned(),
            to: "ACCEPT".to_owned(),
            last_before: rejected.last,
            first_after: accepted.first,
        }
    }
}
