//! A load: jobs to idle shards, the largest first, until all files are read or the load is cancelled.

use std::collections::VecDeque;
use std::rc::Rc;

use futures::StreamExt as _;
use futures::future::LocalBoxFuture;
use futures::stream::FuturesUnordered;
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, MessageChannel};

use super::desk::{Desk, Links, lost_words};
use super::read::Stop;
use crate::engine::jobs::{self, Done, Job, Part};
use crate::engine::messages::{FileInfo, Stage};
use crate::engine::{Ask, Fleet as _, Session};
use crate::ingest::guess::{Knowledge, Known};
use crate::ingest::{Beginning, Outcome, Rule};
use crate::record::ordered::{OrderedMap, order_by_key};

/// A file that waits for someone who knows its format.
#[derive(Clone)]
pub(super) struct Waiting {
    /// Its place among the session's inputs.
    input: usize,
    info: FileInfo,
    file: File,
}

/// Reads files and adds their reports to the session, in the order in which they were dropped.
///
/// Files that do not say their format are left until all others are read, one of which may say it.
pub(super) async fn read(
    desk: &Rc<Desk>,
    infos: Vec<FileInfo>,
    files: Vec<File>,
    formats: &[Known],
    session: &mut Session<Rc<Links>>,
) {
    let first_input = session.inputs().len();
    let files = (first_input..).zip(infos).zip(files);
    let files: Vec<Waiting> = files.map(|((input, info), file)| Waiting { input, info, file }).collect();
    for Waiting { info, .. } in &files {
        let unread = Outcome::failed(&info.name, info.size, Stop::Cancelled.words());
        session.inputs().push(unread);
    }
    let said_before = session.knowledge(&[]).formats.len();
    desk.know(Knowledge { wait: true, ..session.knowledge(formats) }).await;
    Load::new(desk, files.clone()).run(session).await;
    let waits = session.waiting();
    let waiting: Vec<Waiting> =
        files.into_iter().filter(|file| waits.binary_search(&file.input).is_ok()).collect();
    let is_new = !waiting.is_empty() || session.knowledge(&[]).formats.len() > said_before;
    desk.waiting.borrow_mut().extend(waiting);
    if is_new {
        read_waiting(desk, formats, session).await;
    }
    desk.links.count(
        |progress| {
            progress.stage = Stage::Diagnosing;
            progress.files_done = progress.files;
        },
        true,
    );
}

/// Reads the files that wait, with all that is known by now.
pub(super) async fn read_waiting(desk: &Rc<Desk>, formats: &[Known], session: &mut Session<Rc<Links>>) {
    let waiting = desk.waiting.take();
    if waiting.is_empty() {
        return;
    }
    desk.know(session.knowledge(formats)).await;
    Load::new(desk, waiting.clone()).run(session).await;
    let still: Vec<usize> = session.waiting();
    desk.waiting
        .borrow_mut()
        .extend(waiting.into_iter().filter(|file| still.binary_search(&file.input).is_ok()));
}

/// One load.
struct Load {
    desk: Rc<Desk>,
    infos: Vec<FileInfo>,
    files: Vec<File>,
    /// The places of the files among the session's inputs.
    inputs: Vec<usize>,
    began: u32,
    outcomes: OrderedMap<u32, Outcome>,
    parts: OrderedMap<u32, Vec<ReadPart>>,
    shares: OrderedMap<(u32, u32), Outcome>,
}

/// A part that was read.
struct ReadPart {
    part: Part,
    shard: usize,
    outcome: Outcome,
    rule: Option<Rule>,
}

/// What came of a job on its shards.
struct Finished {
    shards: Vec<usize>,
    job: Job,
    /// `None`: a shard was lost.
    done: Option<Done>,
}

impl Load {
    fn new(desk: &Rc<Desk>, waiting: Vec<Waiting>) -> Self {
        let (mut infos, mut files, mut inputs) = (Vec::new(), Vec::new(), Vec::new());
        for Waiting { input, info, file } in waiting {
            infos.push(info);
            files.push(file);
            inputs.push(input);
        }
        let began = desk.cancelled.get();
        let desk = Rc::clone(desk);
        Self {
            desk,
            infos,
            files,
            inputs,
            began,
            outcomes: OrderedMap::new(),
            parts: OrderedMap::new(),
            shares: OrderedMap::new(),
        }
    }

    /// A shard has records of a file.
    fn holds(&self, file: u32, shard: usize) {
        if let Some(&input) = self.inputs.get(file as usize) {
            self.desk.holders.borrow_mut().insert((input, shard));
        }
    }

    fn cancelled(&self) -> bool {
        self.desk.cancelled.get() != self.began
    }

    /// Reads all files and puts their reports into the session.
    async fn run(mut self, session: &mut Session<Rc<Links>>) {
        let links = Rc::clone(&self.desk.links);
        links.begin(self.infos.len() as u64, self.infos.iter().map(|info| info.size).sum());
        let heads = self.heads().await;
        let mut next_part = self.desk.next_part.get();
        let mut queue: VecDeque<Job> = {
            let knowledge = self.desk.knowledge.borrow();
            jobs::plan(&self.infos, &heads, &knowledge, &mut next_part).into()
        };
        self.desk.next_part.set(next_part);
        self.work(&mut queue).await;
        for job in queue {
            for (file, info) in job.files() {
                let stopped = || Outcome::failed(&info.name, info.size, Stop::Cancelled.words());
                self.outcomes.or_insert_with(file, stopped);
            }
        }
        self.join_parts().await;
        self.join_shares();
        for (file, input) in (0..).zip(&self.inputs) {
            if let Some((place, outcome)) = session.inputs().get_mut(*input).zip(self.outcomes.remove(&file))
            {
                *place = outcome;
            }
        }
    }

    /// The first bytes of the large files.
    async fn heads(&self) -> Vec<(u32, Vec<u8>)> {
        let mut heads = Vec::new();
        for ((number, info), file) in (0..).zip(&self.infos).zip(&self.files) {
            if info.size < jobs::LARGE {
                continue;
            }
            let Ok(slice) = file.slice_with_i32_and_i32(0, jobs::HEAD as i32) else { continue };
            // A file that cannot be read is reported by the job that reads it.
            if let Ok(buffer) = JsFuture::from(slice.array_buffer()).await {
                heads.push((number, Uint8Array::new(&ArrayBuffer::from(buffer)).to_vec()));
            }
        }
        heads
    }

    async fn work(&mut self, queue: &mut VecDeque<Job>) {
        let mut idle: Vec<usize> = (0..self.desk.links.len()).rev().collect();
        let mut running = FuturesUnordered::new();
        loop {
            while !self.cancelled()
                && let Some(shard) = idle.pop()
            {
                let Some(job) = queue.pop_front() else {
                    idle.push(shard);
                    break;
                };
                // A shard that would find no other job parses what this one inflates.
                let partner = if matches!(job, Job::Inflate(..)) && queue.len() < idle.len() {
                    idle.pop()
                } else {
                    None
                };
                for (file, _) in job.files() {
                    for holder in partner.into_iter().chain([shard]) {
                        self.holds(file, holder);
                    }
                }
                running.push(self.start(job, shard, partner));
            }
            let Some(finished) = running.next().await else { break };
            idle.extend(&finished.shards);
            self.finished(finished);
        }
    }

    fn start(&self, job: Job, shard: usize, partner: Option<usize>) -> LocalBoxFuture<'static, Finished> {
        let links = Rc::clone(&self.desk.links);
        let files: Vec<JsValue> = job
            .files()
            .iter()
            .filter_map(|(file, _)| self.files.get(*file as usize))
            .map(|file| JsValue::from(file.clone()))
            .collect();
        let (Job::Inflate(file, info), Some(partner)) = (&job, partner) else {
            return Box::pin(async move {
                let done = links.job(shard, job.clone(), files).await;
                Finished { shards: vec![shard], job, done }
            });
        };
        let parse = Job::Parse(*file, info.clone());
        let Ok(channel) = MessageChannel::new() else {
            return Box::pin(async move {
                let done = links.job(shard, job.clone(), files).await;
                Finished { shards: vec![shard, partner], job, done }
            });
        };
        Box::pin(async move {
            let beside = files.into_iter().chain([channel.port1().into()]).collect();
            let inflating = links.job(shard, job.clone(), beside);
            let parsing = links.job(partner, parse, vec![channel.port2().into()]);
            let (inflated, done) = futures::join!(inflating, parsing);
            Finished { shards: vec![shard, partner], job, done: inflated.and(done) }
        })
    }

    fn finished(&mut self, finished: Finished) {
        let Finished { shards, job, done } = finished;
        match (job, done) {
            (job, None) => {
                for (file, info) in job.files() {
                    let lost =
                        Outcome::failed(&info.name, info.size, lost_words("out of memory, or a fault"));
                    self.outcomes.insert(file, lost);
                }
            }
            (Job::Part(part), Some(done)) => {
                let shard = shards.first().copied().unwrap_or_default();
                let outcome =
                    done.outcomes.into_iter().next().map(|(_, outcome)| outcome).unwrap_or_default();
                let read = ReadPart { shard, outcome, rule: done.rule, part };
                self.parts.or_default(read.part.file).push(read);
            }
            (Job::Share(share), Some(done)) => {
                self.shares
                    .extend(done.outcomes.into_iter().map(|(file, outcome)| ((file, share.share), outcome)));
            }
            (_, Some(done)) => self.outcomes.extend(done.outcomes),
        }
    }

    /// Joins the parts of plain files. A part that was read in another format than the one in force at its
    /// begin, because of a header line in a part before it, is read again.
    async fn join_parts(&mut self) {
        for (file, mut parts) in std::mem::take(&mut self.parts) {
            order_by_key(&mut parts, |read| read.part.from);
            let mut whole: Option<Outcome> = None;
            let mut rule: Option<Rule> = None;
            for mut read in parts {
                let assumed = &read.part.beginning.rule;
                if rule.is_some() && assumed.is_some() && rule != *assumed && !self.cancelled() {
                    let beginning = Beginning { rule: rule.clone(), ..read.part.beginning.clone() };
                    self.read_again(&mut read, beginning).await;
                }
                rule = read.rule.or(rule);
                match &mut whole {
                    Some(whole) => whole.append(read.outcome),
                    None => whole = Some(read.outcome),
                }
            }
            if let Some(outcome) = whole {
                self.join(file, outcome);
            }
        }
    }

    /// Joins the shares of Parquet files.
    fn join_shares(&mut self) {
        for ((file, _), outcome) in std::mem::take(&mut self.shares) {
            self.join(file, outcome);
        }
    }

    /// Adds what came of some of a file. A part that was lost has left its word already.
    fn join(&mut self, file: u32, outcome: Outcome) {
        match self.outcomes.get_mut(&file) {
            Some(known) => known.append(outcome),
            None => {
                self.outcomes.insert(file, outcome);
            }
        }
    }

    async fn read_again(&self, read: &mut ReadPart, beginning: Beginning) {
        let links = &self.desk.links;
        links.ask(read.shard, Ask::Discard { part: read.part.part }).await;
        self.holds(read.part.file, read.shard);
        let part = Part { beginning, ..read.part.clone() };
        let beside = self.files.get(part.file as usize).map(|file| JsValue::from(file.clone()));
        if let Some(done) = links.job(read.shard, Job::Part(part), beside.into_iter().collect()).await {
            read.rule = done.rule;
            read.outcome = done.outcomes.into_iter().next().map(|(_, outcome)| outcome).unwrap_or_default();
        }
    }
}
