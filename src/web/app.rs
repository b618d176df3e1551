//! The whole page.

use std::rc::Rc;

use yew::prelude::*;

use super::charts::Hatch;
use super::pages::{
    AccessPage, EmptyPage, FailedPage, FindingPage, InputsPage, LoadingPage, NatPage, OverviewPage,
};
use super::parts::{Dialogs, DropZone, FilterBar, Header, Notices, ProgressStrip, Toast, ValueMenu};
use super::state::{Context, Phase, Session, State, session};
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
    let Context { state, .. } = super::state::use_page();
    let loaded = state.report.is_some() && matches!(state.phase, Phase::Ready | Phase::Loading);
    html! {
        <>
            <Header />
            if loaded {
                <FilterBar />
            }
            <main id="main" data-phase={state.phase.name()} tabindex="-1">
                <Notices />
                if loaded && state.phase == Phase::Loading {
                    <ProgressStrip />
                }
                { body(&state, loaded) }
            </main>
            <Hatch />
            <Toast />
            <ValueMenu />
            <Dialogs />
            <DropZone />
        </>
    }
}

fn body(state: &State, loaded: bool) -> Html {
    match (state.phase, &state.view.page) {
        (Phase::Empty, _) => html! { <EmptyPage /> },
        (Phase::Failed, _) => html! { <FailedPage /> },
        (Phase::Loading, _) if !loaded => html! { <LoadingPage /> },
        (_, Page::Overview) => html! { <OverviewPage /> },
        (_, Page::Access(None)) => html! { <AccessPage /> },
        (_, Page::Nat(None)) => html! { <NatPage /> },
        (_, Page::Access(Some(id)) | Page::Nat(Some(id))) => {
            html! { <FindingPage key={id.clone()} id={id.clone()} /> }
        }
        (_, Page::Inputs) => html! { <InputsPage /> },
    }
}
