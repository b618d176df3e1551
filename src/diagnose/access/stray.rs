//! Rejected records that look like the middle or the end of a connection of which nothing was accepted here.

use super::mixed::{Group, Key, Mixed, Sort};
use crate::diagnose::context::Context;
use crate::diagnose::draft::counted;
use crate::diagnose::finding::Direction;
use crate::diagnose::tally::{self, Tally};
use crate::diagnose::terms;
use crate::query::{Aggregate, Answer, Derived, Expr, Grouping, Plan};
use crate::record::ordered::OrderedSet;
use crate::record::{Field, address, tcp_flags};

/// At most so many rows, those with the most packets.
pub(super) const MOST: usize = 20_000;

/// The plan to run. Inbound ones from the internet are left to the background noise, but for interfaces with few.
pub(super) fn plan(context: &Context, few: &OrderedSet<String>) -> Plan {
    let grouping = counted(Grouping::by([
        ("interface", Field::InterfaceId.into()),
        ("direction", Derived::Direction.into()),
        ("remote", Derived::RemoteAddress.into()),
        ("protocol", Field::Protocol.into()),
        ("port", Field::SrcPort.into()),
    ]))
    .measure("conversations", Aggregate::Distinct, Field::DstPort.into())
    .measure("least_port", Aggregate::Min, Field::DstPort.into())
    .measure("most_port", Aggregate::Max, Field::DstPort.into())
    .measure("flags", Aggregate::BitOr, Field::TcpFlags.into())
    .count_when("answers", terms::answers())
    .descending("packets")
    .limit(MOST);
    let mut of_interest = terms::private_remote().or(terms::egress());
    if !few.is_empty() {
        of_interest = of_interest.or(Expr::one_of(Field::InterfaceId, few.iter().cloned()));
    }
    let filter = terms::rejected_by_rule().and(terms::directed()).and(of_interest).and(terms::stray());
    context.plan(filter, grouping).anti_join(terms::conversation(), terms::mixed())
}

/// Adds them to the mixed conversations.
pub(super) fn judge(context: &Context, answer: &Answer, mixed: &mut Mixed) {
    mixed.strays_capped = answer.rows.len() >= MOST;
    for row in answer.iter() {
        let (Some(remote), Some(direction)) = (row.address("remote"), tally::direction(&row)) else {
            continue;
        };
        let (protocol, port) = (tally::protocol(&row), tally::port(&row, "port"));
        let answers = row.count("answers") > 0;
        let flags = row.get("flags").number().map(|flags| flags as u64);
        let key = Key {
            sort: if answers { Sort::Reply } else { Sort::AfterClose },
            seen: false,
            interface: row.text("interface").to_owned(),
            direction,
            protocol,
            port,
            peer: Some(remote).filter(|remote| address::is_private(*remote)),
        };
        let group = mixed.groups.or_insert_with(key, || Group {
            sure: answers && context.survey.accepted == 0,
            serves: direction == Direction::Outbound,
            ..Group::default()
        });
        group.tally.add(&Tally::of(&row).with(Some(remote), protocol, port));
        let ports = (tally::port(&row, "least_port"), tally::port(&row, "most_port"));
        group.client_ports =
            Some(group.client_ports.map_or(ports, |(least, most)| (least.min(ports.0), most.max(ports.1))));
        group.flags |= flags.is_some();
        group.rejected_flags = group.rejected_flags.take().or_else(|| flags.map(tcp_flags::names));
    }
}
