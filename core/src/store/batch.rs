//! The growing end of a table: rows of one layout that are not sealed yet.

use super::segment::{ColumnData, OddSpelling, Segment};
use super::table::{Layout, LayoutId, Slot};
use super::{MISSING, SEGMENT_ROWS};

/// Rows of one layout, as cells by column.
#[derive(Clone, Debug)]
pub struct Batch {
    layout: LayoutId,
    columns: Vec<Vec<u64>>,
    start_millis: Vec<u64>,
    end_millis: Vec<u64>,
    rows: usize,
    odd: Vec<OddSpelling>,
}

impl Batch {
    pub(super) fn new(layout: LayoutId, columns: usize) -> Self {
        Self {
            layout,
            columns: (0..columns).map(|_| Vec::new()).collect(),
            start_millis: Vec::new(),
            end_millis: Vec::new(),
            rows: 0,
            odd: Vec::new(),
        }
    }

    /// How many rows.
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Whether the batch must be sealed before another row.
    pub const fn is_full(&self) -> bool {
        self.rows >= SEGMENT_ROWS
    }

    /// Adds a row: one cell for each column of the layout.
    #[inline]
    pub fn push(&mut self, row: &[u64]) {
        for (column, &cell) in self.columns.iter_mut().zip(row) {
            column.push(cell);
        }
        self.rows += 1;
    }

    /// Says how the last row spelled the value at a position of the layout.
    pub fn spell_last(&mut self, position: usize, text: u32) {
        let row = self.rows.saturating_sub(1) as u32;
        self.odd.push(OddSpelling { row, position: position as u32, text });
    }

    /// Gives the last row the milliseconds of its start and end.
    pub fn set_last_millis(&mut self, start: Option<u64>, end: Option<u64>) {
        for (column, millis) in [(&mut self.start_millis, start), (&mut self.end_millis, end)] {
            if let Some(millis) = millis {
                column.resize(self.rows.saturating_sub(1), MISSING);
                column.push(millis);
            }
        }
    }

    /// Packs the rows and empties the batch.
    pub(super) fn seal(&mut self, layout: &Layout) -> Segment {
        let rows = std::mem::take(&mut self.rows);
        let mut columns = Vec::with_capacity(self.columns.len());
        for (cells, &(slot, is_address)) in self.columns.iter_mut().zip(layout.slots()) {
            if let Some(data) = ColumnData::pack(cells, is_address) {
                columns.push((slot, data));
            }
            cells.clear();
        }
        for (cells, slot) in
            [(&mut self.start_millis, Slot::START_MILLIS), (&mut self.end_millis, Slot::END_MILLIS)]
        {
            if !cells.is_empty() {
                cells.resize(rows, MISSING);
                if let Some(data) = ColumnData::pack(cells, false) {
                    columns.push((slot, data));
                }
                cells.clear();
            }
        }
        columns.shrink_to_fit();
        Segment::new(self.layout, rows, columns, std::mem::take(&mut self.odd))
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.columns.iter().map(|cells| cells.capacity() * 8).sum::<usize>()
            + (self.start_millis.capacity() + self.end_millis.capacity()) * 8
    }
}
