use yew::prelude::*;

use super::{Part, Tone, ValueButton, bar};
use crate::web::state::Value;

/// Rows on show before the reader asks for all.
const SHORT: usize = 8;

/// A row of a [`TopList`].
#[derive(Clone, PartialEq)]
pub struct TopRow {
    /// What it is, as values to click.
    pub values: Vec<Value>,
    /// What is shown for the value, if there is only one and its text is not enough.
    pub label: Option<String>,
    /// How much.
    pub amount: u64,
    /// How much, for people.
    pub shown: String,
    /// How much, exactly.
    pub exact: String,
}

/// Properties of [`TopList`].
#[derive(Clone, PartialEq, Properties)]
pub struct TopListProps {
    /// The heading.
    pub title: AttrValue,
    /// What is counted.
    pub unit: AttrValue,
    /// What to say when there are no rows.
    pub empty: AttrValue,
    /// The rows, the greatest first.
    pub rows: Vec<TopRow>,
    /// The look of the bars.
    pub tone: Tone,
}

/// The largest of a sort, with bars.
#[component]
pub fn TopList(TopListProps { title, unit, empty, rows, tone }: &TopListProps) -> Html {
    let all = use_state_eq(|| false);
    let greatest = rows.iter().map(|row| row.amount).max().unwrap_or(1);
    let shown = if *all { rows.len() } else { SHORT };
    let row = |row: &TopRow| {
        let value = |value: &Value| match &row.label {
            Some(label) => html! { <ValueButton value={value.clone()}>{ label.clone() }</ValueButton> },
            None => html! { <ValueButton value={value.clone()} /> },
        };
        let parts = vec![Part { name: "amount", amount: row.amount, tone: *tone }];
        html! {
            <li class="top-row">
                <span class="top-values">{ for row.values.iter().enumerate().map(|(i, it)| html! {
                    <>if i > 0 { <span class="muted" aria-label="to">{ " → " }</span> }{ value(it) }</>
                }) }</span>
                <span class="number" title={row.exact.clone()}>{ &row.shown }</span>
                { bar(&parts, greatest) }
            </li>
        }
    };
    let more = rows.len() > SHORT;
    let onclick = {
        let all = all.clone();
        move |_| all.set(!*all)
    };
    html! {
        <section class="card top-list">
            <div class="section-head"><h2>{ title }</h2><span class="muted">{ unit }</span></div>
            if rows.is_empty() {
                <p class="muted">{ empty }</p>
            } else {
                <ol>{ for rows.iter().take(shown).map(row) }</ol>
            }
            if more {
                <button type="button" class="link" {onclick}>
                    { if *all { "Show fewer".to_owned() } else { format!("Show all {}", rows.len()) } }
                </button>
            }
        </section>
    }
}
