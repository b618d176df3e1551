//! Seeded random numbers, the same on every machine.

/// The SplitMix64 generator (Steele, Lea and Flood, 2014): small, fast, and good enough for made-up traffic.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// A generator for `purpose`, so that one part's draws do not shift another's.
    pub(crate) fn new(seed: u64, purpose: u64) -> Self {
        let mut random = Self(seed ^ purpose.wrapping_mul(0xd6e8_feb8_6659_fd93));
        random.next();
        random
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`; 0 when the bound is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// True in `per_mille` of 1000 cases.
    pub(crate) fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// A number from 1 to 2^`bits`, small ones far more often than large: the shape of flow sizes.
    pub(crate) fn skewed(&mut self, bits: u64) -> u64 {
        let bits = self.below(bits + 1);
        1 + self.below(1 << bits)
    }

    /// One of the values, each as often as its weight says.
    pub(crate) fn weighted<T: Copy>(&mut self, table: &[(u64, T)]) -> Option<T> {
        let mut left = self.below(table.iter().map(|&(weight, _)| weight).sum());
        for &(weight, value) in table {
            if left < weight {
                return Some(value);
            }
            left -= weight;
        }
        None
    }

    /// A client port as Linux chooses them.
    pub(crate) fn ephemeral_port(&mut self) -> u16 {
        self.between(32_768, 60_999) as u16
    }
}

/// Ranks drawn by Zipf's law with an offset: rank r as often as 1 / (r + offset).
pub(crate) struct Zipf {
    cumulative: Vec<u64>,
}

impl Zipf {
    /// Ranks 0 to `count - 1`. The offset flattens the head.
    pub(crate) fn new(count: u64, offset: u64) -> Self {
        let mut sum = 0;
        let cumulative = (0..count.max(1))
            .map(|rank| {
                sum += (1 << 40) / (rank + offset.max(1));
                sum
            })
            .collect();
        Self { cumulative }
    }

    /// Draws a rank.
    pub(crate) fn draw(&self, random: &mut Random) -> u64 {
        let point = random.below(self.cumulative.last().copied().unwrap_or(1));
        self.cumulative.partition_point(|&sum| sum <= point) as u64
    }
}
