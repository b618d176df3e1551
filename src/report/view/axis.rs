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
    fn tops_are_round() {
        for (value, top) in [(0, 1), (1, 1), (3, 5), (11, 20), (999, 1_000), (u64::MAX, u64::MAX)] {
            assert_eq!(nice_top(value), top);
        }
    }
}
