//! Parquet files into columns of rows, one row group after another.
//!
//! Nothing of a file is held but its footer and, for each column, the page that is being read and a
//! window of a mebibyte of compressed bytes. This is a program of its own in the browser, so what it reads travels to
//! a shard as [`Rows`].
//!
//! Sources: the Parquet format (github.com/apache/parquet-format); AWS, "Flow log files" (VPC user guide): a row group's
//! pages are gzip, names are the fields' with underscores.

mod pages;
mod values;
mod windows;

use std::ops::Range;
use std::sync::{Arc, Mutex};

use parquet::basic::Compression;
use parquet::column::reader::ColumnReader;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::reader::{ChunkReader as _, Length as _};
use parquet::schema::types::ColumnDescriptor;

use self::values::{Reading, Texts};
pub use self::windows::Source;
use self::windows::Windows;
use super::columns::{Heading, NamedColumn, Rows};

/// The four bytes at both ends of a Parquet file.
pub const MAGIC: [u8; 4] = *b"PAR1";
/// Rows read at a time.
const ROWS: usize = 16_384;

/// Why a file was not opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotOpened {
    /// It does not begin as a Parquet file: it may be one of text.
    Stranger,
    /// It is one, and cannot be read: why and what to do.
    Broken(String),
}

/// A file, or a share of its row groups.
pub struct ParquetFile<S: Source> {
    windows: Arc<Windows<S>>,
    metadata: Arc<ParquetMetaData>,
    heading: Heading,
    columns: Vec<Leaf>,
    groups: Range<usize>,
    group: Option<Group>,
}

/// A column that is read.
struct Leaf {
    /// Its number among the file's columns.
    at: usize,
    reading: Reading,
    texts: Arc<Mutex<Texts>>,
}

/// The row group that is being read.
struct Group {
    left: usize,
    readers: Vec<ColumnReader>,
}

impl<S: Source> ParquetFile<S> {
    /// Reads the footer. Of the row groups, those of one `share` of `shares` are read.
    pub fn open(source: S, share: u32, shares: u32) -> Result<Self, NotOpened> {
        let windows = Arc::new(Windows::new(source));
        let length = windows.len();
        let ends =
            |at: u64| windows.get_bytes(at, MAGIC.len()).map_err(|error| NotOpened::Broken(words(&error)));
        if length < 12 || ends(0)?[..] != MAGIC {
            return Err(NotOpened::Stranger);
        }
        if ends(length - 4)?[..] != MAGIC {
            return Err(NotOpened::Broken(
                "This Parquet file is cut: it does not end as one, and its end is where it says what it holds. Download it again.".to_owned(),
            ));
        }
        let metadata = ParquetMetaDataReader::new().parse_and_finish(&*windows).map_err(|error| {
            NotOpened::Broken(format!(
                "This Parquet file's footer cannot be read: {}. Download it again.",
                words(&error)
            ))
        })?;
        let metadata = Arc::new(metadata);
        let count = metadata.num_row_groups();
        let bound = |share: u32| (count as u64 * u64::from(share) / u64::from(shares.max(1))) as usize;
        let groups = bound(share)..bound(share + 1);
        let schema = metadata.file_metadata().schema_descr();
        let mut columns = Vec::new();
        let mut named = Vec::new();
        for (at, column) in schema.columns().iter().enumerate() {
            let (left_out, reading) = match left_out(column) {
                Some(why) => (Some(why), None),
                None => match Reading::of(column) {
                    Ok(reading) => (None, Some(reading)),
                    Err(why) => (Some(why), None),
                },
            };
            named.push(NamedColumn { name: column.path().string(), left_out });
            if let Some(reading) = reading {
                columns.push(Leaf { at, reading, texts: Arc::default() });
            }
        }
        let rows =
            metadata.row_groups()[groups.clone()].iter().map(|group| group.num_rows().max(0) as u64).sum();
        let heading = Heading {
            columns: named,
            rows,
            codec: codecs(&metadata),
            writer: metadata.file_metadata().created_by().map(str::to_owned),
        };
        Ok(Self { windows, metadata, heading, columns, groups, group: None })
    }

    /// What the file says of itself.
    pub const fn heading(&self) -> &Heading {
        &self.heading
    }

    /// Reads only some of the columns, by their numbers in the [heading](Self::heading).
    pub fn keep(&mut self, wanted: &[bool]) {
        self.columns.retain(|leaf| wanted.get(leaf.at).copied().unwrap_or_default());
        if self.columns.is_empty() {
            self.groups = 0..0;
        }
    }

    /// The next rows; `None` at the end. After an error there are no more.
    pub fn next_rows(&mut self) -> Result<Option<Rows>, String> {
        let read = self.read();
        if read.is_err() {
            (self.group, self.groups) = (None, 0..0);
        }
        read
    }

    fn read(&mut self) -> Result<Option<Rows>, String> {
        let number = self.groups.start;
        let mut group = match self.group.take() {
            Some(group) => group,
            None if self.groups.is_empty() => return Ok(None),
            None => self.open_group(number)?,
        };
        let rows = group.left.min(ROWS);
        let mut columns = Vec::with_capacity(self.columns.len());
        for (leaf, reader) in self.columns.iter_mut().zip(&mut group.readers) {
            let name = || self.heading.columns.get(leaf.at).map_or("", |column| &column.name);
            let broken = |what: &str| {
                format!(
                    "This Parquet file breaks in row group {} of {}, column {}: {what}",
                    number + 1,
                    self.metadata.num_row_groups(),
                    name()
                )
            };
            let values =
                leaf.reading.read(reader, rows, &leaf.texts).map_err(|error| broken(&words(&error)))?;
            if values.count() != rows {
                return Err(broken(&format!("{} rows where {rows} are announced", values.count())));
            }
            columns.push(values);
        }
        group.left -= rows;
        if group.left == 0 {
            self.groups.start += 1;
        } else {
            self.group = Some(group);
        }
        Ok(Some(Rows { rows: rows as u32, columns }))
    }

    fn open_group(&mut self, number: usize) -> Result<Group, String> {
        let meta = self.metadata.row_group(number);
        let schema = self.metadata.file_metadata().schema_descr_ptr();
        let rows = meta.num_rows().max(0) as usize;
        let mut readers = Vec::with_capacity(self.columns.len());
        for leaf in &mut self.columns {
            leaf.texts = Arc::default();
            let column = pages::column(&self.windows, meta.column(leaf.at), rows, leaf.reading, &leaf.texts);
            readers.push(column.map_err(|error| {
                format!(
                    "This Parquet file breaks in row group {}, column {}: {}",
                    number + 1,
                    schema.column(leaf.at).path(),
                    words(&error)
                )
            })?);
        }
        if rows == 0 {
            self.groups.start = number;
        }
        Ok(Group { left: rows, readers })
    }
}

/// Why a column is not read.
fn left_out(column: &ColumnDescriptor) -> Option<String> {
    let name = column.path().string();
    if column.path().parts().len() > 1 || column.max_rep_level() > 0 {
        return Some("it is a list or has parts, and a flow record has single values".to_owned());
    }
    let index = name.strip_prefix("__index_level_").and_then(|rest| rest.strip_suffix("__"));
    index
        .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| "it is the row number that pandas adds".to_owned())
}

/// The codecs of a file, for people.
fn codecs(metadata: &ParquetMetaData) -> String {
    let mut codecs: Vec<&str> = metadata
        .row_groups()
        .iter()
        .flat_map(RowGroupMetaData::columns)
        .map(|column| match column.compression() {
            Compression::UNCOMPRESSED => "not compressed",
            Compression::SNAPPY => "snappy",
            Compression::GZIP(_) => "gzip",
            Compression::ZSTD(_) => "zstd",
            Compression::LZ4 | Compression::LZ4_RAW => "lz4",
            Compression::BROTLI(_) => "brotli",
            Compression::LZO => "lzo",
        })
        .collect();
    codecs.sort_unstable();
    codecs.dedup();
    codecs.join(", ")
}

/// An error of the parquet crate in words that say what the file has.
fn words(error: &ParquetError) -> String {
    match error {
        ParquetError::General(text) | ParquetError::NYI(text) | ParquetError::EOF(text) => text.clone(),
        ParquetError::IndexOutOfBound(..) => "its lengths do not fit together".to_owned(),
        other => other.to_string(),
    }
}
