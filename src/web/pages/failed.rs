use yew::prelude::*;

use crate::report::number::plural;
use crate::web::parts::{input_detail, pickers};
use crate::web::state::Context;
use crate::web::text;

/// Files listed by name; the rest is counted.
const NAMED_MAX: usize = 20;

/// Nothing could be read: what is wrong, what is supported, what to do.
pub fn failed_page(Context { state, session }: &Context) -> Html {
    let inputs = state.report.as_ref().map(|report| report.inputs.as_slice()).unwrap_or_default();
    let title = match inputs.len() {
        _ if state.lost => "The records are gone".to_owned(),
        0 => "The files could not be read".to_owned(),
        1 => "This file could not be read as a flow log".to_owned(),
        count => format!("None of {} could be read as flow logs", plural(count as u64, "file", "files")),
    };
    html! {
        <div class="failed">
            <h1>{ title }</h1>
            if let Some(failure) = &state.failure {
                <p class="problem">{ failure }</p>
            }
            { for inputs.iter().take(NAMED_MAX).map(|input| html! {
                <section class="card">
                    <h2 class="mono">{ &input.name }</h2>
                    { input_detail(input, state.clock) }
                </section>
            }) }
            if inputs.len() > NAMED_MAX {
                <p class="muted">{ format!("and {} more", inputs.len() - NAMED_MAX) }</p>
            }
            <section>
                <h2>{ "What can be read" }</h2>
                <ul>{ for text::SUPPORTED.iter().map(|what| html! { <li>{ *what }</li> }) }</ul>
                { pickers(session) }
            </section>
        </div>
    }
}
