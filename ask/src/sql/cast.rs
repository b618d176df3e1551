//! Values of one type as values of another.

use super::functions::times::{self, DAY};
use super::term::number;
use super::types::Type;
use crate::functions::times as points;
use crate::value::{Number, Value};
use flowlens_core::record::address;

/// Whether Athena casts one type to another at all.
pub(super) fn can_cast(from: &Type, to: &Type) -> bool {
    let is_scalar = |of: &Type| of.is_number() || matches!(of, Type::Varchar | Type::Boolean | Type::Unknown);
    match (from, to) {
        (from, to) if from == to => true,
        (Type::Unknown, _) => true,
        (from, Type::Varchar) => !matches!(from, Type::Array(_) | Type::Row(_) | Type::Map(_)),
        (from, to) if is_scalar(from) && is_scalar(to) => true,
        (Type::Varchar | Type::Date | Type::Timestamp(_), Type::Date | Type::Timestamp(_))
        | (Type::Varchar | Type::IpPrefix, Type::IpAddress)
        | (Type::Varchar | Type::IpAddress, Type::IpPrefix) => true,
        (Type::Array(from), Type::Array(to)) => can_cast(from, to),
        (Type::Row(from), Type::Row(to)) => {
            from.len() == to.len() && from.iter().zip(to).all(|(from, to)| can_cast(from, to))
        }
        _ => false,
    }
}

/// A value that is not NULL as one of another type; none if it is not one.
pub(super) fn cast(of: &Value, from: &Type, to: &Type) -> Option<Value> {
    if of.is_missing() || from == to && !matches!(to, Type::Varchar) {
        return Some(of.clone());
    }
    Some(match to {
        Type::Unknown | Type::Interval | Type::Months | Type::Map(_) => return None,
        Type::Varchar => show(of, from).into(),
        Type::Boolean => match from {
            Type::Varchar => match &*of.text().to_ascii_lowercase() {
                "true" | "t" | "1" => Value::Bool(true),
                "false" | "f" | "0" => Value::Bool(false),
                _ => return None,
            },
            _ => Value::Bool(!number(of)?.is_zero()),
        },
        Type::Integer => match from {
            Type::Boolean => Value::Int(of.truth()?.into()),
            Type::Decimal(scale) => Value::Int(rounded(number(of)?.whole()?, *scale)?),
            Type::Varchar => Value::Int(whole(&of.text())?),
            _ => match number(of)? {
                Number::Int(number) => Value::Int(number),
                Number::Real(number) => Value::Int(Number::Real(number.round()).whole()?),
            },
        },
        Type::Double => match from {
            Type::Boolean => Value::Real(if of.truth()? { 1.0 } else { 0.0 }),
            Type::Decimal(scale) => Value::Real(number(of)?.real() / 10_f64.powi((*scale).into())),
            Type::Varchar => Value::real(of.text().trim().parse().ok()?),
            _ => Value::Real(number(of)?.real()),
        },
        Type::Decimal(scale) => Value::Int(decimal(of, from, *scale)?),
        Type::Date => match from {
            Type::Varchar => Value::Int(times::date(&of.text())?),
            _ => Value::Int(number(of)?.whole()?.div_euclid(DAY)),
        },
        Type::Timestamp(_) => match from {
            Type::Varchar => Value::Int(times::timestamp(&of.text())?),
            Type::Date => Value::Int(number(of)?.whole()?.checked_mul(DAY)?),
            _ => of.clone(),
        },
        Type::IpAddress => match from {
            Type::IpPrefix => of.text().split_once('/')?.0.into(),
            _ => address::parse(&of.text())?.to_string().into(),
        },
        Type::IpPrefix => match from {
            Type::IpAddress => {
                format!("{}/{}", of.text(), if of.text().contains(':') { 128 } else { 32 }).into()
            }
            _ => of.text().parse::<ipnet::IpNet>().ok()?.trunc().to_string().into(),
        },
        Type::Array(to) => {
            let (Value::List(members), Type::Array(from)) = (of, from) else { return None };
            Value::List(members.iter().map(|member| cast(member, from, to)).collect::<Option<_>>()?)
        }
        Type::Row(to) => {
            let (Value::List(members), Type::Row(from)) = (of, from) else { return None };
            let members =
                members.iter().zip(from.iter().zip(to)).map(|(member, (from, to))| cast(member, from, to));
            Value::List(members.collect::<Option<_>>()?)
        }
    })
}

/// A value as text, as Athena writes it.
pub(super) fn show(of: &Value, from: &Type) -> String {
    let whole = || number(of).and_then(Number::whole);
    match from {
        Type::Date => whole().map(times::show_date),
        Type::Timestamp(zone) => {
            whole().map(|millis| format!("{}{}", points::show(millis), if *zone { " UTC" } else { "" }))
        }
        Type::Interval => whole().map(times::show_interval),
        Type::Months => whole().map(|months| format!("{}-{}", months / 12, months.unsigned_abs() % 12)),
        Type::Decimal(scale) => whole().map(|digits| {
            let scale = usize::from(*scale);
            let text = format!("{:0>width$}", digits.unsigned_abs(), width = scale + 1);
            let (before, after) = text.split_at(text.len() - scale);
            let sign = if digits < 0 { "-" } else { "" };
            if scale == 0 { format!("{sign}{before}") } else { format!("{sign}{before}.{after}") }
        }),
        Type::Double => number(of).map(|number| match number {
            Number::Real(real) if real.fract() == 0.0 && real.abs() < 1e7 => format!("{real:.1}"),
            Number::Int(int) if int.abs() < 10_000_000 => format!("{int}.0"),
            _ => of.text().into_owned(),
        }),
        _ => None,
    }
    .unwrap_or_else(|| of.text().into_owned())
}

fn whole(text: &str) -> Option<i128> {
    text.trim().parse::<i64>().ok().map(Into::into)
}

/// The digits of a decimal with so many behind the point.
fn decimal(of: &Value, from: &Type, scale: u8) -> Option<i128> {
    let shift = |digits: i128, from: u8| {
        if from <= scale {
            digits.checked_mul(10_i128.checked_pow((scale - from).into())?)
        } else {
            rounded(digits, from - scale)
        }
    };
    match from {
        Type::Decimal(from) => shift(number(of)?.whole()?, *from),
        Type::Integer => shift(number(of)?.whole()?, 0),
        Type::Varchar => {
            let text = of.text();
            let (before, after) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
            shift(format!("{before}{after}").parse().ok()?, u8::try_from(after.len()).ok()?)
        }
        Type::Boolean => shift(of.truth()?.into(), 0),
        _ => Number::Real((number(of)?.real() * 10_f64.powi(scale.into())).round()).whole(),
    }
}

/// Without its last digits; half goes away from zero.
pub(super) fn rounded(digits: i128, less: u8) -> Option<i128> {
    let by = 10_i128.checked_pow(less.into())?;
    let half = by / 2 * digits.signum();
    Some(digits.checked_add(half)? / by)
}
