//! TCP flags as flow logs give them: or-ed over the interval, ACK only visible beside SYN.
//!
//! Source: AWS, "Flow log records", field `tcp-flags`.

/// FIN.
pub const FIN: u64 = 1;
/// SYN.
pub const SYN: u64 = 2;
/// RST.
pub const RST: u64 = 4;
/// ACK, which VPC flow logs show only as part of SYN-ACK.
pub const ACK: u64 = 16;
/// SYN-ACK: the answer of a server.
pub const SYN_ACK: u64 = SYN | ACK;

/// Whether the sender opened the connection in this interval: SYN without ACK.
pub const fn opens(flags: u64) -> bool {
    flags & SYN_ACK == SYN
}

/// Whether the sender answered a connection in this interval: SYN with ACK.
pub const fn answers(flags: u64) -> bool {
    flags & SYN_ACK == SYN_ACK
}

/// The names of the flags set, such as `SYN FIN`.
pub fn names(flags: u64) -> String {
    [(SYN, "SYN"), (ACK, "ACK"), (FIN, "FIN"), (RST, "RST"), (8, "PSH"), (32, "URG")]
        .iter()
        .filter(|(bit, _)| flags & bit != 0)
        .map(|&(_, name)| name)
        .collect::<Vec<_>>()
        .join(" ")
}
