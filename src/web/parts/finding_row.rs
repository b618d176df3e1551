use yew::prelude::*;

use super::{Shape, button, icon};
use crate::diagnose::finding::Certainty;
use crate::report::number::grouped;
use crate::report::view::groups::Group;
use crate::report::view::link::Page;
use crate::report::{Report, words};
use crate::web::state::{Action, Context, STEP, Session, State, Unfolded};

/// A finding in one line, which opens it.
pub fn finding_row(state: &State, report: &Report, place: usize) -> Html {
    let Some(finding) = report.findings.get(place) else { return html! {} };
    let group = Group::of(finding);
    let all = report.totals.first.zip(report.totals.last);
    html! {
        <li key={finding.id.clone()} class="finding" data-finding-kind={finding.kind.name()} data-finding-id={finding.id.clone()}>
            <a href={state.view.on(Page::of(finding.kind, Some(finding.id.clone()))).hash()}>
                <span class={classes!("mark", mark_class(group))}>{ icon(mark(group)) }</span>
                <span class="finding-title">{ &finding.title }</span>
                <span class="finding-text">{ &finding.text }</span>
                <span class="finding-cause">{ words::blamed(finding) }</span>
                { certainty_badge(finding.cause.certainty) }
                <span class="finding-span">{ state.clock.span_within(finding.first, finding.last, all) }</span>
                { icon(Shape::Chevron) }
            </a>
        </li>
    }
}

const fn mark(group: Group) -> Shape {
    match group {
        Group::Broken | Group::Denied => Shape::Cross,
        Group::Unanswered => Shape::Question,
        Group::Health => Shape::Attention,
        Group::Nat => Shape::Ring,
        Group::Background => Shape::Dot,
    }
}

const fn mark_class(group: Group) -> &'static str {
    match group {
        Group::Broken | Group::Denied => "mark-reject",
        Group::Unanswered | Group::Health => "mark-attention",
        Group::Nat => "mark-accept",
        Group::Background => "mark-neutral",
    }
}

/// Findings by their places, a hundred at a time.
pub fn finding_list(Context { state, session }: &Context, report: &Report, places: &[usize]) -> Html {
    let unfolded = state.unfolded;
    let rows = places.iter().take(unfolded.findings).map(|&place| finding_row(state, report, place));
    let more = places.len().saturating_sub(unfolded.findings);
    let show_more = move |session: &Session| {
        session.dispatch(Action::Unfolded(Unfolded { findings: unfolded.findings + STEP, ..unfolded }));
    };
    html! {
        <>
            <ul class="findings">{ for rows }</ul>
            if more > 0 {
                { button(
                    "link",
                    format!("Show {} more of {}", grouped(more.min(STEP) as u64), grouped(more as u64)),
                    session.on(show_more),
                ) }
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
