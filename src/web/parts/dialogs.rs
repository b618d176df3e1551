use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::button;
use crate::report::number::plural;
use crate::web::files::{self, Picked};
use crate::web::same::Sorted;
use crate::web::state::{Action, Context, Dialog, Session};
use crate::web::{dom, text};

/// The dialog that is open, if any. It is the browser's: it keeps the focus inside and closes with Esc.
pub fn dialogs(Context { state, session }: &Context) -> Html {
    let (title, content) = match &state.dialog {
        None => return html! {},
        Some(Dialog::Help) => ("Keys", keys()),
        Some(Dialog::Paste) => ("Paste records", paste(session)),
        Some(Dialog::Files { sorted, loaded }) => {
            let is_new = sorted.loaded.is_empty() && sorted.twice.is_empty();
            (
                if is_new { "Add or replace?" } else { "The same files again" },
                files_again(session, sorted, *loaded),
            )
        }
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

/// What to do with files while others are loaded, or some of which are there twice. The first choice skips what is
/// known.
fn files_again(session: &Session, sorted: &Sorted, others_loaded: bool) -> Html {
    let Sorted { fresh, loaded, twice } = sorted;
    let all = sorted.all();
    let (count, again) = (all.len(), loaded.len() + twice.len());
    let choice =
        |class: &'static str, testid: &'static str, words: String, files: Vec<Picked>, replace: bool| {
            let onclick = session.on(move |session| {
                session.dispatch(Action::Dialog(None));
                if !files.is_empty() {
                    session.start_reading(files.clone(), replace);
                }
            });
            html! { <button type="button" {class} data-testid={testid} {onclick}>{ words }</button> }
        };
    let files = |number: usize| plural(number as u64, "file", "files");
    let of_all = |number: usize| match (number, count) {
        (1, 1) => "This file".to_owned(),
        _ if number == count => files(number),
        _ => format!("{number} of {}", files(count)),
    };
    let is = |number: usize| if number == 1 { "is" } else { "are" };
    let first = match fresh.len() {
        _ if again == 0 => ("add-files", "Add".to_owned()),
        0 => ("skip-same", if again == 1 { "Skip it" } else { "Skip them" }.to_owned()),
        new => ("add-files", format!("Read the other {new}")),
    };
    html! {
        <>
            if !loaded.is_empty() {
                <p>{ format!("{} {} loaded already, by name and content.", of_all(loaded.len()), is(loaded.len())) }</p>
            }
            if !twice.is_empty() {
                <p>
                    { of_all(twice.len()) }
                    { if twice.len() == 1 { " is a copy of another among them" } else { " are copies of others among them" } }
                    { ", by name and content." }
                </p>
            }
            if again > 0 {
                <p>{ if again == 1 { "Its records would count twice." } else { "Their records would count twice." } }</p>
            }
            if others_loaded && !fresh.is_empty() {
                <p>{ format!("Other records are loaded. Judge {} together with them, or instead of them?", files(fresh.len())) }</p>
            }
            <p class="actions">
                { choice("primary", first.0, first.1, fresh.clone(), !others_loaded) }
                if again > 0 {
                    { choice("", "read-again", if count == 1 { "Read it again" } else { "Read all" }.to_owned(), all, !others_loaded) }
                }
                if others_loaded {
                    { choice("", "replace-files", "Replace".to_owned(), [fresh.as_slice(), loaded].concat(), true) }
                }
            </p>
        </>
    }
}
