//! Counts that add up over the rows of an answer.

use std::net::IpAddr;

use super::finding::{Direction, PortCount};
use crate::query::{Row, Value};
use crate::record::ordered::{OrderedMap, order_by_key};

/// How many peers and ports a finding lists.
pub(super) const LISTED: usize = 20;

/// What belongs to one finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) records: u64,
    pub(super) packets: u64,
    pub(super) bytes: u64,
    pub(super) conversations: u64,
    pub(super) first: u64,
    pub(super) last: u64,
    /// Packets by other end.
    pub(super) peers: OrderedMap<IpAddr, u64>,
    /// Other ends in all, when they are more than `peers` holds.
    pub(super) more_peers: u64,
    /// Records and packets by protocol and port.
    pub(super) ports: OrderedMap<(u8, u16), (u64, u64)>,
}

impl Tally {
    /// From the columns `records`, `packets`, `bytes`, `first`, `last` and, if there, `conversations`.
    pub(super) fn of(row: &Row<'_>) -> Self {
        Self {
            records: row.count("records"),
            packets: row.count("packets"),
            bytes: row.count("bytes"),
            conversations: row.count("conversations").max(1),
            first: row.count("first"),
            last: row.count("last"),
            ..Self::default()
        }
    }

    /// Adds another one's counts.
    pub(super) fn add(&mut self, other: &Self) {
        self.first = if self.records == 0 { other.first } else { self.first.min(other.first) };
        self.last = self.last.max(other.last);
        self.records += other.records;
        self.packets += other.packets;
        self.bytes += other.bytes;
        self.conversations += other.conversations;
        for (&peer, &packets) in &other.peers {
            *self.peers.or_default(peer) += packets;
        }
        for (&port, &(records, packets)) in &other.ports {
            let entry = self.ports.or_default(port);
            entry.0 += records;
            entry.1 += packets;
        }
    }

    /// Adds another one's counts, and its other ends that are not listed.
    pub(super) fn add_all(&mut self, other: &Self) {
        self.add(other);
        self.more_peers = self.more_peers.max(other.more_peers);
    }

    /// The same with all its packets on one other end and one port.
    #[must_use]
    pub(super) fn with(mut self, peer: Option<IpAddr>, protocol: u8, port: u16) -> Self {
        self.peers.extend(peer.map(|peer| (peer, self.packets)));
        self.ports.insert((protocol, port), (self.records, self.packets));
        self
    }

    /// The other ends with the most packets.
    pub(super) fn top_peers(&self) -> Vec<IpAddr> {
        let mut peers: Vec<(IpAddr, u64)> =
            self.peers.iter().map(|(&peer, &packets)| (peer, packets)).collect();
        order_by_key(&mut peers, |&(peer, packets)| (std::cmp::Reverse(packets), peer));
        peers.into_iter().take(LISTED).map(|(peer, _)| peer).collect()
    }

    /// How many other ends.
    pub(super) fn peer_count(&self) -> u64 {
        (self.peers.len() as u64).max(self.more_peers)
    }

    /// The ports with the most packets.
    pub(super) fn top_ports(&self) -> Vec<PortCount> {
        let mut ports: Vec<PortCount> = self
            .ports
            .iter()
            .map(|(&(protocol, port), &(records, packets))| PortCount { port, protocol, records, packets })
            .collect();
        order_by_key(&mut ports, |port| (std::cmp::Reverse(port.packets), port.port, port.protocol));
        ports.truncate(LISTED);
        ports
    }
}

/// The cell as a port.
pub(super) fn port(row: &Row<'_>, name: &str) -> u16 {
    u16::try_from(row.count(name)).unwrap_or_default()
}

/// The cell as a protocol number.
pub(super) fn protocol(row: &Row<'_>) -> u8 {
    u8::try_from(row.count("protocol")).unwrap_or_default()
}

/// The direction of the row's records, if it is known.
pub(super) fn direction(row: &Row<'_>) -> Option<Direction> {
    match row.text("direction") {
        "ingress" => Some(Direction::Inbound),
        "egress" => Some(Direction::Outbound),
        _ => None,
    }
}

/// Whether the cell is a truth, as a truth value or as a number.
pub(super) fn is_true(value: &Value) -> bool {
    matches!(value, Value::Bool(true)) || value.number().is_some_and(|number| number > 0)
}
