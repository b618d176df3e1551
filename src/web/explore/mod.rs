//! The Explore page. Only the program `query` has it.

use yew::prelude::*;

pub(super) fn explore_page() -> Html {
    html! {
        <section class="card">
            <h1>{ "Explore" }</h1>
            <p class="muted">{ "The records themselves come here." }</p>
        </section>
    }
}
