//! Reading files slice by slice, the next slice under way while one is parsed.

use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, Promise, Uint8Array};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

use super::parquet;
use super::shard::Station;
use crate::engine::jobs::{Done, Part};
use crate::engine::messages::FileInfo;
use crate::ingest::outcome::PARQUET;
use crate::ingest::{Beginning, Outcome, Reader};
use crate::web::dom::reason;

/// Bytes of a slice: large ones are read faster, and two of them are held at a time.
const SLICE: u64 = 8 << 20;

/// Why a read stopped before the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    Cancelled,
    Unreadable(String),
}

impl Stop {
    /// For the report of a file.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Cancelled => {
                "Not read to the end: the load was cancelled. Drop the file again to read all of it."
                    .to_owned()
            }
            Self::Unreadable(why) => format!(
                "The browser could not read this file ({why}). It may have been moved or changed since it was dropped; drop it again."
            ),
        }
    }
}

/// Bytes of a blob, slice by slice.
pub(super) struct Slices {
    blob: Blob,
    next: u64,
    to: u64,
    ahead: Option<Promise>,
    buffer: Vec<u8>,
    began: u32,
}

impl Slices {
    pub(super) fn new(station: &Station, blob: Blob, from: u64, to: u64) -> Self {
        Self { blob, next: from, to, ahead: None, buffer: Vec::new(), began: station.cancelled.get() }
    }

    fn request(&mut self) -> Option<Promise> {
        if self.next >= self.to {
            return None;
        }
        let end = (self.next + SLICE).min(self.to);
        let slice = self.blob.slice_with_f64_and_f64(self.next as f64, end as f64).ok()?;
        self.next = end;
        Some(slice.array_buffer())
    }

    /// The next slice; `None` at the end.
    pub(super) async fn next(&mut self, station: &Station) -> Result<Option<&[u8]>, Stop> {
        let Some(promise) = self.ahead.take().or_else(|| self.request()) else { return Ok(None) };
        self.ahead = self.request();
        let buffer = JsFuture::from(promise).await.map_err(|error| Stop::Unreadable(reason(&error)))?;
        if station.cancelled.get() != self.began {
            return Err(Stop::Cancelled);
        }
        let bytes = Uint8Array::new(&ArrayBuffer::from(buffer));
        self.buffer.resize(bytes.length() as usize, 0);
        bytes.copy_to(&mut self.buffer);
        Ok(Some(&self.buffer))
    }
}

/// Reads whole files. Those that turn out to be Parquet are read by the program that can.
pub(super) async fn files(station: &Rc<Station>, handles: &[File], infos: Vec<(u32, FileInfo)>) -> Done {
    let mut done = Done::default();
    // Most say it by their name, and need not be looked at first.
    let (named, others): (Vec<_>, Vec<_>) =
        infos.iter().cloned().zip(handles).partition(|((_, info), _)| info.name.ends_with(".parquet"));
    let (mut texts, mut text_handles): (Vec<_>, Vec<_>) =
        others.into_iter().map(|(of, handle)| (of, handle.clone())).unzip();
    let sources = parquet::together(&named.iter().map(|(_, handle)| *handle).collect::<Vec<_>>()).await;
    for ((of, handle), source) in named.into_iter().zip(sources) {
        if let Some(outcome) = parquet::rows(station, &source, &of.1, 0, 1).await {
            station.progress(0, 0, 1);
            done.outcomes.push((of.0, outcome));
        } else {
            texts.push(of);
            text_handles.push(handle.clone());
        }
    }
    let first_text = done.outcomes.len();
    done.outcomes.extend(text_files(station, &text_handles, &texts).await);
    for (file, outcome) in done.outcomes.iter_mut().skip(first_text) {
        let found = infos.iter().zip(handles).find(|((other, _), _)| other == file);
        if outcome.container == PARQUET
            && let Some(((_, info), handle)) = found
            && let Some(read) = parquet::rows(station, handle, info, 0, 1).await
        {
            *outcome = read;
        }
    }
    done
}

/// Reads files of text, one after another, as one blob: that is faster than file by file when they are small.
async fn text_files(
    station: &Rc<Station>,
    handles: &[File],
    infos: &[(u32, FileInfo)],
) -> Vec<(u32, Outcome)> {
    let mut outcomes = Vec::new();
    let mut rest = infos;
    let mut handles = handles;
    while !rest.is_empty() {
        let stop = read_together(station, handles, rest, &mut outcomes).await;
        let done = outcomes.len() - (infos.len() - rest.len());
        rest = rest.get(done..).unwrap_or_default();
        handles = handles.get(done..).unwrap_or_default();
        let Err(stop) = stop else { break };
        // Of the files laid together one could not be read: the first of the rest, or one after it.
        let Some(((file, info), others)) = rest.split_first() else { break };
        match (&stop, handles) {
            (Stop::Unreadable(_), [handle, later @ ..]) if rest.len() > 1 => {
                let one = std::slice::from_ref(handle);
                if let Err(stop) =
                    read_together(station, one, std::slice::from_ref(&rest[0]), &mut outcomes).await
                {
                    outcomes.push((*file, Outcome::failed(&info.name, info.size, stop.words())));
                    station.progress(0, 0, 1);
                }
                handles = later;
                rest = others;
            }
            _ => {
                outcomes.extend(
                    rest.iter()
                        .map(|(file, info)| (*file, Outcome::failed(&info.name, info.size, stop.words()))),
                );
                station.progress(0, 0, rest.len() as u64);
                break;
            }
        }
    }
    outcomes
}

/// Reads files laid end to end. On a stop, the files before the one that was under way are in `outcomes`; the
/// one under way is too when some of it had been read.
async fn read_together(
    station: &Rc<Station>,
    handles: &[File],
    infos: &[(u32, FileInfo)],
    outcomes: &mut Vec<(u32, Outcome)>,
) -> Result<(), Stop> {
    let blob = match handles {
        [one] => Blob::from(one.clone()),
        many => {
            let sequence: Array = many.iter().collect();
            Blob::new_with_blob_sequence(&sequence).map_err(|error| Stop::Unreadable(reason(&error)))?
        }
    };
    let mut slices = Slices::new(station, blob.clone(), 0, blob.size() as u64);
    let mut infos = infos.iter();
    let mut current: Option<(u32, Reader, u64)> = None;
    loop {
        let slice = match slices.next(station).await {
            Ok(slice) => slice,
            Err(stop) => {
                if let Some((file, reader, left)) = current.take()
                    && reader.records() > 0
                {
                    let mut shard = station.shard.borrow_mut();
                    let mut outcome = reader.finish(shard.table());
                    outcome.error = Some(stop.words());
                    outcomes.push((file, outcome));
                    station.progress(left, 0, 1);
                }
                return Err(stop);
            }
        };
        let mut bytes = slice.unwrap_or_default();
        let (at_end, read) = (slice.is_none(), bytes.len() as u64);
        let (mut records, mut finished, mut enough) = (0, 0, false);
        let mut shard = station.shard.borrow_mut();
        loop {
            let (file, mut reader, left) = match current.take() {
                Some(current) => current,
                None => match infos.next() {
                    Some((file, info)) => {
                        (*file, Reader::new(&info.name, info.size, shard.beginning()), info.size)
                    }
                    None => break,
                },
            };
            let here = (bytes.len() as u64).min(left) as usize;
            let before = reader.records();
            reader.push(&bytes[..here], shard.table());
            records += reader.records() - before;
            bytes = &bytes[here..];
            let left = left - here as u64;
            // Of the last file, no more is read than it takes to refuse it.
            enough = left > 0 && infos.len() == 0 && reader.is_refused();
            if left > 0 && !at_end && !enough {
                current = Some((file, reader, left));
                break;
            }
            let before = reader.records();
            let outcome = reader.finish(shard.table());
            records += outcome.records - before;
            finished += 1;
            outcomes.push((file, outcome));
        }
        drop(shard);
        station.progress(read, records, finished);
        if at_end || enough {
            return Ok(());
        }
    }
}

/// Reads the lines of a file that begin in a range of its bytes.
pub(super) async fn part(station: &Rc<Station>, handles: &[File], part: Part) -> Done {
    let Part { part: number, file, info, from, to, beginning } = part;
    let Some(handle) = handles.first() else { return Done::default() };
    // One byte more at the begin, to see whether a line begins with the first byte; lines go on past the end.
    let begin = from.saturating_sub(1);
    let mut slices = Slices::new(station, Blob::from(handle.clone()), begin, info.size);
    slices.to = to;
    let mut skipping = from > 0;
    let mut at = begin;
    // The first part is told as a whole file is.
    let beginning = if skipping { beginning } else { station.shard.borrow().beginning() };
    let mut reader: Option<Reader> =
        (!skipping).then(|| Reader::new(&info.name, info.size, beginning.clone()));
    let mut stopped = None;
    loop {
        let until = slices.to;
        let slice = match slices.next(station).await {
            Ok(Some(slice)) => slice,
            // The last line goes on after the range.
            Ok(None) if !skipping && until < info.size => {
                slices.to = (until + (64 << 10)).min(info.size);
                continue;
            }
            Ok(None) => break,
            Err(stop) => {
                stopped = Some(stop.words());
                break;
            }
        };
        let length = slice.len() as u64;
        let mut bytes = slice;
        if skipping {
            match memchr::memchr(b'\n', bytes) {
                Some(end) if at + (end as u64) + 1 < to => {
                    skipping = false;
                    let offset = at + end as u64 + 1;
                    bytes = &bytes[end + 1..];
                    reader =
                        Some(Reader::new(&info.name, info.size, Beginning { offset, ..beginning.clone() }));
                }
                // No line begins in the range.
                Some(_) => break,
                None => {
                    at += length;
                    continue;
                }
            }
        }
        // The line that holds the last byte of the range is its last line.
        let begin_of_bytes = at + length - bytes.len() as u64;
        let last_byte = (to - 1).saturating_sub(begin_of_bytes) as usize;
        let end = (last_byte < bytes.len())
            .then(|| memchr::memchr(b'\n', &bytes[last_byte..]).map(|end| last_byte + end + 1))
            .flatten();
        if let Some(reader) = &mut reader {
            let before = reader.records();
            reader.push(&bytes[..end.unwrap_or(bytes.len())], station.shard.borrow_mut().table());
            station.progress(
                length.min((to - from).saturating_sub(at.saturating_sub(from))),
                reader.records() - before,
                0,
            );
        }
        at += length;
        if end.is_some() {
            break;
        }
    }
    let mut shard = station.shard.borrow_mut();
    let reader = reader.unwrap_or_else(|| Reader::new(&info.name, info.size, beginning));
    let before = reader.records();
    let (mut outcome, layouts, rule) = reader.finish_part(shard.table());
    shard.remember_part(number, &layouts);
    station.progress(0, outcome.records - before, 0);
    if let Some(stopped) = stopped {
        outcome.error = Some(stopped);
    }
    Done { outcomes: vec![(file, outcome)], rule, ..Done::default() }
}
