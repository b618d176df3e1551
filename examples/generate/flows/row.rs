//! A flow record in memory, and its line in any format.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use flowlens::record::{Column, Field, Format, Log};

use super::gateway;

/// The account of all synthetic interfaces, as AWS writes examples.
pub(crate) const ACCOUNT: &str = "123456789012";
/// The Region of all synthetic interfaces.
pub(crate) const REGION: &str = "us-east-1";

/// A network interface with a flow log.
#[derive(Clone, Debug)]
pub(crate) struct Nic {
    pub(crate) id: String,
    pub(crate) vpc: String,
    pub(crate) subnet: String,
    /// Empty for interfaces that AWS services own.
    pub(crate) instance: String,
    /// The value of `interface-type`, or empty.
    pub(crate) kind: &'static str,
    pub(crate) az: &'static str,
    pub(crate) address: Ipv4Addr,
    pub(crate) address6: Ipv6Addr,
}

/// One record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// Which of the network's interfaces recorded it.
    pub(crate) nic: u16,
    /// Unix seconds of the first packet.
    pub(crate) start: u64,
    /// Unix seconds of the last packet.
    pub(crate) end: u64,
    /// The traffic, or why there is none.
    pub(crate) content: Content,
}

/// What a record says.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Content {
    Flow(Flow),
    NoData,
    SkipData,
}

/// The traffic of a record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flow {
    pub(crate) src: IpAddr,
    pub(crate) dst: IpAddr,
    pub(crate) pkt_src: IpAddr,
    pub(crate) pkt_dst: IpAddr,
    pub(crate) src_port: u16,
    pub(crate) dst_port: u16,
    pub(crate) protocol: u8,
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
    pub(crate) flags: u8,
    pub(crate) egress: bool,
    /// The traffic path of egress; 0 is none.
    pub(crate) path: u8,
    pub(crate) rejected: bool,
    /// The reject reason, or empty.
    pub(crate) reason: &'static str,
}

/// Renders records as lines of one format.
pub(crate) struct Writer<'a> {
    fields: Vec<Field>,
    header: String,
    version: u8,
    log: Log,
    nics: &'a [Nic],
    line: Vec<u8>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(format: &Format, nics: &'a [Nic]) -> Self {
        let fields: Vec<Field> = format
            .columns()
            .iter()
            .filter_map(|column| match column {
                Column::Known(field) => Some(*field),
                Column::Unknown(_) => None,
            })
            .collect();
        let version = fields.iter().map(|field| field.version()).max().unwrap_or(2);
        let header = format.header() + "\n";
        Self { fields, header, version, log: format.log(), nics, line: Vec::with_capacity(512) }
    }

    /// The header line.
    pub(crate) fn header(&self) -> &[u8] {
        self.header.as_bytes()
    }

    /// The record's line.
    pub(crate) fn line(&mut self, row: &Row) -> &[u8] {
        self.line.clear();
        if let Some(nic) = self.nics.get(usize::from(row.nic)) {
            for &field in &self.fields {
                if !self.line.is_empty() {
                    self.line.push(b' ');
                }
                if self.log == Log::TransitGateway
                    && let Some(value) = gateway::value(field, row, nic)
                {
                    self.line.extend_from_slice(value.as_bytes());
                } else if !push_common(&mut self.line, field, row, nic, self.version) {
                    match &row.content {
                        Content::Flow(flow) => push_flow(&mut self.line, field, flow),
                        Content::NoData | Content::SkipData => self.line.push(b'-'),
                    }
                }
            }
        }
        self.line.push(b'\n');
        &self.line
    }
}

/// Writes a field that every record has, with traffic or without; says whether it is one.
fn push_common(line: &mut Vec<u8>, field: Field, row: &Row, nic: &Nic, version: u8) -> bool {
    match field {
        Field::Version => push_number(line, u64::from(version)),
        Field::AccountId => line.extend_from_slice(ACCOUNT.as_bytes()),
        Field::InterfaceId => line.extend_from_slice(nic.id.as_bytes()),
        Field::Start => push_number(line, row.start),
        Field::End => push_number(line, row.end),
        Field::LogStatus => line.extend_from_slice(match row.content {
            Content::Flow(_) => b"OK",
            Content::NoData => b"NODATA",
            Content::SkipData => b"SKIPDATA",
        }),
        Field::VpcId => line.extend_from_slice(nic.vpc.as_bytes()),
        Field::SubnetId => line.extend_from_slice(nic.subnet.as_bytes()),
        Field::InstanceId => push_text(line, &nic.instance),
        Field::Region => line.extend_from_slice(REGION.as_bytes()),
        Field::AzId => line.extend_from_slice(nic.az.as_bytes()),
        Field::InterfaceType => push_text(line, nic.kind),
        _ => return false,
    }
    true
}

fn push_flow(line: &mut Vec<u8>, field: Field, flow: &Flow) {
    match field {
        Field::SrcAddr => push_address(line, flow.src),
        Field::DstAddr => push_address(line, flow.dst),
        Field::SrcPort => push_number(line, u64::from(flow.src_port)),
        Field::DstPort => push_number(line, u64::from(flow.dst_port)),
        Field::Protocol => push_number(line, u64::from(flow.protocol)),
        Field::Packets => push_number(line, flow.packets),
        // Block public access records come without bytes (AWS, "Flow log limitations").
        Field::Bytes if flow.reason == "BPA" => line.push(b'-'),
        Field::Bytes => push_number(line, flow.bytes),
        Field::Action => line.extend_from_slice(if flow.rejected { b"REJECT" } else { b"ACCEPT" }),
        Field::TcpFlags => push_number(line, u64::from(flow.flags)),
        Field::Type => line.extend_from_slice(if flow.src.is_ipv6() { b"IPv6" } else { b"IPv4" }),
        Field::PktSrcAddr => push_address(line, flow.pkt_src),
        Field::PktDstAddr => push_address(line, flow.pkt_dst),
        Field::PktSrcAwsService => push_text(line, aws_service(flow.pkt_src)),
        Field::PktDstAwsService => push_text(line, aws_service(flow.pkt_dst)),
        Field::FlowDirection => line.extend_from_slice(if flow.egress { b"egress" } else { b"ingress" }),
        Field::TrafficPath if flow.path > 0 => push_number(line, u64::from(flow.path)),
        Field::RejectReason => push_text(line, flow.reason),
        _ => line.push(b'-'),
    }
}

/// The AWS service that owns an address. Made up: a few small ranges of the benchmarking block.
fn aws_service(address: IpAddr) -> &'static str {
    match address {
        IpAddr::V4(v4) => match v4.octets() {
            [198, 18, 0, 0..=15] => "S3",
            [198, 18, 0, 16..=23] => "DYNAMODB",
            [198, 18, 0, 24..=99] => "EC2",
            [198, 18, 0, 100..=150] => "AMAZON",
            _ => "",
        },
        IpAddr::V6(_) => "",
    }
}

fn push_text(line: &mut Vec<u8>, text: &str) {
    line.extend_from_slice(if text.is_empty() { b"-" } else { text.as_bytes() });
}

fn push_address(line: &mut Vec<u8>, address: IpAddr) {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            push_number(line, u64::from(a));
            for octet in [b, c, d] {
                line.push(b'.');
                push_number(line, u64::from(octet));
            }
        }
        // Writing to memory cannot fail.
        IpAddr::V6(v6) => drop(write!(line, "{v6}")),
    }
}

/// Several times faster than `write!`, which matters at a gigabyte.
fn push_number(line: &mut Vec<u8>, mut number: u64) {
    let from = line.len();
    loop {
        line.push(b'0' + (number % 10) as u8);
        number /= 10;
        if number == 0 {
            break;
        }
    }
    if let Some(digits) = line.get_mut(from..) {
        digits.reverse();
    }
}
