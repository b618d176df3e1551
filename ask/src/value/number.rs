//! Numbers: whole ones stay exact.

use std::cmp::Ordering;
use std::fmt;

/// What a value is as a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A whole number.
    Int(i128),
    /// Another number, never infinite.
    Real(f64),
}

impl Number {
    /// Reads a text that is a number in full: `-1`, `2.5`, `.5`, `6e-2`.
    pub fn read(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        // Most texts are none, and addresses are told by their second point.
        let (mut digits, mut points, mut exponent) = (0_usize, 0, false);
        for (at, &byte) in bytes.iter().enumerate() {
            match byte {
                b'0'..=b'9' => digits += 1,
                b'+' | b'-' if at == 0 => {}
                b'+' | b'-' if bytes.get(at - 1).is_some_and(|before| before | 0x20 == b'e') => {}
                b'.' if points == 0 && !exponent => points += 1,
                b'e' | b'E' if digits > 0 && !exponent => exponent = true,
                _ => return None,
            }
        }
        if digits == 0 {
            return None;
        }
        if points == 0 && !exponent {
            if let Ok(short) = text.parse::<i64>() {
                return Some(Self::Int(short.into()));
            }
            if let Ok(number) = text.parse() {
                return Some(Self::Int(number));
            }
        }
        text.parse().ok().filter(|number: &f64| number.is_finite()).map(Self::Real)
    }

    /// As a real number, rounded.
    pub const fn real(self) -> f64 {
        match self {
            Self::Int(number) => number as f64,
            Self::Real(number) => number,
        }
    }

    /// Cut off at the point; none if it is too great.
    pub fn whole(self) -> Option<i128> {
        match self {
            Self::Int(number) => Some(number),
            Self::Real(number) => whole(number.trunc()),
        }
    }

    /// Whether it is 0.
    pub const fn is_zero(self) -> bool {
        match self {
            Self::Int(number) => number == 0,
            Self::Real(number) => number == 0.0,
        }
    }

    /// Which is the greater, exactly.
    pub fn order(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a.cmp(&b),
            (Self::Real(a), Self::Real(b)) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
            (Self::Int(a), Self::Real(b)) => order_mixed(a, b),
            (Self::Real(a), Self::Int(b)) => order_mixed(b, a).reverse(),
        }
    }
}

/// A whole real number as an integer, if there is one as great.
pub(crate) fn whole(number: f64) -> Option<i128> {
    const END: f64 = -(i128::MIN as f64);
    (-END..END).contains(&number).then_some(number as i128)
}

fn order_mixed(int: i128, real: f64) -> Ordering {
    match whole(real.trunc()) {
        Some(cut) => int.cmp(&cut).then_with(|| 0.0.partial_cmp(&real.fract()).unwrap_or(Ordering::Equal)),
        None if real > 0.0 => Ordering::Less,
        None => Ordering::Greater,
    }
}

/// To 15 digits, which hides the rounding of sums; without an exponent from a millionth up to 20 digits.
pub(super) fn write_real(number: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if !number.is_finite() {
        return write!(f, "{number}");
    }
    if number == 0.0 {
        return f.write_str("0");
    }
    let scientific = format!("{:.14e}", number.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits = mantissa.replace('.', "");
    let digits = digits.trim_end_matches('0');
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if number < 0.0 {
        f.write_str("-")?;
    }
    if !(-7..=20).contains(&exponent) {
        let (first, rest) = digits.split_at_checked(1).unwrap_or((digits, ""));
        let point = if rest.is_empty() { "" } else { "." };
        return write!(f, "{first}{point}{rest}e{exponent}");
    }
    if exponent < 0 {
        let zeros = exponent.unsigned_abs() as usize - 1;
        return write!(f, "0.{:0<zeros$}{digits}", "");
    }
    let before = exponent.unsigned_abs() as usize + 1;
    match digits.split_at_checked(before) {
        Some((whole, rest)) if !rest.is_empty() => write!(f, "{whole}.{rest}"),
        _ => write!(f, "{digits:0<before$}"),
    }
}
