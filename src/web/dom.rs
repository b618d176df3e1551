//! Finds and handles elements of the page.

use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Element, Event, HtmlElement, Storage};

/// The first element of the page that a selector finds.
pub fn find(selector: &str) -> Option<HtmlElement> {
    gloo::utils::document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}

/// The innermost element around the target of an event that a selector finds, the target included.
///
/// Yew listens at the root of the page, so that an event's current target is never of use.
pub fn around(event: &Event, selector: &str) -> Option<HtmlElement> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest(selector).ok().flatten()?.dyn_into().ok()
}

/// What the browser keeps for this page; it may be switched off, or absent.
pub fn storage() -> Option<Storage> {
    gloo::utils::window().local_storage().ok().flatten()
}

/// Gives an element the focus.
pub fn focus(selector: &str) {
    if let Some(element) = find(selector) {
        // An element of the page can always be focused.
        let _always = element.focus();
    }
}

/// Clicks an element.
pub fn click(selector: &str) {
    if let Some(element) = find(selector) {
        element.click();
    }
}

/// Whether an event comes from a field that takes keys and pastes for itself.
pub fn in_field(event: &Event) -> bool {
    around(event, "input, textarea, select").is_some()
}

/// Closes the open dropdowns, but for the one whose own button the event is on.
pub fn close_dropdowns(event: &Event) {
    let kept = around(event, "summary").and_then(|summary| summary.parent_element());
    let Ok(open) = gloo::utils::document().query_selector_all("details.dropdown[open]") else { return };
    for details in (0..open.length()).filter_map(|i| open.get(i)?.dyn_into::<Element>().ok()) {
        if kept.as_ref() != Some(&details) {
            // There is always such an attribute to be without.
            let _always = details.remove_attribute("open");
        }
    }
}

/// What an error of the browser says.
pub fn reason(error: &JsValue) -> String {
    js_sys::Reflect::get(error, &"message".into()).ok().and_then(|text| text.as_string()).unwrap_or_default()
}
