//! The first groups as a plan, which runs over packed columns, where it gives the very same rows.

use flowlens_core::query::exec::Wanted;
use flowlens_core::query::plan::{Measure, Named};
use flowlens_core::query::{Aggregate as PlanAggregate, Expr, Facts, Grouping, Plan};
use flowlens_core::record::Field;

use super::columns::type_of;
use super::native;
use crate::plan::compute::Compute;
use crate::plan::steps::{Aggregated, Aggregating, Step};
use crate::plan::{FromPlan, KeyOfPlan, Shortcut, limited};
use crate::sql::aggregates::Aggregate;
use crate::sql::term::Term;
use crate::sql::types::Type;

/// The plan for the first GROUP BY, if all before it are conditions of a plan and it groups by fields.
pub(super) fn shortcut(
    filter: &Expr,
    steps: &[Step],
    sources: &[(Wanted, usize)],
    facts: &Facts,
) -> Option<Shortcut> {
    let (Step::Stats(stats), rest) = steps.split_first()? else { return None };
    let of = Of { sources, facts };
    let mut grouping = Grouping::default();
    let mut keys = Vec::new();
    for key in &stats.keys {
        let (expr, key) = of.key(key)?;
        grouping.keys.push(Named::new(&format!("key{}", keys.len()), expr));
        keys.push(key);
    }
    let mut aggregates = Vec::new();
    for aggregated in &stats.aggregates {
        aggregates.push(of.measure(aggregated, keys.len(), &mut grouping)?);
    }
    grouping = limited(grouping, stats, &aggregates, rest);
    Some(Shortcut { plan: Plan::groups(filter.clone(), grouping), keys, aggregates })
}

struct Of<'a> {
    sources: &'a [(Wanted, usize)],
    facts: &'a Facts,
}

impl Of<'_> {
    fn field(&self, slot: usize) -> Option<Field> {
        match self.sources.iter().find(|(_, other)| *other == slot)? {
            (Wanted::Field(field), _) => Some(*field),
            _ => None,
        }
    }

    fn key(&self, key: &Compute) -> Option<(Expr, KeyOfPlan)> {
        if let Compute::Sql(term) = key {
            return self.rounded(term);
        }
        let Compute::Slot(slot) = key else { return None };
        let field = self.field(*slot)?;
        match type_of(field) {
            Type::Varchar => self.facts.all_have(field).then(|| (field.into(), KeyOfPlan::Hyphen)),
            _ => Some((field.into(), KeyOfPlan::Null)),
        }
    }

    /// Seconds rounded down, as such or as a time or a date.
    fn rounded(&self, term: &Term) -> Option<(Expr, KeyOfPlan)> {
        let bin = |of: &Term, secs: i128, key: KeyOfPlan| {
            let Term::Slot(slot) = of else { return None };
            let field = self.field(*slot).filter(|field| type_of(*field) == Type::Integer)?;
            Some((Expr::Bin(Box::new(field.into()), u64::try_from(secs).ok()?), key))
        };
        match term {
            Term::Floor(of, step) => match &**of {
                Term::Millis(of) if step % 1000 == 0 => bin(of, step / 1000, KeyOfPlan::Time),
                of => bin(of, *step, KeyOfPlan::Null),
            },
            Term::Millis(of) => match &**of {
                Term::Floor(of, step) => bin(of, *step, KeyOfPlan::Time),
                of => bin(of, 1, KeyOfPlan::Time),
            },
            Term::Cast(of, Type::Timestamp(_), Type::Date, _) => match &**of {
                Term::Millis(of) => bin(of, 86_400, KeyOfPlan::Days),
                _ => None,
            },
            _ => None,
        }
    }

    fn measure(
        &self,
        Aggregated { by, of, when }: &Aggregated,
        keys: usize,
        grouping: &mut Grouping,
    ) -> Option<FromPlan> {
        let Aggregating::Sql(by) = by else { return None };
        let field = match of {
            Some(Compute::Slot(slot)) => Some(self.field(*slot)?),
            Some(_) => return None,
            None => None,
        };
        let when = match when {
            None => None,
            Some(Compute::Sql(term)) => Some(native::holds(term, self.sources, self.facts)?),
            Some(Compute::Slot(slot)) => Some(native::holds(&Term::Slot(*slot), self.sources, self.facts)?),
            Some(_) => return None,
        };
        let mut add = |aggregate: PlanAggregate, of: Expr, when: Option<Expr>| {
            let name = format!("measure{}", grouping.measures.len());
            grouping.measures.push(Measure { name, aggregate, of, when });
            keys + grouping.measures.len() - 1
        };
        let number = || field.filter(|field| type_of(*field) == Type::Integer);
        let text = || field.filter(|field| type_of(*field) == Type::Varchar && self.facts.all_have(*field));
        Some(match by {
            Aggregate::Count => match field {
                None => FromPlan::Column(add(PlanAggregate::Count, Expr::True, when)),
                Some(_) if text().is_some() => FromPlan::Column(add(PlanAggregate::Count, Expr::True, when)),
                Some(_) => FromPlan::Column(add(PlanAggregate::Count, number()?.into(), when)),
            },
            Aggregate::Sum(false) => FromPlan::Column(add(PlanAggregate::Sum, number()?.into(), when)),
            Aggregate::Min(_) => FromPlan::Column(add(PlanAggregate::Min, number()?.into(), when)),
            Aggregate::Max(_) => FromPlan::Column(add(PlanAggregate::Max, number()?.into(), when)),
            Aggregate::BitOr => FromPlan::Column(add(PlanAggregate::BitOr, number()?.into(), when)),
            Aggregate::Average(false) => {
                let field = number()?;
                FromPlan::Average(
                    add(PlanAggregate::Sum, field.into(), when.clone()),
                    add(PlanAggregate::Count, field.into(), when),
                )
            }
            Aggregate::CountDistinct => {
                if let Some(field) = number() {
                    return Some(FromPlan::Column(add(PlanAggregate::Distinct, field.into(), when)));
                }
                let field = text()?;
                let hyphen = Expr::present(field).negate();
                let hyphens = match &when {
                    Some(when) => hyphen.and(when.clone()),
                    None => hyphen,
                };
                FromPlan::Distinct(
                    add(PlanAggregate::Distinct, field.into(), when),
                    add(PlanAggregate::Count, Expr::True, Some(hyphens)),
                )
            }
            _ => return None,
        })
    }
}
