//! Functions of many events, over all their values at once.

use std::collections::BTreeMap;

use flowlens_ask::insights::words::Function;

use super::value::{Val, natural, real};

/// The value of a function, given the values of its first argument with the times of their events, in any order.
pub(crate) fn aggregate(function: Function, parameter: Option<f64>, of: &[(Val, Val)]) -> Val {
    let there: Vec<&(Val, Val)> = of.iter().filter(|(value, _)| !value.is_missing()).collect();
    let values: Vec<&Val> = there.iter().map(|(value, _)| value).collect();
    let numbers: Vec<&Val> = values.iter().copied().filter(|value| value.real().is_some()).collect();
    let reals: Vec<f64> = numbers.iter().filter_map(|number| number.real()).collect();
    let count = reals.len() as f64;
    let mut sorted = numbers.clone();
    sorted.sort_by(|a, b| natural(a, b));
    let mut all = values.clone();
    all.sort_by(|a, b| natural(a, b));
    let mut timed = there.clone();
    timed.sort_by(|(a, time), (b, other)| natural(time, other).then_with(|| natural(a, b)));
    let whole: Option<Vec<i128>> = numbers.iter().map(|number| number.int()).collect();
    let sum = whole.as_ref().map_or_else(|| real(reals.iter().sum()), |whole| Val::Int(whole.iter().sum()));
    let or_missing = |value: Option<&&Val>| value.map_or(Val::Missing, |value| (*value).clone());
    let is_word = |value: &Val| value.plain().is_some_and(|text| text != "-");
    let list = |values: Vec<Val>| Val::List(values);
    let variance = || {
        if let Some(whole) = &whole {
            let (sum, squares) = whole.iter().fold((0, 0), |(sum, squares), x| (sum + x, squares + x * x));
            return (whole.len() as i128 * squares - sum * sum) as f64 / count / count;
        }
        let mean = reals.iter().sum::<f64>() / count;
        reals.iter().map(|number| (number - mean).powi(2)).sum::<f64>() / count
    };
    match function {
        Function::Count => Val::Int(values.len() as i128),
        Function::CountDistinct => Val::Int(frequent(&values).len() as i128),
        Function::Values => {
            let mut different: Vec<Val> = frequent(&values).into_iter().map(|(value, _)| value).collect();
            different.sort_by(natural);
            list(different)
        }
        Function::TopK => {
            let mut frequent = frequent(&values);
            frequent.sort_by(|(a, often), (b, other)| other.cmp(often).then_with(|| natural(a, b)));
            list(frequent.into_iter().take(parameter.unwrap() as usize).map(|(value, _)| value).collect())
        }
        Function::SortsFirst => or_missing(all.first()),
        Function::SortsLast => or_missing(all.last()),
        Function::Earliest => timed.first().map_or(Val::Missing, |(value, _)| value.clone()),
        Function::Latest => timed.last().map_or(Val::Missing, |(value, _)| value.clone()),
        // AWS speaks of numbers only; without any, texts go in their order, but for the hyphen.
        Function::Min if numbers.is_empty() => or_missing(all.iter().find(|value| is_word(value))),
        Function::Max if numbers.is_empty() => or_missing(all.iter().rfind(|value| is_word(value))),
        _ if numbers.is_empty() => Val::Missing,
        Function::Sum => sum,
        Function::Avg => real(sum.real().unwrap() / count),
        Function::Min => or_missing(sorted.first()),
        Function::Max => or_missing(sorted.last()),
        Function::Variance => real(variance()),
        Function::StdDev => real(variance().sqrt()),
        Function::Percentile => {
            let rank = (parameter.unwrap() / 100.0 * count).ceil() as usize;
            or_missing(sorted.get(rank.max(1) - 1))
        }
        Function::Median => {
            let half = |at: usize| sorted[at].real().unwrap() / 2.0;
            real(half((sorted.len() - 1) / 2) + half(sorted.len() / 2))
        }
        other => panic!("{other:?} is no function of many events"),
    }
}

fn frequent(values: &[&Val]) -> Vec<(Val, usize)> {
    let mut counts: BTreeMap<String, (Val, usize)> = BTreeMap::new();
    for value in values {
        counts.entry(value.text()).or_insert(((*value).clone(), 0)).1 += 1;
    }
    counts.into_values().collect()
}
