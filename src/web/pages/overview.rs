use yew::prelude::*;

use super::places;
use crate::record::{protocol, service};
use crate::report::model::{Overview, Top};
use crate::report::number::{bytes, count, exact_bytes, plural};
use crate::report::view::groups::{self, Group};
use crate::report::view::link::Page;
use crate::web::charts::Timeline;
use crate::web::parts::{Tone, TopList, TopRow, finding_row, totals_box};
use crate::web::state::{Context, Value};

/// Findings in sight without scrolling.
const FINDINGS_MAX: usize = 5;

/// Everything at a glance: findings, timeline, totals, the largest of each sort.
pub fn overview_page(page: &Context) -> Html {
    let state = &page.state;
    html! {
        <div class="overview">
            { stands_out(page) }
            if let Some(overview) = &state.overview {
                <div class="overview-charts">
                    <Timeline overview={overview.clone()} />
                    { totals_box(state, &overview.totals) }
                </div>
                { tops(overview, state.overview_pending) }
            } else {
                <div class="overview-charts" aria-hidden="true">
                    <div class="card skeleton chart-skeleton" /><div class="card skeleton" />
                </div>
            }
        </div>
    }
}

fn stands_out(Context { state, session }: &Context) -> Html {
    let session = session.clone();
    let Some(report) = &state.report else { return html! {} };
    let places = places::of(state, report, |_| true);
    let groups: Vec<Group> =
        places.shown.iter().filter_map(|&place| report.findings.get(place)).map(Group::of).collect();
    let picked = groups::pick(&groups, FINDINGS_MAX);
    let more = groups.len() - picked.len();
    let rows = picked
        .into_iter()
        .filter_map(|i| places.shown.get(i))
        .map(|&place| finding_row(state, report, place));
    html! {
        <section class="card" aria-labelledby="stands-out">
            <div class="section-head">
                <h1 id="stands-out">{ "What stands out" }</h1>
                if places.hidden > 0 {
                    <span class="muted">{ format!("{} hidden by the filter", plural(places.hidden as u64, "finding", "findings")) }</span>
                }
                if more > 0 {
                    <span class="muted">
                        { format!("{more} more on ") }
                        <a href={state.view.on(Page::Access(None)).hash()}>{ "Access" }</a>
                        { " and " }
                        <a href={state.view.on(Page::Nat(None)).hash()}>{ "NAT gateway" }</a>
                    </span>
                }
            </div>
            if places.shown.is_empty() {
                <p class="muted">
                    if places.hidden > 0 {
                        { "No finding passes the filter. " }
                        <button type="button" class="link" onclick={move |_| session.widen()}>{ "Show all" }</button>
                    } else if report.totals.accept + report.totals.reject == 0 {
                        { "These files hold no traffic records: only headers, NODATA or SKIPDATA. The page Inputs says what each holds." }
                    } else {
                        { "Nothing: no rejected traffic, no connection without an answer and no NAT gateway in these records." }
                    }
                </p>
            }
            <ul class="findings">{ for rows }</ul>
        </section>
    }
}

fn tops(overview: &Overview, pending: bool) -> Html {
    let Top { pairs_by_bytes, interfaces_by_bytes, rejected_ports, rejected_sources, .. } = &overview.top;
    let pairs: Vec<_> = pairs_by_bytes
        .iter()
        .map(|row| by_bytes(vec![Value::source(&row.srcaddr), Value::destination(&row.dstaddr)], row.bytes))
        .collect();
    let interfaces: Vec<_> = interfaces_by_bytes
        .iter()
        .map(|row| by_bytes(vec![Value::interface(&row.interface)], row.bytes))
        .collect();
    let ports: Vec<_> = rejected_ports
        .iter()
        .map(|row| {
            let mut label = service::label(row.port.into());
            if u64::from(row.protocol) != protocol::TCP {
                label = format!("{label} {}", protocol::label(row.protocol.into()));
            }
            TopRow { label: Some(label), ..by_records(Value::port(row.port), row.records) }
        })
        .collect();
    let sources: Vec<_> =
        rejected_sources.iter().map(|row| by_records(Value::source(&row.srcaddr), row.records)).collect();
    let none = "No traffic in this range.";
    let none_rejected = "No rejected traffic in this range.";
    html! {
        <div class={classes!("tops", pending.then_some("pending"))}>
            <TopList title="Top pairs" unit="by bytes" empty={none} rows={pairs} tone={Tone::Amount} />
            <TopList title="Top interfaces" unit="by bytes" empty={none} rows={interfaces} tone={Tone::Amount} />
            <TopList title="Rejected ports" unit="by records" empty={none_rejected} rows={ports} tone={Tone::Reject} />
            <TopList title="Rejected sources" unit="by records" empty={none_rejected} rows={sources} tone={Tone::Reject} />
        </div>
    }
}

fn by_bytes(values: Vec<Value>, amount: u64) -> TopRow {
    TopRow { values, label: None, amount, shown: bytes(amount), exact: exact_bytes(amount) }
}

fn by_records(value: Value, amount: u64) -> TopRow {
    TopRow {
        values: vec![value],
        label: None,
        amount,
        shown: count(amount),
        exact: plural(amount, "record", "records"),
    }
}
