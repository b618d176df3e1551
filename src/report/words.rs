//! Words for kinds, causes and ends: the same on the page and in every export.

use super::model::FromAthena;
use super::number::plural;
use crate::diagnose::finding::{Certainty, Component, Direction, Finding, Kind};
use crate::record::{protocol, service};

/// All kinds, in the order in which they break things.
pub const KINDS: &[Kind] = &[
    Kind::ReplyBlockedOutbound,
    Kind::ReplyBlockedInbound,
    Kind::ChangedDuringLog,
    Kind::PublicAccessBlocked,
    Kind::EncryptionBlocked,
    Kind::TgwNoRoute,
    Kind::TgwBlackhole,
    Kind::TgwMtuExceeded,
    Kind::InboundDenied,
    Kind::OutboundDenied,
    Kind::NoAnswerFromHost,
    Kind::NoAnswerFromPeer,
    Kind::TgwTtlExpired,
    Kind::NatBypassed,
    Kind::NatUnsolicited,
    Kind::NatUnconfirmed,
    Kind::NatReply,
    Kind::LogGap,
    Kind::AfterClose,
    Kind::DirectionUnknown,
];

/// `From Athena: 24 results, of 2026-11-01 to 2026-11-07`.
pub fn from_athena(athena: &FromAthena) -> String {
    let days = match (&athena.first_day, &athena.last_day) {
        (Some(first), Some(last)) if first == last => format!(", of {first}"),
        (Some(first), Some(last)) => format!(", of {first} to {last}"),
        _ => String::new(),
    };
    format!("From Athena: {}{days}", plural(athena.results, "result", "results"))
}

/// A kind in a few words, for a chip.
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::ReplyBlockedOutbound => "Reply rejected outbound",
        Kind::ReplyBlockedInbound => "Reply rejected inbound",
        Kind::ChangedDuringLog => "Changed during the log",
        Kind::PublicAccessBlocked => "Block public access",
        Kind::EncryptionBlocked => "Encryption control",
        Kind::TgwNoRoute => "No route at the transit gateway",
        Kind::TgwBlackhole => "Blackhole route at the transit gateway",
        Kind::TgwMtuExceeded => "Larger than the transit gateway's MTU",
        Kind::TgwTtlExpired => "Time to live expired at the transit gateway",
        Kind::InboundDenied => "Denied inbound",
        Kind::OutboundDenied => "Denied outbound",
        Kind::NoAnswerFromHost => "No answer from the host",
        Kind::NoAnswerFromPeer => "No answer from the peer",
        Kind::NatBypassed => "Not through the NAT gateway",
        Kind::NatUnsolicited => "Unsolicited, dropped by the NAT gateway",
        Kind::NatUnconfirmed => "Unsolicited, not confirmed",
        Kind::NatReply => "Reply to a connection from inside",
        Kind::LogGap => "The log itself",
        Kind::AfterClose => "After the connection closed",
        Kind::DirectionUnknown => "Direction not known",
    }
}

/// The part of AWS that decided.
pub const fn component(component: Component) -> &'static str {
    match component {
        Component::SecurityGroup => "security group",
        Component::NetworkAcl => "network ACL",
        Component::Either => "security group or network ACL",
        Component::None => "no rule",
        Component::NatGateway => "NAT gateway",
        Component::BlockPublicAccess => "block public access",
        Component::EncryptionControl => "encryption control",
        Component::TransitGateway => "transit gateway",
    }
}

/// Seen from the interface.
pub const fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "inbound",
        Direction::Outbound => "outbound",
    }
}

/// How sure a cause is.
pub const fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Certain => "certain",
        Certainty::Likely => "likely",
        Certainty::Undetermined => "undetermined",
    }
}

/// What a finding blames: the part of AWS that decided, or the log.
pub const fn blamed(finding: &Finding) -> &'static str {
    match finding.kind {
        Kind::LogGap => "the log itself",
        _ => component(finding.cause.component),
    }
}

/// `network ACL, outbound`.
pub fn cause(finding: &Finding) -> String {
    let mut text = blamed(finding).to_owned();
    if let Some(way) = finding.cause.direction.filter(|_| finding.cause.component != Component::None) {
        text.push_str(", ");
        text.push_str(direction(way));
    }
    text
}

/// `10.7.7.7`, or `10.7.7.7 and 411 more`; empty without peers.
pub fn peers(finding: &Finding) -> String {
    let Some(first) = finding.peers.first() else { return String::new() };
    match finding.peer_count {
        0 | 1 => first.clone(),
        count => format!("{first} and {} more", super::number::grouped(count - 1)),
    }
}

/// `tgw-1, tgw-attach-a to tgw-attach-b`; empty when it is about no transit gateway.
pub fn gateway(finding: &Finding) -> String {
    let Some(gateway) = &finding.transit_gateway else { return String::new() };
    let way = match (gateway.arriving.as_str(), gateway.leaving.as_str()) {
        ("", "") => "",
        (arriving, "") => &format!("from {arriving}"),
        ("", leaving) => &format!("to {leaving}"),
        (arriving, leaving) => &format!("{arriving} to {leaving}"),
    };
    [gateway.id.as_str(), way].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// `tcp 443 https`; empty when it is about no port or protocol.
pub fn port(finding: &Finding) -> String {
    let protocol = finding.protocol.map(|number| protocol::label(number.into()));
    let port = finding.port.map(|number| service::label(number.into()));
    protocol.into_iter().chain(port).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::view::fixture::finding;

    #[test]
    fn every_kind_is_listed_once_and_in_order() {
        assert!(KINDS.is_sorted());
        assert_eq!(KINDS.len(), 20);
    }

    #[test]
    fn a_cause_without_a_rule_has_no_direction() {
        let mut of = Finding { kind: Kind::AfterClose, ..finding() };
        assert_eq!(cause(&of), "network ACL, outbound");
        of.cause.component = Component::None;
        assert_eq!(cause(&of), "no rule");
        of.kind = Kind::LogGap;
        assert_eq!(cause(&of), "the log itself");
    }
}
