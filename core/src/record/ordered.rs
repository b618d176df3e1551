//! Maps, sets and lists in order, made for a small program rather than for the last nanosecond.
//!
//! A sorted map of the standard library is a program of its own for each type of key and value, and so is a sort. Here what
//! is done with a type is its hash, its comparison and its moves; the rest is the same code for all.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{BuildHasher as _, Hash};

use foldhash::fast::FixedState;
use hashbrown::HashTable;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Sorts a list; what compares equal stays in its order.
pub fn order_by<T>(list: &mut Vec<T>, mut compare: impl FnMut(&T, &T) -> Ordering) {
    let order = order_of(list.len(), &mut |a, b| compare(&list[a], &list[b]));
    let mut left: Vec<Option<T>> = std::mem::take(list).into_iter().map(Some).collect();
    list.extend(order.into_iter().filter_map(|at| left[at as usize].take()));
}

/// Sorts a list by a key.
pub fn order_by_key<T, K: Ord>(list: &mut Vec<T>, key: impl Fn(&T) -> K) {
    order_by(list, |a, b| key(a).cmp(&key(b)));
}

#[inline(never)]
fn order_of(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<u32> {
    let mut order: Vec<u32> = (0..count as u32).collect();
    order.sort_by(|&a, &b| compare(a as usize, b as usize));
    order
}

/// Where entries are, by their hash.
#[derive(Clone, Default)]
struct Index {
    places: HashTable<u32>,
    hashes: Vec<u64>,
}

impl Index {
    #[inline(never)]
    fn find(&self, hash: u64, is_it: &dyn Fn(usize) -> bool) -> Option<usize> {
        self.places.find(hash, |&place| is_it(place as usize)).map(|&place| place as usize)
    }

    #[inline(never)]
    fn push(&mut self, hash: u64) -> usize {
        let place = self.hashes.len();
        self.hashes.push(hash);
        let hashes = &self.hashes;
        self.places.insert_unique(hash, place as u32, |&place| hashes[place as usize]);
        place
    }

    /// Takes a place out; the last one takes its place.
    #[inline(never)]
    fn swap_remove(&mut self, place: usize) {
        let last = self.hashes.len() - 1;
        if let Ok(entry) = self.places.find_entry(self.hashes[place], |&of| of as usize == place) {
            entry.remove();
        }
        if place != last
            && let Some(moved) = self.places.find_mut(self.hashes[last], |&of| of as usize == last)
        {
            *moved = place as u32;
        }
        self.hashes.swap_remove(place);
    }
}

fn hash_of(key: &(impl Hash + ?Sized)) -> u64 {
    FixedState::with_seed(0x6f72_6465).hash_one(key)
}

/// A map that is walked in the order of its keys.
#[derive(Clone)]
pub struct OrderedMap<K, V> {
    entries: Vec<(K, V)>,
    index: Index,
}

impl<K, V> Default for OrderedMap<K, V> {
    fn default() -> Self {
        Self { entries: Vec::new(), index: Index::default() }
    }
}

impl<K, V> OrderedMap<K, V> {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many entries there are.
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<K: Hash + Ord, V> OrderedMap<K, V> {
    fn place<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
    {
        self.index.find(hash_of(key), &|place| self.entries[place].0.borrow() == key)
    }

    /// The value of a key.
    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.place(key).map(|place| &self.entries[place].1)
    }

    /// The value of a key, to be changed.
    pub fn get_mut<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.place(key).map(|place| &mut self.entries[place].1)
    }

    /// Whether there is a key.
    pub fn contains_key<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.place(key).is_some()
    }

    /// Gives a key a value; returns the one before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        if let Some(place) = self.place(&key) {
            return Some(std::mem::replace(&mut self.entries[place].1, value));
        }
        self.push(key, value);
        None
    }

    fn push(&mut self, key: K, value: V) -> usize {
        self.entries.push((key, value));
        self.index.push(hash_of(&self.entries[self.entries.len() - 1].0))
    }

    /// Takes a key out.
    pub fn remove<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let place = self.place(key)?;
        self.index.swap_remove(place);
        Some(self.entries.swap_remove(place).1)
    }

    /// The value of a key, which is given one if it has none.
    pub fn or_insert_with(&mut self, key: K, value: impl FnOnce() -> V) -> &mut V {
        let place = self.place(&key).unwrap_or_else(|| self.push(key, value()));
        &mut self.entries[place].1
    }

    /// The value of a key, which is given the usual one if it has none.
    pub fn or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.or_insert_with(key, V::default)
    }

    fn order(&self) -> Vec<u32> {
        order_of(self.entries.len(), &mut |a, b| self.entries[a].0.cmp(&self.entries[b].0))
    }

    /// The entries, in the order of their keys.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter { entries: &self.entries, order: self.order().into_iter() }
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> + ExactSizeIterator {
        self.iter().map(|(key, _)| key)
    }

    /// The values, in the order of their keys.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> + ExactSizeIterator {
        self.iter().map(|(_, value)| value)
    }

    /// The values, in no order.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.entries.iter_mut().map(|(_, value)| value)
    }

    /// Keeps the entries for which this holds.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        let entries = std::mem::take(&mut self.entries);
        self.index = Index::default();
        self.extend(
            entries.into_iter().filter_map(|(key, mut value)| keep(&key, &mut value).then_some((key, value))),
        );
    }
}

/// Entries in the order of their keys.
#[derive(Clone)]
pub struct Iter<'a, K, V> {
    entries: &'a [(K, V)],
    order: std::vec::IntoIter<u32>,
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        let (key, value) = &self.entries[self.order.next()? as usize];
        Some((key, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.order.size_hint()
    }
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let (key, value) = &self.entries[self.order.next_back()? as usize];
        Some((key, value))
    }
}

impl<K, V> ExactSizeIterator for Iter<'_, K, V> {}

impl<'a, K: Hash + Ord, V> IntoIterator for &'a OrderedMap<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K: Hash + Ord, V> IntoIterator for OrderedMap<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        let mut entries = self.entries;
        order_by(&mut entries, |a, b| a.0.cmp(&b.0));
        entries.into_iter()
    }
}

impl<K: Hash + Ord, V> Extend<(K, V)> for OrderedMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Hash + Ord, V> FromIterator<(K, V)> for OrderedMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::default();
        map.extend(entries);
        map
    }
}

impl<K: Hash + Ord, V: PartialEq> PartialEq for OrderedMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.entries.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}

impl<K: Hash + Ord, V: Eq> Eq for OrderedMap<K, V> {}

impl<K: Hash + Ord + fmt::Debug, V: fmt::Debug> fmt::Debug for OrderedMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl<K: Hash + Ord + Serialize, V: Serialize> Serialize for OrderedMap<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

impl<'de, K: Hash + Ord + Deserialize<'de>, V: Deserialize<'de>> Deserialize<'de> for OrderedMap<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from_iter)
    }
}

/// A set that is walked in order.
#[derive(Clone)]
pub struct OrderedSet<T>(OrderedMap<T, ()>);

impl<T> Default for OrderedSet<T> {
    fn default() -> Self {
        Self(OrderedMap::default())
    }
}

impl<T> OrderedSet<T> {
    /// An empty set.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Hash + Ord> OrderedSet<T> {
    /// Whether one is in it.
    pub fn contains<Q: Hash + Eq + ?Sized>(&self, one: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.0.contains_key(one)
    }

    /// Puts one in; whether it was not there.
    pub fn insert(&mut self, one: T) -> bool {
        self.0.insert(one, ()).is_none()
    }

    /// Takes one out; whether it was there.
    pub fn remove<Q: Hash + Eq + ?Sized>(&mut self, one: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.0.remove(one).is_some()
    }

    /// Keeps those for which this holds.
    pub fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        self.0.retain(|one, ()| keep(one));
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.0.iter().map(|(one, ())| one)
    }
}

impl<T: Hash + Ord> IntoIterator for OrderedSet<T> {
    type Item = T;
    type IntoIter = std::iter::Map<std::vec::IntoIter<(T, ())>, fn((T, ())) -> T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter().map(|(one, ())| one)
    }
}

impl<T: Hash + Ord> Extend<T> for OrderedSet<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, all: I) {
        for one in all {
            self.insert(one);
        }
    }
}

impl<T: Hash + Ord> FromIterator<T> for OrderedSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(all: I) -> Self {
        let mut set = Self::default();
        set.extend(all);
        set
    }
}

impl<T: Hash + Ord> PartialEq for OrderedSet<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T: Hash + Ord> Eq for OrderedSet<T> {}

impl<T: Hash + Ord + fmt::Debug> fmt::Debug for OrderedSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_walked_in_order_whatever_comes_and_goes() {
        let mut map = OrderedMap::new();
        let mut plain = std::collections::BTreeMap::new();
        let mut seed = 7_u32;
        for _ in 0..5_000 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let key = format!("k{}", seed >> 22);
            if seed & 0x300 == 0 {
                assert_eq!(map.remove(key.as_str()), plain.remove(&key));
            } else {
                assert_eq!(map.insert(key.clone(), seed), plain.insert(key, seed));
            }
        }
        assert!(map.iter().eq(plain.iter()));
        assert!(map.iter().rev().eq(plain.iter().rev()));
        map.retain(|_, value| *value % 2 == 0);
        plain.retain(|_, value| *value % 2 == 0);
        assert_eq!(map.get("k3"), plain.get("k3"));
        assert!(map.clone().into_iter().eq(plain.clone()));
        let bytes = postcard::to_allocvec(&map).unwrap();
        assert_eq!(postcard::from_bytes::<OrderedMap<String, u32>>(&bytes).unwrap(), map);
    }

    #[test]
    fn sets_and_lists_are_in_order() {
        let set: OrderedSet<u8> = [3, 1, 2, 3].into_iter().collect();
        assert_eq!(set.iter().copied().collect::<Vec<_>>(), [1, 2, 3]);
        let mut list = vec!["b1", "a1", "b0", "a0"];
        order_by_key(&mut list, |text| text.as_bytes()[0]);
        assert_eq!(list, ["a1", "a0", "b1", "b0"]);
    }
}
