//! Answers to queries in Logs Insights QL against a second, naive implementation: the same rows, for any number of
//! shards, by a plan or row by row.

#![allow(clippy::unwrap_used)]

mod reference;

use std::cell::OnceCell;
use std::fmt::Write as _;
use std::io::Read as _;

use flowlens::engine::local::{self, LocalFleet, ask};
use flowlens::engine::session::Session;
use flowlens_ask::gallery::{Blanks, gallery};
use flowlens_ask::insights::parse::parse;
use flowlens_ask::{Question, Table};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use reference::steps::{Expected, answer};
use reference::value::{Val, same};
use reference::{NOW, Record, records};

/// Without TCP flags and with a column of no field; records without data, of IPv6, and of values that are rare.
const DEFAULT: &str = "\
version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status team
2 123456789012 eni-0a 10.0.0.5 198.51.100.7 40001 443 6 10 5000 1700000000 1700000060 ACCEPT OK a
2 123456789012 eni-0a 198.51.100.7 10.0.0.5 443 40001 6 12 9000 1700000001 1700000061 ACCEPT OK a
2 123456789012 eni-0a 203.0.113.9 10.0.0.5 55555 22 6 1 40 1700000100 1700000160 REJECT OK b
2 123456789012 eni-0b 203.0.113.9 10.0.0.10 55556 3389 6 2 80 1700000400 1700000460 REJECT OK -
2 unknown eni-0b 10.0.0.10 10.0.0.2 53000 53 17 1 70 1700000500 1700000560 ACCEPT OK a
2 123456789012 eni-0c - - - - - - - 1700000600 1700000660 - NODATA -
2 123456789012 eni-0b 2001:db8::5 2001:db8::9 60000 443 6 4 400 1700000700 1700000760 ACCEPT OK b
2 123456789012 eni-0d - - - - - - - 1700000800 1700000860 - SKIPDATA 7
2 992233445566 eni-0b 10.0.0.5 10.0.0.9 0 0 1 3 9007199254740993 1700003601 1700003661 ACCEPT OK 07
2 992233445566 eni-0b 110.0.0.5 192.168.0.9 65535 65535 50 9007199254740993 9007199254740995 1700003602 1700003662 ACCEPT OK -
";

/// With TCP flags, which some records have not.
const FLAGS: &str = "\
version vpc-id srcaddr dstaddr srcport dstport protocol tcp-flags packets bytes start end action log-status account-id interface-id flow-direction
3 vpc-1 172.16.0.5 172.32.0.5 40002 443 6 2 1 60 1700000003 1700000063 REJECT OK 123456789012 eni-0e egress
3 vpc-1 172.32.0.5 172.16.0.5 443 40002 6 18 1 60 1700000004 1700000064 ACCEPT OK 123456789012 eni-0e ingress
3 - - - - - - - - - 1700000605 1700000665 - NODATA 123456789012 eni-0e -
3 vpc-1 10.0.0.5 10.0.0.10 40003 22 6 3 20 5000 1700000406 1700000466 ACCEPT OK 123456789012 eni-0a egress
3 vpc-1 2001:db8::5 2001:db8:1::5 0 0 58 0 2 144 1700007207 1700007267 ACCEPT OK 123456789012 eni-0b ingress
3 vpc-2 10.0.0.10 10.0.0.2 53001 53 17 - 1 71 1700086408 1700086468 ACCEPT OK 123456789012 eni-0b -
";

/// A log, read into as many shards as it is asked with.
struct Log {
    records: Vec<Record>,
    sessions: Vec<(usize, Session<LocalFleet>)>,
}

impl Log {
    fn new(logs: &[&str]) -> Self {
        let parts: Vec<String> = logs.iter().flat_map(|log| in_parts(log, 5)).collect();
        let sessions = [1, 2, 5].map(|shards| {
            let files = parts.iter().map(|part| ("a.log", part.as_bytes()));
            (shards, local::read(files, shards, 10_000))
        });
        Self { records: records(logs), sessions: sessions.into() }
    }

    fn small() -> Self {
        Self::new(&[DEFAULT, FLAGS])
    }

    fn sample() -> Self {
        let packed = include_bytes!("../static/sample.log.gz");
        let mut text = String::new();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut text).unwrap();
        Self::new(&[&text])
    }

    /// What is wrong with the answers to a query, and whether it is one that has one answer only.
    fn check(&self, text: &str) -> Result<bool, String> {
        let query = parse(text).map_err(|complaints| format!("{text}\n{complaints:?}"))?;
        let expected = answer(&query, text, &self.records);
        let question = Question::insights(text, NOW);
        // Of what is equal under a limit, a plan may keep others than the way row by row, but whatever the shards.
        let first = [OnceCell::new(), OnceCell::new()];
        for (shards, session) in &self.sessions {
            for long in [false, true] {
                let way = if long { "row by row" } else { "by a plan if it can" };
                let at = || format!("{text}\nin {shards} shards, {way}:\n");
                let table =
                    ask(session, &question, long).map_err(|complaints| format!("{}{complaints:?}", at()))?;
                if !expected.is_open {
                    differs(&expected, &table).map_err(|what| format!("{}{what}", at()))?;
                }
                let first = first[usize::from(long)].get_or_init(|| table.clone());
                if (&first.columns, &first.rows) != (&table.columns, &table.rows) {
                    return Err(format!("{}not what one shard gives:\n{first:?}\n{table:?}", at()));
                }
            }
        }
        Ok(!expected.is_open)
    }
}

/// Files of some lines each, with the header line.
fn in_parts(log: &str, parts: usize) -> Vec<String> {
    let (header, lines) = log.split_once('\n').unwrap();
    let lines: Vec<&str> = lines.lines().collect();
    let part = |lines: &[&str]| format!("{header}\n{}\n", lines.join("\n"));
    lines.chunks(lines.len().div_ceil(parts)).map(part).collect()
}

/// Rows of one tie may come in any order, and where the last of them are cut off, any of them may.
fn differs(expected: &Expected, table: &Table) -> Result<(), String> {
    if expected.columns != table.columns {
        return Err(format!("columns {:?}, not {:?}", table.columns, expected.columns));
    }
    if expected.count != table.rows.len() {
        return Err(format!("{} rows, not {}{}", table.rows.len(), expected.count, shown(expected, table)));
    }
    let mut given = table.rows.as_slice();
    for tie in expected.rows.chunk_by(|(_, a), (_, b)| a == b) {
        let (here, rest) = given.split_at(tie.len().min(given.len()));
        given = rest;
        let mut left: Vec<&Vec<Val>> = tie.iter().map(|(row, _)| row).collect();
        for row in here {
            let found = left.iter().position(|one| one.iter().zip(row).all(|(a, b)| same(a, b)));
            let Some(at) = found else {
                return Err(format!("{row:?} is not expected here{}", shown(expected, table)));
            };
            left.swap_remove(at);
        }
    }
    Ok(())
}

fn shown(expected: &Expected, table: &Table) -> String {
    let mut out = String::from("\nexpected:\n");
    for (row, tie) in expected.rows.iter().take(30) {
        let _ = writeln!(out, "{tie}: {}", row.iter().map(Val::text).collect::<Vec<_>>().join(" | "));
    }
    out.push_str("given:\n");
    for row in table.rows.iter().take(30) {
        let _ = writeln!(out, "{}", row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | "));
    }
    out
}

#[track_caller]
fn check_all<'a>(log: &Log, queries: impl IntoIterator<Item = &'a str>, open: bool) {
    let mut wrong = Vec::new();
    for text in queries {
        match log.check(text) {
            Ok(is_told) if is_told || open => {}
            Ok(_) => wrong.push(format!("{text}\nhas several answers")),
            Err(what) => wrong.push(what),
        }
    }
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n\n"));
}

fn samples(blanks: &Blanks) -> Vec<String> {
    gallery(blanks).into_iter().flat_map(|group| group.samples).map(|sample| sample.text).collect()
}

#[test]
fn the_gallery() {
    let filled = |nat: &str, inside: &str, source: &str, destination: &str, interface: &str| Blanks {
        nat: Some(nat.to_owned()),
        inside: Some(inside.to_owned()),
        source: Some(source.to_owned()),
        destination: Some(destination.to_owned()),
        interface: Some(interface.to_owned()),
    };
    let small = filled("10.0.0.5", "10.0.0.9", "203.0.113.9", "10.0.0.5", "eni-0b");
    let large = filled("10.20.0.10", "10.20.0.10", "203.0.113.249", "10.20.0.10", "eni-0b1a7c4d92e6f3581");
    for (log, blanks) in [(Log::small(), small), (Log::sample(), large)] {
        for blanks in [Blanks::default(), blanks] {
            let samples = samples(&blanks);
            check_all(&log, samples.iter().map(String::as_str), true);
        }
    }
}

#[test]
fn every_command_over_a_small_log() {
    check_all(&Log::small(), reference::queries::QUERIES.trim().lines(), false);
}

#[test]
fn every_command_over_the_sample() {
    let queries = reference::queries::QUERIES.trim().lines().filter(|text| !text.contains("team"));
    check_all(&Log::sample(), queries, true);
}

fn check_random(log: &Log, cases: u32) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let told = TestRunner::new(config).run(&reference::random::query(), |text| {
        log.check(&text).map_err(TestCaseError::fail)?;
        Ok(())
    });
    if let Err(what) = told {
        panic!("{what}");
    }
}

#[test]
fn random_queries_over_a_small_log() {
    check_random(&Log::small(), 1000);
}

#[test]
fn random_queries_over_the_sample() {
    check_random(&Log::sample(), 60);
}
