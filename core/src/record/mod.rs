//! The vocabulary: what a flow record is made of.
//!
//! Fields and their names, log formats (ordered field lists), addresses, protocols, TCP flags, services and
//! time. Uses nothing else of this crate; everything else uses it.

pub mod address;
pub mod field;
pub mod format;
pub mod layout;
pub mod mark;
pub mod ordered;
pub mod protocol;
pub mod service;
pub mod tcp_flags;
pub mod time;

pub use field::{Field, Kind};
pub use format::{Column, Format, Log};
pub use layout::Layout;
pub use mark::Mark;
