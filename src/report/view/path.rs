//! The way of a request and its reply through network ACL and security group, as a finding tells it.
//!
//! Ingress passes the network ACL, then the security group; egress passes the security group, then the network
//! ACL. A security group lets replies pass; a network ACL judges them again.

use crate::diagnose::finding::{Certainty, Component, Direction, Finding, Kind};

/// What a finding shows of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// What stands on the remote side.
    pub remote: String,
    /// What stands on the interface's side.
    pub local: String,
    /// The legs, in order of time.
    pub legs: Vec<Leg>,
}

/// One way of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    /// What it is: `request`, `reply`, `late packet` …
    pub name: &'static str,
    /// Whether it goes towards the interface.
    pub inbound: bool,
    /// What the log says of it.
    pub seen: Seen,
    /// What it passes, in the order from the remote side to the interface's.
    pub gates: Vec<Gate>,
}

/// What the log says of a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// `ACCEPT`.
    Accepted,
    /// `REJECT`.
    Rejected,
    /// Packets of it were lost.
    Lost,
    /// There is no such record.
    Nothing,
}

/// Something that lets packets through or does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// Its name.
    pub name: &'static str,
    /// What it did.
    pub state: State,
    /// A word about it.
    pub note: &'static str,
}

/// What a gate did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Let it pass.
    Passed,
    /// Did not let it pass.
    Blocked,
    /// May be the one that did not let it pass.
    Suspect,
    /// Has no say, or was not reached.
    Idle,
}

impl Seen {
    /// The log's word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accepted => "ACCEPT",
            Self::Rejected => "REJECT",
            Self::Lost => "lost",
            Self::Nothing => "no record",
        }
    }
}

impl State {
    /// The state in a word, for those who do not see the mark.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Blocked => "rejected",
            Self::Suspect => "may have rejected",
            Self::Idle => "not involved",
        }
    }
}

/// The path that a finding tells of.
pub fn of(finding: &Finding) -> Path {
    Path { remote: remote(finding), local: local(finding), legs: legs(finding) }
}

fn legs(finding: &Finding) -> Vec<Leg> {
    use Seen::{Accepted, Nothing, Rejected};
    let inbound = finding.cause.direction != Some(Direction::Outbound);
    match finding.kind {
        Kind::InboundDenied => vec![leg("request", true, Rejected, suspects(finding, true))],
        Kind::OutboundDenied => vec![leg("request", false, Rejected, suspects(finding, false))],
        Kind::ReplyBlockedOutbound => {
            vec![leg("request", true, Accepted, passed()), leg("reply", false, Rejected, reply_blocked())]
        }
        Kind::ReplyBlockedInbound => {
            vec![leg("request", false, Accepted, passed()), leg("reply", true, Rejected, reply_blocked())]
        }
        Kind::ChangedDuringLog => changed(finding, inbound),
        Kind::LogGap | Kind::DirectionUnknown => Vec::new(),
        Kind::AfterClose if finding.cause.component == Component::NetworkAcl => {
            let gates = vec![acl("NACL", State::Suspect, "if it is a reply")];
            vec![leg("late packet or reply", inbound, Rejected, gates)]
        }
        Kind::TgwNoRoute => vec![lost("no route")],
        Kind::TgwBlackhole => vec![lost("blackhole route")],
        Kind::TgwMtuExceeded => vec![lost("larger than its MTU")],
        Kind::TgwTtlExpired => vec![lost("no time to live left")],
        Kind::AfterClose => vec![
            leg("connection", inbound, Accepted, passed()),
            leg(
                "late packet",
                inbound,
                Rejected,
                vec![Gate {
                    name: "Connection tracking",
                    state: State::Blocked,
                    note: "the tracked connection had ended",
                }],
            ),
        ],
        Kind::PublicAccessBlocked => {
            vec![leg("request", inbound, Rejected, vec![blocked("Block public access", "by reject-reason")])]
        }
        Kind::EncryptionBlocked => {
            vec![leg("request", inbound, Rejected, vec![blocked("Encryption control", "by reject-reason")])]
        }
        Kind::NoAnswerFromHost => {
            vec![leg("request", true, Accepted, passed()), leg("reply", false, Nothing, Vec::new())]
        }
        Kind::NoAnswerFromPeer => {
            vec![leg("request", false, Accepted, passed()), leg("reply", true, Nothing, Vec::new())]
        }
        Kind::NatReply => vec![
            leg("request from inside", false, Accepted, vec![nat(State::Passed, "opened the connection")]),
            leg(
                "reply",
                true,
                Accepted,
                vec![acl("NACL in", State::Passed, ""), nat(State::Passed, "knows it")],
            ),
        ],
        Kind::NatUnsolicited => vec![leg(
            "unsolicited packet",
            true,
            Accepted,
            vec![
                acl("NACL in", State::Passed, "hence ACCEPT"),
                nat(State::Blocked, "dropped: no connection"),
            ],
        )],
        Kind::NatUnconfirmed => vec![leg(
            "packet",
            true,
            Accepted,
            vec![
                acl("NACL in", State::Passed, "hence ACCEPT"),
                nat(State::Suspect, "what lies behind is not in the logs"),
            ],
        )],
        Kind::NatBypassed => vec![
            leg(
                "at the NAT gateway",
                true,
                Accepted,
                vec![acl("NACL in", State::Passed, "hence ACCEPT"), nat(State::Blocked, "no connection")],
            ),
            leg("by another path", true, Accepted, passed()),
        ],
    }
}

/// Request rejected by one of two: which one is known or not.
fn suspects(finding: &Finding, inbound: bool) -> Vec<Gate> {
    let sure = |certainty| if certainty == Certainty::Certain { State::Blocked } else { State::Suspect };
    let blocker = sure(finding.cause.certainty);
    let likely = finding.cause.certainty == Certainty::Likely;
    let note = |state| if likely && state == State::Suspect { "likely rejected" } else { "" };
    // The first on the way was passed if the second rejected; the second was not reached if the first rejected.
    let (acl_state, group_state) = match (finding.cause.component, inbound) {
        (Component::NetworkAcl, true) => (blocker, State::Idle),
        (Component::NetworkAcl, false) => (blocker, State::Passed),
        (Component::SecurityGroup, true) => (State::Passed, blocker),
        (Component::SecurityGroup, false) => (State::Idle, blocker),
        _ => (State::Suspect, State::Suspect),
    };
    let (acl_name, group_name) = if inbound { ("NACL in", "SG in") } else { ("NACL out", "SG out") };
    let told_apart = acl_state != group_state;
    let note = |state| if told_apart { note(state) } else { "" };
    vec![
        acl(acl_name, acl_state, note(acl_state)),
        Gate { name: group_name, state: group_state, note: note(group_state) },
    ]
}

fn changed(finding: &Finding, inbound: bool) -> Vec<Leg> {
    let change = finding.changes.first();
    let opened = change.is_some_and(|change| change.to == "ACCEPT");
    let accepted = leg(if opened { "later" } else { "at first" }, inbound, Seen::Accepted, passed());
    let rejected =
        leg(if opened { "at first" } else { "later" }, inbound, Seen::Rejected, suspects(finding, inbound));
    if opened { vec![rejected, accepted] } else { vec![accepted, rejected] }
}

fn passed() -> Vec<Gate> {
    vec![acl("NACL", State::Passed, ""), Gate { name: "SG", state: State::Passed, note: "" }]
}

fn reply_blocked() -> Vec<Gate> {
    vec![
        acl("NACL", State::Blocked, "judges replies again"),
        Gate { name: "SG", state: State::Passed, note: "stateful" },
    ]
}

fn lost(note: &'static str) -> Leg {
    leg("packets", true, Seen::Lost, vec![Gate { name: "Transit gateway", state: State::Blocked, note }])
}

const fn acl(name: &'static str, state: State, note: &'static str) -> Gate {
    Gate { name, state, note }
}

const fn nat(state: State, note: &'static str) -> Gate {
    Gate { name: "NAT gateway", state, note }
}

const fn blocked(name: &'static str, note: &'static str) -> Gate {
    Gate { name, state: State::Blocked, note }
}

/// Names the gates of a two-gate leg by its direction.
fn leg(name: &'static str, inbound: bool, seen: Seen, mut gates: Vec<Gate>) -> Leg {
    for gate in &mut gates {
        gate.name = match (gate.name, inbound) {
            ("NACL", true) => "NACL in",
            ("NACL", false) => "NACL out",
            ("SG", true) => "SG in",
            ("SG", false) => "SG out",
            (name, _) => name,
        };
    }
    Leg { name, inbound, seen, gates }
}

fn remote(finding: &Finding) -> String {
    if let Some(gateway) = &finding.transit_gateway {
        return end(&gateway.sources, &gateway.source_vpc, &gateway.arriving);
    }
    let peers = crate::report::words::peers(finding);
    let peers = if peers.is_empty() { "remote".to_owned() } else { peers };
    let at_peer = matches!(
        finding.kind,
        Kind::OutboundDenied | Kind::ReplyBlockedInbound | Kind::NoAnswerFromPeer | Kind::NatReply
    ) || (finding.kind == Kind::ChangedDuringLog
        && finding.cause.direction == Some(Direction::Outbound));
    with_port(peers, finding.port.filter(|_| at_peer && finding.peer_count <= 1))
}

/// The one address at an end of a transit gateway's way, or else the VPC or the attachment.
fn end(addresses: &[String], vpc: &str, attachment: &str) -> String {
    let names =
        [addresses.first().filter(|_| addresses.len() == 1).map_or("", String::as_str), vpc, attachment];
    let name = names.into_iter().find(|name| !name.is_empty());
    name.or_else(|| addresses.first().map(String::as_str)).unwrap_or("remote").to_owned()
}

fn local(finding: &Finding) -> String {
    if let Some(gateway) = &finding.transit_gateway {
        return end(&gateway.destinations, &gateway.destination_vpc, &gateway.leaving);
    }
    let name = finding.local.as_ref().or(finding.interface.as_ref()).cloned();
    let at_local = matches!(
        finding.kind,
        Kind::InboundDenied | Kind::ReplyBlockedOutbound | Kind::NoAnswerFromHost | Kind::PublicAccessBlocked
    ) || (finding.kind == Kind::ChangedDuringLog
        && finding.cause.direction == Some(Direction::Inbound));
    with_port(name.unwrap_or_else(|| "interface".to_owned()), finding.port.filter(|_| at_local))
}

fn with_port(address: String, port: Option<u16>) -> String {
    match port {
        Some(port) if address.contains(':') => format!("[{address}]:{port}"),
        Some(port) => format!("{address}:{port}"),
        None => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::finding::Cause;
    use crate::report::view::fixture::finding;
    use crate::report::words::KINDS;

    fn states(of: &Finding) -> Vec<(Seen, Vec<State>)> {
        super::of(of)
            .legs
            .iter()
            .map(|leg| (leg.seen, leg.gates.iter().map(|gate| gate.state).collect()))
            .collect()
    }

    #[test]
    fn a_blocked_reply_passed_the_security_group() {
        let path = of(&finding());
        assert_eq!((path.remote.as_str(), path.local.as_str()), ("10.7.7.7", "10.0.0.5:443"));
        assert_eq!(path.legs[1].gates[0].name, "NACL out");
        assert_eq!(states(&finding())[1], (Seen::Rejected, vec![State::Blocked, State::Passed]));
    }

    #[test]
    fn a_denied_request_leaves_both_in_question_until_told_apart() {
        let with = |component, certainty| Finding {
            kind: Kind::InboundDenied,
            cause: Cause { component, certainty, direction: Some(Direction::Inbound), rule: None },
            ..finding()
        };
        let states = |component, certainty| states(&with(component, certainty)).remove(0).1;
        assert_eq!(states(Component::Either, Certainty::Undetermined), [State::Suspect, State::Suspect]);
        assert_eq!(states(Component::SecurityGroup, Certainty::Likely), [State::Passed, State::Suspect]);
        assert_eq!(states(Component::SecurityGroup, Certainty::Certain), [State::Passed, State::Blocked]);
        assert_eq!(states(Component::NetworkAcl, Certainty::Certain), [State::Blocked, State::Idle]);
    }

    #[test]
    fn every_kind_has_a_path() {
        for &kind in KINDS {
            let path = of(&Finding { kind, ..finding() });
            let has_none = matches!(kind, Kind::LogGap | Kind::DirectionUnknown);
            assert_eq!(path.legs.is_empty(), has_none, "{kind:?}");
        }
    }

    #[test]
    fn ipv6_addresses_are_bracketed_before_a_port() {
        assert_eq!(with_port("2001:db8::1".to_owned(), Some(22)), "[2001:db8::1]:22");
    }
}
