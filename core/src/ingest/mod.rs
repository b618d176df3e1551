//! Bytes in any delivered shape to records, and the report of what was read and what was not.
//!
//! A push parser without I/O: the caller hands over bytes in chunks of any size, records go into a table of
//! the store, and an [`Outcome`] says what became of each line. Uses `store` and `record`.

pub mod columns;
mod csv;
pub mod detect;
mod dress;
pub mod guess;
pub mod gzip;
mod json;
mod known;
mod lines;
pub mod outcome;
pub mod parquet;
mod path;
mod reader;
mod record_parser;
pub mod result;
mod seen;
mod sheet;
mod strangers;
mod text;
mod token;

pub use outcome::{Origin, Outcome, Refusal};
pub use path::layout;
pub use reader::{Beginning, InflatedEnd, Reader, Rule};
pub use result::AthenaResult;
