//! Formats that the user gave for lines without a header line: kept where the browser allows it, else for this visit.
//!
//! Kept are the names of the fields and the day, a line for each format; nothing that a file holds.

use crate::engine::messages::{Given, When};
use crate::record::time;
use crate::web::dom;

const KEY: &str = "flowlens-formats";

/// What was kept before.
pub fn stored() -> Vec<Given> {
    let text = dom::storage().and_then(|storage| storage.get_item(KEY).ok().flatten()).unwrap_or_default();
    let given = |line: &str| {
        let (day, names) = line.split_once(' ')?;
        Some(Given { text: names.to_owned(), when: When::Day(day.to_owned()) })
    };
    text.lines().filter_map(given).collect()
}

/// Remembers a format.
pub fn remember(formats: &mut Vec<Given>, names: &str) {
    formats.retain(|given| given.text != names);
    let day = time::date((js_sys::Date::now() / 1000.0) as u64);
    formats.push(Given { text: names.to_owned(), when: When::Day(day) });
    keep(formats);
}

/// Forgets a format.
pub fn forget(formats: &mut Vec<Given>, names: &str) {
    formats.retain(|given| given.text != names);
    keep(formats);
}

fn keep(formats: &[Given]) {
    let mut text = String::new();
    for given in formats {
        if let When::Day(day) = &given.when {
            text.push_str(&[day, " ", &given.text, "\n"].concat());
        }
    }
    if let Some(storage) = dom::storage() {
        // A browser that does not allow it remembers for this visit.
        let _if_allowed = storage.set_item(KEY, &text);
    }
}
