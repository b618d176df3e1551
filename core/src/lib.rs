//! AWS VPC flow logs from any delivered shape to columns, and plans over them: what is done to every record.
//!
//! A crate of its own because it is compiled for speed, where the rest of flowlens is compiled to be small.
//! Imports point downwards: `query` and `ingest` use `store`, which uses `record`.

pub mod ingest;
pub mod query;
pub mod record;
pub mod store;
