//! The page's sample: two hours of a small VPC in which every verdict occurs at least once.
//!
//! `network` is who is where; `story` is what happens to them, a chapter per verdict; `log` turns it into
//! records. Where both ends of a connection have a flow log, both ends record it.

mod log;
pub(crate) mod network;
mod story;

use flowlens::record::{Field, Format};

use super::row::Row;

/// The seed of the sample in `static/`.
pub(crate) const SEED: u64 = 1;

/// The page downloads the sample: smaller is better, and it is compressed once.
pub(crate) const GZIP_LEVEL: Option<u32> = Some(9);

/// 2026-10-14 08:00 UTC.
const START: u64 = 1_791_964_800;

/// Two hours of one-minute intervals.
const MINUTES: u64 = 120;

/// The default fields, then what a careful operator adds to tell security groups, network ACLs and NAT apart.
pub(crate) fn format() -> Format {
    let added = [
        Field::VpcId,
        Field::SubnetId,
        Field::InstanceId,
        Field::TcpFlags,
        Field::Type,
        Field::PktSrcAddr,
        Field::PktDstAddr,
        Field::FlowDirection,
        Field::TrafficPath,
        Field::RejectReason,
        Field::InterfaceType,
    ];
    Format::of(Field::ALL.iter().copied().filter(|field| field.version() == 2).chain(added))
}

/// The sample's records in order.
pub(crate) fn rows(seed: u64) -> Vec<Row> {
    let mut log = log::Log::new(seed);
    story::tell(&mut log);
    log.into_rows()
}
