use yew::prelude::*;

use super::places;
use crate::diagnose::finding::{Finding, Kind};
use crate::report::number::plural;
use crate::report::view::link::Page;
use crate::report::words;
use crate::web::parts::{button, finding_list};
use crate::web::state::{Action, Context, Session, Unfolded};

/// All access findings, with a chip for each kind.
pub fn access_page(page: &Context) -> Html {
    let Context { state, session } = page;
    let unfolded = state.unfolded;
    let kind = unfolded.kind;
    let Some(report) = &state.report else { return html! {} };
    let on_page = |finding: &Finding| Page::of(finding.kind, None) == Page::Access(None);
    let all = places::of(state, report, &on_page);
    let places = places::of(state, report, &|finding| {
        on_page(finding) && kind.is_none_or(|kind| finding.kind == kind)
    });
    let count_of = |of: Kind| {
        all.shown.iter().filter(|&&place| report.findings.get(place).is_some_and(|it| it.kind == of)).count()
    };
    let chip = |of: Option<Kind>, name: &'static str, count: usize| {
        let pressed = kind == of;
        let onclick =
            session.on(move |session| session.dispatch(Action::Unfolded(Unfolded { kind: of, ..unfolded })));
        html! {
            <button type="button" class="chip-button" aria-pressed={pressed.to_string()} {onclick}>
                { name }<span class="count">{ count }</span>
            </button>
        }
    };
    let kinds = words::KINDS.iter().filter(|of| count_of(**of) > 0);
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
            { finding_list(page, report, &places.shown) }
            if places.shown.is_empty() && places.hidden == 0 {
                <p class="muted">{ "No connection in these records was rejected, broken or left without an answer." }</p>
            }
            if places.hidden > 0 {
                <p class="muted">
                    { format!("{} hidden by the filter. ", plural(places.hidden as u64, "finding is", "findings are")) }
                    { button("link", "Show all", session.on(Session::widen)) }
                </p>
            }
        </section>
    }
}
