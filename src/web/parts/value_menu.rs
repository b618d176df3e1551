use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{HtmlElement, KeyboardEvent, Node};
use yew::prelude::*;

use crate::web::dom;
use crate::web::state::{Action, Context, Menu, Session};

/// The menu of the value that was clicked: filter, exclude, copy.
pub fn value_menu(Context { state, session }: &Context) -> Html {
    let Some(menu) = &state.menu else { return html! {} };
    let item = |label: &'static str, act: fn(&Session, &Menu)| {
        let menu = menu.clone();
        let onclick = session.on(move |session| {
            act(session, &menu);
            close(session, &menu);
        });
        html! { <button type="button" role="menuitem" {onclick}>{ label }</button> }
    };
    let onkeydown = {
        let (session, menu) = (session.clone(), menu.clone());
        move |event: KeyboardEvent| match event.key().as_str() {
            "Escape" | "Tab" => close(&session, &menu),
            "ArrowDown" | "ArrowUp" => {
                event.prevent_default();
                step(event.key() == "ArrowDown");
            }
            _ => {}
        }
    };
    html! {
        <div class="menu" role="menu" aria-label={format!("{}: filter or copy", menu.value.text)} {onkeydown}>
            <p class="menu-title mono">{ menu.value.text.clone() }</p>
            { item("Show only this", |session, menu| session.only(&menu.value)) }
            { item("Exclude this", |session, menu| session.except(&menu.value)) }
            { item("Copy", |session, menu| session.copy(menu.value.text.clone())) }
        </div>
    }
}

fn close(session: &Session, menu: &Menu) {
    session.dispatch(Action::Menu(None));
    // The opener may be gone with a new result; then the focus stays where the browser puts it.
    let _unless_gone = menu.opener.focus();
}

/// Below the opener, inside of the window; then focuses the first item.
pub fn place_menu(opener: &HtmlElement) {
    let Some(element) = dom::find(".menu") else { return };
    let (anchor, own) = (opener.get_bounding_client_rect(), element.get_bounding_client_rect());
    let window = gloo::utils::window();
    let size = |value: Result<JsValue, _>| value.ok().and_then(|value| value.as_f64()).unwrap_or(800.0);
    let left = anchor.left().min(size(window.inner_width()) - own.width() - 8.0).max(8.0);
    let below = anchor.bottom() + 4.0;
    let fits = below + own.height() < size(window.inner_height());
    let top = if fits { below } else { (anchor.top() - own.height() - 4.0).max(8.0) };
    let style = element.style();
    for (name, value) in [("left", left), ("top", top)] {
        // Both are known properties.
        let _always = style.set_property(name, &format!("{}px", value as i32));
    }
    step(true);
}

fn step(forward: bool) {
    let Some(element) = dom::find(".menu") else { return };
    let Ok(items) = element.query_selector_all("button") else { return };
    let active: Option<Node> = gloo::utils::document().active_element().map(Into::into);
    let count = items.length();
    let at = (0..count).find(|&i| items.get(i) == active);
    let next = match (at, forward) {
        (None, _) => 0,
        (Some(at), true) => (at + 1) % count.max(1),
        (Some(at), false) => (at + count - 1) % count.max(1),
    };
    if let Some(item) = items.get(next).and_then(|item| item.dyn_into::<HtmlElement>().ok()) {
        let _always = item.focus();
    }
}
