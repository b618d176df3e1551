//! A run of rows under evaluation, with the columns that have been unpacked so far.

use super::bits::Bits;
use crate::store::{ColumnData, MISSING, Segment, Slot, Table};

/// Rows of a block: a column of cells is 32 KiB. A segment holds a whole number of them, but for its last.
pub(super) const BLOCK_ROWS: usize = 4096;
/// Words of a bit for each row of a block.
pub(super) const BLOCK_WORDS: usize = BLOCK_ROWS / 64;
/// Fewer than one row in so many are picked from the packed column; else all of it is unpacked.
const SPARSE: usize = 4;

/// A run of rows of one segment.
pub(super) struct Block<'a> {
    pub(super) segment: &'a Segment,
    /// The block's number in the table.
    pub(super) number: usize,
    pub(super) from: usize,
    to: usize,
    columns: Vec<(Slot, Vec<u64>)>,
    used: usize,
}

impl<'a> Block<'a> {
    /// Calls `with` for each block of a table and all its rows that are not left out, in order.
    pub(super) fn each(table: &'a Table, mut with: impl FnMut(&mut Block<'a>, &[u32])) {
        let mut columns = Vec::new();
        let mut number = 0;
        let all: Vec<u32> = (0..BLOCK_ROWS as u32).collect();
        let mut kept = Vec::new();
        for segment in table.segments() {
            let left_out = table.left_out(segment);
            let mut from = 0;
            while from < segment.rows() {
                let to = (from + BLOCK_ROWS).min(segment.rows());
                let mut block = Block { segment, number, from, to, columns, used: 0 };
                if left_out.is_empty() {
                    with(&mut block, &all[..to - from]);
                } else {
                    let is_kept = |row: &u32| {
                        left_out[(from + *row as usize) / 64] >> ((from + *row as usize) % 64) & 1 == 0
                    };
                    kept.clear();
                    kept.extend(all[..to - from].iter().copied().filter(is_kept));
                    with(&mut block, &kept);
                }
                columns = block.columns;
                from = to;
                number += 1;
            }
        }
    }

    /// How many blocks a table has.
    pub(super) fn count(table: &Table) -> usize {
        table.segments().iter().map(|segment| segment.rows().div_ceil(BLOCK_ROWS)).sum()
    }

    /// How many rows.
    pub(super) const fn len(&self) -> usize {
        self.to - self.from
    }

    /// All cells of a column.
    pub(super) fn column(&mut self, slot: Slot) -> &[u64] {
        let at = if let Some(at) = self.unpacked(slot) {
            at
        } else {
            let at = self.used;
            self.used += 1;
            if self.columns.len() == at {
                self.columns.push((slot, Vec::with_capacity(BLOCK_ROWS)));
            }
            self.columns[at].0 = slot;
            self.segment.cells(slot, self.from, self.to, &mut self.columns[at].1);
            at
        };
        &self.columns[at].1
    }

    fn unpacked(&self, slot: Slot) -> Option<usize> {
        self.columns.iter().take(self.used).position(|(other, _)| *other == slot)
    }

    /// The cells of some rows.
    pub(super) fn gather(&mut self, slot: Slot, rows: &[u32]) -> Vec<u64> {
        if rows.len() * SPARSE < self.len() && self.unpacked(slot).is_none() {
            let mut cells = Vec::with_capacity(rows.len());
            match self.segment.column(slot) {
                Some(data) => data.gather(self.from, rows, &mut cells),
                None => cells.resize(rows.len(), MISSING),
            }
            return cells;
        }
        let whole = rows.len() == self.len();
        let column = self.column(slot);
        if whole { column.to_vec() } else { rows.iter().map(|&row| column[row as usize]).collect() }
    }

    /// For each of some rows, whether a column has no value there; `None` if it has one everywhere.
    pub(super) fn missing(&self, slot: Slot, rows: &[u32]) -> Option<Bits> {
        let Some(column) = self.segment.column(slot) else { return Some(Bits::same(true, rows.len())) };
        let words = column.missing()?.words(self.from, self.to);
        if rows.len() == self.len() {
            // The last word may hold bits of rows after the block's last: there are none in this segment.
            return Some(Bits(words.to_vec()));
        }
        Some(Bits::at(words, rows))
    }

    /// Cells between which all those of a column lie in this segment; `None` if it has none.
    pub(super) fn range(&self, slot: Slot) -> Option<(u64, u64)> {
        self.segment.column(slot).map(ColumnData::range)
    }

    /// The cell that a column has in every row of the segment, if it is the same in all.
    pub(super) fn constant(&self, slot: Slot) -> Option<u64> {
        match self.segment.column(slot) {
            Some(column) => column.constant(),
            None => Some(MISSING),
        }
    }
}
