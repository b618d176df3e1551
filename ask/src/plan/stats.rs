//! `stats`: keys, aggregates, and what is computed of them.

use super::compute::Compute;
use super::steps::{Aggregated, Aggregating, Stats, Step};
use super::{Planner, Shown, expressions, show};
use crate::insights::ast::{Complaint, Item, Literal, Node, NodeKind, Operator, Period, Span};
use crate::insights::words::{Function, Of};
use crate::value::Value;

/// What is known of a column before its rows are there.
struct Made {
    name: String,
    slot: usize,
    is_time: bool,
    period: Option<Period>,
}

impl Planner<'_> {
    pub(super) fn stats(&mut self, measures: &[Item], by: &[Item], span: Span) -> Result<(), Complaint> {
        let mut keys = Vec::new();
        let mut made: Vec<Made> = Vec::new();
        for item in by {
            let compute = self.compute(&item.node)?;
            let (is_time, period) = self.time_of(&item.node);
            made.push(Made { name: self.name_of(item), slot: keys.len(), is_time, period });
            keys.push(compute);
        }
        // Aggregates first: what is computed of them may stand before them.
        let mut aggregates = Vec::new();
        for item in measures {
            self.aggregates(&item.node, &mut aggregates)?;
        }
        let first_after = keys.len() + aggregates.len();
        let mut next = aggregates.iter().map(|(node, _)| *node).enumerate().collect::<Vec<_>>().into_iter();
        let mut after = Vec::new();
        for item in measures {
            let is_time = self.time_of(&item.node).0;
            let compute = of_aggregates(&item.node, keys.len(), &mut next, &made)?;
            let slot = if let Compute::Slot(slot) = compute {
                slot
            } else {
                after.push(compute);
                first_after + after.len() - 1
            };
            made.push(Made { name: self.name_of(item), slot, is_time, period: None });
        }
        if measures.is_empty() {
            return Err(Complaint {
                span,
                text: "stats needs something to compute, such as count(*)".to_owned(),
            });
        }
        let slots = first_after + after.len();
        self.keys = (0..keys.len()).collect();
        let aggregates = aggregates.into_iter().map(|(_, aggregated)| aggregated).collect();
        self.steps.push(Step::Stats(Stats { keys, aggregates, after }));
        self.leave_records();
        self.scope.slots = slots;
        for Made { name, slot, is_time, period } in made {
            self.scope.name(&name, slot, is_time, period);
            show(&mut self.shown, Shown { name, slot, is_time });
        }
        Ok(())
    }

    /// Finds the aggregates of an expression, in the order of its text.
    fn aggregates<'n>(
        &mut self,
        node: &'n Node,
        into: &mut Vec<(&'n Node, Aggregated)>,
    ) -> Result<(), Complaint> {
        if let NodeKind::Call { function, args } = &node.kind
            && function.of() == Of::Many
        {
            let number = |node: &Node| match &node.kind {
                NodeKind::Literal(Literal::Int(number)) => Ok(*number as f64),
                NodeKind::Literal(Literal::Real(number)) => Ok(*number),
                _ => Err(Complaint {
                    span: node.span,
                    text: format!("`{}` takes a number here", function.name()),
                }),
            };
            let (of, parameter) = match (function, args.as_slice()) {
                (Function::Percentile, [of, percent]) => {
                    let value = number(percent)?;
                    if !(0.0..=100.0).contains(&value) {
                        let text = "a percentile lies between 0 and 100".to_owned();
                        return Err(Complaint { span: percent.span, text });
                    }
                    (Some(of), Some(value))
                }
                (Function::TopK, [k, of]) => (Some(of), Some(number(k)?)),
                (_, [of, ..]) => (Some(of), None),
                (_, []) => (None, None),
            };
            let of = of.map(|of| self.compute(of)).transpose()?;
            into.push((node, Aggregated { by: Aggregating::Insights(*function, parameter), of, when: None }));
            return Ok(());
        }
        children(node).into_iter().try_for_each(|child| self.aggregates(child, into))
    }
}

/// An expression over keys, aggregates and columns made before it.
fn of_aggregates<'n>(
    node: &'n Node,
    keys: usize,
    next: &mut std::vec::IntoIter<(usize, &'n Node)>,
    made: &[Made],
) -> Result<Compute, Complaint> {
    let mut of = |node: &'n Node| of_aggregates(node, keys, next, made);
    Ok(match &node.kind {
        NodeKind::Call { function, .. } if function.of() == Of::Many => {
            Compute::Slot(keys + next.next().map_or(0, |(at, _)| at))
        }
        NodeKind::Literal(constant) => Compute::Constant(expressions::literal(constant)),
        NodeKind::Name(name) => {
            let Some(made) = made.iter().rev().find(|made| made.name == *name) else {
                let text = format!(
                    "`{name}` has many values in a group: compute one of them, such as max({name}), or group by it"
                );
                return Err(Complaint { span: node.span, text });
            };
            Compute::Slot(made.slot)
        }
        NodeKind::Not(inner) => Compute::Not(Box::new(of(inner)?)),
        NodeKind::Minus(inner) => Compute::Binary(
            Box::new(Compute::Constant(Value::Int(0))),
            Operator::Subtract,
            Box::new(of(inner)?),
        ),
        NodeKind::Binary(left, operator, right) => {
            let left = of(left)?;
            Compute::Binary(Box::new(left), *operator, Box::new(of(right)?))
        }
        NodeKind::Call { function, args } => {
            let args = args.iter().map(of).collect::<Result<Vec<_>, _>>()?;
            match (function, args.as_slice()) {
                (Function::If, [condition, then, default]) => {
                    Compute::Case(vec![(condition.clone(), then.clone())], Box::new(default.clone()))
                }
                (Function::Coalesce, _) => Compute::Coalesce(args),
                _ => Compute::Call(*function, args),
            }
        }
        _ => {
            let text = "this can be computed before or after stats, not in it".to_owned();
            return Err(Complaint { span: node.span, text });
        }
    })
}

fn children(node: &Node) -> Vec<&Node> {
    match &node.kind {
        NodeKind::Not(of) | NodeKind::Minus(of) => vec![of],
        NodeKind::Binary(left, _, right) => vec![left, right],
        NodeKind::Call { args, .. } => args.iter().collect(),
        _ => Vec::new(),
    }
}
