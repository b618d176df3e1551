//! Times as the reader wants them: UTC or local, always labelled.

use wasm_bindgen::JsValue;

use crate::engine::messages::Progress;
use crate::record::time;
use crate::report::number::{bytes, count, duration, grouped, plural};

/// How times are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// Coordinated universal time, as in AWS.
    #[default]
    Utc,
    /// The browser's time zone.
    Local,
}

impl Clock {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Utc => Self::Local,
            Self::Local => Self::Utc,
        }
    }

    /// The distance to UTC at a time, in seconds.
    pub fn offset_secs(self, secs: u64) -> i64 {
        match self {
            Self::Utc => 0,
            Self::Local => {
                let date = js_sys::Date::new(&JsValue::from_f64(secs as f64 * 1000.0));
                -(date.get_timezone_offset() as i64) * 60
            }
        }
    }

    /// `UTC`, or `UTC+02:00` for local time.
    pub fn label(self, secs: u64) -> String {
        let minutes = self.offset_secs(secs) / 60;
        if self == Self::Utc {
            return "UTC".to_owned();
        }
        let sign = if minutes < 0 { '\u{2212}' } else { '+' };
        format!("UTC{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
    }

    /// `UTC`, or `Local (UTC+02:00)`.
    pub fn name(self, secs: u64) -> String {
        match self {
            Self::Utc => self.label(secs),
            Self::Local => format!("Local ({})", self.label(secs)),
        }
    }

    /// `2026-11-24 03:43:17 UTC`.
    pub fn moment(self, secs: u64) -> String {
        format!("{} {}", time::date_time(self.wall(secs)), self.label(secs))
    }

    /// `2026-11-24 03:43:17`, where the label stands elsewhere.
    pub fn date_time(self, secs: u64) -> String {
        time::date_time(self.wall(secs))
    }

    /// `10:02–10:40`, with the date where both differ or it is wanted, and without the label.
    pub fn span(self, first: u64, last: u64) -> String {
        let (from, to) = (self.wall(first), self.wall(last));
        if from == to {
            format!("{} {}", time::date(from), time::clock(from))
        } else if time::date(from) == time::date(to) {
            let clock = if to - from < 120 { time::clock } else { time::clock_minutes };
            format!("{} {}–{}", time::date(from), clock(from), clock(to))
        } else {
            format!(
                "{} {} – {} {}",
                time::date(from),
                time::clock_minutes(from),
                time::date(to),
                time::clock_minutes(to)
            )
        }
    }

    /// [`Clock::span`] beside others of the same records: without the date, if they all are of one day.
    pub fn span_within(self, first: u64, last: u64, all: Option<(u64, u64)>) -> String {
        let one_day =
            all.is_some_and(|(first, last)| time::date(self.wall(first)) == time::date(self.wall(last)));
        let span = self.span(first, last);
        if one_day { span.get(11..).unwrap_or(&span).to_owned() } else { span }
    }

    /// A tick of an axis whose ticks are `step` seconds apart: a clock time, the date at midnight, or
    /// the month where they are months apart.
    pub fn tick(self, secs: u64, step: u64) -> String {
        let wall = self.wall(secs);
        if step >= 2_592_000 {
            time::date(wall).get(..7).unwrap_or_default().to_owned()
        } else if step >= 86_400 || wall.is_multiple_of(86_400) {
            time::date(wall).get(5..).unwrap_or_default().to_owned()
        } else if step < 60 {
            time::clock(wall)
        } else {
            time::clock_minutes(wall)
        }
    }

    /// The value of a `datetime-local` input.
    pub fn to_input(self, secs: u64) -> String {
        time::date_time(self.wall(secs)).replace(' ', "T")
    }

    /// Reads the value of a `datetime-local` input.
    pub fn from_input(self, text: &str) -> Option<u64> {
        let full = if text.len() == 16 { format!("{text}:00Z") } else { format!("{text}Z") };
        let millis = js_sys::Date::parse(&full);
        let wall = (millis.is_finite() && millis >= 0.0).then_some((millis / 1000.0) as u64)?;
        let near = wall.saturating_add_signed(-self.offset_secs(wall));
        Some(wall.saturating_add_signed(-self.offset_secs(near)))
    }

    /// The seconds that, read as UTC, give the time on the reader's wall.
    fn wall(self, secs: u64) -> u64 {
        secs.saturating_add_signed(self.offset_secs(secs))
    }
}

/// `1,204 of 2,000 files · 212 MB/s · 3.1 M records/s · 4 s left`.
pub fn progress(progress: &Progress) -> String {
    let mut parts = vec![if progress.files == 1 {
        format!("{} of {}", bytes(progress.bytes_done), bytes(progress.bytes))
    } else {
        format!("{} of {}", grouped(progress.files_done), plural(progress.files, "file", "files"))
    }];
    let secs = progress.elapsed_millis as f64 / 1000.0;
    if secs >= 0.2 && progress.bytes_done > 0 {
        let byte_rate = progress.bytes_done as f64 / secs;
        parts.push(format!("{}/s", bytes(byte_rate as u64)));
        parts.push(format!("{} records/s", count((progress.records as f64 / secs) as u64)));
        let left = progress.bytes.saturating_sub(progress.bytes_done) as f64 / byte_rate;
        if secs >= 1.0 {
            parts.push(format!("{} left", duration(left.ceil() as u64)));
        }
    }
    parts.join(" · ")
}
