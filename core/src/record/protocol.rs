//! IANA protocol numbers that network people meet.

/// ICMP for IPv4.
pub const ICMP: u64 = 1;
/// TCP.
pub const TCP: u64 = 6;
/// UDP.
pub const UDP: u64 = 17;
/// ICMP for IPv6.
pub const ICMPV6: u64 = 58;

/// The protocol's name, such as `tcp`, or `None` for numbers without a common name.
pub const fn name(protocol: u64) -> Option<&'static str> {
    Some(match protocol {
        0 => "hopopt",
        ICMP => "icmp",
        2 => "igmp",
        4 => "ipip",
        TCP => "tcp",
        UDP => "udp",
        41 => "ipv6",
        47 => "gre",
        50 => "esp",
        51 => "ah",
        ICMPV6 => "icmpv6",
        88 => "eigrp",
        89 => "ospf",
        103 => "pim",
        112 => "vrrp",
        115 => "l2tp",
        132 => "sctp",
        136 => "udplite",
        _ => return None,
    })
}

/// The name, or the number as text.
pub fn label(protocol: u64) -> String {
    name(protocol).map_or_else(|| protocol.to_string(), str::to_owned)
}

/// Whether the protocol has ports.
pub const fn has_ports(protocol: u64) -> bool {
    matches!(protocol, TCP | UDP | 132 | 136)
}
