//! Lists of numbers as they travel between workers: as little-endian bytes, which are copied rather than encoded one by
//! one. For `#[serde(with = "bytes")]`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};

/// A number of a fixed width.
pub trait Plain: Copy {
    /// Its width, bytes.
    const WIDTH: usize;
    /// Appends its bytes.
    fn put(self, into: &mut Vec<u8>);
    /// From as many bytes as it is wide.
    fn of(bytes: &[u8]) -> Self;
}

macro_rules! plain {
    ($($type:ty),*) => {$(
        impl Plain for $type {
            const WIDTH: usize = size_of::<Self>();

            fn put(self, into: &mut Vec<u8>) {
                into.extend_from_slice(&self.to_le_bytes());
            }

            fn of(bytes: &[u8]) -> Self {
                bytes.try_into().map(Self::from_le_bytes).unwrap_or_default()
            }
        }
    )*};
}

plain!(u8, u16, u32, u64);

/// Numbers to bytes.
pub fn serialize<T: Plain, S: Serializer>(numbers: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    let mut bytes = Vec::with_capacity(numbers.len() * T::WIDTH);
    for &number in numbers {
        number.put(&mut bytes);
    }
    serializer.serialize_bytes(&bytes)
}

/// Numbers from bytes.
pub fn deserialize<'de, T: Plain, L: From<Vec<T>>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<L, D::Error> {
    struct Bytes<T>(PhantomData<T>);
    impl<T: Plain> Visitor<'_> for Bytes<T> {
        type Value = Vec<T>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(formatter, "numbers of {} bytes", T::WIDTH)
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<T>, E> {
            if bytes.len().is_multiple_of(T::WIDTH) {
                Ok(bytes.chunks_exact(T::WIDTH).map(T::of).collect())
            } else {
                Err(E::invalid_length(bytes.len(), &self))
            }
        }
    }
    deserializer.deserialize_bytes(Bytes(PhantomData)).map(L::from)
}
