//! Sealed runs of rows of one layout.

use serde::{Deserialize, Serialize};

use super::packed::{Bitmap, Packed};
use super::table::{LayoutId, Slot};
use super::{MISSING, WIDE};

/// A column of a segment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ColumnData {
    values: Packed,
    /// Rows without a value.
    missing: Option<Bitmap>,
    /// Rows whose address is IPv6: kept apart so that a few of them do not double the column's width.
    wide: Option<Bitmap>,
}

impl ColumnData {
    /// Packs cells; `None` if all are missing. Uses `cells` as scratch space.
    pub(super) fn pack(cells: &mut [u64], is_address: bool) -> Option<Self> {
        let missing = Bitmap::of(cells, |cell| cell == MISSING);
        let wide =
            if is_address { Bitmap::of(cells, |cell| cell & WIDE != 0 && cell != MISSING) } else { None };
        if missing.is_some() || wide.is_some() {
            let filler = cells.iter().copied().find(|&cell| cell != MISSING)?;
            let filler = if wide.is_some() { filler & !WIDE } else { filler };
            for cell in cells.iter_mut() {
                if *cell == MISSING {
                    *cell = filler;
                } else if is_address {
                    *cell &= !WIDE;
                }
            }
        }
        Some(Self { values: Packed::new(cells), missing, wide })
    }

    /// Appends the cells of rows `from..to`.
    pub fn unpack(&self, from: usize, to: usize, into: &mut Vec<u64>) {
        let base = into.len();
        self.values.unpack(from, to, into);
        if let Some(wide) = &self.wide {
            wide.ones(from, to).for_each(|row| into[base + row - from] |= WIDE);
        }
        if let Some(missing) = &self.missing {
            missing.ones(from, to).for_each(|row| into[base + row - from] = MISSING);
        }
    }

    /// Appends the cells of some rows, counted from `from`.
    pub fn gather(&self, from: usize, rows: &[u32], into: &mut Vec<u64>) {
        let base = into.len();
        self.values.gather(from, rows, into);
        if self.wide.is_none() && self.missing.is_none() {
            return;
        }
        for (cell, &row) in into[base..].iter_mut().zip(rows) {
            let row = from + row as usize;
            if self.missing.as_ref().is_some_and(|bits| bits.get(row)) {
                *cell = MISSING;
            } else if self.wide.as_ref().is_some_and(|bits| bits.get(row)) {
                *cell |= WIDE;
            }
        }
    }

    /// Cells between which all those lie that are there.
    pub const fn range(&self) -> (u64, u64) {
        match self.wide {
            Some(_) => (0, u64::MAX),
            None => self.values.range(),
        }
    }

    /// The rows without a value; `None` if there are none.
    pub const fn missing(&self) -> Option<&Bitmap> {
        self.missing.as_ref()
    }

    /// The cell of a row.
    pub fn get(&self, row: usize) -> u64 {
        if self.missing.as_ref().is_some_and(|bits| bits.get(row)) {
            return MISSING;
        }
        let wide = self.wide.as_ref().is_some_and(|bits| bits.get(row));
        self.values.get(row) | if wide { WIDE } else { 0 }
    }

    /// The one cell of all rows, if they are all the same.
    pub const fn constant(&self) -> Option<u64> {
        match (&self.values, &self.missing, &self.wide) {
            (Packed::Constant(value), None, None) => Some(*value),
            _ => None,
        }
    }

    /// The same column with other cells.
    pub(super) fn recoded(&self, rows: usize, is_address: bool, recode: impl Fn(u64) -> u64) -> Option<Self> {
        let mut cells = Vec::with_capacity(rows);
        self.unpack(0, rows, &mut cells);
        for cell in cells.iter_mut().filter(|cell| **cell != MISSING) {
            *cell = recode(*cell);
        }
        Self::pack(&mut cells, is_address)
    }

    /// Whether any of its addresses is IPv6.
    pub(super) const fn has_wide(&self) -> bool {
        self.wide.is_some()
    }

    fn heap_bytes(&self) -> usize {
        self.values.heap_bytes()
            + self.missing.as_ref().map_or(0, Bitmap::heap_bytes)
            + self.wide.as_ref().map_or(0, Bitmap::heap_bytes)
    }
}

/// A value that is not spelled as it would be rendered, such as `007`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct OddSpelling {
    pub(super) row: u32,
    pub(super) position: u32,
    pub(super) text: u32,
}

/// A sealed run of rows of one layout.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Segment {
    pub(super) layout: LayoutId,
    pub(super) rows: usize,
    pub(super) columns: Vec<(Slot, ColumnData)>,
    pub(super) odd: Vec<OddSpelling>,
    /// A bit for each row that is a copy of another; empty if none is.
    #[serde(skip)]
    copies: Vec<u64>,
}

impl Segment {
    /// How many rows.
    pub const fn rows(&self) -> usize {
        self.rows
    }

    pub(super) const fn new(
        layout: LayoutId,
        rows: usize,
        columns: Vec<(Slot, ColumnData)>,
        odd: Vec<OddSpelling>,
    ) -> Self {
        Self { layout, rows, columns, odd, copies: Vec::new() }
    }

    /// A bit for each row that is marked as a copy of another; empty if none is.
    pub(super) fn copies(&self) -> &[u64] {
        &self.copies
    }

    pub(super) fn mark_copy(&mut self, row: usize) {
        self.copies.resize(self.rows.div_ceil(64), 0);
        if let Some(word) = self.copies.get_mut(row / 64) {
            *word |= 1 << (row % 64);
        }
    }

    pub(super) fn forget_copies(&mut self) {
        self.copies = Vec::new();
    }

    /// The layout of all its rows.
    pub const fn layout(&self) -> LayoutId {
        self.layout
    }

    /// A column; `None` if no row has a value in it.
    pub fn column(&self, slot: Slot) -> Option<&ColumnData> {
        self.columns.iter().find(|(other, _)| *other == slot).map(|(_, data)| data)
    }

    /// Clears `into` and fills it with the cells of rows `from..to`.
    pub fn cells(&self, slot: Slot, from: usize, to: usize, into: &mut Vec<u64>) {
        into.clear();
        match self.column(slot) {
            Some(data) => data.unpack(from, to, into),
            None => into.resize(to - from, MISSING),
        }
    }

    /// The cell of one row.
    pub fn cell(&self, slot: Slot, row: usize) -> u64 {
        self.column(slot).map_or(MISSING, |data| data.get(row))
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.columns
            .iter()
            .map(|(_, data)| size_of::<(Slot, ColumnData)>() + data.heap_bytes())
            .sum::<usize>()
            + self.odd.capacity() * size_of::<OddSpelling>()
            + self.copies.capacity() * 8
    }
}
