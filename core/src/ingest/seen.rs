//! What came of a record: what the report wants to know of it, or why it cannot be read.

use std::fmt;

use crate::record::Log;

/// Why a line was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    TooFew { found: usize, expected: usize },
    TooMany { found: usize, expected: usize },
    Value { column: String, expected: &'static str, found: String },
    NotUtf8 { column: String },
    OtherVersion { found: u64 },
    OtherLog { found: Log },
    Full,
}

impl Refused {
    /// A row of another number of values than the format has fields.
    pub(super) const fn width(found: usize, expected: usize) -> Self {
        if found < expected { Self::TooFew { found, expected } } else { Self::TooMany { found, expected } }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFew { found, expected } => {
                write!(
                    f,
                    "{found} values where the format has {expected} fields: the line is cut or of another format"
                )
            }
            Self::TooMany { found, expected } => {
                write!(f, "{found} values where the format has {expected} fields: columns may be shifted")
            }
            Self::Value { column, expected, found } => write!(f, "{column} is not {expected}: {found}"),
            Self::NotUtf8 { column } => write!(f, "{column} is not UTF-8 text"),
            Self::OtherVersion { found } => write!(
                f,
                "version {found} without a header line: the default format is always version 2, so the fields are not known"
            ),
            Self::OtherLog { found } => {
                let (found, expected) = match found {
                    Log::Vpc => ("a VPC", "transit gateway"),
                    Log::TransitGateway => ("a transit gateway", "VPC"),
                };
                write!(
                    f,
                    "{found} record among {expected} records: put it into a file of its own, or its header line above it"
                )
            }
            Self::Full => f.write_str("too many different texts for this browser's memory; load fewer files"),
        }
    }
}

/// A value that was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    pub(super) cell: u64,
    /// The code of its spelling, where it is not the usual one.
    pub(super) odd: Option<u32>,
    pub(super) millis: Option<u64>,
    pub(super) float: bool,
    pub(super) iso_time: bool,
}

impl Value {
    /// Whether there is nothing to it but its cell.
    pub(super) const fn is_plain(&self) -> bool {
        self.odd.is_none() && self.millis.is_none() && !self.float && !self.iso_time
    }
}

/// What the report wants to know of a record.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    pub(super) log: Log,
    pub(super) status: Status,
    pub(super) action: Action,
    pub(super) start: Option<u64>,
    pub(super) end: Option<u64>,
    pub(super) millis: bool,
    pub(super) contradictory: bool,
    /// A whole number was written with a fraction of zero.
    pub(super) float: bool,
    /// A time was written as a date.
    pub(super) iso_time: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Status {
    #[default]
    Ok,
    NoData,
    SkipData,
    Other,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Action {
    #[default]
    Missing,
    Accept,
    Reject,
    Other,
}
