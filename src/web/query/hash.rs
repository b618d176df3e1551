//! The query in the address: `q=…&l=insights`.

use crate::report::view::link::{decode, encode};

/// The address's part for a query.
pub(super) fn of(text: &str) -> String {
    format!("q={}&l=insights", encode(text))
}

/// The query of such a part. That of a language which this version does not speak is none.
pub(super) fn text(part: &str) -> Option<String> {
    let value = |wanted: &str| {
        part.split('&').filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == wanted)
    };
    if value("l").is_some_and(|(_, language)| language != "insights") {
        return None;
    }
    value("q").map(|(_, text)| decode(text)).filter(|text| !text.trim().is_empty())
}
