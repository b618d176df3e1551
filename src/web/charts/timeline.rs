use web_sys::{Element, HtmlSelectElement, KeyboardEvent, PointerEvent};
use yew::prelude::*;

use super::bars::{Bars, HEIGHT, accepted, percent, rejected};
use super::brush::Brush;
use super::timeline_table::timeline_table;
use crate::report::model::{Bin, Overview};
use crate::report::number::{bytes, count, plural};
use crate::report::view::axis;
use crate::web::parts::button;
use crate::web::state::{Action, Context, Metric, Session, Shared};

/// Properties of [`Timeline`].
#[derive(Clone, PartialEq, Properties)]
pub struct TimelineProps {
    /// What else is on show.
    pub page: Context,
    /// What to draw.
    pub overview: Shared<Overview>,
}

/// Traffic over time, accepted and rejected; a drag over it sets the time range.
#[component]
pub fn Timeline(TimelineProps { page, overview }: &TimelineProps) -> Html {
    let Context { state, session } = page;
    let brush = use_state_eq(Brush::default);
    let chart = use_node_ref();
    let (metric, clock) = (state.metric, state.clock);
    let bins = &overview.timeline.bins;
    let shown = brush.cursor.and_then(|at| bins.get(at));
    let readout = match (brush.selection().filter(|(first, last)| first < last), shown) {
        (Some((first, last)), _) => match range(overview, first, last) {
            Some((from, to)) => format!("{} {}", clock.span(from, to), clock.label(from)),
            None => String::new(),
        },
        (None, Some(bin)) => {
            format!(
                "{} · {}",
                clock.span(bin.start, bin.start + overview.timeline.bin_secs),
                amounts(bin, metric)
            )
        }
        (None, None) => "Drag over the chart to zoom into a time range".to_owned(),
    };
    html! {
        <figure class={classes!("card", "timeline", state.overview_pending.then_some("pending"))}>
            <figcaption class="section-head">
                <h2>{ "Traffic" }</h2>
                { metric_select(page) }
                <span class="legend-line">
                    <svg class="swatch" width="12" height="12" aria-hidden="true"><rect class="fill-accept" width="12" height="12" /></svg>
                    { "accepted" }
                    <svg class="swatch" width="12" height="12" aria-hidden="true"><rect class="fill-reject" width="12" height="12" /></svg>
                    { "rejected" }
                </span>
                <span class="readout" aria-live="polite">{ readout }</span>
            </figcaption>
            if bins.is_empty() || overview.totals.accept + overview.totals.reject == 0 {
                { nothing(page, overview.totals.records) }
            } else {
                <svg
                    ref={chart.clone()}
                    class="chart"
                    data-testid="timeline"
                    width="100%"
                    height={axis::length(HEIGHT)}
                    tabindex="0"
                    role="application"
                    aria-label={summary(overview, metric)}
                    onpointerdown={on_pointer(&chart, overview, &brush, session, Phase::Down)}
                    onpointermove={on_pointer(&chart, overview, &brush, session, Phase::Move)}
                    onpointerup={on_pointer(&chart, overview, &brush, session, Phase::Up)}
                    onpointerleave={{ let brush = brush.clone(); move |_| if !brush.dragging { brush.set(Brush::default()) } }}
                    onkeydown={on_key(overview, &brush, session)}
                >
                    { highlight(&brush, bins.len()) }
                    <Bars overview={overview.clone()} {metric} {clock} />
                </svg>
            }
            { timeline_table(page, overview) }
        </figure>
    }
}

/// In place of the chart when there is no traffic to draw.
fn nothing(Context { state, session }: &Context, shown: u64) -> Html {
    let all = state.report.as_ref().map_or(0, |report| report.totals.records);
    let outside = all.saturating_sub(shown);
    html! {
        <div class="chart-empty muted">
            <p>
                if outside > 0 {
                    { format!("No traffic passes the filter. {} outside of it · ", plural(outside, "record", "records")) }
                    { button("link", "Show all", session.on(Session::widen)) }
                } else {
                    { "No traffic in these records." }
                }
            </p>
        </div>
    }
}

fn highlight(brush: &Brush, bins: usize) -> Html {
    let width = 100.0 / bins.max(1) as f64;
    let band = |class: &'static str, first: usize, last: usize| {
        let (x, wide) = (first as f64 * width, (last - first + 1) as f64 * width);
        html! { <rect {class} x={percent(x)} width={percent(wide)} y="0" height={axis::length(HEIGHT)} /> }
    };
    match (brush.selection(), brush.cursor) {
        (Some((first, last)), _) if first < last => band("selection", first, last),
        (_, Some(at)) => band("cursor", at, at),
        _ => html! {},
    }
}

fn metric_select(Context { state, session }: &Context) -> Html {
    let session = session.clone();
    let onchange = move |event: Event| {
        session.dispatch(Action::Metric(
            match event.target_unchecked_into::<HtmlSelectElement>().value().as_str() {
                "bytes" => Metric::Bytes,
                "packets" => Metric::Packets,
                _ => Metric::Records,
            },
        ));
    };
    let option = |metric: Metric, name: &'static str| {
        html! { <option value={name} selected={state.metric == metric}>{ name }</option> }
    };
    html! {
        <select aria-label="What the timeline counts" {onchange}>
            { option(Metric::Records, "records") }
            { option(Metric::Bytes, "bytes") }
            { option(Metric::Packets, "packets") }
        </select>
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Down,
    Move,
    Up,
}

// Yew listens at the root of the page, so that an event's current target is the root: hence `chart`.
fn on_pointer(
    chart: &NodeRef,
    overview: &Shared<Overview>,
    brush: &UseStateHandle<Brush>,
    session: &Session,
    phase: Phase,
) -> Callback<PointerEvent> {
    let (chart, overview, brush, session) = (chart.clone(), overview.clone(), brush.clone(), session.clone());
    Callback::from(move |event: PointerEvent| {
        let Some(chart) = chart.cast::<Element>() else { return };
        let bounds = chart.get_bounding_client_rect();
        let bins = overview.timeline.bins.len();
        let share = (f64::from(event.client_x()) - bounds.left()) / bounds.width().max(1.0);
        let at = ((share * bins as f64).max(0.0) as usize).min(bins.saturating_sub(1));
        match phase {
            Phase::Down if event.button() == 0 => {
                // A drag goes on outside of the chart.
                let _if_supported = chart.set_pointer_capture(event.pointer_id());
                brush.set(Brush::begin(at));
            }
            Phase::Down => {}
            Phase::Move => brush.set(brush.over(at)),
            Phase::Up => {
                let (next, taken) = brush.over(at).end();
                brush.set(next);
                zoom(&overview, &session, taken);
            }
        }
    })
}

fn on_key(
    overview: &Shared<Overview>,
    brush: &UseStateHandle<Brush>,
    session: &Session,
) -> Callback<KeyboardEvent> {
    let (overview, brush, session) = (overview.clone(), brush.clone(), session.clone());
    Callback::from(move |event: KeyboardEvent| {
        let bins = overview.timeline.bins.len();
        let far = bins.cast_signed();
        match event.key().as_str() {
            "ArrowLeft" => brush.set(brush.step(-1, bins, event.shift_key())),
            "ArrowRight" => brush.set(brush.step(1, bins, event.shift_key())),
            "Home" => brush.set(brush.step(-far, bins, event.shift_key())),
            "End" => brush.set(brush.step(far, bins, event.shift_key())),
            "Enter" => {
                zoom(&overview, &session, brush.selection().or(brush.cursor.map(|at| (at, at))));
                brush.set(Brush::default());
            }
            "Escape" => brush.set(Brush::default()),
            _ => return,
        }
        event.prevent_default();
    })
}

fn zoom(overview: &Overview, session: &Session, bins: Option<(usize, usize)>) {
    if let Some((from, to)) = bins.and_then(|(first, last)| range(overview, first, last)) {
        session.set_range(Some(from), Some(to));
    }
}

fn range(overview: &Overview, first: usize, last: usize) -> Option<(u64, u64)> {
    let timeline = &overview.timeline;
    Some((timeline.bins.get(first)?.start, timeline.bins.get(last)?.start + timeline.bin_secs))
}

fn summary(overview: &Overview, metric: Metric) -> String {
    let timeline = &overview.timeline;
    let worst =
        timeline.bins.iter().max_by_key(|bin| rejected(bin, metric)).filter(|bin| rejected(bin, metric) > 0);
    let sum = |of: fn(&Bin, Metric) -> u64| timeline.bins.iter().map(|bin| of(bin, metric)).sum();
    let worst = worst.map(|bin| {
        format!(
            "; most rejected from {} UTC: {}",
            crate::record::time::date_time(bin.start),
            amount(rejected(bin, metric), metric)
        )
    });
    format!(
        "Traffic over {}: {} accepted, {} rejected{}. Arrow keys move, Shift and arrows select, Enter zooms.",
        plural(timeline.bins.len() as u64, "interval", "intervals"),
        amount(sum(accepted), metric),
        amount(sum(rejected), metric),
        worst.unwrap_or_default()
    )
}

fn amounts(bin: &Bin, metric: Metric) -> String {
    format!(
        "accepted {} · rejected {}",
        amount(accepted(bin, metric), metric),
        amount(rejected(bin, metric), metric)
    )
}

/// An amount in its unit.
pub(super) fn amount(number: u64, metric: Metric) -> String {
    match metric {
        Metric::Records => count(number),
        Metric::Bytes => bytes(number),
        Metric::Packets => format!("{} packets", count(number)),
    }
}
