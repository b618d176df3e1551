//! What the page listens to, what follows from its state, and what only the elements themselves can do.

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast as _;
use web_sys::{ClipboardEvent, HtmlDialogElement, HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use super::parts::{drop_listeners, place_menu};
use super::state::{Action, Context, Dialog, Session, session};
use super::{asking, dom, files};
use crate::report::view::link::Page;
use crate::report::view::narrow;

/// Listens to the window and the document for as long as the page lives: address, keys, pastes, drops, and clicks
/// beside what is open.
#[hook]
pub fn use_window(session: &Session) {
    let session = session.clone();
    use_effect_with((), move |()| {
        let (window, document) = (gloo::utils::window(), gloo::utils::document());
        let mut listeners: Vec<EventListener> = drop_listeners(&session).collect();
        let mut listen = |name: &'static str, act: fn(&Session, &Event)| {
            let session = session.clone();
            let options = EventListenerOptions::enable_prevent_default();
            let on_window = matches!(name, "hashchange" | "resize");
            let target: &web_sys::EventTarget = if on_window { &window } else { &document };
            listeners.push(EventListener::new_with_options(target, name, options, move |event| {
                act(&session, event);
            }));
        };
        listen("hashchange", |session, _| session.dispatch(Action::Viewed(session::shown())));
        listen("keydown", |session, event| {
            if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                press(session, event);
            }
        });
        listen("paste", paste);
        listen("click", |session, event| {
            if dom::around(event, ".menu").is_none() {
                session.dispatch(Action::Menu(None));
            }
        });
        listen("resize", |session, _| session.dispatch(Action::Menu(None)));
        // In the capture phase, since a value that opens its menu keeps its click to itself.
        let phase = EventListenerOptions::run_in_capture_phase();
        listeners.push(EventListener::new_with_options(&window, "click", phase, dom::close_dropdowns));
        move || drop(listeners)
    });
}

fn press(session: &Session, event: &KeyboardEvent) {
    if event.key() == "Escape" {
        dom::close_dropdowns(event);
    }
    if dom::in_field(event)
        || event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
        || event.default_prevented()
    {
        return;
    }
    if dom::find("dialog[open]").is_some() {
        return;
    }
    let loaded = session.report().is_some();
    let has_gateways = session.report().is_some_and(|report| report.totals.transit_gateway.records > 0);
    match event.key().as_str() {
        "?" => session.dispatch(Action::Dialog(Some(Dialog::Help))),
        "/" if loaded => dom::focus("[data-testid=filter-input]"),
        "o" => dom::click("[data-testid=file-input]"),
        "1" if loaded => session.go(Page::Overview),
        "2" if loaded => session.go(Page::Access(None)),
        "3" if loaded => session.go(Page::Nat(None)),
        "e" if loaded => session.go(Page::Explore),
        "q" if loaded => session.go(Page::Query),
        "a" => session.go(Page::Athena),
        "4" if loaded => session.go(Page::Inputs),
        "5" if has_gateways => session.go(Page::Gateway(None)),
        _ => return,
    }
    event.prevent_default();
}

/// Takes records pasted anywhere but into a field.
fn paste(session: &Session, event: &Event) {
    let data = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data);
    let Some(data) = data.filter(|_| !dom::in_field(event)) else { return };
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

/// Asks for the overview whenever the records, the filter or the range have changed, and for the finding on show.
#[hook]
pub fn use_answers(context: &Context) {
    let Context { state, session } = context.clone();
    let view = &state.view;
    let wanted = state.report.clone().map(|report| (report, state.filter.clone(), view.from, view.to));
    let finding = state.report.clone().zip(view.page.finding().cloned());
    use_effect_with(wanted, {
        let session = session.clone();
        let rows_first = view.page == Page::Explore;
        move |wanted| {
            if let Some((report, filter, from, to)) = wanted {
                let filter = narrow::combined(filter, *from, *to);
                let range = (from.is_some() || to.is_some()).then(|| {
                    let first = from.or(report.totals.first).unwrap_or(0);
                    (
                        first,
                        to.or(report.totals.last.map(|last| last + 1)).unwrap_or(first + 1).max(first + 1),
                    )
                });
                session.refresh_overview(filter, range, rows_first);
            }
        }
    });
    use_effect_with(finding, move |finding| {
        if let Some((_, id)) = finding {
            session.fetch_finding(id.clone());
        }
    });
}

/// Tells the pages of the program `query`, while one is on show, what there is; the first time they are fetched.
#[hook]
pub fn use_query(context: &Context) {
    let Context { state, session } = context;
    let is_shown = state.shows_later();
    let session = session.clone();
    let shown = (is_shown, state.report.clone(), state.view.clone(), state.clock);
    use_effect_with(shown, move |(is_shown, report, view, clock)| {
        if *is_shown {
            asking::show(&session, report.as_ref(), view, *clock);
        }
    });
}

/// Opens a dialog that is new, puts a new menu in its place, another filter into its field, and begins another page
/// at its top.
#[hook]
pub fn use_elements(context: &Context) {
    let state = &context.state;
    use_effect_with(state.dialog.is_some(), |open| {
        let dialog = if *open { dom::find("dialog") } else { None };
        if let Some(dialog) = dialog {
            // It fails only when it is open already.
            let _open = dialog.unchecked_into::<HtmlDialogElement>().show_modal();
        }
    });
    use_effect_with(state.menu.clone(), |menu| {
        if let Some(menu) = menu {
            place_menu(&menu.opener);
        }
    });
    use_effect_with((state.view.filter.clone(), state.report.is_some()), |(filter, _)| {
        if let Some(field) = dom::find("[data-testid=filter-input]") {
            field.unchecked_into::<HtmlInputElement>().set_value(filter);
        }
    });
    use_effect_with(state.view.page.clone(), |_| {
        // On a phone the names of the pages are a row that scrolls.
        if let Some(current) = dom::find("[aria-current=page]") {
            current.scroll_into_view_with_bool(false);
        }
        gloo::utils::window().scroll_to_with_x_and_y(0.0, 0.0);
    });
}
