//! Numbers by the hash of what they stand for: a table with open addressing, asked for many at once.

/// A hash and the number that has it, less one; 0 is an empty place.
type Place = (u64, u32);

/// Numbers by hash.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    places: Vec<Place>,
    len: usize,
}

impl Index {
    /// The first place that each hash leads to. Looked at one after another without waiting for each, so that memory is
    /// asked for many at a time; whether it is the right one is for [`Self::guess`] to say.
    pub(super) fn peek(&self, hashes: &[u64], into: &mut Vec<Place>) {
        into.clear();
        match self.places.len().checked_sub(1) {
            Some(mask) => into.extend(hashes.iter().map(|&hash| self.places[hash as usize & mask])),
            None => into.resize(hashes.len(), (0, 0)),
        }
    }

    /// The number that a place that was peeked at holds for a hash.
    #[inline]
    pub(super) const fn guess(place: Place, hash: u64) -> Option<u32> {
        if place.0 == hash && place.1 != 0 { Some(place.1 - 1) } else { None }
    }

    /// The number for a hash that is the same thing, else `next`, which is put in; and whether it was.
    pub(super) fn number(&mut self, hash: u64, next: u32, is_same: impl Fn(u32) -> bool) -> (u32, bool) {
        if self.len * 3 >= self.places.len() * 2 {
            self.grow(self.len * 2);
        }
        let mask = self.places.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            match self.places[at] {
                (_, 0) => {
                    self.places[at] = (hash, next + 1);
                    self.len += 1;
                    return (next, true);
                }
                (other, number) if other == hash && is_same(number - 1) => return (number - 1, false),
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// Makes room for so many.
    pub(super) fn grow(&mut self, len: usize) {
        let size = (len * 2).next_power_of_two().max(64);
        if size <= self.places.len() {
            return;
        }
        let mask = size - 1;
        let mut places: Vec<Place> = vec![(0, 0); size];
        for &place in self.places.iter().filter(|place| place.1 != 0) {
            let mut at = place.0 as usize & mask;
            while places[at].1 != 0 {
                at = (at + 1) & mask;
            }
            places[at] = place;
        }
        self.places = places;
    }
}
