//! What can be drawn of the answer to a query.

use flowlens_ask::Table;
use flowlens_ask::functions::times;
use flowlens_ask::value::Value;

use crate::report::answer::{is_number, is_time};

/// Bars that can be told apart.
const BARS_MAX: usize = 20;
/// Lines that can be told apart.
const LINES_MAX: usize = 5;
/// Points of a line that can be told apart.
const POINTS_MAX: usize = 2_000;

/// A picture of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Picture {
    /// A bar for each of the first rows.
    Bars {
        /// What the bars measure.
        name: String,
        /// What each bar is of, and its length.
        bars: Vec<(String, f64)>,
    },
    /// Numbers over time.
    Lines {
        /// Unix milliseconds, in order, each once.
        times: Vec<i64>,
        /// The lines, with a number, or none, for each time.
        lines: Vec<Line>,
    },
}

/// A line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// What it is of.
    pub name: String,
    /// Its numbers.
    pub numbers: Vec<Option<f64>>,
}

/// The picture of a table, if there is one: lines where the first column holds times, bars where a key has a number.
/// Rows are drawn in an order.
pub fn of(table: &Table, order: &[u32]) -> Option<Picture> {
    let numbers: Vec<usize> = (1..table.columns.len()).filter(|&column| is_number(table, column)).collect();
    let keys: Vec<usize> = (1..table.columns.len()).filter(|column| !numbers.contains(column)).collect();
    if table.rows.len() < 2 || numbers.is_empty() {
        return None;
    }
    if let Some(times) = times_of(table) {
        return match keys.as_slice() {
            [] => over_time(
                table,
                &times,
                numbers.iter().map(|&it| (table.columns.get(it).cloned().unwrap_or_default(), it)),
            ),
            [key] if numbers.len() == 1 => by_key(table, &times, *key, numbers[0]),
            _ => None,
        };
    }
    if !keys.is_empty() || numbers.len() != 1 || table.columns.len() != 2 {
        return None;
    }
    let bars: Vec<(String, f64)> = order
        .iter()
        .filter_map(|&row| table.rows.get(row as usize))
        .filter_map(|row| Some((row.first()?.text().into_owned(), number(row.get(1)?)?)))
        .filter(|(_, length)| *length >= 0.0)
        .take(BARS_MAX)
        .collect();
    (bars.len() > 1).then(|| Picture::Bars { name: table.columns[1].clone(), bars })
}

/// The time of each row, in Unix milliseconds, if the first column holds times, or texts as the console shows them.
fn times_of(table: &Table) -> Option<Vec<i64>> {
    let of = |row: &Vec<Value>| match row.first()? {
        Value::Int(millis) if is_time(table, 0) => i64::try_from(*millis).ok(),
        it @ Value::Text(text) if text.contains(':') => times::millis(it)?.try_into().ok(),
        _ => None,
    };
    table.rows.iter().map(of).collect()
}

fn over_time(
    table: &Table,
    times: &[i64],
    columns: impl Iterator<Item = (String, usize)>,
) -> Option<Picture> {
    let all = each_once(times)?;
    let lines = columns.take(LINES_MAX).map(|(name, column)| {
        let rows = table.rows.iter().zip(times);
        line(name, &all, rows.filter_map(|(row, time)| Some((*time, number(row.get(column)?)?))))
    });
    let lines = lines.collect();
    Some(Picture::Lines { times: all, lines })
}

/// A line for each of the keys with the greatest sums.
fn by_key(table: &Table, times: &[i64], key: usize, measure: usize) -> Option<Picture> {
    let all = each_once(times)?;
    let mut points: Vec<(String, i64, f64)> = table
        .rows
        .iter()
        .zip(times)
        .filter_map(|(row, time)| {
            Some((row.get(key)?.text().into_owned(), *time, number(row.get(measure)?)?))
        })
        .collect();
    points.sort_by(|a, b| a.0.cmp(&b.0));
    let mut of_keys: Vec<&[(String, i64, f64)]> = points.chunk_by(|a, b| a.0 == b.0).collect();
    let sum = |points: &[(String, i64, f64)]| points.iter().map(|point| point.2).sum::<f64>();
    of_keys.sort_by(|a, b| sum(b).total_cmp(&sum(a)));
    of_keys.truncate(LINES_MAX);
    let lines = of_keys
        .into_iter()
        .filter_map(|points| Some((points.first()?.0.clone(), points)))
        .map(|(name, points)| line(name, &all, points.iter().map(|(_, time, number)| (*time, *number))))
        .collect();
    Some(Picture::Lines { times: all, lines })
}

fn line(name: String, times: &[i64], points: impl Iterator<Item = (i64, f64)>) -> Line {
    let mut numbers = vec![None; times.len()];
    for (time, number) in points {
        if let Ok(at) = times.binary_search(&time) {
            numbers[at] = Some(number);
        }
    }
    Line { name, numbers }
}

fn each_once(times: &[i64]) -> Option<Vec<i64>> {
    let mut all = times.to_vec();
    all.sort_unstable();
    all.dedup();
    (2..=POINTS_MAX).contains(&all.len()).then_some(all)
}

fn number(value: &Value) -> Option<f64> {
    Some(value.number()?.real()).filter(|number| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(columns: &[&str], rows: &[&[Value]]) -> Table {
        Table {
            columns: columns.iter().map(|name| (*name).to_owned()).collect(),
            rows: rows.iter().map(|row| row.to_vec()).collect(),
            ..Table::default()
        }
    }

    fn at(minute: u8) -> Value {
        format!("2026-11-24 03:{minute:02}:00.000").into()
    }

    #[test]
    fn a_key_with_a_number_is_bars_in_the_order_on_show() {
        let table =
            table(&["srcAddr", "n"], &[&["10.0.0.1".into(), 3.into()], &["10.0.0.2".into(), 5.into()]]);
        let bars = vec![("10.0.0.2".to_owned(), 5.0), ("10.0.0.1".to_owned(), 3.0)];
        assert_eq!(of(&table, &[1, 0]), Some(Picture::Bars { name: "n".to_owned(), bars }));
    }

    #[test]
    fn times_are_in_order_whatever_the_rows_are() {
        let table =
            table(&["bin(1m)", "n"], &[&[at(2), 5.into()], &[at(0), 3.into()], &[at(1), Value::Missing]]);
        let Some(Picture::Lines { times, lines }) = of(&table, &[0, 1, 2]) else { panic!("no lines") };
        assert_eq!(times.iter().map(|time| time - times[0]).collect::<Vec<_>>(), [0, 60_000, 120_000]);
        assert_eq!(lines, [Line { name: "n".to_owned(), numbers: vec![Some(3.0), None, Some(5.0)] }]);
    }

    #[test]
    fn times_are_numbers_where_the_table_says_so() {
        let rows: [&[Value]; 2] = [&[60_000.into(), 5.into()], &[0.into(), 3.into()]];
        let table = Table { times: vec![true, false], ..table(&["t", "n"], &rows) };
        let Some(Picture::Lines { times, .. }) = of(&table, &[0, 1]) else { panic!("no lines") };
        assert_eq!(times, [0, 60_000]);
    }

    #[test]
    fn a_second_key_gives_a_line_each_the_greatest_first() {
        let rows: Vec<Vec<Value>> = (0..7_u8)
            .flat_map(|key| {
                [0, 1].map(|minute| vec![at(minute), format!("eni-{key}").into(), i128::from(key).into()])
            })
            .collect();
        let rows: Vec<&[Value]> = rows.iter().map(Vec::as_slice).collect();
        let table = table(&["bin(1m)", "interfaceId", "n"], &rows);
        let Some(Picture::Lines { lines, .. }) = of(&table, &[]) else { panic!("no lines") };
        let names: Vec<_> = lines.iter().map(|line| line.name.as_str()).collect();
        assert_eq!(names, ["eni-6", "eni-5", "eni-4", "eni-3", "eni-2"]);
    }

    #[test]
    fn other_tables_are_no_picture() {
        let text: Value = "x".into();
        for other in [
            table(&["n"], &[&[1.into()], &[2.into()]]),
            table(&["a", "b"], &[&[text.clone(), text.clone()], &[text.clone(), text.clone()]]),
            table(&["a", "n"], &[&[text.clone(), 1.into()]]),
            table(
                &["a", "n", "m"],
                &[&[text.clone(), 1.into(), 2.into()], &[text.clone(), 1.into(), 2.into()]],
            ),
            table(&["bin(1m)", "n"], &[&[at(0), 1.into()], &[at(0), 2.into()]]),
        ] {
            assert_eq!(of(&other, &[0, 1]), None, "{:?}", other.columns);
        }
    }
}
