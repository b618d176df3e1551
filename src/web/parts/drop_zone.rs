use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::spawn_local;
use web_sys::DragEvent;
use yew::prelude::*;

use crate::report::number::plural;
use crate::web::drop;
use crate::web::state::{Action, Context, Session, use_page};

/// The whole window takes drops; while files are over it, it says so.
#[component]
pub fn DropZone() -> Html {
    let Context { session, .. } = use_page();
    let over = use_state_eq(|| false);
    use_effect_with((), {
        let over = over.setter();
        move |()| {
            let listeners = listeners(&session, &over);
            move || ::std::mem::drop(listeners)
        }
    });
    html! {
        if *over {
            <div class="drop-overlay" aria-hidden="true"><p>{ "Drop files or folders to read them here" }</p></div>
        }
    }
}

/// On the document, so that a drop that misses never leaves the page.
fn listeners(session: &Session, over: &UseStateSetter<bool>) -> Vec<EventListener> {
    let listen = |name: &'static str, act: Box<dyn Fn(&DragEvent)>| {
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&gloo::utils::document(), name, options, move |event| {
            if let Some(event) = event.dyn_ref::<DragEvent>() {
                event.prevent_default();
                act(event);
            }
        })
    };
    let [entered, left, dropped] = [over.clone(), over.clone(), over.clone()];
    let session = session.clone();
    vec![
        listen("dragenter", Box::new(move |event| entered.set(has_files(event)))),
        listen("dragover", Box::new(|_| {})),
        listen(
            "dragleave",
            Box::new(move |event| {
                // Without a related target the pointer has left the window.
                if event.related_target().is_none() {
                    left.set(false);
                }
            }),
        ),
        listen(
            "drop",
            Box::new(move |event| {
                dropped.set(false);
                take(&session, event);
            }),
        ),
    ]
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
