//! Functions of lists and maps.

use std::fmt;
use std::rc::Rc;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

use super::Args;
use crate::insights::ast::Operator;
use crate::insights::words::Function;
use crate::value::Value;

pub(super) fn call(function: Function, args: Args<'_>) -> Value {
    let value = args.get(0);
    match function {
        Function::JsonParse => parse(value).filter(Value::is_structure).unwrap_or(Value::Missing),
        Function::JsonStringify => stringify(value),
        Function::JsonArraySize => list(value).map_or(Value::Missing, |list| Value::Int(list.len() as i128)),
        Function::JsonArrayContains => list(value).map_or(Value::Missing, |list| {
            Value::Bool(list.iter().any(|member| member.compare(Operator::Equal, args.get(1))))
        }),
        _ => Value::Missing,
    }
}

/// A list, or the list that a JSON text is.
fn list(value: &Value) -> Option<Rc<[Value]>> {
    match value {
        Value::List(list) => Some(Rc::clone(list)),
        _ => match parse(value) {
            Some(Value::List(list)) => Some(list),
            _ => None,
        },
    }
}

fn parse(value: &Value) -> Option<Value> {
    let Value::Text(text) = value else { return None };
    serde_json::from_str(text).ok().map(|Json(value)| value)
}

fn stringify(value: &Value) -> Value {
    match value {
        Value::Missing => Value::Missing,
        Value::Text(text) => serde_json::to_string(&**text).map_or(Value::Missing, Value::from),
        _ => value.to_string().into(),
    }
}

/// A value read from JSON; names keep their order, and of two alike both stay.
struct Json(Value);

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Missing)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Int(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Int(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::real(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Json(member)) = members.next_element()? {
            list.push(member);
        }
        Ok(Value::List(list.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Vec::new();
        while let Some((name, Json(member))) = members.next_entry::<Rc<str>, _>()? {
            map.push((name, member));
        }
        Ok(Value::Map(map.into()))
    }
}
