//! What a file is, by its first bytes; by its name only when its content is nothing that is read.

use super::dress::{Dress, Undressed};
use super::guess::{self, Decision, Knowledge};
use super::known;
use super::reader::Rule;
use super::sheet::Sheet;
use super::strangers;
use crate::record::{Column, Field, Format, format::FormatError};

/// How much of a file's text is looked at, bytes.
pub(super) const HEAD: usize = 16 * 1024;
/// So many lines are looked at.
const LINES: usize = 50;

/// What the head of a file's text shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Lines of flow records under a header line.
    WithHeader,
    /// Lines of a format that they tell by themselves, such as the default one.
    Headerless(Format),
    /// Such lines, or lines under a header, each with something before it.
    Dressed(Dress, Format),
    /// Lines of records without a header line that do not all tell their format, perhaps with something before each.
    Untold(Dress),
    /// Rows of values between delimiters.
    Table(Sheet),
    /// JSON values.
    Json,
    /// No line but blank ones and comments.
    Empty,
    /// A companion of log files, with nothing to read.
    Companion(&'static str),
    /// Something that is not read: what it looks like, and what to do.
    Other(String),
}

/// What lines are that came out of a wrapping.
pub(super) enum LinesShape {
    Header,
    /// Records of a format that they tell by themselves.
    Headerless(Format),
    /// Records that do not all tell their format.
    Records,
    Empty,
    Other(String),
}

/// Looks at the first text of a file, without its byte order mark. The last line may be cut.
pub fn shape_of(head: &[u8]) -> Shape {
    if let Some(what) = strangers::by_magic(head) {
        return Shape::Other(what.into());
    }
    if let Some(what) = strangers::by_comments(head) {
        return Shape::Other(what.into());
    }
    let lines: Vec<&[u8]> = lines_of(head).filter(|line| !is_idle(line)).take(LINES).collect();
    let Some(&first) = lines.first() else { return Shape::Empty };
    if first == b"Permission Check Successful" {
        return Shape::Companion("the mark of a CloudWatch Logs export task that it may write here");
    }
    if is_json(first, &lines) {
        return Shape::Json;
    }
    let text = String::from_utf8_lossy(first);
    if let Some(what) = strangers::by_first_line(&text) {
        return Shape::Other(what.into());
    }
    match Sheet::of(&lines) {
        Some(Ok(sheet)) => return Shape::Table(sheet),
        Some(Err(what)) => return Shape::Other(what),
        None => {}
    }
    let dress = Dress::of(&lines);
    if dress == Dress::Plain {
        return match lines_shape(&lines) {
            LinesShape::Header => Shape::WithHeader,
            LinesShape::Headerless(format) => Shape::Headerless(format),
            LinesShape::Records => Shape::Untold(dress),
            LinesShape::Empty => Shape::Empty,
            LinesShape::Other(what) => Shape::Other(what),
        };
    }
    let mut scratch = Vec::new();
    let between_tabs = |byte: &u8| dress == Dress::Tabs && *byte == b'\t';
    let bare: Vec<Vec<u8>> = lines
        .iter()
        .flat_map(|line| line.split(between_tabs))
        .filter_map(|line| match dress.undress(line, &mut scratch) {
            Undressed::Line(line) => Some(line.to_vec()),
            _ => None,
        })
        .collect();
    let bare: Vec<&[u8]> = bare.iter().map(Vec::as_slice).collect();
    match lines_shape(&bare) {
        LinesShape::Header => Shape::Dressed(dress, Format::default_v2()),
        LinesShape::Headerless(format) => Shape::Dressed(dress, format),
        LinesShape::Records => Shape::Untold(dress),
        LinesShape::Empty => strangers::wrapped(dress).into(),
        LinesShape::Other(what) => Shape::Other(format!("{what} ({})", dress.name())),
    }
}

impl From<&str> for Shape {
    fn from(words: &str) -> Self {
        Self::Other(words.into())
    }
}

/// What lines are: the first of a text, or messages out of a wrapping.
pub(super) fn lines_shape(lines: &[&[u8]]) -> LinesShape {
    let Some(&first) = lines.iter().find(|line| !is_idle(line)) else { return LinesShape::Empty };
    let text = String::from_utf8_lossy(first);
    if let Some(what) = strangers::by_first_line(&text) {
        return LinesShape::Other(what.into());
    }
    if is_header(first) {
        return header_shape(&text);
    }
    let (mut told, mut other) = (None, 0);
    for line in lines.iter().take(LINES) {
        match known::format_of(line) {
            Some(format) => told = told.or(Some(format)),
            None => other += usize::from(guess::is_record_line(line)),
        }
    }
    match (told, other) {
        (Some(format), 0) => LinesShape::Headerless(format),
        (Some(_), _) => LinesShape::Records,
        (None, _) => match strangers::by_values(&text.split_ascii_whitespace().collect::<Vec<_>>()) {
            Some(what) => LinesShape::Other(what.into()),
            None if other > 0 => LinesShape::Records,
            None => LinesShape::Other(strangers::by_words(&text)),
        },
    }
}

/// How the lines of a file are read, by its first text, if they are plain lines of records and that can be told.
pub fn rule_of(head: &[u8], name: &str, knowledge: &Knowledge) -> Option<Rule> {
    // The last line may be cut.
    let whole = head.get(..memchr::memrchr(b'\n', head)?)?;
    match shape_of(head) {
        Shape::WithHeader => {
            let first = lines_of(head).find(|line| !is_idle(line))?;
            let text = std::str::from_utf8(first).ok()?;
            Format::from_names(text.split_ascii_whitespace()).ok().map(Rule::Header)
        }
        Shape::Headerless(format) if knowledge.formats.is_empty() => Some(Rule::Headerless(format)),
        Shape::Headerless(_) | Shape::Untold(Dress::Plain) => {
            let lines: Vec<&[u8]> = lines_of(whole).take(LINES).collect();
            match guess::decide(&lines, name, knowledge) {
                Decision::Headerless(format) => Some(Rule::Headerless(format)),
                Decision::Told(told) => Some(Rule::Told(told)),
                Decision::Waits(_) => None,
            }
        }
        _ => None,
    }
}

/// Lines without their ends and without blanks around them.
pub(super) fn lines_of(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii)
}

/// Whether text is JSON: an object, an array of something, or records in double quotes, one a line.
fn is_json(first: &[u8], lines: &[&[u8]]) -> bool {
    let after = |line: &[u8]| line.get(1..).unwrap_or_default().trim_ascii_start().first().copied();
    match first.first() {
        Some(b'{') => matches!(after(first), None | Some(b'"' | b'}')),
        Some(b'[') => {
            let next = after(first).or_else(|| lines.get(1).and_then(|line| line.first().copied()));
            matches!(next, None | Some(b'{' | b'[' | b'"' | b']'))
        }
        Some(b'"') => {
            let line = first.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\""));
            line.is_some_and(guess::is_record_line)
        }
        _ => false,
    }
}

/// Whether a line is blank or a comment.
fn is_idle(line: &[u8]) -> bool {
    matches!(line.trim_ascii_start().first(), None | Some(b'#'))
}

/// Whether a line names fields rather than holding values: at least half of its words are field names.
pub(super) fn is_header(line: &[u8]) -> bool {
    // Told apart before names are looked up, which takes its time: numbers, addresses, `-`.
    let is_value = |word: &[u8]| word == b"-" || word.first().is_some_and(u8::is_ascii_digit);
    if line.split(u8::is_ascii_whitespace).any(is_value) {
        return false;
    }
    let Ok(text) = std::str::from_utf8(line) else { return false };
    if !text.trim_ascii_start().starts_with(|c: char| c.is_ascii_alphabetic() || c == '$') {
        return false;
    }
    let (mut known, mut words) = (0, 0);
    for word in text.split_ascii_whitespace() {
        words += 1;
        known += usize::from(word.len() > 2 && Field::from_name(word).is_some());
    }
    known >= 1 && known * 2 >= words
}

/// Whether a line could be a record of the default format: each value is of its field's type.
pub(super) fn is_default_line(line: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(line) else { return false };
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let [
        version,
        account,
        interface,
        src,
        dst,
        sport,
        dport,
        protocol,
        packets,
        bytes,
        start,
        end,
        action,
        status,
    ] = words[..]
    else {
        return false;
    };
    let address = |word: &str| word == "-" || crate::record::address::parse(word).is_some();
    let whole = |word: &str| word == "-" || word.parse::<u64>().is_ok();
    // A format of one's own may have bytes before packets, or the end before the start.
    let fewer = |less: &str, more: &str| matches!((less.parse::<u64>(), more.parse::<u64>()), (Ok(less), Ok(more)) if less < more);
    version == "2"
        && guess::is_account(account)
        && (interface == "-" || interface.starts_with("eni-"))
        && address(src)
        && address(dst)
        && [sport, dport, protocol, packets, bytes].into_iter().all(whole)
        // Records without data have an interval, too.
        && [start, end].into_iter().all(|word| word.parse::<u64>().is_ok())
        && !fewer(bytes, packets)
        && !fewer(end, start)
        && matches!(action, "-" | "ACCEPT" | "REJECT")
        && matches!(status, "OK" | "NODATA" | "SKIPDATA")
}

fn header_shape(text: &str) -> LinesShape {
    match Format::from_names(text.split_ascii_whitespace()) {
        Ok(_) => LinesShape::Header,
        Err(error @ FormatError::Duplicate(_)) => LinesShape::Other(unusable(&error)),
        Err(FormatError::NoKnownField) => LinesShape::Other(strangers::by_words(text)),
    }
}

/// Words for a header that cannot be used.
pub(super) fn unusable(error: &FormatError) -> String {
    format!("a flow log with an unusable header ({error}): correct the header line and drop the file again")
}

/// Whether columns are enough to be those of flow records, and not of some other table.
pub(super) fn is_flow_record(columns: &mut dyn Iterator<Item = &Column>) -> bool {
    let (mut known, mut telling) = (0, false);
    for column in columns {
        let Column::Known(field) = column else { continue };
        known += 1;
        telling |= matches!(
            field,
            Field::SrcAddr
                | Field::DstAddr
                | Field::PktSrcAddr
                | Field::PktDstAddr
                | Field::InterfaceId
                | Field::LogStatus
                | Field::TgwId
                | Field::TgwAttachmentId
        );
    }
    known >= 2 && telling
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(head: &str) -> String {
        match shape_of(head.as_bytes()) {
            Shape::Other(what) => what,
            shape => panic!("{shape:?}"),
        }
    }

    #[test]
    fn flow_logs_are_known_by_their_first_lines() {
        let line = "2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA\n";
        let headerless = || Shape::Headerless(Format::default_v2());
        assert_eq!(shape_of(line.as_bytes()), headerless());
        assert_eq!(shape_of(format!("\u{feff}\r\n\r\n{line}").as_bytes()), headerless());
        assert_eq!(shape_of(b"version account-id interface-id\n"), Shape::WithHeader);
        assert_eq!(shape_of(b"srcaddr dstaddr my-tag\r\n"), Shape::WithHeader);
        assert_eq!(shape_of(b"  \n\n"), Shape::Empty);
        assert_eq!(shape_of(b""), Shape::Empty);
        let dressed = format!("2025-02-25T12:25:04.000Z {line}");
        assert_eq!(shape_of(dressed.as_bytes()), Shape::Dressed(Dress::Export, Format::default_v2()));
    }

    #[test]
    fn lines_of_another_format_are_held() {
        let head = "3 i-1 eni-1 10.0.0.1 10.0.0.2 123456789012 6 568 8 1 2 ACCEPT 2 OK\n".repeat(20);
        assert_eq!(shape_of(head.as_bytes()), Shape::Untold(Dress::Plain));
    }

    #[test]
    fn an_unusable_header_is_named() {
        assert!(refused("version srcaddr srcaddr\n").contains("names a field twice"));
    }
}
