//! Shards in this thread: for tests, benchmarks and other native uses.

use std::cell::RefCell;

use futures::FutureExt as _;

use super::session::{Fleet, Session};
use super::shard::{Answered, Ask, Shard};
use crate::ingest::{Beginning, Reader};

/// Shards that are called directly.
pub struct LocalFleet {
    shards: Vec<RefCell<Shard>>,
}

impl LocalFleet {
    /// So many empty shards, at least one.
    pub fn new(shards: usize) -> Self {
        Self { shards: (0..shards.max(1)).map(|_| RefCell::default()).collect() }
    }
}

impl Fleet for LocalFleet {
    fn len(&self) -> usize {
        self.shards.len()
    }

    async fn ask(&self, shard: usize, ask: Ask) -> Option<Answered> {
        Some(self.shards.get(shard)?.borrow_mut().answer(ask))
    }
}

/// Reads files into a session of local shards, the first file into the first shard and so on in turn, in
/// chunks of `chunk` bytes.
pub fn read<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    shards: usize,
    chunk: usize,
) -> Session<LocalFleet> {
    let mut session = Session::new(LocalFleet::new(shards));
    for (at, (name, bytes)) in files.into_iter().enumerate() {
        let shard = &session.fleet().shards[at % shards.max(1)];
        let mut shard = shard.borrow_mut();
        let mut reader = Reader::new(name, bytes.len() as u64, Beginning::default());
        for chunk in bytes.chunks(chunk.max(1)) {
            reader.push(chunk, shard.table());
        }
        let outcome = reader.finish(shard.table());
        drop(shard);
        session.inputs().push(outcome);
    }
    wait(session.judge());
    session
}

/// The outcome of a future that never waits for anything but local shards.
pub fn wait<T: Default>(future: impl Future<Output = T>) -> T {
    future.now_or_never().unwrap_or_default()
}
