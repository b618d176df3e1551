use yew::prelude::*;

use super::{Shape, button, icon};
use crate::web::state::{Action, Context};

/// What the user should know, until it is dismissed.
pub fn notices(Context { state, session }: &Context) -> Html {
    let notice = |(place, text): (usize, &String)| {
        let dismiss = session.on(move |session| session.dispatch(Action::Dismissed(place)));
        html! {
            <div class="notice" role="alert">
                { icon(Shape::Attention) }
                <p>{ text }</p>
                { button("quiet", "Dismiss", dismiss) }
            </div>
        }
    };
    html! { <>{ for state.notices.iter().enumerate().map(notice) }</> }
}
