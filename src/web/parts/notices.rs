use yew::prelude::*;

use super::{Shape, icon};
use crate::web::state::{Action, Context};

/// What the user should know, until it is dismissed.
pub fn notices(Context { state, session }: &Context) -> Html {
    let notice = |(place, text): (usize, &String)| {
        let session = session.clone();
        let onclick = move |_| session.dispatch(Action::Dismissed(place));
        html! {
            <div class="notice" role="alert">
                { icon(Shape::Attention) }
                <p>{ text }</p>
                <button type="button" class="quiet" {onclick}>{ "Dismiss" }</button>
            </div>
        }
    };
    html! { <>{ for state.notices.iter().enumerate().map(notice) }</> }
}
