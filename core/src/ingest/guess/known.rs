//! Formats that are known for lines without a header line, and by whom.

use serde::{Deserialize, Serialize};

use super::super::known;
use super::doubt;
use super::look::allows;
use crate::record::{Column, Format};

/// A format that lines without a header line may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// The format.
    pub format: Format,
    /// Who says so.
    pub by: By,
}

/// Who says of which format lines are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum By {
    /// The user, of these very files.
    Given {
        /// Whether it is remembered.
        kept: bool,
    },
    /// The user, of files like these, on a day (`2026-11-24`).
    Remembered(String),
    /// A flow log's description, as `aws ec2 describe-flow-logs` gives it.
    FlowLog {
        /// The flow log's ID.
        id: String,
        /// The log group it writes to, if it does.
        log_group: String,
    },
    /// The lines themselves: a layout that is published, or types that leave no choice.
    Columns(String),
    /// The values of a line, which are those of a default format.
    Values,
}

/// What is known before a file is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Knowledge {
    /// Formats that lines may have.
    pub formats: Vec<Known>,
    /// More may become known: a file whose lines do not say their format themselves is left for later.
    pub wait: bool,
}

impl Known {
    /// Whether it can be forgotten.
    pub(in crate::ingest) const fn is_remembered(&self) -> bool {
        matches!(self.by, By::Given { kept: true } | By::Remembered(_))
    }

    /// How the format is known, for people.
    pub fn words(&self) -> String {
        match &self.by {
            By::Given { .. } => "the format you gave".to_owned(),
            By::Remembered(day) => format!("the format you gave on {day}"),
            By::FlowLog { id, .. } => format!("LogFormat of {id}"),
            By::Columns(what) => format!("told by its columns: {what}"),
            By::Values => known::source(&self.format).to_owned(),
        }
    }

    /// Why a line is not of this format.
    pub(in crate::ingest) fn misfit(&self, values: &[&str]) -> Option<String> {
        let columns = self.format.columns();
        for (place, (column, value)) in columns.iter().zip(values).enumerate() {
            if let Column::Known(field) = column
                && !allows(*field, value)
            {
                let value: String = value.chars().take(60).collect();
                return Some(format!("{} is not what {} holds: {value}", nth(place), field.name()));
            }
        }
        if !matches!(self.by, By::Columns(_)) {
            return None;
        }
        let line = doubt::Line { columns, values };
        line.doubt().map(|doubt| format!("not of the layout that the first lines have: {doubt}"))
    }

    /// Whether a line is of this format, as far as its values tell.
    pub(in crate::ingest) fn fits(&self, values: &[&str]) -> bool {
        values.len() == self.format.columns().len() && self.misfit(values).is_none()
    }
}

/// `value 3`.
pub(super) fn nth(place: usize) -> String {
    format!("value {}", place + 1)
}
