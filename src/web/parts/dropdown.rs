use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, KeyboardEvent, Node};
use yew::prelude::*;

/// Properties of [`Dropdown`].
#[derive(Clone, PartialEq, Properties)]
pub struct DropdownProps {
    /// What stands on it.
    pub label: Html,
    /// What is in it.
    pub children: Html,
}

/// Buttons that open below another; a choice, a click elsewhere and Esc close it.
#[component]
pub fn Dropdown(DropdownProps { label, children }: &DropdownProps) -> Html {
    let node = use_node_ref();
    use_effect_with((), {
        let node = node.clone();
        move |()| {
            // In the capture phase, since a value that opens its menu keeps its click to itself.
            let phase = EventListenerOptions::run_in_capture_phase();
            let listener =
                EventListener::new_with_options(&gloo::utils::window(), "click", phase, move |event| {
                    let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
                    let inside = node.get().is_some_and(|own| own.contains(target.as_ref()));
                    let on_summary = target
                        .and_then(|target| target.dyn_into::<Element>().ok())
                        .is_some_and(|target| target.closest("summary").is_ok_and(|it| it.is_some()));
                    if !(inside && on_summary) {
                        close(&node);
                    }
                });
            move || drop(listener)
        }
    });
    let onkeydown = {
        let node = node.clone();
        move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                close(&node);
            }
        }
    };
    html! {
        <details ref={node} class="dropdown" {onkeydown}>
            <summary class="button quiet">{ label.clone() }</summary>
            <div class="dropdown-body">{ children.clone() }</div>
        </details>
    }
}

fn close(node: &NodeRef) {
    if let Some(details) = node.cast::<Element>() {
        // There is always such an attribute to be without.
        let _always = details.remove_attribute("open");
    }
}
