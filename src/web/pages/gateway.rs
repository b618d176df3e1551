use yew::prelude::*;

use super::places;
use crate::record::Field;
use crate::report::model::{Attachment, GatewayPair, Overview};
use crate::report::number::{bytes, count, exact_bytes, grouped, plural, share};
use crate::report::view::link::Page;
use crate::web::parts::{Tone, TopListLook, TopRow, button, finding_list, top_list, value};
use crate::web::state::{Context, Session, Value};

/// What crossed transit gateways and what they lost.
pub fn gateway_page(page: &Context) -> Html {
    let Context { state, session } = page;
    let Some(report) = &state.report else { return html! {} };
    let places = places::of(state, report, &|finding| Page::of(finding.kind, None) == Page::Gateway(None));
    let gateways = &report.totals.transit_gateway;
    html! {
        <div class="overview">
            <section class="card" aria-labelledby="gateway">
                <div class="section-head">
                    <h1 id="gateway">{ "Transit gateway" }</h1>
                    <span class="muted">{ "What crossed it, and what it lost" }</span>
                </div>
                { finding_list(page, report, &places.shown) }
                if places.hidden > 0 {
                    <p class="muted">
                        { format!("{} hidden by the filter. ", plural(places.hidden as u64, "finding is", "findings are")) }
                        { button("link", "Show all", session.on(Session::widen)) }
                    </p>
                } else if places.shown.is_empty() && gateways.loss_unknown == 0 {
                    <p class="muted">{ "No packet was lost for want of a route, on a blackhole route, by the MTU or at the end of its time to live." }</p>
                }
                if gateways.loss_unknown > 0 {
                    <p class="muted">
                        { format!("{} do not tell of losses: their format lacks the fields packets-lost-….", plural(gateways.loss_unknown, "record", "records")) }
                    </p>
                }
            </section>
            if let Some(overview) = &state.overview { { gateway_tables(page, overview) } }
        </div>
    }
}

/// Sums, pairs and attachments of transit gateways under the filter.
pub fn gateway_tables(page: &Context, overview: &Overview) -> Html {
    let sums = &overview.totals.transit_gateway;
    let losses: Vec<TopRow> = [
        (Field::PacketsLostNoRoute, "no route", sums.lost_no_route),
        (Field::PacketsLostBlackhole, "blackhole route", sums.lost_blackhole),
        (Field::PacketsLostMtuExceeded, "larger than the MTU", sums.lost_mtu_exceeded),
        (Field::PacketsLostTtlExpired, "time to live expired", sums.lost_ttl_expired),
    ]
    .into_iter()
    .filter(|(_, _, amount)| *amount > 0)
    .map(|(field, name, amount)| TopRow {
        values: vec![Value::lost(field)],
        label: Some(name.to_owned()),
        amount,
        shown: count(amount),
        exact: plural(amount, "packet", "packets"),
    })
    .collect();
    let look = TopListLook {
        place: 0,
        title: "Packets lost",
        unit: "by reason",
        empty: "None on record.",
        tone: Tone::Reject,
    };
    let top = &overview.top;
    html! {
        <div class={classes!("gateway-tables", page.state.overview_pending.then_some("pending"))}>
            <section class="card totals" aria-label="Transit gateway totals">
                <p class="totals-head">
                    <b title={grouped(sums.records)}>{ count(sums.records) }</b>{ " transit gateway records · " }
                    <b title={exact_bytes(sums.bytes)}>{ bytes(sums.bytes) }</b>
                </p>
                <p>{ format!("{} · {} lost ({})", plural(sums.packets, "packet", "packets"), grouped(sums.lost), share(sums.lost, sums.packets + sums.lost)) }</p>
                <p class="muted">
                    { "A flow is on record where it arrives and where it leaves; it is counted once. There is no ACCEPT or REJECT: a transit gateway has no security group." }
                </p>
                if let (Some(first), Some(last)) = (sums.first, sums.last) {
                    <p class="muted">{ page.state.clock.span(first, last) }{ " " }{ page.state.clock.label(first) }</p>
                }
            </section>
            { top_list(page, look, &losses) }
            { table(page, "Top pairs", (&["From", "To", "Arrives at", "Leaves by"], &["Bytes", "Lost"]), top.transit_gateway_pairs.iter().map(pair).collect()) }
            { table(page, "Attachments", (&["Attachment", "VPC"], &["In", "Out", "Lost"]), top.transit_gateway_attachments.iter().map(attachment).collect()) }
        </div>
    }
}

/// A row: values to click, bytes, packets lost.
type Cells = (Vec<Option<Value>>, Vec<u64>, u64);

fn pair(pair: &GatewayPair) -> Cells {
    let at = |id: &str| (!id.is_empty()).then(|| Value::of(Field::TgwAttachmentId, id));
    let ends = [Some(Value::source(&pair.srcaddr)), Some(Value::destination(&pair.dstaddr))];
    (ends.into_iter().chain([at(&pair.arriving), at(&pair.leaving)]).collect(), vec![pair.bytes], pair.lost)
}

fn attachment(it: &Attachment) -> Cells {
    let vpc = (!it.vpc.is_empty()).then(|| Value::of(Field::TgwSrcVpcId, &it.vpc));
    (
        vec![Some(Value::of(Field::TgwAttachmentId, &it.attachment)), vpc],
        vec![it.bytes_in, it.bytes_out],
        it.lost,
    )
}

/// Names of the columns: of values, and of numbers.
type Names = (&'static [&'static str], &'static [&'static str]);

fn table(page: &Context, title: &'static str, names: Names, rows: Vec<Cells>) -> Html {
    let head =
        |class: Option<&'static str>, name: &'static str| html! { <th scope="col" {class}>{ name }</th> };
    let row = |(values, amounts, lost): Cells| {
        html! {
            <tr>
                { for values.into_iter().map(|it| html! { <td>{ it.map_or_else(|| html! { "-" }, |it| value(page, it)) }</td> }) }
                { for amounts.into_iter().map(|it| html! { <td class="number" title={exact_bytes(it)}>{ bytes(it) }</td> }) }
                <td class="number">{ grouped(lost) }</td>
            </tr>
        }
    };
    html! {
        <section class="card">
            <div class="section-head"><h2>{ title }</h2><span class="muted">{ "by bytes" }</span></div>
            if rows.is_empty() {
                <p class="muted">{ "No traffic in this range." }</p>
            } else {
                <div class="scroll-box" tabindex="0" role="region" aria-label={title}>
                    <table class="records">
                        <thead>
                            <tr>
                                { for names.0.iter().map(|name| head(None, name)) }
                                { for names.1.iter().map(|name| head(Some("number"), name)) }
                            </tr>
                        </thead>
                        <tbody>{ for rows.into_iter().map(row) }</tbody>
                    </table>
                </div>
            }
        </section>
    }
}
