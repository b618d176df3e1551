//! The SQL of Athena.
//!
//! | module | holds |
//! |---|---|
//! | [`ast`] | what a query says; the program `sql` reads text into this |
//! | [`types`] | what values are |
//! | [`functions`], [`aggregates`], [`windows`] | what is computed of a row, of many, of those around one |
//! | [`term`] | expressions over rows |
//! | [`plan`] | from what a query says to steps over rows, and to plans where those give the same |
//! | [`editor`] | colours, and what may come next |

pub mod aggregates;
pub mod ast;
mod cast;
pub mod editor;
pub mod functions;
pub mod plan;
pub mod term;
pub mod types;
pub mod windows;
