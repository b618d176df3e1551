//! Steps over all rows.

use std::collections::{BTreeMap, HashSet};

use super::groups::Groups;
use super::rows::{dedup, each, put, sort};
use super::stage::ROWS_MOST;
use crate::aggregates::State;
use crate::functions::{Context, times};
use crate::insights::words::Function;
use crate::plan::compute::Row;
use crate::plan::steps::{Fill, Step, Totals};
use crate::sql::windows::windowed;
use crate::value::{Key, Value};

/// What becomes of rows by a step.
pub(super) fn step(step: &Step, mut rows: Vec<Row>, context: &Context) -> Vec<Row> {
    match step {
        Step::Filter(_) | Step::Set(..) | Step::Take(_) | Step::Unnest(..) => {
            let mut out = Vec::new();
            for mut row in rows {
                each(std::slice::from_ref(step), &mut row, context, &mut |row| out.push(std::mem::take(row)));
            }
            out
        }
        Step::Stats(stats) => {
            let mut groups = Groups::default();
            for row in &rows {
                groups.add(stats, row, None, context);
            }
            groups.finish(stats, context)
        }
        Step::Sort(by) => sort(rows, by, context),
        Step::Limit(limit) => {
            rows.truncate(*limit);
            rows
        }
        Step::Skip(count) => rows.split_off((*count).min(rows.len())),
        Step::Windows(windows) => windowed(windows, rows, context),
        Step::Tail(limit) => rows.split_off(rows.len().saturating_sub(*limit)),
        Step::Dedup(by) => dedup(rows, by, context),
        Step::Accum(of, into) => {
            let mut sum = Value::Int(0);
            for row in &mut rows {
                let value = row.get(*of).cloned().unwrap_or(Value::Missing);
                if value.number().is_some() {
                    sum = sum.add(&value);
                }
                put(row, *into, sum.clone());
            }
            rows
        }
        Step::Fill(fill) => filled(fill, rows),
        Step::Totals(totals) => totalled(totals, rows),
        Step::Shares(count, into) => {
            let all = total(&rows, *count);
            for row in &mut rows {
                let share = row.get(*count).map_or(Value::Missing, |count| count.divide(&all));
                put(row, *into, share);
            }
            rows
        }
    }
}

fn filled(fill: &Fill, rows: Vec<Row>) -> Vec<Row> {
    let time = |row: &Row| if let Some(Value::Int(time)) = row.get(fill.time) { Some(*time) } else { None };
    let (Some(first), Some(last)) = (rows.iter().filter_map(time).min(), rows.iter().filter_map(time).max())
    else {
        return rows;
    };
    let keys = |row: &Row| -> Vec<Key> {
        fill.keys.iter().map(|&slot| row.get(slot).map_or(Key::Missing, Key::of)).collect()
    };
    let mut series: BTreeMap<Vec<Key>, (Row, HashSet<i128>)> = BTreeMap::new();
    for row in &rows {
        let (_, known) = series.entry(keys(row)).or_insert_with(|| (row.clone(), HashSet::new()));
        known.extend(time(row));
    }
    let mut out = rows;
    for (like, known) in series.into_values() {
        let mut at = first;
        while at <= last && out.len() < ROWS_MOST {
            if !known.contains(&at) {
                let mut row = vec![Value::Missing; like.len()];
                for &slot in &fill.keys {
                    put(&mut row, slot, like.get(slot).cloned().unwrap_or(Value::Missing));
                }
                for (slot, value) in &fill.with {
                    put(&mut row, *slot, value.clone());
                }
                put(&mut row, fill.time, Value::Int(at));
                out.push(row);
            }
            at = times::ceil(at + 1, fill.period);
        }
    }
    out.sort_by_key(|row| (time(row), keys(row)));
    out
}

fn total(rows: &[Row], slot: usize) -> Value {
    let mut state = State::new(Function::Sum, None);
    for value in rows.iter().filter_map(|row| row.get(slot)) {
        if let Some(state) = &mut state {
            state.add(value, None);
        }
    }
    state.map_or(Value::Missing, State::finish)
}

fn totalled(totals: &Totals, mut rows: Vec<Row>) -> Vec<Row> {
    if let Some(into) = totals.row {
        for row in &mut rows {
            let values: Vec<Row> =
                totals.of.iter().filter_map(|&slot| row.get(slot)).map(|value| vec![value.clone()]).collect();
            put(row, into, total(&values, 0));
        }
    }
    if totals.col {
        let mut last = Row::new();
        for &slot in totals.of.iter().chain(&totals.row) {
            let sum = total(&rows, slot);
            put(&mut last, slot, sum);
        }
        rows.push(last);
    }
    rows
}
