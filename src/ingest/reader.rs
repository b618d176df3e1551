//! One file, or one part of a file: bytes in, rows out, and the report of what became of each line.

use serde::{Deserialize, Serialize};

use super::detect::{self, Shape, is_header, shape_of};
use super::gzip::{GzipError, Inflater, MAGIC};
use super::outcome::{Outcome, REFUSALS_KEPT, REFUSED_TEXT_MAX, Refusal};
use super::record_parser::{Action, RecordParser, Status};
use super::token::is_blank;
use crate::record::Format;
use crate::store::{LayoutId, Table};

/// A line longer than this is refused: no flow record is, and memory must not hang on one.
const LINE_MAX: usize = 64 * 1024;

/// How a reader begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beginning {
    /// The format in force before the first line; `None` at the begin of a file.
    pub format: Option<Format>,
    /// Whether the text is known to be inflated already.
    pub inflated: bool,
    /// Whether the rows may have to be [discarded](Reader::layouts): they get layouts of their own.
    pub revocable: bool,
    /// Whether `format` is the default one, taken for want of a header line.
    pub headerless: bool,
    /// Where the text begins in the file, bytes.
    pub offset: u64,
}

/// How a gzip file ended that was inflated apart from its reader.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InflatedEnd {
    /// Members read to their end.
    pub members: u64,
    /// Bytes after the last member that are not gzip.
    pub trailing: u64,
    /// Where it broke.
    pub broken: Option<GzipError>,
}

/// Reads one file.
pub struct Reader {
    container: Container,
    text: TextReader,
}

enum Container {
    /// Fewer bytes than a magic so far.
    Unknown(Vec<u8>),
    Plain,
    Gzip(Box<Inflater>),
    Broken,
}

impl Reader {
    /// A reader of a file of `bytes` bytes.
    pub fn new(name: &str, bytes: u64, beginning: Beginning) -> Self {
        let container = if beginning.inflated { Container::Plain } else { Container::Unknown(Vec::new()) };
        Self { container, text: TextReader::new(name, bytes, beginning) }
    }

    /// Reads the next bytes of the file.
    pub fn push(&mut self, bytes: &[u8], table: &mut Table) {
        match &mut self.container {
            Container::Unknown(held) => {
                held.extend_from_slice(bytes);
                if held.len() >= MAGIC.len() {
                    let held = std::mem::take(held);
                    self.decide(&held);
                    self.push(&held, table);
                }
            }
            Container::Plain => self.text.push(bytes, table),
            Container::Gzip(inflater) => {
                let text = &mut self.text;
                if let Err(error) = inflater.push(bytes, &mut |block| text.push(block, table)) {
                    self.broke(&error);
                }
            }
            Container::Broken => {}
        }
    }

    fn decide(&mut self, head: &[u8]) {
        self.container =
            if head.starts_with(&MAGIC) { Container::Gzip(Box::default()) } else { Container::Plain };
    }

    fn broke(&mut self, error: &GzipError) {
        self.text.finish_members(&self.container);
        self.text.broken = Some(error.clone());
        self.container = Container::Broken;
    }

    /// Ends the file and gives its report.
    pub fn finish(mut self, table: &mut Table) -> Outcome {
        if let Container::Unknown(held) = &mut self.container {
            let held = std::mem::take(held);
            self.container = Container::Plain;
            self.text.push(&held, table);
        }
        if let Container::Gzip(inflater) = &self.container
            && let Err(error) = inflater.finish()
        {
            self.broke(&error);
        }
        self.text.finish_members(&self.container);
        self.text.finish(table)
    }

    /// Ends a file that was inflated elsewhere.
    pub fn finish_inflated(mut self, end: InflatedEnd, table: &mut Table) -> Outcome {
        "gzip".clone_into(&mut self.text.outcome.container);
        self.text.outcome.members = end.members;
        self.text.outcome.trailing_bytes = end.trailing;
        self.text.broken = end.broken;
        self.text.finish(table)
    }

    /// Records read so far.
    pub const fn records(&self) -> u64 {
        self.text.outcome.records
    }

    /// The format in force after the last line read, if any line gave one.
    pub const fn format(&self) -> Option<&Format> {
        self.text.format.as_ref()
    }

    /// Whether the format is the default one, taken for want of a header line.
    pub const fn is_headerless(&self) -> bool {
        self.text.headerless
    }

    /// The layouts that this reader's rows went to.
    pub fn layouts(&self) -> &[LayoutId] {
        &self.text.layouts
    }

    /// Whether the file was refused, so that reading on is of no use.
    pub const fn is_refused(&self) -> bool {
        matches!(self.text.state, State::Refused)
    }
}

enum State {
    /// The head is collected until it tells what the file is.
    Head(Vec<u8>),
    Records,
    Refused,
}

/// Lines of text into rows.
struct TextReader {
    state: State,
    parser: Option<RecordParser>,
    format: Option<Format>,
    headerless: bool,
    layouts: Vec<LayoutId>,
    revocable: bool,
    /// Bytes of an overlong line that were not kept.
    skipped: u64,
    /// A line whose end has not come yet.
    carry: Vec<u8>,
    /// Where the next line begins.
    offset: u64,
    /// A first word that is known not to begin a header.
    not_header: Vec<u8>,
    broken: Option<GzipError>,
    outcome: Outcome,
}

impl TextReader {
    fn new(name: &str, bytes: u64, beginning: Beginning) -> Self {
        let state = if beginning.format.is_some() { State::Records } else { State::Head(Vec::new()) };
        Self {
            state,
            parser: None,
            format: beginning.format,
            headerless: beginning.headerless,
            layouts: Vec::new(),
            revocable: beginning.revocable,
            skipped: 0,
            carry: Vec::new(),
            offset: beginning.offset,
            not_header: Vec::new(),
            broken: None,
            outcome: Outcome::new(name, bytes),
        }
    }

    fn push(&mut self, text: &[u8], table: &mut Table) {
        self.outcome.text_bytes += text.len() as u64;
        match &mut self.state {
            State::Head(head) => {
                head.extend_from_slice(text);
                if head.len() >= detect::HEAD {
                    let head = std::mem::take(head);
                    self.begin(&head, table);
                }
            }
            State::Records => self.lines(text, table),
            State::Refused => {}
        }
    }

    /// Decides what the file is and reads its head.
    fn begin(&mut self, head: &[u8], table: &mut Table) {
        match shape_of(head) {
            Shape::Other(what) => {
                self.outcome.error = Some(format!("Not read: it looks like {what}."));
                self.state = State::Refused;
            }
            Shape::WithHeader | Shape::Empty => {
                self.state = State::Records;
                self.lines(head, table);
            }
            Shape::DefaultFormat => {
                self.state = State::Records;
                self.use_format(Format::default_v2(), "default format, no header line", true, table);
                self.lines(head, table);
            }
        }
    }

    fn use_format(&mut self, format: Format, source: &str, headerless: bool, table: &mut Table) {
        self.outcome.format = format.describe();
        source.clone_into(&mut self.outcome.format_source);
        self.outcome.fields = format.columns().iter().map(|column| column.name().to_owned()).collect();
        self.outcome.unknown_fields = format
            .columns()
            .iter()
            .filter(|column| matches!(column, crate::record::Column::Unknown(_)))
            .map(|column| column.name().to_owned())
            .collect();
        if self.parser.is_none() || self.format.as_ref() != Some(&format) {
            let parser = RecordParser::new(&format, table, !self.revocable, headerless);
            self.layouts.push(parser.layout());
            self.parser = Some(parser);
            self.format = Some(format);
            self.headerless = headerless;
        }
    }

    fn lines(&mut self, mut text: &[u8], table: &mut Table) {
        if self.outcome.lines == 0
            && self.carry.is_empty()
            && self.offset == 0
            && text.starts_with(b"\xef\xbb\xbf")
        {
            self.offset = 3;
            text = &text[3..];
        }
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
    fn line(&mut self, raw: &[u8], table: &mut Table) {
        let offset = self.offset;
        self.offset += raw.len() as u64 + 1 + std::mem::take(&mut self.skipped);
        self.outcome.lines += 1;
        let line = raw.strip_suffix(b"\r").unwrap_or(raw);
        let Some(&first) = line.iter().find(|&&byte| !is_blank(byte)) else {
            self.outcome.blanks += 1;
            return;
        };
        if !first.is_ascii_digit() {
            if first == b'#' {
                self.outcome.comments += 1;
                return;
            }
            if first != b'-' && self.is_header(line) {
                self.header(line, offset, table);
                return;
            }
        }
        if raw.len() > LINE_MAX {
            self.refuse(line, offset, format!("longer than {LINE_MAX} bytes: no flow record is that long"));
            return;
        }
        if self.parser.is_none() {
            let Some(format) = self.format.take() else {
                self.refuse(line, offset, "a record before any header line".to_owned());
                return;
            };
            self.use_format(format, "carried over", self.headerless, table);
        }
        let Some(parser) = &mut self.parser else { return };
        match parser.read(line, table) {
            Err(refused) => self.refuse(line, offset, refused.to_string()),
            Ok(seen) => {
                let outcome = &mut self.outcome;
                outcome.records += 1;
                match (seen.status, seen.action) {
                    (Status::NoData, _) => outcome.nodata += 1,
                    (Status::SkipData, _) => outcome.skipdata += 1,
                    (Status::Other, _) => outcome.odd_status += 1,
                    (Status::Ok, Action::Accept) => outcome.accept += 1,
                    (Status::Ok, Action::Reject) => outcome.reject += 1,
                    (Status::Ok, Action::Other) => outcome.odd_action += 1,
                    (Status::Ok, Action::Missing) => {}
                }
                outcome.contradictory += u64::from(seen.contradictory);
                outcome.millis += u64::from(seen.millis);
                if let Some(start) = seen.start {
                    outcome.first = Some(outcome.first.map_or(start, |first| first.min(start)));
                    outcome.backwards += u64::from(seen.end.is_some_and(|end| end < start));
                }
                if let Some(end) = seen.end {
                    outcome.last = Some(outcome.last.map_or(end, |last| last.max(end)));
                }
            }
        }
    }

    /// Whether a line is a header; remembers the first word of lines that are not.
    fn is_header(&mut self, line: &[u8]) -> bool {
        let trimmed = line.trim_ascii_start();
        let word = &trimmed[..trimmed.iter().position(|&byte| is_blank(byte)).unwrap_or(trimmed.len())];
        if word == self.not_header {
            return false;
        }
        let header = is_header(line);
        if !header {
            self.not_header.clear();
            self.not_header.extend_from_slice(word);
        }
        header
    }

    fn header(&mut self, line: &[u8], offset: u64, table: &mut Table) {
        let text = String::from_utf8_lossy(line);
        match Format::from_names(text.split_ascii_whitespace()) {
            Ok(format) => {
                self.outcome.headers += 1;
                self.use_format(format, "header line", false, table);
            }
            Err(error) => {
                self.refuse(line, offset, format!("{error}; the lines below it are read as before"));
            }
        }
    }

    fn refuse(&mut self, line: &[u8], offset: u64, reason: String) {
        self.outcome.refused += 1;
        if self.outcome.refusals.len() < REFUSALS_KEPT {
            let text = String::from_utf8_lossy(&line[..line.len().min(REFUSED_TEXT_MAX)]).into_owned();
            self.outcome.refusals.push(Refusal { line: self.outcome.lines, offset, reason, text });
        }
    }

    fn finish_members(&mut self, container: &Container) {
        if let Container::Gzip(inflater) = container {
            self.outcome.members = inflater.members();
            self.outcome.trailing_bytes = inflater.trailing();
            "gzip".clone_into(&mut self.outcome.container);
        }
    }

    fn finish(mut self, table: &mut Table) -> Outcome {
        if let State::Head(head) = &mut self.state {
            let head = std::mem::take(head);
            self.begin(&head, table);
        }
        if !self.carry.is_empty() {
            if let Some(broken) = &self.broken {
                let reason = format!("cut off where {}", broken.what);
                let line = std::mem::take(&mut self.carry);
                self.outcome.lines += 1;
                self.refuse(&line, self.offset, reason);
            } else {
                let line = std::mem::take(&mut self.carry);
                self.line(&line, table);
            }
        }
        self.conclude();
        self.outcome
    }

    fn conclude(&mut self) {
        let outcome = &mut self.outcome;
        if let Some(broken) = &self.broken {
            outcome.error = Some(format!(
                "This file breaks at byte {}: {}. {} records before that point were read; download the file again to get the rest.",
                broken.at, broken.what, outcome.records
            ));
        }
        if outcome.container.is_empty() {
            "text".clone_into(&mut outcome.container);
        }
        outcome.warn();
    }
}
