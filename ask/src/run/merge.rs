//! Brings together what shards give, and does the rest.

use std::collections::HashMap;
use std::rc::Rc;

use flowlens_core::query::Answer;
use foldhash::fast::FixedState;

use super::rows::sort;
use super::stage::{PartialBody, ROWS_MOST, StagePartial, new_states};
use super::{Asked, plain, wide};
use crate::aggregates::State;
use crate::insights::ast::{Complaint, Span};
use crate::plan::compute::{Compute, Row};
use crate::plan::steps::{Stats, Step};
use crate::value::{Key, Value};
use crate::{Answered, Table};

/// The parts of an answer.
pub(super) struct Merger {
    asked: Rc<Asked>,
    groups: HashMap<Vec<Key>, Vec<State>, FixedState>,
    rows: Vec<Row>,
    fed: u64,
    too_many: bool,
}

impl Merger {
    /// No parts yet.
    pub(super) fn new(asked: Rc<Asked>) -> Self {
        Self { asked, groups: HashMap::default(), rows: Vec::new(), fed: 0, too_many: false }
    }

    /// Takes the part of a shard.
    pub(super) fn add(&mut self, partial: StagePartial) {
        self.fed += partial.fed;
        match partial.body {
            PartialBody::Groups(groups) => {
                for (keys, states) in groups {
                    match self.groups.entry(keys) {
                        std::collections::hash_map::Entry::Occupied(mut known) => {
                            known
                                .get_mut()
                                .iter_mut()
                                .zip(states)
                                .for_each(|(known, state)| known.merge(state));
                        }
                        std::collections::hash_map::Entry::Vacant(new) => {
                            new.insert(states);
                        }
                    }
                }
            }
            PartialBody::Rows(rows) => self.rows.extend(rows),
            PartialBody::TooMany => self.too_many = true,
        }
        if let Some(few) = self.asked.few() {
            // Shards' rows are bounded, but there are many shards.
            if self.rows.len() > few.limit.saturating_mul(2).max(ROWS_MOST) {
                self.rows = few.of(std::mem::take(&mut self.rows), &self.asked);
            }
        } else if self.rows.len() > ROWS_MOST {
            self.too_many = true;
            self.rows.clear();
        }
    }

    /// The answer.
    pub(super) fn finish(self) -> Answered {
        let asked = &*self.asked;
        let steps = &asked.pipeline.steps;
        let at = steps.iter().take_while(|step| step.is_row_wise()).count();
        let matched = Some(self.fed);
        if let Some(Step::Stats(stats)) = steps.get(at) {
            let rows = finished(stats, self.groups, asked);
            return rest(asked, rows, at + 1, matched);
        }
        if let Some(few) = asked.few() {
            let (rows, steps) = (few.of(self.rows, asked), few.steps);
            return rest(asked, rows, at + steps, matched);
        }
        if self.too_many {
            return Err(vec![too_many()]);
        }
        rest(asked, sort(self.rows, &asked.newest, &asked.context), at, matched)
    }

    /// The answer out of that to the plan of a shortcut.
    pub(super) fn of_plan(self, answer: &Answer) -> Answered {
        let asked = &*self.asked;
        let Some(shortcut) = &asked.pipeline.shortcut else { return self.finish() };
        let mut rows = plain::rows(shortcut, answer);
        if let Some(Step::Stats(stats)) = asked.pipeline.steps.get(shortcut.steps - 1) {
            after(stats, &mut rows, asked);
            rows = by_keys(stats, rows, asked);
        }
        rest(asked, rows, shortcut.steps, None)
    }
}

fn too_many() -> Complaint {
    let text = format!(
        "this brings together more than {} thousand rows: filter them, or take fewer with limit, first",
        ROWS_MOST / 1000
    );
    Complaint { span: Span::default(), text }
}

/// Rows of groups, in the order of their keys.
pub(super) fn finished(
    stats: &Stats,
    mut groups: HashMap<Vec<Key>, Vec<State>, FixedState>,
    asked: &Asked,
) -> Vec<Row> {
    if stats.keys.is_empty() && groups.is_empty() {
        groups.insert(Vec::new(), new_states(stats));
    }
    let mut rows: Vec<Row> = groups
        .into_iter()
        .map(|(keys, states)| {
            keys.iter().map(Key::value).chain(states.into_iter().map(State::finish)).collect()
        })
        .collect();
    after(stats, &mut rows, asked);
    by_keys(stats, rows, asked)
}

fn after(stats: &Stats, rows: &mut [Row], asked: &Asked) {
    for row in rows {
        for compute in &stats.after {
            let value: Value = compute.value(row, &asked.context);
            row.push(value);
        }
    }
}

fn by_keys(stats: &Stats, rows: Vec<Row>, asked: &Asked) -> Vec<Row> {
    let by: Vec<(Compute, bool)> = (0..stats.keys.len()).map(|slot| (Compute::Slot(slot), false)).collect();
    sort(rows, &by, &asked.context)
}

/// Does the steps from one on, and shows what comes out.
fn rest(asked: &Asked, mut rows: Vec<Row>, from: usize, matched: Option<u64>) -> Answered {
    let pipeline = &asked.pipeline;
    for step in pipeline.steps.get(from..).unwrap_or_default() {
        rows = wide::step(step, rows, asked);
        if rows.len() > ROWS_MOST * 20 {
            return Err(vec![too_many()]);
        }
    }
    let rows = rows
        .into_iter()
        .map(|row| {
            let value = |slot: usize| row.get(slot).cloned().unwrap_or(Value::Missing);
            pipeline.columns.iter().map(|column| value(column.slot)).collect()
        })
        .collect();
    Ok(Table {
        columns: pipeline.columns.iter().map(|column| column.name.clone()).collect(),
        times: pipeline.columns.iter().map(|column| column.is_time).collect(),
        rows,
        scanned: asked.records,
        matched,
        notes: pipeline.notes.clone(),
    })
}
