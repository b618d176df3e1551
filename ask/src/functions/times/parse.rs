//! Times out of texts, by the letters of Java's date patterns.

use time::{Date, Month, PrimitiveDateTime, Time};

use super::millis_of;

/// The parts of a date as far as a text has given them.
struct Parts {
    year: i32,
    month: u8,
    day: u8,
    hour: u8,
    minute: u8,
    second: u8,
    nanos: u32,
    afternoon: Option<bool>,
    zone_secs: i32,
}

/// The Unix milliseconds of a date that fills the whole text. It is in a zone, given by its seconds east of UTC,
/// unless the text says otherwise.
///
/// Letters: `y u M L d H k h K m s S a E Z X x z`, and `T` as itself. Other letters need quotes, and two of them
/// are one: `yyyy-MM-dd'T'HH:mm:ss.SSSXXX`. Parts that are not given are those of 1970.
pub(super) fn date(text: &str, pattern: &str, zone_secs: i32) -> Option<i128> {
    let mut parts = Parts {
        year: 1970,
        month: 1,
        day: 1,
        hour: 0,
        minute: 0,
        second: 0,
        nanos: 0,
        afternoon: None,
        zone_secs,
    };
    let (mut text, mut pattern) = (text, pattern);
    while let Some(first) = pattern.chars().next() {
        let run = pattern.len() - pattern.trim_start_matches(first).len();
        let count = run / first.len_utf8();
        if first == '\'' {
            let literal;
            (literal, pattern) = quoted(pattern)?;
            text = text.strip_prefix(&*literal)?;
        } else if first.is_ascii_alphabetic() && first != 'T' {
            pattern = pattern.get(run..)?;
            let digits_follow = pattern.starts_with(|next: char| "yuMLdHkhKmsS".contains(next));
            text = part(&mut parts, text, first, count, digits_follow)?;
        } else {
            let literal;
            (literal, pattern) = pattern.split_at_checked(run)?;
            text = text.strip_prefix(literal)?;
        }
    }
    if !text.is_empty() {
        return None;
    }
    let hour = match parts.afternoon {
        Some(afternoon) => parts.hour % 12 + if afternoon { 12 } else { 0 },
        None => parts.hour,
    };
    let date = Date::from_calendar_date(parts.year, Month::try_from(parts.month).ok()?, parts.day).ok()?;
    let time = Time::from_hms_nano(hour, parts.minute, parts.second, parts.nanos).ok()?;
    Some(millis_of(PrimitiveDateTime::new(date, time), parts.zone_secs))
}

/// What stands in quotes at the beginning of a pattern, and what follows; two quotes are one, inside of others too.
fn quoted(pattern: &str) -> Option<(String, &str)> {
    let mut rest = pattern.strip_prefix('\'')?;
    if let Some(rest) = rest.strip_prefix('\'') {
        return Some(("'".to_owned(), rest));
    }
    let mut literal = String::new();
    loop {
        let (inside, after) = rest.split_once('\'')?;
        literal.push_str(inside);
        match after.strip_prefix('\'') {
            Some(after) => {
                literal.push('\'');
                rest = after;
            }
            None => return Some((literal, after)),
        }
    }
}

/// Reads one part; gives what follows it.
fn part<'a>(
    parts: &mut Parts,
    text: &'a str,
    letter: char,
    count: usize,
    digits_follow: bool,
) -> Option<&'a str> {
    if letter == 'E' || matches!(letter, 'M' | 'L') && count >= 3 {
        return name(parts, text, letter);
    }
    if letter == 'a' {
        let half = text.get(..2)?;
        parts.afternoon = Some(half.eq_ignore_ascii_case("pm"));
        let known = half.eq_ignore_ascii_case("am") || half.eq_ignore_ascii_case("pm");
        return text.get(2..).filter(|_| known);
    }
    if matches!(letter, 'Z' | 'X' | 'x' | 'z') {
        let utc = ["Z", "UTC", "GMT"].iter().find_map(|utc| text.strip_prefix(utc));
        let rest;
        (parts.zone_secs, rest) = utc.map(|rest| (0, rest)).or_else(|| offset(text))?;
        return Some(rest);
    }
    // A number that another follows ends where its letters end, else where its digits end.
    let most = match letter {
        _ if digits_follow => count,
        'y' | 'u' if count != 2 => 4,
        'S' => 9,
        _ => 2,
    };
    let end = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at_checked(end)?;
    let number: u32 = digits.parse().ok()?;
    let small = u8::try_from(number).ok();
    match letter {
        'y' | 'u' if count == 2 => parts.year = 2000 + i32::try_from(number).ok()?,
        'y' | 'u' => parts.year = i32::try_from(number).ok()?,
        'M' | 'L' => parts.month = small?,
        'd' => parts.day = small?,
        'H' | 'h' | 'K' => parts.hour = small?,
        'k' => parts.hour = small? % 24,
        'm' => parts.minute = small?,
        's' => parts.second = small?,
        'S' => parts.nanos = number.checked_mul(10_u32.checked_pow(9_u32.checked_sub(end as u32)?)?)?,
        _ => return None,
    }
    Some(rest)
}

/// An English name of a month or, which says nothing that the date does not, of a day; in full or by three letters.
fn name<'a>(parts: &mut Parts, text: &'a str, letter: char) -> Option<&'a str> {
    const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let strip = |name: &str| {
        [name.len(), 3].into_iter().find_map(|length| {
            let (head, rest) = text.split_at_checked(length)?;
            name.get(..length)?.eq_ignore_ascii_case(head).then_some(rest)
        })
    };
    if letter == 'E' {
        return DAYS.iter().find_map(|day| strip(day));
    }
    (1..=12).find_map(|number| {
        let rest = strip(&Month::try_from(number).ok()?.to_string())?;
        parts.month = number;
        Some(rest)
    })
}

/// An offset such as `+02:00`, `+0200` or `+2` in seconds east of UTC, and what follows it.
pub(super) fn offset(text: &str) -> Option<(i32, &str)> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    let digits = |text: &str| text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let (hours, rest) = rest.split_at_checked(digits(rest))?;
    let after_colon = rest.strip_prefix(':').unwrap_or(rest);
    let (minutes, rest) = match after_colon.split_at_checked(2) {
        Some((minutes, rest)) if digits(minutes) == 2 => (minutes.parse().ok()?, rest),
        _ => (0, rest),
    };
    let hours: i32 = hours.parse().ok()?;
    (hours <= 18 && minutes < 60).then_some((sign * (hours * 3600 + minutes * 60), rest))
}
