//! Which of security group or network ACL: for each verdict the records that must give it, and the near misses
//! that must not.

#![allow(clippy::unwrap_used)] // a test file reports by panicking; clippy does not see that helpers are tests, too

mod support;

use flowlens::diagnose::Finding;
use support::{V2, file, findings, findings_of, other_peer, record, summary};

const FLAGS: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action tcp-flags log-status";
const A: &str = "eni-0aaaaaaaaaaaaaaaa";
const B: &str = "eni-0bbbbbbbbbbbbbbbb";
const C: &str = "eni-0cccccccccccccccc";
const OWN: &str = "10.0.0.5";

fn with_peer(mut records: Vec<support::Record>) -> Vec<support::Record> {
    records.extend(other_peer(A, OWN));
    records
}

// A1

#[test]
fn a_request_rejected_on_its_way_in() {
    let records = with_peer(vec![
        record(A, "10.8.8.8:50001", "10.0.0.5:5432", 3, 100, "REJECT"),
        record(A, "10.8.8.8:50002", "10.0.0.5:5432", 2, 200, "REJECT"),
    ]);
    let found = findings(V2, &records);
    assert_eq!(summary(&found), ["inbound-denied either undetermined 5432"]);
    assert_eq!(found[0].text, format!("5 packets from 10.8.8.8 in 2 connections to {A}:5432 were rejected"));
    assert_eq!((found[0].packets, found[0].conversations, found[0].records), (5, 2, 2));
    assert_eq!(found[0].peers, ["10.8.8.8"]);
}

#[test]
fn another_interface_of_the_subnet_narrows_to_the_security_group() {
    let format = &format!("{V2} subnet-id");
    let of = |eni: &str, own: &str, action: &str, subnet: &str| {
        let mut records = vec![record(eni, "10.8.8.8:50001", &format!("{own}:5432"), 3, 100, action)];
        if action == "ACCEPT" {
            records.push(record(eni, &format!("{own}:5432"), "10.8.8.8:50001", 3, 100, action));
        }
        records.extend(other_peer(eni, own));
        records.into_iter().map(|record| record.with("subnet-id", subnet)).collect::<Vec<_>>()
    };
    let same = [of(A, OWN, "REJECT", "subnet-1"), of(B, "10.0.0.6", "ACCEPT", "subnet-1")].concat();
    assert_eq!(summary(&findings(format, &same)), ["inbound-denied security-group likely 5432"]);
    let other = [of(A, OWN, "REJECT", "subnet-1"), of(B, "10.0.0.6", "ACCEPT", "subnet-2")].concat();
    assert_eq!(summary(&findings(format, &other)), ["inbound-denied either undetermined 5432"]);
}

#[test]
fn inside_a_subnet_no_network_acl_is_asked() {
    let format = &format!("{V2} subnet-id");
    let mut records = with_peer(vec![
        record(A, "10.0.0.6:50001", "10.0.0.5:5432", 3, 100, "REJECT"),
        record(B, "10.0.0.6:50001", "10.0.0.5:5432", 3, 100, "ACCEPT"),
    ]);
    records.extend(other_peer(B, "10.0.0.6"));
    let records: Vec<_> = records.into_iter().map(|record| record.with("subnet-id", "subnet-1")).collect();
    let found = findings(format, &records);
    assert_eq!(summary(&found), ["inbound-denied security-group certain 5432"]);
    assert!(
        found[0].why.contains(&format!("it left {B} (ACCEPT) and stopped at {A}:5432 (REJECT)")),
        "{}",
        found[0].why
    );
}

// A2

#[test]
fn a_reply_rejected_on_its_way_out() {
    for format in [V2, FLAGS] {
        let records = with_peer(vec![
            record(A, "10.7.7.7:51000", "10.0.0.5:443", 10, 100, "ACCEPT").flags(2),
            record(A, "10.0.0.5:443", "10.7.7.7:51000", 14, 100, "REJECT").flags(18),
        ]);
        let found = findings(format, &records);
        assert_eq!(summary(&found), ["reply-blocked-outbound network-acl certain 443"]);
        assert_eq!(
            found[0].text,
            format!("10.7.7.7 reached {A}:443 and 14 reply packets were rejected on the way out")
        );
        assert_eq!(
            found[0].next_step,
            format!("Allow outbound TCP 1024-65535 to 10.7.7.7/32 in the network ACL of the subnet of {A}")
        );
    }
}

#[test]
fn request_and_reply_in_different_files_and_shards_the_reply_first() {
    let request = file(V2, &with_peer(vec![record(A, "10.7.7.7:51000", "10.0.0.5:443", 10, 100, "ACCEPT")]));
    let reply = file(V2, &[record(A, "10.0.0.5:443", "10.7.7.7:51000", 14, 101, "REJECT")]);
    let one = findings_of(&[request.clone(), reply.clone()], 1);
    assert_eq!(summary(&one), ["reply-blocked-outbound network-acl certain 443"]);
    for shards in [1, 2, 5] {
        assert_eq!(findings_of(&[reply.clone(), request.clone()], shards), one);
    }
}

#[test]
fn two_opposite_connections_between_the_same_hosts_are_not_mixed() {
    let records = with_peer(vec![
        // 10.7.7.7 asks, and is answered.
        record(A, "10.7.7.7:51000", "10.0.0.5:443", 10, 100, "ACCEPT"),
        record(A, "10.0.0.5:443", "10.7.7.7:51000", 10, 100, "ACCEPT"),
        // 10.0.0.5 asks, and is rejected.
        record(A, "10.0.0.5:52000", "10.7.7.7:443", 4, 100, "REJECT"),
    ]);
    assert_eq!(summary(&findings(V2, &records)), ["outbound-denied either undetermined 443"]);
}

#[test]
fn a_reply_rejected_after_minutes_of_accepted_ones() {
    let mut records = with_peer(vec![]);
    for minute in 0..5 {
        records.push(record(A, "10.7.7.7:51000", "10.0.0.5:443", 40, 100 + 60 * minute, "ACCEPT"));
        let action = if minute < 3 { "ACCEPT" } else { "REJECT" };
        records.push(record(A, "10.0.0.5:443", "10.7.7.7:51000", 40, 101 + 60 * minute, action));
    }
    let found = findings(V2, &records);
    assert_eq!(summary(&found), ["reply-blocked-outbound network-acl likely 443"]);
    assert_eq!(found[0].changes.len(), 1);
    assert_eq!(found[0].changes[0].first_after, support::T + 101 + 180);
}

#[test]
fn a_syn_ack_rejected_beside_accepted_replies_is_no_late_packet() {
    let records = with_peer(vec![
        record(A, "10.7.7.7:51000", "10.0.0.5:443", 5, 100, "ACCEPT").flags(2),
        record(A, "10.0.0.5:443", "10.7.7.7:51000", 5, 100, "ACCEPT").flags(0),
        record(A, "10.0.0.5:443", "10.7.7.7:51000", 2, 100, "REJECT").flags(18),
    ]);
    assert_eq!(summary(&findings(FLAGS, &records)), ["reply-blocked-outbound network-acl certain 443"]);
}

#[test]
fn public_clients_of_one_service_share_a_finding() {
    let mut records = with_peer(vec![]);
    for host in 1..=30 {
        let client = format!("198.51.100.{host}:51000");
        records.push(record(A, &client, "10.0.0.5:443", 3, 100, "ACCEPT"));
        records.push(record(A, "10.0.0.5:443", &client, 2, 100, "REJECT"));
    }
    let found = findings(V2, &records);
    assert_eq!(summary(&found), ["reply-blocked-outbound network-acl certain 443"]);
    assert_eq!((found[0].peer_count, found[0].peers.len(), found[0].packets), (30, 20, 60));
}

// A3

#[test]
fn a_request_rejected_on_its_way_out() {
    let mut records = with_peer(vec![record(A, "10.0.0.5:52000", "10.9.9.9:443", 4, 100, "REJECT")]);
    for host in 1..=9 {
        records.push(record(A, "10.0.0.5:52000", &format!("198.51.100.{host}:25"), 1, 100, "REJECT"));
    }
    let found = findings(V2, &records);
    assert_eq!(
        summary(&found),
        ["outbound-denied either undetermined 25", "outbound-denied either undetermined 443"]
    );
    assert_eq!(found[0].peer_count, 9);
    assert_eq!(
        found[1].text,
        format!("4 packets from {A} in 1 connection to 10.9.9.9:443 were rejected on the way out")
    );
}

// A4

#[test]
fn a_reply_rejected_on_its_way_in() {
    let records = with_peer(vec![
        record(A, "10.0.0.5:52000", "198.51.100.60:443", 4, 100, "ACCEPT"),
        record(A, "198.51.100.60:443", "10.0.0.5:52000", 6, 100, "REJECT"),
    ]);
    let found = findings(V2, &records);
    assert_eq!(summary(&found), ["reply-blocked-inbound network-acl certain 443"]);
    assert_eq!(
        found[0].text,
        format!("{A} reached 198.51.100.60:443 and 6 reply packets were rejected on the way in")
    );
}

// A5

#[test]
fn late_packets_after_the_end_of_a_connection() {
    let records = with_peer(vec![
        record(A, "10.7.7.7:51000", "10.0.0.5:443", 40, 100, "ACCEPT").flags(3),
        record(A, "10.0.0.5:443", "10.7.7.7:51000", 40, 100, "ACCEPT").flags(19),
        record(A, "10.7.7.7:51000", "10.0.0.5:443", 2, 160, "REJECT").flags(4),
    ]);
    assert_eq!(summary(&findings(FLAGS, &records)), ["after-close none likely 443"]);
    let found = findings(V2, &records);
    assert_eq!(summary(&found), ["after-close none undetermined 443"]);
    assert!(found[0].settle[0].contains("tcp-flags"), "{:?}", found[0].settle);
}

#[test]
fn a_port_reused_after_hours() {
    let records = |flags: u64| {
        with_peer(vec![
            record(A, "10.7.7.7:51000", "10.0.0.5:443", 40, 100, "ACCEPT").flags(3),
            record(A, "10.0.0.5:443", "10.7.7.7:51000", 40, 100, "ACCEPT").flags(19),
            record(A, "10.7.7.7:51000", "10.0.0.5:443", 3, 9_000, "REJECT").flags(flags),
        ])
    };
    // With SYN it is a new connection, and the edit of a rule.
    let found = findings(FLAGS, &records(2));
    assert_eq!(summary(&found), ["inbound-denied either undetermined 443"]);
    // Without SYN it is a late packet of the old one.
    assert_eq!(summary(&findings(FLAGS, &records(0))), ["after-close none likely 443"]);
    // Without flags nothing tells.
    assert_eq!(summary(&findings(V2, &records(2))), ["after-close none undetermined 443"]);
}

// A6

#[test]
fn the_field_reject_reason_is_the_cause() {
    let format = &format!("{FLAGS} reject-reason");
    let mut records = with_peer(vec![
        record(A, "10.9.9.9:51000", "10.0.0.5:443", 3, 100, "REJECT").flags(2).with("reject-reason", "EC"),
        record(A, "10.8.8.8:51000", "10.0.0.5:22", 3, 100, "REJECT").flags(2),
    ]);
    for host in 1..=5 {
        let client = format!("198.51.100.{host}:51000");
        records
            .push(record(A, &client, "10.0.0.5:443", 1, 100, "REJECT").flags(2).with("reject-reason", "BPA"));
    }
    assert_eq!(
        summary(&findings(format, &records)),
        [
            "public-access-blocked block-public-access certain 443",
            "encryption-blocked encryption-control certain 443",
            "inbound-denied either undetermined 22",
        ]
    );
}

#[test]
fn rejections_by_the_endpoint_explain_the_callers_missing_answer() {
    let format = &format!("{FLAGS} reject-reason");
    let call = |port: u16, service: u16| {
        record(B, &format!("10.0.0.6:{port}"), &format!("{OWN}:{service}"), 3, 100, "ACCEPT").flags(2)
    };
    let (request, reply) = ("10.0.0.6:51000", "10.0.0.5:443");
    let base = [other_peer(A, OWN), other_peer(B, "10.0.0.6")].concat();
    // The request itself, in two connections.
    let mut records = base.clone();
    for port in [51_000, 51_001] {
        let rejected = record(A, &format!("10.0.0.6:{port}"), reply, 3, 100, "REJECT").flags(2);
        records.extend([call(port, 443), rejected.with("reject-reason", "EC")]);
    }
    let found = findings(format, &records);
    assert_eq!(summary(&found), ["encryption-blocked encryption-control certain 443"]);
    assert_eq!(found[0].conversations, 2);
    // The answer.
    let mut records = base.clone();
    records.extend([
        call(51_000, 443),
        record(A, request, reply, 3, 100, "ACCEPT").flags(2),
        record(A, reply, request, 3, 100, "REJECT").flags(18).with("reject-reason", "EC"),
    ]);
    assert_eq!(summary(&findings(format, &records)), ["encryption-blocked encryption-control certain 443"]);
    // Another service is not explained by it, nor is another caller.
    let mut records = base;
    records.extend([
        call(51_000, 9443),
        record(A, "10.0.0.7:51000", reply, 3, 100, "REJECT").flags(2).with("reject-reason", "EC"),
        call(51_002, 443),
    ]);
    assert_eq!(
        summary(&findings(format, &records)),
        [
            "encryption-blocked encryption-control certain 443",
            "no-answer-from-peer none likely 9443",
            "no-answer-from-peer none likely 443",
        ]
    );
}

// A7, A8

#[test]
fn only_syn_and_no_answer_from_the_host() {
    let rejected = record(A, "10.8.8.8:50001", "10.0.0.5:5432", 3, 100, "REJECT").flags(2);
    let records =
        with_peer(vec![record(A, "10.7.7.7:51000", "10.0.0.5:9100", 3, 100, "ACCEPT").flags(2), rejected]);
    assert_eq!(
        summary(&findings(FLAGS, &records)),
        ["inbound-denied either undetermined 5432", "no-answer-from-host none likely 9100"]
    );
    assert_eq!(
        summary(&findings(V2, &records)),
        ["inbound-denied either undetermined 5432", "no-answer-from-host none undetermined 9100"]
    );
}

#[test]
fn who_asks_a_host_that_does_not_answer_shares_a_finding() {
    let mut records = with_peer(vec![]);
    for peer in ["10.7.7.7", "10.7.7.8", "198.51.100.7", "198.51.100.8"] {
        records.push(record(A, &format!("{peer}:51000"), "10.0.0.5:9100", 3, 100, "ACCEPT").flags(2));
    }
    // Peers that do not answer are each their own.
    records.push(record(A, "10.0.0.5:52000", "10.99.0.1:1521", 4, 100, "ACCEPT").flags(2));
    records.push(record(A, "10.0.0.5:52000", "10.99.0.2:1521", 3, 100, "ACCEPT").flags(2));
    let found = findings(FLAGS, &records);
    let told: Vec<_> = found.iter().map(|finding| (finding.kind.name(), finding.peer_count)).collect();
    assert_eq!(told.iter().filter(|one| **one == ("no-answer-from-host", 2)).count(), 2, "{told:?}");
    assert_eq!(told.iter().filter(|one| **one == ("no-answer-from-peer", 1)).count(), 2, "{told:?}");
    assert_eq!(told.len(), 4);
}

#[test]
fn only_syn_and_no_answer_from_the_peer() {
    let records = with_peer(vec![record(A, "10.0.0.5:52000", "10.99.0.1:1521", 5, 100, "ACCEPT").flags(2)]);
    let found = findings(FLAGS, &records);
    assert_eq!(summary(&found), ["no-answer-from-peer none undetermined 1521"]);
    assert!(found[0].settle.iter().any(|text| text.contains("no rejected records")), "{:?}", found[0].settle);
}

#[test]
fn near_misses_of_no_answer() {
    let records = with_peer(vec![
        // Answered in the next interval.
        record(A, "10.7.7.7:51000", "10.0.0.5:9100", 1, 100, "ACCEPT").flags(2),
        record(A, "10.0.0.5:9100", "10.7.7.7:51000", 1, 160, "ACCEPT").flags(18),
        // The answer was rejected: A2.
        record(A, "10.7.7.8:51000", "10.0.0.5:9100", 1, 100, "ACCEPT").flags(2),
        record(A, "10.0.0.5:9100", "10.7.7.8:51000", 1, 100, "REJECT").flags(18),
        // At the very end of the log.
        record(A, "10.7.7.9:51000", "10.0.0.5:9100", 1, 4_020, "ACCEPT").flags(2),
        // The client goes on, so the answer came another way.
        record(A, "10.7.7.6:51000", "10.0.0.5:9100", 1, 100, "ACCEPT").flags(2),
        record(A, "10.7.7.6:51000", "10.0.0.5:9100", 1, 160, "ACCEPT").flags(0),
        // UDP is not answered by itself.
        record(A, "10.7.7.7:51000", "10.0.0.5:514", 1, 100, "ACCEPT").udp(),
    ]);
    assert_eq!(summary(&findings(FLAGS, &records)), ["reply-blocked-outbound network-acl certain 9100"]);
}

#[test]
fn where_both_ends_are_logged_the_end_that_did_not_answer_tells() {
    let mut records = with_peer(vec![
        record(B, "10.0.0.6:51000", "10.0.0.5:9100", 3, 100, "ACCEPT").flags(2),
        record(A, "10.0.0.6:51000", "10.0.0.5:9100", 3, 100, "ACCEPT").flags(2),
        record(B, "10.0.0.6:51001", "10.0.0.5:9200", 3, 100, "ACCEPT").flags(2),
        record(A, "10.0.0.6:51001", "10.0.0.5:9200", 3, 100, "REJECT").flags(2),
    ]);
    records.extend(other_peer(B, "10.0.0.6"));
    assert_eq!(
        summary(&findings(FLAGS, &records)),
        ["inbound-denied either undetermined 9200", "no-answer-from-host none likely 9100"]
    );
}

// A9

fn connections(port: u16, verdicts: &[(&str, u64)]) -> Vec<support::Record> {
    let mut records = Vec::new();
    for (at, &(action, start)) in verdicts.iter().enumerate() {
        let client = format!("10.7.7.7:{}", 51_000 + at);
        let server = format!("10.0.0.5:{port}");
        records.push(record(A, &client, &server, 5, start, action).flags(2));
        if action == "ACCEPT" {
            records.push(record(A, &server, &client, 5, start, action).flags(18));
        }
    }
    records
}

#[test]
fn new_connections_accepted_for_a_while_and_then_rejected() {
    for format in [V2, FLAGS] {
        let verdicts = [("ACCEPT", 100), ("ACCEPT", 200), ("REJECT", 400), ("REJECT", 500)];
        let found = findings(format, &with_peer(connections(8443, &verdicts)));
        assert_eq!(summary(&found), ["changed-during-log either likely 8443"]);
        let change = &found[0].changes[0];
        assert_eq!((change.from.as_str(), change.to.as_str()), ("ACCEPT", "REJECT"));
        assert_eq!((change.last_before, change.first_after), (support::T + 200, support::T + 400));
        let window = "between 2025-10-09 08:56:40 UTC and 2025-10-09 09:00:00 UTC";
        assert!(found[0].next_step.contains(window), "{}", found[0].next_step);
    }
}

#[test]
fn new_connections_rejected_for_a_while_and_then_accepted() {
    let verdicts = [("REJECT", 100), ("REJECT", 200), ("ACCEPT", 400), ("ACCEPT", 500)];
    let found = findings(V2, &with_peer(connections(8443, &verdicts)));
    assert_eq!(summary(&found), ["changed-during-log either likely 8443"]);
    assert_eq!(found[0].changes[0].to, "ACCEPT");
}

#[test]
fn verdicts_in_turn_are_no_change() {
    let verdicts = [("ACCEPT", 100), ("REJECT", 300), ("ACCEPT", 500), ("REJECT", 700)];
    let found = findings(FLAGS, &with_peer(connections(8443, &verdicts)));
    assert_eq!(summary(&found), ["inbound-denied either undetermined 8443"]);
}

// ICMP, IPv6, UDP

#[test]
fn pings_pair_by_address() {
    let records = with_peer(vec![
        record(A, "203.0.113.12", "10.0.0.5", 4, 100, "ACCEPT"),
        record(A, "10.0.0.5", "203.0.113.12", 4, 167, "REJECT"),
    ]);
    let found = findings(V2, &records);
    assert_eq!(summary(&found), ["reply-blocked-outbound network-acl certain -"]);
    assert_eq!(
        found[0].text,
        format!("203.0.113.12 reached {A} by ICMP and 4 reply packets were rejected on the way out")
    );
    assert!(
        found[0].next_step.starts_with("Allow outbound ICMP to 203.0.113.12/32"),
        "{}",
        found[0].next_step
    );
}

#[test]
fn pings_begun_in_the_same_second_stay_open() {
    let records = with_peer(vec![
        record(A, "203.0.113.12", "10.0.0.5", 2, 100, "ACCEPT"),
        record(A, "10.0.0.5", "203.0.113.12", 1, 100, "ACCEPT"),
        record(A, "10.0.0.5", "203.0.113.12", 1, 100, "REJECT"),
    ]);
    assert_eq!(summary(&findings(V2, &records)), ["reply-blocked-outbound either undetermined -"]);
}

#[test]
fn a_ping_rejected_on_its_way_in() {
    let records = with_peer(vec![record(A, "10.8.8.8", "10.0.0.5", 4, 100, "REJECT")]);
    let found = findings(V2, &records);
    assert_eq!(summary(&found), ["inbound-denied either undetermined -"]);
    assert_eq!(found[0].text, format!("4 packets from 10.8.8.8 to {A} by ICMP were rejected"));
}

#[test]
fn a_rejected_ping_without_accepted_records_may_be_an_answer() {
    let records = [
        record(A, "10.0.0.5", "203.0.113.12", 4, 100, "REJECT"),
        record(A, "10.0.0.5", "203.0.113.13", 4, 100, "REJECT"),
    ];
    let found = findings(V2, &records);
    assert_eq!(summary(&found), ["outbound-denied either undetermined -"]);
    assert!(found[0].why.contains("may be requests or replies"), "{}", found[0].why);
    let found = findings(V2, &with_peer(records.to_vec()));
    assert!(found[0].why.contains("The request itself was rejected"), "{}", found[0].why);
}

#[test]
fn ipv6_works_the_same() {
    let own = "[2001:db8::5]";
    let records = vec![
        record(A, "[2001:db8:9::1]:51000", &format!("{own}:443"), 10, 100, "ACCEPT"),
        record(A, &format!("{own}:443"), "[2001:db8:9::1]:51000", 14, 100, "REJECT"),
        record(A, "[fd00::8]:51000", &format!("{own}:22"), 2, 100, "REJECT"),
    ];
    let found = findings(V2, &records);
    assert_eq!(
        summary(&found),
        ["reply-blocked-outbound network-acl certain 443", "inbound-denied either undetermined 22"]
    );
    assert!(found[0].next_step.contains("2001:db8:9::1/128"), "{}", found[0].next_step);
    assert_eq!(found[0].local.as_deref(), Some("2001:db8::5"));
}

// Answers that reach their cap

#[test]
fn what_is_too_much_to_count_is_said() {
    let format = &format!("{FLAGS} reject-reason");
    let many = |port: u16, how_many: u64| {
        (0..how_many).map(move |at| {
            let peer = format!("10.{}.{}.{}:50000", 100 + at / 65_536, at / 256 % 256, at % 256);
            record(A, &peer, &format!("{OWN}:{port}"), 1, 100, "REJECT").flags(2)
        })
    };
    let said = |records: Vec<support::Record>| {
        let found = findings(format, &with_peer(records));
        let said =
            found.iter().flat_map(|finding| &finding.settle).filter(|what| what.contains("20,000")).count();
        (found.len(), said)
    };
    assert_eq!(said(many(5432, 19_999).collect()), (1, 0));
    assert_eq!(said(many(5432, 20_000).collect()), (1, 1));
    assert_eq!(said(many(5432, 20_000).map(|one| one.with("reject-reason", "BPA")).collect()), (1, 1));
    assert_eq!(said(many(5432, 20_000).map(|one| one.flags(16)).collect()), (1, 1));
}

// Background noise

#[test]
fn four_hundred_internet_sources_are_one_finding() {
    let mut records = with_peer(vec![record(A, "10.8.8.8:50001", "10.0.0.5:5432", 3, 100, "REJECT")]);
    for host in 0..400_u64 {
        let source = format!("198.51.{}.{}:40000", 100 + host / 200, host % 200 + 1);
        let port = [23, 22, 3389][host as usize % 3];
        records.push(record(A, &source, &format!("10.0.0.5:{port}"), 1, 100 + host, "REJECT"));
    }
    let found = findings(V2, &records);
    assert_eq!(
        summary(&found),
        ["inbound-denied either undetermined 5432", "inbound-denied either undetermined -"]
    );
    let noise = &found[1];
    assert_eq!((noise.peer_count, noise.peers.len(), noise.packets), (400, 20, 400));
    assert_eq!(noise.ports.iter().map(|port| port.port).collect::<Vec<_>>(), [23, 22, 3389]);
}

#[test]
fn few_internet_sources_have_their_own_findings() {
    let records = with_peer(vec![
        record(A, "198.51.100.7:40000", "10.0.0.5:443", 3, 100, "REJECT"),
        record(A, "198.51.100.8:40000", "10.0.0.5:443", 2, 100, "REJECT"),
        record(A, "198.51.100.8:40000", "10.0.0.5:22", 1, 100, "REJECT"),
    ]);
    assert_eq!(
        summary(&findings(V2, &records)),
        [
            "inbound-denied either undetermined 443",
            "inbound-denied either undetermined 443",
            "inbound-denied either undetermined 22",
        ]
    );
}

// Directions

#[test]
fn no_verdict_is_built_on_an_unknown_direction() {
    let records = [record(A, "172.31.9.69:49761", "172.31.9.12:3389", 20, 100, "REJECT")];
    let found = findings(V2, &records);
    assert_eq!(summary(&found), ["direction-unknown either undetermined -"]);
    assert!(found[0].settle[0].contains("flow-direction would tell"), "{:?}", found[0].settle);
    let format = &format!("{V2} flow-direction");
    let told: Vec<_> = records.into_iter().map(|record| record.with("flow-direction", "ingress")).collect();
    let found = findings(format, &told);
    assert_eq!(summary(&found), ["inbound-denied either undetermined 3389"]);
    assert_eq!(found[0].local.as_deref(), Some("172.31.9.12"));
}

#[test]
fn a_log_of_rejects_alone_still_tells_answers() {
    let records = [
        record(A, "10.0.0.5:443", "10.7.7.7:51000", 2, 100, "REJECT").flags(18),
        record(A, "10.8.8.8:51000", "10.0.0.5:22", 2, 100, "REJECT").flags(2),
    ];
    let found = findings(FLAGS, &records);
    assert_eq!(
        summary(&found),
        ["reply-blocked-outbound network-acl likely 443", "inbound-denied either undetermined 22"]
    );
}

#[test]
fn interfaces_do_not_mix() {
    let mut records =
        with_peer(vec![record(A, "10.7.7.7:51000", "10.0.0.5:443", 10, 100, "ACCEPT").flags(3)]);
    records.push(record(A, "10.0.0.5:443", "10.7.7.7:51000", 10, 100, "ACCEPT").flags(19));
    records.extend(other_peer(C, "10.0.0.5"));
    records.push(record(C, "10.0.0.5:443", "10.7.7.7:51000", 3, 100, "REJECT").flags(18));
    let found = findings(FLAGS, &records);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].interface.as_deref(), Some(C));
}

// What every finding has

#[test]
fn every_finding_of_the_sample_is_whole() {
    let sample = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/static/sample.log.gz")).unwrap();
    let session = flowlens::engine::local::read([("sample.log.gz", sample.as_slice())], 3, 4096);
    let report = flowlens::engine::local::report(&session);
    let mut texts = String::new();
    for finding in &report.findings {
        assert!(
            !finding.text.is_empty() && !finding.why.is_empty() && !finding.next_step.is_empty(),
            "{finding:?}"
        );
        assert!(!finding.text.ends_with('.') && !finding.next_step.ends_with('.'), "{finding:?}");
        assert!(!finding.evidence.is_empty() && finding.evidence.len() <= 20, "{}", finding.text);
        assert!(finding.queries.insights.len() >= 2 && finding.queries.athena.len() >= 2, "{}", finding.text);
        assert!(finding.first <= finding.last && finding.records > 0, "{}", finding.text);
        let summary = &summary(std::slice::from_ref(finding))[0];
        let Finding { text, why, next_step, .. } = finding;
        texts.extend([summary, "\n  ", text, "\n  why: ", why, "\n  do: ", next_step, "\n"]);
        for settle in &finding.settle {
            texts.extend(["  settle: ", settle, "\n"]);
        }
    }
    insta::assert_snapshot!(texts);
}
