//! What the functions of many events do with values.
//!
//! Source: AWS, "CloudWatch Logs Insights language query syntax", page *stats*. Every result is exact, and the same
//! however the events are split and in whatever order they come: sums are of integers or of exact parts, and what
//! is equal goes by [`Value::natural_order`].

mod counts;
mod exact;

use serde::{Deserialize, Serialize};

use crate::insights::words::Function;
use crate::value::Value;
use counts::{Counts, NumberCounts, Set};
use exact::{Spread, Tally};

/// What a function knows of the events so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State(Kind);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Kind {
    Count(u64),
    CountDistinct(Set),
    Avg(Tally),
    Sum(Tally),
    Min(Extreme),
    Max(Extreme),
    StdDev(Box<Spread>),
    Variance(Box<Spread>),
    Percentile { percent: f64, counts: NumberCounts },
    Median(NumberCounts),
    Values(Set),
    TopK { most: usize, counts: Counts },
    Earliest(Option<Timed>),
    Latest(Option<Timed>),
    SortsFirst(Option<Value>),
    SortsLast(Option<Value>),
}

impl State {
    /// The state before any event; none for functions of one event.
    ///
    /// The parameter is the percent of a percentile, 50 if it is not given, or how many values `topk` gives, 10 if it
    /// is not.
    pub fn new(function: Function, parameter: Option<f64>) -> Option<Self> {
        Some(Self(match function {
            Function::Count => Kind::Count(0),
            Function::CountDistinct => Kind::CountDistinct(Set::default()),
            Function::Avg => Kind::Avg(Tally::default()),
            Function::Sum => Kind::Sum(Tally::default()),
            Function::Min => Kind::Min(Extreme::default()),
            Function::Max => Kind::Max(Extreme::default()),
            Function::StdDev => Kind::StdDev(Box::default()),
            Function::Variance => Kind::Variance(Box::default()),
            Function::Percentile => {
                Kind::Percentile { percent: parameter.unwrap_or(50.0), counts: NumberCounts::default() }
            }
            Function::Median => Kind::Median(NumberCounts::default()),
            Function::Values => Kind::Values(Set::default()),
            Function::TopK => {
                Kind::TopK { most: parameter.unwrap_or(10.0) as usize, counts: Counts::default() }
            }
            Function::Earliest => Kind::Earliest(None),
            Function::Latest => Kind::Latest(None),
            Function::SortsFirst => Kind::SortsFirst(None),
            Function::SortsLast => Kind::SortsLast(None),
            _ => return None,
        }))
    }

    /// Takes the value of one event, with the event's time. Missing values do not count, so for `count(*)` any other
    /// will do.
    #[inline]
    pub fn add(&mut self, value: &Value, time_millis: Option<i128>) {
        if value.is_missing() {
            return;
        }
        match &mut self.0 {
            Kind::Count(count) => *count = count.saturating_add(1),
            Kind::CountDistinct(set) | Kind::Values(set) => set.add(value),
            Kind::Avg(tally) | Kind::Sum(tally) => tally.add(value),
            Kind::Min(extreme) => extreme.add::<true>(value),
            Kind::Max(extreme) => extreme.add::<false>(value),
            Kind::StdDev(spread) | Kind::Variance(spread) => spread.add(value),
            Kind::Percentile { counts, .. } | Kind::Median(counts) => counts.add(value),
            Kind::TopK { counts, .. } => counts.add(value),
            Kind::Earliest(best) => take_timed::<true>(best, value, time_millis),
            Kind::Latest(best) => take_timed::<false>(best, value, time_millis),
            Kind::SortsFirst(best) => take::<true>(best, value),
            Kind::SortsLast(best) => take::<false>(best, value),
        }
    }

    /// Takes what another state knows, which must be of the same function; else nothing is taken.
    pub fn merge(&mut self, other: Self) {
        match (&mut self.0, other.0) {
            (Kind::Count(a), Kind::Count(b)) => *a = a.saturating_add(b),
            (Kind::CountDistinct(a), Kind::CountDistinct(b)) | (Kind::Values(a), Kind::Values(b)) => {
                a.merge(b);
            }
            (Kind::Avg(a), Kind::Avg(b)) | (Kind::Sum(a), Kind::Sum(b)) => a.merge(&b),
            (Kind::Min(a), Kind::Min(b)) => a.merge::<true>(&b),
            (Kind::Max(a), Kind::Max(b)) => a.merge::<false>(&b),
            (Kind::StdDev(a), Kind::StdDev(b)) | (Kind::Variance(a), Kind::Variance(b)) => a.merge(&b),
            (Kind::Percentile { counts: a, .. }, Kind::Percentile { counts: b, .. })
            | (Kind::Median(a), Kind::Median(b)) => a.merge(b),
            (Kind::TopK { counts: a, .. }, Kind::TopK { counts: b, .. }) => a.merge(b),
            (Kind::Earliest(a), Kind::Earliest(Some(b))) => take_timed::<true>(a, &b.value, b.time_millis),
            (Kind::Latest(a), Kind::Latest(Some(b))) => take_timed::<false>(a, &b.value, b.time_millis),
            (Kind::SortsFirst(a), Kind::SortsFirst(Some(b))) => take::<true>(a, &b),
            (Kind::SortsLast(a), Kind::SortsLast(Some(b))) => take::<false>(a, &b),
            _ => {}
        }
    }

    /// The result. Without any value, or any number where numbers are asked for, it is missing; counts are 0 and
    /// lists are empty.
    pub fn finish(self) -> Value {
        match self.0 {
            Kind::Count(count) => Value::Int(count.into()),
            Kind::CountDistinct(set) => Value::Int(set.len() as i128),
            Kind::Avg(tally) => tally.mean(),
            Kind::Sum(tally) => tally.sum(),
            Kind::Min(extreme) | Kind::Max(extreme) => extreme.finish(),
            // AWS calls its variance that of the population and does not say of which its deviation is: of the same.
            Kind::StdDev(spread) => {
                spread.variance().map_or(Value::Missing, |variance| Value::real(variance.sqrt()))
            }
            Kind::Variance(spread) => spread.variance().map_or(Value::Missing, Value::real),
            Kind::Percentile { percent, counts } => counts.percentile(percent),
            Kind::Median(counts) => counts.median(),
            Kind::Values(set) => Value::List(set.sorted().into()),
            Kind::TopK { most, counts } => Value::List(counts.most(most).into()),
            Kind::Earliest(best) | Kind::Latest(best) => best.map_or(Value::Missing, |best| best.value),
            Kind::SortsFirst(best) | Kind::SortsLast(best) => best.unwrap_or(Value::Missing),
        }
    }
}

/// The least or greatest number. AWS compares numbers and does not say what becomes of texts: where there is no
/// number, it is the first or last text in natural order, but never `-`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Extreme {
    number: Option<Value>,
    text: Option<Value>,
}

impl Extreme {
    fn add<const LEAST: bool>(&mut self, value: &Value) {
        if value.number().is_some() {
            take::<LEAST>(&mut self.number, value);
        } else if self.number.is_none() && value.plain().is_some_and(|text| text != "-") {
            take::<LEAST>(&mut self.text, value);
        }
    }

    fn merge<const LEAST: bool>(&mut self, other: &Self) {
        for value in [&other.number, &other.text].into_iter().flatten() {
            self.add::<LEAST>(value);
        }
    }

    fn finish(self) -> Value {
        self.number.or(self.text).unwrap_or(Value::Missing)
    }
}

/// Keeps a value if it is sorted before, or else after, the best so far.
fn take<const FIRST: bool>(best: &mut Option<Value>, value: &Value) {
    let better = best.as_ref().is_none_or(|best| {
        let order = value.natural_order(best);
        if FIRST { order.is_lt() } else { order.is_gt() }
    });
    if better {
        *best = Some(value.clone());
    }
}

/// A value with the time of its event, Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Timed {
    time_millis: Option<i128>,
    value: Value,
}

/// Keeps a value if it is earlier, or else later, than the best so far; events without a time are neither.
fn take_timed<const EARLIEST: bool>(best: &mut Option<Timed>, value: &Value, time_millis: Option<i128>) {
    let better = best.as_ref().is_none_or(|best| {
        let by_time = if EARLIEST {
            let last = |time: Option<i128>| (time.is_none(), time);
            last(time_millis).cmp(&last(best.time_millis))
        } else {
            time_millis.cmp(&best.time_millis)
        };
        let order = by_time.then_with(|| value.natural_order(&best.value));
        if EARLIEST { order.is_lt() } else { order.is_gt() }
    });
    if better {
        *best = Some(Timed { time_millis, value: value.clone() });
    }
}
