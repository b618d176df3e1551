//! The Query page. Only the program `query` has it, which the rest of the page fetches when someone first opens it.

mod answer;
mod chart;
mod editor;
mod hash;
mod language;
mod page;
mod result;
mod samples;
mod suggest;
mod table;

use yew::prelude::*;

use super::later::Props;

pub(super) fn query_page(props: Props) -> Html {
    html! { <page::QueryPage ..props /> }
}
