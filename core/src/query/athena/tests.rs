use super::*;
use crate::query::Value;
use crate::query::plan::{Aggregate, Comparison, accepted, is_flow, rejected};

#[test]
fn lines_of_one_peer() {
    let filter = Expr::equal(Field::SrcAddr, Value::Address("10.7.7.7".parse().unwrap()))
        .and(rejected())
        .and(Expr::compare(Field::End, Comparison::AtLeast, 1_700_000_000));
    assert_eq!(
        render(&Plan::lines(filter, 100)).unwrap(),
        "SELECT *\nFROM vpc_flow_logs\nWHERE srcaddr = '10.7.7.7' AND action = 'REJECT' AND \"end\" >= 1700000000\n\
         ORDER BY start\nLIMIT 100"
    );
}

#[test]
fn groups_with_conditions() {
    let grouping = Grouping::by([("minute", Expr::Bin(Box::new(Field::Start.into()), 60))])
        .count_when("rejected", rejected())
        .measure_when("rejectedBytes", Aggregate::Sum, Field::Bytes.into(), rejected())
        .measure_when("sources", Aggregate::Distinct, Field::SrcAddr.into(), rejected())
        .measure("flags", Aggregate::BitOr, Field::TcpFlags.into())
        .having(Expr::greater(Expr::column("rejected"), 5))
        .descending("rejectedBytes")
        .limit(10);
    assert_eq!(
        render(&Plan::groups(Expr::True, grouping)).unwrap(),
        "SELECT *\nFROM (\n  SELECT start - start % 60 AS minute, count_if(action = 'REJECT') AS rejected, \
         sum(bytes) FILTER (WHERE action = 'REJECT') AS \"rejectedBytes\", \
         count(DISTINCT NULLIF(srcaddr, '-')) FILTER (WHERE action = 'REJECT') AS sources, coalesce(bitwise_or_agg(tcp_flags), 0) AS flags\n  \
         FROM vpc_flow_logs\n  GROUP BY 1\n)\nWHERE rejected > 5\nORDER BY \"rejectedBytes\" DESC\nLIMIT 10"
    );
}

#[test]
fn networks_bits_and_text() {
    let of = |filter: Expr| {
        render(&Plan::lines(filter, 1))
            .unwrap()
            .lines()
            .nth(2)
            .unwrap()
            .trim_start_matches("WHERE ")
            .to_owned()
    };
    let source = || Box::new(Expr::Field(Field::SrcAddr));
    assert_eq!(
        of(Expr::InSubnet(source(), "10.0.0.0/16".parse().unwrap())),
        "contains('10.0.0.0/16', TRY_CAST(srcaddr AS IPADDRESS))"
    );
    assert_eq!(of(Expr::equal(Expr::mask(Field::TcpFlags, 18), 2)), "bitwise_and(tcp_flags, 18) = 2");
    assert_eq!(of(Expr::Contains(source(), "10.20.".to_owned())), "strpos(srcaddr, '10.20.') > 0");
    assert_eq!(
        of(Expr::equal(Field::InterfaceId, "eni'; DROP TABLE x; --")),
        "interface_id = 'eni''; DROP TABLE x; --'"
    );
    assert_eq!(of(Expr::present(Field::LogStatus)), "(log_status IS NOT NULL AND log_status <> '-')");
    assert_eq!(identifier("a\"b"), "\"a\"\"b\"");
}

#[test]
fn what_cannot_be_said_is_refused() {
    let grouping = Grouping::by([]).count("records").measure("own", Aggregate::CommonAddress, Expr::True);
    let error = render(&Plan::groups(Expr::True, grouping)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Athena SQL cannot say this query: it has no words for the address common to all records"
    );
}

#[test]
fn text_that_is_missing_is_neither_true_nor_false() {
    let of = |filter: Expr| {
        let text = render(&Plan::lines(filter, 1)).unwrap();
        text.lines().nth(2).unwrap().trim_start_matches("WHERE ").to_owned()
    };
    let by_policy = Expr::one_of(Field::RejectReason, ["BPA", "EC"]);
    assert_eq!(of(by_policy.clone()), "reject_reason IN ('BPA', 'EC')");
    assert_eq!(of(by_policy.negate()), "NOT (NULLIF(reject_reason, '-') IN ('BPA', 'EC'))");
    assert_eq!(
        of(Expr::compare(Field::Action, Comparison::NotEqual, "ACCEPT")),
        "NULLIF(action, '-') <> 'ACCEPT'"
    );
    assert_eq!(
        of(Expr::equal(Field::SrcAddr, Field::PktSrcAddr)),
        "NULLIF(srcaddr, '-') = NULLIF(pkt_srcaddr, '-')"
    );
    assert_eq!(
        of(Expr::compare(Field::SrcAddr, Comparison::Less, Value::Address("10.0.0.9".parse().unwrap()))),
        "TRY_CAST(srcaddr AS IPADDRESS) < TRY_CAST('10.0.0.9' AS IPADDRESS)"
    );
}

#[test]
fn fields_that_the_table_lacks_are_not_asked() {
    let filter = is_flow().and(rejected()).and(
        Expr::present(Field::RejectReason).negate().or(Expr::equal(Field::RejectReason, "BPA").negate()),
    );
    let grouping = Grouping::by([("vpc", Field::VpcId.into()), ("dstaddr", Field::DstAddr.into())])
        .measure("flags", Aggregate::BitOr, Field::TcpFlags.into())
        .measure("path", Aggregate::Max, Field::TrafficPath.into());
    let lacking = [Field::RejectReason, Field::LogStatus, Field::VpcId, Field::TcpFlags, Field::TrafficPath];
    assert_eq!(
        render_over(&Plan::groups(filter, grouping), &|field| !lacking.contains(&field)).unwrap(),
        "SELECT CAST(NULL AS varchar) AS vpc, dstaddr, 0 AS flags, CAST(NULL AS bigint) AS path\nFROM vpc_flow_logs\n\
         WHERE action = 'REJECT'\nGROUP BY 1, 2"
    );
}

#[test]
fn conversations_of_an_interface_in_sessions_the_best_of_each() {
    let conversation =
        || vec![Expr::Field(Field::InterfaceId), Derived::RemoteAddress.into(), Derived::RemotePort.into()];
    let keys = [("interface", Expr::Field(Field::InterfaceId)), ("remote", Derived::RemoteAddress.into())];
    let grouping = Grouping::by(keys)
        .sessions(60)
        .count("records")
        .measure("first", Aggregate::First, Field::DstAddr.into())
        .having(Expr::greater(Expr::column("records"), 1))
        .descending("records")
        .limit_per(1, 5);
    let mut locals = Locals::default();
    locals.interfaces.or_default("eni-0a".to_owned()).v4 = Some("10.0.0.5".parse().unwrap());
    let plan = Plan::groups(accepted(), grouping)
        .semi_join(conversation(), Scan::of(rejected().or(Expr::present(Derived::Direction).negate())))
        .with_locals(&std::sync::Arc::new(locals));
    insta::assert_snapshot!(render(&plan).unwrap());
}

#[test]
fn common_addresses_are_told_by_pairs_of_ends() {
    let grouping = Grouping::by([("interface", Field::InterfaceId.into())]).measure(
        "own",
        Aggregate::CommonAddress,
        Expr::True,
    );
    insta::assert_snapshot!(render(&Plan::groups(is_flow(), grouping)).unwrap());
}

#[test]
fn another_table_and_some_of_its_partitions() {
    let place = Place {
        table: "logs.flows_2026",
        within: "day = '2026/11/24'",
        lines: "srcaddr, \"end\"",
        exact: true,
    };
    let at = |plan: &Plan| render_at(plan, &|_| true, &place).unwrap();
    assert_eq!(
        at(&Plan::lines(rejected(), 3)),
        "SELECT srcaddr, \"end\"\nFROM logs.flows_2026\nWHERE day = '2026/11/24'\nAND action = 'REJECT'\nORDER BY start\nLIMIT 3"
    );
    let grouping = Grouping::by([("remote", Derived::RemoteAddress.into()), ("port", Field::DstPort.into())])
        .count("records")
        .descending("records")
        .limit(5);
    insta::assert_snapshot!(at(&Plan::groups(rejected(), grouping)));
}
