//! flowlens reads AWS VPC flow logs and says what was blocked, by what, and why.
//!
//! # Source layout
//!
//! Imports point downwards only:
//!
//! | module | holds | may use |
//! |---|---|---|
//! | `web` | all that touches the browser: page, workers, console API | everything |
//! | [`engine`] | a shard (owns a table, answers plans), a session (many shards, one answer), messages | all below |
//! | [`report`] | the report and its JSON, Markdown and CSV forms, and those of answers to queries | `diagnose`, `query`, `ingest`, `flowlens_ask` |
//! | [`diagnose`] | findings: plans to run and pure functions from their answers to findings | `query` |
//! | [`query`] | the plan, its executor, and the tongues it is said in | `store`, `record` |
//! | [`ingest`] | bytes in any delivered shape to records, and the report of what was read | `store`, `record` |
//! | [`store`] | columnar, dictionary-encoded tables of records | `record` |
//! | [`record`] | the vocabulary: fields, formats, addresses, protocols, time | nothing |
//!
//! The lower half is the crate `flowlens-core`. Everything but `web` and the programs in `src/bin` compiles natively and is tested
//! with `cargo test`.

pub use flowlens_core::{ingest, query, record, store};

pub mod diagnose;
pub mod engine;
pub mod report;
#[cfg(target_arch = "wasm32")]
pub mod web;
