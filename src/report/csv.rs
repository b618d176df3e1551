//! The findings as CSV (RFC 4180), safe to open in a spreadsheet.

use super::number::grouped;
use super::{Report, words};
use crate::diagnose::Finding;
use crate::ingest::Outcome;
use crate::record::{protocol, time};

const HEADER: &[&str] = &[
    "id",
    "kind",
    "title",
    "text",
    "component",
    "direction",
    "certainty",
    "rule",
    "interface",
    "local",
    "subnet",
    "transit_gateway",
    "peers",
    "peer_count",
    "port",
    "protocol",
    "first",
    "last",
    "conversations",
    "records",
    "packets",
    "bytes",
    "next_step",
];

/// One row a finding, in the report's order; times in UTC.
pub fn to_csv(report: &Report) -> String {
    let mut text = String::new();
    push_row(&mut text, HEADER);
    for finding in &report.findings {
        push_row(&mut text, &cells(finding).each_ref().map(String::as_str));
    }
    text
}

/// One row a refused line that was kept, and one for each file that tells of those that were not.
pub fn refused(report: &Report) -> String {
    let mut text = "file,line,offset,reason,text\r\n".to_owned();
    for input in &report.inputs {
        push_refused(&mut text, input);
    }
    text
}

fn push_refused(text: &mut String, input: &Outcome) {
    for refusal in &input.refusals {
        let (line, offset) = (refusal.line.to_string(), refusal.offset.to_string());
        push_row(text, &[&input.name, &line, &offset, &refusal.reason, &refusal.text]);
    }
    let more = input.refused.saturating_sub(input.refusals.len() as u64);
    if more > 0 {
        let more = grouped(more) + " more refused lines were counted; the first of each file are kept";
        push_row(text, &[&input.name, "", "", &more, ""]);
    }
}

fn cells(finding: &Finding) -> [String; HEADER.len()] {
    let Finding { cause, .. } = finding;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        finding.id.clone(),
        finding.kind.name().to_owned(),
        finding.title.clone(),
        finding.text.clone(),
        words::component(cause.component).to_owned(),
        cause.direction.map(words::direction).unwrap_or_default().to_owned(),
        words::certainty(cause.certainty).to_owned(),
        text(&cause.rule),
        text(&finding.interface),
        text(&finding.local),
        text(&finding.subnet),
        words::gateway(finding),
        finding.peers.join(" "),
        finding.peer_count.to_string(),
        finding.port.map(|port| port.to_string()).unwrap_or_default(),
        finding.protocol.map(|number| protocol::label(number.into())).unwrap_or_default(),
        time::iso(finding.first),
        time::iso(finding.last),
        finding.conversations.to_string(),
        finding.records.to_string(),
        finding.packets.to_string(),
        finding.bytes.to_string(),
        finding.next_step.clone(),
    ]
}

pub(super) fn push_row(text: &mut String, cells: &[&str]) {
    for (i, cell) in cells.iter().enumerate() {
        if i > 0 {
            text.push(',');
        }
        push_cell(text, cell);
    }
    text.push_str("\r\n");
}

/// Quotes where needed. A leading `=`, `+`, `-`, `@`, tab or CR gets an apostrophe, so that no spreadsheet takes a
/// text out of a log for a formula.
pub(super) fn push_cell(text: &mut String, cell: &str) {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let quoted = cell.contains([',', '"', '\r', '\n']);
    if quoted {
        text.push('"');
    }
    if formula {
        text.push('\'');
    }
    if quoted {
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(cell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::outcome::Refusal;
    use crate::report::view::fixture::finding;

    fn cell(text: &str) -> String {
        let mut out = String::new();
        push_cell(&mut out, text);
        out
    }

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        for (text, written) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"no\"", "\"say \"\"no\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "'=1+1"),
            ("@x", "'@x"),
            ("-", "'-"),
            ("=HYPERLINK(\"a\",\"b\")", "\"'=HYPERLINK(\"\"a\"\",\"\"b\"\")\""),
        ] {
            assert_eq!(cell(text), written);
        }
    }

    #[test]
    fn one_row_a_refused_line_and_one_for_those_that_were_not_kept() {
        let refusal = Refusal {
            line: 3,
            offset: 120,
            reason: "13 values, not 14".to_owned(),
            text: "=1, \"x\"".to_owned(),
        };
        let input = Outcome { refused: 1_205, refusals: vec![refusal], ..Outcome::new("a,b.log", 9) };
        let text = refused(&Report { inputs: vec![input], ..Report::default() });
        let rows: Vec<&str> = text.split_terminator("\r\n").collect();
        assert_eq!(rows[1], "\"a,b.log\",3,120,\"13 values, not 14\",\"'=1, \"\"x\"\"\"");
        assert_eq!(
            rows[2],
            "\"a,b.log\",,,\"1,204 more refused lines were counted; the first of each file are kept\","
        );
        assert_eq!(rows.len(), 3);
    }

    #[test]
    fn one_row_a_finding() {
        let report = Report { findings: vec![finding(), finding()], ..Report::default() };
        let text = to_csv(&report);
        let lines: Vec<_> = text.split_terminator("\r\n").collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0].split(',').count(), HEADER.len());
        assert!(lines[1].starts_with("reply-blocked-outbound/eni-0ab/10.7.7.7/443,reply-blocked-outbound,"));
        assert!(lines[1].contains(",network ACL,outbound,certain,,eni-0ab,"));
    }
}
