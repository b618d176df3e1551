use yew::prelude::*;

use crate::report::number::grouped;
use crate::report::view::axis;

/// The least width of a part that is there, in percent.
const LEAST: f64 = 0.8;

/// The colour and pattern of a part of a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Accepted: plain.
    Accept,
    /// Rejected: hatched.
    Reject,
    /// No data: grey.
    Neutral,
    /// Refused: attention.
    Attention,
    /// An amount without a verdict.
    Amount,
}

/// A part of a bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is, for the text alternative.
    pub name: &'static str,
    /// How much.
    pub amount: u64,
    /// How it looks.
    pub tone: Tone,
}

/// A horizontal bar of parts, with its numbers as its name.
pub fn bar(parts: &[Part], whole: u64) -> Html {
    let amounts: Vec<u64> = parts.iter().map(|part| part.amount).collect();
    let segments = axis::segments(&amounts, whole, LEAST);
    let rects = parts.iter().zip(segments).filter(|(part, _)| part.amount > 0).map(|(part, (x, width))| {
        html! { <rect class={part.tone.class()} x={percent(x)} y="0" width={percent(width)} height="8" /> }
    });
    let name = parts
        .iter()
        .filter(|part| part.amount > 0)
        .map(|part| format!("{} {}", part.name, grouped(part.amount)))
        .collect::<Vec<_>>()
        .join(", ");
    html! {
        <svg class="bar" width="100%" height="8" role="img" aria-label={name}>
            <rect class="track" x="0" y="0" width="100%" height="8" />
            { for rects }
        </svg>
    }
}

impl Tone {
    /// The class that gives it its look.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Accept => "fill-accept",
            Self::Reject => "fill-reject",
            Self::Neutral => "fill-neutral",
            Self::Attention => "fill-attention",
            Self::Amount => "fill-amount",
        }
    }
}

fn percent(number: f64) -> String {
    axis::length(number) + "%"
}
