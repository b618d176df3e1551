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
pub(crate) use rows::put;
use stage::Stage;
pub use stage::StagePartial;

use flowlens_core::query::exec::{Fed, Feed};
use flowlens_core::query::{Answer, Facts, Need, Scan};

use crate::functions::Context;
use crate::insights::ast::Complaint;
use crate::insights::parse::parse;
use crate::plan::compute::{Compute, Row};
use crate::plan::steps::{Sorted, Step};
use crate::plan::{Pipeline, Purpose, Records, Source, plan};
use crate::sql;
use crate::sql::term::Set;
use crate::value::{Key, Value};
use crate::{Answered, Question, Said, Stopover, Table};

/// A question that was understood.
#[derive(Debug)]
pub struct Asked {
    question: Question,
    pipeline: Pipeline,
    context: Context,
    records: u64,
    /// The order of events, for each relation: the newest first.
    newest: Vec<Vec<Sorted>>,
}

impl Asked {
    /// Understands a question.
    pub fn new(question: &Question, facts: &Facts) -> Result<Self, Vec<Complaint>> {
        let millis = |secs: u64| i64::try_from(secs.saturating_mul(1000)).unwrap_or(i64::MAX);
        let range = facts.range_secs.map_or((0, 0), |(first, last)| (millis(first), millis(last)));
        let context = Context::new(question.now, range);
        let pipeline = match &question.said {
            Said::Insights(text) => plan(&parse(text)?, text, facts)?,
            Said::Sql(query) => sql::plan::plan(query, facts, &context)?,
        };
        for set in question.stopover.iter().flat_map(|stopover| &stopover.sets) {
            context.take_set(set.clone());
        }
        let newest = pipeline.relations.iter().map(|relation| match &relation.source {
            Source::Records(records) => vec![Sorted::natural(Compute::Slot(records.time), true)],
            Source::Nothing | Source::Relations(_) => Vec::new(),
        });
        let newest = newest.collect();
        Ok(Self { question: question.clone(), pipeline, context, records: facts.records, newest })
    }

    /// The same question without shortcuts: rows one by one.
    #[must_use]
    pub fn the_long_way(mut self) -> Self {
        for relation in &mut self.pipeline.relations {
            if let Source::Records(records) = &mut relation.source {
                records.shortcut = None;
            }
        }
        self
    }

    fn records(&self, at: usize) -> Option<&Records> {
        match &self.pipeline.relations.get(at)?.source {
            Source::Records(records) => Some(records),
            Source::Nothing | Source::Relations(_) => None,
        }
    }

    fn steps(&self, at: usize) -> &[Step] {
        self.pipeline.relations.get(at).map(|relation| relation.steps.as_slice()).unwrap_or_default()
    }
}

/// A question under way, at the desk or on a shard.
pub struct Asking {
    asked: Rc<Asked>,
    /// The relation that is being made.
    at: usize,
    stage: Option<Stage>,
    merger: Option<Merger>,
    /// The rows of the relations that are made, as long as others are made of them.
    made: Vec<Vec<Row>>,
    /// How many records passed the filters, if they were counted.
    matched: Option<u64>,
    failed: Option<Complaint>,
}

impl Asking {
    /// Takes up a question that was understood.
    pub fn new(asked: Asked) -> Self {
        let at = asked.question.stopover.as_ref().map_or(0, |stopover| stopover.at as usize);
        Self {
            asked: Rc::new(asked),
            at,
            stage: None,
            merger: None,
            made: Vec::new(),
            matched: None,
            failed: None,
        }
    }

    /// At the desk: what must be asked of the records next; nothing once the answer can be made.
    pub fn need(&mut self) -> Option<Need> {
        if let Some(merger) = self.merger.take() {
            let matched = merger.matched();
            let rows = merger.finish();
            self.take(rows, Some(matched));
        }
        while self.failed.is_none() {
            let relation = self.asked.pipeline.relations.get(self.at)?;
            let rows = match &relation.source {
                Source::Records(records) => {
                    if let Some(shortcut) = &records.shortcut {
                        return Some(Need::Plan(Box::new(shortcut.plan.clone())));
                    }
                    self.merger = Some(Merger::new(Rc::clone(&self.asked), self.at));
                    let columns = records.sources.iter().map(|(wanted, _)| wanted.clone()).collect();
                    return Some(Need::Rows(Feed { scan: Scan::of(records.filter.clone()), columns }));
                }
                Source::Nothing => vec![Row::new()],
                Source::Relations(of) => of
                    .iter()
                    .flat_map(|&of| self.made.get_mut(of).map(std::mem::take).unwrap_or_default())
                    .collect(),
            };
            let rows = merge::rest(&self.asked, self.at, rows, 0);
            self.take(rows, None);
        }
        None
    }

    /// The question to hand to the shards with the need for rows.
    pub fn question(&self) -> Question {
        let sets =
            (0..).map_while(|number| self.asked.context.set(number)).map(|set| (*set).clone()).collect();
        let at = u32::try_from(self.at).unwrap_or_default();
        Question { stopover: Some(Stopover { at, sets }), ..self.asked.question.clone() }
    }

    /// The rows of a relation are made.
    fn take(&mut self, rows: Result<Vec<Row>, Complaint>, matched: Option<u64>) {
        let Some(relation) = self.asked.pipeline.relations.get(self.at) else { return };
        self.at += 1;
        let mut rows = match rows {
            Ok(rows) => rows,
            Err(complaint) => {
                self.failed = Some(complaint);
                return;
            }
        };
        let slot = |row: &Row, slot: usize| row.get(slot).cloned().unwrap_or(Value::Missing);
        match &relation.purpose {
            Purpose::Answer => self.matched = matched.filter(|_| self.made.is_empty()),
            Purpose::Rows(slots) => {
                for row in &mut rows {
                    *row = slots.iter().map(|&at| slot(row, at)).collect();
                }
            }
            Purpose::Set(at) | Purpose::Value(at) => {
                let is_value = matches!(relation.purpose, Purpose::Value(_));
                if is_value && rows.len() > 1 {
                    self.asked.context.stop("a query that stands for one value gives several rows", "");
                    rows.clear();
                }
                let mut set = Set::default();
                for row in std::mem::take(&mut rows) {
                    match slot(&row, *at) {
                        Value::Missing => set.has_null = true,
                        value => set.keys.extend([Key::of(&value)]),
                    }
                }
                self.asked.context.take_set(set);
            }
        }
        self.made.push(rows);
    }

    /// On a shard: takes some of its rows.
    pub fn push(&mut self, fed: Fed) {
        self.stage.get_or_insert_with(|| Stage::new(Rc::clone(&self.asked), self.at)).push(fed);
    }

    /// On a shard: its part of the answer.
    pub fn part(&mut self) -> StagePartial {
        self.stage.take().unwrap_or_else(|| Stage::new(Rc::clone(&self.asked), self.at)).finish()
    }

    /// At the desk: takes the part of a shard.
    pub fn add(&mut self, part: StagePartial) {
        for (why, stopped) in &part.stops {
            self.asked.context.stop_for(why, stopped);
        }
        if let Some(merger) = &mut self.merger {
            merger.add(part);
        }
    }

    /// At the desk: takes the answer to the plan that was needed.
    pub fn of_plan(&mut self, answer: &Answer) {
        let rows = Merger::new(Rc::clone(&self.asked), self.at).of_plan(answer);
        self.take(rows, None);
    }

    /// At the desk: the answer, once nothing more is needed.
    pub fn finish(&mut self) -> Answered {
        if let Some(complaint) = self.failed.take() {
            return Err(vec![complaint]);
        }
        let Asked { pipeline, context, records, .. } = &*self.asked;
        let show = |row: Row| {
            let value = |slot: usize| row.get(slot).cloned().unwrap_or(Value::Missing);
            pipeline.columns.iter().map(|column| value(column.slot)).collect()
        };
        let stops = context.stops().into_iter().map(|(why, stopped)| stopped.note(&why));
        Ok(Table {
            columns: pipeline.columns.iter().map(|column| column.name.clone()).collect(),
            times: pipeline.columns.iter().map(|column| column.is_time).collect(),
            rows: self.made.pop().unwrap_or_default().into_iter().map(show).collect(),
            scanned: *records,
            matched: self.matched,
            notes: pipeline.notes.iter().cloned().chain(stops).collect(),
        })
    }
}
