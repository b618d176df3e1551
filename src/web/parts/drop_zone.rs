use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::spawn_local;
use web_sys::DragEvent;
use yew::prelude::*;

use crate::report::number::plural;
use crate::web::drop;
use crate::web::state::{Action, Session, State};

/// While files are over the window, it says that it takes them.
pub fn drop_zone(state: &State) -> Html {
    html! {
        if state.dragged_over {
            <div class="drop-overlay" aria-hidden="true"><p>{ "Drop files or folders to read them here" }</p></div>
        }
    }
}

/// Takes drops, on the document, so that a drop that misses never leaves the page.
pub fn drop_listeners(session: &Session) -> impl Iterator<Item = EventListener> {
    ["dragenter", "dragover", "dragleave", "drop"].into_iter().map(|name| {
        let options = EventListenerOptions::enable_prevent_default();
        let session = session.clone();
        EventListener::new_with_options(&gloo::utils::document(), name, options, move |event| {
            if let Some(event) = event.dyn_ref::<DragEvent>() {
                event.prevent_default();
                dragged(&session, name, event);
            }
        })
    })
}

fn dragged(session: &Session, name: &str, event: &DragEvent) {
    match name {
        "dragenter" => session.dispatch(Action::DraggedOver(has_files(event))),
        // Without a related target the pointer has left the window.
        "dragleave" if event.related_target().is_none() => session.dispatch(Action::DraggedOver(false)),
        "drop" => {
            session.dispatch(Action::DraggedOver(false));
            take(session, event);
        }
        _ => {}
    }
}

fn has_files(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|transfer| transfer.types().iter().any(|kind| kind == "Files"))
}

fn take(session: &Session, event: &DragEvent) {
    let Some(transfer) = event.data_transfer() else { return };
    let dropped = drop::take(&transfer);
    if dropped.is_empty() {
        return;
    }
    let session = session.clone();
    spawn_local(async move {
        let found = dropped.walk().await;
        if let Some(first) = found.unreadable.first() {
            session.dispatch(Action::Noticed(format!(
                "The browser did not open {} of the drop; check that you may read them. The first: {first}",
                plural(found.unreadable.len() as u64, "file or folder", "files or folders"),
            )));
        }
        session.offer(found.files);
    });
}
