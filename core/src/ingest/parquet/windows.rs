//! Bytes of a file for a reader of pages: a window at a time.

use std::sync::{Mutex, PoisonError};

use bytes::{Buf as _, Bytes};
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

/// Bytes read at a time: a page is mostly smaller, and so is a file of five minutes.
pub(super) const WINDOW: usize = 1 << 20;
/// A page's header, with the least and greatest value in it, is not longer.
const PAGE_HEADER: usize = 64 << 10;
/// At most so many windows are held, as a flow log has columns.
const HELD: usize = 64;

/// Where a file's bytes come from.
pub trait Source: Send + Sync + 'static {
    /// The file's size, bytes.
    fn size(&self) -> u64;
    /// Bytes of the file; all that were asked for.
    fn read(&self, from: u64, length: usize) -> std::result::Result<Bytes, String>;
}

impl Source for Bytes {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn read(&self, from: u64, length: usize) -> std::result::Result<Bytes, String> {
        let from = usize::try_from(from).unwrap_or(usize::MAX);
        match from.checked_add(length) {
            Some(to) if to <= self.len() => Ok(self.slice(from..to)),
            _ => Err(format!("{length} bytes at byte {from}, beyond its end")),
        }
    }
}

/// A source and the windows that were read of it last.
pub(super) struct Windows<S> {
    source: S,
    held: Mutex<Vec<(u64, Bytes)>>,
}

impl<S: Source> Windows<S> {
    pub(super) fn new(source: S) -> Self {
        Self { source, held: Mutex::default() }
    }

    /// From `from` on, at least `length` bytes.
    fn at_least(&self, from: u64, length: usize) -> Result<Bytes> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let found = held.iter().position(|(begin, bytes)| {
            from.checked_sub(*begin).is_some_and(|skip| skip + length as u64 <= bytes.len() as u64)
        });
        if let Some(found) = found {
            // The one used last comes last.
            held[found..].rotate_left(1);
            let Some((begin, bytes)) = held.last() else { return Ok(Bytes::new()) };
            return Ok(bytes.slice((from - begin) as usize..));
        }
        let ahead = WINDOW.max(length) as u64;
        let length = ahead.min(self.source.size().saturating_sub(from)).max(length as u64) as usize;
        let bytes = self.source.read(from, length).map_err(ParquetError::EOF)?;
        // A window that reaches into this one has been read past.
        held.retain(|(begin, bytes)| !(*begin < from && from <= begin + bytes.len() as u64));
        if held.len() >= HELD {
            held.remove(0);
        }
        held.push((from, bytes.clone()));
        Ok(bytes)
    }
}

impl<S: Source> Length for Windows<S> {
    fn len(&self) -> u64 {
        self.source.size()
    }
}

impl<S: Source> ChunkReader for Windows<S> {
    type T = bytes::buf::Reader<Bytes>;

    /// As much as the header of a page can need, which is all that is read so.
    fn get_read(&self, start: u64) -> Result<Self::T> {
        let length = (PAGE_HEADER as u64).min(self.source.size().saturating_sub(start));
        Ok(self.at_least(start, length as usize)?.reader())
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        Ok(self.at_least(start, length)?.slice(..length))
    }
}
