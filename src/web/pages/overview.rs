use yew::prelude::*;

use super::{gateway_tables, places};
use crate::record::{protocol, service};
use crate::report::model::{Overview, Top};
use crate::report::number::{bytes, count, exact_bytes, plural};
use crate::report::view::groups::{self, Group};
use crate::report::view::link::Page;
use crate::web::charts::Timeline;
use crate::web::parts::{Tone, TopListLook, TopRow, button, finding_row, top_list, totals_box};
use crate::web::state::{Context, Session, State, Value};

/// Findings in sight without scrolling.
const FINDINGS_MAX: usize = 6;

/// Everything at a glance: findings, timeline, totals, the largest of each sort.
pub fn overview_page(page: &Context) -> Html {
    let state = &page.state;
    html! {
        <div class="overview">
            { stands_out(page) }
            if let Some(overview) = state.overview.as_ref().filter(|_| only_gateways(state)) {
                { gateway_tables(page, overview) }
            } else if let Some(overview) = &state.overview {
                <div class="overview-charts">
                    <Timeline page={page.clone()} overview={overview.clone()} />
                    { totals_box(page, &overview.totals) }
                </div>
                { tops(page, overview) }
            } else {
                <div class="overview-charts" aria-hidden="true">
                    <div class="card skeleton chart-skeleton" /><div class="card skeleton" />
                </div>
            }
        </div>
    }
}

/// The timeline above the records themselves, which another program draws.
pub fn timeline_alone(page: &Context) -> Html {
    match &page.state.overview {
        _ if only_gateways(&page.state) => html! {},
        Some(overview) => html! { <Timeline page={page.clone()} overview={overview.clone()} /> },
        None => html! { <div class="card skeleton chart-skeleton" /> },
    }
}

/// Whether all records are those of transit gateways, which have no verdicts.
fn only_gateways(state: &State) -> bool {
    state
        .report
        .as_ref()
        .is_some_and(|report| report.totals.records == 0 && report.totals.transit_gateway.records > 0)
}

fn stands_out(Context { state, session }: &Context) -> Html {
    let Some(report) = &state.report else { return html! {} };
    let places = places::of(state, report, &|_| true);
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
                        if report.totals.transit_gateway.records > 0 {
                            { " and " }
                            <a href={state.view.on(Page::Gateway(None)).hash()}>{ "Transit gateway" }</a>
                        }
                    </span>
                }
            </div>
            if places.shown.is_empty() {
                <p class="muted">
                    if places.hidden > 0 {
                        { "No finding passes the filter. " }
                        { button("link", "Show all", session.on(Session::widen)) }
                    } else if state.from_athena().is_some_and(|athena| !athena.judged) {
                        { "Not known yet: Athena has more to answer." }
                    } else if report.totals.accept + report.totals.reject + report.totals.transit_gateway.records == 0 {
                        { "These files hold no traffic records: only headers, NODATA or SKIPDATA. The page Inputs says what each holds." }
                    } else if only_gateways(state) {
                        { "Nothing: no packets lost in these transit gateway records, as far as they tell." }
                    } else {
                        { "Nothing: no rejected traffic, no connection without an answer, no NAT gateway and no packets lost in these records." }
                    }
                </p>
            }
            <ul class="findings">{ for rows }</ul>
        </section>
    }
}

fn tops(page: &Context, overview: &Overview) -> Html {
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
    let list = |place: usize, title: &'static str, rows: &[TopRow]| {
        let (unit, empty, tone) = match place {
            0 | 1 => ("by bytes", "No traffic in this range.", Tone::Amount),
            _ => ("by records", "No rejected traffic in this range.", Tone::Reject),
        };
        top_list(page, TopListLook { place, title, unit, empty, tone }, rows)
    };
    html! {
        <div class={classes!("tops", page.state.overview_pending.then_some("pending"))}>
            { list(0, "Top pairs", &pairs) }
            { list(1, "Top interfaces", &interfaces) }
            { list(2, "Rejected ports", &ports) }
            { list(3, "Rejected sources", &sources) }
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
