use yew::prelude::*;

use super::{button, table_head};
use crate::diagnose::finding::QueryText;
use crate::engine::messages::Opened;
use crate::report::view::link::Page;
use crate::web::state::{Action, Context, Session, Unfolded};
use crate::web::{dom, give};

/// The same question for CloudWatch and for Athena.
pub fn query_tabs(Context { state, session }: &Context, opened: &Opened) -> Html {
    let unfolded = state.unfolded;
    let tab = |label: &'static str, athena: bool| {
        let selected = unfolded.athena == athena;
        let onclick =
            session.on(move |session| session.dispatch(Action::Unfolded(Unfolded { athena, ..unfolded })));
        html! { <button type="button" role="tab" aria-selected={selected.to_string()} {onclick}>{ label }</button> }
    };
    let queries = &opened.finding.queries;
    let list = if unfolded.athena { &queries.athena } else { &queries.insights };
    html! {
        <section aria-label="Queries">
            <div class="section-head">
                <h2>{ "Ask AWS the same" }</h2>
                <div class="tabs" role="tablist">
                    { tab("Logs Insights", false) }
                    { tab("Athena SQL", true) }
                </div>
            </div>
            if unfolded.athena {
                <p class="muted">
                    { "The page " }
                    <a href={state.view.on(Page::Athena).hash()}>{ "Athena" }</a>
                    { " has the table for these." }
                </p>
            }
            if let Err(message) = &opened.ticket {
                <p class="problem">{ message }</p>
            } else if list.is_empty() {
                <p class="muted">{ "There is no such query for this finding." }</p>
            }
            { for list.iter().map(|query| draw(session, query)) }
        </section>
    }
}

fn draw(session: &Session, query: &QueryText) -> Html {
    let copy = {
        let (session, text) = (session.clone(), query.text.clone());
        Callback::from(move |event: MouseEvent| {
            let code = dom::around(&event, "figure").and_then(|it| it.query_selector("code").ok().flatten());
            if let Some(code) = code {
                give::select(&code);
            }
            session.copy(text.clone());
        })
    };
    html! {
        <figure class="query">
            <figcaption>
                <span>{ &query.title }</span>
                { button("quiet", "Copy", copy) }
            </figcaption>
            <pre class="mono scroll-box" tabindex="0"><code>{ &query.text }</code></pre>
            if let Some((header, rows)) = query.answer.split_first() {
                <p class="muted">{ "Its answer over the records loaded here" }</p>
                <div class="scroll-box" tabindex="0" role="region" aria-label="Answer">
                    <table class="records mono">
                        { table_head(header.iter().map(String::as_str)) }
                        <tbody>
                            { for rows.iter().take(200).map(|row| html! {
                                <tr>{ for row.iter().map(|cell| html! { <td>{ cell }</td> }) }</tr>
                            }) }
                        </tbody>
                    </table>
                </div>
                if rows.is_empty() {
                    <p class="muted">{ "No record matches." }</p>
                }
            }
        </figure>
    }
}
