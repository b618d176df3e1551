//! Expressions over rows of values.

use std::rc::Rc;

use regex_lite::Regex;

use crate::functions::{Context, call, times};
use crate::insights::ast::{Operator, Period};
use crate::insights::words::Function;
use crate::sql::term::Term;
use crate::value::Value;

/// A row: a value in each slot.
pub type Row = Vec<Value>;

/// What is computed of a row.
#[derive(Clone, Debug)]
pub enum Compute {
    /// Always the same.
    Constant(Value),
    /// The value of a slot.
    Slot(usize),
    /// A member of a map, or of a list by its place.
    Member(Box<Self>, Rc<str>),
    /// A list.
    List(Vec<Self>),
    /// Not, of a condition.
    Not(Box<Self>),
    /// `a and b`, `a + b`, `a = b`
    Binary(Box<Self>, Operator, Box<Self>),
    /// Whether a value is among others.
    Among {
        /// The value.
        of: Box<Self>,
        /// The others.
        list: Vec<Self>,
        /// Whether it is not.
        negated: bool,
    },
    /// Whether the text of a value has a part.
    Like {
        /// The value.
        of: Box<Self>,
        /// The part.
        part: Part,
        /// Whether it has none.
        negated: bool,
    },
    /// A time in milliseconds rounded to a period.
    Rounded {
        /// The time.
        of: Box<Self>,
        /// The period.
        period: Period,
        /// Up rather than down.
        up: bool,
    },
    /// A function that looks at all its arguments.
    Call(Function, Vec<Self>),
    /// The value after the first condition that holds; else the last.
    Case(Vec<(Self, Self)>, Box<Self>),
    /// The first value that is there.
    Coalesce(Vec<Self>),
    /// A text with an asterisk in place of each word that has a digit.
    Pattern(Box<Self>),
    /// An expression of SQL.
    Sql(Box<Term>),
}

/// What is looked for in a text.
#[derive(Clone, Debug)]
pub enum Part {
    /// A text.
    Text(Box<Compute>),
    /// What a regular expression matches.
    Regex(Rc<Regex>),
}

impl Compute {
    /// The value for a row.
    pub fn value(&self, row: &[Value], context: &Context) -> Value {
        let value = |of: &Self| of.value(row, context);
        match self {
            Self::Constant(value) => value.clone(),
            Self::Slot(slot) => row.get(*slot).cloned().unwrap_or(Value::Missing),
            Self::Member(of, name) => member(&value(of), name),
            Self::List(members) => Value::List(members.iter().map(value).collect()),
            Self::Not(of) => Value::Bool(!of.holds(row, context)),
            Self::Binary(left, Operator::And, right) => {
                Value::Bool(left.holds(row, context) && right.holds(row, context))
            }
            Self::Binary(left, Operator::Or, right) => {
                Value::Bool(left.holds(row, context) || right.holds(row, context))
            }
            Self::Binary(left, operator, right) => {
                let (left, right) = (value(left), value(right));
                match operator {
                    Operator::Add => left.add(&right),
                    Operator::Subtract => left.subtract(&right),
                    Operator::Multiply => left.multiply(&right),
                    Operator::Divide => left.divide(&right),
                    Operator::Remainder => left.remainder(&right),
                    Operator::Power => left.power(&right),
                    comparison => Value::Bool(left.compare(*comparison, &right)),
                }
            }
            Self::Among { of, list, negated } => {
                let of = value(of);
                let is = list.iter().any(|one| match value(one) {
                    Value::List(members) => members.iter().any(|member| of.compare(Operator::Equal, member)),
                    one => of.compare(Operator::Equal, &one),
                });
                Value::Bool(is != *negated)
            }
            Self::Like { of, part, negated } => {
                let of = value(of);
                let has = of.plain().is_some_and(|text| match part {
                    Part::Text(part) => value(part).plain().is_some_and(|part| text.contains(&*part)),
                    Part::Regex(regex) => regex.is_match(&text),
                });
                Value::Bool(has != *negated)
            }
            Self::Rounded { of, period, up } => match times::millis(&value(of)) {
                Some(millis) => {
                    let round = if *up { times::ceil } else { times::floor };
                    Value::Int(round(millis, *period))
                }
                None => Value::Missing,
            },
            Self::Call(function, args) => {
                call(*function, &args.iter().map(value).collect::<Vec<Value>>(), context)
            }
            Self::Case(cases, default) => cases
                .iter()
                .find(|(condition, _)| condition.holds(row, context))
                .map_or_else(|| value(default), |(_, then)| value(then)),
            Self::Coalesce(of) => {
                of.iter().map(value).find(|value| !value.is_missing()).unwrap_or(Value::Missing)
            }
            Self::Sql(term) => term.value(row, context),
            Self::Pattern(of) => value(of).plain().map_or(Value::Missing, |text| pattern(&text).into()),
        }
    }

    /// Whether it holds for a row, as a condition.
    pub fn holds(&self, row: &[Value], context: &Context) -> bool {
        self.value(row, context).truth().unwrap_or(false)
    }
}

fn pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !pattern.is_empty() {
            pattern.push(' ');
        }
        pattern.push_str(if word.contains(|c: char| c.is_ascii_digit()) { "<*>" } else { word });
    }
    pattern
}

fn member(of: &Value, name: &str) -> Value {
    match of {
        Value::Map(members) => {
            members.iter().find(|(known, _)| **known == *name).map(|(_, value)| value.clone())
        }
        Value::List(members) => name.parse::<usize>().ok().and_then(|at| members.get(at).cloned()),
        _ => None,
    }
    .unwrap_or(Value::Missing)
}
