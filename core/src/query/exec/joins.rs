//! Semi-joins: which keys occur in another scan.

use std::rc::Rc;

use super::block::Block;
use super::compile::{Binding, Cells, Condition};
use super::keyset::KeySet;
use super::memo::Memo;
use crate::query::plan::{Plan, Scan, SemiJoin};
use crate::record::Log;
use crate::store::Table;

/// All semi-joins of a scan in the order in which their key sets are needed: the innermost first.
pub fn joins(scan: &Scan) -> Vec<&SemiJoin> {
    let mut all = Vec::new();
    for join in &scan.semi_joins {
        all.extend(joins(&join.among));
        all.push(join);
    }
    all
}

/// The hashes of the keys of a semi-join in a table, each once: of the semi-join that comes after those whose
/// key sets are given, in the order of [`joins`].
pub fn keys(plan: &Plan, sets: &[Rc<KeySet>], table: &Table, memo: &mut Memo) -> Vec<u64> {
    let join = sets.len();
    let all = joins(&plan.scan);
    let Some(semi_join) = all.get(join) else { return Vec::new() };
    let binding = Binding::new(table, &plan.locals, memo);
    // The sets of the inner joins come just before this one.
    let first = join - joins(&semi_join.among).len();
    let scan = BoundScan::new(&binding, &semi_join.among, sets, first);
    let keys: Vec<Cells> = semi_join.keys.iter().map(|key| binding.cells(key)).collect();
    let mut set = KeySet::default();
    Block::each(table, |block, all| {
        let selected = scan.select(block, all);
        if !selected.is_empty() {
            set.extend(&binding.hashes(&keys, block, &selected));
        }
    });
    set.into_hashes()
}

/// A scan bound to a table and to the key sets of its semi-joins.
pub(super) struct BoundScan<'a> {
    binding: &'a Binding<'a>,
    log: Log,
    filter: Condition,
    joins: Vec<BoundJoin>,
}

struct BoundJoin {
    keys: Vec<Cells>,
    set: Rc<KeySet>,
    negated: bool,
    /// Where the shard remembers which rows are members.
    memo: Option<usize>,
}

impl<'a> BoundScan<'a> {
    /// `first`: where the sets of the scan's semi-joins begin among `sets`.
    pub(super) fn new(binding: &'a Binding<'a>, scan: &Scan, sets: &[Rc<KeySet>], first: usize) -> Self {
        let mut at = first;
        let joins = scan
            .semi_joins
            .iter()
            .map(|join| {
                at += joins(&join.among).len();
                let set = sets.get(at).cloned().unwrap_or_default();
                at += 1;
                BoundJoin {
                    memo: binding.memo.borrow_mut().join(&join.keys, &set),
                    keys: join.keys.iter().map(|key| binding.cells(key)).collect(),
                    set,
                    negated: join.negated,
                }
            })
            .collect();
        Self { binding, log: scan.log, filter: binding.condition(&scan.filter), joins }
    }

    pub(super) fn select(&self, block: &mut Block<'_>, all: &[u32]) -> Vec<u32> {
        if self.binding.table.log_of(block.segment.layout()) != self.log {
            return Vec::new();
        }
        let mut selected = self.binding.select(&self.filter, block, all);
        for join in &self.joins {
            if selected.is_empty() {
                break;
            }
            if join.set.is_empty() {
                selected.retain(|_| join.negated);
            } else if let Some(memo) = join.memo {
                self.look_up(join, memo, block, &selected);
                let mut memory = self.binding.memo.borrow_mut();
                let (_, members) = memory.members(memo, block.number);
                selected.retain(|&row| bit(members, row) != join.negated);
            } else {
                let mut hashes = self.binding.hashes(&join.keys, block, &selected).into_iter();
                selected
                    .retain(|_| hashes.next().is_some_and(|hash| join.set.contains(hash)) != join.negated);
            }
        }
        selected
    }

    /// Looks up the keys of the rows that no plan looked up before.
    fn look_up(&self, join: &BoundJoin, memo: usize, block: &mut Block<'_>, rows: &[u32]) {
        let new: Vec<u32> = {
            let mut memory = self.binding.memo.borrow_mut();
            let (known, _) = memory.members(memo, block.number);
            rows.iter().copied().filter(|&row| !bit(known, row)).collect()
        };
        if new.is_empty() {
            return;
        }
        let hashes = self.binding.hashes(&join.keys, block, &new);
        let mut memory = self.binding.memo.borrow_mut();
        let (known, members) = memory.members(memo, block.number);
        let found = join.set.among(&hashes);
        for (at, &row) in new.iter().enumerate() {
            let (word, bit) = (row as usize / 64, row % 64);
            known[word] |= 1 << bit;
            members[word] |= u64::from(found.get(at)) << bit;
        }
    }
}

const fn bit(words: &[u64], row: u32) -> bool {
    words[row as usize / 64] >> (row % 64) & 1 == 1
}
