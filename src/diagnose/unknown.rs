//! Rejections of which the direction is not known: no verdict, but said.

use std::collections::BTreeSet;

use super::context::Context;
use super::draft::Draft;
use super::finding::{Certainty, Component, Kind};
use super::tally::Tally;
use super::words;
use crate::query::Expr;
use crate::query::plan::rejected;
use crate::record::Field;

/// The finding, if some rejections are left out of the verdicts.
pub(super) fn draft(context: &Context, unknown: &BTreeSet<String>) -> Option<Draft> {
    let left_out: Vec<(&String, _)> = context
        .survey
        .interfaces
        .iter()
        .map(|(id, interface)| (id, interface.undirected))
        .filter(|(_, sums)| sums.records > 0)
        .collect();
    let mut tally = Tally::default();
    for (_, sums) in &left_out {
        tally.add(&Tally {
            records: sums.records,
            packets: sums.packets,
            bytes: sums.bytes,
            first: sums.first,
            last: sums.last,
            ..Tally::default()
        });
    }
    let ids: Vec<String> = left_out.iter().map(|(id, _)| (*id).clone()).filter(|id| !id.is_empty()).collect();
    let interface = match ids.as_slice() {
        [] if left_out.is_empty() => return None,
        [one] => one.clone(),
        _ => String::new(),
    };
    let named = if ids.is_empty() { "records without an interface".to_owned() } else { words::list(&ids, 5) };
    let mut draft = Draft::new(context, Kind::DirectionUnknown, "Direction unknown", &interface, tally);
    draft.text = format!(
        "{} of {named} could not be judged: which end is the interface's own is not known",
        words::count(draft.tally.records, "rejected record")
    );
    draft.component = Component::Either;
    draft.certainty = Certainty::Undetermined;
    draft.why = if ids.iter().any(|id| unknown.contains(id)) {
        "An interface's own address is the one that all its records share. These interfaces have too few peers to tell it \
         from the other end, so inbound and outbound cannot be told apart."
    } else {
        "Without the interface's own address or the field flow-direction, inbound and outbound cannot be told apart."
    }
    .into();
    draft.settle.push(format!(
        "Direction of {named} is not known from these records: the field flow-direction would tell"
    ));
    draft.next_step =
        "Add more of the same interfaces' logs, or a flow log with the field flow-direction".into();
    draft.condition = if ids.is_empty() {
        rejected().and(Expr::present(Field::InterfaceId).negate())
    } else {
        Expr::one_of(Field::InterfaceId, ids).and(rejected())
    };
    Some(draft)
}
