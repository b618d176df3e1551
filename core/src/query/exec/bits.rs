//! One bit for each row of a block, or for each of some rows of it.

/// Bits in order; those after the last row are not set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bits(pub(super) Vec<u64>);

impl Bits {
    /// A bit for each cell that passes a test.
    #[inline]
    pub(super) fn of(cells: &[u64], test: impl Fn(u64) -> bool) -> Self {
        Self(
            cells
                .chunks(64)
                .map(|chunk| {
                    chunk.iter().enumerate().fold(0, |word, (i, &cell)| word | u64::from(test(cell)) << i)
                })
                .collect(),
        )
    }

    /// The same bit for so many rows.
    pub(super) fn same(bit: bool, rows: usize) -> Self {
        let mut words = vec![if bit { u64::MAX } else { 0 }; rows.div_ceil(64)];
        if let Some(last) = words.last_mut().filter(|_| bit && !rows.is_multiple_of(64)) {
            *last = (1 << (rows % 64)) - 1;
        }
        Self(words)
    }

    #[inline]
    pub(super) fn get(&self, at: usize) -> bool {
        self.0[at / 64] >> (at % 64) & 1 == 1
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|&word| word == 0)
    }

    /// Changes each word by the other's word at its place.
    #[inline]
    pub(super) fn combine(&mut self, other: &[u64], with: impl Fn(u64, u64) -> u64) {
        for (word, &other) in self.0.iter_mut().zip(other) {
            *word = with(*word, other);
        }
    }

    pub(super) fn and(&mut self, other: &[u64]) {
        self.combine(other, |a, b| a & b);
    }

    /// The rows whose bits are set.
    pub(super) fn pick(&self, rows: &[u32]) -> Vec<u32> {
        let count: u32 = self.0.iter().map(|word| word.count_ones()).sum();
        if count as usize == rows.len() {
            return rows.to_vec();
        }
        let mut picked = Vec::with_capacity(count as usize);
        for (at, &word) in self.0.iter().enumerate() {
            let mut word = word;
            while word != 0 {
                picked.push(rows[at * 64 + word.trailing_zeros() as usize]);
                word &= word - 1;
            }
        }
        picked
    }

    /// The bits of some rows, in their order.
    pub(super) fn at(words: &[u64], rows: &[u32]) -> Self {
        Self(
            rows.chunks(64)
                .map(|chunk| {
                    chunk
                        .iter()
                        .enumerate()
                        .fold(0, |word, (i, &row)| word | (words[row as usize / 64] >> (row % 64) & 1) << i)
                })
                .collect(),
        )
    }
}
