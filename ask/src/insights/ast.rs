//! What a query says, with the place of each part in its text.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::words::Function;

/// A query: its commands in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// The commands.
    pub commands: Vec<Command>,
}

/// Bytes of the query's text, the end exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// Between two bytes.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// From the start of this to the end of another.
    #[must_use]
    pub const fn to(self, other: Self) -> Self {
        Self { start: self.start, end: other.end }
    }

    /// The bytes.
    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// What stands there.
    pub fn of(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }
}

/// One command.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// What it does.
    pub kind: CommandKind,
    /// All of it.
    pub span: Span,
}

/// What a command does.
#[derive(Clone, Debug, PartialEq)]
pub enum CommandKind {
    /// `fields a, b + c as d`
    Fields(Vec<Item>),
    /// `display a, b`
    Display(Vec<Item>),
    /// `filter`, `where`, `filterIndex`
    Filter(Node),
    /// `parse`
    Parse(Parse),
    /// `sort a desc, b`
    Sort(Vec<Order>),
    /// `stats count(*) as n by srcAddr`
    Stats {
        /// What is computed of each group.
        measures: Vec<Item>,
        /// What makes a group.
        by: Vec<Item>,
    },
    /// `limit 20` and, the same, `head 20`
    Limit(u64),
    /// `tail 20`: the last rows
    Tail(u64),
    /// `dedup a, b`
    Dedup(Vec<Name>),
    /// `unnest list into x`
    Unnest {
        /// A list.
        list: Node,
        /// The column of its members.
        into: Name,
    },
    /// `accum a as b`
    Accum {
        /// What is summed up.
        of: Name,
        /// The column of the running sum; none: `of` itself becomes it.
        into: Option<Name>,
    },
    /// `fillmissing with 0 for a, b`
    FillMissing {
        /// The value; 0 if it is not given.
        with: Option<Literal>,
        /// The columns; none: all but the time.
        of: Vec<Name>,
    },
    /// `addtotals fieldname=Total row=true col=false a, b`
    AddTotals {
        /// The column of a row's total.
        name: Option<Name>,
        /// Whether each row gets its total.
        row: bool,
        /// Whether a last row holds the total of each column.
        col: bool,
        /// The columns; none: all that hold numbers.
        of: Vec<Name>,
    },
    /// `pattern @message`
    Pattern(Node),
}

/// A name with its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// The name, without backticks.
    pub text: String,
    /// Its place.
    pub span: Span,
}

/// An expression with the name of its column.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The expression.
    pub node: Node,
    /// `as name`
    pub alias: Option<Name>,
}

/// A column to sort by.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// What is sorted by.
    pub node: Node,
    /// The greatest first.
    pub descending: bool,
}

/// A `parse` command.
#[derive(Clone, Debug, PartialEq)]
pub struct Parse {
    /// What is taken apart; none: the message.
    pub of: Option<Node>,
    /// How.
    pub by: ParseBy,
    /// The columns of what is found. With a pattern with names of its own there are none.
    pub names: Vec<Name>,
}

/// How `parse` takes a text apart.
#[derive(Clone, Debug, PartialEq)]
pub enum ParseBy {
    /// Text between asterisks: `"* - *"`.
    Glob(String),
    /// A regular expression; `multi` gives a row for each match.
    Regex {
        /// The expression, as written between slashes.
        pattern: Regex,
        /// A row for each match.
        multi: bool,
    },
    /// Values between commas, in quotes or not.
    Csv,
    /// `key=value` pairs, to one map or to a column for each name.
    Logfmt,
}

/// A regular expression with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regex {
    /// The expression, without the slashes.
    pub pattern: String,
    /// Its place, with the slashes.
    pub span: Span,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Its place.
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// A constant.
    Literal(Literal),
    /// A field or an alias, with the way into it: `srcAddr`, `map.key`, `list[0]`.
    Name(String),
    /// A regular expression, as the argument of a function.
    Regex(String),
    /// A length of time, such as `5m`, as the argument of a function.
    Period(Period),
    /// `[a, b]`
    List(Vec<Node>),
    /// `not a`, `!a`
    Not(Box<Node>),
    /// `-a`
    Minus(Box<Node>),
    /// `a and b`, `a + b`, `a = b`
    Binary(Box<Node>, Operator, Box<Node>),
    /// `a in [b, c]`, `a not in [b, c]`
    In {
        /// What is looked for.
        of: Box<Node>,
        /// Where.
        list: Vec<Node>,
        /// `not in`
        negated: bool,
    },
    /// `a like "b"`, `a not like /b/`, `a =~ /b/`
    Like {
        /// What is searched.
        of: Box<Node>,
        /// A [`NodeKind::Regex`], or a text that is looked for anywhere in it.
        pattern: Box<Node>,
        /// `not like`
        negated: bool,
    },
    /// `count(*)`: no arguments; `avg(a)`, `bin(5m)`
    Call {
        /// What is called.
        function: Function,
        /// With what; `*` is no argument.
        args: Vec<Node>,
    },
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// A whole number.
    Int(i128),
    /// Another number.
    Real(f64),
    /// A text, without its quotes and with its escapes undone.
    Text(String),
    /// `true` or `false`
    Bool(bool),
}

/// An operator between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `or`, `||`
    Or,
    /// `and`, `&&`
    And,
    /// `=`, `==`
    Equal,
    /// `!=`, `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
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
    /// `^`, which binds to the right
    Power,
}

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// How many.
    pub count: u64,
    /// Of what.
    pub unit: Unit,
}

/// A unit of time. Names of more than one letter may end in an `s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// `ms`, `msec`, `millisecond`
    Millisecond,
    /// `s`, `sec`, `second`
    Second,
    /// `m`, `min`, `minute`
    Minute,
    /// `h`, `hr`, `hour`
    Hour,
    /// `d`, `day`
    Day,
    /// `w`, `week`
    Week,
    /// `mo`, `mon`, `month`
    Month,
    /// `q`, `qtr`, `quarter`
    Quarter,
    /// `y`, `yr`, `year`
    Year,
}

impl Unit {
    /// Finds a unit by one of its names; case does not matter.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let one = name.strip_suffix('s').filter(|one| one.len() > 1).unwrap_or(&name);
        Some(match if name == "ms" { "ms" } else { one } {
            "ms" | "msec" | "millisecond" => Self::Millisecond,
            "s" | "sec" | "second" => Self::Second,
            "m" | "min" | "minute" => Self::Minute,
            "h" | "hr" | "hour" => Self::Hour,
            "d" | "day" => Self::Day,
            "w" | "week" => Self::Week,
            "mo" | "mon" | "month" => Self::Month,
            "q" | "qtr" | "quarter" => Self::Quarter,
            "y" | "yr" | "year" => Self::Year,
            _ => return None,
        })
    }
}

impl Period {
    /// As CloudWatch heeds it: no more than 1,000 milliseconds, 60 seconds, 60 minutes or 24 hours, and at least one.
    #[must_use]
    pub fn capped(self) -> Self {
        let most = match self.unit {
            Unit::Millisecond => 1000,
            Unit::Second | Unit::Minute => 60,
            Unit::Hour => 24,
            Unit::Day | Unit::Week | Unit::Month | Unit::Quarter | Unit::Year => u64::MAX,
        };
        Self { count: self.count.clamp(1, most), unit: self.unit }
    }

    /// Its length in milliseconds, where all of its unit are as long; none for months, quarters and years.
    pub fn millis(self) -> Option<u64> {
        let unit = match self.unit {
            Unit::Millisecond => 1,
            Unit::Second => 1000,
            Unit::Minute => 60_000,
            Unit::Hour => 3_600_000,
            Unit::Day => 86_400_000,
            Unit::Week => 7 * 86_400_000,
            Unit::Month | Unit::Quarter | Unit::Year => return None,
        };
        self.count.checked_mul(unit)
    }
}

/// What is wrong with a query, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complaint {
    /// The place.
    pub span: Span,
    /// What is wrong, and what was expected or may be meant.
    pub text: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (character {})", self.text, self.span.start + 1)
    }
}

impl std::error::Error for Complaint {}
