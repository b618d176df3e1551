//! What results of Athena tell: the same as the log that they are of.
//!
//! The results are made of the executor's own answers here; `tools/athena-rounds.py` has DuckDB make them from the SQL.

use std::fmt::Write as _;
use std::io::Read as _;

use flowlens::diagnose::finding::Queries;
use flowlens::diagnose::{Finding, Purpose};
use flowlens::engine::Session;
use flowlens::engine::athena::mark;
use flowlens::engine::local::{self, LocalFleet};
use flowlens::query::{Output, Value};
use flowlens::record::{Format, Mark};

const DAYS: Option<(u32, u32)> = Some((20_261_001, 20_261_031));

/// A file: its name and what is in it.
type File = (String, String);

fn sample() -> String {
    let mut text = String::new();
    let packed: &[u8] = include_bytes!("../static/sample.log.gz");
    // What cannot be read is told by the tests.
    let _read = flate2::read::MultiGzDecoder::new(packed).read_to_string(&mut text);
    text
}

fn read(files: &[File]) -> Session<LocalFleet> {
    local::read(files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())), 2, 4096)
}

/// The results of all that is to be run next over a log.
fn results(log: &Session<LocalFleet>, format: &Format, so_far: &[File], evidence: bool) -> Vec<File> {
    let of = mark(format, DAYS);
    let queries = read(so_far).athena_queries(of);
    let next = queries.iter().filter(|it| it.rows.is_none() && (it.purpose == Purpose::Evidence) == evidence);
    next.map(|query| {
        let answer = local::wait(log.query(&query.plan));
        let column = Mark { query: query.query, ..of }.column();
        let is_lines = matches!(query.plan.output, Output::Lines { .. });
        let names = || format.columns().iter().map(|column| column.name().replace('-', "_"));
        let header: Vec<String> = if is_lines { names().collect() } else { answer.columns.clone() };
        let mut text = format!("\"{}\",\"{column}\"\n", header.join("\",\""));
        for row in &answer.rows {
            let cells: Vec<String> = match row.as_slice() {
                [Value::Text(line)] if is_lines => line.split(' ').map(str::to_owned).collect(),
                cells => cells.iter().map(ToString::to_string).collect(),
            };
            let cells: Vec<String> =
                cells.iter().map(|it| if it == "-" { String::new() } else { format!("\"{it}\"") }).collect();
            let _always = writeln!(text, "{},\"{}\"", cells.join(","), answer.rows.len());
        }
        (format!("{column}.csv"), text)
    })
    .collect()
}

/// The results of all steps, and how many steps there were.
fn all_results(log: &str) -> (Vec<File>, usize) {
    let session = local::read([("log", log.as_bytes())], 2, 4096);
    let format = Format::from_names(log.lines().next().unwrap_or_default().split(' '))
        .unwrap_or_else(|_| Format::default_v2());
    let mut files = Vec::new();
    for step in 0..8 {
        let mut next = results(&session, &format, &files, false);
        if next.is_empty() {
            files.extend(results(&session, &format, &files, true));
            return (files, step);
        }
        // Whatever order they come in.
        next.reverse();
        files.splice(0..0, next);
    }
    panic!("the steps do not end");
}

fn without_records(findings: &[Finding]) -> Vec<Finding> {
    let bare = |finding: &Finding| Finding {
        evidence: Vec::new(),
        queries: Queries::default(),
        questions: Vec::new(),
        ..finding.clone()
    };
    findings.iter().map(bare).collect()
}

#[test]
fn results_tell_what_the_log_tells() {
    let log = sample();
    let (files, steps) = all_results(&log);
    assert!(steps <= 5, "{steps}");
    let (expected, found) = (read(&[("log".to_owned(), log)]), read(&files));
    let (expected, found) = (local::wait(expected.report(true)), local::wait(found.report(true)));
    assert_eq!(without_records(&found.findings), without_records(&expected.findings));
    let evidence = |findings: &[Finding]| findings.iter().map(|it| it.evidence.clone()).collect::<Vec<_>>();
    assert_eq!(evidence(&found.findings), evidence(&expected.findings));
    assert_eq!(found.top, expected.top);
    assert_eq!(found.totals, expected.totals);
    let athena = found.athena.unwrap();
    assert!(athena.shown && athena.judged && athena.to_run == 0);
    assert_eq!(athena.first_day.as_deref(), Some("2026-10-01"));
    assert!(
        found
            .inputs
            .iter()
            .all(|input| input.error.is_none() && input.warnings.is_empty() && input.records == 0)
    );
}

#[test]
fn results_are_kept_apart_from_records() {
    let log = sample();
    let (files, _) = all_results(&log);
    let few: String = log.split_inclusive('\n').take(500).collect();
    let alone = read(&[("few".to_owned(), few.clone())]);
    let mut both = read(&[&files[..4], &[("few".to_owned(), few)]].concat());
    let report = local::wait(both.report(false));
    assert_eq!(
        report.findings,
        local::wait(alone.report(false)).findings,
        "more results are wanted, so records are shown"
    );
    assert_eq!(report.totals.records, 499);
    assert!(report.athena.is_some_and(|athena| !athena.shown && athena.to_run > 0));
    both.show_athena(true);
    let report = local::wait(both.report(false));
    assert!(report.findings.is_empty() && report.totals.records == 0);
}

#[test]
fn what_is_wrong_with_a_result_is_said() {
    let (files, _) = all_results(&sample());
    let locals =
        files.iter().position(|(_, text)| text.starts_with("\"interface\",\"ipv6\",\"own\"")).unwrap();
    let (name, text) = &files[locals];
    let said = |changed: &str| {
        let report = local::wait(
            read(&[files.as_slice(), &[("again".to_owned(), changed.to_owned())]].concat()).report(false),
        );
        let input = report.inputs.last().unwrap().clone();
        let words = input.error.or(input.skipped).or_else(|| input.warnings.first().cloned());
        (words.unwrap_or_default(), report.inputs[locals].skipped.clone().unwrap_or_default())
    };
    assert_eq!(said(text).1, "the same result as another file");
    let cut: String = text.split_inclusive('\n').take(3).collect();
    let fewer = cut.replace("\"16\"", "\"2\"");
    let (words, before) = said(&fewer);
    assert_eq!(words, "A file before it has another result of this query; this one counts");
    assert_eq!(before, "a later file has another result of this query, which counts");
    assert_eq!(
        said(&cut).0,
        "This result of Athena is damaged: it ends after 2 of 16 rows. Fetch it from S3 again."
    );
    let short = format!("{}\n\"eni-0a\",\"0\"\n", text.lines().next().unwrap());
    assert!(said(&short).0.contains("row 1 is not whole"));
    let newer = text.replace("flowlens1_", "flowlens2_");
    assert!(said(&newer).0.contains("another version of flowlens"));
    let days = text.replace("20261031", "20261030");
    assert!(said(&days).0.is_empty(), "the last result says which days count");
    let odd = text.replacen("flowlens1_", "flowlens1_9", 1);
    assert!(said(&odd).0.starts_with("None of the queries asks this"));
    assert!(name.starts_with("flowlens1_"));
}

#[test]
fn what_is_to_be_run_depends_on_what_came() {
    let format = Format::default_v2();
    let purposes = |files: &[File]| {
        let mut all: Vec<Purpose> =
            read(files).athena_queries(mark(&format, None)).iter().map(|it| it.purpose).collect();
        all.sort();
        all.dedup();
        all
    };
    assert_eq!(purposes(&[]), [Purpose::Locals, Purpose::Skipped, Purpose::Totals]);
    // Results of other days are none of these.
    let (files, _) = all_results(&sample());
    assert_eq!(purposes(&files), [Purpose::Locals, Purpose::Skipped, Purpose::Totals]);
}
