//! Taking texts apart.

use std::rc::Rc;

use crate::plan::steps::TakeBy;
use crate::value::Value;

/// What is found in a text: a list of values for each row that comes of it; none if nothing is found.
pub(super) fn take(by: &TakeBy, count: usize, text: Option<&str>) -> Vec<Vec<Value>> {
    let Some(text) = text else { return Vec::new() };
    match by {
        TakeBy::Regex { regex, groups, multi } => {
            let most = if *multi { usize::MAX } else { 1 };
            regex
                .captures_iter(text)
                .take(most)
                .map(|found| {
                    let value =
                        |group: &usize| found.get(*group).map_or(Value::Missing, |part| part.as_str().into());
                    groups.iter().map(value).collect()
                })
                .collect()
        }
        TakeBy::Csv => vec![csv(text)],
        TakeBy::Logfmt(names) => {
            let pairs = logfmt(text);
            if names.is_empty() && count == 1 {
                let members = pairs.into_iter().map(|(name, value)| (name.into(), Value::from(value)));
                return vec![vec![Value::Map(members.collect::<Vec<(Rc<str>, Value)>>().into())]];
            }
            let value = |name: &Rc<str>| {
                pairs
                    .iter()
                    .find(|(known, _)| **known == **name)
                    .map_or(Value::Missing, |(_, value)| Value::from(value.as_str()))
            };
            vec![names.iter().map(value).collect()]
        }
    }
}

/// Values between commas; a quote in quotes is doubled.
fn csv(text: &str) -> Vec<Value> {
    let mut values = Vec::new();
    let mut value = String::new();
    let mut is_quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if is_quoted && chars.peek() == Some(&'"') => value.extend(chars.next()),
            '"' if is_quoted || value.trim().is_empty() => is_quoted = !is_quoted,
            ',' if !is_quoted => values.push(Value::from(std::mem::take(&mut value).trim())),
            c => value.push(c),
        }
    }
    values.push(Value::from(value.trim()));
    values
}

/// Pairs of `key=value` or `key="a value"`, in order; words without a value are passed over.
fn logfmt(text: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let Some(after) = after.strip_prefix('=') else {
            rest = after.trim_start();
            continue;
        };
        let (value, next) = if let Some(quoted) = after.strip_prefix('"') {
            in_quotes(quoted)
        } else {
            let end = after.find(char::is_whitespace).unwrap_or(after.len());
            (after[..end].to_owned(), &after[end..])
        };
        pairs.push((name.to_owned(), value));
        rest = next.trim_start();
    }
    pairs
}

/// A text up to its closing quote, with its escapes undone, and what follows.
fn in_quotes(quoted: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            '"' => return (value, &quoted[at + 1..]),
            c => value.push(c),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_between_commas() {
        let of = |text| csv(text).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(of("a, b ,\"c, d\",\"e \"\"f\"\"\","), ["a", "b", "c, d", "e \"f\"", ""]);
    }

    #[test]
    fn pairs_of_logfmt() {
        let of = |text| logfmt(text).into_iter().map(|(a, b)| format!("{a}:{b}")).collect::<Vec<_>>();
        assert_eq!(
            of("level=info msg=\"it \\\"is\\\" so\" alone n=1 e="),
            ["level:info", "msg:it \"is\" so", "n:1", "e:"]
        );
    }
}
