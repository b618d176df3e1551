use yew::prelude::*;

use super::{Shape, icon};
use crate::diagnose::finding::{Certainty, Finding};
use crate::report::number::grouped;
use crate::report::view::groups::Group;
use crate::report::view::link::Page;
use crate::report::{Report, words};
use crate::web::state::{Context, Shared, State, use_page};

/// How many rows are drawn before the reader asks for more.
const STEP: usize = 100;

/// A finding in one line, which opens it.
pub fn finding_row(state: &State, report: &Report, place: usize) -> Html {
    let Some(finding) = report.findings.get(place) else { return html! {} };
    let group = Group::of(finding);
    let all = report.totals.first.zip(report.totals.last);
    html! {
        <li key={finding.id.clone()} class="finding" data-finding-kind={finding.kind.name()} data-finding-id={finding.id.clone()}>
            <a href={state.view.on(page_of(finding)).hash()}>
                <span class={classes!("mark", mark_class(group))}>{ icon(mark(group)) }</span>
                <span class="finding-title">{ &finding.title }</span>
                <span class="finding-text">{ &finding.text }</span>
                <span class="finding-cause">{ words::component(finding.cause.component) }</span>
                { certainty_badge(finding.cause.certainty) }
                <span class="finding-span">{ state.clock.span_within(finding.first, finding.last, all) }</span>
                { icon(Shape::Chevron) }
            </a>
        </li>
    }
}

/// Where a finding has its page.
fn page_of(finding: &Finding) -> Page {
    let id = Some(finding.id.clone());
    if finding.kind.is_nat() { Page::Nat(id) } else { Page::Access(id) }
}

const fn mark(group: Group) -> Shape {
    match group {
        Group::Broken | Group::Denied => Shape::Cross,
        Group::Unanswered => Shape::Question,
        Group::Nat => Shape::Ring,
        Group::Background => Shape::Dot,
    }
}

const fn mark_class(group: Group) -> &'static str {
    match group {
        Group::Broken | Group::Denied => "mark-reject",
        Group::Unanswered => "mark-attention",
        Group::Nat => "mark-accept",
        Group::Background => "mark-neutral",
    }
}

/// Properties of [`FindingList`].
#[derive(Clone, PartialEq, Properties)]
pub struct FindingListProps {
    /// The report.
    pub report: Shared<Report>,
    /// Places of the findings, in order.
    pub places: Vec<usize>,
}

/// Findings, a hundred at a time.
#[component]
pub fn FindingList(FindingListProps { report, places }: &FindingListProps) -> Html {
    let Context { state, .. } = use_page();
    let wanted = use_state_eq(|| STEP);
    let rows = places.iter().take(*wanted).map(|&place| finding_row(&state, report, place));
    let more = places.len().saturating_sub(*wanted);
    let onclick = {
        let wanted = wanted.clone();
        move |_| wanted.set(*wanted + STEP)
    };
    html! {
        <>
            <ul class="findings">{ for rows }</ul>
            if more > 0 {
                <button type="button" class="link" {onclick}>
                    { format!("Show {} more of {}", grouped(more.min(STEP) as u64), grouped(more as u64)) }
                </button>
            }
        </>
    }
}

/// How sure a cause is, as a word in a frame: full, dashed or dotted.
pub fn certainty_badge(certainty: Certainty) -> Html {
    let word = words::certainty(certainty);
    let title = match certainty {
        Certainty::Certain => "Nothing else explains the records",
        Certainty::Likely => "The records speak for it",
        Certainty::Undetermined => "The records leave it open",
    };
    html! { <span class={classes!("badge", word)} {title}>{ word }</span> }
}
