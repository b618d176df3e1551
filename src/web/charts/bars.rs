use yew::prelude::*;

use crate::report::model::{Bin, Overview};
use crate::report::view::axis;
use crate::web::format::Clock;
use crate::web::state::{Metric, Shared};

/// Height of the whole picture.
pub(super) const HEIGHT: f64 = 120.0;
/// Height below the bars, for the times.
const AXIS: f64 = 20.0;
/// Space above the greatest value, for its number.
const HEAD: f64 = 14.0;
/// Even a single record is seen.
const LEAST: f64 = 1.5;

/// Properties of [`Bars`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct BarsProps {
    pub(super) overview: Shared<Overview>,
    pub(super) metric: Metric,
    pub(super) clock: Clock,
}

/// The bars with their axes; drawn anew only when the records or the metric change, not while brushing.
#[component]
pub(super) fn Bars(BarsProps { overview, metric, clock }: &BarsProps) -> Html {
    let timeline = &overview.timeline;
    let greatest =
        timeline.bins.iter().map(|bin| accepted(bin, *metric) + rejected(bin, *metric)).max().unwrap_or(0);
    let top = axis::nice_top(greatest);
    let width = 100.0 / timeline.bins.len().max(1) as f64;
    let room = HEIGHT - AXIS - HEAD;
    let floor = HEIGHT - AXIS;
    let scaled = |amount: u64| {
        if amount == 0 { 0.0 } else { (amount as f64 / top as f64 * room).max(LEAST) }
    };
    let bar = |(i, bin): (usize, &Bin)| {
        let x = percent(i as f64 * width + width * 0.08);
        let wide = percent(width * 0.84);
        let (accept, reject) = (scaled(accepted(bin, *metric)), scaled(rejected(bin, *metric)));
        html! {
            <>
                if accept > 0.0 {
                    <rect class="fill-accept" x={x.clone()} width={wide.clone()} y={axis::length(floor - accept)} height={axis::length(accept)} />
                }
                if reject > 0.0 {
                    <rect class="fill-reject" {x} width={wide} y={axis::length(floor - accept - reject)} height={axis::length(reject)} />
                }
            </>
        }
    };
    let line = |share: f64| {
        let y = axis::length(floor - room * share);
        html! { <line class="grid" x1="0" x2="100%" y1={y.clone()} y2={y} /> }
    };
    html! {
        <g>
            { line(1.0) }{ line(0.5) }
            <text class="tick" x="2" y={axis::length(HEAD - 3.0)}>{ super::timeline::amount(top, *metric) }</text>
            { for timeline.bins.iter().enumerate().map(bar) }
            <line class="axis" x1="0" x2="100%" y1={axis::length(floor)} y2={axis::length(floor)} />
            { for ticks(overview, *clock) }
        </g>
    }
}

fn ticks(overview: &Overview, clock: Clock) -> Vec<Html> {
    let timeline = &overview.timeline;
    let Some(first) = timeline.bins.first().map(|bin| bin.start) else { return Vec::new() };
    let last = first + timeline.bin_secs * timeline.bins.len() as u64;
    let (ticks, step) = axis::time_ticks(first, last, 9, clock.offset_secs(first));
    let share = |tick: u64| (tick - first) as f64 / (last - first).max(1) as f64 * 100.0;
    ticks
        .into_iter()
        .filter(|&tick| share(tick) <= 97.0)
        .enumerate()
        .map(|(place, tick)| {
            // Every other one makes way on a narrow screen, the first as well, which is not above its tick.
            let class = if place % 2 == 1 { "tick" } else { "tick between" };
            let x = percent(share(tick));
            let anchor = if share(tick) < 3.0 { "start" } else { "middle" };
            html! {
                <>
                    <line class="axis" x1={x.clone()} x2={x.clone()} y1={axis::length(HEIGHT - AXIS)} y2={axis::length(HEIGHT - AXIS + 4.0)} />
                    <text {class} {x} y={axis::length(HEIGHT - 5.0)} text-anchor={anchor}>{ clock.tick(tick, step) }</text>
                </>
            }
        })
        .collect()
}

/// What was accepted in a bin.
pub(super) const fn accepted(bin: &Bin, metric: Metric) -> u64 {
    match metric {
        Metric::Records => bin.accept_records,
        Metric::Bytes => bin.accept_bytes,
        Metric::Packets => bin.accept_packets,
    }
}

/// What was rejected in a bin.
pub(super) const fn rejected(bin: &Bin, metric: Metric) -> u64 {
    match metric {
        Metric::Records => bin.reject_records,
        Metric::Bytes => bin.reject_bytes,
        Metric::Packets => bin.reject_packets,
    }
}

/// A share of the chart's width.
pub(super) fn percent(number: f64) -> String {
    axis::length(number) + "%"
}
