//! Functions of many rows.
//!
//! Source: Trino, "Aggregate functions". What is approximate there is exact here.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::term::{Order, natural};
use crate::aggregates;
use crate::insights::words::Function;
use crate::value::{Key, Value};

/// A function of many rows.
#[derive(Clone, Debug, PartialEq)]
pub enum Aggregate {
    /// `count(*)`, `count(a)`
    Count,
    /// `count(DISTINCT a)`, `approx_distinct(a)`
    CountDistinct,
    /// `sum(a)`; of each value once
    Sum(bool),
    /// `avg(a)`; of each value once
    Average(bool),
    /// `min(a)`
    Min(Order),
    /// `max(a)`
    Max(Order),
    /// `min_by(a, b)`, of rows of both
    MinBy(Order),
    /// `max_by(a, b)`, of rows of both
    MaxBy(Order),
    /// `arbitrary(a)`: here the least, so that it is the same each time
    Arbitrary,
    /// `var_pop(a)` and its like
    Spread {
        /// Of a sample, rather than of all.
        sample: bool,
        /// The deviation: the root of the variance.
        root: bool,
    },
    /// `approx_percentile(a, b)`, with b in percent
    Percentile(f64),
    /// `bitwise_and_agg(a)`
    BitAnd,
    /// `bitwise_or_agg(a)`
    BitOr,
    /// `bool_and(a)`
    Every,
    /// `bool_or(a)`
    Some,
    /// `array_agg(a ORDER BY b)`, of rows of the value and what orders it; each value once
    List {
        /// How rows are ordered: by what, whether the greatest comes first, whether NULL does.
        order: Vec<(Order, bool, bool)>,
        /// Each value once.
        distinct: bool,
    },
    /// `histogram(a)`: how often there is each value
    Histogram,
}

/// What is known of the rows so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum State {
    /// A function that Logs Insights has, too.
    Alike(Box<aggregates::State>),
    /// The different values.
    Distinct(BTreeSet<Key>),
    /// The best value; for `min_by` with what makes it so.
    Best(Option<Value>),
    /// The variance of all, and of how many.
    Spread(Box<aggregates::State>, u64),
    /// Bits, or a truth.
    Folded(Option<i128>),
    /// The values.
    List(Vec<Value>),
}

fn alike(function: Function, parameter: Option<f64>) -> State {
    match aggregates::State::new(function, parameter) {
        Some(state) => State::Alike(Box::new(state)),
        None => State::Best(None),
    }
}

impl Aggregate {
    /// The state before any row.
    pub fn start(&self) -> State {
        match self {
            Self::Count => alike(Function::Count, None),
            Self::CountDistinct => alike(Function::CountDistinct, None),
            Self::Sum(true) | Self::Average(true) => State::Distinct(BTreeSet::new()),
            Self::Sum(false) => alike(Function::Sum, None),
            Self::Average(false) => alike(Function::Avg, None),
            Self::Percentile(percent) => alike(Function::Percentile, Some(*percent)),
            Self::Min(_) | Self::Max(_) | Self::MinBy(_) | Self::MaxBy(_) | Self::Arbitrary => {
                State::Best(None)
            }
            Self::Spread { .. } => match alike(Function::Variance, None) {
                State::Alike(state) => State::Spread(state, 0),
                other => other,
            },
            Self::BitAnd | Self::BitOr | Self::Every | Self::Some => State::Folded(None),
            Self::List { .. } | Self::Histogram => State::List(Vec::new()),
        }
    }

    /// Takes a value. NULL counts for nothing but lists.
    pub fn add(&self, state: &mut State, value: &Value) {
        if value.is_missing() {
            return;
        }
        match state {
            State::Alike(state) => state.add(value, None),
            State::Distinct(keys) => drop(keys.insert(Key::of(value))),
            State::Best(best) => {
                let is_of_null = matches!(self, Self::MinBy(_) | Self::MaxBy(_)) && key(value).is_missing();
                if !is_of_null && best.as_ref().is_none_or(|best| self.order(value, best).is_lt()) {
                    *best = Some(value.clone());
                }
            }
            State::Spread(state, count) => {
                state.add(value, None);
                *count += 1;
            }
            State::Folded(folded) => {
                let other = match self {
                    Self::Every | Self::Some => value.truth().map(i128::from),
                    _ => value.number().and_then(crate::value::Number::whole),
                };
                self.fold(folded, other);
            }
            State::List(values) => values.push(value.clone()),
        }
    }

    fn fold(&self, folded: &mut Option<i128>, other: Option<i128>) {
        *folded = match (*folded, other) {
            (Some(a), Some(b)) => Some(match self {
                Self::BitAnd | Self::Every => a & b,
                _ => a | b,
            }),
            (a, b) => a.or(b),
        };
    }

    /// Which of two values is the better: less. What is equal goes by the value itself, so that all shards agree.
    fn order(&self, a: &Value, b: &Value) -> Ordering {
        match self {
            Self::Min(order) => order.order(a, b),
            Self::Max(order) => order.order(b, a),
            Self::MinBy(order) => order.order(key(a), key(b)).then_with(|| natural(a, b)),
            Self::MaxBy(order) => order.order(key(b), key(a)).then_with(|| natural(a, b)),
            _ => natural(a, b),
        }
    }

    /// Takes what another shard knows.
    pub fn merge(&self, state: &mut State, other: State) {
        match (state, other) {
            (State::Alike(state), State::Alike(other)) => state.merge(*other),
            (State::Distinct(keys), State::Distinct(other)) => keys.extend(other),
            (state @ State::Best(_), State::Best(Some(other))) => self.add(state, &other),
            (State::Spread(state, count), State::Spread(other, more)) => {
                state.merge(*other);
                *count += more;
            }
            (State::Folded(folded), State::Folded(other)) => self.fold(folded, other),
            (State::List(values), State::List(other)) => values.extend(other),
            _ => {}
        }
    }

    /// The result.
    pub fn finish(&self, state: State) -> Value {
        match state {
            State::Alike(state) => state.finish(),
            State::Distinct(keys) => {
                let again =
                    if matches!(self, Self::Sum(_)) { Self::Sum(false) } else { Self::Average(false) };
                let mut state = again.start();
                for key in &keys {
                    again.add(&mut state, &key.value());
                }
                again.finish(state)
            }
            State::Best(best) => match (self, best) {
                (_, None) => Value::Missing,
                (Self::MinBy(_) | Self::MaxBy(_), Some(Value::List(both))) => {
                    both.first().cloned().unwrap_or(Value::Missing)
                }
                (_, Some(best)) => best,
            },
            State::Spread(state, count) => self.spread(state.finish(), count),
            State::Folded(folded) => match (self, folded) {
                (_, None) => Value::Missing,
                (Self::Every | Self::Some, Some(truth)) => Value::Bool(truth != 0),
                (_, Some(bits)) => Value::Int(bits),
            },
            State::List(values) => self.listed(values),
        }
    }

    fn spread(&self, variance: Value, count: u64) -> Value {
        let Self::Spread { sample, root } = self else { return variance };
        let Some(mut variance) = variance.number().map(crate::value::Number::real) else {
            return Value::Missing;
        };
        if *sample {
            if count < 2 {
                return Value::Missing;
            }
            variance *= count as f64 / (count - 1) as f64;
        }
        Value::real(if *root { variance.sqrt() } else { variance })
    }

    fn listed(&self, mut values: Vec<Value>) -> Value {
        let Self::List { order, distinct } = self else {
            values.sort_by(natural);
            let mut counted: Vec<(std::rc::Rc<str>, Value)> = Vec::new();
            for value in values {
                let text: std::rc::Rc<str> = value.text().into();
                match counted.last_mut() {
                    Some((last, Value::Int(count))) if *last == text => *count += 1,
                    _ => counted.push((text, Value::Int(1))),
                }
            }
            return Value::Map(counted.into());
        };
        values.sort_by(|a, b| {
            let by_order = order.iter().enumerate().map(|(at, (order, descending, nulls_first))| {
                ordered(order, member(a, at + 1), member(b, at + 1), *descending, *nulls_first)
            });
            let mut by_order = by_order.filter(|order| order.is_ne());
            by_order.next().unwrap_or_else(|| natural(member(a, 0), member(b, 0)))
        });
        let mut seen = BTreeSet::new();
        let values = values.iter().map(|value| member(value, 0).clone());
        Value::List(values.filter(|value| !distinct || seen.insert(Key::of(value))).collect())
    }
}

/// The order of two values, with NULL where it is wanted.
pub fn ordered(order: &Order, a: &Value, b: &Value, descending: bool, nulls_first: bool) -> Ordering {
    match (a.is_missing(), b.is_missing()) {
        (false, false) if descending => order.order(b, a),
        (false, false) => order.order(a, b),
        (a, b) if nulls_first => b.cmp(&a),
        (a, b) => a.cmp(&b),
    }
}

fn member(of: &Value, at: usize) -> &Value {
    match of {
        Value::List(members) => members.get(at).unwrap_or(&Value::Missing),
        _ => &Value::Missing,
    }
}

/// What makes the value of `min_by` the best.
fn key(of: &Value) -> &Value {
    member(of, 1)
}
