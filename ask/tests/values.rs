//! Values: readings, texts, arithmetic, comparison and order, one line per case.

mod common;

use std::cmp::Ordering;

use common::{any_value, int, list, map, real, text};
use flowlens_ask::insights::ast::Operator;
use flowlens_ask::value::{Key, Number, Value};
use proptest::prelude::*;

#[test]
fn texts_that_are_numbers_in_full() {
    for (text, number) in [
        ("0", Number::Int(0)),
        ("-17", Number::Int(-17)),
        ("+17", Number::Int(17)),
        ("0080", Number::Int(80)),
        ("340282366920938463463374607431768211455", Number::Real(2_f64.powi(128))),
        ("170141183460469231731687303715884105727", Number::Int(i128::MAX)),
        ("1.5", Number::Real(1.5)),
        (".5", Number::Real(0.5)),
        ("-2.5e-1", Number::Real(-0.25)),
        ("1E3", Number::Real(1000.0)),
    ] {
        assert_eq!(Value::from(text).number(), Some(number), "{text}");
    }
    for text in
        ["", "-", "+", ".", "e5", "1e", "1 ", " 1", "10.0.0.1", "1-2", "0x10", "inf", "NaN", "1e999", "eni-1"]
    {
        assert_eq!(Value::from(text).number(), None, "{text}");
    }
    assert_eq!(Value::Bool(true).number(), None);
    assert_eq!(Value::Missing.number(), None);
}

#[test]
fn truth() {
    for (value, truth) in [
        (Value::Bool(false), Some(false)),
        (int(1), Some(true)),
        (int(0), Some(false)),
        (real(0.5), Some(true)),
        (text("true"), Some(true)),
        (text("false"), Some(false)),
        (text("0"), Some(false)),
        (text("ACCEPT"), None),
        (Value::Missing, None),
        (list([int(1)]), None),
    ] {
        assert_eq!(value.truth(), truth, "{value:?}");
    }
}

#[test]
fn values_as_shown() {
    for (value, shown) in [
        (Value::Missing, ""),
        (Value::Bool(true), "true"),
        (int(-5), "-5"),
        (real(2.0), "2"),
        (real(-0.0), "0"),
        (real(0.1 + 0.2), "0.3"),
        (real(1.0 / 3.0), "0.333333333333333"),
        (real(-1234.5678), "-1234.5678"),
        (real(99.999_999_999_999_99), "100"),
        (real(0.000_012_5), "0.0000125"),
        (real(1e-9), "1e-9"),
        (real(1e20), "100000000000000000000"),
        (real(1.25e21), "1.25e21"),
        (real(1_700_000_000.5), "1700000000.5"),
        (text("-"), "-"),
        (list([int(1), text("a\"b"), Value::Missing, real(0.5)]), r#"[1,"a\"b",null,0.5]"#),
        (map([("a", int(1)), ("b", list([]))]), r#"{"a":1,"b":[]}"#),
    ] {
        assert_eq!(value.text(), shown);
        assert_eq!(value.to_string(), shown);
    }
}

#[test]
fn arithmetic() {
    for (result, expected) in [
        (int(2).power(&int(3)), int(8)),
        (int(10).remainder(&int(3)), int(1)),
        (int(-10).remainder(&int(3)), int(-1)),
        (int(2).add(&int(3)), int(5)),
        (int(2).subtract(&int(3)), int(-1)),
        (int(2).multiply(&int(3)), int(6)),
        (int(6).divide(&int(3)), int(2)),
        (int(7).divide(&int(2)), real(3.5)),
        (int(2).power(&int(-1)), real(0.5)),
        (text("8").multiply(&int(100)), int(800)),
        (text("1.5").add(&text("1")), real(2.5)),
        (int(3).negate(), int(-3)),
        (int(1).divide(&int(0)), Value::Missing),
        (int(1).remainder(&int(0)), Value::Missing),
        (real(1.0).divide(&real(0.0)), Value::Missing),
        (int(0).power(&int(-1)), Value::Missing),
        (int(1).add(&Value::Missing), Value::Missing),
        (text("-").add(&int(1)), Value::Missing),
        (Value::Bool(true).add(&int(1)), Value::Missing),
        (int(i128::MAX).add(&int(1)), real(2_f64.powi(127))),
        (int(i128::MIN).negate(), real(2_f64.powi(127))),
        (int(i128::MIN).divide(&int(-1)), real(2_f64.powi(127))),
        (real(f64::MAX).add(&real(f64::MAX)), Value::Missing),
    ] {
        assert_eq!(result, expected);
    }
}

#[test]
fn comparison() {
    use Operator::{AtLeast, AtMost, Equal, Greater, Less, NotEqual};
    for (a, operator, b, holds) in [
        // Numbers and texts that are numbers.
        (int(17), Equal, text("17"), true),
        (text("443"), Equal, text("443.0"), true),
        (text("9"), Less, text("10"), true),
        (int(1), Less, real(1.5), true),
        (real(1.0), Equal, int(1), true),
        (int(i128::MAX), Less, real(2_f64.powi(127)), true),
        (int(2_i128.pow(53) + 1), Greater, real(2_f64.powi(53)), true),
        // Texts, exactly and with case.
        (text("ACCEPT"), Equal, text("ACCEPT"), true),
        (text("ACCEPT"), Equal, text("accept"), false),
        (text("ACCEPT"), NotEqual, text("REJECT"), true),
        (text("10.0.0.10"), Less, text("10.0.0.9"), true),
        // `-` is a text.
        (text("-"), Greater, int(0), false),
        (text("-"), NotEqual, text("10.0.0.1"), true),
        // Missing.
        (Value::Missing, NotEqual, text("x"), true),
        (text("x"), NotEqual, Value::Missing, true),
        (Value::Missing, Equal, text("x"), false),
        (Value::Missing, Equal, Value::Missing, false),
        (Value::Missing, Less, int(1), false),
        (Value::Missing, AtLeast, int(1), false),
        (int(1), AtMost, Value::Missing, false),
        // Truth values.
        (Value::Bool(true), Equal, Value::Bool(true), true),
        (int(1), Equal, Value::Bool(true), true),
        (text("false"), Equal, Value::Bool(false), true),
        // Lists and maps.
        (list([int(1)]), Equal, list([int(1)]), false),
        (list([int(1)]), NotEqual, int(1), false),
        (map([]), AtLeast, map([]), false),
    ] {
        assert_eq!(a.compare(operator, &b), holds, "{a:?} {operator:?} {b:?}");
    }
}

/// The ascending example of AWS's page on `sort`, with a missing value before it.
#[test]
fn natural_order_of_the_documentation() {
    const SORTED: [&str; 17] = [
        "",
        "!",
        "#",
        "*%04",
        "0#",
        "5A",
        "111A",
        "2345_",
        "@",
        "@_",
        "A",
        "A9876fghj",
        "a12345hfh",
        "0",
        "01",
        "1",
        "2",
    ];
    let mut values: Vec<Value> = SORTED.iter().skip(1).rev().map(|&text| text.into()).collect();
    values.insert(3, int(3));
    values.push(Value::Missing);
    values.sort_by(Value::natural_order);
    let sorted: Vec<String> = values.iter().map(Value::to_string).collect();
    assert_eq!(sorted, [&SORTED[..], &["3"]].concat());
}

#[test]
fn natural_order_of_addresses_and_mixed_numbers() {
    for (less, greater) in [
        (text("10.0.0.9"), text("10.0.0.10")),
        (text("-"), int(-5)),
        (text("zzz"), int(0)),
        (Value::Missing, text("")),
        (int(2), real(2.5)),
        (int(9), text("10")),
        (Value::Bool(true), int(0)),
        (int(1), text("1")),
    ] {
        assert_eq!(less.natural_order(&greater), Ordering::Less, "{less:?} {greater:?}");
    }
}

#[test]
fn keys_are_what_is_shown() {
    for same in [
        [int(443), text("443"), real(443.0)],
        [real(0.1 + 0.2), real(0.3), text("0.3")],
        [Value::Bool(true), text("true"), text("true")],
    ] {
        assert!(same.iter().all(|value| Key::of(value) == Key::of(&same[0])), "{same:?}");
    }
    for (a, b) in [(text("0443"), int(443)), (text("-0"), int(0)), (text(""), Value::Missing)] {
        assert_ne!(Key::of(&a), Key::of(&b));
    }
    assert_eq!(Key::of(&text("443")).value(), int(443));
    assert_eq!(Key::of(&real(0.5)).value(), real(0.5));
    assert_eq!(Key::of(&text("ACCEPT")).value(), text("ACCEPT"));
}

proptest! {
    #[test]
    fn nothing_panics(a in any_value(), b in any_value()) {
        let results = [
            a.add(&b), a.subtract(&b), a.multiply(&b), a.divide(&b), a.remainder(&b), a.power(&b), a.negate(),
        ];
        for result in results {
            prop_assert!(!matches!(result, Value::Real(real) if !real.is_finite()));
        }
        for operator in [
            Operator::Equal, Operator::NotEqual, Operator::Less, Operator::AtMost, Operator::Greater,
            Operator::AtLeast, Operator::And,
        ] {
            a.compare(operator, &b);
        }
        let key = Key::of(&a);
        if !a.is_structure() {
            prop_assert_eq!(Key::of(&key.value()), key);
        }
    }

    #[test]
    fn natural_order_is_total(values in prop::collection::vec(any_value(), 3)) {
        let [a, b, c] = &values[..] else { unreachable!() };
        prop_assert_eq!(a.natural_order(b), b.natural_order(a).reverse());
        prop_assert_eq!(a.natural_order(a), Ordering::Equal);
        if a.natural_order(b).is_le() && b.natural_order(c).is_le() {
            prop_assert!(a.natural_order(c).is_le());
        }
    }

    #[test]
    fn whole_numbers_order_exactly(int in any::<i128>(), real in any::<f64>()) {
        prop_assume!(real.is_finite());
        let ordering = Number::Int(int).order(Number::Real(real));
        let rough = (int as f64).partial_cmp(&real).unwrap();
        prop_assert!(rough == Ordering::Equal || rough == ordering);
    }
}
