//! Findings in groups, what breaks first, noise last.

use std::net::IpAddr;

use crate::diagnose::finding::{Component, Finding, Kind};
use crate::record::address::is_private;

/// A group of findings on the overview.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Connections that break half-way.
    Broken,
    /// Connections that a rule does not let begin.
    Denied,
    /// Connections that nobody answered.
    Unanswered,
    /// What reached a NAT gateway.
    Nat,
    /// What is missing from the log itself.
    Health,
    /// What is to be expected.
    Background,
}

impl Group {
    /// All, in order.
    pub const ALL: [Self; 6] =
        [Self::Broken, Self::Denied, Self::Unanswered, Self::Nat, Self::Health, Self::Background];

    /// The group of a finding.
    pub fn of(finding: &Finding) -> Self {
        match finding.kind {
            Kind::ReplyBlockedOutbound
            | Kind::ReplyBlockedInbound
            | Kind::ChangedDuringLog
            | Kind::PublicAccessBlocked
            | Kind::EncryptionBlocked
            | Kind::TgwNoRoute
            | Kind::TgwBlackhole
            | Kind::TgwMtuExceeded => Self::Broken,
            Kind::InboundDenied if only_internet(finding) => Self::Background,
            Kind::InboundDenied | Kind::OutboundDenied => Self::Denied,
            Kind::NoAnswerFromHost | Kind::NoAnswerFromPeer | Kind::TgwTtlExpired => Self::Unanswered,
            Kind::NatBypassed | Kind::NatUnsolicited | Kind::NatUnconfirmed | Kind::NatReply => Self::Nat,
            Kind::LogGap => Self::Health,
            Kind::AfterClose if finding.cause.component != Component::None => Self::Denied,
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
            Self::Health => "The log itself",
            Self::Background => "Background, expected",
        }
    }
}

/// Which of many findings to show where there is room for `room`: the first of each group, then what breaks first.
///
/// Takes the groups in order and gives places in them, in order.
pub fn pick(groups: &[Group], room: usize) -> Vec<usize> {
    let is_first = |place: usize| place == 0 || groups.get(place) != groups.get(place - 1);
    let (firsts, others): (Vec<usize>, Vec<usize>) = (0..groups.len()).partition(|&place| is_first(place));
    let chosen: Vec<usize> = firsts.into_iter().chain(others).take(room).collect();
    (0..groups.len()).filter(|place| chosen.contains(place)).collect()
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
    fn every_group_is_shown_then_what_breaks_first() {
        use Group::{Background, Broken, Denied, Nat};
        let groups = [Broken, Broken, Broken, Denied, Nat, Nat, Background, Background];
        assert_eq!(pick(&groups, 6), [0, 1, 2, 3, 4, 6]);
        assert_eq!(pick(&groups, 2), [0, 3]);
        assert_eq!(pick(&groups, 20), [0, 1, 2, 3, 4, 5, 6, 7]);
        assert_eq!(pick(&[], 5), Vec::<usize>::new());
    }
}
