//! Expressions over rows, computed as Athena does: what is NULL makes NULL of what is computed of it, and a condition may be
//! neither true nor false.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::rc::Rc;

use ipnet::IpNet;
use regex_lite::Regex;
use serde::{Deserialize, Serialize};

use super::ast::Operator;
use super::cast;
use super::types::Type;
use crate::functions::Context;
use crate::value::{Key, Number, Value};
use flowlens_core::record::address;

/// A function of values.
pub type Native = fn(&[Value], &Context) -> Value;

/// What is computed of a row.
#[derive(Clone, Debug)]
pub enum Term {
    /// Always the same.
    Constant(Value),
    /// The value of a slot.
    Slot(usize),
    /// `NOT a`
    Not(Box<Self>),
    /// `a AND b`
    And(Box<Self>, Box<Self>),
    /// `a OR b`
    Or(Box<Self>, Box<Self>),
    /// `a = b` of values of one type
    Compare(Box<Self>, Operator, Box<Self>, Order),
    /// `a IS NULL`
    IsNull(Box<Self>),
    /// `a IS TRUE`
    IsTruth(Box<Self>, bool),
    /// `a IN (b, c)`
    Among(Box<Self>, Vec<Self>, Order),
    /// `a IN (SELECT ...)`: the answer to one of the queries that came first
    AmongSet(Box<Self>, usize),
    /// `(SELECT ...)`: the value that one of the queries that came first gave
    OfQuery(usize),
    /// `contains('10.0.0.0/8', a)`
    InNetwork(Box<Self>, IpNet),
    /// `from_unixtime(a)` of whole seconds, in milliseconds
    Millis(Box<Self>),
    /// `a - a % b`, `date_trunc('hour', a)`: rounded down to a multiple of so much
    Floor(Box<Self>, i128),
    /// `a LIKE b`
    Like(Box<Self>, Pattern),
    /// The value after the first condition that holds; else the last.
    Case(Vec<(Self, Self)>, Box<Self>),
    /// The first value that is not NULL.
    Coalesce(Vec<Self>),
    /// A list, or a row.
    List(Vec<Self>),
    /// `CAST(a AS type)` from one type to another; NULL without a word where it cannot be, if tried.
    Cast(Box<Self>, Type, Type, bool),
    /// A function that gives NULL if it is given one.
    Strict(Native, Vec<Self>),
    /// A function that gives NULL where Athena would stop.
    Tried(Native, Vec<Self>),
}

/// How values of a type are ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// As numbers.
    Number,
    /// As texts, by their code points.
    Text,
    /// As truth values: false first.
    Truth,
    /// As IP addresses.
    Address,
    /// Member by member.
    List(Vec<Self>),
    /// Member by member, all alike.
    Every(Box<Self>),
}

/// What LIKE looks for.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// All of the text.
    Whole(Rc<str>),
    /// Its beginning.
    Start(Rc<str>),
    /// Its end.
    End(Rc<str>),
    /// Any part.
    Part(Rc<str>),
    /// What an expression matches.
    Regex(Rc<Regex>),
}

/// The values that a query gave, to look others up in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Set {
    /// The values.
    pub keys: BTreeSet<Key>,
    /// Whether NULL is among them.
    pub has_null: bool,
}

impl Order {
    /// How values of a type are ordered; none if they are not.
    pub fn of(of: &Type) -> Option<Self> {
        Some(match of {
            Type::Integer
            | Type::Decimal(_)
            | Type::Double
            | Type::Date
            | Type::Timestamp(_)
            | Type::Interval
            | Type::Months => Self::Number,
            Type::Varchar | Type::IpPrefix | Type::Unknown => Self::Text,
            Type::Boolean => Self::Truth,
            Type::IpAddress => Self::Address,
            Type::Row(of) => Self::List(of.iter().map(Self::of).collect::<Option<_>>()?),
            Type::Array(of) => Self::Every(Box::new(Self::of(of)?)),
            Type::Map(_) => return None,
        })
    }

    /// The order of two values; NULL comes last.
    pub fn order(&self, a: &Value, b: &Value) -> Ordering {
        match (a.is_missing(), b.is_missing()) {
            (false, false) => {}
            (a, b) => return a.cmp(&b),
        }
        match self {
            Self::Number => match (number(a), number(b)) {
                (Some(a), Some(b)) => a.order(b),
                (a, b) => a.is_none().cmp(&b.is_none()),
            },
            Self::Text => a.text().cmp(&b.text()),
            Self::Truth => a.truth().cmp(&b.truth()),
            Self::Address => address_of(a).cmp(&address_of(b)),
            Self::List(orders) => match (a, b) {
                (Value::List(a), Value::List(b)) => first_difference(
                    a.iter().zip(b.iter()).zip(orders).map(|((a, b), order)| order.order(a, b)),
                ),
                _ => a.text().cmp(&b.text()),
            },
            Self::Every(order) => match (a, b) {
                (Value::List(a), Value::List(b)) => {
                    first_difference(a.iter().zip(b.iter()).map(|(a, b)| order.order(a, b)))
                        .then(a.len().cmp(&b.len()))
                }
                _ => a.text().cmp(&b.text()),
            },
        }
    }

    /// Whether two values that are not NULL are equal; open if a NULL within them leaves it open.
    fn equal(&self, a: &Value, b: &Value) -> Option<bool> {
        let (Self::List(orders), Value::List(a), Value::List(b)) = (self, a, b) else {
            return Some(self.order(a, b).is_eq());
        };
        let mut is_open = false;
        for ((a, b), order) in a.iter().zip(b.iter()).zip(orders) {
            if a.is_missing() || b.is_missing() {
                is_open = true;
            } else if order.equal(a, b) == Some(false) {
                return Some(false);
            }
        }
        (!is_open).then_some(true)
    }
}

fn first_difference(mut orders: impl Iterator<Item = Ordering>) -> Ordering {
    orders.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// An IP address as a number, IPv4 within IPv6.
pub(super) fn address_of(value: &Value) -> Option<u128> {
    let address = address::parse(&value.plain()?)?;
    Some(match address {
        std::net::IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        std::net::IpAddr::V6(v6) => v6.to_bits(),
    })
}

/// The number that a value of a number's type is.
pub(super) fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Int(number) => Some(Number::Int(*number)),
        Value::Real(number) => Some(Number::Real(*number)),
        value => value.number(),
    }
}

impl Pattern {
    /// What a pattern of LIKE looks for: `%` is any text, `_` any character.
    pub fn new(pattern: &str, escape: Option<char>) -> Result<Self, String> {
        let mut regex = String::from("(?s)^");
        // The text between the signs, as long as they are only at both ends.
        let (mut plain, mut at_start, mut at_end, mut is_plain) = (String::new(), false, false, true);
        let mut chars = pattern.chars();
        let mut first = true;
        while let Some(c) = chars.next() {
            let (c, is_sign) = if Some(c) == escape {
                let Some(next) =
                    chars.next().filter(|next| matches!(next, '%' | '_') || Some(*next) == escape)
                else {
                    return Err(format!("after the escape {c} comes %, _ or {c} itself"));
                };
                (next, false)
            } else {
                (c, matches!(c, '%' | '_'))
            };
            is_plain &= !at_end;
            match (c, is_sign) {
                ('%', true) => {
                    regex.push_str(".*");
                    if first { at_start = true } else { at_end = true }
                }
                ('_', true) => {
                    regex.push('.');
                    is_plain = false;
                }
                (c, _) => {
                    regex.push_str(&regex_lite::escape(c.encode_utf8(&mut [0; 4])));
                    plain.push(c);
                }
            }
            first = false;
        }
        if pattern == "%" {
            return Ok(Self::Part("".into()));
        }
        regex.push('$');
        Ok(match (is_plain, at_start, at_end) {
            (true, false, false) => Self::Whole(plain.into()),
            (true, false, true) => Self::Start(plain.into()),
            (true, true, false) => Self::End(plain.into()),
            (true, true, true) => Self::Part(plain.into()),
            (false, ..) => Self::Regex(Rc::new(crate::functions::regex(&regex)?)),
        })
    }

    fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Whole(part) => text == &**part,
            Self::Start(part) => text.starts_with(&**part),
            Self::End(part) => text.ends_with(&**part),
            Self::Part(part) => text.contains(&**part),
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

/// A truth that may be open.
fn truth(value: Option<bool>) -> Value {
    value.map_or(Value::Missing, Value::Bool)
}

impl Term {
    /// The value for a row.
    pub fn value(&self, row: &[Value], context: &Context) -> Value {
        let value = |of: &Self| of.value(row, context);
        match self {
            Self::Constant(value) => value.clone(),
            Self::Slot(slot) => row.get(*slot).cloned().unwrap_or(Value::Missing),
            Self::Not(of) => truth(of.truth(row, context).map(|truth| !truth)),
            Self::And(left, right) => truth(match left.truth(row, context) {
                Some(false) => Some(false),
                left => match right.truth(row, context) {
                    Some(false) => Some(false),
                    right => left.zip(right).map(|_| true),
                },
            }),
            Self::Or(left, right) => truth(match left.truth(row, context) {
                Some(true) => Some(true),
                left => match right.truth(row, context) {
                    Some(true) => Some(true),
                    right => left.zip(right).map(|_| false),
                },
            }),
            Self::Compare(left, operator, right, order) => {
                let (left, right) = (value(left), value(right));
                truth(compare(&left, *operator, &right, order))
            }
            Self::IsNull(of) => Value::Bool(value(of).is_missing()),
            Self::IsTruth(of, wanted) => Value::Bool(of.truth(row, context) == Some(*wanted)),
            Self::Among(of, list, order) => {
                let of = value(of);
                if of.is_missing() {
                    return Value::Missing;
                }
                let mut is_open = false;
                for one in list {
                    let one = value(one);
                    match if one.is_missing() { None } else { order.equal(&of, &one) } {
                        Some(true) => return Value::Bool(true),
                        Some(false) => {}
                        None => is_open = true,
                    }
                }
                truth((!is_open).then_some(false))
            }
            Self::AmongSet(of, query) => {
                let of = value(of);
                let Some(set) = context.set(*query) else { return Value::Missing };
                if set.keys.is_empty() && !set.has_null {
                    return Value::Bool(false);
                }
                if of.is_missing() {
                    return Value::Missing;
                }
                if set.keys.contains(&Key::of(&of)) {
                    return Value::Bool(true);
                }
                truth((!set.has_null).then_some(false))
            }
            Self::OfQuery(query) => context
                .set(*query)
                .and_then(|set| set.keys.iter().next().map(Key::value))
                .unwrap_or(Value::Missing),
            Self::InNetwork(of, net) => match address::parse(&value(of).text()) {
                Some(address) => Value::Bool(net.contains(&address)),
                None => Value::Missing,
            },
            Self::Millis(of) => match number(&value(of)).and_then(Number::whole) {
                Some(secs) => Value::Int(secs.saturating_mul(1000)),
                None => Value::Missing,
            },
            Self::Floor(of, step) => match number(&value(of)).and_then(Number::whole) {
                Some(number) => Value::Int(number.div_euclid(*step).saturating_mul(*step)),
                None => Value::Missing,
            },
            Self::Like(of, pattern) => {
                value(of).plain().map_or(Value::Missing, |text| Value::Bool(pattern.is_in(&text)))
            }
            Self::Case(cases, default) => cases
                .iter()
                .find(|(condition, _)| condition.holds(row, context))
                .map_or_else(|| value(default), |(_, then)| value(then)),
            Self::Coalesce(of) => {
                of.iter().map(value).find(|value| !value.is_missing()).unwrap_or(Value::Missing)
            }
            Self::List(members) => Value::List(members.iter().map(value).collect()),
            Self::Cast(of, from, to, is_try) => {
                let of = value(of);
                match cast::cast(&of, from, to) {
                    _ if of.is_missing() => Value::Missing,
                    Some(cast) => cast,
                    None => {
                        if !is_try {
                            context.stop(&format!("CAST(a AS {to}) of what is none"), &cast::show(&of, from));
                        }
                        Value::Missing
                    }
                }
            }
            Self::Strict(native, args) => match args.as_slice() {
                [one] => match value(one) {
                    Value::Missing => Value::Missing,
                    one => native(&[one], context),
                },
                [one, two] => match (value(one), value(two)) {
                    (Value::Missing, _) | (_, Value::Missing) => Value::Missing,
                    (one, two) => native(&[one, two], context),
                },
                args => {
                    let args: Vec<Value> = args.iter().map(value).collect();
                    if args.iter().any(Value::is_missing) { Value::Missing } else { native(&args, context) }
                }
            },
            Self::Tried(native, args) => {
                let args: Vec<Value> = args.iter().map(value).collect();
                let apart = Context::new(context.now_secs, context.range_millis);
                let value =
                    if args.iter().any(Value::is_missing) { Value::Missing } else { native(&args, &apart) };
                if apart.stops().is_empty() { value } else { Value::Missing }
            }
        }
    }

    fn truth(&self, row: &[Value], context: &Context) -> Option<bool> {
        self.value(row, context).truth()
    }

    /// Whether it holds for a row, as a condition: NULL does not.
    pub fn holds(&self, row: &[Value], context: &Context) -> bool {
        self.truth(row, context) == Some(true)
    }
}

fn compare(left: &Value, operator: Operator, right: &Value, order: &Order) -> Option<bool> {
    if operator == Operator::Distinct {
        return Some(match (left.is_missing(), right.is_missing()) {
            (false, false) => order.order(left, right).is_ne(),
            (left, right) => left != right,
        });
    }
    if left.is_missing() || right.is_missing() {
        return None;
    }
    match operator {
        Operator::Equal => return order.equal(left, right),
        Operator::NotEqual => return order.equal(left, right).map(|equal| !equal),
        _ => {}
    }
    let order = order.order(left, right);
    Some(match operator {
        Operator::Less => order.is_lt(),
        Operator::AtMost => order.is_le(),
        Operator::Greater => order.is_gt(),
        Operator::AtLeast => order.is_ge(),
        _ => return None,
    })
}

/// The order of two values of one type that is not told: numbers as numbers, all else as text.
pub(super) fn natural(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Int(_) | Value::Real(_), Value::Int(_) | Value::Real(_)) => Order::Number.order(a, b),
        _ => Order::Text.order(a, b),
    }
}
