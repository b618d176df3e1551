//! `parse`: a text taken apart.

use flowlens_ask::functions::regex;
use flowlens_ask::insights::ast::{Parse, ParseBy};

use super::value::Val;

/// The names of the columns that `parse` makes.
pub(crate) fn names(parse: &Parse) -> Vec<String> {
    match &parse.by {
        ParseBy::Regex { pattern, .. } if parse.names.is_empty() => {
            regex(&pattern.pattern).unwrap().capture_names().flatten().map(str::to_owned).collect()
        }
        _ => parse.names.iter().map(|name| name.text.clone()).collect(),
    }
}

/// The values of these columns, for each row that comes of a text; none if nothing was found.
pub(crate) fn take(parse: &Parse, text: &str) -> Vec<Vec<Val>> {
    match &parse.by {
        ParseBy::Glob(pattern) => glob(pattern, text).into_iter().collect(),
        ParseBy::Regex { pattern, multi } => {
            let regex = regex(&pattern.pattern).unwrap();
            let most = if *multi { usize::MAX } else { 1 };
            let value = |part: Option<&str>| part.map_or(Val::Missing, |part| Val::Text(part.to_owned()));
            regex
                .captures_iter(text)
                .take(most)
                .map(|found| {
                    if parse.names.is_empty() {
                        regex
                            .capture_names()
                            .flatten()
                            .map(|name| value(found.name(name).map(|part| part.as_str())))
                            .collect()
                    } else if found.len() == 1 {
                        vec![value(found.get(0).map(|part| part.as_str()))]
                    } else {
                        found.iter().skip(1).map(|part| value(part.map(|part| part.as_str()))).collect()
                    }
                })
                .collect()
        }
        ParseBy::Csv => vec![text.split(',').map(|part| Val::Text(part.trim().to_owned())).collect()],
        ParseBy::Logfmt => panic!("not in the reference"),
    }
}

/// What stands for the asterisks: as little as possible, for the last one all that is left.
fn glob(pattern: &str, text: &str) -> Option<Vec<Val>> {
    let parts: Vec<&str> = pattern.split('*').collect();
    let (first, between) = parts.split_first()?;
    let mut rest = &text[text.find(first)? + first.len()..];
    let mut values = Vec::new();
    for (at, part) in between.iter().enumerate() {
        let end = if part.is_empty() && at + 1 == between.len() { rest.len() } else { rest.find(part)? };
        values.push(Val::Text(rest[..end].to_owned()));
        rest = &rest[end + part.len()..];
    }
    Some(values)
}
