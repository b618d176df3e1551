//! What a question in a language of people knows of the records before it is asked, and what it then asks.

use serde::{Deserialize, Serialize};

use super::Plan;
use super::exec::Feed;
use crate::record::Field;

/// What is known of the VPC records that are asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The columns that any of them has, by name.
    pub columns: Vec<Known>,
    /// How many formats they have.
    pub formats: usize,
    /// The first and the last start, Unix seconds.
    pub range_secs: Option<(u64, u64)>,
    /// How many there are.
    pub records: u64,
}

/// A column of the records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// The name of its field, or that in the header.
    pub name: String,
    /// Whether all records have it.
    pub everywhere: bool,
}

impl Facts {
    /// The columns of records that have one or another of these lists of columns: in the order of the list if there is only
    /// one.
    pub fn of_columns(lists: &[Vec<String>]) -> Self {
        let mut columns: Vec<Known> = Vec::new();
        for name in lists.iter().flatten() {
            if !columns.iter().any(|known| known.name == *name) {
                let everywhere = lists.iter().all(|list| list.contains(name));
                columns.push(Known { name: name.clone(), everywhere });
            }
        }
        let is_new = |at: usize| !lists[..at].contains(&lists[at]);
        let formats = (0..lists.len()).filter(|&at| is_new(at)).count();
        Self { columns, formats, ..Self::default() }
    }

    fn known(&self, name: &str) -> Option<&Known> {
        self.columns.iter().find(|known| known.name == name)
    }

    /// Whether any record has the field.
    pub fn has(&self, field: Field) -> bool {
        self.known(field.name()).is_some()
    }

    /// Whether all records have the field.
    pub fn all_have(&self, field: Field) -> bool {
        self.known(field.name()).is_some_and(|known| known.everywhere)
    }

    /// The name in the header of a column that is no field.
    pub fn unknown(&self, name: &str) -> Option<&str> {
        self.known(name)
            .filter(|known| Field::from_name(&known.name).is_none())
            .map(|known| known.name.as_str())
    }

    /// The names that Insights knows the columns by.
    pub fn insights_names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|known| {
            Field::from_name(&known.name).map_or(known.name.as_str(), |field| field.insights_name())
        })
    }
}

/// What must be asked of the records to answer a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Need {
    /// The answer to a plan.
    Plan(Box<Plan>),
    /// Rows, of which each shard makes its part of the answer.
    Rows(Feed),
}
