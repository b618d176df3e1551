use yew::prelude::*;

use crate::diagnose::finding::{Queries, QueryText};
use crate::web::give;
use crate::web::state::{Context, use_page};

/// Properties of [`QueryTabs`].
#[derive(Clone, PartialEq, Properties)]
pub struct QueryTabsProps {
    /// The queries.
    pub queries: Queries,
}

/// The same question for CloudWatch and for Athena.
#[component]
pub fn QueryTabs(QueryTabsProps { queries }: &QueryTabsProps) -> Html {
    let athena = use_state_eq(|| false);
    let tab = |label: &'static str, is_athena: bool| {
        let selected = *athena == is_athena;
        let athena = athena.clone();
        html! {
            <button type="button" role="tab" aria-selected={selected.to_string()} onclick={move |_| athena.set(is_athena)}>
                { label }
            </button>
        }
    };
    let list = if *athena { &queries.athena } else { &queries.insights };
    html! {
        <section aria-label="Queries">
            <div class="section-head">
                <h2>{ "Ask AWS the same" }</h2>
                <div class="tabs" role="tablist">
                    { tab("Logs Insights", false) }
                    { tab("Athena SQL", true) }
                </div>
            </div>
            if list.is_empty() {
                <p class="muted">{ "There is no such query for this finding." }</p>
            }
            { for list.iter().map(|query| html! { <Query key={query.text.clone()} query={query.clone()} /> }) }
        </section>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct QueryProps {
    query: QueryText,
}

#[component]
fn Query(QueryProps { query }: &QueryProps) -> Html {
    let Context { session, .. } = use_page();
    let code = use_node_ref();
    let onclick = {
        let (code, text) = (code.clone(), query.text.clone());
        move |_| {
            if let Some(node) = code.get() {
                give::select(&node);
            }
            session.copy(text.clone());
        }
    };
    html! {
        <figure class="query">
            <figcaption>
                <span>{ &query.title }</span>
                <button type="button" class="quiet" {onclick}>{ "Copy" }</button>
            </figcaption>
            <pre class="mono scroll-box" tabindex="0"><code ref={code}>{ &query.text }</code></pre>
            if let Some((header, rows)) = query.answer.split_first() {
                <p class="muted">{ "Its answer over the records loaded here" }</p>
                <div class="scroll-box" tabindex="0" role="region" aria-label="Answer">
                    <table class="records mono">
                        <thead><tr>{ for header.iter().map(|name| html! { <th scope="col">{ name }</th> }) }</tr></thead>
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
