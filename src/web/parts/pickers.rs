use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{button, dropdown};
use crate::web::state::{Action, Dialog, Session};
use crate::web::{dom, files};

/// Choose files, choose a folder, paste records.
pub fn pickers(session: &Session) -> Html {
    html! {
        <div class="pickers">
            { button("primary", "Choose files", open_files()) }
            { button("", "Choose a folder", open_folder()) }
            { button("link", "or paste records", session.on(paste)) }
            { inputs(session) }
        </div>
    }
}

/// The same as a menu.
pub fn add_menu(session: &Session) -> Html {
    let items = html! {
        <>
            { button("", "Files …", open_files()) }
            { button("", "A folder …", open_folder()) }
            { button("", "Paste records …", session.on(paste)) }
        </>
    };
    html! { <>{ dropdown(html! { "+ Add" }, items) }{ inputs(session) }</> }
}

fn open_files() -> Callback<MouseEvent> {
    Callback::from(|_| dom::click("[data-testid=file-input]"))
}

fn open_folder() -> Callback<MouseEvent> {
    Callback::from(|_| dom::click("[data-testid=folder-input]"))
}

fn paste(session: &Session) {
    session.dispatch(Action::Dialog(Some(Dialog::Paste)));
}

fn inputs(session: &Session) -> Html {
    html! { <>{ input(session, "Files", "file-input", false) }{ input(session, "Folder", "folder-input", true) }</> }
}

fn input(session: &Session, name: &'static str, testid: &'static str, folder: bool) -> Html {
    let session = session.clone();
    let onchange = move |event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        session.offer(files::of_input(&input));
    };
    html! {
        <input
            class="out-of-sight"
            data-testid={testid}
            type="file"
            multiple=true
            webkitdirectory={folder}
            tabindex="-1"
            aria-label={name}
            {onchange}
        />
    }
}
