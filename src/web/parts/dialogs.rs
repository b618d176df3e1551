use web_sys::{HtmlDialogElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::report::number::plural;
use crate::web::files::{self, Picked};
use crate::web::state::{Action, Context, Dialog, Session, use_page};
use crate::web::text;

/// The dialog that is open, if any.
pub fn dialogs(Context { state, session }: &Context) -> Html {
    match &state.dialog {
        None => html! {},
        Some(Dialog::Help) => html! { <Modal title="Keys">{ keys() }</Modal> },
        Some(Dialog::Paste) => html! { <Modal title="Paste records"><Paste /></Modal> },
        Some(Dialog::AddOrReplace(picked)) => html! {
            <Modal title="Add or replace?">{ add_or_replace(session, picked) }</Modal>
        },
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ModalProps {
    title: AttrValue,
    children: Html,
}

/// A dialog of the browser: keeps the focus inside, closes with Esc.
#[component]
fn Modal(ModalProps { title, children }: &ModalProps) -> Html {
    let Context { session, .. } = use_page();
    let node = use_node_ref();
    use_effect_with((), {
        let node = node.clone();
        move |()| {
            if let Some(dialog) = node.cast::<HtmlDialogElement>() {
                // It fails only when it is open already.
                let _open = dialog.show_modal();
            }
        }
    });
    let close = Callback::from(move |()| session.dispatch(Action::Dialog(None)));
    let onclose = close.reform(|_: Event| ());
    html! {
        <dialog ref={node} class="dialog" aria-labelledby="dialog-title" {onclose}>
            <h2 id="dialog-title">{ title }</h2>
            { children.clone() }
            <button type="button" class="quiet close" aria-label="Close" onclick={close.reform(|_| ())}>{ "×" }</button>
        </dialog>
    }
}

fn keys() -> Html {
    let row = |(keys, what): &(&'static str, &'static str)| {
        html! { <tr><th scope="row"><kbd>{ keys }</kbd></th><td>{ what }</td></tr> }
    };
    html! { <table class="keys"><tbody>{ for text::KEYS.iter().map(row) }</tbody></table> }
}

#[component]
fn Paste() -> Html {
    let Context { session, .. } = use_page();
    let field = use_node_ref();
    let onclick = {
        let field = field.clone();
        move |_| {
            let records = field.cast::<HtmlTextAreaElement>().map(|field| field.value()).unwrap_or_default();
            session.dispatch(Action::Dialog(None));
            match files::of_text(&records) {
                _ if records.trim().is_empty() => session.toast(text::NO_FILES),
                Ok(picked) => session.offer(vec![picked]),
                Err(message) => session.toast(&message),
            }
        }
    };
    html! {
        <>
            <p>{ "Lines as in a log file, with or without a header line." }</p>
            <textarea
                ref={field}
                class="mono"
                rows="10"
                spellcheck="false"
                aria-label="Records"
                placeholder="2 123456789012 eni-0example 203.0.113.12 10.0.0.5 51000 443 6 4 240 1700000000 1700000060 REJECT OK"
            />
            <p class="actions"><button type="button" class="primary" {onclick}>{ "Read these records" }</button></p>
        </>
    }
}

fn add_or_replace(session: &Session, picked: &[Picked]) -> Html {
    let read = |replace: bool| {
        let (session, picked) = (session.clone(), picked.to_vec());
        move |_| {
            session.dispatch(Action::Dialog(None));
            session.start_reading(picked.clone(), replace);
        }
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
