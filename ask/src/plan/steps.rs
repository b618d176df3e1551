//! What is done with rows, in steps.

use std::rc::Rc;

use regex_lite::Regex;

use super::compute::Compute;
use crate::insights::words::Function;
use crate::sql::aggregates::{Aggregate, ordered};
use crate::sql::term::Order;
use crate::sql::windows::Windowed;
use crate::value::Value;

/// One step.
#[derive(Clone, Debug)]
pub enum Step {
    /// Keeps the rows for which a condition holds.
    Filter(Compute),
    /// Computes a slot.
    Set(usize, Compute),
    /// Takes a text apart.
    Take(Taking),
    /// A row for each member of a list, which goes into a slot; a value that is no list stays one row.
    Unnest(Compute, usize),
    /// Groups.
    Stats(Stats),
    /// Orders rows, by several values one after the other.
    Sort(Vec<Sorted>),
    /// Keeps the first rows.
    Limit(usize),
    /// Keeps the last rows.
    Tail(usize),
    /// Leaves out the first rows.
    Skip(usize),
    /// Keeps the first row of each combination of values; rows where one is missing stay.
    Dedup(Vec<Compute>),
    /// The sum of all rows so far of one slot, into another.
    Accum(usize, usize),
    /// Adds rows for intervals of time that have none.
    Fill(Fill),
    /// Adds totals.
    Totals(Totals),
    /// The share of one slot in its sum over all rows, into another.
    Shares(usize, usize),
    /// Computes slots of each row from the rows around it.
    Windows(Vec<Windowed>),
}

/// What rows are ordered by.
#[derive(Clone, Debug)]
pub struct Sorted {
    /// The value.
    pub of: Compute,
    /// The greatest first.
    pub descending: bool,
    /// As SQL orders values of its type, and whether NULL comes first; else as Logs Insights orders all.
    pub sql: Option<(Order, bool)>,
}

impl Sorted {
    /// In the order of Logs Insights.
    pub const fn natural(of: Compute, descending: bool) -> Self {
        Self { of, descending, sql: None }
    }

    /// The order of two values.
    pub fn order(&self, a: &Value, b: &Value) -> std::cmp::Ordering {
        match &self.sql {
            Some((order, nulls_first)) => ordered(order, a, b, self.descending, *nulls_first),
            None if self.descending => b.natural_order(a),
            None => a.natural_order(b),
        }
    }
}

/// A text to take apart.
#[derive(Clone, Debug)]
pub struct Taking {
    /// The text.
    pub of: Compute,
    /// How.
    pub by: TakeBy,
    /// The slots of what is found.
    pub into: Vec<usize>,
}

/// How a text is taken apart.
#[derive(Clone, Debug)]
pub enum TakeBy {
    /// By a regular expression, at its groups; a row for each match if `multi`.
    Regex {
        /// The expression.
        regex: Rc<Regex>,
        /// The groups, by number; 0 is all of the match.
        groups: Vec<usize>,
        /// A row for each match.
        multi: bool,
    },
    /// At commas.
    Csv,
    /// `key=value` pairs, by these names; with one slot and no names, into a map.
    Logfmt(Vec<Rc<str>>),
}

/// Groups of rows. What they give is a row of the keys, of the aggregates, and of what is computed of these.
#[derive(Clone, Debug)]
pub struct Stats {
    /// The keys.
    pub keys: Vec<Compute>,
    /// The aggregates.
    pub aggregates: Vec<Aggregated>,
    /// What is computed of keys and aggregates, in the slots that follow.
    pub after: Vec<Compute>,
}

/// An aggregate.
#[derive(Clone, Debug)]
pub struct Aggregated {
    /// What is computed.
    pub by: Aggregating,
    /// Of what; none: of the event as such.
    pub of: Option<Compute>,
    /// Of which rows; none: of all.
    pub when: Option<Compute>,
}

/// What is computed of many rows.
#[derive(Clone, Debug)]
pub enum Aggregating {
    /// A function of Logs Insights, with the percentile, or how many.
    Insights(Function, Option<f64>),
    /// A function of SQL.
    Sql(Aggregate),
}

/// Rows for intervals without any.
#[derive(Clone, Debug)]
pub struct Fill {
    /// The slot of the time.
    pub time: usize,
    /// The length of an interval, as the time was rounded.
    pub period: crate::insights::ast::Period,
    /// The slots of the other keys.
    pub keys: Vec<usize>,
    /// The slots that are filled, and with what.
    pub with: Vec<(usize, Value)>,
}

/// Totals of rows and columns.
#[derive(Clone, Debug)]
pub struct Totals {
    /// The slot of a row's total.
    pub row: Option<usize>,
    /// Whether there is a last row of totals.
    pub col: bool,
    /// The slots that are summed up.
    pub of: Vec<usize>,
}

impl Step {
    /// Whether it looks at one row at a time.
    pub const fn is_row_wise(&self) -> bool {
        matches!(self, Self::Filter(_) | Self::Set(..) | Self::Take(_) | Self::Unnest(..))
    }
}
