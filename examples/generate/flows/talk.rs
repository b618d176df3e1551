//! A connection and the records it leaves, at every interface it passes.

use std::net::{IpAddr, Ipv4Addr};

use super::row::{Content, Flow, Row};

pub(crate) const ICMP: u8 = 1;
pub(crate) const TCP: u8 = 6;
pub(crate) const UDP: u8 = 17;
pub(crate) const ICMPV6: u8 = 58;

const FIN: u8 = 1;
const SYN: u8 = 2;
const SYN_ACK: u8 = 18;

/// Values of `traffic-path`.
pub(crate) const SAME_VPC: u8 = 1;
pub(crate) const VIRTUAL_PRIVATE_GATEWAY: u8 = 3;
pub(crate) const PEERING: u8 = 4;
pub(crate) const INTERNET_GATEWAY: u8 = 8;

/// One end of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    pub(crate) address: IpAddr,
    pub(crate) port: u16,
    /// The interface that records it, if it has a flow log.
    pub(crate) nic: Option<u16>,
}

/// A NAT gateway between the two ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nat {
    pub(crate) nic: u16,
    pub(crate) address: Ipv4Addr,
    /// The source port it gave the connection.
    pub(crate) port: u16,
}

/// A connection, or for ICMP a conversation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Talk {
    pub(crate) client: End,
    pub(crate) server: End,
    pub(crate) protocol: u8,
    pub(crate) nat: Option<Nat>,
    /// How traffic leaves the VPC, when one end is outside.
    pub(crate) path: u8,
}

/// What went over a connection within one aggregation interval.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exchange {
    pub(crate) start: u64,
    pub(crate) end: u64,
    /// From the client to the server.
    pub(crate) up: Load,
    /// From the server to the client.
    pub(crate) down: Load,
    pub(crate) phase: Phase,
    pub(crate) stop: Stop,
    /// The reject reason of a rejection, or empty.
    pub(crate) reason: &'static str,
}

/// Packets and bytes of one direction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
}

/// The part of a TCP connection that falls into the interval; it decides the flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Opened and closed.
    Whole,
    /// Opened, or tried to.
    Opening,
    Middle,
    Closing,
}

/// How far packets came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The request and its reply arrived.
    Never,
    /// The request was rejected at the client's interface.
    LeavingClient,
    /// The request was rejected at the server's interface.
    EnteringServer,
    /// The request arrived, or was lost out of sight; no reply was sent.
    NoReply,
    /// The reply was rejected at the server's interface.
    LeavingServer,
    /// The reply was rejected at the client's interface.
    EnteringClient,
}

impl Phase {
    fn flags(self) -> (u8, u8) {
        match self {
            Self::Whole => (SYN | FIN, SYN_ACK | FIN),
            Self::Opening => (SYN, SYN_ACK),
            Self::Middle => (0, 0),
            Self::Closing => (FIN, FIN),
        }
    }
}

impl Talk {
    /// Adds the exchange's records: the request's along its way, then the reply's along its own.
    pub(crate) fn record(&self, exchange: &Exchange, rows: &mut Vec<Row>) {
        let (up_flags, down_flags) = if self.protocol == TCP { exchange.phase.flags() } else { (0, 0) };
        let mut leg =
            Leg { talk: self, exchange, rows, load: exchange.up, flags: up_flags, start: exchange.start };

        leg.leaves(self.client, self.server, exchange.stop == Stop::LeavingClient);
        if exchange.stop == Stop::LeavingClient {
            return;
        }
        if let Some(nat) = self.nat {
            leg.inside_nat(nat, true);
            leg.outside_nat(nat, true);
        }
        leg.enters(self.client, self.server, exchange.stop == Stop::EnteringServer);
        if matches!(exchange.stop, Stop::EnteringServer | Stop::NoReply) {
            return;
        }

        // The reply is never seen before its request, and often in the same second.
        leg.load = exchange.down;
        leg.flags = down_flags;
        leg.start = exchange.end.min(exchange.start + exchange.down.packets % 2);
        leg.leaves(self.server, self.client, exchange.stop == Stop::LeavingServer);
        if exchange.stop == Stop::LeavingServer {
            return;
        }
        if let Some(nat) = self.nat {
            leg.outside_nat(nat, false);
            leg.inside_nat(nat, false);
        }
        leg.enters(self.server, self.client, exchange.stop == Stop::EnteringClient);
    }
}

/// One direction of an exchange.
struct Leg<'a> {
    talk: &'a Talk,
    exchange: &'a Exchange,
    rows: &'a mut Vec<Row>,
    load: Load,
    flags: u8,
    start: u64,
}

impl Leg<'_> {
    fn leaves(&mut self, from: End, to: End, rejected: bool) {
        if let Some(nic) = from.nic {
            let inside = to.nic.is_some() || self.talk.nat.is_some();
            let path = if inside { SAME_VPC } else { self.talk.path };
            self.push(nic, (from.address, from.port), (to.address, to.port), rejected, Some(path));
        }
    }

    fn enters(&mut self, from: End, to: End, rejected: bool) {
        if let Some(nic) = to.nic {
            self.push(nic, (from.address, from.port), (to.address, to.port), rejected, None);
        }
    }

    /// Between the client and the NAT gateway: its own address stands in for the server's.
    fn inside_nat(&mut self, nat: Nat, up: bool) {
        let Talk { client, server, .. } = *self.talk;
        let own = (IpAddr::V4(nat.address), server.port);
        if up {
            self.push(nat.nic, (client.address, client.port), own, false, None);
            self.original(|flow| flow.pkt_dst = server.address);
        } else {
            self.push(nat.nic, own, (client.address, client.port), false, Some(SAME_VPC));
            self.original(|flow| flow.pkt_src = server.address);
        }
    }

    /// Between the NAT gateway and the server: its own address stands in for the client's.
    fn outside_nat(&mut self, nat: Nat, up: bool) {
        let server = (self.talk.server.address, self.talk.server.port);
        let own = (IpAddr::V4(nat.address), nat.port);
        if up {
            self.push(nat.nic, own, server, false, Some(self.talk.path));
        } else {
            self.push(nat.nic, server, own, false, None);
        }
    }

    /// Corrects the packet's own addresses in the record just added.
    fn original(&mut self, correct: impl FnOnce(&mut Flow)) {
        if let Some(Row { content: Content::Flow(flow), .. }) = self.rows.last_mut() {
            correct(flow);
        }
    }

    fn push(&mut self, nic: u16, src: (IpAddr, u16), dst: (IpAddr, u16), rejected: bool, path: Option<u8>) {
        let flow = Flow {
            src: src.0,
            dst: dst.0,
            pkt_src: src.0,
            pkt_dst: dst.0,
            src_port: src.1,
            dst_port: dst.1,
            protocol: self.talk.protocol,
            packets: self.load.packets,
            bytes: self.load.bytes,
            flags: self.flags,
            egress: path.is_some(),
            path: path.unwrap_or(0),
            rejected,
            reason: if rejected { self.exchange.reason } else { "" },
        };
        let (start, end) = (self.start, self.exchange.end);
        self.rows.push(Row { nic, start, end, content: Content::Flow(flow) });
    }
}
