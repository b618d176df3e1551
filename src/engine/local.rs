//! Shards in this thread: for tests, benchmarks and other native uses.

use std::cell::RefCell;

use flowlens_ask::run::{Asked, Asking};
use flowlens_ask::{Answered as Answer, Question};
use futures::FutureExt as _;

use super::session::{Fleet, Part, Session};
use super::shard::{Answered, Ask, Shard};
use crate::ingest::guess::{Knowledge, Known};
use crate::ingest::{Beginning, Outcome, Reader};
use crate::query::Need;
use crate::query::exec::{Feed, Feeder};
use crate::report::Report;
use crate::report::writing::Unwritten;

/// Shards that are called directly.
pub struct LocalFleet {
    shards: Vec<RefCell<Shard>>,
}

impl LocalFleet {
    /// So many empty shards, at least one.
    pub fn new(shards: usize) -> Self {
        Self { shards: (0..shards.max(1)).map(|_| RefCell::default()).collect() }
    }

    fn read_file(
        &self,
        at: usize,
        (name, bytes): (&str, &[u8]),
        knowledge: &Knowledge,
        chunk: usize,
    ) -> Outcome {
        let mut shard = self.shards[at % self.shards.len()].borrow_mut();
        let beginning = Beginning { knowledge: knowledge.clone(), ..Beginning::default() };
        let mut reader = Reader::new(name, bytes.len() as u64, beginning);
        for chunk in bytes.chunks(chunk.max(1)) {
            reader.push(chunk, shard.table());
        }
        reader.finish(shard.table())
    }
}

impl Fleet for LocalFleet {
    fn len(&self) -> usize {
        self.shards.len()
    }

    async fn ask(&self, shard: usize, ask: Ask) -> Option<Answered> {
        Some(self.shards.get(shard)?.borrow_mut().answer(ask))
    }

    async fn stage(&self, shard: usize, feed: Feed, question: &[u8], facts: &[u8]) -> Option<Part> {
        let mut shard = self.shards.get(shard)?.borrow_mut();
        let made = (|| {
            let (question, facts) = (postcard::from_bytes(question).ok()?, postcard::from_bytes(facts).ok()?);
            let mut asking = Asking::new(Asked::new(&question, &facts).ok()?);
            let mut feeder = Feeder::new(feed);
            // A few blocks at a time, as in a worker.
            while !shard.advance(&mut feeder, |fed| {
                asking.push(fed);
                true
            }) {}
            postcard::to_stdvec(&asking.part()).ok()
        })();
        Some(made.ok_or_else(|| "the question did not come through".to_owned()))
    }
}

/// Reads files into a session of local shards, the first file into the first shard and so on in turn, in
/// chunks of `chunk` bytes.
pub fn read<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    shards: usize,
    chunk: usize,
) -> Session<LocalFleet> {
    read_knowing(files, &[], shards, chunk)
}

/// [`read`], knowing formats that lines without a header line may have.
pub fn read_knowing<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    given: &[Known],
    shards: usize,
    chunk: usize,
) -> Session<LocalFleet> {
    let mut session = Session::new(LocalFleet::new(shards));
    let files: Vec<(&str, &[u8])> = files.into_iter().collect();
    // Files that do not say their format wait for the others, one of which may.
    let knowledge = Knowledge { wait: true, ..session.knowledge(given) };
    for (at, &file) in files.iter().enumerate() {
        let outcome = session.fleet().read_file(at, file, &knowledge, chunk);
        session.inputs().push(outcome);
    }
    let knowledge = session.knowledge(given);
    for at in session.waiting() {
        let outcome = files.get(at).map(|&file| session.fleet().read_file(at, file, &knowledge, chunk));
        if let Some((input, outcome)) = session.inputs().get_mut(at).zip(outcome) {
            *input = outcome;
        }
    }
    wait(session.judge());
    session
}

/// The report in full.
pub fn report(session: &Session<LocalFleet>) -> Report {
    Unwritten::of(wait(session.report(true)), session.fields()).written()
}

/// Answers a question in a language of people; `long` takes rows one by one even where a plan would do.
pub fn ask(session: &Session<LocalFleet>, question: &Question, long: bool) -> Answer {
    let facts = session.facts().now_or_never().unwrap_or_default();
    let mut asked = Asked::new(question, &facts)?;
    if long {
        asked = asked.the_long_way();
    }
    let mut asking = Asking::new(asked);
    let facts = postcard::to_stdvec(&facts).unwrap_or_default();
    while let Some(need) = asking.need() {
        match need {
            Need::Plan(plan) => asking.of_plan(&session.query(&plan).now_or_never().unwrap_or_default()),
            Need::Rows(feed) => {
                let question = postcard::to_stdvec(&asking.question()).unwrap_or_default();
                let parts = session.stages(&feed, &question, &facts).now_or_never();
                for part in parts.into_iter().flatten().flatten() {
                    if let Ok(part) = postcard::from_bytes(&part) {
                        asking.add(part);
                    }
                }
            }
        }
    }
    asking.finish()
}

/// The outcome of a future that never waits for anything but local shards.
pub fn wait<T: Default>(future: impl Future<Output = T>) -> T {
    future.now_or_never().unwrap_or_default()
}
