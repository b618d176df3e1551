//! The page's side: starts the workers, asks the desk, and replaces a shard that stops.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use futures::channel::oneshot;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, File, MessageChannel, MessagePort, Worker, WorkerOptions, WorkerType};

use super::wire::{self, FromDesk, Role, ToDesk};
use crate::engine::messages::{Progress, Reply, Request};
use crate::report::Report;
use crate::web::text;

/// At most so many shards: each has a memory of its own.
const SHARDS_MAX: f64 = 8.0;

/// What the page hears unasked.
pub enum Event {
    /// How far a load is.
    Progress(Progress),
    /// So many records are exact copies of others.
    Copies(u64),
    /// A shard stopped: what that means, and the report of what stands.
    Crashed(String, Box<Report>),
    /// The desk stopped, and all records with it: why, and what to do.
    Lost(String),
}

/// A handle on the workers; clones share them.
#[derive(Clone)]
pub struct Client(Rc<Inner>);

struct Inner {
    address: String,
    desk: RefCell<Worker>,
    shards: RefCell<Vec<Worker>>,
    next_id: Cell<u32>,
    waiting: RefCell<HashMap<u32, oneshot::Sender<Reply>>>,
    on_event: Box<dyn Fn(Event)>,
}

impl PartialEq for Client {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Client {
    /// Starts the desk and a shard for each core, at least one and at most eight.
    pub fn start(on_event: impl Fn(Event) + 'static) -> Result<Self, String> {
        let window = web_sys::window().ok_or("there is no window")?;
        let address = window
            .document()
            .and_then(|document| document.query_selector("meta[name=flowlens-worker]").ok().flatten())
            .and_then(|meta| meta.get_attribute("content"))
            .ok_or("the page does not say where its worker is; build it again with ./dev build")?;
        let shards = window.navigator().hardware_concurrency().clamp(1.0, SHARDS_MAX) as usize;
        let inner = Rc::new(Inner {
            desk: RefCell::new(new_worker(&address)?),
            address,
            shards: RefCell::default(),
            next_id: Cell::default(),
            waiting: RefCell::default(),
            on_event: Box::new(on_event),
        });
        inner.clone().open(shards)?;
        Ok(Self(inner))
    }

    /// Asks the desk. Files go beside [`Request::Load`].
    pub async fn ask(&self, request: Request, files: Vec<File>) -> Reply {
        let inner = &self.0;
        inner.next_id.set(inner.next_id.get().wrapping_add(1));
        let id = inner.next_id.get();
        let (sender, receiver) = oneshot::channel();
        inner.waiting.borrow_mut().insert(id, sender);
        let files = files.into_iter().map(JsValue::from);
        wire::send(&*inner.desk.borrow(), &ToDesk::Request(id, request), files);
        receiver.await.unwrap_or_else(|_| Reply::Failed(text::LOST.to_owned()))
    }
}

impl Inner {
    /// Connects the desk with so many new shards.
    fn open(self: Rc<Self>, shards: usize) -> Result<(), String> {
        let mut ports = Vec::new();
        self.shards.borrow_mut().clear();
        for shard in 0..shards {
            let (worker, port) = self.new_shard(shard)?;
            self.shards.borrow_mut().push(worker);
            ports.push(JsValue::from(port));
        }
        let desk = self.desk.borrow().clone();
        let this = Rc::clone(&self);
        wire::listen(&desk, move |message| {
            if let Some(message) = message.body::<FromDesk>() {
                this.receive(message);
            }
        });
        let this = Rc::clone(&self);
        on_error(&desk, move |why| this.desk_stopped(&why));
        wire::send(&desk, &Role::Desk { shards: shards as u32 }, ports);
        Ok(())
    }

    fn new_shard(self: &Rc<Self>, shard: usize) -> Result<(Worker, MessagePort), String> {
        let worker = new_worker(&self.address)?;
        let channel = MessageChannel::new().map_err(|error| format!("{error:?}"))?;
        wire::send(&worker, &Role::Shard, [channel.port1().into()]);
        let this = Rc::clone(self);
        on_error(&worker, move |why| this.shard_stopped(shard, why));
        Ok((worker, channel.port2()))
    }

    fn receive(&self, message: FromDesk) {
        match message {
            FromDesk::Reply(id, reply) => {
                if let Some(waiting) = self.waiting.borrow_mut().remove(&id) {
                    // Nobody waits any more when this fails.
                    let _sent = waiting.send(reply);
                }
            }
            FromDesk::Copies(found) => (self.on_event)(Event::Copies(found)),
            FromDesk::Progress(progress) => (self.on_event)(Event::Progress(progress)),
            FromDesk::Crashed(message, report) => (self.on_event)(Event::Crashed(message, report)),
        }
    }

    fn shard_stopped(self: &Rc<Self>, shard: usize, why: String) {
        if let Some(worker) = self.shards.borrow().get(shard) {
            worker.terminate();
        }
        match self.new_shard(shard) {
            Ok((worker, port)) => {
                if let Some(place) = self.shards.borrow_mut().get_mut(shard) {
                    *place = worker;
                }
                wire::send(&*self.desk.borrow(), &ToDesk::Lost { shard: shard as u32, why }, [port.into()]);
            }
            Err(error) => (self.on_event)(Event::Lost(text::not_restarted(&why, &error))),
        }
    }

    /// The desk stopped: all that was loaded is gone, and everything is started anew.
    fn desk_stopped(self: &Rc<Self>, why: &str) {
        self.desk.borrow().terminate();
        let shards = self.shards.borrow().len();
        self.shards.borrow().iter().for_each(Worker::terminate);
        self.waiting.borrow_mut().clear();
        let restarted = new_worker(&self.address).and_then(|worker| {
            self.desk.replace(worker);
            Rc::clone(self).open(shards)
        });
        let message = match restarted {
            Ok(()) => text::lost(why),
            Err(error) => text::not_restarted(why, &error),
        };
        (self.on_event)(Event::Lost(message));
    }
}

fn new_worker(address: &str) -> Result<Worker, String> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options(address, &options)
        .map_err(|error| format!("this browser does not start workers: {error:?}"))?;
    // The program of this page, compiled: it runs in the worker too.
    worker
        .post_message(&wasm_bindgen::module())
        .map_err(|error| format!("this browser does not hand a program to a worker: {error:?}"))?;
    Ok(worker)
}

fn on_error(worker: &Worker, stopped: impl Fn(String) + 'static) {
    let handler = Closure::<dyn Fn(ErrorEvent)>::new(move |event: ErrorEvent| {
        event.prevent_default();
        let message = event.message();
        stopped(if message.is_empty() { "it could not be loaded".to_owned() } else { message });
    });
    worker.set_onerror(Some(handler.as_ref().unchecked_ref()));
    handler.forget();
}
