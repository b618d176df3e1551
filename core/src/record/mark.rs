//! The name of the column by which a result of Athena says which query it answers.
//!
//! A result is a CSV file under a header row, and says nothing else of its query. So each query that is run for its result
//! here has a column more, whose name tells the query, the days it was run for and the table's fields, even of a result
//! without rows; its value is the number of the result's rows, by which a file that is cut is known.

use serde::{Deserialize, Serialize};

use super::Field;

/// How such names begin; the number is that of their shape.
const BEGIN: &str = "flowlens1_";

/// What the name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The query, by a hash of its text.
    pub query: u64,
    /// A bit for each field of the table, by its place in [`Field::ALL`]: the first 64, and the others.
    pub fields: [u64; 2],
    /// The first and the last day, as `20261124`; none: all there is.
    pub days: Option<(u32, u32)>,
}

impl Mark {
    /// The column's name.
    pub fn column(&self) -> String {
        let (from, to) = self.days.unwrap_or_default();
        let [first, others] = self.fields;
        format!("{BEGIN}{:012x}_{first:x}_{others:x}_{from}_{to}", self.query)
    }

    /// Reads a column's name. `None`: it is none of these; `Some(None)`: of another version.
    pub fn of(column: &str) -> Option<Option<Self>> {
        let Some(rest) = column.strip_prefix(BEGIN) else {
            let number = column.strip_prefix("flowlens")?;
            return number.starts_with(|c: char| c.is_ascii_digit()).then_some(None);
        };
        let mut parts = rest.split('_');
        let mut next = || parts.next().unwrap_or_default();
        let [query, first, others] = [0; 3].map(|_: u8| u64::from_str_radix(next(), 16));
        let (from, to) = (next().parse(), next().parse());
        let (Ok(query), Ok(first), Ok(others), Ok(from), Ok(to)) = (query, first, others, from, to) else {
            return Some(None);
        };
        Some(Some(Self { query, fields: [first, others], days: (from > 0).then_some((from, to)) }))
    }

    /// The bits of some fields.
    pub fn bits(fields: impl Iterator<Item = Field>) -> [u64; 2] {
        let mut bits = [0; 2];
        for field in fields {
            bits[usize::from(field.index() >= 64)] |= 1 << (field.index() % 64);
        }
        bits
    }

    /// Whether the table has a field.
    pub const fn has(&self, field: Field) -> bool {
        self.fields[(field.index() >= 64) as usize] >> (field.index() % 64) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_what_it_was_made_of() {
        let fields = Mark::bits(Field::ALL.iter().copied());
        let query = 0x3f9a_2c41;
        for mark in [
            Mark { query, fields, days: Some((20_261_101, 20_261_107)) },
            Mark { query, fields: [5, 0], days: None },
        ] {
            assert_eq!(Mark::of(&mark.column()), Some(Some(mark)));
        }
        let few = Mark { query, fields: [5, 0], days: None };
        assert_eq!(few.column(), "flowlens1_00003f9a2c41_5_0_0_0");
        assert!(few.has(Field::Version) && !few.has(Field::AccountId));
        assert_eq!(Mark::of("flowlens7_abc"), Some(None));
        assert_eq!(Mark::of("flowlens1_xyz"), Some(None));
        assert_eq!(Mark::of("srcaddr"), None);
        assert_eq!(Mark::of("flowlens"), None);
    }
}
