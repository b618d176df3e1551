//! The Athena page: the table, the queries of each step with a script that runs them, and which results have come. Only the
//! program `query` has it.

mod form;
mod steps;

use js_sys::Date;
use wasm_bindgen::JsValue;
use yew::prelude::*;

use super::later::Props;
use crate::diagnose::Purpose;
use crate::engine::athena::Printed;
use crate::engine::athena::settings::{Chosen, Settings};
use crate::engine::replay::ToRun;
use crate::record::Mark;
use crate::report::number::plural;
use crate::report::view::link::Page;
use crate::web::give;
use crate::web::parts::button;

pub(super) fn athena_page(props: Props) -> Html {
    html! { <AthenaPage ..props /> }
}

pub(super) struct AthenaPage {
    settings: Settings,
    /// For which table, days and report the queries are.
    of: Option<(Mark, u64)>,
    queries: Vec<ToRun>,
    /// Why there are no queries.
    failure: Option<String>,
    /// The query that is open.
    open: Option<u64>,
}

pub(super) enum Msg {
    /// A value was typed or chosen.
    Set(&'static str, String),
    Came(Mark, Result<Vec<ToRun>, String>),
    Open(u64),
    Copy(u64),
    CopyTable,
    CopyScript(bool),
    SaveScript(bool),
    /// What is shown: what results of Athena tell, or what the records do.
    Show(bool),
}

impl Component for AthenaPage {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let settings = Settings::of(&ctx.props().told.view().query);
        let mut page = Self { settings, of: None, queries: Vec::new(), failure: None, open: None };
        page.ask(ctx);
        page
    }

    fn changed(&mut self, ctx: &Context<Self>, _before: &Props) -> bool {
        let query = ctx.props().told.view().query;
        if query.is_empty() && self.settings != Settings::default() {
            // A link to the page says nothing of them.
            ctx.props().host.set_hash(&self.settings.hash());
        } else {
            self.settings = Settings::of(&query);
        }
        self.ask(ctx);
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let host = &ctx.props().host;
        match msg {
            Msg::Set(name, value) => {
                self.settings.set(name, &value);
                self.ask(ctx);
                host.set_hash(&self.settings.hash());
            }
            Msg::Came(of, came) => {
                if self.of.is_none_or(|(asked, _)| asked != of) {
                    return false;
                }
                match came {
                    Ok(queries) => (self.queries, self.failure) = (queries, None),
                    Err(failure) => self.failure = Some(failure),
                }
            }
            Msg::Open(query) => self.open = (self.open != Some(query)).then_some(query),
            Msg::Copy(query) => {
                let chosen = self.chosen(ctx);
                let printed =
                    self.queries.iter().find(|it| it.query == query).map(|it| chosen.setup().print(it));
                if let Some(Ok(printed)) = printed {
                    host.copy(&printed.text);
                }
                return false;
            }
            Msg::CopyTable => {
                host.copy(&self.chosen(ctx).setup().create_table());
                return false;
            }
            Msg::CopyScript(evidence) => {
                host.copy(&self.script(ctx, evidence).1);
                return false;
            }
            Msg::SaveScript(evidence) => {
                let (name, script) = self.script(ctx, evidence);
                let saved = give::download(&name, "text/x-shellscript", &JsValue::from_str(&script));
                host.remark(
                    &saved.map_or_else(|failure| failure, |()| format!("{name} is in your downloads")),
                );
                return false;
            }
            Msg::Show(athena) => {
                host.show_athena(athena);
                return false;
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let chosen = self.chosen(ctx);
        html! {
            <div class="athena-page">
                <section class="card" aria-labelledby="athena-title">
                    <div class="section-head">
                        <h1 id="athena-title">{ "Run this on Athena" }</h1>
                        <span class="muted">{ "When the logs are too many for a browser" }</span>
                    </div>
                    <p>
                        { "Athena reads the logs where they lie and answers with sums and short lists. Drop its results here: \
                           the same findings and charts are drawn from them as from the logs themselves. This page sends nothing; \
                           the script runs on your machine, with your credentials." }
                    </p>
                    { form::form(&self.settings, &chosen, link) }
                    <details>
                        <summary>{ "The table, which the script makes if it is not there" }</summary>
                        { steps::code(chosen.setup().create_table(), "athena-table", link.callback(|_| Msg::CopyTable)) }
                    </details>
                </section>
                { self.next(ctx, &chosen) }
                if let Some(failure) = &self.failure {
                    <p class="problem" role="alert">{ failure }</p>
                }
                { steps::list(&self.queries, &chosen, self.open, link) }
            </div>
        }
    }
}

impl AthenaPage {
    fn chosen(&self, ctx: &Context<Self>) -> Chosen {
        Chosen::new(&self.settings, &ctx.props().told, (Date::now() / 1000.0) as u64)
    }

    /// Asks for the queries, if they are for something else than those that are there.
    fn ask(&mut self, ctx: &Context<Self>) {
        let mark = self.chosen(ctx).setup().mark();
        let of = Some((mark, ctx.props().told.report));
        if self.of != of {
            self.of = of;
            let host = ctx.props().host.clone();
            ctx.link().send_future(async move { Msg::Came(mark, host.athena_queries(mark).await) });
        }
    }

    /// The queries that are to be run next, or those for the records of findings.
    fn to_run(&self, evidence: bool) -> impl Iterator<Item = &ToRun> {
        let is_next =
            move |query: &&ToRun| query.rows.is_none() && (query.purpose == Purpose::Evidence) == evidence;
        self.queries.iter().filter(is_next)
    }

    /// The name of a script, and the script.
    fn script(&self, ctx: &Context<Self>, evidence: bool) -> (String, String) {
        let chosen = self.chosen(ctx);
        let setup = chosen.setup();
        let printed: Vec<Printed> =
            self.to_run(evidence).filter_map(|query| setup.print(query).ok()).collect();
        let name = if evidence { "records".to_owned() } else { format!("step-{}", self.step()) };
        (format!("flowlens-{name}.sh"), setup.script(&printed))
    }

    /// The step that is to be run next.
    fn step(&self) -> usize {
        self.to_run(false).map(|query| query.purpose.step()).min().unwrap_or(1)
    }

    /// What to do next.
    fn next(&self, ctx: &Context<Self>, chosen: &Chosen) -> Html {
        let told = &ctx.props().told;
        let (next, records) = (self.to_run(false).count(), self.to_run(true).count());
        if self.queries.is_empty() {
            return html! {};
        }
        let link = ctx.link();
        let athena = told.athena.as_ref();
        let steps = self.queries.iter().map(|query| query.purpose).filter(|it| *it != Purpose::Evidence);
        // Of transit gateways all is known after the first step.
        let of_gateways = steps.clone().all(|purpose| purpose.step() == 1)
            && self.queries.iter().any(|query| query.purpose == Purpose::Losses);
        let last = if of_gateways { 1 } else { Purpose::STEPS };
        let reads: u64 =
            self.to_run(next == 0).map(|query| crate::engine::athena::reads(&query.plan.scan)).sum();
        let days = [chosen.value("first"), chosen.value("last")];
        let days = if days[0] == days[1] { days[0].clone() } else { days.join(" to ") };
        let disabled = !chosen.is_whole();
        let actions = move |evidence: bool| {
            let save = link.callback(move |_: MouseEvent| Msg::SaveScript(evidence));
            let copy = link.callback(move |_: MouseEvent| Msg::CopyScript(evidence));
            html! {
                <p class="actions">
                    <button type="button" class="primary" data-testid="athena-save" {disabled} onclick={save}>{ "Save the script" }</button>
                    <button type="button" {disabled} onclick={copy}>{ "Copy it" }</button>
                    if disabled {
                        <span class="remark">{ "First say above where the logs are." }</span>
                    }
                </p>
            }
        };
        let cost = html! {
            <p class="muted">
                { format!("Reads the files of {days} {}: some queries look up connections first. Athena bills the bytes it reads; \
                           Parquet files and few days keep them few.", plural(reads, "time", "times")) }
            </p>
        };
        html! {
            <section class="card" aria-labelledby="athena-step" data-testid="athena-next">
                if next > 0 {
                    <h2 id="athena-step" data-testid="athena-step">
                        { format!("Step {} of {last}: {}", self.step(), plural(next as u64, "query", "queries")) }
                    </h2>
                    <p>
                        { "Run the script, and drop the folder flowlens-results here. " }
                        if last > 1 && self.step() < last {
                            { "What the next step asks depends on these answers." }
                        }
                    </p>
                    { actions(false) }
                    { cost }
                } else {
                    <h2 id="athena-step" data-testid="athena-step">{ "Everything is answered" }</h2>
                    <p>
                        if athena.is_some_and(|athena| athena.shown) {
                            <a href={told.view().on(Page::Overview).hash()}>{ "See what stands out" }</a>
                        } else {
                            { "On show are the records that are loaded here. " }
                            { button("", "Show what Athena's results tell", link.callback(|_| Msg::Show(true))) }
                        }
                    </p>
                    if records > 0 {
                        <h3>{ format!("The records of {}, if you want to see them", plural(records as u64, "finding", "findings")) }</h3>
                        { actions(true) }
                        { cost }
                    }
                }
            </section>
        }
    }
}
