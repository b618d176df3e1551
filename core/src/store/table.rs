//! The table: layouts, dictionaries and segments.

use std::net::{IpAddr, Ipv4Addr};

use serde::{Deserialize, Serialize};

use super::batch::Batch;
use super::dictionary::{AddressBook, Dictionary, hash_of};
use super::segment::Segment;
use super::{MISSING, WIDE};
use crate::record::{Column, Field, Format, Kind, Log};

/// Where a column is found in any segment: known fields first, then the table's unknown columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Slot(u32);

impl Slot {
    /// The milliseconds of `start`, where a log had them.
    pub const START_MILLIS: Self = Self(Field::COUNT as u32);
    /// The milliseconds of `end`, where a log had them.
    pub const END_MILLIS: Self = Self(Field::COUNT as u32 + 1);
    const FIRST_UNKNOWN: u32 = Field::COUNT as u32 + 2;

    /// What its cells are.
    pub(super) fn kind(self) -> Kind {
        match (self.unknown(), Field::ALL.get(self.0 as usize)) {
            (Some(_), _) => Kind::Text,
            (None, Some(field)) => field.kind(),
            (None, None) => Kind::Number,
        }
    }

    /// Which of the table's unknown columns it is, if it is one.
    pub(super) const fn unknown(self) -> Option<usize> {
        match self.0.checked_sub(Self::FIRST_UNKNOWN) {
            Some(at) => Some(at as usize),
            None => None,
        }
    }
}

impl From<Field> for Slot {
    fn from(field: Field) -> Self {
        Self(field as u32)
    }
}

/// A format with the slot of each of its columns.
#[derive(Clone, Debug)]
pub struct Layout {
    format: Format,
    log: Log,
    slots: Vec<(Slot, bool)>,
}

impl Layout {
    /// The format.
    pub const fn format(&self) -> &Format {
        &self.format
    }

    /// The log whose records have this format.
    pub const fn log(&self) -> Log {
        self.log
    }

    /// For each column: its slot, and whether it holds addresses.
    pub fn slots(&self) -> &[(Slot, bool)] {
        &self.slots
    }
}

/// A layout of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LayoutId(u32);

impl LayoutId {
    pub(super) const fn number(self) -> usize {
        self.0 as usize
    }
}

/// Records in columns.
#[derive(Clone, Debug, Default)]
pub struct Table {
    texts: Dictionary,
    wide: AddressBook,
    unknown: Vec<String>,
    layouts: Vec<Layout>,
    open: Vec<Option<Batch>>,
    segments: Vec<Segment>,
    rows: usize,
    edition: u64,
    leaves_out_copies: bool,
}

impl Table {
    /// The layout for a format: the one given before for the same format, if `shared`, else a new one whose
    /// rows can be [discarded](Self::discard) together.
    pub fn layout(&mut self, format: &Format, shared: bool) -> LayoutId {
        if shared && let Some(at) = self.layouts.iter().position(|layout| layout.format == *format) {
            return LayoutId(at as u32);
        }
        let slots = format
            .columns()
            .iter()
            .map(|column| (self.slot(column), column.kind() == Kind::Address))
            .collect();
        self.layouts.push(Layout { format: format.clone(), log: format.log(), slots });
        self.open.push(None);
        LayoutId((self.layouts.len() - 1) as u32)
    }

    fn slot(&mut self, column: &Column) -> Slot {
        match column {
            Column::Known(field) => (*field).into(),
            Column::Unknown(name) => self.find_unknown(name).unwrap_or_else(|| {
                self.unknown.push(name.clone());
                Slot(Slot::FIRST_UNKNOWN + (self.unknown.len() - 1) as u32)
            }),
        }
    }

    /// The slot of an unknown header name, if any file had it.
    pub fn find_unknown(&self, name: &str) -> Option<Slot> {
        self.unknown.iter().position(|other| other == name).map(|at| Slot(Slot::FIRST_UNKNOWN + at as u32))
    }

    /// The rows of a layout that are not sealed yet, to add to; with the dictionaries that cells refer to.
    pub fn writer(&mut self, id: LayoutId) -> (&mut Batch, &mut Dictionary, &mut AddressBook) {
        let at = id.0 as usize;
        if self.open[at].as_ref().is_some_and(Batch::is_full) {
            self.seal(at);
        }
        let width = self.layouts[at].slots.len();
        let batch = self.open[at].get_or_insert_with(|| Batch::new(id, width));
        (batch, &mut self.texts, &mut self.wide)
    }

    fn seal(&mut self, at: usize) {
        if let Some(batch) = &mut self.open[at]
            && batch.rows() > 0
        {
            let segment = batch.seal(&self.layouts[at]);
            self.rows += segment.rows();
            self.segments.push(segment);
            self.edition += 1;
        }
    }

    /// Seals all open rows, so that the segments hold every row.
    pub fn seal_all(&mut self) {
        for at in 0..self.open.len() {
            self.seal(at);
            self.open[at] = None;
        }
    }

    /// The format of a layout.
    pub(super) fn format_of(&self, id: LayoutId) -> Option<&Format> {
        self.layouts.get(id.0 as usize).map(Layout::format)
    }

    /// The log that a layout's records are of.
    pub fn log_of(&self, id: LayoutId) -> Log {
        self.layouts.get(id.0 as usize).map(Layout::log).unwrap_or_default()
    }

    /// Takes out the last of the sealed segments, to be kept by another table.
    pub(super) fn pop_segment(&mut self) -> Option<Segment> {
        let segment = self.segments.pop()?;
        self.rows -= segment.rows();
        self.edition += 1;
        Some(segment)
    }

    /// Takes in a segment whose layout, slots and cells are this table's.
    pub(super) fn push_segment(&mut self, segment: Segment) {
        self.rows += segment.rows();
        self.edition += 1;
        self.segments.push(segment);
    }

    /// The names of the unknown columns, in the order of their slots.
    pub(super) fn unknown_names(&self) -> &[String] {
        &self.unknown
    }

    /// The dictionaries that cells refer to, to add to.
    pub(super) const fn dictionaries(&mut self) -> (&mut Dictionary, &mut AddressBook) {
        (&mut self.texts, &mut self.wide)
    }

    /// Forgets all rows of a layout.
    pub fn discard(&mut self, id: LayoutId) {
        self.open[id.0 as usize] = None;
        self.edition += 1;
        self.segments.retain(|segment| segment.layout != id);
        self.rows = self.segments.iter().map(Segment::rows).sum();
    }

    /// The sealed rows.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Leaves out the rows that are marked as copies, or no longer.
    pub const fn leave_out_copies(&mut self, leave_out: bool) {
        self.leaves_out_copies = leave_out;
    }

    /// Takes the marks off all rows, and leaves out none.
    pub fn forget_copies(&mut self) {
        self.leaves_out_copies = false;
        self.segments.iter_mut().for_each(Segment::forget_copies);
    }

    /// A bit for each row of a segment that is left out; empty if none is.
    pub fn left_out<'a>(&self, segment: &'a Segment) -> &'a [u64] {
        if self.leaves_out_copies { segment.copies() } else { &[] }
    }

    pub(super) fn segment_mut(&mut self, number: usize) -> Option<&mut Segment> {
        self.segments.get_mut(number)
    }

    /// What stands for the name of a column, the same in every table.
    pub(super) fn name_hash(&self, slot: Slot) -> u64 {
        match slot.unknown().and_then(|at| self.unknown.get(at)) {
            Some(name) => hash_of(name.as_bytes()),
            None => slot.0.into(),
        }
    }

    /// A number that changes whenever the sealed rows do.
    pub const fn edition(&self) -> u64 {
        self.edition
    }

    /// How many rows, open ones included.
    pub fn rows(&self) -> usize {
        self.rows + self.open.iter().flatten().map(Batch::rows).sum::<usize>()
    }

    /// The texts that cells refer to.
    pub const fn texts(&self) -> &Dictionary {
        &self.texts
    }

    /// The IPv6 addresses that cells refer to.
    pub const fn wide(&self) -> &AddressBook {
        &self.wide
    }

    /// The layouts in use.
    pub fn layouts(&self) -> &[Layout] {
        &self.layouts
    }

    /// The layout of a segment's rows.
    pub fn layout_of(&self, segment: &Segment) -> &Layout {
        &self.layouts[segment.layout.number()]
    }

    /// The names of the columns of a log's sealed records: a list for each format.
    pub fn columns_of(&self, log: Log) -> Vec<Vec<String>> {
        let is_used = |id: usize| self.segments.iter().any(|segment| segment.layout.number() == id);
        let of_log = self.layouts.iter().enumerate().filter(|(id, layout)| layout.log == log && is_used(*id));
        let names =
            |format: &Format| format.columns().iter().map(|column| column.name().to_owned()).collect();
        of_log.map(|(_, layout)| names(&layout.format)).collect()
    }

    /// The address of a cell.
    pub fn address(&self, cell: u64) -> Option<IpAddr> {
        match cell {
            MISSING => None,
            wide if wide & WIDE != 0 => Some(IpAddr::V6(self.wide.address(wide & !WIDE))),
            v4 => Some(IpAddr::V4(Ipv4Addr::from_bits(v4 as u32))),
        }
    }

    /// The cell of an address, if any record could have it.
    pub fn find_address(&self, address: IpAddr) -> Option<u64> {
        match address {
            IpAddr::V4(v4) => Some(v4.to_bits().into()),
            IpAddr::V6(v6) => self.wide.find(v6).map(|number| WIDE | u64::from(number)),
        }
    }

    /// The line of a row, values separated by one blank, in the format it was read in.
    pub fn line(&self, segment: &Segment, row: usize) -> String {
        self.values(segment, row, ' ')
    }

    /// The values of a row as in its line, with another separator.
    pub fn values(&self, segment: &Segment, row: usize, separator: char) -> String {
        let layout = &self.layouts[segment.layout.0 as usize];
        let mut line = String::with_capacity(128);
        for (position, (column, &(slot, _))) in layout.format.columns().iter().zip(&layout.slots).enumerate()
        {
            if position > 0 {
                line.push(separator);
            }
            let odd =
                segment.odd.iter().find(|odd| odd.row as usize == row && odd.position as usize == position);
            if let Some(odd) = odd {
                line.push_str(self.texts.text(odd.text.into()));
                continue;
            }
            self.push_text(&mut line, segment, row, column, slot);
        }
        line
    }

    fn push_text(&self, line: &mut String, segment: &Segment, row: usize, column: &Column, slot: Slot) {
        use std::fmt::Write as _;

        let cell = segment.cell(slot, row);
        if cell == MISSING {
            line.push('-');
            return;
        }
        // Writing to a String cannot fail.
        let _written = match column.kind() {
            Kind::Address => match self.address(cell) {
                Some(address) => write!(line, "{address}"),
                None => write!(line, "-"),
            },
            Kind::Text => {
                line.push_str(self.texts.text(cell));
                Ok(())
            }
            Kind::Time => {
                let millis = match column {
                    Column::Known(Field::Start) => segment.cell(Slot::START_MILLIS, row),
                    _ => segment.cell(Slot::END_MILLIS, row),
                };
                if millis == MISSING {
                    write!(line, "{cell}")
                } else {
                    write!(line, "{}", cell * 1000 + millis)
                }
            }
            Kind::Number | Kind::Port | Kind::Byte => write!(line, "{cell}"),
        };
    }

    /// Bytes on the heap: columns, dictionaries and open rows.
    pub fn heap_bytes(&self) -> usize {
        self.segments.iter().map(Segment::heap_bytes).sum::<usize>()
            + self.segments.capacity() * size_of::<Segment>()
            + self.texts.heap_bytes()
            + self.wide.heap_bytes()
            + self.open.iter().flatten().map(Batch::heap_bytes).sum::<usize>()
    }
}
