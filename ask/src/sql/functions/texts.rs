//! Functions of texts. Characters are counted from 1.

use super::{at, int, optional, signatures, text};
use crate::functions::Context;
use crate::value::Value;

/// From the character at a place on, so many of them.
fn part(text: &str, from: i128, count: Option<i128>) -> String {
    let length = text.chars().count() as i128;
    let from = if from < 0 { length + from } else { from - 1 };
    if from < 0 || from >= length {
        return String::new();
    }
    let count = count.unwrap_or(length).clamp(0, length);
    text.chars().skip(from as usize).take(count as usize).collect()
}

fn pad(args: &[Value], at_start: bool) -> Value {
    let (of, size, with) = (text(at(args, 0)), int(at(args, 1)).clamp(0, 10_000) as usize, text(at(args, 2)));
    let length = of.chars().count();
    if length >= size {
        return of.chars().take(size).collect::<String>().into();
    }
    let filler: String = with.chars().cycle().take(if with.is_empty() { 0 } else { size - length }).collect();
    if at_start { format!("{filler}{of}") } else { format!("{of}{filler}") }.into()
}

fn trim(args: &[Value], at_start: bool, at_end: bool) -> Value {
    let (of, what) = (text(at(args, 0)), args.get(1).map(text));
    let is_cut = |c: char| what.as_ref().map_or(c.is_whitespace(), |what| what.contains(c));
    let mut of = &*of;
    if at_start {
        of = of.trim_start_matches(is_cut);
    }
    if at_end {
        of = of.trim_end_matches(is_cut);
    }
    of.into()
}

fn split_part(args: &[Value]) -> Value {
    let (of, by) = (text(at(args, 0)), text(at(args, 1)));
    let Some(place) = usize::try_from(int(at(args, 2))).ok().and_then(|place| place.checked_sub(1)) else {
        return Value::Missing;
    };
    if by.is_empty() {
        return optional(of.chars().nth(place).map(String::from));
    }
    optional(of.split(&*by).nth(place))
}

fn split(args: &[Value], most: Option<usize>) -> Value {
    let (of, by) = (text(at(args, 0)), text(at(args, 1)));
    let parts: Vec<Value> = match most {
        Some(most) => of.splitn(most.max(1), &*by).map(Value::from).collect(),
        None => of.split(&*by).map(Value::from).collect(),
    };
    Value::List(parts.into())
}

/// Where a text begins in another for the so manieth time, from 1; 0 if it does not.
fn place(of: &str, part: &str, which: i128) -> Value {
    let found = match usize::try_from(which) {
        Ok(which @ 1..) => of.match_indices(part).nth(which - 1),
        _ => {
            usize::try_from(-which).ok().and_then(|which| of.rmatch_indices(part).nth(which.checked_sub(1)?))
        }
    };
    Value::Int(found.map_or(0, |(at, _)| of[..at].chars().count() as i128 + 1))
}

fn matched(args: &[Value], context: &Context, with: impl FnOnce(&regex_lite::Regex, &str) -> Value) -> Value {
    let Some(regex) = context.regex(&text(at(args, 1))) else {
        context.stop("a pattern is no regular expression", "");
        return Value::Missing;
    };
    with(&regex, &text(at(args, 0)))
}

fn extract(args: &[Value], context: &Context, all: bool) -> Value {
    let group = args.get(2).map_or(0, int) as usize;
    matched(args, context, |regex, of| {
        let mut found =
            regex.captures_iter(of).map(|found| optional(found.get(group).map(|part| part.as_str())));
        if all { Value::List(found.collect()) } else { found.next().unwrap_or(Value::Missing) }
    })
}

fn replace(args: &[Value], context: &Context) -> Value {
    // `$1` is a group to both, but a name after it is not part of it.
    let with = args.get(2).map_or(String::new(), |with| {
        let (mut out, with) = (String::new(), text(with));
        let mut chars = with.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '$' if chars.peek().is_some_and(char::is_ascii_digit) => {
                    out.push_str("${");
                    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
                        out.push(digit);
                    }
                    out.push('}');
                }
                '\\' => match chars.next() {
                    Some('$') => out.push_str("$$"),
                    Some(c) => out.push(c),
                    None => {}
                },
                c => out.push(c),
            }
        }
        out
    });
    matched(args, context, |regex, of| regex.replace_all(of, with.as_str()).into_owned().into())
}

fn concat(args: &[Value]) -> Value {
    args.iter().map(text).collect::<String>().into()
}

signatures! {
    "length" [Text] Int |args, _| Value::Int(text(at(args, 0)).chars().count() as i128);
    "lower" [Text] Text |args, _| text(at(args, 0)).to_lowercase().into();
    "upper" [Text] Text |args, _| text(at(args, 0)).to_uppercase().into();
    "trim" [Text] Text |args, _| trim(args, true, true);
    "trim" [Text Text] Text |args, _| trim(args, true, true);
    "ltrim" [Text] Text |args, _| trim(args, true, false);
    "ltrim" [Text Text] Text |args, _| trim(args, true, false);
    "rtrim" [Text] Text |args, _| trim(args, false, true);
    "rtrim" [Text Text] Text |args, _| trim(args, false, true);
    "lpad" [Text Int Text] Text |args, _| pad(args, true);
    "rpad" [Text Int Text] Text |args, _| pad(args, false);
    "reverse" [Text] Text |args, _| text(at(args, 0)).chars().rev().collect::<String>().into();
    "replace" [Text Text] Text |args, _| text(at(args, 0)).replace(&*text(at(args, 1)), "").into();
    "replace" [Text Text Text] Text |args, _| text(at(args, 0)).replace(&*text(at(args, 1)), &text(at(args, 2))).into();
    "concat" [Text Text More] Text |args, _| concat(args);
    "split" [Text Text] Texts |args, _| split(args, None);
    "split" [Text Text Int] Texts |args, _| split(args, Some(int(at(args, 2)).clamp(1, 10_000) as usize));
    "split_part" [Text Text Int] Text |args, _| split_part(args);
    "strpos" [Text Text] Int |args, _| place(&text(at(args, 0)), &text(at(args, 1)), 1);
    "strpos" [Text Text Int] Int |args, _| place(&text(at(args, 0)), &text(at(args, 1)), int(at(args, 2)));
    "starts_with" [Text Text] Truth |args, _| Value::Bool(text(at(args, 0)).starts_with(&*text(at(args, 1))));
    "ends_with" [Text Text] Truth |args, _| Value::Bool(text(at(args, 0)).ends_with(&*text(at(args, 1))));
    "substr" [Text Int] Text |args, _| part(&text(at(args, 0)), int(at(args, 1)), None).into();
    "substr" [Text Int Int] Text |args, _| part(&text(at(args, 0)), int(at(args, 1)), Some(int(at(args, 2)))).into();
    "substring" [Text Int] Text |args, _| part(&text(at(args, 0)), int(at(args, 1)), None).into();
    "substring" [Text Int Int] Text |args, _| part(&text(at(args, 0)), int(at(args, 1)), Some(int(at(args, 2)))).into();
    "chr" [Int] Text |args, _| optional(u32::try_from(int(at(args, 0))).ok().and_then(char::from_u32).map(String::from));
    "codepoint" [Text] Int |args, _| optional(text(at(args, 0)).chars().next().map(|c| i128::from(u32::from(c))));
    "regexp_like" [Text Text] Truth |args, context| matched(args, context, |regex, of| Value::Bool(regex.is_match(of)));
    "regexp_extract" [Text Text] Text |args, context| extract(args, context, false);
    "regexp_extract" [Text Text Int] Text |args, context| extract(args, context, false);
    "regexp_extract_all" [Text Text] Texts |args, context| extract(args, context, true);
    "regexp_extract_all" [Text Text Int] Texts |args, context| extract(args, context, true);
    "regexp_replace" [Text Text] Text |args, context| replace(args, context);
    "regexp_replace" [Text Text Text] Text |args, context| replace(args, context);
    "regexp_count" [Text Text] Int |args, context| matched(args, context, |regex, of| Value::Int(regex.find_iter(of).count() as i128));
    "regexp_split" [Text Text] Texts |args, context| matched(args, context, |regex, of| Value::List(regex.split(of).map(Value::from).collect()));
}
