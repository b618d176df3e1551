//! Values out of bytes: each reader takes a value at a position of a line and says where it ended.

/// Whether a byte separates values.
#[inline]
pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// The first position at or after `at` that is not blank.
#[inline]
pub(super) fn skip_blanks(line: &[u8], mut at: usize) -> usize {
    while at < line.len() && is_blank(line[at]) {
        at += 1;
    }
    at
}

/// The end of the value that begins at `at`.
#[inline]
pub(super) fn value_end(line: &[u8], mut at: usize) -> usize {
    while at < line.len() && !is_blank(line[at]) {
        at += 1;
    }
    at
}

/// Reads a canonical whole number of at most 18 digits; `None` sends the value to the careful reader.
#[inline]
pub(super) fn number(line: &[u8], from: usize) -> Option<(u64, usize)> {
    let mut at = from;
    let mut value = 0_u64;
    while at < line.len() {
        let digit = line[at].wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
        at += 1;
    }
    let digits = at - from;
    let ends = at == line.len() || is_blank(line[at]);
    let canonical = digits == 1 || (digits > 1 && digits <= 18 && line[from] != b'0');
    (ends && canonical).then_some((value, at))
}

/// Reads a canonical IPv4 address.
#[inline]
pub(super) fn address_v4(line: &[u8], from: usize) -> Option<(u32, usize)> {
    let mut at = from;
    let mut bits = 0_u32;
    for part in 0..4 {
        let first = *line.get(at)?;
        let mut octet = u32::from(first.wrapping_sub(b'0'));
        if octet > 9 {
            return None;
        }
        at += 1;
        if octet != 0 {
            while at < line.len() {
                let digit = u32::from(line[at].wrapping_sub(b'0'));
                if digit > 9 {
                    break;
                }
                octet = octet * 10 + digit;
                if octet > 255 {
                    return None;
                }
                at += 1;
            }
        }
        bits = bits << 8 | octet;
        if part < 3 {
            if line.get(at) != Some(&b'.') {
                return None;
            }
            at += 1;
        }
    }
    (at == line.len() || is_blank(line[at])).then_some((bits, at))
}

/// Whether a value is the name of a Region: `eu-west-3`, `us-gov-east-1`.
pub(super) fn is_region(value: &str) -> bool {
    let mut parts = value.split('-');
    let letters =
        |part: &str| (2..=10).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase());
    parts.next().is_some_and(|part| (2..=4).contains(&part.len()) && letters(part))
        && parts.next_back().is_some_and(|part| part.len() == 1 && part.as_bytes()[0].is_ascii_digit())
        && (1..=2).contains(&parts.clone().count())
        && parts.all(letters)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::address::parse_v4;

    #[test]
    fn numbers_end_at_blanks_and_are_canonical() {
        assert_eq!(number(b"443 6", 0), Some((443, 3)));
        assert_eq!(number(b"0", 0), Some((0, 1)));
        for careful in ["-", "007", "12x", "", "1234567890123456789"] {
            assert_eq!(number(careful.as_bytes(), 0), None, "{careful}");
        }
    }

    proptest! {
        #[test]
        fn addresses_agree_with_the_plain_reader(text in "[0-9.]{0,17}") {
            let fast = address_v4(text.as_bytes(), 0).map(|(bits, _)| bits);
            prop_assert_eq!(fast, parse_v4(text.as_bytes()));
        }

        #[test]
        fn addresses_are_read(bits: u32) {
            let text = format!("{} x", std::net::Ipv4Addr::from_bits(bits));
            prop_assert_eq!(address_v4(text.as_bytes(), 0), Some((bits, text.len() - 2)));
        }
    }
}
