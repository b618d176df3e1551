//! The report of a session, and its JSON, Markdown and CSV forms.
//!
//! Uses `diagnose`, `query`, `ingest` and `record`. A [`Report`] comes in; texts go out, and (in [`view`]) what a
//! page needs to know to show it.

pub mod answer;
pub mod csv;
pub mod json;
pub mod markdown;
pub mod model;
pub mod number;
pub mod view;
pub mod words;
pub mod writing;

pub use model::Report;
