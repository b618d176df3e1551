//! The editor: a text field over the same text in colours, what is wrong with it, and what may come next.

use flowlens_ask::insights::ast::{Complaint, Span};
use flowlens_ask::insights::editor::Ink;
use wasm_bindgen::JsValue;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::language::Language;
use super::suggest::Suggestions;
use crate::web::dom;

/// What the editor shows.
pub(super) struct Look<'a> {
    pub(super) language: Language,
    pub(super) text: &'a str,
    pub(super) wrong: &'a [Complaint],
    /// The text has changed since: the places are no longer right.
    pub(super) stale: bool,
    pub(super) suggestions: Option<&'a Suggestions>,
}

/// What happens in it.
pub(super) struct Handlers {
    pub(super) oninput: Callback<InputEvent>,
    pub(super) onkeydown: Callback<KeyboardEvent>,
    pub(super) onblur: Callback<FocusEvent>,
    /// A suggestion is taken, by its place.
    pub(super) take: Callback<usize>,
    /// A place of the text is wanted.
    pub(super) go: Callback<usize>,
}

pub(super) fn editor(field: &NodeRef, look: &Look<'_>, handlers: Handlers) -> Html {
    let Handlers { oninput, onkeydown, onblur, take, go } = handlers;
    let active = look.suggestions.map(|it| format!("suggestion-{}", it.at));
    html! {
        <>
            <div class="editor">
                <pre class="ink" aria-hidden="true">{ for pieces(look) }{ "\n" }</pre>
                <textarea
                    ref={field.clone()}
                    data-testid="query-editor"
                    aria-label={format!("Query in {}", look.language.name())}
                    aria-autocomplete="list"
                    aria-haspopup="listbox"
                    aria-controls={look.suggestions.map(|_| "suggestions")}
                    aria-activedescendant={active}
                    aria-invalid={(!look.wrong.is_empty()).then_some("true")}
                    aria-describedby={(!look.wrong.is_empty()).then_some("query-error")}
                    autocapitalize="off"
                    autocomplete="off"
                    autocorrect="off"
                    spellcheck="false"
                    placeholder={look.language.example()}
                    {oninput}
                    {onkeydown}
                    {onblur}
                />
                if let Some(suggestions) = look.suggestions {
                    { list(suggestions, &take) }
                }
            </div>
            if !look.wrong.is_empty() {
                <ul id="query-error" class="problem complaints" role="alert" data-testid="query-error">
                    { for look.wrong.iter().map(|complaint| draw(look.text, complaint, &go)) }
                </ul>
            }
        </>
    }
}

fn draw(text: &str, complaint: &Complaint, go: &Callback<usize>) -> Html {
    let at = complaint.span.start as usize;
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let place = if text.contains('\n') {
        format!("line {line}, character {column}")
    } else {
        format!("character {column}")
    };
    let onclick = go.reform(move |_: MouseEvent| at);
    html! { <li><button type="button" class="link" {onclick}>{ place }</button>{ ": " }{ for said(&complaint.text) }</li> }
}

/// A text in which what is in backticks is code.
fn said(text: &str) -> impl Iterator<Item = Html> {
    text.split('`').enumerate().map(|(place, part)| {
        if place % 2 == 1 {
            html! { <code>{ part }</code> }
        } else {
            html! { part }
        }
    })
}

fn list(suggestions: &Suggestions, take: &Callback<usize>) -> Html {
    let row = |(place, it): (usize, &super::suggest::Suggestion)| {
        // The field keeps the focus: a press of the mouse would take it away before the click.
        let onmousedown = |event: MouseEvent| event.prevent_default();
        let onclick = take.reform(move |_: MouseEvent| place);
        html! {
            <li
                key={place}
                id={format!("suggestion-{place}")}
                role="option"
                aria-selected={(place == suggestions.at).to_string()}
                {onmousedown}
                {onclick}
            >
                <span class="mono">{ &it.text }</span>
                <span class="muted">{ if it.hint.is_empty() { it.kind } else { it.hint } }</span>
            </li>
        }
    };
    html! {
        <ul id="suggestions" class="suggestions" role="listbox" aria-label="What may stand here">
            { for suggestions.choices.iter().enumerate().map(row) }
        </ul>
    }
}

/// The text in pieces of one look each. Where suggestions are for, a mark says.
fn pieces(look: &Look<'_>) -> Vec<Html> {
    let text = look.text;
    let inks = look.language.highlight(text);
    let wrong = if look.stale { &[] } else { look.wrong };
    let wrong: Vec<Span> = wrong.iter().map(|complaint| seen(text, complaint.span)).collect();
    let mark = look.suggestions.map(|it| it.span.start as usize);
    let mut edges: Vec<usize> = [0, text.len()].to_vec();
    for span in inks.iter().map(|(span, _)| span).chain(&wrong) {
        edges.extend([span.start as usize, span.end as usize]);
    }
    edges.extend(mark);
    edges.sort_unstable();
    edges.dedup();
    let within = |span: &Span, at: usize| span.range().contains(&at);
    let mut out = Vec::new();
    for (place, &from) in edges.iter().enumerate() {
        if mark == Some(from) {
            out.push(html! { <span class="mark-here" /> });
        }
        let Some(piece) = edges.get(place + 1).and_then(|&to| text.get(from..to)) else { continue };
        let ink = inks.iter().find(|(span, _)| within(span, from)).map(|(_, ink)| class(*ink));
        let underlined = wrong.iter().any(|span| within(span, from)).then_some("underlined");
        out.push(html! { <span class={classes!(ink, underlined)}>{ piece }</span> });
    }
    out
}

/// A span with something to underline: the character after an empty one, or the one before it at the text's end.
fn seen(text: &str, span: Span) -> Span {
    if span.start < span.end {
        return span;
    }
    let at = span.start as usize;
    let next = text.get(at..).and_then(|rest| rest.chars().next()).filter(|c| *c != '\n');
    if let Some(c) = next {
        return Span { end: span.start + c.len_utf8() as u32, ..span };
    }
    let before = text.get(..at).unwrap_or_default().trim_end();
    let last = before.chars().next_back().map_or(0, char::len_utf8);
    Span { start: (before.len() - last) as u32, end: before.len() as u32 }
}

const fn class(ink: Ink) -> &'static str {
    match ink {
        Ink::Command => "ink-command",
        Ink::Word => "ink-word",
        Ink::Function => "ink-function",
        Ink::Name => "ink-name",
        Ink::Text => "ink-text",
        Ink::Regex => "ink-regex",
        Ink::Number => "ink-number",
        Ink::Operator => "ink-operator",
        Ink::Comment => "ink-comment",
        Ink::Wrong => "ink-wrong",
    }
}

/// Puts the list of suggestions below the place they are for, and shows the one that is chosen.
pub(super) fn place_suggestions() {
    let (Some(list), Some(mark), Some(editor)) =
        (dom::find("#suggestions"), dom::find(".mark-here"), dom::find("#query .editor"))
    else {
        return;
    };
    let (mark, frame) = (mark.get_bounding_client_rect(), editor.get_bounding_client_rect());
    let room = (frame.width() - f64::from(list.offset_width())).max(0.0);
    let style = list.style();
    for (name, value) in
        [("left", (mark.left() - frame.left()).min(room)), ("top", mark.bottom() - frame.top() + 4.0)]
    {
        // Both are known properties.
        let _always = style.set_property(name, &format!("{}px", value as i32));
    }
    if let Some(chosen) = dom::find("#suggestions [aria-selected=true]") {
        let (top, bottom) = (chosen.offset_top(), chosen.offset_top() + chosen.offset_height());
        let (seen, height) = (list.scroll_top(), list.client_height());
        if top < seen {
            list.set_scroll_top(top);
        } else if bottom > seen + height {
            list.set_scroll_top(bottom - height);
        }
    }
}

/// Where the cursor stands, as a byte of the text.
pub(super) fn cursor(field: &HtmlTextAreaElement, text: &str) -> usize {
    let units = field.selection_end().ok().flatten().unwrap_or_default() as usize;
    let mut seen = 0;
    text.char_indices()
        .find(|(_, c)| {
            let before = seen;
            seen += c.len_utf16();
            before >= units
        })
        .map_or(text.len(), |(at, _)| at)
}

/// Puts a text in place of bytes of the field's text, as if it were typed, so that it can be undone. The browser then tells
/// of the input as of any other.
pub(super) fn put(field: &HtmlTextAreaElement, text: &str, span: std::ops::Range<usize>, new: &str) {
    select(field, text, span);
    let document = gloo::utils::document();
    let command = js_sys::Reflect::get(&document, &"execCommand".into());
    let done = command.and_then(wasm_bindgen::JsCast::dyn_into::<js_sys::Function>).and_then(|command| {
        command.call3(
            &document,
            &(if new.is_empty() { "delete" } else { "insertText" }).into(),
            &JsValue::FALSE,
            &new.into(),
        )
    });
    if !done.is_ok_and(|done| done.is_truthy()) {
        // The selection stands.
        let _always = field.set_range_text(new);
        if let Ok(event) = Event::new("input") {
            let _always = field.dispatch_event(&event);
        }
    }
}

/// Selects bytes of the field's text and gives it the focus.
pub(super) fn select(field: &HtmlTextAreaElement, text: &str, span: std::ops::Range<usize>) {
    let units = |at: usize| text.get(..at).unwrap_or(text).encode_utf16().count() as u32;
    // A field of this page always takes both.
    let _always = (field.focus(), field.set_selection_range(units(span.start), units(span.end)));
}
