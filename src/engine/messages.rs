//! What the page asks and what it is told.
//!
//! The page talks to one worker, the desk, which owns the session; the desk talks to the shards. Files travel
//! beside these messages as handles, in the order of [`Request::Load`]'s list.

use serde::{Deserialize, Serialize};

use crate::diagnose::Finding;
use crate::ingest::guess::{By, GivenError, Known, parse};
use crate::query::Expr;
use crate::report::model::{FromAthena, Overview, Report, Top, Totals};
use crate::report::view::link::View;
use crate::report::writing::Form;

/// A file to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileInfo {
    /// Name, with the path inside a dropped folder.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
}

/// A format that the user gave for lines without a header line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    /// The format, in whichever form it was given.
    pub text: String,
    /// When: a day, or for the files at hand.
    pub when: When,
}

/// When a format was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum When {
    /// On a day (`2026-11-24`), for files like these.
    Day(String),
    /// Now, for the files at hand; whether it is remembered, too.
    Now(bool),
}

impl Given {
    /// The format itself, if it is one.
    pub fn known(&self) -> Result<Known, GivenError> {
        let by = match &self.when {
            When::Day(day) => By::Remembered(day.clone()),
            When::Now(kept) => By::Given { kept: *kept },
        };
        Ok(Known { format: parse(&self.text)?.0, by })
    }
}

/// What the page asks of the desk. Each request gets exactly one [`Reply`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Reads files; answered by [`Reply::Report`] when all are read, or cancelled.
    Load {
        /// The files, in the order of the handles.
        files: Vec<FileInfo>,
        /// Forget what was loaded before.
        replace: bool,
        /// Formats that lines without a header line may have.
        formats: Vec<Given>,
    },
    /// Reads the files again that wait for someone who knows their format; answered by [`Reply::Report`].
    ReadWaiting {
        /// Formats that their lines may have.
        formats: Vec<Given>,
    },
    /// Checks a format against the columns of a file that waits for one; answered by [`Reply::Checked`].
    CheckFormat {
        /// The file's place among the inputs.
        input: u32,
        /// What was typed.
        text: String,
    },
    /// Stops a load that is under way; what was read stays. Answered by [`Reply::Done`].
    Cancel,
    /// Forgets everything. Answered by [`Reply::Done`].
    Clear,
    /// Sums, timeline and top lists under a filter; answered by [`Reply::Overview`].
    Overview {
        /// The filter; time included.
        filter: Expr,
        /// The range the timeline shows, Unix seconds, if it is not that of all records.
        range: Option<(u64, u64)>,
    },
    /// Leaves out all exact copies of records but one of each, or counts them again. Answered by [`Reply::Report`].
    LeaveOut(bool),
    /// The text of a form of the report, in full and copies counted if it has findings; answered by [`Reply::Written`].
    Write(Form),
    /// The evidence lines, queries and their answers of one finding; answered by [`Reply::Finding`].
    Finding {
        /// The finding's id.
        id: String,
    },
    /// A question to the records that pass a filter; answered by [`Reply::Asked`].
    Ask {
        /// The question, as `flowlens_ask` writes it: only the program `query` reads it.
        question: Vec<u8>,
        /// As JSON for scripts, rather than for that program.
        as_json: bool,
        /// The filter; time included.
        filter: Expr,
    },
    /// The records themselves, or the answer to a plan, as the program `query` writes it: a
    /// [`Browse`](super::browse::Browse). Answered by [`Reply::Asked`].
    Browse(Vec<u8>),
    /// Shows what results of Athena tell, or what the records do. Answered by [`Reply::Report`].
    ShowAthena(bool),
    /// Gives up the question that is under way, which is answered by [`Reply::Failed`]. Answered by [`Reply::Done`].
    StopAsking,
    /// The user's word on whether an interface belongs to a NAT gateway (`None`: judge by the records).
    /// Answered by [`Reply::Report`] with new findings.
    MarkNat {
        /// Interface ID.
        interface: String,
        /// The user's word.
        is_nat: Option<bool>,
    },
}

/// What the desk answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// It is done.
    Done,
    /// The report, without evidence and queries.
    Report(Box<Report>),
    /// A form of the report.
    Written(#[serde(with = "whole")] Vec<u8>),
    /// The overview.
    Overview(Box<Overview>),
    /// One finding in full.
    Finding(Option<Box<Opened>>),
    /// The answer to a question, as `flowlens_ask` writes it; or to a [`Request::Browse`].
    Asked(#[serde(with = "whole")] Vec<u8>),
    /// A format that can be used: its names in order, and what is worth a word; or what is wrong with it.
    Checked(Result<(String, String), String>),
    /// It could not be done: what, and what to do.
    Failed(String),
}

/// One finding in full.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// The finding with its evidence.
    pub finding: Finding,
    /// The finding as text for a ticket; or why that and the finding's queries could not be written.
    pub ticket: Result<String, String>,
}

/// Bytes are written and read as a whole: serde takes a `Vec<u8>` apart, which takes long where there are millions.
mod whole {
    use std::fmt;

    use serde::de::{Deserializer, Visitor};
    use serde::ser::Serializer;

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_bytes(bytes)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        from.deserialize_bytes(Whole)
    }

    struct Whole;

    impl Visitor<'_> for Whole {
        type Value = Vec<u8>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("bytes")
        }

        fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
            Ok(bytes.to_vec())
        }
    }
}

/// What the pages of the program `query` are told of the rest of the page.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// Which report this is of: another number when there is another.
    pub report: u64,
    /// The address's hash, which says which page is on show, and of what.
    pub hash: String,
    /// Times are shown in the browser's zone.
    pub local_time: bool,
    /// The filter and the time range, for people; empty if there are none.
    pub filter: String,
    /// The names of the columns, for each different format that was read.
    pub formats: Vec<Vec<String>>,
    /// Sums over all records.
    pub totals: Totals,
    /// The largest of each sort.
    pub top: Top,
    /// The address of a NAT gateway, if one was found.
    pub nat: Option<String>,
    /// What the files say of the buckets they are from, for each format.
    pub origins: Vec<Origins>,
    /// The results of Athena, if some were read.
    pub athena: Option<FromAthena>,
    /// Records that were read, and that questions are asked to.
    pub records: u64,
}

/// Where files of one format are from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origins {
    /// The names of the columns.
    pub fields: Vec<String>,
    /// Whether they are Parquet.
    pub parquet: bool,
    /// The path of one of them.
    pub name: String,
    /// Their accounts.
    pub accounts: Vec<String>,
    /// Their Regions.
    pub regions: Vec<String>,
}

impl Told {
    /// What is on show.
    pub fn view(&self) -> View {
        View::parse(&self.hash)
    }
}

/// How far a load is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Files to read.
    pub files: u64,
    /// Files read.
    pub files_done: u64,
    /// Bytes to read, as delivered.
    pub bytes: u64,
    /// Bytes read, as delivered.
    pub bytes_done: u64,
    /// Records read.
    pub records: u64,
    /// Since the load began, milliseconds.
    pub elapsed_millis: u64,
    /// What is under way.
    pub stage: Stage,
}

/// What a load is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Reading files.
    #[default]
    Reading,
    /// Judging the records.
    Diagnosing,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_the_bytes_that_it_was() {
        for reply in [Reply::Asked(Vec::new()), Reply::Asked((0..=255).collect())] {
            let bytes = postcard::to_stdvec(&reply).unwrap_or_default();
            assert_eq!(postcard::from_bytes(&bytes), Ok(reply));
        }
    }
}
