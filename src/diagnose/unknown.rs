//! Rejections of which the direction is not known: no verdict, but said.

use super::context::Context;
use super::draft::{Draft, counted};
use super::finding::{Certainty, Component, Kind};
use super::tally::Tally;
use super::words;
use crate::query::plan::{is_flow, rejected};
use crate::query::{Answer, Derived, Expr, Grouping, Plan};
use crate::record::Field;
use crate::record::ordered::OrderedSet;

/// The plan to run, if some rejections are left out of the verdicts.
pub(super) fn plan(context: &Context) -> Option<Plan> {
    let left_out = context.survey.interfaces.values().any(|interface| interface.undirected > 0);
    let filter = is_flow().and(rejected()).and(Expr::present(Derived::Direction).negate());
    left_out.then(|| context.plan(filter, counted(Grouping::by([("interface", Field::InterfaceId.into())]))))
}

/// The finding.
pub(super) fn draft(context: &Context, unknown: &OrderedSet<String>, answer: &Answer) -> Option<Draft> {
    let mut tally = Tally::default();
    for row in answer.iter() {
        tally.add(&Tally { conversations: 0, ..Tally::of(&row) });
    }
    if tally.records == 0 {
        return None;
    }
    let left_out: Vec<String> = answer.iter().map(|row| row.text("interface").to_owned()).collect();
    let ids: Vec<String> = left_out.into_iter().filter(|id| !id.is_empty()).collect();
    let interface = match ids.as_slice() {
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
        "An interface's own address is the one that all its records share. Here no address is in all records, or two \
         are, as only one peer has been seen; so inbound and outbound cannot be told apart."
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
