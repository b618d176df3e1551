use serde::{Deserialize, Serialize};

/// What a plan is to find out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Purpose {
    /// The interfaces' own addresses.
    Locals,
    /// Records that stand for skipped ones.
    Skipped,
    /// Sums of all records.
    Totals,
    /// What transit gateways lost.
    Losses,
    /// What each interface saw in sum.
    Survey,
    /// Conversations with both verdicts.
    Mixed,
    /// Rejections from the internet in sum.
    Noise,
    /// Rejected requests.
    Denied,
    /// Rejections by block public access and encryption controls.
    Blocked,
    /// Connections without an answer.
    Unanswered,
    /// The timeline and the top lists.
    Overview,
    /// How long the log's intervals are.
    Interval,
    /// Rejections of which the direction is not known.
    Unknown,
    /// Who is behind the rejections from the internet.
    NoisePeers,
    /// Requests from the internet that are few.
    Few,
    /// Rejected packets without their connection.
    Stray,
    /// Whether interfaces look like NAT gateways'.
    NatShape,
    /// What reached NAT gateways.
    NatSources,
    /// Requests that met both verdicts.
    Changed,
    /// What other interfaces did with rejected requests.
    Around,
    /// Times without records.
    Gaps,
    /// Where else those appear who reached NAT gateways unasked.
    NatElsewhere,
    /// The records of a finding.
    Evidence,
}

impl Purpose {
    /// Which of the steps asks it first, from 1 to [`Self::STEPS`]; the records of findings come after them.
    pub const fn step(self) -> usize {
        match self {
            Self::Locals | Self::Skipped | Self::Totals | Self::Losses => 1,
            Self::Survey
            | Self::Mixed
            | Self::Noise
            | Self::Denied
            | Self::Blocked
            | Self::Unanswered
            | Self::Overview
            | Self::NatShape => 2,
            Self::Interval
            | Self::Unknown
            | Self::NoisePeers
            | Self::Few
            | Self::Stray
            | Self::NatSources => 3,
            Self::Changed | Self::Around | Self::Gaps | Self::NatElsewhere => 4,
            Self::Evidence => Self::STEPS + 1,
        }
    }

    /// How many steps there are for VPC records.
    pub const STEPS: usize = 4;

    /// In words, for a list of queries and their results.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Locals => "The interfaces' own addresses",
            Self::Skipped => "Records that AWS skipped",
            Self::Totals => "Sums of all records",
            Self::Losses => "Packets that transit gateways lost",
            Self::Survey => "Sums by interface",
            Self::Mixed => "Connections with accepted and rejected packets",
            Self::Noise => "Rejections from the internet, in sum",
            Self::Denied => "Rejected requests",
            Self::Blocked => "Rejections with a reason on record",
            Self::Unanswered => "Connections without an answer",
            Self::Overview => "The timeline and the largest of each sort",
            Self::Interval => "The length of the log's intervals",
            Self::Unknown => "Rejections of unknown direction",
            Self::NoisePeers => "Sources of rejections from the internet",
            Self::Few => "Rejected requests of few internet sources",
            Self::Stray => "Rejected packets without a connection",
            Self::NatShape => "Interfaces that may be NAT gateways",
            Self::NatSources => "Internet hosts that reached NAT gateways",
            Self::Changed => "Requests that were accepted and rejected",
            Self::Around => "The same requests at other interfaces",
            Self::Gaps => "Times without records",
            Self::NatElsewhere => "The same internet hosts elsewhere",
            Self::Evidence => "Records of a finding",
        }
    }
}
