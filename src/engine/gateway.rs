//! Sums and top lists of transit gateway records.

use crate::diagnose::gateway::{LOSSES, lost, lost_of, one_side, plan, taken};
use crate::query::plan::is_flow;
use crate::query::{Aggregate, Answer, Expr, Grouping, Plan};
use crate::record::Field;
use crate::record::ordered::{OrderedMap, order_by_key};
use crate::report::model::{Attachment, GatewayPair, TransitGateway};

/// How many of each sort a top list has.
const TOP: usize = 20;
/// A pair of ends has a row for each side, and for records that do not tell theirs.
const SIDES: usize = 3;

/// The plans of the sums by way, and of the pairs of ends.
pub(super) fn plans(filter: &Expr) -> [Plan; 2] {
    let of_flows = |grouping: Grouping, name: &str, field: Field| {
        grouping.measure_when(name, Aggregate::Sum, field.into(), is_flow())
    };
    let untold = LOSSES.iter().fold(is_flow(), |all, &field| all.and(Expr::present(field).negate()));
    let sums = |grouping: Grouping| {
        let grouping = of_flows(grouping.count("records"), "bytes", Field::Bytes);
        lost(of_flows(grouping, "packets", Field::Packets))
    };
    let vpcs = [("source", Field::TgwSrcVpcId), ("destination", Field::TgwDstVpcId)];
    let ends = [("source", Field::SrcAddr), ("destination", Field::DstAddr)];
    [
        plan(filter.clone(), &vpcs, |grouping| {
            sums(grouping)
                .count_when("untold", untold)
                .measure("first", Aggregate::Min, Field::Start.into())
                .measure("last", Aggregate::Max, Field::End.into())
        }),
        plan(filter.clone().and(is_flow()), &ends, |grouping| {
            sums(grouping).descending("bytes").limit(TOP * SIDES)
        }),
    ]
}

/// The sums, the attachments and the pairs, from the answers to [`plans`].
pub(super) fn judge(answers: &[Answer]) -> (TransitGateway, Vec<Attachment>, Vec<GatewayPair>) {
    let mut total = TransitGateway::default();
    let [ways, pairs] = answers else { return (total, Vec::new(), Vec::new()) };
    let mut all = Vec::new();
    for (at, row) in ways.iter().enumerate() {
        total.records += row.count("records");
        total.loss_unknown += row.count("untold");
        let time = |name: &str| row.get(name).number().map(|_| row.count(name));
        total.first = total.first.into_iter().chain(time("first")).min();
        total.last = total.last.into_iter().chain(time("last")).max();
        let key = ["source", "destination"].map(|name| row.text(name).to_owned()).to_vec();
        let weight = [row.count("bytes"), row.count("packets") + lost_of(&row).iter().sum::<u64>()];
        all.push(taken(&row, at, key, weight));
    }
    let mut attachments: OrderedMap<(String, String), Attachment> = OrderedMap::new();
    for taken in one_side(all) {
        let Some(row) = ways.row(taken.row) else { continue };
        let (bytes, lost) = (row.count("bytes"), lost_of(&row));
        total.bytes += bytes;
        total.packets += row.count("packets");
        let [no_route, blackhole, mtu_exceeded, ttl_expired] = lost;
        total.lost_no_route += no_route;
        total.lost_blackhole += blackhole;
        total.lost_mtu_exceeded += mtu_exceeded;
        total.lost_ttl_expired += ttl_expired;
        let way = &taken.way;
        for (id, vpc, arriving) in
            [(&way.arriving, taken.key.first(), true), (&way.leaving, taken.key.last(), false)]
        {
            if id.is_empty() {
                continue;
            }
            let entry = attachments.or_default((way.gateway.clone(), id.clone()));
            if entry.vpc.is_empty() {
                entry.vpc = vpc.cloned().unwrap_or_default();
            }
            if arriving {
                entry.bytes_in += bytes;
                entry.lost += lost.iter().sum::<u64>();
            } else {
                entry.bytes_out += bytes;
            }
        }
    }
    total.lost =
        total.lost_no_route + total.lost_blackhole + total.lost_mtu_exceeded + total.lost_ttl_expired;
    let mut attachments: Vec<Attachment> = attachments
        .into_iter()
        .map(|((gateway, attachment), sums)| Attachment { gateway, attachment, ..sums })
        .collect();
    order_by_key(&mut attachments, |one| std::cmp::Reverse(one.bytes_in + one.bytes_out));
    attachments.truncate(TOP);
    (total, attachments, top_pairs(pairs))
}

fn top_pairs(answer: &Answer) -> Vec<GatewayPair> {
    let mut all = Vec::new();
    for (at, row) in answer.iter().enumerate() {
        let key = ["source", "destination"].map(|name| row.get(name).to_string()).to_vec();
        all.push(taken(&row, at, key, [row.count("bytes"), row.count("packets")]));
    }
    let mut pairs = Vec::new();
    for taken in one_side(all).into_iter().take(TOP) {
        let (Some(row), [srcaddr, dstaddr]) = (answer.row(taken.row), taken.key.as_slice()) else { continue };
        pairs.push(GatewayPair {
            gateway: taken.way.gateway,
            arriving: taken.way.arriving,
            leaving: taken.way.leaving,
            srcaddr: srcaddr.clone(),
            dstaddr: dstaddr.clone(),
            bytes: row.count("bytes"),
            packets: row.count("packets"),
            lost: lost_of(&row).iter().sum(),
            records: row.count("records"),
        });
    }
    pairs
}
