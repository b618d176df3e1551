//! Semi-joins: which keys occur in another scan.

use std::rc::Rc;

use super::block::Block;
use super::compile::{Binding, Cells, Truth};
use super::keyset::KeySet;
use crate::query::plan::{Plan, Scan, SemiJoin};
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
pub fn keys(plan: &Plan, sets: &[Rc<KeySet>], table: &Table) -> Vec<u64> {
    let join = sets.len();
    let all = joins(&plan.scan);
    let Some(semi_join) = all.get(join) else { return Vec::new() };
    let binding = Binding::new(table, &plan.locals);
    // The sets of the inner joins come just before this one.
    let first = join - joins(&semi_join.among).len();
    let scan = BoundScan::new(&binding, &semi_join.among, sets, first);
    let keys: Vec<Cells> = semi_join.keys.iter().map(|key| binding.cells(key)).collect();
    let mut hashes = Vec::new();
    Block::each(table, |block, all| {
        let selected = scan.select(block, all);
        if !selected.is_empty() {
            hashes.extend(binding.hashes(&keys, block, &selected));
            // Keep memory near the number of different keys.
            if hashes.len() >= hashes.capacity() - selected.len().min(hashes.capacity()) {
                hashes.sort_unstable();
                hashes.dedup();
                hashes.reserve(hashes.len() + (1 << 16));
            }
        }
    });
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// A scan bound to a table and to the key sets of its semi-joins.
pub(super) struct BoundScan<'a> {
    binding: &'a Binding<'a>,
    filter: Truth,
    joins: Vec<BoundJoin>,
}

struct BoundJoin {
    keys: Vec<Cells>,
    set: Option<Rc<KeySet>>,
    negated: bool,
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
                let set = sets.get(at).cloned();
                at += 1;
                BoundJoin {
                    keys: join.keys.iter().map(|key| binding.cells(key)).collect(),
                    set,
                    negated: join.negated,
                }
            })
            .collect();
        Self { binding, filter: binding.truth(&scan.filter), joins }
    }

    pub(super) fn select(&self, block: &mut Block<'_>, all: &[u32]) -> Vec<u32> {
        let mut selected = self.binding.select(&self.filter, block, all);
        for join in &self.joins {
            if selected.is_empty() {
                break;
            }
            let hashes = self.binding.hashes(&join.keys, block, &selected);
            let mut hashes = hashes.into_iter();
            selected.retain(|_| {
                let among =
                    hashes.next().is_some_and(|hash| join.set.as_ref().is_some_and(|set| set.contains(hash)));
                among != join.negated
            });
        }
        selected
    }
}
