use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::button;
use crate::report::number::plural;
use crate::web::files::{self, Picked};
use crate::web::state::{Action, Context, Dialog, Session};
use crate::web::{dom, text};

/// The dialog that is open, if any. It is the browser's: it keeps the focus inside and closes with Esc.
pub fn dialogs(Context { state, session }: &Context) -> Html {
    let (title, content) = match &state.dialog {
        None => return html! {},
        Some(Dialog::Help) => ("Keys", keys()),
        Some(Dialog::Paste) => ("Paste records", paste(session)),
        Some(Dialog::AddOrReplace(picked)) => ("Add or replace?", add_or_replace(session, picked)),
    };
    let close = session.on(|session| session.dispatch(Action::Dialog(None)));
    let onclose = {
        let session = session.clone();
        move |_: Event| session.dispatch(Action::Dialog(None))
    };
    html! {
        <dialog key={title} class="dialog" aria-labelledby="dialog-title" {onclose}>
            <h2 id="dialog-title">{ title }</h2>
            { content }
            <button type="button" class="quiet close" aria-label="Close" onclick={close}>{ "×" }</button>
        </dialog>
    }
}

fn keys() -> Html {
    let row = |(keys, what): &(&'static str, &'static str)| {
        html! { <tr><th scope="row"><kbd>{ *keys }</kbd></th><td>{ *what }</td></tr> }
    };
    html! { <table class="keys"><tbody>{ for text::KEYS.iter().map(row) }</tbody></table> }
}

fn paste(session: &Session) -> Html {
    let read = session.on(|session| {
        let field = dom::find("dialog textarea").map(wasm_bindgen::JsCast::unchecked_into);
        let records = field.map(|field: HtmlTextAreaElement| field.value()).unwrap_or_default();
        session.dispatch(Action::Dialog(None));
        match files::of_text(&records) {
            _ if records.trim().is_empty() => session.toast(text::NO_FILES),
            Ok(picked) => session.offer(vec![picked]),
            Err(message) => session.toast(&message),
        }
    });
    html! {
        <>
            <p>{ "Lines as in a log file, with or without a header line." }</p>
            <textarea
                class="mono"
                rows="10"
                spellcheck="false"
                aria-label="Records"
                placeholder="2 123456789012 eni-0example 203.0.113.12 10.0.0.5 51000 443 6 4 240 1700000000 1700000060 REJECT OK"
            />
            <p class="actions">{ button("primary", "Read these records", read) }</p>
        </>
    }
}

fn add_or_replace(session: &Session, picked: &[Picked]) -> Html {
    let read = |replace: bool| {
        let picked = picked.to_vec();
        session.on(move |session| {
            session.dispatch(Action::Dialog(None));
            session.start_reading(picked.clone(), replace);
        })
    };
    let files = plural(picked.len() as u64, "file", "files");
    html! {
        <>
            <p>{ format!("Other records are loaded. Judge {files} together with them, or instead of them?") }</p>
            <p class="actions">
                <button type="button" class="primary" data-testid="add-files" onclick={read(false)}>{ "Add" }</button>
                <button type="button" data-testid="replace-files" onclick={read(true)}>{ "Replace" }</button>
            </p>
        </>
    }
}
