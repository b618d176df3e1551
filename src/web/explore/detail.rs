//! One record, whole.

use yew::prelude::*;

use super::page::{ExplorePage, Msg};
use crate::record::Field;
use crate::record::field::Kind;
use crate::report::number::grouped;
use crate::report::view::records::{Record, except, explained, heading, interval, kind, only, secs};
use crate::web::format::Clock;

pub(super) fn detail(
    ctx: &Context<ExplorePage>,
    place: u64,
    record: &Record,
    total: u64,
    clock: Clock,
) -> Html {
    let link = ctx.link();
    let step = |by: i64| link.callback(move |_: MouseEvent| Msg::Step(by));
    let line = record.line();
    let copy = {
        let line = line.clone();
        link.callback(move |_: MouseEvent| Msg::CopyText(line.clone()))
    };
    let onkeydown =
        link.batch_callback(|event: KeyboardEvent| (event.key() == "Escape").then_some(Msg::Close));
    let conversation = record.conversation().map(|filter| {
        let onclick = link.callback(move |_: MouseEvent| Msg::Filter(filter.clone()));
        html! { <button type="button" title="Both directions of it, in place of the filter" data-testid="explore-conversation" {onclick}>{ "Its conversation" }</button> }
    });
    html! {
        <aside class="card record" aria-labelledby="record-title" data-testid="explore-record" {onkeydown}>
            <div class="section-head">
                <h2 id="record-title">{ format!("Record {} of {}", grouped(place + 1), grouped(total)) }</h2>
                <span class="actions">
                    <button type="button" class="quiet square" aria-label="The record before" disabled={place == 0} onclick={step(-1)}>{ "↑" }</button>
                    <button type="button" class="quiet square" aria-label="The next record" disabled={place + 1 >= total} onclick={step(1)}>{ "↓" }</button>
                    <button type="button" class="quiet square" aria-label="Close the record" onclick={link.callback(|_| Msg::Close)}>{ "×" }</button>
                </span>
            </div>
            <div class="actions">
                { for conversation }
                <button type="button" onclick={copy}>{ "Copy its line" }</button>
            </div>
            <pre class="line">{ line }</pre>
            <dl>{ for record.iter().map(|(column, value)| field(ctx, record, column, value, clock)) }</dl>
        </aside>
    }
}

fn field(ctx: &Context<ExplorePage>, record: &Record, column: &str, value: &str, clock: Clock) -> Html {
    let words = match (Field::from_name(column), value.parse::<u64>()) {
        (Some(Field::Start), Ok(time)) => Some(clock.moment(secs(time))),
        (Some(Field::End), Ok(time)) => {
            let length = interval(record).map(|length| format!(", {length} after the start"));
            Some(clock.moment(secs(time)) + &length.unwrap_or_default())
        }
        _ => explained(column, value),
    };
    let class = match (column, value) {
        ("action", "ACCEPT") => Some("accept-word"),
        ("action", "REJECT") => Some("reject-word"),
        _ => None,
    };
    let narrow = |words: &'static str, title: String, condition: String| {
        let onclick = ctx.link().callback(move |_: MouseEvent| Msg::Narrow(condition.clone()));
        html! { <button type="button" class="quiet" aria-label={title.clone()} {title} {onclick}>{ words }</button> }
    };
    let is_exact = kind(column) != Kind::Time || value != "-";
    html! {
        <div key={column.to_owned()} class="record-field">
            <dt class="mono" title={column.to_owned()}>{ heading(column) }</dt>
            <dd>
                <span class={classes!("mono", class)}>{ value }</span>
                if let Some(words) = words {
                    <span class="muted">{ words }</span>
                }
                if is_exact {
                    <span class="narrowing">
                        { narrow("=", format!("Only {value}"), only(column, value)) }
                        { narrow("≠", format!("Without {value}"), except(column, value)) }
                    </span>
                }
            </dd>
            if let Some(field) = Field::from_name(column) {
                <dd class="muted meaning">{ meaning(field.meaning()) }</dd>
            }
        </div>
    }
}

/// A text in which what is in backticks is code.
fn meaning(text: &'static str) -> Html {
    let piece = |(place, part): (usize, &'static str)| {
        if place % 2 == 1 {
            html! { <code>{ part }</code> }
        } else {
            html! { part }
        }
    };
    html! { <>{ for text.split('`').enumerate().map(piece) }</> }
}
