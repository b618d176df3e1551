//! The query in the address: `q=…&l=insights`, or `l=sql`.

use super::language::Language;
use crate::report::view::link::{decode, encode};

/// The address's part for a query.
pub(super) fn of(text: &str, language: Language) -> String {
    format!("q={}&l={}", encode(text), language.code())
}

/// The query of such a part, if there is one; an error names a language that this page does not speak.
pub(super) fn query(part: &str) -> Result<Option<(String, Language)>, String> {
    let value = |wanted: &str| {
        let mut pairs = part.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(name, _)| *name == wanted).map(|(_, value)| decode(value))
    };
    let code = value("l").unwrap_or_else(|| Language::default().code().to_owned());
    let language = Language::from_code(&code).ok_or(code)?;
    Ok(value("q").filter(|text| !text.trim().is_empty()).map(|text| (text, language)))
}
