//! Records that are exact copies of others: hashes of whole rows, the same in every table, and marks on those that may
//! be left out.

use super::hash::{mix, mix_wide};
use super::segment::{ColumnData, Segment};
use super::table::{Layout, Slot, Table};
use super::{MISSING, WIDE};
use crate::record::{Field, Kind};

/// 128 bits that stand for all values of a record and the names of its columns. Their order does not matter, nor how
/// a value was spelled.
pub type RowHash = [u64; 2];

impl Table {
    /// The hash of each sealed row that starts from `from` to `to` (both inclusive; a missing start is the last of all),
    /// with the numbers of its segment and of its row.
    pub fn row_hashes(&self, from: u64, to: u64) -> Vec<(RowHash, u32, u32)> {
        let mut found = Vec::new();
        for (number, segment) in (0..).zip(self.segments()) {
            let rows = rows_of(segment, from, to);
            if !rows.is_empty() {
                let hashes = self.hashes(segment, &rows);
                found.extend(hashes.into_iter().zip(rows).map(|(hash, row)| (hash, number, row)));
            }
        }
        found
    }

    /// Marks copies among the rows that start from `from` to `to`: all that have a hash of `others`, and all but the
    /// first that have one of `first`.
    pub fn mark_copies(&mut self, from: u64, to: u64, first: &[RowHash], others: &[RowHash]) {
        let (mut kept, mut left_out) = (RowSet::default(), RowSet::default());
        for &hash in first {
            kept.number(hash);
        }
        for &hash in others {
            left_out.number(hash);
        }
        let mut seen = vec![false; first.len()];
        for (hash, segment, row) in self.row_hashes(from, to) {
            let is_copy = match kept.find(hash).and_then(|number| seen.get_mut(number)) {
                Some(seen) => std::mem::replace(seen, true),
                None => left_out.find(hash).is_some(),
            };
            if let Some(segment) = self.segment_mut(segment as usize).filter(|_| is_copy) {
                segment.mark_copy(row as usize);
            }
        }
    }

    fn hashes(&self, segment: &Segment, rows: &[u32]) -> Vec<RowHash> {
        let mut same = [0_u64; 2];
        let mut hashes = vec![[0_u64; 2]; rows.len()];
        let add = |hash: &mut RowHash, keys: RowHash, cell: u64| {
            for (word, key) in hash.iter_mut().zip(keys) {
                *word = word.wrapping_add(mix(cell ^ key));
            }
        };
        let slots = self.layouts().get(segment.layout().number()).map(Layout::slots);
        let slots = slots.unwrap_or_default().iter().map(|&(slot, _)| slot);
        let mut cells = Vec::new();
        for slot in slots.chain([Slot::START_MILLIS, Slot::END_MILLIS]) {
            let key = mix(self.name_hash(slot));
            let keys = [key, mix(key)];
            let column = segment.column(slot);
            if let Some(cell) = column.map_or(Some(MISSING), ColumnData::constant) {
                add(&mut same, keys, self.canonical(slot, cell));
                continue;
            }
            cells.clear();
            if let Some(column) = column {
                column.gather(0, rows, &mut cells);
            }
            for (hash, &cell) in hashes.iter_mut().zip(&cells) {
                add(hash, keys, self.canonical(slot, cell));
            }
        }
        for hash in &mut hashes {
            for (word, same) in hash.iter_mut().zip(same) {
                *word = word.wrapping_add(same);
            }
        }
        hashes
    }

    /// A number that stands for the cell's value in every table.
    #[inline]
    fn canonical(&self, slot: Slot, cell: u64) -> u64 {
        match slot.kind() {
            _ if cell == MISSING => cell,
            Kind::Text => self.texts().hash(cell),
            Kind::Address if cell & WIDE != 0 => mix_wide(self.wide().address(cell & !WIDE).to_bits()),
            _ => cell,
        }
    }
}

/// Hashes of rows, each once, numbered in the order in which they came.
#[derive(Debug, Default)]
pub struct RowSet {
    rows: Vec<RowHash>,
    /// Numbers by hash, each in the first free place from its own on; a power of two, at least a third free.
    places: Vec<u32>,
}

const FREE: u32 = u32::MAX;

impl RowSet {
    /// The place of a hash, or the free one where it would be.
    fn place(&self, row: RowHash) -> Option<usize> {
        let last = self.places.len().checked_sub(1)?;
        let mut place = row[0] as usize & last;
        while let Some(&number) = self.places.get(place)
            && number != FREE
            && self.rows.get(number as usize) != Some(&row)
        {
            place = (place + 1) & last;
        }
        Some(place)
    }

    /// The number of a hash, if it is there.
    pub fn find(&self, row: RowHash) -> Option<usize> {
        let number = *self.places.get(self.place(row)?)?;
        (number != FREE).then_some(number as usize)
    }

    /// The number of a hash, a new one if need be.
    pub fn number(&mut self, row: RowHash) -> usize {
        if let Some(number) = self.find(row) {
            return number;
        }
        self.rows.push(row);
        if self.rows.len() * 3 > self.places.len() * 2 {
            self.places = vec![FREE; (self.rows.len() * 2).next_power_of_two()];
            (0..self.rows.len()).for_each(|number| self.put(number));
        } else {
            self.put(self.rows.len() - 1);
        }
        self.rows.len() - 1
    }

    fn put(&mut self, number: usize) {
        if let Some(place) = self.rows.get(number).and_then(|&row| self.place(row)) {
            self.places[place] = number as u32;
        }
    }
}

/// The rows of a segment that start in a time.
fn rows_of(segment: &Segment, from: u64, to: u64) -> Vec<u32> {
    let column = segment.column(Field::Start.into());
    let (least, greatest) = column.map_or((MISSING, MISSING), ColumnData::range);
    let all_there = column.is_none_or(|column| column.missing().is_none());
    if all_there && (greatest < from || to < least) {
        return Vec::new();
    }
    let mut starts = Vec::new();
    segment.cells(Field::Start.into(), 0, segment.rows(), &mut starts);
    (0..).zip(starts).filter(|(_, start)| (from..=to).contains(start)).map(|(row, _)| row).collect()
}
