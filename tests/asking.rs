//! Questions in Logs Insights QL over small logs, and over the generator's: what comes out, whichever way it is computed.

use flowlens::engine::local::{ask, read};
use flowlens_ask::{Question, Table};

/// A small log with a record of no data and one of IPv6.
const LOG: &str = "\
version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags
2 123456789012 eni-0a 10.0.0.5 198.51.100.7 40001 443 6 10 5000 1700000000 1700000060 ACCEPT OK 3
2 123456789012 eni-0a 198.51.100.7 10.0.0.5 443 40001 6 12 9000 1700000001 1700000061 ACCEPT OK 19
2 123456789012 eni-0a 203.0.113.9 10.0.0.5 55555 22 6 1 40 1700000100 1700000160 REJECT OK 2
2 123456789012 eni-0b 203.0.113.9 10.0.0.10 55556 3389 6 2 80 1700000400 1700000460 REJECT OK 2
2 123456789012 eni-0b 10.0.0.10 10.0.0.2 53000 53 17 1 70 1700000500 1700000560 ACCEPT OK 0
2 123456789012 eni-0c - - - - - - - 1700000600 1700000660 - NODATA -
2 123456789012 eni-0b 2001:db8::5 2001:db8::9 60000 443 6 4 400 1700000700 1700000760 ACCEPT OK 2
";

fn shown(table: &Table) -> String {
    let mut out = table.columns.join(" | ");
    for row in 0..table.rows.len() {
        out.push('\n');
        let cells: Vec<String> =
            (0..table.columns.len()).map(|column| table.text(row, column).into_owned()).collect();
        out.push_str(&cells.join(" | "));
    }
    out
}

fn answer(text: &str) -> String {
    let parts: Vec<&str> = LOG.splitn(2, '\n').collect();
    let rows: Vec<&str> = parts[1].lines().collect();
    let of = |rows: &[&str]| format!("{}\n{}\n", parts[0], rows.join("\n"));
    let (one, two) = (of(&rows[..4]), of(&rows[4..]));
    let question = Question { text: text.to_owned(), now: 1_800_000_000 };
    let mut answers = Vec::new();
    for (files, shards) in
        [(vec![LOG.to_owned()], 1), (vec![one.clone(), two.clone()], 2), (vec![two, one], 3)]
    {
        let files: Vec<(&str, &[u8])> = files.iter().map(|text| ("a.log", text.as_bytes())).collect();
        let session = read(files, shards, 1000);
        for long in [false, true] {
            answers.push(match ask(&session, &question, long) {
                Ok(table) => shown(&table),
                Err(complaints) => complaints.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
            });
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "one answer whichever way: {answers:#?}");
    answers.remove(0)
}

#[track_caller]
fn gives(text: &str, expected: &str) {
    let lines: Vec<&str> = expected.trim().lines().map(str::trim).collect();
    assert_eq!(answer(text), lines.join("\n"), "{text}");
}

#[test]
fn sums_by_pairs() {
    gives(
        "stats sum(packets) as packetsTransferred by srcAddr, dstAddr | sort packetsTransferred desc | limit 2",
        "srcAddr | dstAddr | packetsTransferred
         198.51.100.7 | 10.0.0.5 | 12
         10.0.0.5 | 198.51.100.7 | 10",
    );
}

#[test]
fn rows_newest_first() {
    gives(
        "fields @timestamp, srcAddr, dstPort | filter dstPort < 100",
        "@timestamp | srcAddr | dstPort
         2023-11-14 22:21:40.000 | 10.0.0.10 | 53
         2023-11-14 22:15:00.000 | 203.0.113.9 | 22",
    );
}
