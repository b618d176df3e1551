//! The health of the log itself: what AWS skipped, what is missing, and what a log of one verdict leaves open; and the
//! near misses that must stay silent.
#![allow(clippy::unwrap_used)] // A test that fails may panic, in its helpers too.

mod support;

use flowlens::diagnose::finding::{Certainty, Component, Finding, Kind};
use support::{Record, T, V2, file, findings, findings_of, other_peer, record, summary};

const FLAGS: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action tcp-flags log-status";
const A: &str = "eni-0aaaaaaaaaaaaaaaa";
const B: &str = "eni-0bbbbbbbbbbbbbbbb";
const C: &str = "eni-0cccccccccccccccc";

/// A record without traffic.
fn idle(eni: &str, start: u64, secs: u64, status: &str) -> Record {
    let empty =
        ["srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets", "bytes", "action", "tcp-flags"];
    let plain = record(eni, "10.0.0.5:443", "10.0.0.6:50000", 1, start, "-");
    empty
        .into_iter()
        .fold(plain, |record, name| record.with(name, "-"))
        .with("end", T + start + secs)
        .with("log-status", status)
}

/// So many intervals of an interface without traffic, those left out for which `missing` holds.
fn quiet(eni: &str, intervals: u64, secs: u64, missing: impl Fn(u64) -> bool) -> Vec<Record> {
    (0..intervals).filter(|at| !missing(*at)).map(|at| idle(eni, at * secs, secs - 1, "NODATA")).collect()
}

fn of_log(format: &str, records: &[Record]) -> Vec<Finding> {
    let found = findings(format, records);
    found.into_iter().filter(|finding| finding.kind == Kind::LogGap).collect()
}

fn texts(found: &[Finding]) -> Vec<&str> {
    found.iter().map(|finding| finding.text.as_str()).collect()
}

// SKIPDATA

#[test]
fn what_aws_skipped_is_said_by_interface() {
    let records = [
        quiet(A, 5, 60, |_| false),
        vec![idle(A, 300, 60, "SKIPDATA"), idle(A, 600, 60, "SKIPDATA"), idle(B, 60, 60, "SKIPDATA")],
    ];
    let found = of_log(V2, &records.concat());
    assert_eq!(summary(&found), ["log-gap none certain -"; 2]);
    let text = |eni: &str, intervals: &str| format!("AWS skipped records of {eni} in {intervals} (SKIPDATA)");
    assert_eq!(texts(&found), [text(B, "1 interval"), text(A, "2 intervals")]);
    assert_eq!((found[1].records, found[1].interface.as_deref()), (2, Some(A)));
    assert!(found[1].queries.insights.iter().any(|query| query.text.contains("SKIPDATA")));
    assert!(found[1].queries.athena.iter().any(|query| query.text.contains("SKIPDATA")));
}

#[test]
fn many_interfaces_share_a_finding() {
    let records: Vec<Record> = (0..9).map(|i| idle(&format!("eni-0{i}"), i * 60, 60, "SKIPDATA")).collect();
    let found = of_log(V2, &records);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].text.starts_with("AWS skipped records of 9 interfaces in 9 intervals"),
        "{}",
        found[0].text
    );
    assert_eq!((found[0].interface.as_deref(), found[0].records), (None, 9));
}

#[test]
fn a_missing_answer_proves_nothing_where_records_were_skipped() {
    let mut records = other_peer(A, "10.0.0.5");
    records.extend((0..3).map(|i| {
        record(A, &format!("10.8.8.8:{}", 50_000 + i), "10.0.0.5:9100", 3, 100, "ACCEPT")
            .with("bytes", 180)
            .flags(2)
    }));
    records.push(record(A, "10.9.9.9:50000", "10.0.0.5:22", 3, 100, "REJECT").flags(2));
    let of_kind = |records: &[Record]| {
        let found = findings(FLAGS, records);
        found.into_iter().find(|finding| finding.kind == Kind::NoAnswerFromHost).unwrap()
    };
    assert_eq!(of_kind(&records).cause.certainty, Certainty::Likely);
    records.push(idle(A, 90, 60, "SKIPDATA"));
    let found = of_kind(&records);
    assert_eq!(found.cause.certainty, Certainty::Undetermined);
    assert!(found.settle.iter().any(|what| what.contains("SKIPDATA")), "{:?}", found.settle);
    *records.last_mut().unwrap() = idle(A, 900, 60, "SKIPDATA");
    assert_eq!(of_kind(&records).cause.certainty, Certainty::Likely);
}

// Missing intervals

#[test]
fn half_an_hour_without_any_record_is_missing() {
    for secs in [60, 600] {
        let missing = |at: u64| (40..70).contains(&at);
        let records = [quiet(A, 120, secs, missing), quiet(B, 120, secs, missing)].concat();
        let found = of_log(V2, &records);
        assert_eq!(summary(&found), ["log-gap none likely -"], "{secs}");
        assert_eq!((found[0].first, found[0].last), (T + 40 * secs - 1, T + 70 * secs));
        assert!(found[0].text.starts_with("No interface has a record for "), "{}", found[0].text);
        assert!(found[0].why.contains(&format!("of {} minute", secs / 60)), "{}", found[0].why);
        let around = &found[0].queries.insights[0];
        assert!(around.title.contains("around") && around.text.contains("bin"), "{}", around.text);
    }
}

#[test]
fn an_interface_that_is_silent_while_others_are_not() {
    let missing = |at: u64| (40..50).contains(&at) || (90..120).contains(&at);
    let records =
        [quiet(A, 200, 60, missing), quiet(B, 200, 60, |_| false), quiet(C, 200, 60, |at| at < 100)];
    let found = of_log(V2, &records.concat());
    assert_eq!(summary(&found), ["log-gap none undetermined -"]);
    assert_eq!(found[0].interface.as_deref(), Some(A));
    let text =
        format!("{A} has no record in 2 stretches of time in which others have, the longest of 30 minutes");
    assert_eq!(found[0].text, text);
}

#[test]
fn busy_traffic_without_nodata_shows_a_gap_but_leaves_it_open() {
    let talk = |minutes: &dyn Fn(u64) -> bool| -> Vec<Record> {
        (0..120)
            .filter(|minute| minutes(*minute))
            .flat_map(|minute| (0..12).map(move |i| (minute, i)))
            .map(|(minute, i)| {
                let start = minute * 60 + i * 3;
                record(A, &format!("10.1.0.{i}:40000"), "10.0.0.5:443", 9, start, "ACCEPT")
                    .with("bytes", 9_000)
            })
            .collect()
    };
    let found = of_log(V2, &talk(&|minute| !(50..60).contains(&minute)));
    assert_eq!(summary(&found), ["log-gap none undetermined -", "log-gap none undetermined -"]);
    assert!(found.iter().any(|finding| finding.text.starts_with("No interface has a record for 9 minutes")));
    assert!(found.iter().any(|finding| finding.title == "Accepted traffic alone"));
}

#[test]
fn near_misses_of_a_gap() {
    let silent = |name: &str, records: &[Record]| {
        let found = of_log(V2, records);
        assert_eq!(texts(&found), Vec::<&str>::new(), "{name}");
    };
    silent("no gap", &quiet(A, 200, 60, |_| false));
    silent("one interval is not surely missing", &quiet(A, 200, 60, |at| at == 100));
    silent("a short log", &quiet(A, 25, 60, |at| (12..18).contains(&at)));
    silent("little after it", &quiet(A, 200, 60, |at| (100..195).contains(&at)));
    silent("silent again and again", &quiet(A, 600, 60, |at| at % 16 > 12));
    let sparse: Vec<Record> = (0..200)
        .filter(|at| !(100..130).contains(at))
        .map(|at| record(A, "10.1.0.1:40000", "10.0.0.5:443", 9, at * 60, "ACCEPT").with("bytes", 9_000))
        .collect();
    silent("little traffic and no NODATA anywhere", &sparse);
    let born = [quiet(A, 200, 60, |_| false), quiet(B, 200, 60, |at| !(90..=150).contains(&at))].concat();
    silent("an interface that came and went", &born);
    let stray = [quiet(A, 200, 60, |_| false), vec![idle(B, 900_000, 60, "NODATA")]].concat();
    silent("a record of another day", &stray);
}

#[test]
fn gaps_are_the_same_for_any_shards() {
    let missing = |at: u64| (40..70).contains(&at);
    let all = [quiet(A, 120, 60, missing), quiet(B, 120, 60, |_| false), quiet(C, 120, 60, missing)].concat();
    let whole = findings_of(&[file(V2, &all)], 1);
    assert!(whole.iter().any(|finding| finding.text.starts_with("2 interfaces have no record")));
    let parts: Vec<String> = all.chunks(7).rev().map(|records| file(V2, records)).collect();
    assert_eq!(findings_of(&parts, 3), whole);
}

// One verdict

fn rejected_requests(number: u64) -> Vec<Record> {
    (0..number)
        .map(|i| record(A, &format!("10.8.8.8:{}", 50_000 + i), "10.0.0.5:22", 2, i * 60, "REJECT").flags(2))
        .collect()
}

#[test]
fn a_log_of_rejects_alone_limits_what_can_be_told() {
    let found = of_log(V2, &rejected_requests(100));
    assert_eq!(summary(&found), ["log-gap none likely -"]);
    assert_eq!(found[0].text, "All 100 flows are REJECT: the log leaves out what was accepted");
    assert!(of_log(V2, &rejected_requests(99)).is_empty(), "too few to tell");
    let accepted = record(A, "10.8.8.8:40000", "10.0.0.5:443", 9, 0, "ACCEPT");
    let with_one = [rejected_requests(300), vec![accepted]].concat();
    assert!(of_log(V2, &with_one).is_empty(), "one accepted flow tells the type");
}

#[test]
fn no_verdict_of_a_log_of_rejects_needs_the_other_half() {
    // Without flags: packets from a service's port to a client's.
    let mut records = rejected_requests(120);
    for i in 0..6 {
        let client = format!("10.7.7.7:{}", 51_000 + i);
        records.push(record(A, "10.0.0.5:443", &client, 4, i * 60, "REJECT").flags(0));
        records.push(record(A, "10.6.6.6:5432", "10.0.0.5:42000", 4, i * 60, "REJECT").flags(1));
    }
    for format in [V2, FLAGS] {
        let found = findings(format, &records);
        assert!(found.iter().all(|finding| !matches!(
            finding.kind,
            Kind::NoAnswerFromHost
                | Kind::NoAnswerFromPeer
                | Kind::ChangedDuringLog
                | Kind::ReplyBlockedOutbound
                | Kind::ReplyBlockedInbound
        )));
        let late: Vec<&Finding> = found.iter().filter(|finding| finding.kind == Kind::AfterClose).collect();
        assert_eq!(late.len(), 2, "{:?}", texts(&found));
        for finding in late {
            assert_eq!(
                (finding.cause.component, finding.cause.certainty),
                (Component::NetworkAcl, Certainty::Undetermined)
            );
            assert!(!finding.why.contains("No rule is at fault"), "{}", finding.why);
            assert!(finding.text.ends_with("late ones, or replies"), "{}", finding.text);
        }
    }
}

#[test]
fn a_log_of_accepts_alone_does_not_clear_the_rules() {
    let mut records = other_peer(A, "10.0.0.5");
    records.extend((0..1_000).map(|i| {
        let client = format!("10.8.{}.8:{}", i % 4, 50_000 + i);
        record(A, &client, "10.0.0.5:9100", 3, 100 + i, "ACCEPT").with("bytes", 180).flags(2)
    }));
    let found = findings(FLAGS, &records);
    let of_log: Vec<&Finding> = found.iter().filter(|finding| finding.kind == Kind::LogGap).collect();
    assert_eq!(of_log.len(), 1);
    assert!(of_log[0].text.ends_with("nothing was rejected, or the log leaves it out"), "{}", of_log[0].text);
    let no_answer = found.iter().find(|finding| finding.kind == Kind::NoAnswerFromHost).unwrap();
    assert_eq!(no_answer.cause.certainty, Certainty::Undetermined);
    assert!(!no_answer.why.contains("neither"), "{}", no_answer.why);
    records.push(record(A, "10.9.9.9:50000", "10.0.0.5:22", 3, 100, "REJECT").flags(2));
    assert!(findings(FLAGS, &records).iter().all(|finding| finding.kind != Kind::LogGap));
}
