//! The few greatest of many groups, without merging the many.
//!
//! Groups are spread over the shards. If the greatest `k` in one shard are at least `t` there, then so are the
//! greatest `k` of all; and a group that is at least `t` in sum over `n` shards is at least `t / n` in one of them.
//! So only groups of at least that much anywhere can be among the greatest `k`.

use super::partial::{Body, Partial};
use crate::query::plan::{Aggregate, Comparison, Derived, Expr, Grouping, Output, Plan};
use crate::query::value::{Answer, Value};
use crate::record::ordered::order_by;
use crate::record::{Field, Kind};

/// With more candidates than these, the plan is run as it is.
const CANDIDATES: usize = 5000;

/// The plan with no measure but the one that ranks its groups, if it asks for the greatest few of what may be many.
pub fn ranking(plan: &Plan) -> Option<Plan> {
    let Output::Groups(grouping) = &plan.output else { return None };
    let first = grouping.sort.first().filter(|sort| sort.descending)?;
    let measure = grouping.measures.iter().find(|measure| measure.name == first.column)?;
    let is_plain = matches!(measure.aggregate, Aggregate::Sum | Aggregate::Count)
        && grouping.limit.is_some_and(|limit| limit > 0 && limit < CANDIDATES)
        && grouping.having.is_none()
        && grouping.session_gap_secs.is_none()
        && grouping.limit_per.is_none()
        && grouping.keys.iter().any(|key| is_address(&key.expr))
        && !is_about_one(&plan.scan.filter);
    is_plain.then(|| Plan {
        output: Output::Groups(Grouping {
            measures: vec![measure.clone()],
            sort: vec![first.clone()],
            ..grouping.clone()
        }),
        ..plan.clone()
    })
}

/// Whether the records are of one interface or one address, which leaves few groups.
fn is_about_one(filter: &Expr) -> bool {
    match filter {
        Expr::And(all) => all.iter().any(is_about_one),
        Expr::Compare(of, Comparison::Equal, _) => is_address(of) || **of == Expr::Field(Field::InterfaceId),
        _ => false,
    }
}

fn is_address(expr: &Expr) -> bool {
    match expr {
        Expr::Field(field) => field.kind() == Kind::Address,
        Expr::Derived(derived) => matches!(derived, Derived::LocalAddress | Derived::RemoteAddress),
        _ => false,
    }
}

/// The rank from which on a group of one shard is a candidate, by the least rank of each shard's greatest few.
pub fn candidates_from(least: &[u128]) -> u128 {
    let sure = least.iter().copied().max().unwrap_or_default();
    sure.checked_sub(1).map_or(0, |below| below / least.len().max(1) as u128 + 1)
}

/// The plan over the candidates alone; `None` if they are too many.
pub fn of_candidates(plan: &Plan, ranking: &Plan, candidates: &Answer) -> Option<Plan> {
    let Output::Groups(grouping) = &ranking.output else { return None };
    if candidates.rows.len() > CANDIDATES {
        return None;
    }
    let mut plan = plan.clone();
    for (at, key) in grouping.keys.iter().enumerate() {
        let mut values: Vec<Value> = candidates.rows.iter().map(|row| row[at].clone()).collect();
        order_by(&mut values, Value::order);
        values.dedup();
        let missing = values.iter().any(Value::is_missing);
        values.retain(|value| !value.is_missing());
        let mut among = Expr::OneOf(Box::new(key.expr.clone()), values);
        if missing {
            among = among.or(Expr::present(key.expr.clone()).negate());
        }
        plan = plan.restricted(&among);
    }
    Some(plan)
}

impl Partial {
    /// The least rank among the greatest `limit` groups; 0 if there are fewer.
    pub fn least_of_best(&self, limit: usize) -> u128 {
        let Body::Groups(groups) = &self.body else { return 0 };
        let Some(state) = groups.states.first() else { return 0 };
        let mut ranks: Vec<u128> = (0..groups.len).map(|slot| state.rank(slot).unwrap_or_default()).collect();
        let Some(at) = ranks.len().checked_sub(limit) else { return 0 };
        *ranks.select_nth_unstable(at).1
    }

    /// Only the groups of at least this rank.
    #[must_use]
    pub fn of_rank(mut self, least: u128) -> Self {
        if let Body::Groups(groups) = &mut self.body
            && let [state] = groups.states.as_slice()
        {
            let slots: Vec<usize> =
                (0..groups.len).filter(|&slot| state.rank(slot).is_none_or(|rank| rank >= least)).collect();
            if let Some(picked) = state.pick(&slots) {
                let stride = groups.key_kinds.len();
                groups.keys = slots
                    .iter()
                    .flat_map(|&slot| groups.keys[slot * stride..(slot + 1) * stride].iter().copied())
                    .collect();
                groups.len = slots.len();
                groups.states = vec![picked];
            }
        }
        self
    }
}
