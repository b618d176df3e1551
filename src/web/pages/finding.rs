use yew::prelude::*;

use crate::diagnose::finding::{Change, Finding, TransitGateway};
use crate::engine::messages::Opened;
use crate::ingest::outcome::Outcome;
use crate::record::{Field, Log, protocol, service};
use crate::report::number::{bytes, count, exact_bytes, grouped};
use crate::report::view::link::Page;
use crate::report::view::path;
use crate::report::{Report, words};
use crate::web::format::Clock;
use crate::web::parts::{button, certainty_badge, evidence, path_diagram, query_tabs, value, value_as};
use crate::web::state::{Context, Value};

/// One finding: what was seen, why it follows, what to do, and the records that show it.
pub fn finding_page(page: &Context, id: &str) -> Html {
    let state = &page.state;
    let Some(report) = &state.report else { return html! {} };
    let back = state.view.on(state.view.page.list());
    let known = report.findings.iter().find(|finding| finding.id == id);
    let full = state.finding.as_deref().filter(|opened| opened.finding.id == id);
    html! {
        <article class="finding-page">
            <p><a class="back" href={back.hash()}>{ "‹ " }{ back.page.title() }</a></p>
            if let Some(known) = known {
                { draw(page, full.map_or(known, |opened| &opened.finding), report, full) }
            } else {
                <h1>{ "There is no such finding in these records" }</h1>
                <p>{ "The link may come from other logs, or the records that showed it are not loaded." }</p>
            }
        </article>
    }
}

fn draw(page: &Context, finding: &Finding, report: &Report, full: Option<&Opened>) -> Html {
    let clock = page.state.clock;
    let path = path::of(finding);
    // Copied at once, as the click allows it: so it is written before.
    let copy = full.and_then(|opened| opened.ticket.clone().ok()).map(|ticket| {
        let copy = page.session.on(move |session| session.copy(ticket.clone()));
        button("quiet", "Copy for a ticket", copy)
    });
    html! {
        <>
            <header class="finding-head" data-finding-kind={finding.kind.name()} data-finding-id={finding.id.clone()}>
                <h1>{ &finding.text }</h1>
                <p class="finding-verdict">
                    <span>{ words::cause(finding) }</span>
                    { certainty_badge(finding.cause.certainty) }
                    { for copy }
                </p>
            </header>
            if !path.legs.is_empty() {
                <section class="card path-card" aria-label="Path">{ path_diagram(&path) }</section>
            }
            <dl class="reasons">
                { reason("Why", &finding.why) }
                { reason("Do", &finding.next_step) }
                { reason("Rule", finding.cause.rule.as_deref().unwrap_or_default()) }
                if !finding.settle.is_empty() {
                    <dt>{ "Would settle more" }</dt>
                    <dd><ul>{ for finding.settle.iter().map(|what| html! { <li>{ what }</li> }) }</ul></dd>
                }
                if !finding.changes.is_empty() {
                    <dt>{ "Changes" }</dt>
                    <dd><ul>{ for finding.changes.iter().map(|change| change_line(change, clock)) }</ul></dd>
                }
            </dl>
            { facts(page, finding) }
            if full.is_some() && !finding.evidence.is_empty() {
                { evidence(&page.session, &finding.evidence, finding.records, &common_fields(report, finding.kind.log())) }
            } else if full.is_some() && page.state.from_athena().is_some() {
                <p class="muted">
                    { "Its records are in S3. The page " }
                    <a href={page.state.view.on(Page::Athena).hash()}>{ "Athena" }</a>
                    { " has the query for them." }
                </p>
            } else if full.is_some() {
                <p class="muted">{ "No record lines are kept for this finding." }</p>
            } else {
                <p class="muted skeleton evidence-skeleton">{ "Fetching the records …" }</p>
            }
            if let Some(opened) = full {
                { query_tabs(page, opened) }
            }
        </>
    }
}

fn reason(name: &'static str, text: &str) -> Html {
    html! {
        if !text.is_empty() {
            <dt>{ name }</dt><dd>{ text }</dd>
        }
    }
}

fn change_line(change: &Change, clock: Clock) -> Html {
    html! {
        <li>
            { format!("{} until {}, {} from {}", change.from, clock.date_time(change.last_before), change.to, clock.moment(change.first_after)) }
        </li>
    }
}

/// What it is about, in values to filter by.
fn facts(page: &Context, finding: &Finding) -> Html {
    let clock = page.state.clock;
    let unlisted = finding.peer_count.saturating_sub(finding.peers.len() as u64);
    let port_label = |port: u16, number: u8| {
        let service = service::label(port.into());
        format!("{} {service}", protocol::label(number.into()))
    };
    html! {
        <dl class="facts">
            if let Some(id) = &finding.interface {
                <dt>{ "Interface" }</dt>
                <dd>
                    { value(page, Value::interface(id)) }
                    if let Some(local) = &finding.local { { " " }{ value(page, Value::address(local)) } }
                    if let Some(subnet) = &finding.subnet { { " in " }{ value(page, Value::subnet(subnet)) } }
                </dd>
            }
            if let Some(gateway) = &finding.transit_gateway {
                <dt>{ "Transit gateway" }</dt>
                <dd class="values">
                    { for gateway_values(gateway).into_iter().map(|it| value(page, it)) }
                </dd>
            }
            if !finding.peers.is_empty() {
                <dt>{ if finding.peer_count > 1 { format!("{} peers", grouped(finding.peer_count)) } else { "Peer".to_owned() } }</dt>
                <dd class="values">
                    { for finding.peers.iter().map(|peer| value(page, Value::address(peer))) }
                    if unlisted > 0 { <span class="muted">{ format!("and {} more", grouped(unlisted)) }</span> }
                </dd>
            }
            if let Some(port) = finding.port {
                <dt>{ "Port" }</dt>
                <dd>{ value_as(page, Value::port(port), port_label(port, finding.protocol.unwrap_or(6))) }</dd>
            } else if !finding.ports.is_empty() {
                <dt>{ "Ports" }</dt>
                <dd class="values">
                    { for finding.ports.iter().map(|it| html! {
                        <>{ value_as(
                            page,
                            Value::port(it.port),
                            format!("{} ({})", port_label(it.port, it.protocol), count(it.records)),
                        ) }</>
                    }) }
                </dd>
            }
            <dt>{ "Seen" }</dt>
            <dd>{ format!("{} {}", clock.span(finding.first, finding.last), clock.label(finding.first)) }</dd>
            <dt>{ "Amount" }</dt>
            <dd title={(finding.bytes > 0).then(|| exact_bytes(finding.bytes))}>
                { format!("{} connections · {} records · {} packets",
                    count(finding.conversations), count(finding.records), count(finding.packets)) }
                if finding.bytes > 0 { { format!(" · {}", bytes(finding.bytes)) } }
            </dd>
        </dl>
    }
}

/// The gateway, its attachments and the VPCs, as far as they are on record.
fn gateway_values(gateway: &TransitGateway) -> Vec<Value> {
    [
        (Field::TgwId, &gateway.id),
        (Field::TgwAttachmentId, &gateway.arriving),
        (Field::TgwAttachmentId, &gateway.leaving),
        (Field::TgwSrcVpcId, &gateway.source_vpc),
        (Field::TgwDstVpcId, &gateway.destination_vpc),
    ]
    .into_iter()
    .filter(|(_, text)| !text.is_empty())
    .map(|(field, text)| Value::of(field, text))
    .collect()
}

/// The fields of the files with records of a log, if all have the same.
fn common_fields(report: &Report, log: Log) -> Vec<String> {
    let has_records = |input: &&Outcome| match log {
        Log::Vpc => input.has_vpc_records(),
        Log::TransitGateway => input.transit_gateway > 0,
    };
    let mut all = report.inputs.iter().filter(has_records).map(|input| &input.fields);
    let Some(first) = all.next() else { return Vec::new() };
    if all.all(|fields| fields == first) { first.clone() } else { Vec::new() }
}
