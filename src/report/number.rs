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
    match number {
        0..=999_999 => grouped(number),
        1_000_000..=999_949_999 => scaled(number as f64 / 1e6, "M"),
        _ => scaled(number as f64 / 1e9, "bn"),
    }
}

/// `999 B`, `1.2 kB`, `47.8 GB`; powers of ten, as AWS bills them.
pub fn bytes(number: u64) -> String {
    let mut value = number as f64;
    let mut unit = "B";
    for next in ["kB", "MB", "GB", "TB", "PB", "EB"] {
        if value < 999.95 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    if unit == "B" { format!("{number} B") } else { scaled(value, unit) }
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
    let percent = part as f64 * 100.0 / whole as f64;
    if percent < 0.1 {
        "< 0.1 %".to_owned()
    } else if percent < 10.0 || (percent > 99.0 && part < whole) {
        let tenths = if part < whole { percent.min(99.9) } else { percent };
        format!("{} %", trimmed(tenths))
    } else {
        format!("{percent:.0} %")
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

fn scaled(value: f64, unit: &str) -> String {
    if value < 99.95 { format!("{} {unit}", trimmed(value)) } else { format!("{value:.0} {unit}") }
}

/// One decimal, or none if it is zero.
fn trimmed(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
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
            (999_949_999, "1000 M"),
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
            (999_960, "1 MB"),
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
