//! The text of a file: what it is, and its lines.

use super::csv::CsvReader;
use super::detect::{self, Shape, shape_of};
use super::dress::{Dress, Undressed};
use super::json::JsonReader;
use super::lines::{LINE_MAX, Lines, Place};
use super::outcome::Outcome;
use super::path;
use super::reader::Beginning;
use crate::store::Table;

enum State {
    /// The head is collected until it tells what the file is.
    Head(Vec<u8>),
    Lines,
    Json(Box<JsonReader>),
    Csv(Box<CsvReader>),
    Ignored,
}

/// Text of any shape into rows.
pub(super) struct TextReader {
    state: State,
    dress: Dress,
    /// Lines before the next one.
    above: u64,
    /// Where the next line begins.
    offset: u64,
    /// A line whose end has not come yet.
    carry: Vec<u8>,
    /// Bytes of an overlong line that were not kept.
    skipped: u64,
    scratch: Vec<u8>,
    pub(super) lines: Lines,
}

impl TextReader {
    pub(super) fn new(name: &str, bytes: u64, beginning: Beginning) -> Self {
        let state = if beginning.rule.is_some() { State::Lines } else { State::Head(Vec::new()) };
        let outcome = Outcome::new(name, bytes);
        Self {
            state,
            dress: Dress::Plain,
            above: 0,
            offset: beginning.offset,
            carry: Vec::new(),
            skipped: 0,
            scratch: Vec::new(),
            lines: Lines::new(outcome, beginning.rule, beginning.knowledge, beginning.revocable),
        }
    }

    /// Whether the file was refused, so that reading on is of no use.
    pub(super) const fn is_refused(&self) -> bool {
        matches!(self.state, State::Ignored)
    }

    pub(super) fn push(&mut self, text: &[u8], table: &mut Table) {
        self.lines.outcome.text_bytes += text.len() as u64;
        match &mut self.state {
            State::Head(head) => {
                head.extend_from_slice(text);
                if head.len() >= detect::HEAD {
                    let head = std::mem::take(head);
                    self.begin(&head, table);
                }
            }
            _ => self.read(text, table),
        }
    }

    fn read(&mut self, text: &[u8], table: &mut Table) {
        match &mut self.state {
            State::Lines if self.dress == Dress::Tabs => {
                let lines: Vec<u8> =
                    text.iter().map(|&byte| if byte == b'\t' { b'\n' } else { byte }).collect();
                self.split(&lines, table);
            }
            State::Lines => self.split(text, table),
            State::Json(json) => json.push(text, &mut self.lines, table),
            State::Csv(csv) => csv.push(text, &mut self.lines, table),
            State::Head(_) | State::Ignored => {}
        }
        if self.lines.is_refused() {
            self.state = State::Ignored;
        }
    }

    /// Decides what the file is and reads its head.
    fn begin(&mut self, head: &[u8], table: &mut Table) {
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        self.offset += (head.len() - text.len()) as u64;
        self.state = State::Lines;
        let at = Place { line: 1, offset: self.offset };
        let name = match shape_of(text) {
            Shape::Other(what) => {
                self.lines.refuse_file(&what);
                ""
            }
            Shape::Companion(what) => {
                self.lines.skip_file(what);
                ""
            }
            Shape::Empty => {
                if let Some(what) = path::companion(&self.lines.outcome.name) {
                    self.lines.skip_file(what);
                }
                Dress::Plain.name()
            }
            Shape::WithHeader => Dress::Plain.name(),
            Shape::Headerless(format) => {
                self.lines.use_headerless(format, table);
                Dress::Plain.name()
            }
            Shape::Dressed(dress, format) => {
                self.dress = dress;
                self.lines.use_headerless(format, table);
                dress.name()
            }
            Shape::Untold(dress) => {
                self.dress = dress;
                self.lines.hold_first();
                dress.name()
            }
            Shape::Table(sheet) => {
                let name = sheet.name();
                self.state = State::Csv(Box::new(CsvReader::new(sheet, at, &mut self.lines, table)));
                name
            }
            Shape::Json => {
                self.state = State::Json(Box::new(JsonReader::new(at, &mut self.lines)));
                ""
            }
        };
        if self.lines.is_refused() {
            self.state = State::Ignored;
            return;
        }
        name.clone_into(&mut self.lines.outcome.shape);
        self.read(text, table);
    }

    fn split(&mut self, mut text: &[u8], table: &mut Table) {
        if !self.carry.is_empty() {
            let Some(end) = memchr::memchr(b'\n', text) else {
                self.hold(text);
                return;
            };
            let mut line = std::mem::take(&mut self.carry);
            line.extend_from_slice(&text[..end]);
            self.line(&line, table);
            line.clear();
            self.carry = line;
            text = &text[end + 1..];
        }
        let mut from = 0;
        for end in memchr::memchr_iter(b'\n', text) {
            self.line(&text[from..end], table);
            from = end + 1;
        }
        self.hold(&text[from..]);
    }

    /// Keeps the begin of a line; of one that is far too long, only as much as its refusal needs.
    fn hold(&mut self, text: &[u8]) {
        let room = (LINE_MAX + 1).saturating_sub(self.carry.len());
        self.skipped += text.len().saturating_sub(room) as u64;
        self.carry.extend_from_slice(&text[..text.len().min(room)]);
    }

    /// One line without its line feed.
    #[inline]
    fn line(&mut self, raw: &[u8], table: &mut Table) {
        self.above += 1;
        let place = Place { line: self.above, offset: self.offset };
        self.offset += raw.len() as u64 + 1 + std::mem::take(&mut self.skipped);
        if self.dress == Dress::Plain {
            self.lines.line(raw, place, table);
        } else {
            self.dressed_line(raw, place, table);
        }
    }

    fn dressed_line(&mut self, raw: &[u8], place: Place, table: &mut Table) {
        let line = raw.strip_suffix(b"\r").unwrap_or(raw);
        if line.trim_ascii().is_empty() {
            self.lines.line(line, place, table);
            return;
        }
        match self.dress.undress(line, &mut self.scratch) {
            Undressed::Line(line) => self.lines.line(line, place, table),
            Undressed::Control => self.lines.control(),
            Undressed::Strange(reason) => self.lines.refuse(line, place, reason.to_owned()),
        }
    }

    pub(super) fn finish(mut self, table: &mut Table) -> Outcome {
        self.end(table);
        self.lines.finish(table)
    }

    /// Reads what is held.
    pub(super) fn end(&mut self, table: &mut Table) {
        if let State::Head(head) = &mut self.state {
            let head = std::mem::take(head);
            self.begin(&head, table);
        }
        match std::mem::replace(&mut self.state, State::Ignored) {
            State::Json(json) => json.finish(&mut self.lines, table),
            State::Csv(csv) => csv.finish(&mut self.lines, table),
            _ => {}
        }
        if !self.carry.is_empty() {
            let line = std::mem::take(&mut self.carry);
            match &self.lines.broken {
                Some(broken) => {
                    let reason = format!("cut off where {}", broken.what);
                    let place = Place { line: self.above + 1, offset: self.offset };
                    self.lines.refuse(&line, place, reason);
                }
                None => self.line(&line, table),
            }
        }
        self.lines.decide(table);
    }
}
