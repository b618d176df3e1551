//! Filter text as a list of conditions that all must hold: the chips under the header.
//!
//! Works on the text alone, so that what the user wrote stays as written.

/// The conditions joined by `and` at the top level; one, if there is an `or` at the top level.
pub fn split(filter: &str) -> Vec<&str> {
    let filter = filter.trim();
    let mut parts = Vec::new();
    let mut begin = 0;
    for (start, end, word) in top_level_words(filter) {
        if word.eq_ignore_ascii_case("or") {
            return vec![filter];
        }
        if word.eq_ignore_ascii_case("and") {
            parts.push(filter[begin..start].trim());
            begin = end;
        }
    }
    parts.push(filter[begin..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// The filter with one more condition; unchanged if it has it already.
#[must_use]
pub fn with(filter: &str, condition: &str) -> String {
    let parts = split(filter);
    if parts.contains(&condition) {
        return filter.trim().to_owned();
    }
    let mut parts: Vec<String> = parts.into_iter().map(wrapped).collect();
    parts.push(wrapped(condition));
    if parts.len() == 1 { condition.trim().to_owned() } else { parts.join(" and ") }
}

/// The filter without its condition at a place.
#[must_use]
pub fn without(filter: &str, place: usize) -> String {
    let mut parts = split(filter);
    if place < parts.len() {
        parts.remove(place);
    }
    match parts.as_slice() {
        [only] => unwrapped(only).to_owned(),
        _ => parts.join(" and "),
    }
}

/// `field = "text"`, with quotes and backslashes escaped.
pub fn equals(field: &str, value: &str) -> String {
    format!("{field} = {}", quoted(value))
}

/// `field != "text"`, with quotes and backslashes escaped.
pub fn differs(field: &str, value: &str) -> String {
    format!("{field} != {}", quoted(value))
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// In brackets, if it has an `or` at the top level.
fn wrapped(condition: &str) -> String {
    let alternatives = top_level_words(condition).any(|(_, _, word)| word.eq_ignore_ascii_case("or"));
    if alternatives { format!("({})", condition.trim()) } else { condition.trim().to_owned() }
}

/// Without the brackets around the whole, if there are such.
fn unwrapped(condition: &str) -> &str {
    match condition.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) if balanced(inner) => inner.trim(),
        _ => condition,
    }
}

fn balanced(text: &str) -> bool {
    let mut depth = 0_i32;
    for (_, token) in tokens(text) {
        depth += i32::from(token == "(") - i32::from(token == ")");
        if depth < 0 {
            return false;
        }
    }
    depth == 0
}

/// Words outside of quotes and brackets: begin, end, text.
fn top_level_words(text: &str) -> impl Iterator<Item = (usize, usize, &str)> {
    let mut depth = 0_u32;
    tokens(text).filter_map(move |(start, token)| match token {
        "(" | "[" => {
            depth += 1;
            None
        }
        ")" | "]" => {
            depth = depth.saturating_sub(1);
            None
        }
        _ => (depth == 0).then_some((start, start + token.len(), token)),
    })
}

/// Brackets, quoted texts and words, with where they begin.
fn tokens(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += text[at..].find(|c: char| !c.is_whitespace())?;
        let rest = &text[at..];
        let length = match rest.chars().next()? {
            '(' | ')' | '[' | ']' => 1,
            quote @ ('"' | '\'' | '`') => quoted_length(rest, quote),
            _ => rest
                .find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '"' | '\'' | '`'))
                .unwrap_or(rest.len()),
        };
        let token = (at, &rest[..length]);
        at += length;
        Some(token)
    })
}

fn quoted_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (i, c) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == quote {
            return i + 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_split_at_top_level_and() {
        for (filter, parts) in [
            ("", vec![]),
            ("  dstPort = 443 ", vec!["dstPort = 443"]),
            ("a = 1 and b = 2 AND c = 3", vec!["a = 1", "b = 2", "c = 3"]),
            ("a = \"x and y\" and b = 'or'", vec!["a = \"x and y\"", "b = 'or'"]),
            ("(a = 1 or b = 2) and c in [1, 2]", vec!["(a = 1 or b = 2)", "c in [1, 2]"]),
            ("a = 1 or b = 2", vec!["a = 1 or b = 2"]),
            ("brand = 1 and order = 2", vec!["brand = 1", "order = 2"]),
            ("a = \"\\\" and b", vec!["a = \"\\\" and b"]),
        ] {
            assert_eq!(split(filter), parts, "{filter}");
        }
    }

    #[test]
    fn a_condition_is_added_once() {
        assert_eq!(with("", "a = 1"), "a = 1");
        assert_eq!(with("a = 1", "b = 2"), "a = 1 and b = 2");
        assert_eq!(with("a = 1 and b = 2", "b = 2"), "a = 1 and b = 2");
        assert_eq!(with("a = 1 or b = 2", "c = 3"), "(a = 1 or b = 2) and c = 3");
        assert_eq!(with("c = 3", "a = 1 or b = 2"), "c = 3 and (a = 1 or b = 2)");
    }

    #[test]
    fn a_condition_is_removed() {
        assert_eq!(without("a = 1", 0), "");
        assert_eq!(without("a = 1 and b = 2", 0), "b = 2");
        assert_eq!(without("(a = 1 or b = 2) and c = 3", 1), "a = 1 or b = 2");
        assert_eq!(without("(a) and (b or c) and d", 2), "(a) and (b or c)");
        assert_eq!(without("a = 1", 7), "a = 1");
    }

    #[test]
    fn values_are_quoted() {
        assert_eq!(equals("srcAddr", "10.0.0.1"), "srcAddr = \"10.0.0.1\"");
        assert_eq!(differs("x", "a\"b\\"), "x != \"a\\\"b\\\\\"");
    }

    #[test]
    fn any_text_can_be_split() {
        for text in ["(", "))", "\"", "é and ü", "'", "a and", "and and", "[(])"] {
            let _ = (split(text), with(text, text), without(text, 0));
        }
    }
}
