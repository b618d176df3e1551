//! The language of CloudWatch Logs Insights.
//!
//! Source: AWS, "CloudWatch Logs Insights language query syntax" and the pages of its commands and functions.

pub mod ast;
pub mod editor;
pub mod lex;
pub mod nearest;
pub mod parse;
pub mod words;
