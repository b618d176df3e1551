use yew::html::Scope;
use yew::prelude::*;

use super::{AthenaPage, Msg};
use crate::diagnose::Purpose;
use crate::engine::athena::QUERY_MAX;
use crate::engine::athena::settings::Chosen;
use crate::engine::replay::ToRun;
use crate::query::Output;
use crate::report::number::plural;
use crate::web::parts::button;

/// The queries of each step, with what has come of them.
pub(super) fn list(queries: &[ToRun], chosen: &Chosen, open: Option<u64>, link: &Scope<AthenaPage>) -> Html {
    let step = |step: usize| {
        let of_step: Vec<&ToRun> = queries.iter().filter(|query| query.purpose.step() == step).collect();
        if of_step.is_empty() {
            return html! {};
        }
        let came = of_step.iter().filter(|query| query.rows.is_some()).count();
        let title =
            if step > Purpose::STEPS { "Records of findings".to_owned() } else { format!("Step {step}") };
        html! {
            <section class="card" aria-label={title.clone()}>
                <div class="section-head">
                    <h2>{ title }</h2>
                    <span class="muted">{ format!("{came} of {}", plural(of_step.len() as u64, "result", "results")) }</span>
                </div>
                <ul class="athena-queries">
                    { for of_step.iter().map(|query| draw(query, chosen, open == Some(query.query), link)) }
                </ul>
            </section>
        }
    };
    html! { <>{ for (1..=Purpose::STEPS + 1).map(step) }</> }
}

fn draw(query: &ToRun, chosen: &Chosen, is_open: bool, link: &Scope<AthenaPage>) -> Html {
    let number = query.query;
    let (class, state) = match query.rows {
        Some(rows) => ("fits", plural(rows, "row", "rows")),
        None => ("muted", "to be run".to_owned()),
    };
    let title = if query.about.is_empty() { query.purpose.words() } else { &query.about };
    let by = match &query.plan.output {
        Output::Groups(grouping) => grouping.keys.iter().map(|key| key.name.replace('_', " ")).collect(),
        _ => Vec::new(),
    };
    html! {
        <li>
            <button
                type="button"
                class="athena-query"
                aria-expanded={is_open.to_string()}
                onclick={link.callback(move |_| Msg::Open(number))}
            >
                <span>
                    { title }
                    if !by.is_empty() {
                        <span class="muted">{ format!(" by {}", by.join(", ")) }</span>
                    }
                </span>
                <span {class}>{ state }</span>
            </button>
            if is_open {
                { text(query, chosen, link) }
            }
        </li>
    }
}

fn text(query: &ToRun, chosen: &Chosen, link: &Scope<AthenaPage>) -> Html {
    let number = query.query;
    match chosen.setup().print(query) {
        Ok(printed) => html! {
            <>
                if printed.text.len() > QUERY_MAX {
                    <p class="problem">
                        { "Athena takes queries of at most 262,144 bytes, and this one names more interfaces than fit. Ask for \
                           one account or VPC at a time, by a path of its own." }
                    </p>
                }
                { code(printed.text, "athena-query", link.callback(move |_| Msg::Copy(number))) }
            </>
        },
        Err(error) => html! { <p class="problem">{ error.to_string() }</p> },
    }
}

/// A text to copy.
pub(super) fn code(text: String, testid: &'static str, copy: Callback<MouseEvent>) -> Html {
    html! {
        <figure class="query">
            <figcaption><span />{ button("quiet", "Copy", copy) }</figcaption>
            <pre class="mono scroll-box" tabindex="0" data-testid={testid}><code>{ text }</code></pre>
        </figure>
    }
}
