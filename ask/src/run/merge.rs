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

/// The parts of a relation.
pub(super) struct Merger {
    asked: Rc<Asked>,
    /// The relation.
    at: usize,
    groups: Groups,
    rows: Vec<Row>,
    fed: u64,
    too_many: bool,
}

impl Merger {
    /// No parts yet.
    pub(super) fn new(asked: Rc<Asked>, at: usize) -> Self {
        Self { asked, at, groups: Groups::default(), rows: Vec::new(), fed: 0, too_many: false }
    }

    /// How many records passed the filters.
    pub(super) const fn matched(&self) -> u64 {
        self.fed
    }

    /// Takes the part of a shard.
    pub(super) fn add(&mut self, partial: StagePartial) {
        let asked = &*self.asked;
        let steps = asked.steps(self.at);
        self.fed += partial.fed;
        match partial.body {
            PartialBody::Groups(parts) => {
                if let Some(Step::Stats(stats)) = steps.iter().find(|step| !step.is_row_wise()) {
                    self.groups.merge(stats, parts);
                }
            }
            PartialBody::Rows(rows) => self.rows.extend(rows),
            PartialBody::TooMany => self.too_many = true,
        }
        if let Some(few) = asked.few(self.at) {
            // Shards' rows are bounded, but there are many shards.
            if self.rows.len() > few.limit.saturating_mul(2).max(ROWS_MOST) {
                self.rows = few.of(std::mem::take(&mut self.rows), asked);
            }
        } else if self.rows.len() > ROWS_MOST {
            self.too_many = true;
            self.rows.clear();
        }
    }

    /// The rows of the relation.
    pub(super) fn finish(self) -> Result<Vec<Row>, Complaint> {
        let asked = &*self.asked;
        let steps = asked.steps(self.at);
        let first = steps.iter().take_while(|step| step.is_row_wise()).count();
        if let Some(Step::Stats(stats)) = steps.get(first) {
            let rows = self.groups.finish(stats, &asked.context);
            return rest(asked, self.at, rows, first + 1);
        }
        if let Some(few) = asked.few(self.at) {
            let (rows, done) = (few.of(self.rows, asked), few.steps);
            return rest(asked, self.at, rows, first + done);
        }
        if self.too_many {
            return Err(too_many());
        }
        let newest = asked.newest.get(self.at).map(Vec::as_slice).unwrap_or_default();
        rest(asked, self.at, sort(self.rows, newest, &asked.context), first)
    }

    /// The rows of the relation out of the answer to the plan of its shortcut.
    pub(super) fn of_plan(self, answer: &Answer) -> Result<Vec<Row>, Complaint> {
        let asked = &*self.asked;
        let Some(shortcut) = asked.records(self.at).and_then(|records| records.shortcut.as_ref()) else {
            return self.finish();
        };
        // The plan does the first step.
        let mut rows = plain::rows(shortcut, answer);
        if let Some(Step::Stats(stats)) = asked.steps(self.at).first() {
            rows = completed(rows, stats, &asked.context);
        }
        rest(asked, self.at, rows, 1)
    }
}

fn too_many() -> Complaint {
    let text = format!(
        "this brings together more than {} thousand rows: filter them, or take fewer with limit, first",
        ROWS_MOST / 1000
    );
    Complaint { span: Span::default(), text }
}

/// Does the steps of a relation from one on.
pub(super) fn rest(asked: &Asked, at: usize, mut rows: Vec<Row>, from: usize) -> Result<Vec<Row>, Complaint> {
    for step in asked.steps(at).get(from..).unwrap_or_default() {
        rows = wide::step(step, rows, &asked.context);
        if rows.len() > ROWS_MOST * 20 {
            return Err(too_many());
        }
    }
    Ok(rows)
}
