//! What the page knows: one value, changed by [`Action`]s; every part of the page is a function of it.

mod formats;
pub mod session;
mod shared;
mod unfolded;
mod value;

use std::rc::Rc;

use yew::prelude::*;

pub use formats::Typed;
pub use session::Session;
pub use shared::Shared;
pub use unfolded::{STEP, Unfolded};
pub use value::Value;

use super::format::Clock;
use super::same::Sorted;
use super::theme::Theme;
use crate::engine::messages::{Opened, Progress};
use crate::query::{Expr, filter_text};
use crate::report::Report;
use crate::report::model::{FromAthena, Overview};
use crate::report::view::link::{Page, View};

/// Everything on show.
#[derive(Clone, PartialEq)]
pub struct State {
    /// Where the page is between empty and ready.
    pub phase: Phase,
    /// How far the load is.
    pub progress: Progress,
    /// What the records say.
    pub report: Option<Shared<Report>>,
    /// How many records are exact copies of others, once they are counted.
    pub copies: Option<u64>,
    /// Sums, timeline and top lists under the filter.
    pub overview: Option<Shared<Overview>>,
    /// A newer overview is on its way.
    pub overview_pending: bool,
    /// Page, filter and time range, as in the address.
    pub view: View,
    /// The filter as the executor takes it.
    pub filter: Shared<Expr>,
    /// What is wrong with the filter's text, and where.
    pub filter_error: Option<String>,
    /// Why there is nothing to show.
    pub failure: Option<String>,
    /// There was something to show before.
    pub lost: bool,
    /// What the user should know and may dismiss.
    pub notices: Vec<String>,
    /// A passing remark, with its number.
    pub toast: Option<(u32, String)>,
    /// The open dialog.
    pub dialog: Option<Dialog>,
    /// The open menu of a value.
    pub menu: Option<Menu>,
    /// Files are over the window.
    pub dragged_over: bool,
    /// How much of the page is unfolded.
    pub unfolded: Unfolded,
    /// The finding on show, with its records and queries.
    pub finding: Option<Shared<Opened>>,
    /// Light or dark.
    pub theme: Theme,
    /// How times are shown.
    pub clock: Clock,
    /// What the timeline counts.
    pub metric: Metric,
    /// The user's word on NAT interfaces.
    pub nat_words: Vec<(String, bool)>,
    /// The format that is being typed for a file.
    pub typed: Option<Typed>,
}

/// Where the page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Nothing is loaded.
    Empty,
    /// Files are being read.
    Loading,
    /// There is a report.
    Ready,
    /// Nothing could be read.
    Failed,
}

impl Phase {
    /// The value of `data-phase`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Loading => "loading",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }
}

/// A dialog.
#[derive(Clone, PartialEq)]
pub enum Dialog {
    /// The keys.
    Help,
    /// Records to paste.
    Paste,
    /// Files came while others are loaded, or some of them twice.
    Files {
        /// The files.
        sorted: Sorted,
        /// Whether others are loaded.
        loaded: bool,
    },
}

/// The open menu of a value.
#[derive(Clone, PartialEq)]
pub struct Menu {
    /// The value.
    pub value: Value,
    /// The button that opened it.
    pub opener: web_sys::HtmlElement,
}

/// What the timeline counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Metric {
    /// Records.
    #[default]
    Records,
    /// Bytes.
    Bytes,
    /// Packets.
    Packets,
}

/// A change of [`State`].
pub enum Action {
    /// The address changed.
    Viewed(View),
    /// A load began.
    Began(Progress),
    /// A load went on.
    Progressed(Progress),
    /// A report came.
    Reported(Shared<Report>),
    /// What stands after a worker has stopped.
    Stands(Shared<Report>),
    /// So many records are exact copies of others.
    Copies(u64),
    /// A load failed as a whole.
    Failed(String),
    /// All records are gone, with the worker that held them.
    Lost(String),
    /// Everything is forgotten.
    Cleared,
    /// An overview was asked for.
    OverviewAsked,
    /// An overview came.
    OverviewCame(Result<Shared<Overview>, String>),
    /// Something the user should know.
    Noticed(String),
    /// The user has read a notice.
    Dismissed(usize),
    /// A passing remark.
    Toasted(u32, String),
    /// A remark has passed.
    ToastPassed(u32),
    /// A dialog opens or closes.
    Dialog(Option<Dialog>),
    /// A menu opens or closes.
    Menu(Option<Menu>),
    /// Files came over the window, or left it.
    DraggedOver(bool),
    /// More or less of the page is unfolded.
    Unfolded(Unfolded),
    /// A finding came with its records.
    FindingCame(Shared<Opened>),
    /// The colours are others.
    Theme(Theme),
    /// Times are shown otherwise.
    Clock(Clock),
    /// The timeline counts something else.
    Metric(Metric),
    /// The user's word on an interface.
    NatWord(String, Option<bool>),
    /// A format is being typed for a file.
    Typed(Typed),
    /// What was typed is checked.
    Checked(Typed),
}

impl State {
    /// Nothing loaded, the view of the address.
    pub fn new(view: View) -> Self {
        let state = Self {
            phase: Phase::Empty,
            progress: Progress::default(),
            report: None,
            copies: None,
            overview: None,
            overview_pending: false,
            view: View::default(),
            filter: Shared::new(Expr::True),
            filter_error: None,
            failure: None,
            lost: false,
            notices: Vec::new(),
            toast: None,
            dialog: None,
            menu: None,
            dragged_over: false,
            unfolded: Unfolded::default(),
            finding: None,
            theme: Theme::default(),
            clock: Clock::Utc,
            metric: Metric::default(),
            nat_words: Vec::new(),
            typed: None,
        };
        state.viewing(view)
    }

    /// The same with another view. A filter that cannot be read filters nothing, and says so.
    fn viewing(mut self, view: View) -> Self {
        if view.filter != self.view.filter {
            (self.filter, self.filter_error) = match filter_text::parse(&view.filter) {
                _ if view.filter.is_empty() => (Shared::new(Expr::True), None),
                Ok(expr) => (Shared::new(expr), None),
                Err(error) => (Shared::new(Expr::True), Some(error.to_string())),
            };
        }
        let as_before = view.page == self.view.page && view.problems == self.view.problems;
        let unfolded = if as_before { self.unfolded } else { Unfolded::default() };
        Self { view, unfolded, menu: None, ..self }
    }

    /// Whether a page of the program `query` is on show; that of Athena needs no records.
    pub fn shows_later(&self) -> bool {
        let is_there = self.report.is_some() && matches!(self.phase, Phase::Ready | Phase::Loading);
        self.view.page.is_later()
            && (is_there || self.view.page == Page::Athena && self.phase == Phase::Empty)
    }

    /// The results of Athena that are on show in place of records.
    pub fn from_athena(&self) -> Option<&FromAthena> {
        self.report.as_ref()?.athena.as_ref().filter(|athena| athena.shown)
    }

    /// Nothing loaded; how it is shown stays.
    fn emptied(&self, view: View) -> Self {
        Self { theme: self.theme, clock: self.clock, metric: self.metric, ..Self::new(view) }
    }

    fn reported(self, report: Shared<Report>) -> Self {
        let nothing_read =
            report.totals.records == 0 && report.inputs.iter().all(|input| input.error.is_some());
        let phase = match (report.inputs.is_empty(), nothing_read) {
            (true, _) => Phase::Empty,
            (false, true) => Phase::Failed,
            (false, false) => Phase::Ready,
        };
        let copies = report.totals.duplicates;
        Self {
            phase,
            failure: None,
            lost: false,
            copies,
            report: (phase != Phase::Empty).then_some(report),
            ..self
        }
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let state = Self::clone(&self);
        Rc::new(match action {
            Action::Viewed(view) => state.viewing(view),
            Action::Began(progress) => Self {
                phase: Phase::Loading,
                progress,
                failure: None,
                lost: false,
                dialog: None,
                menu: None,
                ..state
            },
            Action::Progressed(progress) => Self { progress, ..state },
            // The load that is under way ends with a report of its own.
            Action::Stands(_) if state.phase == Phase::Loading => state,
            Action::Reported(report) | Action::Stands(report) => {
                Self { typed: None, ..state.reported(report) }
            }
            // The answer to an older question is dropped.
            Action::Checked(checked) if state.typed.as_ref().is_none_or(|it| it.text != checked.text) => {
                state
            }
            Action::Typed(typed) | Action::Checked(typed) => Self { typed: Some(typed), ..state },
            Action::Failed(message) if state.report.is_some() => {
                let mut notices = state.notices;
                notices.push(message);
                Self { phase: Phase::Ready, notices, ..state }
            }
            Action::Copies(found) => Self { copies: Some(found), ..state },
            // What failed because all is lost says no more than that.
            Action::Failed(_) if state.failure.is_some() => state,
            Action::Failed(message) => Self { phase: Phase::Failed, failure: Some(message), ..state },
            Action::Lost(message) => Self {
                phase: Phase::Failed,
                failure: Some(message),
                lost: state.report.is_some(),
                ..state.emptied(View::clone(&state.view))
            },
            Action::Cleared => state.emptied(View::default()),
            Action::OverviewAsked => Self { overview_pending: true, ..state },
            Action::OverviewCame(Ok(overview)) => {
                Self { overview: Some(overview), overview_pending: false, ..state }
            }
            Action::OverviewCame(Err(_)) if state.report.is_none() => state,
            Action::OverviewCame(Err(message)) => {
                let mut notices = state.notices;
                notices.push(message);
                Self { overview_pending: false, notices, ..state }
            }
            Action::Noticed(text) => {
                let mut notices = state.notices;
                if !notices.contains(&text) {
                    notices.push(text);
                }
                Self { notices, ..state }
            }
            Action::Dismissed(place) => {
                let mut notices = state.notices;
                if place < notices.len() {
                    notices.remove(place);
                }
                Self { notices, ..state }
            }
            Action::Toasted(number, text) => Self { toast: Some((number, text)), ..state },
            Action::ToastPassed(number) => {
                let toast = state.toast.filter(|(shown, _)| *shown != number);
                Self { toast, ..state }
            }
            Action::Dialog(dialog) => Self { dialog, menu: None, ..state },
            Action::Menu(menu) => Self { menu, ..state },
            Action::DraggedOver(dragged_over) => Self { dragged_over, ..state },
            Action::Unfolded(unfolded) => Self { unfolded, ..state },
            Action::FindingCame(finding) => Self { finding: Some(finding), ..state },
            Action::Theme(theme) => Self { theme, ..state },
            Action::Clock(clock) => Self { clock, ..state },
            Action::Metric(metric) => Self { metric, ..state },
            Action::NatWord(interface, word) => {
                let mut nat_words = state.nat_words;
                nat_words.retain(|(known, _)| *known != interface);
                nat_words.extend(word.map(|word| (interface, word)));
                Self { nat_words, ..state }
            }
        })
    }
}

/// What every part of the page gets.
#[derive(Clone)]
pub struct Context {
    /// What is on show.
    pub state: Rc<State>,
    /// What can be done.
    pub session: Session,
}

impl PartialEq for Context {
    /// By identity: a state that changed is another one.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.state, &other.state)
    }
}
