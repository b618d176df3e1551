use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::bars::{accepted, rejected};
use super::timeline::amount;
use crate::report::model::{Bin, Overview};
use crate::web::dom;
use crate::web::format::Clock;
use crate::web::parts::{button, table_head};
use crate::web::state::{Action, Context, Metric, Unfolded};

/// Rows of the table at most; a finer look is a zoom away.
const ROWS_MAX: usize = 200;

/// The same as the chart, in words, and the time range by hand.
pub(super) fn timeline_table(page: &Context, overview: &Overview) -> Html {
    let Context { state, session } = page;
    let unfolded = state.unfolded;
    let ontoggle = {
        let session = session.clone();
        move |event: Event| {
            let table = dom::around(&event, "details[open]").is_some();
            session.dispatch(Action::Unfolded(Unfolded { table, ..unfolded }));
        }
    };
    html! {
        <details class="alternative" {ontoggle}>
            <summary>{ "As a table; range by hand" }</summary>
            if unfolded.table {
                { range_inputs(page, overview) }
                { table(overview, state.metric, state.clock) }
            }
        </details>
    }
}

fn table(overview: &Overview, metric: Metric, clock: Clock) -> Html {
    let busy = overview.timeline.bins.iter().filter(|bin| accepted(bin, metric) + rejected(bin, metric) > 0);
    let row = |bin: &Bin| {
        html! {
            <tr>
                <th scope="row" class="mono">{ clock.moment(bin.start) }</th>
                <td class="number">{ amount(accepted(bin, metric), metric) }</td>
                <td class="number">{ amount(rejected(bin, metric), metric) }</td>
            </tr>
        }
    };
    html! {
        <div class="scroll-box tall" tabindex="0" role="region" aria-label="Traffic over time">
            <table class="records">
                { table_head(["From", "Accepted", "Rejected"]) }
                <tbody>{ for busy.take(ROWS_MAX).map(row) }</tbody>
            </table>
        </div>
    }
}

/// The range as two fields.
fn range_inputs(Context { state, session }: &Context, overview: &Overview) -> Html {
    let clock = state.clock;
    let timeline = &overview.timeline;
    let first = state.view.from.or(timeline.bins.first().map(|bin| bin.start)).unwrap_or(0);
    let last = state.view.to.or(timeline.bins.last().map(|bin| bin.start + timeline.bin_secs)).unwrap_or(0);
    let set = session.on(move |session| {
        let read = |field: &str| {
            let field: HtmlInputElement = wasm_bindgen::JsCast::unchecked_into(dom::find(field)?);
            clock.from_input(&field.value())
        };
        match (read("#range-from"), read("#range-to")) {
            (Some(from), Some(to)) if from < to => session.set_range(Some(from), Some(to)),
            _ => session.toast("The range must end after it begins."),
        }
    });
    let field = |id: &'static str, label: &'static str, at: u64| {
        html! {
            <label>{ label }{ " " }<input {id} type="datetime-local" step="1" value={clock.to_input(at)} /></label>
        }
    };
    html! {
        <p class="range-inputs">
            { field("range-from", "From", first) }
            { field("range-to", "until", last) }
            <span class="muted">{ clock.label(first) }</span>
            { button("", "Set range", set) }
        </p>
    }
}
