//! What became of a file: counts, format, refusals and warnings.

use serde::{Deserialize, Serialize};

use super::guess::Guess;
use super::result::AthenaResult;
use crate::record::Field;

/// How many refused lines are kept with their text, per file; all are counted.
pub const REFUSALS_KEPT: usize = 100;
/// The longest part of a refused line that is kept, in bytes.
pub const REFUSED_TEXT_MAX: usize = 300;

/// The container of a file that is read by columns.
pub const PARQUET: &str = "Parquet";

/// The report of one file.
///
/// `lines = records + headers + blanks + comments + refused + control`. What counts as one of the lines is the
/// shape's [`unit`](Self::unit): a line of text, a row of a CSV file, or a message or object of a JSON file. A
/// message that holds several lines counts as so many.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The file's name, with its path inside a dropped folder.
    pub name: String,
    /// `text`, `gzip` or [`PARQUET`].
    pub container: String,
    /// What wraps the records, for people: `Flow log lines`, `CloudWatch Logs export`, `Firehose JSON` ...
    pub shape: String,
    /// What is counted in `lines`: `line`, `row` or `message`.
    pub unit: String,
    /// What the file's path tells.
    pub origin: Origin,
    /// The log format, for people; of the last header if there are several.
    pub format: String,
    /// How the format was known: `header line`, `default format, no header line`, `CSV header`, `JSON keys`,
    /// `carried over`, or [who](super::guess::By) told it.
    pub format_source: String,
    /// The columns' names, in order; of the last header if there are several.
    pub fields: Vec<String>,
    /// Those of `fields` that are not in the table of known fields.
    pub unknown_fields: Vec<String>,
    /// Bytes of the file as delivered.
    pub bytes: u64,
    /// Bytes after inflating.
    pub text_bytes: u64,
    /// Gzip members.
    pub members: u64,
    /// Lines, rows or messages of all sorts.
    pub lines: u64,
    /// Flow records, those with `NODATA` and `SKIPDATA` included.
    pub records: u64,
    /// Those of `records` that are transit gateway records.
    pub transit_gateway: u64,
    /// Header lines.
    pub headers: u64,
    /// Empty lines.
    pub blanks: u64,
    /// Lines that begin with `#`.
    pub comments: u64,
    /// Lines that could not be read.
    pub refused: u64,
    /// Lines and messages of the wrapping that carry no record: control messages of CloudWatch Logs, page tokens.
    pub control: u64,
    /// Records with action `ACCEPT` and status `OK` or none.
    pub accept: u64,
    /// Records with action `REJECT` and status `OK` or none.
    pub reject: u64,
    /// Records with status `NODATA`.
    pub nodata: u64,
    /// Records with status `SKIPDATA`.
    pub skipdata: u64,
    /// `NODATA` or `SKIPDATA` records that carry addresses or counters all the same: kept, but not traffic.
    pub contradictory: u64,
    /// Records whose times were milliseconds.
    pub millis: u64,
    /// Records with a log-status other than `OK`, `NODATA` or `SKIPDATA`.
    pub odd_status: u64,
    /// Records with an action other than `ACCEPT` or `REJECT`.
    pub odd_action: u64,
    /// Records that end before they start.
    pub backwards: u64,
    /// Records with whole numbers that were written with a fraction of zero, such as `443.0`.
    pub floats: u64,
    /// Records whose times were written as dates, such as `2026-11-24T03:43:17Z`.
    pub iso_times: u64,
    /// Lists and objects inside records, which were left out.
    pub nested: u64,
    /// Rows of a query result that was probably cut at the query's limit; 0 if it was not.
    pub probably_cut: u64,
    /// Bytes after the last gzip member that are not gzip.
    pub trailing_bytes: u64,
    /// Columns of a columnar file that were not read, and why.
    pub left_out: Vec<String>,
    /// The first lines of a file whose format is not known.
    pub first_lines: Vec<String>,
    /// What the columns of lines may be whose format is not known: such a file waits for someone who says it.
    pub guess: Option<Box<Guess>>,
    /// A result of Athena, until the session takes it. It travels beside the report.
    #[serde(skip)]
    pub result: Option<Box<AthenaResult>>,
    /// Whether the format is one that the user gave, and that is remembered.
    pub remembered: bool,
    /// The flow logs that the file describes, if it is an answer of `describe-flow-logs`.
    pub flow_logs: Vec<FlowLog>,
    /// The first refused lines.
    pub refusals: Vec<Refusal>,
    /// Unix seconds of the earliest start.
    pub first: Option<u64>,
    /// Unix seconds of the latest end.
    pub last: Option<u64>,
    /// Remarks that do not stop the reading.
    pub warnings: Vec<String>,
    /// Why the file was left out although nothing is wrong with it: a companion of log files.
    pub skipped: Option<String>,
    /// Why the file was refused, or where it broke: what, where and what to do.
    pub error: Option<String>,
}

/// What the path of a file tells: AWS writes the account, the Region and the time into it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The account that owns the flow log.
    pub account: Option<String>,
    /// The Region.
    pub region: Option<String>,
    /// The flow log's ID.
    pub flow_log: Option<String>,
    /// The day, `2026-11-24`.
    pub day: Option<String>,
    /// The hour of the day, UTC.
    pub hour: Option<u8>,
}

/// A flow log and its format, by `aws ec2 describe-flow-logs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowLog {
    /// Its ID.
    pub id: String,
    /// The log group it writes to; empty if it writes elsewhere.
    pub log_group: String,
    /// The names of its fields in order, between blanks.
    pub fields: String,
}

/// A line that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The line's number, from 1.
    pub line: u64,
    /// Where the line begins, in bytes of the inflated text.
    pub offset: u64,
    /// Why, and what was expected.
    pub reason: String,
    /// The line, cut to [`REFUSED_TEXT_MAX`] bytes.
    pub text: String,
}

/// The fields that tell what a transit gateway lost.
const LOST: [&str; 4] = [
    Field::PacketsLostNoRoute.name(),
    Field::PacketsLostBlackhole.name(),
    Field::PacketsLostMtuExceeded.name(),
    Field::PacketsLostTtlExpired.name(),
];

impl Outcome {
    /// A report for a file of which nothing has been read yet.
    pub fn new(name: impl Into<String>, bytes: u64) -> Self {
        let name = name.into();
        Self { origin: super::path::origin(&name), name, bytes, unit: "line".to_owned(), ..Self::default() }
    }

    /// A report for a file that was not read at all.
    pub fn failed(name: impl Into<String>, bytes: u64, error: impl Into<String>) -> Self {
        Self { error: Some(error.into()), ..Self::new(name, bytes) }
    }

    /// Whether something went wrong that a person should see.
    pub const fn has_problem(&self) -> bool {
        self.error.is_some() || self.refused > 0
    }

    /// Whether some of the records are not transit gateway records.
    pub const fn has_vpc_records(&self) -> bool {
        self.records > self.transit_gateway
    }

    /// Whether there is something to say of it: a problem, or a warning.
    pub const fn has_remark(&self) -> bool {
        self.has_problem() || !self.warnings.is_empty()
    }

    /// Joins the report of the next part of the same file, whose lines follow this part's.
    pub fn append(&mut self, next: Self) {
        let Self {
            name: _,
            container,
            shape,
            unit: _,
            origin: _,
            format,
            format_source,
            fields,
            unknown_fields,
            bytes: _,
            text_bytes,
            members,
            lines,
            records,
            transit_gateway,
            headers,
            blanks,
            comments,
            refused,
            control,
            accept,
            reject,
            nodata,
            skipdata,
            contradictory,
            millis,
            odd_status,
            odd_action,
            backwards,
            floats,
            iso_times,
            nested,
            probably_cut,
            trailing_bytes,
            left_out,
            first_lines,
            guess,
            result: _,
            remembered,
            flow_logs: _,
            refusals,
            first,
            last,
            warnings: _,
            skipped,
            error,
        } = next;
        if self.container.is_empty() {
            self.container = container;
        }
        if self.shape.is_empty() {
            self.shape = shape;
        }
        if self.left_out.is_empty() {
            self.left_out = left_out;
        }
        if self.first_lines.is_empty() {
            self.first_lines = first_lines;
        }
        self.guess = self.guess.take().or(guess);
        self.remembered |= remembered;
        self.skipped = self.skipped.take().or(skipped);
        let other_log = records > 0 && records == transit_gateway && self.has_vpc_records();
        if (headers > 0 || self.format.is_empty()) && !other_log {
            (self.format, self.fields, self.unknown_fields) = (format, fields, unknown_fields);
            if headers > 0 || self.format_source.is_empty() {
                self.format_source = format_source;
            }
        }
        for refusal in refusals {
            if self.refusals.len() < REFUSALS_KEPT {
                self.refusals.push(Refusal { line: refusal.line + self.lines, ..refusal });
            }
        }
        self.text_bytes += text_bytes;
        self.members += members;
        self.lines += lines;
        self.records += records;
        self.transit_gateway += transit_gateway;
        self.headers += headers;
        self.blanks += blanks;
        self.comments += comments;
        self.refused += refused;
        self.control += control;
        self.accept += accept;
        self.reject += reject;
        self.nodata += nodata;
        self.skipdata += skipdata;
        self.contradictory += contradictory;
        self.millis += millis;
        self.first = self.first.into_iter().chain(first).min();
        self.last = self.last.into_iter().chain(last).max();
        self.odd_status += odd_status;
        self.odd_action += odd_action;
        self.backwards += backwards;
        self.floats += floats;
        self.iso_times += iso_times;
        self.nested += nested;
        self.probably_cut += probably_cut;
        self.trailing_bytes += trailing_bytes;
        if self.error.is_none() {
            self.error = error;
        }
        self.warn();
    }

    /// Says in words what the counts show.
    pub(super) fn warn(&mut self) {
        let of_counts = [
            (
                self.probably_cut,
                "rows is the most a Logs Insights query gives: the result was probably cut; narrow its time range and run it again",
            ),
            (self.millis, "records have times in milliseconds; they were read as such"),
            (self.iso_times, "records have times written as dates; they were read as UTC"),
            (
                self.floats,
                "records have whole numbers written with a fraction (443.0); they were read as whole",
            ),
            (self.nested, "lists or objects inside records were left out: a flow record has single values"),
            (
                self.contradictory,
                "NODATA or SKIPDATA records carry addresses, counters or an action; they are not counted as traffic",
            ),
            (
                self.odd_status,
                "records have a log-status other than OK, NODATA or SKIPDATA; they are not counted as traffic",
            ),
            (
                self.odd_action,
                "records have an action other than ACCEPT or REJECT; they are neither accepted nor rejected",
            ),
            (self.backwards, "records end before they start"),
            (self.trailing_bytes, "bytes after the last gzip member are not gzip and were left out"),
        ];
        self.warnings = of_counts
            .into_iter()
            .filter(|&(count, _)| count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .chain(self.left_out.iter().map(|column| format!("Column left out, {column}")))
            .collect();
        let lacks = LOST.iter().filter(|name| !self.fields.iter().any(|field| field == *name)).copied();
        let lacking: Vec<&str> = lacks.collect();
        if self.transit_gateway > 0 && !self.has_vpc_records() && !lacking.is_empty() {
            self.warnings.push(format!(
                "The format lacks {}: what a transit gateway lost so cannot be known",
                lacking.join(", ")
            ));
        }
        let is_of_use =
            self.records > 0 || self.refused > 0 || !self.flow_logs.is_empty() || self.result.is_some();
        if self.error.is_none() && self.skipped.is_none() && !is_of_use {
            self.warnings.push(if self.control > 0 {
                "The file has no records, only control messages or lines of the tool that wrote it".to_owned()
            } else {
                let what = if self.headers > 0 { "a header line and no records" } else { "no records" };
                format!("The file has {what}: no traffic was logged in its interval")
            });
        }
    }
}
