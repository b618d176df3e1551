//! Reading a text and saying what came of it in one line.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use flowlens::ingest::{Beginning, Outcome, Reader};
use flowlens::store::Table;

/// The default format's header line.
pub(crate) const HEADER: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";
/// An accepted record, a rejected one, and one without traffic.
pub(crate) const A: &str =
    "2 123456789012 eni-0a 10.0.0.5 198.51.100.7 40000 443 6 10 840 1700000000 1700000060 ACCEPT OK";
pub(crate) const B: &str =
    "2 123456789012 eni-0a 203.0.113.9 10.0.0.5 51000 22 6 1 40 1700000010 1700000070 REJECT OK";
pub(crate) const N: &str = "2 123456789012 eni-0a - - - - - - - 1700000020 1700000080 - NODATA";
/// A record of a custom format of four fields.
pub(crate) const CUSTOM: &str = "2 eni-0a 10.0.0.5 198.51.100.7";

/// Reads a file in chunks of a size.
pub(crate) fn read(name: &str, bytes: &[u8], chunk: usize) -> (Outcome, Table) {
    let mut table = Table::default();
    let mut reader = Reader::new(name, bytes.len() as u64, Beginning::default());
    for chunk in bytes.chunks(chunk.max(1)) {
        reader.push(chunk, &mut table);
    }
    let outcome = reader.finish(&mut table);
    (outcome, table)
}

/// What came of a file: its shape, how its lines add up, what they say, and what went wrong where.
pub(crate) fn told(outcome: &Outcome) -> String {
    let mut out = String::new();
    if let Some(skipped) = &outcome.skipped {
        return format!("skipped: {skipped}");
    }
    if let (Some(error), 0) = (&outcome.error, outcome.lines) {
        return error.clone();
    }
    let _written = write!(out, "{}: {} {}s", outcome.shape, outcome.lines, outcome.unit);
    let parts = [
        (outcome.records, "records"),
        (outcome.headers, "headers"),
        (outcome.blanks, "blanks"),
        (outcome.comments, "comments"),
        (outcome.refused, "refused"),
        (outcome.control, "control"),
    ];
    let sum: u64 = parts.iter().map(|(count, _)| count).sum();
    assert_eq!(outcome.lines, sum, "the lines do not add up: {outcome:?}");
    for (i, (count, what)) in parts.iter().filter(|(count, _)| *count > 0).enumerate() {
        let _written = write!(out, " {} {count} {what}", if i == 0 { '=' } else { '+' });
    }
    let verdicts = [outcome.accept, outcome.reject, outcome.nodata, outcome.skipdata];
    if outcome.records > 0 {
        let _written = write!(out, " {verdicts:?} {}", outcome.format_source);
    }
    for refusal in &outcome.refusals {
        let _written = write!(out, " | {}:{} {}", refusal.line, refusal.offset, refusal.reason);
    }
    for warning in &outcome.warnings {
        let _written = write!(out, " | {warning}");
    }
    if let Some(error) = &outcome.error {
        let _written = write!(out, " | {error}");
    }
    out
}

/// A gzip member.
pub(crate) fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// A text as JSON.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// An event of CloudWatch Logs.
pub(crate) fn event(message: &str) -> String {
    format!("{{\"id\":\"1\",\"timestamp\":1700000000000,\"message\":{}}}", quoted(message))
}

/// A subscription's payload.
pub(crate) fn payload(kind: &str, events: &[String]) -> String {
    format!(
        "{{\"messageType\":\"{kind}\",\"owner\":\"123456789012\",\"logGroup\":\"g\",\"logStream\":\"eni-0a-all\",\
         \"subscriptionFilters\":[\"f\"],\"logEvents\":[{}]}}",
        events.join(",")
    )
}

/// A record as a JSON object, keys in some spelling.
pub(crate) fn object(keys: impl Fn(&str) -> String, line: &str) -> String {
    let members: Vec<String> = HEADER
        .split(' ')
        .zip(line.split(' '))
        .map(|(key, value)| format!("{}:{}", quoted(&keys(key)), quoted(value)))
        .collect();
    format!("{{{}}}", members.join(","))
}
