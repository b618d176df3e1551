//! Functions of dates, which are days since 1970, and of timestamps, which are milliseconds. All is UTC.

use std::fmt::Write as _;

use time::{Date, Month, OffsetDateTime};

use super::{at, int, optional, real, signatures, text};
use crate::functions::{Context, times};
use crate::value::Value;

/// Milliseconds of a day.
pub(crate) const DAY: i128 = 86_400_000;

fn moment(millis: i128) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(millis.checked_mul(1_000_000)?).ok()
}

fn millis_of(date: Date) -> i128 {
    date.midnight().assume_utc().unix_timestamp_nanos().div_euclid(1_000_000)
}

/// A date as Athena shows it.
pub(crate) fn show_date(days: i128) -> String {
    days.checked_mul(DAY).and_then(moment).map_or_else(|| days.to_string(), |time| time.date().to_string())
}

/// An interval as Athena shows it: `2 03:04:05.678`.
pub(crate) fn show_interval(millis: i128) -> String {
    let (sign, rest) = (if millis < 0 { "-" } else { "" }, millis.unsigned_abs());
    let (days, rest) = (rest / 86_400_000, rest % 86_400_000);
    let (secs, millis) = (rest / 1000, rest % 1000);
    format!("{sign}{days} {:02}:{:02}:{:02}.{millis:03}", secs / 3600, secs / 60 % 60, secs % 60)
}

/// The milliseconds of a timestamp as text: `2026-11-24 03:43:17.000`, also without the fraction, the seconds or the time of
/// day, and with `UTC` or an offset behind it.
pub(crate) fn timestamp(text: &str) -> Option<i128> {
    let text = text.trim();
    let text = text.strip_suffix("UTC").unwrap_or(text).trim_end();
    [
        "yyyy-MM-dd HH:mm:ss.S",
        "yyyy-MM-dd HH:mm:ss",
        "yyyy-MM-dd HH:mm",
        "yyyy-MM-dd",
        "yyyy-MM-dd HH:mm:ss.S XXX",
        "yyyy-MM-dd HH:mm:ss XXX",
        "yyyy-MM-dd HH:mm:ss.SXXX",
        "yyyy-MM-dd HH:mm:ssXXX",
        "yyyy-MM-dd'T'HH:mm:ss.SXXX",
        "yyyy-MM-dd'T'HH:mm:ssXXX",
        "yyyy-MM-dd'T'HH:mm:ss.S",
        "yyyy-MM-dd'T'HH:mm:ss",
        "yyyy-MM-dd'T'HH:mm",
    ]
    .iter()
    .find_map(|pattern| times::read(text, pattern))
}

/// The days of a date as text, `2026-11-24`.
pub(crate) fn date(text: &str) -> Option<i128> {
    times::read(text.trim(), "yyyy-MM-dd").map(|millis| millis.div_euclid(DAY))
}

/// The beginning of the unit of time in which a time lies. Weeks begin on Mondays.
fn floor(unit: &str, millis: i128) -> Option<i128> {
    let length = match unit {
        "millisecond" => 1,
        "second" => 1000,
        "minute" => 60_000,
        "hour" => 3_600_000,
        "day" => DAY,
        // 1970 began on a Thursday.
        "week" => return Some((millis + 3 * DAY).div_euclid(7 * DAY) * 7 * DAY - 3 * DAY),
        "month" | "quarter" | "year" => {
            let (year, month, _) = moment(millis)?.to_calendar_date();
            let month = match unit {
                "month" => month,
                "quarter" => Month::try_from((u8::from(month) - 1) / 3 * 3 + 1).ok()?,
                _ => Month::January,
            };
            return Some(millis_of(Date::from_calendar_date(year, month, 1).ok()?));
        }
        _ => return None,
    };
    Some(millis.div_euclid(length) * length)
}

/// So many months later; a day that the month lacks becomes its last.
pub(crate) fn add_months(millis: i128, months: i128) -> Option<i128> {
    let (year, month, day) = moment(millis)?.to_calendar_date();
    let number = i128::from(year) * 12 + i128::from(u8::from(month)) - 1 + months;
    let year = i32::try_from(number.div_euclid(12)).ok()?;
    let month = Month::try_from(u8::try_from(number.rem_euclid(12) + 1).ok()?).ok()?;
    let date = Date::from_calendar_date(year, month, day.min(month.length(year))).ok()?;
    Some(millis_of(date) + millis.rem_euclid(DAY))
}

fn add(unit: &str, count: i128, millis: i128) -> Option<i128> {
    let length = match unit {
        "millisecond" => 1,
        "second" => 1000,
        "minute" => 60_000,
        "hour" => 3_600_000,
        "day" => DAY,
        "week" => 7 * DAY,
        "month" => return add_months(millis, count),
        "quarter" => return add_months(millis, count * 3),
        "year" => return add_months(millis, count * 12),
        _ => return None,
    };
    millis.checked_add(count.checked_mul(length)?)
}

/// How many whole units lie between two times.
fn between(unit: &str, from: i128, to: i128) -> Option<i128> {
    let per_unit = match unit {
        "month" => 1,
        "quarter" => 3,
        "year" => 12,
        _ => return (to - from).checked_div(add(unit, 1, 0)?),
    };
    let of = |millis: i128| {
        moment(millis).map(|time| i128::from(time.year()) * 12 + i128::from(u8::from(time.month())))
    };
    let mut months = of(to)? - of(from)?;
    // The last month is not whole yet.
    if months > 0 && add_months(from, months)? > to {
        months -= 1;
    } else if months < 0 && add_months(from, months)? < to {
        months += 1;
    }
    Some(months / per_unit)
}

fn unit(args: &[Value]) -> String {
    text(at(args, 0)).to_lowercase()
}

fn or_stop(found: Option<i128>, why: &str, context: &Context) -> Value {
    if found.is_none() {
        context.stop(why, "");
    }
    optional(found)
}

const NO_UNIT: &str = "a unit of time is none of second, minute, hour, day, week, month, quarter and year";
const NO_TIME: &str = "a text is no time of the format";

/// A format of MySQL in the letters of another.
fn turned(
    format: &str,
    with: impl Fn(char) -> Option<&'static str>,
    literal: impl Fn(&mut String, char),
) -> Option<String> {
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c == '%' {
            let letter = chars.next()?;
            match with(letter) {
                Some(part) => out.push_str(part),
                None => literal(&mut out, letter),
            }
        } else {
            literal(&mut out, c);
        }
    }
    Some(out)
}

/// Source: MySQL's date_format, which Trino's takes after.
fn date_format(millis: i128, format: &str) -> Option<String> {
    let format = turned(
        format,
        |letter| {
            Some(match letter {
                'i' => "%M",
                'M' => "%B",
                's' | 'S' => "%S",
                'h' | 'I' => "%I",
                'r' => "%I:%M:%S %p",
                'T' => "%H:%M:%S",
                'W' => "%A",
                'v' => "%V",
                'a' => "%a",
                'b' => "%b",
                'd' => "%d",
                'e' => "%-e",
                'c' => "%-m",
                'f' => "%f",
                'H' => "%H",
                'j' => "%j",
                'k' => "%-k",
                'l' => "%-l",
                'm' => "%m",
                'p' => "%p",
                'Y' => "%Y",
                'y' => "%y",
                '%' => "%%",
                _ => return None,
            })
        },
        String::push,
    )?;
    let whole = times::write(millis, &format.replace("%-", "%\u{1}"))?;
    // What MySQL writes without a leading zero.
    let mut out = String::new();
    let mut rest = whole.as_str();
    while let Some((before, after)) = rest.split_once("%\u{1}") {
        out.push_str(before);
        let letter = after.get(..1)?;
        let padded = times::write(millis, &format!("%{letter}"))?;
        out.push_str(padded.trim_start_matches(['0', ' ']));
        if padded.trim_start_matches(['0', ' ']).is_empty() {
            out.push('0');
        }
        rest = after.get(1..)?;
    }
    out.push_str(rest);
    Some(out)
}

fn date_parse(of: &str, format: &str) -> Option<i128> {
    let pattern = turned(
        format,
        |letter| {
            Some(match letter {
                'Y' => "yyyy",
                'y' => "yy",
                'm' => "MM",
                'c' => "M",
                'd' => "dd",
                'e' => "d",
                'H' | 'k' => "HH",
                'h' | 'I' | 'l' => "hh",
                'i' => "mm",
                's' | 'S' => "ss",
                'f' => "S",
                'p' => "a",
                'M' => "MMMM",
                'b' => "MMM",
                'T' => "HH:mm:ss",
                _ => return None,
            })
        },
        |out, c| {
            if c.is_ascii_alphabetic() {
                let _ = write!(out, "'{c}'");
            } else {
                out.push(c);
            }
        },
    )?;
    times::read(of, &pattern)
}

/// A time by the letters of Java's date patterns.
fn format_datetime(millis: i128, pattern: &str) -> Option<String> {
    let time = moment(millis)?;
    let (year, month, day) = time.to_calendar_date();
    let (hour, minute, second, milli) = time.to_hms_milli();
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let count = rest.chars().take_while(|&c| c == first).count();
        let after = &rest[count * first.len_utf8()..];
        if first == '\'' {
            if count >= 2 {
                out.push('\'');
                rest = &rest[2..];
                continue;
            }
            let (literal, after) = after.split_once('\'')?;
            out.push_str(literal);
            rest = after;
            continue;
        }
        let short =
            |name: String| if count >= 4 { name } else { name.get(..3).unwrap_or_default().to_owned() };
        let mut number = |number: i128| {
            // Writing to a text does not fail.
            let _ = write!(out, "{number:0count$}");
        };
        match first {
            'y' | 'Y' | 'u' | 'x' if count == 2 => number(i128::from(year.rem_euclid(100))),
            'y' | 'Y' | 'u' | 'x' => number(year.into()),
            'M' if count >= 3 => out.push_str(&short(month.to_string())),
            'M' => number(u8::from(month).into()),
            'd' => number(day.into()),
            'D' => number(time.ordinal().into()),
            'w' => number(time.iso_week().into()),
            'e' => number(time.weekday().number_from_monday().into()),
            'E' => out.push_str(&short(time.weekday().to_string())),
            'H' => number(hour.into()),
            'k' => number(if hour == 0 { 24 } else { hour }.into()),
            'h' => number(((hour + 11) % 12 + 1).into()),
            'K' => number((hour % 12).into()),
            'm' => number(minute.into()),
            's' => number(second.into()),
            'S' => {
                let digits = format!("{milli:03}{:0>width$}", "", width = count.saturating_sub(3));
                out.push_str(digits.get(..count)?);
            }
            'a' => out.push_str(if hour < 12 { "AM" } else { "PM" }),
            'Z' if count == 1 => out.push_str("+0000"),
            'Z' if count == 2 => out.push_str("+00:00"),
            'Z' | 'z' => out.push_str("UTC"),
            letter if letter.is_ascii_alphabetic() => return None,
            literal => out.extend(std::iter::repeat_n(literal, count)),
        }
        rest = after;
    }
    Some(out)
}

fn part_of(args: &[Value], with: impl Fn(OffsetDateTime) -> i128) -> Value {
    optional(moment(int(at(args, 0))).map(with))
}

fn now(context: &Context) -> i128 {
    i128::from(context.now_secs) * 1000
}

fn seconds(args: &[Value]) -> i128 {
    match at(args, 0) {
        Value::Int(secs) => secs.saturating_mul(1000),
        secs => (real(secs) * 1000.0).round() as i128,
    }
}

/// Whether a zone is UTC, which is the only one here.
pub(crate) fn is_utc(zone: &str) -> bool {
    matches!(zone, "UTC" | "GMT" | "Z" | "Etc/UTC" | "+00:00" | "UCT")
}

signatures! {
    "now" [] TimeZone |_, context| Value::Int(now(context));
    "current_timestamp" [] TimeZone |_, context| Value::Int(now(context));
    "localtimestamp" [] Time |_, context| Value::Int(now(context));
    "current_date" [] Date |_, context| Value::Int(now(context).div_euclid(DAY));
    "from_unixtime" [Int] TimeZone |args, _| Value::Int(seconds(args));
    "from_unixtime" [Double] TimeZone |args, _| Value::Int(seconds(args));
    "from_unixtime" [Double Text] TimeZone |args, context| {
        if !is_utc(&text(at(args, 1))) {
            context.stop("a time zone is not UTC, which is the only one here", "");
            return Value::Missing;
        }
        Value::Int(seconds(args))
    };
    "to_unixtime" [Time] Double |args, _| Value::real(int(at(args, 0)) as f64 / 1000.0);
    "from_iso8601_timestamp" [Text] TimeZone |args, context| or_stop(timestamp(&text(at(args, 0))), NO_TIME, context);
    "from_iso8601_date" [Text] Date |args, context| or_stop(date(&text(at(args, 0))), NO_TIME, context);
    "to_iso8601" [Date] Text |args, _| show_date(int(at(args, 0))).into();
    "to_iso8601" [Time] Text |args, _| optional(format_datetime(int(at(args, 0)), "yyyy-MM-dd'T'HH:mm:ss.SSS"));
    "date_trunc" [Text Date] Date |args, context| {
        or_stop(floor(&unit(args), int(at(args, 1)) * DAY).map(|millis| millis.div_euclid(DAY)), NO_UNIT, context)
    };
    "date_trunc" [Text Time] Last |args, context| or_stop(floor(&unit(args), int(at(args, 1))), NO_UNIT, context);
    "date_add" [Text Int Date] Date |args, context| {
        let added = add(&unit(args), int(at(args, 1)), int(at(args, 2)) * DAY);
        or_stop(added.map(|millis| millis.div_euclid(DAY)), NO_UNIT, context)
    };
    "date_add" [Text Int Time] Last |args, context| or_stop(add(&unit(args), int(at(args, 1)), int(at(args, 2))), NO_UNIT, context);
    "date_diff" [Text Time Time] Int |args, context| or_stop(between(&unit(args), int(at(args, 1)), int(at(args, 2))), NO_UNIT, context);
    "date_format" [Time Text] Text |args, _| optional(date_format(int(at(args, 0)), &text(at(args, 1))));
    "date_parse" [Text Text] Time |args, context| or_stop(date_parse(&text(at(args, 0)), &text(at(args, 1))), NO_TIME, context);
    "format_datetime" [Time Text] Text |args, _| optional(format_datetime(int(at(args, 0)), &text(at(args, 1))));
    "parse_datetime" [Text Text] TimeZone |args, context| or_stop(times::read(&text(at(args, 0)), &text(at(args, 1))), NO_TIME, context);
    "year" [Time] Int |args, _| part_of(args, |time| time.year().into());
    "quarter" [Time] Int |args, _| part_of(args, |time| (i128::from(u8::from(time.month())) + 2) / 3);
    "month" [Time] Int |args, _| part_of(args, |time| u8::from(time.month()).into());
    "week" [Time] Int |args, _| part_of(args, |time| time.iso_week().into());
    "week_of_year" [Time] Int |args, _| part_of(args, |time| time.iso_week().into());
    "day" [Time] Int |args, _| part_of(args, |time| time.day().into());
    "day_of_month" [Time] Int |args, _| part_of(args, |time| time.day().into());
    "day_of_week" [Time] Int |args, _| part_of(args, |time| time.weekday().number_from_monday().into());
    "dow" [Time] Int |args, _| part_of(args, |time| time.weekday().number_from_monday().into());
    "day_of_year" [Time] Int |args, _| part_of(args, |time| time.ordinal().into());
    "doy" [Time] Int |args, _| part_of(args, |time| time.ordinal().into());
    "hour" [Time] Int |args, _| part_of(args, |time| time.hour().into());
    "minute" [Time] Int |args, _| part_of(args, |time| time.minute().into());
    "second" [Time] Int |args, _| part_of(args, |time| time.second().into());
    "millisecond" [Time] Int |args, _| part_of(args, |time| time.millisecond().into());
    "last_day_of_month" [Time] Date |args, _| part_of(args, |time| {
        let (year, month, _) = time.to_calendar_date();
        millis_of(time.date()).div_euclid(DAY) + i128::from(month.length(year)) - i128::from(time.day())
    });
    "to_milliseconds" [Interval] Int |args, _| at(args, 0).clone();
}
