use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::places;
use crate::report::Report;
use crate::report::number::plural;
use crate::web::dom;
use crate::web::parts::{button, finding_list, value};
use crate::web::state::{Context, Session, Value};

/// NAT gateways, what reached them from the internet, and the user's word on which interfaces they are.
pub fn nat_page(page: &Context) -> Html {
    let state = &page.state;
    let Some(report) = &state.report else { return html! {} };
    let places = places::of(state, report, &|finding| finding.kind.is_nat());
    let mut gateways: Vec<(&str, Vec<usize>)> = Vec::new();
    for &place in &places.shown {
        let interface = report.findings.get(place).and_then(|finding| finding.interface.as_deref());
        let interface = interface.unwrap_or_default();
        match gateways.iter_mut().find(|(known, _)| *known == interface) {
            Some((_, places)) => places.push(place),
            None => gateways.push((interface, vec![place])),
        }
    }
    for (interface, is_nat) in &state.nat_words {
        if *is_nat && gateways.iter().all(|(known, _)| known != interface) {
            gateways.push((interface, Vec::new()));
        }
    }
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
            { for gateways.iter().map(|(interface, places)| gateway(page, interface, places, report)) }
            { mark(page, report) }
        </div>
    }
}

fn gateway(page: &Context, interface: &str, places: &[usize], report: &Report) -> Html {
    let marked = page.state.nat_words.iter().any(|(known, is_nat)| known == interface && *is_nat);
    let id = interface.to_owned();
    let say =
        page.session.on(move |session| session.mark_nat(id.clone(), if marked { None } else { Some(false) }));
    html! {
        <section key={interface.to_owned()} class="card">
            <div class="section-head">
                <h2>{ value(page, Value::interface(interface)) }</h2>
                <span class="muted">{ if marked { "by your word" } else { "recognised by its records" } }</span>
                { button("quiet", if marked { "Take my word back" } else { "This is no NAT gateway" }, say) }
            </div>
            if places.is_empty() {
                <p class="muted">{ "Nothing from the internet reached it in these records." }</p>
            }
            { finding_list(page, report, places) }
        </section>
    }
}

/// Names an interface as a NAT gateway, or takes that back.
fn mark(Context { state, session }: &Context, report: &Report) -> Html {
    let name = session.on(|session| {
        let Some(field) = dom::find("[list=interfaces]") else { return };
        let field: HtmlInputElement = wasm_bindgen::JsCast::unchecked_into(field);
        let interface = field.value().trim().to_owned();
        if interface.is_empty() {
            session.toast("Name an interface, such as eni-0123456789abcdef0.");
        } else {
            field.set_value("");
            session.mark_nat(interface, Some(true));
        }
    });
    let unmarked: Vec<&String> =
        state.nat_words.iter().filter(|(_, is_nat)| !is_nat).map(|(interface, _)| interface).collect();
    let take_back = |interface: &&String| {
        let id = String::clone(interface);
        let judge = move |session: &Session| session.mark_nat(id.clone(), None);
        html! {
            <li>
                <span class="mono">{ String::clone(interface) }</span>{ " is no NAT gateway, by your word. " }
                { button("link", "Judge by the records again", session.on(judge)) }
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
                    <input class="mono" list="interfaces" spellcheck="false" autocomplete="off" placeholder="eni-…" />
                </label>
                <datalist id="interfaces">{ for known }</datalist>
                { button("", "It is a NAT gateway", name) }
            </p>
            if !unmarked.is_empty() {
                <ul>{ for unmarked.iter().map(take_back) }</ul>
            }
        </section>
    }
}
