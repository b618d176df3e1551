//! What values are to Athena. A value here does not say it itself: a timestamp is a number of milliseconds, a date one of
//! days, a decimal one of its last digits; so every expression has a type before it is computed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Type {
    /// That of NULL, which is any.
    Unknown,
    /// `boolean`
    Boolean,
    /// `integer`, `bigint` and the shorter ones
    Integer,
    /// `decimal` with so many digits behind the point
    Decimal(u8),
    /// `double`, `real`
    Double,
    /// `varchar`
    Varchar,
    /// `date`: days since 1970
    Date,
    /// `timestamp`: milliseconds since 1970; with a time zone, which here is UTC
    Timestamp(bool),
    /// `interval day to second`: milliseconds
    Interval,
    /// `interval year to month`: months
    Months,
    /// `ipaddress`
    IpAddress,
    /// `ipprefix`
    IpPrefix,
    /// `array(...)`
    Array(Box<Self>),
    /// `row(...)`
    Row(Vec<Self>),
    /// `map(...)` of texts
    Map(Box<Self>),
}

impl Type {
    /// Whether it is a number.
    pub const fn is_number(&self) -> bool {
        matches!(self, Self::Integer | Self::Decimal(_) | Self::Double)
    }

    /// Whether it is a point in time.
    pub const fn is_time(&self) -> bool {
        matches!(self, Self::Date | Self::Timestamp(_))
    }

    /// The type that values of both can be turned into without being asked to.
    pub fn common(&self, other: &Self) -> Option<Self> {
        Some(match (self, other) {
            (a, b) if a == b => a.clone(),
            (Self::Unknown, known) | (known, Self::Unknown) => known.clone(),
            (Self::Integer, Self::Decimal(scale)) | (Self::Decimal(scale), Self::Integer) => {
                Self::Decimal(*scale)
            }
            (Self::Decimal(a), Self::Decimal(b)) => Self::Decimal(*a.max(b)),
            (a, b) if a.is_number() && b.is_number() => Self::Double,
            (Self::Date, Self::Timestamp(zone)) | (Self::Timestamp(zone), Self::Date) => {
                Self::Timestamp(*zone)
            }
            (Self::Timestamp(a), Self::Timestamp(b)) => Self::Timestamp(*a || *b),
            (Self::Array(a), Self::Array(b)) => Self::Array(Box::new(a.common(b)?)),
            (Self::Row(a), Self::Row(b)) if a.len() == b.len() => {
                Self::Row(a.iter().zip(b).map(|(a, b)| a.common(b)).collect::<Option<_>>()?)
            }
            _ => return None,
        })
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("unknown"),
            Self::Boolean => f.write_str("boolean"),
            Self::Integer => f.write_str("bigint"),
            Self::Decimal(scale) => write!(f, "decimal(38,{scale})"),
            Self::Double => f.write_str("double"),
            Self::Varchar => f.write_str("varchar"),
            Self::Date => f.write_str("date"),
            Self::Timestamp(false) => f.write_str("timestamp"),
            Self::Timestamp(true) => f.write_str("timestamp with time zone"),
            Self::Interval => f.write_str("interval day to second"),
            Self::Months => f.write_str("interval year to month"),
            Self::IpAddress => f.write_str("ipaddress"),
            Self::IpPrefix => f.write_str("ipprefix"),
            Self::Array(of) => write!(f, "array({of})"),
            Self::Row(of) => {
                f.write_str("row(")?;
                for (at, of) in of.iter().enumerate() {
                    write!(f, "{}{of}", if at > 0 { ", " } else { "" })?;
                }
                f.write_str(")")
            }
            Self::Map(of) => write!(f, "map(varchar, {of})"),
        }
    }
}
