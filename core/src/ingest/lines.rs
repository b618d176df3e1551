//! Lines, rows and messages into records: what each of them is, and the count of what became of it.

mod told;

use super::detect::is_header;
use super::guess::{Knowledge, Known};
use super::gzip::GzipError;
use super::known;
use super::outcome::{FlowLog, Outcome, REFUSALS_KEPT, REFUSED_TEXT_MAX, Refusal};
use super::path;
use super::reader::Rule;
use super::record_parser::RecordParser;
use super::seen::{Action, Refused, Seen, Status};
use super::token::is_blank;
use crate::record::{Column, Format, Log};
use crate::store::{LayoutId, Table};

/// A line longer than this is refused: no flow record is, and memory must not hang on one.
pub(super) const LINE_MAX: usize = 64 * 1024;

/// Where a line, a row or a message begins in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The number of the file's line, from 1.
    pub(super) line: u64,
    /// Bytes of the file's text before it.
    pub(super) offset: u64,
}

/// A parser and the format it reads.
pub(super) struct Parser {
    format: Format,
    pub(super) parser: RecordParser,
}

/// Reads lines of records, and rows of values, into a table.
pub(super) struct Lines {
    pub(super) outcome: Outcome,
    /// Where and how the file broke.
    pub(super) broken: Option<GzipError>,
    /// The parser of lines.
    parser: Option<RecordParser>,
    format: Option<Format>,
    headerless: bool,
    /// The parser of lines of the other log, which a text without header lines may hold beside.
    other: Option<Parser>,
    /// The formats among which each line is told, for want of a header line; then there is no parser of all lines.
    told: Vec<(Known, RecordParser)>,
    knowledge: Knowledge,
    /// How lines are read from the first one on, before there is a parser.
    rule: Option<Rule>,
    /// The parser of rows whose values have names.
    named: Option<Parser>,
    /// That of rows of the other log, which a JSON file may hold beside.
    other_named: Option<Parser>,
    layouts: Vec<LayoutId>,
    revocable: bool,
    /// A first word that is known not to begin a header.
    not_header: Vec<u8>,
    /// The first messages, until they tell their format.
    held: Option<Vec<told::Held>>,
    held_bytes: usize,
    refused: bool,
}

impl Lines {
    /// `rule`: in force before the first line. `revocable`: the rows get layouts of their own.
    pub(super) const fn new(
        outcome: Outcome,
        rule: Option<Rule>,
        knowledge: Knowledge,
        revocable: bool,
    ) -> Self {
        Self {
            outcome,
            broken: None,
            parser: None,
            format: None,
            headerless: false,
            other: None,
            told: Vec::new(),
            knowledge,
            rule,
            named: None,
            other_named: None,
            layouts: Vec::new(),
            revocable,
            not_header: Vec::new(),
            held: None,
            held_bytes: 0,
            refused: false,
        }
    }

    /// Takes a format for lines that come without a header; holds them first if more is known.
    pub(super) fn use_headerless(&mut self, format: Format, table: &mut Table) {
        if !self.knowledge.formats.is_empty() {
            self.hold_first();
            return;
        }
        self.read_headerless(format, table);
    }

    fn read_headerless(&mut self, format: Format, table: &mut Table) {
        let source = known::source(&format);
        self.use_format(format, source, true, table);
    }

    /// One line without its line feed.
    #[inline]
    pub(super) fn line(&mut self, raw: &[u8], place: Place, table: &mut Table) {
        if self.held.is_some() {
            self.hold(raw, None, place, table);
            return;
        }
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
                self.header(line, place, table);
                return;
            }
        }
        if raw.len() > LINE_MAX {
            self.note_refusal(
                line,
                place,
                format!("longer than {LINE_MAX} bytes: no flow record is that long"),
            );
            return;
        }
        if self.parser.is_none() && !self.begin_by_rule(line, table) {
            self.told_line(line, place, table);
            return;
        }
        let Some(parser) = &mut self.parser else { return };
        match parser.read(line, table) {
            Ok(seen) => self.record(&seen),
            Err(refused) => self.refused_line(line, place, refused, table),
        }
    }

    /// A line that its parser cannot read: of the other log, or wrong.
    #[cold]
    fn refused_line(&mut self, line: &[u8], place: Place, mut refused: Refused, table: &mut Table) {
        let Some(parser) = &mut self.parser else { return };
        if let Some(of_other_log) = parser.of_other_log(line) {
            refused = of_other_log;
            if self.headerless
                && let Some(format) = known::format_of(line)
                && self.turn_to(format, table)
                && let Some(Ok(seen)) = self.parser.as_mut().map(|parser| parser.read(line, table))
            {
                self.record(&seen);
                return;
            }
        }
        self.note_refusal(line, place, refused.to_string());
    }

    /// Reads lines of the other log from now on, if the format is its.
    fn turn_to(&mut self, format: Format, table: &mut Table) -> bool {
        let Some(parser) = self.parser.take() else { return false };
        if format.log() == parser.log() {
            self.parser = Some(parser);
            return false;
        }
        let before = self.format.take().map(|format| Parser { format, parser });
        match std::mem::replace(&mut self.other, before) {
            Some(Parser { format: known, parser }) if known == format => {
                (self.parser, self.format) = (Some(parser), Some(known));
            }
            _ => self.read_headerless(format, table),
        }
        true
    }

    /// Whether there is a parser of all lines, perhaps by what was in force before the first one.
    fn begin_by_rule(&mut self, line: &[u8], table: &mut Table) -> bool {
        match self.rule.take() {
            Some(Rule::Header(format)) => self.use_format(format, "carried over", false, table),
            Some(Rule::Headerless(format)) => self.use_format(format, "carried over", true, table),
            Some(Rule::Told(told)) => self.use_told(told, table),
            None if self.told.is_empty()
                && let Some(format) = known::format_of(line) =>
            {
                self.read_headerless(format, table);
            }
            None => {}
        }
        self.parser.is_some()
    }

    /// A line with nothing on it.
    pub(super) const fn blank(&mut self) {
        if !self.refused {
            self.outcome.lines += 1;
            self.outcome.blanks += 1;
        }
    }

    /// A line of the wrapping that carries no record, such as a control message.
    pub(super) const fn control(&mut self) {
        if !self.refused {
            self.outcome.lines += 1;
            self.outcome.control += 1;
        }
    }

    /// A flow log's description, and the format it names.
    pub(super) fn flow_log(&mut self, described: Option<FlowLog>) {
        self.control();
        self.outcome.flow_logs.extend(described);
    }

    /// A line, row or value that cannot be read.
    pub(super) fn refuse(&mut self, text: &[u8], place: Place, reason: String) {
        if self.refused {
            return;
        }
        self.outcome.lines += 1;
        self.note_refusal(text, place, reason);
    }

    fn note_refusal(&mut self, line: &[u8], place: Place, reason: String) {
        self.outcome.refused += 1;
        if self.outcome.refusals.len() < REFUSALS_KEPT {
            let text = String::from_utf8_lossy(&line[..line.len().min(REFUSED_TEXT_MAX)]).into_owned();
            self.outcome.refusals.push(Refusal { line: place.line, offset: place.offset, reason, text });
        }
    }

    #[inline(never)] // it would be in line twice
    fn record(&mut self, seen: &Seen) {
        let outcome = &mut self.outcome;
        outcome.records += 1;
        outcome.transit_gateway += u64::from(seen.log == Log::TransitGateway);
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

    fn use_format(&mut self, format: Format, source: &str, headerless: bool, table: &mut Table) {
        self.describe(&format, source);
        if self.parser.is_none() || self.format.as_ref() != Some(&format) {
            self.parser = Some(self.parser_of(&format, headerless, table));
            self.format = Some(format);
            self.headerless = headerless;
        }
    }

    /// What is said of VPC records is not unsaid by transit gateway records among them.
    fn describe(&mut self, format: &Format, source: &str) {
        if format.log() == Log::TransitGateway && self.outcome.has_vpc_records() {
            return;
        }
        let columns = format.columns();
        self.outcome.format = format.describe();
        source.clone_into(&mut self.outcome.format_source);
        self.outcome.fields = columns.iter().map(|column| column.name().to_owned()).collect();
        self.outcome.unknown_fields = columns
            .iter()
            .filter(|column| matches!(column, Column::Unknown(_)))
            .map(|column| column.name().to_owned())
            .collect();
    }

    fn parser_of(&mut self, format: &Format, headerless: bool, table: &mut Table) -> RecordParser {
        let parser = RecordParser::new(format, table, !self.revocable, headerless);
        if !self.layouts.contains(&parser.layout()) {
            self.layouts.push(parser.layout());
        }
        parser
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

    fn header(&mut self, line: &[u8], place: Place, table: &mut Table) {
        let text = String::from_utf8_lossy(line);
        match Format::from_names(text.split_ascii_whitespace()) {
            Ok(format) => {
                self.outcome.headers += 1;
                self.told.clear();
                self.rule = None;
                self.use_format(format, "header line", false, table);
            }
            Err(error) => {
                self.note_refusal(line, place, format!("{error}; the lines below it are read as before"));
            }
        }
    }

    /// A value of the wrapping that holds no record.
    pub(super) fn strange(&mut self, text: &[u8], place: Place, reason: String, table: &mut Table) {
        if self.held.is_some() {
            self.hold(text, Some(reason), place, table);
        } else {
            self.refuse(text, place, reason);
        }
    }

    /// Passes over a file with nothing to read, which is no fault of its own.
    pub(super) fn skip_file(&mut self, what: &str) {
        self.outcome.skipped = Some(what.to_owned());
        self.ignore_rest();
    }

    /// Refuses the whole file: it is something else. What only its name tells is believed now.
    pub(super) fn refuse_file(&mut self, what: &str) {
        if let Some(what) = path::companion(&self.outcome.name) {
            self.skip_file(what);
            return;
        }
        self.outcome.error = Some(format!("Not read: it looks like {what}."));
        self.ignore_rest();
    }

    /// Lines that still come are held, so to speak, and dropped: of a refused file none counts.
    fn ignore_rest(&mut self) {
        self.refused = true;
        self.held = Some(Vec::new());
    }

    /// Whether the file was refused.
    pub(super) const fn is_refused(&self) -> bool {
        self.refused
    }

    /// Reads rows whose values have names, by `format` from now on.
    pub(super) fn use_columns(&mut self, format: Format, source: &str, table: &mut Table) {
        self.describe(&format, source);
        let parser = self.parser_of(&format, false, table);
        if self.named.as_ref().is_some_and(|named| named.parser.log() != parser.log()) {
            self.other_named = self.named.take();
        }
        self.named = Some(Parser { format, parser });
        self.decide(table);
    }

    /// Whether rows are read by these columns; turns to them if it was the other log's turn.
    pub(super) fn has_columns(&mut self, columns: &[Column]) -> bool {
        let has = |parser: &Option<Parser>| parser.as_ref().is_some_and(|it| it.format.columns() == columns);
        if !has(&self.named) && has(&self.other_named) {
            std::mem::swap(&mut self.named, &mut self.other_named);
        }
        has(&self.named)
    }

    const fn has_named(&self) -> bool {
        self.named.is_some() || self.other_named.is_some()
    }

    /// One row: a value for each column. `text` is what a refusal shows.
    pub(super) fn row(&mut self, values: &[&[u8]], text: &[u8], place: Place, table: &mut Table) {
        if self.refused {
            return;
        }
        let read = match &mut self.named {
            Some(named) => named.parser.read_values(values, table),
            None => Err(Refused::TooFew { found: 0, expected: 0 }),
        };
        self.took(read, &|| String::from_utf8_lossy(text).into_owned(), place);
    }

    /// Counts a row that was read, or was not. `text` is what a refusal shows.
    pub(super) fn took(&mut self, read: Result<Seen, Refused>, text: &dyn Fn() -> String, place: Place) {
        self.outcome.lines += 1;
        match read {
            Ok(seen) => {
                self.outcome.floats += u64::from(seen.float);
                self.outcome.iso_times += u64::from(seen.iso_time);
                self.record(&seen);
            }
            Err(refused) => self.note_refusal(text().as_bytes(), place, refused.to_string()),
        }
    }

    /// The parser of rows whose values have names, to be [given back](Self::give_columns).
    pub(super) fn take_columns(&mut self) -> Option<Parser> {
        self.named.take()
    }

    /// Gives the parser back.
    pub(super) fn give_columns(&mut self, parser: Parser) {
        self.named = Some(parser);
    }

    /// The file breaks here.
    pub(super) fn break_at(&mut self, at: u64, what: &str) {
        self.broken.get_or_insert_with(|| GzipError { at, what: what.to_owned() });
    }

    /// How lines are read now, if that is known.
    pub(super) fn rule(&self) -> Option<Rule> {
        if self.parser.is_none() {
            let told: Vec<Known> = self.told.iter().map(|(known, _)| known.clone()).collect();
            return if told.is_empty() { self.rule.clone() } else { Some(Rule::Told(told)) };
        }
        self.format
            .clone()
            .map(|format| if self.headerless { Rule::Headerless(format) } else { Rule::Header(format) })
    }

    pub(super) fn layouts(&self) -> &[LayoutId] {
        &self.layouts
    }

    /// Ends the file and gives its report.
    pub(super) fn finish(mut self, table: &mut Table) -> Outcome {
        self.decide(table);
        let outcome = &mut self.outcome;
        if let Some(broken) = &self.broken
            && !self.refused
        {
            outcome.error = Some(format!(
                "This file breaks at byte {}: {}. {} records before that point were read; download the file again to get the rest.",
                broken.at, broken.what, outcome.records
            ));
        }
        if outcome.container.is_empty() {
            "text".clone_into(&mut outcome.container);
        }
        if self.refused {
            // How much was looked at says nothing of the file.
            (outcome.text_bytes, outcome.members, outcome.trailing_bytes) = (0, 0, 0);
        }
        outcome.warn();
        self.outcome
    }
}
