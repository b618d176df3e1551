use yew::prelude::*;

/// The head of a table of records.
pub fn table_head<'a>(names: impl IntoIterator<Item = &'a str>) -> Html {
    let names = names.into_iter().map(|name| html! { <th scope="col">{ name.to_owned() }</th> });
    html! { <thead><tr>{ for names }</tr></thead> }
}
