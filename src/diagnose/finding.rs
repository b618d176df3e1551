//! What a diagnosis finds, in words and numbers.

use serde::{Deserialize, Serialize};

use crate::query::{Expr, Plan};
use crate::record::Log;

/// Something that the records show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable over runs, shards and file order: the kind and what it is about.
    pub id: String,
    /// What kind of finding.
    pub kind: Kind,
    /// One plain sentence.
    pub text: String,
    /// A few words for a list, such as `Replies rejected`.
    pub title: String,
    /// The interface it is about.
    pub interface: Option<String>,
    /// The interface's own address.
    pub local: Option<String>,
    /// The subnet, where the log has it.
    pub subnet: Option<String>,
    /// The other ends, at most 20, those with the most packets first.
    pub peers: Vec<String>,
    /// How many other ends in all.
    pub peer_count: u64,
    /// The service port, when it is about one.
    pub port: Option<u16>,
    /// The IANA protocol number, when it is about one.
    pub protocol: Option<u8>,
    /// The transit gateway and what it lies between, when it is about one.
    pub transit_gateway: Option<TransitGateway>,
    /// The ports concerned when there are several, those with the most packets first, at most 20.
    pub ports: Vec<PortCount>,
    /// Unix seconds of the first packet.
    pub first: u64,
    /// Unix seconds of the last packet.
    pub last: u64,
    /// Connections (or conversations) concerned.
    pub conversations: u64,
    /// Packets concerned: the rejected ones of a rejection, the lost ones of a loss.
    pub packets: u64,
    /// Bytes concerned; 0 where the records do not tell, as of lost packets.
    pub bytes: u64,
    /// Records that show it, over all.
    pub records: u64,
    /// What caused it.
    pub cause: Cause,
    /// Why that follows from the records.
    pub why: String,
    /// What would settle it, when it is not settled; which field or which log is missing.
    pub settle: Vec<String>,
    /// What to do next, in AWS.
    pub next_step: String,
    /// Times of change, for `changed-during-log`.
    pub changes: Vec<Change>,
    /// Up to 20 records, as lines.
    pub evidence: Vec<String>,
    /// The same as queries, once they are written.
    pub queries: Queries,
    /// What those queries ask.
    #[serde(skip)]
    pub questions: Vec<Question>,
    /// The condition that picks the evidence, for the executor.
    #[serde(skip)]
    pub selects: Option<Expr>,
}

/// A way through a transit gateway. What is not on record is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransitGateway {
    /// The transit gateway.
    pub id: String,
    /// The attachment where packets arrive.
    pub arriving: String,
    /// The attachment by which they leave.
    pub leaving: String,
    /// The VPC that they come from.
    pub source_vpc: String,
    /// The VPC that they go to.
    pub destination_vpc: String,
    /// Source addresses, at most 20, those with the most packets first.
    pub sources: Vec<String>,
    /// Destination addresses, at most 20, those with the most packets first.
    pub destinations: Vec<String>,
}

/// A port with its share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortCount {
    /// The port.
    pub port: u16,
    /// The IANA protocol number.
    pub protocol: u8,
    /// Records.
    pub records: u64,
    /// Packets.
    pub packets: u64,
}

/// A change of verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// `ACCEPT` or `REJECT`, before.
    pub from: String,
    /// `ACCEPT` or `REJECT`, after.
    pub to: String,
    /// Unix seconds: the last record of the old verdict.
    pub last_before: u64,
    /// Unix seconds: the first record of the new verdict.
    pub first_after: u64,
}

/// Texts of the same question for AWS.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Queries {
    /// For CloudWatch Logs Insights.
    pub insights: Vec<QueryText>,
    /// For Athena.
    pub athena: Vec<QueryText>,
}

/// One query with its purpose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueryText {
    /// What it shows.
    pub title: String,
    /// The query.
    pub text: String,
    /// Its answer here, as rows of cells, when it has been computed. The first row names the columns.
    pub answer: Vec<Vec<String>>,
}

/// A question that AWS can be asked too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// What its answer shows.
    pub title: String,
    /// The question.
    pub plan: Plan,
    /// Whether its answer is worth computing.
    pub is_answered: bool,
    /// The answer, as that of a [`QueryText`].
    pub answer: Vec<Vec<String>>,
}

impl Question {
    /// A question without its answer.
    pub fn new(title: impl Into<String>, plan: Plan, is_answered: bool) -> Self {
        Self { title: title.into(), plan, is_answered, answer: Vec::new() }
    }
}

/// The kinds of findings, in the order in which they break things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A2.
    ReplyBlockedOutbound,
    /// A4.
    ReplyBlockedInbound,
    /// A9.
    ChangedDuringLog,
    /// A6, block public access.
    PublicAccessBlocked,
    /// A6, encryption controls.
    EncryptionBlocked,
    /// Packets that a transit gateway has no route for.
    TgwNoRoute,
    /// Packets that a transit gateway has a blackhole route for.
    TgwBlackhole,
    /// Packets larger than a transit gateway passes.
    TgwMtuExceeded,
    /// A1.
    InboundDenied,
    /// A3.
    OutboundDenied,
    /// A7.
    NoAnswerFromHost,
    /// A8.
    NoAnswerFromPeer,
    /// Packets whose time to live ran out at a transit gateway.
    TgwTtlExpired,
    /// N3.
    NatBypassed,
    /// N2.
    NatUnsolicited,
    /// N4.
    NatUnconfirmed,
    /// N1.
    NatReply,
    /// The log itself: what AWS skipped, what is missing, or only one verdict.
    LogGap,
    /// A5.
    AfterClose,
    /// Rejections of interfaces whose own address, and so the direction, is not known: no verdict.
    DirectionUnknown,
}

impl Kind {
    /// The log that shows it.
    pub const fn log(self) -> Log {
        match self {
            Self::TgwNoRoute | Self::TgwBlackhole | Self::TgwMtuExceeded | Self::TgwTtlExpired => {
                Log::TransitGateway
            }
            _ => Log::Vpc,
        }
    }

    /// Whether the finding belongs on the NAT gateway page.
    pub const fn is_nat(self) -> bool {
        matches!(self, Self::NatBypassed | Self::NatUnsolicited | Self::NatUnconfirmed | Self::NatReply)
    }

    /// The name in reports, such as `reply-blocked-outbound`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReplyBlockedOutbound => "reply-blocked-outbound",
            Self::ReplyBlockedInbound => "reply-blocked-inbound",
            Self::ChangedDuringLog => "changed-during-log",
            Self::PublicAccessBlocked => "public-access-blocked",
            Self::EncryptionBlocked => "encryption-blocked",
            Self::TgwNoRoute => "tgw-no-route",
            Self::TgwBlackhole => "tgw-blackhole",
            Self::TgwMtuExceeded => "tgw-mtu-exceeded",
            Self::TgwTtlExpired => "tgw-ttl-expired",
            Self::InboundDenied => "inbound-denied",
            Self::OutboundDenied => "outbound-denied",
            Self::NoAnswerFromHost => "no-answer-from-host",
            Self::NoAnswerFromPeer => "no-answer-from-peer",
            Self::NatBypassed => "nat-bypassed",
            Self::NatUnsolicited => "nat-unsolicited",
            Self::NatUnconfirmed => "nat-unconfirmed",
            Self::NatReply => "nat-reply",
            Self::LogGap => "log-gap",
            Self::AfterClose => "after-close",
            Self::DirectionUnknown => "direction-unknown",
        }
    }
}

/// What caused a finding, and how sure that is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The part of AWS that decided.
    pub component: Component,
    /// The direction of the decision, seen from the interface.
    pub direction: Option<Direction>,
    /// How sure.
    pub certainty: Certainty,
    /// The rule, when a configuration snapshot names it.
    pub rule: Option<String>,
}

/// A part of AWS that lets packets through or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Component {
    /// A security group.
    SecurityGroup,
    /// A network ACL.
    NetworkAcl,
    /// A security group or a network ACL.
    Either,
    /// No rule.
    None,
    /// The NAT gateway itself.
    NatGateway,
    /// VPC block public access.
    BlockPublicAccess,
    /// VPC encryption controls.
    EncryptionControl,
    /// A transit gateway.
    TransitGateway,
}

/// Seen from the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Into the interface.
    Inbound,
    /// Out of the interface.
    Outbound,
}

/// How sure a cause is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// Nothing else explains the records.
    Certain,
    /// The records speak for it.
    Likely,
    /// The records leave it open.
    Undetermined,
}
