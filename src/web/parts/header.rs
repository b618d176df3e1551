use yew::prelude::*;

use super::{Shape, add_menu, button, export_menu, icon};
use crate::report::Report;
use crate::report::number::grouped;
use crate::report::view::link::Page;
use crate::web::dom;
use crate::web::state::{Action, Context, Dialog, Phase, Session, State};

/// Name, pages and what can be done from everywhere.
pub fn header(page: &Context) -> Html {
    let Context { state, session } = page;
    let loaded = state.report.as_ref().filter(|_| state.phase != Phase::Failed);
    html! {
        <header class="top">
            { button("skip", "Skip to content", Callback::from(|_| dom::focus("main"))) }
            <a class="brand" href="#/overview">{ icon(Shape::Brand) }{ "flowlens" }</a>
            if let Some(report) = loaded {
                { nav(state, &tabs(report)) }
            }
            <div class="tools">
                if loaded.is_some() {
                    { clock_switch(page) }
                    { add_menu(session) }
                    { export_menu(session) }
                } else if state.phase == Phase::Empty {
                    { button("quiet", "Sample", session.on(Session::read_sample)) }
                }
                <button
                    type="button"
                    class="quiet square"
                    aria-label="Keys"
                    title="Keys (?)"
                    onclick={session.on(|session| session.dispatch(Action::Dialog(Some(Dialog::Help))))}
                >
                    { "?" }
                </button>
                { theme_toggle(page) }
            </div>
        </header>
    }
}

/// A tab: page, count, whether the count asks for attention.
type Tab = (Page, u64, bool);

fn tabs(report: &Report) -> Vec<Tab> {
    let findings = |page: &Page| {
        report.findings.iter().filter(|finding| Page::of(finding.kind, None) == *page).count() as u64
    };
    let problems = report.inputs.iter().filter(|input| input.has_problem()).count() as u64;
    let has_gateways = report.totals.transit_gateway.records > 0;
    [
        Page::Overview,
        Page::Access(None),
        Page::Nat(None),
        Page::Gateway(None),
        Page::Explore,
        Page::Query,
        Page::Athena,
        Page::Inputs,
    ]
    .into_iter()
    .filter(|page| has_gateways || *page != Page::Gateway(None))
    .map(|page| {
        let is_inputs = page == Page::Inputs;
        let count = if is_inputs { problems } else { findings(&page) };
        (page, count, is_inputs)
    })
    .collect()
}

fn nav(state: &State, tabs: &[Tab]) -> Html {
    let tab = |(to, count, attention): &Tab| {
        let current = state.view.page.same_tab(to);
        html! {
            <a
                href={state.view.on(to.clone()).hash()}
                class={classes!(current.then_some("current"))}
                aria-current={current.then_some("page")}
            >
                { to.title() }
                { " " }
                if *count > 0 {
                    <span
                        class={classes!("count", attention.then_some("attention"))}
                        aria-label={if *attention { format!("{count} with problems") } else { format!("{count} findings") }}
                    >
                        if *attention { { "!" } }
                        { grouped(*count) }
                    </span>
                }
            </a>
        }
    };
    html! { <nav aria-label="Pages">{ for tabs.iter().map(tab) }</nav> }
}

fn clock_switch(Context { state, session }: &Context) -> Html {
    let other = state.clock.other();
    let first = |report: &Report| report.totals.first.or(report.totals.transit_gateway.first);
    let at = state.report.as_ref().and_then(|report| first(report)).unwrap_or(0);
    let onclick = session.on(move |session| session.dispatch(Action::Clock(other)));
    html! {
        <button
            type="button"
            class="quiet"
            title={format!("Times are in {}. Show {} instead", state.clock.label(at), other.label(at))}
            aria-label={format!("Times in {}; switch to {}", state.clock.label(at), other.label(at))}
            {onclick}
        >
            { state.clock.name(at) }
        </button>
    }
}

/// Switches between the system's colours, light and dark.
fn theme_toggle(Context { state, session }: &Context) -> Html {
    let next = state.theme.next();
    let onclick = session.on(move |session| {
        next.apply();
        session.dispatch(Action::Theme(next));
    });
    let name = format!("Theme: {}", state.theme.name());
    html! {
        <button type="button" class="quiet square" aria-label={name.clone()} title={name} {onclick}>
            { icon(Shape::Contrast) }
        </button>
    }
}
