//! The hub: one plan type, the executor that runs it over the store, and the tongues it is said in.
//!
//! Uses `store` and `record`. A [`Plan`] comes in from a page, a diagnosis or a text; an [`Answer`] goes out.

pub mod athena;
pub mod ddl;
pub mod exec;
mod expr;
mod facts;
pub mod filter_text;
pub mod insights;
pub mod plan;
pub mod value;

pub use facts::{Facts, Known, Need};
pub use plan::{Aggregate, Comparison, Derived, Expr, Grouping, Locals, Output, Own, Plan, Scan};
pub use value::{Answer, Row, Value};
