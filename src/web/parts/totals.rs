use yew::prelude::*;

use super::{Part, Tone, bar, button, value_as};
use crate::report::model::Totals;
use crate::report::number::{bytes, count, duration, exact_bytes, grouped, plural, share};
use crate::report::view::link::Page;
use crate::web::state::{Context, Value};

/// Sums over the records on show.
pub fn totals_box(page: &Context, totals: &Totals) -> Html {
    let parts = vec![
        Part { name: "accepted", amount: totals.accept, tone: Tone::Accept },
        Part { name: "rejected", amount: totals.reject, tone: Tone::Reject },
        Part { name: "no data", amount: totals.nodata, tone: Tone::Neutral },
        Part { name: "skipped", amount: totals.skipdata, tone: Tone::Attention },
    ];
    let legend = |part: &Part| {
        let name = match part.tone {
            Tone::Accept => value_as(page, Value::action("ACCEPT"), part.name),
            Tone::Reject => value_as(page, Value::action("REJECT"), part.name),
            _ => html! { part.name },
        };
        html! {
            <tr>
                <th scope="row">{ swatch(part.tone) }{ name }</th>
                <td class="number" title={grouped(part.amount)}>{ count(part.amount) }</td>
                <td class="number">{ share(part.amount, totals.records) }</td>
            </tr>
        }
    };
    let shown =
        parts.iter().filter(|part| part.amount > 0 || matches!(part.tone, Tone::Accept | Tone::Reject));
    let rows: Html = shown.map(legend).collect();
    html! {
        <section class="card totals" aria-label="Totals">
            <p class="totals-head">
                <b title={grouped(totals.records)}>{ count(totals.records) }</b>{ " records · " }
                <b title={exact_bytes(totals.bytes)}>{ bytes(totals.bytes) }</b>
            </p>
            { bar(&parts, totals.records) }
            <table class="legend"><tbody>{ rows }</tbody></table>
            <p class="muted">
                { plural(totals.interfaces, "interface", "interfaces") }
                { " · " }
                { plural(totals.sources, "source address", "source addresses") }
            </p>
            if totals.transit_gateway.records > 0 {
                <p class="muted">
                    { "and " }
                    <a href={page.state.view.on(Page::Gateway(None)).hash()}>
                        { plural(totals.transit_gateway.records, "transit gateway record", "transit gateway records") }
                    </a>
                </p>
            }
            if let (Some(first), Some(last)) = (totals.first, totals.last) {
                <p class="muted">
                    { page.state.clock.span(first, last) }{ " " }{ page.state.clock.label(first) }
                    <br />
                    { duration(last.saturating_sub(first)) }
                </p>
            }
            { copies(page) }
        </section>
    }
}

/// How many records are exact copies of others, and the switch that leaves them out.
pub fn copies(Context { state, session }: &Context) -> Html {
    let left_out = state.report.as_ref().is_some_and(|report| report.totals.left_out > 0);
    let found = state.copies.unwrap_or_default();
    html! {
        if found > 0 {
            <p class="copies" data-testid="copies">
                { plural(found, "record", "records") }
                { if found == 1 { " is an exact copy of another" } else { " are exact copies of others" } }
                { if left_out { " and left out. " } else { ". " } }
                { button(
                    "link",
                    match (left_out, found) {
                        (true, 1) => "Count it",
                        (true, _) => "Count them",
                        (false, 1) => "Leave it out",
                        (false, _) => "Leave them out",
                    },
                    session.on(move |session| session.leave_out(!left_out)),
                ) }
            </p>
        }
    }
}

/// The look of a part of a bar, beside its name.
fn swatch(tone: Tone) -> Html {
    html! {
        <svg class="swatch" width="12" height="12" aria-hidden="true">
            <rect class={tone.class()} width="12" height="12" />
        </svg>
    }
}
