//! Functions of texts. Numbers and truth values are taken as they are shown.

use std::borrow::Cow;

use regex_lite::Regex;

use super::{Args, Context, one_if};
use crate::insights::words::Function;
use crate::value::{Number, Value};

/// Compiles a regular expression, or says what is wrong with it.
pub fn regex(pattern: &str) -> Result<Regex, String> {
    Regex::new(pattern).map_err(|error| match unsupported(pattern) {
        Some(what) => {
            format!("regular expressions here and in CloudWatch have no {what}, as they are those of RE2")
        }
        None => format!("not a regular expression: {error}"),
    })
}

/// What other dialects have and RE2 has not.
fn unsupported(pattern: &str) -> Option<&'static str> {
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        if ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|lookaround| rest.starts_with(lookaround)) {
            return Some("lookaround such as (?=…) and (?<!…)");
        }
        let mut characters = rest.chars();
        characters.next();
        if first == '\\' && characters.next().is_some_and(|escaped| matches!(escaped, '1'..='9' | 'k')) {
            return Some("references such as \\1 to what was found before");
        }
        rest = characters.as_str();
    }
    None
}

pub(super) fn call(function: Function, args: Args<'_>, context: &Context) -> Value {
    let value = args.get(0);
    match function {
        Function::IsEmpty => return one_if(value.text().is_empty()),
        Function::IsBlank => return one_if(value.text().trim().is_empty()),
        Function::Concat => return concat(args.0),
        // What is missing contains nothing.
        Function::StrContains | Function::StartsWith | Function::EndsWith => {
            let found = value.plain().zip(args.get(1).plain());
            return one_if(found.is_some_and(|(text, search)| finds(function, &text, &search, args.get(2))));
        }
        _ => {}
    }
    let Some(text) = value.plain() else { return Value::Missing };
    match function {
        Function::StrLen => Value::Int(text.chars().count() as i128),
        Function::ToUpper => text.to_uppercase().into(),
        Function::ToLower => text.to_lowercase().into(),
        Function::LTrim => trim(&text, args.get(1), true, false).into(),
        Function::RTrim => trim(&text, args.get(1), false, true).into(),
        Function::Trim => trim(&text, args.get(1), true, true).into(),
        Function::SubStr => part(&text, args).map_or(Value::Missing, Value::from),
        Function::Replace => match args.get(1).plain().zip(args.get(2).plain()) {
            Some((search, _)) if search.is_empty() => text.into_owned().into(),
            Some((search, replacement)) => text.replace(&*search, &replacement).into(),
            None => Value::Missing,
        },
        Function::RegexReplace => {
            let replaced = args.get(1).plain().zip(args.get(2).plain()).and_then(|(pattern, replacement)| {
                let regex = context.regex(&pattern)?;
                Some(regex.replace_all(&text, &*replacement_of(&replacement)).into_owned())
            });
            replaced.map_or(Value::Missing, Value::from)
        }
        Function::Split => match args.get(1).plain() {
            Some(delimiter) if !delimiter.is_empty() => {
                Value::List(text.split(&*delimiter).map(Value::from).collect())
            }
            Some(_) => Value::List([Value::from(&*text)].into()),
            None => Value::Missing,
        },
        _ => Value::Missing,
    }
}

/// Missing values put nothing in; if all are missing, so is the whole.
fn concat(args: &[Value]) -> Value {
    if args.iter().all(Value::is_missing) {
        return Value::Missing;
    }
    args.iter().filter_map(Value::plain).collect::<String>().into()
}

fn finds(function: Function, text: &str, search: &str, ignore_case: &Value) -> bool {
    match function {
        Function::StartsWith => text.starts_with(search),
        Function::EndsWith => text.ends_with(search),
        _ if ignore_case.truth() == Some(true) => text.to_lowercase().contains(&search.to_lowercase()),
        _ => text.contains(search),
    }
}

/// Without characters of its own, blanks are trimmed.
fn trim<'a>(text: &'a str, characters: &Value, start: bool, end: bool) -> &'a str {
    let characters = characters.plain();
    let trimmed = |character: char| match &characters {
        Some(characters) => characters.contains(character),
        None => character.is_whitespace(),
    };
    let text = if start { text.trim_start_matches(trimmed) } else { text };
    if end { text.trim_end_matches(trimmed) } else { text }
}

/// Places before the first character count as it, and lengths below 0 as 0.
fn part(text: &str, args: Args<'_>) -> Option<String> {
    let whole = |at: usize| {
        let number = args.get(at).number().and_then(Number::whole)?;
        Some(usize::try_from(number.max(0)).unwrap_or(usize::MAX))
    };
    let length = if args.get(2).is_missing() { usize::MAX } else { whole(2)? };
    Some(text.chars().skip(whole(1)?).take(length).collect())
}

/// Groups are `\1` in RE2 and `$1` elsewhere: either is heeded, and digits end where they end.
fn replacement_of(text: &str) -> Cow<'_, str> {
    if !text.contains(['\\', '$']) {
        return Cow::Borrowed(text);
    }
    let mut converted = String::with_capacity(text.len() + 4);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' | '$' if characters.peek().is_some_and(char::is_ascii_digit) => {
                converted.push_str("${");
                while let Some(digit) = characters.next_if(char::is_ascii_digit) {
                    converted.push(digit);
                    if character == '\\' {
                        break;
                    }
                }
                converted.push('}');
            }
            '\\' if characters.next_if_eq(&'\\').is_some() => converted.push('\\'),
            other => converted.push(other),
        }
    }
    Cow::Owned(converted)
}
