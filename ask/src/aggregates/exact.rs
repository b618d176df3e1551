//! Sums without rounding, so that their order does not matter.
//!
//! Whole numbers are summed up in 192 bits. Other numbers are kept as parts that do not overlap, whose sum is exact:
//! J. R. Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric Predicates", 1997.

use serde::{Deserialize, Serialize};

use crate::value::{Number, Value};

/// Numbers beyond this make a sum missing: the parts of those up to it cannot overflow.
const SUM_END: f64 = power_of_two(960);
/// The same for sums of squares.
const SQUARE_END: f64 = power_of_two(440);
/// Numbers below this are 0 to a sum of squares: the parts of those above it cannot vanish.
const SQUARE_START: f64 = power_of_two(-400);

const fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// An exact sum.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Sum {
    /// The sum of whole numbers, its lowest 128 bits.
    low: i128,
    /// What has been carried out of them.
    high: i64,
    parts: Vec<f64>,
}

impl Sum {
    fn add_int(&mut self, number: i128) {
        let (low, carried) = self.low.overflowing_add(number);
        self.low = low;
        if carried {
            self.high = self.high.wrapping_add(if number < 0 { -1 } else { 1 });
        }
    }

    fn add_real(&mut self, number: f64) {
        add_part(&mut self.parts, number);
    }

    fn merge(&mut self, other: &Self) {
        self.add_int(other.low);
        self.high = self.high.wrapping_add(other.high);
        for &part in &other.parts {
            self.add_real(part);
        }
    }

    /// All of it as parts.
    fn parts(&self) -> Vec<f64> {
        let mut parts = self.parts.clone();
        let (magnitude, sign) = (self.low.unsigned_abs(), if self.low < 0 { -1.0 } else { 1.0 });
        for limb in 0..4_i32 {
            let bits = (magnitude >> (32 * limb)) as u32;
            add_part(&mut parts, sign * f64::from(bits) * power_of_two(i64::from(32 * limb)));
        }
        add_part(&mut parts, f64::from(self.high as u32) * power_of_two(128));
        add_part(&mut parts, ((self.high >> 32) as f64) * power_of_two(160));
        parts
    }

    fn value(&self) -> Value {
        if self.parts.is_empty() && self.high == 0 {
            Value::Int(self.low)
        } else {
            Value::real(rounded(&self.parts()))
        }
    }
}

/// The sum of numbers and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Tally {
    sum: Sum,
    count: u64,
    too_great: bool,
}

impl Tally {
    #[inline]
    pub(super) fn add(&mut self, value: &Value) {
        match value.number() {
            Some(Number::Int(number)) => self.sum.add_int(number),
            Some(Number::Real(number)) if number.abs() <= SUM_END => self.sum.add_real(number),
            Some(Number::Real(_)) => self.too_great = true,
            None => return,
        }
        self.count += 1;
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.sum.merge(&other.sum);
        self.count = self.count.saturating_add(other.count);
        self.too_great |= other.too_great;
    }

    pub(super) fn sum(&self) -> Value {
        if self.count == 0 || self.too_great { Value::Missing } else { self.sum.value() }
    }

    pub(super) fn mean(&self) -> Value {
        self.sum().divide(&Value::Int(self.count.into()))
    }
}

/// What a variance is computed from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Spread {
    sum: Sum,
    squares: Sum,
    count: u64,
    too_great: bool,
}

impl Spread {
    pub(super) fn add(&mut self, value: &Value) {
        match value.number() {
            Some(Number::Int(number)) if i64::try_from(number).is_ok() => {
                self.sum.add_int(number);
                self.squares.add_int(number * number);
            }
            Some(number) => self.add_real(number.real()),
            None => return,
        }
        self.count += 1;
    }

    fn add_real(&mut self, number: f64) {
        if number.abs() > SQUARE_END {
            self.too_great = true;
        } else if number.abs() >= SQUARE_START {
            self.sum.add_real(number);
            add_product(&mut self.squares.parts, number, number);
        }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.sum.merge(&other.sum);
        self.squares.merge(&other.squares);
        self.count = self.count.saturating_add(other.count);
        self.too_great |= other.too_great;
    }

    /// Of the population: the mean of the squares less the square of the mean. The difference, which is where
    /// accuracy is lost otherwise, is exact.
    pub(super) fn variance(&self) -> Option<f64> {
        if self.count == 0 || self.too_great {
            return None;
        }
        let (sum, squares) = (self.sum.parts(), self.squares.parts());
        let count = self.count as f64;
        let mut difference = Vec::new();
        for &part in &squares {
            add_product(&mut difference, part, count);
        }
        for &a in &sum {
            for &b in &sum {
                add_product(&mut difference, a, -b);
            }
        }
        Some((rounded(&difference) / count / count).max(0.0))
    }
}

/// Adds a number to parts that do not overlap and grow in size.
fn add_part(parts: &mut Vec<f64>, number: f64) {
    let (mut sum, mut kept) = (number, 0);
    for at in 0..parts.len() {
        let Some(&part) = parts.get(at) else { break };
        let (great, small) = if sum.abs() < part.abs() { (part, sum) } else { (sum, part) };
        sum = great + small;
        let lost = small - (sum - great);
        if lost != 0.0
            && let Some(place) = parts.get_mut(kept)
        {
            *place = lost;
            kept += 1;
        }
    }
    parts.truncate(kept);
    if sum != 0.0 {
        parts.push(sum);
    }
}

fn add_product(parts: &mut Vec<f64>, a: f64, b: f64) {
    let product = a * b;
    add_part(parts, a.mul_add(b, -product));
    add_part(parts, product);
}

/// The number nearest to the sum of parts, the even one of two as near.
fn rounded(parts: &[f64]) -> f64 {
    let (mut sum, mut lost) = (0.0, 0.0);
    let mut rest = parts.iter().rev();
    for &part in rest.by_ref() {
        let before: f64 = sum;
        sum = before + part;
        lost = part - (sum - before);
        if lost != 0.0 {
            break;
        }
    }
    // What is lost may be just half of the last digit; then the sign of the next part says where to.
    if let Some(&next) = rest.next()
        && lost != 0.0
        && (lost < 0.0) == (next < 0.0)
    {
        let doubled = lost * 2.0;
        let other: f64 = sum + doubled;
        if (other - sum - doubled).abs() <= 0.0 {
            return other;
        }
    }
    sum
}
