//! How messages travel: an array of a transferred buffer of postcard bytes and whatever goes beside it.

use js_sys::{Array, Uint8Array};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, EventTarget, MessageEvent, MessagePort, Worker};

use crate::engine::jobs::{Done, Job};
use crate::engine::messages::{Progress, Reply, Request};
use crate::engine::shard::{Answered, Ask};
use crate::query::exec::Feed;
use crate::report::Report;

/// What a worker is to be: its first message.
#[derive(Serialize, Deserialize)]
pub(super) enum Role {
    /// Owns the session; the ports to the shards come along.
    Desk { shards: u32 },
    /// Owns a table; the port to the desk comes along.
    Shard,
}

/// From the page to the desk.
#[derive(Serialize, Deserialize)]
pub(super) enum ToDesk {
    /// A request, with its files beside it.
    Request(u32, Request),
    /// A shard stopped; the port to the one that takes its place comes along.
    Lost { shard: u32, why: String },
}

/// From the desk to the page.
#[derive(Serialize, Deserialize)]
pub(super) enum FromDesk {
    Reply(u32, Reply),
    Progress(Progress),
    /// So many records are exact copies of others.
    Copies(u64),
    /// A shard stopped: what that means, and the report of what stands.
    Crashed(String, Box<Report>),
}

/// From the desk to a shard.
#[derive(Serialize, Deserialize)]
pub(super) enum ToShard {
    Ask(u32, Ask),
    /// A part of the answer to a question: rows, the question, and what is known of the records. Answered as an ask is.
    Stage(u32, Feed, Vec<u8>, Vec<u8>),
    /// Gives up the questions that are under way.
    StopAsking,
    /// A job, with its files, and for a pair of jobs the port between them, beside it.
    Job(u32, Job),
    Cancel,
}

/// From a shard to the desk.
#[derive(Serialize, Deserialize)]
pub(super) enum FromShard {
    Answered(u32, Answered),
    Done(u32, Done),
    /// Bytes, records and files read since the last time.
    Read {
        bytes: u64,
        records: u64,
        files: u64,
    },
}

/// A message that came.
pub(super) struct Message {
    bytes: Vec<u8>,
    /// What came beside the body.
    pub(super) rest: Vec<JsValue>,
}

impl Message {
    fn of(event: &MessageEvent) -> Self {
        Self::of_data(event.data())
    }

    pub(super) fn of_data(data: JsValue) -> Self {
        let parts: Array = data.unchecked_into();
        let mut parts = parts.iter();
        let bytes = parts.next().map(|bytes| Uint8Array::from(bytes).to_vec()).unwrap_or_default();
        Self { bytes, rest: parts.collect() }
    }

    /// The body, if it is of this type.
    pub(super) fn body<T: DeserializeOwned>(&self) -> Option<T> {
        let (marker, bytes) = self.bytes.split_first()?;
        (*marker == marker_of::<T>()).then(|| postcard::from_bytes(bytes).ok()).flatten()
    }
}

/// Types of bodies are told apart by a byte, so that one is never read as another.
fn marker_of<T>() -> u8 {
    std::any::type_name::<T>().bytes().fold(7, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte))
}

/// Where messages can be sent.
pub(super) trait Post {
    fn post(&self, message: &JsValue, transfer: &JsValue) -> Result<(), JsValue>;
}

impl Post for MessagePort {
    fn post(&self, message: &JsValue, transfer: &JsValue) -> Result<(), JsValue> {
        self.post_message_with_transferable(message, transfer)
    }
}

impl Post for Worker {
    fn post(&self, message: &JsValue, transfer: &JsValue) -> Result<(), JsValue> {
        self.post_message_with_transfer(message, transfer)
    }
}

impl Post for DedicatedWorkerGlobalScope {
    fn post(&self, message: &JsValue, transfer: &JsValue) -> Result<(), JsValue> {
        self.post_message_with_transfer(message, transfer)
    }
}

/// Sends a body, with values beside it; ports among them are transferred.
pub(super) fn send<T: Serialize>(to: &impl Post, body: &T, rest: impl IntoIterator<Item = JsValue>) {
    let Ok(bytes) = postcard::to_extend(body, vec![marker_of::<T>()]) else { return };
    let bytes = Uint8Array::from(bytes.as_slice());
    let (parts, transfer) = (Array::of1(&bytes), Array::of1(&bytes.buffer()));
    for value in rest {
        if value.is_instance_of::<MessagePort>() {
            transfer.push(&value);
        }
        parts.push(&value);
    }
    if let Err(error) = to.post(&parts, &transfer) {
        log(&error);
    }
}

/// Calls `on_message` for each message.
pub(super) fn listen(target: &EventTarget, on_message: impl Fn(Message) + 'static) {
    let handler =
        Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| on_message(Message::of(&event)));
    // Adding a listener to an event target cannot fail.
    let _added = target.add_event_listener_with_callback("message", handler.as_ref().unchecked_ref());
    handler.forget();
}

/// Calls `on_message` for each message of a port.
pub(super) fn listen_port(port: &MessagePort, on_message: impl Fn(Message) + 'static) {
    listen(port, on_message);
    port.start();
}

/// This worker.
pub(super) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Writes to the console what has no better place.
pub(super) fn log(error: &JsValue) {
    gloo::console::error!(error);
}
