//! Expressions, by the tree that the parser gives.

use std::net::IpAddr;

use flowlens_ask::functions::{self, Context};
use flowlens_ask::insights::ast::{Literal, Node, NodeKind, Operator, Period, Unit};
use flowlens_ask::insights::words::{Function, Of};

use super::value::{Val, arithmetic, compare, from_value, natural, real, to_value};

/// Where an expression is evaluated: a row, or a group of rows.
pub(crate) trait Place {
    fn name(&self, name: &str) -> Val;
    /// The value of a function of many events.
    fn many(&self, node: &Node) -> Val;
    /// A column that goes by the text of an expression.
    fn by_text(&self, _: &Node) -> Option<Val> {
        None
    }
}

pub(crate) fn eval(node: &Node, place: &dyn Place) -> Val {
    if let Some(known) = place.by_text(node) {
        return known;
    }
    let of = |node: &Node| eval(node, place);
    match &node.kind {
        NodeKind::Literal(Literal::Int(number)) => Val::Int(*number),
        NodeKind::Literal(Literal::Real(number)) => Val::Real(*number),
        NodeKind::Literal(Literal::Text(text)) | NodeKind::Regex(text) => Val::Text(text.clone()),
        NodeKind::Literal(Literal::Bool(truth)) => Val::Bool(*truth),
        NodeKind::Name(name) => match name.strip_suffix(']').and_then(|name| name.split_once('[')) {
            Some((list, at)) => match (place.name(list), at.parse::<usize>()) {
                (Val::List(members), Ok(at)) => members.get(at).cloned().unwrap_or(Val::Missing),
                _ => Val::Missing,
            },
            None => place.name(name),
        },
        NodeKind::Period(_) => panic!("a period is no value"),
        NodeKind::List(members) => Val::List(members.iter().map(of).collect()),
        NodeKind::Not(inner) => Val::Bool(!of(inner).holds()),
        NodeKind::Minus(inner) => arithmetic(&Val::Int(0), Operator::Subtract, &of(inner)),
        NodeKind::Binary(left, operator, right) => {
            let (left, right) = (of(left), of(right));
            match operator {
                Operator::And => Val::Bool(left.holds() && right.holds()),
                Operator::Or => Val::Bool(left.holds() || right.holds()),
                Operator::Add
                | Operator::Subtract
                | Operator::Multiply
                | Operator::Divide
                | Operator::Remainder
                | Operator::Power => arithmetic(&left, *operator, &right),
                _ => Val::Bool(compare(&left, *operator, &right)),
            }
        }
        NodeKind::In { of: value, list, negated } => {
            let value = of(value);
            let is = list.iter().map(of).any(|one| match one {
                Val::List(members) => members.iter().any(|one| compare(&value, Operator::Equal, one)),
                one => compare(&value, Operator::Equal, &one),
            });
            Val::Bool(is != *negated)
        }
        NodeKind::Like { of: value, pattern, negated } => {
            let part = of(pattern).text();
            let has = of(value).plain().is_some_and(|text| match &pattern.kind {
                NodeKind::Regex(pattern) => functions::regex(pattern).unwrap().is_match(&text),
                _ => text.contains(&part),
            });
            Val::Bool(has != *negated)
        }
        NodeKind::Call { function, .. } if function.of() == Of::Many => place.many(node),
        NodeKind::Call { function, args } => match function {
            Function::Bin => rounded(&place.name("@timestamp"), &args[0], false),
            Function::DateFloor => rounded(&of(&args[0]), &args[1], false),
            Function::DateCeil => rounded(&of(&args[0]), &args[1], true),
            _ => call(*function, &args.iter().map(of).collect::<Vec<Val>>()),
        },
    }
}

/// The length of a period in milliseconds, with the caps of the functions' page.
pub(crate) fn millis(node: &Node) -> i128 {
    let NodeKind::Period(Period { count, unit }) = node.kind else { panic!("no period: {node:?}") };
    let (length, most) = match unit {
        Unit::Millisecond => (1, 1000),
        Unit::Second => (1000, 60),
        Unit::Minute => (60_000, 60),
        Unit::Hour => (3_600_000, 24),
        Unit::Day => (86_400_000, u64::MAX),
        Unit::Week => (7 * 86_400_000, u64::MAX),
        other => panic!("{other:?} has no length"),
    };
    i128::from(count.min(most)) * length
}

fn rounded(time: &Val, period: &Node, up: bool) -> Val {
    let length = millis(period);
    match time.int() {
        Some(time) if up => Val::Int((time + length - 1).div_euclid(length) * length),
        Some(time) => Val::Int(time.div_euclid(length) * length),
        None => Val::Missing,
    }
}

fn call(function: Function, args: &[Val]) -> Val {
    let missing = Val::Missing;
    let arg = |at: usize| args.get(at).unwrap_or(&missing);
    let text = |at: usize| arg(at).plain();
    let texts = |with: &dyn Fn(String) -> Val| text(0).map_or(Val::Missing, with);
    let ip = || text(0).and_then(|text| text.parse::<IpAddr>().ok());
    let v4 = || if let Some(IpAddr::V4(address)) = ip() { Some(address) } else { None };
    let one_if = |truth: bool| Val::Int(truth.into());
    let found = |with: &dyn Fn(&str, &str) -> bool| {
        one_if(text(0).zip(text(1)).is_some_and(|(text, search)| with(&text, &search)))
    };
    let whole = |with: &dyn Fn(f64) -> f64| match (arg(0).int(), arg(0).real()) {
        (Some(int), _) => Val::Int(int),
        (_, Some(number)) => Val::Real(with(number)),
        _ => Val::Missing,
    };
    match function {
        Function::Abs => arg(0).int().map_or_else(|| whole(&f64::abs), |int| Val::Int(int.abs())),
        Function::Ceil => whole(&f64::ceil),
        Function::Floor => whole(&f64::floor),
        Function::Round if args.len() == 1 => whole(&f64::round),
        Function::Sqrt => arg(0).real().map_or(Val::Missing, |number| real(number.sqrt())),
        Function::Log => arg(0).real().map_or(Val::Missing, |number| real(number.ln())),
        Function::Greatest | Function::Least => {
            // Numbers, if there are any.
            let any = args.iter().any(|arg| arg.real().is_some());
            let numbers =
                args.iter().filter(|arg| if any { arg.real().is_some() } else { !arg.is_missing() });
            let best = if function == Function::Greatest {
                numbers.max_by(|a, b| natural(a, b))
            } else {
                numbers.min_by(|a, b| natural(a, b))
            };
            best.cloned().unwrap_or(Val::Missing)
        }
        Function::ToNumber => arg(0).int().map_or_else(|| whole(&|number| number), Val::Int),
        Function::ToInt => whole(&f64::trunc),
        Function::IsPresent => Val::Bool(!arg(0).is_missing()),
        Function::IsNumeric => Val::Bool(arg(0).real().is_some()),
        Function::Coalesce => args.iter().find(|arg| !arg.is_missing()).cloned().unwrap_or(Val::Missing),
        Function::If | Function::Case => {
            let holds = args.chunks(2).find(|branch| branch.len() == 1 || branch[0].holds());
            holds.and_then(<[Val]>::last).cloned().unwrap_or(Val::Missing)
        }
        Function::IsValidIp => Val::Bool(ip().is_some()),
        Function::IsValidIpV4 => Val::Bool(v4().is_some()),
        Function::IsValidIpV6 => Val::Bool(ip().is_some_and(|address| address.is_ipv6())),
        Function::IsPrivateIp => Val::Bool(v4().is_some_and(|address| {
            let [a, b, ..] = address.octets();
            a == 10 || (a == 172 && (16..32).contains(&b)) || (a == 192 && b == 168)
        })),
        Function::IsIpInSubnet | Function::IsIpv4InSubnet | Function::IsIpv6InSubnet => {
            Val::Bool(ip().is_some_and(|address| {
                let fits = match function {
                    Function::IsIpv4InSubnet => address.is_ipv4(),
                    Function::IsIpv6InSubnet => address.is_ipv6(),
                    _ => true,
                };
                fits && within(address, &arg(1).text())
            }))
        }
        Function::Ipv4ToNumber => v4().map_or(Val::Missing, |address| {
            Val::Int(address.octets().iter().fold(0, |sum, octet| sum * 256 + i128::from(*octet)))
        }),
        Function::IsEmpty => one_if(arg(0).text().is_empty()),
        Function::IsBlank => one_if(arg(0).text().trim().is_empty()),
        Function::Concat if args.iter().all(Val::is_missing) => Val::Missing,
        Function::Concat => Val::Text(args.iter().filter_map(Val::plain).collect()),
        Function::StrLen => texts(&|text| Val::Int(text.chars().count() as i128)),
        Function::ToUpper => texts(&|text| Val::Text(text.to_uppercase())),
        Function::ToLower => texts(&|text| Val::Text(text.to_lowercase())),
        Function::SubStr => texts(&|text| {
            let at = |at: usize| arg(at).int().and_then(|number| usize::try_from(number).ok());
            let part = text.chars().skip(at(1).unwrap()).take(at(2).unwrap_or(usize::MAX));
            Val::Text(part.collect())
        }),
        Function::Replace => texts(&|value| Val::Text(value.replace(&text(1).unwrap(), &text(2).unwrap()))),
        Function::StrContains if args.len() == 2 => found(&|text, search| text.contains(search)),
        Function::StartsWith => found(&|text, search| text.starts_with(search)),
        Function::EndsWith => found(&|text, search| text.ends_with(search)),
        Function::Trim if args.len() == 1 => texts(&|text| Val::Text(text.trim().to_owned())),
        Function::LTrim if args.len() == 2 => texts(&|value| {
            let characters = arg(1).text();
            Val::Text(value.trim_start_matches(|c| characters.contains(c)).to_owned())
        }),
        Function::RTrim if args.len() == 2 => texts(&|value| {
            let characters = arg(1).text();
            Val::Text(value.trim_end_matches(|c| characters.contains(c)).to_owned())
        }),
        Function::Split => texts(&|value| {
            Val::List(value.split(&arg(1).text()).map(|part| Val::Text(part.into())).collect())
        }),
        _ => {
            let args: Vec<_> = args.iter().map(to_value).collect();
            from_value(&functions::call(function, &args, &Context::new(super::NOW, (0, 0))))
        }
    }
}

fn within(address: IpAddr, network: &str) -> bool {
    let bits = |address: IpAddr| -> Vec<bool> {
        let octets = match address {
            IpAddr::V4(v4) => v4.octets().to_vec(),
            IpAddr::V6(v6) => v6.octets().to_vec(),
        };
        octets.iter().flat_map(|octet| (0..8).map(move |bit| octet & (128 >> bit) != 0)).collect()
    };
    let Some((network, length)) = network.split_once('/') else { return false };
    let (Ok(network), Ok(length)) = (network.parse::<IpAddr>(), length.parse::<usize>()) else {
        return false;
    };
    network.is_ipv4() == address.is_ipv4() && bits(network)[..length] == bits(address)[..length]
}
