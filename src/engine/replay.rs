//! The diagnoses over results that Athena gave, in place of records.
//!
//! What is asked is looked up among the results; an answer that is not there never comes, so that a diagnosis stops where
//! it cannot go on, and what it waits for is what is to be run next.

use std::cell::RefCell;

use futures::FutureExt as _;
use futures::future::{self, LocalBoxFuture};
use serde::{Deserialize, Serialize};

use super::overview;
use crate::diagnose::{self, Ask, Finding, Purpose};
use crate::ingest::{AthenaResult, Outcome};
use crate::query::athena::answer_of;
use crate::query::{Answer, Expr, Plan};
use crate::record::ordered::{OrderedMap, OrderedSet};
use crate::record::{Field, Format, Mark};
use crate::report::model::{FromAthena, Overview};
use crate::report::number::plural;

/// So many records show a finding.
pub(super) const EVIDENCE: usize = 20;

/// A query that is run on Athena, by its plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToRun {
    /// What it is to find out.
    pub purpose: Purpose,
    /// Of which finding it is, if it is of one.
    pub about: String,
    /// The plan.
    pub plan: Plan,
    /// The number by which its result says that it answers it.
    pub query: u64,
    /// Rows of its result, if that has come.
    pub rows: Option<u64>,
}

/// A result with its file's place among the inputs.
struct Held {
    input: usize,
    mark: Mark,
    result: Box<AthenaResult>,
}

/// What results tell.
#[derive(Clone, Default)]
pub(super) struct Shown {
    pub(super) findings: Vec<Finding>,
    pub(super) overview: Overview,
}

/// The results that were read, and what they tell.
#[derive(Default)]
pub(super) struct Results {
    held: Vec<Held>,
    /// The table and the days of the results that count: those of the last one.
    of: Option<Mark>,
    /// The user's word on what is shown.
    pub(super) wanted: Option<bool>,
    /// What they tell, if nothing more is to be run for it.
    judged: Option<Shown>,
    /// What is shown of them instead of the records.
    shown: Option<Shown>,
    queries: Vec<ToRun>,
}

impl Results {
    /// What is shown of them, if it is they that are shown.
    pub(super) const fn shown(&self) -> Option<&Shown> {
        self.shown.as_ref()
    }

    /// The fields of the table, if it is they that are shown.
    pub(super) fn shown_fields(&self) -> Option<OrderedSet<Field>> {
        let of = self.of.filter(|_| self.shown.is_some())?;
        Some(Field::ALL.iter().copied().filter(|field| of.has(*field)).collect())
    }

    /// The answer to a plan, if its result has come.
    pub(super) fn answer(&self, plan: &Plan) -> Option<Answer> {
        Replay::new(&self.held, self.of?).answer(plan)
    }

    /// The queries for a table and days.
    pub(super) fn queries(&self, of: Mark, user_nats: &OrderedMap<String, bool>) -> Vec<ToRun> {
        Replay::new(&self.held, of).run(user_nats).1
    }

    /// For the report.
    pub(super) fn summary(&self) -> Option<FromAthena> {
        let of = self.of?;
        let (mut results, mut to_run) = (0, 0);
        for query in self.queries.iter().filter(|query| query.purpose != Purpose::Evidence) {
            *(if query.rows.is_some() { &mut results } else { &mut to_run }) += 1;
        }
        Some(FromAthena {
            results,
            to_run,
            shown: self.shown.is_some(),
            judged: self.judged.is_some(),
            first_day: of.days.map(|(first, _)| day(first)),
            last_day: of.days.map(|(_, last)| day(last)),
            fields: Field::ALL
                .iter()
                .filter(|field| of.has(**field))
                .map(|field| field.name().to_owned())
                .collect(),
        })
    }

    /// Takes the results out of the files' reports, and judges them anew.
    pub(super) fn judge(&mut self, inputs: &mut [Outcome], user_nats: &OrderedMap<String, bool>) {
        for (input, outcome) in inputs.iter_mut().enumerate() {
            if let Some(result) = outcome.result.take() {
                self.hold(input, result, outcome);
            }
        }
        // Of a file that was lost, nothing is held.
        self.held.retain(|held| inputs.get(held.input).is_some_and(|outcome| outcome.error.is_none()));
        (self.of, self.shown, self.judged) = (self.held.last().map(|held| held.mark), None, None);
        let Some(of) = self.of else { return };
        (self.judged, self.queries) = Replay::new(&self.held, of).run(user_nats);
        for at in 0..self.held.len() {
            self.describe(at, of, inputs);
        }
        let has_records = inputs.iter().any(|input| input.records > 0);
        if self.wanted.unwrap_or(!has_records || self.judged.is_some()) {
            self.shown = Some(self.judged.clone().unwrap_or_default());
        }
    }

    fn hold(&mut self, input: usize, result: Box<AthenaResult>, outcome: &mut Outcome) {
        let mark = Mark::of(&result.mark).flatten();
        match (mark, &result.damage) {
            (Some(mark), None) => self.held.push(Held { input, mark, result }),
            (None, _) => {
                let why = "This is an answer to another version of flowlens. Run the queries of the page Athena again.";
                outcome.error = Some(why.to_owned());
            }
            (_, Some(damage)) => {
                outcome.error =
                    Some(format!("This result of Athena is damaged: {damage}. Fetch it from S3 again."));
            }
        }
    }

    /// Says in a file's report what its result is.
    fn describe(&self, at: usize, of: Mark, inputs: &mut [Outcome]) {
        let Some(held) = self.held.get(at) else { return };
        let of_same = |query: &&ToRun| Mark { query: query.query, ..of } == held.mark;
        let query = self.queries.iter().find(of_same);
        let others = self.held.iter().enumerate().filter(|(_, other)| other.mark == held.mark);
        let (mut warnings, mut skipped) = (Vec::new(), None);
        for (place, other) in others {
            let same = other.result.text == held.result.text;
            if place > at && same {
                skipped = Some("the same result as another file");
            } else if place > at {
                skipped = Some("a later file has another result of this query, which counts");
            } else if place < at && !same {
                warnings
                    .push("A file before it has another result of this query; this one counts".to_owned());
            }
        }
        if query.is_none() {
            warnings.push(if (Mark { query: 0, ..held.mark }) == (Mark { query: 0, ..of }) {
                "None of the queries asks this: it is of an earlier run".to_owned()
            } else {
                "It is of other days or of another table than the last result, and does not count".to_owned()
            });
        }
        if let Some(outcome) = inputs.get_mut(held.input) {
            let what = query.map_or("A query of flowlens", |query| query.purpose.words());
            outcome.format = format!("{what}, {}", plural(held.result.rows, "row", "rows"));
            (outcome.warnings, outcome.skipped) = (warnings, skipped.map(str::to_owned));
        }
    }
}

/// `2026-11-24` out of `20261124`.
fn day(day: u32) -> String {
    format!("{:04}-{:02}-{:02}", day / 10_000, day / 100 % 100, day % 100)
}

/// Answers from results.
struct Replay<'a> {
    results: &'a [Held],
    /// The table and the days: of a query that was run over others, no result is an answer.
    of: Mark,
    asked: RefCell<Vec<ToRun>>,
}

impl<'a> Replay<'a> {
    /// Over the results of one table and the same days.
    fn new(results: &'a [Held], of: Mark) -> Self {
        Self { results, of, asked: RefCell::default() }
    }

    /// The latest result of a query that can be read.
    fn result(&self, query: u64) -> Option<&AthenaResult> {
        let is_of = |held: &&Held| held.mark == Mark { query, ..self.of };
        self.results.iter().rev().find(is_of).map(|held| &*held.result)
    }

    /// The answer to a plan, if its result has come and can be read.
    fn answer(&self, plan: &Plan) -> Option<Answer> {
        read(plan, self.result(identity(plan))?).ok()
    }

    /// Notes that a plan is asked; its answer, if there is one.
    fn note(&self, purpose: Purpose, about: &str, plan: &Plan) -> Option<Answer> {
        let query = identity(plan);
        let answer = self.result(query).and_then(|result| read(plan, result).ok());
        let mut asked = self.asked.borrow_mut();
        if asked.iter().all(|other| other.query != query) {
            let rows = answer.as_ref().map(|answer| answer.rows.len() as u64);
            asked.push(ToRun { purpose, about: about.to_owned(), plan: plan.clone(), query, rows });
        }
        answer
    }

    /// What the results tell, and what is still to be run.
    fn run(self, user_nats: &OrderedMap<String, bool>) -> (Option<Shown>, Vec<ToRun>) {
        let fields: OrderedSet<Field> =
            Field::ALL.iter().copied().filter(|field| self.of.has(*field)).collect();
        let logs = [Format::of(fields.iter().copied()).log()];
        let both = future::join(
            diagnose::diagnose(&self, &fields, user_nats, &logs),
            overview::of(&self, &Expr::True, None, &logs),
        );
        let judged = both.now_or_never().map(|(findings, overview)| Shown { findings, overview });
        if let Some(shown) = &judged {
            for finding in &shown.findings {
                let selects = finding.selects.clone().unwrap_or(Expr::True);
                let plan = Plan::lines(selects, EVIDENCE).of(finding.kind.log());
                // Its answer is read when the finding is opened.
                let _answer = self.note(Purpose::Evidence, &finding.text, &plan);
            }
        }
        (judged, self.asked.take())
    }
}

/// The number by which a result says that it answers this plan.
fn identity(plan: &Plan) -> u64 {
    // FNV-1a, 64 bits; 48 of them tell some dozens of plans apart. A plan can always be written down.
    let bytes = postcard::to_extend(plan, Vec::new()).unwrap_or_default();
    bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    }) >> 16
}

fn read(plan: &Plan, result: &AthenaResult) -> Result<Answer, &'static str> {
    let header: Vec<&str> = result.columns.iter().map(String::as_str).collect();
    answer_of(plan, &header, &mut result.text.lines().map(|row| row.split('\t').collect()))
}

impl Ask for Replay<'_> {
    fn ask<'a>(&'a self, purpose: Purpose, plan: &'a Plan) -> LocalBoxFuture<'a, Answer> {
        match self.note(purpose, "", plan) {
            Some(answer) => Box::pin(future::ready(answer)),
            None => Box::pin(future::pending()),
        }
    }

    fn is_far(&self) -> bool {
        true
    }

    fn expect(&self, purpose: Purpose, plan: &Plan) {
        // Nobody waits for the answer yet.
        let _answer = self.note(purpose, "", plan);
    }
}
