//! Inbound requests from the internet that were rejected: one finding an interface, unless they are of very few.

use super::denials::{self, Denials, Request};
use crate::diagnose::context::Context;
use crate::diagnose::draft::{Draft, Leg, counted, on};
use crate::diagnose::finding::{Certainty, Component, Direction, Kind};
use crate::diagnose::tally::{self, LISTED, Tally};
use crate::diagnose::{terms, words};
use crate::query::plan::rejected;
use crate::query::{Aggregate, Answer, Derived, Expr, Grouping, Plan};
use crate::record::ordered::{OrderedMap, OrderedSet, order_by_key};
use crate::record::{Field, address};

/// So few public addresses are not noise: each has its own findings.
const FEW: u64 = 3;
/// Up to so many sources, over all interfaces, the loudest are listed everywhere.
const MANY: u64 = 50_000;

/// The title of these findings, by which [`crate::diagnose::arrange`] knows them.
pub(in crate::diagnose) const TITLE: &str = "Background";

/// The noise at each interface.
#[derive(Clone, Debug, Default)]
pub(super) struct Noise {
    by_interface: OrderedMap<String, Tally>,
    few: OrderedSet<String>,
}

fn filter() -> Expr {
    terms::rejected_by_rule().and(terms::directed()).and(terms::ingress()).and(terms::public_remote())
}

/// The plans to run: sums and ports.
pub(super) fn plans(context: &Context) -> Vec<Plan> {
    let interface = ("interface", Expr::Field(Field::InterfaceId));
    let sums = counted(Grouping::by([interface.clone()])).measure(
        "remotes",
        Aggregate::Distinct,
        Derived::RemoteAddress.into(),
    );
    let ports =
        Grouping::by([interface, ("protocol", Field::Protocol.into()), ("port", Field::DstPort.into())])
            .count("records")
            .sum("packets", Field::Packets)
            .descending("packets")
            .limit_per(1, LISTED);
    [sums, ports]
        .into_iter()
        .map(|grouping| context.plan(filter(), grouping).anti_join(terms::conversation(), terms::mixed()))
        .collect()
}

/// Reads the answers to [`plans`].
pub(super) fn judge(answers: &[Answer]) -> Noise {
    let mut noise = Noise::default();
    let [sums, ports] = answers else { return noise };
    for row in sums.iter() {
        let interface = row.text("interface").to_owned();
        let mut tally = Tally::of(&row);
        // What a connection is cannot be told for all of them at once; most send one record.
        tally.conversations = tally.records;
        tally.more_peers = row.count("remotes");
        if tally.more_peers <= FEW {
            noise.few.insert(interface.clone());
        }
        noise.by_interface.insert(interface, tally);
    }
    for row in ports.iter() {
        if let Some(tally) = noise.by_interface.get_mut(row.text("interface")) {
            let port = (tally::protocol(&row), tally::port(&row, "port"));
            tally.ports.insert(port, (row.count("records"), row.count("packets")));
        }
    }
    noise
}

impl Noise {
    /// The plan that tells the peers with the most packets, where that is not too much to ask: of all interfaces, or
    /// of those with the most noise.
    pub(super) fn plan_of_peers(&self, context: &Context) -> Option<Plan> {
        let mut loudest: Vec<(&String, &Tally)> = self.by_interface.iter().collect();
        order_by_key(&mut loudest, |(interface, tally)| (std::cmp::Reverse(tally.packets), *interface));
        if loudest.iter().map(|(_, tally)| tally.more_peers).sum::<u64>() > MANY {
            loudest.truncate(LISTED);
        }
        if loudest.is_empty() {
            return None;
        }
        let grouping = Grouping::by([
            ("interface", Field::InterfaceId.into()),
            ("remote", Derived::RemoteAddress.into()),
        ])
        .sum("packets", Field::Packets)
        .descending("packets")
        .limit_per(1, LISTED);
        let filter =
            Expr::one_of(Field::InterfaceId, loudest.into_iter().map(|(id, _)| id.clone())).and(filter());
        Some(context.plan(filter, grouping).anti_join(terms::conversation(), terms::mixed()))
    }

    /// Reads the answer to [`Self::plan_of_peers`].
    pub(super) fn judge_peers(&mut self, answer: &Answer) {
        for row in answer.iter() {
            let tally = self.by_interface.get_mut(row.text("interface"));
            if let (Some(tally), Some(remote)) = (tally, row.address("remote")) {
                tally.peers.insert(remote, row.count("packets"));
            }
        }
    }

    /// The services that were asked for most.
    pub(super) fn services(&self) -> impl Iterator<Item = (&str, Direction, u16)> {
        self.by_interface.iter().flat_map(|(interface, tally)| {
            tally.ports.keys().map(|(_, port)| (interface.as_str(), Direction::Inbound, *port))
        })
    }

    /// The plan that tells more of interfaces with few public addresses, if there are any.
    pub(super) fn plan_of_few(&self, context: &Context) -> Option<Plan> {
        if self.few.is_empty() {
            return None;
        }
        let filter = Expr::one_of(Field::InterfaceId, self.few.iter().cloned())
            .and(filter())
            .and(terms::stray().negate());
        Some(context.plan(filter, denials::by_request()).anti_join(terms::conversation(), terms::mixed()))
    }

    /// Moves the few to the denials.
    pub(super) fn judge_few(&mut self, answer: &Answer, denials: &mut Denials) {
        denials.read(answer);
        self.by_interface.retain(|interface, _| !self.few.contains(interface));
    }

    /// The interfaces at which so few public addresses were rejected that each counts.
    pub(super) const fn few(&self) -> &OrderedSet<String> {
        &self.few
    }

    /// Takes back what came to the denials from other plans, where the interface has noise anyway.
    pub(super) fn take(&mut self, denials: &mut Denials) {
        denials.by_request.retain(|request, tally| {
            let takes = self.takes(request);
            if let Some(noise) = self.by_interface.get_mut(&request.interface).filter(|_| takes) {
                noise.add_all(tally);
            }
            !takes
        });
    }

    /// Whether a request is part of the noise.
    pub(super) fn takes(&self, request: &Request) -> bool {
        let noise = self.by_interface.get(&request.interface);
        request.direction == Direction::Inbound
            && !address::is_private(request.remote)
            && noise.is_some_and(|noise| noise.more_peers > FEW)
    }

    /// The findings.
    pub(super) fn drafts(self, context: &Context) -> Vec<Draft> {
        self.by_interface.into_iter().map(|(interface, tally)| draft(context, &interface, tally)).collect()
    }
}

fn draft(context: &Context, interface: &str, tally: Tally) -> Draft {
    let ports: Vec<String> =
        tally.top_ports().iter().map(|port| words::service(port.protocol, port.port)).collect();
    let mut draft = Draft::new(context, Kind::InboundDenied, TITLE, interface, tally);
    draft.text = format!(
        "{} rejected at {interface}: {}, most to {}",
        words::count(draft.tally.peer_count(), "internet source"),
        words::count(draft.tally.packets, "packet"),
        words::list(&ports, 4),
    );
    draft.about = "internet".into();
    draft.direction = Some(Direction::Inbound);
    let no_group = context.lacks_security_group(interface);
    (draft.component, draft.certainty) = if no_group {
        (Component::NetworkAcl, Certainty::Certain)
    } else if let Some(doubt) = context.nat_in_doubt(interface) {
        draft.settle.push(doubt.to_owned());
        (Component::NetworkAcl, Certainty::Likely)
    } else {
        (Component::Either, Certainty::Undetermined)
    };
    draft.why = format!(
        "Addresses all over the internet try well-known ports on every public address; that {} them is what {} for.",
        if no_group { "the network ACL rejects" } else { "a security group or a network ACL rejects" },
        if no_group { "it is" } else { "they are" },
    );
    draft.next_step = "Nothing to do, unless a source or a port among them should pass".into();
    let leg = Leg {
        direction: Direction::Inbound,
        local: draft.local,
        local_port: None,
        peers: &[],
        remote_port: None,
    };
    draft.condition = on(interface, None).and(leg.condition()).and(rejected());
    draft
}
