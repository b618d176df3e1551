//! Questions to flow records in the languages people have a drawer full of queries in.
//!
//! | module | holds |
//! |---|---|
//! | [`insights`] | the language of CloudWatch Logs Insights: words, syntax tree, parser |
//! | [`functions`] | what its functions of one event do with values |
//! | [`aggregates`] | what its functions of many events do |
//! | [`plan`] | from the syntax tree to steps over rows, and to a plan where that gives the same |
//! | [`sql`] | the SQL of Athena: syntax tree, types, functions, and what it asks |
//! | [`run`] | the steps, on shards and over all rows |
//! | [`gallery`] | queries to begin with |
//! | [`json`] | answers for scripts |
//! | [`reading`] | an answer that is read in turns |
//! | [`translate`] | the same question in the other language |
//! | [`value`] | values, how they compare and how they are sorted |

pub mod aggregates;
pub mod functions;
pub mod gallery;
pub mod insights;
pub mod json;
pub mod plan;
pub mod reading;
pub mod run;
pub mod sql;
pub mod translate;
pub mod value;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use functions::times;
use insights::ast::Complaint;
use sql::term::Set;
use value::Value;

/// A question, as it comes from a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// What it says.
    pub said: Said,
    /// When it is asked, Unix seconds.
    pub now: u64,
    /// On a shard: what it is to do.
    pub stopover: Option<Stopover>,
}

/// What a question says, in a language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Said {
    /// A text in Logs Insights QL.
    Insights(String),
    /// A query in Athena SQL, as it was read out of its text.
    Sql(Box<sql::ast::Query>),
}

/// What a shard is to do for a question.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stopover {
    /// The relation of which it makes a part.
    pub at: u32,
    /// What queries within the query gave before.
    pub sets: Vec<Set>,
}

impl Question {
    /// A question in Logs Insights QL.
    pub fn insights(text: &str, now: u64) -> Self {
        Self { said: Said::Insights(text.to_owned()), now, stopover: None }
    }

    /// A question in SQL.
    pub fn sql(query: sql::ast::Query, now: u64) -> Self {
        Self { said: Said::Sql(Box::new(query)), now, stopover: None }
    }
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Column names, in order.
    pub columns: Vec<String>,
    /// For each column, whether its values are times, Unix milliseconds.
    pub times: Vec<bool>,
    /// Rows, each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
    /// Records that were looked at.
    pub scanned: u64,
    /// Records that passed the filters before the first command that needs all of them, if they were counted.
    pub matched: Option<u64>,
    /// What the person should know of the answer, such as that rows were cut off.
    pub notes: Vec<String>,
}

impl Table {
    /// What a cell is shown as.
    pub fn text(&self, row: usize, column: usize) -> Cow<'_, str> {
        let Some(value) = self.rows.get(row).and_then(|row| row.get(column)) else {
            return Cow::Borrowed("");
        };
        match value {
            Value::Int(millis) if self.times.get(column) == Some(&true) => Cow::Owned(times::show(*millis)),
            value => value.text(),
        }
    }
}

/// What comes back: the answer, or what is wrong with the question.
pub type Answered = Result<Table, Vec<Complaint>>;
