//! Functions of numbers.

use super::{at, int, real, signatures};
use crate::value::Value;

fn of(number: impl Fn(f64) -> f64, args: &[Value]) -> Value {
    Value::real(number(real(at(args, 0))))
}

/// Half goes away from zero.
fn round(number: f64, digits: i128) -> f64 {
    let scale = 10_f64.powi(digits.clamp(-300, 300) as i32);
    let scaled = number * scale;
    if scaled.is_finite() { scaled.round() / scale } else { number }
}

fn bits(args: &[Value], with: impl Fn(i64, i64) -> i64) -> Value {
    let of = |place: usize| int(at(args, place)) as i64;
    Value::Int(with(of(0), of(1)).into())
}

fn digits(number: i128, radix: i128) -> String {
    let mut rest = number.unsigned_abs();
    let radix = radix.clamp(2, 36) as u128;
    let mut digits = Vec::new();
    loop {
        digits.push(char::from_digit((rest % radix) as u32, radix as u32).unwrap_or('0'));
        rest /= radix;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        digits.push('-');
    }
    digits.iter().rev().collect()
}

signatures! {
    "abs" [Int] Int |args, _| Value::Int(int(at(args, 0)).abs());
    "abs" [Double] Double |args, _| of(f64::abs, args);
    "ceil" [Int] Int |args, _| at(args, 0).clone();
    "ceil" [Double] Double |args, _| of(f64::ceil, args);
    "ceiling" [Int] Int |args, _| at(args, 0).clone();
    "ceiling" [Double] Double |args, _| of(f64::ceil, args);
    "floor" [Int] Int |args, _| at(args, 0).clone();
    "floor" [Double] Double |args, _| of(f64::floor, args);
    "round" [Int] Int |args, _| at(args, 0).clone();
    "round" [Double] Double |args, _| of(f64::round, args);
    "round" [Double Int] Double |args, _| Value::real(round(real(at(args, 0)), int(at(args, 1))));
    "truncate" [Double] Double |args, _| of(f64::trunc, args);
    "sign" [Int] Int |args, _| Value::Int(int(at(args, 0)).signum());
    "sign" [Double] Double |args, _| of(|number| if number == 0.0 { 0.0 } else { number.signum() }, args);
    "sqrt" [Double] Double |args, _| of(f64::sqrt, args);
    "cbrt" [Double] Double |args, _| of(f64::cbrt, args);
    "exp" [Double] Double |args, _| of(f64::exp, args);
    "ln" [Double] Double |args, _| of(f64::ln, args);
    "log2" [Double] Double |args, _| of(f64::log2, args);
    "log10" [Double] Double |args, _| of(f64::log10, args);
    "log" [Double Double] Double |args, _| Value::real(real(at(args, 1)).ln() / real(at(args, 0)).ln());
    "power" [Double Double] Double |args, _| Value::real(real(at(args, 0)).powf(real(at(args, 1))));
    "pow" [Double Double] Double |args, _| Value::real(real(at(args, 0)).powf(real(at(args, 1))));
    "pi" [] Double |_, _| Value::real(std::f64::consts::PI);
    "is_nan" [Double] Truth |_, _| Value::Bool(false);
    "bitwise_and" [Int Int] Int |args, _| bits(args, |a, b| a & b);
    "bitwise_or" [Int Int] Int |args, _| bits(args, |a, b| a | b);
    "bitwise_xor" [Int Int] Int |args, _| bits(args, |a, b| a ^ b);
    "bitwise_not" [Int] Int |args, _| bits(args, |a, _| !a);
    "bitwise_left_shift" [Int Int] Int |args, _| bits(args, |a, b| u32::try_from(b).ok().and_then(|b| a.checked_shl(b)).unwrap_or(0));
    "bitwise_right_shift" [Int Int] Int |args, _| bits(args, |a, b| {
        u32::try_from(b).ok().and_then(|b| a.cast_unsigned().checked_shr(b)).unwrap_or(0).cast_signed()
    });
    "bit_count" [Int Int] Int |args, _| bits(args, |a, width| {
        let mask = if width >= 64 { u64::MAX } else { (1 << width.max(0)) - 1 };
        (a.cast_unsigned() & mask).count_ones().into()
    });
    "to_base" [Int Int] Text |args, _| digits(int(at(args, 0)), int(at(args, 1))).into();
    "from_base" [Text Int] Int |args, _| {
        let radix = int(at(args, 1)).clamp(2, 36) as u32;
        i128::from_str_radix(&at(args, 0).text(), radix).map_or(Value::Missing, Value::Int)
    };
    "width_bucket" [Double Double Double Int] Int |args, _| {
        let (of, low, high, count) = (real(at(args, 0)), real(at(args, 1)), real(at(args, 2)), int(at(args, 3)));
        let place = ((of - low) / (high - low) * count as f64).floor();
        Value::Int((place as i128 + 1).clamp(0, count + 1))
    };
}
