use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::button;
use crate::ingest::Outcome;
use crate::ingest::guess::{ColumnGuess, Guess};
use crate::web::state::{Context, Typed};
use crate::web::text;

/// Asks for the format of a file whose lines do not tell it; lets go of one that was given. `place`: the file's among the
/// inputs.
pub fn format_form(page: &Context, place: usize, input: &Outcome) -> Html {
    let session = &page.session;
    let names = input.fields.join(" ");
    if input.remembered && session.remembers(&names) {
        let forget = session.on(move |session| session.forget_format(&names));
        return html! {
            <p class="format-known">
                { "The format is remembered in this browser for files like this." }
                { button("quiet", "Forget this format", forget) }
            </p>
        };
    }
    input.guess.as_ref().map(|guess| ask(page, place, input, guess)).unwrap_or_default()
}

fn ask(Context { state, session }: &Context, place: usize, input: &Outcome, guess: &Guess) -> Html {
    // Until something is typed the likeliest reading stands; it fits, unless something is left open.
    let likely = || {
        let text = guess.format();
        let checked = if text.contains('?') {
            Err("Name the columns for which a ? stands".to_owned())
        } else {
            Ok((text.clone(), String::new()))
        };
        Typed { place, text, checked: Some(checked) }
    };
    let typed = state.typed.clone().filter(|typed| typed.place == place).unwrap_or_else(likely);
    let oninput = {
        let session = session.clone();
        move |event: InputEvent| {
            session.type_format(place, event.target_unchecked_into::<HtmlTextAreaElement>().value());
        }
    };
    let width = guess.columns.len();
    let (class, verdict) = match &typed.checked {
        None => ("muted", "…".to_owned()),
        Some(Err(error)) => ("remark", error.clone()),
        Some(Ok((_, remarks))) if remarks.is_empty() => {
            ("fits", format!("{width} names, and no value speaks against them"))
        }
        Some(Ok((_, remarks))) => ("remark", remarks.clone()),
    };
    let names = typed.checked.and_then(Result::ok).map(|(names, _)| names);
    let disabled = names.is_none();
    let onclick = session.on(move |session| session.read_with(names.as_deref().unwrap_or_default()));
    let inputs = state.report.iter().flat_map(|report| &report.inputs);
    let alike =
        inputs.filter(|other| other.guess.as_ref().is_some_and(|it| it.columns.len() == width)).count();
    html! {
        <div class="format-form" data-testid="format-form">
            <h3>{ "Which field is each column?" }</h3>
            <p>{ text::WHICH_FIELDS }</p>
            if !guess.rivals.is_empty() {
                <p class="remark">{ format!("These fit, and none more than the others: {}", guess.rivals.join(", ")) }</p>
            }
            <div class="scroll-box" tabindex="0" role="region" aria-label="The first lines in columns">
                <table class="records guess">
                    <thead><tr>{ for guess.columns.iter().map(head) }</tr></thead>
                    <tbody>{ for input.first_lines.iter().map(|line| row(line)) }</tbody>
                </table>
            </div>
            <label>
                { "Format: names in order, as in a header line or LogFormat" }
                <textarea class="mono" data-testid="format-input" rows="4" spellcheck="false" value={typed.text} {oninput} />
            </label>
            <p {class} data-testid="format-verdict" aria-live="polite">{ verdict }</p>
            <p class="actions">
                <button type="button" class="primary" data-testid="read-with-format" {disabled} {onclick}>
                    { "Read with this format" }
                </button>
                <span class="muted">{ text::tried_on(alike) }</span>
            </p>
        </div>
    }
}

fn head(column: &ColumnGuess) -> Html {
    let others = column.or.iter().map(|or| format!("or {or}")).collect::<Vec<_>>().join("\n");
    html! {
        <th scope="col">
            <code>{ if column.field.is_empty() { "?" } else { column.field.as_str() } }</code>
            <span>{ others }</span>
        </th>
    }
}

fn row(line: &str) -> Html {
    html! { <tr class="mono">{ for line.split_ascii_whitespace().map(|value| html! { <td>{ value }</td> }) }</tr> }
}
