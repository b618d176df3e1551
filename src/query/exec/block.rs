//! A run of rows under evaluation, with the columns that have been unpacked so far.

use crate::store::{Segment, Slot, Table};

/// Rows of a block: a column of cells is 32 KiB.
pub(super) const BLOCK_ROWS: usize = 4096;

/// A run of rows of one segment.
pub(super) struct Block<'a> {
    pub(super) segment: &'a Segment,
    pub(super) from: usize,
    to: usize,
    columns: Vec<(Slot, Vec<u64>)>,
    used: usize,
    /// The directions of the rows they were last asked for: several derived columns need them.
    directions: Option<(Vec<u32>, Vec<u64>)>,
}

impl<'a> Block<'a> {
    /// Calls `with` for each block of a table and all its rows, in order.
    pub(super) fn each(table: &'a Table, mut with: impl FnMut(&mut Block<'a>, &[u32])) {
        let mut columns = Vec::new();
        let all: Vec<u32> = (0..BLOCK_ROWS as u32).collect();
        for segment in table.segments() {
            let mut from = 0;
            while from < segment.rows() {
                let to = (from + BLOCK_ROWS).min(segment.rows());
                let mut block = Block { segment, from, to, columns, used: 0, directions: None };
                with(&mut block, &all[..to - from]);
                columns = block.columns;
                from = to;
            }
        }
    }

    /// The directions of rows, computed once for the same rows.
    pub(super) fn directions(
        &mut self,
        selected: &[u32],
        compute: impl FnOnce(&mut Self) -> Vec<u64>,
    ) -> Vec<u64> {
        if let Some((rows, directions)) = &self.directions
            && rows == selected
        {
            return directions.clone();
        }
        let directions = compute(self);
        self.directions = Some((selected.to_vec(), directions.clone()));
        directions
    }

    /// How many rows.
    pub(super) const fn len(&self) -> usize {
        self.to - self.from
    }

    /// All cells of a column.
    pub(super) fn column(&mut self, slot: Slot) -> &[u64] {
        let at = if let Some(at) = self.columns.iter().take(self.used).position(|(other, _)| *other == slot) {
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

    /// The cells of the selected rows.
    pub(super) fn gather(&mut self, slot: Slot, selected: &[u32]) -> Vec<u64> {
        let whole = selected.len() == self.to - self.from;
        let column = self.column(slot);
        if whole { column.to_vec() } else { selected.iter().map(|&row| column[row as usize]).collect() }
    }
}
