//! For each field its most frequent values under the filter.

use yew::prelude::*;

use super::page::{ExplorePage, Msg};
use crate::query::plan::{Grouping, Plan};
use crate::query::{Answer, Expr};
use crate::record::field::Kind;
use crate::record::{Field, Log};
use crate::report::number::{count, grouped, share};
use crate::report::view::records::{except, explained, heading, kind, only};
use crate::web::parts::{Part, Tone, bar};

/// Values of a field at first, and when more are wanted.
const FEW: usize = 8;
const MANY: usize = 60;
/// Fields that are open at first.
const OPEN: [Field; 7] = [
    Field::Action,
    Field::FlowDirection,
    Field::Protocol,
    Field::InterfaceId,
    Field::DstPort,
    Field::SrcAddr,
    Field::DstAddr,
];
const OPEN_OF_GATEWAYS: [Field; 5] =
    [Field::TgwAttachmentId, Field::Protocol, Field::DstPort, Field::SrcAddr, Field::DstAddr];

/// The facets of the records.
#[derive(Default)]
pub(super) struct Facets {
    facets: Vec<Facet>,
    /// The one that is being asked for, with the number of the counting that it is of.
    running: Option<(usize, u32)>,
}

struct Facet {
    column: String,
    open: bool,
    limit: usize,
    values: Vec<(String, u64)>,
    /// The counting that the values are of, and how many were asked for.
    of: Option<(u32, usize)>,
    failure: Option<String>,
}

impl Facets {
    /// Heeds the columns that there are.
    pub(super) fn fit(&mut self, columns: &[String], log: Log) {
        let first: &[Field] = if log == Log::Vpc { &OPEN } else { &OPEN_OF_GATEWAYS };
        let usual = first.iter().map(|field| field.name()).filter(|name| columns.iter().any(|it| it == name));
        let rest = columns.iter().map(String::as_str).filter(|name| {
            !matches!(kind(name), Kind::Number | Kind::Time) && first.iter().all(|it| it.name() != *name)
        });
        let names: Vec<(&str, bool)> =
            usual.map(|name| (name, true)).chain(rest.map(|name| (name, false))).collect();
        let same =
            self.facets.iter().map(|facet| facet.column.as_str()).eq(names.iter().map(|(name, _)| *name));
        if !same {
            let facet = |(name, open): (&str, bool)| Facet {
                column: name.to_owned(),
                open,
                limit: FEW,
                values: Vec::new(),
                of: None,
                failure: None,
            };
            *self = Self { facets: names.into_iter().map(facet).collect(), running: None };
        }
    }

    /// The next plan to be answered, of those that are open and not of this counting, if none is under way.
    pub(super) fn next(&mut self, counting: u32, filter: &Expr, log: Log) -> Option<(usize, Plan)> {
        if self.running.is_some_and(|(_, of)| of == counting) {
            return None;
        }
        let is_due = |facet: &Facet| facet.open && facet.of != Some((counting, facet.limit));
        let place = self.facets.iter().position(is_due)?;
        self.running = Some((place, counting));
        let facet = &self.facets[place];
        let grouping = Grouping::by([("value", Expr::column(&facet.column))])
            .count("records")
            .descending("records")
            .limit(facet.limit + 1);
        Some((place, Plan::groups(filter.clone(), grouping).of(log)))
    }

    /// Takes in an answer, if it is of the counting under way.
    pub(super) fn take(&mut self, place: usize, of: u32, answer: Result<Answer, String>) {
        if self.running.take_if(|running| *running == (place, of)).is_none() {
            return;
        }
        let Some(facet) = self.facets.get_mut(place) else { return };
        facet.of = Some((of, facet.limit));
        match answer {
            Ok(answer) => {
                facet.failure = None;
                facet.values =
                    answer.iter().map(|row| (row.get("value").to_string(), row.count("records"))).collect();
            }
            Err(message) => facet.failure = Some(message),
        }
    }

    pub(super) fn toggle(&mut self, place: usize) {
        if let Some(facet) = self.facets.get_mut(place) {
            facet.open = !facet.open;
        }
    }

    pub(super) fn more(&mut self, place: usize) {
        if let Some(facet) = self.facets.get_mut(place) {
            facet.limit = if facet.limit == FEW { MANY } else { FEW };
        }
    }
}

/// Draws them; `counting` is the number of the records on show, of which there are `total`.
pub(super) fn draw(
    ctx: &Context<ExplorePage>,
    facets: &Facets,
    open: bool,
    counting: u32,
    total: u64,
) -> Html {
    let link = ctx.link();
    let one = |(place, facet): (usize, &Facet)| {
        let toggle = link.callback(move |event: MouseEvent| {
            // Whether it is open is the page's business.
            event.prevent_default();
            Msg::Facet(place)
        });
        let name = heading(&facet.column).to_owned();
        let is_stale = facet.of.is_none_or(|(of, _)| of != counting);
        let hidden = facet.values.len() > facet.limit;
        html! {
            <details key={facet.column.clone()} class="facet" open={facet.open} data-facet={name.clone()}>
                <summary class="mono" title={Field::from_name(&facet.column).map(Field::meaning)} onclick={toggle}>{ &name }</summary>
                if facet.open {
                    if let Some(failure) = &facet.failure {
                        <p class="problem">{ failure }</p>
                    } else if facet.of.is_none() {
                        <p class="muted facet-wait">{ "Counting …" }</p>
                    } else {
                        <ul class={classes!(is_stale.then_some("pending"))}>
                            { for facet.values.iter().take(facet.limit).map(|(value, records)| row(ctx, &facet.column, value, *records, total)) }
                        </ul>
                        if hidden || facet.limit > FEW {
                            <button type="button" class="link" onclick={link.callback(move |_| Msg::MoreOf(place))}>
                                { if facet.limit > FEW { "Fewer" } else { "More" } }
                            </button>
                        }
                    }
                }
            </details>
        }
    };
    let toggle = link.callback(|event: MouseEvent| {
        event.prevent_default();
        Msg::Facets
    });
    html! {
        <details class="card facets" {open}>
            <summary onclick={toggle}><h2>{ "Facets" }</h2></summary>
            { for facets.facets.iter().enumerate().map(one) }
        </details>
    }
}

fn row(ctx: &Context<ExplorePage>, column: &str, value: &str, records: u64, total: u64) -> Html {
    let narrow = |condition: String| ctx.link().callback(move |_: MouseEvent| Msg::Narrow(condition.clone()));
    let (kept, dropped) = (only(column, value), except(column, value));
    let (only_title, except_title) = (format!("Show only {kept}"), format!("Leave out {value}"));
    let part = Part { name: "share of the records", amount: records.min(total), tone: Tone::Amount };
    html! {
        <li key={value.to_owned()} class="facet-row">
            <button type="button" class="value" title={only_title} onclick={narrow(kept)}>
                <span class="mono">{ if value == "-" { "- (no value)" } else { value } }</span>
                if let Some(words) = explained(column, value) {
                    { " " }<span class="muted">{ words }</span>
                }
            </button>
            <span class="number" title={format!("{} records, {}", grouped(records), share(records, total))}>{ count(records) }</span>
            <button type="button" class="quiet except" aria-label={except_title.clone()} title={except_title} onclick={narrow(dropped)}>{ "≠" }</button>
            <span class="whole" aria-hidden="true">{ bar(&[part], total.max(1)) }</span>
        </li>
    }
}
