//! Questions in Athena SQL over a small log: what comes out, whichever way it is computed.

#[path = "support/asking.rs"]
mod support;

use flowlens::engine::local::{self, ask, read};
use flowlens::query::{Answer, Value, athena};
use flowlens_ask::{Question, Table};
use support::{LOG, shown};

fn answer(text: &str) -> String {
    let query = match flowlens_sql::parse(text) {
        Ok(query) => query,
        Err(complaints) => return complained(text, &complaints),
    };
    support::answer(&Question::sql(query, 1_700_100_000), &|answered| match answered {
        Ok(table) => {
            let notes = table.notes.iter().map(|note| format!("\n! {note}"));
            shown(&table) + &notes.collect::<String>()
        }
        Err(complaints) => complained(text, &complaints),
    })
}

fn complained(text: &str, complaints: &[flowlens_ask::insights::ast::Complaint]) -> String {
    let show =
        |one: &flowlens_ask::insights::ast::Complaint| format!("✗ {}: {}", one.span.of(text), one.text);
    complaints.iter().map(show).collect::<Vec<_>>().join("\n")
}

#[test]
fn answers_to_sql() {
    let queries = include_str!("sql/queries.sql");
    let mut out = String::new();
    for query in queries.split(";\n").map(str::trim).filter(|query| !query.is_empty()) {
        out.push_str(query);
        out.push_str("\n---\n");
        out.push_str(&answer(query));
        out.push_str("\n\n");
    }
    insta::assert_snapshot!(out);
}

/// What flowlens prints for Athena is answered here as it is by the plan that it was printed from.
#[test]
fn printed_sql_is_read_again() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("static/sample.log.gz");
    let bytes = std::fs::read(path).unwrap();
    let session = read([("sample.log.gz", bytes.as_slice())], 2, 1 << 16);
    let mut asked = 0;
    for question in session.findings().iter().flat_map(|finding| &finding.questions) {
        let Ok(text) = athena::render(&question.plan) else { continue };
        let query = match flowlens_sql::parse(&text) {
            Ok(query) => query,
            Err(complaints) => panic!("{}\n{text}", complained(&text, &complaints)),
        };
        let table = match ask(&session, &Question::sql(query, 0), false) {
            Ok(table) => table,
            Err(complaints) => panic!("{}\n{text}", complained(&text, &complaints)),
        };
        let (of_sql, of_plan) =
            (rows_of_table(&table), rows_of_plan(&local::wait(session.query(&question.plan))));
        let differing = of_sql.iter().zip(&of_plan).find(|(a, b)| a != b);
        assert_eq!((differing, of_sql.len()), (None, of_plan.len()), "{text}\n{:?}", table.notes);
        asked += 1;
    }
    assert!(asked > 20, "{asked}");
}

/// Rows as text, a missing value as a hyphen; a record's line is all its columns.
fn rows_of_table(table: &Table) -> Vec<String> {
    let cell = |row: usize, column: usize| match &*table.text(row, column) {
        "" => "-".to_owned(),
        text => text.to_owned(),
    };
    let row =
        |row: usize| (0..table.columns.len()).map(|column| cell(row, column)).collect::<Vec<_>>().join(" ");
    let mut rows: Vec<String> = (0..table.rows.len()).map(row).collect();
    rows.sort();
    rows
}

fn rows_of_plan(answer: &Answer) -> Vec<String> {
    let cell = |value: &Value| match value {
        Value::Missing => "-".to_owned(),
        value => value.to_string(),
    };
    let row = |row: &Vec<Value>| row.iter().map(cell).collect::<Vec<_>>().join(" ");
    let mut rows: Vec<String> = answer.rows.iter().map(row).collect();
    rows.sort();
    rows
}

/// Source: Trino, "Functions and operators", whose examples many of these are.
#[test]
fn functions_and_operators() {
    let session = read([("a.log", LOG.as_bytes())], 1, 1000);
    let mut wrong = Vec::new();
    for line in include_str!("sql/functions.txt").lines() {
        let (text, expected) = line.rsplit_once(" => ").unwrap_or((line.trim_end_matches(" =>"), ""));
        // Of a constant, and of a value of the rows, which is computed later.
        let query = format!("SELECT {text} FROM t WHERE srcaddr = '10.0.0.5'");
        let given = match flowlens_sql::parse(&query) {
            Err(complaints) => complained(&query, &complaints),
            Ok(parsed) => match ask(&session, &Question::sql(parsed, 1_700_100_000), false) {
                Err(complaints) => complained(&query, &complaints),
                Ok(table) if table.rows == [[flowlens_ask::value::Value::Missing]] => "NULL".to_owned(),
                Ok(table) => table.text(0, 0).into_owned(),
            },
        };
        if given != expected {
            wrong.push(format!("{text} => {given}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
