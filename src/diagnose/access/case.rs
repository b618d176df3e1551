//! One conversation with accepted and rejected records, and what its rejections mean.

use std::net::IpAddr;

use crate::diagnose::finding::Direction;
use crate::diagnose::tally::{self, Tally};
use crate::query::Row;
use crate::record::{protocol, service, tcp_flags};

/// At most so many packets without SYN at the end of a connection are what a closed connection leaves behind.
const FEW_PACKETS: u64 = 8;

/// The records of one direction with one verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Side {
    pub(super) records: u64,
    pub(super) packets: u64,
    pub(super) bytes: u64,
    /// Start of the first record.
    pub(super) first: u64,
    /// Start of the last record.
    pub(super) last_start: u64,
    /// End of the last record.
    pub(super) last: u64,
    /// TCP flags, where the log has them.
    pub(super) flags: Option<u64>,
    /// Records that open a connection.
    pub(super) opens: u64,
    /// Records that answer the opening of one.
    pub(super) answers: u64,
}

impl Side {
    fn of(row: &Row<'_>, class: &str) -> Self {
        let cell = |name: &str| row.get(&format!("{class}_{name}"));
        Self {
            records: cell("records").count(),
            packets: cell("packets").count(),
            bytes: cell("bytes").count(),
            first: cell("first").count(),
            last_start: cell("start").count(),
            last: cell("last").count(),
            flags: cell("flags").number().map(|_| cell("flags").count()),
            opens: cell("opens").count(),
            answers: cell("answers").count(),
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.records == 0
    }
}

/// Who opened a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opener {
    Remote,
    Local,
}

/// A conversation between two silences.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) interface: String,
    pub(super) protocol: u8,
    pub(super) local_port: u16,
    pub(super) remote: IpAddr,
    pub(super) remote_port: u16,
    in_accept: Side,
    in_reject: Side,
    out_accept: Side,
    out_reject: Side,
}

/// What the rejections of one direction mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Replies to accepted requests were rejected; `changed` when earlier ones had passed.
    Reply { changed: bool, sure: bool },
    /// Late packets of a connection that had ended; `sure` when flags show it.
    AfterClose { sure: bool },
    /// The request itself was rejected.
    Denied,
    /// Packets of one connection were accepted, then rejected.
    Cut,
    /// Rejected beside accepted ones, and nothing tells request from reply.
    Open,
}

/// What earlier sessions of the same five-tuple saw.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Past {
    accepted_in: bool,
    accepted_out: bool,
    opener: Option<Opener>,
}

impl Past {
    pub(super) fn remember(&mut self, case: &Case) {
        self.accepted_in |= !case.in_accept.is_empty();
        self.accepted_out |= !case.out_accept.is_empty();
        self.opener = case.opener().or(self.opener);
    }
}

impl Case {
    pub(super) fn of(row: &Row<'_>) -> Option<Self> {
        Some(Self {
            interface: row.text("interface").to_owned(),
            protocol: tally::protocol(row),
            local_port: tally::port(row, "local_port"),
            remote: row.address("remote")?,
            remote_port: tally::port(row, "remote_port"),
            in_accept: Side::of(row, "in_accept"),
            in_reject: Side::of(row, "in_reject"),
            out_accept: Side::of(row, "out_accept"),
            out_reject: Side::of(row, "out_reject"),
        })
    }

    /// The rejected records of a direction.
    pub(super) const fn rejected(&self, direction: Direction) -> &Side {
        match direction {
            Direction::Inbound => &self.in_reject,
            Direction::Outbound => &self.out_reject,
        }
    }

    /// The accepted records of a direction.
    pub(super) const fn accepted(&self, direction: Direction) -> &Side {
        match direction {
            Direction::Inbound => &self.in_accept,
            Direction::Outbound => &self.out_accept,
        }
    }

    /// Whether two cases are sessions of the same five-tuple.
    pub(super) fn same_conversation(&self, other: &Self) -> bool {
        (&self.interface, self.protocol, self.local_port, self.remote, self.remote_port)
            == (&other.interface, other.protocol, other.local_port, other.remote, other.remote_port)
    }

    /// Who opened it: by SYN, then by the earlier start, then by the service's port.
    pub(super) fn opener(&self) -> Option<Opener> {
        let by_remote =
            self.in_accept.opens + self.in_reject.opens + self.out_accept.answers + self.out_reject.answers;
        let by_local =
            self.out_accept.opens + self.out_reject.opens + self.in_accept.answers + self.in_reject.answers;
        match (by_remote > 0, by_local > 0) {
            (true, false) => return Some(Opener::Remote),
            (false, true) => return Some(Opener::Local),
            (true, true) => return None,
            (false, false) => {}
        }
        let first = |accepted: &Side, rejected: &Side| {
            [accepted, rejected].into_iter().filter(|side| !side.is_empty()).map(|side| side.first).min()
        };
        let inbound = first(&self.in_accept, &self.in_reject);
        let outbound = first(&self.out_accept, &self.out_reject);
        match (inbound, outbound) {
            (Some(inbound), Some(outbound)) if inbound < outbound => Some(Opener::Remote),
            (Some(inbound), Some(outbound)) if inbound > outbound => Some(Opener::Local),
            _ => self.opener_by_port(),
        }
    }

    fn opener_by_port(&self) -> Option<Opener> {
        if !protocol::has_ports(self.protocol.into()) {
            return None;
        }
        let local_serves = service::serves(self.local_port.into(), self.remote_port.into())?;
        Some(if local_serves { Opener::Remote } else { Opener::Local })
    }

    /// The service's port: of the end that did not open the conversation.
    pub(super) fn service_port(&self, opener: Option<Opener>) -> u16 {
        match opener.or_else(|| self.opener_by_port()) {
            Some(Opener::Local) => self.remote_port,
            Some(Opener::Remote) => self.local_port,
            None => self.local_port.min(self.remote_port),
        }
    }

    /// What the rejections of a direction mean, if it has any.
    pub(super) fn meaning(&self, direction: Direction, past: Past) -> Option<Meaning> {
        let (rejected, accepted, request) = match direction {
            Direction::Inbound => (&self.in_reject, &self.in_accept, &self.out_accept),
            Direction::Outbound => (&self.out_reject, &self.out_accept, &self.in_accept),
        };
        if rejected.is_empty() {
            return None;
        }
        let sender = match direction {
            Direction::Inbound => Opener::Remote,
            Direction::Outbound => Opener::Local,
        };
        if rejected.opens > 0 && rejected.answers == 0 {
            return Some(Meaning::Denied);
        }
        let tcp = u64::from(self.protocol) == protocol::TCP;
        let flags_known = tcp && rejected.flags.is_some();
        let few = rejected.packets <= FEW_PACKETS;
        Some(match (accepted.is_empty(), request.is_empty()) {
            (true, true) => self.late(direction, past, tcp, flags_known, few),
            (true, false) => match (self.opener(), tcp) {
                _ if rejected.answers > 0 => Meaning::Reply { changed: false, sure: true },
                (Some(opener), false) if opener == sender => Meaning::Denied,
                (None, false) => Meaning::Open,
                _ if past.accepted_in
                    && past.accepted_out
                    && few
                    && tcp
                    && flags_known
                    && request.opens == 0 =>
                {
                    Meaning::AfterClose { sure: true }
                }
                _ => Meaning::Reply { changed: false, sure: true },
            },
            (false, true) if tcp && past.accepted_in && past.accepted_out && few => {
                Meaning::AfterClose { sure: flags_known }
            }
            (false, true) => Meaning::Denied,
            (false, false) => self.beside_accepted(rejected, accepted, sender, tcp, flags_known),
        })
    }

    /// Only rejections in this session.
    fn late(&self, direction: Direction, past: Past, tcp: bool, flags_known: bool, few: bool) -> Meaning {
        if !(past.accepted_in && past.accepted_out) {
            return Meaning::Denied;
        }
        if tcp {
            return if flags_known || few {
                Meaning::AfterClose { sure: flags_known }
            } else {
                Meaning::Denied
            };
        }
        let is_reply = match (past.opener, direction) {
            (Some(Opener::Remote), Direction::Outbound) | (Some(Opener::Local), Direction::Inbound) => true,
            (Some(_), _) => false,
            (None, _) => !protocol::has_ports(self.protocol.into()),
        };
        if is_reply { Meaning::AfterClose { sure: false } } else { Meaning::Denied }
    }

    /// Rejections beside accepted records of both directions.
    fn beside_accepted(
        &self,
        rejected: &Side,
        accepted: &Side,
        sender: Opener,
        tcp: bool,
        flags_known: bool,
    ) -> Meaning {
        let opener = self.opener();
        let from_opener = opener == Some(sender);
        let few = rejected.packets <= FEW_PACKETS.min(accepted.packets.max(3));
        if tcp && rejected.answers == 0 && few && rejected.first >= accepted.first {
            return Meaning::AfterClose { sure: flags_known };
        }
        if !protocol::has_ports(self.protocol.into()) && opener.is_none() {
            return Meaning::Open;
        }
        if !from_opener && (opener.is_some() || rejected.answers > 0) {
            let late_datagrams =
                u64::from(self.protocol) == protocol::UDP && few && rejected.first >= accepted.last;
            return if late_datagrams {
                Meaning::AfterClose { sure: false }
            } else {
                Meaning::Reply { changed: true, sure: rejected.answers > 0 }
            };
        }
        if opener.is_none() {
            return Meaning::Open;
        }
        if rejected.first >= accepted.last_start { Meaning::Cut } else { Meaning::Denied }
    }

    /// Counts of the rejected records of a direction, over the conversation's window if `whole`.
    pub(super) fn tally(&self, direction: Direction, port: u16, whole: bool) -> Tally {
        let rejected = self.rejected(direction);
        let sides = [&self.in_accept, &self.in_reject, &self.out_accept, &self.out_reject];
        let seen = || sides.into_iter().filter(|side| !side.is_empty());
        let records = if whole { seen().map(|side| side.records).sum() } else { rejected.records };
        let first = if whole { seen().map(|side| side.first).min() } else { None };
        let last = if whole { seen().map(|side| side.last).max() } else { None };
        Tally {
            records,
            packets: rejected.packets,
            bytes: rejected.bytes,
            conversations: 1,
            first: first.unwrap_or(rejected.first),
            last: last.unwrap_or(rejected.last),
            ..Tally::default()
        }
        .with(Some(self.remote), self.protocol, port)
    }

    /// Whether any record shows a TCP flag field.
    pub(super) fn has_flags(&self) -> bool {
        [&self.in_accept, &self.in_reject, &self.out_accept, &self.out_reject]
            .iter()
            .any(|side| side.flags.is_some())
    }

    /// The flags of the rejected records of a direction, by name.
    pub(super) fn rejected_flags(&self, direction: Direction) -> Option<String> {
        self.rejected(direction).flags.map(tcp_flags::names)
    }
}
