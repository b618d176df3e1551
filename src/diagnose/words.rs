//! Words and numbers in findings.

use std::net::IpAddr;

use super::finding::Direction;
use crate::record::{protocol, service, time};

/// `1 packet`, `1,204 packets`.
pub(super) fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{} {}", digits(number), plural(noun)) }
}

/// `was` for one, else `were`.
pub(super) const fn were(number: u64) -> &'static str {
    if number == 1 { "was" } else { "were" }
}

/// `1,204`.
pub(super) fn digits(number: u64) -> String {
    let plain = number.to_string();
    let mut out = String::with_capacity(plain.len() + plain.len() / 3);
    for (i, digit) in plain.chars().enumerate() {
        if i > 0 && (plain.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn plural(noun: &str) -> String {
    noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o'])).map_or_else(
        || if noun.ends_with('s') { format!("{noun}es") } else { format!("{noun}s") },
        |stem| format!("{stem}ies"),
    )
}

/// `a, b and c`, of at most `most` items.
pub(super) fn list(items: &[String], most: usize) -> String {
    let shown = items.get(..items.len().min(most)).unwrap_or_default();
    match (shown, items.len() - shown.len()) {
        ([], _) => String::new(),
        ([only], 0) => only.clone(),
        ([begin @ .., last], 0) => format!("{} and {last}", begin.join(", ")),
        (shown, more) => format!("{} and {} more", shown.join(", "), digits(more as u64)),
    }
}

/// `eni-1:443`, or `eni-1` for protocols without ports.
pub(super) fn endpoint(of: &str, protocol_number: u8, port: u16) -> String {
    let of = if of.is_empty() { "the interface" } else { of };
    if protocol::has_ports(protocol_number.into()) && port > 0 {
        if of.contains(':') { format!("[{of}]:{port}") } else { format!("{of}:{port}") }
    } else {
        of.to_owned()
    }
}

/// `TCP 443 https`, `ICMP`.
pub(super) fn service(protocol_number: u8, port: u16) -> String {
    let name = protocol_name(protocol_number);
    if protocol::has_ports(protocol_number.into()) && port > 0 {
        format!("{name} {}", service::label(port.into()))
    } else {
        name
    }
}

/// `TCP 443`, `ICMP`, as rules have it.
pub(super) fn rule(protocol_number: u8, ports: &str) -> String {
    let name = protocol_name(protocol_number);
    if protocol::has_ports(protocol_number.into()) { format!("{name} {ports}") } else { name }
}

/// `TCP`, `ICMP`, `protocol 99`.
pub(super) fn protocol_name(number: u8) -> String {
    protocol::name(number.into()).map_or_else(
        || format!("protocol {number}"),
        |name| if name == "icmpv6" { "ICMPv6".to_owned() } else { name.to_uppercase() },
    )
}

/// `10.1.2.3/32`, or the whole internet for several.
pub(super) fn cidr(peers: &[IpAddr], all: u64) -> String {
    match peers {
        [one @ IpAddr::V4(_)] if all <= 1 => format!("{one}/32"),
        [one @ IpAddr::V6(_)] if all <= 1 => format!("{one}/128"),
        several if several.iter().all(|peer| crate::record::address::is_private(*peer)) => {
            format!("each of the {} addresses", digits(all))
        }
        several if several.iter().all(IpAddr::is_ipv6) => "::/0".to_owned(),
        several if several.iter().any(IpAddr::is_ipv6) => "0.0.0.0/0 and ::/0".to_owned(),
        _ => "0.0.0.0/0".to_owned(),
    }
}

/// `the network ACL of subnet-1`, or of the interface's subnet when its name is not known.
pub(super) fn network_acl(subnet: Option<&str>, interface: &str) -> String {
    match (subnet, interface) {
        (Some(subnet), _) => format!("the network ACL of {subnet}"),
        (None, "") => "the subnet's network ACL".to_owned(),
        (None, interface) => format!("the network ACL of the subnet of {interface}"),
    }
}

/// `on the way in`, `on the way out`.
pub(super) const fn way(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "on the way in",
        Direction::Outbound => "on the way out",
    }
}

/// `inbound`, `outbound`.
pub(super) const fn name(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "inbound",
        Direction::Outbound => "outbound",
    }
}

/// `inbound TCP 443 from 10.1.2.3/32`.
pub(super) fn rule_of(direction: Direction, protocol: u8, ports: &str, cidr: &str) -> String {
    let preposition = match direction {
        Direction::Inbound => "from",
        Direction::Outbound => "to",
    };
    format!("{} {} {preposition} {cidr}", name(direction), rule(protocol, ports))
}

/// `2026-11-24 03:43:17 UTC`.
pub(super) fn moment(secs: u64) -> String {
    format!("{} UTC", time::date_time(secs))
}

/// `between 2026-10-14 09:01:21 UTC and 2026-10-14 09:04:47 UTC`, the earlier first.
pub(super) fn between(a: u64, b: u64) -> String {
    let (from, to) = (moment(a.min(b)), moment(a.max(b)));
    if a == b { format!("at {to}") } else { format!("between {from} and {to}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_lists_read_well() {
        assert_eq!(count(1, "packet"), "1 packet");
        assert_eq!(count(1_204_567, "reply"), "1,204,567 replies");
        assert_eq!(count(2, "address"), "2 addresses");
        let names: Vec<String> = ["a", "b", "c"].map(String::from).to_vec();
        assert_eq!(list(&names, 3), "a, b and c");
        assert_eq!(list(&names, 2), "a, b and 1 more");
        assert_eq!(endpoint("2001:db8::1", 6, 443), "[2001:db8::1]:443");
        assert_eq!(endpoint("eni-1", 1, 0), "eni-1");
        assert_eq!(
            rule_of(Direction::Outbound, 6, "1024-65535", "10.0.0.1/32"),
            "outbound TCP 1024-65535 to 10.0.0.1/32"
        );
    }
}
