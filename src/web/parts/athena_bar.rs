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
    let records = report.totals.records + report.totals.transit_gateway.records;
    let said = words::from_athena(athena);
    let text = if !athena.shown {
        format!("{said}, which are not on show. ")
    } else if !athena.judged {
        format!("{said}. {} to be run next. ", plural(athena.to_run, "query is", "queries are"))
    } else if records == 0 {
        format!("{said}. They tell of no record: are path, account, Region and days right? ")
    } else {
        format!("{said}. No record is here, so nothing can be filtered. ")
    };
    let switch = if other { "Show Athena's" } else { "Show the loaded records" };
    html! {
        <section class="filter-bar" data-testid="athena-bar">
            <p>{ text }<a href={state.view.on(Page::Athena).hash()}>{ "Queries" }</a></p>
            if has_records {
                { button("quiet", switch, session.on(move |session| session.show_athena(other))) }
            }
        </section>
    }
}
