//! From expressions of the syntax tree to what is computed.

use std::rc::Rc;

use super::Planner;
use super::compute::{Compute, Part};
use crate::functions::regex;
use crate::insights::ast::{Complaint, Literal, Node, NodeKind, Operator, Period, Span};
use crate::insights::words::{Function, Of};
use crate::value::Value;

/// The value of a constant.
pub(super) fn literal(literal: &Literal) -> Value {
    match literal {
        Literal::Int(number) => Value::Int(*number),
        Literal::Real(number) => Value::real(*number),
        Literal::Text(text) => Value::from(text.as_str()),
        Literal::Bool(truth) => Value::Bool(*truth),
    }
}

impl Planner<'_> {
    pub(super) fn compute(&mut self, node: &Node) -> Result<Compute, Complaint> {
        // A column of stats goes by the text it was computed with.
        if !self.scope.is_of_records()
            && matches!(node.kind, NodeKind::Call { .. } | NodeKind::Binary(..))
            && let Some(column) = self.scope.column_of_text(node.span.of(self.text))
        {
            return Ok(Compute::Slot(column.slot));
        }
        Ok(match &node.kind {
            NodeKind::Literal(constant) => Compute::Constant(literal(constant)),
            NodeKind::Name(name) => self.scope.resolve(name, node.span)?,
            // The argument of a function that reads it.
            NodeKind::Regex(pattern) => {
                checked(pattern, node.span)?;
                Compute::Constant(Value::from(pattern.as_str()))
            }
            NodeKind::Period(_) => {
                return Err(Complaint {
                    span: node.span,
                    text: format!(
                        "`{}` is a period, which only bin, datefloor and dateceil take",
                        node.span.of(self.text)
                    ),
                });
            }
            NodeKind::List(members) => {
                Compute::List(members.iter().map(|member| self.compute(member)).collect::<Result<_, _>>()?)
            }
            NodeKind::Not(of) => Compute::Not(Box::new(self.compute(of)?)),
            NodeKind::Minus(of) => Compute::Binary(
                Box::new(Compute::Constant(Value::Int(0))),
                Operator::Subtract,
                Box::new(self.compute(of)?),
            ),
            NodeKind::Binary(left, operator, right) => {
                Compute::Binary(Box::new(self.compute(left)?), *operator, Box::new(self.compute(right)?))
            }
            NodeKind::In { of, list, negated } => Compute::Among {
                of: Box::new(self.compute(of)?),
                list: list.iter().map(|one| self.compute(one)).collect::<Result<_, _>>()?,
                negated: *negated,
            },
            NodeKind::Like { of, pattern, negated } => {
                let part = match &pattern.kind {
                    NodeKind::Regex(text) => Part::Regex(Rc::new(checked(text, pattern.span)?)),
                    _ => Part::Text(Box::new(self.compute(pattern)?)),
                };
                Compute::Like { of: Box::new(self.compute(of)?), part, negated: *negated }
            }
            NodeKind::Call { function, args } => self.call(*function, args, node.span)?,
        })
    }

    fn call(&mut self, function: Function, args: &[Node], span: Span) -> Result<Compute, Complaint> {
        if function.of() == Of::Many {
            let text = if self.scope.is_of_records() {
                format!("`{}` looks at many events: use it in stats", function.name())
            } else {
                format!("`{}` is not among what stats computes: add it there", span.of(self.text))
            };
            return Err(Complaint { span, text });
        }
        let rounded =
            |of: Compute, period: Period, up: bool| Compute::Rounded { of: Box::new(of), period, up };
        match (function, args) {
            (Function::Bin, [period]) => {
                let time = self.scope.resolve("@timestamp", span)?;
                Ok(rounded(time, self.period(period)?, false))
            }
            (Function::DateFloor | Function::DateCeil, [time, period]) => {
                let period = self.period(period)?;
                Ok(rounded(self.compute(time)?, period, function == Function::DateCeil))
            }
            _ => {
                let mut computed: Vec<Compute> =
                    args.iter().map(|arg| self.compute(arg)).collect::<Result<_, _>>()?;
                Ok(match function {
                    Function::Coalesce => Compute::Coalesce(computed),
                    Function::If | Function::Case => {
                        let default = (computed.len() % 2 == 1).then(|| computed.pop()).flatten();
                        let mut cases = Vec::new();
                        let mut rest = computed.into_iter();
                        while let (Some(condition), Some(then)) = (rest.next(), rest.next()) {
                            cases.push((condition, then));
                        }
                        Compute::Case(cases, Box::new(default.unwrap_or(Compute::Constant(Value::Missing))))
                    }
                    _ => Compute::Call(function, computed),
                })
            }
        }
    }

    fn period(&self, node: &Node) -> Result<Period, Complaint> {
        match &node.kind {
            NodeKind::Period(period) => Ok(period.capped()),
            _ => Err(Complaint {
                span: node.span,
                text: format!("`{}` is no period: write it like 5m, 1h or 30s", node.span.of(self.text)),
            }),
        }
    }

    /// Whether an expression gives times, and to which period they are rounded.
    pub(super) fn time_of(&self, node: &Node) -> (bool, Option<Period>) {
        match &node.kind {
            NodeKind::Name(name) => {
                self.scope.column(name).map_or((false, None), |column| (column.is_time, column.period))
            }
            NodeKind::Call { function: Function::Bin | Function::DateFloor | Function::DateCeil, args } => {
                let period = args.last().and_then(|period| self.period(period).ok());
                (true, period)
            }
            NodeKind::Call { function: Function::FromMillis, .. } => (true, None),
            NodeKind::Call {
                function: Function::Min | Function::Max | Function::Earliest | Function::Latest,
                args,
            } => (args.first().is_some_and(|of| self.time_of(of).0), None),
            _ => (false, None),
        }
    }
}

fn checked(pattern: &str, span: Span) -> Result<regex_lite::Regex, Complaint> {
    regex(pattern).map_err(|text| Complaint { span, text })
}
