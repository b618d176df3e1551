//! A large gzip file over two shards: one inflates, the other parses the blocks of text it is sent, and sends half of
//! the records back, so that both have as much to look through later.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use futures::channel::oneshot;
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, File, MessageEvent, MessagePort};

use super::read::Slices;
use super::shard::Station;
use super::wire;
use crate::engine::jobs::{BlocksEnd, Done};
use crate::engine::messages::FileInfo;
use crate::ingest::gzip::Inflater;
use crate::ingest::{Beginning, InflatedEnd, Reader};
use crate::store::{Parcel, Receiver, Sender};

/// Blocks are sent when they have this size, bytes.
const BLOCK: usize = 2 << 20;
/// At most so many blocks wait to be parsed.
const WAITING: i32 = 12;
/// The parsing shard wants no more blocks.
const ENOUGH: f64 = -1.0;
/// A parcel has been put into the table of the shard that inflates.
const KEPT: f64 = 1.0;

/// Wakes a task that waits for a message.
#[derive(Default)]
struct Bell(RefCell<Option<oneshot::Sender<()>>>);

impl Bell {
    fn ring(&self) {
        if let Some(waiting) = self.0.borrow_mut().take() {
            // Nobody waits any more when this fails.
            let _sent = waiting.send(());
        }
    }

    async fn wait(&self) {
        let (sender, receiver) = oneshot::channel();
        *self.0.borrow_mut() = Some(sender);
        // An error means that the sender was replaced: look again.
        let _rung = receiver.await;
    }
}

fn post(port: &MessagePort, message: &JsValue) {
    if let Err(error) = port.post_message(message) {
        wire::log(&error);
    }
}

fn on_message(port: &MessagePort, handle: impl Fn(JsValue) + 'static) {
    let handler = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| handle(event.data()));
    port.set_onmessage(Some(handler.as_ref().unchecked_ref()));
    handler.forget();
}

/// Inflates a file and sends its text on in blocks.
pub(super) async fn inflate(
    station: &Rc<Station>,
    files: &[File],
    _: u32,
    info: FileInfo,
    port: MessagePort,
) -> Done {
    let Some(file) = files.first() else { return Done::default() };
    let (waiting, enough, bell) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(false)), Rc::<Bell>::default());
    {
        let (waiting, enough, bell) = (Rc::clone(&waiting), Rc::clone(&enough), Rc::clone(&bell));
        let (station, back) = (Rc::clone(station), port.clone());
        let receiver = RefCell::new(Receiver::default());
        on_message(&port, move |message| {
            if let Some(word) = message.as_f64() {
                waiting.set(waiting.get() - 1);
                enough.set(enough.get() || word == ENOUGH);
            } else {
                if let Some(parcel) = wire::Message::of_data(message).body::<Parcel>() {
                    receiver.borrow_mut().put(parcel, station.shard.borrow_mut().table());
                }
                post(&back, &KEPT.into());
            }
            bell.ring();
        });
    }
    let mut slices = Slices::new(station, Blob::from(file.clone()), 0, info.size);
    let (mut inflater, mut end, mut stopped) = (Inflater::default(), InflatedEnd::default(), None);
    let mut block: Vec<u8> = Vec::with_capacity(BLOCK + (512 << 10));
    let send = |block: &mut Vec<u8>| {
        let bytes = Uint8Array::from(block.as_slice()).buffer();
        block.clear();
        waiting.set(waiting.get() + 1);
        if let Err(error) = port.post_message_with_transferable(&bytes, &js_sys::Array::of1(&bytes)) {
            wire::log(&error);
        }
    };
    loop {
        while waiting.get() >= WAITING && !enough.get() {
            bell.wait().await;
        }
        if enough.get() {
            break;
        }
        match slices.next(station).await {
            Ok(Some(slice)) => {
                // In steps, so that blocks do not pile up: a slice may inflate to a hundred times its size.
                for step in slice.chunks(512 << 10) {
                    let pushed = inflater.push(step, &mut |text| {
                        block.extend_from_slice(text);
                        if block.len() >= BLOCK {
                            send(&mut block);
                        }
                    });
                    if let Err(broken) = pushed {
                        end.broken = Some(broken);
                        break;
                    }
                    while waiting.get() >= WAITING && !enough.get() {
                        bell.wait().await;
                    }
                }
                station.progress(slice.len() as u64, 0, 0);
                if end.broken.is_some() {
                    break;
                }
            }
            Ok(None) => {
                end.broken = inflater.finish().err();
                break;
            }
            Err(stop) => {
                stopped = Some(stop.words());
                break;
            }
        }
    }
    send(&mut block);
    (end.members, end.trailing) = (inflater.members(), inflater.trailing());
    wire::send(&port, &BlocksEnd { end, stopped }, []);
    Done::default()
}

enum Incoming {
    Block(Uint8Array),
    End(BlocksEnd),
    Kept,
}

/// Reads a file's text from the blocks that another shard sends.
pub(super) async fn parse(station: &Rc<Station>, file: u32, info: FileInfo, port: MessagePort) -> Done {
    let (queue, bell) = (Rc::new(RefCell::new(VecDeque::new())), Rc::<Bell>::default());
    {
        let (queue, bell) = (Rc::clone(&queue), Rc::clone(&bell));
        on_message(&port, move |message| {
            let incoming = match message.dyn_ref::<js_sys::ArrayBuffer>() {
                Some(buffer) => Some(Incoming::Block(Uint8Array::new(buffer))),
                None if message.as_f64() == Some(KEPT) => Some(Incoming::Kept),
                None => wire::Message::of_data(message).body().map(Incoming::End),
            };
            queue.borrow_mut().extend(incoming);
            bell.ring();
        });
    }
    let beginning = Beginning { inflated: true, ..station.shard.borrow().beginning() };
    let mut reader = Reader::new(&info.name, info.size, beginning);
    let mut buffer = Vec::new();
    let mut sender = Sender::default();
    let kept_before = station.shard.borrow_mut().table().segments().len();
    let (mut sent, mut arrived) = (0, 0);
    let mut end = None;
    loop {
        // Every other segment goes to the shard that inflates; the file is read when all of them are there.
        if arrived == sent
            && let Some(BlocksEnd { end, stopped }) = end.take()
        {
            let before = reader.records();
            let mut outcome = reader.finish_inflated(end, station.shard.borrow_mut().table());
            station.progress(0, outcome.records - before, 1);
            if stopped.is_some() {
                outcome.error = stopped;
            }
            return Done { outcomes: vec![(file, outcome)], ..Done::default() };
        }
        let incoming = queue.borrow_mut().pop_front();
        match incoming {
            None => bell.wait().await,
            Some(Incoming::Block(bytes)) => {
                buffer.resize(bytes.length() as usize, 0);
                bytes.copy_to(&mut buffer);
                let before = reader.records();
                reader.push(&buffer, station.shard.borrow_mut().table());
                station.progress(0, reader.records() - before, 0);
                post(&port, &if reader.is_refused() { ENOUGH } else { 0.0 }.into());
                let mut shard = station.shard.borrow_mut();
                while shard.table().segments().len() > kept_before + sent + 1
                    && let Some(parcel) = sender.take(shard.table())
                {
                    wire::send(&port, &parcel, []);
                    sent += 1;
                }
            }
            Some(Incoming::Kept) => arrived += 1,
            Some(Incoming::End(blocks_end)) => end = Some(blocks_end),
        }
    }
}
