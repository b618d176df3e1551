//! How often each value occurs.

use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;
use serde::{Deserialize, Serialize};

use crate::value::{Key, Number, Value};

/// Different values.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Set(HashSet<Key, FixedState>);

impl Set {
    pub(super) fn add(&mut self, value: &Value) {
        self.0.insert(Key::of(value));
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// In natural order.
    pub(super) fn sorted(self) -> Vec<Value> {
        let mut values: Vec<Value> = self.0.iter().map(Key::value).collect();
        values.sort_unstable_by(Value::natural_order);
        values
    }
}

/// Different values with their counts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Counts(HashMap<Key, u64, FixedState>);

impl Counts {
    pub(super) fn add(&mut self, value: &Value) {
        *self.0.entry(Key::of(value)).or_default() += 1;
    }

    pub(super) fn merge(&mut self, other: Self) {
        other.0.into_iter().for_each(|(key, count)| {
            let sum = self.0.entry(key).or_default();
            *sum = sum.saturating_add(count);
        });
    }

    /// The most frequent values, the most frequent first; those equally frequent are in natural order.
    pub(super) fn most(self, most: usize) -> Vec<Value> {
        let mut values: Vec<(Value, u64)> = self.0.iter().map(|(key, &count)| (key.value(), count)).collect();
        values.sort_unstable_by(|(a, a_count), (b, b_count)| {
            b_count.cmp(a_count).then_with(|| a.natural_order(b))
        });
        values.truncate(most);
        values.into_iter().map(|(value, _)| value).collect()
    }
}

/// Different numbers with their counts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct NumberCounts(HashMap<Exactly, u64, FixedState>);

/// A number that can be told from others by its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Exactly {
    Int(i128),
    Real(u64),
}

impl Exactly {
    fn of(number: Number) -> Self {
        match number {
            Number::Int(int) => Self::Int(int),
            Number::Real(real) => match number.whole() {
                Some(int) if real.fract() == 0.0 => Self::Int(int),
                _ => Self::Real(real.to_bits()),
            },
        }
    }

    const fn number(self) -> Number {
        match self {
            Self::Int(int) => Number::Int(int),
            Self::Real(bits) => Number::Real(f64::from_bits(bits)),
        }
    }
}

impl NumberCounts {
    pub(super) fn add(&mut self, value: &Value) {
        if let Some(number) = value.number() {
            *self.0.entry(Exactly::of(number)).or_default() += 1;
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        other.0.into_iter().for_each(|(number, count)| {
            let sum = self.0.entry(number).or_default();
            *sum = sum.saturating_add(count);
        });
    }

    /// By the nearest rank: the least of the numbers that so many percent of them do not exceed. It is one of the
    /// numbers; AWS does not say how it computes its own, which are approximate.
    pub(super) fn percentile(self, percent: f64) -> Value {
        let sorted = self.sorted();
        let rank = (percent * total(&sorted) as f64 / 100.0).ceil() as u64;
        at(&sorted, rank).map_or(Value::Missing, Value::from)
    }

    /// The number in the middle, or the mean of the two there.
    pub(super) fn median(self) -> Value {
        let sorted = self.sorted();
        let middle = total(&sorted).div_ceil(2);
        let upper = if total(&sorted).is_multiple_of(2) { middle.saturating_add(1) } else { middle };
        match (at(&sorted, middle), at(&sorted, upper)) {
            (Some(low), Some(high)) if low != high => mean(low, high),
            (Some(number), _) => number.into(),
            _ => Value::Missing,
        }
    }

    fn sorted(self) -> Vec<(Number, u64)> {
        let mut sorted: Vec<(Number, u64)> =
            self.0.iter().map(|(key, &count)| (key.number(), count)).collect();
        sorted.sort_unstable_by(|(a, _), (b, _)| a.order(*b));
        sorted
    }
}

/// The greatest numbers, whose sum is none, have a mean too.
fn mean(a: Number, b: Number) -> Value {
    match Value::from(a).add(&b.into()).divide(&Value::Int(2)) {
        Value::Missing => Value::real(a.real() / 2.0 + b.real() / 2.0),
        mean => mean,
    }
}

fn total(sorted: &[(Number, u64)]) -> u64 {
    sorted.iter().fold(0, |sum: u64, (_, count)| sum.saturating_add(*count))
}

/// The number at a rank, from 1 on; ranks beyond the ends are at the ends.
fn at(sorted: &[(Number, u64)], rank: u64) -> Option<Number> {
    let mut so_far = 0_u64;
    let found = sorted.iter().find(|(_, count)| {
        so_far = so_far.saturating_add(*count);
        so_far >= rank
    });
    found.or(sorted.last()).map(|(number, _)| *number)
}
