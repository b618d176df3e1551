//! A small log that is asked, and how it is asked: as a plan and row by row, in one, two and three shards.

use flowlens::engine::local::{ask, read};
use flowlens_ask::{Answered, Question, Table};

/// A small log with a record of no data and one of IPv6.
pub(crate) const LOG: &str = "\
version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags
2 123456789012 eni-0a 10.0.0.5 198.51.100.7 40001 443 6 10 5000 1700000000 1700000060 ACCEPT OK 3
2 123456789012 eni-0a 198.51.100.7 10.0.0.5 443 40001 6 12 9000 1700000001 1700000061 ACCEPT OK 19
2 123456789012 eni-0a 203.0.113.9 10.0.0.5 55555 22 6 1 40 1700000100 1700000160 REJECT OK 2
2 123456789012 eni-0b 203.0.113.9 10.0.0.10 55556 3389 6 2 80 1700000400 1700000460 REJECT OK 2
2 123456789012 eni-0b 10.0.0.10 10.0.0.2 53000 53 17 1 70 1700000500 1700000560 ACCEPT OK 0
2 123456789012 eni-0c - - - - - - - 1700000600 1700000660 - NODATA -
2 123456789012 eni-0b 2001:db8::5 2001:db8::9 60000 443 6 4 400 1700000700 1700000760 ACCEPT OK 2
";

/// An answer as text: a line for the names of its columns, and one for each row.
pub(crate) fn shown(table: &Table) -> String {
    let mut out = table.columns.join(" | ");
    for row in 0..table.rows.len() {
        out.push('\n');
        let cells: Vec<String> =
            (0..table.columns.len()).map(|column| table.text(row, column).into_owned()).collect();
        out.push_str(&cells.join(" | "));
    }
    out
}

/// The one answer to a question, whichever way it is computed.
#[track_caller]
pub(crate) fn answer(question: &Question, show: &dyn Fn(Answered) -> String) -> String {
    let (header, rows) = LOG.split_once('\n').unwrap_or_default();
    let rows: Vec<&str> = rows.lines().collect();
    let of = |rows: &[&str]| format!("{header}\n{}\n", rows.join("\n"));
    let (one, two) = (of(&rows[..4]), of(&rows[4..]));
    let mut answers = Vec::new();
    for (files, shards) in
        [(vec![LOG.to_owned()], 1), (vec![one.clone(), two.clone()], 2), (vec![two, one], 3)]
    {
        let files: Vec<(&str, &[u8])> = files.iter().map(|text| ("a.log", text.as_bytes())).collect();
        let session = read(files, shards, 1000);
        answers.extend([false, true].map(|long| show(ask(&session, question, long))));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "one answer whichever way: {answers:#?}");
    answers.remove(0)
}
