//! An answer that is read in turns: hundred thousand rows take longer than a page may stand still.

use postcard::{Result, take_from_bytes};

use crate::insights::ast::Complaint;
use crate::{Answered, Table};

/// An answer of which some rows are read.
#[derive(Debug)]
pub struct Reading<'a> {
    rest: &'a [u8],
    /// Rows that are still to be read.
    left: usize,
    table: Table,
}

impl<'a> Reading<'a> {
    /// Begins to read the postcard bytes of an [`Answered`]; what is wrong with the question is read at once.
    pub fn begin(bytes: &'a [u8]) -> Result<std::result::Result<Self, Vec<Complaint>>> {
        // As serde counts the variants of a result: Ok, Err.
        let (variant, rest) = take_from_bytes::<u32>(bytes)?;
        if variant != 0 {
            return postcard::from_bytes::<Answered>(bytes).map(|answered| match answered {
                Ok(table) => Ok(Self { rest: &[], left: 0, table }),
                Err(complaints) => Err(complaints),
            });
        }
        let (columns, rest) = take_from_bytes(rest)?;
        let (times, rest) = take_from_bytes(rest)?;
        let (left, rest) = take_from_bytes(rest)?;
        Ok(Ok(Self { rest, left, table: Table { columns, times, ..Table::default() } }))
    }

    /// Reads up to so many rows; whether there are more.
    pub fn rows(&mut self, most: usize) -> Result<bool> {
        for _ in 0..most.min(self.left) {
            let (row, rest) = take_from_bytes(self.rest)?;
            self.table.rows.push(row);
            (self.rest, self.left) = (rest, self.left - 1);
        }
        Ok(self.left > 0)
    }

    /// The answer, when all rows are read.
    pub fn finish(self) -> Result<Table> {
        let (scanned, rest) = take_from_bytes(self.rest)?;
        let (matched, rest) = take_from_bytes(rest)?;
        let (notes, _) = take_from_bytes(rest)?;
        Ok(Table { scanned, matched, notes, ..self.table })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insights::ast::Span;

    #[test]
    fn in_turns_it_is_the_answer_at_once() {
        for rows in [0_i128, 1, 7, 10] {
            let table = Table {
                columns: vec!["srcAddr".to_owned(), "n".to_owned()],
                times: vec![false, true],
                rows: (0..rows).map(|row| vec!["10.0.0.5".into(), row.into()]).collect(),
                scanned: 400,
                matched: Some(300),
                notes: vec!["cut off".to_owned()],
            };
            let bytes = postcard::to_stdvec(&Answered::Ok(table.clone())).unwrap_or_default();
            let mut turns = 0;
            let mut reading = Reading::begin(&bytes).ok().and_then(std::result::Result::ok);
            while reading.as_mut().is_some_and(|reading| reading.rows(3).is_ok_and(|more| more)) {
                turns += 1;
            }
            assert_eq!(reading.and_then(|reading| reading.finish().ok()), Some(table));
            assert_eq!(turns, (rows.max(1) - 1) / 3);
        }
    }

    #[test]
    fn complaints_and_damage_are_told() {
        let complaints = vec![Complaint { span: Span { start: 1, end: 2 }, text: "no".to_owned() }];
        let bytes = postcard::to_stdvec(&Answered::Err(complaints.clone())).unwrap_or_default();
        assert!(matches!(Reading::begin(&bytes), Ok(Err(told)) if told == complaints));
        assert!(Reading::begin(&[]).is_err());
        assert!(Reading::begin(&[0, 1, 9]).is_err());
    }
}
