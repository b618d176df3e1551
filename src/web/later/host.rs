use std::rc::Rc;

use flowlens_ask::reading::Reading;
use flowlens_ask::{Answered, Question};
use gloo::timers::future::TimeoutFuture;
use js_sys::{Function, Promise, Uint8Array};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::engine::browse::{self, Browse, Browsed, Records, Shards};
use crate::engine::replay::ToRun;
use crate::query::{Answer, Plan};
use crate::record::Mark;
use crate::report::view::link::View;
use crate::web::dom::reason;

/// Rows that are read in one turn: some milliseconds.
const TURN_ROWS: usize = 10_000;

/// What all pages are narrowed to by a click.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::web) enum Narrowing {
    /// A condition of the filter.
    Condition(String),
    /// Unix seconds, the end exclusive.
    Range(u64, u64),
}

/// The rest of the page, which is another program.
#[derive(Clone)]
pub(in crate::web) struct Host(Rc<(Function, Function)>);

impl PartialEq for Host {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Host {
    pub(in crate::web) fn new(ask: Function, tell: Function) -> Self {
        Self(Rc::new((ask, tell)))
    }

    /// Has a question answered; an error says why there is no answer.
    pub(in crate::web) async fn ask(&self, question: &Question) -> Result<Answered, String> {
        let answer = self.answer(question, false).await?;
        read(&answer).await.map_err(|error| error.to_string())
    }

    /// Records in order, from a place on.
    pub(in crate::web) async fn records(&self, records: Records) -> Result<Browsed, String> {
        browse::records(self, &records).await
    }

    /// The answer to a plan.
    pub(in crate::web) async fn plan(&self, plan: Plan) -> Result<Answer, String> {
        let answer = self.answer(&Browse::Plan(Box::new(plan)), true).await?;
        postcard::from_bytes(&answer).map_err(|error| error.to_string())
    }

    /// The queries that are to be run on Athena.
    pub(in crate::web) async fn athena_queries(&self, of: Mark) -> Result<Vec<ToRun>, String> {
        let answer = self.answer(&Browse::Athena(of), true).await?;
        postcard::from_bytes(&answer).map_err(|error| error.to_string())
    }

    /// Shows what results of Athena tell, or what the records do.
    pub(in crate::web) fn show_athena(&self, shown: bool) {
        self.tell("athena", if shown { "1" } else { "0" });
    }

    async fn answer<T: Serialize>(&self, asked: &T, browse: bool) -> Result<Vec<u8>, String> {
        let asked = postcard::to_allocvec(asked).map_err(|error| error.to_string())?;
        let asked = Uint8Array::from(asked.as_slice());
        let answer = self.0.0.call2(&JsValue::UNDEFINED, &asked, &browse.into());
        let answer = answer.and_then(JsCast::dyn_into::<Promise>).map_err(|error| reason(&error))?;
        let answer = JsFuture::from(answer).await.map_err(|error| reason(&error))?;
        // The other program has had its turn by now.
        TimeoutFuture::new(0).await;
        Ok(Uint8Array::from(answer).to_vec())
    }

    /// Gives up the question that is under way.
    pub(in crate::web) fn stop(&self) {
        self.tell("stop", "");
    }

    /// Puts what a page shows into the address, as that page writes it.
    pub(in crate::web) fn set_hash(&self, part: &str) {
        self.tell("hash", part);
    }

    /// Copies a text.
    pub(in crate::web) fn copy(&self, text: &str) {
        self.tell("copy", text);
    }

    /// Replaces the filter of all pages.
    pub(in crate::web) fn filter(&self, filter: &str) {
        self.tell("filter", filter);
    }

    /// Adds a condition to the filter of all pages, or sets their time range.
    pub(in crate::web) fn narrow(&self, narrowing: &Narrowing) {
        match narrowing {
            Narrowing::Condition(condition) => self.tell("narrow", condition),
            Narrowing::Range(from, to) => self.tell("range", &format!("{from}-{to}")),
        }
    }

    /// Shows a passing remark.
    pub(in crate::web) fn remark(&self, text: &str) {
        self.tell("remark", text);
    }

    fn tell(&self, what: &str, text: &str) {
        // It throws only when the other program has stopped, which says so itself.
        let _told = self.0.1.call2(&JsValue::UNDEFINED, &what.into(), &text.into());
    }
}

impl Shards for Host {
    async fn looks(&self, looks: Vec<Vec<u8>>) -> Result<Vec<Vec<u8>>, String> {
        let answer = self.answer(&Browse::Looks(looks), true).await?;
        postcard::from_bytes(&answer).map_err(|error| error.to_string())
    }
}

/// Puts a view in place of the one in the address, so that going back does not lead to what stood there before.
pub(in crate::web) fn replace(view: &View) {
    // A page's own address with another hash is always allowed.
    let _always = gloo::utils::window().location().replace(&view.hash());
}

/// Reads an answer in turns, between which the page is drawn and takes keys.
async fn read(bytes: &[u8]) -> Result<Answered, postcard::Error> {
    let mut reading = match Reading::begin(bytes)? {
        Ok(reading) => reading,
        Err(complaints) => return Ok(Err(complaints)),
    };
    while reading.rows(TURN_ROWS)? {
        TimeoutFuture::new(0).await;
    }
    reading.finish().map(Ok)
}
