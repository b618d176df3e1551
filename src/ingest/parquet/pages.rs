//! The pages of a column, inflated.

use std::io::Read as _;
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::Compression;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::serialized_reader::SerializedPageReader;

use super::windows::{Source, Windows};

/// A page does not inflate to more: the format's sizes are 31 bits, and pages are made to be a megabyte.
const PAGE_MAX: u64 = 1 << 30;

/// The pages of one column of one row group.
pub(super) fn of<S: Source>(
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
