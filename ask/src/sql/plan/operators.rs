//! Arithmetic, by the types of both sides.

use super::columns::Typed;
use super::expressions::mismatch;
use super::{Planned, Planner, turned};
use crate::functions::Context;
use crate::insights::ast::Span;
use crate::sql::ast::Operator;
use crate::sql::cast::rounded;
use crate::sql::functions::times::{DAY, add_months};
use crate::sql::term::{Native, Term, number};
use crate::sql::types::Type;
use crate::value::{Number, Value};

fn ints(args: &[Value]) -> (i128, i128) {
    let int = |at: usize| args.get(at).and_then(number).and_then(Number::whole).unwrap_or_default();
    (int(0), int(1))
}

fn reals(args: &[Value]) -> (f64, f64) {
    let real = |at: usize| args.get(at).and_then(number).map_or(0.0, Number::real);
    (real(0), real(1))
}

/// A whole number that Athena has room for.
fn fits(number: Option<i128>, context: &Context) -> Value {
    let Some(number) = number.filter(|number| i64::try_from(*number).is_ok()) else {
        context.stop("a bigint overflows", "");
        return Value::Missing;
    };
    Value::Int(number)
}

fn divided(args: &[Value], context: &Context, with: fn(i128, i128) -> Option<i128>) -> Value {
    let (a, b) = ints(args);
    if b == 0 {
        context.stop("Division by zero", "");
        return Value::Missing;
    }
    fits(with(a, b), context)
}

const INTS: [Native; 5] = [
    |args, context| fits(ints(args).0.checked_add(ints(args).1), context),
    |args, context| fits(ints(args).0.checked_sub(ints(args).1), context),
    |args, context| fits(ints(args).0.checked_mul(ints(args).1), context),
    |args, context| divided(args, context, i128::checked_div),
    |args, context| divided(args, context, i128::checked_rem),
];

const REALS: [Native; 5] = [
    |args, _| Value::real(reals(args).0 + reals(args).1),
    |args, _| Value::real(reals(args).0 - reals(args).1),
    |args, _| Value::real(reals(args).0 * reals(args).1),
    |args, _| Value::real(reals(args).0 / reals(args).1),
    |args, _| Value::real(reals(args).0 % reals(args).1),
];

/// Digits of decimals may be more than those of a bigint.
fn digits(number: Option<i128>, context: &Context) -> Value {
    number.map_or_else(
        || {
            context.stop("a decimal overflows", "");
            Value::Missing
        },
        Value::Int,
    )
}

const fn place(operator: Operator) -> Option<usize> {
    Some(match operator {
        Operator::Add => 0,
        Operator::Subtract => 1,
        Operator::Multiply => 2,
        Operator::Divide => 3,
        Operator::Remainder => 4,
        _ => return None,
    })
}

fn later(args: &[Value]) -> Value {
    let (a, b) = ints(args);
    a.checked_add(b).map_or(Value::Missing, Value::Int)
}

fn earlier(args: &[Value]) -> Value {
    let (a, b) = ints(args);
    a.checked_sub(b).map_or(Value::Missing, Value::Int)
}

impl Planner<'_> {
    /// `left operator right`
    pub(super) fn arithmetic(
        &self,
        left: Typed,
        operator: Operator,
        right: Typed,
        span: Span,
    ) -> Planned<Typed> {
        let (a, b) = (left.of.clone(), right.of.clone());
        let strict = |native: Native, of: Type, left: Term, right: Term| {
            Ok(Typed::new(Term::Strict(native, vec![left, right]), of))
        };
        if operator == Operator::Concat {
            return match (&a, &b) {
                (Type::Varchar | Type::Unknown, Type::Varchar | Type::Unknown) => {
                    self.function("concat", vec![left, right], span)
                }
                (Type::Array(_), Type::Array(_)) if a == b => strict(
                    |args, _| {
                        Value::List(
                            args.iter()
                                .flat_map(|list| {
                                    if let Value::List(members) = list {
                                        members.to_vec()
                                    } else {
                                        Vec::new()
                                    }
                                })
                                .collect(),
                        )
                    },
                    a,
                    left.term,
                    right.term,
                ),
                _ => {
                    let hint = Typed::new(Term::Constant(Value::Missing), Type::Varchar);
                    let other = if a == Type::Varchar { &right } else { &left };
                    mismatch("||", &hint, &Typed { term: Term::Slot(0), ..other.clone() }, span)
                }
            };
        }
        let Some(at) = place(operator) else { return mismatch(operator.text(), &left, &right, span) };
        // `a - a % b`
        if let (Operator::Subtract, Term::Slot(of), Term::Strict(native, args)) =
            (operator, &left.term, &right.term)
            && let [Term::Slot(other), Term::Constant(Value::Int(step @ 1..))] = args.as_slice()
            && std::ptr::fn_addr_eq(*native, INTS[4])
            && of == other
        {
            return Ok(Typed::new(Term::Floor(Box::new(left.term.clone()), *step), Type::Integer));
        }
        match (&a, operator, &b) {
            (Type::Unknown, _, other) | (other, _, Type::Unknown) => {
                Ok(Typed::new(Term::Constant(Value::Missing), other.clone()))
            }
            (Type::Double, _, _) | (_, _, Type::Double) if a.is_number() && b.is_number() => {
                let real = |side: Typed| turned(side.term, &side.of, &Type::Double);
                strict(REALS[at], Type::Double, real(left), real(right))
            }
            (Type::Integer, _, Type::Integer) => strict(INTS[at], Type::Integer, left.term, right.term),
            _ if a.is_number() && b.is_number() => decimals(left, operator, right),
            // Times.
            (Type::Date, Operator::Add | Operator::Subtract, Type::Interval) => {
                let native: Native = if operator == Operator::Add {
                    |args, _| Value::Int(ints(args).0 + ints(args).1.div_euclid(DAY))
                } else {
                    |args, _| Value::Int(ints(args).0 - ints(args).1.div_euclid(DAY))
                };
                strict(native, a, left.term, right.term)
            }
            (Type::Timestamp(_) | Type::Interval, Operator::Add, Type::Interval) => {
                strict(|args, _| later(args), a, left.term, right.term)
            }
            (Type::Timestamp(_) | Type::Interval, Operator::Subtract, Type::Interval) => {
                strict(|args, _| earlier(args), a, left.term, right.term)
            }
            (Type::Interval, Operator::Add, Type::Timestamp(_)) => {
                strict(|args, _| later(args), b, left.term, right.term)
            }
            (Type::Interval | Type::Months, Operator::Add, Type::Date)
            | (Type::Months, Operator::Add, Type::Timestamp(_)) => {
                self.arithmetic(right, operator, left, span)
            }
            (Type::Date, Operator::Add | Operator::Subtract, Type::Months) => {
                let native: Native = if operator == Operator::Add {
                    |args, _| months(ints(args).0 * DAY, ints(args).1, DAY)
                } else {
                    |args, _| months(ints(args).0 * DAY, -ints(args).1, DAY)
                };
                strict(native, a, left.term, right.term)
            }
            (Type::Timestamp(_), Operator::Add | Operator::Subtract, Type::Months) => {
                let native: Native = if operator == Operator::Add {
                    |args, _| months(ints(args).0, ints(args).1, 1)
                } else {
                    |args, _| months(ints(args).0, -ints(args).1, 1)
                };
                strict(native, a, left.term, right.term)
            }
            (Type::Timestamp(_) | Type::Date, Operator::Subtract, Type::Timestamp(_) | Type::Date) => {
                let millis = |side: Typed| turned(side.term, &side.of, &Type::Timestamp(true));
                strict(|args, _| earlier(args), Type::Interval, millis(left), millis(right))
            }
            (Type::Interval, Operator::Multiply, Type::Integer)
            | (Type::Integer, Operator::Multiply, Type::Interval) => {
                strict(INTS[2], Type::Interval, left.term, right.term)
            }
            (Type::Interval, Operator::Divide, Type::Integer) => {
                strict(INTS[3], Type::Interval, left.term, right.term)
            }
            _ => mismatch(operator.text(), &left, &right, span),
        }
    }
}

fn months(millis: i128, months: i128, unit: i128) -> Value {
    add_months(millis, months).map_or(Value::Missing, |millis| Value::Int(millis.div_euclid(unit)))
}

/// Source: Trino, "Decimal functions and operators": how many digits are behind the point.
fn decimals(left: Typed, operator: Operator, right: Typed) -> Planned<Typed> {
    let scale = |of: &Type| if let Type::Decimal(scale) = of { *scale } else { 0 };
    let (a, b) = (scale(&left.of), scale(&right.of));
    let both = a.max(b);
    let strict = |native: Native, scale: u8, left: Term, right: Term| {
        Ok(Typed::new(Term::Strict(native, vec![left, right]), Type::Decimal(scale)))
    };
    let turn = |side: &Typed, scale: u8| turned(side.term.clone(), &side.of, &Type::Decimal(scale));
    match operator {
        Operator::Multiply => strict(
            |args, context| digits(ints(args).0.checked_mul(ints(args).1), context),
            a + b,
            left.term,
            right.term,
        ),
        Operator::Divide => {
            // One digit more than is wanted, which then is rounded away.
            let dividend = turn(&left, both + b + 1);
            let native: Native = |args, context| {
                let (a, b) = ints(args);
                if b == 0 {
                    context.stop("Division by zero", "");
                    return Value::Missing;
                }
                digits(a.checked_div(b).and_then(|quotient| rounded(quotient, 1)), context)
            };
            strict(native, both, dividend, right.term)
        }
        _ => {
            let native: Native = match operator {
                Operator::Add => |args, context| digits(ints(args).0.checked_add(ints(args).1), context),
                Operator::Subtract => |args, context| digits(ints(args).0.checked_sub(ints(args).1), context),
                _ => |args, context| {
                    if ints(args).1 == 0 {
                        context.stop("Division by zero", "");
                        return Value::Missing;
                    }
                    digits(ints(args).0.checked_rem(ints(args).1), context)
                },
            };
            strict(native, both, turn(&left, both), turn(&right, both))
        }
    }
}
