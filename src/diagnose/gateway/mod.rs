//! Transit gateways: what crossed them, counted once, and what they lost.
//!
//! A flow that crosses a transit gateway is on record twice: at the attachment where it arrives (`ingress`) and at the one
//! where it leaves (`egress`). Of both the one that tells more is counted, and the one that is there if the other is not.

mod losses;

pub(super) use losses::drafts;

use crate::query::plan::is_flow;
use crate::query::{Aggregate, Expr, Grouping, Plan, Row};
use crate::record::ordered::OrderedMap;
use crate::record::{Field, Log};

/// The ways in which a transit gateway loses packets, by their fields.
pub const LOSSES: [Field; 4] = [
    Field::PacketsLostNoRoute,
    Field::PacketsLostBlackhole,
    Field::PacketsLostMtuExceeded,
    Field::PacketsLostTtlExpired,
];

/// The way through a transit gateway. What is not on record is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Way {
    /// The transit gateway.
    pub gateway: String,
    /// The attachment where packets arrive.
    pub arriving: String,
    /// The attachment by which they leave.
    pub leaving: String,
}

/// The attachment at which a record was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The one where packets arrive.
    Ingress,
    /// The one by which they leave.
    Egress,
    /// It is not on record which.
    Unknown,
}

/// Sums of records of one way, taken at one side.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The way.
    pub way: Way,
    /// The side.
    pub side: Side,
    /// What else tells these records from others.
    pub key: Vec<String>,
    /// By how much it tells more than the other side.
    pub weight: [u64; 2],
    /// The row of the answer.
    pub row: usize,
}

/// A plan over transit gateway records that tells ways and sides apart.
pub fn plan(filter: Expr, keys: &[(&str, Field)], measures: impl FnOnce(Grouping) -> Grouping) -> Plan {
    let way = [
        ("gateway", Field::TgwId),
        ("attachment", Field::TgwAttachmentId),
        ("pair", Field::TgwPairAttachmentId),
        ("direction", Field::FlowDirection),
    ];
    let keys = way.iter().chain(keys).map(|&(name, field)| (name, field.into()));
    Plan::groups(filter, measures(Grouping::by(keys))).of(Log::TransitGateway)
}

/// Adds the sums of each way in which packets are lost, `lost0` and so on.
pub fn lost(grouping: Grouping) -> Grouping {
    LOSSES.into_iter().zip(0..).fold(grouping, |grouping, (field, number)| {
        grouping.measure_when(&format!("lost{number}"), Aggregate::Sum, field.into(), is_flow())
    })
}

/// The sums of [`lost`].
pub fn lost_of(row: &Row<'_>) -> [u64; 4] {
    [0, 1, 2, 3].map(|number| row.count(&format!("lost{number}")))
}

/// The way and the side of a row of a [`plan`].
pub fn taken(row: &Row<'_>, at: usize, key: Vec<String>, weight: [u64; 2]) -> Taken {
    let text = |name: &str| row.text(name).to_owned();
    let (own, pair) = (text("attachment"), text("pair"));
    let (side, arriving, leaving) = match row.text("direction") {
        "ingress" => (Side::Ingress, own, pair),
        "egress" => (Side::Egress, pair, own),
        _ => (Side::Unknown, own, pair),
    };
    Taken { way: Way { gateway: text("gateway"), arriving, leaving }, side, key, weight, row: at }
}

/// Leaves of two sides of the same way and key the one that tells more. Where a side does not know the other
/// attachment, the ways of the gateway cannot be told apart, and are taken together.
pub fn one_side(mut all: Vec<Taken>) -> Vec<Taken> {
    let mut weights: OrderedMap<(Way, Vec<String>), OrderedMap<Side, [u64; 2]>> = OrderedMap::new();
    let key_of = |taken: &Taken| {
        let Way { gateway, arriving, leaving } = &taken.way;
        let known = !arriving.is_empty() && !leaving.is_empty();
        let way = if known { taken.way.clone() } else { Way { gateway: gateway.clone(), ..Way::default() } };
        (way, taken.key.clone())
    };
    for taken in &all {
        let sum = weights.or_default(key_of(taken)).or_default(taken.side);
        sum.iter_mut().zip(taken.weight).for_each(|(sum, weight)| *sum += weight);
    }
    all.retain(|taken| {
        let sides = weights.get(&key_of(taken));
        // Of equal ones the first side stays.
        let heaviest = sides.and_then(|sides| sides.iter().rev().max_by_key(|(_, weight)| **weight));
        heaviest.is_none_or(|(side, _)| *side == taken.side)
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(arriving: &str, leaving: &str, side: Side, weight: u64, row: usize) -> Taken {
        let way = Way { gateway: "tgw-1".into(), arriving: arriving.into(), leaving: leaving.into() };
        Taken { way, side, key: Vec::new(), weight: [weight, 0], row }
    }

    fn kept(all: Vec<Taken>) -> Vec<usize> {
        one_side(all).into_iter().map(|taken| taken.row).collect()
    }

    #[test]
    fn one_side_of_each_way_is_kept() {
        use Side::{Egress, Ingress, Unknown};
        // Both sides of one way, and the way back at one side only.
        let both =
            || vec![at("a", "b", Ingress, 5, 0), at("a", "b", Egress, 5, 1), at("b", "a", Egress, 9, 2)];
        assert_eq!(kept(both()), [0, 2]);
        let mut more = both();
        more[1].weight = [6, 0];
        assert_eq!(kept(more), [1, 2]);
        // Without the other attachment the ways of a gateway are taken together.
        assert_eq!(
            kept(vec![at("a", "", Ingress, 5, 0), at("c", "", Ingress, 2, 1), at("", "b", Egress, 6, 2)]),
            [0, 1]
        );
        assert_eq!(kept(vec![at("a", "b", Unknown, 5, 0), at("b", "a", Unknown, 5, 1)]), [0, 1]);
    }
}
