//! Rows that come column by column, from a columnar file, into a table.

use serde::{Deserialize, Serialize};

use super::detect::{self, is_flow_record};
use super::guess::Knowledge;
use super::lines::{Lines, Place};
use super::outcome::{Outcome, PARQUET};
use super::record_parser::RecordParser;
use super::seen::{Refused, Value};
use super::strangers;
use crate::record::format::FormatError;
use crate::record::ordered::order_by_key;
use crate::record::time::MILLIS_FROM;
use crate::record::{Column, Format, Kind};
use crate::store::{MISSING, NUMBER_MAX, Table, bytes};

/// The code of no text: there is no value.
pub const NULL: u32 = u32::MAX;
/// The code of bytes that are not UTF-8.
pub const INVALID: u32 = u32::MAX - 1;

/// What a columnar file says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// Its columns in order.
    pub columns: Vec<NamedColumn>,
    /// Rows that will be read.
    pub rows: u64,
    /// How its pages are compressed, for people.
    pub codec: String,
    /// The program that wrote it.
    pub writer: Option<String>,
}

/// A column of a columnar file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedColumn {
    /// Its name, with dots between the names of groups.
    pub name: String,
    /// Why it is not read.
    pub left_out: Option<String>,
}

/// Some rows of a columnar file: as many values in each column that is read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rows {
    /// How many.
    pub rows: u32,
    /// The columns' values.
    pub columns: Vec<Values>,
}

/// Values of one column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Values {
    /// Whole numbers, [`MISSING`] where there is none.
    Numbers {
        /// The numbers.
        #[serde(with = "bytes")]
        numbers: Vec<u64>,
        /// Whether they were written as numbers that can have a fraction.
        fraction: bool,
    },
    /// Texts by their codes, which are given out from 0 on.
    Texts {
        /// Whether codes begin anew.
        fresh: bool,
        /// The texts of the codes after those of the rows before.
        new: Vec<String>,
        /// Codes, [`NULL`] or [`INVALID`].
        #[serde(with = "bytes")]
        codes: Vec<u32>,
    },
}

impl Values {
    /// How many values there are.
    pub const fn count(&self) -> usize {
        match self {
            Self::Numbers { numbers, .. } => numbers.len(),
            Self::Texts { codes, .. } => codes.len(),
        }
    }
}

/// Stands for a value that is more than its cell.
const LOOK: u64 = u64::MAX - 1;
const _: () = assert!(NUMBER_MAX < LOOK && LOOK != MISSING);

/// What the texts of a column are, by their codes.
#[derive(Default)]
struct Meanings {
    cells: Vec<u64>,
    values: Vec<Result<Value, Refused>>,
    texts: Vec<String>,
    /// The last number that had to be read as text.
    last: Option<(u64, Result<Value, Refused>)>,
}

/// Reads the rows of a columnar file.
pub struct ColumnsReader {
    lines: Lines,
    columns: Vec<Meanings>,
    kinds: Vec<Kind>,
    /// Rows so far.
    rows: u64,
}

impl ColumnsReader {
    /// A reader of a file, or of a share of it; and which of its columns it wants. It may want none: the file is
    /// refused.
    pub fn new(name: &str, bytes: u64, heading: &Heading, table: &mut Table) -> (Self, Vec<bool>) {
        let mut outcome = Outcome::new(name, bytes);
        PARQUET.clone_into(&mut outcome.container);
        outcome.shape = format!("Parquet, {}", heading.codec);
        "row".clone_into(&mut outcome.unit);
        let mut lines = Lines::new(outcome, None, Knowledge::default(), false);
        let (mut wanted, mut columns) = (Vec::new(), Vec::new());
        for column in &heading.columns {
            wanted.push(column.left_out.is_none());
            match &column.left_out {
                None => columns.push(Column::from_name(&column.name)),
                Some(why) => lines.outcome.left_out.push(format!("{}: {why}", column.name)),
            }
        }
        let kinds = columns.iter().map(Column::kind).collect();
        match format_of(heading, columns) {
            Ok(format) => lines.use_columns(format, "Parquet columns", table),
            Err(what) => {
                lines.refuse_file(&what);
                wanted.fill(false);
            }
        }
        (Self { lines, columns: Vec::new(), kinds, rows: 0 }, wanted)
    }

    /// Whether the file was refused.
    pub const fn is_refused(&self) -> bool {
        self.lines.is_refused()
    }

    /// Records so far.
    pub const fn records(&self) -> u64 {
        self.lines.outcome.records
    }

    /// Reads the next rows.
    pub fn push(&mut self, rows: &Rows, table: &mut Table) {
        let Some(mut named) = self.lines.take_columns() else { return };
        let parser = &mut named.parser;
        self.columns.resize_with(rows.columns.len(), Meanings::default);
        let mut batch = Batch::default();
        for (position, (values, meanings)) in rows.columns.iter().zip(&mut self.columns).enumerate() {
            let kind = self.kinds.get(position).copied().unwrap_or(Kind::Text);
            batch.column(position, kind, values, meanings, parser, table);
        }
        order_by_key(&mut batch.special, |(row, ..)| *row);
        let mut special = batch.special.into_iter().peekable();
        let mut cells = Vec::with_capacity(rows.columns.len());
        for row in 0..rows.rows as usize {
            self.rows += 1;
            cells.clear();
            cells.extend(batch.cells.iter().map(|column| column.get(row).copied().unwrap_or(MISSING)));
            let mut refused = None;
            parser.begin();
            while let Some((_, position, value)) = special.next_if(|(of, ..)| *of == row) {
                match value {
                    Ok(value) => {
                        cells[position] = value.cell;
                        parser.mark(position, &value);
                    }
                    Err(why) => refused = refused.or(Some(why)),
                }
            }
            let read = match refused {
                None => parser.add_cells(&cells, batch.fraction, table),
                Some(why) => Err(why),
            };
            let place = Place { line: self.rows, offset: 0 };
            self.lines.took(read, &|| text_of(row, &rows.columns, &self.columns), place);
        }
        self.lines.give_columns(named);
    }

    /// Ends the file, which broke if it did, and gives its report.
    pub fn finish(self, broken: Option<String>, table: &mut Table) -> Outcome {
        let records = self.lines.outcome.records;
        let mut outcome = self.lines.finish(table);
        if let Some(broken) = broken {
            outcome.error = Some(format!(
                "{broken}. {records} records before that point were read; download the file again to get the rest."
            ));
        }
        outcome
    }
}

/// Rows as cells.
#[derive(Default)]
struct Batch {
    cells: Vec<Vec<u64>>,
    /// Values that are more than their cell, or refused: row, position, value.
    special: Vec<(usize, usize, Result<Value, Refused>)>,
    fraction: bool,
}

impl Batch {
    fn column(
        &mut self,
        position: usize,
        kind: Kind,
        values: &Values,
        meanings: &mut Meanings,
        parser: &mut RecordParser,
        table: &mut Table,
    ) {
        let mut cells = Vec::with_capacity(values.count());
        match values {
            Values::Numbers { numbers, fraction } => {
                self.fraction |= *fraction;
                let below = limit(kind);
                for (row, &number) in numbers.iter().enumerate() {
                    if number < below || number == MISSING {
                        cells.push(number);
                        continue;
                    }
                    let value = meanings.of_number(number, position, parser, table);
                    cells.push(value.as_ref().map_or(MISSING, |value| value.cell));
                    if !value.as_ref().is_ok_and(Value::is_plain) {
                        self.special.push((row, position, value));
                    }
                }
            }
            Values::Texts { fresh, new, codes } => {
                if *fresh {
                    *meanings = Meanings::default();
                }
                for text in new {
                    meanings.learn(text, position, parser, table);
                }
                for (row, &code) in codes.iter().enumerate() {
                    let cell = match code {
                        NULL => MISSING,
                        _ => meanings.cells.get(code as usize).copied().unwrap_or(LOOK),
                    };
                    cells.push(cell);
                    if cell == LOOK {
                        let not_text = || Err(parser.not_utf8(position));
                        let value = meanings.values.get(code as usize).cloned().unwrap_or_else(not_text);
                        self.special.push((row, position, value));
                    }
                }
            }
        }
        self.cells.push(cells);
    }
}

impl Meanings {
    fn learn(&mut self, text: &str, position: usize, parser: &mut RecordParser, table: &mut Table) {
        let value = parser.value(text.as_bytes(), position, table);
        self.cells
            .push(value.as_ref().ok().filter(|value| value.is_plain()).map_or(LOOK, |value| value.cell));
        self.values.push(value);
        self.texts.push(text.to_owned());
    }

    fn of_number(
        &mut self,
        number: u64,
        position: usize,
        parser: &mut RecordParser,
        table: &mut Table,
    ) -> Result<Value, Refused> {
        match &self.last {
            Some((last, value)) if *last == number => value.clone(),
            _ => {
                let value = parser.value(number.to_string().as_bytes(), position, table);
                self.last = Some((number, value.clone()));
                value
            }
        }
    }
}

/// Numbers below are cells as they are.
const fn limit(kind: Kind) -> u64 {
    match kind {
        Kind::Text | Kind::Address => 0,
        Kind::Byte => 0x100,
        Kind::Port => 0x1_0000,
        Kind::Time => MILLIS_FROM,
        Kind::Number => NUMBER_MAX,
    }
}

/// The format of a file's columns; `Err`: what the file is instead.
fn format_of(heading: &Heading, columns: Vec<Column>) -> Result<Format, String> {
    let has = |name: &str| heading.columns.iter().any(|column| column.name.split('.').next() == Some(name));
    if has("class_uid") || has("metadata") && has("activity_id") {
        return Err(strangers::OCSF.to_owned());
    }
    let format = Format::from_columns(columns);
    for (at, column) in format.columns().iter().enumerate() {
        if format.columns()[..at].contains(column) {
            return Err(detect::unusable(&FormatError::Duplicate(column.name().to_owned())));
        }
    }
    if is_flow_record(&mut format.columns().iter()) {
        return Ok(format);
    }
    let names: Vec<&str> = heading.columns.iter().map(|column| column.name.as_str()).take(8).collect();
    Err(format!(
        "a Parquet file of something else (its columns: {} ...): flowlens reads VPC flow logs",
        names.join(", ")
    ))
}

/// A row as text, for a refusal.
fn text_of(row: usize, columns: &[Values], meanings: &[Meanings]) -> String {
    let of = |(values, meanings): (&Values, &Meanings)| match values {
        Values::Numbers { numbers, .. } => numbers
            .get(row)
            .filter(|&&number| number != MISSING)
            .map_or_else(|| "-".to_owned(), u64::to_string),
        Values::Texts { codes, .. } => match codes.get(row) {
            Some(&INVALID) => "\u{fffd}".to_owned(),
            code => code
                .and_then(|&code| meanings.texts.get(code as usize))
                .cloned()
                .unwrap_or_else(|| "-".to_owned()),
        },
    };
    columns.iter().zip(meanings).map(of).collect::<Vec<_>>().join(" ")
}
