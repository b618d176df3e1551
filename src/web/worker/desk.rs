//! The desk: owns the session, hands files to the shards and answers the page.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::join;
use futures::lock::Mutex;
use gloo::timers::future::TimeoutFuture;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, MessagePort};

use super::load::{self, Waiting};
use super::wire::{self, FromDesk, FromShard, Message, ToDesk, ToShard};
use super::{asking, writing};
use crate::engine::jobs::{Done, Job};
use crate::engine::messages::{Given, Progress, Reply, Request, When};
use crate::engine::{Answered, Ask, Fleet, Part, Session};
use crate::ingest::Outcome;
use crate::ingest::guess::{Knowledge, Known, check};
use crate::query::exec::Feed;
use crate::record::ordered::OrderedSet;
use crate::report::number::plural;
use crate::report::writing::Unwritten;

/// Between two steps of the search for copies, so that what the page asks comes first.
const SEARCH_PAUSE_MILLIS: u32 = 20;

thread_local! {
    /// The one desk of this worker.
    static DESK: RefCell<Option<Rc<Desk>>> = const { RefCell::new(None) };
}

/// The desk's state.
pub(super) struct Desk {
    pub(super) session: Mutex<Session<Rc<Links>>>,
    pub(super) links: Rc<Links>,
    /// Counts cancelled loads.
    pub(super) cancelled: Cell<u32>,
    /// Counts searches for copies: only the last goes on.
    searches: Cell<u32>,
    /// Numbers the parts of plain files.
    pub(super) next_part: Cell<u32>,
    /// Which files have records on which shard, as (input, shard).
    pub(super) holders: RefCell<OrderedSet<(usize, usize)>>,
    /// The files that wait for someone who knows their format.
    pub(super) waiting: RefCell<Vec<Waiting>>,
    /// What the shards know of lines without a header line.
    pub(super) knowledge: RefCell<Knowledge>,
}

/// The ports to the shards, and who waits for what.
pub(super) struct Links {
    ports: RefCell<Vec<MessagePort>>,
    next_id: Cell<u32>,
    asked: RefCell<HashMap<u32, (usize, oneshot::Sender<Answered>)>>,
    jobs: RefCell<HashMap<u32, (usize, oneshot::Sender<Done>)>>,
    progress: RefCell<Progress>,
    began_millis: Cell<f64>,
    told_millis: Cell<f64>,
}

impl Links {
    fn id(&self) -> u32 {
        self.next_id.set(self.next_id.get().wrapping_add(1));
        self.next_id.get()
    }

    fn port(&self, shard: usize) -> Option<MessagePort> {
        self.ports.borrow().get(shard).cloned()
    }

    /// Gives a shard a job; `None` if the shard is lost before it is done.
    pub(super) async fn job(&self, shard: usize, job: Job, beside: Vec<JsValue>) -> Option<Done> {
        let (sender, receiver) = oneshot::channel();
        let id = self.id();
        let port = self.port(shard)?;
        self.jobs.borrow_mut().insert(id, (shard, sender));
        wire::send(&port, &ToShard::Job(id, job), beside);
        receiver.await.ok()
    }

    pub(super) fn cancel(&self) {
        for port in self.ports.borrow().iter() {
            wire::send(port, &ToShard::Cancel, []);
        }
    }

    fn stop_asking(&self) {
        for port in self.ports.borrow().iter() {
            wire::send(port, &ToShard::StopAsking, []);
        }
    }

    /// Starts counting a load.
    pub(super) fn begin(&self, files: u64, bytes: u64) {
        *self.progress.borrow_mut() = Progress { files, bytes, ..Progress::default() };
        self.began_millis.set(js_sys::Date::now());
        self.told_millis.set(0.0);
        self.tell(true);
    }

    /// Counts what was read, and tells the page now and then.
    pub(super) fn count(&self, change: impl FnOnce(&mut Progress), at_once: bool) {
        change(&mut self.progress.borrow_mut());
        self.tell(at_once);
    }

    fn tell(&self, at_once: bool) {
        let now = js_sys::Date::now();
        if at_once || now - self.told_millis.get() >= 100.0 {
            self.told_millis.set(now);
            let mut progress = self.progress.borrow_mut();
            progress.elapsed_millis = (now - self.began_millis.get()).max(0.0) as u64;
            wire::send(&wire::scope(), &FromDesk::Progress(progress.clone()), []);
        }
    }

    fn receive(&self, message: FromShard) {
        match message {
            FromShard::Answered(id, answered) => {
                if let Some((_, waiting)) = self.asked.borrow_mut().remove(&id) {
                    // Nobody waits any more when this fails.
                    let _sent = waiting.send(answered);
                }
            }
            FromShard::Done(id, mut done) => {
                done.unpack();
                if let Some((_, waiting)) = self.jobs.borrow_mut().remove(&id) {
                    let _sent = waiting.send(done);
                }
            }
            FromShard::Read { bytes, records, files } => self.count(
                |progress| {
                    progress.bytes_done += bytes;
                    progress.records += records;
                    progress.files_done += files;
                },
                false,
            ),
        }
    }

    fn connect(self: &Rc<Self>, shard: usize, port: MessagePort) {
        let links = Rc::clone(self);
        wire::listen_port(&port, move |message| {
            if let Some(message) = message.body::<FromShard>() {
                links.receive(message);
            }
        });
        let mut ports = self.ports.borrow_mut();
        if shard < ports.len() {
            ports[shard] = port;
        } else {
            ports.push(port);
        }
    }

    /// Nobody need wait for this shard any longer.
    fn lose(&self, shard: usize) {
        self.asked.borrow_mut().retain(|_, (other, _)| *other != shard);
        self.jobs.borrow_mut().retain(|_, (other, _)| *other != shard);
    }
}

impl Fleet for Rc<Links> {
    fn len(&self) -> usize {
        self.ports.borrow().len()
    }

    async fn ask(&self, shard: usize, ask: Ask) -> Option<Answered> {
        let (sender, receiver) = oneshot::channel();
        let id = self.id();
        let port = self.port(shard)?;
        self.asked.borrow_mut().insert(id, (shard, sender));
        wire::send(&port, &ToShard::Ask(id, ask), []);
        receiver.await.ok()
    }

    async fn stage(&self, shard: usize, feed: Feed, question: &[u8], facts: &[u8]) -> Option<Part> {
        let (sender, receiver) = oneshot::channel();
        let id = self.id();
        let port = self.port(shard)?;
        self.asked.borrow_mut().insert(id, (shard, sender));
        wire::send(&port, &ToShard::Stage(id, feed, question.to_vec(), facts.to_vec()), []);
        if let Answered::Part(part) = receiver.await.ok()? { Some(part) } else { None }
    }
}

/// Makes this worker the desk of so many shards, whose ports came with the message.
pub(super) fn start(shards: u32, message: &Message) {
    let links = Rc::new(Links {
        ports: RefCell::default(),
        next_id: Cell::default(),
        asked: RefCell::default(),
        jobs: RefCell::default(),
        progress: RefCell::default(),
        began_millis: Cell::default(),
        told_millis: Cell::default(),
    });
    for (shard, port) in message.rest.iter().take(shards as usize).enumerate() {
        if let Ok(port) = port.clone().dyn_into() {
            links.connect(shard, port);
        }
    }
    let desk = Desk {
        session: Mutex::new(Session::new(Rc::clone(&links))),
        links,
        cancelled: Cell::default(),
        searches: Cell::default(),
        next_part: Cell::default(),
        holders: RefCell::default(),
        waiting: RefCell::default(),
        knowledge: RefCell::default(),
    };
    DESK.set(Some(Rc::new(desk)));
}

/// A message of the page.
pub(super) fn receive(message: Message) {
    let Some(desk) = DESK.with_borrow(Clone::clone) else { return };
    match message.body::<ToDesk>() {
        Some(ToDesk::Request(id, request)) => spawn_local(async move {
            let files = message.rest.into_iter().filter_map(|file| file.dyn_into().ok()).collect();
            let reply = desk.answer(request, files).await;
            wire::send(&wire::scope(), &FromDesk::Reply(id, reply), []);
        }),
        Some(ToDesk::Lost { shard, why }) => {
            let port = message.rest.into_iter().find_map(|port| port.dyn_into().ok());
            spawn_local(async move { desk.lost(shard as usize, port, &why).await });
        }
        None => {}
    }
}

impl Desk {
    async fn answer(self: &Rc<Self>, request: Request, files: Vec<File>) -> Reply {
        match request {
            Request::Cancel => {
                self.cancelled.set(self.cancelled.get() + 1);
                self.links.cancel();
                Reply::Done
            }
            Request::Clear => {
                self.clear(&mut *self.session.lock().await).await;
                Reply::Done
            }
            Request::Load { files: infos, replace, formats } => {
                let formats = match known(&formats) {
                    Ok(formats) => formats,
                    Err(message) => return Reply::Failed(message),
                };
                let mut session = self.session.lock().await;
                if replace {
                    self.clear(&mut session).await;
                }
                load::read(self, infos, files, &formats, &mut session).await;
                self.judged_anew(&mut session).await
            }
            Request::ReadWaiting { formats } => {
                let Ok(formats) = known(&formats) else { return Reply::Done };
                let mut session = self.session.lock().await;
                load::read_waiting(self, &formats, &mut session).await;
                self.judged_anew(&mut session).await
            }
            Request::CheckFormat { input, text } => {
                let mut session = self.session.lock().await;
                let guess = session.inputs().get(input as usize).and_then(|input| input.guess.as_deref());
                Reply::Checked(match guess.map(|guess| check(&text, guess)) {
                    Some(Ok((format, remarks))) => Ok((format.header(), remarks.join("; "))),
                    Some(Err(error)) => Err(error.to_string()),
                    None => Err("This file does not wait for a format".to_owned()),
                })
            }
            Request::Overview { filter, range } => {
                Reply::Overview(Box::new(self.session.lock().await.overview(&filter, range).await))
            }
            Request::Write(form) => {
                let mut session = self.session.lock().await;
                if form.has_findings() {
                    session.count_copies().await;
                }
                let unwritten = Unwritten::of(session.report(form.has_findings()).await, session.fields());
                drop(session);
                writing::text(&unwritten, form).await
            }
            Request::LeaveOut(leave_out) => {
                let mut session = self.session.lock().await;
                session.leave_out_copies(leave_out);
                session.judge().await;
                Reply::Report(Box::new(session.report(false).await))
            }
            Request::Finding { id } => {
                let found = async {
                    let session = self.session.lock().await;
                    session.finding(&id).await.map(|finding| (finding, session.fields()))
                };
                // What writes its queries may have to be loaded: neither waits for the other.
                let (found, writer) = join(found, writing::open()).await;
                let opened = found.map(|(finding, fields)| writing::opened(finding, fields, writer));
                Reply::Finding(opened.map(Box::new))
            }
            Request::Ask { question, as_json, filter } => {
                asking::answer(&*self.session.lock().await, &question, as_json, &filter).await
            }
            Request::Browse(asked) => asking::browse(&*self.session.lock().await, &asked).await,
            Request::ShowAthena(shown) => {
                let mut session = self.session.lock().await;
                session.show_athena(shown);
                Reply::Report(Box::new(session.report(false).await))
            }
            Request::StopAsking => {
                self.links.stop_asking();
                Reply::Done
            }
            Request::MarkNat { interface, is_nat } => {
                let mut session = self.session.lock().await;
                session.mark_nat(interface, is_nat);
                session.judge().await;
                Reply::Report(Box::new(session.report(false).await))
            }
        }
    }

    /// The report after records came.
    async fn judged_anew(self: &Rc<Self>, session: &mut Session<Rc<Links>>) -> Reply {
        session.records_changed();
        session.judge().await;
        self.search_copies();
        Reply::Report(Box::new(session.report(false).await))
    }

    /// Looks for exact copies of records once the report is out, and between whatever else is asked.
    fn search_copies(self: &Rc<Self>) {
        let search = self.searches.get() + 1;
        self.searches.set(search);
        let desk = Rc::clone(self);
        spawn_local(async move {
            loop {
                TimeoutFuture::new(SEARCH_PAUSE_MILLIS).await;
                let mut session = desk.session.lock().await;
                if desk.searches.get() != search {
                    return;
                }
                if !session.count_some_copies().await {
                    let found = session.report(false).await.totals.duplicates;
                    wire::send(&wire::scope(), &FromDesk::Copies(found.unwrap_or_default()), []);
                    return;
                }
            }
        });
    }

    async fn clear(&self, session: &mut Session<Rc<Links>>) {
        self.searches.set(self.searches.get() + 1);
        session.clear().await;
        self.holders.take();
        self.waiting.take();
    }

    /// Tells all shards what is known of lines without a header line.
    pub(super) async fn know(&self, knowledge: Knowledge) {
        let links = &self.links;
        let told = (0..links.len()).map(|shard| links.ask(shard, Ask::Know(knowledge.clone())));
        futures::future::join_all(told).await;
        self.knowledge.replace(knowledge);
    }

    /// A shard stopped: the files that had records on it are lost, the rest stands.
    async fn lost(self: &Rc<Self>, shard: usize, port: Option<MessagePort>, why: &str) {
        if let Some(port) = port {
            self.links.connect(shard, port);
        }
        self.links.lose(shard);
        let knowledge = self.knowledge.borrow().clone();
        self.links.ask(shard, Ask::Know(knowledge)).await;
        let mut session = self.session.lock().await;
        let lost: Vec<usize> = self
            .holders
            .borrow()
            .iter()
            .filter(|(_, holder)| *holder == shard)
            .map(|(input, _)| *input)
            .collect();
        self.holders.borrow_mut().retain(|(_, holder)| *holder != shard);
        for input in &lost {
            if let Some(outcome) = session.inputs().get_mut(*input) {
                *outcome = Outcome::failed(outcome.name.clone(), outcome.bytes, lost_words(why));
            }
        }
        if !lost.is_empty() {
            session.records_changed();
            session.judge().await;
        }
        self.search_copies();
        let report = Box::new(session.report(false).await);
        wire::send(&wire::scope(), &FromDesk::Crashed(stopped_words(lost.len() as u64, why), report), []);
    }
}

/// The formats that were given. What was remembered and cannot be read any more is passed over.
fn known(given: &[Given]) -> Result<Vec<Known>, String> {
    let mut formats = Vec::new();
    for given in given {
        match given.known() {
            Ok(known) => formats.push(known),
            Err(error) if given.when == When::Now(false) => {
                return Err(format!("The format cannot be used. {error}."));
            }
            Err(_) => {}
        }
    }
    Ok(formats)
}

/// For the reader, when a shard has stopped.
fn stopped_words(files: u64, why: &str) -> String {
    let lost = if files == 0 {
        "It held no records of files that had been read.".to_owned()
    } else {
        format!(
            "The records of {} went with it: the page Inputs marks them, what the others hold stands. Add those files \
             again, fewer at a time if memory is short.",
            plural(files, "file", "files")
        )
    };
    format!("A worker stopped and was started again. {lost} ({why})")
}

/// For the report of a file whose records went with a shard.
pub(super) fn lost_words(why: &str) -> String {
    format!(
        "The worker that held this file stopped ({why}), so its records are not counted. Drop it again, or fewer files at once."
    )
}
