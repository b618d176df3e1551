//! Time: Unix seconds in, text for people and queries out. Always UTC.

use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

/// A value at or above this is milliseconds: as seconds it would be the year 5138, as milliseconds it is 1973.
pub const MILLIS_FROM: u64 = 100_000_000_000;

/// `2026-11-24 03:43:17`, or the number as text when it is beyond the calendar.
pub fn date_time(secs: u64) -> String {
    format(secs, format_description!("[year]-[month]-[day] [hour]:[minute]:[second]"))
}

/// `03:43:17`.
pub fn clock(secs: u64) -> String {
    format(secs, format_description!("[hour]:[minute]:[second]"))
}

/// `03:43`.
pub fn clock_minutes(secs: u64) -> String {
    format(secs, format_description!("[hour]:[minute]"))
}

/// `2026-11-24`.
pub fn date(secs: u64) -> String {
    format(secs, format_description!("[year]-[month]-[day]"))
}

/// `2026-11-24T03:43:17Z`.
pub fn iso(secs: u64) -> String {
    format(secs, format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z"))
}

fn format(secs: u64, description: &[BorrowedFormatItem<'_>]) -> String {
    i64::try_from(secs)
        .ok()
        .and_then(|secs| OffsetDateTime::from_unix_timestamp(secs).ok())
        .and_then(|time| time.format(description).ok())
        .unwrap_or_else(|| secs.to_string())
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
