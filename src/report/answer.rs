//! The answer to a query, to take along: CSV, JSON and Markdown.

use flowlens_ask::value::Value;
use flowlens_ask::{Table, json};

use super::csv::{push_cell, push_row};
use super::markdown::escape;

/// The rows in an order, as CSV with a row of names, safe to open in a spreadsheet.
pub fn to_csv(table: &Table, order: &[u32]) -> String {
    let mut text = String::new();
    push_row(&mut text, &table.columns.iter().map(String::as_str).collect::<Vec<_>>());
    for &row in order {
        for column in 0..table.columns.len() {
            text.push_str(if column > 0 { "," } else { "" });
            let cell = table.text(row as usize, column);
            match value(table, row, column) {
                // No formula, whatever its sign.
                Value::Int(_) | Value::Real(_) => text.push_str(&cell),
                _ => push_cell(&mut text, &cell),
            }
        }
        text.push_str("\r\n");
    }
    text
}

/// The rows in an order, with tabs between the cells: what a spreadsheet takes from the clipboard.
pub fn to_tabs(table: &Table, order: &[u32]) -> String {
    let mut text = table.columns.join("\t") + "\n";
    for &row in order {
        for column in 0..table.columns.len() {
            text.push_str(if column > 0 { "\t" } else { "" });
            text.push_str(&table.text(row as usize, column).replace(char::is_control, " "));
        }
        text.push('\n');
    }
    text
}

/// The rows in an order, as a Markdown table.
pub fn to_markdown(table: &Table, order: &[u32]) -> String {
    let mut text = String::new();
    let push = |text: &mut String, cells: &mut dyn Iterator<Item = String>| {
        text.push('|');
        cells.for_each(|cell| text.extend([" ", &cell, " |"]));
        text.push('\n');
    };
    push(&mut text, &mut table.columns.iter().map(|name| escape(name)));
    push(
        &mut text,
        &mut (0..table.columns.len())
            .map(|column| if is_number(table, column) { "---:" } else { "---" }.to_owned()),
    );
    for &row in order {
        let columns = 0..table.columns.len();
        push(&mut text, &mut columns.map(|column| escape(&table.text(row as usize, column))));
    }
    text
}

/// The rows in an order, as a list of JSON objects. Numbers that JavaScript cannot hold exactly are texts, and what a
/// row lacks is left out.
pub fn to_json(table: &Table, order: &[u32]) -> String {
    let mut text = "[".to_owned();
    for (place, &row) in order.iter().enumerate() {
        text.push_str(if place > 0 {
            ",
 {"
        } else {
            "
 {"
        });
        let mut and = "";
        for (column, name) in table.columns.iter().enumerate() {
            if value(table, row, column).is_missing() {
                continue;
            }
            text.extend([and, &json_text(name), ": "]);
            and = ", ";
            text.push_str(&json::cell(table, row as usize, column).to_string());
        }
        text.push('}');
    }
    text.push_str("\n]\n");
    text
}

/// Whether the values of a column are times.
pub fn is_time(table: &Table, column: usize) -> bool {
    table.times.get(column) == Some(&true)
}

/// Whether all values of a column are numbers that are no times, as far as there are any.
pub fn is_number(table: &Table, column: usize) -> bool {
    let mut there = table.rows.iter().filter_map(|row| row.get(column)).filter(|value| !value.is_missing());
    let mut any = false;
    there.all(|value| {
        any = true;
        matches!(value, Value::Int(_) | Value::Real(_)) || value.number().is_some()
    }) && any
        && !is_time(table, column)
}

fn value(table: &Table, row: u32, column: usize) -> &Value {
    table.rows.get(row as usize).and_then(|row| row.get(column)).unwrap_or(&Value::Missing)
}

fn json_text(text: &str) -> String {
    // A text can always be written.
    serde_json::to_string(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let row = |name: &str, bytes: i128| vec![name.into(), bytes.into(), Value::Missing];
        Table {
            columns: ["srcAddr", "sum(bytes)", "a|b"].map(str::to_owned).to_vec(),
            rows: vec![row("10.0.0.5", -7), row("=x, \"y\"", 1 << 60)],
            ..Table::default()
        }
    }

    #[test]
    fn rows_are_given_in_the_order_on_show() {
        assert_eq!(
            to_csv(&table(), &[1, 0]),
            "srcAddr,sum(bytes),a|b\r\n\"'=x, \"\"y\"\"\",1152921504606846976,\r\n10.0.0.5,-7,\r\n"
        );
        assert_eq!(to_tabs(&table(), &[0]), "srcAddr\tsum(bytes)\ta|b\n10.0.0.5\t-7\t\n");
        assert_eq!(
            to_json(&table(), &[0, 1]),
            "[\n {\"srcAddr\": \"10.0.0.5\", \"sum(bytes)\": -7},\n {\"srcAddr\": \"=x, \\\"y\\\"\", \"sum(bytes)\": \"1152921504606846976\"}\n]\n"
        );
        assert_eq!(
            to_markdown(&table(), &[0]),
            "| srcAddr | sum(bytes) | a\\|b |\n| --- | ---: | --- |\n| 10.0.0.5 | -7 |  |\n"
        );
    }

    #[test]
    fn times_are_given_as_they_are_shown() {
        let table = Table {
            columns: vec!["bin(5m)".to_owned()],
            times: vec![true],
            rows: vec![vec![Value::Int(1_700_000_000_000)]],
            ..Table::default()
        };
        assert_eq!(to_csv(&table, &[0]), "bin(5m)\r\n2023-11-14 22:13:20.000\r\n");
        assert_eq!(to_json(&table, &[0]), "[\n {\"bin(5m)\": \"2023-11-14 22:13:20.000\"}\n]\n");
        assert!(!is_number(&table, 0));
    }

    #[test]
    fn no_rows_are_an_empty_table() {
        assert_eq!(to_json(&Table::default(), &[]), "[\n]\n");
        assert_eq!(to_csv(&table(), &[]), "srcAddr,sum(bytes),a|b\r\n");
        assert!(!is_number(&table(), 2), "a column without values is none of numbers");
    }
}
