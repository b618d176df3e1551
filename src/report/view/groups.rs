//! Findings in groups, what breaks first, noise last.

use std::net::IpAddr;

use crate::diagnose::finding::{Finding, Kind};
use crate::record::address::is_private;

/// A group of findings on the overview.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Connections that break half-way.
    Broken,
    /// Connections that a rule does not let begin.
    Denied,
    /// Connections that nobody answered.
    Unanswered,
    /// What reached a NAT gateway.
    Nat,
    /// What is to be expected.
    Background,
}

impl Group {
    /// All, in order.
    pub const ALL: [Self; 5] = [Self::Broken, Self::Denied, Self::Unanswered, Self::Nat, Self::Background];

    /// The group of a finding.
    pub fn of(finding: &Finding) -> Self {
        match finding.kind {
            Kind::ReplyBlockedOutbound
            | Kind::ReplyBlockedInbound
            | Kind::ChangedDuringLog
            | Kind::PublicAccessBlocked
            | Kind::EncryptionBlocked => Self::Broken,
            Kind::InboundDenied if only_internet(finding) => Self::Background,
            Kind::InboundDenied | Kind::OutboundDenied => Self::Denied,
            Kind::NoAnswerFromHost | Kind::NoAnswerFromPeer => Self::Unanswered,
            Kind::NatBypassed | Kind::NatUnsolicited | Kind::NatUnconfirmed | Kind::NatReply => Self::Nat,
            Kind::AfterClose | Kind::DirectionUnknown => Self::Background,
        }
    }

    /// The group's heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Broken => "Breaks connections",
            Self::Denied => "Denied",
            Self::Unanswered => "No answer",
            Self::Nat => "NAT gateway",
            Self::Background => "Background, expected",
        }
    }
}

/// Places of findings in order of their groups, the report's order kept within each.
pub fn ordered<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Vec<(Group, &'a Finding)> {
    let mut all: Vec<_> = findings.into_iter().map(|finding| (Group::of(finding), finding)).collect();
    all.sort_by_key(|(group, _)| *group);
    all
}

fn only_internet(finding: &Finding) -> bool {
    !finding.peers.is_empty()
        && finding.peers.iter().all(|peer| peer.parse::<IpAddr>().is_ok_and(|address| !is_private(address)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::view::fixture::finding;

    #[test]
    fn internet_noise_is_background_and_private_peers_are_not() {
        let mut of = Finding { kind: Kind::InboundDenied, ..finding() };
        assert_eq!(Group::of(&of), Group::Denied);
        of.peers = vec!["203.0.113.9".to_owned(), "2001:db8::1".to_owned()];
        assert_eq!(Group::of(&of), Group::Background);
        of.peers.push("10.0.0.1".to_owned());
        assert_eq!(Group::of(&of), Group::Denied);
    }

    #[test]
    fn what_breaks_comes_first() {
        let noise = Finding { kind: Kind::AfterClose, ..finding() };
        let nat = Finding { kind: Kind::NatReply, ..finding() };
        let broken = finding();
        let groups: Vec<_> = ordered([&noise, &nat, &broken]).into_iter().map(|(group, _)| group).collect();
        assert_eq!(groups, [Group::Broken, Group::Nat, Group::Background]);
    }
}
