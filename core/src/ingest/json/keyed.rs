//! Records as JSON objects: keys to columns.

use std::borrow::Cow;

use super::super::detect::is_flow_record;
use super::super::lines::{Lines, Place};
use super::value::Json;
use crate::record::{Column, Format, Log};
use crate::store::Table;

/// More different keys than this are no flow log's.
const KEYS_MAX: usize = 256;

type Members<'a> = [(Cow<'a, str>, Json<'a>)];

/// The keys seen so far, each with its column.
#[derive(Default)]
pub(super) struct Keys {
    columns: Vec<Column>,
    keys: Vec<Key>,
}

struct Key {
    name: String,
    /// Where its column is; `None`: the key is passed over.
    column: Option<usize>,
}

impl Keys {
    /// A key that was learned. `hint`: where it may be, since objects repeat their order.
    #[inline(never)] // it is small, but asked for often
    fn find(&self, key: &str, hint: usize) -> Option<&Key> {
        let is_it = |known: &&Key| known.name == key;
        self.keys.get(hint).filter(is_it).or_else(|| self.keys.iter().find(is_it))
    }

    /// The log of which an object has the keys: these were learned from VPC records, others from transit gateways'.
    pub(super) fn log_of(&self, members: &Members<'_>, others: &Self) -> Log {
        if self.knows(members) {
            Log::Vpc
        } else if others.knows(members) {
            Log::TransitGateway
        } else {
            Format::from_columns(columns_of(members)).log()
        }
    }

    fn knows(&self, members: &Members<'_>) -> bool {
        members.iter().enumerate().all(|(hint, (key, _))| self.find(key, hint).is_some())
    }

    /// Whether an object's keys are those of a flow record.
    pub(super) fn is_record(&self, members: &Members<'_>) -> bool {
        // A table column by column, as pandas writes it, has the names of a record and no value of one.
        if members.iter().all(|(_, value)| value.scalar().is_none()) {
            return false;
        }
        if self.knows(members) {
            let keys = members.iter().enumerate().map(|(hint, (key, _))| self.find(key, hint));
            return is_flow_record(&mut keys.filter_map(|key| self.columns.get(key?.column?)));
        }
        is_flow_record(&mut columns_of(members).iter())
    }

    /// Reads an object that [is a record](Self::is_record).
    pub(super) fn read(
        &mut self,
        members: &Members<'_>,
        text: &[u8],
        place: Place,
        lines: &mut Lines,
        table: &mut Table,
    ) {
        if let Err(reason) = self.learn(members) {
            lines.strange(text, place, reason, table);
            return;
        }
        if !lines.has_columns(&self.columns) {
            lines.use_columns(Format::from_columns(self.columns.clone()), "JSON keys", table);
        }
        let mut row: Vec<&[u8]> = vec![b""; self.columns.len()];
        let mut twice = None;
        for (hint, (key, value)) in members.iter().enumerate() {
            let column = self.find(key, hint).and_then(|key| key.column);
            let Some(cell) = column.and_then(|at| row.get_mut(at)) else { continue };
            match value.scalar().map(str::as_bytes) {
                None => lines.outcome.nested += 1,
                Some(text) if !cell.is_empty() && !text.is_empty() && *cell != text => twice = Some(key),
                Some(text) if cell.is_empty() => *cell = text,
                Some(_) => {}
            }
        }
        match twice {
            Some(key) => lines.refuse(text, place, format!("a field has two different values: {key}")),
            None => lines.row(&row, text, place, table),
        }
    }

    /// Gives new keys their columns.
    fn learn(&mut self, members: &Members<'_>) -> Result<(), String> {
        if self.knows(members) {
            return Ok(());
        }
        for ((key, _), own) in members.iter().zip(&columns_of(members)) {
            if self.find(key, self.keys.len()).is_some() {
                continue;
            }
            if self.keys.len() >= KEYS_MAX {
                return Err(format!(
                    "more than {KEYS_MAX} different keys in this file: no flow log has so many"
                ));
            }
            let column = if key.starts_with('@') || key.trim().is_empty() {
                None
            } else {
                let known = self.columns.iter().position(|other| other == own);
                Some(known.unwrap_or_else(|| {
                    self.columns.push(own.clone());
                    self.columns.len() - 1
                }))
            };
            self.keys.push(Key { name: key.clone().into_owned(), column });
        }
        Ok(())
    }
}

fn columns_of(members: &Members<'_>) -> Vec<Column> {
    members.iter().map(|(key, _)| Column::from_name(key)).collect()
}
