//! The terms that the diagnoses' plans are made of.

use crate::query::plan::{accepted, is_flow, rejected};
use crate::query::{Comparison, Derived, Expr, Scan};
use crate::record::service::FIRST_EPHEMERAL;
use crate::record::{Field, protocol, tcp_flags};

/// A conversation: the interface, the protocol and both ends, whichever of them sent the record.
pub(super) fn conversation() -> Vec<Expr> {
    vec![
        Field::InterfaceId.into(),
        Field::Protocol.into(),
        Derived::LocalPort.into(),
        Derived::RemoteAddress.into(),
        Derived::RemotePort.into(),
    ]
}

/// The conversation's columns with their names in answers.
pub(super) fn conversation_columns() -> [(&'static str, Expr); 5] {
    [
        ("interface", Field::InterfaceId.into()),
        ("protocol", Field::Protocol.into()),
        ("local_port", Derived::LocalPort.into()),
        ("remote", Derived::RemoteAddress.into()),
        ("remote_port", Derived::RemotePort.into()),
    ]
}

/// Real traffic whose direction is known.
pub(super) fn directed() -> Expr {
    is_flow().and(Expr::present(Derived::Direction))
}

/// Records into the interface.
pub(super) fn ingress() -> Expr {
    Expr::equal(Derived::Direction, "ingress")
}

/// Records out of the interface.
pub(super) fn egress() -> Expr {
    Expr::equal(Derived::Direction, "egress")
}

/// Records whose other end is private.
pub(super) fn private_remote() -> Expr {
    Expr::private(Derived::RemoteAddress)
}

/// Records whose other end is public.
pub(super) fn public_remote() -> Expr {
    private_remote().negate()
}

/// Records rejected by a rule, as far as `reject-reason` tells.
pub(super) fn rejected_by_rule() -> Expr {
    rejected().and(Expr::present(Field::RejectReason).negate().or(blocked_by_policy().negate()))
}

/// Records rejected by block public access or by encryption controls.
pub(super) fn blocked_by_policy() -> Expr {
    Expr::one_of(Field::RejectReason, ["BPA", "EC"])
}

/// Records rejected by a rule.
pub(super) fn refused() -> Scan {
    Scan::of(rejected_by_rule().and(directed()))
}

/// Conversations with both accepted and rejected records.
pub(super) fn mixed() -> Scan {
    Scan::of(accepted().and(directed())).semi_join(conversation(), refused())
}

/// The sender opens a TCP connection: SYN without ACK.
pub(super) fn opens() -> Expr {
    Expr::equal(Expr::mask(Field::TcpFlags, tcp_flags::SYN_ACK), tcp_flags::SYN)
}

/// The sender answers a TCP connection: SYN with ACK.
pub(super) fn answers() -> Expr {
    Expr::equal(Expr::mask(Field::TcpFlags, tcp_flags::SYN_ACK), tcp_flags::SYN_ACK)
}

/// Records that do not look like the begin of a connection: TCP without SYN where flags are known, else
/// records from a service's port to a client's.
pub(super) fn stray() -> Expr {
    let flagged = Expr::equal(Field::Protocol, protocol::TCP).and(Expr::present(Field::TcpFlags));
    flagged.clone().and(opens().negate()).or(flagged.negate().and(from_service()))
}

/// Records from what looks like a service's port to what looks like a client's.
pub(super) fn from_service() -> Expr {
    let below = |field: Field, port: u64| Expr::compare(field, Comparison::Less, port);
    let at_least = |field: Field, port: u64| Expr::compare(field, Comparison::AtLeast, port);
    Expr::one_of(Field::Protocol, [protocol::TCP, protocol::UDP]).and(
        below(Field::SrcPort, 1024).and(at_least(Field::DstPort, 1024)).or(below(
            Field::SrcPort,
            FIRST_EPHEMERAL,
        )
        .and(at_least(Field::DstPort, FIRST_EPHEMERAL))),
    )
}
