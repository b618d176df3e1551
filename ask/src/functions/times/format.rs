//! Times as texts, by the letters of strftime.

use std::fmt::Write as _;

use time::OffsetDateTime;

use super::date_time;

/// A time in a zone, given by its seconds east of UTC. Letters that are not known stay as they are.
pub(super) fn date(millis: i128, format: &str, zone_secs: i32) -> Option<String> {
    let time = date_time(millis, zone_secs)?;
    let mut text = String::with_capacity(format.len() * 2);
    let mut characters = format.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            text.push(character);
        } else if let Some(letter) = characters.next() {
            // Writing to a text does not fail.
            let _ = write_part(&mut text, letter, time, millis, zone_secs);
        } else {
            text.push('%');
        }
    }
    Some(text)
}

fn write_part(
    text: &mut String,
    letter: char,
    time: OffsetDateTime,
    millis: i128,
    zone_secs: i32,
) -> std::fmt::Result {
    let (year, month, day) = time.to_calendar_date();
    let (hour, minute, second, milli) = time.to_hms_milli();
    let hour12 = (hour + 11) % 12 + 1;
    let (month_name, weekday) = (month.to_string(), time.weekday().to_string());
    let short = |name: &str| name.get(..3).unwrap_or_default().to_owned();
    let month = u8::from(month);
    match letter {
        'Y' => write!(text, "{year:04}"),
        'C' => write!(text, "{:02}", year.div_euclid(100)),
        'y' => write!(text, "{:02}", year.rem_euclid(100)),
        'm' => write!(text, "{month:02}"),
        'd' => write!(text, "{day:02}"),
        'e' => write!(text, "{day:2}"),
        'H' => write!(text, "{hour:02}"),
        'k' => write!(text, "{hour:2}"),
        'I' => write!(text, "{hour12:02}"),
        'l' => write!(text, "{hour12:2}"),
        'M' => write!(text, "{minute:02}"),
        'S' => write!(text, "{second:02}"),
        'L' => write!(text, "{milli:03}"),
        'f' => write!(text, "{:06}", time.microsecond()),
        'j' => write!(text, "{:03}", time.ordinal()),
        'u' => write!(text, "{}", time.weekday().number_from_monday()),
        'w' => write!(text, "{}", time.weekday().number_days_from_sunday()),
        'V' => write!(text, "{:02}", time.iso_week()),
        'B' => write!(text, "{month_name}"),
        'b' | 'h' => write!(text, "{}", short(&month_name)),
        'A' => write!(text, "{weekday}"),
        'a' => write!(text, "{}", short(&weekday)),
        'p' => write!(text, "{}", if hour < 12 { "AM" } else { "PM" }),
        'F' => write!(text, "{year:04}-{month:02}-{day:02}"),
        'D' => write!(text, "{month:02}/{day:02}/{:02}", year.rem_euclid(100)),
        'T' => write!(text, "{hour:02}:{minute:02}:{second:02}"),
        'R' => write!(text, "{hour:02}:{minute:02}"),
        's' => write!(text, "{}", millis.div_euclid(1000)),
        'z' => write_offset(text, zone_secs, ""),
        'Z' if zone_secs == 0 => write!(text, "UTC"),
        'Z' => write_offset(text, zone_secs, ":"),
        'n' => writeln!(text),
        't' => write!(text, "\t"),
        '%' => write!(text, "%"),
        other => write!(text, "%{other}"),
    }
}

fn write_offset(text: &mut String, secs: i32, colon: &str) -> std::fmt::Result {
    let minutes = secs.unsigned_abs() / 60;
    let sign = if secs < 0 { '-' } else { '+' };
    write!(text, "{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
}
