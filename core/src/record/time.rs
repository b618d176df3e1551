//! Time: Unix seconds in, text for people and queries out. Always UTC.

use time::{Date, Month, OffsetDateTime};

/// A value at or above this is milliseconds: as seconds it would be the year 5138, as milliseconds it is 1973.
pub const MILLIS_FROM: u64 = 100_000_000_000;

/// `2026-11-24 03:43:17`, or the number as text when it is beyond the calendar.
pub fn date_time(secs: u64) -> String {
    civil(secs).map_or_else(|| secs.to_string(), |(date, clock)| format!("{date} {clock}"))
}

/// `03:43:17`.
pub fn clock(secs: u64) -> String {
    civil(secs).map_or_else(|| secs.to_string(), |(_, clock)| clock)
}

/// `03:43`.
pub fn clock_minutes(secs: u64) -> String {
    let mut text = clock(secs);
    if text.contains(':') {
        text.truncate("03:43".len());
    }
    text
}

/// `2026-11-24`.
pub fn date(secs: u64) -> String {
    civil(secs).map_or_else(|| secs.to_string(), |(date, _)| date)
}

/// `2026-11-24T03:43:17Z`.
pub fn iso(secs: u64) -> String {
    civil(secs).map_or_else(|| secs.to_string(), |(date, clock)| format!("{date}T{clock}Z"))
}

/// The first second of a day such as `20261124`.
pub fn of_day(day: u32) -> Option<u64> {
    let month = Month::try_from((day / 100 % 100) as u8).ok()?;
    let date = Date::from_calendar_date((day / 10_000).cast_signed(), month, (day % 100) as u8).ok()?;
    u64::try_from(date.midnight().assume_utc().unix_timestamp()).ok()
}

/// Date and time of day; nothing beyond the calendar, which ends with the year 9999.
fn civil(secs: u64) -> Option<(String, String)> {
    let time = OffsetDateTime::from_unix_timestamp(i64::try_from(secs).ok()?).ok()?;
    let (year, month, day) = time.to_calendar_date();
    let (hour, minute, second) = time.to_hms();
    Some((format!("{year:04}-{:02}-{day:02}", u8::from(month)), format!("{hour:02}:{minute:02}:{second:02}")))
}

/// Reads `2026-11-24T03:43:17Z`, with up to three digits of a second's fraction: Unix seconds and milliseconds.
/// A date without a zone is not read, since nobody knows what it means.
pub fn parse_iso(text: &str) -> Option<(u64, u64)> {
    const PARTS: [(usize, usize, u8); 7] = [
        (0, 2, b'0'),
        (2, 4, b'-'),
        (5, 7, b'-'),
        (8, 10, b'T'),
        (11, 13, b':'),
        (14, 16, b':'),
        (17, 19, b'Z'),
    ];
    let (clock, fraction) = text.strip_suffix('Z')?.split_at_checked(19)?;
    let mut numbers = [0_u8; 7];
    for (number, (from, to, mark)) in numbers.iter_mut().zip(PARTS) {
        let digits = clock.get(from..to).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))?;
        *number = digits.parse().ok()?;
        if clock.as_bytes().get(to).is_some_and(|&byte| byte != mark && mark != b'0') {
            return None;
        }
    }
    let [century, year, month, day, hour, minute, second] = numbers;
    let year = i32::from(century) * 100 + i32::from(year);
    let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
    let time = date.with_hms(hour, minute, second).ok()?;
    let millis = if fraction.is_empty() {
        0
    } else {
        let digits = fraction.strip_prefix('.').filter(|digits| (1..=3).contains(&digits.len()))?;
        let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        format!("{digits:0<3}").parse().ok().filter(|_| all_digits)?
    };
    Some((u64::try_from(time.assume_utc().unix_timestamp()).ok()?, millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utc_text() {
        assert_eq!(date_time(1_418_530_010), "2014-12-14 04:06:50");
        assert_eq!(iso(1_418_530_010), "2014-12-14T04:06:50Z");
        assert_eq!(clock_minutes(0), "00:00");
        assert_eq!(date_time(u64::MAX), u64::MAX.to_string());
    }

    #[test]
    fn dates_with_a_zone_are_read() {
        assert_eq!(parse_iso("2014-12-14T04:06:50Z"), Some((1_418_530_010, 0)));
        assert_eq!(parse_iso("2014-12-14T04:06:50.25Z"), Some((1_418_530_010, 250)));
        for other in [
            "2014-12-14T04:06:50",
            "2014-12-14 04:06:50Z",
            "2014-12-14T04:06:50.000000Z",
            "2014-13-14T04:06:50Z",
            "2014-12-14T04:06:5éZ",
            "12/26/2022",
            "",
        ] {
            assert_eq!(parse_iso(other), None, "{other}");
        }
    }
}
