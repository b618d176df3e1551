//! The invariants of the data path: results do not depend on shards, chunks or file order; every line is
//! accounted for; what is stored renders back; nothing panics.
#![allow(clippy::unwrap_used)] // A test that fails may panic, in its helpers too.

use std::fmt::Write as _;

use flowlens::engine::local::{self, read, wait};
use flowlens::engine::{Answered, Ask, Fleet as _};
use flowlens::ingest::{Beginning, Reader};
use flowlens::query::Plan;
use flowlens::query::plan::Expr;
use flowlens::report::Report;
use flowlens::store::Table;
use proptest::prelude::*;

/// A small world, so that keys repeat and connections have both directions.
fn record() -> impl Strategy<Value = String> {
    let address = prop_oneof![
        6 => (0_u8..3, 1_u8..6).prop_map(|(net, host)| format!("10.0.{net}.{host}")),
        2 => (1_u8..9).prop_map(|host| format!("198.51.100.{host}")),
        1 => (1_u8..5).prop_map(|host| format!("2001:db8::{host}")),
    ];
    let port = prop_oneof![Just(443_u16), Just(22), Just(5432), Just(0), 40_000_u16..40_004];
    let status = prop_oneof![12 => Just("OK"), 1 => Just("NODATA"), 1 => Just("SKIPDATA")];
    let action = prop_oneof![3 => Just("ACCEPT"), 2 => Just("REJECT")];
    let values = (
        address.clone(),
        address,
        port.clone(),
        port,
        prop_oneof![Just(6_u8), Just(17), Just(1)],
        1_u64..100,
    );
    (values, 0_u8..4, 0_u64..5000, action, status).prop_map(
        |((src, dst, sport, dport, protocol, packets), interface, start, action, status)| {
            let start = 1_700_000_000 + start;
            let head = format!("2 123456789012 eni-0{interface}");
            if status == "OK" {
                let bytes = packets * 60;
                format!(
                    "{head} {src} {dst} {sport} {dport} {protocol} {packets} {bytes} {start} {} {action} OK",
                    start + 30
                )
            } else {
                format!("{head} - - - - - - - {start} {} - {status}", start + 60)
            }
        },
    )
}

fn file(records: &[String], header: bool) -> String {
    let mut text = String::new();
    if header {
        text.push_str("version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n");
    }
    for record in records {
        writeln!(text, "{record}").unwrap();
    }
    text
}

fn report(files: &[(String, String)], shards: usize, chunk: usize) -> Report {
    let session = read(files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())), shards, chunk);
    let mut report = local::report(&session);
    report.inputs.sort_by(|a, b| a.name.cmp(&b.name));
    report
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_report_does_not_depend_on_shards_chunks_or_order(
        files in prop::collection::vec((prop::collection::vec(record(), 0..40), any::<bool>()), 1..6),
        chunk in 1_usize..200,
        turn in 0_usize..6,
    ) {
        let files: Vec<(String, String)> =
            files.iter().enumerate().map(|(i, (records, header))| (format!("{i}.log"), file(records, *header))).collect();
        let expected = report(&files, 1, usize::MAX);
        let mut turned = files.clone();
        turned.rotate_left(turn % files.len());
        for (shards, chunk) in [(2, usize::MAX), (5, chunk)] {
            prop_assert_eq!(&report(&turned, shards, chunk), &expected);
        }
    }

    #[test]
    fn every_line_is_accounted_for(lines in prop::collection::vec(prop_oneof![
        4 => record(),
        1 => "[ -~]{0,80}",
        1 => Just(String::new()),
        1 => Just("# a comment".to_owned()),
        1 => Just("version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status".to_owned()),
    ], 1..30), crlf: bool) {
        let mut text = file(&[], true);
        for line in &lines {
            write!(text, "{line}{}", if crlf { "\r\n" } else { "\n" }).unwrap();
        }
        let mut table = Table::default();
        let mut reader = Reader::new("x", text.len() as u64, Beginning::default());
        reader.push(text.as_bytes(), &mut table);
        let outcome = reader.finish(&mut table);
        prop_assert_eq!(outcome.lines, lines.len() as u64 + 1);
        prop_assert_eq!(outcome.lines, outcome.records + outcome.headers + outcome.blanks + outcome.comments + outcome.refused);
        prop_assert_eq!(table.rows() as u64, outcome.records);
        prop_assert_eq!(outcome.text_bytes, text.len() as u64);
        for refusal in &outcome.refusals {
            let at = usize::try_from(refusal.offset).unwrap();
            let line = text[at..].lines().next().unwrap_or_default();
            prop_assert!(line.starts_with(refusal.text.as_str()), "{} {}", line, refusal.text);
            prop_assert_eq!(text[..at].matches('\n').count() as u64 + 1, refusal.line);
        }
    }

    #[test]
    fn a_record_renders_back_to_its_line(records in prop::collection::vec(record(), 1..60), odd in "[a-zA-Z0-9:./_-]{1,20}", millis: bool) {
        let mut text = "brand-new version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n".to_owned();
        let lines: Vec<String> = records.iter().enumerate().map(|(i, record)| {
            let mut words: Vec<String> = record.split(' ').map(str::to_owned).collect();
            if millis && i % 2 == 0 {
                words[10].push_str("007");
                words[11].push_str("120");
            }
            if i % 3 == 0 && words[7] != "-" {
                words[7] = "06".to_owned();
            }
            format!("{odd}{i} {}", words.join(" "))
        }).collect();
        for line in &lines {
            writeln!(text, "  {}", line.replace(' ', " \t ")).unwrap();
        }
        let session = read([("x", text.as_bytes())], 1, 1000);
        let answer = wait(session.query(&Plan::lines(Expr::True, usize::MAX)));
        let mut back: Vec<String> = answer.rows.into_iter().map(|row| row[0].to_string()).collect();
        let mut lines = lines;
        back.sort();
        lines.sort();
        prop_assert_eq!(back, lines);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..3000), chunk in 1_usize..3000, header: bool) {
        let mut text = if header { file(&[], true).into_bytes() } else { Vec::new() };
        text.extend(bytes);
        let session = read([("x", text.as_slice())], 2, chunk);
        prop_assert!(wait(session.report(true)).inputs.len() == 1);
    }
}

#[test]
fn memory_stays_within_the_budget() {
    let mut text = file(&[], true);
    for i in 0..200_000_u64 {
        let (src, dst) = (i * 7919 % 60_000, i * 104_729 % 5000);
        writeln!(
            text,
            "2 123456789012 eni-0{:015x} 198.18.{}.{} 10.0.{}.{} {} 443 6 {} {} {} {} ACCEPT OK",
            i % 200,
            src / 256,
            src % 256,
            dst / 256,
            dst % 256,
            1024 + i % 60_000,
            1 + i % 900,
            40 + i * 13 % 1_000_000,
            1_700_000_000 + i / 40,
            1_700_000_060 + i / 40,
        )
        .unwrap();
    }
    let session = read([("x", text.as_bytes())], 1, 1 << 20);
    let Some(Some(Answered::Memory { records, bytes })) =
        wait(async { Some(session.fleet().ask(0, Ask::Memory).await) })
    else {
        panic!("no answer")
    };
    assert_eq!(records, 200_000);
    assert!(bytes / records <= 40, "{} bytes a record", bytes / records);
}
