//! The whole page.

use std::rc::Rc;

use yew::prelude::*;

use super::charts::hatch;
use super::pages::{
    access_page, empty_page, failed_page, finding_page, gateway_page, inputs_page, loading_page, nat_page,
    overview_page, timeline_alone,
};
use super::parts::{
    athena_bar, dialogs, drop_zone, filter_bar, header, notices, progress_strip, toast, value_menu,
};
use super::state::{Context, Phase, Session, State, session};
use super::theme::Theme;
use super::{console, hooks};
use crate::report::view::link::Page;

/// Runs the page in place of what `index.html` shows until then.
pub fn run() {
    let root = gloo::utils::document().get_element_by_id("app");
    let root = root.unwrap_or_else(|| gloo::utils::body().into());
    yew::Renderer::<App>::with_root(root).render();
}

/// Holds the state and what listens to the window; all else is drawn from the state.
#[component]
pub fn App() -> Html {
    let state = use_reducer_eq(|| State { theme: Theme::stored(), ..State::new(session::shown()) });
    let session = {
        let dispatcher = state.dispatcher();
        use_memo((), move |()| {
            let session = Session::start(dispatcher);
            console::install(&session);
            Theme::stored().apply();
            session
        })
    };
    let page = Context { state: Rc::new((*state).clone()), session: (*session).clone() };
    hooks::use_window(&page.session);
    hooks::use_answers(&page);
    hooks::use_query(&page);
    hooks::use_elements(&page);
    let state = &page.state;
    let loaded = state.report.is_some() && matches!(state.phase, Phase::Ready | Phase::Loading);
    html! {
        <>
            { header(&page) }
            if loaded {
                { athena_bar(&page) }
            }
            if loaded && state.from_athena().is_none() {
                { filter_bar(&page) }
            }
            <main id="main" data-phase={state.phase.name()} tabindex="-1">
                { notices(&page) }
                if loaded && state.phase == Phase::Loading {
                    { progress_strip(&page) }
                }
                { body(&page, loaded) }
                // Another program draws what is in here.
                <div id="query" hidden={!state.shows_later()} />
            </main>
            { hatch() }
            { toast(state) }
            { value_menu(&page) }
            { dialogs(&page) }
            { drop_zone(state) }
        </>
    }
}

fn body(page: &Context, loaded: bool) -> Html {
    let Context { state, session } = page;
    match (state.phase, &state.view.page) {
        (Phase::Empty, Page::Athena) => html! {},
        (Phase::Empty, _) => empty_page(session),
        (Phase::Failed, _) => failed_page(page),
        (Phase::Loading, _) if !loaded => loading_page(page),
        (_, Page::Overview) => overview_page(page),
        (_, Page::Access(None)) => access_page(page),
        (_, Page::Nat(None)) => nat_page(page),
        (_, Page::Gateway(None)) => gateway_page(page),
        (_, Page::Access(Some(id)) | Page::Nat(Some(id)) | Page::Gateway(Some(id))) => finding_page(page, id),
        (_, Page::Explore) => timeline_alone(page),
        (_, Page::Query | Page::Athena) => html! {},
        (_, Page::Inputs) => inputs_page(page),
    }
}
