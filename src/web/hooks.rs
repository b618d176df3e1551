//! What the page listens to: its address, keys and pastes; and the overview that follows the filter.

use gloo::events::EventListener;
use wasm_bindgen::JsCast as _;
use web_sys::{ClipboardEvent, HtmlElement, KeyboardEvent};
use yew::prelude::*;

use super::files;
use super::state::{Action, Context, Dialog, Session, session};
use crate::report::view::link::Page;
use crate::report::view::narrow;

/// Follows the address; another page begins at its top.
#[hook]
pub fn use_address(session: &Session) {
    let session = session.clone();
    use_effect_with((), move |()| {
        let mut page = session::shown().page;
        let listener = EventListener::new(&gloo::utils::window(), "hashchange", move |_| {
            let view = session::shown();
            if page != view.page {
                gloo::utils::window().scroll_to_with_x_and_y(0.0, 0.0);
                page = view.page.clone();
            }
            session.dispatch(Action::Viewed(view));
        });
        move || drop(listener)
    });
}

/// Follows the keys that work anywhere.
#[hook]
pub fn use_keys(session: &Session) {
    let session = session.clone();
    use_effect_with((), move |()| {
        let options = gloo::events::EventListenerOptions::enable_prevent_default();
        let listener =
            EventListener::new_with_options(&gloo::utils::document(), "keydown", options, move |event| {
                if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                    press(&session, event);
                }
            });
        move || drop(listener)
    });
}

fn press(session: &Session, event: &KeyboardEvent) {
    let typing = is_field(event.target());
    if typing || event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented() {
        return;
    }
    if gloo::utils::document().query_selector("dialog[open]").is_ok_and(|open| open.is_some()) {
        return;
    }
    let loaded = session.report().is_some();
    match event.key().as_str() {
        "?" => session.dispatch(Action::Dialog(Some(Dialog::Help))),
        "/" if loaded => focus("[data-testid=filter-input]"),
        "o" => click("[data-testid=file-input]"),
        "1" if loaded => session.go(Page::Overview),
        "2" if loaded => session.go(Page::Access(None)),
        "3" if loaded => session.go(Page::Nat(None)),
        "4" if loaded => session.go(Page::Inputs),
        _ => return,
    }
    event.prevent_default();
}

/// Takes records pasted anywhere but into a field.
#[hook]
pub fn use_paste(session: &Session) {
    let session = session.clone();
    use_effect_with((), move |()| {
        let listener = EventListener::new(&gloo::utils::document(), "paste", move |event| {
            if !is_field(event.target())
                && let Some(data) = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data)
            {
                let picked = files::of_list(data.files());
                let text = data.get_data("text").unwrap_or_default();
                if !picked.is_empty() {
                    session.offer(picked);
                } else if !text.trim().is_empty()
                    && let Ok(picked) = files::of_text(&text)
                {
                    session.offer(vec![picked]);
                }
            }
        });
        move || drop(listener)
    });
}

/// Asks for the overview whenever the records, the filter or the range have changed.
#[hook]
pub fn use_overview(context: &Context) {
    let Context { state, session } = context.clone();
    let wanted =
        state.report.clone().map(|report| (report, state.filter.clone(), state.view.from, state.view.to));
    use_effect_with(wanted, move |wanted| {
        if let Some((report, filter, from, to)) = wanted {
            let filter = narrow::combined(filter, *from, *to);
            let range = (from.is_some() || to.is_some()).then(|| {
                let first = from.or(report.totals.first).unwrap_or(0);
                (first, to.or(report.totals.last.map(|last| last + 1)).unwrap_or(first + 1).max(first + 1))
            });
            session.refresh_overview(filter, range);
        }
    });
}

fn is_field(target: Option<web_sys::EventTarget>) -> bool {
    target
        .and_then(|target| target.dyn_into::<HtmlElement>().ok())
        .is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

fn focus(selector: &str) {
    if let Some(element) = find(selector) {
        // An element of the page can always be focused.
        let _always = element.focus();
    }
}

fn click(selector: &str) {
    if let Some(element) = find(selector) {
        element.click();
    }
}

fn find(selector: &str) -> Option<HtmlElement> {
    gloo::utils::document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}
