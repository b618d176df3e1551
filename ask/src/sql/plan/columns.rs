//! What names stand for.

use flowlens_core::query::exec::Wanted;
use flowlens_core::record::{Field, Kind};

use super::{Building, Origin, Planned, Planner, complaint};
use crate::insights::ast::Span;
use crate::insights::nearest::nearest;
use crate::sql::ast;
use crate::sql::functions::times;
use crate::sql::term::{Term, number};
use crate::sql::types::Type;
use crate::value::{Number, Value};

/// A column that can be named.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// Of which table.
    pub(super) table: Option<String>,
    /// Its name; none if it was given none.
    pub(super) name: Option<String>,
    /// What its values are.
    pub(super) of: Type,
    /// Where they are.
    pub(super) slot: usize,
}

/// A term with its type.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub(super) term: Term,
    pub(super) of: Type,
    /// What part of a path it is, if it is one: what that is compared with says how it is written.
    pub(super) part: Option<Part>,
}

/// An expression that is computed already.
pub(super) type Known = (ast::Node, Typed);

impl Typed {
    pub(super) const fn new(term: Term, of: Type) -> Self {
        Self { term, of, part: None }
    }

    /// The constant that it is.
    pub(super) const fn constant(&self) -> Option<&Value> {
        if let Term::Constant(value) = &self.term { Some(value) } else { None }
    }
}

/// A column that is no field but a part of the path of a file in the bucket: the table is partitioned by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Year,
    Month,
    Day,
    Hour,
    Date,
}

impl Part {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "year" => Self::Year,
            "month" => Self::Month,
            "day" => Self::Day,
            "hour" => Self::Hour,
            "date" | "dt" => Self::Date,
            _ => return None,
        })
    }

    /// Computed of the second at which a record starts.
    pub(super) fn typed(self, start: Term) -> Typed {
        let (native, of): (crate::sql::term::Native, Type) = match self {
            Self::Date => return Typed { part: Some(self), ..Self::date(start) },
            Self::Year => (|args, _| written(args, "%Y"), Type::Varchar),
            Self::Month => (|args, _| written(args, "%m"), Type::Varchar),
            Self::Day => (|args, _| written(args, "%Y/%m/%d"), Type::Varchar),
            Self::Hour => (|args, _| written(args, "%H"), Type::Varchar),
        };
        Typed { term: Term::Strict(native, vec![start]), of, part: Some(self) }
    }

    /// The day at which a record starts.
    fn date(start: Term) -> Typed {
        let millis = Term::Millis(Box::new(start));
        Typed::new(Term::Cast(Box::new(millis), Type::Timestamp(true), Type::Date, false), Type::Date)
    }

    /// Compared with a day that is written out, it is a date; so is what it is compared with.
    pub(super) fn as_dates(self, typed: &Typed, other: &Typed) -> Option<(Typed, Typed)> {
        let text = other.constant().filter(|_| other.of == Type::Varchar)?.text().replace('/', "-");
        if !matches!(self, Self::Day | Self::Date) || text.len() != 10 {
            return None;
        }
        let date = times::date(&text)?;
        let start = Self::start(typed)?;
        Some((Self::date(start), Typed::new(Term::Constant(Value::Int(date)), Type::Date)))
    }

    /// The second that it is computed of.
    fn start(typed: &Typed) -> Option<Term> {
        match &typed.term {
            Term::Strict(_, args) => args.first().cloned(),
            Term::Cast(millis, ..) => match &**millis {
                Term::Millis(start) => Some((**start).clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// Written as what it is compared with.
    pub(super) fn like(self, typed: &Typed, other: &Typed) -> Typed {
        let Some(start) = Self::start(typed) else { return typed.clone() };
        let term = |native: crate::sql::term::Native| Term::Strict(native, vec![start.clone()]);
        match (self, &other.of, other.constant()) {
            (Self::Day, Type::Varchar, Some(text)) if text.text().len() <= 2 => {
                Typed::new(term(|args, _| written(args, "%d")), Type::Varchar)
            }
            (Self::Day, Type::Varchar, Some(text)) if text.text().contains('-') => {
                Typed::new(term(|args, _| written(args, "%Y-%m-%d")), Type::Varchar)
            }
            (Self::Date, Type::Varchar, Some(text)) if text.text().contains('/') => {
                Typed::new(term(|args, _| written(args, "%Y/%m/%d")), Type::Varchar)
            }
            (Self::Date, Type::Varchar, _) => {
                Typed::new(term(|args, _| written(args, "%Y-%m-%d")), Type::Varchar)
            }
            (Self::Day, Type::Integer, _) => Typed::new(term(|args, _| whole(args, "%d")), Type::Integer),
            (Self::Year, Type::Integer, _) => Typed::new(term(|args, _| whole(args, "%Y")), Type::Integer),
            (Self::Month, Type::Integer, _) => Typed::new(term(|args, _| whole(args, "%m")), Type::Integer),
            (Self::Hour, Type::Integer, _) => Typed::new(term(|args, _| whole(args, "%H")), Type::Integer),
            (Self::Day, Type::Date, _) => Self::date(start.clone()),
            _ => typed.clone(),
        }
    }
}

fn millis(args: &[Value]) -> Option<i128> {
    number(args.first()?)?.whole()?.checked_mul(1000)
}

fn written(args: &[Value], format: &str) -> Value {
    let text = millis(args).and_then(|millis| crate::functions::times::write(millis, format));
    text.map_or(Value::Missing, Value::from)
}

fn whole(args: &[Value], format: &str) -> Value {
    match written(args, format).number() {
        Some(Number::Int(number)) => Value::Int(number),
        _ => Value::Missing,
    }
}

/// Names that AWS's older tables have for fields.
///
/// Source: AWS, "Querying Amazon VPC flow logs" in its first form, which many tables still follow.
const OLDER: [(&str, Field); 13] = [
    ("account", Field::AccountId),
    ("interfaceid", Field::InterfaceId),
    ("sourceaddress", Field::SrcAddr),
    ("destinationaddress", Field::DstAddr),
    ("sourceport", Field::SrcPort),
    ("destinationport", Field::DstPort),
    ("numpackets", Field::Packets),
    ("numbytes", Field::Bytes),
    ("starttime", Field::Start),
    ("endtime", Field::End),
    ("logstatus", Field::LogStatus),
    ("accid", Field::AccountId),
    ("aws-region", Field::Region),
];

/// The field that a column's name stands for.
pub(crate) fn field(name: &str) -> Option<Field> {
    let of_table = Field::ALL.iter().copied().find(|field| field.column_name() == name);
    let older = || OLDER.iter().find(|(older, _)| *older == name).map(|(_, field)| *field);
    of_table
        .or_else(|| Field::from_name(&name.replace('_', "-")))
        .or_else(|| Field::from_name(name))
        .or_else(older)
}

/// What the values of a field are in AWS's own table.
pub(super) fn type_of(field: Field) -> Type {
    match field.kind() {
        Kind::Number | Kind::Port | Kind::Byte | Kind::Time => Type::Integer,
        Kind::Address | Kind::Text => Type::Varchar,
    }
}

impl Planner<'_> {
    /// The column that a name stands for.
    pub(super) fn column(
        &mut self,
        building: &mut Building,
        column: &ast::Column,
        span: Span,
    ) -> Planned<Typed> {
        let is_of = |table: Option<&String>| column.table.as_ref().is_none_or(|wanted| table == Some(wanted));
        let mut found = building
            .columns
            .iter()
            .filter(|known| known.name.as_ref() == Some(&column.name) && is_of(known.table.as_ref()));
        if let Some(known) = found.next() {
            if found.next().is_some() {
                return complaint(span, format!("there are several columns of the name {}", column.name));
            }
            return Ok(Typed::new(Term::Slot(known.slot), known.of.clone()));
        }
        let is_of_records = match (&building.table, &column.table) {
            (Some(tables), Some(wanted)) => tables.contains(wanted),
            (Some(_), None) => true,
            (None, _) => false,
        };
        if is_of_records && let Some(typed) = self.of_records(building, &column.name) {
            return Ok(typed);
        }
        complaint(span, self.unknown(building, column))
    }

    /// A column of the records.
    fn of_records(&mut self, building: &mut Building, name: &str) -> Option<Typed> {
        let is_known = |name: &str| self.facts.columns.iter().any(|known| known.name == name);
        let unknown = self.facts.columns.iter().find(|known| {
            Field::from_name(&known.name).is_none()
                && flowlens_core::query::ddl::column_of(&known.name) == name
        });
        if let Some(unknown) = unknown {
            let slot = building.source(Wanted::Unknown(unknown.name.clone()))?;
            return Some(Typed::new(Term::Slot(slot), Type::Varchar));
        }
        if let Some(field) = field(name) {
            if !self.facts.has(field) {
                self.note(format!("No record here has the field {}.", field.name()));
            }
            let slot = building.source(Wanted::Field(field))?;
            return Some(Typed::new(Term::Slot(slot), type_of(field)));
        }
        let part = Part::from_name(name).filter(|_| !is_known(name))?;
        let start = building.source(Wanted::Field(Field::Start))?;
        if !self.parts.iter().any(|known| known == name) {
            self.parts.push(name.to_owned());
        }
        Some(part.typed(Term::Slot(start)))
    }

    fn unknown(&self, building: &Building, column: &ast::Column) -> String {
        let name = &column.name;
        let mut names: Vec<String> = building.columns.iter().filter_map(|known| known.name.clone()).collect();
        let is_of_records = building.table.is_some();
        if is_of_records {
            names.extend(
                self.facts.columns.iter().map(|known| flowlens_core::query::ddl::column_of(&known.name)),
            );
            names.extend(Field::ALL.iter().map(|field| field.column_name()));
        }
        match nearest(name, names.iter().map(String::as_str)) {
            _ if name.len() > 1
                && matches!(name.as_str(), "accept" | "reject" | "ok" | "nodata" | "ingress" | "egress") =>
            {
                format!(
                    "there is no column {name}: a text stands in single quotes, '{}'",
                    name.to_uppercase()
                )
            }
            Some(near) => format!("there is no column {name}: did you mean {near}?"),
            None if is_of_records => format!("there is no column {name}: it is no field of flow logs"),
            None if names.is_empty() => format!("there is no column {name} here"),
            None => format!("there is no column {name}: here are {}", names.join(", ")),
        }
    }

    /// All columns, or those of a table.
    pub(super) fn all(
        &mut self,
        building: &Building,
        table: Option<&str>,
        span: Span,
    ) -> Planned<Vec<ast::Node>> {
        let node = |table: Option<String>, name: String| ast::Node {
            kind: ast::NodeKind::Column(ast::Column { table, name }),
            span,
        };
        let mut nodes = Vec::new();
        if let Some(tables) = &building.table
            && table.is_none_or(|table| tables.iter().any(|known| known == table))
        {
            let own = tables.last().cloned();
            nodes.extend(self.facts.columns.iter().map(|known| {
                let field = Field::from_name(&known.name);
                let name = field
                    .map_or_else(|| flowlens_core::query::ddl::column_of(&known.name), Field::column_name);
                node(own.clone(), name)
            }));
        }
        for column in &building.columns {
            if table.is_none() || table == column.table.as_deref() {
                let Some(name) = &column.name else {
                    return complaint(span, "a column of the query in FROM has no name: give it one with AS");
                };
                nodes.push(node(column.table.clone(), name.clone()));
            }
        }
        match (nodes.is_empty(), table) {
            (true, Some(table)) => complaint(span, format!("there is no table {table} here")),
            _ => Ok(nodes),
        }
    }
}

impl Building {
    /// The slot of something that the records are asked for.
    pub(super) fn source(&mut self, wanted: Wanted) -> Option<usize> {
        let Origin::Records { sources, width: None, .. } = &mut self.source else { return None };
        if let Some((_, slot)) = sources.iter().find(|(other, _)| *other == wanted) {
            return Some(*slot);
        }
        let slot = self.slots;
        sources.push((wanted, slot));
        self.slots += 1;
        Some(slot)
    }
}
