//! A shard in its worker: reads files into its table and answers the desk.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::spawn_local;
use web_sys::{File, MessagePort};

use super::wire::{self, FromShard, Message, ToShard};
use super::{asking, parquet, pipe, read};
use crate::engine::jobs::Job;
use crate::engine::{Answered, Shard};

/// What the reading functions share.
pub(super) struct Station {
    pub(super) shard: RefCell<Shard>,
    /// Counts loads that were cancelled: a job that began before the last one stops.
    pub(super) cancelled: Cell<u32>,
    /// Counts questions that were given up.
    pub(super) stopped: Cell<u32>,
    desk: MessagePort,
}

impl Station {
    /// Tells the desk how far reading is.
    pub(super) fn progress(&self, bytes: u64, records: u64, files: u64) {
        wire::send(&self.desk, &FromShard::Read { bytes, records, files }, []);
    }
}

pub(super) fn start(desk: MessagePort) {
    let station = Rc::new(Station {
        shard: RefCell::default(),
        cancelled: Cell::new(0),
        stopped: Cell::new(0),
        desk: desk.clone(),
    });
    wire::listen_port(&desk, move |message| {
        if let Some(body) = message.body::<ToShard>() {
            receive(&station, body, message);
        }
    });
}

fn receive(station: &Rc<Station>, body: ToShard, message: Message) {
    match body {
        ToShard::Ask(id, ask) => {
            let answered = station.shard.borrow_mut().answer(ask);
            wire::send(&station.desk, &FromShard::Answered(id, answered), []);
        }
        ToShard::Stage(id, feed, question, facts) => {
            let station = Rc::clone(station);
            spawn_local(async move {
                let part = asking::part(&station, feed, &question, &facts).await;
                wire::send(&station.desk, &FromShard::Answered(id, Answered::Part(part)), []);
            });
        }
        ToShard::StopAsking => station.stopped.set(station.stopped.get() + 1),
        ToShard::Cancel => station.cancelled.set(station.cancelled.get() + 1),
        ToShard::Job(id, job) => {
            let station = Rc::clone(station);
            spawn_local(async move {
                let files: Vec<File> =
                    message.rest.iter().filter_map(|file| file.clone().dyn_into().ok()).collect();
                let port = message.rest.iter().find_map(|port| port.clone().dyn_into::<MessagePort>().ok());
                let mut done = match (job, port) {
                    (Job::Inflate(file, info), Some(port)) => {
                        pipe::inflate(&station, &files, file, info, port).await
                    }
                    (Job::Parse(file, info), Some(port)) => pipe::parse(&station, file, info, port).await,
                    (Job::Inflate(file, info) | Job::Parse(file, info), None) => {
                        read::files(&station, &files, vec![(file, info)]).await
                    }
                    (Job::Files(infos), _) => read::files(&station, &files, infos).await,
                    (Job::Part(part), _) => read::part(&station, &files, part).await,
                    (Job::Share(share), _) => parquet::share(&station, &files, share).await,
                };
                done.pack();
                wire::send(&station.desk, &FromShard::Done(id, done), []);
            });
        }
    }
}
