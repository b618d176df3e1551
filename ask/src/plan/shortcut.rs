//! The first step as a plan, which runs over packed columns, where it gives the very same rows.

use flowlens_core::query::exec::Wanted;
use flowlens_core::query::{Aggregate as PlanAggregate, Expr, Grouping, Plan};
use flowlens_core::record::{Field, Kind};

use super::compute::Compute;
use super::native::is_number;
use super::steps::{Aggregated, Aggregating, Sorted, Stats, Step};
use crate::insights::words::Function;
use crate::sql::aggregates::Aggregate;
use flowlens_core::query::Facts;

/// A plan, and how its answer becomes the rows that `stats` gives.
#[derive(Clone, Debug)]
pub struct Shortcut {
    /// The plan.
    pub plan: Plan,
    /// The keys.
    pub keys: Vec<KeyOfPlan>,
    /// The aggregates.
    pub aggregates: Vec<FromPlan>,
}

/// How a key of a plan's answer becomes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyOfPlan {
    /// Its seconds become milliseconds.
    Time,
    /// Its seconds become days.
    Days,
    /// A missing one is a hyphen, as in the record.
    Hyphen,
    /// A missing one is NULL.
    Null,
}

/// An aggregate out of columns of a plan's answer, by their places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FromPlan {
    /// As it is.
    Column(usize),
    /// A sum by a count.
    Average(usize, usize),
    /// Different values, and how many records have a hyphen, which is one more.
    Distinct(usize, usize),
}

/// The plan for the first `stats`, if all before it are filters of a plan and it groups by fields and intervals.
pub(super) fn shortcut(
    filter: &Expr,
    steps: &[Step],
    sources: &[(Wanted, usize)],
    facts: &Facts,
) -> Option<Shortcut> {
    let (Step::Stats(stats), rest) = steps.split_first()? else { return None };
    let of_slot = |compute: &Compute| {
        let Compute::Slot(slot) = compute else { return None };
        sources.iter().find(|(_, other)| other == slot).map(|(wanted, _)| wanted)
    };
    let field_of = |compute: &Compute| match of_slot(compute) {
        Some(Wanted::Field(field)) if facts.all_have(*field) => Some(*field),
        _ => None,
    };
    let mut grouping = Grouping::default();
    let mut keys = Vec::new();
    for key in &stats.keys {
        let (expr, key) = match key {
            Compute::Rounded { of, period, up: false } if of_slot(of) == Some(&Wanted::Millis) => {
                let millis =
                    period.millis().filter(|millis| millis % 1000 == 0 && facts.all_have(Field::Start))?;
                (Expr::Bin(Box::new(Field::Start.into()), millis / 1000), KeyOfPlan::Time)
            }
            // Times may have been milliseconds.
            key => (field_of(key).filter(|field| field.kind() != Kind::Time)?.into(), KeyOfPlan::Hyphen),
        };
        grouping.keys.push(flowlens_core::query::plan::Named::new(&format!("key{}", keys.len()), expr));
        keys.push(key);
    }
    let mut aggregates = Vec::new();
    for aggregated in &stats.aggregates {
        let from = measure(aggregated, &field_of, keys.len(), &mut grouping)?;
        aggregates.push(from);
    }
    grouping = limited(grouping, stats, &aggregates, rest);
    Some(Shortcut { plan: Plan::groups(filter.clone(), grouping), keys, aggregates })
}

fn measure(
    Aggregated { by, of, .. }: &Aggregated,
    field_of: &dyn Fn(&Compute) -> Option<Field>,
    keys: usize,
    grouping: &mut Grouping,
) -> Option<FromPlan> {
    let Aggregating::Insights(function, _) = by else { return None };
    let field = match of {
        Some(of) => Some(field_of(of)?),
        None => None,
    };
    let mut add = |aggregate: PlanAggregate, of: Expr, when: Option<Expr>| {
        let name = format!("measure{}", grouping.measures.len());
        grouping.measures.push(flowlens_core::query::plan::Measure { name, aggregate, of, when });
        keys + grouping.measures.len() - 1
    };
    let number = || field.filter(|field| is_number(*field));
    Some(match function {
        // A hyphen is a value, too.
        Function::Count => FromPlan::Column(add(PlanAggregate::Count, Expr::True, None)),
        Function::Sum => FromPlan::Column(add(PlanAggregate::Sum, number()?.into(), None)),
        Function::Min => FromPlan::Column(add(PlanAggregate::Min, number()?.into(), None)),
        Function::Max => FromPlan::Column(add(PlanAggregate::Max, number()?.into(), None)),
        Function::Avg => {
            let field = number()?;
            FromPlan::Average(
                add(PlanAggregate::Sum, field.into(), None),
                add(PlanAggregate::Count, field.into(), None),
            )
        }
        Function::CountDistinct => {
            let field = field.filter(|field| field.kind() != Kind::Time)?;
            let hyphens = Expr::present(field).negate();
            FromPlan::Distinct(
                add(PlanAggregate::Distinct, field.into(), None),
                add(PlanAggregate::Count, Expr::True, Some(hyphens)),
            )
        }
        _ => return None,
    })
}

/// The plan finds the greatest few itself, if they are ordered by a count or a sum.
pub(crate) fn limited(grouping: Grouping, stats: &Stats, aggregates: &[FromPlan], rest: &[Step]) -> Grouping {
    let [Step::Sort(by), Step::Limit(limit), ..] = rest else { return grouping };
    let [Sorted { of: Compute::Slot(slot), descending: true, .. }] = by.as_slice() else { return grouping };
    let counted = slot.checked_sub(stats.keys.len()).and_then(|at| {
        let is_sum = matches!(
            stats.aggregates.get(at)?.by,
            Aggregating::Insights(Function::Count | Function::Sum, _)
                | Aggregating::Sql(Aggregate::Count | Aggregate::Sum(false))
        );
        if let (true, FromPlan::Column(column)) = (is_sum, aggregates.get(at)?) {
            column.checked_sub(stats.keys.len())
        } else {
            None
        }
    });
    match counted.and_then(|measure| grouping.measures.get(measure)).map(|measure| measure.name.clone()) {
        Some(name) => grouping.descending(&name).limit(*limit),
        None => grouping,
    }
}
