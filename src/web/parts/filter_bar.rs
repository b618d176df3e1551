use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use super::{Shape, button, icon};
use crate::report::model::Totals;
use crate::report::number::{count, grouped};
use crate::report::view::conditions;
use crate::web::state::{Context, Session};

/// The one filter and time range of all pages, and how much they leave. [`crate::web::hooks`] keeps the field's text.
pub fn filter_bar(page: &Context) -> Html {
    let Context { state, session } = page;
    let onchange = {
        let session = session.clone();
        move |event: Event| session.set_filter(&event.target_unchecked_into::<HtmlInputElement>().value())
    };
    let onkeydown = {
        let (session, filter) = (session.clone(), state.view.filter.clone());
        move |event: KeyboardEvent| {
            let field: HtmlInputElement = event.target_unchecked_into();
            match event.key().as_str() {
                "Enter" => session.set_filter(&field.value()),
                "Escape" => {
                    field.set_value(&filter);
                    let _always = field.blur();
                }
                _ => {}
            }
        }
    };
    let error = state.filter_error.as_ref();
    html! {
        <section class="filter-bar" aria-label="Filter">
            <label class="filter-field">
                { icon(Shape::Lens) }
                <span class="out-of-sight">{ "Filter" }</span>
                <input
                    data-testid="filter-input"
                    class="mono"
                    type="text"
                    spellcheck="false"
                    autocomplete="off"
                    placeholder="action = \"REJECT\" and dstPort = 443"
                    aria-invalid={error.is_some().then_some("true")}
                    aria-describedby={error.is_some().then_some("filter-error")}
                    {onchange}
                    {onkeydown}
                />
            </label>
            { chips(page) }
            { remaining(page) }
            if let Some(error) = error {
                <p id="filter-error" class="field-error" role="alert">
                    { format!("The filter cannot be read: {error}. Until then nothing is filtered.") }
                </p>
            }
        </section>
    }
}

fn chips(Context { state, session }: &Context) -> Html {
    let view = &state.view;
    let chip = |text: String, remove: Callback<MouseEvent>| {
        html! {
            <li class="chip">
                <span class="mono">{ &text }</span>
                <button type="button" aria-label={format!("Remove {text}")} onclick={remove}>{ "×" }</button>
            </li>
        }
    };
    let parts = if state.filter_error.is_some() { Vec::new() } else { conditions::split(&view.filter) };
    let conditions = parts.iter().enumerate().map(|(place, part)| {
        let filter = view.filter.clone();
        let remove = session.on(move |session| session.set_filter(&conditions::without(&filter, place)));
        chip((*part).to_owned(), remove)
    });
    let range = (view.from.is_some() || view.to.is_some()).then(|| {
        let clock = state.clock;
        let text = match (view.from, view.to) {
            (Some(from), Some(to)) => clock.span(from, to),
            (Some(from), None) => format!("from {}", clock.date_time(from)),
            (None, Some(to)) => format!("until {}", clock.date_time(to)),
            (None, None) => String::new(),
        };
        chip(
            format!("{text} {}", clock.label(view.from.or(view.to).unwrap_or(0))),
            session.on(|session| session.set_range(None, None)),
        )
    });
    html! { <ul class="chips" aria-label="Conditions">{ for conditions }{ for range }</ul> }
}

fn records(number: u64, of: &str) -> String {
    format!("{} {of}{}", count(number), if number == 1 { "record" } else { "records" })
}

/// `412,008 of 9.3 M records`, `9.3 M records and 1,204 transit gateway records`.
fn remaining(Context { state, session }: &Context) -> Html {
    let sum = |totals: &Totals| totals.records + totals.transit_gateway.records;
    let totals = state.report.as_ref().map(|report| &report.totals);
    let all = totals.map_or(0, sum);
    let of_gateways = totals.map_or(0, |totals| totals.transit_gateway.records);
    let left = state.overview.as_ref().map(|overview| sum(&overview.totals));
    let narrowed = state.view.is_narrowed();
    let text = match left {
        Some(left) if narrowed => format!("{} of {} records", grouped(left), count(all)),
        _ if of_gateways == 0 => records(all, ""),
        _ if of_gateways == all => records(all, "transit gateway "),
        _ => format!("{} and {}", records(all - of_gateways, ""), records(of_gateways, "transit gateway ")),
    };
    html! {
        <p class={classes!("remaining", state.overview_pending.then_some("pending"))} title={format!("{} records in all", grouped(all))}>
            <span aria-live="polite">{ text }</span>
            if narrowed {
                { button("link", "Show all", session.on(Session::widen)) }
            }
        </p>
    }
}
