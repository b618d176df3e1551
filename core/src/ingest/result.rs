//! Results of queries that were run on Athena for their rows to be read here, known by a column of their header
//! ([`Mark`]). They hold no records, and are kept apart from them.

use serde::{Deserialize, Serialize};

use crate::record::Mark;

/// A larger result is not kept, bytes: the queries that are printed give some thousands of rows.
const TEXT_MAX: usize = 64 << 20;

/// A result, as it stands in its file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AthenaResult {
    /// The name of the column that says which query it answers.
    pub mark: String,
    /// The names of the other columns.
    pub columns: Vec<String>,
    /// The other columns' cells, a tab after each, and a line feed after each row.
    pub text: String,
    /// Rows.
    pub rows: u64,
    /// What is wrong with it.
    pub damage: Option<String>,
    /// How many rows there are, by the rows themselves.
    told: Option<u64>,
}

impl AthenaResult {
    /// Where the column stands that makes a table a result.
    pub(super) fn place_of_mark(names: &[String]) -> Option<usize> {
        names.iter().position(|name| Mark::of(name).is_some())
    }

    /// A result of which the rows are still to come.
    pub(super) fn new(mut names: Vec<String>, place: usize) -> Self {
        let mark = if place < names.len() { names.remove(place) } else { String::new() };
        Self { mark, columns: names, ..Self::default() }
    }

    /// Takes a row, whose number of rows stands at a place.
    pub(super) fn push(&mut self, cells: &[&[u8]], place: usize) {
        self.rows += 1;
        let told = cells.get(place).and_then(|cell| std::str::from_utf8(cell).ok()?.parse().ok());
        let breaks = |cell: &&[u8]| cell.iter().any(|byte| matches!(byte, b'\t' | b'\n'));
        if cells.len() != self.columns.len() + 1
            || told.is_none()
            || cells.iter().any(breaks)
            || self.told.is_some_and(|so_far| Some(so_far) != told)
        {
            self.damage.get_or_insert_with(|| format!("row {} is not whole", self.rows));
        } else if self.text.len() > TEXT_MAX {
            self.damage.get_or_insert_with(|| format!("it is larger than {} MB", TEXT_MAX >> 20));
        } else {
            self.told = told;
            for (at, cell) in cells.iter().enumerate() {
                if at != place {
                    self.text.push_str(&String::from_utf8_lossy(cell));
                    self.text.push('\t');
                }
            }
            self.text.push('\n');
        }
    }

    /// No more rows come.
    pub(super) fn end(&mut self, broken: bool) {
        if broken {
            self.damage.get_or_insert_with(|| "its file is broken".to_owned());
        }
        if let Some(told) = self.told.filter(|told| *told != self.rows) {
            self.damage.get_or_insert_with(|| format!("it ends after {} of {told} rows", self.rows));
        }
    }
}
