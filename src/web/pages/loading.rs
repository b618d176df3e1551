use yew::prelude::*;

use crate::web::parts::ProgressLine;

/// While the first files are read.
#[component]
pub fn LoadingPage() -> Html {
    html! {
        <section class="loading">
            <h1>{ "Reading flow logs" }</h1>
            <ProgressLine />
        </section>
    }
}
