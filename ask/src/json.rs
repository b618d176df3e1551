//! Answers as JSON, for scripts.

use serde_json::{Map, Value as Json, json};

use crate::value::Value;
use crate::{Answered, Table};

/// The greatest whole number up to which JavaScript tells all whole numbers apart: 2^53.
const EXACT_MAX: u128 = 1 << 53;

/// `{"columns", "rows", "stats", "notes"}`, or `{"errors": [{"text", "start", "end"}]}` with bytes of the query.
///
/// Whole numbers beyond 2^53 are decimal texts, times are texts as they are shown, what is missing is null.
pub fn to_json(answered: &Answered) -> String {
    let json = match answered {
        Ok(table) => of_table(table),
        Err(complaints) => json!({
            "errors": complaints
                .iter()
                .map(|complaint| json!({
                    "text": complaint.to_string(),
                    "start": complaint.span.start,
                    "end": complaint.span.end,
                }))
                .collect::<Vec<Json>>(),
        }),
    };
    json.to_string()
}

fn of_table(table: &Table) -> Json {
    let row =
        |at: usize| (0..table.columns.len()).map(|column| cell(table, at, column)).collect::<Vec<Json>>();
    json!({
        "columns": table.columns,
        "rows": (0..table.rows.len()).map(row).collect::<Vec<_>>(),
        "stats": { "records_scanned": table.scanned, "records_matched": table.matched },
        "notes": table.notes,
    })
}

/// A cell: a whole number beyond 2^53 is a decimal text, a time a text as it is shown, what is missing null.
pub fn cell(table: &Table, row: usize, column: usize) -> Json {
    match table.rows.get(row).and_then(|row| row.get(column)) {
        Some(value) if !value.is_missing() && table.times.get(column) == Some(&true) => {
            table.text(row, column).into_owned().into()
        }
        value => value.map_or(Json::Null, of_value),
    }
}

fn of_value(value: &Value) -> Json {
    match value {
        Value::Missing => Json::Null,
        Value::Bool(truth) => (*truth).into(),
        Value::Int(number) => match i64::try_from(*number) {
            Ok(exact) if number.unsigned_abs() <= EXACT_MAX => exact.into(),
            _ => number.to_string().into(),
        },
        Value::Real(number) => serde_json::Number::from_f64(*number).map_or(Json::Null, Json::Number),
        Value::Text(text) => (**text).into(),
        Value::List(members) => members.iter().map(of_value).collect(),
        Value::Map(members) => Json::Object(
            members.iter().map(|(name, value)| ((**name).to_owned(), of_value(value))).collect::<Map<_, _>>(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_as_scripts_take_them() {
        let row = vec![
            Value::Int(5),
            Value::Int(1 << 60),
            Value::Real(0.5),
            Value::Missing,
            Value::Int(1_700_000_000_000),
            Value::List([Value::from("a")].into()),
        ];
        let table = Table {
            columns: ["a", "b", "c", "d", "t", "l"].map(str::to_owned).to_vec(),
            times: vec![false, false, false, false, true, false],
            rows: vec![row],
            scanned: 9,
            matched: None,
            notes: Vec::new(),
        };
        assert_eq!(
            to_json(&Ok(table)),
            r#"{"columns":["a","b","c","d","t","l"],"notes":[],"rows":[[5,"1152921504606846976",0.5,null,"2023-11-14 22:13:20.000",["a"]]],"stats":{"records_matched":null,"records_scanned":9}}"#
        );
    }
}
