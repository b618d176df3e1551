use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::diagnose::finding::{Change, Finding};
use crate::record::{protocol, service};
use crate::report::number::{bytes, count, exact_bytes, grouped};
use crate::report::view::link::Page;
use crate::report::view::path;
use crate::report::{Report, markdown, words};
use crate::web::format::Clock;
use crate::web::parts::{QueryTabs, ValueButton, certainty_badge, evidence, path_diagram};
use crate::web::state::{Context, Session, Value, use_page};

/// Properties of [`FindingPage`].
#[derive(Clone, PartialEq, Properties)]
pub struct FindingPageProps {
    /// The finding's id.
    pub id: String,
}

/// One finding: what was seen, why it follows, what to do, and the records that show it.
#[component]
pub fn FindingPage(FindingPageProps { id }: &FindingPageProps) -> Html {
    let Context { state, session } = use_page();
    let full = use_state(|| None::<Finding>);
    use_effect_with((id.clone(), state.report.clone()), {
        let (full, session) = (full.clone(), session.clone());
        move |(id, _)| {
            let id = id.clone();
            spawn_local(async move {
                match session.finding(id).await {
                    Ok(finding) => full.set(finding),
                    Err(message) => session.toast(&message),
                }
            });
        }
    });
    let Some(report) = &state.report else { return html! {} };
    let back = state.view.on(if matches!(state.view.page, Page::Nat(_)) {
        Page::Nat(None)
    } else {
        Page::Access(None)
    });
    let back_name = if matches!(state.view.page, Page::Nat(_)) { "NAT gateway" } else { "Access" };
    let short = report.findings.iter().find(|finding| finding.id == *id);
    html! {
        <article class="finding-page">
            <p><a class="back" href={back.hash()}>{ "‹ " }{ back_name }</a></p>
            if let Some(finding) = full.as_ref().filter(|finding| finding.id == *id).or(short) {
                { draw(finding, report, &session, state.clock, full.is_some()) }
            } else {
                <h1>{ "There is no such finding in these records" }</h1>
                <p>{ "The link may come from other logs, or the records that showed it are not loaded." }</p>
            }
        </article>
    }
}

fn draw(finding: &Finding, report: &Report, session: &Session, clock: Clock, complete: bool) -> Html {
    let copy = {
        let (session, finding) = (session.clone(), finding.clone());
        move |_| session.copy(markdown::of_finding(&finding))
    };
    html! {
        <>
            <header class="finding-head" data-finding-kind={finding.kind.name()} data-finding-id={finding.id.clone()}>
                <h1>{ &finding.text }</h1>
                <p class="finding-verdict">
                    <span>{ words::cause(&finding.cause) }</span>
                    { certainty_badge(finding.cause.certainty) }
                    <button type="button" class="quiet" onclick={copy}>{ "Copy for a ticket" }</button>
                </p>
            </header>
            <section class="card path-card" aria-label="Path">{ path_diagram(&path::of(finding)) }</section>
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
                    <dd><ul>{ for finding.changes.iter().map(|change| html! { { change_line(change, clock) } }) }</ul></dd>
                }
            </dl>
            { facts(finding, clock) }
            if complete && !finding.evidence.is_empty() {
                { evidence(session, &finding.evidence, finding.records, &common_fields(report)) }
            } else if complete {
                <p class="muted">{ "No record lines are kept for this finding." }</p>
            } else {
                <p class="muted skeleton evidence-skeleton">{ "Fetching the records …" }</p>
            }
            <QueryTabs queries={finding.queries.clone()} />
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
fn facts(finding: &Finding, clock: Clock) -> Html {
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
                    <ValueButton value={Value::interface(id)} />
                    if let Some(local) = &finding.local { { " " }<ValueButton value={Value::address(local)} /> }
                    if let Some(subnet) = &finding.subnet { { " in " }<ValueButton value={Value::subnet(subnet)} /> }
                </dd>
            }
            if !finding.peers.is_empty() {
                <dt>{ if finding.peer_count > 1 { format!("{} peers", grouped(finding.peer_count)) } else { "Peer".to_owned() } }</dt>
                <dd class="values">
                    { for finding.peers.iter().map(|peer| html! { <ValueButton value={Value::address(peer)} /> }) }
                    if unlisted > 0 { <span class="muted">{ format!("and {} more", grouped(unlisted)) }</span> }
                </dd>
            }
            if let Some(port) = finding.port {
                <dt>{ "Port" }</dt>
                <dd><ValueButton value={Value::port(port)}>{ port_label(port, finding.protocol.unwrap_or(6)) }</ValueButton></dd>
            } else if !finding.ports.is_empty() {
                <dt>{ "Ports" }</dt>
                <dd class="values">
                    { for finding.ports.iter().map(|it| html! {
                        <ValueButton value={Value::port(it.port)}>
                            { format!("{} ({})", port_label(it.port, it.protocol), count(it.records)) }
                        </ValueButton>
                    }) }
                </dd>
            }
            <dt>{ "Seen" }</dt>
            <dd>{ format!("{} {}", clock.span(finding.first, finding.last), clock.label(finding.first)) }</dd>
            <dt>{ "Amount" }</dt>
            <dd title={exact_bytes(finding.bytes)}>
                { format!("{} connections · {} records · {} packets · {}",
                    count(finding.conversations), count(finding.records), count(finding.packets), bytes(finding.bytes)) }
            </dd>
        </dl>
    }
}

/// The fields of the files with records, if all have the same.
fn common_fields(report: &Report) -> Vec<String> {
    let mut all = report.inputs.iter().filter(|input| input.records > 0).map(|input| &input.fields);
    let Some(first) = all.next() else { return Vec::new() };
    if all.all(|fields| fields == first) { first.clone() } else { Vec::new() }
}
