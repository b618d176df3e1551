//! Functions of any value, and of the query itself.

use super::{Args, Context};
use crate::insights::words::Function;
use crate::value::Value;

pub(super) fn call(function: Function, args: Args<'_>, context: &Context) -> Value {
    let (start, end) = context.range_millis;
    match function {
        Function::IsPresent => Value::Bool(!args.get(0).is_missing()),
        Function::Coalesce => {
            args.0.iter().find(|value| !value.is_missing()).cloned().unwrap_or(Value::Missing)
        }
        Function::If | Function::Case => case(args.0),
        Function::IsNumeric => Value::Bool(args.get(0).number().is_some()),
        Function::MessageSize => match args.get(0) {
            Value::Missing => Value::Missing,
            value => Value::Int(value.text().len() as i128),
        },
        Function::QueryStartTime => Value::Int(start.into()),
        Function::QueryEndTime => Value::Int(end.into()),
        Function::QueryTimeRange => Value::Int(i128::from(end) - i128::from(start)),
        _ => Value::Missing,
    }
}

/// Conditions, each followed by its value, and perhaps a last value for when none holds.
fn case(args: &[Value]) -> Value {
    for branch in args.chunks(2) {
        match branch {
            [condition, value] if condition.truth() == Some(true) => return value.clone(),
            [default] => return default.clone(),
            _ => {}
        }
    }
    Value::Missing
}
