//! Sorted sets and maps, filled one by one.

/// Like `collect` into a sorted set or map, which would sort first, with a sort of its own in the program for each type.
pub(crate) trait Sorted: Iterator + Sized {
    /// The set or map.
    fn sorted<C: Default + Extend<Self::Item>>(self) -> C {
        let mut sorted = C::default();
        sorted.extend(self);
        sorted
    }
}

impl<I: Iterator> Sorted for I {}
