//! Transit gateway records: what is lost there, what is not, what is counted, and that VPC records are judged as without
//! them.
#![allow(clippy::unwrap_used)] // A test that fails may panic, in its helpers too.

mod support;

use flowlens::diagnose::Finding;
use flowlens::engine::local;
use flowlens::report::Report;
use proptest::prelude::*;
use support::{T, V2, file, other_peer, record};

const HEADER: &str = "version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-id tgw-dst-vpc-id tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end log-status type packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired flow-direction";

/// A transit gateway record of ten packets, with the values that are not the usual ones.
fn gateway(values: &[(&str, &str)]) -> String {
    let usual = |name: &str| match name {
        "version" | "protocol" => "6",
        "resource-type" => "TransitGateway",
        "account-id" => "123456789012",
        "tgw-id" => "tgw-0a",
        "tgw-attachment-id" => "tgw-attach-a",
        "tgw-src-vpc-id" => "vpc-a",
        "tgw-dst-vpc-id" => "vpc-b",
        "tgw-pair-attachment-id" => "tgw-attach-b",
        "srcaddr" => "10.0.0.5",
        "dstaddr" => "10.1.0.9",
        "srcport" => "40000",
        "dstport" => "443",
        "packets" => "10",
        "bytes" => "1000",
        "start" => "1760000000",
        "end" => "1760000060",
        "log-status" => "OK",
        "type" => "IPv4",
        "flow-direction" => "ingress",
        _ => "0",
    };
    let value = |name: &str| {
        values.iter().find(|(other, _)| *other == name).map_or_else(|| usual(name), |(_, value)| value)
    };
    HEADER.split(' ').map(|name| value(name).to_owned()).collect::<Vec<_>>().join(" ")
}

/// The same flow, on record where it leaves.
fn leaving(values: &[(&str, &str)]) -> String {
    let turned = [
        ("tgw-attachment-id", "tgw-attach-b"),
        ("tgw-pair-attachment-id", "tgw-attach-a"),
        ("flow-direction", "egress"),
    ];
    gateway(&[values, &turned].concat())
}

fn text(records: &[String]) -> String {
    records.iter().fold(format!("{HEADER}\n"), |text, record| text + record + "\n")
}

fn report(files: &[String], shards: usize) -> Report {
    let names: Vec<String> = (0..files.len()).map(|at| format!("{at}.log")).collect();
    let files = names.iter().zip(files).map(|(name, text)| (name.as_str(), text.as_bytes()));
    local::report(&local::read(files, shards, 4096))
}

fn findings(records: &[String]) -> Vec<Finding> {
    report(&[text(records)], 2).findings
}

const LOST: [(&str, &str, &str); 4] = [
    ("packets-lost-no-route", "tgw-no-route", "found no route at tgw-0a"),
    ("packets-lost-blackhole", "tgw-blackhole", "met a blackhole route at tgw-0a"),
    ("packets-lost-mtu-exceeded", "tgw-mtu-exceeded", "exceeded the MTU of tgw-0a"),
    ("packets-lost-ttl-expired", "tgw-ttl-expired", "had no time to live left at tgw-0a"),
];

#[test]
fn each_reason_is_a_finding_of_its_own() {
    for (field, kind, fate) in LOST {
        let found = findings(&[gateway(&[(field, "4")]), gateway(&[])]);
        let [finding] = found.as_slice() else { panic!("{found:#?}") };
        assert_eq!(finding.kind.name(), kind);
        assert_eq!(
            finding.text,
            format!("4 packets from 10.0.0.5 in vpc-a to 10.1.0.9 in vpc-b, TCP 443 https, {fate}")
        );
        assert_eq!((finding.packets, finding.bytes, finding.records, finding.conversations), (4, 0, 1, 1));
        assert_eq!((finding.first, finding.last), (T, T + 60));
        assert_eq!((finding.port, finding.protocol), (Some(443), Some(6)));
        assert_eq!(finding.peers, ["10.0.0.5", "10.1.0.9"]);
        assert!(
            finding.why.contains(&format!("{field} of these records adds up to 4, beside 10 ")),
            "{}",
            finding.why
        );
        let subject = finding.transit_gateway.as_ref().unwrap();
        assert_eq!((subject.arriving.as_str(), subject.leaving.as_str()), ("tgw-attach-a", "tgw-attach-b"));
        assert_eq!(finding.evidence, [gateway(&[(field, "4")])]);
        assert!(!finding.next_step.is_empty());
    }
}

#[test]
fn the_queries_ask_the_other_log() {
    let found = findings(&[gateway(&[("packets-lost-no-route", "4")])]);
    let queries = &found[0].queries;
    let insights = &queries.insights[0].text;
    assert!(insights.starts_with("parse @message \"* * * "), "{insights}");
    assert!(insights.contains("tgwAttachmentId = \"tgw-attach-a\""), "{insights}");
    assert!(insights.contains("packetsLostNoRoute > 0"), "{insights}");
    let athena = &queries.athena[0].text;
    assert!(athena.contains("FROM tgw_flow_logs\nWHERE tgw_id = 'tgw-0a' AND "), "{athena}");
    let who = &queries.athena[1];
    assert!(who.text.contains("sum(packets_lost_no_route) AS \"packetsLost\""), "{}", who.text);
    assert_eq!(who.answer[1], ["10.0.0.5", "10.1.0.9", "4", "1", "10", "1000"]);
}

#[test]
fn what_is_not_lost_is_no_finding() {
    let lost = ("packets-lost-no-route", "4");
    for records in [
        vec![gateway(&[]), leaving(&[])],
        vec![gateway(&[("packets-lost-no-route", "-")])],
        // Records that are no traffic, although they carry counters.
        vec![gateway(&[lost, ("log-status", "NODATA")]), gateway(&[lost, ("log-status", "SKIPDATA")])],
    ] {
        assert_eq!(findings(&records), [], "{records:?}");
    }
}

#[test]
fn a_flow_on_record_at_both_attachments_is_counted_once() {
    let lost = ("packets-lost-mtu-exceeded", "4");
    let more = ("packets-lost-mtu-exceeded", "5");
    for (records, packets, count) in [
        (vec![gateway(&[lost]), leaving(&[lost])], 4, 1),
        (vec![gateway(&[lost]), leaving(&[])], 4, 1),
        (vec![gateway(&[]), leaving(&[lost])], 4, 1),
        (vec![leaving(&[lost])], 4, 1),
        (vec![gateway(&[lost]), leaving(&[more])], 5, 1),
        (vec![gateway(&[lost, ("start", "1760000100")]), gateway(&[lost]), leaving(&[lost])], 8, 1),
    ] {
        let found = findings(&records);
        assert_eq!(found.len(), count, "{records:?}");
        assert_eq!(found[0].packets, packets, "{records:?}");
        let subject = found[0].transit_gateway.as_ref().unwrap();
        assert_eq!((subject.arriving.as_str(), subject.leaving.as_str()), ("tgw-attach-a", "tgw-attach-b"));
    }
}

#[test]
fn other_attachments_vpcs_and_gateways_are_other_findings() {
    let lost = ("packets-lost-no-route", "4");
    let records = [
        gateway(&[lost]),
        gateway(&[("dstaddr", "10.1.0.10"), ("dstport", "22"), ("packets-lost-no-route", "6")]),
        gateway(&[lost, ("tgw-attachment-id", "tgw-attach-c")]),
        gateway(&[lost, ("tgw-dst-vpc-id", "-"), ("tgw-pair-attachment-id", "-")]),
        gateway(&[lost, ("tgw-id", "tgw-0b")]),
    ];
    let found = findings(&records);
    assert_eq!(found.len(), 4);
    let first = &found[0];
    assert_eq!(
        first.text,
        "10 packets from 10.0.0.5 in vpc-a to 2 addresses in vpc-b, TCP 22 ssh and TCP 443 https, found no route at tgw-0a"
    );
    assert_eq!((first.packets, first.port, first.peer_count), (10, None, 3));
    let ids: std::collections::BTreeSet<&str> = found.iter().map(|finding| finding.id.as_str()).collect();
    assert_eq!(ids.len(), 4);
}

#[test]
fn a_reply_is_named_by_its_service() {
    let found =
        findings(&[gateway(&[("packets-lost-no-route", "4"), ("srcport", "443"), ("dstport", "40000")])]);
    assert_eq!(found[0].port, Some(443));
}

#[test]
fn without_direction_the_doubt_is_said() {
    let lost = ("packets-lost-no-route", "4");
    let found = findings(&[gateway(&[lost, ("flow-direction", "-")])]);
    assert!(found[0].settle[0].contains("flow-direction"), "{:?}", found[0].settle);
    let found = findings(&[gateway(&[lost])]);
    assert_eq!(found[0].settle, Vec::<String>::new());
}

#[test]
fn totals_count_every_record_and_each_flow_once() {
    let lost = ("packets-lost-no-route", "4");
    let records = [
        gateway(&[lost]),
        leaving(&[]),
        gateway(&[
            ("log-status", "NODATA"),
            ("packets", "-"),
            ("bytes", "-"),
            ("packets-lost-no-route", "-"),
        ]),
    ];
    let report = report(&[text(&records)], 2);
    let totals = &report.totals;
    assert_eq!((totals.records, totals.first), (0, None));
    let gateways = &totals.transit_gateway;
    assert_eq!((gateways.records, gateways.bytes, gateways.packets), (3, 1000, 10));
    assert_eq!((gateways.lost, gateways.lost_no_route, gateways.loss_unknown), (4, 4, 0));
    assert_eq!((gateways.first, gateways.last), (Some(T), Some(T + 60)));
    let [pair] = report.top.transit_gateway_pairs.as_slice() else { panic!("{:?}", report.top) };
    assert_eq!(
        (pair.srcaddr.as_str(), pair.leaving.as_str(), pair.bytes, pair.lost),
        ("10.0.0.5", "tgw-attach-b", 1000, 4)
    );
    let attachments: Vec<_> = report
        .top
        .transit_gateway_attachments
        .iter()
        .map(|it| (it.attachment.as_str(), it.vpc.as_str(), it.bytes_in, it.bytes_out, it.lost))
        .collect();
    assert_eq!(attachments, [("tgw-attach-a", "vpc-a", 1000, 0, 4), ("tgw-attach-b", "vpc-b", 0, 1000, 0)]);
}

#[test]
fn a_log_without_the_fields_of_losses_says_so() {
    let header = "tgw-id tgw-attachment-id srcaddr dstaddr packets bytes log-status";
    let report = report(&[format!("{header}\ntgw-0a tgw-attach-a 10.0.0.5 10.1.0.9 10 1000 OK\n")], 1);
    assert_eq!(report.totals.transit_gateway.loss_unknown, 1);
    assert!(
        report.inputs[0].warnings[0].contains("lost so cannot be known"),
        "{:?}",
        report.inputs[0].warnings
    );
    assert_eq!(report.findings, []);
}

#[test]
fn what_breaks_first_comes_first() {
    let denied = [
        other_peer("eni-0a", "10.0.0.5"),
        vec![record("eni-0a", "10.7.7.7:50000", "10.0.0.5:443", 3, 0, "REJECT")],
    ];
    let lost =
        text(&[gateway(&[("packets-lost-no-route", "4")]), gateway(&[("packets-lost-ttl-expired", "4")])]);
    let report = report(&[file(V2, &denied.concat()), lost], 1);
    let kinds: Vec<&str> = report.findings.iter().map(|finding| finding.kind.name()).collect();
    assert_eq!(kinds, ["tgw-no-route", "inbound-denied", "tgw-ttl-expired"]);
}

fn gateway_record() -> impl Strategy<Value = String> {
    let lost = prop_oneof![3 => Just("0"), 1 => Just("4"), 1 => Just("-")];
    let values = (0_u8..3, 0_u8..3, lost, prop_oneof![Just("ingress"), Just("egress"), Just("-")]);
    (values, prop_oneof![8 => Just("OK"), 1 => Just("SKIPDATA")]).prop_map(
        |((source, destination, lost, direction), status)| {
            let (source, destination) = (format!("10.0.0.{source}"), format!("10.0.0.{destination}"));
            gateway(&[
                ("srcaddr", &source),
                ("dstaddr", &destination),
                ("packets-lost-blackhole", lost),
                ("flow-direction", direction),
                ("log-status", status),
            ])
        },
    )
}

fn vpc_record() -> impl Strategy<Value = support::Record> {
    let action = prop_oneof![2 => Just("ACCEPT"), 1 => Just("REJECT")];
    (0_u8..2, 0_u8..3, 0_u8..3, 0_u64..600, any::<bool>(), action).prop_map(
        |(eni, a, b, start, asks, action)| {
            let (client, server) = (format!("10.0.0.{a}:40000"), format!("10.0.1.{b}:443"));
            let (from, to) = if asks { (client, server) } else { (server, client) };
            record(&format!("eni-0{eni}"), &from, &to, 3, start, action)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// What VPC records come to is the same with and without transit gateway records in the drop, and the other way round;
    /// and for any number of shards.
    #[test]
    fn the_logs_do_not_mix(
        vpc in prop::collection::vec(vpc_record(), 1..30),
        gateways in prop::collection::vec(gateway_record(), 1..30),
        shards in 1_usize..4,
    ) {
        let (vpc, gateways) = (file(V2, &vpc), text(&gateways));
        let without = report(std::slice::from_ref(&vpc), 1);
        let alone = report(std::slice::from_ref(&gateways), 1);
        let both = report(&[gateways, vpc], shards);
        let mut totals = both.totals.clone();
        let of_gateways = std::mem::take(&mut totals.transit_gateway);
        prop_assert_eq!(&totals, &without.totals);
        prop_assert_eq!(&of_gateways, &alone.totals.transit_gateway);
        prop_assert_eq!(&both.top.pairs_by_bytes, &without.top.pairs_by_bytes);
        prop_assert_eq!(&both.top.interfaces_by_bytes, &without.top.interfaces_by_bytes);
        prop_assert_eq!(&both.top.rejected_ports, &without.top.rejected_ports);
        prop_assert_eq!(&both.top.transit_gateway_pairs, &alone.top.transit_gateway_pairs);
        let (lost, judged): (Vec<Finding>, Vec<Finding>) =
            both.findings.into_iter().partition(|finding| finding.transit_gateway.is_some());
        prop_assert_eq!(judged, without.findings);
        prop_assert_eq!(lost, alone.findings);
        let read: u64 = both.inputs.iter().map(|input| input.records).sum();
        prop_assert_eq!(read, totals.records + of_gateways.records);
    }
}
