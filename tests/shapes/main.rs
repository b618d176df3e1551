//! Every text shape in which AWS hands out flow logs, and every oddity seen in it: what comes of the file, exactly.
#![allow(clippy::unwrap_used)] // A test that fails may panic, in its helpers too.

mod fuzz;
mod gateway;
mod headerless;
mod invariants;
mod json;
mod oddities;
mod parquet;
mod parquet_file;
mod samples;
mod support;
mod tables;
mod text;
