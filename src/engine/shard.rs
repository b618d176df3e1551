//! A shard: one table, read into and asked by its owner.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::query::Plan;
use crate::query::exec::{self, KeySet, Partial};
use crate::store::{LayoutId, Table};

/// What a session asks of a shard.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Ask {
    /// The key hashes of one semi-join of a plan; answered by [`Answered::Keys`].
    Keys {
        /// The plan's number.
        query: u32,
        /// The plan.
        plan: Plan,
        /// Which semi-join, in the order of [`exec::joins`].
        join: usize,
    },
    /// The key hashes of all shards for the next semi-join of a plan; answered by [`Answered::Done`].
    Set {
        /// The plan's number.
        query: u32,
        /// Hashes, by shard.
        hashes: Vec<Vec<u64>>,
    },
    /// The shard's partial answer, after which the plan is forgotten; answered by [`Answered::Partial`].
    Partial {
        /// The plan's number.
        query: u32,
        /// The plan.
        plan: Plan,
    },
    /// Forget all records; answered by [`Answered::Done`].
    Clear,
    /// Forget the records of a part of a file; answered by [`Answered::Done`].
    Discard {
        /// The part's number.
        part: u32,
    },
    /// How much memory the table takes; answered by [`Answered::Memory`].
    Memory,
}

/// What a shard answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Answered {
    /// It is done.
    Done,
    /// Key hashes, each once.
    Keys(Vec<u64>),
    /// A partial answer.
    Partial(Partial),
    /// Records and bytes on the heap.
    Memory {
        /// Records.
        records: u64,
        /// Bytes.
        bytes: u64,
    },
}

/// One table, and the plans under way over it.
#[derive(Default)]
pub struct Shard {
    table: Table,
    sets: HashMap<u32, Vec<KeySet>>,
    parts: HashMap<u32, Vec<LayoutId>>,
}

impl Shard {
    /// The table, to read into.
    pub const fn table(&mut self) -> &mut Table {
        &mut self.table
    }

    /// Remembers which layouts hold a part's records, so that they can be discarded.
    pub fn remember_part(&mut self, part: u32, layouts: &[LayoutId]) {
        self.parts.insert(part, layouts.to_vec());
    }

    /// Answers.
    pub fn answer(&mut self, ask: Ask) -> Answered {
        match ask {
            Ask::Keys { query, plan, join } => {
                self.table.seal_all();
                let sets = self.sets.entry(query).or_default();
                Answered::Keys(exec::keys(&plan, join, sets, &self.table))
            }
            Ask::Set { query, hashes } => {
                self.sets.entry(query).or_default().push(KeySet::new(hashes.iter().map(Vec::as_slice)));
                Answered::Done
            }
            Ask::Partial { query, plan } => {
                self.table.seal_all();
                let sets = self.sets.remove(&query).unwrap_or_default();
                Answered::Partial(exec::partial(&plan, &sets, &self.table))
            }
            Ask::Clear => {
                *self = Self::default();
                Answered::Done
            }
            Ask::Discard { part } => {
                for layout in self.parts.remove(&part).unwrap_or_default() {
                    self.table.discard(layout);
                }
                Answered::Done
            }
            Ask::Memory => {
                Answered::Memory { records: self.table.rows() as u64, bytes: self.table.heap_bytes() as u64 }
            }
        }
    }
}
