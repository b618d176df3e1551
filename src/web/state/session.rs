//! What can be done: read files, ask the desk, move about, copy.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::lock::Mutex;
use gloo::timers::callback::Timeout;
use gloo::timers::future::TimeoutFuture;
use js_sys::Uint8Array;
use wasm_bindgen_futures::spawn_local;
use yew::{Callback, MouseEvent, UseReducerDispatcher};

use super::{Action, Dialog, Shared, State, Value};
use crate::engine::messages::{FileInfo, Given, Progress, Reply, Request};
use crate::query::Expr;
use crate::report::Report;
use crate::report::view::conditions;
use crate::report::view::link::{Page, View};
use crate::report::writing::Form;
use crate::web::files::Picked;
use crate::web::worker::client::{Client, Event};
use crate::web::{files, formats, give, same, text};

/// How long a remark stays.
const TOAST_MILLIS: u32 = 4_000;
/// So long the overview waits for records to be asked for first.
const ROWS_FIRST_MILLIS: u32 = 60;

/// A handle to the desk and to the page's state; cheap to clone.
#[derive(Clone)]
pub struct Session(pub(super) Rc<Inner>);

pub(super) struct Inner {
    client: Result<Client, String>,
    dispatch: UseReducerDispatcher<State>,
    /// The last report, for those who are not components.
    report: Rc<RefCell<Option<Shared<Report>>>>,
    /// The files that were read, in the order of the report's inputs.
    read: Rc<RefCell<Vec<Picked>>>,
    /// Formats that the user gave, this time or before.
    pub(super) formats: RefCell<Vec<Given>>,
    /// One load at a time; the next waits.
    pub(super) turn: Mutex<()>,
    toasts: Cell<u32>,
    overviews: Cell<u32>,
}

impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Session {
    /// Starts the workers.
    pub fn start(dispatch: UseReducerDispatcher<State>) -> Self {
        let held = Rc::<RefCell<Option<Shared<Report>>>>::default();
        let read = Rc::<RefCell<Vec<Picked>>>::default();
        let on_event = {
            let (dispatch, report, read) = (dispatch.clone(), Rc::clone(&held), Rc::clone(&read));
            move |event| match event {
                Event::Progress(progress) => dispatch.dispatch(Action::Progressed(progress)),
                Event::Copies(found) => dispatch.dispatch(Action::Copies(found)),
                Event::Crashed(message, found) => {
                    let found = Shared::new(*found);
                    report.replace(Some(found.clone()));
                    dispatch.dispatch(Action::Noticed(message));
                    dispatch.dispatch(Action::Stands(found));
                }
                Event::Lost(message) => {
                    report.replace(None);
                    read.replace(Vec::new());
                    dispatch.dispatch(Action::Lost(message));
                }
            }
        };
        Self(Rc::new(Inner {
            client: Client::start(on_event),
            dispatch,
            report: held,
            read,
            formats: RefCell::new(formats::stored()),
            turn: Mutex::default(),
            toasts: Cell::default(),
            overviews: Cell::default(),
        }))
    }

    /// A handler of clicks that does something with this session.
    pub fn on(&self, act: impl Fn(&Self) + 'static) -> Callback<MouseEvent> {
        let this = self.clone();
        Callback::from(move |_| act(&this))
    }

    /// Changes the state.
    pub fn dispatch(&self, action: Action) {
        self.0.dispatch.dispatch(action);
    }

    /// The last report.
    pub fn report(&self) -> Option<Shared<Report>> {
        self.0.report.borrow().clone()
    }

    /// Asks the desk.
    pub async fn ask(&self, request: Request) -> Reply {
        self.ask_with(request, Vec::new()).await
    }

    async fn ask_with(&self, request: Request, files: Vec<web_sys::File>) -> Reply {
        match &self.0.client {
            Ok(client) => client.ask(request, files).await,
            Err(message) => Reply::Failed(text::no_worker(message)),
        }
    }

    /// Takes files: reads them, or asks first when others are loaded or some are there twice.
    pub fn offer(&self, picked: Vec<Picked>) {
        if picked.is_empty() {
            self.toast(text::NO_FILES);
            return;
        }
        let this = self.clone();
        spawn_local(async move {
            let report = this.report();
            let has_records =
                report.as_ref().is_some_and(|report| report.inputs.iter().any(|input| input.records > 0));
            let has_results = report.is_some_and(|report| report.athena.is_some());
            let results = picked.iter().all(|file| same::is_result(&file.name));
            let loaded = has_records && !results;
            let read = if has_records || has_results { this.read_well() } else { Vec::new() };
            let sorted = same::sort(picked, read, &|| this.toast(text::COMPARING)).await;
            if results && sorted.fresh.is_empty() {
                this.toast(text::RESULTS_AGAIN);
            } else if results || has_results && sorted.twice.is_empty() && sorted.loaded.is_empty() {
                // They are kept apart from records, and those of one step belong to those of the next.
                this.start_reading(sorted.fresh, false);
            } else if loaded || !sorted.twice.is_empty() {
                this.dispatch(Action::Dialog(Some(Dialog::Files { sorted, loaded })));
            } else {
                // What waits for a format may have come to its own.
                let waits = |report: Shared<Report>| {
                    report.inputs.iter().any(|it| it.guess.is_some() || !it.flow_logs.is_empty())
                };
                this.start_reading(sorted.fresh, !this.report().is_some_and(waits));
            }
        });
    }

    /// The files that were read to their end.
    fn read_well(&self) -> Vec<Picked> {
        let (report, read) = (self.report(), self.0.read.borrow());
        let inputs = report.iter().flat_map(|report| &report.inputs);
        read.iter()
            .zip(inputs)
            .filter(|(_, input)| input.error.is_none())
            .map(|(file, _)| file.clone())
            .collect()
    }

    /// Reads files without waiting for them.
    pub fn start_reading(&self, picked: Vec<Picked>, replace: bool) {
        let this = self.clone();
        spawn_local(async move {
            // What went wrong is on the page by then.
            let _shown = this.read(picked, replace, None).await;
        });
    }

    /// Reads files; ready when all are read, or the user has cancelled. `given`: the format of those without a header line.
    pub async fn read(
        &self,
        picked: Vec<Picked>,
        replace: bool,
        given: Option<Given>,
    ) -> Result<Shared<Report>, String> {
        let _turn = self.0.turn.lock().await;
        let (infos, handles): (Vec<_>, Vec<_>) = picked
            .iter()
            .map(|Picked { name, file }| {
                (FileInfo { name: name.clone(), size: file.size() as u64 }, file.clone())
            })
            .unzip();
        self.dispatch(Action::Began(Progress {
            files: infos.len() as u64,
            bytes: infos.iter().map(|info| info.size).sum(),
            ..Progress::default()
        }));
        let request = Request::Load { files: infos, replace, formats: self.formats(given) };
        let reply = self.ask_with(request, handles).await;
        if matches!(reply, Reply::Report(_)) {
            let mut read = self.0.read.borrow_mut();
            if replace {
                read.clear();
            }
            read.extend(picked);
        }
        self.take_report(reply)
    }

    /// Reads the sample that comes with the page.
    pub fn read_sample(&self) {
        let this = self.clone();
        spawn_local(async move {
            match files::sample().await {
                Ok(sample) => {
                    let _shown = this.read(vec![sample], true, None).await;
                }
                Err(message) => this.dispatch(Action::Noticed(message)),
            }
        });
    }

    /// Stops the load; what was read stays.
    pub fn cancel(&self) {
        self.stop(Request::Cancel);
    }

    /// Gives up the question that is under way.
    pub fn stop_asking(&self) {
        self.stop(Request::StopAsking);
    }

    fn stop(&self, request: Request) {
        let this = self.clone();
        spawn_local(async move {
            if let Reply::Failed(message) = this.ask(request).await {
                this.dispatch(Action::Noticed(message));
            }
        });
    }

    /// Forgets everything, without waiting for it.
    pub fn forget(&self) {
        let this = self.clone();
        spawn_local(async move { this.clear().await });
    }

    /// Forgets everything.
    pub async fn clear(&self) {
        let _turn = self.0.turn.lock().await;
        self.ask(Request::Clear).await;
        self.0.report.replace(None);
        self.0.read.replace(Vec::new());
        self.dispatch(Action::Cleared);
        show(&View::default());
    }

    /// The text of a form of the report.
    pub async fn written(&self, form: Form) -> Result<Vec<u8>, String> {
        match self.ask(Request::Write(form)).await {
            Reply::Written(text) => Ok(text),
            Reply::Failed(message) => Err(message),
            _ => Err(text::UNEXPECTED.to_owned()),
        }
    }

    /// Fetches a finding with its records. That there is none is on show already.
    pub fn fetch_finding(&self, id: String) {
        let this = self.clone();
        spawn_local(async move {
            match this.ask(Request::Finding { id }).await {
                Reply::Finding(Some(opened)) => this.dispatch(Action::FindingCame(Shared::new(*opened))),
                Reply::Failed(message) => this.toast(&message),
                _ => {}
            }
        });
    }

    /// Says whether an interface belongs to a NAT gateway.
    pub fn mark_nat(&self, interface: String, is_nat: Option<bool>) {
        let request = Request::MarkNat { interface: interface.clone(), is_nat };
        self.judge_again(request, Some(Action::NatWord(interface, is_nat)));
    }

    /// Shows what results of Athena tell, or what the records do.
    pub fn show_athena(&self, shown: bool) {
        self.judge_again(Request::ShowAthena(shown), None);
    }

    /// Whether nothing can be filtered, which is said.
    fn is_of_athena(&self) -> bool {
        let is =
            self.report().is_some_and(|report| report.athena.as_ref().is_some_and(|athena| athena.shown));
        if is {
            self.toast(text::NO_FILTER);
        }
        is
    }

    /// Leaves exact copies of records out, or counts them again.
    pub fn leave_out(&self, leave_out: bool) {
        self.judge_again(Request::LeaveOut(leave_out), None);
    }

    fn judge_again(&self, request: Request, then: Option<Action>) {
        let this = self.clone();
        spawn_local(async move {
            let reply = this.ask(request).await;
            if let Reply::Failed(message) = reply {
                this.dispatch(Action::Noticed(message));
            } else if this.take_report(reply).is_ok() {
                if let Some(action) = then {
                    this.dispatch(action);
                }
                this.toast(text::JUDGED_AGAIN);
            }
        });
    }

    /// Leaves exact copies of records out; ready when the rest is judged.
    pub async fn leave_out_copies(&self) -> Result<Shared<Report>, String> {
        self.take_report(self.ask(Request::LeaveOut(true)).await)
    }

    /// Asks for the overview under a filter; the answer to an older question is dropped.
    /// `rows_first`: the page shows records, which are asked for before it.
    pub fn refresh_overview(&self, filter: Expr, range: Option<(u64, u64)>, rows_first: bool) {
        let number = self.0.overviews.get() + 1;
        self.0.overviews.set(number);
        self.dispatch(Action::OverviewAsked);
        let this = self.clone();
        spawn_local(async move {
            if rows_first {
                TimeoutFuture::new(ROWS_FIRST_MILLIS).await;
            }
            if this.0.overviews.get() != number {
                return;
            }
            let reply = this.ask(Request::Overview { filter, range }).await;
            if this.0.overviews.get() == number {
                this.dispatch(Action::OverviewCame(match reply {
                    Reply::Overview(overview) => Ok(Shared::new(*overview)),
                    Reply::Failed(message) => Err(message),
                    _ => Err(text::UNEXPECTED.to_owned()),
                }));
            }
        });
    }

    /// Opens a page under the same filter.
    pub fn go(&self, page: Page) {
        show(&shown().on(page));
    }

    /// Replaces the filter.
    pub fn set_filter(&self, filter: &str) {
        if self.is_of_athena() {
            return;
        }
        show(&View { filter: filter.trim().to_owned(), ..shown() });
    }

    /// Replaces the time range.
    pub fn set_range(&self, from: Option<u64>, to: Option<u64>) {
        if self.is_of_athena() {
            return;
        }
        show(&View { from, to, ..shown() });
    }

    /// Shows everything again.
    pub fn widen(&self) {
        show(&View { page: shown().page, ..View::default() });
    }

    /// Keeps only records with this value.
    pub fn only(&self, value: &Value) {
        self.set_filter(&conditions::with(&shown().filter, &value.only));
    }

    /// Drops the records with this value.
    pub fn except(&self, value: &Value) {
        let filter = value.except.iter().fold(shown().filter, |filter, part| conditions::with(&filter, part));
        self.set_filter(&filter);
    }

    /// Copies a text, and says so; if the browser does not let us, says how to do it by hand.
    pub fn copy(&self, text_to_copy: String) {
        let this = self.clone();
        spawn_local(async move {
            let copied = give::copy(&text_to_copy).await;
            this.toast(if copied { text::COPIED } else { text::NOT_COPIED });
        });
    }

    /// Gives the report out as a file.
    pub fn export(&self, form: Form) {
        let this = self.clone();
        spawn_local(async move {
            let given = this.written(form).await.and_then(|text| {
                let (name, kind) = match form {
                    Form::Json | Form::JsonLines | Form::InputLines => {
                        ("flowlens-report.json", "application/json")
                    }
                    Form::Markdown => ("flowlens-report.md", "text/markdown"),
                    Form::Csv => ("flowlens-findings.csv", "text/csv"),
                    Form::Refused => ("flowlens-refused-lines.csv", "text/csv"),
                };
                let content = Uint8Array::from(text.as_slice()).into();
                give::download(name, kind, &content).map(|()| format!("{name} is in your downloads"))
            });
            this.toast(&given.unwrap_or_else(|message| message));
        });
    }

    /// Shows a passing remark.
    pub fn toast(&self, text: &str) {
        let number = self.0.toasts.get() + 1;
        self.0.toasts.set(number);
        self.dispatch(Action::Toasted(number, text.to_owned()));
        let this = self.clone();
        Timeout::new(TOAST_MILLIS, move || this.dispatch(Action::ToastPassed(number))).forget();
    }

    pub(super) fn take_report(&self, reply: Reply) -> Result<Shared<Report>, String> {
        let message = match reply {
            Reply::Report(report) => {
                let report = Shared::new(*report);
                self.0.report.replace(Some(report.clone()));
                self.dispatch(Action::Reported(report.clone()));
                return Ok(report);
            }
            Reply::Failed(message) => message,
            _ => text::UNEXPECTED.to_owned(),
        };
        self.dispatch(Action::Failed(message.clone()));
        Err(message)
    }
}

/// The view in the address.
pub fn shown() -> View {
    let hash = gloo::utils::window().location().hash().unwrap_or_default();
    View::parse(&hash)
}

/// Puts a view into the address; the page follows it.
pub fn show(view: &View) {
    // A hash can always be set on a page's own address.
    let _always = gloo::utils::window().location().set_hash(&view.hash());
}
