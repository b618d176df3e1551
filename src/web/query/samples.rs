use flowlens_ask::gallery::{self, Blanks, Group, Sample};
use yew::prelude::*;

use super::language::Language;
use super::suggest::has;
use crate::engine::messages::Told;

/// The samples with their blanks filled from what the page knows of the records.
pub(super) fn samples(language: Language, told: &Told) -> Vec<Group> {
    let top = &told.top;
    let blanks = Blanks {
        nat: told.nat.clone(),
        inside: top
            .pairs_by_bytes
            .iter()
            .flat_map(|pair| [&pair.srcaddr, &pair.dstaddr])
            .find(|it| is_private(it))
            .cloned(),
        source: top.rejected_sources.first().or(top.sources_by_bytes.first()).map(|it| it.srcaddr.clone()),
        destination: top.pairs_by_bytes.first().map(|it| it.dstaddr.clone()),
        interface: top.interfaces_by_bytes.first().map(|it| it.interface.clone()),
    };
    match language {
        Language::Insights => gallery::gallery(&blanks),
        Language::Sql => gallery::sql::gallery(&blanks),
    }
}

fn is_private(address: &str) -> bool {
    address.parse().is_ok_and(|it: std::net::Ipv4Addr| it.is_private())
}

/// Queries to begin with: a click puts one into the editor and runs it.
pub(super) fn list(groups: &[Group], told: &Told, open: bool, run: &Callback<String>) -> Html {
    let row = |sample: &Sample| {
        let missing = sample.needs.iter().copied().find(|field| !has(told, *field));
        let onclick = {
            let text = sample.text.clone();
            run.reform(move |_: MouseEvent| text.clone())
        };
        html! {
            <li>
                <button type="button" class="sample" disabled={missing.is_some()} title={sample.text.clone()} {onclick}>
                    <span class="sample-name">{ sample.name }</span>
                    if let Some(field) = missing {
                        <span class="muted">{ "needs the field " }<code>{ field.name() }</code></span>
                    } else {
                        <span class="muted">{ sample.about }</span>
                    }
                </button>
            </li>
        }
    };
    let group = |(place, group): (usize, &Group)| {
        html! {
            <details key={group.title} open={open && place == 0}>
                <summary>{ group.title }{ " " }<span class="count">{ group.samples.len() }</span></summary>
                <ul>{ for group.samples.iter().map(row) }</ul>
            </details>
        }
    };
    html! {
        <section class="card samples" aria-labelledby="samples-title">
            <h2 id="samples-title">{ "To begin with" }</h2>
            { for groups.iter().enumerate().map(group) }
        </section>
    }
}
