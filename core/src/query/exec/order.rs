//! Records in order, by their places: what a list needs of which only the rows in sight are fetched.
//!
//! A shard numbers its rows and keeps the numbers in the order that was asked for last, four bytes a row, so that a row
//! is found by its place at once. What is in front of a key is told by a binary search, from which whoever asks all shards
//! finds the places in each of them.

use std::cmp::Ordering;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::block::Block;
use super::compile::{Binding, CellKind, Cells, is_wide};
use super::joins::BoundScan;
use super::memo::Memo;
use crate::query::plan::{Expr, Locals, Scan, Sort};
use crate::query::value::Value;
use crate::record::ordered::order_by;
use crate::record::{Column, Field};
use crate::store::{MISSING, Segment, Slot, Table, WIDE};

/// Stands between the values of a record: no text of a log has it.
pub const SEPARATOR: char = '\u{1f}';

/// Bits of a number that one pass of the sort looks at.
const DIGIT: u32 = 11;

/// What is asked of a shard's rows in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// The rows.
    pub scan: Scan,
    /// Their order by a column, in which those of equal values are the newest first, as all are without it.
    pub sort: Option<Sort>,
    /// The keys of so many rows are wanted, spread evenly over the places from the first to before the second.
    pub samples: (u32, u32, u32),
    /// For each of these keys, it is wanted how many rows come before.
    pub keys: Vec<Key>,
    /// The rows at a place and after it, so many, are wanted themselves.
    pub rows: (u32, u32),
}

/// What a shard answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// How many rows there are.
    pub count: u32,
    /// Places with their keys.
    pub samples: Vec<(u32, Key)>,
    /// For each key, how many rows come before it, and how many have it or come before.
    pub ranks: Vec<(u32, u32)>,
    /// Rows: their keys, their formats by place in `formats`, and their values with [`SEPARATOR`] between.
    pub rows: Vec<(Key, u32, String)>,
    /// Names of columns.
    pub formats: Vec<Vec<String>>,
}

/// What tells of two rows, also of different shards, which one comes first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Key {
    value: Value,
    /// The start plus one, Unix milliseconds; 0 if there is none.
    millis: u64,
}

impl Key {
    /// Which one comes first, where rows are in this order.
    pub fn order(&self, other: &Self, sort: Option<&Sort>) -> Ordering {
        let by_value = self.value.order(&other.value);
        let descending = sort.is_some_and(|sort| sort.descending);
        let by_value = if descending { by_value.reverse() } else { by_value };
        by_value.then(other.millis.cmp(&self.millis))
    }
}

/// The orders that a shard remembers; of one edition of a table.
#[derive(Debug, Default)]
pub struct Orders {
    edition: u64,
    /// All rows, the newest first.
    newest: Rc<Vec<u32>>,
    shown: Option<Shown>,
}

#[derive(Debug)]
struct Shown {
    scan: Scan,
    sort: Option<Sort>,
    rows: Rc<Vec<u32>>,
}

impl Orders {
    /// Forgets which rows pass, since others are left out now.
    pub fn forget(&mut self) {
        self.shown = None;
    }

    /// Answers, from what is remembered if it is of the same rows in the same order.
    pub fn look(&mut self, look: &Look, table: &Table, memo: &mut Memo) -> Seen {
        let binding = Binding::new(table, &Locals::default(), memo);
        let column = look.sort.as_ref().map(|sort| binding.cells(&Expr::column(&sort.column)));
        let numbered = Numbered::new(table, column.as_ref());
        if self.edition != table.edition() {
            *self = Self { edition: table.edition(), ..Self::default() };
        }
        let same = |shown: &Shown| shown.scan == look.scan && shown.sort == look.sort;
        let rows = match self.shown.take_if(|shown| same(shown)) {
            Some(shown) => shown.rows,
            None => self.rows(look, &numbered, &binding),
        };
        let seen = numbered.look(look, &rows, &binding);
        self.shown = Some(Shown { scan: look.scan.clone(), sort: look.sort.clone(), rows });
        seen
    }

    fn rows<'a>(&mut self, look: &Look, numbered: &Numbered<'_>, binding: &'a Binding<'a>) -> Rc<Vec<u32>> {
        self.shown = None;
        let count = numbered.table.segments().iter().map(Segment::rows).sum();
        if self.newest.len() != count {
            let by_time = Numbered { column: Some((Field::Start.into(), CellKind::Number)), ..*numbered };
            self.newest = Rc::new(by_time.sorted((0..count as u32).collect(), true));
        }
        let (kept, passing) = passing(&look.scan, count, binding);
        let mut rows = Rc::clone(&self.newest);
        if passing < count {
            let is_kept = |row: &u32| kept[*row as usize / 64] >> (row % 64) & 1 == 1;
            let mut some = Vec::with_capacity(passing);
            some.extend(self.newest.iter().copied().filter(is_kept));
            rows = Rc::new(some);
        }
        match &look.sort {
            Some(sort) if numbered.column.is_some() => {
                Rc::new(numbered.sorted(rows.to_vec(), sort.descending))
            }
            _ => rows,
        }
    }
}

/// A bit for each row of the table that passes, and how many do.
fn passing<'a>(scan: &Scan, count: usize, binding: &'a Binding<'a>) -> (Vec<u64>, usize) {
    let scan = BoundScan::new(binding, scan, &[], 0);
    let mut words = vec![0_u64; count.div_ceil(64)];
    let (mut first, mut passing) = (0, 0);
    Block::each(binding.table, |block, all| {
        let selected = scan.select(block, all);
        passing += selected.len();
        for row in selected {
            let row = first + row as usize;
            words[row / 64] |= 1 << (row % 64);
        }
        first += block.len();
    });
    (words, passing)
}

/// A table whose rows are numbered, with the column that they are ordered by.
struct Numbered<'a> {
    table: &'a Table,
    column: Option<(Slot, CellKind)>,
}

impl<'a> Numbered<'a> {
    const fn new(table: &'a Table, column: Option<&Cells>) -> Self {
        let column = match column {
            Some(Cells::Column(slot, kind)) => Some((*slot, *kind)),
            _ => None,
        };
        Self { table, column }
    }

    /// Puts rows in order; those of equal values stay as they are.
    fn sorted(&self, mut rows: Vec<u32>, descending: bool) -> Vec<u32> {
        let Some((slot, kind)) = self.column else { return rows };
        let ranks = self.ranks(kind);
        let (mut least, mut greatest) = (u64::MAX, 0);
        self.each(slot, kind, &ranks, &mut |_, number| {
            least = least.min(number);
            greatest = greatest.max(number);
        });
        let bits = u64::BITS - greatest.saturating_sub(least).leading_zeros();
        let mut digits = vec![0_u16; self.table.segments().iter().map(Segment::rows).sum()];
        let mut moved = vec![0; rows.len()];
        for shift in (0..bits).step_by(DIGIT as usize) {
            self.each(slot, kind, &ranks, &mut |row, number| {
                let rest = if descending { greatest - number } else { number - least };
                digits[row] = (rest >> shift & ((1 << DIGIT) - 1)) as u16;
            });
            let mut places = [0_usize; 1 << DIGIT];
            for &row in &rows {
                places[usize::from(digits[row as usize])] += 1;
            }
            let mut next = 0;
            for place in &mut places {
                next += std::mem::replace(place, next);
            }
            for &row in &rows {
                let place = &mut places[usize::from(digits[row as usize])];
                moved[*place] = row;
                *place += 1;
            }
            std::mem::swap(&mut rows, &mut moved);
        }
        rows
    }

    /// For the codes of texts and the numbers of IPv6 addresses: their places when all are in order.
    fn ranks(&self, kind: CellKind) -> Vec<u32> {
        let (texts, wide) = (self.table.texts(), self.table.wide());
        let mut codes: Vec<u32> = match kind {
            CellKind::Text => (0..texts.len() as u32).collect(),
            CellKind::Address => (0..wide.len() as u32).collect(),
            CellKind::Number | CellKind::Direction => return Vec::new(),
        };
        order_by(&mut codes, |&a, &b| match kind {
            CellKind::Text => texts.slice(a as usize).cmp(texts.slice(b as usize)),
            _ => wide.address(a.into()).cmp(&wide.address(b.into())),
        });
        let mut ranks = vec![0; codes.len()];
        for (rank, code) in codes.into_iter().enumerate() {
            ranks[code as usize] = rank as u32;
        }
        ranks
    }

    /// Goes through all rows, with numbers that are ordered as the values are; a missing value is 0.
    fn each(&self, slot: Slot, kind: CellKind, ranks: &[u32], with: &mut dyn FnMut(usize, u64)) {
        let rank = |code: u64| ranks.get(code as usize).copied().map_or(0, u64::from);
        let segments = self.table.segments();
        let rest = rest_of(slot).filter(|rest| segments.iter().any(|it| it.column(*rest).is_some()));
        let (mut cells, mut more) = (Vec::new(), Vec::new());
        let mut row = 0;
        for segment in segments {
            segment.cells(slot, 0, segment.rows(), &mut cells);
            if let Some(rest) = rest {
                segment.cells(rest, 0, segment.rows(), &mut more);
                for (cell, rest) in cells.iter_mut().zip(&more) {
                    *cell = in_millis(*cell, *rest);
                }
            }
            for &cell in &cells {
                let number = match kind {
                    _ if cell == MISSING => 0,
                    CellKind::Text => 1 + rank(cell),
                    CellKind::Address if is_wide(cell) => 1 + WIDE + rank(cell & !WIDE),
                    _ => 1 + cell,
                };
                with(row, number);
                row += 1;
            }
        }
    }

    fn look(&self, look: &Look, rows: &[u32], binding: &Binding<'_>) -> Seen {
        let mut starts = Vec::with_capacity(self.table.segments().len());
        let mut next = 0;
        for segment in self.table.segments() {
            starts.push(next);
            next += segment.rows() as u32;
        }
        let place = |row: u32| {
            let at = starts.partition_point(|&start| start <= row) - 1;
            (&self.table.segments()[at], (row - starts[at]) as usize)
        };
        let key = |row: u32| {
            let (segment, row) = place(row);
            let value = self
                .column
                .map_or(Value::Missing, |(slot, kind)| binding.value(time_or_cell(segment, slot, row), kind));
            let start = time_or_cell(segment, Field::Start.into(), row);
            Key { value, millis: if start == MISSING { 0 } else { start + 1 } }
        };
        let (from, to, samples) = look.samples;
        let to = to.min(rows.len() as u32);
        let spread = u64::from(to.saturating_sub(from));
        let sample = |n: u32| from + (spread * u64::from(n) / u64::from(samples)) as u32;
        let mut places: Vec<u32> = if spread == 0 { Vec::new() } else { (0..samples).map(sample).collect() };
        places.dedup();
        let mut seen = Seen {
            count: rows.len() as u32,
            samples: places.into_iter().map(|place| (place, key(rows[place as usize]))).collect(),
            ..Seen::default()
        };
        let before = |wanted: &Key, or_equal: bool| {
            let is_before = |row: &u32| match key(*row).order(wanted, look.sort.as_ref()) {
                Ordering::Less => true,
                Ordering::Equal => or_equal,
                Ordering::Greater => false,
            };
            rows.partition_point(is_before) as u32
        };
        seen.ranks.extend(look.keys.iter().map(|key| (before(key, false), before(key, true))));
        let (from, count) = look.rows;
        for &row in rows.iter().skip(from as usize).take(count as usize) {
            let (segment, at) = place(row);
            let format = self.table.layout_of(segment).format();
            let names = || format.columns().iter().map(Column::name);
            let known = seen.formats.iter().position(|known| names().eq(known.iter().map(String::as_str)));
            let number = known.unwrap_or_else(|| {
                seen.formats.push(names().map(str::to_owned).collect());
                seen.formats.len() - 1
            });
            seen.rows.push((key(row), number as u32, self.table.values(segment, at, SEPARATOR)));
        }
        seen
    }
}

/// The column of the milliseconds of a time.
fn rest_of(slot: Slot) -> Option<Slot> {
    [(Field::Start, Slot::START_MILLIS), (Field::End, Slot::END_MILLIS)]
        .into_iter()
        .find_map(|(field, rest)| (Slot::from(field) == slot).then_some(rest))
}

/// A time with its milliseconds, of which there may be none.
pub(super) const fn in_millis(secs: u64, rest: u64) -> u64 {
    match (secs, rest) {
        (MISSING, _) => MISSING,
        (secs, MISSING) => secs.saturating_mul(1000),
        (secs, rest) => secs.saturating_mul(1000).saturating_add(rest),
    }
}

/// A cell; of a time, its milliseconds.
fn time_or_cell(segment: &Segment, slot: Slot, row: usize) -> u64 {
    let cell = segment.cell(slot, row);
    rest_of(slot).map_or(cell, |rest| in_millis(cell, segment.cell(rest, row)))
}
