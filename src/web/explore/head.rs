//! What stands above the table, and what is known of the records as a whole.

use yew::prelude::*;

use super::page::{ExplorePage, Msg};
use crate::engine::messages::Told;
use crate::record::Log;
use crate::report::number::{grouped, plural};
use crate::web::format::Clock;

/// `412,008 of 9,300,000 records · 0.12 s · times in UTC`; the time is in milliseconds.
pub(super) fn summary(told: &Told, of: Log, total: u64, pending: bool, took: f64) -> Html {
    if pending && total == 0 {
        return html! { <p class="muted" data-testid="explore-summary" role="status">{ "Putting the records in order …" }</p> };
    }
    let all = of_log(told, of);
    let part = if total == all { String::new() } else { format!("{} of ", grouped(total)) };
    let first = told.totals.first.or(told.totals.transit_gateway.first).unwrap_or_default();
    let text = format!(
        "{part}{} · {:.2} s · times in {}",
        plural(all, "record", "records"),
        took.max(0.0) / 1000.0,
        clock(told).label(first)
    );
    html! { <p class={classes!("muted", pending.then_some("pending"))} data-testid="explore-summary">{ text }</p> }
}

/// Which log, where there are records of both.
pub(super) fn log_switch(ctx: &Context<ExplorePage>, of: Log) -> Html {
    let told = &ctx.props().told;
    if told.totals.records == 0 || told.totals.transit_gateway.records == 0 {
        return html! {};
    }
    let button = |log: Log, words: &'static str| {
        let onclick = ctx.link().callback(move |_: MouseEvent| Msg::Log(log));
        html! { <button type="button" class="quiet" aria-pressed={(of == log).to_string()} {onclick}>{ words }</button> }
    };
    html! { <>{ button(Log::Vpc, "VPC") }{ button(Log::TransitGateway, "Transit gateway") }</> }
}

/// In place of the table where it would be empty.
pub(super) fn nothing(ctx: &Context<ExplorePage>) -> Html {
    let narrowed = ctx.props().told.view().is_narrowed();
    html! {
        <p class="muted nothing">
            if narrowed {
                { "No record passes the filter. " }
                <button type="button" class="link" onclick={ctx.link().callback(|_| Msg::Widen)}>{ "Show all" }</button>
            } else {
                { "There are no records." }
            }
        </p>
    }
}

pub(super) fn clock(told: &Told) -> Clock {
    if told.local_time { Clock::Local } else { Clock::Utc }
}

/// The log whose records are on show at first.
pub(super) const fn log(told: &Told) -> Log {
    if told.totals.records == 0 && told.totals.transit_gateway.records > 0 {
        Log::TransitGateway
    } else {
        Log::Vpc
    }
}

pub(super) const fn of_log(told: &Told, log: Log) -> u64 {
    match log {
        Log::Vpc => told.totals.records,
        Log::TransitGateway => told.totals.transit_gateway.records,
    }
}
