use yew::prelude::*;

/// Buttons that open below another; a choice, a click elsewhere and Esc close it (see [`crate::web::hooks`]).
pub fn dropdown(label: Html, children: Html) -> Html {
    html! {
        <details class="dropdown">
            <summary class="button quiet">{ label }</summary>
            <div class="dropdown-body">{ children }</div>
        </details>
    }
}
