//! Columnar, dictionary-encoded tables of records.
//!
//! A [`Table`] grows by sealed [`Segment`]s of [`SEGMENT_ROWS`] rows, each column packed into the narrowest
//! width that holds it. Values are read as 64-bit *cells*; what a cell means depends on the field's kind:
//! numbers and times are themselves, text is a code of the table's dictionary, an IPv4 address is its bits,
//! an IPv6 address is [`WIDE`] plus its number in the table's book. [`MISSING`] stands for `-`.
//!
//! Lossless: a record renders back to its line, white space aside. Uses `record` only.

mod batch;
pub mod bytes;
mod copies;
mod dictionary;
mod hash;
mod packed;
mod parcel;
mod segment;
mod table;

pub use batch::Batch;
pub use copies::{RowHash, RowSet};
pub use dictionary::{AddressBook, Dictionary};
pub use hash::{mix, mix_wide};
pub use packed::{Bitmap, Packed};
pub use parcel::{Parcel, Receiver, Sender};
pub use segment::{ColumnData, Segment};
pub use table::{Layout, LayoutId, Slot, Table};

/// The cell of a missing value.
pub const MISSING: u64 = u64::MAX;
/// The greatest number that can be stored: AWS's counters are signed 64-bit.
pub const NUMBER_MAX: u64 = i64::MAX as u64;
/// Set in the cell of an IPv6 address; the lower bits are its number in the table's [`AddressBook`].
pub const WIDE: u64 = 1 << 32;
/// Rows of a full segment: small enough that a column of cells stays in the cache.
pub const SEGMENT_ROWS: usize = 16_384;
