//! The same question in the other language, as far as that can say it.
//!
//! What is written is what people would write: a text is compared as text and a number as a number, whichever language
//! calls a hyphen what.

mod to_insights;
mod to_sql;

pub use to_insights::to_insights;
pub use to_sql::to_sql;

use crate::insights::ast::{Complaint, Span};

type Said<T> = Result<T, Complaint>;

fn unsayable<T>(span: Span, what: &str, language: &str) -> Said<T> {
    Err(Complaint { span, text: format!("{what} is not said in {language} by this page") })
}
