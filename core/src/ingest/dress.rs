//! What stands before the record in a line of text, and what lines are not records.
//!
//! Sources: the CloudWatch Logs export to S3 (a time and a blank before each message), and the AWS CLI's own
//! formatters (`aws logs tail`, and `--output text` with its tabs and capital row names).

use super::guess::is_record_line;
use super::known;

/// How the lines of a text are dressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dress {
    /// Records only.
    #[default]
    Plain,
    /// A time and a blank: a CloudWatch Logs export task.
    Export,
    /// A time, and perhaps the log stream's name: `aws logs tail`.
    Tail {
        /// Whether the stream's name follows the time.
        stream: bool,
    },
    /// Columns between tabs, the message last: `--query 'events[].[timestamp,message]' --output text`.
    Columns,
    /// Messages between tabs: `--query 'events[].message' --output text`.
    Tabs,
    /// `EVENTS` rows: `aws logs filter-log-events --output text`.
    Events,
    /// `RESULTS` rows: `aws logs get-query-results --output text`.
    Results,
}

/// A line without what stood before the record.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Undressed<'a> {
    Line(&'a [u8]),
    /// A line of the tool's own.
    Control,
    /// Not what such a text holds.
    Strange(&'static str),
}

impl Dress {
    /// Guesses from the first lines of a text.
    pub(super) fn of(lines: &[&[u8]]) -> Self {
        let Some(first) = lines.first() else { return Self::Plain };
        if lines.iter().take(4).any(|line| line.starts_with(b"EVENTS\t")) {
            return Self::Events;
        }
        if lines.iter().take(4).any(|line| line.starts_with(b"RESULTS\t")) {
            return Self::Results;
        }
        let mut bare = Vec::new();
        match leading_time(without_colours(first, &mut bare)) {
            Some((_, Zone::Utc)) => return Self::Export,
            Some((_, Zone::Offset)) => return Self::Tail { stream: true },
            Some((_, Zone::None)) => return Self::Tail { stream: false },
            None => {}
        }
        let tells = |part: &[u8]| known::format_of(part).is_some();
        let mut parts = first.split(|&byte| byte == b'\t');
        let Some(begin) = parts.next() else { return Self::Plain };
        let words = |part: &[u8]| part.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count();
        let is_time = begin.len() >= 13 && begin.iter().all(u8::is_ascii_digit);
        // Tabs may also stand between the values of a record.
        let is_alike = |part: &[u8]| is_record_line(part) && words(part) == words(begin);
        match parts.next_back() {
            Some(last) if tells(last) && !tells(begin) => Self::Columns,
            Some(last) if is_time && is_record_line(last) => Self::Columns,
            Some(last) if is_record_line(begin) && (is_alike(last) || parts.any(is_alike)) => Self::Tabs,
            _ => Self::Plain,
        }
    }

    /// Takes off what stands before the record.
    pub(super) fn undress<'a>(self, line: &'a [u8], scratch: &'a mut Vec<u8>) -> Undressed<'a> {
        match self {
            Self::Plain | Self::Tabs => Undressed::Line(line),
            Self::Export => Undressed::Line(after_time(line)),
            Self::Tail { stream } => {
                let rest = after_time(without_colours(line, scratch));
                Undressed::Line(if stream { after_word(rest) } else { rest })
            }
            Self::Columns => Undressed::Line(line.rsplit(|&byte| byte == b'\t').next().unwrap_or(line)),
            Self::Events => events_row(line),
            Self::Results => results_row(line),
        }
    }

    /// For people.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Plain => "Flow log lines",
            Self::Export => "CloudWatch Logs export",
            Self::Tail { .. } => "Output of aws logs tail",
            Self::Columns | Self::Tabs | Self::Events => "Output of aws logs, text",
            Self::Results => "Logs Insights result, text",
        }
    }
}

enum Zone {
    /// `Z`
    Utc,
    /// `+00:00`
    Offset,
    None,
}

/// The end of an ISO 8601 time with which a line begins, and its zone.
fn leading_time(line: &[u8]) -> Option<(usize, Zone)> {
    const PATTERN: &[u8] = b"dddd-dd-ddTdd:dd:dd";
    let fits = line.len() > PATTERN.len()
        && PATTERN.iter().zip(line).all(|(&expected, byte)| match expected {
            b'd' => byte.is_ascii_digit(),
            _ => *byte == expected,
        });
    if !fits {
        return None;
    }
    let mut at = PATTERN.len();
    if line[at] == b'.' {
        at += 1;
        at += line[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    }
    let zone = match line.get(at) {
        Some(b'Z') => {
            at += 1;
            Zone::Utc
        }
        Some(b'+' | b'-') => {
            at +=
                1 + line[at + 1..].iter().take_while(|&&byte| byte.is_ascii_digit() || byte == b':').count();
            Zone::Offset
        }
        _ => Zone::None,
    };
    matches!(line.get(at), Some(b' ' | b'\t')).then_some((at, zone))
}

/// The line after its time; the line itself if it has none.
fn after_time(line: &[u8]) -> &[u8] {
    leading_time(line).map_or(line, |(end, _)| line[end..].trim_ascii_start())
}

fn after_word(line: &[u8]) -> &[u8] {
    let end = line.iter().position(u8::is_ascii_whitespace).unwrap_or(line.len());
    line[end..].trim_ascii_start()
}

/// Drops terminal colours (`ESC [ digits and semicolons m`).
fn without_colours<'a>(line: &'a [u8], scratch: &'a mut Vec<u8>) -> &'a [u8] {
    if memchr::memchr(0x1b, line).is_none() {
        return line;
    }
    scratch.clear();
    let mut rest = line;
    while let Some(at) = memchr::memchr(0x1b, rest) {
        scratch.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(code) = rest.strip_prefix(b"[") {
            let end = code.iter().position(|byte| !byte.is_ascii_digit() && *byte != b';');
            rest = code.get(end.map_or(code.len(), |end| end + 1)..).unwrap_or_default();
        }
    }
    scratch.extend_from_slice(rest);
    scratch
}

/// A row of `filter-log-events` or `get-log-events`: the values in the order of their names, so the message is
/// the last but one, before the timestamp. Other rows are searched streams and page tokens.
fn events_row(line: &[u8]) -> Undressed<'_> {
    if let Some(values) = line.strip_prefix(b"EVENTS\t") {
        let mut values = values.rsplit(|&byte| byte == b'\t');
        return match (values.next(), values.next()) {
            (Some(_), Some(message)) if values.next().is_some() => Undressed::Line(message),
            _ => Undressed::Strange("an EVENTS row without a message: it is cut or of another command"),
        };
    }
    if line.starts_with(b"SEARCHEDLOGSTREAMS\t") || !line.contains(&b' ') {
        return Undressed::Control;
    }
    Undressed::Strange("not a row of `aws logs ... --output text`")
}

/// A row of `get-query-results`: `RESULTS`, the field's name, its value.
fn results_row(line: &[u8]) -> Undressed<'_> {
    if let Some(message) = line.strip_prefix(b"RESULTS\t@message\t") {
        return Undressed::Line(message);
    }
    if [&b"RESULTS\t@"[..], b"STATISTICS\t", b"CWLI\t"].iter().any(|start| line.starts_with(start))
        || !line.contains(&b'\t')
    {
        return Undressed::Control;
    }
    Undressed::Strange(
        "a single field: text output does not tell where a record ends; use --output json, or query @message",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &str = "2 1 eni-1 10.0.0.1 10.0.0.2 1 2 6 1 40 1700000000 1700000060 ACCEPT OK";

    #[test]
    fn records_come_out_of_every_dress() {
        for (dress, line) in [
            (Dress::Export, format!("2025-02-25T12:25:04.000Z {RECORD}")),
            (Dress::Tail { stream: true }, format!("2014-12-14T04:06:50.000000+00:00 eni-1-all {RECORD}")),
            (Dress::Tail { stream: true }, format!("2014-12-14T04:06:50+00:00 eni-1-all {RECORD}")),
            (Dress::Tail { stream: false }, format!("2014-12-14T04:06:50 {RECORD}")),
            (
                Dress::Tail { stream: true },
                format!("\x1b[32m2014-12-14T04:06:50+00:00\x1b[0m \x1b[36meni-1-all\x1b[0m {RECORD}"),
            ),
            (Dress::Columns, format!("1418530010000\t{RECORD}")),
            (Dress::Events, format!("EVENTS\t371\t1418530099000\teni-1-all\t{RECORD}\t1418530010000")),
            (Dress::Events, format!("EVENTS\t1418530099000\t{RECORD}\t1418530010000")),
            (Dress::Results, format!("RESULTS\t@message\t{RECORD}")),
            (Dress::Plain, RECORD.to_owned()),
        ] {
            assert_eq!(Dress::of(&[line.as_bytes()]), dress, "{line:?}");
            let mut scratch = Vec::new();
            let undressed = dress.undress(line.as_bytes(), &mut scratch);
            assert_eq!(undressed, Undressed::Line(RECORD.as_bytes()), "{line:?}");
        }
        assert_eq!(Dress::of(&[format!("{RECORD}\t{RECORD}").as_bytes()]), Dress::Tabs);
        assert_eq!(Dress::of(&[RECORD.replace(' ', "\t").as_bytes()]), Dress::Plain);
    }

    #[test]
    fn rows_of_the_tool_itself_are_told_apart() {
        let mut scratch = Vec::new();
        for (dress, line) in [
            (Dress::Events, "b/1\tf/1"),
            (Dress::Events, "SEARCHEDLOGSTREAMS\teni-1-all\tTrue"),
            (Dress::Results, "CWLI\tComplete"),
            (Dress::Results, "RESULTS\t@ptr\tCmE="),
        ] {
            assert_eq!(dress.undress(line.as_bytes(), &mut scratch), Undressed::Control, "{line:?}");
        }
        for (dress, line) in [
            (Dress::Events, "EVENTS\tx"),
            (Dress::Events, "some other log"),
            (Dress::Results, "RESULTS\tsrcAddr\tx"),
        ] {
            assert!(
                matches!(dress.undress(line.as_bytes(), &mut scratch), Undressed::Strange(_)),
                "{line:?}"
            );
        }
    }
}
