//! Packed columns: the narrowest width that holds a column's values, less their least.

use serde::{Deserialize, Serialize};

use super::bytes;

/// Whole numbers, packed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Packed {
    /// The same value in every row.
    Constant(u64),
    /// Least value, and differences of 8 bits.
    U8(u64, #[serde(with = "bytes")] Box<[u8]>),
    /// Least value, and differences of 16 bits.
    U16(u64, #[serde(with = "bytes")] Box<[u16]>),
    /// Least value, and differences of 32 bits.
    U32(u64, #[serde(with = "bytes")] Box<[u32]>),
    /// The values.
    U64(#[serde(with = "bytes")] Box<[u64]>),
}

impl Packed {
    /// Packs values.
    pub fn new(values: &[u64]) -> Self {
        let (mut least, mut greatest) = (u64::MAX, 0);
        for &value in values {
            least = least.min(value);
            greatest = greatest.max(value);
        }
        if values.is_empty() {
            return Self::Constant(0);
        }
        match greatest - least {
            0 => Self::Constant(least),
            1..=0xff => Self::U8(least, values.iter().map(|&value| (value - least) as u8).collect()),
            0x100..=0xffff => Self::U16(least, values.iter().map(|&value| (value - least) as u16).collect()),
            0x1_0000..=0xffff_ffff => {
                Self::U32(least, values.iter().map(|&value| (value - least) as u32).collect())
            }
            _ => Self::U64(values.into()),
        }
    }

    /// Appends the values of rows `from..to`.
    pub fn unpack(&self, from: usize, to: usize, into: &mut Vec<u64>) {
        match self {
            Self::Constant(value) => into.resize(into.len() + (to - from), *value),
            Self::U8(least, values) => into.extend(values[from..to].iter().map(|&v| least + u64::from(v))),
            Self::U16(least, values) => into.extend(values[from..to].iter().map(|&v| least + u64::from(v))),
            Self::U32(least, values) => into.extend(values[from..to].iter().map(|&v| least + u64::from(v))),
            Self::U64(values) => into.extend_from_slice(&values[from..to]),
        }
    }

    /// Appends the values of some rows, counted from `from`.
    pub fn gather(&self, from: usize, rows: &[u32], into: &mut Vec<u64>) {
        let at = |row: &u32| from + *row as usize;
        match self {
            Self::Constant(value) => into.resize(into.len() + rows.len(), *value),
            Self::U8(least, values) => into.extend(rows.iter().map(|row| least + u64::from(values[at(row)]))),
            Self::U16(least, values) => {
                into.extend(rows.iter().map(|row| least + u64::from(values[at(row)])));
            }
            Self::U32(least, values) => {
                into.extend(rows.iter().map(|row| least + u64::from(values[at(row)])));
            }
            Self::U64(values) => into.extend(rows.iter().map(|row| values[at(row)])),
        }
    }

    /// The value of a row.
    pub fn get(&self, row: usize) -> u64 {
        match self {
            Self::Constant(value) => *value,
            Self::U8(least, values) => least + u64::from(values[row]),
            Self::U16(least, values) => least + u64::from(values[row]),
            Self::U32(least, values) => least + u64::from(values[row]),
            Self::U64(values) => values[row],
        }
    }

    /// Numbers between which all values lie.
    pub const fn range(&self) -> (u64, u64) {
        match self {
            Self::Constant(value) => (*value, *value),
            Self::U8(least, _) => (*least, least.saturating_add(0xff)),
            Self::U16(least, _) => (*least, least.saturating_add(0xffff)),
            Self::U32(least, _) => (*least, least.saturating_add(0xffff_ffff)),
            Self::U64(_) => (0, u64::MAX),
        }
    }

    /// Bytes on the heap.
    pub const fn heap_bytes(&self) -> usize {
        match self {
            Self::Constant(_) => 0,
            Self::U8(_, values) => values.len(),
            Self::U16(_, values) => values.len() * 2,
            Self::U32(_, values) => values.len() * 4,
            Self::U64(values) => values.len() * 8,
        }
    }
}

/// One bit per row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bitmap(#[serde(with = "bytes")] Box<[u64]>);

impl Bitmap {
    /// The rows whose value satisfies a condition; `None` if no row does.
    pub fn of(values: &[u64], condition: impl Fn(u64) -> bool) -> Option<Self> {
        let mut any = 0;
        let words: Box<[u64]> = values
            .chunks(64)
            .map(|chunk| {
                let word =
                    chunk.iter().enumerate().fold(0, |word, (i, &v)| word | u64::from(condition(v)) << i);
                any |= word;
                word
            })
            .collect();
        (any != 0).then_some(Self(words))
    }

    /// Whether a row's bit is set.
    pub fn get(&self, row: usize) -> bool {
        self.0[row / 64] >> (row % 64) & 1 == 1
    }

    /// The words of rows `from..to`, 64 rows each; `from` is a multiple of 64.
    pub fn words(&self, from: usize, to: usize) -> &[u64] {
        &self.0[from / 64..to.div_ceil(64)]
    }

    /// The set rows among `from..to`, in order.
    pub fn ones(&self, from: usize, to: usize) -> impl Iterator<Item = usize> {
        (from / 64..to.div_ceil(64)).flat_map(move |at| {
            let mut word = self.0[at];
            std::iter::from_fn(move || {
                if word == 0 {
                    return None;
                }
                let bit = word.trailing_zeros() as usize;
                word &= word - 1;
                Some(at * 64 + bit)
            })
            .filter(move |row| (from..to).contains(row))
        })
    }

    /// Bytes on the heap.
    pub const fn heap_bytes(&self) -> usize {
        self.0.len() * 8
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(values in prop::collection::vec(any::<u64>(), 1..300), shift in 0_u32..64) {
            let values: Vec<u64> = values.into_iter().map(|v| v >> shift).collect();
            let packed = Packed::new(&values);
            let mut back = Vec::new();
            packed.unpack(0, values.len(), &mut back);
            prop_assert_eq!(&back, &values);
            let from = values.len() / 3;
            back.clear();
            packed.unpack(from, values.len(), &mut back);
            prop_assert_eq!(&back[..], &values[from..]);
            let rows: Vec<u32> = (0..(values.len() - from) as u32).filter(|row| row % 3 == 1).collect();
            back.clear();
            packed.gather(from, &rows, &mut back);
            let expected: Vec<u64> = rows.iter().map(|&row| values[from + row as usize]).collect();
            prop_assert_eq!(&back, &expected);
            prop_assert_eq!(packed.get(from), values[from]);
            let (least, greatest) = packed.range();
            prop_assert!(values.iter().all(|value| (least..=greatest).contains(value)));
        }

        #[test]
        fn bits_are_where_they_were_set(values in prop::collection::vec(0_u64..3, 1..300), from in 0_usize..150) {
            let from = from.min(values.len());
            let ones: Vec<usize> = (from..values.len()).filter(|&row| values[row] == 2).collect();
            match Bitmap::of(&values, |v| v == 2) {
                None => prop_assert!(!values.contains(&2)),
                Some(bits) => {
                    prop_assert_eq!(bits.ones(from, values.len()).collect::<Vec<_>>(), ones);
                    prop_assert!((0..values.len()).all(|row| bits.get(row) == (values[row] == 2)));
                }
            }
        }
    }
}
