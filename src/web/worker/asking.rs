//! Questions, which a program of its own understands and answers in this worker: at the desk, and on each shard.

use std::rc::Rc;

use gloo::timers::future::TimeoutFuture;
use js_sys::{Date, Error, Uint8Array};
use wasm_bindgen::prelude::*;

use super::desk::Links;
use super::shard::Station;
use crate::engine::browse::Browse;
use crate::engine::messages::Reply;
use crate::engine::{Part, Session};
use crate::query::exec::{Feed, Feeder};
use crate::query::{Expr, Need};
use crate::web::dom::reason;

/// After so many milliseconds of work, messages are let in.
const TURN: f64 = 100.0;

#[wasm_bindgen]
extern "C" {
    /// Loads the program, if it is not there yet, and takes up a question. `static/worker-start.js` has it.
    #[wasm_bindgen(js_name = openQuestion, catch)]
    async fn open_question(question: Uint8Array, facts: Uint8Array) -> Result<JsValue, JsValue>;

    /// What `src/bin/query.rs` exports.
    #[wasm_bindgen(extends = js_sys::Object)]
    type AskedQuestion;

    #[wasm_bindgen(method, catch)]
    fn need(this: &AskedQuestion) -> Result<Option<Vec<u8>>, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn push(this: &AskedQuestion, fed: &[u8]) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    fn part(this: &AskedQuestion) -> Result<Vec<u8>, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn add(this: &AskedQuestion, part: &[u8]) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    fn finish(this: &AskedQuestion, as_json: bool) -> Result<Vec<u8>, JsValue>;

    #[wasm_bindgen(method, catch, js_name = ofPlan)]
    fn of_plan(this: &AskedQuestion, answer: &[u8]) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    fn question(this: &AskedQuestion) -> Result<Vec<u8>, JsValue>;

    #[wasm_bindgen(method)]
    fn free(this: &AskedQuestion);
}

/// Takes up a question.
async fn open(question: &[u8], facts: &[u8]) -> Result<AskedQuestion, JsValue> {
    open_question(question.into(), facts.into()).await.map(JsCast::unchecked_into)
}

/// At the desk: answers a question over the records that pass a filter.
pub(super) async fn answer(
    session: &Session<Rc<Links>>,
    question: &[u8],
    as_json: bool,
    filter: &Expr,
) -> Reply {
    match answered(session, question, as_json, filter).await {
        Ok(answer) => Reply::Asked(answer),
        Err(error) => Reply::Failed(format!("The query could not be answered: {}", reason(&error))),
    }
}

async fn answered(
    session: &Session<Rc<Links>>,
    question: &[u8],
    as_json: bool,
    filter: &Expr,
) -> Result<Vec<u8>, JsValue> {
    let facts = written(&session.facts().await)?;
    let asked = open(question, &facts).await?;
    while let Some(need) = asked.need()? {
        match postcard::from_bytes(&need).map_err(unreadable)? {
            Need::Plan(plan) => {
                let answer = session.query(&plan.restricted(filter)).await;
                asked.of_plan(&written(&answer)?)?;
            }
            Need::Rows(mut feed) => {
                feed.scan.filter = feed.scan.filter.and(filter.clone());
                let parts = session.stages(&feed, &asked.question()?, &facts).await;
                for part in parts.map_err(|error| Error::new(&error))? {
                    asked.add(&part)?;
                }
            }
        }
    }
    let answer = asked.finish(as_json);
    asked.free();
    answer
}

/// At the desk: answers what the pages ask of the records themselves.
pub(super) async fn browse(session: &Session<Rc<Links>>, asked: &[u8]) -> Reply {
    let answer = match postcard::from_bytes(asked) {
        Ok(Browse::Looks(looks)) => written(&session.hand_on(looks).await),
        Ok(Browse::Athena(of)) => written(&session.athena_queries(of)),
        Ok(Browse::Plan(plan)) => written(&session.query(&plan).await),
        Err(error) => Err(unreadable(error)),
    };
    answer.map_or_else(|error| Reply::Failed(reason(&error)), Reply::Asked)
}

fn written<T: serde::Serialize>(value: &T) -> Result<Vec<u8>, JsValue> {
    postcard::to_extend(value, Vec::new()).map_err(unreadable)
}

fn unreadable(error: postcard::Error) -> JsValue {
    Error::new(&error.to_string()).into()
}

/// On a shard: its part of the answer to a question, with facts behind it.
pub(super) async fn part(station: &Station, feed: Feed, question: &[u8], facts: &[u8]) -> Part {
    let stopped = station.stopped.get();
    let asked = open(question, facts).await.map_err(|error| reason(&error))?;
    let mut feeder = Feeder::new(feed);
    loop {
        let began = Date::now();
        let mut failed = None;
        let is_done = station.shard.borrow_mut().advance(&mut feeder, |fed| {
            if let Err(error) = written(&fed).and_then(|fed| asked.push(&fed)) {
                failed = Some(reason(&error));
            }
            failed.is_some() || Date::now() - began > TURN
        });
        if let Some(error) = failed {
            return Err(error);
        }
        if is_done {
            break;
        }
        TimeoutFuture::new(0).await;
        if station.stopped.get() != stopped {
            return Err("it was stopped".to_owned());
        }
    }
    let part = asked.part().map_err(|error| reason(&error));
    asked.free();
    part
}
