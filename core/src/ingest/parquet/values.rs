//! The values of a column: whole numbers as they are, everything else as text, each different one once.

use std::sync::{Mutex, MutexGuard, PoisonError};

use parquet::basic::{ConvertedType, IntType, LogicalType, TimeUnit, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use parquet::errors::Result;
use parquet::schema::types::ColumnDescriptor;

use crate::ingest::columns::{INVALID, NULL, Values};
use crate::record::time;
use crate::store::{Dictionary, MISSING};

/// How the values of a column are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Numbers, signed.
    Signed,
    /// Numbers that use the sign's bit for themselves.
    Unsigned,
    /// Numbers with a fraction, which flow records do not have.
    Fraction,
    /// Moments, and by how much their unit must be divided to be milliseconds.
    Moments {
        per_millisecond: u64,
    },
    /// Days since 1970.
    Days,
    Text,
    Truth,
}

impl Reading {
    /// How a column is read; `Err`: why it is not.
    pub(super) fn of(column: &ColumnDescriptor) -> std::result::Result<Self, String> {
        let type_of = || match column.logical_type_ref() {
            Some(logical) => format!("{logical:?}"),
            None => column.physical_type().to_string(),
        };
        let strange = || Err(format!("its type is {}, which no field of a flow record has", type_of()));
        Ok(match (column.logical_type_ref(), column.converted_type(), column.physical_type()) {
            (Some(LogicalType::Decimal(_)), ..) | (_, ConvertedType::DECIMAL, _) => return strange(),
            (Some(LogicalType::Timestamp(stamp)), _, Type::INT64) => Self::Moments {
                per_millisecond: match stamp.unit {
                    TimeUnit::MILLIS => 1,
                    TimeUnit::MICROS => 1_000,
                    TimeUnit::NANOS => 1_000_000,
                },
            },
            (_, ConvertedType::TIMESTAMP_MILLIS, Type::INT64) | (.., Type::INT96) => {
                Self::Moments { per_millisecond: 1 }
            }
            (_, ConvertedType::TIMESTAMP_MICROS, Type::INT64) => Self::Moments { per_millisecond: 1_000 },
            (Some(LogicalType::Date), ..) | (_, ConvertedType::DATE, _) => Self::Days,
            (Some(LogicalType::Integer(IntType { is_signed: false, .. })), ..)
            | (
                _,
                ConvertedType::UINT_8
                | ConvertedType::UINT_16
                | ConvertedType::UINT_32
                | ConvertedType::UINT_64,
                _,
            ) => Self::Unsigned,
            (Some(LogicalType::Integer(_)) | None, _, Type::INT32 | Type::INT64) => Self::Signed,
            (.., Type::FLOAT | Type::DOUBLE) => Self::Fraction,
            (.., Type::BOOLEAN) => Self::Truth,
            (
                Some(LogicalType::String | LogicalType::Enum | LogicalType::Json | LogicalType::Unknown)
                | None,
                _,
                Type::BYTE_ARRAY,
            ) => Self::Text,
            _ => return strange(),
        })
    }

    /// The next values, at most `rows`.
    pub(super) fn read(self, reader: &mut ColumnReader, rows: usize, texts: &Mutex<Texts>) -> Result<Values> {
        match reader {
            // Of texts that are told by their codes already.
            ColumnReader::Int32ColumnReader(reader) if self == Self::Text => {
                let (codes, present) = next(reader, rows)?;
                let codes = spread(codes.into_iter().map(i32::cast_unsigned), &present, NULL);
                Ok(lock(texts).tell(codes))
            }
            ColumnReader::BoolColumnReader(reader) => {
                read_texts(texts, reader, rows, |&truth| if truth { b"true" } else { b"false" })
            }
            ColumnReader::Int32ColumnReader(reader) => {
                let bits = |value: i32| {
                    if self == Self::Unsigned { i64::from(value.cast_unsigned()) } else { value.into() }
                };
                read_numbers(
                    texts,
                    reader,
                    rows,
                    self,
                    |&value| self.number(bits(value)),
                    |&value| self.text(bits(value)),
                )
            }
            ColumnReader::Int64ColumnReader(reader) => read_numbers(
                texts,
                reader,
                rows,
                self,
                |&value| self.number(value),
                |&value| self.text(value),
            ),
            ColumnReader::Int96ColumnReader(reader) => read_numbers(
                texts,
                reader,
                rows,
                self,
                |value| self.number(value.to_millis()),
                |value| self.text(value.to_millis()),
            ),
            ColumnReader::FloatColumnReader(reader) => {
                read_numbers(texts, reader, rows, self, |&value| whole(value.into()), f32::to_string)
            }
            ColumnReader::DoubleColumnReader(reader) => {
                read_numbers(texts, reader, rows, self, |&value| whole(value), f64::to_string)
            }
            ColumnReader::ByteArrayColumnReader(reader) => read_texts(texts, reader, rows, ByteArray::data),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                read_texts(texts, reader, rows, |value| value.data())
            }
        }
    }

    /// A number as the cell it is; `None`: it is told as text.
    fn number(self, value: i64) -> Option<u64> {
        match self {
            Self::Days => None,
            Self::Moments { per_millisecond } => {
                u64::try_from(value).ok().map(|value| value / per_millisecond)
            }
            _ => u64::try_from(value).ok(),
        }
    }

    /// A number as text.
    fn text(self, value: i64) -> String {
        match self {
            Self::Days => u64::try_from(value)
                .map_or_else(|_| value.to_string(), |days| time::date(days.saturating_mul(86_400))),
            Self::Unsigned => value.cast_unsigned().to_string(),
            _ => value.to_string(),
        }
    }
}

/// A number without a fraction, as far as a double tells every whole number. Not a number is what pandas writes for a missing one.
fn whole(value: f64) -> Option<u64> {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53
    if value.is_nan() {
        return Some(MISSING);
    }
    ((0.0..=EXACT).contains(&value) && value.fract() == 0.0).then_some(value as u64)
}

/// Slots of the cache of recent texts.
const RECENT: usize = 4096;

/// The different texts of a column in one row group.
pub(super) struct Texts {
    known: Dictionary,
    /// Codes of recent texts, by where their bytes are: those of a dictionary page stay where they are.
    recent: Box<[u32]>,
    /// How many of the texts were handed out.
    told: usize,
    begun: bool,
}

impl Default for Texts {
    fn default() -> Self {
        Self { known: Dictionary::default(), recent: vec![INVALID; RECENT].into(), told: 0, begun: false }
    }
}

impl Texts {
    /// The code of a text.
    pub(super) fn code(&mut self, text: &[u8]) -> u32 {
        let address = text.as_ptr().addr();
        let slot = (address ^ address >> 12) % RECENT;
        let recent = self.recent[slot];
        if recent != INVALID && self.known.slice(recent as usize) == text {
            return recent;
        }
        let Some(code) = self.known.intern(text) else { return INVALID };
        self.recent[slot] = code;
        code
    }

    fn tell(&mut self, codes: Vec<u32>) -> Values {
        let new = (self.told..self.known.len()).map(|code| self.known.text(code as u64).to_owned()).collect();
        self.told = self.known.len();
        Values::Texts { fresh: !std::mem::replace(&mut self.begun, true), new, codes }
    }
}

/// The texts; while pages are read nobody holds them.
pub(super) fn lock(texts: &Mutex<Texts>) -> MutexGuard<'_, Texts> {
    texts.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read_texts<T: DataType>(
    texts: &Mutex<Texts>,
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    text: impl Fn(&T::T) -> &[u8],
) -> Result<Values> {
    let (values, present) = next(reader, rows)?;
    let mut texts = lock(texts);
    let codes = spread(values.iter().map(|value| texts.code(text(value))), &present, NULL);
    Ok(texts.tell(codes))
}

fn read_numbers<T: DataType>(
    texts: &Mutex<Texts>,
    reader: &mut ColumnReaderImpl<T>,
    rows: usize,
    reading: Reading,
    number: impl Fn(&T::T) -> Option<u64>,
    text: impl Fn(&T::T) -> String,
) -> Result<Values> {
    let (values, present) = next(reader, rows)?;
    let numbers: Option<Vec<u64>> = values.iter().map(&number).collect();
    if let Some(numbers) = numbers {
        let numbers = spread(numbers.into_iter(), &present, MISSING);
        return Ok(Values::Numbers { numbers, fraction: reading == Reading::Fraction });
    }
    let mut texts = lock(texts);
    let codes = values.iter().map(|value| match number(value) {
        Some(MISSING) => NULL,
        _ => texts.code(text(value).as_bytes()),
    });
    let codes = spread(codes, &present, NULL);
    Ok(texts.tell(codes))
}

/// The next values that are not null, and which rows have one; nothing where all have.
fn next<T: DataType>(reader: &mut ColumnReaderImpl<T>, rows: usize) -> Result<(Vec<T::T>, Vec<i16>)> {
    let mut values = Vec::with_capacity(rows);
    let mut levels = Vec::with_capacity(rows);
    let mut read = 0;
    while read < rows {
        let (records, ..) = reader.read_records(rows - read, Some(&mut levels), None, &mut values)?;
        if records == 0 {
            break;
        }
        read += records;
    }
    Ok((values, levels))
}

/// Gives the rows without a value `null`.
fn spread<T: Copy>(mut values: impl ExactSizeIterator<Item = T>, present: &[i16], null: T) -> Vec<T> {
    if present.len() <= values.len() {
        return values.collect();
    }
    present.iter().map(|&level| if level > 0 { values.next().unwrap_or(null) } else { null }).collect()
}
