//! Steps over one row after another, and the order of rows.

use std::cmp::Ordering;
use std::collections::HashSet;

use super::take::take;
use crate::functions::Context;
use crate::plan::compute::{Compute, Row};
use crate::plan::steps::{Sorted, Step};
use crate::value::{Key, Value};

/// Puts a value into a slot, which may lie behind the row's end.
pub(crate) fn put(row: &mut Row, slot: usize, value: Value) {
    if row.len() <= slot {
        row.resize(slot + 1, Value::Missing);
    }
    row[slot] = value;
}

/// Runs steps that look at one row at a time; `with` gets what becomes of it.
pub(super) fn each(steps: &[Step], row: &mut Row, context: &Context, with: &mut dyn FnMut(&mut Row)) {
    for (at, step) in steps.iter().enumerate() {
        match step {
            Step::Filter(condition) if !condition.holds(row, context) => return,
            Step::Set(slot, compute) => {
                let value = compute.value(row, context);
                put(row, *slot, value);
            }
            Step::Take(taking) => {
                let text = taking.of.value(row, context);
                let mut found = take(&taking.by, taking.into.len(), text.plain().as_deref());
                if found.len() > 1 {
                    for values in found {
                        let mut another = row.clone();
                        fill(&mut another, &taking.into, values);
                        each(&steps[at + 1..], &mut another, context, with);
                    }
                    return;
                }
                fill(row, &taking.into, found.pop().unwrap_or_default());
            }
            Step::Unnest(list, slot) => {
                if let Value::List(members) = list.value(row, context) {
                    for member in members.iter() {
                        let mut another = row.clone();
                        put(&mut another, *slot, member.clone());
                        each(&steps[at + 1..], &mut another, context, with);
                    }
                    return;
                }
            }
            _ => {}
        }
    }
    with(row);
}

fn fill(row: &mut Row, slots: &[usize], values: Vec<Value>) {
    let mut values = values.into_iter();
    for &slot in slots {
        put(row, slot, values.next().unwrap_or(Value::Missing));
    }
}

/// A row with the values it is ordered by.
pub(super) struct Ordered {
    pub(super) by: Vec<Value>,
    pub(super) row: Row,
}

/// Orders rows. What is equal goes by all values of the rows, so that the order is the same however they came.
pub(super) fn sort(rows: Vec<Row>, by: &[Sorted], context: &Context) -> Vec<Row> {
    let mut ordered: Vec<Ordered> = rows
        .into_iter()
        .map(|row| Ordered { by: by.iter().map(|by| by.of.value(&row, context)).collect(), row })
        .collect();
    ordered.sort_by(|a, b| order(a, b, by));
    ordered.into_iter().map(|ordered| ordered.row).collect()
}

fn order(a: &Ordered, b: &Ordered, by: &[Sorted]) -> Ordering {
    let of_keys = a.by.iter().zip(&b.by).zip(by).map(|((a, b), by)| by.order(a, b));
    of_keys
        .chain(a.row.iter().zip(&b.row).map(|(a, b)| a.natural_order(b)))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// Keeps the first row of each combination of values; those where one is missing stay.
pub(super) fn dedup(rows: Vec<Row>, by: &[Compute], context: &Context) -> Vec<Row> {
    let mut seen = HashSet::new();
    rows.into_iter()
        .filter(|row| {
            let keys: Vec<Key> = by.iter().map(|of| Key::of(&of.value(row, context))).collect();
            keys.contains(&Key::Missing) || seen.insert(keys)
        })
        .collect()
}
