use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

use super::bars::{accepted, rejected};
use super::timeline::amount;
use crate::report::model::{Bin, Overview};
use crate::web::format::Clock;
use crate::web::state::{Context, Metric, Shared, use_page};

/// Rows of the table at most; a finer look is a zoom away.
const ROWS_MAX: usize = 200;

/// Properties of [`TimelineTable`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct TimelineTableProps {
    pub(super) overview: Shared<Overview>,
    pub(super) metric: Metric,
}

/// The same as the chart, in words, and the time range by hand.
#[component]
pub(super) fn TimelineTable(TimelineTableProps { overview, metric }: &TimelineTableProps) -> Html {
    let Context { state, .. } = use_page();
    let open = use_state_eq(|| false);
    let ontoggle = {
        let open = open.clone();
        move |event: Event| {
            if let Some(target) = event.target() {
                let details: Element = wasm_bindgen::JsCast::unchecked_into(target);
                open.set(details.has_attribute("open"));
            }
        }
    };
    html! {
        <details class="alternative" {ontoggle}>
            <summary>{ "As a table; range by hand" }</summary>
            if *open {
                <RangeInputs overview={overview.clone()} />
                { table(overview, *metric, state.clock) }
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
                <thead><tr><th scope="col">{ "From" }</th><th scope="col">{ "Accepted" }</th><th scope="col">{ "Rejected" }</th></tr></thead>
                <tbody>{ for busy.take(ROWS_MAX).map(row) }</tbody>
            </table>
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct RangeInputsProps {
    overview: Shared<Overview>,
}

/// The range as two fields.
#[component]
fn RangeInputs(RangeInputsProps { overview }: &RangeInputsProps) -> Html {
    let Context { state, session } = use_page();
    let (from, to) = (use_node_ref(), use_node_ref());
    let clock = state.clock;
    let timeline = &overview.timeline;
    let first = state.view.from.or(timeline.bins.first().map(|bin| bin.start)).unwrap_or(0);
    let last = state.view.to.or(timeline.bins.last().map(|bin| bin.start + timeline.bin_secs)).unwrap_or(0);
    let onsubmit = {
        let (from, to) = (from.clone(), to.clone());
        move |_| {
            let read = |field: &NodeRef| {
                field.cast::<HtmlInputElement>().and_then(|field| clock.from_input(&field.value()))
            };
            match (read(&from), read(&to)) {
                (Some(from), Some(to)) if from < to => session.set_range(Some(from), Some(to)),
                _ => session.toast("The range must end after it begins."),
            }
        }
    };
    let field = |node: &NodeRef, label: &'static str, at: u64| {
        html! {
            <label>{ label }{ " " }<input ref={node.clone()} type="datetime-local" step="1" value={clock.to_input(at)} /></label>
        }
    };
    html! {
        <p class="range-inputs">
            { field(&from, "From", first) }
            { field(&to, "until", last) }
            <span class="muted">{ clock.label(first) }</span>
            <button type="button" onclick={onsubmit}>{ "Set range" }</button>
        </p>
    }
}
