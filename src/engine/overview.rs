//! The sums, the timeline and the top lists: plans, and their answers put together.

use futures::future::{LocalBoxFuture, join_all};

use super::gateway;
use crate::diagnose::{Ask, Purpose};
use crate::query::plan::{accepted, is_flow, rejected};
use crate::query::{Aggregate, Answer, Expr, Grouping, Plan, Row};
use crate::record::{Field, Log};
use crate::report::model::{
    Bin, Interface, Overview, Pair, RejectedPort, Source, Timeline, Top, Totals, TransitGateway,
};

/// How many of each sort a top list has.
const TOP: usize = 20;
/// At most so many bins in a timeline.
const BINS_MAX: u64 = 180;
/// Widths of bins, in seconds, that people can read.
const WIDTHS: [u64; 16] =
    [1, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/// The plan of the sums.
fn totals_plan(filter: &Expr) -> Plan {
    let with_status = |status: &str| Expr::equal(Field::LogStatus, status);
    let flows = |of: Field| (Aggregate::Sum, Expr::Field(of));
    let (sum, bytes) = flows(Field::Bytes);
    let (_, packets) = flows(Field::Packets);
    let grouping = Grouping::default()
        .count("records")
        .count_when("accept", is_flow().and(accepted()))
        .count_when("reject", is_flow().and(rejected()))
        .count_when("nodata", with_status("NODATA"))
        .count_when("skipdata", with_status("SKIPDATA"))
        .measure_when("bytes", sum, bytes, is_flow())
        .measure_when("packets", sum, packets, is_flow())
        .measure("interfaces", Aggregate::Distinct, Field::InterfaceId.into())
        .measure_when("sources", Aggregate::Distinct, Field::SrcAddr.into(), is_flow())
        .measure("first", Aggregate::Min, Field::Start.into())
        .measure("last", Aggregate::Max, Field::End.into());
    Plan::groups(filter.clone(), grouping)
}

/// The sums.
fn totals(answer: &Answer) -> Totals {
    answer.iter().next().map_or_else(Totals::default, |row| Totals {
        records: row.count("records"),
        accept: row.count("accept"),
        reject: row.count("reject"),
        nodata: row.count("nodata"),
        skipdata: row.count("skipdata"),
        duplicates: None,
        left_out: 0,
        bytes: row.count("bytes"),
        packets: row.count("packets"),
        interfaces: row.count("interfaces"),
        sources: row.count("sources"),
        first: row.get("first").number().map(|_| row.count("first")),
        last: row.get("last").number().map(|_| row.count("last")),
        transit_gateway: TransitGateway::default(),
    })
}

/// The width of a timeline's bins: readable, and at most [`BINS_MAX`] of them.
fn bin_secs(first: u64, last: u64) -> u64 {
    let span = last.saturating_sub(first);
    let fits = |&width: &u64| span / width < BINS_MAX;
    WIDTHS.into_iter().find(fits).unwrap_or_else(|| span / BINS_MAX / 86_400 * 86_400 + 86_400)
}

/// The plans of the timeline and the top lists.
fn plans(filter: &Expr, bin_secs: u64) -> Vec<Plan> {
    let sums = |grouping: Grouping| {
        grouping.sum("bytes", Field::Bytes).sum("packets", Field::Packets).count("records")
    };
    let flows = is_flow().and(filter.clone());
    let rejects = rejected().and(is_flow()).and(filter.clone());
    let source = || ("srcaddr", Field::SrcAddr.into());
    let timeline = Grouping::by([
        ("bin", Expr::Bin(Box::new(Field::Start.into()), bin_secs)),
        ("action", Field::Action.into()),
    ]);
    vec![
        Plan::groups(flows.clone(), sums(timeline)),
        Plan::groups(
            flows.clone(),
            sums(Grouping::by([source(), ("dstaddr", Field::DstAddr.into())])).descending("bytes").limit(TOP),
        ),
        Plan::groups(flows.clone(), sums(Grouping::by([source()])).descending("bytes").limit(TOP)),
        Plan::groups(
            flows,
            sums(Grouping::by([("interface", Field::InterfaceId.into())])).descending("bytes").limit(TOP),
        ),
        Plan::groups(
            rejects.clone(),
            sums(Grouping::by([("port", Field::DstPort.into()), ("protocol", Field::Protocol.into())]))
                .descending("records")
                .limit(TOP),
        ),
        Plan::groups(rejects, sums(Grouping::by([source()])).descending("records").limit(TOP)),
    ]
}

/// The plans of all that is put together here, for a stretch of time.
pub fn all_plans(filter: &Expr, first: u64, last: u64, with_gateways: bool) -> Vec<Plan> {
    let mut all = vec![totals_plan(filter)];
    all.extend(plans(filter, bin_secs(first, last)));
    if with_gateways {
        all.extend(gateway::plans(filter));
    }
    all
}

/// Sums, timeline and top lists of the records for which the filter holds, of these logs.
pub(super) fn of<'a>(
    ask: &'a dyn Ask,
    filter: &'a Expr,
    range: Option<(u64, u64)>,
    logs: &'a [Log],
) -> LocalBoxFuture<'a, Overview> {
    Box::pin(asked(ask, filter, range, logs))
}

async fn asked(ask: &dyn Ask, filter: &Expr, range: Option<(u64, u64)>, logs: &[Log]) -> Overview {
    let mut totals = Totals::default();
    let of_vpcs = logs.contains(&Log::Vpc);
    if of_vpcs {
        totals = self::totals(&ask.ask(Purpose::Totals, &totals_plan(filter)).await);
    }
    let mut of_gateways = (Vec::new(), Vec::new());
    if logs.contains(&Log::TransitGateway) {
        let plans = gateway::plans(filter);
        let answers = join_all(plans.iter().map(|plan| ask.ask(Purpose::Totals, plan))).await;
        (totals.transit_gateway, of_gateways.0, of_gateways.1) = gateway::judge(&answers);
    }
    let (first, last) = range.or_else(|| totals.first.zip(totals.last)).unwrap_or_default();
    let plans = plans(filter, bin_secs(first, last));
    let answers = if of_vpcs {
        join_all(plans.iter().map(|plan| ask.ask(Purpose::Overview, plan))).await
    } else {
        vec![Answer::default(); plans.len()]
    };
    let mut overview = judge(totals, (first, last), &answers);
    (overview.top.transit_gateway_attachments, overview.top.transit_gateway_pairs) = of_gateways;
    overview
}

/// Puts the answers of [`plans`] together.
fn judge(totals: Totals, (first, last): (u64, u64), answers: &[Answer]) -> Overview {
    let [timeline, pairs, sources, interfaces, ports, rejected_sources] = answers else {
        return Overview { totals, ..Overview::default() };
    };
    let source = |row: Row<'_>| Source {
        srcaddr: row.get("srcaddr").to_string(),
        bytes: row.count("bytes"),
        packets: row.count("packets"),
        records: row.count("records"),
    };
    let top = Top {
        pairs_by_bytes: pairs
            .iter()
            .map(|row| Pair {
                srcaddr: row.get("srcaddr").to_string(),
                dstaddr: row.get("dstaddr").to_string(),
                bytes: row.count("bytes"),
                packets: row.count("packets"),
                records: row.count("records"),
            })
            .collect(),
        sources_by_bytes: sources.iter().map(source).collect(),
        interfaces_by_bytes: interfaces
            .iter()
            .map(|row| Interface {
                interface: row.get("interface").to_string(),
                bytes: row.count("bytes"),
                packets: row.count("packets"),
                records: row.count("records"),
            })
            .collect(),
        rejected_ports: ports
            .iter()
            .filter(|row| !row.get("port").is_missing())
            .map(|row| RejectedPort {
                port: row.count("port") as u16,
                protocol: row.count("protocol") as u8,
                bytes: row.count("bytes"),
                packets: row.count("packets"),
                records: row.count("records"),
            })
            .collect(),
        rejected_sources: rejected_sources.iter().map(source).collect(),
        ..Top::default()
    };
    let timeline = timeline_of(timeline, (first, last));
    Overview { totals, timeline, top }
}

fn timeline_of(answer: &Answer, (first, last): (u64, u64)) -> Timeline {
    let bin_secs = bin_secs(first, last);
    let begin = first - first % bin_secs;
    let count = if last < first { 0 } else { (last - begin) / bin_secs + 1 };
    let mut bins: Vec<Bin> =
        (0..count).map(|i| Bin { start: begin + i * bin_secs, ..Bin::default() }).collect();
    for row in answer.iter() {
        let at = row.count("bin").checked_sub(begin).map(|offset| (offset / bin_secs) as usize);
        let Some(bin) = at.and_then(|at| bins.get_mut(at)) else { continue };
        let (records, bytes, packets) = (row.count("records"), row.count("bytes"), row.count("packets"));
        match row.text("action") {
            "ACCEPT" => {
                bin.accept_records += records;
                bin.accept_bytes += bytes;
                bin.accept_packets += packets;
            }
            "REJECT" => {
                bin.reject_records += records;
                bin.reject_bytes += bytes;
                bin.reject_packets += packets;
            }
            _ => {}
        }
    }
    Timeline { bin_secs, bins }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_readable_and_few() {
        assert_eq!(bin_secs(0, 59), 1);
        assert_eq!(bin_secs(0, 3600), 30);
        assert_eq!(bin_secs(0, 86_400), 600);
        for span in [0, 1, 100, 10_000, 1_000_000, 100_000_000, 10_000_000_000] {
            assert!(span / bin_secs(0, span) < BINS_MAX, "{span}");
        }
    }
}
