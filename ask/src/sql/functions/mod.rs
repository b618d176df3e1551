//! The functions of one row, by their names and the types of what they take.
//!
//! Source: Trino, "Functions and operators", which is what AWS points to in "Functions in Amazon Athena".

mod lists;
mod networks;
mod numbers;
mod texts;
pub(crate) mod times;

use std::borrow::Cow;
use std::rc::Rc;

use super::term::{Native, number};
use super::types::Type;
use crate::value::{Number, Value};

/// A function for arguments of certain types.
#[derive(Debug)]
pub struct Signature {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub takes: &'static [Takes],
    /// What it gives.
    pub gives: Gives,
    /// What it does. It is not called with NULL.
    pub native: Native,
}

/// What an argument may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// A whole number.
    Int,
    /// Any number.
    Double,
    /// A text.
    Text,
    /// A truth value.
    Truth,
    /// A date.
    Date,
    /// A date or timestamp, as a timestamp.
    Time,
    /// `interval day to second`
    Interval,
    /// An IP address.
    Address,
    /// A network.
    Network,
    /// A list.
    List,
    /// A list of texts.
    Texts,
    /// What the list before it has for members.
    Member,
    /// Any value.
    Any,
    /// More of the last one, or none.
    More,
}

/// What a function gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// A whole number.
    Int,
    /// A number.
    Double,
    /// A text.
    Text,
    /// A truth value.
    Truth,
    /// A date.
    Date,
    /// A timestamp.
    Time,
    /// A timestamp with time zone.
    TimeZone,
    /// An IP address.
    Address,
    /// A network.
    Network,
    /// `interval day to second`
    Interval,
    /// A list of texts.
    Texts,
    /// A list of whole numbers.
    Ints,
    /// What the first argument is.
    First,
    /// What the last argument is.
    Last,
    /// A member of the first argument.
    Member,
}

impl Takes {
    /// As it is named in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Int => "bigint",
            Self::Double => "double",
            Self::Text => "varchar",
            Self::Truth => "boolean",
            Self::Date => "date",
            Self::Time => "timestamp",
            Self::Interval => "interval",
            Self::Address => "ipaddress",
            Self::Network => "ipprefix",
            Self::List => "array",
            Self::Texts => "array(varchar)",
            Self::Member => "a member of it",
            Self::Any => "any",
            Self::More => "...",
        }
    }

    /// The type to which an argument is turned for it; none if it cannot be.
    pub fn turns(self, of: &Type, first: Option<&Type>) -> Option<Type> {
        let is = |fits: bool| fits.then(|| of.clone());
        match (self, of) {
            (Self::Int, Type::Unknown) => Some(Type::Integer),
            (Self::Double, Type::Unknown) => Some(Type::Double),
            (Self::Text, Type::Unknown) => Some(Type::Varchar),
            (_, Type::Unknown) | (Self::Any | Self::More, _) => is(true),
            (Self::Int, _) => is(*of == Type::Integer),
            (Self::Double, of) => of.is_number().then_some(Type::Double),
            (Self::Text, _) => is(*of == Type::Varchar),
            (Self::Truth, _) => is(*of == Type::Boolean),
            (Self::Date, _) => is(*of == Type::Date),
            (Self::Time, Type::Date) => Some(Type::Timestamp(false)),
            (Self::Time, _) => is(matches!(of, Type::Timestamp(_))),
            (Self::Interval, _) => is(*of == Type::Interval),
            (Self::Address, _) => is(*of == Type::IpAddress),
            (Self::Network, _) => is(*of == Type::IpPrefix),
            (Self::List, _) => is(matches!(of, Type::Array(_))),
            (Self::Texts, _) => is(*of == Type::Array(Box::new(Type::Varchar))),
            (Self::Member, of) => match first {
                Some(Type::Array(member)) => member.common(of).filter(|common| common == &**member),
                _ => None,
            },
        }
    }
}

impl Gives {
    /// The type, given those of the arguments.
    pub fn of(self, args: &[Type]) -> Type {
        let first = args.first();
        match self {
            Self::Last => args.last().cloned().unwrap_or(Type::Unknown),
            Self::Int => Type::Integer,
            Self::Double => Type::Double,
            Self::Text => Type::Varchar,
            Self::Truth => Type::Boolean,
            Self::Date => Type::Date,
            Self::Time => Type::Timestamp(false),
            Self::TimeZone => Type::Timestamp(true),
            Self::Address => Type::IpAddress,
            Self::Network => Type::IpPrefix,
            Self::Interval => Type::Interval,
            Self::Texts => Type::Array(Box::new(Type::Varchar)),
            Self::Ints => Type::Array(Box::new(Type::Integer)),
            Self::First => first.cloned().unwrap_or(Type::Unknown),
            Self::Member => match first {
                Some(Type::Array(member)) => (**member).clone(),
                _ => Type::Unknown,
            },
        }
    }
}

/// A table of functions.
macro_rules! signatures {
    ($($name:literal [$($takes:ident)*] $gives:ident $native:expr;)*) => {
        pub(super) static SIGNATURES: &[super::Signature] = &[$(super::Signature {
            name: $name,
            takes: &[$(super::Takes::$takes),*],
            gives: super::Gives::$gives,
            native: $native,
        }),*];
    };
}
use signatures;

/// All functions.
pub fn all() -> impl Iterator<Item = &'static Signature> {
    [texts::SIGNATURES, numbers::SIGNATURES, times::SIGNATURES, networks::SIGNATURES, lists::SIGNATURES]
        .into_iter()
        .flatten()
}

/// Functions that Athena has and this page has not, with what to do.
pub const REFUSED: [(&str, &str); 12] = [
    ("transform", "functions of functions (x -> y) are not supported here; use UNNEST"),
    ("filter", "functions of functions (x -> y) are not supported here; use UNNEST"),
    ("reduce", "functions of functions (x -> y) are not supported here; use UNNEST"),
    ("any_match", "functions of functions (x -> y) are not supported here; use contains(list, value)"),
    ("random", "it would give another answer each time"),
    ("rand", "it would give another answer each time"),
    ("uuid", "it would give another answer each time"),
    ("json_extract", "flow logs hold no JSON"),
    ("json_extract_scalar", "flow logs hold no JSON"),
    ("json_parse", "flow logs hold no JSON"),
    ("geometry", "geospatial functions are not supported here"),
    ("st_point", "geospatial functions are not supported here"),
];

/// Functions of other databases, and what they are in Athena.
pub const FOREIGN: [(&str, &str); 20] = [
    ("ifnull", "coalesce(a, b)"),
    ("nvl", "coalesce(a, b)"),
    ("isnull", "a IS NULL"),
    ("iff", "if(a, b, c)"),
    ("len", "length(a)"),
    ("substring_index", "split_part(a, b, n)"),
    ("to_timestamp", "from_unixtime(a)"),
    ("timestamp_seconds", "from_unixtime(a)"),
    ("unix_timestamp", "to_unixtime(a)"),
    ("getdate", "now()"),
    ("sysdate", "now()"),
    ("to_char", "format_datetime(a, 'yyyy-MM-dd')"),
    ("strftime", "date_format(a, '%Y-%m-%d')"),
    ("datediff", "date_diff('day', a, b)"),
    ("dateadd", "date_add('day', n, a)"),
    ("instr", "strpos(a, b)"),
    ("countif", "count_if(a)"),
    ("group_concat", "array_join(array_agg(a), ',')"),
    ("string_agg", "array_join(array_agg(a), ',')"),
    ("ispresent", "a IS NOT NULL"),
];

/// The argument at a place, which is there.
fn at(args: &[Value], place: usize) -> &Value {
    args.get(place).unwrap_or(&Value::Missing)
}

fn int(value: &Value) -> i128 {
    number(value).and_then(Number::whole).unwrap_or_default()
}

fn real(value: &Value) -> f64 {
    number(value).map_or(0.0, Number::real)
}

fn text(value: &Value) -> Cow<'_, str> {
    value.text()
}

fn list(value: &Value) -> Rc<[Value]> {
    if let Value::List(members) = value { Rc::clone(members) } else { Rc::new([]) }
}

fn optional<T: Into<Value>>(value: Option<T>) -> Value {
    value.map_or(Value::Missing, Into::into)
}
