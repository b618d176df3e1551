//! The report of a session, and its JSON, Markdown and CSV forms.

pub mod model;

pub use model::Report;
