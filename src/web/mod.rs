//! All that touches the browser.
//!
//! The page hands files to the workers and shows what comes back; it never parses and never decides. What can be
//! known without a browser lives below: words, links and groups in [`crate::report`].

pub mod app;
pub mod asking;
pub mod charts;
pub mod console;
pub mod dom;
pub mod drop;
pub mod files;
pub mod format;
pub mod formats;
pub mod give;
pub mod hooks;
pub mod pages;
pub mod parquet;
pub mod parts;
pub mod query;
pub mod same;
pub mod state;
pub mod text;
pub mod theme;
pub mod worker;
