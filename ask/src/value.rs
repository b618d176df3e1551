//! Values of queries, how they compare and how they are sorted.
//!
//! Source: AWS, "CloudWatch Logs Insights language query syntax", pages *sort*, *filter* and *functions*.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

/// A value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// There is none: the record has no such field, or nothing can be computed.
    Missing,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// Another number.
    Real(f64),
    /// A text.
    Text(Rc<str>),
    /// A list.
    List(Rc<[Self]>),
    /// Values by names, in order.
    Map(Rc<[(Rc<str>, Self)]>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<i128> for Value {
    fn from(number: i128) -> Self {
        Self::Int(number)
    }
}
