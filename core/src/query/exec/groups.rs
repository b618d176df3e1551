//! Keys of groups, numbered in order of appearance; and the sessions inside groups.

use super::cells::mix;
use super::index::Index;

/// Keys of `stride` words each, numbered.
#[derive(Clone, Debug)]
pub(super) struct Groups {
    stride: usize,
    keys: Vec<u64>,
    index: Index,
    /// Whether `index` holds all keys.
    indexed: bool,
    /// Numbers of keys of one small word, by that word.
    small: Vec<u32>,
    len: usize,
}

/// Words below this are small.
const DENSE: u64 = 1 << 16;
const NONE: u32 = u32::MAX;

/// Whether `words` begins with the key: few words, which are not worth a call.
#[inline]
fn same_words(words: &[u64], key: &[u64]) -> bool {
    words.iter().zip(key).all(|(a, b)| a == b)
}

#[inline]
fn hash_of(key: &[u64]) -> u64 {
    key.iter().fold(0, |hash, &word| mix(hash ^ word))
}

impl Groups {
    pub(super) fn new(stride: usize) -> Self {
        Self::of_keys(stride, Vec::new(), 0)
    }

    /// So many different keys, one after another, numbered in order.
    pub(super) fn of_keys(stride: usize, keys: Vec<u64>, len: usize) -> Self {
        Self { stride, keys, index: Index::default(), indexed: len == 0, small: Vec::new(), len }
    }

    /// The numbers of the keys of some rows, new ones if need be; a list for each word of the keys.
    pub(super) fn number_rows(&mut self, words: &[Vec<u64>], rows: usize, numbers: &mut Vec<u32>) {
        numbers.clear();
        match words {
            [] => {
                self.len = 1;
                numbers.resize(rows, 0);
            }
            [one] if one.iter().fold(0, |all, word| all | word) < DENSE => {
                numbers.extend(one.iter().map(|&word| self.number_of_small(word)));
            }
            [one] => {
                self.number_hashed(&one.iter().map(|&word| mix(word)).collect::<Vec<u64>>(), words, numbers);
            }
            many => {
                let mut hashes = vec![0; rows];
                for word in many {
                    for (hash, &word) in hashes.iter_mut().zip(word) {
                        *hash = mix(*hash ^ word);
                    }
                }
                self.number_hashed(&hashes, words, numbers);
            }
        }
    }

    fn number_hashed(&mut self, hashes: &[u64], words: &[Vec<u64>], numbers: &mut Vec<u32>) {
        let mut places = Vec::new();
        self.index.peek(hashes, &mut places);
        let mut key = vec![0; self.stride];
        for (row, (&hash, &place)) in hashes.iter().zip(&places).enumerate() {
            let guess = Index::guess(place, hash);
            let number = match guess {
                // One word has a hash of its own.
                Some(number) if self.stride == 1 => number,
                Some(number)
                    if words
                        .iter()
                        .zip(&self.keys[number as usize * self.stride..])
                        .all(|(word, &known)| word[row] == known) =>
                {
                    number
                }
                _ => {
                    for (word, column) in key.iter_mut().zip(words) {
                        *word = column[row];
                    }
                    self.number_of(hash, &key)
                }
            };
            numbers.push(number);
        }
    }

    /// The number of a key, a new one if need be.
    pub(super) fn number(&mut self, key: &[u64]) -> u32 {
        if self.stride == 0 {
            self.len = 1;
            return 0;
        }
        self.number_of(hash_of(key), key)
    }

    fn number_of(&mut self, hash: u64, key: &[u64]) -> u32 {
        if !self.indexed {
            self.index();
        }
        let (keys, stride) = (&self.keys, self.stride);
        let is_same = |number: u32| stride == 1 || same_words(&keys[number as usize * stride..], key);
        let (number, is_new) = self.index.number(hash, self.len as u32, is_same);
        if is_new {
            self.keys.extend_from_slice(key);
            self.len += 1;
        }
        number
    }

    /// The number of a key of one small word, which is its place in a list.
    #[inline]
    fn number_of_small(&mut self, word: u64) -> u32 {
        match self.small.get(word as usize) {
            Some(&number) if number != NONE => number,
            _ => {
                let number = self.number_of(mix(word), &[word]);
                if self.small.len() <= word as usize {
                    self.small.resize(word as usize + 1, NONE);
                }
                self.small[word as usize] = number;
                number
            }
        }
    }

    fn index(&mut self) {
        self.indexed = true;
        self.index.grow(self.len);
        for (key, number) in self.keys.chunks_exact(self.stride).zip(0..) {
            self.index.number(hash_of(key), number, |_| false);
        }
    }

    pub(super) fn key(&self, number: usize) -> &[u64] {
        &self.keys[number * self.stride..(number + 1) * self.stride]
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) const fn stride(&self) -> usize {
        self.stride
    }

    pub(super) fn into_keys(self) -> Vec<u64> {
        self.keys
    }
}

/// A session: from the first start to the last end of records no further apart than the gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) slot: u32,
}

/// The sessions of each group. Slots that turn out to be one session are joined.
#[derive(Clone, Debug)]
pub(super) struct Sessions {
    gap: u64,
    by_group: Vec<Vec<Session>>,
    /// For each slot, the slot it was joined to, itself if to none.
    joined: Vec<u32>,
}

impl Sessions {
    pub(super) const fn new(gap: u64) -> Self {
        Self { gap, by_group: Vec::new(), joined: Vec::new() }
    }

    /// The slot of an interval of a group.
    pub(super) fn slot(&mut self, group: u32, start: u64, end: u64) -> u32 {
        let group = group as usize;
        if self.by_group.len() <= group {
            self.by_group.resize_with(group + 1, Vec::new);
        }
        let end = end.max(start);
        let sessions = &mut self.by_group[group];
        // The sessions that the interval touches: they are in order and apart from each other.
        let gap = self.gap;
        let first = sessions.partition_point(|session| session.end.saturating_add(gap) < start);
        let after =
            first + sessions[first..].partition_point(|session| session.start <= end.saturating_add(gap));
        if first == after {
            let slot = self.joined.len() as u32;
            self.joined.push(slot);
            sessions.insert(first, Session { start, end, slot });
            return slot;
        }
        let slot = sessions[first].slot;
        let mut whole = Session { start: start.min(sessions[first].start), end, slot };
        for session in &sessions[first..after] {
            whole.end = whole.end.max(session.end);
            self.joined[session.slot as usize] = slot;
        }
        sessions.splice(first..after, [whole]);
        slot
    }

    /// Numbers the sessions anew, without the joined slots: for each session its group and interval, and for
    /// each old slot its session.
    pub(super) fn settle(&self) -> (Vec<(u32, Session)>, Vec<u32>) {
        let mut all = Vec::new();
        let mut number = vec![0; self.joined.len()];
        for (group, sessions) in self.by_group.iter().enumerate() {
            for session in sessions {
                number[session.slot as usize] = all.len() as u32;
                all.push((group as u32, *session));
            }
        }
        let root = |mut slot: u32| {
            while self.joined[slot as usize] != slot {
                slot = self.joined[slot as usize];
            }
            slot
        };
        let map = (0..self.joined.len() as u32).map(|slot| number[root(slot) as usize]).collect();
        (all, map)
    }

    pub(super) const fn slots(&self) -> usize {
        self.joined.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Sessions by sorting all intervals.
    fn plain(mut intervals: Vec<(u64, u64)>, gap: u64) -> Vec<(u64, u64)> {
        intervals.sort_unstable();
        let mut sessions: Vec<(u64, u64)> = Vec::new();
        for (start, end) in intervals {
            match sessions.last_mut() {
                Some(last) if start <= last.1 + gap => last.1 = last.1.max(end),
                _ => sessions.push((start, end)),
            }
        }
        sessions
    }

    proptest! {
        #[test]
        fn sessions_do_not_depend_on_order(intervals in prop::collection::vec((0_u64..500, 0_u64..20), 1..40), gap in 0_u64..30) {
            let intervals: Vec<(u64, u64)> = intervals.into_iter().map(|(start, len)| (start, start + len)).collect();
            let mut sessions = Sessions::new(gap);
            let slots: Vec<u32> = intervals.iter().map(|&(start, end)| sessions.slot(0, start, end)).collect();
            let (settled, map) = sessions.settle();
            let found: Vec<(u64, u64)> = settled.iter().map(|(_, session)| (session.start, session.end)).collect();
            prop_assert_eq!(&found, &plain(intervals.clone(), gap));
            for (slot, (start, end)) in slots.into_iter().zip(intervals) {
                let session = settled[map[slot as usize] as usize].1;
                prop_assert!(session.start <= start && end <= session.end);
            }
        }
    }
}
