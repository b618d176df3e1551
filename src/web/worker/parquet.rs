//! Reading Parquet files, which a program of its own decodes in this worker.

use std::rc::Rc;

use gloo::timers::future::TimeoutFuture;
use js_sys::{Array, Date, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

use super::read::{self, Stop};
use super::shard::Station;
use crate::engine::jobs::{Done, Share};
use crate::engine::messages::FileInfo;
use crate::ingest::Outcome;
use crate::ingest::columns::{ColumnsReader, Heading, Rows};
use crate::web::dom::reason;

/// Up to so many bytes files are read together: those of a job of small files, one of which may be larger.
const TOGETHER: f64 = 16e6;
/// After so many milliseconds of reading, messages are let in.
const TURN: f64 = 100.0;

#[wasm_bindgen]
extern "C" {
    /// Loads the program, if it is not there yet, and opens a file with it, or the bytes of one. `static/worker-start.js`
    /// has it.
    #[wasm_bindgen(js_name = openParquet, catch)]
    async fn open_parquet(source: &JsValue, share: u32, shares: u32) -> Result<JsValue, JsValue>;

    /// What `src/bin/parquet.rs` exports.
    #[wasm_bindgen(extends = js_sys::Object)]
    type ParquetFile;

    #[wasm_bindgen(method, catch)]
    fn heading(this: &ParquetFile) -> Result<Vec<u8>, JsValue>;

    #[wasm_bindgen(method)]
    fn keep(this: &ParquetFile, wanted: &[u8]);

    #[wasm_bindgen(method, catch)]
    fn next(this: &ParquetFile) -> Result<Option<Vec<u8>>, JsValue>;

    #[wasm_bindgen(method)]
    fn free(this: &ParquetFile);
}

/// Reads a share of a large file's row groups.
pub(super) async fn share(station: &Rc<Station>, handles: &[File], share: Share) -> Done {
    let Share { file, info, share, shares } = share;
    let Some(handle) = handles.first() else { return Done::default() };
    match rows(station, handle, &info, share, shares).await {
        Some(outcome) => Done { outcomes: vec![(file, outcome)], ..Done::default() },
        // Its first bytes were Parquet's a moment ago.
        None => read::files(station, handles, vec![(file, info)]).await,
    }
}

/// The bytes of small files, read together: opening one after another takes longer than reading them. Where that
/// fails, the files themselves, of which each will say what is wrong with it.
pub(super) async fn together(files: &[&File]) -> Vec<JsValue> {
    let read = async || -> Result<Vec<JsValue>, JsValue> {
        let sequence: Array = files.iter().collect();
        let blob = Blob::new_with_blob_sequence(&sequence)?;
        let buffer = JsFuture::from(blob.array_buffer()).await?;
        let mut at = 0;
        Ok(files
            .iter()
            .map(|file| {
                let (from, length) = (at, file.size() as u32);
                at += length;
                Uint8Array::new_with_byte_offset_and_length(&buffer, from, length).into()
            })
            .collect())
    };
    let small = files.iter().map(|file| file.size()).sum::<f64>() <= TOGETHER;
    let bytes = if small { read().await.ok() } else { None };
    bytes.unwrap_or_else(|| files.iter().map(|&file| file.clone().into()).collect())
}

/// Reads a file, or a share of it; `None`: it is not Parquet. `source`: its handle or its bytes.
pub(super) async fn rows(
    station: &Rc<Station>,
    source: &JsValue,
    info: &FileInfo,
    share: u32,
    shares: u32,
) -> Option<Outcome> {
    let began = station.cancelled.get();
    let bytes = info.size * u64::from(share + 1) / u64::from(shares)
        - info.size * u64::from(share) / u64::from(shares);
    let failed = |why: String| {
        station.progress(bytes, 0, 0);
        Some(Outcome::failed(&info.name, info.size, why))
    };
    let file: ParquetFile = match open_parquet(source, share, shares).await {
        Ok(file) => file.unchecked_into(),
        Err(error) if error.is_null() => return None,
        Err(error) => return failed(error.as_string().unwrap_or_else(|| not_loaded(&error))),
    };
    let heading: Heading = match file.heading().ok().and_then(|bytes| postcard::from_bytes(&bytes).ok()) {
        Some(heading) => heading,
        None => return failed("This Parquet file's footer could not be handed on.".to_owned()),
    };
    let (mut reader, wanted) = {
        let mut shard = station.shard.borrow_mut();
        ColumnsReader::new(&info.name, info.size, &heading, shard.table())
    };
    file.keep(&wanted.iter().map(|&wanted| wanted.into()).collect::<Vec<u8>>());
    let (mut told, mut rows_read, mut turn) = (0, 0, Date::now());
    let broken = loop {
        if Date::now() - turn > TURN {
            TimeoutFuture::new(0).await;
            turn = Date::now();
        }
        if station.cancelled.get() != began {
            break Some(Stop::Cancelled.words());
        }
        let rows: Rows = match file.next() {
            Ok(Some(rows)) => match postcard::from_bytes(&rows) {
                Ok(rows) => rows,
                Err(error) => break Some(error.to_string()),
            },
            Ok(None) => break None,
            // What it does not say itself is a stop of the program.
            Err(error) => break Some(error.as_string().unwrap_or_else(|| broken(&error))),
        };
        let before = reader.records();
        reader.push(&rows, station.shard.borrow_mut().table());
        rows_read += u64::from(rows.rows);
        let read = (u128::from(bytes) * u128::from(rows_read) / u128::from(heading.rows.max(1))) as u64;
        station.progress(read - told, reader.records() - before, 0);
        told = read;
    };
    file.free();
    station.progress(bytes - told, 0, 0);
    Some(reader.finish(broken, station.shard.borrow_mut().table()))
}

fn not_loaded(error: &JsValue) -> String {
    format!(
        "The part of this page that reads Parquet could not be loaded ({}). Reload the page and drop the file again.",
        reason(error)
    )
}

fn broken(error: &JsValue) -> String {
    format!("This Parquet file cannot be read: its pages do not hold what they announce ({})", reason(error))
}
