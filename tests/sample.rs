//! The page's sample through the whole core: every verdict occurs where the story has it, and nowhere else.

#![allow(clippy::unwrap_used)] // a test file reports by panicking; clippy does not see that helpers are tests, too

use std::path::Path;

use flowlens::diagnose::finding::{Certainty, Component, Direction, Finding, Kind};
use flowlens::engine::local;
use flowlens::report::model::Report;

const BALANCER_A: &str = "eni-0b1a7c4d92e6f3581";
const BALANCER_B: &str = "eni-0b2e8f5a13c7d4692";
const NAT: &str = "eni-0c3d9a6b24f8e57a3";
const BASTION: &str = "eni-0d4c1b7e35a9f68b4";
const WEB_2: &str = "eni-0f6a3d9057cb28ad6";
const APP_1: &str = "eni-00794ea168dc39be7";
const APP_2: &str = "eni-01885fb279ed4acf8";
const DB_1: &str = "eni-0297606c38afe5bd9";
const BUILD: &str = "eni-05c4939f6bd218e0c";
const TRIAL: &str = "eni-06d3a4a07ce329f1d";
const ENDPOINT: &str = "eni-07e2b5b18df43a02e";
const OTHER_NAT: &str = "eni-08f1c6c29e054b13f";

/// What the story tells: kind, interface, how many other ends, one of them, and the service port if there is one.
const STORY: &[(Kind, &str, u64, &str, Option<u16>)] = &[
    (Kind::ReplyBlockedOutbound, WEB_2, 1, "10.90.4.17", Some(443)),
    (Kind::ReplyBlockedInbound, BUILD, 1, "198.51.100.60", Some(443)),
    (Kind::ChangedDuringLog, APP_1, 1, "10.90.7.12", Some(8443)),
    (Kind::PublicAccessBlocked, TRIAL, 7, "203.0.113.100", Some(443)),
    (Kind::PublicAccessBlocked, TRIAL, 1, "198.51.100.70", Some(443)),
    (Kind::EncryptionBlocked, ENDPOINT, 1, "10.20.40.51", Some(443)),
    (Kind::InboundDenied, DB_1, 1, "10.20.40.51", Some(5432)),
    (Kind::InboundDenied, BALANCER_A, 256, "192.0.2.", None),
    (Kind::InboundDenied, BALANCER_B, 62, "192.0.2.", None),
    (Kind::InboundDenied, BASTION, 50, "192.0.2.", None),
    (Kind::OutboundDenied, APP_1, 1, "198.51.100.25", Some(25)),
    (Kind::NoAnswerFromHost, APP_2, 1, "10.90.4.30", Some(9100)),
    (Kind::NoAnswerFromPeer, APP_2, 1, "192.168.50.10", Some(1521)),
    (Kind::NatBypassed, NAT, 1, "203.0.113.77", None),
    (Kind::NatUnsolicited, NAT, 100, "198.51.100.", None),
    (Kind::NatUnconfirmed, OTHER_NAT, 25, "198.51.100.", None),
    (Kind::NatReply, NAT, 4, "198.51.100.80", None),
    (Kind::NatReply, OTHER_NAT, 1, "198.51.100.80", None),
    (Kind::LogGap, BALANCER_A, 0, "", None),
    (Kind::AfterClose, BALANCER_A, 8, "203.0.113.", None),
    (Kind::AfterClose, DB_1, 1, "10.20.21.32", Some(5432)),
];

#[test]
fn the_sample_tells_its_story_and_nothing_else() {
    let report = report(2);
    let mut told: Vec<String> = report.findings.iter().map(told).collect();
    let mut planned: Vec<String> = STORY
        .iter()
        .map(|&(kind, interface, peers, _, _)| format!("{} at {interface}, peers: {peers}", kind.name()))
        .collect();
    told.sort();
    planned.sort();
    assert_eq!(told, planned);
    for &(kind, interface, count, peer, port) in STORY {
        let finding = find(&report, kind, interface, count);
        assert!(count == 0 || finding.peers.iter().any(|end| end.starts_with(peer)), "{peer}: {finding:#?}");
        if port.is_some() {
            assert_eq!(finding.port, port, "{finding:#?}");
        }
    }
}

#[test]
fn the_samples_causes_are_named() {
    let report = report(1);
    for (kind, interface, count, component, direction, certainty) in [
        (
            Kind::ReplyBlockedOutbound,
            WEB_2,
            1,
            Component::NetworkAcl,
            Direction::Outbound,
            Certainty::Certain,
        ),
        (Kind::ReplyBlockedInbound, BUILD, 1, Component::NetworkAcl, Direction::Inbound, Certainty::Certain),
        // The replica in the same subnet takes the same host on the same port.
        (Kind::InboundDenied, DB_1, 1, Component::SecurityGroup, Direction::Inbound, Certainty::Likely),
        (Kind::OutboundDenied, APP_1, 1, Component::Either, Direction::Outbound, Certainty::Undetermined),
        (
            Kind::EncryptionBlocked,
            ENDPOINT,
            1,
            Component::EncryptionControl,
            Direction::Inbound,
            Certainty::Certain,
        ),
        (
            Kind::PublicAccessBlocked,
            TRIAL,
            1,
            Component::BlockPublicAccess,
            Direction::Outbound,
            Certainty::Certain,
        ),
        (
            Kind::PublicAccessBlocked,
            TRIAL,
            7,
            Component::BlockPublicAccess,
            Direction::Inbound,
            Certainty::Certain,
        ),
    ] {
        let cause = &find(&report, kind, interface, count).cause;
        assert_eq!(
            (cause.component, cause.direction, cause.certainty),
            (component, Some(direction), certainty)
        );
    }
}

#[test]
fn the_pipeline_is_locked_out_after_an_hour() {
    let report = report(1);
    let changes = &find(&report, Kind::ChangedDuringLog, APP_1, 1).changes;
    let [change] = changes.as_slice() else { panic!("one change: {changes:?}") };
    assert_eq!((change.from.as_str(), change.to.as_str()), ("ACCEPT", "REJECT"));
    let minute = |secs: u64| (secs - 1_791_964_800) / 60;
    assert_eq!((minute(change.last_before), minute(change.first_after)), (61, 64));
}

#[test]
fn every_finding_shows_records_and_queries() {
    for finding in &report(2).findings {
        assert!((1..=20).contains(&finding.evidence.len()), "{finding:#?}");
        assert!(!finding.queries.insights.is_empty() && !finding.queries.athena.is_empty(), "{finding:#?}");
        assert!(!finding.text.is_empty() && !finding.next_step.is_empty(), "{finding:#?}");
    }
}

#[test]
fn what_breaks_first_comes_first_and_noise_last() {
    let report = report(1);
    let place = |kind, interface, count| {
        report.findings.iter().position(|finding| is(finding, kind, interface, count)).unwrap()
    };
    let replies = place(Kind::ReplyBlockedOutbound, WEB_2, 1).max(place(Kind::ReplyBlockedInbound, BUILD, 1));
    let private = place(Kind::InboundDenied, DB_1, 1);
    let outbound = place(Kind::OutboundDenied, APP_1, 1);
    let noise = place(Kind::InboundDenied, BALANCER_A, 256);
    assert!(replies < private && private < outbound && outbound < noise);
}

fn report(shards: usize) -> Report {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/sample.log.gz");
    let bytes = std::fs::read(path).unwrap();
    let session = local::read([("sample.log.gz", bytes.as_slice())], shards, 4096);
    local::report(&session)
}

fn told(finding: &Finding) -> String {
    let interface = finding.interface.as_deref().unwrap_or("no interface");
    format!("{} at {interface}, peers: {}", finding.kind.name(), finding.peer_count)
}

fn is(finding: &Finding, kind: Kind, interface: &str, peers: u64) -> bool {
    finding.kind == kind && finding.interface.as_deref() == Some(interface) && finding.peer_count == peers
}

fn find<'a>(report: &'a Report, kind: Kind, interface: &str, peers: u64) -> &'a Finding {
    let mut found = report.findings.iter().filter(|finding| is(finding, kind, interface, peers));
    found.next().unwrap_or_else(|| panic!("no {} at {interface} with {peers} peers", kind.name()))
}
