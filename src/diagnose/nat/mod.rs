//! Interfaces of NAT gateways, and what an ACCEPT from the internet on one of them means (N1 to N4).

mod judged;
mod recognise;
mod sources;

use std::net::IpAddr;

use futures::future::join;

use super::context::Context;
use super::draft::Draft;
use super::{Ask, Purpose, ask_all, ask_if};
use crate::record::Field;

/// The interface of a NAT gateway, or a regional one, which has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nat {
    /// Its private address.
    pub own: Option<IpAddr>,
    /// What tells that it belongs to a NAT gateway.
    pub sign: Sign,
}

/// What tells that an interface belongs to a NAT gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// The user said so.
    User,
    /// The field `interface-type`.
    InterfaceType,
    /// The field `resource-id`: a regional NAT gateway, which has no interface.
    Resource,
    /// The packets' addresses differ from those on record (`pkt-srcaddr`, `pkt-dstaddr`).
    Translation,
    /// Private sources reach it on server ports, and the same traffic leaves it for the internet.
    Shape,
}

impl Sign {
    /// In words, after `because`.
    pub const fn words(self) -> &'static str {
        match self {
            Self::User => "you marked it",
            Self::InterfaceType => "the field interface-type says so",
            Self::Resource => "the field resource-id names it",
            Self::Translation => "the packets' own addresses differ from those on record",
            Self::Shape => {
                "private sources reach it on server ports and the same traffic leaves it for the internet"
            }
        }
    }

    /// Whether nothing else has this sign: an instance that translates addresses looks the same by the others, and
    /// has a security group.
    pub(super) const fn is_sure(self) -> bool {
        matches!(self, Self::User | Self::InterfaceType | Self::Resource)
    }

    /// The field that holds the NAT gateway's ID.
    const fn field(self) -> Field {
        if matches!(self, Self::Resource) { Field::ResourceId } else { Field::InterfaceId }
    }
}

/// Says which plans will be asked.
pub(super) fn expect(ask: &dyn Ask, context: &Context) {
    // Where interfaces tell what they are, none is looked at for its shape.
    if !context.has(Field::InterfaceType) {
        super::expect(ask, Purpose::NatShape, recognise::plans(context, &[]));
    }
}

/// Finds the interfaces of NAT gateways.
pub(super) async fn recognise(ask: &dyn Ask, context: &mut Context) {
    context.nats = recognise::by_signs(context);
    let candidates = recognise::candidates(context);
    if !candidates.is_empty() {
        let of: &[String] = if ask.is_far() { &[] } else { &candidates };
        let plans = recognise::plans(context, of);
        let shaped = recognise::judge(context, &candidates, &ask_all(ask, Purpose::NatShape, &plans).await);
        context.nats.extend(shaped);
    }
}

/// Runs the steps.
pub(super) async fn drafts(ask: &dyn Ask, context: &Context) -> Vec<Draft> {
    let plans = sources::plans(context);
    if plans.is_empty() {
        return Vec::new();
    }
    let (undirected, answers) = join(
        ask_if(ask, Purpose::NatSources, sources::plan_of_undirected(context)),
        ask_all(ask, Purpose::NatSources, &plans),
    )
    .await;
    let mut sources = sources::judge(context, &answers);
    let plans = sources::plans_elsewhere(context, &sources);
    let elsewhere =
        sources::judge_elsewhere(&ask_all(ask, Purpose::NatElsewhere, &plans).await, &mut sources);
    let mut drafts = judged::drafts(context, &sources, &elsewhere);
    drafts.extend(undirected.iter().flat_map(|answer| judged::undirected(context, answer)));
    drafts
}
