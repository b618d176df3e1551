//! A query, ready to run: relations made of records or of each other, and what is shown of the last.

use flowlens_core::query::Expr;
use flowlens_core::query::exec::Wanted;

use super::Shortcut;
use super::steps::Step;

/// A query, ready to run.
#[derive(Debug)]
pub struct Pipeline {
    /// Where rows come from. Each may be made of those before it; the last gives the answer.
    pub relations: Vec<Relation>,
    /// The columns of the answer.
    pub columns: Vec<Shown>,
    /// What a person should know of the answer.
    pub notes: Vec<String>,
}

/// Rows, and what is done with them.
#[derive(Debug)]
pub struct Relation {
    /// Where they come from.
    pub source: Source,
    /// What is done, in order.
    pub steps: Vec<Step>,
    /// What becomes of them.
    pub purpose: Purpose,
}

/// Where rows come from.
#[derive(Debug)]
pub enum Source {
    /// From the records.
    Records(Box<Records>),
    /// There is one, of nothing.
    Nothing,
    /// From these relations, all their rows.
    Relations(Vec<usize>),
}

/// What becomes of the rows of a relation.
#[derive(Debug)]
pub enum Purpose {
    /// They are the answer.
    Answer,
    /// A later relation is made of these slots of them.
    Rows(Vec<usize>),
    /// A slot of them is looked up by later relations.
    Set(usize),
    /// A slot of the only one of them is a value in later relations.
    Value(usize),
}

/// Which records are asked for, and what of them.
#[derive(Debug)]
pub struct Records {
    /// Which; the steps do not filter by this again.
    pub filter: Expr,
    /// What of them, and into which slots.
    pub sources: Vec<(Wanted, usize)>,
    /// The slot of the event's time.
    pub time: usize,
    /// Slots of a row of a record.
    pub slots: usize,
    /// A number that is missing is NULL, as to SQL; else it is a hyphen, as in the record.
    pub nulls: bool,
    /// A plan that does the first step, `stats`, faster.
    pub shortcut: Option<Shortcut>,
}

/// A column of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its name.
    pub name: String,
    /// Where its values are.
    pub slot: usize,
    /// Whether they are times, Unix milliseconds.
    pub is_time: bool,
}
