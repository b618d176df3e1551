//! Runs a query: stages on the shards, one merger, and the steps that need all rows.

mod groups;
mod input;
mod merge;
mod plain;
mod rows;
mod stage;
mod take;
mod wide;

use std::rc::Rc;

use merge::Merger;
use stage::Stage;
pub use stage::StagePartial;

use flowlens_core::query::exec::{Fed, Feed};
use flowlens_core::query::{Answer, Facts, Need, Scan};

use crate::functions::Context;
use crate::insights::ast::Complaint;
use crate::insights::parse::parse;
use crate::plan::compute::Compute;
use crate::plan::{Pipeline, plan};
use crate::{Answered, Question};

/// A question that was understood.
#[derive(Debug)]
pub struct Asked {
    pipeline: Pipeline,
    context: Context,
    records: u64,
    /// The order of events: the newest first.
    newest: Vec<(Compute, bool)>,
}

impl Asked {
    /// Understands a question.
    pub fn new(question: &Question, facts: &Facts) -> Result<Self, Vec<Complaint>> {
        let query = parse(&question.text)?;
        let pipeline = plan(&query, &question.text, facts)?;
        let millis = |secs: u64| i64::try_from(secs.saturating_mul(1000)).unwrap_or(i64::MAX);
        let range = facts.range_secs.map_or((0, 0), |(first, last)| (millis(first), millis(last)));
        let newest = vec![(Compute::Slot(pipeline.time), true)];
        Ok(Self { pipeline, context: Context::new(question.now, range), records: facts.records, newest })
    }

    /// What must be asked of the records.
    pub fn need(&self) -> Need {
        match &self.pipeline.shortcut {
            Some(shortcut) => Need::Plan(Box::new(shortcut.plan.clone())),
            None => Need::Rows(self.feed()),
        }
    }

    /// The same question without a shortcut: rows one by one.
    #[must_use]
    pub fn the_long_way(mut self) -> Self {
        self.pipeline.shortcut = None;
        self
    }

    fn feed(&self) -> Feed {
        Feed {
            scan: Scan::of(self.pipeline.filter.clone()),
            columns: self.pipeline.sources.iter().map(|(wanted, _)| wanted.clone()).collect(),
        }
    }
}

/// A question under way, at the desk or on a shard.
pub struct Asking {
    asked: Rc<Asked>,
    stage: Option<Stage>,
    merger: Option<Merger>,
}

impl Asking {
    /// Takes up a question that was understood.
    pub fn new(asked: Asked) -> Self {
        Self { asked: Rc::new(asked), stage: None, merger: None }
    }

    /// What must be asked of the records.
    pub fn need(&self) -> Need {
        self.asked.need()
    }

    /// On a shard: takes some of its rows.
    pub fn push(&mut self, fed: Fed) {
        self.stage.get_or_insert_with(|| Stage::new(Rc::clone(&self.asked))).push(fed);
    }

    /// On a shard: its part of the answer.
    pub fn part(&mut self) -> StagePartial {
        self.stage.take().unwrap_or_else(|| Stage::new(Rc::clone(&self.asked))).finish()
    }

    /// At the desk: takes the part of a shard.
    pub fn add(&mut self, part: StagePartial) {
        self.merger.get_or_insert_with(|| Merger::new(Rc::clone(&self.asked))).add(part);
    }

    /// At the desk: the answer of all parts.
    pub fn finish(&mut self) -> Answered {
        self.merger.take().unwrap_or_else(|| Merger::new(Rc::clone(&self.asked))).finish()
    }

    /// At the desk: the answer out of that to the plan that was needed.
    pub fn of_plan(&self, answer: &Answer) -> Answered {
        Merger::new(Rc::clone(&self.asked)).of_plan(answer)
    }
}
