use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::html::Scope;
use yew::prelude::*;

use super::{AthenaPage, Msg};
use crate::engine::athena::settings::{Chosen, LAYOUTS, Settings};

/// Where the logs lie, of which days they are, and where to run.
pub(super) fn form(settings: &Settings, chosen: &Chosen, link: &Scope<AthenaPage>) -> Html {
    let text = |name: &'static str, label: &'static str| {
        let onchange = link.callback(move |event: Event| {
            Msg::Set(name, event.target_unchecked_into::<HtmlInputElement>().value())
        });
        let typed = settings.get(name).to_owned();
        let input = html! {
            <input
                type="text"
                class="mono"
                spellcheck="false"
                autocomplete="off"
                data-testid={format!("athena-{name}")}
                value={typed}
                placeholder={chosen.value(name)}
                aria-invalid={wrong(chosen, name).is_some().then_some("true")}
                {onchange}
            />
        };
        labelled(chosen, name, label, input)
    };
    let day = |name: &'static str, label: &'static str| {
        let onchange = link.callback(move |event: Event| {
            Msg::Set(name, event.target_unchecked_into::<HtmlInputElement>().value())
        });
        let input = html! { <input type="date" data-testid={format!("athena-{name}")} value={chosen.value(name)} {onchange} /> };
        labelled(chosen, name, label, input)
    };
    let choice = |name: &'static str, label: &'static str, choices: &[(&'static str, String)]| {
        let onchange = link.callback(move |event: Event| {
            Msg::Set(name, event.target_unchecked_into::<HtmlSelectElement>().value())
        });
        let value = chosen.value(name);
        let option = |(key, words): &(&'static str, String)| {
            html! { <option value={*key} selected={*key == value}>{ words }</option> }
        };
        let input = html! {
            <select data-testid={format!("athena-{name}")} {onchange}>{ for choices.iter().map(option) }</select>
        };
        labelled(chosen, name, label, input)
    };
    let mut layouts: Vec<(&'static str, String)> =
        LAYOUTS.iter().map(|(key, words, _)| (*key, (*words).to_owned())).collect();
    if chosen.value("layout").is_empty() {
        layouts.insert(0, ("", "as the loaded files".to_owned()));
    }
    let files = [("0", "text, .gz".to_owned()), ("1", "Parquet".to_owned())];
    let onchange = link.callback(|event: Event| {
        Msg::Set("format", event.target_unchecked_into::<HtmlTextAreaElement>().value())
    });
    let format = html! {
        <textarea class="mono" rows="3" spellcheck="false" data-testid="athena-format" value={chosen.value("format")} {onchange} />
    };
    html! {
        <>
            <div class="athena-form">
                { text("bucket", "Path of the flow log in S3, without AWSLogs") }
                { day("first", "First day") }
                { day("last", "Last day") }
                { text("region", "Region (several: with commas)") }
                { text("accounts", "Accounts") }
            </div>
            <details class="athena-more">
                <summary>{ "Format, folders and names" }</summary>
                <div class="athena-form">
                    { choice("parquet", "Files", &files) }
                    { choice("layout", "Folders", &layouts) }
                    { text("db", "Database") }
                    { text("table", "Table") }
                    { text("workgroup", "Workgroup") }
                </div>
                { labelled(chosen, "format", "Format: names in order, as in LogFormat of the flow log", format) }
            </details>
            <p class="muted mono athena-path">{ format!("{}/{}", chosen.value("bucket"), chosen.folders()) }</p>
        </>
    }
}

fn wrong<'a>(chosen: &'a Chosen, name: &str) -> Option<&'a String> {
    chosen.wrong.iter().find(|(other, _)| *other == name).map(|(_, what)| what)
}

fn labelled(chosen: &Chosen, name: &str, label: &'static str, input: Html) -> Html {
    html! {
        <label class={classes!("athena-field", format!("athena-field-{name}"))}>
            <span>{ label }</span>
            { input }
            if let Some(what) = wrong(chosen, name) {
                <span class="field-error" role="alert">{ what }</span>
            } else if chosen.missing.contains(&name) {
                <span class="remark">{ "Needed" }</span>
            }
        </label>
    }
}
