//! Conditions that the executor of plans has itself: it looks at packed columns, not at rows of values.
//!
//! A hyphen in a column of texts is a text to Athena and no value to a plan; one in a column of numbers is no value to both.

use flowlens_core::query::exec::Wanted;
use flowlens_core::query::{Comparison, Expr, Facts, Value as Cell};
use flowlens_core::record::{Field, Kind, address};

use super::columns::type_of;
use crate::sql::ast::Operator;
use crate::sql::term::{Pattern, Term, number};
use crate::sql::types::Type;
use crate::value::{Number, Value};

/// A condition of a plan that holds where the term does.
pub(super) fn holds(term: &Term, sources: &[(Wanted, usize)], facts: &Facts) -> Option<Expr> {
    Native { sources, facts }.condition(term, true)
}

struct Native<'a> {
    sources: &'a [(Wanted, usize)],
    facts: &'a Facts,
}

impl Native<'_> {
    /// The field of which a slot holds the values.
    fn field(&self, term: &Term) -> Option<Field> {
        let Term::Slot(slot) = term else { return None };
        match self.sources.iter().find(|(_, other)| other == slot)? {
            (Wanted::Field(field), _) => Some(*field),
            _ => None,
        }
    }

    /// A field of texts that every record has, so that it is never NULL.
    fn text(&self, term: &Term) -> Option<Field> {
        self.field(term).filter(|field| type_of(*field) == Type::Varchar && self.facts.all_have(*field))
    }

    fn number(&self, term: &Term) -> Option<Field> {
        self.field(term).filter(|field| type_of(*field) == Type::Integer)
    }

    /// `sure`: open may as well be false.
    fn condition(&self, term: &Term, sure: bool) -> Option<Expr> {
        Some(match term {
            Term::Not(of) => self.condition(of, false)?.negate(),
            Term::And(left, right) => self.condition(left, sure)?.and(self.condition(right, sure)?),
            Term::Or(left, right) => self.condition(left, sure)?.or(self.condition(right, sure)?),
            Term::Compare(left, operator, right, _) => {
                let comparison = comparison(*operator)?;
                match (&**left, &**right) {
                    (slot, Term::Constant(value)) => self.compared(slot, comparison, value, sure)?,
                    (Term::Constant(value), slot) => {
                        self.compared(slot, comparison.mirrored(), value, sure)?
                    }
                    _ => return None,
                }
            }
            Term::IsNull(of) => Expr::present(self.number(of)?).negate(),
            Term::Among(of, list, _) => {
                let values: Vec<&Value> = list
                    .iter()
                    .map(|one| if let Term::Constant(value) = one { Some(value) } else { None })
                    .collect::<Option<_>>()?;
                if let Some(field) = self.number(of) {
                    let cells = values.into_iter().map(whole).collect::<Option<Vec<_>>>()?;
                    return Some(Expr::OneOf(Box::new(field.into()), cells));
                }
                let field = self.text(of)?;
                let cells = values.into_iter().map(|value| text(field, value)).collect::<Option<Vec<_>>>()?;
                known(field, Expr::OneOf(Box::new(field.into()), cells), sure)
            }
            Term::Like(of, pattern) => {
                let field = self.text(of)?;
                known(field, like(field, pattern)?, sure)
            }
            Term::InNetwork(of, net) => {
                // What is no address is NULL to both.
                let Term::Cast(of, Type::Varchar, Type::IpAddress, _) = &**of else { return None };
                let field = self.text(of).filter(|field| field.kind() == Kind::Address)?;
                Expr::InSubnet(Box::new(field.into()), *net)
            }
            _ => return None,
        })
    }

    fn compared(&self, term: &Term, comparison: Comparison, value: &Value, sure: bool) -> Option<Expr> {
        if let Some(field) = self.number(term) {
            return Some(Expr::compare(field, comparison, whole(value)?));
        }
        if let Some((of, step)) = seconds(term) {
            return Some(of_seconds(self.number(of)?, step, comparison, number(value)?.whole()?));
        }
        let field = self.text(term)?;
        let equal = Expr::compare(field, Comparison::Equal, text(field, value)?);
        Some(match comparison {
            Comparison::Equal => known(field, equal, sure),
            Comparison::NotEqual => known(field, equal, false).negate(),
            _ => return None,
        })
    }
}

/// The seconds of which something is so many seconds or, as a step less than 0, the reverse: milliseconds and days.
fn seconds(term: &Term) -> Option<(&Term, Step)> {
    match term {
        Term::Millis(of) => Some((of, Step::Millis)),
        Term::Cast(of, Type::Timestamp(_), Type::Date, _) => match &**of {
            Term::Millis(of) => Some((of, Step::Days)),
            _ => None,
        },
        _ => None,
    }
}

#[derive(Clone, Copy)]
enum Step {
    Millis,
    Days,
}

/// A comparison of what is computed of whole seconds, as one of the seconds.
fn of_seconds(field: Field, step: Step, comparison: Comparison, value: i128) -> Expr {
    let cell = |secs: i128| Cell::from(u64::try_from(secs.max(0)).unwrap_or(u64::MAX));
    let least = |secs: i128| {
        if secs <= 0 { Expr::present(field) } else { Expr::compare(field, Comparison::AtLeast, cell(secs)) }
    };
    let below = |secs: i128| Expr::compare(field, Comparison::Less, cell(secs));
    // The first second of the value, and the first that is beyond it.
    let (first, beyond) = match step {
        Step::Days => (value.saturating_mul(86_400), value.saturating_add(1).saturating_mul(86_400)),
        Step::Millis => (-(-value).div_euclid(1000), value.div_euclid(1000) + 1),
    };
    match comparison {
        Comparison::AtLeast => least(first),
        Comparison::Greater => least(beyond),
        Comparison::Less => below(first),
        Comparison::AtMost => below(beyond),
        Comparison::Equal => least(first).and(below(beyond)),
        Comparison::NotEqual => below(first).or(least(beyond)),
    }
}

/// A condition that is false for a hyphen, rather than open.
fn known(field: Field, expr: Expr, sure: bool) -> Expr {
    if sure { expr } else { Expr::And(vec![Expr::present(field), expr]) }
}

fn whole(value: &Value) -> Option<Cell> {
    match number(value)? {
        Number::Int(number) => u64::try_from(number).ok().map(Cell::from),
        number @ Number::Real(real) if real.fract() == 0.0 => {
            u64::try_from(number.whole()?).ok().map(Cell::from)
        }
        Number::Real(_) => None,
    }
}

/// A text that a plan compares as it is written.
fn text(field: Field, value: &Value) -> Option<Cell> {
    let Value::Text(text) = value else { return None };
    if **text == *"-" {
        return None;
    }
    match field.kind() {
        Kind::Text => Some(Cell::from(&**text)),
        Kind::Address => {
            let address = address::parse(text)?;
            (address.to_string() == **text).then_some(Cell::Address(address))
        }
        _ => None,
    }
}

fn like(field: Field, pattern: &Pattern) -> Option<Expr> {
    match pattern {
        Pattern::Part(part) if !"-".contains(&**part) => {
            Some(Expr::Contains(Box::new(field.into()), part.to_string()))
        }
        // `10.0.%` is a network.
        Pattern::Start(start) if field.kind() == Kind::Address => {
            let bytes: Vec<&str> = start.strip_suffix('.')?.split('.').collect();
            if bytes.len() > 3 {
                return None;
            }
            let bits = bytes.len() * 8;
            let net = format!("{}{}/{bits}", bytes.join("."), ".0".repeat(4 - bytes.len()));
            let is_plain = bytes.iter().all(|byte| *byte == "0" || !byte.starts_with('0'));
            net.parse().ok().filter(|_| is_plain).map(|net| Expr::InSubnet(Box::new(field.into()), net))
        }
        Pattern::Whole(whole) => {
            let cell = text(field, &Value::from(&**whole))?;
            Some(Expr::compare(field, Comparison::Equal, cell))
        }
        _ => None,
    }
}

const fn comparison(operator: Operator) -> Option<Comparison> {
    Some(match operator {
        Operator::Equal => Comparison::Equal,
        Operator::NotEqual => Comparison::NotEqual,
        Operator::Less => Comparison::Less,
        Operator::AtMost => Comparison::AtMost,
        Operator::Greater => Comparison::Greater,
        Operator::AtLeast => Comparison::AtLeast,
        _ => return None,
    })
}
