//! All that touches the browser.
//!
//! The page hands files to the workers and shows what comes back; it never parses and never decides. What can be
//! known without a browser lives below: words, links and groups in [`crate::report`].

pub mod app;
pub mod asking;
mod athena;
pub mod charts;
pub mod console;
pub mod dom;
pub mod drop;
mod explore;
pub mod files;
pub mod format;
pub mod formats;
pub mod give;
pub mod hooks;
pub mod later;
pub mod pages;
pub mod parquet;
pub mod parts;
mod query;
pub mod same;
pub mod state;
pub mod text;
pub mod theme;
pub mod worker;
