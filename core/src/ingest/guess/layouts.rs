//! Layouts that are published, so that lines which fit one in every column are most likely of it.
//!
//! Sources: AWS, "Flow log records", "Flow log record examples" (VPC user guide); the order of the console's "select all", as real records show it.

use crate::record::{Field, Format};

/// A layout with fewer columns is too easily met by chance: `10.0.0.1 10.0.0.2` may be any two of four addresses.
pub(super) const TELLING: usize = 14;

/// A published layout: where it stands, and its names; none: all of version 5 in the order of AWS's table.
const PUBLISHED: &[(&str, &str)] = &[
    ("all fields to version 5, in the order of AWS's table", ""),
    (
        "all fields to version 5 in alphabetical order, as the console writes them",
        "account-id action az-id bytes dstaddr dstport end flow-direction instance-id interface-id log-status packets \
         pkt-dst-aws-service pkt-dstaddr pkt-src-aws-service pkt-srcaddr protocol region srcaddr srcport start \
         sublocation-id sublocation-type subnet-id tcp-flags traffic-path type version vpc-id",
    ),
    (
        "the AWS example of TCP flags",
        "version vpc-id subnet-id instance-id interface-id account-id type srcaddr dstaddr srcport dstport pkt-srcaddr \
         pkt-dstaddr protocol bytes packets start end action tcp-flags log-status",
    ),
    (
        "the AWS example of version 5",
        "version srcaddr dstaddr srcport dstport protocol start end type packets bytes account-id vpc-id subnet-id \
         instance-id interface-id region az-id sublocation-type sublocation-id action tcp-flags pkt-srcaddr pkt-dstaddr \
         pkt-src-aws-service pkt-dst-aws-service traffic-path flow-direction log-status",
    ),
    (
        "the AWS example of traffic through a transit gateway",
        "version interface-id account-id vpc-id subnet-id instance-id srcaddr dstaddr srcport dstport protocol tcp-flags \
         type pkt-srcaddr pkt-dstaddr action log-status",
    ),
    ("the AWS example of a NAT gateway", "instance-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr"),
    (
        "the AWS example of a regional NAT gateway",
        "resource-id instance-id interface-id subnet-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr",
    ),
];

/// The published layouts of so many columns, each with its name.
pub(super) fn of_width(width: usize) -> impl Iterator<Item = (&'static str, Vec<Field>)> {
    PUBLISHED
        .iter()
        .map(|&(name, names)| (name, fields(names)))
        .filter(move |(_, fields)| fields.len() == width)
}

fn fields(names: &str) -> Vec<Field> {
    if names.is_empty() {
        return Format::all_v5().fields().collect();
    }
    names.split_ascii_whitespace().filter_map(Field::from_name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_field() {
        let widths: Vec<usize> = PUBLISHED.iter().map(|(_, names)| fields(names).len()).collect();
        assert_eq!(widths, [29, 29, 21, 29, 17, 6, 8]);
        for (_, names) in PUBLISHED.iter().skip(1) {
            assert_eq!(fields(names).len(), names.split_ascii_whitespace().count());
        }
    }
}
