//! Values of query results.

use std::cmp::Ordering;
use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// One cell of a result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// No value: `-` in the log, or nothing to aggregate.
    Missing,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Number(u128),
    /// A real number.
    Real(f64),
    /// Text.
    Text(String),
    /// An address.
    Address(IpAddr),
}

impl Value {
    /// The number, if it is one.
    pub const fn number(&self) -> Option<u128> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// The number as `u64`, the largest if it does not fit, 0 if it is none.
    pub fn count(&self) -> u64 {
        self.number().map_or(0, |number| u64::try_from(number).unwrap_or(u64::MAX))
    }

    /// The text, if it is text.
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The address, if it is one.
    pub const fn address(&self) -> Option<IpAddr> {
        if let Self::Address(address) = self { Some(*address) } else { None }
    }

    /// Whether there is no value.
    pub const fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Missing => 0,
            Self::Bool(_) => 1,
            Self::Number(_) | Self::Real(_) => 2,
            Self::Address(_) => 3,
            Self::Text(_) => 4,
        }
    }

    /// A total order: missing, truth, numbers, addresses, text.
    pub fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            (Self::Real(a), Self::Real(b)) => a.total_cmp(b),
            (Self::Number(a), Self::Real(b)) => (*a as f64).total_cmp(b),
            (Self::Real(a), Self::Number(b)) => a.total_cmp(&(*b as f64)),
            (Self::Address(a), Self::Address(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl Value {
    /// The text of what a record can hold; a real number, which only arises from measures, has none.
    pub fn recorded(&self) -> Option<String> {
        match self {
            Self::Real(_) => None,
            Self::Missing => Some("-".to_owned()),
            Self::Bool(value) => Some(value.to_string()),
            Self::Number(number) => Some(number.to_string()),
            Self::Text(text) => Some(text.clone()),
            Self::Address(address) => Some(address.to_string()),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("-"),
            Self::Bool(value) => value.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Real(number) => fmt_real(*number, f),
            Self::Text(text) => f.write_str(text),
            Self::Address(address) => address.fmt(f),
        }
    }
}

/// Six decimals at most, put together of integers: formatting floats takes more code than it is worth here.
fn fmt_real(number: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    const MILLION: f64 = 1e6;
    let (mut whole, mut rest) = (number.abs() as u64, (number.abs().fract() * MILLION).round() as u64);
    if rest >= 1_000_000 {
        (whole, rest) = (whole.saturating_add(1), 0);
    }
    let sign = if number < 0.0 && (whole, rest) != (0, 0) { "-" } else { "" };
    write!(f, "{sign}{whole}")?;
    if rest > 0 {
        let digits = format!("{rest:06}");
        write!(f, ".{}", digits.trim_end_matches('0'))?;
    }
    Ok(())
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<IpAddr> for Value {
    fn from(address: IpAddr) -> Self {
        Self::Address(address)
    }
}

/// The answer to a plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Column names, in order.
    pub columns: Vec<String>,
    /// Rows, each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
}

impl Answer {
    /// Where a column stands.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// The rows, with cells by name.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|cells| Row { columns: &self.columns, cells })
    }

    /// The row at a place.
    pub fn row(&self, at: usize) -> Option<Row<'_>> {
        self.rows.get(at).map(|cells| Row { columns: &self.columns, cells })
    }
}

/// One row of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    columns: &'a [String],
    cells: &'a [Value],
}

impl<'a> Row<'a> {
    /// A row of cells under column names.
    pub const fn new(columns: &'a [String], cells: &'a [Value]) -> Self {
        Self { columns, cells }
    }

    /// The cell of a column; missing if there is no such column.
    pub fn get(&self, name: &str) -> &'a Value {
        self.columns
            .iter()
            .position(|column| column == name)
            .and_then(|i| self.cells.get(i))
            .unwrap_or(&Value::Missing)
    }

    /// The cell as a count; see [`Value::count`].
    pub fn count(&self, name: &str) -> u64 {
        self.get(name).count()
    }

    /// The cell as text; empty if it is none.
    pub fn text(&self, name: &str) -> &'a str {
        self.get(name).text().unwrap_or_default()
    }

    /// The cell as an address.
    pub fn address(&self, name: &str) -> Option<IpAddr> {
        self.get(name).address()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_numbers_have_six_decimals() {
        for (number, text) in [
            (1.5, "1.5"),
            (0.0, "0"),
            (-2.25, "-2.25"),
            (1.0 / 3.0, "0.333333"),
            (1e15, "1000000000000000"),
            (1.999_999_9, "2"),
            (-1e-9, "0"),
        ] {
            assert_eq!(Value::Real(number).to_string(), text);
        }
    }
}
