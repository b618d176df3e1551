use yew::prelude::*;

use super::places;
use crate::diagnose::finding::{Finding, Kind};
use crate::report::number::plural;
use crate::report::words;
use crate::web::parts::FindingList;
use crate::web::state::{Context, use_page};

/// All access findings, with a chip for each kind.
#[component]
pub fn AccessPage() -> Html {
    let Context { state, session } = use_page();
    let kind = use_state_eq(|| None::<Kind>);
    let Some(report) = &state.report else { return html! {} };
    let on_page = |finding: &Finding| !finding.kind.is_nat();
    let all = places::of(&state, report, on_page);
    let places = places::of(&state, report, |finding| {
        on_page(finding) && kind.is_none_or(|kind| finding.kind == kind)
    });
    let count_of = |of: Kind| {
        all.shown.iter().filter(|&&place| report.findings.get(place).is_some_and(|it| it.kind == of)).count()
    };
    let chip = |of: Option<Kind>, name: &'static str, count: usize| {
        let kind = kind.clone();
        let pressed = *kind == of;
        html! {
            <button type="button" class="chip-button" aria-pressed={pressed.to_string()} onclick={move |_| kind.set(of)}>
                { name }<span class="count">{ count }</span>
            </button>
        }
    };
    let kinds = words::KINDS.iter().filter(|of| !of.is_nat() && count_of(**of) > 0);
    html! {
        <section class="card" aria-labelledby="access">
            <div class="section-head">
                <h1 id="access">{ "Access" }</h1>
                <span class="muted">{ "What was not let through, or not answered, and by what" }</span>
            </div>
            if all.shown.len() > 1 {
                <div class="chip-buttons" role="group" aria-label="Kinds of findings">
                    { chip(None, "All", all.shown.len()) }
                    { for kinds.map(|of| chip(Some(*of), words::kind(*of), count_of(*of))) }
                </div>
            }
            <FindingList report={report.clone()} places={places.shown.clone()} />
            if places.shown.is_empty() && places.hidden == 0 {
                <p class="muted">{ "No connection in these records was rejected, broken or left without an answer." }</p>
            }
            if places.hidden > 0 {
                <p class="muted">
                    { format!("{} hidden by the filter. ", plural(places.hidden as u64, "finding is", "findings are")) }
                    <button type="button" class="link" onclick={move |_| session.widen()}>{ "Show all" }</button>
                </p>
            }
        </section>
    }
}
