//! What speaks against a reading of lines whose values all have the right types.
//!
//! Sources: AWS, "Flow log records" and "Flow log limitations" (VPC user guide): which address a record shows on the
//! interface's own side, which fields are of egress only, and that a packet has an IP header of 20 bytes at least.

use std::net::IpAddr;

use crate::record::{Column, Field, address, protocol, tcp_flags};

/// The values of a line by their fields.
pub(super) struct Line<'a, 'b> {
    pub(super) columns: &'b [Column],
    pub(super) values: &'b [&'a str],
}

impl<'a> Line<'a, '_> {
    /// A value that is not missing.
    fn get(&self, field: Field) -> Option<&'a str> {
        let at = self.columns.iter().position(|column| *column == Column::Known(field))?;
        self.values.get(at).copied().filter(|&value| value != "-")
    }

    fn number(&self, field: Field) -> Option<u64> {
        self.get(field)?.parse().ok()
    }

    fn address(&self, field: Field) -> Option<IpAddr> {
        address::parse(self.get(field)?)
    }

    /// What in one line speaks against its reading.
    pub(super) fn doubt(&self) -> Option<&'static str> {
        const ADDRESSES: [Field; 4] = [Field::SrcAddr, Field::DstAddr, Field::PktSrcAddr, Field::PktDstAddr];
        let number = |field| self.number(field);
        let version_of =
            |column: &Column| if let Column::Known(field) = column { field.version() } else { 2 };
        let version = self.columns.iter().map(version_of).max().unwrap_or(2);
        if version != 6 && number(Field::Version).is_some_and(|given| given != u64::from(version)) {
            return Some("its version is not that of its fields");
        }
        if number(Field::Start).zip(number(Field::End)).is_some_and(|(start, end)| start > end) {
            return Some("it would end before it starts");
        }
        if number(Field::Packets)
            .zip(number(Field::Bytes))
            .is_some_and(|(packets, bytes)| bytes < packets.saturating_mul(20) && bytes > 0)
        {
            return Some("its packets would have fewer than 20 bytes");
        }
        let is_v6 = |field| self.address(field).map(|address| address.is_ipv6());
        let family = match self.get(Field::Type) {
            Some("IPv4") => Some(false),
            Some("IPv6") => Some(true),
            _ => None,
        };
        if family.is_some_and(|v6| ADDRESSES.into_iter().filter_map(is_v6).any(|is| is != v6)) {
            return Some("its type is not that of its addresses");
        }
        if let [Some(src), Some(dst), Some(pkt_src), Some(pkt_dst)] =
            ADDRESSES.map(|field| self.address(field))
            && src != pkt_src
            && dst != pkt_dst
        {
            return Some("neither end is the packet's own");
        }
        let flags = number(Field::TcpFlags).unwrap_or(0);
        if let Some(number) = number(Field::Protocol)
            && (protocol::name(number).is_none() || flags > 0 && number != protocol::TCP)
        {
            return Some("its protocol would not go with its other values");
        }
        if flags > 63 {
            return Some("its TCP flags would be none");
        }
        if let (Some(src), Some(dst)) = (number(Field::SrcPort), number(Field::DstPort)) {
            let (server, client) = match flags & tcp_flags::SYN_ACK {
                tcp_flags::SYN => (dst, src),
                tcp_flags::SYN_ACK => (src, dst),
                _ => (0, 0),
            };
            if server > client && server >= 32_768 && client < 10_000 {
                return Some("its TCP flags would be those of the other direction");
            }
        }
        if self.get(Field::FlowDirection) == Some("ingress") && self.get(Field::TrafficPath).is_some() {
            return Some("a path would be given for ingress");
        }
        let private = |field| self.address(field).is_some_and(address::is_private);
        if self.get(Field::PktSrcAwsService).is_some() && private(Field::PktSrcAddr)
            || self.get(Field::PktDstAwsService).is_some() && private(Field::PktDstAddr)
        {
            return Some("a private address would be one of an AWS service");
        }
        None
    }
}

/// The addresses that are at one end or the other of all lines so far.
type Common<'a> = Vec<&'a str>;

/// What the records of an interface have in common, those of one family.
struct Interface<'a> {
    id: &'a str,
    v6: bool,
    own: Option<Common<'a>>,
    of_packet: Option<Common<'a>>,
}

/// What in all lines together speaks against their reading: an interface has one address on its own side of every
/// record of a family, and its direction is seen from there.
pub(super) fn of_lines(lines: &[Line<'_, '_>]) -> bool {
    let mut interfaces: Vec<Interface<'_>> = Vec::new();
    let mut seen: Vec<(usize, &Line<'_, '_>)> = Vec::new();
    for line in lines {
        let (Some(id), Some(src), Some(dst)) =
            (line.get(Field::InterfaceId), line.get(Field::SrcAddr), line.get(Field::DstAddr))
        else {
            continue;
        };
        let v6 = src.contains(':');
        let known = interfaces.iter().position(|other| other.id == id && other.v6 == v6);
        let at = known.unwrap_or_else(|| {
            interfaces.push(Interface { id, v6, own: None, of_packet: None });
            interfaces.len() - 1
        });
        let interface = &mut interfaces[at];
        meet(&mut interface.own, [src, dst]);
        if let (Some(src), Some(dst)) = (line.get(Field::PktSrcAddr), line.get(Field::PktDstAddr)) {
            meet(&mut interface.of_packet, [src, dst]);
        }
        seen.push((at, line));
    }
    seen.into_iter().any(|(at, line)| {
        let Interface { own: Some(own), of_packet, .. } = &interfaces[at] else { return false };
        let (src, dst) = (line.get(Field::SrcAddr), line.get(Field::DstAddr));
        match (own.as_slice(), line.get(Field::FlowDirection)) {
            ([], _) => of_packet.as_ref().is_some_and(|common| !common.is_empty()),
            ([own], Some("ingress")) => src == Some(own) && src != dst,
            ([own], Some("egress")) => src != Some(own),
            _ => false,
        }
    })
}

fn meet<'a>(common: &mut Option<Common<'a>>, ends: [&'a str; 2]) {
    match common {
        None => *common = Some(ends.to_vec()),
        Some(common) => common.retain(|address| ends.contains(address)),
    }
}
