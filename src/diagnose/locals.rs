//! Which address is an interface's own, judged by its records.
//!
//! The one address that is on one side or the other of all records of an interface is its own. While only one
//! peer has been seen there are two such addresses; then the own addresses of other interfaces decide, then
//! private against public. Else it stays open, and no verdict is built on it.

use std::net::IpAddr;

use super::tally;
use crate::query::plan::is_flow;
use crate::query::{Aggregate, Answer, Expr, Grouping, Locals, Plan, Value};
use crate::record::ordered::{OrderedMap, OrderedSet};
use crate::record::{Field, address};

/// What the records tell of own addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// The own addresses that are known.
    pub locals: Locals,
    /// Interfaces of which a record's direction cannot be told without `flow-direction`.
    pub unknown: OrderedSet<String>,
}

/// The plans to run.
pub fn plans() -> Vec<Plan> {
    let filter = is_flow()
        .and(Expr::present(Field::InterfaceId))
        .and(Expr::present(Field::SrcAddr))
        .and(Expr::present(Field::DstAddr));
    let keys = [
        ("interface", Expr::Field(Field::InterfaceId)),
        ("ipv6", Expr::IsIpv6(Box::new(Expr::Field(Field::SrcAddr)))),
    ];
    vec![Plan::groups(filter, Grouping::by(keys).measure("own", Aggregate::CommonAddress, Expr::True))]
}

/// The own addresses, from the answers to [`plans`].
pub fn judge(answers: &[Answer]) -> Judged {
    let mut known: OrderedMap<(String, bool), IpAddr> = OrderedMap::new();
    let mut tied: OrderedMap<(String, bool), (IpAddr, IpAddr)> = OrderedMap::new();
    let mut judged = Judged::default();
    for row in answers.iter().flat_map(Answer::iter) {
        let key = (row.text("interface").to_owned(), tally::is_true(row.get("ipv6")));
        match *addresses(row.get("own")).as_slice() {
            [own] => {
                known.insert(key, own);
            }
            [a, b] if a == b => {
                known.insert(key, a);
            }
            [a, b] => {
                tied.insert(key, (a, b));
            }
            _ => {
                judged.unknown.insert(key.0);
            }
        }
    }
    break_ties(&mut known, tied, &mut judged.unknown);
    for ((interface, _), own) in known {
        let entry = judged.locals.interfaces.or_default(interface);
        match own {
            IpAddr::V4(v4) => entry.v4 = Some(v4),
            IpAddr::V6(v6) => entry.v6 = Some(v6),
        }
    }
    judged
}

/// Decides between two addresses by which of them cannot be the interface's own; repeats, as each decision may
/// help another.
fn break_ties(
    known: &mut OrderedMap<(String, bool), IpAddr>,
    mut tied: OrderedMap<(String, bool), (IpAddr, IpAddr)>,
    unknown: &mut OrderedSet<String>,
) {
    loop {
        let before = tied.len();
        let taken: OrderedSet<IpAddr> = known.values().copied().collect();
        tied = settle(known, tied, |address| taken.contains(&address));
        if tied.len() == before {
            tied = settle(known, tied, |address| !address::is_private(address));
        }
        if tied.len() == before {
            break;
        }
    }
    unknown.extend(tied.into_iter().map(|((interface, _), _)| interface));
}

/// Takes the other address where exactly one is foreign, and gives back the ties that remain.
fn settle(
    known: &mut OrderedMap<(String, bool), IpAddr>,
    tied: OrderedMap<(String, bool), (IpAddr, IpAddr)>,
    foreign: impl Fn(IpAddr) -> bool,
) -> OrderedMap<(String, bool), (IpAddr, IpAddr)> {
    let mut left = OrderedMap::new();
    for (key, (a, b)) in tied {
        match (foreign(a), foreign(b)) {
            (true, false) => {
                known.insert(key, b);
            }
            (false, true) => {
                known.insert(key, a);
            }
            _ => {
                left.insert(key, (a, b));
            }
        }
    }
    left
}

/// One address, or two separated by a blank.
fn addresses(value: &Value) -> Vec<IpAddr> {
    match value {
        Value::Address(address) => vec![*address],
        Value::Text(text) => text.split(' ').filter_map(address::parse).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge_rows(rows: &[(&str, &str)]) -> Judged {
        let rows = rows
            .iter()
            .map(|&(interface, own)| {
                vec![Value::from(interface), Value::Bool(own.contains(':')), Value::from(own)]
            })
            .collect();
        judge(&[Answer { columns: ["interface", "ipv6", "own"].map(String::from).to_vec(), rows }])
    }

    fn own(judged: &Judged, interface: &str) -> String {
        let own = judged.locals.of(interface);
        own.v4.map(|v4| v4.to_string()).or_else(|| own.v6.map(|v6| v6.to_string())).unwrap_or_default()
    }

    #[test]
    fn one_common_address_is_the_own() {
        let judged = judge_rows(&[("eni-a", "10.0.0.1"), ("eni-a", "2001:db8::1")]);
        assert_eq!(judged.locals.of("eni-a").v4, "10.0.0.1".parse().ok());
        assert_eq!(judged.locals.of("eni-a").v6, "2001:db8::1".parse().ok());
    }

    #[test]
    fn other_interfaces_break_a_tie_and_then_private_against_public() {
        let judged = judge_rows(&[
            ("eni-a", "10.0.0.1"),
            ("eni-b", "10.0.0.1 10.0.0.2"),
            ("eni-c", "10.0.0.2 10.0.0.3"),
            ("eni-d", "10.0.0.4 203.0.113.9"),
        ]);
        assert_eq!(
            ["eni-b", "eni-c", "eni-d"].map(|id| own(&judged, id)),
            ["10.0.0.2", "10.0.0.3", "10.0.0.4"]
        );
        assert!(judged.unknown.is_empty());
    }

    #[test]
    fn what_stays_open_is_said() {
        let judged =
            judge_rows(&[("eni-a", "10.0.0.1 10.0.0.2"), ("eni-b", "10.0.0.1 10.0.0.2"), ("eni-c", "")]);
        assert_eq!(judged.locals, Locals::default());
        assert_eq!(judged.unknown.into_iter().collect::<Vec<_>>(), ["eni-a", "eni-b", "eni-c"]);
    }
}
