//! What names stand for at a place in a query.

use flowlens_core::query::exec::Wanted;
use flowlens_core::record::Field;

use super::compute::Compute;
use crate::insights::ast::{Complaint, Period, Span};
use crate::insights::nearest::nearest;
use flowlens_core::query::Facts;

/// A column of rows.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// Its name.
    pub(super) name: String,
    /// Where its values are.
    pub(super) slot: usize,
    /// Whether its values are times, Unix milliseconds.
    pub(super) is_time: bool,
    /// The period to which its times are rounded.
    pub(super) period: Option<Period>,
}

/// The columns that are there, and those that the records have besides.
#[derive(Clone, Debug)]
pub(super) struct Scope<'a> {
    facts: &'a Facts,
    /// Named columns, the newest last.
    pub(super) columns: Vec<Column>,
    /// Slots in use.
    pub(super) slots: usize,
    /// What the records are asked for, and the slots of it; none once rows are no records any more.
    pub(super) sources: Option<Vec<(Wanted, usize)>>,
    /// Fields that are asked for and that no record has.
    pub(super) absent: Vec<&'static str>,
}

/// Names of what CloudWatch knows of an event, and records out of files do not tell.
const OF_EVENTS: [&str; 5] = ["@logStream", "logStream", "@log", "@ingestionTime", "@ptr"];
const TIMESTAMP: &str = "@timestamp";
const MESSAGE: &str = "@message";

impl<'a> Scope<'a> {
    /// Records as they are.
    pub(super) const fn new(facts: &'a Facts) -> Self {
        Self { facts, columns: Vec::new(), slots: 0, sources: Some(Vec::new()), absent: Vec::new() }
    }

    /// Whether rows are still records one by one.
    pub(super) const fn is_of_records(&self) -> bool {
        self.sources.is_some()
    }

    /// A slot that is free.
    pub(super) const fn new_slot(&mut self) -> usize {
        self.slots += 1;
        self.slots - 1
    }

    /// Gives a slot a name.
    pub(super) fn name(&mut self, name: &str, slot: usize, is_time: bool, period: Option<Period>) {
        self.columns.push(Column { name: name.to_owned(), slot, is_time, period });
    }

    /// The newest column of a name.
    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().rev().find(|column| column.name == name)
    }

    /// The field that a name stands for: its own, or that which a command has given the name to.
    pub(super) fn field(&self, name: &str) -> Option<Field> {
        let sources = self.sources.as_ref()?;
        let Some(column) = self.column(name) else { return Field::from_name(name) };
        match sources.iter().find(|(_, slot)| *slot == column.slot) {
            Some((Wanted::Field(field), _)) => Some(*field),
            _ => None,
        }
    }

    /// The column that goes by the text of an expression, best one of just this text.
    pub(super) fn column_of_text(&self, text: &str) -> Option<&Column> {
        let plain = |text: &str| text.replace(char::is_whitespace, "").to_lowercase();
        let alike = || self.columns.iter().rev().find(|column| plain(&column.name) == plain(text));
        self.column(text).or_else(alike)
    }

    /// The slot of something that the records are asked for.
    pub(super) fn source(&mut self, wanted: Wanted) -> Option<usize> {
        let known = self.sources.as_ref()?.iter().find(|(other, _)| *other == wanted).map(|(_, slot)| *slot);
        if known.is_some() {
            return known;
        }
        let slot = self.new_slot();
        self.sources.as_mut()?.push((wanted, slot));
        Some(slot)
    }

    /// The column that a name stands for.
    pub(super) fn resolve(&mut self, name: &str, span: Span) -> Result<Compute, Complaint> {
        if let Some(column) = self.column(name) {
            return Ok(Compute::Slot(column.slot));
        }
        if self.sources.is_some() {
            let wanted = match name {
                TIMESTAMP => Some(Wanted::Millis),
                MESSAGE => Some(Wanted::Line),
                _ => Field::from_name(name)
                    .map(Wanted::Field)
                    .or_else(|| self.facts.unknown(name).map(|name| Wanted::Unknown(name.to_owned()))),
            };
            if let Some(wanted) = wanted {
                let is_time = wanted == Wanted::Millis;
                if let Wanted::Field(field) = wanted
                    && !self.facts.has(field)
                    && !self.absent.contains(&field.name())
                {
                    self.absent.push(field.name());
                }
                let slot = self.source(wanted).unwrap_or_default();
                self.name(name, slot, is_time, None);
                return Ok(Compute::Slot(slot));
            }
            if OF_EVENTS.contains(&name) {
                return Ok(Compute::Constant(crate::value::Value::Missing));
            }
        }
        // A way into a map or a list: `map.key`, `list[0]`.
        if let Some(at) = name.rfind(['.', '[']).filter(|&at| at > 0) {
            let (base, key) = (&name[..at], name[at + 1..].trim_end_matches(']'));
            if let Ok(of) = self.resolve(base, span) {
                return Ok(Compute::Member(Box::new(of), key.into()));
            }
        }
        Err(self.unknown(name, span))
    }

    fn unknown(&self, name: &str, span: Span) -> Complaint {
        let mut names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        if self.sources.is_some() {
            names.extend([TIMESTAMP, MESSAGE]);
            names.extend(self.facts.insights_names());
            names.extend(Field::ALL.iter().map(|field| field.insights_name()));
        }
        let is_word_of_records = name.len() > 1 && name.chars().all(|c| c.is_ascii_uppercase());
        let hint = match (nearest(name, names), self.sources.is_some()) {
            _ if is_word_of_records => format!("a text stands in quotes: \"{name}\""),
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, true) => "it is neither a field of flow logs nor a name given before".to_owned(),
            (None, false) => {
                let mut there: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
                there.dedup();
                format!("after stats there is only {}", there.join(", "))
            }
        };
        Complaint { span, text: format!("`{name}`: {hint}") }
    }
}
