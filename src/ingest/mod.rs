//! Bytes in any delivered shape to records, and the report of what was read and what was not.
//!
//! A push parser without I/O: the caller hands over bytes in chunks of any size, records go into a table of
//! the store, and an [`Outcome`] says what became of each line. Uses `store` and `record`.

pub mod outcome;

pub use outcome::{Outcome, Refusal};
