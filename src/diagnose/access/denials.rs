//! Rejected requests, gathered from all plans that find some.

use std::net::IpAddr;

use crate::diagnose::draft::counted;
use crate::diagnose::finding::Direction;
use crate::diagnose::tally::{self, Tally};
use crate::query::{Aggregate, Answer, Derived, Grouping};
use crate::record::ordered::OrderedMap;
use crate::record::{Field, protocol};

/// Rejected requests by what was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Denials {
    pub(super) by_request: OrderedMap<Request, Tally>,
    /// Whether one of the plans gave as many rows as it may, so that there may be more.
    pub(super) capped: bool,
}

/// At most so many rows of rejected requests, those with the most packets.
pub(super) const MOST: usize = 20_000;

/// Who asked for what, through which interface.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Request {
    pub(super) interface: String,
    pub(super) direction: Direction,
    pub(super) protocol: u8,
    /// The service's port.
    pub(super) port: u16,
    pub(super) remote: IpAddr,
}

/// Rejected requests of single peers.
pub(super) fn by_request() -> Grouping {
    counted(Grouping::by([
        ("interface", Field::InterfaceId.into()),
        ("direction", Derived::Direction.into()),
        ("protocol", Field::Protocol.into()),
        ("port", Field::DstPort.into()),
        ("remote", Derived::RemoteAddress.into()),
    ]))
    .measure("conversations", Aggregate::Distinct, Field::SrcPort.into())
    .descending("packets")
    .limit(MOST)
}

impl Denials {
    /// Adds the rows of [`by_request`].
    pub(super) fn read(&mut self, answer: &Answer) {
        self.capped |= answer.rows.len() >= MOST;
        for row in answer.iter() {
            let (Some(remote), Some(direction)) = (row.address("remote"), tally::direction(&row)) else {
                continue;
            };
            let (protocol, port) = (tally::protocol(&row), tally::port(&row, "port"));
            let tally = Tally::of(&row).with(Some(remote), protocol, port);
            self.add(row.text("interface"), direction, protocol, port, remote, tally);
        }
    }

    /// Adds rejected records of a request.
    pub(super) fn add(
        &mut self,
        interface: &str,
        direction: Direction,
        protocol: u8,
        port: u16,
        remote: IpAddr,
        tally: Tally,
    ) {
        let request = Request { interface: interface.to_owned(), direction, protocol, port, remote };
        self.by_request.or_default(request).add(&tally);
    }

    /// The inbound TCP requests: interface, port and who asked.
    pub(super) fn inbound(&self) -> impl Iterator<Item = (String, u16, IpAddr)> {
        self.by_request
            .keys()
            .filter(|request| {
                request.direction == Direction::Inbound && u64::from(request.protocol) == protocol::TCP
            })
            .map(|request| (request.interface.clone(), request.port, request.remote))
    }
}
