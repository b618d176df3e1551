//! Numbers for people: grouped digits, humanised counts, bytes, shares and durations.

/// `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `412,008`, and from a million on `9.3 M`.
pub fn count(number: u64) -> String {
    if number < 1_000_000 { grouped(number) } else { scaled(number, 1_000_000, &["M", "bn"]) }
}

/// `999 B`, `1.2 kB`, `47.8 GB`; powers of ten, as AWS bills them.
pub fn bytes(number: u64) -> String {
    if number < 1_000 {
        format!("{number} B")
    } else {
        scaled(number, 1_000, &["kB", "MB", "GB", "TB", "PB", "EB"])
    }
}

/// `1,234,567 bytes`: what stands behind a humanised number.
pub fn exact_bytes(number: u64) -> String {
    plural(number, "byte", "bytes")
}

/// `86 %`, `0.5 %`, `< 0.1 %`; nothing of nothing is `0 %`.
pub fn share(part: u64, whole: u64) -> String {
    if part == 0 || whole == 0 {
        return "0 %".to_owned();
    }
    // A counter that could overflow below loses digits that the result does not show.
    let (part, whole) = if whole > u64::MAX / 2_000 { (part / 4_096, whole / 4_096) } else { (part, whole) };
    let tenths = rounded(part * 1_000, whole);
    if part * 1_000 < whole {
        "< 0.1 %".to_owned()
    } else if tenths < 100 || (tenths > 990 && part < whole) {
        format!("{} %", decimal(tenths.min(if part < whole { 999 } else { 1_000 })))
    } else {
        format!("{} %", rounded(tenths, 10))
    }
}

/// `45 s`, `38 min`, `5 h 10 min`, `3 d 4 h`.
pub fn duration(secs: u64) -> String {
    let (large, large_unit, small, small_unit) = match secs {
        0..=89 => return format!("{secs} s"),
        90..=3_599 => (secs / 60, "min", secs % 60, "s"),
        3_600..=86_399 => (secs / 3_600, "h", secs % 3_600 / 60, "min"),
        _ => (secs / 86_400, "d", secs % 86_400 / 3_600, "h"),
    };
    if small == 0 || (large_unit == "min" && large >= 10) {
        format!("{large} {large_unit}")
    } else {
        format!("{large} {large_unit} {small} {small_unit}")
    }
}

/// `1 record`, `2 records`.
pub fn plural(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// In the least of the units, each a thousand times the one before, in which it has three digits at most.
fn scaled(number: u64, first: u64, units: &[&str]) -> String {
    let mut size = first;
    let mut names = units.iter();
    let mut name = names.next();
    while rounded(number, size) >= 1_000
        && let Some(next) = names.next()
    {
        size *= 1_000;
        name = Some(next);
    }
    let tenths = rounded(number, size / 10);
    let amount = if tenths < 1_000 { decimal(tenths) } else { rounded(number, size).to_string() };
    format!("{amount} {}", name.unwrap_or(&""))
}

/// Tenths with one decimal, or none if it is zero.
fn decimal(tenths: u64) -> String {
    if tenths.is_multiple_of(10) {
        (tenths / 10).to_string()
    } else {
        format!("{}.{}", tenths / 10, tenths % 10)
    }
}

/// Divides and rounds half up.
const fn rounded(number: u64, by: u64) -> u64 {
    number / by + (number % by >= by.div_ceil(2)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn large_counts_are_humanised() {
        for (number, text) in [
            (412_008, "412,008"),
            (9_300_000, "9.3 M"),
            (10_000_000, "10 M"),
            (999_499_999, "999 M"),
            (999_949_999, "1 bn"),
            (1_200_000_000, "1.2 bn"),
        ] {
            assert_eq!(count(number), text);
        }
    }

    #[test]
    fn bytes_are_humanised() {
        for (number, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1 kB"),
            (1_234_567_890, "1.2 GB"),
            (212_000_000, "212 MB"),
            (99_950, "100 kB"),
            (999_499, "999 kB"),
            (999_500, "1 MB"),
            (u64::MAX, "18.4 EB"),
        ] {
            assert_eq!(bytes(number), text);
        }
    }

    #[test]
    fn shares_never_round_to_none_or_all() {
        for (part, whole, text) in [
            (0, 0, "0 %"),
            (1, 1_000_000, "< 0.1 %"),
            (5, 1_000, "0.5 %"),
            (86, 100, "86 %"),
            (9_999, 10_000, "99.9 %"),
            (7, 7, "100 %"),
            (u64::MAX / 4, u64::MAX, "25 %"),
            (1, 3, "33 %"),
            (99, 1_000, "9.9 %"),
        ] {
            assert_eq!(share(part, whole), text);
        }
    }

    #[test]
    fn durations_have_two_units_at_most() {
        for (secs, text) in [
            (45, "45 s"),
            (130, "2 min 10 s"),
            (2_280, "38 min"),
            (3_600, "1 h"),
            (18_600, "5 h 10 min"),
            (86_400, "1 d"),
            (273_600, "3 d 4 h"),
        ] {
            assert_eq!(duration(secs), text);
        }
    }
}
