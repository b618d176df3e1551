//! Arithmetic. Whole numbers stay whole as long as they fit; what is no number, or divides by zero, gives none.

use super::{Number, Value};

impl Value {
    /// `self + other`
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        self.with(other, i128::checked_add, |a, b| a + b)
    }

    /// `self - other`
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Self {
        self.with(other, i128::checked_sub, |a, b| a - b)
    }

    /// `self * other`
    #[must_use]
    pub fn multiply(&self, other: &Self) -> Self {
        self.with(other, i128::checked_mul, |a, b| a * b)
    }

    /// `self / other`: whole if it comes out even.
    #[must_use]
    pub fn divide(&self, other: &Self) -> Self {
        let exact =
            |a: i128, b: i128| a.checked_rem(b).filter(|&rest| rest == 0).and_then(|_| a.checked_div(b));
        self.with(other, exact, |a, b| a / b)
    }

    /// `self % other`, with the sign of `self`.
    #[must_use]
    pub fn remainder(&self, other: &Self) -> Self {
        self.with(other, i128::checked_rem, |a, b| a % b)
    }

    /// `self ^ other`, as in `2 ^ 3`, which is 8.
    #[must_use]
    pub fn power(&self, other: &Self) -> Self {
        self.with(other, |a, b| a.checked_pow(u32::try_from(b).ok()?), f64::powf)
    }

    /// `-self`
    #[must_use]
    pub fn negate(&self) -> Self {
        Self::Int(0).subtract(self)
    }

    fn with(
        &self,
        other: &Self,
        exact: impl FnOnce(i128, i128) -> Option<i128>,
        rounded: impl FnOnce(f64, f64) -> f64,
    ) -> Self {
        let Some((a, b)) = self.number().zip(other.number()) else { return Self::Missing };
        if let (Number::Int(a), Number::Int(b)) = (a, b)
            && let Some(number) = exact(a, b)
        {
            return Self::Int(number);
        }
        Self::real(rounded(a.real(), b.real()))
    }
}
