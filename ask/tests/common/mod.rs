//! Short ways to write values, and arbitrary ones.
#![allow(dead_code)] // no test uses all of it

use flowlens_ask::value::Value;
use proptest::prelude::*;

pub(crate) fn int(number: i128) -> Value {
    Value::Int(number)
}

pub(crate) fn real(number: f64) -> Value {
    Value::Real(number)
}

pub(crate) fn text(text: &str) -> Value {
    text.into()
}

pub(crate) fn list<const N: usize>(members: [Value; N]) -> Value {
    Value::List(members.into())
}

pub(crate) fn map<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Map(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
}

/// Any value; often one of those that differ in type only, or are at the end of a range.
pub(crate) fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Missing),
        any::<bool>().prop_map(Value::Bool),
        (-3_i128..4).prop_map(Value::Int),
        any::<i128>().prop_map(Value::Int),
        any::<f64>().prop_map(Value::Real),
        (-6_i32..7).prop_map(|halves| Value::Real(f64::from(halves) / 2.0)),
        any::<f64>().prop_map(|real| format!("{real}").into()),
        "[-+]?[0-9]{0,3}[.a0-9]{0,3}".prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        prop::sample::select(vec![
            "-",
            "",
            "true",
            "10.0.0.9",
            "2001:db8::1",
            "192.0.2.0/24",
            "yyyy-MM-dd'T'HH:mm",
            "%Y-%j %%%",
            "+02:00",
            "2026-11-24 03:43:17.000",
            "[1,{\"a\":[2]}]",
            "(?<a>.)*",
            "%4",
            "+",
            "f0",
            "(?=",
            "\\1$1$",
            "%e2%82%ac",
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|list| Value::List(list.into())),
            prop::collection::vec((".{0,2}", inner), 0..3).prop_map(|map| {
                Value::Map(map.into_iter().map(|(name, value)| (name.into(), value)).collect())
            }),
        ]
    })
}
