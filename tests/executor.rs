//! The executor against a plain evaluation of the same question, record by record.
#![allow(clippy::unwrap_used)] // A test that fails may panic, in its helpers too.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use flowlens::engine::local::{read, wait};
use flowlens::query::plan::{
    Aggregate, Derived, Expr, Grouping, Locals, Own, Plan, Scan, accepted, rejected,
};
use flowlens::query::{Answer, Comparison, Value};
use flowlens::record::Field;
use proptest::prelude::*;

#[derive(Clone, Debug)]
struct Flow {
    interface: u8,
    src: IpAddr,
    dst: IpAddr,
    sport: u16,
    dport: u16,
    bytes: u64,
    start: u64,
    end: u64,
    accept: bool,
}

impl Flow {
    fn line(&self) -> String {
        let Self { interface, src, dst, sport, dport, bytes, start, end, accept } = self;
        let action = if *accept { "ACCEPT" } else { "REJECT" };
        format!("2 1 eni-{interface} {src} {dst} {sport} {dport} 6 1 {bytes} {start} {end} {action} OK")
    }

    /// 10.0.0.<interface> is the interface's own address.
    fn outgoing(&self) -> Option<bool> {
        let own = IpAddr::V4(Ipv4Addr::new(10, 0, 0, self.interface));
        if self.src == self.dst {
            None
        } else if self.src == own {
            Some(true)
        } else {
            (self.dst == own).then_some(false)
        }
    }

    fn remote(&self) -> Option<(IpAddr, u16)> {
        self.outgoing().map(|out| if out { (self.dst, self.dport) } else { (self.src, self.sport) })
    }
}

fn locals() -> Arc<Locals> {
    let own = |i: u8| Own { v4: Some(Ipv4Addr::new(10, 0, 0, i)), v6: None };
    Arc::new(Locals { interfaces: (0..4).map(|i| (format!("eni-{i}"), own(i))).collect() })
}

fn flow() -> impl Strategy<Value = Flow> {
    let address = || {
        prop_oneof![
            (0_u8..4).prop_map(|i| IpAddr::V4(Ipv4Addr::new(10, 0, 0, i))),
            (0_u8..3).prop_map(|i| IpAddr::V4(Ipv4Addr::new(198, 51, 100, i))),
            (0_u16..2).prop_map(|i| IpAddr::V6(std::net::Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, i))),
        ]
    };
    let port = || prop_oneof![Just(443_u16), Just(22), 40_000_u16..40_003];
    (0_u8..4, address(), address(), port(), port(), 40_u64..5000, 0_u64..4000, 0_u64..60, any::<bool>())
        .prop_map(|(interface, src, dst, sport, dport, bytes, start, length, accept)| Flow {
            interface,
            src,
            dst,
            sport,
            dport,
            bytes,
            start,
            end: start + length,
            accept,
        })
}

fn ask(flows: &[Flow], plan: &Plan) -> Answer {
    let files: Vec<String> = flows
        .chunks(flows.len().div_ceil(3).max(1))
        .map(|flows| flows.iter().map(|flow| flow.line() + "\n").collect())
        .collect();
    let session = read(files.iter().map(|text| ("x", text.as_bytes())), 3, 1 << 16);
    wait(session.query(plan))
}

fn number(n: impl TryInto<u128>) -> Value {
    n.try_into().map_or(Value::Missing, Value::Number)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn groups_and_measures(flows in prop::collection::vec(flow(), 1..80), least in 0_u64..3000) {
        let filter = Expr::compare(Field::Bytes, Comparison::AtLeast, least);
        let grouping = Grouping::by([("src", Field::SrcAddr.into()), ("port", Field::DstPort.into())])
            .count("n")
            .count_when("rejects", rejected())
            .sum("bytes", Field::Bytes)
            .measure_when("accepted", Aggregate::Sum, Field::Bytes.into(), accepted())
            .measure("interfaces", Aggregate::Distinct, Field::InterfaceId.into())
            .measure("least", Aggregate::Min, Field::Bytes.into())
            .measure("first", Aggregate::Min, Field::Start.into())
            .measure("last", Aggregate::Max, Field::End.into())
            .having(Expr::greater(Expr::column("n"), 1));
        let answer = ask(&flows, &Plan::groups(filter, grouping));
        let mut groups: BTreeMap<(IpAddr, u16), Vec<&Flow>> = BTreeMap::new();
        for flow in flows.iter().filter(|flow| flow.bytes >= least) {
            groups.entry((flow.src, flow.dport)).or_default().push(flow);
        }
        let expected: Vec<Vec<Value>> = groups
            .into_iter()
            .filter(|(_, flows)| flows.len() > 1)
            .map(|((src, port), flows)| {
                let accepted = flows.iter().filter(|flow| flow.accept).map(|flow| flow.bytes).reduce(|a, b| a + b);
                let interfaces: BTreeSet<u8> = flows.iter().map(|flow| flow.interface).collect();
                vec![
                    Value::Address(src),
                    number(port),
                    number(flows.len()),
                    number(flows.iter().filter(|flow| !flow.accept).count()),
                    number(flows.iter().map(|flow| flow.bytes).sum::<u64>()),
                    accepted.map_or(Value::Missing, number),
                    number(interfaces.len()),
                    number(flows.iter().map(|flow| flow.bytes).min().unwrap()),
                    number(flows.iter().map(|flow| flow.start).min().unwrap()),
                    number(flows.iter().map(|flow| flow.end).max().unwrap()),
                ]
            })
            .collect();
        prop_assert_eq!(answer.rows, expected);
    }

    #[test]
    fn top_lists_are_exact(flows in prop::collection::vec(flow(), 1..80), limit in 0_usize..6) {
        let plan = |limit: Option<usize>| {
            let grouping = Grouping::by([("src", Field::SrcAddr.into()), ("dst", Field::DstAddr.into())])
                .sum("bytes", Field::Bytes)
                .descending("bytes");
            Plan::groups(Expr::True, Grouping { limit, ..grouping })
        };
        let mut all = ask(&flows, &plan(None)).rows;
        all.truncate(limit);
        prop_assert_eq!(ask(&flows, &plan(Some(limit))).rows, all);
    }

    #[test]
    fn semi_joins_pair_conversations_across_shards(flows in prop::collection::vec(flow(), 1..80), negated: bool) {
        let key = || vec![Field::InterfaceId.into(), Derived::RemoteAddress.into(), Derived::RemotePort.into()];
        let plan = Plan::groups(accepted(), Grouping::default().count("n")).with_locals(&locals());
        let plan = if negated { plan.anti_join(key(), Scan::of(rejected())) } else { plan.semi_join(key(), Scan::of(rejected())) };
        let answer = ask(&flows, &plan);
        let rejected: BTreeSet<_> = flows.iter().filter(|flow| !flow.accept).map(|flow| (flow.interface, flow.remote())).collect();
        let expected = flows
            .iter()
            .filter(|flow| flow.accept && rejected.contains(&(flow.interface, flow.remote())) != negated)
            .count();
        prop_assert_eq!(answer.rows, vec![vec![number(expected)]]);
    }

    #[test]
    fn sessions_split_at_silences(flows in prop::collection::vec(flow(), 1..80), gap in 0_u64..900) {
        let grouping = Grouping::by([("interface", Field::InterfaceId.into()), ("direction", Derived::Direction.into())])
            .sessions(gap)
            .count("n")
            .sum("bytes", Field::Bytes);
        let answer = ask(&flows, &Plan::groups(Expr::True, grouping).with_locals(&locals()));
        let mut groups: BTreeMap<(u8, Option<&str>), Vec<&Flow>> = BTreeMap::new();
        for flow in &flows {
            let direction = flow.outgoing().map(|out| if out { "egress" } else { "ingress" });
            groups.entry((flow.interface, direction)).or_default().push(flow);
        }
        let mut expected = Vec::new();
        for ((interface, direction), mut flows) in groups {
            flows.sort_by_key(|flow| flow.start);
            let mut sessions: Vec<(u64, u64, u64, u64)> = Vec::new();
            for flow in flows {
                match sessions.last_mut() {
                    Some(last) if flow.start <= last.1 + gap => {
                        *last = (last.0, last.1.max(flow.end), last.2 + 1, last.3 + flow.bytes);
                    }
                    _ => sessions.push((flow.start, flow.end, 1, flow.bytes)),
                }
            }
            for (start, end, n, bytes) in sessions {
                let direction = direction.map_or(Value::Missing, Value::from);
                let interface = Value::Text(format!("eni-{interface}"));
                expected.push(vec![interface, direction, number(start), number(end), number(n), number(bytes)]);
            }
        }
        prop_assert_eq!(answer.rows, expected);
    }
}

/// Blocks, segments, remembered conditions and joins: the same few flows over and over, each copy with a port of its own.
#[test]
fn many_blocks_answer_as_few_rows_do() {
    let own = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
    let flow = |i: u32| {
        let remote = IpAddr::V4(Ipv4Addr::from_bits(0xc633_6400 | (i / 6 % 7)));
        let (src, dst, sport, dport) = if i.is_multiple_of(3) {
            (own, remote, 443, 1024 + (i / 3) as u16)
        } else {
            (remote, own, 1024 + (i / 3) as u16, 443)
        };
        Flow {
            interface: 1,
            src,
            dst,
            sport,
            dport,
            bytes: u64::from(i),
            start: 5,
            end: 6,
            accept: !i.is_multiple_of(4),
        }
    };
    let flows: Vec<Flow> = (0..50_000).map(flow).collect();
    let text: String = flows.iter().map(|flow| flow.line() + "\n").collect();
    let session = read([("x", text.as_bytes())], 1, 1 << 20);
    let key = || vec![Field::Protocol.into(), Derived::RemoteAddress.into(), Derived::RemotePort.into()];
    let rejects: BTreeSet<_> = flows.iter().filter(|flow| !flow.accept).map(Flow::remote).collect();
    let expected =
        flows.iter().filter(|flow| flow.accept && rejects.contains(&flow.remote())).map(|flow| flow.bytes);
    let expected = (expected.clone().count(), expected.sum::<u64>());
    let plan = Plan::groups(accepted(), Grouping::default().count("n").sum("bytes", Field::Bytes))
        .with_locals(&locals())
        .semi_join(key(), Scan::of(rejected()));
    // The second and the third time from what was remembered.
    for _ in 0..3 {
        assert_eq!(wait(session.query(&plan)).rows, [[number(expected.0), number(expected.1)]]);
    }
    let directions =
        Grouping::by([("direction", Derived::Direction.into()), ("action", Field::Action.into())])
            .count_when("n", Expr::equal(Derived::LocalPort, 443));
    let answer = wait(session.query(&Plan::groups(Expr::True, directions).with_locals(&locals())));
    let count = |out: bool, accept: bool| {
        number(flows.iter().filter(|flow| (flow.src == own) == out && flow.accept == accept).count())
    };
    let counts: Vec<Value> = answer.rows.iter().map(|row| row[2].clone()).collect();
    assert_eq!(counts, [count(true, true), count(true, false), count(false, true), count(false, false)]);
}

#[test]
fn sums_are_exact_beyond_64_bits() {
    let line = format!("2 1 eni-0 10.0.0.1 10.0.0.2 1 2 6 1 {} 5 6 ACCEPT OK\n", i64::MAX);
    let lines = line.repeat(5);
    let session = read([("a", lines.as_bytes()), ("b", lines.as_bytes())], 2, 64);
    let answer =
        wait(session.query(&Plan::groups(Expr::True, Grouping::default().sum("bytes", Field::Bytes))));
    assert_eq!(answer.rows, [[Value::Number(10 * (i64::MAX as u128))]]);
}

#[test]
fn limit_per_keeps_the_best_of_each() {
    let flows: Vec<Flow> = (0..40_u8)
        .map(|i| Flow {
            interface: i % 2,
            src: IpAddr::V4(Ipv4Addr::new(198, 51, 100, i)),
            dst: IpAddr::V4(Ipv4Addr::new(10, 0, 0, i % 2)),
            sport: 40_000,
            dport: 22,
            bytes: 40 * u64::from(i) + 40,
            start: 5,
            end: 6,
            accept: false,
        })
        .collect();
    let grouping = Grouping::by([("interface", Field::InterfaceId.into()), ("src", Field::SrcAddr.into())])
        .sum("bytes", Field::Bytes)
        .descending("bytes")
        .limit_per(1, 2);
    let answer = ask(&flows, &Plan::groups(Expr::True, grouping));
    let sources: Vec<String> = answer.iter().map(|row| row.get("src").to_string()).collect();
    assert_eq!(sources, ["198.51.100.39", "198.51.100.38", "198.51.100.37", "198.51.100.36"]);
}

#[test]
fn the_common_address_is_the_interfaces_own() {
    let flow = |src: &str, dst: &str| Flow {
        interface: 0,
        src: src.parse().unwrap(),
        dst: dst.parse().unwrap(),
        sport: 1,
        dport: 2,
        bytes: 40,
        start: 0,
        end: 1,
        accept: true,
    };
    let own = |flows: &[Flow]| {
        let grouping = Grouping::default().measure("own", Aggregate::CommonAddress, Expr::True);
        ask(flows, &Plan::groups(Expr::True, grouping)).rows[0][0].clone()
    };
    let one = [flow("10.0.0.5", "10.0.0.9"), flow("10.0.0.7", "10.0.0.5"), flow("10.0.0.5", "198.51.100.1")];
    assert_eq!(own(&one), Value::Address("10.0.0.5".parse().unwrap()));
    let two = [flow("10.0.0.5", "10.0.0.9"), flow("10.0.0.9", "10.0.0.5"), flow("10.0.0.5", "10.0.0.9")];
    assert_eq!(own(&two), Value::from("10.0.0.5 10.0.0.9"));
    let none = [flow("10.0.0.5", "10.0.0.9"), flow("10.0.0.7", "10.0.0.8"), flow("10.0.0.5", "10.0.0.9")];
    assert_eq!(own(&none), Value::Missing);
}
