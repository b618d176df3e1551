//! Reads Parquet files for a shard: loaded into the shard's worker when the first one comes.

fn main() {
    #[cfg(target_arch = "wasm32")]
    console_error_panic_hook::set_once();
}

#[cfg(target_arch = "wasm32")]
mod exports {
    use flowlens::ingest::parquet;
    use flowlens::web::parquet::{FileBytes, open};
    use send_wrapper::SendWrapper;
    use wasm_bindgen::prelude::*;
    use web_sys::Blob;

    /// A file that is read. What it gives is postcard bytes.
    #[wasm_bindgen]
    pub struct ParquetFile(parquet::ParquetFile<FileBytes>);

    #[wasm_bindgen]
    impl ParquetFile {
        /// Opens a file, to read one share of so many.
        #[wasm_bindgen(constructor)]
        pub fn new(file: Blob, share: u32, shares: u32) -> Result<Self, JsValue> {
            open(FileBytes::File(SendWrapper::new(file)), share, shares).map(Self)
        }

        /// Opens a file of which the bytes are here.
        #[wasm_bindgen(js_name = ofBytes)]
        pub fn of_bytes(bytes: Vec<u8>) -> Result<Self, JsValue> {
            open(FileBytes::Held(bytes.into()), 0, 1).map(Self)
        }

        /// What the file says of itself.
        pub fn heading(&self) -> Result<Vec<u8>, JsError> {
            Ok(postcard::to_allocvec(self.0.heading())?)
        }

        /// Leaves out the columns that are 0.
        pub fn keep(&mut self, wanted: &[u8]) {
            self.0.keep(&wanted.iter().map(|&wanted| wanted != 0).collect::<Vec<_>>());
        }

        /// The next rows.
        pub fn next(&mut self) -> Result<Option<Vec<u8>>, JsValue> {
            match self.0.next_rows()? {
                Some(rows) => Ok(Some(postcard::to_allocvec(&rows).map_err(|error| error.to_string())?)),
                None => Ok(None),
            }
        }
    }
}
