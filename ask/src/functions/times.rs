//! Functions of times: Unix milliseconds, or a text as [`show`] writes it. All is UTC.
//!
//! A zone is `UTC` or an offset such as `+02:00`; others, such as `Europe/Madrid`, would need the whole history of
//! civil time, and give a missing value.

mod format;
mod parse;

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

use super::{Args, Context};
use crate::insights::ast::{Period, Unit};
use crate::insights::words::Function;
use crate::value::{Number, Value};

/// A time rounded down to a period, as `bin` does; both are Unix milliseconds.
///
/// Periods are counted from 1970: weeks begin on Thursdays, as 7 days are counted like any others; months, quarters
/// and years go by the calendar. A period is capped as by [`Period::capped`]. A time beyond the calendar, which
/// ends with the year 9999, stays as it is.
pub fn floor(millis: i128, period: Period) -> i128 {
    boundary(millis, period, 0).unwrap_or(millis)
}

/// A time rounded up to a period, as by [`floor`]; a time at the beginning of one stays.
pub fn ceil(millis: i128, period: Period) -> i128 {
    let floor = floor(millis, period);
    if floor == millis { millis } else { boundary(millis, period, 1).unwrap_or(millis) }
}

/// The beginning of the period so many after the one of a time.
fn boundary(millis: i128, period: Period, after: i128) -> Option<i128> {
    let period = period.capped();
    if let Some(length) = period.millis() {
        let length = i128::from(length);
        return millis.div_euclid(length).checked_add(after)?.checked_mul(length);
    }
    let months = match period.unit {
        Unit::Month => 1,
        Unit::Quarter => 3,
        Unit::Year => 12,
        _ => return None,
    };
    let length = i128::from(period.count) * months;
    let (year, month, _) = date_time(millis, 0)?.to_calendar_date();
    let month = (i128::from(year) - 1970) * 12 + i128::from(u8::from(month)) - 1;
    let month = month.div_euclid(length).checked_add(after)?.checked_mul(length)?;
    let year = i32::try_from(month.div_euclid(12).checked_add(1970)?).ok()?;
    let month = Month::try_from(u8::try_from(month.rem_euclid(12) + 1).ok()?).ok()?;
    Some(millis_of(PrimitiveDateTime::new(Date::from_calendar_date(year, month, 1).ok()?, Time::MIDNIGHT), 0))
}

/// A time as the console shows it: `2026-11-24 03:43:17.000`; its number if it is beyond the calendar.
pub fn show(millis: i128) -> String {
    date_time(millis, 0).map_or_else(
        || millis.to_string(),
        |time| {
            let (date, (hour, minute, second, millis)) = (time.date(), time.to_hms_milli());
            format!("{date} {hour:02}:{minute:02}:{second:02}.{millis:03}")
        },
    )
}

/// The Unix milliseconds of a value: a number of them, or a text such as `2026-11-24 03:43:17.000`, also with a `T`
/// and a `Z`, and without the fraction or the time of day.
pub fn millis(value: &Value) -> Option<i128> {
    if let Some(number) = value.number() {
        return match number {
            Number::Int(int) => Some(int),
            Number::Real(real) => Number::Real(real.floor()).whole(),
        };
    }
    let Value::Text(text) = value else { return None };
    let text = text.strip_suffix('Z').unwrap_or(text);
    [
        "yyyy-MM-dd HH:mm:ss.S",
        "yyyy-MM-dd'T'HH:mm:ss.S",
        "yyyy-MM-dd HH:mm:ss",
        "yyyy-MM-dd'T'HH:mm:ss",
        "yyyy-MM-dd",
    ]
    .iter()
    .find_map(|pattern| parse::date(text, pattern, 0))
}

pub(super) fn call(function: Function, args: Args<'_>, context: &Context) -> Value {
    match function {
        Function::Now => Value::Int(context.now_secs.into()),
        Function::ToMillis => millis(args.get(0)).map_or(Value::Missing, Value::Int),
        Function::FromMillis => millis(args.get(0)).map_or(Value::Missing, |millis| show(millis).into()),
        Function::FormatDate => {
            let text = || format::date(millis(args.get(0))?, &args.get(1).plain()?, zone(args.get(2))?);
            text().map_or(Value::Missing, Value::from)
        }
        Function::ParseDate => {
            let date = || parse::date(&args.get(0).plain()?, &args.get(1).plain()?, zone(args.get(2))?);
            date().map_or(Value::Missing, Value::Int)
        }
        _ => Value::Missing,
    }
}

/// A time in UTC by the letters of strftime; none beyond the calendar.
pub(crate) fn write(millis: i128, format: &str) -> Option<String> {
    format::date(millis, format, 0)
}

/// The Unix milliseconds of a text by the letters of Java's date patterns, in UTC unless it says otherwise.
pub(crate) fn read(text: &str, pattern: &str) -> Option<i128> {
    parse::date(text, pattern, 0)
}

/// The seconds east of UTC of a zone; none given is UTC.
fn zone(value: &Value) -> Option<i32> {
    if value.is_missing() {
        return Some(0);
    }
    let text = value.plain()?;
    match &*text {
        "UTC" | "GMT" | "Z" | "Etc/UTC" => Some(0),
        text => {
            let offset = text.strip_prefix("UTC").or_else(|| text.strip_prefix("GMT")).unwrap_or(text);
            let (secs, rest) = parse::offset(offset)?;
            rest.is_empty().then_some(secs)
        }
    }
}

/// Date and time of day in a zone; none beyond the calendar.
fn date_time(millis: i128, zone_secs: i32) -> Option<OffsetDateTime> {
    let nanos = millis.checked_add(i128::from(zone_secs) * 1000)?.checked_mul(1_000_000)?;
    OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()
}

/// The Unix milliseconds of a date and time of day in a zone.
const fn millis_of(time: PrimitiveDateTime, zone_secs: i32) -> i128 {
    let millis = time.assume_utc().unix_timestamp_nanos().div_euclid(1_000_000);
    millis - zone_secs as i128 * 1000
}
