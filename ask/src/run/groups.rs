//! Rows gathered in groups.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use foldhash::fast::FixedState;

use super::rows::sort;
use crate::aggregates::State;
use crate::functions::Context;
use crate::plan::compute::{Compute, Row};
use crate::plan::steps::Stats;
use crate::value::{Key, Value};

/// What is known of each group, by its keys.
#[derive(Default)]
pub(super) struct Groups(HashMap<Vec<Key>, Vec<State>, FixedState>);

/// Groups as they travel.
pub(super) type Parts = Vec<(Vec<Key>, Vec<State>)>;

impl Groups {
    /// Takes a row, which may be of a time.
    pub(super) fn add(&mut self, stats: &Stats, row: &[Value], millis: Option<i128>, context: &Context) {
        let keys: Vec<Key> = stats.keys.iter().map(|key| Key::of(&key.value(row, context))).collect();
        let states = self.0.entry(keys).or_insert_with(|| new_states(stats));
        for (state, aggregated) in states.iter_mut().zip(&stats.aggregates) {
            match &aggregated.of {
                Some(of) => state.add(&of.value(row, context), millis),
                None => state.add(&Value::Bool(true), millis),
            }
        }
    }

    /// As they travel.
    pub(super) fn into_parts(self) -> Parts {
        self.0.into_iter().collect()
    }

    /// Takes the groups of a shard.
    pub(super) fn merge(&mut self, parts: Parts) {
        for (keys, states) in parts {
            match self.0.entry(keys) {
                Entry::Occupied(mut known) => {
                    known.get_mut().iter_mut().zip(states).for_each(|(known, state)| known.merge(state));
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
            keys.iter().map(Key::value).chain(states.into_iter().map(State::finish)).collect()
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
    let by: Vec<(Compute, bool)> = (0..stats.keys.len()).map(|slot| (Compute::Slot(slot), false)).collect();
    sort(rows, &by, context)
}

fn new_states(stats: &Stats) -> Vec<State> {
    let of = stats.aggregates.iter().map(|aggregated| State::new(aggregated.function, aggregated.parameter));
    of.flatten().collect()
}
