//! JSON in which AWS and others hand out flow records: events of CloudWatch Logs, payloads of subscriptions,
//! objects of Firehose, results of Logs Insights, and records as objects of their own.
//!
//! Sources: the CloudWatch Logs API reference (`FilterLogEvents`, `GetLogEvents`, `GetQueryResults`), the
//! subscription filters' payload in the CloudWatch Logs user guide, and the Lambda guide for its events.

mod base64;
mod flow_logs;
mod keyed;
mod split;
mod value;

use super::gzip::{Inflater, MAGIC};
use super::known;
use super::lines::{Lines, Place};
use crate::record::Log;
use crate::store::Table;
use keyed::Keys;
use split::{Piece, Splitter, Wrap};
use value::Json;

/// JSON in JSON in JSON is followed so far.
const NESTED_MAX: u8 = 4;
/// Keys under which tools put the record's line, in the order in which they are believed.
const MESSAGE_KEYS: [&str; 6] = ["@message", "message", "body", "log", "_raw", "Message"];
/// The most rows that a Logs Insights query gives, with and without the header counted.
const INSIGHTS_LIMIT: [u64; 2] = [9_999, 10_000];
/// The message by which CloudWatch Logs tries whether a subscription's destination is there.
const CONTROL: &str = "CWL CONTROL MESSAGE";

/// Reads the JSON text of a file.
pub(super) struct JsonReader {
    splitter: Splitter,
    values: Values,
}

/// What the values read so far have told.
#[derive(Default)]
struct Values {
    keys: Keys,
    /// The keys of transit gateway records, which a file may hold beside others.
    gateway_keys: Keys,
    /// Rows of a Logs Insights result.
    rows: u64,
}

/// Where records go.
struct To<'a> {
    lines: &'a mut Lines,
    table: &'a mut Table,
}

impl JsonReader {
    /// A reader of text that begins at a place.
    pub(super) fn new(at: Place, lines: &mut Lines) -> Self {
        "message".clone_into(&mut lines.outcome.unit);
        lines.hold_first();
        Self { splitter: Splitter::new(at), values: Values::default() }
    }

    pub(super) fn push(&mut self, text: &[u8], lines: &mut Lines, table: &mut Table) {
        let Self { splitter, values } = self;
        let mut to = To { lines, table };
        splitter.push(text, &mut |piece| values.piece(piece, None, 0, &mut to));
    }

    pub(super) fn finish(mut self, lines: &mut Lines, table: &mut Table) {
        let Self { splitter, values } = &mut self;
        splitter.finish(&mut |piece| values.piece(piece, None, 0, &mut To { lines, table }));
        if INSIGHTS_LIMIT.contains(&values.rows) {
            lines.outcome.probably_cut = values.rows;
        }
        if lines.outcome.shape.is_empty() {
            "JSON".clone_into(&mut lines.outcome.shape);
        }
    }
}

impl Values {
    /// `outer`: the place in the file, for text that was inside a value.
    fn piece(&mut self, piece: Piece<'_>, outer: Option<Place>, nested: u8, to: &mut To<'_>) {
        match piece {
            Piece::Value { text, place, wrap } => self.value(text, outer.unwrap_or(place), wrap, nested, to),
            Piece::Refused { text, place, at, reason } => {
                let reason = match outer {
                    None => format!("not JSON at byte {at}: {reason}"),
                    Some(_) => format!("not JSON: {reason}"),
                };
                to.lines.strange(text, outer.unwrap_or(place), reason, to.table);
            }
            Piece::Broken { at, what } => match outer {
                None => to.lines.break_at(at, what),
                Some(place) => {
                    to.lines.strange(b"", place, format!("JSON inside JSON breaks: {what}"), to.table);
                }
            },
        }
    }

    fn value(&mut self, text: &[u8], place: Place, wrap: Option<Wrap>, nested: u8, to: &mut To<'_>) {
        if wrap == Some(Wrap::Results) {
            self.rows += 1;
        }
        let value = match Json::read(text) {
            Ok(value) => value,
            Err(error) => {
                to.lines.strange(text, place, format!("not JSON: {error}"), to.table);
                return;
            }
        };
        let known = match value {
            Json::Text(message) => {
                self.message(&message, place, nested, to);
                to.name("JSON list of lines");
                true
            }
            Json::List(items) => self.list(items, text, place, nested, to),
            Json::Object(_) => self.object(&value, text, place, wrap, nested, to),
            Json::Null | Json::Word(_) => false,
        };
        if !known {
            to.lines.strange(text, place, "no flow record in this JSON value".to_owned(), to.table);
        }
    }

    /// A row of `get-query-results`, or values chosen by `--query`.
    fn list(&mut self, items: Vec<Json<'_>>, text: &[u8], place: Place, nested: u8, to: &mut To<'_>) -> bool {
        if let Some(Json::Object(_)) = items.first() {
            let mut members = Vec::with_capacity(items.len());
            for item in items {
                let Json::Object(pair) = item else { return false };
                let (mut field, mut value) = (None, None);
                for (key, member) in pair {
                    match (&*key, member) {
                        ("field", Json::Text(name)) => field = Some(name),
                        ("value", member) => value = Some(member),
                        _ => return false,
                    }
                }
                let (Some(field), Some(value)) = (field, value) else { return false };
                members.push((field, value));
            }
            return self.object(&Json::Object(members), text, place, Some(Wrap::Results), nested, to);
        }
        // Of a timestamp, a stream's name and a message, the message is the one with blanks.
        let message = items.iter().filter_map(Json::text).max_by_key(|text| text.matches(' ').count());
        let Some(message) = message else { return false };
        to.name("JSON list of lines");
        self.message(message, place, nested, to);
        true
    }

    fn object(
        &mut self,
        object: &Json<'_>,
        text: &[u8],
        place: Place,
        wrap: Option<Wrap>,
        nested: u8,
        to: &mut To<'_>,
    ) -> bool {
        if wrap == Some(Wrap::LogEvents { control: true }) {
            to.lines.control();
            return true;
        }
        if let Some((data, name)) = payload(object, wrap) {
            to.name(name);
            self.payload(data, place, nested, to);
            return true;
        }
        if let Some(listed) = flow_logs::listed(object) {
            to.name("Answer of describe-flow-logs");
            for flow_log in listed {
                to.lines.flow_log(flow_logs::known(flow_log));
            }
            return true;
        }
        let Json::Object(members) = object else { return false };
        let insights =
            wrap == Some(Wrap::Results) || members.iter().any(|(key, _)| key == "@ptr" || key == "@message");
        if insights && wrap.is_none() {
            self.rows += 1;
        }
        let message = MESSAGE_KEYS.iter().find_map(|key| object.member(key)?.text());
        let keys = match self.keys.log_of(members, &self.gateway_keys) {
            Log::Vpc => &mut self.keys,
            Log::TransitGateway => &mut self.gateway_keys,
        };
        let is_record = keys.is_record(members);
        if let Some(message) =
            message.filter(|message| !is_record || known::format_of(message.as_bytes()).is_some())
        {
            to.name(match wrap {
                Some(Wrap::Events) => "Output of aws logs, JSON",
                Some(Wrap::LogEvents { .. }) => "CloudWatch Logs subscription",
                _ if insights => "Logs Insights result, JSON",
                _ if members.len() == 1 => "Firehose JSON",
                _ => "JSON with a message each",
            });
            self.message(message, place, nested, to);
            return true;
        }
        if is_record {
            to.name(if insights { "Logs Insights result, JSON" } else { "JSON, a record each" });
            keys.read(members, text, place, to.lines, to.table);
        }
        is_record
    }

    /// A line, several, or JSON once more.
    fn message(&mut self, message: &str, place: Place, nested: u8, to: &mut To<'_>) {
        let message = message.trim_end_matches(['\n', '\r']);
        if message.starts_with(CONTROL) {
            to.lines.control();
        } else if message.starts_with(['{', '[']) && nested < NESTED_MAX {
            self.inner(message.as_bytes(), place, nested, to);
        } else {
            for line in message.split('\n') {
                to.lines.line(line.as_bytes(), place, to.table);
            }
        }
    }

    fn inner(&mut self, text: &[u8], place: Place, nested: u8, to: &mut To<'_>) {
        let mut splitter = Splitter::new(place);
        splitter.push(text, &mut |piece| self.piece(piece, Some(place), nested + 1, to));
        splitter.finish(&mut |piece| self.piece(piece, Some(place), nested + 1, to));
    }

    /// What base64 holds: gzip of JSON, or a line.
    fn payload(&mut self, data: &str, place: Place, nested: u8, to: &mut To<'_>) {
        if nested >= NESTED_MAX {
            to.lines.strange(data.as_bytes(), place, "payloads in payloads, too deep".to_owned(), to.table);
            return;
        }
        let Some(bytes) = base64::decode(data.trim().as_bytes()) else {
            to.lines.strange(data.as_bytes(), place, "data is not base64".to_owned(), to.table);
            return;
        };
        if !bytes.starts_with(&MAGIC) {
            self.message(&String::from_utf8_lossy(&bytes), place, nested + 1, to);
            return;
        }
        let mut splitter = Splitter::new(place);
        let mut inflater = Inflater::default();
        let inflated = inflater.push(&bytes, &mut |text| {
            splitter.push(text, &mut |piece| self.piece(piece, Some(place), nested + 1, to));
        });
        match inflated.and_then(|()| inflater.finish()) {
            Ok(()) => splitter.finish(&mut |piece| self.piece(piece, Some(place), nested + 1, to)),
            Err(error) => {
                let reason = format!("the payload breaks at its byte {}: {}", error.at, error.what);
                to.lines.strange(data.as_bytes(), place, reason, to.table);
            }
        }
    }
}

/// The base64 text of an event for Lambda, of a Kinesis record or of a Firehose record.
fn payload<'a>(object: &'a Json<'_>, wrap: Option<Wrap>) -> Option<(&'a str, &'static str)> {
    let data = |key: &str| object.member(key)?.member("data")?.text();
    data("awslogs")
        .map(|data| (data, "CloudWatch Logs subscription, Lambda event"))
        .or_else(|| Some((data("kinesis")?, "Kinesis records, Lambda event")))
        .or_else(|| {
            let data = object.member("data").or_else(|| object.member("Data"))?.text()?;
            (wrap == Some(Wrap::Records)).then_some((data, "Firehose or Kinesis records"))
        })
}

impl To<'_> {
    /// Names the file's shape, once.
    fn name(&mut self, shape: &str) {
        if self.lines.outcome.shape.is_empty() {
            shape.clone_into(&mut self.lines.outcome.shape);
        }
    }
}
