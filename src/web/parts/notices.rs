use yew::prelude::*;

use super::{Icon, Shape};
use crate::web::state::{Action, Context, use_page};

/// What the user should know, until it is dismissed.
#[component]
pub fn Notices() -> Html {
    let Context { state, session } = use_page();
    let notice = |(place, text): (usize, &String)| {
        let session = session.clone();
        let onclick = move |_| session.dispatch(Action::Dismissed(place));
        html! {
            <div class="notice" role="alert">
                <Icon shape={Shape::Attention} />
                <p>{ text }</p>
                <button type="button" class="quiet" {onclick}>{ "Dismiss" }</button>
            </div>
        }
    };
    html! { <>{ for state.notices.iter().enumerate().map(notice) }</> }
}
