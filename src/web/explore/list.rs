use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use crate::engine::browse::{Browsed, Found};
use crate::report::view::records::Record;

/// Records that are fetched together.
pub(super) const BLOCK: u64 = 128;
/// Blocks that are kept.
const BLOCKS_MAX: usize = 160;

/// What was fetched of the records.
#[derive(Default)]
pub(super) struct List {
    /// How many records there are.
    pub(super) total: u64,
    blocks: HashMap<u64, Vec<Record>>,
    /// Their numbers, the one that was fetched last at the end.
    order: VecDeque<u64>,
    /// Where the records are that were fetched last.
    pub(super) near: Option<Found>,
    /// Names of columns, each format's once.
    formats: Vec<Rc<[String]>>,
}

impl List {
    /// The record at a place, if it was fetched.
    pub(super) fn get(&self, place: u64) -> Option<&Record> {
        self.blocks.get(&(place / BLOCK))?.get((place % BLOCK) as usize)
    }

    /// What to fetch next of the records from a place to before another: where it begins, and how many.
    pub(super) fn missing(&self, first: u64, last: u64) -> Option<(u64, u32)> {
        let (first, last) = (first / BLOCK, last.min(self.total).div_ceil(BLOCK));
        let is_missing = |block: &u64| !self.blocks.contains_key(block);
        let from = (first..last).find(is_missing)?;
        let to = (from..last).rev().find(is_missing).unwrap_or(from) + 1;
        Some((from * BLOCK, ((to - from) * BLOCK) as u32))
    }

    /// Takes in records, which begin at a place.
    pub(super) fn take(&mut self, from: u64, browsed: Browsed) {
        if browsed.total != self.total {
            *self = Self { total: browsed.total, ..Self::default() };
        }
        self.near = browsed.found;
        let formats: Vec<Rc<[String]>> =
            browsed.formats.into_iter().map(|names| self.format(names)).collect();
        let mut block = from / BLOCK;
        let mut rows = browsed.rows.into_iter().peekable();
        while rows.peek().is_some() {
            let record = |(format, values): (u32, String)| {
                let names = formats.get(format as usize).cloned().unwrap_or_default();
                Record::new(names, values)
            };
            let some = rows.by_ref().take(BLOCK as usize).map(record).collect();
            if self.blocks.insert(block, some).is_none() {
                self.order.push_back(block);
            }
            block += 1;
        }
        while self.order.len() > BLOCKS_MAX {
            if let Some(oldest) = self.order.pop_front() {
                self.blocks.remove(&oldest);
            }
        }
    }

    fn format(&mut self, names: Vec<String>) -> Rc<[String]> {
        if let Some(known) = self.formats.iter().find(|known| ***known == *names) {
            return Rc::clone(known);
        }
        let names: Rc<[String]> = names.into();
        self.formats.push(Rc::clone(&names));
        names
    }
}
