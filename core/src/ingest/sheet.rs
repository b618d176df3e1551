//! Rows of values between delimiters: what columns a table has and what they hold.
//!
//! Sources: RFC 4180; the CloudWatch console's exports; Athena's results, which quote every value.

use super::detect::unusable;
use super::known;
use super::result::AthenaResult;
use crate::record::{Column, Format};

/// A table of delimited values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The byte between values.
    pub(super) delimiter: u8,
    /// What its rows hold.
    pub(super) rows: Rows,
}

/// What rows hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rows {
    /// A message each, in one of the cells.
    Messages(Heading),
    /// A record each.
    Records(Heading),
    /// Records of a format that they tell by themselves, without a header row.
    Headerless(Format),
    /// A result of Athena, with the place of the column that says so.
    Result(usize),
}

/// A header row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Heading {
    /// Cells in a row.
    pub(super) width: usize,
    /// The cells that are read, by their places: the message, or those of `format` in order.
    pub(super) cells: Vec<usize>,
    /// The columns of the cells.
    pub(super) format: Option<Format>,
    /// Whether it is a result of Logs Insights.
    pub(super) insights: bool,
}

impl Sheet {
    /// Looks at the first lines of a text. `Err`: a table that holds no flow records, and what it is.
    pub(super) fn of(lines: &[&[u8]]) -> Option<Result<Self, String>> {
        let first = *lines.first()?;
        let delimiter = [b',', b';', b'\t', b'|'].into_iter().find(|&delimiter| {
            let count = |line: &[u8]| cells(line, delimiter).len();
            // Blanks are tabs to records: a table with tabs has as many in its rows as in its header.
            let rows_agree = || lines.get(1).is_some_and(|row| count(row) == count(first));
            count(first) > 1 && (delimiter != b'\t' || rows_agree())
        })?;
        let names = cells(first, delimiter);
        if delimiter != b'\t'
            && let Some(format) = known::format_of(names.join(" ").as_bytes())
        {
            return Some(Ok(Self { delimiter, rows: Rows::Headerless(format) }));
        }
        let rows = Rows::under(&names)?;
        Some(rows.map(|rows| Self { delimiter, rows }))
    }

    /// For people.
    pub(super) const fn name(&self) -> &'static str {
        match (&self.rows, self.delimiter) {
            (
                Rows::Messages(Heading { insights: true, .. })
                | Rows::Records(Heading { insights: true, .. }),
                _,
            ) => "Logs Insights result, CSV",
            (Rows::Messages(_), _) => "CloudWatch console CSV",
            (Rows::Result(_), _) => "Athena result",
            (_, b'\t') => "TSV",
            _ => "CSV",
        }
    }
}

impl Rows {
    /// What stands under header names; `None` if they are no header.
    pub(super) fn under(names: &[String]) -> Option<Result<Self, String>> {
        if let Some(place) = AthenaResult::place_of_mark(names) {
            return Some(Ok(Self::Result(place)));
        }
        let width = names.len();
        let insights = names.iter().any(|name| name.starts_with('@') || is_discovered(name));
        let message =
            names.iter().position(|name| name == "@message" || name.eq_ignore_ascii_case("message"));
        let (mut cells, mut columns) = (Vec::new(), Vec::new());
        for (at, name) in names.iter().enumerate() {
            // Numbers of rows come without a name, or under the one that pandas gives.
            if !name.starts_with('@') && !name.is_empty() && !name.starts_with("Unnamed:") {
                cells.push(at);
                columns.push(name.as_str());
            }
        }
        let known = columns.iter().filter(|name| matches!(Column::from_name(name), Column::Known(_))).count();
        let is_record = known >= 1 && known * 2 >= columns.len();
        if let Some(message) = message.filter(|_| !is_record) {
            return Some(Ok(Self::Messages(Heading { width, cells: vec![message], format: None, insights })));
        }
        let begins_with_letter =
            columns.first().is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()));
        if !is_record || !begins_with_letter {
            return (insights || names.iter().any(|name| name.contains('(') && name.ends_with(')'))).then(|| {
                Err("a Logs Insights result of computed columns: query `fields @timestamp, @message` and drop that result".to_owned())
            });
        }
        let format = match Format::from_names(columns.iter().copied()) {
            Ok(format) => format,
            Err(error) => return Some(Err(unusable(&error))),
        };
        Some(Ok(Self::Records(Heading { width, cells, format: Some(format), insights })))
    }
}

/// Whether a name is one that only Logs Insights gives to a field.
fn is_discovered(name: &str) -> bool {
    name.contains(|c: char| c.is_ascii_uppercase())
        && matches!(Column::from_name(name), Column::Known(field) if field.insights_name() == name)
}

/// The values of one line, without quotes and blanks around them.
fn cells(line: &[u8], delimiter: u8) -> Vec<String> {
    let mut reader = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
    let (mut text, mut ends) = (vec![0; line.len() + 1], vec![0; line.len() + 2]);
    let (_, read, mut made, mut count) = reader.read_record(line, &mut text, &mut ends);
    let (_, _, more, ended) = reader.read_record(
        line.get(read..).unwrap_or_default(),
        text.get_mut(made..).unwrap_or_default(),
        ends.get_mut(count..).unwrap_or_default(),
    );
    made += more;
    count += ended;
    let mut from = 0;
    ends.iter()
        .take(count)
        .map(|&end| {
            let cell = text.get(from..end.min(made)).unwrap_or_default();
            from = end;
            String::from_utf8_lossy(cell).trim().to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Result<Sheet, String>> {
        Sheet::of(&text.lines().map(str::as_bytes).collect::<Vec<_>>())
    }

    #[test]
    fn tables_are_known_by_their_header() {
        for (text, delimiter, name) in [
            ("timestamp,message\n1,2 1 eni", b',', "CloudWatch console CSV"),
            ("@timestamp,@message\n", b',', "Logs Insights result, CSV"),
            ("srcAddr,dstAddr,@ptr", b',', "Logs Insights result, CSV"),
            ("\"interface_id\",\"srcaddr\",\"action\"", b',', "CSV"),
            ("version;srcaddr;dstaddr", b';', "CSV"),
            ("version\tsrcaddr\n2\t10.0.0.1", b'\t', "TSV"),
            ("2,1,eni-1,-,-,-,-,-,-,-,1,2,-,NODATA", b',', "CSV"),
            ("\"srcaddr\",\"dstaddr\",\"flowlens1_0a_5_0_0_0\"", b',', "Athena result"),
        ] {
            let sheet = of(text).unwrap().unwrap();
            assert_eq!((sheet.delimiter, sheet.name()), (delimiter, name), "{text}");
        }
        for text in ["version srcaddr", "version\tsrcaddr\n2 10.0.0.1", "hello, world", "a,b,c"] {
            assert_eq!(of(text), None, "{text}");
        }
        for text in ["bin(5m),sum(bytes)", "@logStream,count(*)", "srcaddr,dstaddr,src_addr"] {
            assert!(matches!(of(text), Some(Err(_))), "{text}");
        }
    }
}
