//! Rows of a table handed out column by column, for what a plan does not compute.

use serde::{Deserialize, Serialize};

use super::block::Block;
use super::compile::{Binding, CellKind, Cells};
use super::joins::BoundScan;
use super::memo::Memo;
use super::order::in_millis;
use crate::query::plan::{Expr, Locals, Scan};
use crate::record::Field;
use crate::store::{MISSING, Slot, Table, WIDE, bytes};

/// Which rows are wanted, and what of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Feed {
    /// The rows.
    pub scan: Scan,
    /// The columns.
    pub columns: Vec<Wanted>,
}

/// A column that is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wanted {
    /// A field.
    Field(Field),
    /// A column by the name in its header, of no field that is known.
    Unknown(String),
    /// When the record starts, Unix milliseconds.
    Millis,
    /// The record's line.
    Line,
}

/// Some rows: as many values in each column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fed {
    /// How many.
    pub rows: u32,
    /// The columns' values, in the order in which they were wanted.
    pub columns: Vec<FedColumn>,
}

/// Values of a column. [`MISSING`] is a hyphen in the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FedColumn {
    /// The format of these records has no such field.
    Absent,
    /// Whole numbers.
    Numbers(#[serde(with = "bytes")] Vec<u64>),
    /// Addresses: the bits of IPv4, and numbers given to IPv6.
    Addresses {
        /// The numbers.
        #[serde(with = "bytes")]
        cells: Vec<u64>,
        /// What numbers mean that were not fed before.
        new: Vec<(u64, u128)>,
    },
    /// Texts by codes.
    Texts {
        /// The codes.
        #[serde(with = "bytes")]
        codes: Vec<u64>,
        /// What codes mean that were not fed before, in this column or another.
        new: Vec<(u64, String)>,
    },
    /// Texts that are all different.
    Lines(Vec<String>),
}

/// Hands out rows, a block at a time, and can be stopped between two blocks.
#[derive(Debug)]
pub struct Feeder {
    feed: Feed,
    next: usize,
    told_texts: Vec<bool>,
    told_wide: Vec<bool>,
}

impl Feeder {
    /// Has handed out nothing.
    pub const fn new(feed: Feed) -> Self {
        Self { feed, next: 0, told_texts: Vec::new(), told_wide: Vec::new() }
    }

    /// Hands out the next rows of the table, until `take` has enough of them; whether there are no more.
    pub fn advance(&mut self, table: &Table, memo: &mut Memo, mut take: impl FnMut(Fed) -> bool) -> bool {
        let binding = Binding::new(table, &Locals::default(), memo);
        let scan = BoundScan::new(&binding, &self.feed.scan, &[], 0);
        let wanted: Vec<Column> =
            self.feed.columns.iter().map(|wanted| Column::of(wanted, &binding)).collect();
        self.told_texts.resize(table.texts().len(), false);
        self.told_wide.resize(table.wide().len(), false);
        let mut is_enough = false;
        Block::each(table, |block, all| {
            if is_enough || block.number < self.next {
                return;
            }
            self.next = block.number + 1;
            let selected = scan.select(block, all);
            if selected.is_empty() {
                return;
            }
            let columns =
                wanted.iter().map(|column| self.column(column, &binding, block, &selected)).collect();
            is_enough = take(Fed { rows: selected.len() as u32, columns });
        });
        self.next >= Block::count(table)
    }

    fn column(
        &mut self,
        column: &Column,
        binding: &Binding<'_>,
        block: &mut Block<'_>,
        rows: &[u32],
    ) -> FedColumn {
        let table = binding.table;
        let slots = table.layout_of(block.segment).slots();
        let has = |slot: Slot| slots.iter().any(|&(other, _)| other == slot);
        match column {
            Column::Cells(cells @ Cells::Column(slot, kind)) if has(*slot) => {
                let cells = binding.cells_of(cells, block, rows);
                match kind {
                    CellKind::Text => {
                        let text = |cell| table.texts().text(cell).to_owned();
                        FedColumn::Texts {
                            new: new(&cells, &mut self.told_texts, |cell| cell, text),
                            codes: cells,
                        }
                    }
                    CellKind::Address => {
                        let bits = |cell: u64| table.wide().address(cell & !WIDE).to_bits();
                        let wides: Vec<u64> = cells.iter().copied().filter(|cell| cell & WIDE != 0).collect();
                        FedColumn::Addresses {
                            new: new(&wides, &mut self.told_wide, |cell| cell & !WIDE, bits),
                            cells,
                        }
                    }
                    CellKind::Number | CellKind::Direction => FedColumn::Numbers(cells),
                }
            }
            Column::Millis if has(Field::Start.into()) => {
                let starts = block.gather(Field::Start.into(), rows);
                let rest = block.gather(Slot::START_MILLIS, rows);
                FedColumn::Numbers(
                    starts.into_iter().zip(rest).map(|(start, rest)| in_millis(start, rest)).collect(),
                )
            }
            Column::Cells(_) | Column::Millis => FedColumn::Absent,
            Column::Line => {
                let line = |&row: &u32| table.line(block.segment, block.from + row as usize);
                FedColumn::Lines(rows.iter().map(line).collect())
            }
        }
    }
}

/// The meanings of those cells that were not told before.
fn new<T>(
    cells: &[u64],
    told: &mut [bool],
    place: impl Fn(u64) -> u64,
    meaning: impl Fn(u64) -> T,
) -> Vec<(u64, T)> {
    let mut new = Vec::new();
    for &cell in cells {
        if cell == MISSING {
            continue;
        }
        if let Some(told) = told.get_mut(place(cell) as usize)
            && !*told
        {
            *told = true;
            new.push((cell, meaning(cell)));
        }
    }
    new
}

enum Column {
    Cells(Cells),
    Millis,
    Line,
}

impl Column {
    fn of(wanted: &Wanted, binding: &Binding<'_>) -> Self {
        match wanted {
            Wanted::Field(field) => Self::Cells(binding.cells(&Expr::Field(*field))),
            Wanted::Unknown(name) => Self::Cells(binding.cells(&Expr::Column(name.clone()))),
            Wanted::Millis => Self::Millis,
            Wanted::Line => Self::Line,
        }
    }
}
