//! Brings together what shards give, and does the rest.

use std::rc::Rc;

use flowlens_core::query::Answer;

use super::groups::{Groups, completed};
use super::rows::sort;
use super::stage::{PartialBody, ROWS_MOST, StagePartial};
use super::{Asked, plain, wide};
use crate::insights::ast::{Complaint, Span};
use crate::plan::compute::Row;
use crate::plan::steps::Step;
use crate::value::Value;
use crate::{Answered, Table};

/// The parts of an answer.
pub(super) struct Merger {
    asked: Rc<Asked>,
    groups: Groups,
    rows: Vec<Row>,
    fed: u64,
    too_many: bool,
}

impl Merger {
    /// No parts yet.
    pub(super) fn new(asked: Rc<Asked>) -> Self {
        Self { asked, groups: Groups::default(), rows: Vec::new(), fed: 0, too_many: false }
    }

    /// Takes the part of a shard.
    pub(super) fn add(&mut self, partial: StagePartial) {
        self.fed += partial.fed;
        match partial.body {
            PartialBody::Groups(parts) => self.groups.merge(parts),
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
            let rows = self.groups.finish(stats, &asked.context);
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
        // The plan does the first step.
        let mut rows = plain::rows(shortcut, answer);
        if let Some(Step::Stats(stats)) = asked.pipeline.steps.first() {
            rows = completed(rows, stats, &asked.context);
        }
        rest(asked, rows, 1, None)
    }
}

fn too_many() -> Complaint {
    let text = format!(
        "this brings together more than {} thousand rows: filter them, or take fewer with limit, first",
        ROWS_MOST / 1000
    );
    Complaint { span: Span::default(), text }
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
