use yew::prelude::*;

use crate::web::state::State;

/// Passing remarks, read out by screen readers.
pub fn toast(state: &State) -> Html {
    html! {
        <div class="toast-place" role="status" aria-live="polite">
            if let Some((_, text)) = &state.toast {
                <p class="toast">{ text }</p>
            }
        </div>
    }
}
