//! Functions of many rows, in groups and in windows.

use super::columns::{Known, Typed};
use super::expressions::Scope;
use super::{Building, Planned, Planner, complaint, compute};
use crate::insights::ast::Span;
use crate::plan::steps::{Aggregated, Aggregating, Step};
use crate::sql::aggregates::Aggregate;
use crate::sql::ast::{Call, Node, NodeKind};
use crate::sql::term::{Order, Term};
use crate::sql::types::Type;
use crate::sql::windows::{Over, Windowed};
use crate::value::{Number, Value};

/// Functions of many rows.
pub(crate) const NAMES: &[&str] = &[
    "count",
    "count_if",
    "approx_distinct",
    "sum",
    "avg",
    "min",
    "max",
    "min_by",
    "max_by",
    "arbitrary",
    "any_value",
    "approx_percentile",
    "stddev",
    "stddev_samp",
    "stddev_pop",
    "variance",
    "var_samp",
    "var_pop",
    "bitwise_and_agg",
    "bitwise_or_agg",
    "bool_and",
    "bool_or",
    "every",
    "array_agg",
    "listagg",
    "histogram",
];

/// Functions of the rows around a row, which only stand before OVER.
pub(crate) const WINDOWS: &[&str] = &[
    "row_number",
    "rank",
    "dense_rank",
    "percent_rank",
    "cume_dist",
    "ntile",
    "lag",
    "lead",
    "first_value",
    "last_value",
];

/// Whether a function looks at many rows.
pub(super) fn is_aggregate(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Finds the aggregates of an expression, each once.
pub(super) fn find<'n>(node: &'n Node, into: &mut Vec<&'n Node>) {
    if let NodeKind::Call(call) = &node.kind
        && call.over.is_none()
        && is_aggregate(&call.name)
    {
        if !into.contains(&node) {
            into.push(node);
        }
        return;
    }
    node.children().into_iter().for_each(|child| find(child, into));
}

/// Finds the windows of an expression, each once.
pub(super) fn find_windows<'n>(node: &'n Node, into: &mut Vec<&'n Node>) {
    if let NodeKind::Call(call) = &node.kind
        && call.over.is_some()
        && !into.contains(&node)
    {
        into.push(node);
    }
    node.children().into_iter().for_each(|child| find_windows(child, into));
}

impl Planner<'_> {
    /// An aggregate of a group, and the type of what it gives.
    pub(super) fn aggregated(&mut self, building: &mut Building, node: &Node) -> Planned<(Aggregated, Type)> {
        let NodeKind::Call(call) = &node.kind else { return complaint(node.span, "this is no aggregate") };
        let scope = Scope::of_rows("an aggregate");
        let (by, of, when, gives) = self.aggregate(building, call, node.span, &scope)?;
        let aggregated =
            Aggregated { by: Aggregating::Sql(by), of: of.map(compute), when: when.map(compute) };
        Ok((aggregated, gives))
    }

    /// What is computed, of what, of which rows, and the type of what comes out.
    #[allow(clippy::type_complexity)]
    fn aggregate(
        &mut self,
        building: &mut Building,
        call: &Call,
        span: Span,
        scope: &Scope<'_>,
    ) -> Planned<(Aggregate, Option<Term>, Option<Term>, Type)> {
        let name = call.name.as_str();
        let mut when =
            call.filter.as_ref().map(|filter| self.condition(building, filter, scope)).transpose()?;
        let mut args = Vec::new();
        for arg in &call.args {
            args.push(self.typed(building, arg, scope)?);
        }
        if call.distinct
            && !matches!(
                name,
                "count" | "sum" | "avg" | "min" | "max" | "array_agg" | "arbitrary" | "listagg"
            )
        {
            return complaint(span, format!("DISTINCT within {name} is not supported here"));
        }
        let number = |typed: &Typed| {
            if typed.of.is_number() || typed.of == Type::Unknown {
                Ok(())
            } else {
                complaint(span, format!("{name} is of numbers; this is {}", typed.of))
            }
        };
        let order = |typed: &Typed| {
            Order::of(&typed.of).ok_or_else(|| crate::insights::ast::Complaint {
                span,
                text: format!("{name} does not take values of type {}", typed.of),
            })
        };
        let plain = |term: &Typed| Some(term.term.clone());
        // Variance and its like are of doubles.
        let double = |typed: &Typed| Some(super::turned(typed.term.clone(), &typed.of, &Type::Double));
        let (by, of, gives) = match (name, args.as_slice()) {
            ("count", []) => (Aggregate::Count, None, Type::Integer),
            ("count", [one]) if call.distinct => (Aggregate::CountDistinct, plain(one), Type::Integer),
            ("count", [one]) => (Aggregate::Count, plain(one), Type::Integer),
            ("count_if", [condition]) if matches!(condition.of, Type::Boolean | Type::Unknown) => {
                let condition = condition.term.clone();
                when = Some(match when {
                    Some(when) => Term::And(Box::new(when), Box::new(condition)),
                    None => condition,
                });
                (Aggregate::Count, None, Type::Integer)
            }
            ("approx_distinct", [one] | [one, _]) => (Aggregate::CountDistinct, plain(one), Type::Integer),
            ("sum", [one]) => {
                number(one)?;
                (Aggregate::Sum(call.distinct), plain(one), one.of.clone())
            }
            ("avg", [one]) => {
                number(one)?;
                (Aggregate::Average(call.distinct), double(one), Type::Double)
            }
            ("min", [one]) => (Aggregate::Min(order(one)?), plain(one), one.of.clone()),
            ("max", [one]) => (Aggregate::Max(order(one)?), plain(one), one.of.clone()),
            ("min_by" | "max_by", [one, key]) => {
                let by = order(key)?;
                let by = if name == "min_by" { Aggregate::MinBy(by) } else { Aggregate::MaxBy(by) };
                (by, Some(Term::List(vec![one.term.clone(), key.term.clone()])), one.of.clone())
            }
            ("arbitrary" | "any_value", [one]) => (Aggregate::Arbitrary, plain(one), one.of.clone()),
            ("approx_percentile", [one, share]) => {
                number(one)?;
                let share = constant(share).filter(|share| (0.0..=1.0).contains(share));
                let Some(share) = share else {
                    return complaint(span, "approx_percentile takes a share between 0 and 1, such as 0.95");
                };
                (Aggregate::Percentile(share * 100.0), plain(one), one.of.clone())
            }
            ("stddev" | "stddev_samp" | "stddev_pop" | "variance" | "var_samp" | "var_pop", [one]) => {
                number(one)?;
                let by =
                    Aggregate::Spread { sample: !name.ends_with("_pop"), root: name.starts_with("stddev") };
                (by, double(one), Type::Double)
            }
            ("bitwise_and_agg", [one]) if one.of == Type::Integer => {
                (Aggregate::BitAnd, plain(one), Type::Integer)
            }
            ("bitwise_or_agg", [one]) if one.of == Type::Integer => {
                (Aggregate::BitOr, plain(one), Type::Integer)
            }
            ("bool_and" | "every", [one]) if one.of == Type::Boolean => {
                (Aggregate::Every, plain(one), Type::Boolean)
            }
            ("bool_or", [one]) if one.of == Type::Boolean => (Aggregate::Some, plain(one), Type::Boolean),
            ("array_agg", [one]) => {
                let (by, of) = self.list(building, call, one, scope)?;
                (by, Some(of), Type::Array(Box::new(one.of.clone())))
            }
            ("histogram", [one]) => (Aggregate::Histogram, plain(one), Type::Map(Box::new(Type::Integer))),
            ("listagg", _) => {
                return complaint(
                    span,
                    "listagg is not supported here; write array_join(array_agg(a ORDER BY b), ',')",
                );
            }
            _ => {
                let given = args.iter().map(|arg| arg.of.to_string()).collect::<Vec<_>>().join(", ");
                return complaint(span, format!("{name} does not take ({given}) here"));
            }
        };
        if !call.order.is_empty() && name != "array_agg" {
            return complaint(span, format!("ORDER BY within {name} is not supported here"));
        }
        Ok((by, of, when, gives))
    }

    /// `array_agg`: each value with what orders it.
    fn list(
        &mut self,
        building: &mut Building,
        call: &Call,
        one: &Typed,
        scope: &Scope<'_>,
    ) -> Planned<(Aggregate, Term)> {
        let mut members = vec![one.term.clone()];
        let mut order = Vec::new();
        for by in &call.order {
            let typed = self.typed(building, &by.node, scope)?;
            let Some(of) = Order::of(&typed.of) else {
                return complaint(by.node.span, format!("values of type {} have no order", typed.of));
            };
            order.push((of, by.descending, by.nulls_first));
            members.push(typed.term);
        }
        Ok((Aggregate::List { order, distinct: call.distinct }, Term::List(members)))
    }

    /// Computes windows; what is known then is each of them.
    pub(super) fn windows(
        &mut self,
        building: &mut Building,
        nodes: &[&Node],
        scope: &Scope<'_>,
    ) -> Planned<Vec<Known>> {
        let mut known = Vec::new();
        let mut windows = Vec::new();
        for node in nodes {
            let NodeKind::Call(call) = &node.kind else { continue };
            let Some(window) = &call.over else { continue };
            let mut partition = Vec::new();
            for of in &window.partition {
                partition.push(compute(self.typed(building, of, scope)?.term));
            }
            let mut order = Vec::new();
            for by in &window.order {
                let typed = self.typed(building, &by.node, scope)?;
                order.push(Self::sorted(typed, by)?);
            }
            let (over, of) = self.over(building, call, node.span, scope)?;
            let slot = building.new_slot();
            windows.push(Windowed { partition, order, calls: vec![(slot, over)] });
            known.push(((*node).clone(), Typed::new(Term::Slot(slot), of)));
        }
        if !windows.is_empty() {
            building.step(Step::Windows(windows));
        }
        Ok(known)
    }

    fn over(
        &mut self,
        building: &mut Building,
        call: &Call,
        span: Span,
        scope: &Scope<'_>,
    ) -> Planned<(Over, Type)> {
        let name = call.name.as_str();
        let frame = call.over.as_ref().and_then(|window| window.frame);
        if is_aggregate(name) {
            if call.distinct {
                return complaint(span, "DISTINCT within a window is not supported here");
            }
            let (by, of, when, gives) = self.aggregate(building, call, span, scope)?;
            return Ok((Over::Aggregate { by, of: of.map(compute), when: when.map(compute), frame }, gives));
        }
        let mut args = Vec::new();
        for arg in &call.args {
            args.push(self.typed(building, arg, scope)?);
        }
        Ok(match (name, args.as_slice()) {
            ("row_number", []) => (Over::RowNumber, Type::Integer),
            ("rank", []) => (Over::Rank, Type::Integer),
            ("dense_rank", []) => (Over::DenseRank, Type::Integer),
            ("percent_rank", []) => (Over::PercentRank, Type::Double),
            ("cume_dist", []) => (Over::CumulativeShare, Type::Double),
            ("ntile", [tiles]) => match constant(tiles) {
                Some(tiles) if tiles >= 1.0 => (Over::Tile(tiles as usize), Type::Integer),
                _ => return complaint(span, "ntile takes a number of 1 or more"),
            },
            ("lag" | "lead", [of, rest @ ..]) if rest.len() <= 2 => {
                let by = rest.first().map_or(Some(1.0), constant).filter(|by| *by >= 0.0);
                let Some(by) = by else { return complaint(span, format!("{name} takes a number of rows")) };
                let by = if name == "lag" { -(by as i64) } else { by as i64 };
                let default =
                    rest.get(1).map_or(Term::Constant(Value::Missing), |default| default.term.clone());
                let of_type = of.of.clone();
                (Over::Shifted { of: compute(of.term.clone()), by, default: compute(default) }, of_type)
            }
            ("first_value" | "last_value", [of]) => {
                let of_type = of.of.clone();
                (Over::End { of: compute(of.term.clone()), last: name == "last_value", frame }, of_type)
            }
            _ if WINDOWS.contains(&name) => {
                return complaint(
                    span,
                    format!("{name} is given {} values, which it does not take", args.len()),
                );
            }
            _ => return complaint(span, format!("{name} does not stand before OVER here")),
        })
    }
}

/// The number that a constant is.
fn constant(typed: &Typed) -> Option<f64> {
    let value = typed.constant()?;
    let number = crate::sql::term::number(value)?;
    Some(match typed.of {
        Type::Decimal(scale) => number.real() / 10_f64.powi(scale.into()),
        _ => Number::real(number),
    })
}
