//! Questions to flow records in the languages people have a drawer full of queries in.
//!
//! | module | holds |
//! |---|---|
//! | [`insights`] | the language of CloudWatch Logs Insights: words, syntax tree, parser |
//! | [`functions`] | what its functions of one event do with values |
//! | [`aggregates`] | what its functions of many events do |
//! | [`value`] | values, how they compare and how they are sorted |

pub mod aggregates;
pub mod functions;
pub mod insights;
pub mod value;

use serde::{Deserialize, Serialize};

use insights::ast::Complaint;
use value::Value;

/// A question, as it comes from a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Its text.
    pub text: String,
    /// When it is asked, Unix seconds.
    pub now: u64,
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Column names, in order.
    pub columns: Vec<String>,
    /// Rows, each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
    /// Records that were looked at.
    pub scanned: u64,
    /// Records that took part.
    pub matched: u64,
    /// What the person should know of the answer, such as that rows were cut off.
    pub notes: Vec<String>,
}

/// What comes back: the answer, or what is wrong with the question.
pub type Answered = Result<Table, Vec<Complaint>>;
