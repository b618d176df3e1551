//! What a shard does with its rows.

use std::rc::Rc;

use flowlens_core::query::exec::Fed;
use serde::{Deserialize, Serialize};

use super::Asked;
use super::groups::{Groups, Parts};
use super::input::Input;
use super::rows::{self, dedup, sort};
use crate::functions::Stopped;
use crate::plan::compute::{Compute, Row};
use crate::plan::steps::{Sorted, Step};
use crate::value::Value;

/// More rows than this are not brought together: what needs all of them is refused.
pub(super) const ROWS_MOST: usize = 100_000;
/// Rows are put in order, and those beyond the limit dropped, each time there are so many more.
const SLACK: usize = 16_384;

/// A shard's part in a question.
pub(super) struct Stage {
    asked: Rc<Asked>,
    /// The relation that it works for.
    at: usize,
    input: Input,
    slots: Vec<usize>,
    first: Vec<Step>,
    body: Body,
    fed: u64,
}

enum Body {
    Groups(Groups),
    Rows(Vec<Row>),
}

/// What a shard gives.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StagePartial {
    /// Records that it looked at.
    pub fed: u64,
    pub(super) body: PartialBody,
    /// For what Athena would have stopped.
    pub(super) stops: Vec<(String, Stopped)>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum PartialBody {
    Groups(Parts),
    Rows(Vec<Row>),
    /// More rows than can be brought together.
    TooMany,
}

impl Stage {
    /// A stage without rows.
    pub(super) fn new(asked: Rc<Asked>, at: usize) -> Self {
        let steps = asked.steps(at);
        let first: Vec<Step> = steps.iter().take_while(|step| step.is_row_wise()).cloned().collect();
        let body = match steps.get(first.len()) {
            Some(Step::Stats(_)) => Body::Groups(Groups::default()),
            _ => Body::Rows(Vec::new()),
        };
        let records = asked.records(at);
        let slots = records.map(|records| records.sources.iter().map(|(_, slot)| *slot).collect());
        let input = Input::new(records.is_some_and(|records| records.nulls));
        Self { at, input, slots: slots.unwrap_or_default(), first, body, fed: 0, asked }
    }

    /// Takes some rows.
    pub(super) fn push(&mut self, fed: Fed) {
        let Self { asked, at, input, slots, first, body, fed: count } = self;
        *count += u64::from(fed.rows);
        let context = &asked.context;
        let Some(records) = asked.records(*at) else { return };
        let (time, width) = (records.time, records.slots);
        let next = asked.steps(*at).get(first.len());
        let mut take = |row: &mut Row| match (&mut *body, next) {
            (Body::Groups(groups), Some(Step::Stats(stats))) => {
                let millis = if let Some(Value::Int(millis)) = row.get(time) { Some(*millis) } else { None };
                groups.add(stats, row, millis, context);
            }
            (Body::Rows(rows), _) => rows.push(std::mem::take(row)),
            (Body::Groups(_), _) => {}
        };
        input.each(fed, slots, width, |row| rows::each(first, row, context, &mut take));
        if let Body::Rows(rows) = body
            && rows.len() > self.asked.few(self.at).map_or(ROWS_MOST, |few| few.limit) * 2 + SLACK
        {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if let Body::Rows(rows) = &mut self.body {
            match self.asked.few(self.at) {
                Some(few) => *rows = few.of(std::mem::take(rows), &self.asked),
                // One more than can be brought together tells that there are too many.
                None => rows.truncate(ROWS_MOST + 1),
            }
        }
    }

    /// What the shard gives.
    pub(super) fn finish(mut self) -> StagePartial {
        self.cut();
        let body = match self.body {
            Body::Groups(groups) => PartialBody::Groups(groups.into_parts()),
            Body::Rows(rows) if rows.len() > ROWS_MOST => PartialBody::TooMany,
            Body::Rows(rows) => PartialBody::Rows(rows),
        };
        StagePartial { fed: self.fed, body, stops: self.asked.context.stops() }
    }
}

/// The few rows of many that the next steps want, which each shard finds among its own, and the desk among theirs.
pub(super) struct Few<'a> {
    by: &'a [Sorted],
    dedup: Option<&'a [Compute]>,
    pub(super) limit: usize,
    /// How many steps that is.
    pub(super) steps: usize,
}

impl Few<'_> {
    pub(super) fn of(&self, rows: Vec<Row>, asked: &Asked) -> Vec<Row> {
        let mut rows = sort(rows, self.by, &asked.context);
        if let Some(by) = self.dedup {
            rows = dedup(rows, by, &asked.context);
        }
        rows.truncate(self.limit);
        rows
    }
}

impl Asked {
    /// `sort`, `dedup` and `limit` after the steps that look at one row at a time.
    pub(super) fn few(&self, at: usize) -> Option<Few<'_>> {
        let (relation, steps) = (at, self.steps(at));
        let mut at = steps.iter().take_while(|step| step.is_row_wise()).count();
        let from = at;
        let mut by: &[Sorted] = self.newest.get(relation).map(Vec::as_slice).unwrap_or_default();
        if let Some(Step::Sort(sort)) = steps.get(at) {
            (by, at) = (sort, at + 1);
        }
        let mut dedup = None;
        if let Some(Step::Dedup(keys)) = steps.get(at) {
            (dedup, at) = (Some(keys.as_slice()), at + 1);
        }
        match steps.get(at) {
            Some(Step::Limit(limit)) => Some(Few { by, dedup, limit: *limit, steps: at + 1 - from }),
            _ => None,
        }
    }
}
