//! The local executor: plans over tables, per-shard partials that merge exactly.
//!
//! A plan runs in steps, each on every shard: first the key sets of its semi-joins, the innermost first
//! ([`joins`], [`keys`]), then the partial ([`partial`]), and once [`Merger`] makes one answer of all partials.
//! Work is done on blocks of cells, column by column, over the rows that are still selected.

mod bits;
mod block;
mod cells;
mod compile;
mod eval;
mod feed;
mod finish;
mod groups;
mod index;
mod joins;
mod keyset;
mod measure;
mod memo;
mod merge;
mod order;
mod packing;
mod partial;
mod ranking;
mod row_eval;
mod rows;

pub use feed::{Fed, FedColumn, Feed, Feeder, Wanted};
pub use joins::{joins, keys};
pub use keyset::KeySet;
pub use memo::Memo;
pub use merge::Merger;
pub use order::{Key, Look, Orders, SEPARATOR, Seen};
pub use partial::{Partial, partial};
pub use ranking::{candidates_from, of_candidates, ranking};
pub use rows::sort_rows;

use std::rc::Rc;

use super::{Answer, Plan};
use crate::store::Table;

/// Runs a plan over tables in this thread.
pub fn run(plan: &Plan, tables: &[&Table]) -> Answer {
    let mut sets = Vec::new();
    let mut memos: Vec<Memo> = tables.iter().map(|_| Memo::default()).collect();
    while sets.len() < joins(&plan.scan).len() {
        let hashes: Vec<Vec<u64>> =
            tables.iter().zip(&mut memos).map(|(table, memo)| keys(plan, &sets, table, memo)).collect();
        sets.push(Rc::new(KeySet::new(hashes.iter().map(Vec::as_slice))));
    }
    let mut merger = Merger::new(plan);
    for (table, memo) in tables.iter().zip(&mut memos) {
        merger.add(partial(plan, &sets, table, memo));
    }
    merger.finish()
}
