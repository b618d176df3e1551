//! A set of key hashes, quick to say no.

use super::bits::Bits;

/// Hashes of keys. Two different keys share a hash with a chance of about 1 in 2^64 per pair.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    /// Three bits per hash in one word: a first look that fits the cache.
    sieve: Vec<u64>,
    /// Open addressing; 0 is an empty place.
    places: Vec<u64>,
    has_zero: bool,
    len: usize,
}

impl KeySet {
    /// The union of lists of hashes.
    pub fn new<'a>(lists: impl Iterator<Item = &'a [u64]> + Clone) -> Self {
        let mut set = Self::with_room(lists.clone().map(<[u64]>::len).sum());
        for &hash in lists.flatten() {
            set.insert(hash);
        }
        set
    }

    fn with_room(hashes: usize) -> Self {
        Self {
            sieve: vec![0; (hashes / 4).next_power_of_two().max(8)],
            places: vec![0; (hashes * 2).next_power_of_two().max(16)],
            has_zero: false,
            len: 0,
        }
    }

    /// Puts in more hashes.
    pub(super) fn extend(&mut self, hashes: &[u64]) {
        if (self.len + hashes.len()) * 2 > self.places.len() {
            let held = std::mem::replace(self, Self::with_room((self.len + hashes.len()) * 2));
            held.each(|hash| self.insert(hash));
        }
        for &hash in hashes {
            self.insert(hash);
        }
    }

    fn each(&self, with: impl FnMut(u64)) {
        self.has_zero
            .then_some(0)
            .into_iter()
            .chain(self.places.iter().copied().filter(|&hash| hash != 0))
            .for_each(with);
    }

    /// The hashes, each once.
    pub(super) fn into_hashes(self) -> Vec<u64> {
        let mut hashes = Vec::with_capacity(self.len);
        self.each(|hash| hashes.push(hash));
        hashes
    }

    fn insert(&mut self, hash: u64) {
        let word = self.sieve_word(hash);
        self.sieve[word] |= sieve_bits(hash);
        if hash == 0 {
            self.len += usize::from(!self.has_zero);
            self.has_zero = true;
            return;
        }
        let mask = self.places.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            match self.places[at] {
                0 => {
                    self.places[at] = hash;
                    self.len += 1;
                    return;
                }
                other if other == hash => return,
                _ => at = (at + 1) & mask,
            }
        }
    }

    const fn sieve_word(&self, hash: u64) -> usize {
        (hash >> 40) as usize & self.sieve.len().saturating_sub(1)
    }

    /// Whether a hash is in the set.
    #[inline]
    pub fn contains(&self, hash: u64) -> bool {
        let bits = sieve_bits(hash);
        if self.places.is_empty() || self.sieve[self.sieve_word(hash)] & bits != bits {
            return false;
        }
        if hash == 0 {
            return self.has_zero;
        }
        let mask = self.places.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            match self.places[at] {
                0 => return false,
                other if other == hash => return true,
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// For each hash, whether it is in the set. The sieve is asked for all of them first.
    pub(super) fn among(&self, hashes: &[u64]) -> Bits {
        let mut found = Bits::of(hashes, |hash| {
            let bits = sieve_bits(hash);
            self.sieve.get(self.sieve_word(hash)).is_some_and(|word| word & bits == bits)
        });
        for (at, word) in found.0.iter_mut().enumerate() {
            let mut maybe = *word;
            while maybe != 0 {
                let bit = maybe.trailing_zeros();
                maybe &= maybe - 1;
                if !self.contains(hashes[at * 64 + bit as usize]) {
                    *word &= !(1 << bit);
                }
            }
        }
        found
    }

    /// How many different hashes.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }
}

const fn sieve_bits(hash: u64) -> u64 {
    1 << (hash >> 22 & 63) | 1 << (hash >> 28 & 63) | 1 << (hash >> 34 & 63)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn holds_what_was_put_in(lists in prop::collection::vec(prop::collection::vec(0_u64..200, 0..50), 0..4), spread in any::<u64>()) {
            let lists: Vec<Vec<u64>> = lists.iter().map(|list| list.iter().map(|n| n.wrapping_mul(spread | 1)).collect()).collect();
            let plain: BTreeSet<u64> = lists.iter().flatten().copied().collect();
            let set = KeySet::new(lists.iter().map(Vec::as_slice));
            prop_assert_eq!(set.len(), plain.len());
            for n in 0..200 {
                let hash = n * (spread >> 8 | 1);
                prop_assert_eq!(set.contains(hash), plain.contains(&hash));
                prop_assert_eq!(set.among(&[hash]).get(0), plain.contains(&hash));
            }
        }
    }
}
