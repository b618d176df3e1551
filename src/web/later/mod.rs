//! The pages of the program `query`, in a root of its own inside of the page that the program `app` draws.

mod host;

use js_sys::Function;
use web_sys::Element;
use yew::AppHandle;
use yew::prelude::*;

pub(super) use host::{Host, Narrowing, replace};

use super::athena::athena_page;
use super::explore::explore_page;
use super::query::query_page;
use super::state::Shared;
use crate::engine::messages::Told;
use crate::report::view::link::Page;

/// What each of the pages is given.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) host: Host,
    /// What there is, as of when the page was last on show.
    pub(super) told: Shared<Told>,
}

/// The pages in their place.
pub struct Mounted {
    root: AppHandle<Pages>,
    props: Props,
}

impl Mounted {
    /// Tells the pages what is loaded, and which of them is on show.
    pub fn update(&mut self, state: &[u8]) {
        if let Ok(told) = postcard::from_bytes(state) {
            self.props.told = Shared::new(told);
            self.root.update(self.props.clone());
        }
    }
}

/// Draws the pages in a place that is their own, inside of the page that another program draws.
pub fn mount(place: Element, ask: Function, tell: Function) -> Mounted {
    // Yew numbers its roots and marks their elements with the number, by which an event is told to be of one root or the
    // other. The other program's root is the first there; so the first here is none that is ever seen.
    if let Ok(unseen) = gloo::utils::document().create_element("div") {
        yew::Renderer::<Nothing>::with_root(unseen).render().destroy();
    }
    let props = Props { host: Host::new(ask, tell), told: Shared::new(Told::default()) };
    Mounted { root: yew::Renderer::with_root_and_props(place, props.clone()).render(), props }
}

#[component]
fn Nothing() -> Html {
    html! {}
}

/// All pages that were on show so far; those that are not now are hidden and stay as they are.
struct Pages {
    told: Vec<(Page, Shared<Told>)>,
}

impl Component for Pages {
    type Message = ();
    type Properties = Props;

    fn create(_ctx: &Context<Self>) -> Self {
        Self { told: Vec::new() }
    }

    fn changed(&mut self, ctx: &Context<Self>, _before: &Props) -> bool {
        let told = ctx.props().told.clone();
        let page = told.view().page;
        match self.told.iter_mut().find(|(other, _)| *other == page) {
            Some((_, before)) => *before = told,
            None => self.told.push((page, told)),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let shown = ctx.props().told.view().page;
        let draw = |(page, told): &(Page, Shared<Told>)| {
            let props = Props { host: ctx.props().host.clone(), told: told.clone() };
            let content = match page {
                Page::Query => query_page(props),
                Page::Explore => explore_page(props),
                Page::Athena => athena_page(props),
                _ => html! {},
            };
            let is_empty = *page != Page::Athena && told.records == 0 && told.athena.is_some();
            html! {
                <div key={page.name()} hidden={*page != shown}>
                    if is_empty {
                        <p class="notice">
                            { NO_RECORDS }
                        </p>
                    }
                    { content }
                </div>
            }
        };
        html! { <>{ for self.told.iter().map(draw) }</> }
    }
}

/// On pages that ask records, when results of Athena are all that is loaded.
const NO_RECORDS: &str = "This page asks records, and none are loaded: what is on show elsewhere are results of Athena. \
    Drop some of the log's files to ask them here.";
