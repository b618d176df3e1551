//! The name of the column by which a result of Athena says which query it answers.
//!
//! A result is a CSV file under a header row, and says nothing else of its query. So each query that is run for its result
//! here has a column more, whose name tells the query, the days it was run for and the table's fields, even of a result
//! without rows; its value is the number of the result's rows, by which a file that is cut is known.

use super::Field;

/// How such names begin; the number is that of their shape.
const BEGIN: &str = "flowlens1_";

/// What the name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The query, by a hash of its text.
    pub query: u64,
    /// A bit for each field of the table, by its place in [`Field::ALL`].
    pub fields: u128,
    /// The first and the last day, as `20261124`; none: all there is.
    pub days: Option<(u32, u32)>,
}

impl Mark {
    /// The column's name.
    pub fn column(&self) -> String {
        let (from, to) = self.days.unwrap_or_default();
        format!("{BEGIN}{:012x}_{:x}_{from}_{to}", self.query, self.fields)
    }

    /// Reads a column's name. `None`: it is none of these; `Some(None)`: of another version.
    pub fn of(column: &str) -> Option<Option<Self>> {
        let Some(rest) = column.strip_prefix(BEGIN) else {
            let number = column.strip_prefix("flowlens")?;
            return number.starts_with(|c: char| c.is_ascii_digit()).then_some(None);
        };
        let mut parts = rest.split('_');
        let mut next = || parts.next().unwrap_or_default();
        let (query, fields) = (u64::from_str_radix(next(), 16), u128::from_str_radix(next(), 16));
        let (from, to) = (next().parse(), next().parse());
        let (Ok(query), Ok(fields), Ok(from), Ok(to)) = (query, fields, from, to) else { return Some(None) };
        Some(Some(Self { query, fields, days: (from > 0).then_some((from, to)) }))
    }

    /// The bits of some fields.
    pub fn bits(fields: impl Iterator<Item = Field>) -> u128 {
        fields.fold(0, |bits, field| bits | 1 << field.index())
    }

    /// Whether the table has a field.
    pub const fn has(&self, field: Field) -> bool {
        self.fields >> field.index() & 1 == 1
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
            Mark { query, fields: 5, days: None },
        ] {
            assert_eq!(Mark::of(&mark.column()), Some(Some(mark)));
        }
        let few = Mark { query, fields: 5, days: None };
        assert_eq!(few.column(), "flowlens1_00003f9a2c41_5_0_0");
        assert!(few.has(Field::Version) && !few.has(Field::AccountId));
        assert_eq!(Mark::of("flowlens7_abc"), Some(None));
        assert_eq!(Mark::of("flowlens1_xyz"), Some(None));
        assert_eq!(Mark::of("srcaddr"), None);
        assert_eq!(Mark::of("flowlens"), None);
    }
}
