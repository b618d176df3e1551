//! Bytes in any delivered shape to records, and the report of what was read and what was not.
//!
//! A push parser without I/O: the caller hands over bytes in chunks of any size, records go into a table of
//! the store, and an [`Outcome`] says what became of each line. Uses `store` and `record`.

pub mod detect;
pub mod gzip;
pub mod outcome;
mod reader;
mod record_parser;
mod token;

pub use outcome::{Outcome, Refusal};
pub use reader::{Beginning, InflatedEnd, Reader};
