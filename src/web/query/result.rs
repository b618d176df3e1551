use js_sys::Array;
use wasm_bindgen::JsValue;
use yew::prelude::*;

use super::answer::Answer;
use super::chart::chart;
use super::page::{Msg, QueryPage};
use super::table::{ByNumber, ResultTable};
use crate::engine::messages::Told;
use crate::report::answer::{to_csv, to_json, to_markdown, to_tabs};
use crate::report::number::{grouped, plural};
use crate::report::view::picture::Picture;
use crate::web::give;
use crate::web::later::Host;

/// A form in which an answer is given out.
#[derive(Clone, Copy)]
pub(super) enum Form {
    Tabs,
    Csv,
    Json,
    Markdown,
}

/// A query on one line.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An answer: its query, what can be done with it, its picture and its rows.
pub(super) fn draw(ctx: &Context<QueryPage>, answer: &Answer, told: &Told) -> Html {
    let link = ctx.link();
    let number = answer.number;
    let title = format!("answer-{number}");
    let rows = answer.table.rows.len() as u64;
    let export = |words: &'static str, testid: &'static str, form: Form| {
        let onclick = link.callback(move |_: MouseEvent| Msg::Export(number, form));
        html! { <button type="button" class="quiet" data-testid={testid} {onclick}>{ words }</button> }
    };
    let again = {
        let (language, text) = (answer.language, answer.text.clone());
        link.callback(move |_: MouseEvent| Msg::Edit(language, (*text).to_owned()))
    };
    let narrow = {
        let host = ctx.props().host.clone();
        Callback::from(move |narrowing| host.narrow(&narrowing))
    };
    let picture = answer.picture.as_deref();
    let beside = matches!(picture, Some(Picture::Bars { .. }));
    html! {
        <article key={number} class="card answer" aria-labelledby={title.clone()}>
            <div class="answer-head">
                <h2 id={title} class="mono" title={(*answer.text).to_owned()}>{ one_line(&answer.text) }</h2>
                <button type="button" class="quiet square" aria-label="Close this answer" onclick={link.callback(move |_| Msg::Close(number))}>{ "×" }</button>
            </div>
            <div class="answer-head">
                <p class="muted" data-testid="result-summary">{ summary(answer) }</p>
                <span class="actions">
                    <button type="button" class="quiet" onclick={again}>{ "Edit" }</button>
                    if rows > 0 {
                        { export("Copy", "result-copy", Form::Tabs) }
                        { export("CSV", "result-csv", Form::Csv) }
                        { export("JSON", "result-json", Form::Json) }
                        { export("Markdown", "result-markdown", Form::Markdown) }
                    }
                </span>
            </div>
            if answer.report != told.report {
                <p class="remark">{ "The records have changed since: files came or went, or they were judged again." }</p>
            }
            { for answer.table.notes.iter().map(|note| html! { <p class="remark">{ note }</p> }) }
            if rows == 0 {
                <p class="muted">{ "No rows: no record passes this query." }</p>
            } else {
                <div class={classes!("answer-body", beside.then_some("beside"))}>
                    <ResultTable
                        answer={ByNumber(answer.clone())}
                        sort={link.callback(move |column| Msg::Sort(number, column))}
                        {narrow}
                    />
                    { picture.map(chart).unwrap_or_default() }
                </div>
            }
        </article>
    }
}

/// `12 rows · 412,008 of 9,300,000 records · 0.12 s`.
fn summary(answer: &Answer) -> String {
    let table = &answer.table;
    let mut text = plural(table.rows.len() as u64, "row", "rows") + " · ";
    if let Some(matched) = table.matched {
        text.extend([&grouped(matched), " of "]);
    }
    text += &plural(table.scanned, "record", "records");
    let secs = format!(" · {:.2} s", answer.took.max(0.0) / 1000.0);
    text += &secs;
    if !answer.filter.is_empty() {
        text.extend([" · within ", &answer.filter]);
    }
    text
}

/// Gives an answer out, in the order on show.
pub(super) fn export(answer: &Answer, form: Form, host: &Host) {
    let Answer { table, order, .. } = answer;
    let (name, kind, text) = match form {
        Form::Tabs => return host.copy(&to_tabs(table, order)),
        Form::Csv => ("flowlens-query.csv", "text/csv", to_csv(table, order)),
        Form::Json => ("flowlens-query.json", "application/json", to_json(table, order)),
        Form::Markdown => ("flowlens-query.md", "text/markdown", to_markdown(table, order)),
    };
    match give::download(name, kind, &Array::of1(&JsValue::from_str(&text))) {
        Ok(()) => host.remark(&format!("{name} is in your downloads")),
        Err(message) => host.remark(&message),
    }
}
