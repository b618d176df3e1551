//! Addresses: which are private, and how they are read from bytes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address belongs to a private network: RFC 1918, RFC 6598 (carrier-grade NAT, which Amazon EKS
/// uses for pods), link-local, loopback, or IPv6 unique local (RFC 4193).
pub const fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_private_v4(v4.to_bits()),
        IpAddr::V6(v6) => is_private_v6(v6.to_bits()),
    }
}

/// [`is_private`] on the bits of an IPv4 address.
pub const fn is_private_v4(bits: u32) -> bool {
    bits >> 24 == 10
        || bits >> 20 == 0xac1
        || bits >> 16 == 0xc0a8
        || bits >> 22 == 0x191
        || bits >> 16 == 0xa9fe
        || bits >> 24 == 127
}

const fn is_private_v6(bits: u128) -> bool {
    bits >> 121 == 0xfc >> 1 || bits >> 118 == 0xfe80 >> 6 || bits == 1
}

/// Reads an IPv4 address in its one canonical spelling (four numbers, no leading zeros).
pub fn parse_v4(text: &[u8]) -> Option<u32> {
    if text.len() < 7 || text.len() > 15 {
        return None;
    }
    let (mut bits, mut octet, mut digits, mut dots) = (0_u32, 0_u32, 0_u32, 0_u32);
    for &byte in text {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            if digits > 0 && octet == 0 {
                return None;
            }
            octet = octet * 10 + u32::from(digit);
            digits += 1;
            if octet > 255 {
                return None;
            }
        } else if byte == b'.' && digits > 0 {
            bits = bits << 8 | octet;
            (octet, digits) = (0, 0);
            dots += 1;
        } else {
            return None;
        }
    }
    (dots == 3 && digits > 0).then_some(bits << 8 | octet)
}

/// Reads an address of either family; IPv6 in any spelling that RFC 4291 allows.
pub fn parse(text: &str) -> Option<IpAddr> {
    parse_v4(text.as_bytes())
        .map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits)))
        .or_else(|| text.parse::<Ipv6Addr>().ok().map(IpAddr::V6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_ranges() {
        for private in [
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "169.254.169.254",
            "fd00::1",
            "fe80::1",
        ] {
            assert!(is_private(private.parse().unwrap()), "{private}");
        }
        for public in ["11.0.0.1", "172.32.0.1", "192.169.0.1", "100.128.0.1", "203.0.113.9", "2001:db8::1"] {
            assert!(!is_private(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn only_canonical_v4() {
        assert_eq!(parse_v4(b"10.1.2.3"), Some(0x0a01_0203));
        assert_eq!(parse_v4(b"0.0.0.0"), Some(0));
        for bad in ["10.1.2", "10.1.2.256", "010.1.2.3", "10..2.3", "10.1.2.3.", "10.1.2.3.4", "1.2.3.x", ""]
        {
            assert_eq!(parse_v4(bad.as_bytes()), None, "{bad}");
        }
    }
}
