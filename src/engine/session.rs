//! A session: many shards, one answer; and what is known of the records as a whole.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use futures::future::{LocalBoxFuture, join, join_all};
use futures::lock::Mutex;

use super::copies::{self, Copies};
use super::overview;
use super::replay::{EVIDENCE, Results, ToRun};
use super::shard::{Answered, Ask};
use crate::diagnose::{self, Finding, Purpose};
use crate::ingest::Outcome;
use crate::ingest::guess::{By, Knowledge, Known, parse};
use crate::query::exec::{self, Feed, Merger};
use crate::query::plan::SemiJoin;
use crate::query::{Answer, Expr, Facts, Grouping, Output, Plan};
use crate::record::ordered::{OrderedMap, OrderedSet};
use crate::record::{Field, Log, Mark};
use crate::report::model::{Overview, Report, SCHEMA, Totals};

/// The evidence of so many findings is asked for at once.
const AT_ONCE: usize = 16;

/// A shard's part of an answer, as the program that answers questions writes it, or why there is none.
pub type Part = Result<Vec<u8>, String>;

/// The shards of a session, however messages reach them.
#[allow(async_fn_in_trait)] // All of it runs on one thread: no bound on the futures is wanted.
pub trait Fleet {
    /// How many shards.
    fn len(&self) -> usize;

    /// Asks one shard; `None` if it was lost.
    async fn ask(&self, shard: usize, ask: Ask) -> Option<Answered>;

    /// A shard's part in a question over rows, which is made where questions are understood: `None` if it was lost, the
    /// reason if it could not be made.
    async fn stage(&self, shard: usize, feed: Feed, question: &[u8], facts: &[u8]) -> Option<Part>;

    /// Whether there are no shards.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Many shards, one answer.
pub struct Session<F> {
    fleet: F,
    next_number: Cell<u32>,
    sets: RefCell<HashMap<Vec<u8>, u32>>,
    making_set: Mutex<()>,
    inputs: Vec<Outcome>,
    copies: Copies,
    user_nats: OrderedMap<String, bool>,
    findings: Vec<Finding>,
    overview: Overview,
    results: Results,
}

impl<F: Fleet> Session<F> {
    /// A session over empty shards.
    pub fn new(fleet: F) -> Self {
        Self {
            fleet,
            next_number: Cell::new(0),
            sets: RefCell::default(),
            making_set: Mutex::new(()),
            inputs: Vec::new(),
            copies: Copies::default(),
            user_nats: OrderedMap::new(),
            findings: Vec::new(),
            overview: Overview::default(),
            results: Results::default(),
        }
    }

    /// The shards.
    pub const fn fleet(&self) -> &F {
        &self.fleet
    }

    /// The reports of the files, in the order in which they were dropped.
    pub const fn inputs(&mut self) -> &mut Vec<Outcome> {
        &mut self.inputs
    }

    /// What is known of lines without a header line: what files of this session say, and `given`.
    pub fn knowledge(&self, given: &[Known]) -> Knowledge {
        let mut formats = given.to_vec();
        for said in self.inputs.iter().flat_map(|input| &input.flow_logs) {
            if let Ok((format, _)) = parse(&said.fields) {
                let by = By::FlowLog { id: said.id.clone(), log_group: said.log_group.clone() };
                formats.push(Known { format, by });
            }
        }
        Knowledge { formats, wait: false }
    }

    /// The files, by their places among the inputs, that wait for someone who knows their format.
    pub fn waiting(&self) -> Vec<usize> {
        let waits = |place: &usize| self.inputs.get(*place).is_some_and(|input| input.guess.is_some());
        (0..self.inputs.len()).filter(waits).collect()
    }

    /// The findings on show, without evidence.
    pub fn findings(&self) -> &[Finding] {
        self.results.shown().map_or(&self.findings, |shown| &shown.findings)
    }

    /// Asks all shards the same.
    fn ask_all(&self, ask: Ask) -> LocalBoxFuture<'_, Vec<Option<Answered>>> {
        self.ask_each(vec![ask; self.fleet.len()])
    }

    /// Asks each shard something else.
    pub(super) fn ask_each(&self, asks: Vec<Ask>) -> LocalBoxFuture<'_, Vec<Option<Answered>>> {
        Box::pin(join_all(asks.into_iter().enumerate().map(|(shard, ask)| self.fleet.ask(shard, ask))))
    }

    /// Forgets all records and what was known of them; the user's word on NAT gateways stays.
    pub async fn clear(&mut self) {
        self.ask_all(Ask::Clear).await;
        self.inputs.clear();
        self.copies = Copies::default();
        self.findings.clear();
        self.overview = Overview::default();
        self.results = Results::default();
    }

    /// Runs a plan.
    pub fn query<'a>(&'a self, plan: &'a Plan) -> LocalBoxFuture<'a, Answer> {
        // In a box, so that whoever asks many plans holds none of them.
        Box::pin(self.query_either_way(plan))
    }

    async fn query_either_way(&self, plan: &Plan) -> Answer {
        if let Some(ranking) = exec::ranking(plan)
            && let Some(of_few) = self.of_candidates(plan, &ranking).await
        {
            return self.run(&of_few).await;
        }
        self.run(plan).await
    }

    async fn run(&self, plan: &Plan) -> Answer {
        let sets = self.key_sets(plan).await;
        let replies = self.ask_all(Ask::Partial { plan: plan.clone(), sets }).await;
        merged(plan, replies)
    }

    /// The plan over only those groups that can be among the few it wants.
    async fn of_candidates(&self, plan: &Plan, ranking: &Plan) -> Option<Plan> {
        let sets = self.key_sets(ranking).await;
        let ranked = self.next_number();
        let replies = self.ask_all(Ask::Rank { plan: ranking.clone(), sets, ranked }).await;
        let least: Vec<u128> = replies
            .iter()
            .filter_map(|reply| if let Some(Answered::Least(least)) = reply { Some(*least) } else { None })
            .collect();
        let least = exec::candidates_from(&least);
        let replies = self.ask_all(Ask::Ranked { ranked, least }).await;
        let all = Plan { output: without_limit(&ranking.output), ..ranking.clone() };
        exec::of_candidates(plan, ranking, &merged(&all, replies))
    }

    async fn key_sets(&self, plan: &Plan) -> Vec<u32> {
        let mut sets = Vec::new();
        for join in exec::joins(&plan.scan) {
            sets.push(self.key_set(plan, join, &sets).await);
        }
        sets
    }

    fn next_number(&self) -> u32 {
        let number = self.next_number.get();
        self.next_number.set(number.wrapping_add(1));
        number
    }

    /// The number of the key set of a semi-join, which all shards keep until [`Self::forget_sets`]: diagnoses
    /// join with the same keys again and again.
    async fn key_set(&self, plan: &Plan, join: &SemiJoin, inner: &[u32]) -> u32 {
        // One at a time: the next plan may need the same set.
        let _turn = self.making_set.lock().await;
        // A plan that cannot be written down gets a set of its own.
        let key = postcard::to_stdvec(&(join, &plan.locals)).ok();
        if let Some(&set) = key.as_ref().and_then(|key| self.sets.borrow().get(key).copied()).as_ref() {
            return set;
        }
        let set = self.next_number();
        let replies = self.ask_all(Ask::Keys { plan: plan.clone(), sets: inner.to_vec() }).await;
        let hashes: Vec<u64> = replies
            .into_iter()
            .flat_map(|reply| if let Some(Answered::Keys(hashes)) = reply { hashes } else { Vec::new() })
            .collect();
        self.ask_all(Ask::Keep { set, hashes }).await;
        if let Some(key) = key {
            self.sets.borrow_mut().insert(key, set);
        }
        set
    }

    async fn forget_sets(&self) {
        self.sets.borrow_mut().clear();
        self.ask_all(Ask::ForgetSets).await;
    }

    /// What is known of the VPC records.
    pub async fn facts(&self) -> Facts {
        let replies = self.ask_all(Ask::Columns).await;
        let lists: Vec<Vec<String>> = replies
            .into_iter()
            .flatten()
            .flat_map(|reply| if let Answered::Columns(lists) = reply { lists } else { Vec::new() })
            .collect();
        let totals = &self.overview.totals;
        let range_secs = totals.first.zip(totals.last);
        Facts { range_secs, records: totals.records, ..Facts::of_columns(&lists) }
    }

    /// The parts of all shards in a question over rows.
    pub async fn stages(&self, feed: &Feed, question: &[u8], facts: &[u8]) -> Result<Vec<Vec<u8>>, String> {
        let stage = |shard| self.fleet.stage(shard, feed.clone(), question, facts);
        let parts = join_all((0..self.fleet.len()).map(stage)).await;
        let lost =
            || Err("a worker stopped meanwhile, and the records it held are gone; ask again".to_owned());
        parts.into_iter().map(|part| part.unwrap_or_else(lost)).collect()
    }

    /// Says that records were added or lost: which are copies of others is no longer known.
    pub fn records_changed(&mut self) {
        self.copies.forget();
    }

    /// Looks for exact copies among some more of the records; whether there are more to look through. The next
    /// [`Self::report`] tells how many were found.
    pub async fn count_some_copies(&mut self) -> bool {
        if self.copies.is_done() {
            return false;
        }
        if !self.copies.is_begun() {
            self.ask_all(Ask::ForgetCopies).await;
            let plan = copies::plan(self.overview.totals.first, self.overview.totals.last);
            let of_gateways = plan.clone().of(Log::TransitGateway);
            let answers = [self.query(&plan).await, self.query(&of_gateways).await];
            self.copies.begin(&answers);
        }
        let Some((from, to)) = self.copies.next() else { return false };
        let (found, marks) = copies::judge((from, to), self.ask_all(Ask::Rows { from, to }).await);
        self.copies.add(found);
        if found > 0 {
            self.ask_each(marks).await;
        }
        !self.copies.is_done()
    }

    /// Counts all exact copies, as far as they are not counted yet.
    pub async fn count_copies(&mut self) {
        while self.count_some_copies().await {}
    }

    /// Leaves out all exact copies but one of each, or none; [`Self::judge`] heeds it.
    pub fn leave_out_copies(&mut self, leave_out: bool) {
        self.copies.leave_out = leave_out;
    }

    /// Judges the records anew, after files were added, the user marked a NAT gateway, or copies are left out.
    pub async fn judge(&mut self) {
        if self.copies.leave_out {
            self.count_copies().await;
        }
        self.ask_all(Ask::LeaveOut(self.copies.leave_out)).await;
        // Sets of the records as they were before.
        self.forget_sets().await;
        let (fields, logs) = (self.record_fields(), self.logs());
        (self.overview, self.findings) = join(
            overview::of(self, &Expr::True, None, &logs),
            diagnose::diagnose(self, &fields, &self.user_nats, &logs),
        )
        .await;
        self.forget_sets().await;
        self.results.judge(&mut self.inputs, &self.user_nats);
    }

    /// Shows what results of Athena tell, or what the records do.
    pub fn show_athena(&mut self, shown: bool) {
        self.results.wanted = Some(shown);
        self.results.judge(&mut self.inputs, &self.user_nats);
    }

    /// The queries for a table and days, and which of their results have come.
    pub fn athena_queries(&self, of: Mark) -> Vec<ToRun> {
        self.results.queries(of, &self.user_nats)
    }

    /// The user's word on whether an interface belongs to a NAT gateway; [`Self::judge`] heeds it.
    pub fn mark_nat(&mut self, interface: String, is_nat: Option<bool>) {
        match is_nat {
            Some(is_nat) => self.user_nats.insert(interface, is_nat),
            None => self.user_nats.remove(&interface),
        };
    }

    /// The fields of what is on show: that any of the files with VPC records has, or Athena's table.
    pub fn fields(&self) -> OrderedSet<Field> {
        self.results.shown_fields().unwrap_or_else(|| self.record_fields())
    }

    fn record_fields(&self) -> OrderedSet<Field> {
        self.inputs
            .iter()
            .filter(|input| input.has_vpc_records())
            .flat_map(|input| &input.fields)
            .filter_map(|name| Field::from_name(name))
            .collect()
    }

    fn logs(&self) -> Vec<Log> {
        let has_gateways = self.inputs.iter().any(|input| input.transit_gateway > 0);
        std::iter::once(Log::Vpc).chain(has_gateways.then_some(Log::TransitGateway)).collect()
    }

    /// Sums, timeline and top lists of the records for which the filter holds; those of Athena's results know no filter.
    pub async fn overview(&self, filter: &Expr, range: Option<(u64, u64)>) -> Overview {
        match self.results.shown() {
            Some(shown) => shown.overview.clone(),
            None => overview::of(self, filter, range, &self.logs()).await,
        }
    }

    /// The report; with the evidence of every finding and the answers to its questions if wanted.
    pub async fn report(&self, with_evidence: bool) -> Report {
        let mut findings = self.findings().to_vec();
        if with_evidence {
            for some in findings.chunks_mut(AT_ONCE) {
                join_all(some.iter_mut().map(|finding| self.fill_evidence(finding))).await;
            }
        }
        let duplicates = self.copies.found();
        let left_out = duplicates.filter(|_| self.copies.leave_out).unwrap_or_default();
        let (totals, top) = match self.results.shown() {
            Some(shown) => (shown.overview.totals.clone(), &shown.overview.top),
            None => (Totals { duplicates, left_out, ..self.overview.totals.clone() }, &self.overview.top),
        };
        Report {
            schema: SCHEMA.to_owned(),
            inputs: self.inputs.clone(),
            athena: self.results.summary(),
            totals,
            top: top.clone(),
            findings,
        }
    }

    /// One finding with its evidence and the answers to its questions.
    pub async fn finding(&self, id: &str) -> Option<Finding> {
        let mut finding = self.findings().iter().find(|finding| finding.id == id)?.clone();
        self.fill_evidence(&mut finding).await;
        Some(finding)
    }

    /// The answer to a plan by what is on show; none if no result of Athena tells it.
    async fn answered(&self, plan: &Plan) -> Option<Answer> {
        match self.results.shown() {
            Some(_) => self.results.answer(plan),
            None => Some(self.query(plan).await),
        }
    }

    async fn fill_evidence(&self, finding: &mut Finding) {
        if let Some(selects) = &finding.selects {
            let plan = Plan::lines(selects.clone(), EVIDENCE).of(finding.kind.log());
            let answer = self.answered(&plan).await.unwrap_or_default();
            finding.evidence = answer.rows.into_iter().flatten().map(|line| line.to_string()).collect();
        }
        for question in finding.questions.iter_mut().filter(|question| question.is_answered) {
            let Some(Answer { columns, rows }) = self.answered(&question.plan).await else { continue };
            let rows = rows.into_iter().map(|row| row.iter().map(ToString::to_string).collect());
            question.answer = std::iter::once(columns).chain(rows).collect();
        }
    }
}

fn merged(plan: &Plan, replies: Vec<Option<Answered>>) -> Answer {
    let mut merger = Merger::new(plan);
    for reply in replies {
        if let Some(Answered::Partial(partial)) = reply {
            merger.add(partial);
        }
    }
    merger.finish()
}

fn without_limit(output: &Output) -> Output {
    match output {
        Output::Groups(grouping) => Output::Groups(Grouping { limit: None, ..grouping.clone() }),
        other => other.clone(),
    }
}

impl<F: Fleet> diagnose::Ask for Session<F> {
    fn ask<'a>(&'a self, _purpose: Purpose, plan: &'a Plan) -> LocalBoxFuture<'a, Answer> {
        self.query(plan)
    }
}
