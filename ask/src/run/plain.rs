//! Rows out of the answer to a plan.

use flowlens_core::query::{Answer, Value as Cell};

use crate::plan::compute::Row;
use crate::plan::{FromPlan, KeyOfPlan, Shortcut};
use crate::value::{Key, Value};

/// The rows of keys and aggregates that a shortcut's plan has answered.
pub(super) fn rows(shortcut: &Shortcut, answer: &Answer) -> Vec<Row> {
    answer
        .rows
        .iter()
        .map(|cells| {
            let cell = |at: usize| cells.get(at).map_or(Value::Missing, value);
            let key = |(at, of): (usize, &KeyOfPlan)| match (cells.get(at), of) {
                (Some(Cell::Number(secs)), KeyOfPlan::Time) => cell_of_secs(*secs),
                (Some(Cell::Number(secs)), KeyOfPlan::Days) => {
                    i128::try_from(*secs).map_or(Value::Missing, |secs| Value::Int(secs / 86_400))
                }
                (Some(Cell::Missing) | None, KeyOfPlan::Null | KeyOfPlan::Days | KeyOfPlan::Time) => {
                    Value::Missing
                }
                (Some(Cell::Missing) | None, _) => Value::from("-"),
                (Some(cell), _) => Key::of(&value(cell)).value(),
            };
            let aggregate = |from: &FromPlan| match from {
                FromPlan::Column(at) => cell(*at),
                FromPlan::Average(sum, count) => cell(*sum).divide(&cell(*count)),
                FromPlan::Distinct(distinct, hyphens) => match (cell(*distinct), cell(*hyphens)) {
                    (Value::Int(distinct), Value::Int(hyphens)) => {
                        Value::Int(distinct + i128::from(hyphens > 0))
                    }
                    (distinct, _) => distinct,
                },
            };
            let keys = shortcut.keys.iter().enumerate().map(key);
            keys.chain(shortcut.aggregates.iter().map(aggregate)).collect()
        })
        .collect()
}

fn cell_of_secs(secs: u128) -> Value {
    i128::try_from(secs).map_or(Value::Missing, |secs| Value::Int(secs * 1000))
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Missing => Value::Missing,
        Cell::Bool(truth) => Value::Bool(*truth),
        Cell::Number(number) => i128::try_from(*number).map_or(Value::real(*number as f64), Value::Int),
        Cell::Real(number) => Value::real(*number),
        Cell::Text(text) => Value::from(text.as_str()),
        Cell::Address(address) => Value::from(address.to_string()),
    }
}
