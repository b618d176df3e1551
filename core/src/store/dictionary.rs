//! Dictionaries: each different text and each different IPv6 address is kept once.

use std::hash::BuildHasher;
use std::net::Ipv6Addr;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

/// Texts by code, in order of their first appearance.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    hashes: Vec<u64>,
    codes: HashTable<u32>,
}

pub(super) fn hash_of(bytes: &[u8]) -> u64 {
    FixedState::with_seed(0x666c_6f77).hash_one(bytes)
}

impl Dictionary {
    /// The text of a code. The empty text for a code that was never given.
    pub fn text(&self, code: u64) -> &str {
        std::str::from_utf8(self.slice(code as usize)).unwrap_or_default()
    }

    /// The bytes of a code's text.
    pub fn slice(&self, code: usize) -> &[u8] {
        let begin = code.checked_sub(1).and_then(|i| self.ends.get(i)).map_or(0, |&end| end as usize);
        self.ends.get(code).map_or(&[], |&end| &self.bytes[begin..end as usize])
    }

    /// A hash of a code's text, the same in every dictionary.
    pub fn hash(&self, code: u64) -> u64 {
        self.hashes.get(code as usize).copied().unwrap_or_default()
    }

    /// The code of a text, if it has one.
    pub fn find(&self, text: &[u8]) -> Option<u32> {
        self.codes.find(hash_of(text), |&code| self.slice(code as usize) == text).copied()
    }

    /// The code of a text, a new one if need be; `None` if it is not UTF-8 or the dictionary is full (4 GiB).
    pub fn intern(&mut self, text: &[u8]) -> Option<u32> {
        let hash = hash_of(text);
        if let Some(&code) = self.codes.find(hash, |&code| self.slice(code as usize) == text) {
            return Some(code);
        }
        std::str::from_utf8(text).ok()?;
        let end = u32::try_from(self.bytes.len() + text.len()).ok()?;
        let code = u32::try_from(self.ends.len()).ok()?;
        self.bytes.extend_from_slice(text);
        self.ends.push(end);
        self.hashes.push(hash);
        let hashes = &self.hashes;
        self.codes.insert_unique(hash, code, |&code| hashes[code as usize]);
        Some(code)
    }

    /// How many texts there are.
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are no texts.
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.bytes.capacity()
            + self.ends.capacity() * 4
            + self.hashes.capacity() * 8
            + self.codes.allocation_size()
    }
}

/// IPv6 addresses by number.
#[derive(Clone, Debug, Default)]
pub struct AddressBook {
    addresses: Vec<u128>,
    numbers: HashTable<u32>,
}

fn hash_of_address(bits: u128) -> u64 {
    FixedState::with_seed(0x666c_6f77).hash_one(bits)
}

impl AddressBook {
    /// The address of a number.
    pub fn address(&self, number: u64) -> Ipv6Addr {
        Ipv6Addr::from_bits(self.addresses.get(number as usize).copied().unwrap_or_default())
    }

    /// The number of an address, if it has one.
    pub fn find(&self, address: Ipv6Addr) -> Option<u32> {
        let bits = address.to_bits();
        self.numbers.find(hash_of_address(bits), |&number| self.addresses[number as usize] == bits).copied()
    }

    /// The number of an address, a new one if need be; `None` if the book is full (2^32 addresses).
    pub fn intern(&mut self, address: Ipv6Addr) -> Option<u32> {
        if let Some(number) = self.find(address) {
            return Some(number);
        }
        let number = u32::try_from(self.addresses.len()).ok()?;
        let bits = address.to_bits();
        self.addresses.push(bits);
        let Self { addresses, numbers } = self;
        numbers.insert_unique(hash_of_address(bits), number, |&number| {
            hash_of_address(addresses[number as usize])
        });
        Some(number)
    }

    /// How many addresses there are.
    pub const fn len(&self) -> usize {
        self.addresses.len()
    }

    /// Whether there are no addresses.
    pub const fn is_empty(&self) -> bool {
        self.addresses.is_empty()
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.addresses.capacity() * 16 + self.numbers.allocation_size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_keep_their_codes() {
        let mut dictionary = Dictionary::default();
        for i in 0..5000 {
            assert_eq!(dictionary.intern(format!("eni-{i}").as_bytes()), Some(i));
        }
        assert_eq!(dictionary.intern(b"eni-77"), Some(77));
        assert_eq!(dictionary.text(77), "eni-77");
        assert_eq!(dictionary.find(b"eni-5000"), None);
        assert_eq!(dictionary.intern(b"\xff"), None);
        assert_eq!(dictionary.text(9_999_999), "");
    }

    #[test]
    fn addresses_keep_their_numbers() {
        let mut book = AddressBook::default();
        for i in 0..1000 {
            assert_eq!(book.intern(Ipv6Addr::from_bits(i << 64)), u32::try_from(i).ok());
        }
        assert_eq!(book.find(Ipv6Addr::from_bits(7 << 64)), Some(7));
        assert_eq!(book.address(7), Ipv6Addr::from_bits(7 << 64));
    }
}
