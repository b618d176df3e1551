//! The whole page.

use std::rc::Rc;

use yew::prelude::*;

use super::charts::hatch;
use super::pages::{
    AccessPage, FindingPage, InputsPage, empty_page, failed_page, loading_page, nat_page, overview_page,
};
use super::parts::{DropZone, FilterBar, ValueMenu, dialogs, header, notices, progress_strip, toast};
use super::state::{Context, Phase, Session, State, session, use_page};
use super::{console, hooks};
use crate::report::view::link::Page;

/// Runs the page in place of what `index.html` shows until then.
pub fn run() {
    console_error_panic_hook::set_once();
    let root = gloo::utils::document().get_element_by_id("app");
    let root = root.unwrap_or_else(|| gloo::utils::body().into());
    yew::Renderer::<App>::with_root(root).render();
}

/// Holds the state and what listens to the window.
#[component]
pub fn App() -> Html {
    let state = use_reducer_eq(|| State::new(session::shown()));
    let session = {
        let dispatcher = state.dispatcher();
        use_memo((), move |()| Session::start(dispatcher))
    };
    let context = Context { state: Rc::new((*state).clone()), session: (*session).clone() };
    hooks::use_address(&context.session);
    hooks::use_keys(&context.session);
    hooks::use_paste(&context.session);
    hooks::use_overview(&context);
    use_effect_with((), {
        let session = context.session.clone();
        move |()| console::install(&session)
    });
    html! {
        <ContextProvider<Context> {context}>
            <Shell />
        </ContextProvider<Context>>
    }
}

/// Header, page and everything that floats above.
#[component]
fn Shell() -> Html {
    let page = use_page();
    let state = &page.state;
    let loaded = state.report.is_some() && matches!(state.phase, Phase::Ready | Phase::Loading);
    html! {
        <>
            { header(&page) }
            if loaded {
                <FilterBar />
            }
            <main id="main" data-phase={state.phase.name()} tabindex="-1">
                { notices(&page) }
                if loaded && state.phase == Phase::Loading {
                    { progress_strip(&page) }
                }
                { body(&page, loaded) }
            </main>
            { hatch() }
            { toast(state) }
            <ValueMenu />
            { dialogs(&page) }
            <DropZone />
        </>
    }
}

fn body(page: &Context, loaded: bool) -> Html {
    let Context { state, session } = page;
    match (state.phase, &state.view.page) {
        (Phase::Empty, _) => empty_page(session),
        (Phase::Failed, _) => failed_page(state),
        (Phase::Loading, _) if !loaded => loading_page(page),
        (_, Page::Overview) => overview_page(page),
        (_, Page::Access(None)) => html! { <AccessPage /> },
        (_, Page::Nat(None)) => nat_page(page),
        (_, Page::Access(Some(id)) | Page::Nat(Some(id))) => {
            html! { <FindingPage key={id.clone()} id={id.clone()} /> }
        }
        (_, Page::Inputs) => html! { <InputsPage /> },
    }
}
