//! Hashes of cells.

/// A bijective mixer of 64 bits with full avalanche.
#[inline]
pub const fn mix(mut x: u64) -> u64 {
    x ^= x >> 32;
    x = x.wrapping_mul(0xd6e8_feb8_6659_fd93);
    x ^= x >> 32;
    x = x.wrapping_mul(0xd6e8_feb8_6659_fd93);
    x ^ x >> 32
}

/// [`mix`] of 128 bits.
pub const fn mix_wide(bits: u128) -> u64 {
    mix(mix(bits as u64) ^ (bits >> 64) as u64)
}
