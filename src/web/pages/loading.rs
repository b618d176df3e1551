use yew::prelude::*;

use crate::web::parts::progress_line;
use crate::web::state::Context;

/// While the first files are read.
pub fn loading_page(page: &Context) -> Html {
    html! {
        <section class="loading">
            <h1>{ "Reading flow logs" }</h1>
            { progress_line(page) }
        </section>
    }
}
