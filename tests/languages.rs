//! The samples of both languages, each said in the other: what comes out is the same.

use flowlens::engine::Session;
use flowlens::engine::local::{LocalFleet, ask, read};
use flowlens_ask::gallery::{self, Blanks};
use flowlens_ask::insights::parse::parse;
use flowlens_ask::translate::{to_insights, to_sql};
use flowlens_ask::value::Value;
use flowlens_ask::{Question, Table};

const NOW: u64 = 1_792_000_000;

fn sample() -> Session<LocalFleet> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("static/sample.log.gz");
    let bytes = std::fs::read(path).unwrap_or_default();
    read([("sample.log.gz", bytes.as_slice())], 2, 1 << 16)
}

fn blanks() -> Blanks {
    Blanks {
        nat: Some("10.20.0.10".to_owned()),
        inside: Some("10.20.1.10".to_owned()),
        source: Some("10.20.2.71".to_owned()),
        destination: Some("198.51.100.60".to_owned()),
        interface: Some("eni-05c4939f6bd218e0c".to_owned()),
    }
}

fn of_insights(session: &Session<LocalFleet>, text: &str) -> Table {
    let answer = ask(session, &Question::insights(text, NOW), false);
    answer.unwrap_or_else(|complaints| panic!("{}\n{text}", complaints[0]))
}

fn of_sql(session: &Session<LocalFleet>, text: &str) -> Table {
    let query = flowlens_sql::parse(text).unwrap_or_else(|complaints| panic!("{}\n{text}", complaints[0]));
    let answer = ask(session, &Question::sql(query, NOW), false);
    answer.unwrap_or_else(|complaints| panic!("{}\n{text}", complaints[0]))
}

/// Rows as text, in order of their text. Which of rows that are equal in order come before a limit is left open, so only
/// the columns that hold numbers are told of many.
fn rows(table: &Table) -> Vec<String> {
    let cell = |row: &[Value], at: usize| match &row[at] {
        Value::Real(number) => format!("{number:.6}"),
        Value::Int(number) if table.times[at] => (number / 1000).to_string(),
        Value::Missing => "-".to_owned(),
        value => value.text().into_owned(),
    };
    let mut rows: Vec<String> = table
        .rows
        .iter()
        .map(|row| (0..row.len()).map(|at| cell(row, at)).collect::<Vec<_>>().join(" "))
        .collect();
    rows.sort();
    rows
}

#[track_caller]
fn assert_same(name: &str, text: &str, said: &str, of_text: &Table, of_said: &Table) {
    let (a, b) = (rows(of_text), rows(of_said));
    let differing = a.iter().zip(&b).find(|(a, b)| a != b);
    assert_eq!((differing, a.len()), (None, b.len()), "{name}\n{text}\n---\n{said}");
}

#[test]
fn insights_said_in_sql_gives_the_same_rows() {
    let session = sample();
    let (mut said, mut out) = (0, String::new());
    for sample in gallery::gallery(&blanks()).into_iter().flat_map(|group| group.samples) {
        let query = parse(&sample.text).unwrap();
        match to_sql(&query, &sample.text) {
            Ok(sql) => {
                let (a, b) = (of_insights(&session, &sample.text), of_sql(&session, &sql));
                assert_same(sample.name, &sample.text, &sql, &a, &b);
                said += 1;
                out.extend([&sample.text, "\n---\n", &sql, "\n\n"]);
            }
            Err(complaint) => out.extend([&sample.text, "\n--- ", &complaint.text, "\n\n"]),
        }
    }
    assert!(said >= 25, "{said}");
    insta::assert_snapshot!(out);
}

#[test]
fn sql_said_in_insights_gives_the_same_rows() {
    let session = sample();
    let (mut said, mut out) = (0, String::new());
    for sample in gallery::sql::gallery(&blanks()).into_iter().flat_map(|group| group.samples) {
        let query = flowlens_sql::parse(&sample.text).unwrap();
        match to_insights(&query) {
            Ok(insights) => {
                // All columns are one, the message, to Logs Insights.
                if !sample.text.contains("SELECT *") {
                    let (a, b) = (of_sql(&session, &sample.text), of_insights(&session, &insights));
                    assert_same(sample.name, &sample.text, &insights, &a, &b);
                }
                said += 1;
                out.extend([&sample.text, "\n---\n", &insights, "\n\n"]);
            }
            Err(complaint) => out.extend([&sample.text, "\n--- ", &complaint.text, "\n\n"]),
        }
    }
    assert!(said >= 25, "{said}");
    insta::assert_snapshot!(out);
}

/// What AWS names alike in both languages.
#[test]
fn samples_of_one_name_give_the_same_rows() {
    let session = sample();
    let in_sql =
        gallery::sql::gallery(&blanks()).into_iter().flat_map(|group| group.samples).collect::<Vec<_>>();
    let mut compared = 0;
    for sample in gallery::gallery(&blanks()).into_iter().flat_map(|group| group.samples) {
        let Some(other) = in_sql.iter().find(|other| other.name == sample.name) else { continue };
        let (a, b) = (of_insights(&session, &sample.text), of_sql(&session, &other.text));
        assert_same(sample.name, &sample.text, &other.text, &a, &b);
        compared += 1;
    }
    assert!(compared >= 19, "{compared}");
}

/// What a plan does in the place of steps is the same.
#[test]
fn samples_in_sql_give_the_same_rows_as_a_plan_and_row_by_row() {
    let session = sample();
    for sample in gallery::sql::gallery(&blanks()).into_iter().flat_map(|group| group.samples) {
        let query = flowlens_sql::parse(&sample.text).unwrap();
        let [plan, steps] =
            [false, true].map(|long| ask(&session, &Question::sql(query.clone(), NOW), long).unwrap());
        assert_same(sample.name, &sample.text, "row by row", &plan, &steps);
    }
}
