//! The query in the address: `q=…&l=insights`.

use crate::report::view::link::{decode, encode};

/// The language that this page speaks.
const LANGUAGE: &str = "insights";

/// The address's part for a query.
pub(super) fn of(text: &str) -> String {
    format!("q={}&l={LANGUAGE}", encode(text))
}

/// The query of such a part, if there is one; an error names a language that this page does not speak.
pub(super) fn text(part: &str) -> Result<Option<String>, String> {
    let value = |wanted: &str| {
        let mut pairs = part.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(name, _)| *name == wanted).map(|(_, value)| decode(value))
    };
    match value("l") {
        Some(other) if other != LANGUAGE => Err(other),
        _ => Ok(value("q").filter(|text| !text.trim().is_empty())),
    }
}
