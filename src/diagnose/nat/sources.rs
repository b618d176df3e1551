//! Which internet hosts reached a NAT gateway, which of them it had asked first, and where else they appear.

use std::net::IpAddr;

use crate::diagnose::context::Context;
use crate::diagnose::draft::counted;
use crate::diagnose::tally::{self, Tally};
use crate::diagnose::terms;
use crate::query::plan::{accepted, is_flow};
use crate::query::{Aggregate, Answer, Comparison, Derived, Expr, Grouping, Plan, Scan};
use crate::record::Field;
use crate::record::ordered::{OrderedMap, OrderedSet};

/// A NAT gateway forgets a connection after so many idle seconds (AWS, "NAT gateway basics").
const IDLE_SECS: u64 = 350;
/// `start` may be so far from the packet (AWS, "Flow log records").
const CLOCK_SECS: u64 = 60;
/// At most so many rows, those with the most packets.
pub(super) const MOST: usize = 20_000;

/// Internet hosts by NAT gateway interface.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources {
    pub(super) by_nat: OrderedMap<String, Seen>,
}

/// The internet hosts that reached one NAT gateway.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// Those it had asked first.
    pub(super) replies: Tally,
    /// Those it had not.
    pub(super) unsolicited: OrderedMap<IpAddr, Tally>,
    /// The private addresses that sent through it, the busiest first.
    pub(super) behind: Vec<IpAddr>,
    /// Whether all unsolicited packets had SYN alone, as far as flags are known.
    pub(super) only_syn: Option<bool>,
    /// Whether the unsolicited ones come from as many rows as [`MOST`], so that there may be more.
    pub(super) capped: bool,
    /// The same of the replies.
    pub(super) replies_capped: bool,
}

/// What each unsolicited source did elsewhere.
pub(super) type Elsewhere = OrderedMap<IpAddr, Vec<Place>>;

/// An interface where the source appears.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) interface: String,
    pub(super) accepted: u64,
    /// Accepted records to the source.
    pub(super) sent: u64,
    /// By which way the interface answers, where the log has `traffic-path`.
    pub(super) path: Option<u8>,
    /// The address in between, where the source shows in `pkt-srcaddr` alone.
    pub(super) via: Option<IpAddr>,
    pub(super) tally: Tally,
}

/// How many plans there are for NAT gateways known by one field.
const PLANS: usize = 4;

/// The plans to run: none without NAT gateways, else [`PLANS`] for each field by which some are known.
pub(super) fn plans(context: &Context) -> Vec<Plan> {
    [Field::InterfaceId, Field::ResourceId].into_iter().flat_map(|field| plans_by(context, field)).collect()
}

/// The plans for the NAT gateways that this field names.
fn plans_by(context: &Context, field: Field) -> Vec<Plan> {
    let ids: Vec<String> =
        context.nats.iter().filter(|(_, nat)| nat.sign.field() == field).map(|(id, _)| id.clone()).collect();
    if ids.is_empty() {
        return Vec::new();
    }
    let interface = ("interface", Expr::Field(field));
    let mut columns = terms::conversation_columns();
    columns[0] = interface.clone();
    let conversation = columns.iter().map(|(_, key)| key.clone()).collect();
    let at_nats = Expr::one_of(field, ids).and(accepted()).and(terms::directed());
    let outside = at_nats.clone().and(terms::public_remote());
    let (inbound, outbound) = (terms::ingress(), terms::egress());
    let none = |column: &str| Expr::equal(Expr::column(column), 0);
    let mut unasked = Grouping::by(columns)
        .sessions(IDLE_SECS)
        .count_when("records", inbound.clone())
        .measure_when("packets", Aggregate::Sum, Field::Packets.into(), inbound.clone())
        .measure_when("bytes", Aggregate::Sum, Field::Bytes.into(), inbound.clone())
        .measure_when("first", Aggregate::Min, Field::Start.into(), inbound.clone())
        .measure_when("last", Aggregate::Max, Field::End.into(), inbound.clone())
        .count_when("sent", outbound.clone())
        .measure_when("sent_first", Aggregate::Min, Field::Start.into(), outbound.clone());
    if context.has(Field::TcpFlags) {
        unasked = unasked.measure_when("flags", Aggregate::BitOr, Field::TcpFlags.into(), inbound.clone());
    }
    let unasked = unasked
        .having(none("records").negate().and(none("sent").or(Expr::compare(
            Expr::column("sent_first"),
            Comparison::Greater,
            Expr::column("first"),
        ))))
        .descending("packets")
        .limit(MOST);
    let all = counted(Grouping::by([interface.clone()]));
    let asked = counted(Grouping::by([
        interface.clone(),
        ("remote", Derived::RemoteAddress.into()),
        ("protocol", Field::Protocol.into()),
        ("port", Derived::RemotePort.into()),
    ]))
    .measure("conversations", Aggregate::Distinct, Derived::LocalPort.into())
    .descending("packets")
    .limit(MOST);
    let behind = Grouping::by([interface, ("remote", Derived::RemoteAddress.into())])
        .sum("packets", Field::Packets)
        .descending("packets")
        .limit(MOST);
    let sent = Scan::of(outside.clone().and(outbound));
    vec![
        context.plan(outside.clone(), unasked),
        context.plan(outside.clone().and(inbound.clone()), all),
        context.plan(outside.and(inbound.clone()), asked).semi_join(conversation, sent),
        context.plan(at_nats.and(inbound).and(terms::private_remote()), behind),
    ]
}

/// The plan to run where records of regional NAT gateways do not tell their direction.
pub(super) fn plan_of_undirected(context: &Context) -> Option<Plan> {
    let mut undirected =
        context.survey.regional_nats.iter().filter(|(_, undirected)| **undirected).peekable();
    undirected.peek()?;
    let filter = Expr::one_of(Field::ResourceId, undirected.map(|(id, _)| id.clone()))
        .and(is_flow())
        .and(accepted())
        .and(Expr::present(Derived::Direction).negate());
    Some(context.plan(filter, counted(Grouping::by([("gateway", Field::ResourceId.into())]))))
}

/// Reads the answers to [`plans`].
pub(super) fn judge(context: &Context, answers: &[Answer]) -> Sources {
    let mut sources = Sources::default();
    for answers in answers.chunks(PLANS) {
        sources.read(answers);
    }
    sources.by_nat.retain(|nat, _| context.nats.contains_key(nat));
    sources
}

impl Sources {
    fn read(&mut self, answers: &[Answer]) {
        let [unasked, all, asked, behind] = answers else { return };
        for row in all.iter() {
            let seen = self.by_nat.or_default(row.text("interface").to_owned());
            seen.replies = Tally::of(&row);
            seen.replies.conversations = 0;
        }
        for row in asked.iter() {
            if let (Some(seen), Some(remote)) =
                (self.by_nat.get_mut(row.text("interface")), row.address("remote"))
            {
                *seen.replies.peers.or_default(remote) += row.count("packets");
                seen.replies_capped = asked.rows.len() >= MOST;
                seen.replies.conversations += row.count("conversations");
            }
        }
        for row in unasked.iter() {
            let (Some(seen), Some(remote)) =
                (self.by_nat.get_mut(row.text("interface")), row.address("remote"))
            else {
                continue;
            };
            if row.count("sent") > 0 && row.count("sent_first") <= row.count("first") + CLOCK_SECS {
                continue;
            }
            let (protocol, port) = (tally::protocol(&row), tally::port(&row, "local_port"));
            let tally = Tally::of(&row).with(Some(remote), protocol, port);
            seen.replies.records = seen.replies.records.saturating_sub(tally.records);
            seen.replies.packets = seen.replies.packets.saturating_sub(tally.packets);
            seen.replies.bytes = seen.replies.bytes.saturating_sub(tally.bytes);
            if let Some(flags) = row.get("flags").number() {
                seen.only_syn =
                    Some(seen.only_syn.unwrap_or(true) && flags == u128::from(crate::record::tcp_flags::SYN));
            }
            seen.unsolicited.or_default(remote).add(&tally);
            seen.capped = unasked.rows.len() >= MOST;
        }
        for row in behind.iter() {
            if let Some(seen) = self.by_nat.get_mut(row.text("interface")) {
                seen.behind.extend(row.address("remote"));
            }
        }
    }
}

/// The plans that look for unsolicited sources on other interfaces: by the address on record and, where the logs
/// have it, by the packets' own source alone.
pub(super) fn plans_elsewhere(context: &Context, sources: &Sources) -> Vec<Plan> {
    let remotes: OrderedSet<IpAddr> =
        sources.by_nat.values().flat_map(|seen| seen.unsolicited.keys().copied()).collect();
    if remotes.is_empty() {
        return Vec::new();
    }
    let mut direct = counted(Grouping::by([
        ("interface", Field::InterfaceId.into()),
        ("remote", Derived::RemoteAddress.into()),
    ]))
    .count_when("accepted", accepted())
    .count_when("sent", accepted().and(terms::egress()));
    if context.has(Field::TrafficPath) {
        let sent = accepted().and(terms::egress());
        direct = direct.measure_when("path", Aggregate::Max, Field::TrafficPath.into(), sent);
    }
    let known = Expr::one_of(Derived::RemoteAddress, remotes.iter().copied());
    let mut plans =
        vec![context.plan(terms::directed().and(known), direct.descending("packets").limit(MOST))];
    if context.has(Field::PktSrcAddr) {
        let behind = counted(Grouping::by([
            ("interface", Field::InterfaceId.into()),
            ("remote", Field::PktSrcAddr.into()),
            ("via", Field::SrcAddr.into()),
        ]))
        .count("accepted")
        .descending("packets")
        .limit(MOST);
        let filter = terms::directed()
            .and(accepted())
            .and(terms::ingress())
            .and(Expr::one_of(Field::PktSrcAddr, remotes))
            .and(Expr::compare(Field::PktSrcAddr, Comparison::NotEqual, Field::SrcAddr));
        plans.push(context.plan(filter, behind));
    }
    plans
}

/// Reads the answers to [`plans_elsewhere`].
pub(super) fn judge_elsewhere(answers: &[Answer], sources: &mut Sources) -> Elsewhere {
    for seen in sources.by_nat.values_mut() {
        seen.capped |= answers.iter().any(|answer| answer.rows.len() >= MOST);
    }
    let mut elsewhere = Elsewhere::new();
    for row in answers.iter().flat_map(Answer::iter) {
        let Some(remote) = row.address("remote") else { continue };
        let mut tally = Tally::of(&row);
        tally.peers.insert(remote, tally.packets);
        elsewhere.or_default(remote).push(Place {
            interface: row.text("interface").to_owned(),
            accepted: row.count("accepted"),
            sent: row.count("sent"),
            path: u8::try_from(row.count("path")).ok().filter(|path| *path > 0),
            via: row.address("via"),
            tally,
        });
    }
    elsewhere
}
