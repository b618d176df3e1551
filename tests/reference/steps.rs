//! Commands, one after the other, over all rows.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use flowlens_ask::insights::ast::{
    Command, CommandKind, Item, Literal, Name, Node, NodeKind, Operator, Order, Query,
};
use flowlens_ask::insights::words::{Function, Of};

use super::aggregate::aggregate;
use super::expression::{Place, eval, millis};
use super::value::{Val, arithmetic, natural};
use super::{Record, insights_name, taking};

/// A row: a record, if it is still of one, and what was computed.
#[derive(Clone, Debug, Default)]
struct Row {
    record: Option<Record>,
    own: HashMap<String, Val>,
    /// Rows of one number may come in any order.
    tie: usize,
}

/// The keys of a group, and its rows.
type Group = (Vec<Val>, Vec<Row>);

/// An answer, and how far it says in which order and which rows.
#[derive(Debug)]
pub(crate) struct Expected {
    pub(crate) columns: Vec<String>,
    /// Rows with their ties: before the last limit, if it falls into a tie.
    pub(crate) rows: Vec<(Vec<Val>, usize)>,
    /// How many rows there must be.
    pub(crate) count: usize,
    /// Something in between depends on the order of what is equal.
    pub(crate) is_open: bool,
}

struct Run<'a> {
    text: &'a str,
    rows: Vec<Row>,
    shown: Vec<String>,
    displayed: Option<Vec<String>>,
    of_records: bool,
    limited: bool,
    cut: Option<usize>,
    is_open: bool,
    /// Where rows are equal in some columns and any of them may have been kept: these columns.
    only: Option<Vec<String>>,
    keys: Vec<String>,
    bin: Option<(String, i128)>,
    times: HashSet<String>,
}

struct InRow<'a> {
    row: &'a Row,
    text: &'a str,
}

fn plain(text: &str) -> String {
    text.replace(char::is_whitespace, "").to_lowercase()
}

impl Place for InRow<'_> {
    fn name(&self, name: &str) -> Val {
        let Row { record, own, .. } = self.row;
        let of_record = || record.as_ref()?.get(name).or_else(|| record.as_ref()?.get(&insights_name(name)));
        own.get(name).or_else(of_record).cloned().unwrap_or(Val::Missing)
    }

    fn many(&self, node: &Node) -> Val {
        panic!("no such column: {}", node.span.of(self.text))
    }

    /// After stats, columns may go by the text of their expression.
    fn by_text(&self, node: &Node) -> Option<Val> {
        if self.row.record.is_some() || !matches!(node.kind, NodeKind::Call { .. } | NodeKind::Binary(..)) {
            return None;
        }
        let text = node.span.of(self.text);
        let alike = |name: &str| plain(name) == plain(text);
        let own = &self.row.own;
        own.get(text).or_else(|| own.iter().find(|(name, _)| alike(name)).map(|(_, value)| value)).cloned()
    }
}

struct InGroup<'a> {
    rows: &'a [Row],
    text: &'a str,
    made: &'a HashMap<String, Val>,
}

impl Place for InGroup<'_> {
    fn name(&self, name: &str) -> Val {
        self.made.get(name).cloned().unwrap_or_else(|| panic!("{name} has many values"))
    }

    fn many(&self, node: &Node) -> Val {
        let NodeKind::Call { function, args } = &node.kind else { panic!("{node:?}") };
        let number = |node: &Node| match node.kind {
            NodeKind::Literal(Literal::Int(number)) => Some(number as f64),
            NodeKind::Literal(Literal::Real(number)) => Some(number),
            _ => None,
        };
        let (of, parameter) = match (function, args.as_slice()) {
            (Function::TopK, [most, of]) => (Some(of), number(most)),
            (_, [of, percent]) => (Some(of), number(percent)),
            (_, args) => (args.first(), None),
        };
        let value = |row: &Row| {
            let place = InRow { row, text: self.text };
            let value = of.map_or(Val::Bool(true), |of| eval(of, &place));
            (value, place.name("@timestamp"))
        };
        aggregate(*function, parameter, &self.rows.iter().map(value).collect::<Vec<_>>())
    }
}

/// The answer to a query that can be answered.
pub(crate) fn answer(query: &Query, text: &str, records: &[Record]) -> Expected {
    let rows = records.iter().map(|record| Row { record: Some(record.clone()), ..Row::default() }).collect();
    let mut run = Run {
        text,
        rows,
        shown: Vec::new(),
        displayed: None,
        of_records: true,
        limited: false,
        cut: None,
        is_open: false,
        only: None,
        keys: Vec::new(),
        bin: None,
        times: HashSet::from(["@timestamp".to_owned()]),
    };
    run.order(|row| vec![InRow { row, text }.name("@timestamp")], &[true]);
    for Command { kind, .. } in &query.commands {
        run.command(kind);
    }
    run.finish()
}

impl Run<'_> {
    fn value(&self, node: &Node, row: &Row) -> Val {
        eval(node, &InRow { row, text: self.text })
    }

    fn command(&mut self, kind: &CommandKind) {
        let row_wise =
            matches!(kind, CommandKind::Fields(_) | CommandKind::Display(_) | CommandKind::Limit(_));
        self.is_open |= self.cut.is_some() && !row_wise;
        match kind {
            CommandKind::Fields(items) => {
                for item in items {
                    let name = self.compute(item);
                    self.show(&name);
                }
            }
            CommandKind::Display(items) => {
                let mut names: Vec<String> = Vec::new();
                for item in items {
                    let name = self.compute(item);
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
                self.displayed = Some(names);
            }
            CommandKind::Filter(node) => {
                let rows = std::mem::take(&mut self.rows);
                self.rows = rows.into_iter().filter(|row| self.value(node, row).holds()).collect();
            }
            CommandKind::Parse(parse) => {
                let names = taking::names(parse);
                self.spread(|run, row| {
                    let text = match &parse.of {
                        Some(node) => run.value(node, row),
                        None => InRow { row, text: run.text }.name("@message"),
                    };
                    let mut found = text.plain().map(|text| taking::take(parse, &text)).unwrap_or_default();
                    if found.is_empty() {
                        found.push(Vec::new());
                    }
                    let name = |values: Vec<Val>| {
                        let values = values.into_iter().chain(std::iter::repeat(Val::Missing));
                        names.iter().cloned().zip(values).collect()
                    };
                    found.into_iter().map(name).collect()
                });
                for name in &names {
                    self.show(name);
                }
            }
            CommandKind::Unnest { list, into } => {
                self.spread(|run, row| match run.value(list, row) {
                    Val::List(members) => {
                        members.into_iter().map(|member| vec![(into.text.clone(), member)]).collect()
                    }
                    _ => vec![vec![(into.text.clone(), Val::Missing)]],
                });
                self.show(&into.text);
            }
            CommandKind::Sort(orders) => {
                let by = |order: &Order| order.descending;
                let descending: Vec<bool> = orders.iter().map(by).collect();
                let text = self.text;
                self.order(
                    |row| orders.iter().map(|order| eval(&order.node, &InRow { row, text })).collect(),
                    &descending,
                );
            }
            CommandKind::Stats { measures, by } => self.stats(measures, by),
            CommandKind::Limit(most) => {
                self.limited = true;
                self.limit(usize::try_from(*most).unwrap());
            }
            CommandKind::Tail(most) => {
                self.limited = true;
                let first = self.rows.len().saturating_sub(usize::try_from(*most).unwrap());
                self.is_open |= first > 0 && self.rows[first - 1].tie == self.rows[first].tie;
                self.rows.drain(..first);
            }
            CommandKind::Dedup(names) => self.dedup(names),
            CommandKind::Accum { of, into } => {
                self.is_open |= self.rows.windows(2).any(|pair| pair[0].tie == pair[1].tie);
                let into = into.as_ref().unwrap_or(of).text.clone();
                let mut sum = Val::Int(0);
                for row in &mut self.rows {
                    let value = InRow { row, text: self.text }.name(&of.text);
                    if value.real().is_some() {
                        sum = arithmetic(&sum, Operator::Add, &value);
                    }
                    row.own.insert(into.clone(), sum.clone());
                }
                self.show(&into);
            }
            CommandKind::FillMissing { with, of } => self.fill(with.as_ref(), of),
            CommandKind::AddTotals { name, row, col, of } => self.totals(name.as_ref(), *row, *col, of),
            CommandKind::Pattern(_) => panic!("not in the reference"),
        }
    }

    fn show(&mut self, name: &str) {
        if !self.shown.iter().any(|shown| shown == name) {
            self.shown.push(name.to_owned());
        }
    }

    fn name_of(&self, item: &Item) -> String {
        match (&item.alias, &item.node.kind) {
            (Some(alias), _) => alias.text.clone(),
            (None, NodeKind::Name(name)) => name.clone(),
            _ => item.node.span.of(self.text).to_owned(),
        }
    }

    fn compute(&mut self, item: &Item) -> String {
        let name = self.name_of(item);
        let values: Vec<Val> = self.rows.iter().map(|row| self.value(&item.node, row)).collect();
        for (row, value) in self.rows.iter_mut().zip(values) {
            row.own.insert(name.clone(), value);
        }
        name
    }

    /// Makes rows of each row.
    fn spread(&mut self, with: impl Fn(&Self, &Row) -> Vec<Vec<(String, Val)>>) {
        let mut rows = Vec::new();
        for row in &self.rows {
            for values in with(self, row) {
                let mut another = row.clone();
                another.own.extend(values);
                rows.push(another);
            }
        }
        self.rows = rows;
    }

    fn order(&mut self, by: impl Fn(&Row) -> Vec<Val>, descending: &[bool]) {
        let compare = |a: &[Val], b: &[Val]| {
            a.iter().zip(b).zip(descending).fold(Ordering::Equal, |order, ((a, b), descending)| {
                let next = natural(a, b);
                order.then(if *descending { next.reverse() } else { next })
            })
        };
        let mut rows: Vec<(Vec<Val>, Row)> =
            std::mem::take(&mut self.rows).into_iter().map(|row| (by(&row), row)).collect();
        rows.sort_by(|(a, _), (b, _)| compare(a, b));
        let mut tie = 0;
        for at in 0..rows.len() {
            if at > 0 && compare(&rows[at - 1].0, &rows[at].0).is_ne() {
                tie += 1;
            }
            rows[at].1.tie = tie;
        }
        self.rows = rows.into_iter().map(|(_, row)| row).collect();
    }

    fn limit(&mut self, most: usize) {
        let most = self.cut.unwrap_or(usize::MAX).min(most);
        if most == 0 {
            self.rows.clear();
        } else if most < self.rows.len() {
            let tie = self.rows[most - 1].tie;
            self.cut = (self.rows[most].tie == tie).then_some(most);
            self.rows.retain(|row| row.tie <= tie);
        }
    }

    fn dedup(&mut self, names: &[Name]) {
        let key = |row: &Row| -> Option<Vec<String>> {
            names.iter().map(|name| InRow { row, text: self.text }.name(&name.text).key()).collect()
        };
        let mut seen = HashMap::new();
        let mut is_open = false;
        let mut kept = Vec::new();
        for row in &self.rows {
            let Some(key) = key(row) else {
                kept.push(row.clone());
                continue;
            };
            if let Some(tie) = seen.get(&key) {
                is_open |= *tie == row.tie;
            } else {
                seen.insert(key, row.tie);
                kept.push(row.clone());
            }
        }
        self.rows = kept;
        self.only = is_open.then(|| names.iter().map(|name| name.text.clone()).collect());
    }

    fn stats(&mut self, measures: &[Item], by: &[Item]) {
        self.is_open |= !self.of_records && measures.iter().any(|item| is_timed(&item.node));
        let mut groups: BTreeMap<Vec<Option<String>>, Group> = BTreeMap::new();
        for row in &self.rows {
            let keys: Vec<Val> = by.iter().map(|item| self.value(&item.node, row)).collect();
            let group = groups.entry(keys.iter().map(Val::key).collect()).or_insert((keys, Vec::new()));
            group.1.push(row.clone());
        }
        if by.is_empty() {
            groups.entry(Vec::new()).or_default();
        }
        let names: Vec<String> = by.iter().map(|item| self.name_of(item)).collect();
        let mut rows = Vec::new();
        for (keys, group) in groups.into_values() {
            let mut made: HashMap<String, Val> = names.iter().cloned().zip(keys).collect();
            for item in measures {
                let value = eval(&item.node, &InGroup { rows: &group, text: self.text, made: &made });
                made.insert(self.name_of(item), value);
            }
            rows.push(Row { own: made, ..Row::default() });
        }
        let is_time = |item: &Item| match &item.node.kind {
            NodeKind::Name(name) => self.times.contains(name),
            NodeKind::Call { function, .. } => {
                matches!(function, Function::Bin | Function::DateFloor | Function::DateCeil)
            }
            _ => false,
        };
        self.times = by.iter().filter(|item| is_time(item)).map(|item| self.name_of(item)).collect();
        self.bin = by.iter().find_map(|item| match &item.node.kind {
            NodeKind::Call { function: Function::Bin | Function::DateFloor, args } => {
                Some((self.name_of(item), millis(args.last()?)))
            }
            _ => None,
        });
        (self.rows, self.of_records, self.displayed) = (rows, false, None);
        self.shown.clear();
        for name in &names {
            self.show(name);
        }
        for item in measures {
            self.show(&self.name_of(item));
        }
        self.keys = names;
    }

    fn fill(&mut self, with: Option<&Literal>, of: &[Name]) {
        let with = match with {
            None => Val::Int(0),
            Some(Literal::Int(number)) => Val::Int(*number),
            Some(Literal::Text(text)) => Val::Text(text.clone()),
            other => panic!("{other:?}"),
        };
        let (time, period) = self.bin.clone().unwrap();
        let others: Vec<String> = self.keys.iter().filter(|key| **key != time).cloned().collect();
        let filled: Vec<String> = if of.is_empty() {
            self.shown.iter().filter(|name| !self.keys.contains(name)).cloned().collect()
        } else {
            of.iter().map(|name| name.text.clone()).collect()
        };
        let at = |row: &Row| row.own[&time].int();
        let all: BTreeSet<i128> = self.rows.iter().filter_map(at).collect();
        let (Some(first), Some(last)) = (all.first(), all.last()) else { return };
        let series = |row: &Row| -> Vec<Val> { others.iter().map(|name| row.own[name].clone()).collect() };
        let mut known: Vec<Vec<Val>> = Vec::new();
        for row in &self.rows {
            if !known.contains(&series(row)) {
                known.push(series(row));
            }
        }
        let mut rows = Vec::new();
        for one in known {
            for millis in (*first..=*last).step_by(usize::try_from(period).unwrap()) {
                if !self.rows.iter().any(|row| at(row) == Some(millis) && series(row) == one) {
                    let mut own: HashMap<String, Val> = others.iter().cloned().zip(one.clone()).collect();
                    own.insert(time.clone(), Val::Int(millis));
                    own.extend(filled.iter().map(|name| (name.clone(), with.clone())));
                    rows.push(Row { own, ..Row::default() });
                }
            }
        }
        self.rows.extend(rows);
        self.rows.iter_mut().for_each(|row| row.tie = 0);
    }

    fn totals(&mut self, name: Option<&Name>, row: bool, col: bool, of: &[Name]) {
        let of: Vec<String> = if of.is_empty() {
            self.shown.iter().filter(|name| !self.times.contains(*name)).cloned().collect()
        } else {
            of.iter().map(|name| name.text.clone()).collect()
        };
        let total = |values: Vec<Val>| {
            let values: Vec<(Val, Val)> = values.into_iter().map(|value| (value, Val::Missing)).collect();
            aggregate(Function::Sum, None, &values)
        };
        let mut summed = of.clone();
        if row {
            let name = name.map_or("Total", |name| &name.text);
            for row in &mut self.rows {
                let sum = total(of.iter().map(|name| InRow { row, text: self.text }.name(name)).collect());
                row.own.insert(name.to_owned(), sum);
            }
            self.show(name);
            summed.push(name.to_owned());
        }
        if col {
            let sum = |name: &String| {
                total(self.rows.iter().map(|row| InRow { row, text: self.text }.name(name)).collect())
            };
            let own = summed.iter().map(|name| (name.clone(), sum(name))).collect();
            let tie = self.rows.last().map_or(0, |row| row.tie + 1);
            self.rows.push(Row { own, tie, ..Row::default() });
        }
    }

    fn finish(mut self) -> Expected {
        if !self.limited {
            self.limit(10_000);
        }
        let mut columns = self.displayed.unwrap_or(self.shown);
        if columns.is_empty() {
            columns = vec!["@timestamp".to_owned(), "@message".to_owned()];
        }
        let cells =
            |row: &Row| columns.iter().map(|name| InRow { row, text: self.text }.name(name)).collect();
        let rows: Vec<(Vec<Val>, usize)> = self.rows.iter().map(|row| (cells(row), row.tie)).collect();
        let count = self.cut.unwrap_or(rows.len());
        Expected { rows, count, is_open: self.is_open, columns }
    }
}

/// Whether a measure goes by the time of events, which are none after another `stats`.
fn is_timed(node: &Node) -> bool {
    matches!(&node.kind, NodeKind::Call { function, .. }
        if function.of() == Of::Many && matches!(function, Function::Earliest | Function::Latest))
}
