//! The report as Markdown, to paste into a ticket.

use std::fmt::Write as _;

use super::model::{Totals, TransitGateway};
use super::number::{bytes, grouped, plural, share};
use super::{Report, words};
use crate::diagnose::Finding;
use crate::ingest::outcome::Outcome;
use crate::record::time;

/// The whole report: totals, findings with evidence and queries, inputs. Times in UTC.
pub fn to_markdown(report: &Report) -> String {
    let mut out = String::from("# VPC flow log report\n\n");
    push_summary(&mut out, report);
    push_findings(&mut out, &report.findings);
    push_inputs(&mut out, &report.inputs);
    out
}

/// One finding, as the report has it.
pub fn of_finding(finding: &Finding) -> String {
    let mut out = String::new();
    push_finding(&mut out, finding, "#");
    out
}

fn push_summary(out: &mut String, report: &Report) {
    let totals = &report.totals;
    let gateways = &totals.transit_gateway;
    let of_athena = report.athena.as_ref().filter(|athena| athena.shown);
    if let Some(athena) = of_athena {
        push(out, format_args!("{}.\n\n", words::from_athena(athena)));
    }
    let counted = match (totals.records, gateways.records) {
        (vpc, 0) => records(vpc),
        (0, gateways) => gateway_records(gateways),
        (vpc, gateways) => format!("{} and {}", records(vpc), gateway_records(gateways)),
    };
    out.push_str(&counted);
    if of_athena.is_none() {
        push(out, format_args!(" from {}", plural(report.inputs.len() as u64, "file", "files")));
    }
    let first = totals.first.into_iter().chain(gateways.first).min();
    let last = totals.last.into_iter().chain(gateways.last).max();
    if let (Some(first), Some(last)) = (first, last) {
        push(out, format_args!(", {} to {} UTC", time::date_time(first), time::date_time(last)));
    }
    out.push_str(".\n");
    if gateways.records == 0 || totals.records > 0 {
        push_verdicts(out, totals);
    }
    if gateways.records > 0 {
        push_gateways(out, gateways);
    }
    push_copies(out, totals);
}

fn push_verdicts(out: &mut String, totals: &Totals) {
    out.push_str("\n| | records | share |\n|---|---:|---:|\n");
    for (name, number) in [
        ("accepted", totals.accept),
        ("rejected", totals.reject),
        ("no data", totals.nodata),
        ("skipped by AWS", totals.skipdata),
    ] {
        push(out, format_args!("| {name} | {} | {} |\n", grouped(number), share(number, totals.records)));
    }
    push(
        out,
        format_args!(
            "\n{} in {}, {}, {}.\n",
            bytes(totals.bytes),
            plural(totals.packets, "packet", "packets"),
            plural(totals.interfaces, "interface", "interfaces"),
            plural(totals.sources, "source address", "source addresses"),
        ),
    );
}

/// Each flow that crossed a transit gateway, once.
fn push_gateways(out: &mut String, gateways: &TransitGateway) {
    push(
        out,
        format_args!(
            "\nAcross transit gateways: {} in {}, {} lost.\n",
            bytes(gateways.bytes),
            plural(gateways.packets, "packet", "packets"),
            plural(gateways.lost, "packet", "packets"),
        ),
    );
    if gateways.loss_unknown > 0 {
        push(
            out,
            format_args!("\n{} of flows do not tell of losses.\n", gateway_records(gateways.loss_unknown)),
        );
    }
}

/// What is said of exact copies, if there are any.
fn push_copies(out: &mut String, totals: &Totals) {
    if let Some(copies) = totals.duplicates.filter(|&copies| copies > 0) {
        let what = if totals.left_out > 0 { "left out of all counts" } else { "counted like all others" };
        push(out, format_args!("\n{} that are exact copies of others are {what}.\n", records(copies)));
    }
}

fn push_findings(out: &mut String, findings: &[Finding]) {
    out.push_str("\n## Findings\n");
    if findings.is_empty() {
        out.push_str(
            "\nNothing stands out: no rejected traffic, no NAT gateway and no losses in these records.\n",
        );
    }
    for finding in findings {
        out.push('\n');
        push_finding(out, finding, "###");
    }
}

fn push_finding(out: &mut String, finding: &Finding, heading: &str) {
    push(out, format_args!("{heading} {}\n\n", escape(&finding.text)));
    let mut item = |name: &str, text: &str| {
        if !text.is_empty() {
            push(out, format_args!("- {name}: {}\n", escape(text)));
        }
    };
    item("Cause", &format!("{} ({})", words::cause(finding), words::certainty(finding.cause.certainty)));
    item("Rule", finding.cause.rule.as_deref().unwrap_or_default());
    item("Interface", &interface(finding));
    item("Transit gateway", &words::gateway(finding));
    item("Peers", &words::peers(finding));
    item("Service", &words::port(finding));
    item("Seen", &seen(finding));
    for change in &finding.changes {
        item(
            "Change",
            &format!(
                "{} until {} UTC, {} from {} UTC",
                change.from,
                time::date_time(change.last_before),
                change.to,
                time::date_time(change.first_after)
            ),
        );
    }
    item("Why", &finding.why);
    item("Next step", &finding.next_step);
    item("Would settle more", &finding.settle.join("; "));
    if !finding.evidence.is_empty() {
        push(
            out,
            format_args!("\nEvidence ({} of {}):\n\n", finding.evidence.len(), records(finding.records)),
        );
        push_code(out, "", &finding.evidence.join("\n"));
    }
    for (tongue, queries) in
        [("CloudWatch Logs Insights", &finding.queries.insights), ("Athena", &finding.queries.athena)]
    {
        for query in queries {
            push(out, format_args!("\n{tongue}, {}:\n\n", escape(&query.title)));
            push_code(out, if tongue == "Athena" { "sql" } else { "" }, &query.text);
        }
    }
}

fn push_inputs(out: &mut String, inputs: &[Outcome]) {
    out.push_str("\n## Inputs\n\n| file | records | refused lines | problem |\n|---|---:|---:|---|\n");
    let (problems, fine): (Vec<_>, Vec<_>) = inputs.iter().partition(|input| input.has_problem());
    for input in problems.iter().chain(fine.iter().take(FINE_INPUTS_MAX)) {
        push(
            out,
            format_args!(
                "| {} | {} | {} | {} |\n",
                escape(&input.name),
                grouped(input.records),
                grouped(input.refused),
                escape(input.error.as_deref().unwrap_or_default())
            ),
        );
    }
    if let Some(more) = fine.len().checked_sub(FINE_INPUTS_MAX).filter(|&more| more > 0) {
        push(out, format_args!("\nand {} without problems.\n", plural(more as u64, "file", "files")));
    }
}

/// Files without problems that are listed by name; a ticket needs no list of thousands.
const FINE_INPUTS_MAX: usize = 50;

fn interface(finding: &Finding) -> String {
    [&finding.interface, &finding.local, &finding.subnet]
        .into_iter()
        .flatten()
        .cloned()
        .collect::<Vec<_>>()
        .join(", ")
}

fn seen(finding: &Finding) -> String {
    format!(
        "{} to {} UTC, {}, {}, {}",
        time::date_time(finding.first),
        time::date_time(finding.last),
        plural(finding.conversations, "connection", "connections"),
        records(finding.records),
        plural(finding.packets, "packet", "packets"),
    )
}

fn gateway_records(number: u64) -> String {
    plural(number, "transit gateway record", "transit gateway records")
}

fn records(number: u64) -> String {
    plural(number, "record", "records")
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    out.write_fmt(text).unwrap_or_default();
}

/// A fenced block whose fence is longer than any run of backticks inside.
fn push_code(out: &mut String, language: &str, code: &str) {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    push(out, format_args!("{fence}{language}\n{code}\n{fence}\n"));
}

/// Text in which nothing is markup: names and lines come from files.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '&' | '!' | '~' => {
                out.extend(['\\', c]);
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::view::fixture::finding;

    #[test]
    fn text_from_files_is_never_markup() {
        assert_eq!(escape("a|b <img> `x` [l](u)\nz"), "a\\|b \\<img\\> \\`x\\` \\[l\\](u) z");
        let mut out = String::new();
        push_code(&mut out, "", "has ``` inside");
        assert_eq!(out, "````\nhas ``` inside\n````\n");
    }

    #[test]
    fn a_report_to_paste() {
        let report = Report {
            inputs: vec![Outcome::failed("bad|name.log", 9, "not a flow log"), Outcome::new("a.log", 1)],
            findings: vec![finding()],
            ..Report::default()
        };
        insta::assert_snapshot!(to_markdown(&report));
    }

    #[test]
    fn thousands_of_good_files_are_summed_up() {
        let report = Report {
            inputs: (0..60).map(|i| Outcome::new(format!("{i}.gz"), 1)).collect(),
            ..Report::default()
        };
        let text = to_markdown(&report);
        assert!(text.contains("and 10 files without problems."));
        assert!(text.contains("Nothing stands out"));
    }
}
