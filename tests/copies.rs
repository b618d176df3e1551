//! Exact copies of records: counted in whatever files and shards they are, left out only when told to, and then as if
//! they had never been there.
#![allow(clippy::unwrap_used)] // A test that fails may panic, in its helpers too.

mod support;

use std::collections::BTreeSet;

use flowlens::engine::Session;
use flowlens::engine::local::{LocalFleet, read, wait};
use flowlens::report::Report;
use flowlens::report::model::Totals;
use proptest::prelude::*;
use support::{T, V2, file, other_peer, record};

fn session(files: &[String], shards: usize) -> Session<LocalFleet> {
    let names: Vec<String> = (0..files.len()).map(|at| format!("{at}.log")).collect();
    read(names.iter().zip(files).map(|(name, text)| (name.as_str(), text.as_bytes())), shards, 777)
}

/// The report once copies are counted, and left out if wanted; without what tells of files.
fn report(files: &[String], shards: usize, leave_out: bool) -> (Report, Option<u64>, u64) {
    let mut session = session(files, shards);
    wait(session.count_copies());
    session.leave_out_copies(leave_out);
    wait(session.judge());
    let report = wait(session.report(true));
    let (duplicates, left_out) = (report.totals.duplicates, report.totals.left_out);
    let totals = Totals { duplicates: None, left_out: 0, ..report.totals };
    (Report { inputs: Vec::new(), totals, ..report }, duplicates, left_out)
}

fn counted(files: &[String]) -> u64 {
    let found: Vec<Option<u64>> = (1..4).map(|shards| report(files, shards, false).1).collect();
    assert_eq!(found, vec![found[0]; 3]);
    found[0].unwrap()
}

fn lines() -> impl Strategy<Value = Vec<String>> {
    let line = (0_u8..3, 0_u8..4, 0_u8..4, 0_u16..3, 0_u64..2_000, any::<bool>(), 0_u8..12).prop_map(
        |(eni, src, dst, port, start, accepted, status)| {
            let head = format!("2 123456789012 eni-0{eni}");
            let (start, end) = (T + start, T + start + 50);
            match status {
                0 => format!("{head} - - - - - - - {start} {end} - NODATA"),
                1 => format!(
                    "{head} 2001:db8::{src} 2001:db8::{dst} 443 5{port}000 6 9 900 {start} {end} ACCEPT OK"
                ),
                _ => {
                    let action = if accepted { "ACCEPT" } else { "REJECT" };
                    format!(
                        "{head} 10.0.0.{src} 10.0.1.{dst} 4{port}000 443 6 3 180 {start} {end} {action} OK"
                    )
                }
            }
        },
    );
    prop::collection::btree_set(line, 1..80).prop_map(|lines: BTreeSet<String>| lines.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn without_its_copies_a_log_is_as_it_was(
        lines in lines(),
        copied in prop::collection::vec(any::<prop::sample::Index>(), 0..60),
        files in prop::collection::vec(any::<prop::sample::Index>(), 150),
        shards in 1_usize..5,
    ) {
        let with_copies: Vec<&String> = lines.iter().chain(copied.iter().map(|at| at.get(&lines))).collect();
        let mut texts = vec![format!("{V2}\n"); 4];
        for (line, file) in with_copies.iter().zip(&files) {
            let text = file.get_mut(&mut texts);
            text.push_str(line);
            text.push('\n');
        }
        let (plain, none, _) = report(&[format!("{V2}\n{}\n", lines.join("\n"))], 1, false);
        prop_assert_eq!(none, Some(0));
        let (left_out, found, number) = report(&texts, shards, true);
        prop_assert_eq!((found, number), (Some(copied.len() as u64), copied.len() as u64));
        prop_assert_eq!(left_out, plain);
        let (all, found, number) = report(&texts, shards, false);
        prop_assert_eq!((found, number), (Some(copied.len() as u64), 0));
        prop_assert_eq!(all.totals.records, with_copies.len() as u64);
    }
}

#[test]
fn case_39_a_copy_has_every_value_of_every_column() {
    let plain = record("eni-0a", "10.0.0.1:40000", "10.0.0.2:443", 3, 0, "ACCEPT");
    let same =
        |other: support::Record| counted(&[file(V2, std::slice::from_ref(&plain)), file(V2, &[other])]);
    assert_eq!(same(plain.clone()), 1);
    for (name, value) in [
        ("version", "3"),
        ("account-id", "123456789013"),
        ("interface-id", "eni-0b"),
        ("srcaddr", "10.0.0.3"),
        ("dstaddr", "2001:db8::1"),
        ("srcport", "40001"),
        ("protocol", "17"),
        ("packets", "4"),
        ("bytes", "181"),
        ("start", "1760000001"),
        ("end", "1760000031"),
        ("action", "REJECT"),
        ("log-status", "NODATA"),
        ("dstport", "-"),
    ] {
        assert_eq!(same(plain.clone().with(name, value)), 0, "{name}");
    }
    // The other end's record of the same flow, and the other direction, are records of their own.
    assert_eq!(same(record("eni-0a", "10.0.0.2:443", "10.0.0.1:40000", 3, 0, "ACCEPT")), 0);
}

#[test]
fn the_order_of_columns_does_not_matter_but_their_names_do() {
    let of = |format: &str, eni: &str| {
        let of_record = record(eni, "10.0.0.1:40000", "10.0.0.2:443", 3, 0, "ACCEPT").with("brand-new", "x");
        file(format, &[of_record.with("brand-old", "x")])
    };
    let turned = V2.split(' ').rev().collect::<Vec<_>>().join(" ");
    assert_eq!(counted(&[of(V2, "eni-0a"), of(&turned, "eni-0a")]), 1);
    assert_eq!(counted(&[of(V2, "eni-0a"), of(&format!("{V2} brand-new"), "eni-0a")]), 0);
    let (new, old) = (format!("{V2} brand-new"), format!("{V2} brand-old"));
    assert_eq!(counted(&[of(&old, "eni-0b"), of(&new, "eni-0a"), of(&old, "eni-0a")]), 0);
    assert_eq!(counted(&[of(&old, "eni-0b"), of(&new, "eni-0a"), of(&new, "eni-0a")]), 1);
}

#[test]
fn files_that_come_later_are_counted_with_those_before() {
    let records = other_peer("eni-0a", "10.0.0.5");
    let text = file(V2, &records);
    let mut session = session(&[text.clone(), text], 2);
    session.leave_out_copies(true);
    wait(session.judge());
    let report = wait(session.report(false));
    assert_eq!((report.totals.records, report.totals.duplicates, report.totals.left_out), (4, Some(4), 4));
    session.records_changed();
    assert_eq!(wait(session.report(false)).totals.duplicates, None);
    wait(session.judge());
    let report = wait(session.report(false));
    assert_eq!((report.totals.records, report.totals.duplicates, report.totals.left_out), (4, Some(4), 4));
    session.leave_out_copies(false);
    wait(session.judge());
    let report = wait(session.report(false));
    assert_eq!((report.totals.records, report.totals.duplicates, report.totals.left_out), (8, Some(4), 0));
    wait(session.clear());
    assert_eq!(wait(session.report(false)).totals, Totals::default());
}

#[test]
fn many_records_are_looked_through_stretch_by_stretch() {
    let line = |i: u64| {
        let start = T + i / 40;
        format!(
            "2 123456789012 eni-0{} 10.0.0.1 10.0.1.2 {} 443 6 3 180 {start} {start} ACCEPT OK\n",
            i % 7,
            i % 40_000
        )
    };
    let mut text = format!("{V2}\n");
    text.extend((0..600_000).map(line));
    let copies: String = (0..600_000).step_by(1_000).map(line).collect();
    let session = read([("a", text.as_bytes()), ("b", copies.as_bytes())], 2, 1 << 20);
    let (mut session, mut steps) = (session, 1);
    while wait(session.count_some_copies()) {
        steps += 1;
    }
    assert_eq!((wait(session.report(false)).totals.duplicates, steps), (Some(600), 2));
}
