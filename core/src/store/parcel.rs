//! Segments that move from one table to another, with the texts and addresses that the other does not know yet.

use std::net::Ipv6Addr;

use serde::{Deserialize, Serialize};

use super::segment::Segment;
use super::table::Table;
use super::{MISSING, WIDE};
use crate::record::{Format, Kind};

/// A segment on its way.
#[derive(Debug, Serialize, Deserialize)]
pub struct Parcel {
    format: Format,
    segment: Segment,
    /// The sender's unknown columns, by slot.
    unknown: Vec<String>,
    /// The sender's texts and IPv6 addresses since the last parcel.
    texts: Vec<String>,
    wides: Vec<u128>,
}

/// What a table has sent to another.
#[derive(Debug, Default)]
pub struct Sender {
    texts: usize,
    wides: usize,
}

impl Sender {
    /// Takes the last sealed segment out of a table; `None` if it has none.
    pub fn take(&mut self, table: &mut Table) -> Option<Parcel> {
        let segment = table.pop_segment()?;
        let format = table.format_of(segment.layout)?.clone();
        let (texts, wides) = (table.texts(), table.wide());
        let parcel = Parcel {
            format,
            segment,
            unknown: table.unknown_names().to_vec(),
            texts: (self.texts..texts.len()).map(|code| texts.text(code as u64).to_owned()).collect(),
            wides: (self.wides..wides.len()).map(|number| wides.address(number as u64).to_bits()).collect(),
        };
        (self.texts, self.wides) = (texts.len(), wides.len());
        Some(parcel)
    }
}

/// What a table knows of the cells of another.
#[derive(Debug, Default)]
pub struct Receiver {
    texts: Vec<u64>,
    wides: Vec<u64>,
    /// Whether a code or number here is another than there.
    differs: bool,
}

impl Receiver {
    /// Puts a segment into a table.
    pub fn put(&mut self, parcel: Parcel, table: &mut Table) {
        let Parcel { format, mut segment, unknown, texts, wides } = parcel;
        let (dictionary, book) = table.dictionaries();
        for text in texts {
            let code = dictionary.intern(text.as_bytes()).map_or(MISSING, u64::from);
            self.differs |= code != self.texts.len() as u64;
            self.texts.push(code);
        }
        for bits in wides {
            let number = book.intern(Ipv6Addr::from_bits(bits)).map_or(MISSING, |n| WIDE | u64::from(n));
            self.differs |= number != WIDE | self.wides.len() as u64;
            self.wides.push(number);
        }
        segment.layout = table.layout(&format, true);
        let text = |code: u64| self.texts.get(code as usize).copied().unwrap_or(MISSING);
        let address = |cell: u64| match cell & WIDE {
            0 => cell,
            _ => self.wides.get((cell & !WIDE) as usize).copied().unwrap_or(MISSING),
        };
        let rows = segment.rows;
        for (slot, data) in &mut segment.columns {
            let kind = slot.kind();
            let recoded = match kind {
                Kind::Text if self.differs => data.recoded(rows, false, text),
                Kind::Address if self.differs && data.has_wide() => data.recoded(rows, true, address),
                _ => None,
            };
            if let Some(recoded) = recoded {
                *data = recoded;
            }
            if let Some(own) = slot.unknown().and_then(|at| table.find_unknown(unknown.get(at)?)) {
                *slot = own;
            }
        }
        for odd in &mut segment.odd {
            odd.text = u32::try_from(text(odd.text.into())).unwrap_or(u32::MAX);
        }
        table.push_segment(segment);
    }
}
