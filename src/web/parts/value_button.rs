use yew::prelude::*;

use crate::web::dom;
use crate::web::state::{Action, Context, Menu, Value};

/// A value that opens its menu: filter, exclude, copy.
pub fn value(page: &Context, value: Value) -> Html {
    let words = value.text.clone();
    value_button(page, &value, "value mono", words)
}

/// A value with other words on it.
pub fn value_as(page: &Context, value: Value, words: impl Into<AttrValue>) -> Html {
    value_button(page, &value, "value", words)
}

pub(super) fn value_button(
    Context { state, session }: &Context,
    value: &Value,
    class: &'static str,
    words: impl Into<AttrValue>,
) -> Html {
    let open = state.menu.as_ref().is_some_and(|menu| menu.value == *value);
    let title = value.text.clone();
    let onclick = {
        let (session, value) = (session.clone(), value.clone());
        move |event: MouseEvent| {
            event.stop_propagation();
            let opener = dom::around(&event, "button").filter(|_| !open);
            session.dispatch(Action::Menu(opener.map(|opener| Menu { value: value.clone(), opener })));
        }
    };
    let words = words.into();
    html! {
        <button type="button" {class} aria-haspopup="menu" aria-expanded={open.to_string()} {title} {onclick}>{ words }</button>
    }
}
