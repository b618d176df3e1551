use yew::prelude::*;

use super::button;
use crate::report::number::plural;
use crate::report::view::link::Page;
use crate::report::words;
use crate::web::state::Context;

/// Says where everything on show is from, if results of Athena were read.
pub fn athena_bar(Context { state, session }: &Context) -> Html {
    let report = state.report.as_ref();
    let Some((report, athena)) = report.and_then(|report| Some((report, report.athena.as_ref()?))) else {
        return html! {};
    };
    let has_records = report.inputs.iter().any(|input| input.records > 0);
    let other = !athena.shown;
    html! {
        <section class="filter-bar" aria-label="Athena" data-testid="athena-bar">
            <p>
                if !athena.shown {
                    { format!("{} of Athena are loaded too. ", plural(athena.results, "result", "results")) }
                } else if athena.judged && report.totals.records + report.totals.transit_gateway.records == 0 {
                    <b>{ words::from_athena(athena) }</b>
                    { ". They tell of no record at all: see whether path, account, Region and days are right. " }
                } else if athena.judged {
                    <b>{ words::from_athena(athena) }</b>{ ". No record is here, so nothing can be filtered. " }
                } else {
                    <b>{ words::from_athena(athena) }</b>
                    { format!(": {} to be run next. ", plural(athena.to_run, "query is", "queries are")) }
                }
                if state.view.page != Page::Athena {
                    <a href={state.view.on(Page::Athena).hash()}>{ if athena.judged { "Queries" } else { "Go on" } }</a>
                }
            </p>
            if has_records {
                { button("quiet", if other { "Show Athena's" } else { "Show the loaded records" }, session.on(move |session| session.show_athena(other))) }
            }
        </section>
    }
}
