//! Expressions over records: what plans filter, group and measure by.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::value::Value;
use crate::record::Field;

/// An expression over one record (or, in `having`, over one group).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Expr {
    /// Always true.
    True,
    /// A known field.
    Field(Field),
    /// A column by name: an unknown header name, or an output column in `having`.
    Column(String),
    /// A column computed from the interface's own address.
    Derived(Derived),
    /// A constant.
    Value(Value),
    /// Two values compared; addresses and numbers by value, text by its bytes.
    Compare(Box<Self>, Comparison, Box<Self>),
    /// Whether a value is one of a list.
    OneOf(Box<Self>, Vec<Value>),
    /// Whether an address lies in a network.
    InSubnet(Box<Self>, IpNet),
    /// Whether an address is private ([`crate::record::address::is_private`]).
    IsPrivate(Box<Self>),
    /// Whether an address is IPv6.
    IsIpv6(Box<Self>),
    /// Whether a value is there at all.
    Present(Box<Self>),
    /// Whether the text of a value contains a text.
    Contains(Box<Self>, String),
    /// Time rounded down to a multiple of so many seconds.
    Bin(Box<Self>, u64),
    /// A number with only these bits kept.
    Mask(Box<Self>, u64),
    /// All hold.
    And(Vec<Self>),
    /// At least one holds.
    Or(Vec<Self>),
    /// Does not hold. A missing value stays missing.
    Not(Box<Self>),
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Comparison {
    /// Equal.
    Equal,
    /// Not equal.
    NotEqual,
    /// Less.
    Less,
    /// Less or equal.
    AtMost,
    /// Greater.
    Greater,
    /// Greater or equal.
    AtLeast,
}

impl Comparison {
    /// The one that holds of two values when this one holds of them the other way round.
    #[must_use]
    pub const fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::AtMost => Self::AtLeast,
            Self::Greater => Self::Less,
            Self::AtLeast => Self::AtMost,
            same => same,
        }
    }
}

/// Columns seen from the recorded interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Derived {
    /// `ingress` or `egress`: `flow-direction` if the record has it, else by the interface's own address
    /// ([`super::Locals`]); missing when neither tells.
    Direction,
    /// The interface's side of the flow.
    LocalAddress,
    /// The interface's port.
    LocalPort,
    /// The other side of the flow.
    RemoteAddress,
    /// The other side's port.
    RemotePort,
}

impl From<Field> for Expr {
    fn from(field: Field) -> Self {
        Self::Field(field)
    }
}

impl From<Derived> for Expr {
    fn from(derived: Derived) -> Self {
        Self::Derived(derived)
    }
}

impl From<Value> for Expr {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

impl From<u64> for Expr {
    fn from(number: u64) -> Self {
        Self::Value(Value::from(number))
    }
}

impl From<&str> for Expr {
    fn from(text: &str) -> Self {
        Self::Value(Value::from(text))
    }
}

impl From<IpAddr> for Expr {
    fn from(address: IpAddr) -> Self {
        Self::Value(Value::Address(address))
    }
}

impl Expr {
    /// An output column in `having`, or an unknown header column.
    pub fn column(name: &str) -> Self {
        Self::Column(name.to_owned())
    }

    /// `left op right`.
    pub fn compare(left: impl Into<Self>, comparison: Comparison, right: impl Into<Self>) -> Self {
        Self::Compare(Box::new(left.into()), comparison, Box::new(right.into()))
    }

    /// `left = right`.
    pub fn equal(left: impl Into<Self>, right: impl Into<Self>) -> Self {
        Self::compare(left, Comparison::Equal, right)
    }

    /// `left > right`.
    pub fn greater(left: impl Into<Self>, right: impl Into<Self>) -> Self {
        Self::compare(left, Comparison::Greater, right)
    }

    /// `value in [..]`.
    pub fn one_of<T: Into<Value>>(of: impl Into<Self>, values: impl IntoIterator<Item = T>) -> Self {
        Self::OneOf(Box::new(of.into()), values.into_iter().map(Into::into).collect())
    }

    /// `isPrivate(address)`.
    pub fn private(address: impl Into<Self>) -> Self {
        Self::IsPrivate(Box::new(address.into()))
    }

    /// `ispresent(value)`.
    pub fn present(value: impl Into<Self>) -> Self {
        Self::Present(Box::new(value.into()))
    }

    /// The value with only these bits.
    pub fn mask(value: impl Into<Self>, bits: u64) -> Self {
        Self::Mask(Box::new(value.into()), bits)
    }

    /// Both hold; flattens.
    #[must_use]
    pub fn and(self, other: impl Into<Self>) -> Self {
        match (self, other.into()) {
            (Self::True, other) => other,
            (this, Self::True) => this,
            (Self::And(mut all), Self::And(more)) => {
                all.extend(more);
                Self::And(all)
            }
            (Self::And(mut all), other) => {
                all.push(other);
                Self::And(all)
            }
            (this, Self::And(mut all)) => {
                all.insert(0, this);
                Self::And(all)
            }
            (this, other) => Self::And(vec![this, other]),
        }
    }

    /// Either holds; flattens.
    #[must_use]
    pub fn or(self, other: impl Into<Self>) -> Self {
        match (self, other.into()) {
            (Self::Or(mut any), other) => {
                any.push(other);
                Self::Or(any)
            }
            (this, other) => Self::Or(vec![this, other]),
        }
    }

    /// Whether it depends on the direction of a record, and so on the interfaces' own addresses.
    pub fn is_directed(&self) -> bool {
        match self {
            Self::Derived(_) => true,
            Self::True | Self::Field(_) | Self::Column(_) | Self::Value(_) => false,
            Self::Compare(left, _, right) => left.is_directed() || right.is_directed(),
            Self::OneOf(of, _)
            | Self::InSubnet(of, _)
            | Self::IsPrivate(of)
            | Self::IsIpv6(of)
            | Self::Present(of)
            | Self::Contains(of, _)
            | Self::Bin(of, _)
            | Self::Mask(of, _)
            | Self::Not(of) => of.is_directed(),
            Self::And(all) | Self::Or(all) => all.iter().any(Self::is_directed),
        }
    }

    /// Does not hold.
    #[must_use]
    pub fn negate(self) -> Self {
        Self::Not(Box::new(self))
    }
}

/// The records of real traffic: `log-status` is `OK`, or the log has no such field.
pub fn is_flow() -> Expr {
    Expr::equal(Field::LogStatus, "OK").or(Expr::present(Field::LogStatus).negate())
}

/// Records whose action is `ACCEPT`.
pub fn accepted() -> Expr {
    Expr::equal(Field::Action, "ACCEPT")
}

/// Records whose action is `REJECT`.
pub fn rejected() -> Expr {
    Expr::equal(Field::Action, "REJECT")
}
