//! Pictures of answers: SVG, each with its numbers in words.

use yew::prelude::*;

use crate::report::number::{count, plural};
use crate::report::view::axis::{length, nice_top, time_ticks};
use crate::report::view::picture::{Line, Picture};
use crate::web::format::Clock;
use crate::web::parts::{Part, Tone, bar};

/// Height of the whole chart, of what is below for the times, and above for the greatest number.
const HEIGHT: f64 = 160.0;
const AXIS: f64 = 20.0;
const HEAD: f64 = 16.0;
/// Up to so many times a single line is drawn as bars.
const BARS_MAX: i64 = 240;
/// Parts of a bar's length.
const PARTS: f64 = 10_000.0;

pub(super) fn chart(picture: &Picture) -> Html {
    match picture {
        Picture::Bars { name, bars } => of_bars(name, bars),
        Picture::Lines { times, lines } => over_time(times, lines),
    }
}

fn of_bars(name: &str, bars: &[(String, f64)]) -> Html {
    let greatest = bars.iter().map(|(_, amount)| *amount).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let row = |(key, amount): &(String, f64)| {
        let part = Part {
            name: "share of the greatest",
            amount: (amount / greatest * PARTS) as u64,
            tone: Tone::Amount,
        };
        html! {
            <li class="top-row">
                <span class="top-values mono">{ if key.is_empty() { "(none)" } else { key } }</span>
                <span class="number">{ shown(*amount) }</span>
                <span class="whole" aria-hidden="true">{ bar(&[part], PARTS as u64) }</span>
            </li>
        }
    };
    html! {
        <figure class="answer-bars top-list">
            <figcaption class="muted">{ name }</figcaption>
            <ol>{ for bars.iter().map(row) }</ol>
        </figure>
    }
}

fn over_time(times: &[i64], lines: &[Line]) -> Html {
    let (Some(&first), Some(&last)) = (times.first(), times.last()) else { return html! {} };
    let step = times.windows(2).map(|pair| pair[1] - pair[0]).min().unwrap_or(1).max(1);
    let greatest = lines.iter().flat_map(|line| line.numbers.iter().flatten()).copied().fold(0.0, f64::max);
    let top = if greatest <= 1.0 { 1.0 } else { nice_top(greatest.ceil() as u64) as f64 };
    let as_bars = lines.len() == 1 && (last - first) / step < BARS_MAX;
    let until = if as_bars { last + step } else { last };
    let x = |time: i64| (time - first) as f64 / (until - first).max(1) as f64 * 100.0;
    let room = HEIGHT - AXIS - HEAD;
    let y = |number: f64| HEAD + room * (1.0 - (number / top).clamp(0.0, 1.0));
    let percent = |share: f64| length(share) + "%";
    let drawn = if as_bars {
        let width = x(first + step) * 0.86;
        let bar = |(&time, number): (&i64, &Option<f64>)| {
            let tall = (HEIGHT - AXIS - y((*number)?)).max(1.0);
            Some(
                html! { <rect class="fill-amount" x={percent(x(time))} width={percent(width)} y={length(HEIGHT - AXIS - tall)} height={length(tall)} /> },
            )
        };
        html! { <>{ for times.iter().zip(&lines[0].numbers).filter_map(bar) }</> }
    } else {
        // In a picture of its own that is as wide as the chart, since the points of a line have no shares of a width.
        html! {
            <svg x="0" y="0" width="100%" height={length(HEIGHT)} viewBox={format!("0 0 100 {HEIGHT}")} preserveAspectRatio="none">
                { for lines.iter().enumerate().map(|(place, line)| path(place, &points(times, line, &x, &y))) }
            </svg>
        }
    };
    let (ticks, tick_step) = time_ticks((first / 1000) as u64, (until / 1000) as u64 + 1, 8, 0);
    let tick = |(place, secs): (usize, &u64)| {
        let at = x((*secs).cast_signed() * 1000);
        let anchor = if at < 3.0 { "start" } else { "middle" };
        let class = if place % 2 == 1 { "tick" } else { "tick between" };
        (at <= 97.0).then(|| {
            html! {
                <>
                    <line class="axis" x1={percent(at)} x2={percent(at)} y1={length(HEIGHT - AXIS)} y2={length(HEIGHT - AXIS + 4.0)} />
                    <text {class} x={percent(at)} y={length(HEIGHT - 5.0)} text-anchor={anchor}>{ Clock::Utc.tick(*secs, tick_step) }</text>
                </>
            }
        })
    };
    let grid = |share: f64| {
        let y = length(y(top * share));
        html! { <line class="grid" x1="0" x2="100%" y1={y.clone()} y2={y} /> }
    };
    let names: Vec<&str> = lines.iter().map(|line| line.name.as_str()).collect();
    let summary = format!(
        "{} over {}, up to {}. The table has the numbers.",
        names.join(", "),
        plural(times.len() as u64, "time", "times"),
        shown(greatest)
    );
    html! {
        <figure class="answer-lines">
            <figcaption class="muted">{ for lines.iter().enumerate().map(|(place, line)| legend(place, &line.name, as_bars)) }<span class="zone">{ "Times in UTC" }</span></figcaption>
            <svg class="chart still" width="100%" height={length(HEIGHT)} role="img" aria-label={summary}>
                { grid(1.0) }{ grid(0.5) }
                <text class="tick" x="2" y={length(HEAD - 4.0)}>{ shown(top) }</text>
                { drawn }
                <line class="axis" x1="0" x2="100%" y1={length(HEIGHT - AXIS)} y2={length(HEIGHT - AXIS)} />
                { for ticks.iter().enumerate().filter_map(tick) }
            </svg>
        </figure>
    }
}

fn legend(place: usize, name: &str, as_bars: bool) -> Html {
    let mark = if as_bars {
        html! { <rect class="fill-amount" y="2" width="18" height="8" /> }
    } else {
        html! { <line class={format!("line-{place}")} x1="0" x2="18" y1="6" y2="6" /> }
    };
    html! { <span class="legend-line"><svg class="swatch" width="18" height="12" aria-hidden="true">{ mark }</svg><span class="mono">{ if name.is_empty() { "(none)" } else { name } }</span></span> }
}

/// A line's points, with a gap where there is no number.
fn points(times: &[i64], line: &Line, x: &dyn Fn(i64) -> f64, y: &dyn Fn(f64) -> f64) -> String {
    let mut path = String::new();
    let mut pen = 'M';
    for (&time, number) in times.iter().zip(&line.numbers) {
        match number {
            Some(number) => {
                path.push(pen);
                path.extend([length(x(time)).as_str(), " ", &length(y(*number))]);
                pen = 'L';
            }
            None => pen = 'M',
        }
    }
    path
}

fn path(place: usize, points: &str) -> Html {
    html! { <path class={format!("line-{place}")} d={points.to_owned()} vector-effect="non-scaling-stroke" /> }
}

/// A number for people.
fn shown(number: f64) -> String {
    if number.fract() == 0.0 || number >= 1_000.0 { count(number as u64) } else { format!("{number:.2}") }
}
