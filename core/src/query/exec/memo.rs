//! What a shard remembers of its rows between plans: a bit a row for conditions that are asked again and again.

use std::rc::Rc;

use super::block::BLOCK_WORDS;
use super::keyset::KeySet;
use crate::query::plan::Expr;

/// At most so many conditions and joins are remembered: each takes one or two bits a record.
const MOST: usize = 48;
/// Lists longer than this are of one plan only.
const LIST_MAX: usize = 64;

/// Bits of conditions, by block; valid for one edition of a table.
#[derive(Debug, Default)]
pub struct Memo {
    edition: u64,
    blocks: usize,
    /// Own addresses by interface code, on which directions depend.
    own: Vec<[u64; 2]>,
    conditions: Vec<Condition>,
    joins: Vec<Join>,
    pub(super) ingress: BlockBits,
    pub(super) egress: BlockBits,
}

#[derive(Debug)]
struct Condition {
    expr: Expr,
    directed: bool,
    /// None until the condition is asked a second time.
    bits: Option<BlockBits>,
}

#[derive(Debug)]
struct Join {
    keys: Vec<Expr>,
    set: Rc<KeySet>,
    /// The rows whose keys were looked up.
    known: BlockBits,
    members: BlockBits,
}

/// Bits of the blocks that were evaluated so far.
#[derive(Clone, Debug, Default)]
pub(super) struct BlockBits {
    words: Vec<u64>,
    done: Vec<bool>,
}

impl BlockBits {
    fn fit(&mut self, blocks: usize) {
        self.words.resize(blocks * BLOCK_WORDS, 0);
        self.done.resize(blocks, false);
    }

    /// The bits of a block, if it was evaluated.
    pub(super) fn get(&self, block: usize) -> Option<&[u64]> {
        let done = self.done.get(block).copied().unwrap_or_default();
        done.then(|| self.words.get(block * BLOCK_WORDS..(block + 1) * BLOCK_WORDS)).flatten()
    }

    pub(super) fn set(&mut self, block: usize, bits: &[u64]) {
        self.words_of(block)[..bits.len()].copy_from_slice(bits);
        self.done[block] = true;
    }

    fn words_of(&mut self, block: usize) -> &mut [u64] {
        &mut self.words[block * BLOCK_WORDS..(block + 1) * BLOCK_WORDS]
    }
}

impl Memo {
    /// Forgets what is not true of this edition of the table, of so many blocks.
    pub(super) fn fit(&mut self, edition: u64, blocks: usize) {
        if (self.edition, self.blocks) != (edition, blocks) {
            *self = Self { edition, blocks, ..Self::default() };
        }
    }

    /// Forgets what depends on other own addresses.
    pub(super) fn know(&mut self, own: &[[u64; 2]]) {
        if self.own != own {
            own.clone_into(&mut self.own);
            self.conditions.retain(|condition| !condition.directed);
            self.joins.clear();
            (self.ingress, self.egress) = (BlockBits::default(), BlockBits::default());
        }
        self.ingress.fit(self.blocks);
        self.egress.fit(self.blocks);
    }

    /// Where a condition is remembered, once it is asked a second time.
    pub(super) fn condition(&mut self, expr: &Expr) -> Option<usize> {
        if let Some(at) = self.conditions.iter().position(|condition| condition.expr == *expr) {
            let blocks = self.blocks;
            self.conditions[at].bits.get_or_insert_default().fit(blocks);
            return Some(at);
        }
        let is_long = matches!(expr, Expr::OneOf(_, list) if list.len() > LIST_MAX);
        if self.conditions.len() < MOST && !is_long {
            self.conditions.push(Condition { expr: expr.clone(), directed: expr.is_directed(), bits: None });
        }
        None
    }

    pub(super) fn bits(&mut self, condition: usize) -> Option<&mut BlockBits> {
        self.conditions.get_mut(condition)?.bits.as_mut()
    }

    /// Where the members of a key set are remembered.
    pub(super) fn join(&mut self, keys: &[Expr], set: &Rc<KeySet>) -> Option<usize> {
        let same = |join: &Join| Rc::ptr_eq(&join.set, set) && join.keys == keys;
        if let Some(at) = self.joins.iter().position(same) {
            return Some(at);
        }
        if self.joins.len() >= MOST {
            return None;
        }
        let (mut known, mut members) = (BlockBits::default(), BlockBits::default());
        known.fit(self.blocks);
        members.fit(self.blocks);
        self.joins.push(Join { keys: keys.to_vec(), set: Rc::clone(set), known, members });
        Some(self.joins.len() - 1)
    }

    /// For the rows of a block whose keys were looked up, and those of them that are members: their bits.
    pub(super) fn members(&mut self, join: usize, block: usize) -> (&mut [u64], &mut [u64]) {
        let join = &mut self.joins[join];
        (join.known.words_of(block), join.members.words_of(block))
    }
}
