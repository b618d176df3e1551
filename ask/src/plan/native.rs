//! Conditions and aggregates that the executor of plans has itself: it looks at packed columns, not at rows of values.
//!
//! A record's hyphen is a text to Insights and no value to a plan. So each condition becomes one that holds for just the
//! same records, whichever of both it is.

use flowlens_core::query::{Comparison, Expr, Value as Cell};
use flowlens_core::record::{Field, Kind, address};
use ipnet::IpNet;

use crate::insights::ast::{Literal, Node, NodeKind, Operator};
use crate::insights::words::Function;
use crate::value::Number;
use flowlens_core::query::Facts;

/// The field that a name stands for, as long as no command has given it another meaning.
pub(super) type FieldOf<'a> = &'a dyn Fn(&str) -> Option<Field>;

/// A condition of a plan that holds where the node does.
pub(super) fn holds(node: &Node, field: FieldOf<'_>, facts: &Facts) -> Option<Expr> {
    truth(node, true, field, facts)
}

fn truth(node: &Node, wanted: bool, field: FieldOf<'_>, facts: &Facts) -> Option<Expr> {
    let of = |node: &Node, wanted: bool| truth(node, wanted, field, facts);
    match &node.kind {
        NodeKind::Not(inner) => of(inner, !wanted),
        NodeKind::Binary(left, operator @ (Operator::And | Operator::Or), right) => {
            let (left, right) = (of(left, wanted)?, of(right, wanted)?);
            let is_and = (*operator == Operator::And) == wanted;
            Some(if is_and { left.and(right) } else { left.or(right) })
        }
        _ => {
            let (on, expr) = leaf(node, field, facts)?;
            Some(match (wanted, expr) {
                (true, expr) => expr,
                // A value that is not there would leave the condition open, and so its opposite.
                (false, expr) => match on {
                    Some(on) => Expr::And(vec![Expr::present(on), expr]).negate(),
                    None => expr.negate(),
                },
            })
        }
    }
}

/// A condition on one field, and the field if the condition is open where it has no value.
fn leaf(node: &Node, field: FieldOf<'_>, facts: &Facts) -> Option<(Option<Field>, Expr)> {
    let name = |node: &Node| if let NodeKind::Name(name) = &node.kind { field(name) } else { None };
    match &node.kind {
        NodeKind::Binary(left, operator, right) => {
            let comparison = comparison(*operator)?;
            let (on, comparison, literal) = match (&left.kind, &right.kind) {
                (_, NodeKind::Literal(literal)) => (name(left)?, comparison, literal),
                (NodeKind::Literal(literal), _) => (name(right)?, comparison.mirrored(), literal),
                _ => return None,
            };
            let is_order = !matches!(comparison, Comparison::Equal | Comparison::NotEqual);
            if is_order && !is_number(on) {
                return None;
            }
            let expr = Expr::compare(on, comparison, constant(on, literal)?);
            Some(if comparison == Comparison::NotEqual {
                (None, Expr::Or(vec![Expr::present(on).negate(), expr]))
            } else {
                (Some(on), expr)
            })
        }
        NodeKind::In { of, list, negated } => {
            let on = name(of)?;
            let values: Vec<Cell> =
                list.iter()
                    .map(|one| {
                        if let NodeKind::Literal(literal) = &one.kind { constant(on, literal) } else { None }
                    })
                    .collect::<Option<_>>()?;
            Some(either(on, Expr::OneOf(Box::new(on.into()), values), *negated))
        }
        NodeKind::Like { of, pattern, negated } => {
            let on = name(of)?;
            let NodeKind::Literal(Literal::Text(text)) = &pattern.kind else { return None };
            // Times may have been milliseconds, and a hyphen has this text in it.
            if "-".contains(text.as_str()) || on.kind() == Kind::Time {
                return None;
            }
            Some(either(on, Expr::Contains(Box::new(on.into()), text.clone()), *negated))
        }
        NodeKind::Call { function, args } => call(*function, args, &name, facts),
        _ => None,
    }
}

fn either(on: Field, expr: Expr, negated: bool) -> (Option<Field>, Expr) {
    if negated { (None, Expr::And(vec![Expr::present(on), expr]).negate()) } else { (Some(on), expr) }
}

fn call(
    function: Function,
    args: &[Node],
    name: &dyn Fn(&Node) -> Option<Field>,
    facts: &Facts,
) -> Option<(Option<Field>, Expr)> {
    let on = name(args.first()?)?;
    if function == Function::IsPresent {
        return if facts.all_have(on) {
            Some((None, Expr::True))
        } else if facts.has(on) {
            None
        } else {
            Some((None, Expr::True.negate()))
        };
    }
    if on.kind() != Kind::Address {
        return None;
    }
    let within = |net: &str| Some(Expr::InSubnet(Box::new(on.into()), net.parse().ok()?));
    let expr = match function {
        Function::IsIpInSubnet | Function::IsIpv4InSubnet | Function::IsIpv6InSubnet => {
            let NodeKind::Literal(Literal::Text(net)) = &args.get(1)?.kind else { return None };
            let net: IpNet = net.parse().ok()?;
            let fits = match function {
                Function::IsIpv4InSubnet => net.addr().is_ipv4(),
                Function::IsIpv6InSubnet => net.addr().is_ipv6(),
                _ => true,
            };
            if !fits {
                return None;
            }
            Expr::InSubnet(Box::new(on.into()), net)
        }
        Function::IsPrivateIp => {
            within("10.0.0.0/8")?.or(within("172.16.0.0/12")?).or(within("192.168.0.0/16")?)
        }
        Function::IsValidIp => Expr::present(on),
        Function::IsValidIpV6 => Expr::IsIpv6(Box::new(on.into())),
        Function::IsValidIpV4 => Expr::IsIpv6(Box::new(on.into())).negate(),
        _ => return None,
    };
    Some((Some(on), expr))
}

/// Whether the values of a field are whole numbers, just as they are written.
pub(super) fn is_number(field: Field) -> bool {
    matches!(field.kind(), Kind::Number | Kind::Port | Kind::Byte)
}

fn constant(on: Field, literal: &Literal) -> Option<Cell> {
    match (on.kind(), literal) {
        (Kind::Number | Kind::Port | Kind::Byte, Literal::Int(number)) => {
            u64::try_from(*number).ok().map(Cell::from)
        }
        (Kind::Number | Kind::Port | Kind::Byte, Literal::Text(text)) => match Number::read(text)? {
            Number::Int(number) => u64::try_from(number).ok().map(Cell::from),
            Number::Real(_) => None,
        },
        (Kind::Address, Literal::Text(text)) => {
            let address = address::parse(text)?;
            (address.to_string() == *text).then_some(Cell::Address(address))
        }
        (Kind::Text, Literal::Text(text)) => {
            (text != "-" && Number::read(text).is_none()).then(|| Cell::from(text.as_str()))
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
