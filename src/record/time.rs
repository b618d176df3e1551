//! Time: Unix seconds in, text for people and queries out. Always UTC.

use time::OffsetDateTime;

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

/// Date and time of day; nothing beyond the calendar, which ends with the year 9999.
fn civil(secs: u64) -> Option<(String, String)> {
    let time = OffsetDateTime::from_unix_timestamp(i64::try_from(secs).ok()?).ok()?;
    let (year, month, day) = time.to_calendar_date();
    let (hour, minute, second) = time.to_hms();
    Some((format!("{year:04}-{:02}-{day:02}", u8::from(month)), format!("{hour:02}:{minute:02}:{second:02}")))
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
}
