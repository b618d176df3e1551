use yew::prelude::*;

use super::table_head;
use crate::ingest::outcome::{Origin, Outcome, Refusal};
use crate::report::number::{bytes, exact_bytes, grouped, plural};
use crate::web::format::Clock;

/// What became of one file: every line accounted for.
pub fn input_detail(input: &Outcome, clock: Clock) -> Html {
    html! {
        <div class="input-detail">
            if let Some(error) = &input.error {
                <p class="problem">{ error }</p>
            }
            if let Some(skipped) = &input.skipped {
                <p class="remark">{ format!("Passed over: {skipped}.") }</p>
            }
            { for input.warnings.iter().map(|warning| html! { <p class="remark">{ warning }</p> }) }
            { for remarks(input).into_iter().map(|remark| html! { <p class="remark">{ remark }</p> }) }
            if input.records > 0 {
                <p>{ verdicts(input, clock) }</p>
            }
            if input.lines > 0 || (input.error.is_none() && input.skipped.is_none()) {
                <p>{ lines(input) }</p>
            }
            <p class="muted">{ size(input) }</p>
            if let Some(origin) = origin(&input.origin) {
                <p class="muted">{ origin }</p>
            }
            if !input.fields.is_empty() {
                <p>
                    { format!("{} fields by {}: ", input.fields.len(), input.format_source) }
                    { for input.fields.iter().map(|name| field(input, name)) }
                </p>
            }
            if !input.refusals.is_empty() {
                { refusals(&input.refusals, input.refused) }
            }
        </div>
    }
}

fn verdicts(input: &Outcome, clock: Clock) -> String {
    let parts = [
        (input.accept, "accepted"),
        (input.reject, "rejected"),
        (input.nodata, "without traffic (NODATA)"),
        (input.skipdata, "skipped by AWS (SKIPDATA)"),
    ];
    let parts = parts.into_iter().filter(|(number, _)| *number > 0);
    let counted: Vec<_> = parts.map(|(number, what)| format!("{} {what}", grouped(number))).collect();
    let span = input
        .first
        .zip(input.last)
        .map(|(first, last)| format!("{} {}", clock.span(first, last), clock.label(first)));
    counted.into_iter().chain(span).collect::<Vec<_>>().join(" · ")
}

fn lines(input: &Outcome) -> String {
    let parts = [
        (input.records, "record", "records"),
        (input.headers, "header", "headers"),
        (input.blanks, "blank", "blanks"),
        (input.comments, "comment", "comments"),
        (input.refused, "refused", "refused"),
        (input.control, "of the wrapping", "of the wrapping"),
    ];
    let parts: Vec<_> = parts
        .iter()
        .enumerate()
        .filter(|(i, (number, ..))| *number > 0 || *i == 0)
        .map(|(_, (number, one, many))| plural(*number, one, many))
        .collect();
    let unit = &input.unit;
    format!("{}: {} = {}", input.shape, plural(input.lines, unit, &format!("{unit}s")), parts.join(" + "))
}

fn size(input: &Outcome) -> String {
    let mut parts = vec![exact_bytes(input.bytes)];
    if input.text_bytes != input.bytes && input.text_bytes > 0 {
        parts.push(format!("{} inflated", bytes(input.text_bytes)));
    }
    if input.members > 1 {
        parts.push(format!("{} gzip members", grouped(input.members)));
    }
    parts.join(" · ")
}

/// What the file's path told.
fn origin(origin: &Origin) -> Option<String> {
    let hour = origin.hour.map(|hour| format!("{hour:02}:00 UTC"));
    let parts: Vec<&str> = [&origin.account, &origin.region, &origin.flow_log, &origin.day, &hour]
        .into_iter()
        .filter_map(Option::as_deref)
        .collect();
    (!parts.is_empty()).then(|| format!("By its path: {}", parts.join(" · ")))
}

fn remarks(input: &Outcome) -> Vec<String> {
    let mut remarks = Vec::new();
    if !input.flow_logs.is_empty() {
        let formats = plural(input.flow_logs.len() as u64, "flow log", "flow logs");
        remarks.push(format!("Says the format of {formats}, by which files without a header line are read."));
    }
    if !input.unknown_fields.is_empty() {
        remarks.push(format!(
            "Fields that AWS had not documented when this page was made, kept as text: {}",
            input.unknown_fields.join(", ")
        ));
    }
    if input.transit_gateway > 0 && input.has_vpc_records() {
        remarks
            .push(format!("{} of the records are transit gateway records", grouped(input.transit_gateway)));
    }
    remarks
}

fn field(input: &Outcome, name: &String) -> Html {
    let unknown = input.unknown_fields.contains(name);
    html! {
        <>
            <code class={classes!("field", unknown.then_some("unknown"))} title={unknown.then_some("unknown, kept as text")}>
                { name }
            </code>
            { " " }
        </>
    }
}

fn refusals(refusals: &[Refusal], refused: u64) -> Html {
    let shown = refusals.len() as u64;
    let title = if shown < refused {
        format!("The first {} of {}", grouped(shown), plural(refused, "refused line", "refused lines"))
    } else {
        plural(refused, "refused line", "refused lines")
    };
    let row = |refusal: &Refusal| {
        html! {
            <tr>
                <td class="number">{ grouped(refusal.line) }</td>
                <td class="number">{ grouped(refusal.offset) }</td>
                <td>{ &refusal.reason }</td>
                <td class="mono">{ &refusal.text }</td>
            </tr>
        }
    };
    html! {
        <>
            <h3>{ title }</h3>
            <div class="scroll-box" tabindex="0" role="region" aria-label="Refused lines">
                <table class="records">
                    { table_head(["Line", "At byte", "Reason", "Text"]) }
                    <tbody>{ for refusals.iter().map(row) }</tbody>
                </table>
            </div>
        </>
    }
}
