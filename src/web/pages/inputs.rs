use std::rc::Rc;

use yew::prelude::*;

use super::places;
use crate::diagnose::finding::Kind;
use crate::ingest::outcome::Outcome;
use crate::report::Report;
use crate::report::number::{bytes, count, exact_bytes, grouped, plural};
use crate::report::view::link::View;
use crate::report::writing::Form;
use crate::web::format::Clock;
use crate::web::parts::{
    Part, Shape, Tone, VirtualList, bar, button, copies, finding_row, format_form, icon, input_detail,
};
use crate::web::state::session::show;
use crate::web::state::{Action, Context, Session, State, Unfolded};

/// The height of a row, as the stylesheet has it.
const ROW_HEIGHT: u32 = 52;

/// What was read and what was not, a row a file, problems on top.
pub fn inputs_page(page: &Context) -> Html {
    let Context { state, session } = page;
    let unfolded = state.unfolded;
    let open = unfolded.file;
    let Some(report) = &state.report else { return html! {} };
    let troubled = report.inputs.iter().filter(|input| input.has_remark()).count();
    let only_troubled = state.view.problems && troubled > 0;
    let order = order(report, only_troubled);
    let places = places::of(state, report, &|finding| finding.kind == Kind::LogGap);
    let refused = report.inputs.iter().any(|input| input.refused > 0);
    let clock = state.clock;
    let row = {
        let (report, order, session) = (report.clone(), order.clone(), session.clone());
        Callback::from(move |place: usize| {
            let Some(input) = order.get(place).and_then(|&i| report.inputs.get(i)) else { return html! {} };
            let is_open = open == Some(place);
            let file = (!is_open).then_some(place);
            let onclick =
                session.on(move |session| session.dispatch(Action::Unfolded(Unfolded { file, ..unfolded })));
            draw(input, is_open, clock, onclick)
        })
    };
    let detail = open.and_then(|place| order.get(place)).and_then(|&i| Some((i, report.inputs.get(i)?)));
    let detail =
        detail.map(|(i, input)| html! { <>{ input_detail(input, clock) }{ format_form(page, i, input) }</> });
    html! {
        <section class="card inputs" aria-labelledby="inputs">
            <div class="section-head">
                <h1 id="inputs">{ "Inputs" }</h1>
                <span class="muted">{ summary(report) }</span>
                { button("quiet", "Forget all", session.on(Session::forget)) }
            </div>
            { copies(page) }
            <ul class="findings">{ for places.shown.iter().map(|&place| finding_row(state, report, place)) }</ul>
            if troubled > 0 {
                <div class="chip-buttons">
                    { chip(state, session, false, "All", report.inputs.len()) }
                    { chip(state, session, true, "With problems or remarks", troubled) }
                    if refused {
                        <button
                            type="button"
                            class="quiet"
                            data-testid="export-refused"
                            onclick={session.on(|session| session.export(Form::Refused))}
                        >
                            { "Save the refused lines (CSV)" }
                        </button>
                    }
                </div>
            }
            <VirtualList
                label="Files"
                count={order.len()}
                row_height={ROW_HEIGHT}
                {row}
                {open}
                detail={detail.unwrap_or_default()}
                head={head()}
            />
        </section>
    }
}

/// Shows all files, or only those of which there is something to say.
fn chip(state: &State, session: &Session, problems: bool, name: &'static str, count: usize) -> Html {
    let view = View { problems, ..state.view.clone() };
    html! {
        <button
            type="button"
            class="chip-button"
            aria-pressed={(state.view.problems == problems).to_string()}
            onclick={session.on(move |_| show(&view))}
        >
            { name }<span class="count">{ grouped(count as u64) }</span>
        </button>
    }
}

/// Problems first, then in the order in which the files came.
fn order(report: &Report, only_troubled: bool) -> Rc<[usize]> {
    let mut ranks: [Vec<usize>; 3] = Default::default();
    for (place, input) in report.inputs.iter().enumerate() {
        let rank = if input.has_problem() { 0 } else { 1 + usize::from(input.warnings.is_empty()) };
        if let Some(rank) = ranks.get_mut(rank) {
            rank.push(place);
        }
    }
    if only_troubled {
        ranks[2].clear();
    }
    ranks.concat().into()
}

fn summary(report: &Report) -> String {
    let sum = |of: fn(&Outcome) -> u64| report.inputs.iter().map(of).sum::<u64>();
    format!(
        "{} · {} · {} = {} + {} refused + {}",
        plural(report.inputs.len() as u64, "file", "files"),
        bytes(sum(|input| input.bytes)),
        plural(sum(|input| input.lines), "line", "lines"),
        plural(sum(|input| input.records), "record", "records"),
        grouped(sum(|input| input.refused)),
        plural(
            sum(|input| input.headers + input.blanks + input.comments + input.control),
            "header, blank or comment",
            "headers, blanks and comments",
        ),
    )
}

fn head() -> Html {
    html! {
        <div class="vrow vhead" aria-hidden="true">
            <span /><span>{ "File and format" }</span><span class="number wide">{ "Size" }</span>
            <span class="number">{ "Records" }</span><span class="number wide">{ "Refused" }</span>
            <span class="wide">{ "Verdicts" }</span><span class="wide">{ "Span" }</span>
        </div>
    }
}

fn draw(input: &Outcome, open: bool, clock: Clock, onclick: Callback<MouseEvent>) -> Html {
    // Those without traffic are in `nodata` and `skipdata`.
    let gateways = input.transit_gateway.saturating_sub(input.nodata + input.skipdata);
    let parts = vec![
        Part { name: "accepted", amount: input.accept, tone: Tone::Accept },
        Part { name: "rejected", amount: input.reject, tone: Tone::Reject },
        Part { name: "no data", amount: input.nodata + input.skipdata, tone: Tone::Neutral },
        Part { name: "of transit gateways", amount: gateways, tone: Tone::Amount },
        Part { name: "refused", amount: input.refused, tone: Tone::Attention },
    ];
    let whole: u64 = parts.iter().map(|part| part.amount).sum();
    let (mark, word) = if input.error.is_some() {
        (Some(Shape::Cross), "problem")
    } else if input.refused > 0 || !input.warnings.is_empty() {
        (Some(Shape::Attention), "remarks")
    } else if input.skipped.is_some() {
        (None, "passed")
    } else {
        (None, "read")
    };
    let span = input.first.zip(input.last).map(|(first, last)| clock.span(first, last));
    let note = input.error.clone().or_else(|| input.skipped.clone()).unwrap_or_else(|| {
        let shape = Some(input.shape.as_str()).filter(|shape| *shape != "Flow log lines");
        let parts = [Some(input.format.as_str()), shape];
        parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    });
    html! {
        <button type="button" class={classes!("vrow", word)} aria-expanded={open.to_string()} {onclick}>
            <span class="vmark" aria-label={word}>if let Some(shape) = mark { { icon(shape) } }</span>
            <span class="what">
                <span class="mono name" title={input.name.clone()}><bdi>{ &input.name }</bdi></span>
                <span class="note" title={note.clone()}>
                    if input.refused > 0 { <span class="narrow">{ format!("{} refused · ", grouped(input.refused)) }</span> }
                    { note }
                    if input.error.is_none() && input.container == "gzip" { <span class="wide">{ " · gzip" }</span> }
                </span>
            </span>
            <span class="number wide" title={exact_bytes(input.bytes)}>{ bytes(input.bytes) }</span>
            <span class="number" title={grouped(input.records)}>{ count(input.records) }</span>
            <span class="number wide">{ grouped(input.refused) }</span>
            <span class="wide">{ bar(&parts, whole) }</span>
            <span class="span wide">{ span }</span>
        </button>
    }
}
