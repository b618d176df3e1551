//! Gives texts and values out: to the clipboard, as downloads and to scripts.

use gloo::timers::future::TimeoutFuture;
use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, HtmlTextAreaElement, Node, Url};

/// Copies a text; whether that worked.
///
/// A page from an S3 website has no `navigator.clipboard`, since that is plain HTTP: there the text is put into a
/// field, selected and copied the old way.
pub async fn copy(text: &str) -> bool {
    let navigator = gloo::utils::window().navigator();
    if Reflect::get(&navigator, &JsValue::from_str("clipboard")).is_ok_and(|it| it.is_object())
        && JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
    {
        return true;
    }
    copy_from_field(text).unwrap_or(false)
}

fn copy_from_field(text: &str) -> Result<bool, JsValue> {
    let document = gloo::utils::document();
    let field: HtmlTextAreaElement = document.create_element("textarea")?.dyn_into()?;
    field.set_value(text);
    field.set_class_name("out-of-sight");
    let body = gloo::utils::body();
    body.append_child(&field)?;
    field.select();
    let command = Reflect::get(&document, &JsValue::from_str("execCommand"))?;
    let copied = command.dyn_into::<js_sys::Function>()?.call1(&document, &JsValue::from_str("copy"))?;
    body.remove_child(&field)?;
    Ok(copied.is_truthy())
}

/// Selects the text of an element, so that it can be copied by hand.
pub fn select(node: &Node) {
    if let Ok(Some(selection)) = gloo::utils::window().get_selection() {
        // A node of this page can always be selected.
        let _always = selection.select_all_children(node);
    }
}

/// Offers a text or bytes as a file to keep.
pub fn download(name: &str, kind: &str, content: &JsValue) -> Result<(), String> {
    start_download(name, kind, content).map_err(|_| format!("The browser did not let {name} be saved."))
}

fn start_download(name: &str, kind: &str, content: &JsValue) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(content), &options)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let link: HtmlAnchorElement = gloo::utils::document().create_element("a")?.dyn_into()?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    // The browser has taken the blob by the next minute; until then the address must hold.
    gloo::timers::callback::Timeout::new(60_000, move || {
        let _gone = Url::revoke_object_url(&address);
    })
    .forget();
    Ok(())
}

/// A report in [lines](crate::report::writing::Form::JsonLines) as a plain object, made line by line, so that the page
/// stays alive.
pub async fn value_of(lines: &[u8]) -> Result<JsValue, JsValue> {
    let mut whole = JsValue::UNDEFINED;
    for line in lines.split(|&byte| byte == b'\n') {
        let piece = JSON::parse(&String::from_utf8_lossy(line))?;
        if whole.is_undefined() {
            whole = piece;
            continue;
        }
        for name in ["inputs", "findings"].map(JsValue::from_str) {
            let all: Array = Reflect::get(&whole, &name)?.unchecked_into();
            for item in Reflect::get(&piece, &name)?.unchecked_into::<Array>().iter() {
                all.push(&item);
            }
        }
        TimeoutFuture::new(0).await;
    }
    Ok(whole)
}
