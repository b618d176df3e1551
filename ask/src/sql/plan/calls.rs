//! Calls: which function is meant, by the types of what it is given.

use flowlens_core::query::ddl::column_of;

use super::aggregates::is_aggregate;
use super::columns::Typed;
use super::expressions::{Scope, cast, compared, unified};
use super::{Building, Planned, Planner, complaint, turned};
use crate::insights::ast::Span;
use crate::insights::nearest::nearest;
use crate::insights::words::refusal;
use crate::sql::ast::{Call, Operator};
use crate::sql::functions::times::DAY;
use crate::sql::functions::{FOREIGN, REFUSED, Signature, Takes, all};
use crate::sql::term::{Native, Order, Term, natural};
use crate::sql::types::Type;
use crate::value::Value;

/// Functions that are none of the tables, as they take any type.
pub(in crate::sql) const SPECIAL: [&str; 9] =
    ["if", "coalesce", "nullif", "greatest", "least", "try", "typeof", "date", "mod"];

impl Planner<'_> {
    pub(super) fn call(
        &mut self,
        building: &mut Building,
        call: &Call,
        span: Span,
        scope: &Scope<'_>,
    ) -> Planned<Typed> {
        let name = call.name.as_str();
        if call.over.is_some() {
            return complaint(span, format!("{name} OVER (...) cannot stand in {}", scope.place));
        }
        if is_aggregate(name) {
            return complaint(
                span,
                match scope.place {
                    "WHERE" => format!("{name} looks at many rows: what it gives is filtered with HAVING"),
                    place => format!("{name} looks at many rows and cannot stand in {place}"),
                },
            );
        }
        if call.distinct || !call.order.is_empty() || call.filter.is_some() {
            return complaint(
                span,
                format!("DISTINCT, ORDER BY and FILTER are of functions of many rows; {name} is none"),
            );
        }
        let outer = self.trying;
        self.trying |= name == "try";
        let args = call.args.iter().map(|arg| self.typed(building, arg, scope)).collect::<Planned<Vec<_>>>();
        self.trying = outer;
        self.function(name, args?, span)
    }

    /// A function of one row.
    pub(super) fn function(&self, name: &str, args: Vec<Typed>, span: Span) -> Planned<Typed> {
        if let Some(done) = self.special(name, &args, span) {
            return done;
        }
        let args: Vec<Typed> = args.into_iter().collect();
        let mut best: Option<(&Signature, Vec<Type>, usize)> = None;
        for signature in all().filter(|signature| signature.name == name) {
            if let Some((types, turns)) = fit(signature, &args)
                && best.as_ref().is_none_or(|(.., least)| turns < *least)
            {
                best = Some((signature, types, turns));
            }
        }
        let Some((signature, types, _)) = best else { return Self::no_function(name, &args, span) };
        let of = signature.gives.of(&types);
        let terms = args.into_iter().zip(&types).map(|(arg, to)| turned(arg.term, &arg.of, to)).collect();
        Ok(Typed::new(Term::Strict(signature.native, terms), of))
    }

    /// Functions of which the type depends on those of their arguments.
    fn special(&self, name: &str, args: &[Typed], span: Span) -> Option<Planned<Typed>> {
        let native =
            |native: Native, of: Type, terms: Vec<Term>| Ok(Typed::new(Term::Strict(native, terms), of));
        Some(match (name, args) {
            ("if", [condition, then]) if condition.of == Type::Boolean => {
                let cases = vec![(condition.term.clone(), then.term.clone())];
                Ok(Typed::new(Term::Case(cases, Box::new(Term::Constant(Value::Missing))), then.of.clone()))
            }
            ("if", [condition, then, other]) if condition.of == Type::Boolean => {
                unified(vec![then.clone(), other.clone()], span).map(|(terms, of)| {
                    let mut terms = terms.into_iter();
                    let (then, other) = (terms.next(), terms.next());
                    let or_missing = |term: Option<Term>| term.unwrap_or(Term::Constant(Value::Missing));
                    let cases = vec![(condition.term.clone(), or_missing(then))];
                    Typed::new(Term::Case(cases, Box::new(or_missing(other))), of)
                })
            }
            ("coalesce", [_, _, ..]) => {
                unified(args.to_vec(), span).map(|(terms, of)| Typed::new(Term::Coalesce(terms), of))
            }
            ("nullif", [one, other]) => {
                compared(one.clone(), Operator::Equal, other.clone(), span).map(|same| {
                    let cases = vec![(same.term, Term::Constant(Value::Missing))];
                    Typed::new(Term::Case(cases, Box::new(one.term.clone())), one.of.clone())
                })
            }
            ("greatest" | "least", [_, ..]) => unified(args.to_vec(), span).and_then(|(terms, of)| {
                let native_of: Native = match (Order::of(&of), name) {
                    (Some(Order::Address) | None, _) => {
                        return complaint(span, format!("{name} does not take values of type {of} here"));
                    }
                    (_, "least") => {
                        |args, _| args.iter().min_by(|a, b| natural(a, b)).cloned().unwrap_or(Value::Missing)
                    }
                    _ => {
                        |args, _| args.iter().max_by(|a, b| natural(a, b)).cloned().unwrap_or(Value::Missing)
                    }
                };
                native(native_of, of, terms)
            }),
            ("try", [one]) => Ok(Typed::new(tried(one.term.clone()), one.of.clone())),
            ("typeof", [one]) => {
                Ok(Typed::new(Term::Constant(Value::from(one.of.to_string())), Type::Varchar))
            }
            ("from_unixtime", [one]) if one.of == Type::Integer && one.constant().is_none() => {
                Ok(Typed::new(Term::Millis(Box::new(one.term.clone())), Type::Timestamp(true)))
            }
            ("date_trunc", [unit, time])
                if matches!(time.of, Type::Timestamp(_)) && time.constant().is_none() =>
            {
                let step = match &*unit.constant()?.text().to_lowercase() {
                    "second" => 1000,
                    "minute" => 60_000,
                    "hour" => 3_600_000,
                    "day" => DAY,
                    _ => return None,
                };
                Ok(Typed::new(Term::Floor(Box::new(time.term.clone()), step), time.of.clone()))
            }
            ("date", [one]) => cast(one.clone(), &Type::Date, false, span),
            ("mod", [one, other]) => self.arithmetic(one.clone(), Operator::Remainder, other.clone(), span),
            ("to_iso8601", [one]) if one.of == Type::Timestamp(true) => {
                let plain = Typed::new(one.term.clone(), Type::Timestamp(false));
                self.function("to_iso8601", vec![plain], span).map(|typed| {
                    let native: Native = |args, _| {
                        args.first().map_or(Value::Missing, |text| format!("{}Z", text.text()).into())
                    };
                    Typed::new(Term::Strict(native, vec![typed.term]), Type::Varchar)
                })
            }
            ("concat", [first, ..]) if matches!(first.of, Type::Array(_)) => {
                let mut joined = first.clone();
                for other in args.get(1..).unwrap_or_default() {
                    joined = match self.arithmetic(joined, Operator::Concat, other.clone(), span) {
                        Ok(joined) => joined,
                        Err(complaint) => return Some(Err(complaint)),
                    };
                }
                Ok(joined)
            }
            ("contains", [net, address]) if address.of == Type::IpAddress => {
                let net = net.constant()?.text().parse::<ipnet::IpNet>().ok()?;
                Ok(Typed::new(Term::InNetwork(Box::new(address.term.clone()), net), Type::Boolean))
            }
            _ => return None,
        })
    }

    fn no_function<T>(name: &str, args: &[Typed], span: Span) -> Planned<T> {
        let known: Vec<&Signature> = all().filter(|signature| signature.name == name).collect();
        let given = args.iter().map(|arg| arg.of.to_string()).collect::<Vec<_>>().join(", ");
        if !known.is_empty() {
            let takes = |signature: &&Signature| {
                let names: Vec<&str> = signature.takes.iter().map(|takes| takes.name()).collect();
                format!("({})", names.join(", "))
            };
            let forms = known.iter().map(takes).collect::<Vec<_>>().join(" or ");
            let hint = match args {
                [_, address] if name == "contains" && address.of == Type::Varchar => {
                    ": write contains('10.0.0.0/8', CAST(srcaddr AS ipaddress))"
                }
                [seconds, ..] if seconds.of == Type::Integer && forms.contains("timestamp") => {
                    ": from_unixtime(start) makes a timestamp of seconds"
                }
                _ => "",
            };
            return complaint(span, format!("{name} takes {forms}; it is given ({given}){hint}"));
        }
        if let Some(why) = refusal(&REFUSED, name) {
            return complaint(span, format!("{name} is not supported here: {why}"));
        }
        if let Some(instead) = refusal(&FOREIGN, name) {
            return complaint(span, format!("Athena has no function {name}; write {instead}"));
        }
        if SPECIAL.contains(&name) {
            return complaint(span, format!("{name} does not take ({given})"));
        }
        let plain = column_of(name);
        let names = all()
            .map(|signature| signature.name)
            .chain(SPECIAL)
            .chain(super::aggregates::NAMES.iter().copied());
        complaint(
            span,
            match nearest(&plain, names) {
                Some(near) => format!("there is no function {name}: did you mean {near}?"),
                None => format!("the function {name} is not known here"),
            },
        )
    }
}

/// The types to which arguments are turned for a function, and how many of them are another then.
fn fit(signature: &Signature, args: &[Typed]) -> Option<(Vec<Type>, usize)> {
    let repeats = signature.takes.last() == Some(&Takes::More);
    let fixed = signature.takes.len() - usize::from(repeats);
    if args.len() < fixed || args.len() > fixed && !repeats {
        return None;
    }
    let first = args.first().map(|arg| &arg.of);
    let (mut types, mut turned) = (Vec::new(), 0);
    for (at, arg) in args.iter().enumerate() {
        let takes = signature.takes.get(at.min(fixed - 1))?;
        let to = takes.turns(&arg.of, first)?;
        turned += usize::from(to != arg.of);
        types.push(to);
    }
    Some((types, turned))
}

/// Casts in it that fail give NULL without a word.
fn tried(term: Term) -> Term {
    match term {
        Term::Cast(of, from, to, _) => Term::Cast(Box::new(tried(*of)), from, to, true),
        Term::Strict(native, args) => Term::Tried(native, args.into_iter().map(tried).collect()),
        term => term,
    }
}
