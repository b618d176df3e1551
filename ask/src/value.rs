//! Values of queries: what they read as, how they compare, how they are sorted and shown.
//!
//! Source: AWS, "CloudWatch Logs Insights language query syntax", pages *sort*, *filter* and *functions*. What AWS
//! does not say is said where it is decided.

mod arithmetic;
mod key;
mod number;
mod order;

use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

pub use key::Key;
pub use number::Number;

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

impl Value {
    /// A real number; missing if it is infinite or no number.
    pub const fn real(number: f64) -> Self {
        if number.is_finite() { Self::Real(number) } else { Self::Missing }
    }

    /// Whether there is none.
    pub const fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }

    /// Whether it is a list or a map, which are nothing to functions of texts, numbers and times.
    pub const fn is_structure(&self) -> bool {
        matches!(self, Self::List(_) | Self::Map(_))
    }

    /// The number that it is, or that its text is in full: sign, decimals and exponent, but no blanks.
    /// A truth value is none.
    pub fn number(&self) -> Option<Number> {
        match self {
            Self::Int(number) => Some(Number::Int(*number)),
            Self::Real(number) => number.is_finite().then_some(Number::Real(*number)),
            Self::Text(text) => Number::read(text),
            Self::Missing | Self::Bool(_) | Self::List(_) | Self::Map(_) => None,
        }
    }

    /// Whether it holds, as a condition: a truth value or its text, or a number other than 0.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            Self::Text(text) if **text == *"true" => Some(true),
            Self::Text(text) if **text == *"false" => Some(false),
            _ => self.number().map(|number| !number.is_zero()),
        }
    }

    /// As it is shown. A missing value is an empty text; lists and maps are JSON.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Missing => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            _ => Cow::Owned(self.to_string()),
        }
    }

    /// As a text that functions of texts take: as it is shown; none if it is missing, a list or a map.
    pub fn plain(&self) -> Option<Cow<'_, str>> {
        (!self.is_missing() && !self.is_structure()).then(|| self.text())
    }

    fn write_json(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("null"),
            Self::Text(text) => write_json_text(text, f),
            Self::Real(number) if !number.is_finite() => f.write_str("null"),
            _ => fmt::Display::fmt(self, f),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => Ok(()),
            Self::Bool(truth) => truth.fmt(f),
            Self::Int(number) => number.fmt(f),
            Self::Real(number) => number::write_real(*number, f),
            Self::Text(text) => f.write_str(text),
            Self::List(members) => {
                f.write_str("[")?;
                for (at, member) in members.iter().enumerate() {
                    f.write_str(if at > 0 { "," } else { "" })?;
                    member.write_json(f)?;
                }
                f.write_str("]")
            }
            Self::Map(members) => {
                f.write_str("{")?;
                for (at, (name, member)) in members.iter().enumerate() {
                    f.write_str(if at > 0 { "," } else { "" })?;
                    write_json_text(name, f)?;
                    f.write_str(":")?;
                    member.write_json(f)?;
                }
                f.write_str("}")
            }
        }
    }
}

fn write_json_text(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(&serde_json::to_string(text).map_err(|_| fmt::Error)?)
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
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

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        match number {
            Number::Int(number) => Self::Int(number),
            Number::Real(number) => Self::real(number),
        }
    }
}
