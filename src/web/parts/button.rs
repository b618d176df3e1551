use yew::prelude::*;

/// A button with words on it.
pub fn button(class: &'static str, words: impl Into<AttrValue>, onclick: Callback<MouseEvent>) -> Html {
    plain(class, words.into(), onclick)
}

fn plain(class: &'static str, words: AttrValue, onclick: Callback<MouseEvent>) -> Html {
    html! { <button type="button" {class} {onclick}>{ words }</button> }
}
