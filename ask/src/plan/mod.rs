//! From the syntax tree to what is run: which records are asked for, what shards do with them, what is done with all.

pub mod compute;
mod expressions;
mod native;
mod pipeline;
mod scope;
mod shortcut;
mod stats;
pub mod steps;

use std::rc::Rc;

use flowlens_core::query::Expr;
use flowlens_core::query::exec::Wanted;
use flowlens_core::record::Field;

pub use pipeline::{Pipeline, Purpose, Records, Relation, Shown, Source};
pub(crate) use shortcut::limited;
pub use shortcut::{FromPlan, KeyOfPlan, Shortcut};

use self::compute::Compute;
use self::scope::Scope;
use self::steps::{Aggregated, Aggregating, Fill, Sorted, Stats, Step, TakeBy, Taking, Totals};
use crate::functions::regex;
use crate::insights::ast::{
    Command, CommandKind, Complaint, Item, Name, Node, NodeKind, Parse, ParseBy, Query, Span,
};
use crate::insights::words::Function;
use crate::value::Value;
use flowlens_core::query::Facts;

/// Rows that a query gives if it does not say how many, as CloudWatch.
pub const LIMIT_DEFAULT: usize = 10_000;

/// The most rows that a query can ask for, as CloudWatch.
pub const LIMIT_MOST: usize = 100_000;

/// Makes a query ready to run over records of which so much is known.
pub fn plan(query: &Query, text: &str, facts: &Facts) -> Result<Pipeline, Vec<Complaint>> {
    let mut planner = Planner::new(text, facts);
    for command in &query.commands {
        planner.command(command);
    }
    planner.finish()
}

struct Planner<'a> {
    text: &'a str,
    facts: &'a Facts,
    scope: Scope<'a>,
    complaints: Vec<Complaint>,
    filter: Expr,
    steps: Vec<Step>,
    /// What `fields` and other commands show, in order.
    shown: Vec<Shown>,
    /// What the last `display` shows.
    displayed: Option<Vec<Shown>>,
    /// Whether rows are still records one by one.
    has_fields: bool,
    /// The slots of the last keys.
    keys: Vec<usize>,
    /// What the records were asked for, and how wide their rows were, once rows are no records any more.
    records: Option<(Vec<(Wanted, usize)>, usize)>,
    time: usize,
}

impl<'a> Planner<'a> {
    fn new(text: &'a str, facts: &'a Facts) -> Self {
        let mut scope = Scope::new(facts);
        // The newest events come first, and the earliest and latest values need the time.
        let time = scope.source(Wanted::Millis).unwrap_or_default();
        Self {
            text,
            facts,
            scope,
            complaints: Vec::new(),
            filter: Expr::True,
            steps: Vec::new(),
            shown: Vec::new(),
            displayed: None,
            has_fields: false,
            keys: Vec::new(),
            records: None,
            time,
        }
    }

    fn complain(&mut self, complaint: Complaint) {
        self.complaints.push(complaint);
    }

    fn command(&mut self, command: &Command) {
        let done = match &command.kind {
            CommandKind::Fields(items) => {
                self.has_fields = true;
                let columns = self.items(items);
                for column in columns {
                    show(&mut self.shown, column);
                }
                Ok(())
            }
            CommandKind::Display(items) => {
                let mut displayed = Vec::new();
                for column in self.items(items) {
                    show(&mut displayed, column);
                }
                self.displayed = Some(displayed);
                Ok(())
            }
            CommandKind::Filter(node) => self.filter(node),
            CommandKind::Parse(parse) => self.parse(parse),
            CommandKind::Sort(orders) => orders
                .iter()
                .map(|order| Ok(Sorted::natural(self.compute(&order.node)?, order.descending)))
                .collect::<Result<Vec<_>, Complaint>>()
                .map(|by| self.steps.push(Step::Sort(by))),
            CommandKind::Stats { measures, by } => self.stats(measures, by, command.span),
            CommandKind::Limit(rows) => {
                Self::limited(*rows, command.span).map(|rows| self.steps.push(Step::Limit(rows)))
            }
            CommandKind::Tail(rows) => {
                Self::limited(*rows, command.span).map(|rows| self.steps.push(Step::Tail(rows)))
            }
            CommandKind::Dedup(names) => names
                .iter()
                .map(|name| self.scope.resolve(&name.text, name.span))
                .collect::<Result<Vec<_>, Complaint>>()
                .map(|by| self.steps.push(Step::Dedup(by))),
            CommandKind::Unnest { list, into } => self.compute(list).map(|list| {
                let slot = self.define(&into.text);
                self.steps.push(Step::Unnest(list, slot));
            }),
            CommandKind::Accum { of, into } => self.accum(of, into.as_ref()),
            CommandKind::FillMissing { with, of } => {
                let with = with.as_ref().map_or(Value::Int(0), expressions::literal);
                self.fill(&with, of, command)
            }
            CommandKind::AddTotals { name, row, col, of } => self.totals(name.as_ref(), *row, *col, of),
            CommandKind::Pattern(node) => self.pattern(node),
        };
        if let Err(complaint) = done {
            self.complain(complaint);
        }
    }

    /// Counts the patterns of a text: the most frequent first.
    fn pattern(&mut self, node: &Node) -> Result<(), Complaint> {
        let key = Compute::Pattern(Box::new(self.compute(node)?));
        let count = Aggregated { by: Aggregating::Insights(Function::Count, None), of: None, when: None };
        self.steps.push(Step::Stats(Stats { keys: vec![key], aggregates: vec![count], after: Vec::new() }));
        self.steps.push(Step::Shares(1, 2));
        self.steps.push(Step::Sort(vec![Sorted::natural(Compute::Slot(1), true)]));
        self.leave_records();
        for (name, slot) in [("@pattern", 0), ("@ratio", 2), ("@sampleCount", 1)] {
            self.scope.name(name, slot, false, None);
            self.shown.push(Shown { name: name.to_owned(), slot, is_time: false });
        }
        self.scope.slots = 3;
        Ok(())
    }

    /// The columns of a list of expressions, each computed if need be.
    fn items(&mut self, items: &[Item]) -> Vec<Shown> {
        let mut columns = Vec::new();
        for item in items {
            match self.item(item) {
                Ok(column) => columns.push(column),
                Err(complaint) => self.complain(complaint),
            }
        }
        columns
    }

    fn item(&mut self, item: &Item) -> Result<Shown, Complaint> {
        let compute = self.compute(&item.node)?;
        let (is_time, period) = self.time_of(&item.node);
        let name = self.name_of(item);
        let slot = if let Compute::Slot(slot) = compute {
            slot
        } else {
            let slot = self.scope.new_slot();
            self.steps.push(Step::Set(slot, compute));
            slot
        };
        if self.scope.column(&name).is_none_or(|column| column.slot != slot) {
            self.scope.name(&name, slot, is_time, period);
        }
        Ok(Shown { name, slot, is_time })
    }

    /// The name of an item's column: its alias, or the text of its expression.
    fn name_of(&self, item: &Item) -> String {
        match &item.alias {
            Some(alias) => alias.text.clone(),
            None => match &item.node.kind {
                NodeKind::Name(name) => name.clone(),
                _ => item.node.span.of(self.text).to_owned(),
            },
        }
    }

    /// A new column.
    fn define(&mut self, name: &str) -> usize {
        let slot = self.scope.new_slot();
        self.scope.name(name, slot, false, None);
        show(&mut self.shown, Shown { name: name.to_owned(), slot, is_time: false });
        slot
    }

    fn filter(&mut self, node: &Node) -> Result<(), Complaint> {
        let may_come_first =
            self.scope.is_of_records() && self.steps.iter().all(Step::is_row_wise) && !self.multiplies();
        if may_come_first && let Some(expr) = native::holds(node, &|name| self.scope.field(name), self.facts)
        {
            self.filter = std::mem::replace(&mut self.filter, Expr::True).and(expr);
            return Ok(());
        }
        let compute = self.compute(node)?;
        self.steps.push(Step::Filter(compute));
        Ok(())
    }

    /// Whether a record may have become several rows, or none.
    fn multiplies(&self) -> bool {
        self.steps.iter().any(|step| match step {
            Step::Unnest(..) => true,
            Step::Take(taking) => matches!(taking.by, TakeBy::Regex { multi: true, .. }),
            _ => false,
        })
    }

    fn parse(&mut self, parse: &Parse) -> Result<(), Complaint> {
        if self.parsed_by_columns(parse) {
            return Ok(());
        }
        let of = match &parse.of {
            Some(node) => self.compute(node)?,
            None => self.scope.resolve("@message", Span::default())?,
        };
        let (by, names): (TakeBy, Vec<String>) = match &parse.by {
            ParseBy::Glob(glob) => {
                let regex = Rc::new(
                    regex(&glob_pattern(glob)).map_err(|text| Complaint { span: Span::default(), text })?,
                );
                let groups = (1..=parse.names.len()).collect();
                let names = parse.names.iter().map(|name| name.text.clone()).collect();
                (TakeBy::Regex { regex, groups, multi: false }, names)
            }
            ParseBy::Regex { pattern, multi } => {
                let regex = regex(&pattern.pattern).map_err(|text| Complaint { span: pattern.span, text })?;
                let named: Vec<(usize, String)> = regex
                    .capture_names()
                    .enumerate()
                    .filter_map(|(at, name)| name.map(|name| (at, name.to_owned())))
                    .collect();
                let (groups, names) = if parse.names.is_empty() {
                    named.into_iter().unzip()
                } else {
                    // Groups in order; without any, all of the match.
                    let first = usize::from(regex.captures_len() > 1);
                    let groups = (0..parse.names.len()).map(|at| at + first).collect();
                    (groups, parse.names.iter().map(|name| name.text.clone()).collect())
                };
                (TakeBy::Regex { regex: Rc::new(regex), groups, multi: *multi }, names)
            }
            ParseBy::Csv => (TakeBy::Csv, parse.names.iter().map(|name| name.text.clone()).collect()),
            ParseBy::Logfmt => {
                let names: Vec<String> = parse.names.iter().map(|name| name.text.clone()).collect();
                let keys = if names.len() > 1 {
                    names.iter().map(|name| name.as_str().into()).collect()
                } else {
                    Vec::new()
                };
                (TakeBy::Logfmt(keys), names)
            }
        };
        let mut into = Vec::new();
        for name in names {
            into.push(self.define(&name));
        }
        self.steps.push(Step::Take(Taking { of, by, into }));
        Ok(())
    }

    /// `parse @message "* * ..." as version, accountId, ...`, an asterisk for each column of the one format that the records
    /// have: the names are those of the columns, which need not be taken out of the line again.
    fn parsed_by_columns(&mut self, parse: &Parse) -> bool {
        let ParseBy::Glob(glob) = &parse.by else { return false };
        let is_message =
            parse.of.as_ref().is_none_or(|of| matches!(&of.kind, NodeKind::Name(name) if name == "@message"));
        let is_of_columns = glob.split(' ').all(|part| part == "*")
            && self.facts.formats == 1
            && parse.names.len() == self.facts.columns.len();
        if !self.scope.is_of_records() || !is_message || !is_of_columns {
            return false;
        }
        for (name, known) in parse.names.iter().zip(&self.facts.columns) {
            let wanted = Field::from_name(&known.name)
                .map_or_else(|| Wanted::Unknown(known.name.clone()), Wanted::Field);
            let slot = self.scope.source(wanted).unwrap_or_default();
            self.scope.name(&name.text, slot, false, None);
            show(&mut self.shown, Shown { name: name.text.clone(), slot, is_time: false });
        }
        true
    }

    fn limited(rows: u64, span: Span) -> Result<usize, Complaint> {
        usize::try_from(rows).ok().filter(|rows| *rows <= LIMIT_MOST).ok_or_else(|| Complaint {
            span,
            text: "a query gives at most 100,000 rows, as at AWS".to_owned(),
        })
    }

    fn accum(&mut self, of: &Name, into: Option<&Name>) -> Result<(), Complaint> {
        let compute = self.scope.resolve(&of.text, of.span)?;
        let from = self.slot(compute);
        let to = self.define(&into.unwrap_or(of).text);
        self.steps.push(Step::Accum(from, to));
        Ok(())
    }

    /// The slot of what is computed.
    fn slot(&mut self, compute: Compute) -> usize {
        if let Compute::Slot(slot) = compute {
            return slot;
        }
        let slot = self.scope.new_slot();
        self.steps.push(Step::Set(slot, compute));
        slot
    }

    fn slots(&mut self, names: &[Name]) -> Result<Vec<usize>, Complaint> {
        let mut slots = Vec::new();
        for name in names {
            let compute = self.scope.resolve(&name.text, name.span)?;
            slots.push(self.slot(compute));
        }
        Ok(slots)
    }

    fn fill(&mut self, with: &Value, of: &[Name], command: &Command) -> Result<(), Complaint> {
        let time = self.scope.columns.iter().find_map(|column| Some((column.slot, column.period?)));
        let Some((time, period)) = time.filter(|_| !self.scope.is_of_records()) else {
            return Err(Complaint {
                span: command.span,
                text: "`fillmissing` fills intervals: use it after `stats ... by bin(5m)`".to_owned(),
            });
        };
        let filled: Vec<usize> = if of.is_empty() {
            self.shown.iter().map(|shown| shown.slot).filter(|slot| *slot != time).collect()
        } else {
            self.slots(of)?
        };
        let keys = self.keys.iter().copied().filter(|slot| *slot != time).collect::<Vec<_>>();
        let filled =
            filled.into_iter().filter(|slot| !keys.contains(slot)).map(|slot| (slot, with.clone())).collect();
        self.steps.push(Step::Fill(Fill { time, period, keys, with: filled }));
        Ok(())
    }

    fn totals(&mut self, name: Option<&Name>, row: bool, col: bool, of: &[Name]) -> Result<(), Complaint> {
        let of: Vec<usize> = if of.is_empty() {
            self.shown.iter().filter(|shown| !shown.is_time).map(|shown| shown.slot).collect()
        } else {
            self.slots(of)?
        };
        let row = row.then(|| self.define(name.map_or("Total", |name| &name.text)));
        self.steps.push(Step::Totals(Totals { row, col, of }));
        Ok(())
    }

    /// From here on rows are no records: their fields are gone.
    fn leave_records(&mut self) {
        if let Some(sources) = self.scope.sources.take() {
            self.records = Some((sources, self.scope.slots));
        }
        self.scope.columns.clear();
        self.scope.slots = 0;
        self.shown.clear();
        self.displayed = None;
    }

    fn finish(mut self) -> Result<Pipeline, Vec<Complaint>> {
        if self.scope.is_of_records() && !self.has_fields && self.displayed.is_none() {
            for (place, name) in ["@timestamp", "@message"].into_iter().enumerate() {
                if let Ok(Compute::Slot(slot)) = self.scope.resolve(name, Span::default()) {
                    let is_time = name == "@timestamp";
                    self.shown.insert(place, Shown { name: name.to_owned(), slot, is_time });
                }
            }
        }
        if !self.complaints.is_empty() {
            return Err(self.complaints);
        }
        if !self.steps.iter().any(|step| matches!(step, Step::Limit(_) | Step::Tail(_))) {
            self.steps.push(Step::Limit(LIMIT_DEFAULT));
        }
        let (sources, slots) = match self.records {
            Some(records) => records,
            None => (self.scope.sources.take().unwrap_or_default(), self.scope.slots),
        };
        let shortcut = shortcut::shortcut(&self.filter, &self.steps, &sources, self.facts);
        let none = "There are no VPC flow records to ask; those of transit gateways cannot be asked yet.";
        let none = self.facts.columns.is_empty().then(|| none.to_owned());
        let absent = self
            .scope
            .absent
            .iter()
            .filter(|_| none.is_none())
            .map(|field| format!("No record here has the field {field}."));
        let notes = none.iter().cloned().chain(absent).collect();
        let records =
            Records { filter: self.filter, sources, time: self.time, slots, nulls: false, shortcut };
        let source = Source::Records(Box::new(records));
        Ok(Pipeline {
            relations: vec![Relation { source, steps: self.steps, purpose: Purpose::Answer }],
            columns: self.displayed.unwrap_or(self.shown),
            notes,
        })
    }
}

/// Adds a column to those shown; one of the same name gives way.
fn show(shown: &mut Vec<Shown>, column: Shown) {
    match shown.iter_mut().find(|other| other.name == column.name) {
        Some(other) => *other = column,
        None => shown.push(column),
    }
}

/// The regular expression of a text with asterisks: each stands for as little as possible, the last for all that is left.
fn glob_pattern(glob: &str) -> String {
    let mut pattern = String::from("^(?s)");
    let parts: Vec<&str> = glob.split('*').collect();
    let last = parts.len() - 1;
    for (at, part) in parts.iter().enumerate() {
        if at == 0 && !part.is_empty() {
            // What is before the first text may be anything.
            pattern.push_str(".*?");
        }
        pattern.push_str(&regex_lite::escape(part));
        if at < last {
            let is_end = at + 1 == last && parts[last].is_empty();
            pattern.push_str(if is_end { "(.*)$" } else { "(.*?)" });
        }
    }
    pattern
}
