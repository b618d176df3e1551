//! From what a query says to what is run.

mod aggregates;
mod calls;
mod columns;
mod expressions;
mod native;
mod operators;
mod select;
mod shortcut;

use std::rc::Rc;

pub(crate) use aggregates::{NAMES as AGGREGATES, WINDOWS};
pub(super) use calls::SPECIAL;
pub(crate) use columns::field;

use flowlens_core::query::exec::Wanted;
use flowlens_core::query::{Expr, Facts};

use self::columns::{Column, Typed};
use super::ast::{Body, Named, Order, Query};
use super::cast;
use super::term::{self, Term};
use super::types::Type;
use crate::functions::Context;
use crate::insights::ast::{Complaint, Name, Span};
use crate::plan::compute::Compute;
use crate::plan::steps::{Sorted, Stats, Step};
use crate::plan::{LIMIT_MOST, Pipeline, Purpose, Records, Relation, Shown, Source};

/// Makes a query ready to run over records of which so much is known; `context` says what time it is.
pub fn plan(query: &Query, facts: &Facts, context: &Context) -> Result<Pipeline, Vec<Complaint>> {
    let mut planner = Planner {
        facts,
        context,
        relations: Vec::new(),
        sets: 0,
        named: Vec::new(),
        notes: Vec::new(),
        trying: false,
        parts: Vec::new(),
        complaints: Vec::new(),
    };
    let pipeline = planner.whole(query);
    let mut complaints = planner.complaints;
    match pipeline {
        Ok(pipeline) if complaints.is_empty() => return Ok(pipeline),
        Ok(_) => {}
        Err(complaint) => complaints.push(complaint),
    }
    complaints.sort_by_key(|complaint| complaint.span.start);
    Err(complaints)
}

struct Planner<'a> {
    facts: &'a Facts,
    context: &'a Context,
    /// Those that are whole.
    relations: Vec<Relation>,
    /// How many of them are looked up.
    sets: usize,
    /// The queries that have names here, the innermost last.
    named: Vec<Rc<Named>>,
    notes: Vec<String>,
    /// Within `try(...)`, what would stop a query is NULL.
    trying: bool,
    /// The names of parts of paths that are asked for.
    parts: Vec<String>,
    complaints: Vec<Complaint>,
}

type Planned<T> = Result<T, Complaint>;

fn complaint<T>(span: Span, text: impl Into<String>) -> Planned<T> {
    Err(Complaint { span, text: text.into() })
}

/// A relation under construction.
struct Building {
    source: Origin,
    steps: Vec<Step>,
    /// Slots in use.
    slots: usize,
    /// The columns that can be named.
    columns: Vec<Column>,
    /// What the table of the records is called, if their columns can be named, too.
    table: Option<Vec<String>>,
}

/// Where the rows of a relation under construction come from.
enum Origin {
    /// From records: which, and what of them.
    Records {
        filter: Expr,
        sources: Vec<(Wanted, usize)>,
        /// How many slots their rows have, once rows are no records any more.
        width: Option<usize>,
    },
    Nothing,
    Relations(Vec<usize>),
}

impl Building {
    fn new(source: Origin) -> Self {
        Self { source, steps: Vec::new(), slots: 0, columns: Vec::new(), table: None }
    }

    const fn new_slot(&mut self) -> usize {
        self.slots += 1;
        self.slots - 1
    }

    fn step(&mut self, step: Step) {
        self.steps.push(step);
    }

    /// The slot of a term.
    fn slot(&mut self, term: Term) -> usize {
        if let Term::Slot(slot) = term {
            return slot;
        }
        let slot = self.new_slot();
        self.steps.push(Step::Set(slot, compute(term)));
        slot
    }

    /// Groups rows: from here on they have a slot for each key and each aggregate.
    fn group(&mut self, stats: Stats) {
        let slots = stats.keys.len() + stats.aggregates.len();
        if let Origin::Records { width, .. } = &mut self.source {
            width.get_or_insert(self.slots);
        }
        self.steps.push(Step::Stats(stats));
        self.slots = slots;
    }

    /// Keeps one of rows that have the same values in all columns.
    fn distinct(&mut self) {
        let keys = self.columns.iter().map(|column| Compute::Slot(column.slot)).collect();
        self.group(Stats { keys, aggregates: Vec::new(), after: Vec::new() });
        for (slot, column) in self.columns.iter_mut().enumerate() {
            column.slot = slot;
        }
    }

    fn limit(&mut self, offset: u64, limit: Option<u64>) {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        if let Some(limit) = limit {
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            self.steps.push(Step::Limit(limit.saturating_add(offset)));
        }
        if offset > 0 {
            self.steps.push(Step::Skip(offset));
        }
    }

    fn finish(self, purpose: Purpose, facts: &Facts) -> Relation {
        let source = match self.source {
            Origin::Nothing => Source::Nothing,
            Origin::Relations(of) => Source::Relations(of),
            Origin::Records { filter, sources, width } => {
                let shortcut = shortcut::shortcut(&filter, &self.steps, &sources, facts);
                let slots = width.unwrap_or(self.slots);
                Source::Records(Box::new(Records { filter, sources, time: 0, slots, nulls: true, shortcut }))
            }
        };
        Relation { source, steps: self.steps, purpose }
    }
}

fn compute(term: Term) -> Compute {
    match term {
        Term::Slot(slot) => Compute::Slot(slot),
        term => Compute::Sql(Box::new(term)),
    }
}

impl Planner<'_> {
    fn whole(&mut self, query: &Query) -> Planned<Pipeline> {
        let mut building = self.query(query)?;
        let is_cut = query.limit.is_none_or(|limit| limit > LIMIT_MOST as u64);
        if is_cut {
            building.steps.push(Step::Limit(LIMIT_MOST));
        }
        let mut shown = Vec::new();
        let columns = std::mem::take(&mut building.columns);
        for (at, column) in columns.into_iter().enumerate() {
            let is_time = matches!(column.of, Type::Timestamp(_));
            // Keys of groups are values by how they are shown; a date, a decimal and the like are shown as what they are.
            let turn = match column.of {
                Type::Decimal(_) => Some((column.of, Type::Double)),
                Type::Date | Type::Interval | Type::Months | Type::Varchar => {
                    Some((column.of, Type::Varchar))
                }
                Type::Boolean => Some((Type::Varchar, Type::Boolean)),
                _ => None,
            };
            let slot = match turn {
                Some((from, to)) => {
                    building.slot(Term::Cast(Box::new(Term::Slot(column.slot)), from, to, true))
                }
                None => column.slot,
            };
            shown.push(Shown { name: column.name.unwrap_or_else(|| format!("_col{at}")), slot, is_time });
        }
        self.relations.push(building.finish(Purpose::Answer, self.facts));
        let none = "There are no VPC flow records to ask; those of transit gateways cannot be asked yet.";
        if self.facts.columns.is_empty() {
            self.notes = vec![none.to_owned()];
        }
        if !self.parts.is_empty() {
            let (names, verb) = match self.parts.as_slice() {
                [one] => (one.clone(), "is part"),
                all => (all.join(", "), "are parts"),
            };
            self.notes.push(format!(
                "{names} {verb} of a file's path, which a record does not tell. Here the second counts at which the record starts; \
                 its file may be some minutes younger."
            ));
        }
        let (relations, notes) = (std::mem::take(&mut self.relations), std::mem::take(&mut self.notes));
        Ok(Pipeline { relations, columns: shown, notes })
    }

    fn note(&mut self, note: String) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// A query within another, or all of it.
    fn query(&mut self, query: &Query) -> Planned<Building> {
        let outer = self.named.len();
        self.named.extend(query.with.iter().cloned().map(Rc::new));
        let building = self.ordered(query);
        self.named.truncate(outer);
        building
    }

    fn ordered(&mut self, query: &Query) -> Planned<Building> {
        let mut building = match &query.body {
            Body::Select(select) => return self.select(select, query),
            Body::Nested(inner) => self.query(inner)?,
            Body::Union(parts, all) => self.union(parts, *all)?,
        };
        self.sort(&mut building, &query.order, &[])?;
        building.limit(query.offset, query.limit);
        Ok(building)
    }

    /// The rows of several queries.
    fn union(&mut self, parts: &[Query], all: bool) -> Planned<Building> {
        let mut built: Vec<(Building, Span)> = Vec::new();
        for part in parts {
            built.push((self.query(part)?, part.span));
        }
        let Some((first, _)) = built.first() else { return Ok(Building::new(Origin::Nothing)) };
        let mut columns = first.columns.clone();
        for (other, span) in &built {
            if other.columns.len() != columns.len() {
                let (a, b) = (columns.len(), other.columns.len());
                return complaint(
                    *span,
                    format!("UNION puts together queries of as many columns; these have {a} and {b}"),
                );
            }
            for (column, other) in columns.iter_mut().zip(&other.columns) {
                let Some(common) = column.of.common(&other.of) else {
                    let (a, b) = (&column.of, &other.of);
                    return complaint(
                        *span,
                        format!("a column of this UNION is {a} in one query and {b} in another"),
                    );
                };
                column.of = common;
            }
        }
        let mut relations = Vec::new();
        for (mut part, _) in built {
            let mut slots = Vec::new();
            for (column, into) in std::mem::take(&mut part.columns).into_iter().zip(&columns) {
                let term = turned(Term::Slot(column.slot), &column.of, &into.of);
                slots.push(part.slot(term));
            }
            relations.push(self.relations.len());
            self.relations.push(part.finish(Purpose::Rows(slots), self.facts));
        }
        let mut building = Building::new(Origin::Relations(relations));
        building.slots = columns.len();
        for (slot, column) in columns.iter_mut().enumerate() {
            *column = Column { table: None, slot, ..column.clone() };
        }
        building.columns = columns;
        if !all {
            building.distinct();
        }
        Ok(building)
    }

    /// Orders rows by their columns, by the places of them, or by what can be computed of them and of `known`.
    fn sort(&mut self, building: &mut Building, orders: &[Order], known: &[columns::Known]) -> Planned<()> {
        let mut by = Vec::new();
        for order in orders {
            let typed = self.order_key(building, order, known)?;
            by.push(Self::sorted(typed, order)?);
        }
        if !by.is_empty() {
            building.steps.push(Step::Sort(by));
        }
        Ok(())
    }

    fn sorted(typed: Typed, order: &Order) -> Planned<Sorted> {
        let Some(by) = term::Order::of(&typed.of) else {
            return complaint(order.node.span, format!("values of type {} have no order", typed.of));
        };
        Ok(Sorted {
            of: compute(typed.term),
            descending: order.descending,
            sql: Some((by, order.nulls_first)),
        })
    }

    /// The columns of a query that is named, or stands in FROM.
    fn renamed(building: &mut Building, table: Option<&Name>, names: &[Name]) -> Planned<()> {
        if let Some(more) = names.get(building.columns.len()) {
            let there = building.columns.len();
            return complaint(
                more.span,
                format!("the query has {there} columns; this is a name for one more"),
            );
        }
        for (at, column) in building.columns.iter_mut().enumerate() {
            column.table = table.map(|table| table.text.clone());
            if let Some(name) = names.get(at) {
                column.name = Some(name.text.clone());
            }
        }
        Ok(())
    }

    /// A query of which the values are looked up: its number, and their type.
    fn looked_up(&mut self, query: &Query, is_value: bool) -> Planned<(usize, Type)> {
        let mut building = self.query(query)?;
        let [column] = building.columns.as_slice() else {
            let there = building.columns.len();
            return complaint(query.span, format!("this query gives {there} columns, where one is wanted"));
        };
        let (slot, of) = (column.slot, column.of.clone());
        if !is_value && !building.steps.iter().any(|step| matches!(step, Step::Limit(_))) {
            building.distinct();
        }
        let slot = building.columns.first().map_or(slot, |column| column.slot);
        let purpose = if is_value { Purpose::Value(slot) } else { Purpose::Set(slot) };
        self.relations.push(building.finish(purpose, self.facts));
        self.sets += 1;
        Ok((self.sets - 1, of))
    }
}

/// A term of one type as one of another, into which it goes.
fn turned(term: Term, from: &Type, to: &Type) -> Term {
    let stays = from == to
        || matches!(
            (from, to),
            (Type::Unknown, _) | (Type::Integer, Type::Double) | (Type::Timestamp(_), Type::Timestamp(_))
        );
    match term {
        term if stays => term,
        Term::Constant(value) => {
            let cast = cast::cast(&value, from, to);
            cast.map_or_else(
                || Term::Cast(Box::new(Term::Constant(value)), from.clone(), to.clone(), false),
                Term::Constant,
            )
        }
        term => Term::Cast(Box::new(term), from.clone(), to.clone(), false),
    }
}
