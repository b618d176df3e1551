//! The bytes of a file for the program that reads Parquet, which runs in a shard's worker beside the shard.

use bytes::Bytes;
use js_sys::Uint8Array;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsValue;
use web_sys::{Blob, FileReaderSync};

use crate::ingest::parquet::{NotOpened, ParquetFile, Source};

/// Where the bytes of a file are.
pub enum FileBytes {
    /// In the file, which is read while the worker waits.
    File(SendWrapper<Blob>),
    /// Here already.
    Held(Bytes),
}

impl Source for FileBytes {
    fn size(&self) -> u64 {
        match self {
            Self::File(file) => file.size() as u64,
            Self::Held(bytes) => bytes.size(),
        }
    }

    fn read(&self, from: u64, length: usize) -> Result<Bytes, String> {
        let file = match self {
            Self::File(file) => file,
            Self::Held(bytes) => return bytes.read(from, length),
        };
        let to = from + length as u64;
        let read = || -> Result<Vec<u8>, JsValue> {
            let slice = file.slice_with_f64_and_f64(from as f64, to as f64)?;
            Ok(Uint8Array::new(&FileReaderSync::new()?.read_as_array_buffer(&slice)?.into()).to_vec())
        };
        let bytes = read().map_err(|error| {
            let why = super::dom::reason(&error);
            format!("the browser could not read it ({why}); it may have been moved or changed since it was dropped")
        })?;
        if bytes.len() < length {
            return Err(format!("it ends at byte {}, and byte {to} is needed", from + bytes.len() as u64));
        }
        Ok(bytes.into())
    }
}

/// Opens a file, of which one `share` of `shares` is to be read. The error is what a shard understands: a text says what is
/// wrong, and nothing means that the file is not Parquet.
pub fn open(source: FileBytes, share: u32, shares: u32) -> Result<ParquetFile<FileBytes>, JsValue> {
    ParquetFile::open(source, share, shares).map_err(|error| match error {
        NotOpened::Stranger => JsValue::NULL,
        NotOpened::Broken(why) => why.into(),
    })
}
