//! Functions of IP addresses. What is no address, such as `-`, is in no network and of no kind: false.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::Args;
use crate::insights::words::Function;
use crate::value::Value;

pub(super) fn call(function: Function, args: Args<'_>) -> Value {
    let address = read(args.get(0));
    if function == Function::Ipv4ToNumber {
        return match address {
            Some(IpAddr::V4(v4)) => Value::Int(v4.to_bits().into()),
            _ => Value::Missing,
        };
    }
    let Some(address) = address else { return Value::Bool(false) };
    Value::Bool(match function {
        Function::IsValidIp => true,
        Function::IsValidIpV4 => address.is_ipv4(),
        Function::IsValidIpV6 => address.is_ipv6(),
        Function::IsIpInSubnet => in_network(address, args.get(1)),
        Function::IsIpv4InSubnet => address.is_ipv4() && in_network(address, args.get(1)),
        Function::IsIpv6InSubnet => address.is_ipv6() && in_network(address, args.get(1)),
        Function::IsPrivateIp => is_private(address),
        Function::IsReservedIp => is_reserved(address),
        Function::IsPublicIp => !is_private(address) && !is_reserved(address),
        _ => false,
    })
}

/// Whether an address is private by RFC 1918, which is about IPv4 only.
pub const fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private(),
        IpAddr::V6(_) => false,
    }
}

/// Whether an address is set apart and not to be reached from everywhere: by IANA's IPv4 and IPv6 special-purpose
/// address registries, which include what is reserved for later, or as multicast. RFC 1918 is left to
/// [`is_private`], so that every address is private, reserved or public; and 2001::/23 counts as a whole, though
/// IANA gave some of it to protocols that do reach everywhere.
pub fn is_reserved(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => RESERVED_V4
            .iter()
            .any(|(network, length)| (v4.to_bits() ^ network.to_bits()) >> (32 - length) == 0),
        IpAddr::V6(v6) => RESERVED_V6
            .iter()
            .any(|(network, length)| (v6.to_bits() ^ network.to_bits()) >> (128 - length) == 0),
    }
}

const RESERVED_V4: [(Ipv4Addr, u32); 12] = [
    (Ipv4Addr::UNSPECIFIED, 8),           // this network
    (Ipv4Addr::new(100, 64, 0, 0), 10),   // carrier-grade NAT
    (Ipv4Addr::new(127, 0, 0, 0), 8),     // loopback
    (Ipv4Addr::new(169, 254, 0, 0), 16),  // link-local
    (Ipv4Addr::new(192, 0, 0, 0), 24),    // protocol assignments
    (Ipv4Addr::new(192, 0, 2, 0), 24),    // documentation
    (Ipv4Addr::new(192, 88, 99, 0), 24),  // former 6to4 relays
    (Ipv4Addr::new(198, 18, 0, 0), 15),   // benchmarks
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),  // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),     // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),     // for later, and broadcast
];

const RESERVED_V6: [(Ipv6Addr, u32); 12] = [
    (Ipv6Addr::UNSPECIFIED, 127),                         // unspecified, and loopback
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96),     // IPv4 in IPv6
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48),  // local translation
    (Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 0), 63),      // discard, and dummy
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),     // protocol assignments
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),     // 6to4
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),     // documentation
    (Ipv6Addr::new(0x5f00, 0, 0, 0, 0, 0, 0, 0), 16),     // segment routing
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7),      // unique local
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10),     // link-local
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8),      // multicast
];

fn read(value: &Value) -> Option<IpAddr> {
    let Value::Text(text) = value else { return None };
    text.parse().ok()
}

/// Bits after the prefix may be set, as in `10.0.0.1/8`.
fn in_network(address: IpAddr, network: &Value) -> bool {
    let Value::Text(network) = network else { return false };
    network.parse().is_ok_and(|network: IpNet| network.contains(&address))
}
