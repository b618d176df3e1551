use yew::prelude::*;

use crate::engine::messages::Stage;
use crate::web::format;
use crate::web::state::{Context, Session};

/// One bar for the whole load, its numbers, and Cancel.
pub fn progress_line(page: &Context) -> Html {
    let progress = &page.state.progress;
    let judging = progress.stage == Stage::Diagnosing;
    let line = if judging { "Judging the records".to_owned() } else { format::progress(progress) };
    // A screen reader is told at every tenth, not at every message.
    let tenths = (progress.bytes_done * 10).checked_div(progress.bytes).unwrap_or(0);
    let spoken = if judging { line.clone() } else { format!("{} percent read", tenths * 10) };
    html! {
        <div class="progress">
            if judging {
                <progress aria-label="Judging the records" />
            } else {
                <progress
                    aria-label="Reading"
                    max={progress.bytes.max(1).to_string()}
                    value={progress.bytes_done.to_string()}
                />
            }
            <p class="numbers">
                <span>{ line }</span>
                <button type="button" data-testid="cancel" onclick={page.session.on(Session::cancel)}>{ "Cancel" }</button>
            </p>
            <p class="out-of-sight" aria-live="polite">{ spoken }</p>
        </div>
    }
}

/// The progress above a page that is there already.
pub fn progress_strip(page: &Context) -> Html {
    html! { <section class="strip" aria-label="Loading">{ progress_line(page) }</section> }
}
