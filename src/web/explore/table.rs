//! The table: of all records, only the rows in sight are in the document.

use std::collections::BTreeSet;

use wasm_bindgen::JsCast as _;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::list::List;
use super::page::{ExplorePage, Msg};
use crate::record::Field;
use crate::record::field::Kind;
use crate::report::number::grouped;
use crate::report::view::records::{Record, Shape, explained, heading, kind, secs};
use crate::report::view::scroll::Scroll;
use crate::web::format::Clock;

/// The height of a row in pixels, as in the stylesheet.
pub(super) const ROW: f64 = 28.0;
/// Rows drawn above and below what is in sight.
const MARGIN: u64 = 8;
/// The width of a character of a cell, and what is beside its text, in pixels.
const CHARACTER: f64 = 7.9;
const PADDING: f64 = 25.0;
/// The width of the boxes by which records are chosen.
const BOX: u32 = 36;
/// A column is at most so many characters wide.
const WIDE: usize = 60;

/// What the table is drawn of.
pub(super) struct Look<'a> {
    pub(super) shape: &'a Shape,
    pub(super) list: &'a List,
    pub(super) scroll: &'a Scroll,
    /// Characters of each column.
    pub(super) widths: &'a [usize],
    pub(super) open: Option<u64>,
    pub(super) chosen: &'a BTreeSet<u64>,
    pub(super) clock: Clock,
    /// Other records are on their way.
    pub(super) pending: bool,
}

/// How wide columns are, by the records that came first.
pub(super) fn widths(shape: &Shape, list: &List, clock: Clock) -> Vec<usize> {
    let width = |column: &String| {
        let cells =
            (0..list.total.min(super::list::BLOCK)).filter_map(|place| list.get(place)?.value(column));
        let widest = cells.map(|value| shown(column, value, clock).chars().count()).max().unwrap_or(0);
        widest.max(heading(column).chars().count() + 2).min(WIDE)
    };
    shape.columns.iter().map(width).collect()
}

/// A value as it is shown.
fn shown(column: &str, value: &str, clock: Clock) -> String {
    let number = value.parse::<u64>().ok();
    match (number, kind(column), Field::from_name(column)) {
        (Some(time), Kind::Time, _) => clock.date_time(secs(time)),
        (Some(amount), Kind::Number, _) => grouped(amount),
        (Some(_), _, Some(Field::Protocol | Field::TcpFlags)) => {
            explained(column, value).unwrap_or_else(|| value.to_owned())
        }
        _ => value.to_owned(),
    }
}

fn is_number(column: &str) -> bool {
    matches!(kind(column), Kind::Number | Kind::Port)
}

pub(super) fn draw(ctx: &Context<ExplorePage>, frame: &NodeRef, look: &Look<'_>) -> Html {
    let link = ctx.link();
    let columns = &look.shape.columns;
    let width = |characters: usize| ((characters as f64).mul_add(CHARACTER, PADDING)) as u32;
    // The first column's values are buttons, which take some more.
    let width_of =
        |place: usize| width(look.widths.get(place).copied().unwrap_or(12)) + if place == 0 { 8 } else { 0 };
    let whole: u32 = BOX + (0..columns.len()).map(width_of).sum::<u32>();
    let (first, last) = look.scroll.in_sight(MARGIN);
    let (above, below) = look.scroll.free(first, last);
    let spacer = |height: f64| {
        html! { <tr class="spacer-row" aria-hidden="true"><td height={(height.round() as u64).to_string()} colspan={(columns.len() + 1).to_string()} /></tr> }
    };
    let head = columns.iter().map(|column| {
        let is_start = column == Field::Start.name();
        let (aria, arrow) = match &look.shape.sort {
            Some(sort) if sort.column == *column && sort.descending => (Some("descending"), " ↓"),
            Some(sort) if sort.column == *column => (Some("ascending"), " ↑"),
            None if is_start => (Some("descending"), " ↓"),
            _ => (None, ""),
        };
        let onclick = {
            let column = column.clone();
            link.callback(move |_: MouseEvent| Msg::Sort(column.clone()))
        };
        let title = Field::from_name(column).map_or("", Field::meaning);
        html! {
            <th scope="col" class={classes!(is_number(column).then_some("number"))} aria-sort={aria}>
                <button type="button" class="sort" {title} {onclick}>{ heading(column) }<span aria-hidden="true">{ arrow }</span></button>
            </th>
        }
    });
    html! {
        <div
            ref={frame.clone()}
            class={classes!("scroll-box", "rows", "explore-rows", look.pending.then_some("pending"))}
            tabindex="0"
            role="region"
            aria-label="Records"
            aria-busy={look.pending.to_string()}
            data-testid="explore-table"
            onscroll={link.callback(|_| Msg::Scrolled)}
        >
            <table class="records" width={whole.to_string()} aria-rowcount={(look.list.total + 1).to_string()}>
                <colgroup>
                    <col width={BOX.to_string()} />
                    { for (0..columns.len()).map(|place| html! { <col width={width_of(place).to_string()} /> }) }
                </colgroup>
                <thead><tr><th scope="col"><span class="out-of-sight">{ "Chosen" }</span></th>{ for head }</tr></thead>
                <tbody>
                    { spacer(above) }
                    { for (first..last).map(|place| row(ctx, look, place)) }
                    { spacer(below) }
                </tbody>
            </table>
        </div>
    }
}

fn row(ctx: &Context<ExplorePage>, look: &Look<'_>, place: u64) -> Html {
    let link = ctx.link();
    let record = look.list.get(place);
    let number = place + 1;
    let is_chosen = look.chosen.contains(&place);
    let choose = link.callback(move |event: MouseEvent| {
        event.stop_propagation();
        let checked = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
        Msg::Choose { place, on: checked.is_some_and(|it| it.checked()), through: event.shift_key() }
    });
    let class = classes!((look.open == Some(place)).then_some("open"), is_chosen.then_some("chosen"));
    html! {
        <tr key={place} {class} aria-rowindex={(place + 2).to_string()} onclick={link.callback(move |_| Msg::Open(place))}>
            <td class="box">
                <input type="checkbox" aria-label={format!("Choose record {}", grouped(number))} checked={is_chosen} onclick={choose} />
            </td>
            { for look.shape.columns.iter().enumerate().map(|(at, column)| cell(ctx, look, place, at, column, record)) }
        </tr>
    }
}

fn cell(
    ctx: &Context<ExplorePage>,
    look: &Look<'_>,
    place: u64,
    at: usize,
    column: &str,
    record: Option<&Record>,
) -> Html {
    let value = record.and_then(|record| record.value(column)).unwrap_or_default();
    let text = shown(column, value, look.clock);
    let class = classes!(
        is_number(column).then_some("number"),
        match value {
            "ACCEPT" if column == "action" => Some("accept-word"),
            "REJECT" if column == "action" => Some("reject-word"),
            "-" => Some("muted"),
            _ => None,
        }
    );
    let is_cut = look.widths.get(at).is_some_and(|width| text.chars().count() > *width);
    let title = if text != value || is_cut { Some(value.to_owned()) } else { explained(column, value) };
    if at > 0 || record.is_none() {
        return html! { <td {class} {title}>{ text }</td> };
    }
    // What a click on the row does, for keys.
    let onclick = ctx.link().callback(move |event: MouseEvent| {
        event.stop_propagation();
        Msg::Open(place)
    });
    html! { <td {class} {title}><button type="button" class="value" {onclick}>{ text }</button></td> }
}
