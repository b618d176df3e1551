//! A finding in the making: what the judges decide, before it gets its id and its questions.

use std::net::IpAddr;

use super::context::Context;
use super::finding::{
    Cause, Certainty, Change, Component, Direction, Finding, Kind, Queries, Question, TransitGateway,
};
use super::tally::Tally;
use super::words;
use crate::query::{Aggregate, Comparison, Expr, Grouping, Plan};
use crate::record::{Field, protocol};

/// How many lines the query of a finding's records asks for.
const QUERY_LINES: usize = 100;

/// A finding without id and questions.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) kind: Kind,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) interface: String,
    pub(super) local: Option<IpAddr>,
    pub(super) subnet: Option<String>,
    pub(super) port: Option<u16>,
    pub(super) protocol: Option<u8>,
    /// What makes the id, beside kind, interface, protocol and port: the peer, or a class of peers.
    pub(super) about: String,
    pub(super) tally: Tally,
    pub(super) transit_gateway: Option<TransitGateway>,
    /// The field that counts the lost packets of a loss.
    pub(super) loss: Option<Field>,
    pub(super) component: Component,
    pub(super) direction: Option<Direction>,
    pub(super) certainty: Certainty,
    pub(super) why: String,
    pub(super) settle: Vec<String>,
    pub(super) next_step: String,
    pub(super) changes: Vec<Change>,
    /// Picks the records, in plain fields.
    pub(super) condition: Expr,
    /// Further questions, before those every finding has.
    pub(super) questions: Vec<(String, Plan)>,
}

impl Draft {
    /// A draft of which the judge still says what follows from it.
    pub(super) fn new(context: &Context, kind: Kind, title: &str, interface: &str, tally: Tally) -> Self {
        let local = context.local(interface, tally.peers.keys().next().copied());
        Self {
            kind,
            title: title.to_owned(),
            text: String::new(),
            interface: interface.to_owned(),
            local,
            subnet: context.subnet(interface).map(str::to_owned),
            port: None,
            protocol: None,
            about: String::new(),
            tally,
            transit_gateway: None,
            loss: None,
            component: Component::None,
            direction: None,
            certainty: Certainty::Undetermined,
            why: String::new(),
            settle: Vec::new(),
            next_step: String::new(),
            changes: Vec::new(),
            condition: Expr::True,
            questions: Vec::new(),
        }
    }

    /// Says that the rows behind it are as many as are asked for, so that there may be more.
    pub(super) fn say_capped(&mut self, most: usize, what: &str) {
        self.settle.push(format!(
            "The logs hold {} {what} or more; no more than these are counted here",
            words::digits(most as u64)
        ));
    }

    /// The finding.
    pub(super) fn finish(self) -> Finding {
        let has_ports = self.protocol.is_none_or(|number| protocol::has_ports(number.into()));
        let port = self.port.filter(|_| has_ports);
        let window = Expr::compare(Field::Start, Comparison::AtLeast, self.tally.first).and(Expr::compare(
            Field::Start,
            Comparison::AtMost,
            self.tally.last,
        ));
        let log = self.kind.log();
        let ends = [("source", Expr::Field(Field::SrcAddr)), ("destination", Field::DstAddr.into())];
        let (who, summary, by) = match self.loss {
            Some(field) => {
                ("Who, and how many were lost", Grouping::by(ends).sum("packetsLost", field), "packetsLost")
            }
            None => (
                "Who, and with which verdict",
                Grouping::by(ends.into_iter().chain([("verdict", Field::Action.into())])),
                "packetsTransferred",
            ),
        };
        let summary = summary
            .count("records")
            .sum("packetsTransferred", Field::Packets)
            .sum("bytesTransferred", Field::Bytes)
            .descending(by)
            .limit(20);
        let mut questions: Vec<Question> =
            self.questions.into_iter().map(|(title, plan)| Question::new(title, plan, true)).collect();
        let lines = Plan::lines(self.condition.clone(), QUERY_LINES).of(log);
        questions.push(Question::new("Its records", lines, false));
        questions.push(Question::new(who, Plan::groups(self.condition.clone(), summary).of(log), true));
        Finding {
            id: id(self.kind, &self.interface, self.protocol, port, &self.about),
            kind: self.kind,
            text: self.text,
            title: self.title,
            interface: Some(self.interface).filter(|interface| !interface.is_empty()),
            local: self.local.map(|local| local.to_string()),
            subnet: self.subnet,
            peers: self.tally.top_peers().iter().map(IpAddr::to_string).collect(),
            peer_count: self.tally.peer_count(),
            port,
            protocol: self.protocol,
            transit_gateway: self.transit_gateway,
            ports: self
                .tally
                .top_ports()
                .into_iter()
                .filter(|one| protocol::has_ports(one.protocol.into()))
                .collect(),
            first: self.tally.first,
            last: self.tally.last,
            conversations: self.tally.conversations,
            packets: self.tally.packets,
            bytes: self.tally.bytes,
            records: self.tally.records,
            cause: Cause {
                component: self.component,
                direction: self.direction,
                certainty: self.certainty,
                rule: None,
            },
            why: self.why,
            settle: self.settle,
            next_step: self.next_step,
            changes: self.changes,
            evidence: Vec::new(),
            queries: Queries::default(),
            questions,
            selects: Some(self.condition.and(window)),
        }
    }
}

/// Stable over runs: the kind and a hash of what it is about.
fn id(kind: Kind, interface: &str, protocol: Option<u8>, port: Option<u16>, about: &str) -> String {
    let protocol = protocol.map_or_else(String::new, |protocol| protocol.to_string());
    let port = port.map_or_else(String::new, |port| port.to_string());
    let subject = [interface, &protocol, &port, about].join("\n");
    // FNV-1a, 64 bits; 48 of them are plenty for the findings of one set of logs.
    let hash = subject.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{}-{:012x}", kind.name(), hash >> 16)
}

/// One way of the traffic between an interface and its peers, in plain fields.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leg<'a> {
    pub(super) direction: Direction,
    pub(super) local: Option<IpAddr>,
    pub(super) local_port: Option<u16>,
    /// None: any public address.
    pub(super) peers: &'a [IpAddr],
    pub(super) remote_port: Option<u16>,
}

impl Leg<'_> {
    /// The records of this way.
    pub(super) fn condition(&self) -> Expr {
        let source = (Field::SrcAddr, Field::SrcPort);
        let destination = (Field::DstAddr, Field::DstPort);
        let ((remote_address, remote_port), (local_address, local_port)) = match self.direction {
            Direction::Inbound => (source, destination),
            Direction::Outbound => (destination, source),
        };
        let peers = match self.peers {
            [] => Expr::private(remote_address).negate(),
            &[one] => Expr::equal(remote_address, one),
            several => Expr::one_of(remote_address, several.iter().copied()),
        };
        let mut condition = peers;
        if let Some(local) = self.local {
            condition = condition.and(Expr::equal(local_address, local));
        }
        if let Some(port) = self.remote_port {
            condition = condition.and(Expr::equal(remote_port, u64::from(port)));
        }
        if let Some(port) = self.local_port {
            condition = condition.and(Expr::equal(local_port, u64::from(port)));
        }
        condition
    }
}

/// The records of an interface, and of a protocol if one is given.
pub(super) fn on(interface: &str, protocol: Option<u8>) -> Expr {
    let of_interface = if interface.is_empty() {
        Expr::present(Field::InterfaceId).negate()
    } else {
        Expr::equal(Field::InterfaceId, interface)
    };
    protocol.map_or_else(
        || of_interface.clone(),
        |protocol| of_interface.clone().and(Expr::equal(Field::Protocol, u64::from(protocol))),
    )
}

/// Adds records, packets, bytes, first and last.
pub(super) fn counted(grouping: Grouping) -> Grouping {
    grouping
        .count("records")
        .sum("packets", Field::Packets)
        .sum("bytes", Field::Bytes)
        .measure("first", Aggregate::Min, Field::Start.into())
        .measure("last", Aggregate::Max, Field::End.into())
}
