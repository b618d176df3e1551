//! The plan: the one description of a question to the records, whatever asked it.
//!
//! A plan is data. The local executor runs it ([`super::exec`]); the back ends say it again as CloudWatch
//! Logs Insights and Athena text; front ends, pages and diagnoses make it.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::value::Value;
use crate::record::Field;

/// A question to the records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Which records take part.
    pub scan: Scan,
    /// Own addresses of the interfaces, which the derived columns need.
    pub locals: Arc<Locals>,
    /// What comes out.
    pub output: Output,
}

/// Which records take part in a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scan {
    /// A condition on each record; a missing value is neither true nor false and drops the record.
    pub filter: Expr,
    /// Conditions on the record's key among the keys of other records, all of which must hold.
    pub semi_joins: Vec<SemiJoin>,
}

/// Keeps the records whose key is (or, negated, is not) the key of some record of another scan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SemiJoin {
    /// The key, computed alike on both sides.
    pub keys: Vec<Expr>,
    /// The other side.
    pub among: Box<Scan>,
    /// Keep those that are not among the others.
    pub negated: bool,
}

/// What a plan gives back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Output {
    /// Records themselves, rendered as lines, the earliest first.
    Lines {
        /// At most so many.
        limit: usize,
    },
    /// Columns of single records.
    Rows {
        /// The columns.
        columns: Vec<Named>,
        /// Order of the rows.
        sort: Vec<Sort>,
        /// Rows to leave out before the first one given.
        offset: usize,
        /// At most so many.
        limit: usize,
    },
    /// Groups of records with measures over each.
    Groups(Grouping),
}

/// Grouped measures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Grouping {
    /// The group's keys, in order. None: one group of all records.
    pub keys: Vec<Named>,
    /// Split each group where its records are silent for longer than so many seconds. Adds the columns
    /// `session_start` and `session_end` after the keys.
    pub session_gap_secs: Option<u64>,
    /// The measures, in order.
    pub measures: Vec<Measure>,
    /// A condition on the group, over its keys and measures by name ([`Expr::Column`]).
    pub having: Option<Expr>,
    /// Order of the groups; ties and the rest are ordered by the keys.
    pub sort: Vec<Sort>,
    /// At most so many groups.
    pub limit: Option<usize>,
    /// At most so many groups for each value of the first keys.
    pub limit_per: Option<LimitPer>,
}

/// The best `rows` groups for each combination of the first `keys` keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitPer {
    /// How many leading keys make the outer group.
    pub keys: usize,
    /// How many rows of each are kept, by the plan's sort order.
    pub rows: usize,
}

/// An expression with the name of its output column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Named {
    /// The column's name.
    pub name: String,
    /// What it holds.
    pub expr: Expr,
}

/// One measure of a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// The column's name.
    pub name: String,
    /// What is computed.
    pub aggregate: Aggregate,
    /// Over which value; `Expr::True` for `Count` of records.
    pub of: Expr,
    /// Only over the records for which this holds.
    pub when: Option<Expr>,
}

/// How values of many records become one. Missing values are left out by all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Aggregate {
    /// How many records have the value.
    Count,
    /// The sum, exact.
    Sum,
    /// The least number or time.
    Min,
    /// The greatest number or time.
    Max,
    /// The mean.
    Average,
    /// How many different values, exact.
    Distinct,
    /// All bits set in any of the values.
    BitOr,
    /// The value of the earliest record (by start).
    First,
    /// The value of the latest record (by start).
    Last,
    /// The address found on one side or the other of every record, if there is exactly one or, when all
    /// records are between the same two addresses, both: `a` or `a b`. Ignores `of`.
    CommonAddress,
}

/// Order by one column of the output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// The column's name.
    pub column: String,
    /// Greatest first.
    pub descending: bool,
}

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

/// Columns seen from the recorded interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Derived {
    /// `ingress` or `egress`: `flow-direction` if the record has it, else by the interface's own address
    /// ([`Locals`]); missing when neither tells.
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

/// The own addresses of interfaces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locals {
    /// By interface ID.
    pub interfaces: BTreeMap<String, Own>,
}

/// The own addresses of one interface, as far as known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Own {
    /// The primary private IPv4 address.
    pub v4: Option<Ipv4Addr>,
    /// The IPv6 address.
    pub v6: Option<Ipv6Addr>,
}

impl Plan {
    /// A plan over all records for which `filter` holds.
    pub fn groups(filter: Expr, grouping: Grouping) -> Self {
        Self { scan: Scan::of(filter), locals: Arc::default(), output: Output::Groups(grouping) }
    }

    /// The lines of the records for which `filter` holds, the earliest first.
    pub fn lines(filter: Expr, limit: usize) -> Self {
        Self { scan: Scan::of(filter), locals: Arc::default(), output: Output::Lines { limit } }
    }

    /// The same plan, knowing the interfaces' own addresses.
    #[must_use]
    pub fn with_locals(mut self, locals: &Arc<Locals>) -> Self {
        self.locals = Arc::clone(locals);
        self
    }

    /// The same plan, over only those records whose key is among the keys of another scan.
    #[must_use]
    pub fn semi_join(mut self, keys: Vec<Expr>, among: Scan) -> Self {
        self.scan = self.scan.semi_join(keys, among);
        self
    }

    /// The same plan, over only those records whose key is not among the keys of another scan.
    #[must_use]
    pub fn anti_join(mut self, keys: Vec<Expr>, among: Scan) -> Self {
        self.scan = self.scan.anti_join(keys, among);
        self
    }

    /// The same plan, over only those records for which `also` holds too.
    #[must_use]
    pub fn restricted(mut self, also: &Expr) -> Self {
        self.scan.filter = self.scan.filter.and(also.clone());
        self
    }
}

impl Scan {
    /// All records for which `filter` holds.
    pub const fn of(filter: Expr) -> Self {
        Self { filter, semi_joins: Vec::new() }
    }

    /// Only those whose key is among the keys of another scan.
    #[must_use]
    pub fn semi_join(mut self, keys: Vec<Expr>, among: Self) -> Self {
        self.semi_joins.push(SemiJoin { keys, among: Box::new(among), negated: false });
        self
    }

    /// Only those whose key is not among the keys of another scan.
    #[must_use]
    pub fn anti_join(mut self, keys: Vec<Expr>, among: Self) -> Self {
        self.semi_joins.push(SemiJoin { keys, among: Box::new(among), negated: true });
        self
    }
}

impl Grouping {
    /// Groups by named keys.
    pub fn by<'a>(keys: impl IntoIterator<Item = (&'a str, Expr)>) -> Self {
        Self {
            keys: keys.into_iter().map(|(name, expr)| Named::new(name, expr)).collect(),
            ..Self::default()
        }
    }

    /// Adds `count(*)`.
    #[must_use]
    pub fn count(self, name: &str) -> Self {
        self.measure(name, Aggregate::Count, Expr::True)
    }

    /// Adds `count(*)` of the records for which `when` holds.
    #[must_use]
    pub fn count_when(self, name: &str, when: Expr) -> Self {
        self.measure_when(name, Aggregate::Count, Expr::True, when)
    }

    /// Adds `sum(field)`.
    #[must_use]
    pub fn sum(self, name: &str, field: Field) -> Self {
        self.measure(name, Aggregate::Sum, Expr::Field(field))
    }

    /// Adds a measure.
    #[must_use]
    pub fn measure(mut self, name: &str, aggregate: Aggregate, of: Expr) -> Self {
        self.measures.push(Measure { name: name.to_owned(), aggregate, of, when: None });
        self
    }

    /// Adds a measure over the records for which `when` holds.
    #[must_use]
    pub fn measure_when(mut self, name: &str, aggregate: Aggregate, of: Expr, when: Expr) -> Self {
        self.measures.push(Measure { name: name.to_owned(), aggregate, of, when: Some(when) });
        self
    }

    /// Splits groups at silences.
    #[must_use]
    pub const fn sessions(mut self, gap_secs: u64) -> Self {
        self.session_gap_secs = Some(gap_secs);
        self
    }

    /// Keeps only the groups for which the condition holds.
    #[must_use]
    pub fn having(mut self, having: Expr) -> Self {
        self.having = Some(having);
        self
    }

    /// Orders by a column, the greatest first.
    #[must_use]
    pub fn descending(mut self, column: &str) -> Self {
        self.sort.push(Sort { column: column.to_owned(), descending: true });
        self
    }

    /// Orders by a column, the least first.
    #[must_use]
    pub fn ascending(mut self, column: &str) -> Self {
        self.sort.push(Sort { column: column.to_owned(), descending: false });
        self
    }

    /// At most so many groups.
    #[must_use]
    pub const fn limit(mut self, rows: usize) -> Self {
        self.limit = Some(rows);
        self
    }

    /// At most so many groups for each value of the first `keys` keys.
    #[must_use]
    pub const fn limit_per(mut self, keys: usize, rows: usize) -> Self {
        self.limit_per = Some(LimitPer { keys, rows });
        self
    }
}

impl Named {
    /// An expression and its column's name.
    pub fn new(name: &str, expr: Expr) -> Self {
        Self { name: name.to_owned(), expr }
    }
}

impl Locals {
    /// The own addresses of an interface.
    pub fn of(&self, interface: &str) -> Own {
        self.interfaces.get(interface).copied().unwrap_or_default()
    }
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
