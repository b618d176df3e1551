use web_sys::HtmlElement;
use yew::prelude::*;

use crate::web::state::{Action, Context, Menu, Value, use_page};

/// Properties of [`ValueButton`].
#[derive(Clone, PartialEq, Properties)]
pub struct ValueButtonProps {
    /// What it stands for.
    pub value: Value,
    /// What it shows, if that is more than the value's text.
    #[prop_or_default]
    pub children: Html,
    /// Addresses and ids are set in a fixed width.
    #[prop_or(true)]
    pub mono: bool,
}

/// A value that opens its menu: filter, exclude, copy.
#[component]
pub fn ValueButton(ValueButtonProps { value, children, mono }: &ValueButtonProps) -> Html {
    let Context { state, session } = use_page();
    let open = state.menu.as_ref().is_some_and(|menu| menu.value == *value);
    let node = use_node_ref();
    let onclick = {
        let (node, value) = (node.clone(), value.clone());
        move |event: MouseEvent| {
            event.stop_propagation();
            let opener = node.cast::<HtmlElement>().filter(|_| !open);
            session.dispatch(Action::Menu(opener.map(|opener| Menu { value: value.clone(), opener })));
        }
    };
    html! {
        <button
            ref={node}
            type="button"
            class={classes!("value", mono.then_some("mono"))}
            aria-haspopup="menu"
            aria-expanded={open.to_string()}
            title={value.text.clone()}
            {onclick}
        >
            if *children == Html::default() { { &value.text } } else { { children.clone() } }
        </button>
    }
}
