use web_sys::HtmlElement;
use yew::prelude::*;

use super::answer::Answer;
use crate::web::later::Narrowing;

/// The height of a row in pixels, as in the stylesheet.
const ROW: usize = 28;
/// Rows drawn above and below what is in sight.
const MARGIN: usize = 10;
/// The width of a character of a cell, and what is beside its text, in pixels.
const CHARACTER: f64 = 7.9;
const PADDING: f64 = 34.0;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) answer: ByNumber,
    /// A column's head is clicked.
    pub(super) sort: Callback<usize>,
    /// A value narrows all pages.
    pub(super) narrow: Callback<Narrowing>,
}

/// An answer, which is another one when it has another number or is sorted otherwise.
#[derive(Clone)]
pub(super) struct ByNumber(pub(super) Answer);

impl PartialEq for ByNumber {
    fn eq(&self, other: &Self) -> bool {
        (self.0.number, self.0.sort) == (other.0.number, other.0.sort)
    }
}

/// The rows of an answer, of which only those in sight are in the document.
///
/// The space of the rest is held by two empty rows, whose heights are attributes: the page's content security policy allows
/// no style attributes.
#[component]
pub(super) fn ResultTable(Props { answer: ByNumber(answer), sort, narrow }: &Props) -> Html {
    let frame = use_node_ref();
    let in_sight = use_state_eq(|| (0_usize, 20 * ROW));
    let measure = {
        let (frame, in_sight) = (frame.clone(), in_sight.clone());
        Callback::from(move |()| {
            if let Some(frame) = frame.cast::<HtmlElement>() {
                let height = frame.client_height().unsigned_abs() as usize;
                in_sight.set((frame.scroll_top().max(0).unsigned_abs() as usize, height));
            }
        })
    };
    {
        let measure = measure.clone();
        use_effect(move || measure.emit(()));
    }
    let count = answer.order.len();
    let first = (in_sight.0 / ROW).saturating_sub(MARGIN).min(count);
    let last = ((in_sight.0 + in_sight.1) / ROW + MARGIN).clamp(first, count);
    let columns = &answer.columns;
    let width = |characters: usize| ((characters as f64).mul_add(CHARACTER, PADDING)) as u32;
    let whole: u32 = columns.iter().map(|column| width(column.width)).sum();
    let spacer = |rows: usize| {
        html! { <tr class="spacer-row" aria-hidden="true"><td height={(rows * ROW).to_string()} colspan={columns.len().to_string()} /></tr> }
    };
    let row = |place: usize| {
        let values = answer.order.get(place).and_then(|&row| answer.table.rows.get(row as usize));
        let cells = columns.iter().zip(values.into_iter().flatten()).map(|(column, value)| {
            let shown = column.show(value);
            let class = classes!(column.is_number.then_some("number"), column.class(value));
            let content = match column.narrowing(value) {
                Some(narrowing) => {
                    let title = match &narrowing {
                        Narrowing::Condition(condition) => format!("Show only {condition}"),
                        Narrowing::Range(..) => "Show only this time".to_owned(),
                    };
                    let onclick = narrow.reform(move |_: MouseEvent| narrowing.clone());
                    html! { <button type="button" class="value" {title} {onclick}>{ shown }</button> }
                }
                None => html! { <span title={(shown.chars().count() > column.width).then(|| shown.clone())}>{ &shown }</span> },
            };
            html! { <td {class}>{ content }</td> }
        });
        html! { <tr key={place} aria-rowindex={(place + 2).to_string()}>{ for cells }</tr> }
    };
    let head = columns.iter().enumerate().map(|(place, column)| {
        let sorted = answer.sort.filter(|(by, _)| *by == place).map(|(_, descending)| descending);
        let (aria, arrow) = match sorted {
            Some(true) => (Some("descending"), " ↓"),
            Some(false) => (Some("ascending"), " ↑"),
            None => (None, ""),
        };
        let onclick = sort.reform(move |_: MouseEvent| place);
        html! {
            <th scope="col" class={classes!(column.is_number.then_some("number"))} aria-sort={aria}>
                <button type="button" class="sort" title={column.name.clone()} {onclick}>{ &column.name }<span aria-hidden="true">{ arrow }</span></button>
            </th>
        }
    });
    html! {
        <div ref={frame} class="scroll-box rows" tabindex="0" role="region" aria-label="Rows" data-testid="result-table" onscroll={measure.reform(|_| ())}>
            <table class="records" width={whole.to_string()} aria-rowcount={(count + 1).to_string()}>
                <colgroup>{ for columns.iter().map(|column| html! { <col width={width(column.width).to_string()} /> }) }</colgroup>
                <thead><tr>{ for head }</tr></thead>
                <tbody>
                    { spacer(first) }
                    { for (first..last).map(row) }
                    { spacer(count - last) }
                </tbody>
            </table>
        </div>
    }
}
