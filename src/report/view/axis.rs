//! Ticks of a time axis and of a value axis.

/// Steps of a time axis that people read at a glance, in seconds.
const STEPS: &[u64] = &[
    1, 5, 10, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800,
    604_800, 2_592_000, 31_536_000,
];

/// Round times inside of `first..last`, about `wanted` of them at most, and their step.
///
/// `offset_secs` is the local time's distance to UTC: midnight is a round time where the reader lives.
pub fn time_ticks(first: u64, last: u64, wanted: u64, offset_secs: i64) -> (Vec<u64>, u64) {
    let span = last.saturating_sub(first).max(1);
    let step = STEPS.iter().copied().find(|step| span / step < wanted.max(1)).unwrap_or(span);
    let local = first.saturating_add_signed(offset_secs);
    let begin = first + (step - local % step) % step;
    let ticks = (0..=wanted).map(|i| begin + i * step).take_while(|&tick| tick < last).collect();
    (ticks, step)
}

/// The least of 1, 2, 5 times a power of ten that is not below a value: the top of an axis.
pub fn nice_top(value: u64) -> u64 {
    let mut power = 1_u64;
    loop {
        for factor in [1, 2, 5] {
            match power.checked_mul(factor) {
                Some(top) if top >= value => return top,
                Some(_) => {}
                None => return u64::MAX,
            }
        }
        match power.checked_mul(10) {
            Some(next) => power = next,
            None => return u64::MAX,
        }
    }
}

/// Begin and width, in percent, of the parts of a bar whose full length stands for `whole`.
///
/// A part that is there is at least `least` wide, so that it is seen; the larger ones make room for it.
pub fn segments(amounts: &[u64], whole: u64, least: f64) -> Vec<(f64, f64)> {
    let widths: Vec<f64> = amounts
        .iter()
        .map(
            |&amount| {
                if amount == 0 { 0.0 } else { (amount as f64 * 100.0 / whole.max(1) as f64).max(least) }
            },
        )
        .collect();
    let sum: f64 = widths.iter().sum();
    let scale = if sum > 100.0 { 100.0 / sum } else { 1.0 };
    let mut begin = 0.0;
    widths
        .into_iter()
        .map(|width| {
            let segment = (begin, width * scale);
            begin += width * scale;
            segment
        })
        .collect()
}

/// A length for an SVG attribute, with two decimals at most. Negative ones are 0.
pub fn length(number: f64) -> String {
    let hundredths = (number * 100.0).round() as u64;
    match hundredths % 100 {
        0 => (hundredths / 100).to_string(),
        rest => format!("{}.{rest:02}", hundredths / 100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        let (ticks, step) = time_ticks(1_700_000_010, 1_700_003_610, 8, 0);
        assert_eq!(step, 600);
        assert!(ticks.iter().all(|tick| tick % 600 == 0) && ticks.len() <= 8 && ticks.len() >= 5);
        let (ticks, step) = time_ticks(0, 86_400 * 3, 8, 5 * 3_600 + 1_800);
        assert_eq!(step, 43_200);
        assert!(ticks.iter().all(|tick| (tick + 19_800) % step == 0));
        assert_eq!(time_ticks(5, 5, 8, 0).0, Vec::<u64>::new());
    }

    #[test]
    fn every_part_of_a_bar_is_seen_and_none_runs_over() {
        for (amounts, whole) in [
            (vec![1, 0, 1_000_000], 1_000_001),
            (vec![5, 5], 10),
            (vec![0, 0], 0),
            (vec![7], 3),
            (vec![2], 10),
        ] {
            let segments = segments(&amounts, whole, 0.8);
            let end = segments.last().map_or(0.0, |(begin, width)| begin + width);
            assert!(end <= 100.0 + 1e-9, "{amounts:?}");
            for (&amount, &(_, width)) in amounts.iter().zip(&segments) {
                assert_eq!(amount > 0, width > 0.7, "{amounts:?}");
            }
        }
        assert_eq!(segments(&[2, 3], 10, 0.8), [(0.0, 20.0), (20.0, 30.0)]);
    }

    #[test]
    fn lengths_are_short() {
        for (number, text) in [(0.0, "0"), (-1.0, "0"), (12.5, "12.50"), (33.333, "33.33"), (99.999, "100")] {
            assert_eq!(length(number), text);
        }
    }

    #[test]
    fn tops_are_round() {
        for (value, top) in [(0, 1), (1, 1), (3, 5), (11, 20), (999, 1_000), (u64::MAX, u64::MAX)] {
            assert_eq!(nice_top(value), top);
        }
    }
}
