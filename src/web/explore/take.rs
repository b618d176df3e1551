//! Records to take along: copied, or as a CSV file.

use js_sys::Array;
use wasm_bindgen::JsValue;
use web_sys::Blob;
use yew::prelude::*;

use super::page::{ExplorePage, Msg};
use crate::engine::browse::Records;
use crate::query::Scan;
use crate::report::number::{grouped, plural};
use crate::report::view::records::{Record, Shape};
use crate::web::dom::reason;
use crate::web::give;
use crate::web::later::Host;
use crate::web::parts::{Shape as Icon, dropdown, icon};

/// Records that are fetched in a turn: some milliseconds.
const TURN: u64 = 2_000;
/// Most records of a file.
const ROWS_MAX: u64 = 1_000_000;
/// Records that are copied where none are chosen.
const COPIED: u64 = 1_000;

/// What is done with records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Tabs,
    Csv,
}

/// Which records are taken.
#[derive(Clone, Debug)]
pub(super) struct Taking {
    pub(super) form: Form,
    /// Stretches: the first place, and how many.
    pub(super) runs: Vec<(u64, u64)>,
}

/// Places that follow each other, as stretches.
pub(super) fn runs(places: impl IntoIterator<Item = u64>) -> Vec<(u64, u64)> {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for place in places {
        match runs.last_mut() {
            Some((from, count)) if *from + *count == place => *count += 1,
            _ => runs.push((place, 1)),
        }
    }
    runs
}

/// The buttons for the chosen records, or for the first.
pub(super) fn buttons(ctx: &Context<ExplorePage>, chosen: Vec<(u64, u64)>, total: u64) -> Html {
    let link = ctx.link();
    let take = |form: Form, runs: Vec<(u64, u64)>| {
        link.callback(move |_: MouseEvent| Msg::Take(Taking { form, runs: runs.clone() }))
    };
    let number: u64 = chosen.iter().map(|(_, count)| count).sum();
    if number > 0 {
        return html! {
            <>
                <span class="muted">{ format!("{} chosen", grouped(number)) }</span>
                <button type="button" class="quiet" onclick={link.callback(|_| Msg::ChooseNone)}>{ "Choose none" }</button>
                <button type="button" class="quiet" data-testid="explore-copy" onclick={take(Form::Tabs, chosen.clone())}>{ "Copy" }</button>
                <button type="button" class="quiet" data-testid="explore-csv" onclick={take(Form::Csv, chosen)}>{ "CSV" }</button>
            </>
        };
    }
    if total == 0 {
        return html! {};
    }
    let sizes = [1_000, 10_000, 100_000, ROWS_MAX].into_iter().filter(|size| *size < total);
    let sizes = sizes.chain((total <= ROWS_MAX).then_some(total));
    let of_size = |size: u64| {
        let words = if size == total {
            format!("All {}", grouped(size))
        } else {
            format!("The first {}", grouped(size))
        };
        html! { <button type="button" data-rows={size.to_string()} onclick={take(Form::Csv, vec![(0, size)])}>{ words }</button> }
    };
    let copied = total.min(COPIED);
    let title = format!("Copy the first {} with the columns on show", plural(copied, "record", "records"));
    html! {
        <>
            <button type="button" class="quiet" data-testid="explore-copy" {title} onclick={take(Form::Tabs, vec![(0, copied)])}>{ "Copy" }</button>
            { dropdown(html! { <><span data-testid="explore-csv">{ "CSV" }</span>{ icon(Icon::Down) }</> }, html! { <>{ for sizes.map(of_size) }</> }) }
        </>
    }
}

/// Fetches the records and gives them out; what to say about it. `tell` hears how many are there.
pub(super) async fn take(
    host: &Host,
    scan: &Scan,
    shape: &Shape,
    taking: &Taking,
    tell: Callback<u64>,
) -> Result<String, String> {
    let is_csv = taking.form == Form::Csv;
    let head = shape.csv_head();
    let pieces = Array::of1(&JsValue::from_str(if is_csv { &head } else { "" }));
    let mut all = String::new();
    if !is_csv {
        all = shape.columns.join("\t") + "\n";
    }
    let (mut taken, mut near) = (0, None);
    for &(from, count) in &taking.runs {
        let mut at = from;
        while at < from + count {
            let some = (from + count - at).min(TURN);
            let (scan, sort) = (scan.clone(), shape.sort.clone());
            let browsed = host.records(Records { scan, sort, from: at, count: some as u32, near }).await?;
            near = browsed.found;
            if browsed.rows.is_empty() {
                return Err("The records have changed meanwhile. Try again.".to_owned());
            }
            let mut text = String::new();
            for (format, values) in browsed.rows {
                let names = browsed.formats.get(format as usize).cloned().unwrap_or_default();
                shape.push_row(&mut text, &Record::new(names.into(), values), !is_csv);
            }
            if is_csv {
                pieces.push(&JsValue::from_str(&text));
            } else {
                all += &text;
            }
            at += some;
            taken += some;
            tell.emit(taken);
        }
    }
    if !is_csv {
        host.copy(&all);
        return Ok(String::new());
    }
    let whole = Blob::new_with_str_sequence(&pieces).map_err(|error| reason(&error))?;
    give::download("flowlens-records.csv", "text/csv", &whole).map(|()| {
        format!("flowlens-records.csv is in your downloads: {}", plural(taken, "record", "records"))
    })
}
