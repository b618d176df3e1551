//! The Query page. Only the program `query` has it, which the rest of the page fetches when someone first opens it.

mod answer;
mod chart;
mod editor;
mod hash;
mod host;
mod page;
mod result;
mod samples;
mod suggest;
mod table;

use js_sys::Function;
use web_sys::Element;
use yew::AppHandle;
use yew::prelude::*;

use super::state::Shared;
use crate::engine::messages::Told;
use host::Host;
use page::{Props, QueryPage};

/// The page in its place.
pub struct Mounted {
    page: AppHandle<QueryPage>,
    props: Props,
}

impl Mounted {
    /// Tells the page what is loaded.
    pub fn update(&mut self, state: &[u8]) {
        if let Ok(told) = postcard::from_bytes(state) {
            self.props.told = Shared::new(told);
            self.page.update(self.props.clone());
        }
    }
}

/// Draws the page in a place that is its own, inside of the page that another program draws.
pub fn mount(place: Element, ask: Function, tell: Function) -> Mounted {
    // Yew numbers its roots and marks their elements with the number, by which an event is told to be of one root or the
    // other. The other program's root is the first there; so the first here is none that is ever seen.
    if let Ok(unseen) = gloo::utils::document().create_element("div") {
        yew::Renderer::<Nothing>::with_root(unseen).render().destroy();
    }
    let props = Props { host: Host::new(ask, tell), told: Shared::new(Told::default()) };
    Mounted { page: yew::Renderer::with_root_and_props(place, props.clone()).render(), props }
}

#[component]
fn Nothing() -> Html {
    html! {}
}
