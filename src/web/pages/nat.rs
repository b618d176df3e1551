use std::collections::BTreeMap;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::places;
use crate::report::Report;
use crate::report::number::plural;
use crate::web::parts::{FindingList, ValueButton};
use crate::web::state::{Context, Session, Shared, Value, use_page};

/// NAT gateways, what reached them from the internet, and the user's word on which interfaces they are.
pub fn nat_page(Context { state, session }: &Context) -> Html {
    let Some(report) = &state.report else { return html! {} };
    let places = places::of(state, report, |finding| finding.kind.is_nat());
    let mut gateways: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for &place in &places.shown {
        if let Some(finding) = report.findings.get(place) {
            gateways.entry(finding.interface.clone().unwrap_or_default()).or_default().push(place);
        }
    }
    for (interface, _) in state.nat_words.iter().filter(|(_, is_nat)| **is_nat) {
        gateways.entry(interface.clone()).or_default();
    }
    let unmarked: Vec<String> = state
        .nat_words
        .iter()
        .filter(|(_, is_nat)| !**is_nat)
        .map(|(interface, _)| interface.clone())
        .collect();
    html! {
        <div class="nat">
            <section class="card">
                <div class="section-head">
                    <h1>{ "NAT gateway" }</h1>
                    <span class="muted">{ "What the internet sent to its address, and whether that matters" }</span>
                </div>
                <p>
                    { "A NAT gateway has no security group. What its subnet's network ACL lets in is logged as ACCEPT, also when the " }
                    { "gateway then drops it because no connection from inside asked for it." }
                </p>
                if gateways.is_empty() && places.hidden == 0 {
                    <p class="muted">{ "No interface in these records was recognised as a NAT gateway. If one is, name it below." }</p>
                }
                if places.hidden > 0 {
                    <p class="muted">{ format!("{} hidden by the filter.", plural(places.hidden as u64, "finding is", "findings are")) }</p>
                }
            </section>
            { for gateways.iter().map(|(interface, places)| gateway(interface, places, report, &state.nat_words, session)) }
            <Mark {unmarked} report={report.clone()} />
        </div>
    }
}

fn gateway(
    interface: &str,
    places: &[usize],
    report: &Shared<Report>,
    words: &BTreeMap<String, bool>,
    session: &Session,
) -> Html {
    let marked = words.get(interface) == Some(&true);
    let act = {
        let (session, interface) = (session.clone(), interface.to_owned());
        move |_| session.mark_nat(interface.clone(), if marked { None } else { Some(false) })
    };
    html! {
        <section key={interface.to_owned()} class="card">
            <div class="section-head">
                <h2><ValueButton value={Value::interface(interface)} /></h2>
                <span class="muted">{ if marked { "by your word" } else { "recognised by its records" } }</span>
                <button type="button" class="quiet" onclick={act}>
                    { if marked { "Take my word back" } else { "This is no NAT gateway" } }
                </button>
            </div>
            if places.is_empty() {
                <p class="muted">{ "Nothing from the internet reached it in these records." }</p>
            }
            <FindingList report={report.clone()} places={places.to_vec()} />
        </section>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct MarkProps {
    unmarked: Vec<String>,
    report: Shared<Report>,
}

/// Names an interface as a NAT gateway, or takes that back.
#[component]
fn Mark(MarkProps { unmarked, report }: &MarkProps) -> Html {
    let Context { session, .. } = use_page();
    let field = use_node_ref();
    let onclick = {
        let (field, session) = (field.clone(), session.clone());
        move |_| {
            let Some(field) = field.cast::<HtmlInputElement>() else { return };
            let interface = field.value().trim().to_owned();
            if interface.is_empty() {
                session.toast("Name an interface, such as eni-0123456789abcdef0.");
            } else {
                field.set_value("");
                session.mark_nat(interface, Some(true));
            }
        }
    };
    let take_back = |interface: &String| {
        let (session, id) = (session.clone(), interface.clone());
        html! {
            <li>
                <span class="mono">{ interface }</span>{ " is no NAT gateway, by your word. " }
                <button type="button" class="link" onclick={move |_| session.mark_nat(id.clone(), None)}>
                    { "Judge by the records again" }
                </button>
            </li>
        }
    };
    let known =
        report.top.interfaces_by_bytes.iter().map(|row| html! { <option value={row.interface.clone()} /> });
    html! {
        <section class="card">
            <h2>{ "Is another interface a NAT gateway?" }</h2>
            <p class="mark-nat">
                <label>
                    { "Interface " }
                    <input ref={field} class="mono" list="interfaces" spellcheck="false" autocomplete="off" placeholder="eni-…" />
                </label>
                <datalist id="interfaces">{ for known }</datalist>
                <button type="button" {onclick}>{ "It is a NAT gateway" }</button>
            </p>
            if !unmarked.is_empty() {
                <ul>{ for unmarked.iter().map(take_back) }</ul>
            }
        </section>
    }
}
