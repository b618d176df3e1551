//! Values: a record's are all texts; what is computed may be a number.

use std::cmp::Ordering;

use flowlens_ask::insights::ast::Operator;
use flowlens_ask::value::Value;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Val {
    Missing,
    Bool(bool),
    Int(i128),
    Real(f64),
    Text(String),
    List(Vec<Val>),
}

use Val::{Bool, Int, List, Missing, Real, Text};

impl Val {
    pub(crate) fn text(&self) -> String {
        match self {
            Missing => String::new(),
            Bool(truth) => truth.to_string(),
            Int(number) => number.to_string(),
            Real(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
            Real(number) => number.to_string(),
            Text(text) => text.clone(),
            List(members) => format!("{members:?}"),
        }
    }

    /// What functions of texts take.
    pub(crate) fn plain(&self) -> Option<String> {
        (!matches!(self, Missing | List(_))).then(|| self.text())
    }

    pub(crate) fn is_missing(&self) -> bool {
        *self == Missing
    }

    /// A whole number, if it is written as one.
    pub(crate) fn int(&self) -> Option<i128> {
        match self {
            Int(number) => Some(*number),
            Text(text) => text.parse().ok(),
            _ => None,
        }
    }

    pub(crate) fn real(&self) -> Option<f64> {
        match self {
            Int(number) => Some(*number as f64),
            Real(number) => Some(*number),
            Text(text) => {
                let numeric = text.chars().all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
                let digits = text.starts_with(|c: char| !"eE".contains(c));
                (numeric && digits).then(|| text.parse().ok()).flatten()
            }
            _ => None,
        }
    }

    pub(crate) fn holds(&self) -> bool {
        match self {
            Bool(truth) => *truth,
            Text(text) if text == "true" => true,
            other => other.real().is_some_and(|number| number != 0.0),
        }
    }

    /// Whether it is a truth value, or can be one.
    fn is_truth(&self) -> bool {
        matches!(self, Bool(_)) || self.real().is_some() || ["true", "false"].contains(&&*self.text())
    }

    /// What makes values one group, or different ones.
    pub(crate) fn key(&self) -> Option<String> {
        (!self.is_missing()).then(|| self.text())
    }
}

fn numbers(a: &Val, b: &Val) -> Option<Ordering> {
    match (a.int(), b.int()) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        _ => a.real()?.partial_cmp(&b.real()?),
    }
}

/// Two values that both are numbers compare as such; a number with another text is only different. With a missing value
/// only `!=` holds.
pub(crate) fn compare(a: &Val, operator: Operator, b: &Val) -> bool {
    let order = match (a, b) {
        (Missing, _) | (_, Missing) => return operator == Operator::NotEqual,
        (List(_), _) | (_, List(_)) => return false,
        (Bool(_), _) | (_, Bool(_)) if a.is_truth() && b.is_truth() => Some(a.holds().cmp(&b.holds())),
        _ => match (a.real().is_some(), b.real().is_some()) {
            (true, true) => numbers(a, b),
            (false, false) => Some(a.text().cmp(&b.text())),
            _ => None,
        },
    };
    match operator {
        Operator::Equal => order == Some(Ordering::Equal),
        Operator::NotEqual => order != Some(Ordering::Equal),
        Operator::Less => order == Some(Ordering::Less),
        Operator::AtMost => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Operator::Greater => order == Some(Ordering::Greater),
        Operator::AtLeast => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        other => panic!("{other:?} does not compare"),
    }
}

/// Whole as long as it can be; without two numbers, or divided by zero, nothing.
pub(crate) fn arithmetic(a: &Val, operator: Operator, b: &Val) -> Val {
    if let (Some(a), Some(b)) = (a.int(), b.int()) {
        let whole = match operator {
            Operator::Add => a.checked_add(b),
            Operator::Subtract => a.checked_sub(b),
            Operator::Multiply => a.checked_mul(b),
            Operator::Divide if b != 0 && a % b == 0 => Some(a / b),
            Operator::Remainder if b != 0 => Some(a % b),
            Operator::Power if b >= 0 => a.checked_pow(u32::try_from(b).unwrap()),
            _ => None,
        };
        if let Some(whole) = whole {
            return Int(whole);
        }
    }
    let (Some(a), Some(b)) = (a.real(), b.real()) else { return Missing };
    real(match operator {
        Operator::Add => a + b,
        Operator::Subtract => a - b,
        Operator::Multiply => a * b,
        Operator::Divide => a / b,
        Operator::Remainder => a % b,
        Operator::Power => a.powf(b),
        other => panic!("{other:?} does not compute"),
    })
}

pub(crate) fn real(number: f64) -> Val {
    if number.is_finite() { Real(number) } else { Missing }
}

/// What is no number first; numbers by size; others by chunks of digits and of other characters.
pub(crate) fn natural(a: &Val, b: &Val) -> Ordering {
    match (a.real().is_some(), b.real().is_some()) {
        (true, true) => numbers(a, b).unwrap(),
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => b.is_missing().cmp(&a.is_missing()).then_with(|| by_chunks(&a.text(), &b.text())),
    }
}

fn chunks(text: &str) -> Vec<String> {
    let mut chunks: Vec<String> = Vec::new();
    for c in text.chars() {
        match chunks.last_mut() {
            Some(chunk) if chunk.ends_with(|last: char| last.is_ascii_digit()) == c.is_ascii_digit() => {
                chunk.push(c);
            }
            _ => chunks.push(c.to_string()),
        }
    }
    chunks
}

fn by_chunks(a: &str, b: &str) -> Ordering {
    let (a, b) = (chunks(a), chunks(b));
    let digits = |chunk: &str| chunk.starts_with(|c: char| c.is_ascii_digit());
    for (a, b) in a.iter().zip(&b) {
        let by_length = if digits(a) && digits(b) { a.len().cmp(&b.len()) } else { Ordering::Equal };
        let order = by_length.then_with(|| a.cmp(b));
        if order.is_ne() {
            return order;
        }
    }
    a.len().cmp(&b.len())
}

/// Whether the product gives the same: sums of real numbers may be rounded otherwise.
pub(crate) fn same(expected: &Val, given: &Value) -> bool {
    match (expected, given) {
        (Missing, given) => given.is_missing(),
        (_, Value::Missing) => false,
        (List(expected), Value::List(given)) => {
            expected.len() == given.len() && expected.iter().zip(given.iter()).all(|(a, b)| same(a, b))
        }
        (Real(_), _) | (_, Value::Real(_)) if near(expected.real(), given) => true,
        (expected, given) => *expected.text() == *given.text(),
    }
}

fn near(expected: Option<f64>, given: &Value) -> bool {
    let given = given.number().map(flowlens_ask::value::Number::real);
    let Some((expected, given)) = expected.zip(given) else { return false };
    (expected - given).abs() <= 1e-9 * expected.abs().max(1e-9)
}

pub(crate) fn to_value(val: &Val) -> Value {
    match val {
        Missing => Value::Missing,
        Bool(truth) => Value::Bool(*truth),
        Int(number) => Value::Int(*number),
        Real(number) => Value::Real(*number),
        Text(text) => Value::from(text.as_str()),
        List(members) => Value::List(members.iter().map(to_value).collect()),
    }
}

pub(crate) fn from_value(value: &Value) -> Val {
    match value {
        Value::Bool(truth) => Bool(*truth),
        Value::Int(number) => Int(*number),
        Value::Real(number) => Real(*number),
        Value::Text(text) => Text(text.to_string()),
        Value::List(members) => List(members.iter().map(from_value).collect()),
        Value::Missing | Value::Map(_) => Missing,
    }
}
