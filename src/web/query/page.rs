use flowlens_ask::{Answered, Question};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::host::Host;
use crate::engine::messages::Told;
use crate::report::view::link::encode;
use crate::web::state::Shared;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) host: Host,
    pub(super) told: Shared<Told>,
}

/// The page: an editor, its results, and queries to begin with.
pub(super) struct QueryPage {
    text: String,
    said: String,
}

pub(super) enum Msg {
    Typed(String),
    Run,
    Came(Result<Answered, String>),
}

impl Component for QueryPage {
    type Message = Msg;
    type Properties = Props;

    fn create(_ctx: &Context<Self>) -> Self {
        Self { text: String::new(), said: String::new() }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Typed(text) => self.text = text,
            Msg::Run => {
                let host = ctx.props().host.clone();
                host.set_hash(&format!("q={}&l=insights", encode(&self.text)));
                let question =
                    Question { text: self.text.clone(), now: (js_sys::Date::now() / 1000.0) as u64 };
                ctx.link().send_future(async move { Msg::Came(host.ask(&question).await) });
            }
            Msg::Came(answer) => self.said = format!("{answer:?}"),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let oninput = ctx.link().callback(|event: InputEvent| {
            Msg::Typed(event.target_unchecked_into::<HtmlTextAreaElement>().value())
        });
        html! {
            <section class="card" aria-labelledby="query-title">
                <h1 id="query-title">{ "Query" }</h1>
                <textarea data-testid="query-editor" aria-label="Query" value={self.text.clone()} {oninput} />
                <button type="button" data-testid="query-run" onclick={ctx.link().callback(|_| Msg::Run)}>{ "Run" }</button>
                <p role="status">{ &self.said }</p>
            </section>
        }
    }
}
