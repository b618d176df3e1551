//! Conditions over one row of values, for `having`.

use super::eval::satisfies;
use crate::query::plan::Expr;
use crate::query::value::Value;
use crate::record::address::is_private;

/// The value of a column by its name.
type Get<'a> = &'a dyn Fn(&str) -> Value;

/// Whether the condition holds; `None` when a missing value leaves it open.
pub(super) fn holds(expr: &Expr, row: Get<'_>) -> Option<bool> {
    match value(expr, row) {
        Value::Bool(truth) => Some(truth),
        Value::Number(number) => Some(number != 0),
        _ => None,
    }
}

fn truth(of: Option<bool>) -> Value {
    of.map_or(Value::Missing, Value::Bool)
}

fn value(expr: &Expr, row: Get<'_>) -> Value {
    match expr {
        Expr::True => Value::Bool(true),
        Expr::Value(value) => value.clone(),
        Expr::Field(field) => row(field.name()),
        Expr::Column(name) => row(name),
        Expr::Derived(derived) => row(&format!("{derived:?}")),
        Expr::Compare(left, comparison, right) => {
            let (left, right) = (value(left, row), value(right, row));
            if left.is_missing() || right.is_missing() {
                return Value::Missing;
            }
            Value::Bool(satisfies(*comparison, left.order(&right)))
        }
        Expr::OneOf(of, values) => match value(of, row) {
            Value::Missing => Value::Missing,
            found => Value::Bool(values.contains(&found)),
        },
        Expr::InSubnet(of, net) => truth(value(of, row).address().map(|address| net.contains(&address))),
        Expr::IsPrivate(of) => truth(value(of, row).address().map(is_private)),
        Expr::IsIpv6(of) => truth(value(of, row).address().map(|address| address.is_ipv6())),
        Expr::Present(of) => Value::Bool(!value(of, row).is_missing()),
        Expr::Contains(of, text) => match value(of, row) {
            Value::Missing => Value::Missing,
            found => Value::Bool(found.to_string().contains(text)),
        },
        Expr::Bin(of, secs) => match value(of, row) {
            Value::Number(number) => Value::Number(number - number % u128::from((*secs).max(1))),
            _ => Value::Missing,
        },
        Expr::Mask(of, bits) => match value(of, row) {
            Value::Number(number) => Value::Number(number & u128::from(*bits)),
            _ => Value::Missing,
        },
        Expr::And(all) => truth(
            all.iter()
                .try_fold(Some(true), |so_far, one| match (so_far, holds(one, row)) {
                    (_, Some(false)) => Err(()),
                    (Some(true), Some(true)) => Ok(Some(true)),
                    _ => Ok(None),
                })
                .unwrap_or(Some(false)),
        ),
        Expr::Or(any) => truth(
            any.iter()
                .try_fold(Some(false), |so_far, one| match (so_far, holds(one, row)) {
                    (_, Some(true)) => Err(()),
                    (Some(false), Some(false)) => Ok(Some(false)),
                    _ => Ok(None),
                })
                .unwrap_or(Some(true)),
        ),
        Expr::Not(of) => truth(holds(of, row).map(|truth| !truth)),
    }
}
