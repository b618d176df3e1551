//! A shard: one table, read into and asked by its owner.

use std::collections::HashMap;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::session::Part;
use crate::ingest::Beginning;
use crate::ingest::guess::Knowledge;
use crate::query::exec::{self, Fed, Feeder, KeySet, Look, Memo, Orders, Partial};
use crate::query::{Output, Plan};
use crate::record::Log;
use crate::store::{LayoutId, Table, bytes};

/// What a session asks of a shard.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Ask {
    /// The key hashes of one semi-join of a plan; answered by [`Answered::Keys`].
    Keys {
        /// The plan.
        plan: Plan,
        /// The key sets of the semi-joins before it, by number.
        sets: Vec<u32>,
    },
    /// The key hashes of all shards for a semi-join, kept under a number; answered by [`Answered::Done`].
    Keep {
        /// The key set's number.
        set: u32,
        /// Hashes of all shards.
        #[serde(with = "bytes")]
        hashes: Vec<u64>,
    },
    /// The shard's partial answer; answered by [`Answered::Partial`].
    Partial {
        /// The plan.
        plan: Plan,
        /// The key sets of its semi-joins, by number.
        sets: Vec<u32>,
    },
    /// The partial answer to a plan that [ranks](exec::ranking) groups, to be kept under a number; answered by
    /// [`Answered::Least`].
    Rank {
        /// The plan.
        plan: Plan,
        /// The key sets of its semi-joins, by number.
        sets: Vec<u32>,
        /// The number.
        ranked: u32,
    },
    /// The kept groups of at least a rank, which are then forgotten; answered by [`Answered::Partial`].
    Ranked {
        /// The number.
        ranked: u32,
        /// The rank.
        least: u128,
    },
    /// Forget all key sets; answered by [`Answered::Done`].
    ForgetSets,
    /// Forget all records; answered by [`Answered::Done`].
    Clear,
    /// Forget the records of a part of a file; answered by [`Answered::Done`].
    Discard {
        /// The part's number.
        part: u32,
    },
    /// What is known of lines without a header line in the files to come; answered by [`Answered::Done`].
    Know(Knowledge),
    /// The hashes of the records that start from `from` to `to`; answered by [`Answered::Rows`].
    Rows {
        /// First start.
        from: u64,
        /// Last start.
        to: u64,
    },
    /// Mark copies among the records that start from `from` to `to`; answered by [`Answered::Done`].
    MarkCopies {
        /// First start.
        from: u64,
        /// Last start.
        to: u64,
        /// Hashes, two words each, of which the first record is kept.
        #[serde(with = "bytes")]
        first: Vec<u64>,
        /// Hashes of which no record is kept.
        #[serde(with = "bytes")]
        others: Vec<u64>,
    },
    /// Forget which records are copies; answered by [`Answered::Done`].
    ForgetCopies,
    /// Leave out the records that are marked as copies, or no longer; answered by [`Answered::Done`].
    LeaveOut(bool),
    /// How much memory the table takes; answered by [`Answered::Memory`].
    Memory,
    /// The columns of the VPC records, a list for each format; answered by [`Answered::Columns`].
    Columns,
    /// Records by their places in an order, as a written [`Look`]; answered by [`Answered::Seen`].
    Look(#[serde(with = "bytes")] Vec<u8>),
}

/// What a shard answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Answered {
    /// It is done.
    Done,
    /// Hashes of records, two words each.
    Rows(#[serde(with = "bytes")] Vec<u64>),
    /// Key hashes, each once.
    Keys(#[serde(with = "bytes")] Vec<u64>),
    /// A partial answer.
    Partial(Partial),
    /// The least rank among as many groups as the plan wants; 0 if there are fewer.
    Least(u128),
    /// Names of columns, a list for each format.
    Columns(Vec<Vec<String>>),
    /// A part of the answer to a question.
    Part(Part),
    /// Records in order, as a written [`exec::Seen`]; nothing if the look could not be read.
    Seen(#[serde(with = "bytes")] Vec<u8>),
    /// Records and bytes on the heap.
    Memory {
        /// Records.
        records: u64,
        /// Bytes.
        bytes: u64,
    },
}

/// One table, and the key sets kept for plans over it.
#[derive(Default)]
pub struct Shard {
    table: Table,
    sets: HashMap<u32, Rc<KeySet>>,
    memo: Memo,
    orders: Orders,
    ranked: HashMap<u32, Partial>,
    parts: HashMap<u32, Vec<LayoutId>>,
    knowledge: Knowledge,
}

impl Shard {
    /// The table, to read into.
    pub const fn table(&mut self) -> &mut Table {
        &mut self.table
    }

    /// How a whole file is begun.
    pub fn beginning(&self) -> Beginning {
        Beginning { knowledge: self.knowledge.clone(), ..Beginning::default() }
    }

    /// Remembers which layouts hold a part's records, so that they can be discarded.
    pub fn remember_part(&mut self, part: u32, layouts: &[LayoutId]) {
        self.parts.insert(part, layouts.to_vec());
    }

    fn kept(&self, sets: &[u32]) -> Vec<Rc<KeySet>> {
        sets.iter().map(|set| self.sets.get(set).cloned().unwrap_or_default()).collect()
    }

    /// Hands out the next rows of the table, until `take` has enough of them; whether there are no more.
    pub fn advance(&mut self, feeder: &mut Feeder, take: impl FnMut(Fed) -> bool) -> bool {
        self.table.seal_all();
        feeder.advance(&self.table, &mut self.memo, take)
    }

    /// Answers.
    pub fn answer(&mut self, ask: Ask) -> Answered {
        match ask {
            Ask::Keys { plan, sets } => {
                self.table.seal_all();
                Answered::Keys(exec::keys(&plan, &self.kept(&sets), &self.table, &mut self.memo))
            }
            Ask::Keep { set, hashes } => {
                self.sets.insert(set, Rc::new(KeySet::new(std::iter::once(hashes.as_slice()))));
                Answered::Done
            }
            Ask::Partial { plan, sets } => {
                self.table.seal_all();
                Answered::Partial(exec::partial(&plan, &self.kept(&sets), &self.table, &mut self.memo))
            }
            Ask::Rank { plan, sets, ranked } => {
                self.table.seal_all();
                let partial = exec::partial(&plan, &self.kept(&sets), &self.table, &mut self.memo);
                let limit = match &plan.output {
                    Output::Groups(grouping) => grouping.limit.unwrap_or_default(),
                    _ => 0,
                };
                let least = partial.least_of_best(limit);
                self.ranked.insert(ranked, partial);
                Answered::Least(least)
            }
            Ask::Ranked { ranked, least } => match self.ranked.remove(&ranked) {
                Some(partial) => Answered::Partial(partial.of_rank(least)),
                None => Answered::Done,
            },
            Ask::ForgetSets => {
                self.sets.clear();
                self.memo = Memo::default();
                Answered::Done
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
            Ask::Know(knowledge) => {
                self.knowledge = knowledge;
                Answered::Done
            }
            Ask::Rows { from, to } => {
                self.table.seal_all();
                Answered::Rows(
                    self.table.row_hashes(from, to).into_iter().flat_map(|(hash, ..)| hash).collect(),
                )
            }
            Ask::MarkCopies { from, to, first, others } => {
                self.table.mark_copies(from, to, first.as_chunks().0, others.as_chunks().0);
                self.orders.forget();
                Answered::Done
            }
            Ask::ForgetCopies => {
                self.table.forget_copies();
                self.orders.forget();
                Answered::Done
            }
            Ask::LeaveOut(leave_out) => {
                self.table.leave_out_copies(leave_out);
                self.orders.forget();
                Answered::Done
            }
            Ask::Columns => {
                self.table.seal_all();
                Answered::Columns(self.table.columns_of(Log::Vpc))
            }
            Ask::Look(look) => {
                self.table.seal_all();
                let seen = postcard::from_bytes::<Look>(&look)
                    .map(|look| self.orders.look(&look, &self.table, &mut self.memo));
                let written = seen.and_then(|seen| postcard::to_extend(&seen, Vec::new()));
                Answered::Seen(written.unwrap_or_default())
            }
            Ask::Memory => {
                Answered::Memory { records: self.table.rows() as u64, bytes: self.table.heap_bytes() as u64 }
            }
        }
    }
}
