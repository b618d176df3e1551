//! How values compare in conditions, and how they are sorted.

use std::cmp::Ordering;

use super::Value;
use crate::insights::ast::Operator;

impl Value {
    /// Whether `self operator other` holds.
    ///
    /// Numbers, and texts that are numbers, compare as numbers; other texts as they are, with case; a number is neither
    /// less nor more than another text. A truth value
    /// compares with the truth of another. With a missing value only `!=` holds; with lists and maps nothing does,
    /// and nor does it with an operator that does not compare.
    pub fn compare(&self, operator: Operator, other: &Self) -> bool {
        if self.is_missing() || other.is_missing() {
            return operator == Operator::NotEqual;
        }
        if self.is_structure() || other.is_structure() {
            return false;
        }
        let Some(ordering) = self.ordering(other) else { return operator == Operator::NotEqual };
        match operator {
            Operator::Equal => ordering.is_eq(),
            Operator::NotEqual => ordering.is_ne(),
            Operator::Less => ordering.is_lt(),
            Operator::AtMost => ordering.is_le(),
            Operator::Greater => ordering.is_gt(),
            Operator::AtLeast => ordering.is_ge(),
            _ => false,
        }
    }

    /// None between a number and a text that is none, such as the hyphen of a record without data.
    fn ordering(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => return Some(a.cmp(b)),
            (Self::Text(a), Self::Text(b)) if a == b => return Some(Ordering::Equal),
            (Self::Bool(_), _) | (_, Self::Bool(_)) => {
                if let (Some(a), Some(b)) = (self.truth(), other.truth()) {
                    return Some(a.cmp(&b));
                }
            }
            _ => {}
        }
        match (self.number(), other.number()) {
            (Some(a), Some(b)) => Some(a.order(b)),
            (None, None) => Some(self.text().cmp(&other.text())),
            _ => None,
        }
    }

    /// The order of `sort`: missing values, then what is no number, then numbers. Numbers go by their size; others
    /// chunk by chunk of digits and of other characters, digits by their count and then their size, and other
    /// characters by their code points. What is equal by that goes by its text, so that the order is total.
    pub fn natural_order(&self, other: &Self) -> Ordering {
        if let (Self::Int(a), Self::Int(b)) = (self, other) {
            return a.cmp(b);
        }
        let by_rule = match (self.number(), other.number()) {
            (Some(a), Some(b)) => a.order(b),
            (Some(_), None) => Ordering::Greater,
            (None, Some(_)) => Ordering::Less,
            (None, None) => match (self.is_missing(), other.is_missing()) {
                (false, false) => order_chunks(&self.text(), &other.text()),
                (a, b) => b.cmp(&a),
            },
        };
        by_rule.then_with(|| self.text().cmp(&other.text())).then_with(|| self.rank().cmp(&other.rank()))
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Missing => 0,
            Self::Bool(_) => 1,
            Self::Int(_) => 2,
            Self::Real(_) => 3,
            Self::Text(_) => 4,
            Self::List(_) => 5,
            Self::Map(_) => 6,
        }
    }
}

fn order_chunks(mut a: &str, mut b: &str) -> Ordering {
    while !a.is_empty() && !b.is_empty() {
        let (chunk_a, rest_a) = chunk(a);
        let (chunk_b, rest_b) = chunk(b);
        let digits = is_digits(chunk_a) && is_digits(chunk_b);
        let by_length = if digits { chunk_a.len().cmp(&chunk_b.len()) } else { Ordering::Equal };
        let ordering = by_length.then_with(|| chunk_a.cmp(chunk_b));
        if ordering.is_ne() {
            return ordering;
        }
        (a, b) = (rest_a, rest_b);
    }
    a.len().cmp(&b.len())
}

fn is_digits(chunk: &str) -> bool {
    chunk.as_bytes().first().is_some_and(u8::is_ascii_digit)
}

/// The characters from the first on that are all digits or all none.
fn chunk(text: &str) -> (&str, &str) {
    let digits = is_digits(text);
    let end = text.bytes().position(|byte| byte.is_ascii_digit() != digits).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}
