//! The report as JSON. Counters that JavaScript cannot hold exactly become decimal strings.

use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

use super::Report;
use super::model::{FromAthena, Top, Totals};
use crate::diagnose::Finding;
use crate::ingest::outcome::Outcome;

/// The greatest whole number up to which JavaScript tells all whole numbers apart: 2^53.
const EXACT_MAX: u64 = 1 << 53;

/// The report, indented, members in the order of the model.
pub fn to_json(report: &Report) -> Result<String, serde_json::Error> {
    text_of(report, PrettyFormatter::new())
}

/// Inputs or findings in one piece: what is written and parsed in a few milliseconds.
const PIECE: usize = 50;

/// The report in pieces, members as in the model: the first has all but inputs and findings, which follow in order. A
/// piece is only written when it is asked for.
pub fn pieces(report: &Report) -> impl Iterator<Item = Result<String, serde_json::Error>> {
    let head = Piece {
        schema: Some(&report.schema),
        inputs: &[],
        athena: report.athena.as_ref(),
        totals: Some(&report.totals),
        top: Some(&report.top),
        findings: &[],
    };
    let inputs = report.inputs.chunks(PIECE).map(|inputs| Piece { inputs, ..Piece::default() });
    let findings = report.findings.chunks(PIECE).map(|findings| Piece { findings, ..Piece::default() });
    std::iter::once(head).chain(inputs).chain(findings).map(|piece| text_of(&piece, CompactFormatter))
}

#[derive(Default, Serialize)]
struct Piece<'a> {
    schema: Option<&'a str>,
    inputs: &'a [Outcome],
    athena: Option<&'a FromAthena>,
    totals: Option<&'a Totals>,
    top: Option<&'a Top>,
    findings: &'a [Finding],
}

fn text_of(value: &impl Serialize, formatter: impl Formatter) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::new();
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, Exact(formatter)))?;
    String::from_utf8(bytes).map_err(|error| serde::ser::Error::custom(error.to_string()))
}

/// JSON whose large integers are strings.
struct Exact<F>(F);

impl<F: Formatter> Formatter for Exact<F> {
    fn write_u64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: u64) -> io::Result<()> {
        if value > EXACT_MAX { write!(writer, "\"{value}\"") } else { self.0.write_u64(writer, value) }
    }

    fn write_u128<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: u128) -> io::Result<()> {
        if value > EXACT_MAX.into() {
            write!(writer, "\"{value}\"")
        } else {
            self.0.write_u128(writer, value)
        }
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::model::SCHEMA;

    #[test]
    fn counters_beyond_2_to_53_are_decimal_strings() {
        let totals =
            Totals { records: EXACT_MAX, bytes: EXACT_MAX + 1, packets: u64::MAX, ..Totals::default() };
        let text = to_json(&Report { schema: SCHEMA.to_owned(), totals, ..Report::default() }).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["schema"], "flowlens/report/1");
        assert_eq!(value["totals"]["records"], EXACT_MAX);
        assert_eq!(value["totals"]["bytes"], "9007199254740993");
        assert_eq!(value["totals"]["packets"], "18446744073709551615");
        assert_eq!(value["totals"]["first"], serde_json::Value::Null);
    }

    #[test]
    fn pieces_add_up_to_the_report() {
        let inputs = (0..120).map(|i| Outcome { records: i, ..Outcome::default() }).collect();
        let totals = Totals { records: 7_140, ..Totals::default() };
        let report = Report { schema: SCHEMA.to_owned(), inputs, totals, ..Report::default() };
        let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        let mut pieces = pieces(&report).map(|piece| parse(&piece.unwrap()));
        let mut sum = pieces.next().unwrap();
        for piece in pieces {
            let more = piece["inputs"].as_array().unwrap().clone();
            sum["inputs"].as_array_mut().unwrap().extend(more);
        }
        assert_eq!(sum, parse(&to_json(&report).unwrap()));
    }

    #[test]
    fn members_keep_the_order_of_the_model() {
        let text = to_json(&Report::default()).unwrap();
        let places: Vec<_> = ["schema", "inputs", "totals", "top", "findings"]
            .iter()
            .map(|name| text.find(&format!("\"{name}\":")))
            .collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted());
    }
}
