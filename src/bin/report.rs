//! Writes reports and the queries of findings, for the desk: loaded into its worker when the first is to be written.

fn main() {
    #[cfg(target_arch = "wasm32")]
    console_error_panic_hook::set_once();
}

#[cfg(target_arch = "wasm32")]
mod exports {
    use flowlens::report::writing::{Form, Unwritten};
    use wasm_bindgen::prelude::*;

    /// Takes what is to be written as postcard bytes.
    #[wasm_bindgen]
    pub struct Writer;

    #[wasm_bindgen]
    impl Writer {
        /// The text of a report in a form.
        pub fn text(of: &[u8]) -> Result<Vec<u8>, JsError> {
            let (unwritten, form) = postcard::from_bytes::<(Unwritten, Form)>(of)?;
            Ok(unwritten.text(form)?.into_bytes())
        }

        /// The queries of the one finding of a report, and the finding as text for a ticket; again as postcard bytes.
        pub fn ticket(of: &[u8]) -> Result<Vec<u8>, JsError> {
            Ok(postcard::to_allocvec(&postcard::from_bytes::<Unwritten>(of)?.ticket().unwrap_or_default())?)
        }
    }
}
