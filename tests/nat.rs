//! NAT gateways: which interfaces are theirs, and what an ACCEPT from the internet on one of them means.

#![allow(clippy::unwrap_used)] // a test file reports by panicking; clippy does not see that helpers are tests, too

mod support;

use flowlens::diagnose::{Finding, Kind};
use flowlens::engine::local;
use support::{Record, T, V2, file, findings, findings_of, other_peer, record, summary};

const NAT: &str = "eni-0nat000000000000a";
const APP: &str = "eni-0app000000000000b";
const OWN: &str = "10.20.0.220";
const SERVER: &str = "203.0.113.5";
const SCANNER: &str = "198.51.100.77";

/// Connections from the private hosts through the NAT gateway to a server, as its interface records them.
fn through(start: u64, port: u64) -> Vec<Record> {
    let mut records = Vec::new();
    for host in 5..8 {
        let client = format!("10.20.1.{host}:40000");
        let outside = format!("{OWN}:{}", port + host);
        let server = format!("{SERVER}:443");
        records.extend([
            record(NAT, &client, &format!("{OWN}:443"), 10, start, "ACCEPT").with("pkt-dstaddr", SERVER),
            record(NAT, &outside, &server, 10, start, "ACCEPT"),
            record(NAT, &server, &outside, 20, start + 1, "ACCEPT"),
            record(NAT, &format!("{OWN}:443"), &client, 20, start + 1, "ACCEPT").with("pkt-srcaddr", SERVER),
        ]);
    }
    records
}

/// The private host's own interface, which sees the server behind the NAT gateway.
fn app() -> Vec<Record> {
    vec![
        record(APP, "10.20.1.5:40000", &format!("{SERVER}:443"), 10, 100, "ACCEPT"),
        record(APP, &format!("{SERVER}:443"), "10.20.1.5:40000", 20, 101, "ACCEPT"),
        record(APP, "10.20.1.5:40001", "10.20.1.9:5432", 10, 100, "ACCEPT"),
        record(APP, "10.20.1.9:5432", "10.20.1.5:40001", 10, 100, "ACCEPT"),
    ]
}

/// The interfaces of the other hosts that use the NAT gateway.
fn others() -> Vec<Record> {
    [("eni-0app0000000000006", "10.20.1.6"), ("eni-0app0000000000007", "10.20.1.7")]
        .into_iter()
        .flat_map(|(eni, own)| {
            let client = format!("{own}:40000");
            let server = format!("{SERVER}:443");
            [
                record(eni, &client, &server, 10, 100, "ACCEPT"),
                record(eni, &server, &client, 20, 101, "ACCEPT"),
            ]
        })
        .collect()
}

fn scan() -> Record {
    record(NAT, &format!("{SCANNER}:55555"), &format!("{OWN}:22"), 1, 120, "ACCEPT").flags(2)
}

fn of_kind(findings: &[Finding], kind: Kind) -> &Finding {
    findings.iter().find(|finding| finding.kind == kind).unwrap()
}

fn nat_kinds(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().filter(|finding| finding.kind.is_nat()).map(|finding| finding.kind.name()).collect()
}

// Which interfaces

#[test]
fn by_shape_in_the_default_format() {
    let found = findings(V2, &[through(100, 50_000), app()].concat());
    assert_eq!(summary(&found), ["nat-reply nat-gateway likely -"]);
    assert!(found[0].why.contains("private sources reach it on server ports"), "{}", found[0].why);
}

#[test]
fn by_the_packets_addresses_and_by_interface_type() {
    let records = [through(100, 50_000), app(), vec![scan()]].concat();
    let packets = format!("{V2} pkt-srcaddr pkt-dstaddr");
    assert_eq!(
        summary(&findings(&packets, &records)),
        ["nat-unsolicited nat-gateway likely -", "nat-reply nat-gateway likely -"]
    );
    // An instance that translates addresses is no NAT gateway.
    let instance: Vec<Record> =
        records.iter().map(|one| one.clone().with("instance-id", "i-0aaaaaaaaaaaaaaaa")).collect();
    assert_eq!(nat_kinds(&findings(&format!("{packets} instance-id"), &instance)), [] as [&str; 0]);
    assert_eq!(nat_kinds(&findings(&format!("{V2} instance-id"), &instance)), [] as [&str; 0]);
    let none: Vec<Record> = records.iter().map(|one| one.clone().with("instance-id", "-")).collect();
    assert_eq!(
        nat_kinds(&findings(&format!("{packets} instance-id"), &none)),
        ["nat-unsolicited", "nat-reply"]
    );
    let typed: Vec<Record> = vec![
        record(NAT, "203.0.113.5:443", "10.20.0.220:40000", 9, 100, "ACCEPT")
            .with("interface-type", "nat_gateway"),
        record(NAT, "10.20.0.220:40000", "203.0.113.5:443", 9, 100, "ACCEPT")
            .with("interface-type", "nat_gateway"),
    ];
    let found = findings(&format!("{V2} interface-type"), &[typed, app()].concat());
    assert_eq!(summary(&found), ["nat-reply nat-gateway certain -"]);
}

#[test]
fn the_users_word_comes_first() {
    let text = file(V2, &[through(100, 50_000), app(), others(), vec![scan()]].concat());
    let mut session = local::read([("a.log", text.as_bytes())], 2, 4096);
    assert_eq!(nat_kinds(session.findings()), ["nat-unsolicited", "nat-reply"]);
    session.mark_nat(NAT.to_owned(), Some(false));
    local::wait(session.judge());
    assert_eq!(nat_kinds(session.findings()), [] as [&str; 0]);
    session.mark_nat(NAT.to_owned(), Some(true));
    local::wait(session.judge());
    assert_eq!(
        of_kind(session.findings(), Kind::NatUnsolicited).cause.certainty,
        flowlens::diagnose::Certainty::Certain
    );
}

/// Flows of 40 packets each way, given by who opens them.
fn conversations(eni: &str, ends: &[(&str, &str)]) -> Vec<Record> {
    ends.iter()
        .flat_map(|(client, server)| {
            [record(eni, client, server, 40, 100, "ACCEPT"), record(eni, server, client, 40, 101, "ACCEPT")]
        })
        .collect()
}

#[test]
fn what_is_no_nat_gateway() {
    let cases: [(&str, Vec<Record>); 5] = [
        (
            "a load balancer",
            conversations(
                APP,
                &[
                    ("203.0.113.5:50000", "10.20.0.9:443"),
                    ("203.0.113.6:50000", "10.20.0.9:443"),
                    ("10.20.0.9:41000", "10.20.1.5:8080"),
                    ("10.20.0.9:41001", "10.20.1.6:8080"),
                ],
            ),
        ),
        (
            "a proxy",
            conversations(
                APP,
                &[
                    ("10.20.1.5:50000", "10.20.0.9:3128"),
                    ("10.20.1.6:50000", "10.20.0.9:3128"),
                    ("10.20.0.9:41000", "203.0.113.5:443"),
                    ("10.20.0.9:41001", "203.0.113.6:443"),
                ],
            ),
        ),
        (
            "a forwarder of names and mail",
            conversations(
                APP,
                &[
                    ("10.20.1.5:50000", "10.20.0.9:53"),
                    ("10.20.1.6:50000", "10.20.0.9:25"),
                    ("10.20.0.9:41000", "203.0.113.5:53"),
                    ("10.20.0.9:41001", "203.0.113.6:25"),
                ],
            ),
        ),
        (
            "a bastion",
            conversations(
                APP,
                &[
                    ("203.0.113.5:50000", "10.20.0.9:22"),
                    ("10.20.0.9:41000", "10.20.1.5:22"),
                    ("10.20.0.9:41001", "10.20.1.6:22"),
                ],
            ),
        ),
        (
            "a web server for both sides that calls an API",
            conversations(
                APP,
                &[
                    ("10.20.1.5:50000", "10.20.0.9:443"),
                    ("203.0.113.7:50000", "10.20.0.9:443"),
                    ("10.20.0.9:41000", "203.0.113.5:443"),
                ],
            ),
        ),
    ];
    for (what, records) in cases {
        let found = findings(V2, &[records, app()].concat());
        assert_eq!(nat_kinds(&found), [] as [&str; 0], "{what}");
    }
}

// N1

#[test]
fn replies_to_connections_from_inside() {
    let found = findings(V2, &[through(100, 50_000), app()].concat());
    let reply = of_kind(&found, Kind::NatReply);
    assert_eq!(reply.text, format!("{SERVER} answered connections from inside through {NAT}: expected"));
    assert_eq!((reply.peers.as_slice(), reply.records, reply.packets), (&[SERVER.to_owned()][..], 3, 60));
    assert_eq!(reply.conversations, 3);
}

#[test]
fn a_reply_after_the_idle_time_out_is_unsolicited() {
    let late = |pause: u64| {
        let mut records = [through(100, 50_000), app()].concat();
        // The last packets of the connection end at 131.
        records.push(record(
            NAT,
            &format!("{SERVER}:443"),
            &format!("{OWN}:50005"),
            2,
            131 + pause,
            "ACCEPT",
        ));
        nat_kinds(&findings(V2, &records)).join(" ")
    };
    assert_eq!(late(300), "nat-reply");
    assert_eq!(late(400), "nat-unsolicited nat-reply");
}

#[test]
fn a_record_the_other_way_that_comes_later_does_not_make_a_reply() {
    let mut records = [through(100, 50_000), app()].concat();
    records.push(record(NAT, &format!("{SCANNER}:443"), &format!("{OWN}:60000"), 1, 100, "ACCEPT"));
    records.push(record(NAT, &format!("{OWN}:60000"), &format!("{SCANNER}:443"), 1, 300, "ACCEPT"));
    assert_eq!(nat_kinds(&findings(V2, &records)), ["nat-unsolicited", "nat-reply"]);
}

// N2

#[test]
fn unsolicited_packets_are_harmless() {
    let records = [through(100, 50_000), app(), vec![scan()]].concat();
    let found = findings(V2, &records);
    let scanned = of_kind(&found, Kind::NatUnsolicited);
    assert_eq!(scanned.text, format!("{SCANNER} reached {NAT} unasked; it did not get past it: harmless"));
    assert_eq!((scanned.records, scanned.peer_count), (1, 1));
    let missing = "The flow logs of 2 addresses behind the NAT gateway are missing: 10.20.1.6 and 10.20.1.7";
    assert_eq!(scanned.settle[0], missing);
    let texts: Vec<&str> = scanned.queries.insights.iter().map(|query| query.text.as_str()).collect();
    assert_eq!(
        texts[..2],
        [
            "filter dstAddr like \"10.20.\" and srcAddr like \"198.51.100.77\"\n\
             | stats sum(bytes) as bytesTransferred by srcAddr, dstAddr\n\
             | limit 10",
            "filter (dstAddr like \"10.20.\" and srcAddr like \"198.51.100.77\") or (dstAddr like \"198.51.100.77\" and srcAddr like \"10.20.\")\n\
             | stats sum(bytes) as bytesTransferred by srcAddr, dstAddr\n\
             | limit 10",
        ]
    );
    // Neither is it a finding of the access page: no answer is expected of a NAT gateway.
    assert!(found.iter().all(|finding| finding.kind.is_nat()), "{:?}", summary(&found));
}

#[test]
fn files_and_shards_make_no_difference() {
    let inside = file(V2, &[through(100, 50_000), app()].concat());
    let outside = file(V2, &[scan()]);
    let one = findings_of(&[inside.clone(), outside.clone()], 1);
    assert_eq!(nat_kinds(&one), ["nat-unsolicited", "nat-reply"]);
    for shards in [2, 5] {
        assert_eq!(findings_of(&[outside.clone(), inside.clone()], shards), one);
    }
}

#[test]
fn a_scanner_that_was_rejected_elsewhere_got_nowhere() {
    let elsewhere = record(APP, &format!("{SCANNER}:55556"), "10.20.1.5:22", 1, 120, "REJECT");
    let found = findings(V2, &[through(100, 50_000), app(), vec![scan(), elsewhere]].concat());
    assert_eq!(nat_kinds(&found), ["nat-unsolicited", "nat-reply"]);
}

// N3

#[test]
fn an_address_that_reaches_another_interface_directly() {
    let direct = vec![
        record(APP, &format!("{SCANNER}:55556"), "10.20.1.5:22", 9, 120, "ACCEPT"),
        record(APP, "10.20.1.5:22", &format!("{SCANNER}:55556"), 9, 120, "ACCEPT"),
    ];
    let found = findings(V2, &[through(100, 50_000), app(), vec![scan()], direct].concat());
    assert_eq!(nat_kinds(&found), ["nat-bypassed", "nat-reply"]);
    let bypassed = of_kind(&found, Kind::NatBypassed);
    assert_eq!(bypassed.text, format!("{SCANNER} reached {APP} directly, not through the NAT gateway {NAT}"));
}

#[test]
fn the_other_path_is_named_where_the_records_tell() {
    let base = [through(100, 50_000), app(), vec![scan()]].concat();
    let client = format!("{SCANNER}:55556");
    let bypassed = |format: &str, more: Vec<Record>| {
        let found = findings(format, &[base.clone(), more].concat());
        of_kind(&found, Kind::NatBypassed).clone()
    };
    for (path, way) in [
        ("8", "by an internet gateway"),
        ("3", "by a virtual private gateway"),
        ("1", "by another resource in the VPC"),
        ("-", "directly"),
    ] {
        let direct = vec![
            record(APP, &client, "10.20.1.5:22", 9, 120, "ACCEPT"),
            record(APP, "10.20.1.5:22", &client, 9, 120, "ACCEPT").with("traffic-path", path),
        ];
        let found = bypassed(&format!("{V2} traffic-path"), direct);
        assert_eq!(found.text, format!("{SCANNER} reached {APP} {way}, not through the NAT gateway {NAT}"));
    }
    // A load balancer that passes the client's address on.
    let packets = format!("{V2} pkt-srcaddr pkt-dstaddr");
    let passed =
        record(APP, "10.20.9.9:33000", "10.20.1.5:22", 9, 120, "ACCEPT").with("pkt-srcaddr", SCANNER);
    let found = bypassed(&packets, vec![passed.clone()]);
    assert_eq!(
        found.text,
        format!("{SCANNER} reached {APP} by 10.20.9.9, not through the NAT gateway {NAT}")
    );
    // Rejected there, it reached nothing.
    let found = findings(&packets, &[base.clone(), vec![passed.with("action", "REJECT")]].concat());
    assert!(found.iter().all(|one| one.kind != Kind::NatBypassed), "{:?}", summary(&found));
}

#[test]
fn an_address_that_a_private_host_reached_through_the_nat_gateway_is_no_other_path() {
    // The server, which the private host's own records show, also sends something unasked.
    let unasked = record(NAT, &format!("{SERVER}:9999"), &format!("{OWN}:22"), 1, 120, "ACCEPT");
    let found = findings(V2, &[through(100, 50_000), app(), vec![unasked]].concat());
    assert_eq!(nat_kinds(&found), ["nat-unsolicited", "nat-reply"]);
}

#[test]
fn another_vpc_is_not_another_path() {
    let vpc = |records: Vec<Record>, vpc: &str| {
        records.into_iter().map(|one| one.with("vpc-id", vpc)).collect::<Vec<_>>()
    };
    let format = format!("{V2} vpc-id");
    let direct = [
        vec![
            record("eni-0other", &format!("{SCANNER}:55556"), "10.90.1.5:22", 9, 120, "ACCEPT"),
            record("eni-0other", "10.90.1.5:22", &format!("{SCANNER}:55556"), 9, 120, "ACCEPT"),
        ],
        other_peer("eni-0other", "10.90.1.5"),
    ]
    .concat();
    let ours = [through(100, 50_000), app(), vec![scan()]].concat();
    let found = findings(&format, &[vpc(ours, "vpc-1"), vpc(direct, "vpc-2")].concat());
    assert_eq!(nat_kinds(&found), ["nat-unsolicited", "nat-reply"]);
}

// N4

#[test]
fn the_nat_gateways_interface_alone_confirms_nothing() {
    let found = findings(V2, &[through(100, 50_000), vec![scan()]].concat());
    assert_eq!(nat_kinds(&found), ["nat-unconfirmed", "nat-reply"]);
    let open = of_kind(&found, Kind::NatUnconfirmed);
    let missing =
        "The flow logs of 3 addresses behind the NAT gateway are missing: 10.20.1.5, 10.20.1.6 and 10.20.1.7";
    assert_eq!(open.settle[0], missing);
    assert_eq!(open.title, "NAT gateway, not confirmed");
}

#[test]
fn an_interface_that_is_not_behind_the_nat_gateway_confirms_nothing() {
    let elsewhere = other_peer("eni-0other00000000000", "10.90.1.5");
    let records = [through(100, 50_000), elsewhere, vec![scan()]].concat();
    assert_eq!(nat_kinds(&findings(V2, &records)), ["nat-unconfirmed", "nat-reply"]);
    // The same VPC is near enough where the logs name it.
    let vpc: Vec<Record> = records.into_iter().map(|one| one.with("vpc-id", "vpc-1")).collect();
    assert_eq!(nat_kinds(&findings(&format!("{V2} vpc-id"), &vpc)), ["nat-unsolicited", "nat-reply"]);
}

// Regional NAT gateways

/// A regional NAT gateway's records: no interface, the public address as its own, the client's where it is inside.
fn regional(outside: &str) -> Vec<Record> {
    let (client, server, own) = ("10.20.1.5:40000", format!("{SERVER}:443"), format!("{outside}:50005"));
    let scanner = format!("{SCANNER}:55555");
    [
        (client, server.as_str(), 100, "ingress"),
        (&own, &server, 100, "egress"),
        (&server, &own, 101, "ingress"),
        (&server, client, 101, "egress"),
        (&scanner, &format!("{outside}:22"), 120, "ingress"),
    ]
    .into_iter()
    .map(|(from, to, start, direction)| {
        record("-", from, to, 1, start, "ACCEPT")
            .flags(2)
            .with("resource-id", "nat-0aaaaaaaaaaaaaaaa")
            .with("flow-direction", direction)
    })
    .collect()
}

#[test]
fn a_regional_nat_gateway_has_verdicts_by_its_records_direction() {
    let format = format!("{V2} tcp-flags resource-id flow-direction");
    let directed: Vec<Record> = app()
        .into_iter()
        .enumerate()
        .map(|(at, one)| one.with("flow-direction", if at % 2 == 0 { "egress" } else { "ingress" }))
        .collect();
    // Two public addresses, as it has one in each Availability Zone.
    let gateway = [regional("192.0.2.10"), regional("192.0.2.11")].concat();
    let found = findings(&format, &[gateway.clone(), directed].concat());
    assert_eq!(summary(&found), ["nat-unsolicited nat-gateway certain -", "nat-reply nat-gateway certain -"]);
    assert_eq!(
        found[0].text,
        format!("{SCANNER} reached nat-0aaaaaaaaaaaaaaaa unasked; it did not get past it: harmless")
    );
    assert_eq!((found[0].records, found[1].records), (2, 2));
    assert_eq!(nat_kinds(&findings(&format, &gateway)), ["nat-unconfirmed", "nat-reply"]);
}

#[test]
fn a_regional_nat_gateway_without_directions_is_said_to_be_undecided() {
    let found = findings(&format!("{V2} resource-id"), &[regional("192.0.2.10"), app()].concat());
    assert_eq!(summary(&found), ["nat-unconfirmed nat-gateway undetermined -"]);
    assert_eq!(found[0].settle, ["The field flow-direction would tell"]);
}

// Rejections at a NAT gateway

#[test]
fn only_the_network_acl_can_reject_at_a_nat_gateway() {
    let mut records = [through(100, 50_000), app()].concat();
    records.push(record(NAT, "10.20.1.9:40000", &format!("{OWN}:8443"), 3, 100, "REJECT"));
    records.push(record(NAT, &format!("{OWN}:60001"), "203.0.113.9:443", 5, 100, "ACCEPT"));
    records.push(record(NAT, "203.0.113.9:443", &format!("{OWN}:60001"), 5, 100, "REJECT"));
    for host in 1..=9 {
        records.push(record(NAT, &format!("192.0.2.{host}:55555"), &format!("{OWN}:23"), 1, 100, "REJECT"));
    }
    let found = findings(V2, &records);
    assert_eq!(
        summary(&found),
        [
            "reply-blocked-inbound network-acl certain 443",
            "inbound-denied network-acl likely 8443",
            "nat-reply nat-gateway likely -",
            "inbound-denied network-acl likely -",
        ]
    );
    assert!(found[0].first >= T);
    assert!(
        found[1].settle[0].contains("a NAT instance, which has a security group"),
        "{:?}",
        found[1].settle
    );
    // The field interface-type leaves no doubt.
    let typed: Vec<Record> =
        records.into_iter().map(|one| one.with("interface-type", "nat_gateway")).collect();
    let found = findings(&format!("{V2} interface-type"), &typed);
    assert_eq!(summary(&found)[1], "inbound-denied network-acl certain 8443");
}
