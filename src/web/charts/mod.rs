//! Charts: SVG drawn from binned results, each with a summary and a table in words.

mod bars;
mod brush;
mod hatch;
mod timeline;
mod timeline_table;

pub use hatch::hatch;
pub use timeline::Timeline;
