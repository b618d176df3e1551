//! What a SELECT says, with the place of each part in its text. The program `sql` reads text into this; it travels as bytes.
//!
//! Names are in lower case: Athena does not tell cases apart, in quotes or not.

use serde::{Deserialize, Serialize};

use super::types::Type;
use crate::insights::ast::{Name, Span};

/// A query: what it is computed of, its order, and how many rows of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// `WITH name AS (...)`
    pub with: Vec<Named>,
    /// Where its rows come from.
    pub body: Body,
    /// `ORDER BY`
    pub order: Vec<Order>,
    /// `OFFSET`
    pub offset: u64,
    /// `LIMIT`
    pub limit: Option<u64>,
    /// All of it.
    pub span: Span,
}

/// A query with a name, and maybe with names of its columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Named {
    /// Its name.
    pub name: Name,
    /// The names of its columns, if they are given.
    pub columns: Vec<Name>,
    /// The query.
    pub query: Query,
}

/// Where the rows of a query come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Body {
    /// `SELECT`
    Select(Box<Select>),
    /// `a UNION ALL b`, or without equal rows `a UNION b`
    Union(Vec<Query>, bool),
    /// `(...)`
    Nested(Box<Query>),
}

/// A SELECT.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Select {
    /// `DISTINCT`
    pub distinct: bool,
    /// What is selected.
    pub items: Vec<Item>,
    /// Of what.
    pub from: From,
    /// Lists of which each member makes a row: `CROSS JOIN UNNEST(...)`
    pub unnest: Vec<Unnest>,
    /// `WHERE`
    pub filter: Option<Node>,
    /// `GROUP BY`; none: all is one group, if there are aggregates.
    pub group: Option<Vec<Node>>,
    /// `HAVING`
    pub having: Option<Node>,
    /// All of it.
    pub span: Span,
}

/// What is selected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Item {
    /// `*`, or `t.*`
    All(Option<String>, Span),
    /// An expression, and its name.
    Node(Node, Option<Name>),
}

/// Of what is selected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum From {
    /// Of nothing: one row.
    Nothing,
    /// Of a table, or of a query of that name; and what it is called here.
    Table(Name, Option<Name>),
    /// Of a query, with what it and its columns are called here.
    Query(Box<Query>, Option<Name>, Vec<Name>),
}

/// A list of which each member makes a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unnest {
    /// The list.
    pub list: Node,
    /// What the table of the members is called.
    pub table: Option<Name>,
    /// What their column is called.
    pub column: Option<Name>,
}

/// What rows are ordered by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// The expression.
    pub node: Node,
    /// The greatest first.
    pub descending: bool,
    /// NULL first; else last, as Athena has it for both directions.
    pub nulls_first: bool,
}

/// An expression. Two are equal if they say the same, wherever they stand.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Its place.
    pub span: Span,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

/// The name of a column. With a table's name or without, it is the same.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Column {
    /// The table's name.
    pub table: Option<String>,
    /// The column's.
    pub name: String,
}

impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        let is_same_table = match (&self.table, &other.table) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        is_same_table && self.name == other.name
    }
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum NodeKind {
    /// `NULL`
    Null,
    /// `TRUE`
    Bool(bool),
    /// `443`
    Int(i128),
    /// `1.5`: its digits, and how many are behind the point.
    Decimal(i128, u8),
    /// `1.5e3`
    Double(f64),
    /// `'REJECT'`
    Text(String),
    /// `INTERVAL '7' DAY`: months, and milliseconds.
    Interval(i64, i64),
    /// `srcaddr`
    Column(Column),
    /// `NOT a`
    Not(Box<Node>),
    /// `-a`
    Minus(Box<Node>),
    /// `a + b`
    Binary(Box<Node>, Operator, Box<Node>),
    /// `a IS NULL`
    IsNull(Box<Node>),
    /// `a IS TRUE`, `a IS FALSE`
    IsTruth(Box<Node>, bool),
    /// `a BETWEEN b AND c`
    Between(Box<Node>, Box<Node>, Box<Node>),
    /// `a IN (b, c)`
    In(Box<Node>, Vec<Node>),
    /// `a IN (SELECT ...)`
    InQuery(Box<Node>, Box<Query>),
    /// `(SELECT ...)` of one value
    Query(Box<Query>),
    /// `a LIKE b ESCAPE c`
    Like(Box<Node>, Box<Node>, Option<char>),
    /// `CASE a WHEN b THEN c ELSE d END`; without `a` each `b` is a condition.
    Case(Option<Box<Node>>, Vec<(Node, Node)>, Option<Box<Node>>),
    /// `CAST(a AS type)`; or TRY_CAST
    Cast(Box<Node>, Type, bool),
    /// `a AT TIME ZONE b`
    AtTimeZone(Box<Node>, Box<Node>),
    /// `ARRAY[a, b]`
    List(Vec<Node>),
    /// `ROW(a, b)`, `(a, b)`
    Row(Vec<Node>),
    /// `a[b]`
    Member(Box<Node>, Box<Node>),
    /// `f(a, b)`
    Call(Box<Call>),
}

/// A call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// What is called.
    pub name: String,
    /// With what; `count(*)` has none.
    pub args: Vec<Node>,
    /// `f(DISTINCT a)`
    pub distinct: bool,
    /// `f(a ORDER BY b)`
    pub order: Vec<Order>,
    /// `FILTER (WHERE a)`
    pub filter: Option<Node>,
    /// `OVER (...)`
    pub over: Option<Window>,
}

/// The rows that a window function looks at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// `PARTITION BY`
    pub partition: Vec<Node>,
    /// `ORDER BY`
    pub order: Vec<Order>,
    /// `ROWS BETWEEN a AND b`
    pub frame: Option<Frame>,
}

/// Which rows of its partition around a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// `ROWS`; else `RANGE`.
    pub rows: bool,
    /// From which row.
    pub from: Bound,
    /// To which.
    pub to: Bound,
}

/// An end of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bound {
    /// `UNBOUNDED PRECEDING`, `UNBOUNDED FOLLOWING`
    End,
    /// So many rows after the row; `1 PRECEDING` is one less than none.
    Rows(i64),
}

/// An operator between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operator {
    /// `OR`
    Or,
    /// `AND`
    And,
    /// `=`
    Equal,
    /// `<>`, `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `IS DISTINCT FROM`
    Distinct,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
    /// `||`
    Concat,
}

impl Operator {
    /// As it is written.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Or => "OR",
            Self::And => "AND",
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
            Self::Distinct => "IS DISTINCT FROM",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
            Self::Concat => "||",
        }
    }
}

impl Node {
    /// The expressions that it is directly made of; not those of queries within it.
    pub fn children(&self) -> Vec<&Self> {
        match &self.kind {
            NodeKind::Null
            | NodeKind::Bool(_)
            | NodeKind::Int(_)
            | NodeKind::Decimal(..)
            | NodeKind::Double(_)
            | NodeKind::Text(_)
            | NodeKind::Interval(..)
            | NodeKind::Column(_)
            | NodeKind::Query(_) => Vec::new(),
            NodeKind::Not(of)
            | NodeKind::Minus(of)
            | NodeKind::IsNull(of)
            | NodeKind::IsTruth(of, _)
            | NodeKind::InQuery(of, _)
            | NodeKind::Cast(of, ..) => vec![of],
            NodeKind::Binary(left, _, right)
            | NodeKind::Like(left, right, _)
            | NodeKind::AtTimeZone(left, right)
            | NodeKind::Member(left, right) => vec![left, right],
            NodeKind::Between(of, low, high) => vec![of, low, high],
            NodeKind::In(of, list) => std::iter::once(&**of).chain(list).collect(),
            NodeKind::List(members) | NodeKind::Row(members) => members.iter().collect(),
            NodeKind::Case(of, cases, default) => {
                let cases = cases.iter().flat_map(|(when, then)| [when, then]);
                of.as_deref().into_iter().chain(cases).chain(default.as_deref()).collect()
            }
            NodeKind::Call(call) => {
                let order = call.order.iter().map(|order| &order.node);
                let over = call
                    .over
                    .iter()
                    .flat_map(|over| over.partition.iter().chain(over.order.iter().map(|order| &order.node)));
                call.args.iter().chain(order).chain(&call.filter).chain(over).collect()
            }
        }
    }
}
