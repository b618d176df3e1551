use std::rc::Rc;

use flowlens_ask::functions::times;
use flowlens_ask::insights::ast::{CommandKind, Item, NodeKind};
use flowlens_ask::insights::parse::parse;
use flowlens_ask::insights::words::Function;
use flowlens_ask::sql::ast::{self as sql, Body};
use flowlens_ask::value::Value;
use flowlens_ask::{Said, Table};

use super::language::Language;
use crate::query::filter_text;
use crate::record::Field;
use crate::record::field::Kind;
use crate::report::answer::{is_number, is_time};
use crate::report::number::grouped;
use crate::report::view::conditions::equals;
use crate::report::view::picture::{self, Picture};
use crate::web::later::Narrowing;

/// Characters of a cell that make its column wider: where there are few columns, and where there are more.
const WIDE: (usize, usize) = (200, 60);
/// So many columns are few.
const FEW: usize = 3;
/// Rows that make a column wider.
const ROWS: usize = 500;

/// An answer with how it is shown.
#[derive(Clone)]
pub(super) struct Answer {
    /// Numbers the answers.
    pub(super) number: u32,
    /// The query.
    pub(super) text: Rc<str>,
    /// Its language.
    pub(super) language: Language,
    /// The filter it was asked under, for people.
    pub(super) filter: String,
    /// The report whose records were asked.
    pub(super) report: u64,
    /// How long it took, milliseconds.
    pub(super) took: f64,
    /// What was answered.
    pub(super) table: Rc<Table>,
    /// What is known of the columns.
    pub(super) columns: Rc<[Column]>,
    /// The rows in the order on show.
    pub(super) order: Rc<[u32]>,
    /// The column that they are sorted by, and whether the greatest is first.
    pub(super) sort: Option<(usize, bool)>,
    /// The picture of them.
    pub(super) picture: Option<Rc<Picture>>,
}

/// What is known of a column.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column {
    /// Its name.
    pub(super) name: String,
    /// The field whose values it has.
    field: Option<Field>,
    /// Its values are times.
    is_time: bool,
    /// The length of what its times are the beginnings of.
    bin_millis: Option<u64>,
    /// All its values are numbers.
    pub(super) is_number: bool,
    /// Its widest cells, in characters.
    pub(super) width: usize,
}

impl Answer {
    pub(super) fn new(
        number: u32,
        (text, said): (&str, &Said),
        filter: String,
        report: u64,
        took: f64,
        table: Table,
    ) -> Self {
        let wide = if table.columns.len() > FEW { WIDE.1 } else { WIDE.0 };
        let (language, of_columns) = match said {
            Said::Insights(text) => (Language::Insights, of_columns(text)),
            Said::Sql(query) => (Language::Sql, of_selected(query)),
        };
        let columns = table.columns.iter().enumerate().map(|(at, name)| {
            let of = of_columns.iter().find(|(alias, _)| alias == name).map(|(_, of)| of);
            let (of, bin_millis) = match of {
                Some(Of::Name(name)) => (name.as_str(), None),
                Some(Of::Bin(millis)) => ("", Some(*millis)),
                None => (name.as_str(), None),
            };
            let field = language.field(of);
            let mut column = Column {
                name: name.clone(),
                field,
                is_time: is_time(&table, at),
                bin_millis,
                is_number: is_number(&table, at),
                width: 0,
            };
            let cells = table.rows.iter().take(ROWS).filter_map(|row| row.get(at));
            let widest = cells.map(|value| column.show(value).chars().count()).max().unwrap_or(0);
            column.width = widest.max(name.chars().count() + 2).min(wide);
            column
        });
        let columns = columns.collect();
        let order: Rc<[u32]> = (0..table.rows.len() as u32).collect();
        let picture = picture::of(&table, &order).map(Rc::new);
        let table = Rc::new(table);
        Self {
            number,
            text: text.into(),
            language,
            filter,
            report,
            took,
            table,
            columns,
            order,
            sort: None,
            picture,
        }
    }

    /// Sorts by a column: first as it is of most use, then the other way, then as it came.
    pub(super) fn sort_by(&mut self, column: usize) {
        let first = self.columns.get(column).is_some_and(|it| it.is_number);
        self.sort = match self.sort {
            Some((by, descending)) if by == column => (descending == first).then_some((column, !first)),
            _ => Some((column, first)),
        };
        let mut order: Vec<u32> = (0..self.table.rows.len() as u32).collect();
        if let Some((by, descending)) = self.sort {
            let value = |row: u32| {
                self.table.rows.get(row as usize).and_then(|row| row.get(by)).unwrap_or(&Value::Missing)
            };
            order.sort_by(|&a, &b| {
                let (a, b) = if descending { (b, a) } else { (a, b) };
                value(a).natural_order(value(b))
            });
        }
        self.order = order.into();
        if matches!(self.picture.as_deref(), Some(Picture::Bars { .. })) {
            self.picture = picture::of(&self.table, &self.order).map(Rc::new);
        }
    }
}

impl Column {
    /// A value as it is shown: amounts with separators, ports and the like as they are.
    pub(super) fn show(&self, value: &Value) -> String {
        let is_amount = self.field.is_none_or(|field| field.kind() == Kind::Number);
        match value {
            Value::Int(millis) if self.is_time => times::show(*millis),
            Value::Int(number) if is_amount => match u64::try_from(number.unsigned_abs()) {
                Ok(absolute) => format!("{}{}", if *number < 0 { "\u{2212}" } else { "" }, grouped(absolute)),
                Err(_) => number.to_string(),
            },
            _ => value.text().into_owned(),
        }
    }

    /// What keeps a value, if it is one of a field, or a stretch of time.
    pub(super) fn narrowing(&self, value: &Value) -> Option<Narrowing> {
        if let (Value::Int(millis), Some(length), true) = (value, self.bin_millis, self.is_time) {
            let millis = u64::try_from(*millis).ok()?;
            let (from, to) = (millis / 1000, (millis + length).div_ceil(1000));
            return Some(Narrowing::Range(from, to));
        }
        let name = self.field?.insights_name();
        let text = value.text();
        let condition = match self.field?.kind() {
            // The hyphen stands for no value, which no condition of the filter keeps.
            _ if value.is_missing() || self.is_time || text == "-" => return None,
            Kind::Number | Kind::Port | Kind::Byte | Kind::Time if value.number().is_some() => {
                format!("{name} = {text}")
            }
            _ => equals(name, &text),
        };
        filter_text::parse(&condition).is_ok().then_some(Narrowing::Condition(condition))
    }

    /// The word that a verdict's look goes with.
    pub(super) fn class(&self, value: &Value) -> Option<&'static str> {
        match value {
            Value::Text(text) if self.field == Some(Field::Action) => match &**text {
                "ACCEPT" => Some("accept-word"),
                "REJECT" => Some("reject-word"),
                _ => None,
            },
            _ => None,
        }
    }
}

/// What a column is of.
enum Of {
    /// A field or an earlier column.
    Name(String),
    /// Stretches of time of so many milliseconds.
    Bin(u64),
}

/// The columns of a SELECT that are those of FROM under another name.
fn of_selected(query: &sql::Query) -> Vec<(String, Of)> {
    let Body::Select(select) = &query.body else { return Vec::new() };
    let renamed = select.items.iter().filter_map(|item| match item {
        sql::Item::Node(sql::Node { kind: sql::NodeKind::Column(column), .. }, Some(alias)) => {
            Some((alias.text.clone(), Of::Name(column.name.clone())))
        }
        _ => None,
    });
    renamed.collect()
}

/// The columns of which the query says what they are of.
fn of_columns(text: &str) -> Vec<(String, Of)> {
    let mut columns = Vec::new();
    let mut take = |items: Vec<Item>| {
        for Item { node, alias } in items {
            let name = alias.map_or_else(|| node.span.of(text).to_owned(), |alias| alias.text);
            match node.kind {
                NodeKind::Name(of) => columns.push((name, Of::Name(of))),
                NodeKind::Call { function: Function::Bin, args } => {
                    let period = args.into_iter().next().map(|arg| arg.kind);
                    if let Some(NodeKind::Period(period)) = period
                        && let Some(millis) = period.capped().millis()
                    {
                        columns.push((name, Of::Bin(millis)));
                    }
                }
                _ => {}
            }
        }
    };
    for command in parse(text).map(|query| query.commands).unwrap_or_default() {
        match command.kind {
            CommandKind::Fields(items) | CommandKind::Display(items) => take(items),
            CommandKind::Stats { by, .. } => take(by),
            _ => {}
        }
    }
    columns
}
