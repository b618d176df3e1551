//! The rows of a table of delimited values, in chunks of any size.

use csv_core::ReadRecordResult;

use super::known;
use super::lines::{LINE_MAX, Lines, Place};
use super::result::AthenaResult;
use super::sheet::{Heading, Rows, Sheet};
use crate::store::Table;

/// More cells than this are no row of a flow log.
const CELLS_MAX: usize = 512;
/// The most rows that a Logs Insights query gives; one fewer when the header was counted.
const INSIGHTS_LIMIT: [u64; 2] = [9_999, 10_000];

/// Reads the rows of a table.
pub(super) struct CsvReader {
    core: csv_core::Reader,
    sheet: Sheet,
    /// Where the next byte is.
    at: Place,
    /// Where the row under way begins.
    begin: Option<Place>,
    /// Whether the line feed of the row before may still come.
    ended: bool,
    text: Vec<u8>,
    text_len: usize,
    ends: Vec<usize>,
    ends_len: usize,
    too_long: bool,
    rows: u64,
}

impl CsvReader {
    /// A reader of a table whose header row, if it has one, is still to come.
    pub(super) fn new(sheet: Sheet, at: Place, lines: &mut Lines, table: &mut Table) -> Self {
        "row".clone_into(&mut lines.outcome.unit);
        match &sheet.rows {
            Rows::Messages(_) => lines.hold_first(),
            Rows::Records(_) | Rows::Result(_) => {}
            Rows::Headerless(format) => lines.use_columns(format.clone(), known::source(format), table),
        }
        Self {
            core: csv_core::ReaderBuilder::new().delimiter(sheet.delimiter).build(),
            sheet,
            at,
            begin: None,
            ended: true,
            text: vec![0; LINE_MAX],
            text_len: 0,
            ends: vec![0; CELLS_MAX],
            ends_len: 0,
            too_long: false,
            rows: 0,
        }
    }

    pub(super) fn push(&mut self, mut text: &[u8], lines: &mut Lines, table: &mut Table) {
        loop {
            if self.begin.is_none() {
                text = self.skip_ends(text, lines);
                if text.is_empty() {
                    return;
                }
                self.begin = Some(self.at);
            }
            let read = self.read(text);
            text = text.get(read.1..).unwrap_or_default();
            match read.0 {
                ReadRecordResult::InputEmpty | ReadRecordResult::End => return,
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    self.too_long = true;
                    (self.text_len, self.ends_len) = (0, 0);
                }
                ReadRecordResult::Record => self.end_row(lines, table),
            }
        }
    }

    /// Passes over ends of lines before a row; a line with nothing on it is blank.
    fn skip_ends<'a>(&mut self, mut text: &'a [u8], lines: &mut Lines) -> &'a [u8] {
        while let [byte @ (b'\n' | b'\r'), rest @ ..] = text {
            if *byte == b'\n' {
                if !std::mem::take(&mut self.ended) {
                    lines.blank();
                }
                self.at.line += 1;
            }
            self.at.offset += 1;
            text = rest;
        }
        text
    }

    fn read(&mut self, text: &[u8]) -> (ReadRecordResult, usize) {
        let (result, read, made, ended) = self.core.read_record(
            text,
            self.text.get_mut(self.text_len..).unwrap_or_default(),
            self.ends.get_mut(self.ends_len..).unwrap_or_default(),
        );
        let taken = text.get(..read).unwrap_or_default();
        self.at.offset += read as u64;
        self.at.line += memchr::memchr_iter(b'\n', taken).count() as u64;
        // A row that a carriage return ends may have its line feed in what follows.
        self.ended = taken.last() != Some(&b'\n');
        self.text_len += made;
        self.ends_len += ended;
        (result, read)
    }

    fn end_row(&mut self, lines: &mut Lines, table: &mut Table) {
        let place = self.begin.take().unwrap_or(self.at);
        let (text_len, ends_len) = (std::mem::take(&mut self.text_len), std::mem::take(&mut self.ends_len));
        let mut from = 0;
        let cells: Vec<&[u8]> = self.ends[..ends_len]
            .iter()
            .map(|&end| {
                let cell = self.text.get(from..end).unwrap_or_default();
                from = end;
                cell
            })
            .collect();
        if std::mem::take(&mut self.too_long) {
            let kept = self.text.get(..text_len).unwrap_or_default();
            lines.refuse(
                kept,
                place,
                format!("longer than {LINE_MAX} bytes: no row of a flow log is that long"),
            );
            return;
        }
        if let (Rows::Result(place), result) = (&self.sheet.rows, &mut lines.outcome.result) {
            match result {
                Some(result) => result.push(&cells, *place),
                None => *result = Some(Box::new(AthenaResult::new(names_of(&cells), *place))),
            }
            return;
        }
        let row = cells.join(&self.sheet.delimiter);
        if cells.iter().all(|cell| cell.trim_ascii().is_empty()) {
            lines.blank();
            return;
        }
        if let Some(rows) = header(&cells) {
            match rows {
                Ok(rows) => {
                    lines.outcome.headers += 1;
                    lines.outcome.lines += 1;
                    if let Rows::Records(Heading { format: Some(format), .. }) = &rows {
                        lines.use_columns(format.clone(), "CSV header", table);
                    }
                    self.sheet.rows = rows;
                }
                Err(what) => lines.refuse(&row, place, format!("a header of {what}")),
            }
            return;
        }
        self.rows += 1;
        match &self.sheet.rows {
            Rows::Result(_) => {}
            Rows::Headerless(_) => lines.row(&cells, &row, place, table),
            Rows::Messages(heading) | Rows::Records(heading) if cells.len() != heading.width => {
                let reason = format!("{} cells in a row where the header has {}", cells.len(), heading.width);
                lines.strange(&row, place, reason, table);
            }
            Rows::Messages(heading) => {
                let message =
                    heading.cells.first().and_then(|&at| cells.get(at)).copied().unwrap_or_default();
                for line in message.trim_ascii_end().split(|&byte| byte == b'\n') {
                    lines.line(line, place, table);
                }
            }
            Rows::Records(heading) => {
                let values: Vec<&[u8]> =
                    heading.cells.iter().filter_map(|&at| cells.get(at)).copied().collect();
                lines.row(&values, &row, place, table);
            }
        }
    }

    pub(super) fn finish(mut self, lines: &mut Lines, table: &mut Table) {
        if self.begin.is_some() {
            // No input ends the last row.
            while !matches!(self.read(&[]).0, ReadRecordResult::Record | ReadRecordResult::End) {
                self.too_long = true;
                (self.text_len, self.ends_len) = (0, 0);
            }
            if let (Some(place), Some(broken)) = (self.begin, &lines.broken) {
                let reason = format!("cut off where {}", broken.what);
                let text = self.text.get(..self.text_len).unwrap_or_default();
                lines.refuse(text, place, reason);
            } else {
                self.end_row(lines, table);
            }
        }
        let insights = match &self.sheet.rows {
            Rows::Messages(heading) | Rows::Records(heading) => heading.insights,
            Rows::Headerless(_) | Rows::Result(_) => false,
        };
        if let Some(result) = &mut lines.outcome.result {
            result.end(lines.broken.is_some());
        }
        if insights && INSIGHTS_LIMIT.contains(&self.rows) {
            lines.outcome.probably_cut = self.rows;
        }
    }
}

/// What stands under a row, if it is a header.
fn header(cells: &[&[u8]]) -> Option<Result<Rows, String>> {
    // Most rows are told by their first value.
    let first = cells.first()?.trim_ascii();
    if first.first().is_none_or(|byte| byte.is_ascii_digit() || *byte == b'-') && !first.is_empty() {
        return None;
    }
    Rows::under(&names_of(cells))
}

fn names_of(cells: &[&[u8]]) -> Vec<String> {
    cells.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect()
}
