//! Workers: the page's client, the desk that owns the session, and the shards.
//!
//! The page starts them all and gives the desk a port to each shard. Messages are postcard bytes in a
//! transferred buffer, with file handles and ports beside them.

mod asking;
pub mod client;
mod desk;
mod load;
mod parquet;
mod pipe;
mod read;
mod shard;
mod wire;
mod writing;

use wasm_bindgen::JsCast as _;

/// Runs this worker: waits for the first message, which tells its role.
pub fn run() {
    wire::listen(&wire::scope(), |message| match message.body::<wire::Role>() {
        Some(wire::Role::Desk { shards }) => desk::start(shards, &message),
        Some(wire::Role::Shard) => {
            if let Some(port) = message.rest.first().and_then(|port| port.clone().dyn_into().ok()) {
                shard::start(port);
            }
        }
        None => desk::receive(message),
    });
}
