//! The report, `schema: "flowlens/report/1"`.

use serde::{Deserialize, Serialize};

use crate::diagnose::finding::Finding;
use crate::ingest::outcome::Outcome;

/// The name of this report's shape.
pub const SCHEMA: &str = "flowlens/report/1";

/// Everything that the records say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// A report of each file.
    pub inputs: Vec<Outcome>,
    /// The results of Athena among the files, if there are any.
    pub athena: Option<FromAthena>,
    /// Sums over all records.
    pub totals: Totals,
    /// The largest of each sort.
    pub top: Top,
    /// What stands out, what breaks first.
    pub findings: Vec<Finding>,
}

/// Results that Athena gave, which stand for all records of a bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FromAthena {
    /// How many queries are answered.
    pub results: u64,
    /// How many more are to be run, as far as is known yet.
    pub to_run: u64,
    /// Whether the findings, sums and lists are theirs, and not those of the records that were read.
    pub shown: bool,
    /// Whether the findings could be told.
    pub judged: bool,
    /// The first day of which Athena read files, such as `2026-11-24`; none: all there are.
    pub first_day: Option<String>,
    /// The last day.
    pub last_day: Option<String>,
    /// The fields of the table.
    pub fields: Vec<String>,
}

/// Sums over the records of a filter (all of them in a report).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Records, `NODATA` and `SKIPDATA` included.
    pub records: u64,
    /// Flows accepted.
    pub accept: u64,
    /// Flows rejected.
    pub reject: u64,
    /// Records that say there was no traffic.
    pub nodata: u64,
    /// Records that stand for skipped ones.
    pub skipdata: u64,
    /// Records that are exact copies of others, whether left out or not; none before they are counted.
    pub duplicates: Option<u64>,
    /// Exact copies that are left out of all other sums.
    pub left_out: u64,
    /// Bytes of all flows.
    pub bytes: u64,
    /// Packets of all flows.
    pub packets: u64,
    /// Different interfaces.
    pub interfaces: u64,
    /// Different source addresses.
    pub sources: u64,
    /// Unix seconds of the earliest start.
    pub first: Option<u64>,
    /// Unix seconds of the latest end.
    pub last: Option<u64>,
    /// Transit gateway records, which are in none of the above.
    pub transit_gateway: TransitGateway,
}

/// Sums over transit gateway records. A flow that crosses a transit gateway is on record where it arrives and where it
/// leaves: of both the one that tells more is counted, but for `records` and `loss_unknown`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransitGateway {
    /// Records, `NODATA` and `SKIPDATA` included.
    pub records: u64,
    /// Bytes of all flows.
    pub bytes: u64,
    /// Packets of all flows.
    pub packets: u64,
    /// Packets lost, in any of the following ways.
    pub lost: u64,
    /// Packets lost for want of a route.
    pub lost_no_route: u64,
    /// Packets lost to a blackhole route.
    pub lost_blackhole: u64,
    /// Packets lost for being larger than the MTU.
    pub lost_mtu_exceeded: u64,
    /// Packets lost because their time to live ran out.
    pub lost_ttl_expired: u64,
    /// Records of flows that do not tell of lost packets.
    pub loss_unknown: u64,
    /// Unix seconds of the earliest start.
    pub first: Option<u64>,
    /// Unix seconds of the latest end.
    pub last: Option<u64>,
}

/// The twenty largest of each sort.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Top {
    /// Source and destination.
    pub pairs_by_bytes: Vec<Pair>,
    /// Sources.
    pub sources_by_bytes: Vec<Source>,
    /// Interfaces.
    pub interfaces_by_bytes: Vec<Interface>,
    /// Destination ports of rejected flows, by records.
    pub rejected_ports: Vec<RejectedPort>,
    /// Sources of rejected flows, by records.
    pub rejected_sources: Vec<Source>,
    /// Source and destination across a transit gateway, by bytes.
    pub transit_gateway_pairs: Vec<GatewayPair>,
    /// Attachments of transit gateways, by bytes in and out.
    pub transit_gateway_attachments: Vec<Attachment>,
}

/// Traffic from one address to another across a transit gateway. What is not on record is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GatewayPair {
    /// The transit gateway.
    pub gateway: String,
    /// The attachment where it arrives.
    pub arriving: String,
    /// The attachment by which it leaves.
    pub leaving: String,
    /// Source address.
    pub srcaddr: String,
    /// Destination address.
    pub dstaddr: String,
    /// Bytes.
    pub bytes: u64,
    /// Packets.
    pub packets: u64,
    /// Packets lost.
    pub lost: u64,
    /// Records.
    pub records: u64,
}

/// An attachment of a transit gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The transit gateway.
    pub gateway: String,
    /// The attachment.
    pub attachment: String,
    /// Its VPC; empty for another sort of attachment, or when it is not on record.
    pub vpc: String,
    /// Bytes that came from it into the gateway.
    pub bytes_in: u64,
    /// Bytes that went from the gateway to it.
    pub bytes_out: u64,
    /// Packets that came from it and were lost.
    pub lost: u64,
}

/// Traffic from one address to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// Source address.
    pub srcaddr: String,
    /// Destination address.
    pub dstaddr: String,
    /// Bytes.
    pub bytes: u64,
    /// Packets.
    pub packets: u64,
    /// Records.
    pub records: u64,
}

/// Traffic from one address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Source address.
    pub srcaddr: String,
    /// Bytes.
    pub bytes: u64,
    /// Packets.
    pub packets: u64,
    /// Records.
    pub records: u64,
}

/// Traffic of one interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interface {
    /// Interface ID.
    pub interface: String,
    /// Bytes.
    pub bytes: u64,
    /// Packets.
    pub packets: u64,
    /// Records.
    pub records: u64,
}

/// Rejected flows to one port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedPort {
    /// Destination port.
    pub port: u16,
    /// IANA protocol number.
    pub protocol: u8,
    /// Bytes.
    pub bytes: u64,
    /// Packets.
    pub packets: u64,
    /// Records.
    pub records: u64,
}

/// What the Overview shows, under a filter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// Sums.
    pub totals: Totals,
    /// Traffic over time.
    pub timeline: Timeline,
    /// The largest of each sort.
    pub top: Top,
}

/// Traffic over time, in equal bins without gaps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeline {
    /// Width of a bin in seconds.
    pub bin_secs: u64,
    /// The bins, in order of time; bins without traffic included.
    pub bins: Vec<Bin>,
}

/// One bin of a timeline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bin {
    /// Unix seconds of its begin.
    pub start: u64,
    /// Records accepted.
    pub accept_records: u64,
    /// Records rejected.
    pub reject_records: u64,
    /// Bytes accepted.
    pub accept_bytes: u64,
    /// Bytes rejected.
    pub reject_bytes: u64,
    /// Packets accepted.
    pub accept_packets: u64,
    /// Packets rejected.
    pub reject_packets: u64,
}
