//! A shard owns a table and answers plans; a session makes one answer of many shards.
//!
//! Knows nothing of browsers: how messages travel is the caller's business (`web` in a browser, direct calls
//! in [`local`]). What Athena answered instead of shards is judged by the same functions ([`replay`]).

pub mod athena;
pub mod browse;
mod copies;
mod gateway;
pub mod jobs;
pub mod local;
pub mod messages;
mod overview;
pub mod replay;
pub mod session;
pub mod shard;

pub use overview::all_plans as overview_plans;
pub use session::{Fleet, Part, Session};
pub use shard::{Answered, Ask, Shard};
