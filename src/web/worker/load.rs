//! A load: jobs to idle shards, the largest first, until all files are read or the load is cancelled.

use std::collections::{BTreeMap, VecDeque};
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
use crate::ingest::{Beginning, Outcome};
use crate::record::Format;

/// One load.
pub(super) struct Load {
    desk: Rc<Desk>,
    infos: Vec<FileInfo>,
    files: Vec<File>,
    began: u32,
    outcomes: BTreeMap<u32, Outcome>,
    parts: BTreeMap<u32, Vec<ReadPart>>,
    shares: BTreeMap<(u32, u32), Outcome>,
}

/// A part that was read.
struct ReadPart {
    part: Part,
    shard: usize,
    outcome: Outcome,
    format: Option<(Format, bool)>,
}

/// What came of a job on its shards.
struct Finished {
    shards: Vec<usize>,
    job: Job,
    /// `None`: a shard was lost.
    done: Option<Done>,
}

impl Load {
    pub(super) fn new(desk: Rc<Desk>, infos: Vec<FileInfo>, files: Vec<File>) -> Self {
        let began = desk.cancelled.get();
        Self {
            desk,
            infos,
            files,
            began,
            outcomes: BTreeMap::new(),
            parts: BTreeMap::new(),
            shares: BTreeMap::new(),
        }
    }

    fn cancelled(&self) -> bool {
        self.desk.cancelled.get() != self.began
    }

    /// Reads all files and adds their reports to the session, in the order in which they were dropped.
    pub(super) async fn run(mut self, session: &mut Session<Rc<Links>>) {
        let links = Rc::clone(&self.desk.links);
        links.begin(self.infos.len() as u64, self.infos.iter().map(|info| info.size).sum());
        let first_input = session.inputs().len();
        let heads = self.heads().await;
        let mut next_part = self.desk.next_part.get();
        let mut queue: VecDeque<Job> = jobs::plan(&self.infos, &heads, &mut next_part).into();
        self.desk.next_part.set(next_part);
        self.work(&mut queue, first_input).await;
        for job in queue {
            for (file, info) in job.files() {
                let stopped = || Outcome::failed(&info.name, info.size, Stop::Cancelled.words());
                self.outcomes.entry(file).or_insert_with(stopped);
            }
        }
        self.join_parts(first_input).await;
        self.join_shares();
        for (file, info) in (0..).zip(&self.infos) {
            let unread = || Outcome::failed(&info.name, info.size, Stop::Cancelled.words());
            session.inputs().push(self.outcomes.remove(&file).unwrap_or_else(unread));
        }
        links.count(
            |progress| {
                progress.stage = Stage::Diagnosing;
                progress.files_done = progress.files;
            },
            true,
        );
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

    async fn work(&mut self, queue: &mut VecDeque<Job>, first_input: usize) {
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
                        self.desk.holders.borrow_mut().insert((first_input + file as usize, holder));
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
                let read = ReadPart { shard, outcome, format: done.format, part };
                self.parts.entry(read.part.file).or_default().push(read);
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
    async fn join_parts(&mut self, first_input: usize) {
        for (file, mut parts) in std::mem::take(&mut self.parts) {
            parts.sort_unstable_by_key(|read| read.part.from);
            let mut whole: Option<Outcome> = None;
            let mut format: Option<(Format, bool)> = None;
            for mut read in parts {
                let assumed = read.part.beginning.format.clone();
                if let (Some((in_force, headerless)), Some(assumed)) = (&format, assumed)
                    && *in_force != assumed
                    && !self.cancelled()
                {
                    let beginning = Beginning {
                        format: Some(in_force.clone()),
                        headerless: *headerless,
                        ..read.part.beginning.clone()
                    };
                    self.read_again(&mut read, beginning, first_input).await;
                }
                format = read.format.or(format);
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

    async fn read_again(&self, read: &mut ReadPart, beginning: Beginning, first_input: usize) {
        let links = &self.desk.links;
        links.ask(read.shard, Ask::Discard { part: read.part.part }).await;
        self.desk.holders.borrow_mut().insert((first_input + read.part.file as usize, read.shard));
        let part = Part { beginning, ..read.part.clone() };
        let beside = self.files.get(part.file as usize).map(|file| JsValue::from(file.clone()));
        if let Some(done) = links.job(read.shard, Job::Part(part), beside.into_iter().collect()).await {
            read.format = done.format;
            read.outcome = done.outcomes.into_iter().next().map(|(_, outcome)| outcome).unwrap_or_default();
        }
    }
}
