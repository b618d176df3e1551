//! Files from inputs, from the clipboard and from the page's own folder.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FileList, HtmlInputElement, Response};

use super::text;

/// The sample beside the page.
const SAMPLE: &str = "./sample.log.gz";

/// A file with the name it is reported under: its path, when it came inside a folder.
#[derive(Clone, PartialEq)]
pub struct Picked {
    /// Name or path.
    pub name: String,
    /// The handle.
    pub file: File,
}

impl Picked {
    /// A file under its own name, or its path inside a chosen folder.
    pub fn new(file: File) -> Self {
        let path = js_sys::Reflect::get(&file, &JsValue::from_str("webkitRelativePath"))
            .ok()
            .and_then(|path| path.as_string())
            .filter(|path| !path.is_empty());
        Self { name: path.unwrap_or_else(|| file.name()), file }
    }
}

/// All files of a list.
pub fn of_list(list: Option<FileList>) -> Vec<Picked> {
    list.into_iter()
        .flat_map(|list| (0..list.length()).filter_map(move |i| list.get(i)))
        .map(Picked::new)
        .collect()
}

/// The files of an input, which is emptied so that the same files can be chosen again.
pub fn of_input(input: &HtmlInputElement) -> Vec<Picked> {
    let picked = of_list(input.files());
    input.set_value("");
    picked
}

/// Pasted text as a file.
pub fn of_text(records: &str) -> Result<Picked, String> {
    let parts = Array::of1(&JsValue::from_str(records));
    File::new_with_str_sequence(&parts, "pasted records")
        .map(Picked::new)
        .map_err(|_| "The browser could not keep the pasted text.".to_owned())
}

/// The sample: a plain GET of one of the page's own files.
pub async fn sample() -> Result<Picked, String> {
    fetch_sample().await.map_err(|_| text::NO_SAMPLE.to_owned())
}

async fn fetch_sample() -> Result<Picked, JsValue> {
    let response: Response =
        JsFuture::from(gloo::utils::window().fetch_with_str(SAMPLE)).await?.dyn_into()?;
    if !response.ok() {
        return Err(JsValue::NULL);
    }
    let content = Uint8Array::new(&JsFuture::from(response.array_buffer()?).await?);
    File::new_with_u8_array_sequence(&Array::of1(&content), "sample.log.gz").map(Picked::new)
}
