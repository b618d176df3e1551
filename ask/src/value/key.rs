//! Values as keys: of groups, of counts, of what is different from what.

use std::borrow::Cow;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::{Number, Value};

/// What a value is as a key. Values have the same key when they are shown alike, whatever their type, so that `443`
/// out of a field and `443` out of a text are one. A missing value and an empty text are two.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Key {
    /// There is none.
    Missing,
    /// It is shown as a whole number.
    Int(i128),
    /// It is shown as another text.
    Text(Rc<str>),
}

impl Key {
    /// The key of a value.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Missing => Self::Missing,
            Value::Int(number) => Self::Int(*number),
            Value::Text(text) => Self::of_text(text, || Rc::clone(text)),
            _ => match value.text() {
                Cow::Borrowed(text) => Self::of_text(text, || text.into()),
                Cow::Owned(text) => Self::of_text(&text, || text.as_str().into()),
            },
        }
    }

    fn of_text(text: &str, shared: impl FnOnce() -> Rc<str>) -> Self {
        match plain_int(text) {
            Some(number) => Self::Int(number),
            None => Self::Text(shared()),
        }
    }

    /// A value that has the key: a number where it is shown as one, else a text.
    pub fn value(&self) -> Value {
        match self {
            Self::Missing => Value::Missing,
            Self::Int(number) => Value::Int(*number),
            Self::Text(text) => match Number::read(text) {
                Some(Number::Real(number)) if *Value::Real(number).text() == **text => Value::Real(number),
                _ => Value::Text(Rc::clone(text)),
            },
        }
    }
}

/// The whole number that is shown by just this text.
fn plain_int(text: &str) -> Option<i128> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = match digits.as_bytes() {
        [b'0'] => digits.len() == text.len(),
        [b'1'..=b'9', rest @ ..] => rest.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    if plain { text.parse().ok() } else { None }
}
