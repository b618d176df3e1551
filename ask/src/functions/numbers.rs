//! Functions of numbers.

use super::Args;
use crate::insights::words::Function;
use crate::value::{Number, Value};

pub(super) fn call(function: Function, args: Args<'_>) -> Value {
    match function {
        Function::Greatest => extreme(args.0, |better, best| better.natural_order(best).is_gt()),
        Function::Least => extreme(args.0, |better, best| better.natural_order(best).is_lt()),
        Function::Haversine => haversine(args).map_or(Value::Missing, Value::real),
        Function::HexToDec => hex_to_dec(args.get(0)),
        _ => args.get(0).number().map_or(Value::Missing, |number| of_number(function, number, args)),
    }
}

fn of_number(function: Function, number: Number, args: Args<'_>) -> Value {
    match function {
        Function::Abs => match number {
            Number::Int(int) => {
                int.checked_abs().map_or_else(|| Value::real(number.real().abs()), Value::Int)
            }
            Number::Real(real) => Value::real(real.abs()),
        },
        Function::Ceil => rounded(number, f64::ceil),
        Function::Floor => rounded(number, f64::floor),
        Function::Log => Value::real(number.real().ln()),
        Function::Sqrt => Value::real(number.real().sqrt()),
        Function::Round => match args.get(1) {
            Value::Missing => rounded(number, f64::round),
            digits => {
                digits.number().and_then(Number::whole).map_or(Value::Missing, |digits| round(number, digits))
            }
        },
        Function::ToNumber => number.into(),
        Function::ToInt => number.whole().map_or(Value::Missing, Value::Int),
        Function::DecToHex => match number.whole() {
            Some(number) if number < 0 => format!("-{:x}", number.unsigned_abs()).into(),
            Some(number) => format!("{number:x}").into(),
            None => Value::Missing,
        },
        _ => Value::Missing,
    }
}

/// The greatest or least argument. AWS names numbers only: where there are any, others do not count; without any,
/// texts go by their natural order.
fn extreme(args: &[Value], better: impl Fn(&Value, &Value) -> bool) -> Value {
    let numbers = args.iter().any(|value| value.number().is_some());
    args.iter()
        .filter(|value| if numbers { value.number().is_some() } else { value.plain().is_some() })
        .reduce(|best, value| if better(value, best) { value } else { best })
        .cloned()
        .unwrap_or(Value::Missing)
}

fn rounded(number: Number, round: fn(f64) -> f64) -> Value {
    match number {
        Number::Int(int) => Value::Int(int),
        Number::Real(real) => {
            let real = round(real);
            Number::Real(real).whole().map_or_else(|| Value::real(real), Value::Int)
        }
    }
}

/// Halves go away from 0; digits below 0 are before the point.
fn round(number: Number, digits: i128) -> Value {
    let scale = 10_f64.powi(i32::try_from(digits.unsigned_abs()).unwrap_or(i32::MAX));
    match number {
        Number::Int(int) if digits >= 0 => Value::Int(int),
        // Beyond what a number holds, there is nothing to round.
        Number::Real(real) if digits >= 0 && !(real * scale).is_finite() => Value::real(real),
        _ if digits == 0 => rounded(number, f64::round),
        Number::Real(real) if digits > 0 => Value::real((real * scale).round() / scale),
        _ if !scale.is_finite() => Value::Int(0),
        _ => rounded(Number::Real((number.real() / scale).round() * scale), f64::round),
    }
}

/// On a sphere of the Earth's mean radius, 6,371 km.
fn haversine(args: Args<'_>) -> Option<f64> {
    const EARTH_KM: f64 = 6371.0;
    let angle = |at: usize| args.get(at).number().map(|degrees| degrees.real().to_radians());
    let (lat1, lon1, lat2, lon2) = (angle(0)?, angle(1)?, angle(2)?, angle(3)?);
    let half = |a: f64, b: f64| ((b - a) / 2.0).sin().powi(2);
    let chord = half(lat1, lat2) + lat1.cos() * lat2.cos() * half(lon1, lon2);
    Some(2.0 * EARTH_KM * chord.clamp(0.0, 1.0).sqrt().asin())
}

/// With or without `0x`.
fn hex_to_dec(value: &Value) -> Value {
    let Some(text) = value.plain() else { return Value::Missing };
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(&text);
    let hex = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    match i128::from_str_radix(digits, 16) {
        Ok(number) if hex => Value::Int(number),
        _ => Value::Missing,
    }
}
