//! The pages of the program `query` as the rest of the page sees them: they ask the desk through here.

use js_sys::{Error, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_sys::HtmlElement;

use super::format::Clock;
use super::state::session::{show as go_to, shown};
use super::state::{Session, Shared};
use super::{dom, text};
use crate::engine::messages::{Origins, Reply, Request, Told};
use crate::ingest::outcome::PARQUET;
use crate::query::{Expr, filter_text};
use crate::report::Report;
use crate::report::view::link::View;
use crate::report::view::{conditions, narrow};

#[wasm_bindgen]
extern "C" {
    /// Tells those pages what is loaded and on show; fetches them first, if they are not there yet. `static/start.js`
    /// has it.
    #[wasm_bindgen(js_name = openLater)]
    fn open_later(place: &HtmlElement, state: Uint8Array, ask: &JsValue, tell: &JsValue);
}

fn keep(list: &mut Vec<String>, new: Option<&String>) {
    if let Some(new) = new.filter(|new| !list.contains(new)) {
        list.push(new.clone());
    }
}

/// Where the files of each format are from.
fn origins(report: &Report) -> Vec<Origins> {
    let mut all: Vec<Origins> = Vec::new();
    for input in report.inputs.iter().filter(|input| input.records > 0) {
        let parquet = input.container == PARQUET;
        let place = all.iter().position(|it| it.parquet == parquet && it.fields == input.fields);
        let place = place.unwrap_or_else(|| {
            all.push(Origins {
                fields: input.fields.clone(),
                parquet,
                name: input.name.clone(),
                ..Origins::default()
            });
            all.len() - 1
        });
        if let Some(it) = all.get_mut(place) {
            keep(&mut it.accounts, input.origin.account.as_ref());
            keep(&mut it.regions, input.origin.region.as_ref());
        }
    }
    all
}

/// Shows the page of that program that the view is on.
pub fn show(session: &Session, report: Option<&Shared<Report>>, view: &View, clock: Clock) {
    let nothing = Shared::new(Report::default());
    let report = report.unwrap_or(&nothing);
    let mut formats: Vec<Vec<String>> = Vec::new();
    for input in &report.inputs {
        if !formats.contains(&input.fields) {
            formats.push(input.fields.clone());
        }
    }
    let told = Told {
        report: report.id() as u64,
        hash: view.hash(),
        local_time: clock == Clock::Local,
        filter: narrowed(view),
        formats,
        totals: report.totals.clone(),
        top: report.top.clone(),
        nat: report.findings.iter().find(|it| it.kind.is_nat()).and_then(|it| it.local.clone()),
        origins: origins(report),
        athena: report.athena.clone(),
        records: report.inputs.iter().map(|input| input.records).sum(),
    };
    let (Some(place), Ok(state)) = (dom::find("#query"), postcard::to_extend(&told, Vec::new())) else {
        return;
    };
    let at = session.clone();
    let ask = Closure::<dyn Fn(Vec<u8>, bool) -> Promise>::new(move |asked, browse| ask(&at, asked, browse));
    let at = session.clone();
    let tell = Closure::<dyn Fn(String, String)>::new(move |what: String, text| tell(&at, &what, text));
    open_later(&place, Uint8Array::from(state.as_slice()), &ask.into_js_value(), &tell.into_js_value());
}

fn narrowed(view: &View) -> String {
    let range = View { filter: String::new(), ..view.clone() }.is_narrowed();
    match (view.filter.is_empty(), range) {
        (_, false) => view.filter.clone(),
        (true, true) => "the time range".to_owned(),
        (false, true) => format!("{} and the time range", view.filter),
    }
}

/// Asks the desk: a question under the filter on show, or what has its filter with it.
fn ask(session: &Session, asked: Vec<u8>, browse: bool) -> Promise {
    let session = session.clone();
    future_to_promise(async move {
        let View { filter, from, to, .. } = shown();
        let filter = narrow::combined(&filter_text::parse(&filter).unwrap_or(Expr::True), from, to);
        let request = if browse {
            Request::Browse(asked)
        } else {
            Request::Ask { question: asked, as_json: false, filter }
        };
        let message = match session.ask(request).await {
            Reply::Asked(answer) => return Ok(Uint8Array::from(answer.as_slice()).into()),
            Reply::Failed(message) => message,
            _ => text::UNEXPECTED.to_owned(),
        };
        Err(Error::new(&message).into())
    })
}

fn tell(session: &Session, what: &str, text: String) {
    match what {
        "stop" => session.stop_asking(),
        "hash" => go_to(&View { query: text, ..shown() }),
        "copy" => session.copy(text),
        "filter" => session.set_filter(&text),
        "athena" => session.show_athena(text == "1"),
        "narrow" => session.set_filter(&conditions::with(&shown().filter, &text)),
        "range" => {
            let (from, to) = text.split_once('-').unwrap_or_default();
            session.set_range(from.parse().ok(), to.parse().ok());
        }
        _ => session.toast(&text),
    }
}
