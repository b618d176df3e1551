//! Functions of many events: what each gives, one line per case, and that the split and order do not matter.

mod common;

use std::cmp::Ordering;

use common::{any_value, int, list, real, text};
use flowlens_ask::aggregates::State;
use flowlens_ask::insights::words::{Function as F, Of};
use flowlens_ask::value::Value;
use proptest::prelude::*;

const MISSING: Value = Value::Missing;

/// The values of events one millisecond apart.
fn finish(function: F, parameter: Option<f64>, values: &[Value]) -> Value {
    let Some(mut state) = State::new(function, parameter) else {
        panic!("{} is of one event", function.name())
    };
    for (time, value) in values.iter().enumerate() {
        state.add(value, Some(time as i128));
    }
    state.finish()
}

/// One line per case: function, its parameter, the values of events, what it gives.
macro_rules! gives {
    ($($function:ident$(($parameter:expr))? of $($value:expr),* => $result:expr;)*) => {
        #[allow(unused_assignments, unused_mut)]
        {$(
            let mut parameter = None;
            $(parameter = Some(f64::from($parameter));)?
            let values: Vec<Value> = vec![$(Value::from($value)),*];
            assert_eq!(finish(F::$function, parameter, &values), Value::from($result), "{} of {values:?}", F::$function.name());
        )*}
    };
}

#[test]
fn counts_and_lists() {
    gives! {
        Count of => 0_i128;
        Count of 1_i128, "-", MISSING, "" => 3_i128;
        CountDistinct of => 0_i128;
        CountDistinct of 443_i128, "443", "-", MISSING, "443" => 2_i128;
        Values of => list([]);
        Values of "b", 2_i128, "2", "a10", MISSING, "a9" => list([text("a9"), text("a10"), text("b"), int(2)]);
        TopK(2_i32) of "a", "b", "c", "b", "a" => list([text("a"), text("b")]);
        TopK(1_i32) of 443_i128, 80_i128, "443" => list([int(443)]);
        TopK(0_i32) of "a" => list([]);
        TopK(-1_i32) of "a" => list([]);
    }
}

#[test]
fn sums_and_means() {
    gives! {
        Sum of => MISSING;
        Sum of "-", MISSING => MISSING;
        Sum of 1_i128, "2", "-", 3_i128 => 6_i128;
        Sum of real(0.1), real(0.2), real(0.3), real(-0.6) => real(2.775_557_561_562_891_4e-17);
        Sum of real(1e100), 1_i128, real(-1e100) => 1_i128;
        Sum of real(1.5), 1_i128 => real(2.5);
        Sum of int(i128::MAX), 1_i128 => real(2_f64.powi(127));
        Sum of int(i128::MAX), int(i128::MAX), int(i128::MIN), int(i128::MIN) => -2_i128;
        Sum of real(1e300), real(-1e300) => MISSING;
        Avg of 1_i128, 2_i128, "-" => real(1.5);
        Avg of 1_i128, 3_i128 => 2_i128;
        Avg of "-" => MISSING;
        // Half of the last digit: to the even one, or to where the rest is.
        Sum of real(9_007_199_254_740_992.0), 1_i128, real(0.0) => real(9_007_199_254_740_992.0);
        Sum of 9_007_199_254_740_992_i128, real(0.5), real(0.5) => real(9_007_199_254_740_992.0);
        Sum of 9_007_199_254_740_992_i128, real(1.0), real(1e-30) => real(9_007_199_254_740_994.0);
    }
}

#[test]
fn spreads() {
    gives! {
        Variance of => MISSING;
        Variance of 5_i128 => real(0.0);
        Variance of 2_i128, "4", 4_i128, 4_i128, 5_i128, 5_i128, 7_i128, 9_i128, "-" => real(4.0);
        StdDev of 2_i128, 4_i128, 4_i128, 4_i128, 5_i128, 5_i128, 7_i128, 9_i128 => real(2.0);
        Variance of real(0.5), real(1.5) => real(0.25);
        // Where the naive formula has lost all digits.
        Variance of 1_700_000_000_000_000_001_i128, 1_700_000_000_000_000_003_i128 => real(1.0);
        Variance of real(1_000_000_000.25), real(1_000_000_000.75) => real(0.0625);
        Variance of real(1e200) => MISSING;
    }
}

#[test]
fn extremes() {
    gives! {
        Min of 10_i128, "9", "-", real(9.5) => "9";
        Max of 10_i128, "9", "-", real(9.5) => 10_i128;
        Max of "-", -1_i128 => -1_i128;
        Min of "-" => MISSING;
        Min of "REJECT", "ACCEPT", "-" => "ACCEPT";
        Max of "10.0.0.9", "10.0.0.10" => "10.0.0.10";
        Max of "zzz", 1_i128 => 1_i128;
        SortsFirst of 1_i128, "a", "-", MISSING => "-";
        SortsLast of 2_i128, "10", "a" => "10";
        SortsLast of MISSING => MISSING;
        Earliest of MISSING, "a", "b" => "a";
        Latest of "a", "b", MISSING => "b";
        Latest of => MISSING;
    }
}

#[test]
fn ranks() {
    gives! {
        Percentile(50) of => MISSING;
        Percentile(50) of 1_i128, 2_i128, 3_i128, 4_i128, "-" => 2_i128;
        Percentile(95) of 15_i128, 20_i128, 35_i128, 40_i128, 50_i128 => 50_i128;
        Percentile(30) of 15_i128, 20_i128, 35_i128, 40_i128, 50_i128 => 20_i128;
        Percentile(40) of 50_i128, 15_i128, 35_i128, 20_i128, 40_i128 => 20_i128;
        Percentile(0) of 3_i128, real(1.5), "2" => real(1.5);
        Percentile(100) of 3_i128, real(1.5), "2" => 3_i128;
        Percentile(400) of 3_i128 => 3_i128;
        Percentile(-1) of 3_i128 => 3_i128;
        Median of 3_i128, 1_i128, 2_i128 => 2_i128;
        Median of 4_i128, 1_i128, 2_i128, 3_i128 => real(2.5);
        Median of real(1e308), real(1.5e308) => real(1.25e308);
        Median of "-" => MISSING;
    }
}

#[test]
fn events_without_a_time_are_neither_earliest_nor_latest() {
    for (function, best) in [(F::Earliest, "a"), (F::Latest, "b")] {
        let mut state = State::new(function, None).unwrap();
        for (value, time) in [("z", None), ("a", Some(1)), ("b", Some(2)), ("0", None)] {
            state.add(&value.into(), time);
        }
        assert_eq!(state.finish(), text(best));
    }
}

#[test]
fn functions_of_one_event_have_no_state() {
    for &function in F::ALL {
        assert_eq!(State::new(function, None).is_some(), function.of() == Of::Many, "{}", function.name());
    }
}

/// Values and times such that many are equal, and numbers that lose digits when they are summed up carelessly.
fn any_events() -> impl Strategy<Value = Vec<(Value, Option<i128>)>> {
    let number = prop_oneof![
        (-1e20..1e20).prop_map(Value::Real),
        (-1.0..1.0).prop_map(Value::Real),
        prop::num::f64::ANY.prop_map(Value::Real),
        (0..3_u32, -200..200_i32)
            .prop_map(|(factor, exponent)| Value::Real(f64::from(factor) * 2_f64.powi(exponent))),
        any::<i64>().prop_map(|number| Value::Int(number.into())),
    ];
    let value = prop_oneof![number, any_value()];
    prop::collection::vec((value, prop::option::of(0..3_i128)), 0..24)
}

proptest! {
    #[test]
    fn split_and_order_do_not_matter(
        events in any_events(),
        shuffled in any::<u64>(),
        shards in 1..4_usize,
        parameter in prop::option::of(-1.0..101.0),
    ) {
        let mut mixed = events.clone();
        let mut seed = shuffled;
        for at in (1..mixed.len()).rev() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            mixed.swap(at, (seed >> 33) as usize % (at + 1));
        }
        for &function in F::ALL {
            let Some(mut whole) = State::new(function, parameter) else { continue };
            let mut parts = vec![whole.clone(); shards];
            for (value, time) in &events {
                whole.add(value, *time);
            }
            for (at, (value, time)) in mixed.iter().enumerate() {
                parts[at % shards].add(value, *time);
            }
            let mut merged = parts.pop().unwrap();
            for part in parts {
                // As from a worker to the desk.
                merged.merge(postcard::from_bytes(&postcard::to_stdvec(&part).unwrap()).unwrap());
            }
            let (whole, merged) = (whole.finish(), merged.finish());
            // As shown and bit by bit; what is no number has no bits to compare.
            prop_assert_eq!(whole.text(), merged.text(), "{}", function.name());
            if let (Value::Real(a), Value::Real(b)) = (&whole, &merged) {
                prop_assert!(a.is_nan() || a.partial_cmp(b) == Some(Ordering::Equal), "{}: {} {}", function.name(), a, b);
            }
        }
    }

    #[test]
    fn sums_of_whole_numbers_are_exact(numbers in prop::collection::vec(any::<i64>(), 1..50)) {
        let values: Vec<Value> = numbers.iter().map(|&number| Value::Int(number.into())).collect();
        let sum: i128 = numbers.iter().map(|&number| i128::from(number)).sum();
        prop_assert_eq!(finish(F::Sum, None, &values), int(sum));
    }

    #[test]
    fn variance_of_whole_numbers_is_exact(numbers in prop::collection::vec(any::<i32>(), 1..50)) {
        let values: Vec<Value> = numbers.iter().map(|&number| Value::Int(number.into())).collect();
        let count = numbers.len() as i128;
        let wide = || numbers.iter().map(|&number| i128::from(number));
        let difference = count * wide().map(|x| x * x).sum::<i128>() - wide().sum::<i128>().pow(2);
        let expected = difference as f64 / count as f64 / count as f64;
        prop_assert_eq!(finish(F::Variance, None, &values), real(expected));
    }
}
