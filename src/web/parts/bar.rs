use yew::prelude::*;

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

/// Properties of [`Bar`].
#[derive(Clone, PartialEq, Properties)]
pub struct BarProps {
    /// The parts, from left to right.
    pub parts: Vec<Part>,
    /// What a full bar stands for.
    pub whole: u64,
}

/// A horizontal bar of parts, with its numbers as its name.
#[component]
pub fn Bar(BarProps { parts, whole }: &BarProps) -> Html {
    let whole_width = (*whole).max(1) as f64;
    let mut left = 0.0;
    let rects: Vec<_> = parts
        .iter()
        .filter(|part| part.amount > 0)
        .map(|part| {
            // What is there is seen, however small its share.
            let width = (part.amount as f64 / whole_width * 100.0).clamp(0.8, 100.0 - f64::min(left, 99.2));
            let x = left;
            left += width;
            html! { <rect class={part.tone.class()} x={percent(x)} y="0" width={percent(width)} height="8" /> }
        })
        .collect();
    let name = parts
        .iter()
        .filter(|part| part.amount > 0)
        .map(|part| format!("{} {}", part.name, crate::report::number::grouped(part.amount)))
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
    format!("{number:.2}%")
}
