//! The Explore page: the records themselves. Only the program `query` has it.

mod columns;
mod detail;
mod facets;
mod head;
mod list;
mod page;
mod table;
mod take;

use yew::prelude::*;

use super::later::Props;

pub(super) fn explore_page(props: Props) -> Html {
    html! { <page::ExplorePage ..props /> }
}
