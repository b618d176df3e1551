use yew::prelude::*;

use crate::web::state::{Context, use_page};

/// Passing remarks, read out by screen readers.
#[component]
pub fn Toast() -> Html {
    let Context { state, .. } = use_page();
    html! {
        <div class="toast-place" role="status" aria-live="polite">
            if let Some((_, text)) = &state.toast {
                <p class="toast">{ text }</p>
            }
        </div>
    }
}
