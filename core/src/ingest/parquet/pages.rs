//! The pages of a column, inflated, and texts as codes.

use std::io::Read as _;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use parquet::basic::{Compression, Encoding, Repetition, Type};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::column::reader::{ColumnReader, get_column_reader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::schema::types::{ColumnDescriptor, Type as SchemaType};

use super::values::{Reading, Texts, lock};
use super::windows::{Source, Windows};

/// A page does not inflate to more: the format's sizes are 31 bits, and pages are made to be a megabyte.
const PAGE_MAX: u64 = 1 << 30;

/// The values of one column of one row group.
///
/// Texts come as their codes where they are written one after another: so a text that occurs a million times is looked at
/// once.
pub(super) fn column<S: Source>(
    windows: &Arc<Windows<S>>,
    column: &ColumnChunkMetaData,
    rows: usize,
    reading: Reading,
    texts: &Arc<Mutex<Texts>>,
) -> Result<ColumnReader> {
    let pages = of(windows, column, rows)?;
    let (described, is_text) = (column.column_descr_ptr(), reading == Reading::Text);
    if !is_text || column.column_type() != Type::BYTE_ARRAY || !column.encodings().all(is_plain) {
        return Ok(get_column_reader(described, pages));
    }
    let optional = described.max_def_level() > 0;
    let repetition = if optional { Repetition::OPTIONAL } else { Repetition::REQUIRED };
    let code = SchemaType::primitive_type_builder("code", Type::INT32).with_repetition(repetition).build()?;
    let codes = ColumnDescriptor::new(Arc::new(code), described.max_def_level(), 0, described.path().clone());
    Ok(get_column_reader(Arc::new(codes), Box::new(Codes { pages, texts: Arc::clone(texts), optional })))
}

fn is_plain(encoding: Encoding) -> bool {
    matches!(
        encoding,
        Encoding::PLAIN | Encoding::PLAIN_DICTIONARY | Encoding::RLE_DICTIONARY | Encoding::RLE
    )
}

/// Pages of which the texts are told by codes.
struct Codes {
    pages: Box<dyn PageReader>,
    texts: Arc<Mutex<Texts>>,
    optional: bool,
}

impl Codes {
    /// Texts, each after its length, as their codes; what stands before them stays.
    fn code(&self, page: &Bytes, before: usize) -> Result<Bytes> {
        let cut = || ParquetError::EOF("a page ends within a text".to_owned());
        let mut texts = lock(&self.texts);
        let mut coded = page.get(..before).ok_or_else(cut)?.to_vec();
        let mut left = &page[before..];
        while let Some((length, rest)) = left.split_first_chunk() {
            let (text, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or_else(cut)?;
            coded.extend_from_slice(&texts.code(text).to_le_bytes());
            left = rest;
        }
        if left.is_empty() { Ok(coded.into()) } else { Err(cut()) }
    }
}

impl Iterator for Codes {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Codes {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let Some(mut page) = self.pages.get_next_page()? else { return Ok(None) };
        match &mut page {
            Page::DictionaryPage { buf, .. } => *buf = self.code(buf, 0)?,
            Page::DataPage { buf, encoding: Encoding::PLAIN, .. } => {
                let levels = match buf.first_chunk() {
                    Some(length) if self.optional => 4 + u32::from_le_bytes(*length) as usize,
                    _ => 0,
                };
                *buf = self.code(buf, levels)?;
            }
            Page::DataPageV2 {
                buf,
                encoding: Encoding::PLAIN,
                def_levels_byte_len,
                rep_levels_byte_len,
                ..
            } => {
                *buf = self.code(buf, (*def_levels_byte_len + *rep_levels_byte_len) as usize)?;
            }
            _ => {}
        }
        Ok(Some(page))
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }
}

/// The pages of one column of one row group, inflated.
fn of<S: Source>(
    windows: &Arc<Windows<S>>,
    column: &ColumnChunkMetaData,
    rows: usize,
) -> Result<Box<dyn PageReader>> {
    if !matches!(column.compression(), Compression::ZSTD(_)) {
        return Ok(Box::new(SerializedPageReader::new(Arc::clone(windows), column, rows, None)?));
    }
    // The parquet crate inflates zstd with a library in C only. Told that they are not compressed, it gives the pages as they are.
    let plain = column.clone().into_builder().set_compression(Compression::UNCOMPRESSED).build()?;
    Ok(Box::new(Zstd(SerializedPageReader::new(Arc::clone(windows), &plain, rows, None)?)))
}

/// Pages of which the values are zstd.
struct Zstd<S: Source>(SerializedPageReader<Windows<S>>);

impl<S: Source> Iterator for Zstd<S> {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl<S: Source> PageReader for Zstd<S> {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let Some(mut page) = self.0.get_next_page()? else { return Ok(None) };
        match &mut page {
            Page::DataPage { buf, .. } | Page::DictionaryPage { buf, .. } => *buf = inflate(buf, 0)?,
            Page::DataPageV2 { buf, def_levels_byte_len, rep_levels_byte_len, is_compressed, .. } => {
                // The levels before the values are never compressed.
                if *is_compressed {
                    *buf = inflate(buf, (*def_levels_byte_len + *rep_levels_byte_len) as usize)?;
                }
            }
        }
        Ok(Some(page))
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.0.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.0.skip_next_page()
    }
}

/// Inflates what follows the first `plain` bytes.
fn inflate(page: &Bytes, plain: usize) -> Result<Bytes> {
    let broken = |what: &dyn std::fmt::Display| ParquetError::General(format!("a page is not zstd ({what})"));
    let mut inflated = page.get(..plain).ok_or_else(|| broken(&"it is too short"))?.to_vec();
    let compressed = &page[plain..];
    if !compressed.is_empty() {
        let mut decoder =
            ruzstd::decoding::StreamingDecoder::new(compressed).map_err(|error| broken(&error))?;
        decoder.by_ref().take(PAGE_MAX).read_to_end(&mut inflated).map_err(|error| broken(&error))?;
    }
    Ok(inflated.into())
}
