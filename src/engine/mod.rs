//! A shard owns a table and answers plans; a session makes one answer of many shards.
//!
//! Knows nothing of browsers: how messages travel is the caller's business ([`crate::web`] in a browser,
//! direct calls in tests).

pub mod messages;
