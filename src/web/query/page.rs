use std::rc::Rc;

use flowlens_ask::gallery::Group;
use flowlens_ask::insights::ast::Complaint;
use flowlens_ask::{Answered, Question, Said};
use gloo::timers::future::TimeoutFuture;
use js_sys::Date;
use web_sys::{HtmlTextAreaElement, KeyboardEvent};
use yew::prelude::*;

use super::answer::Answer;
use super::editor::{self, Handlers, Look};
use super::language::{Language, complaints};
use super::result::{self, Form};
use super::suggest::{Suggestions, suggest};
use super::{hash, samples};
use crate::web::later::Props;
use crate::web::parts::dropdown;

/// After so long without a key, what is wrong is said.
const PAUSE_MILLIS: u32 = 400;
/// How often the time that a query takes is shown.
const TICK_MILLIS: u32 = 200;
/// Answers that are kept.
const ANSWERS_MAX: usize = 12;
/// Queries that are remembered.
const EARLIER_MAX: usize = 30;
/// The window is wide enough for samples beside the editor.
const WIDE: f64 = 900.0;

/// The page: an editor, its answers, and queries to begin with.
pub(super) struct QueryPage {
    field: NodeRef,
    language: Language,
    text: String,
    /// What stands in the editor when the language is the other one.
    other: String,
    /// What was put there in place of what was written in the other language.
    translation: String,
    /// What is wrong with the text, as of the last pause.
    wrong: Vec<Complaint>,
    /// The text has changed since.
    stale: bool,
    /// Counts the changes of the text.
    edits: u32,
    suggestions: Option<Suggestions>,
    /// The query in the address, as last seen or put there.
    address: String,
    /// The query under way: its number, and when it began.
    running: Option<(u32, f64)>,
    runs: u32,
    /// Why there is no answer.
    failure: Option<String>,
    answers: Vec<Answer>,
    earlier: Vec<(Language, Rc<str>)>,
    samples: Vec<Group>,
    /// The samples are open from the beginning.
    wide: bool,
    /// Answers stand side by side.
    beside: bool,
}

pub(super) enum Msg {
    /// The field has another text, or the cursor is elsewhere.
    Typed,
    /// All suggestions are wanted.
    Suggest,
    /// The next suggestion, or the one before.
    Step(isize),
    Take(usize),
    CloseSuggestions,
    /// There was a pause after so many changes.
    Check(u32),
    /// A place of the text is wanted.
    Go(usize),
    Run,
    /// Another query comes into the editor, and is run.
    RunText(Language, String),
    /// Another query comes into the editor.
    Edit(Language, String),
    /// One writes in the other language.
    Switch,
    /// What was written is said in the other language, or cannot be.
    Said(Result<String, String>),
    /// What is wrong with the text after so many changes.
    Read(u32, Result<Vec<Complaint>, String>),
    Tick(u32),
    Stop,
    Came(u32, String, Option<Said>, Result<Answered, String>),
    Sort(u32, usize),
    Close(u32),
    Beside,
    Export(u32, Form),
}

impl Component for QueryPage {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let width = gloo::utils::window().inner_width().ok().and_then(|width| width.as_f64());
        let mut page = Self {
            field: NodeRef::default(),
            language: Language::default(),
            text: String::new(),
            other: String::new(),
            translation: String::new(),
            wrong: Vec::new(),
            stale: false,
            edits: 0,
            suggestions: None,
            address: String::new(),
            running: None,
            runs: 0,
            failure: None,
            answers: Vec::new(),
            earlier: Vec::new(),
            samples: Vec::new(),
            wide: width.is_none_or(|width| width > WIDE),
            beside: false,
        };
        page.take_up(ctx);
        page
    }

    fn changed(&mut self, ctx: &Context<Self>, _before: &Props) -> bool {
        self.take_up(ctx);
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Typed => self.typed(ctx),
            Msg::Suggest => self.suggest(ctx, true),
            Msg::Step(by) => {
                if let Some(it) = &mut self.suggestions {
                    it.at =
                        (it.at.cast_signed() + by).rem_euclid(it.choices.len().max(1).cast_signed()) as usize;
                }
            }
            Msg::Take(place) => {
                let taken = self.suggestions.take();
                if let (Some(it), Some(field)) = (taken, self.element())
                    && let Some(choice) = it.choices.get(place)
                {
                    editor::put(&field, &self.text, it.span.range(), &choice.text);
                    self.typed(ctx);
                    self.suggestions = None;
                }
            }
            Msg::CloseSuggestions => self.suggestions = None,
            Msg::Check(edits) if edits == self.edits => {
                self.check(ctx);
                return false;
            }
            Msg::Read(edits, wrong) if edits == self.edits => {
                self.stale = false;
                match wrong {
                    Ok(wrong) => self.wrong = wrong,
                    Err(failure) => self.failure = Some(failure),
                }
            }
            Msg::Go(at) => {
                if let Some(field) = self.element() {
                    editor::select(&field, &self.text, at..at);
                }
                return false;
            }
            Msg::Run => self.run(ctx),
            Msg::RunText(language, text) => {
                self.speak(ctx, language);
                self.put(ctx, &text);
                self.run(ctx);
            }
            Msg::Edit(language, text) => {
                self.speak(ctx, language);
                self.put(ctx, &text);
            }
            Msg::Switch => {
                // What someone wrote in the other language stays.
                let is_own = !self.other.trim().is_empty() && self.other != self.translation;
                let (language, text) = (self.language, self.text.clone());
                if is_own || text.trim().is_empty() {
                    self.speak(ctx, language.other());
                } else {
                    ctx.link().send_future(async move { Msg::Said(language.said_otherwise(&text).await) });
                }
            }
            Msg::Said(said) => {
                self.speak(ctx, self.language.other());
                self.translation = said.clone().unwrap_or_default();
                self.put(ctx, &said.clone().unwrap_or_default());
                self.failure = said.err();
            }
            Msg::Tick(run) if self.running.is_some_and(|(number, _)| number == run) => tick(ctx, run),
            Msg::Check(_) | Msg::Read(..) | Msg::Tick(_) => return false,
            Msg::Stop => {
                self.running = None;
                ctx.props().host.stop();
            }
            Msg::Came(run, text, said, answer) => return self.came(ctx, run, (&text, said.as_ref()), answer),
            Msg::Sort(number, column) => {
                if let Some(answer) = self.answers.iter_mut().find(|answer| answer.number == number) {
                    answer.sort_by(column);
                }
            }
            Msg::Beside => self.beside = !self.beside,
            Msg::Close(number) => self.answers.retain(|answer| answer.number != number),
            Msg::Export(number, form) => {
                if let Some(answer) = self.answers.iter().find(|answer| answer.number == number) {
                    result::export(answer, form, &ctx.props().host);
                }
                return false;
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let told = &ctx.props().told;
        let language = self.language;
        let run = link.callback(move |text| Msg::RunText(language, text));
        html! {
            <div class="query-page">
                <section class="card asking" aria-labelledby="query-title">
                    <div class="section-head">
                        <h1 id="query-title">{ "Query" }</h1>
                        <div class="chip-buttons" role="group" aria-label="Language">
                            { for Language::ALL.map(|language| self.language_button(ctx, language)) }
                        </div>
                        <span class="muted">{ "answered in this browser from the records loaded here" }</span>
                    </div>
                    { editor::editor(&self.field, &self.look(), self.handlers(ctx)) }
                    { self.actions(ctx) }
                    if let Some(failure) = &self.failure {
                        <p class="problem" role="alert" data-testid="query-failure">{ failure }</p>
                    }
                </section>
                { samples::list(&self.samples, told, self.wide, &run) }
                <div class={classes!("query-answers", self.beside.then_some("paired"))}>
                    { self.layout(ctx) }
                    if self.answers.is_empty() {
                        <p class="muted nothing">{ "Answers come here, the newest first. A click on a name in “To begin with” runs that query; Ctrl+Space shows what may stand at the cursor." }</p>
                    }
                    { for self.answers.iter().map(|answer| result::draw(ctx, answer, told)) }
                </div>
            </div>
        }
    }

    fn rendered(&mut self, _ctx: &Context<Self>, _first: bool) {
        if self.suggestions.is_some() {
            editor::place_suggestions();
        }
    }
}

impl QueryPage {
    /// Heeds what is loaded, and the query in the address if it is another.
    fn take_up(&mut self, ctx: &Context<Self>) {
        let told = &ctx.props().told;
        self.samples = samples::samples(self.language, told);
        let query = told.view().query;
        if query != self.address {
            self.address.clone_from(&query);
            match hash::query(&query) {
                Ok(Some((text, language))) if (&text, language) != (&self.text, self.language) => {
                    ctx.link().send_message(Msg::RunText(language, text));
                }
                Ok(_) => {}
                Err(language) => {
                    self.failure = Some(format!(
                        "The address holds a query in a language that this page does not speak: {language}. It speaks insights and sql."
                    ));
                }
            }
        }
    }

    fn element(&self) -> Option<HtmlTextAreaElement> {
        self.field.cast()
    }

    fn look(&self) -> Look<'_> {
        Look {
            language: self.language,
            text: &self.text,
            wrong: &self.wrong,
            stale: self.stale,
            suggestions: self.suggestions.as_ref(),
        }
    }

    fn handlers(&self, ctx: &Context<Self>) -> Handlers {
        let link = ctx.link();
        let chosen = self.suggestions.as_ref().map(|it| it.at);
        let onkeydown = link.batch_callback(move |event: KeyboardEvent| {
            let control = event.ctrl_key() || event.meta_key();
            let msg = match (event.key().as_str(), chosen) {
                ("Enter", _) if control => Msg::Run,
                (" ", _) if control => Msg::Suggest,
                ("ArrowDown", Some(_)) => Msg::Step(1),
                ("ArrowUp", Some(_)) => Msg::Step(-1),
                ("Enter" | "Tab", Some(at)) if !event.shift_key() => Msg::Take(at),
                ("Escape", Some(_)) => Msg::CloseSuggestions,
                ("ArrowLeft" | "ArrowRight" | "Home" | "End", Some(_)) => return Some(Msg::CloseSuggestions),
                _ => return None,
            };
            event.prevent_default();
            Some(msg)
        });
        Handlers {
            oninput: link.callback(|_| Msg::Typed),
            onkeydown,
            onblur: link.callback(|_| Msg::CloseSuggestions),
            take: link.callback(Msg::Take),
            go: link.callback(Msg::Go),
        }
    }

    fn language_button(&self, ctx: &Context<Self>, language: Language) -> Html {
        let is_spoken = language == self.language;
        let onclick = ctx.link().batch_callback(move |_: MouseEvent| (!is_spoken).then_some(Msg::Switch));
        let pressed = is_spoken.to_string();
        html! { <button type="button" class="chip-button" aria-pressed={pressed} {onclick}>{ language.name() }</button> }
    }

    /// How several answers stand.
    fn layout(&self, ctx: &Context<Self>) -> Html {
        let onclick = ctx.link().callback(|_: MouseEvent| Msg::Beside);
        html! {
            if self.answers.len() > 1 {
                <button type="button" class="chip-button" aria-pressed={self.beside.to_string()} {onclick}>{ "Side by side" }</button>
            }
        }
    }

    fn actions(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let blank = self.text.trim().is_empty();
        let filter = &ctx.props().told.filter;
        let earlier = self.earlier.iter().map(|(language, text)| {
            let onclick = {
                let (language, text) = (*language, Rc::clone(text));
                link.callback(move |_: MouseEvent| Msg::Edit(language, (*text).to_owned()))
            };
            html! { <button type="button" class="mono earlier" title={(**text).to_owned()} {onclick}>{ result::one_line(text) }</button> }
        });
        html! {
            <div class="actions">
                if let Some((_, began)) = self.running {
                    <button type="button" class="primary" data-testid="query-cancel" onclick={link.callback(|_| Msg::Stop)}>{ "Cancel" }</button>
                    <span class="muted" role="status">{ format!("Running, {:.1} s", (Date::now() - began).max(0.0) / 1000.0) }</span>
                } else {
                    <button type="button" class="primary" data-testid="query-run" disabled={blank} title="Ctrl+Enter" onclick={link.callback(|_| Msg::Run)}>{ "Run" }</button>
                }
                if !self.earlier.is_empty() {
                    { dropdown(html! { "Earlier" }, html! {
                        <>
                            <p class="menu-title">{ "Kept until you close the page" }</p>
                            { for earlier }
                        </>
                    }) }
                }
                if !filter.is_empty() {
                    <span class="muted">{ "Asks the records that pass " }<span class="mono">{ filter }</span></span>
                }
            </div>
        }
    }

    /// The text or the cursor has changed.
    fn typed(&mut self, ctx: &Context<Self>) {
        let text = self.element().map(|field| field.value()).unwrap_or_default();
        if text != self.text {
            self.text = text;
            self.edits += 1;
            self.stale = true;
            let edits = self.edits;
            ctx.link().send_future(async move {
                TimeoutFuture::new(PAUSE_MILLIS).await;
                Msg::Check(edits)
            });
        }
        self.suggest(ctx, false);
    }

    fn suggest(&mut self, ctx: &Context<Self>, asked: bool) {
        let cursor = self.element().map_or(self.text.len(), |field| editor::cursor(&field, &self.text));
        self.suggestions = suggest(self.language, &self.text, cursor, &ctx.props().told, asked);
    }

    /// Puts another query into the editor.
    fn put(&mut self, ctx: &Context<Self>, text: &str) {
        if let Some(field) = self.element() {
            editor::put(&field, &self.text, 0..self.text.len(), text);
        }
        self.typed(ctx);
        self.suggestions = None;
    }

    /// One writes in a language; what was written in the other waits.
    fn speak(&mut self, ctx: &Context<Self>, language: Language) {
        if language == self.language {
            return;
        }
        self.language = language;
        self.samples = samples::samples(language, &ctx.props().told);
        let other = std::mem::replace(&mut self.other, self.text.clone());
        (self.wrong, self.failure) = (Vec::new(), None);
        self.put(ctx, &other);
    }

    /// Says what is wrong with the text.
    fn check(&self, ctx: &Context<Self>) {
        let (edits, language, text) = (self.edits, self.language, self.text.clone());
        let told = ctx.props().told.clone();
        if text.trim().is_empty() {
            ctx.link().send_message(Msg::Read(edits, Ok(Vec::new())));
            return;
        }
        ctx.link().send_future(async move {
            let read = language.read(&text).await;
            Msg::Read(
                edits,
                read.map(|read| read.map_or_else(|wrong| wrong, |said| complaints(&said, &told, 0))),
            )
        });
    }

    fn run(&mut self, ctx: &Context<Self>) {
        self.suggestions = None;
        self.failure = None;
        self.edits += 1;
        self.stale = false;
        self.wrong.clear();
        if self.running.is_some() || self.text.trim().is_empty() {
            return;
        }
        let (language, text) = (self.language, self.text.clone());
        self.runs += 1;
        let (run, began) = (self.runs, Date::now());
        self.running = Some((run, began));
        let (host, told) = (ctx.props().host.clone(), ctx.props().told.clone());
        ctx.link().send_future(async move {
            let now = (began / 1000.0) as u64;
            let said = match language.read(&text).await {
                Ok(Ok(said)) => said,
                Ok(Err(wrong)) => return Msg::Came(run, text, None, Ok(Err(wrong))),
                Err(failure) => return Msg::Came(run, text, None, Err(failure)),
            };
            let wrong = complaints(&said, &told, now);
            if !wrong.is_empty() {
                return Msg::Came(run, text, None, Ok(Err(wrong)));
            }
            host.set_hash(&hash::of(&text, language));
            let answer = host.ask(&Question { said: said.clone(), now, stopover: None }).await;
            Msg::Came(run, text, Some(said), answer)
        });
        tick(ctx, run);
    }

    /// An answer came. That to a query that was given up is dropped.
    fn came(
        &mut self,
        ctx: &Context<Self>,
        run: u32,
        (text, said): (&str, Option<&Said>),
        answer: Result<Answered, String>,
    ) -> bool {
        let Some((_, began)) = self.running.take_if(|(number, _)| *number == run) else { return false };
        match (answer, said) {
            (Ok(Ok(table)), Some(said)) => {
                let told = &ctx.props().told;
                let took = Date::now() - began;
                let answer = Answer::new(run, (text, said), told.filter.clone(), told.report, took, table);
                let asked = (answer.language, Rc::clone(&answer.text));
                self.earlier.retain(|earlier| *earlier != asked);
                self.earlier.insert(0, asked);
                self.earlier.truncate(EARLIER_MAX);
                self.answers.insert(0, answer);
                self.answers.truncate(ANSWERS_MAX);
            }
            (Ok(Ok(_)), None) => {}
            (Ok(Err(wrong)), _) if text == self.text => self.wrong = wrong,
            (Ok(Err(wrong)), _) => self.failure = wrong.first().map(ToString::to_string),
            (Err(message), _) => self.failure = Some(message),
        }
        true
    }
}

fn tick(ctx: &Context<QueryPage>, run: u32) {
    ctx.link().send_future(async move {
        TimeoutFuture::new(TICK_MILLIS).await;
        Msg::Tick(run)
    });
}
