//! Packets that a transit gateway lost, by the reason that its records give.
//!
//! Sources: AWS, "AWS Transit Gateway Flow Logs" for the fields; "What is AWS Transit Gateway?" for the MTU of each sort of
//! attachment; "Transit gateway route tables" for blackhole routes; "Path MTU Discovery" (VPC user guide) for the messages
//! that tell a host of a smaller MTU; the EC2 API's `SearchTransitGatewayRoutes` for its filters.

use std::net::IpAddr;

use super::{LOSSES, Side, Taken, Way, one_side, plan, taken};
use crate::diagnose::context::Context;
use crate::diagnose::draft::{Draft, counted};
use crate::diagnose::finding::{Certainty, Component, Kind, TransitGateway};
use crate::diagnose::tally::{self, Tally};
use crate::diagnose::{Ask, Purpose, terms, words};
use crate::query::plan::is_flow;
use crate::query::{Aggregate, Answer, Expr, Grouping, Plan};
use crate::record::ordered::{OrderedMap, OrderedSet};
use crate::record::{Field, Log};

/// At most so many rows for each reason, those with the most packets lost.
const MOST: usize = 20_000;

/// The kinds of findings, in the order of [`LOSSES`].
const KINDS: [Kind; 4] = [Kind::TgwNoRoute, Kind::TgwBlackhole, Kind::TgwMtuExceeded, Kind::TgwTtlExpired];

/// The findings: one for each reason, way, and VPC at either end.
pub(in crate::diagnose) async fn drafts(ask: &dyn Ask) -> Vec<Draft> {
    let sums = LOSSES.iter().fold(Grouping::default(), |grouping, &field| grouping.sum(field.name(), field));
    if ask.is_far() {
        crate::diagnose::expect(ask, Purpose::Losses, LOSSES.map(plan_of));
    }
    let sums = ask.ask(Purpose::Losses, &Plan::groups(is_flow(), sums).of(Log::TransitGateway)).await;
    let mut drafts = Vec::new();
    for (field, kind) in LOSSES.into_iter().zip(KINDS) {
        if sums.iter().any(|row| row.count(field.name()) > 0) {
            let answer = ask.ask(Purpose::Losses, &plan_of(field)).await;
            drafts.extend(judge(field, kind, &answer));
        }
    }
    drafts
}

fn lost(field: Field) -> Expr {
    is_flow().and(Expr::greater(field, 0))
}

fn plan_of(field: Field) -> Plan {
    let keys = [
        ("source_vpc", Field::TgwSrcVpcId),
        ("destination_vpc", Field::TgwDstVpcId),
        ("source", Field::SrcAddr),
        ("destination", Field::DstAddr),
        ("port", Field::DstPort),
        ("protocol", Field::Protocol),
    ];
    plan(lost(field), &keys, |mut grouping| {
        grouping.keys.push(crate::query::plan::Named::new("reply", terms::from_service()));
        counted(grouping)
            .sum("lost", field)
            .measure("source_port", Aggregate::Min, Field::SrcPort.into())
            .measure("conversations", Aggregate::Distinct, Field::SrcPort.into())
            .descending("lost")
            .limit(MOST)
    })
}

/// What one finding is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Subject {
    way: Way,
    source_vpc: String,
    destination_vpc: String,
}

/// What was lost of it.
#[derive(Clone, Debug, Default)]
struct Loss {
    /// Its packets are the lost ones.
    tally: Tally,
    /// Packets in the records of losses.
    packets: u64,
    /// Lost packets by address.
    sources: OrderedMap<IpAddr, u64>,
    destinations: OrderedMap<IpAddr, u64>,
    sides: OrderedSet<Side>,
}

fn judge(field: Field, kind: Kind, answer: &Answer) -> Vec<Draft> {
    let key = |row: &crate::query::Row<'_>| {
        ["source", "destination", "port", "protocol", "reply"].map(|name| row.get(name).to_string()).to_vec()
    };
    let all = answer.iter().enumerate();
    let all = all.map(|(at, row)| taken(&row, at, key(&row), [row.count("lost"), row.count("packets")]));
    let mut losses: OrderedMap<Subject, Loss> = OrderedMap::new();
    for Taken { way, side, row, .. } in one_side(all.collect()) {
        let Some(row) = answer.row(row) else { continue };
        let text = |name: &str| row.text(name).to_owned();
        let subject =
            Subject { way, source_vpc: text("source_vpc"), destination_vpc: text("destination_vpc") };
        let loss = losses.or_default(subject);
        let lost = row.count("lost");
        let reply = tally::is_true(row.get("reply"));
        let port = tally::port(&row, if reply { "source_port" } else { "port" });
        let part = Tally { packets: lost, bytes: 0, ..Tally::of(&row) };
        loss.tally.add(&part.with(None, tally::protocol(&row), port));
        loss.packets += row.count("packets");
        loss.sides.insert(side);
        for (name, ends) in [("source", &mut loss.sources), ("destination", &mut loss.destinations)] {
            let Some(address) = row.address(name) else { continue };
            *ends.or_default(address) += lost;
            *loss.tally.peers.or_default(address) += lost;
        }
    }
    let capped = answer.rows.len() >= MOST;
    losses
        .into_iter()
        .map(|(subject, loss)| {
            let mut draft = draft(field, kind, subject, loss);
            if capped {
                draft.say_capped(MOST, "pairs of addresses with such losses");
            }
            draft
        })
        .collect()
}

fn draft(field: Field, kind: Kind, subject: Subject, loss: Loss) -> Draft {
    let Subject { way, source_vpc, destination_vpc } = &subject;
    let Loss { tally, packets, sources, destinations, sides } = loss;
    let (sources, destinations) = (Ends::of(&sources), Ends::of(&destinations));
    let ports = tally.top_ports();
    let gateway = if way.gateway.is_empty() { "the transit gateway" } else { &way.gateway };
    let (title, fate) = match kind {
        Kind::TgwNoRoute => ("No route", "found no route at"),
        Kind::TgwBlackhole => ("Blackhole route", "met a blackhole route at"),
        Kind::TgwMtuExceeded => ("Larger than the MTU", "exceeded the MTU of"),
        _ => ("Time to live expired", "had no time to live left at"),
    };
    let mut draft = Draft::new(&Context::default(), kind, title, "", tally);
    let lost = draft.tally.packets;
    let services: Vec<String> = ports.iter().map(|port| words::service(port.protocol, port.port)).collect();
    draft.text = format!(
        "{} from {} to {}, {}, {fate} {gateway}",
        words::count(lost, "packet"),
        sources.words(source_vpc),
        destinations.words(destination_vpc),
        words::list(&services, 3),
    );
    draft.about = [&way.gateway, &way.arriving, &way.leaving, source_vpc, destination_vpc]
        .map(String::as_str)
        .join(" ");
    if let [only] = ports.as_slice() {
        draft.port = Some(only.port);
        draft.protocol = Some(only.protocol);
    }
    draft.component = Component::TransitGateway;
    draft.certainty = Certainty::Certain;
    draft.why = format!(
        "The field {} of these records adds up to {}, beside {} in their field packets (AWS does not say whether that counts \
         lost ones). A flow is on record where it arrives and where it leaves: one of both is counted. {}",
        field.name(),
        words::digits(lost),
        words::digits(packets),
        meaning(kind),
    );
    draft.next_step = next_step(kind, way, destinations.first());
    if sides.contains(&Side::Unknown) {
        draft.settle.push(
            "The field flow-direction would tell the two records of a flow apart: what crossed the gateway may be counted twice"
                .to_owned(),
        );
    }
    if way.arriving.is_empty() {
        draft.settle.push(
            "The fields tgw-attachment-id, tgw-pair-attachment-id and flow-direction would tell where the packets arrived"
                .to_owned(),
        );
    }
    draft.condition = condition(field, &subject, &sides);
    draft.loss = Some(field);
    draft.transit_gateway = Some(TransitGateway {
        id: way.gateway.clone(),
        arriving: way.arriving.clone(),
        leaving: way.leaving.clone(),
        source_vpc: source_vpc.clone(),
        destination_vpc: destination_vpc.clone(),
        sources: sources.listed,
        destinations: destinations.listed,
    });
    draft
}

const fn meaning(kind: Kind) -> &'static str {
    match kind {
        Kind::TgwNoRoute => {
            "The route table of the attachment where they arrived has no route that covers their destination."
        }
        Kind::TgwBlackhole => {
            "The route that covers their destination drops what it matches: a route made so, or one whose attachment is gone."
        }
        Kind::TgwMtuExceeded => {
            "A transit gateway passes packets of up to 8,500 bytes between VPC, Direct Connect, Connect and peering \
             attachments, and of up to 1,500 bytes to and from a VPN."
        }
        _ => {
            "Each router takes one off a packet's time to live: the packets went in a loop, or were sent with few hops to go, as \
             traceroute does."
        }
    }
}

fn next_step(kind: Kind, way: &Way, destination: Option<IpAddr>) -> String {
    let at = if way.arriving.is_empty() { "tgw-attach-…" } else { &way.arriving };
    let table = format!(
        "aws ec2 describe-transit-gateway-attachments --transit-gateway-attachment-ids {at} names the route table of that \
         attachment (Association)"
    );
    let routes = |filter: &str| {
        format!(
            "aws ec2 search-transit-gateway-routes --transit-gateway-route-table-id tgw-rtb-… --filters {filter}"
        )
    };
    let covers = destination.map_or_else(|| "0.0.0.0/0".to_owned(), |one| words::cidr(&[one], 1));
    let covers = routes(&format!("Name=route-search.longest-prefix-match,Values={covers}"));
    match kind {
        Kind::TgwNoRoute => format!(
            "{table}; {covers} shows whether a route covers the destination. If it should pass, add a static route or \
             propagate those of the destination's attachment"
        ),
        Kind::TgwBlackhole => format!(
            "{table}; {} lists its blackhole routes. If it should pass, delete the route, or point it at an attachment that \
             is there",
            routes("Name=state,Values=blackhole")
        ),
        Kind::TgwMtuExceeded => "Lower the MTU of the hosts' interfaces, or the MSS of their TCP connections, to what the smaller \
             attachment passes; and let ICMP type 3 code 4 (ICMPv6 type 2) through security groups and network ACLs, which tells \
             hosts of it"
            .to_owned(),
        _ => format!(
            "Look for two route tables that send the destination to each other, by way of a peered gateway, a VPN or an \
             appliance. {table}; {covers} shows where it goes from here"
        ),
    }
}

/// The records, in plain fields.
fn condition(field: Field, subject: &Subject, sides: &OrderedSet<Side>) -> Expr {
    let is = |of: Field, value: &str| {
        if value.is_empty() { Expr::present(of).negate() } else { Expr::equal(of, value) }
    };
    let Way { gateway, arriving, leaving } = &subject.way;
    let at = |side: Side| {
        let (own, pair, direction) = match side {
            Side::Egress => (leaving, arriving, "egress"),
            Side::Ingress => (arriving, leaving, "ingress"),
            Side::Unknown => (arriving, leaving, ""),
        };
        is(Field::TgwAttachmentId, own)
            .and(is(Field::TgwPairAttachmentId, pair))
            .and(is(Field::FlowDirection, direction))
    };
    let taken = sides.iter().map(|&side| at(side)).reduce(Expr::or).unwrap_or(Expr::True);
    is(Field::TgwId, gateway)
        .and(taken)
        .and(is(Field::TgwSrcVpcId, &subject.source_vpc))
        .and(is(Field::TgwDstVpcId, &subject.destination_vpc))
        .and(Expr::greater(field, 0))
}

/// The addresses at one end.
struct Ends {
    /// Those with the most packets lost.
    listed: Vec<String>,
    count: u64,
    one: Option<IpAddr>,
}

impl Ends {
    fn of(addresses: &OrderedMap<IpAddr, u64>) -> Self {
        let tally = Tally { peers: addresses.clone(), ..Tally::default() };
        let top = tally.top_peers();
        Self {
            listed: top.iter().map(IpAddr::to_string).collect(),
            count: tally.peer_count(),
            one: top.first().copied(),
        }
    }

    const fn first(&self) -> Option<IpAddr> {
        self.one
    }

    /// `10.0.0.5 in vpc-1`, `3 addresses in vpc-1`.
    fn words(&self, vpc: &str) -> String {
        let of = match (&self.one, self.count) {
            (Some(one), 1) => one.to_string(),
            (None, _) => "addresses not on record".to_owned(),
            (_, count) => words::count(count, "address"),
        };
        if vpc.is_empty() { of } else { format!("{of} in {vpc}") }
    }
}
