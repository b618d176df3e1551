//! The Athena page. Only the program `query` has it.

use yew::prelude::*;

pub(super) fn athena_page() -> Html {
    html! {
        <section class="card">
            <h1>{ "Athena" }</h1>
            <p class="muted">{ "What runs on Athena comes here." }</p>
        </section>
    }
}
