//! The plan: the one description of a question to the records, whatever asked it.
//!
//! A plan is data. The local executor runs it ([`super::exec`]); the back ends say it again as CloudWatch
//! Logs Insights and Athena text; front ends, pages and diagnoses make it.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use super::expr::{Comparison, Derived, Expr, accepted, is_flow, rejected};
use crate::record::ordered::OrderedMap;
use crate::record::{Field, Log};

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
    /// The log whose records are asked; those of the other are passed over.
    pub log: Log,
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

/// The own addresses of interfaces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locals {
    /// By interface ID.
    pub interfaces: OrderedMap<String, Own>,
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
    /// A plan over all VPC records for which `filter` holds.
    pub fn groups(filter: Expr, grouping: Grouping) -> Self {
        Self { scan: Scan::of(filter), locals: Arc::default(), output: Output::Groups(grouping) }
    }

    /// The lines of the VPC records for which `filter` holds, the earliest first.
    pub fn lines(filter: Expr, limit: usize) -> Self {
        Self { scan: Scan::of(filter), locals: Arc::default(), output: Output::Lines { limit } }
    }

    /// The same plan over the records of a log.
    #[must_use]
    pub const fn of(mut self, log: Log) -> Self {
        self.scan.log = log;
        self
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
    /// All VPC records for which `filter` holds.
    pub const fn of(filter: Expr) -> Self {
        Self { log: Log::Vpc, filter, semi_joins: Vec::new() }
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
