//! Keys of groups, numbered in order of appearance; and the sessions inside groups.

use hashbrown::HashTable;

use super::cells::mix;

/// Keys of `stride` cells each, numbered.
#[derive(Clone, Debug)]
pub(super) struct Groups {
    stride: usize,
    keys: Vec<u64>,
    /// Hash and number.
    numbers: HashTable<(u64, u32)>,
    /// Whether `numbers` holds all keys.
    indexed: bool,
    /// Numbers that were asked for lately, by the hash of their key: most are asked for again soon.
    recent: Vec<(u64, u32)>,
    /// Numbers of keys of one small word, by that word.
    small: Vec<u32>,
    len: usize,
}

/// Words below this are small.
const DENSE: u64 = 1 << 16;
const NONE: u32 = u32::MAX;
/// How many keys are looked for before the table is.
const RECENT: usize = 4096;

#[inline]
fn hash_of(key: &[u64]) -> u64 {
    key.iter().fold(0, |hash, &word| mix(hash ^ word))
}

/// Whether `words` begins with the key: few words, which are not worth a call.
#[inline]
fn same_words(words: &[u64], key: &[u64]) -> bool {
    words.iter().zip(key).all(|(a, b)| a == b)
}

impl Groups {
    pub(super) fn new(stride: usize) -> Self {
        Self {
            stride,
            keys: Vec::new(),
            numbers: HashTable::new(),
            indexed: true,
            recent: Vec::new(),
            small: Vec::new(),
            len: 0,
        }
    }

    /// So many different keys, one after another, numbered in order.
    pub(super) const fn of_keys(stride: usize, keys: Vec<u64>, len: usize) -> Self {
        Self {
            stride,
            keys,
            numbers: HashTable::new(),
            indexed: false,
            recent: Vec::new(),
            small: Vec::new(),
            len,
        }
    }

    /// The number of a key, a new one if need be.
    #[inline]
    pub(super) fn number(&mut self, key: &[u64]) -> u32 {
        if self.stride == 0 {
            self.len = 1;
            return 0;
        }
        if let [word] = *key
            && word < DENSE
        {
            return self.number_of_small(word as usize);
        }
        let hash = hash_of(key);
        let at = (hash >> 48) as usize % RECENT;
        if let Some(&(same, number)) = self.recent.get(at)
            && same == hash
            && same_words(&self.keys[number as usize * self.stride..], key)
        {
            return number;
        }
        let number = self.find_or_add(hash, key);
        if self.recent.is_empty() {
            self.recent.resize(RECENT, (0, 0));
        }
        self.recent[at] = (hash, number);
        number
    }

    /// The number of a key of one small word, which is its place in a list.
    #[inline]
    fn number_of_small(&mut self, word: usize) -> u32 {
        match self.small.get(word) {
            Some(&number) if number != NONE => number,
            _ => {
                let key = [word as u64];
                let number = self.find_or_add(hash_of(&key), &key);
                if self.small.len() <= word {
                    self.small.resize(word + 1, NONE);
                }
                self.small[word] = number;
                number
            }
        }
    }

    fn find_or_add(&mut self, hash: u64, key: &[u64]) -> u32 {
        if !self.indexed {
            self.index();
        }
        let (keys, stride) = (&self.keys, self.stride);
        let is_key =
            |&(same, number): &(u64, u32)| same == hash && same_words(&keys[number as usize * stride..], key);
        if let Some(&(_, number)) = self.numbers.find(hash, is_key) {
            return number;
        }
        let number = self.len as u32;
        self.keys.extend_from_slice(key);
        self.numbers.insert_unique(hash, (hash, number), |&(hash, _)| hash);
        self.len += 1;
        number
    }

    fn index(&mut self) {
        self.indexed = true;
        self.numbers.reserve(self.len, |&(hash, _)| hash);
        for (number, key) in self.keys.chunks_exact(self.stride).enumerate() {
            let hash = hash_of(key);
            self.numbers.insert_unique(hash, (hash, number as u32), |&(hash, _)| hash);
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
