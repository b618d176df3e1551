//! Functions of lists. Members are counted from 1.

use std::collections::HashSet;

use super::{at, int, list, signatures, text};
use crate::value::{Key, Value};

fn member(args: &[Value]) -> Value {
    let (members, place) = (list(at(args, 0)), int(at(args, 1)));
    let length = members.len() as i128;
    let place = if place < 0 { length + place } else { place - 1 };
    usize::try_from(place).ok().and_then(|place| members.get(place).cloned()).unwrap_or(Value::Missing)
}

fn joined(args: &[Value]) -> Value {
    let (members, by) = (list(at(args, 0)), text(at(args, 1)));
    let instead = args.get(2).map(text);
    let shown = members.iter().filter_map(|member| match member {
        Value::Missing => instead.as_deref().map(str::to_owned),
        member => Some(member.text().into_owned()),
    });
    shown.collect::<Vec<_>>().join(&by).into()
}

fn distinct(members: &[Value]) -> Value {
    let mut seen = HashSet::new();
    Value::List(members.iter().filter(|member| seen.insert(Key::of(member))).cloned().collect())
}

fn sorted(args: &[Value]) -> Vec<Value> {
    let mut members: Vec<Value> = list(at(args, 0)).to_vec();
    members.sort_by(|a, b| match (a.is_missing(), b.is_missing()) {
        (false, false) => super::super::term::natural(a, b),
        (a, b) => a.cmp(&b),
    });
    members
}

fn sequence(args: &[Value]) -> Value {
    let (from, to, step) = (int(at(args, 0)), int(at(args, 1)), args.get(2).map_or(1, int));
    let mut members = Vec::new();
    let mut next = from;
    while step != 0 && members.len() < 10_000 && if step > 0 { next <= to } else { next >= to } {
        members.push(Value::Int(next));
        next += step;
    }
    Value::List(members.into())
}

signatures! {
    "cardinality" [List] Int |args, _| Value::Int(list(at(args, 0)).len() as i128);
    "element_at" [List Int] Member |args, _| member(args);
    "contains" [List Member] Truth |args, _| {
        let sought = Key::of(at(args, 1));
        Value::Bool(list(at(args, 0)).iter().any(|member| Key::of(member) == sought))
    };
    "array_position" [List Member] Int |args, _| {
        let sought = Key::of(at(args, 1));
        Value::Int(list(at(args, 0)).iter().position(|member| Key::of(member) == sought).map_or(0, |at| at as i128 + 1))
    };
    "array_join" [List Text] Text |args, _| joined(args);
    "array_join" [List Text Text] Text |args, _| joined(args);
    "array_distinct" [List] First |args, _| distinct(&list(at(args, 0)));
    "array_sort" [List] First |args, _| Value::List(sorted(args).into());
    "array_min" [List] Member |args, _| sorted(args).into_iter().next().unwrap_or(Value::Missing);
    "array_max" [List] Member |args, _| sorted(args).pop().unwrap_or(Value::Missing);
    "reverse" [List] First |args, _| Value::List(list(at(args, 0)).iter().rev().cloned().collect());
    "slice" [List Int Int] First |args, _| {
        let (members, from) = (list(at(args, 0)), int(at(args, 1)));
        let from = if from < 0 { members.len() as i128 + from } else { from - 1 }.max(0) as usize;
        Value::List(members.iter().skip(from).take(int(at(args, 2)).max(0) as usize).cloned().collect())
    };
    "sequence" [Int Int] Ints |args, _| sequence(args);
    "sequence" [Int Int Int] Ints |args, _| sequence(args);
}
