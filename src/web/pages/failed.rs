use yew::prelude::*;

use crate::ingest::Outcome;
use crate::report::number::plural;
use crate::web::parts::{format_form, input_detail, pickers};
use crate::web::state::Context;
use crate::web::text;

/// Files listed by name; the rest is counted.
const NAMED_MAX: usize = 20;

/// Nothing could be read: what is wrong, what is supported, what to do.
pub fn failed_page(page: &Context) -> Html {
    let Context { state, session } = page;
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
            { for inputs.iter().enumerate().take(NAMED_MAX).map(|(place, input)| html! {
                <section class="card">
                    <h2 class="mono">{ &input.name }</h2>
                    { input_detail(input, state.clock) }
                    if is_first_of_width(inputs, place) {
                        { format_form(page, place, input) }
                    }
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

/// Whether no file before this one waits for a format of as many columns.
fn is_first_of_width(inputs: &[Outcome], place: usize) -> bool {
    let width = |input: &Outcome| input.guess.as_ref().map(|guess| guess.columns.len());
    inputs
        .get(place)
        .is_some_and(|input| !inputs.iter().take(place).any(|other| width(other) == width(input)))
}
