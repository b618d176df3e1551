//! Rows gathered in groups.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use foldhash::fast::FixedState;
use serde::{Deserialize, Serialize};

use super::rows::sort;
use crate::aggregates;
use crate::functions::Context;
use crate::plan::compute::{Compute, Row};
use crate::plan::steps::{Aggregating, Sorted, Stats};
use crate::sql;
use crate::value::{Key, Value};

/// What is known of each group, by its keys.
#[derive(Default)]
pub(super) struct Groups(HashMap<Vec<Key>, Vec<State>, FixedState>);

/// What is known of the rows of a group, by one function.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum State {
    Insights(aggregates::State),
    Sql(sql::aggregates::State),
}

/// Groups as they travel.
pub(super) type Parts = Vec<(Vec<Key>, Vec<State>)>;

impl Groups {
    /// Takes a row, which may be of a time.
    pub(super) fn add(&mut self, stats: &Stats, row: &[Value], millis: Option<i128>, context: &Context) {
        let keys: Vec<Key> = stats.keys.iter().map(|key| Key::of(&key.value(row, context))).collect();
        let states = self.0.entry(keys).or_insert_with(|| new_states(stats));
        for (state, aggregated) in states.iter_mut().zip(&stats.aggregates) {
            if aggregated.when.as_ref().is_some_and(|when| !when.holds(row, context)) {
                continue;
            }
            let of = aggregated.of.as_ref().map_or(Value::Bool(true), |of| of.value(row, context));
            match (state, &aggregated.by) {
                (State::Insights(state), _) => state.add(&of, millis),
                (State::Sql(state), Aggregating::Sql(by)) => by.add(state, &of),
                (State::Sql(_), _) => {}
            }
        }
    }

    /// As they travel.
    pub(super) fn into_parts(self) -> Parts {
        self.0.into_iter().collect()
    }

    /// Takes the groups of a shard.
    pub(super) fn merge(&mut self, stats: &Stats, parts: Parts) {
        for (keys, states) in parts {
            match self.0.entry(keys) {
                Entry::Occupied(mut known) => {
                    let both = known.get_mut().iter_mut().zip(states);
                    both.zip(&stats.aggregates).for_each(|((known, state), of)| merge(&of.by, known, state));
                }
                Entry::Vacant(new) => {
                    new.insert(states);
                }
            }
        }
    }

    /// Rows of keys, aggregates and what is computed of them, in the order of the keys. Without keys all is one group, if
    /// only of nothing.
    pub(super) fn finish(mut self, stats: &Stats, context: &Context) -> Vec<Row> {
        if stats.keys.is_empty() && self.0.is_empty() {
            self.0.insert(Vec::new(), new_states(stats));
        }
        let row = |(keys, states): (Vec<Key>, Vec<State>)| {
            let aggregates =
                states.into_iter().zip(&stats.aggregates).map(|(state, of)| finish(&of.by, state));
            keys.iter().map(Key::value).chain(aggregates).collect()
        };
        completed(self.0.into_iter().map(row).collect(), stats, context)
    }
}

/// Rows of keys and aggregates with what is computed of them, in the order of the keys.
pub(super) fn completed(mut rows: Vec<Row>, stats: &Stats, context: &Context) -> Vec<Row> {
    for row in &mut rows {
        for compute in &stats.after {
            let value = compute.value(row, context);
            row.push(value);
        }
    }
    let by = (0..stats.keys.len()).map(|slot| Sorted::natural(Compute::Slot(slot), false));
    let by: Vec<Sorted> = by.collect();
    sort(rows, &by, context)
}

fn new_states(stats: &Stats) -> Vec<State> {
    let of = stats.aggregates.iter().map(|aggregated| match &aggregated.by {
        Aggregating::Insights(function, parameter) => {
            aggregates::State::new(*function, *parameter).map(State::Insights)
        }
        Aggregating::Sql(by) => Some(State::Sql(by.start())),
    });
    of.flatten().collect()
}

fn merge(by: &Aggregating, state: &mut State, other: State) {
    match (state, other, by) {
        (State::Insights(state), State::Insights(other), _) => state.merge(other),
        (State::Sql(state), State::Sql(other), Aggregating::Sql(by)) => by.merge(state, other),
        _ => {}
    }
}

fn finish(by: &Aggregating, state: State) -> Value {
    match (state, by) {
        (State::Insights(state), _) => state.finish(),
        (State::Sql(state), Aggregating::Sql(by)) => by.finish(state),
        (State::Sql(_), _) => Value::Missing,
    }
}
