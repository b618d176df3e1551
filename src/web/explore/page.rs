use std::collections::BTreeSet;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use js_sys::Date;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::facets::{self, Facets};
use super::head::{self, clock, log, of_log};
use super::list::{BLOCK, List};
use super::table::{self, ROW};
use super::take::{self, Taking};
use super::{columns, detail};
use crate::engine::browse::{Browsed, Records};
use crate::query::{Answer, Expr, Scan, filter_text};
use crate::record::Log;
use crate::report::number::plural;
use crate::report::view::link::View;
use crate::report::view::narrow::combined;
use crate::report::view::records::{self, Record, Shape};
use crate::report::view::scroll::Scroll;
use crate::web::later::{Narrowing, Props, replace};
use crate::web::state::session::show;

/// Rows fetched above and below what is in sight.
const MARGIN: u64 = 64;
/// After so long without a move of the bar it is put where it belongs.
const SETTLE_MILLIS: u32 = 150;
/// The height of the heads of the columns, as in the stylesheet.
const HEAD: f64 = 28.0;
/// The window is wide enough for facets beside the table.
const WIDE: f64 = 900.0;

/// The page: the table of the records, their facets, and one of them whole.
pub(super) struct ExplorePage {
    frame: NodeRef,
    _resize: EventListener,
    facets_open: bool,
    /// The columns that there are.
    all: Vec<String>,
    shape: Shape,
    /// What the list is of.
    source: Option<Source>,
    /// Numbers the lists, and what facets are counted over: the same in any order.
    number: u32,
    counting: u32,
    list: List,
    /// The records of the list are on their way, others are on show.
    pending: bool,
    /// A fetch is under way.
    running: bool,
    failure: Option<String>,
    /// Milliseconds until the first records were there.
    took: f64,
    scroll: Scroll,
    /// Where the bar is to be put when the page is drawn.
    bar: Option<f64>,
    settling: Option<Timeout>,
    widths: Vec<usize>,
    open: Option<(u64, Record)>,
    /// The record that is to be opened when it is there.
    opening: Option<u64>,
    chosen: BTreeSet<u64>,
    last_chosen: u64,
    facets: Facets,
    chooser: bool,
    /// Records taken along so far.
    taken: Option<u64>,
}

/// What a list is of.
#[derive(Clone, Debug, PartialEq)]
struct Source {
    report: u64,
    records: u64,
    filter: String,
    from: Option<u64>,
    to: Option<u64>,
    shape: Shape,
}

impl Source {
    fn filter(&self) -> Expr {
        combined(&filter_text::parse(&self.filter).unwrap_or(Expr::True), self.from, self.to)
    }

    fn scan(&self) -> Scan {
        Scan { log: self.shape.log, ..Scan::of(self.filter()) }
    }
}

pub(super) enum Msg {
    Scrolled,
    Resized,
    /// The bar has stood still for a while.
    Settle,
    /// Records came: of which list, from which place on, and when they were asked for.
    Came(u32, u64, f64, Result<Browsed, String>),
    /// A head was clicked.
    Sort(String),
    /// Other columns are on show.
    Columns(Vec<String>),
    /// The chooser of columns opens or closes.
    Chooser,
    /// The records of another log are on show.
    Log(Log),
    Open(u64),
    /// The next record, or the one before.
    Step(i64),
    Close,
    Choose {
        place: u64,
        on: bool,
        /// All between the last that was chosen and this.
        through: bool,
    },
    ChooseNone,
    Take(Taking),
    /// So many records were taken so far.
    Took(u64),
    Taken(Result<String, String>),
    /// All facets open or close.
    Facets,
    /// A facet opens or closes.
    Facet(usize),
    /// More values of a facet are wanted, or fewer.
    MoreOf(usize),
    /// A facet came, and which counting it is of.
    Counted(usize, u32, Result<Answer, String>),
    /// A condition joins the filter.
    Narrow(String),
    /// Another filter takes its place.
    Filter(String),
    /// Nothing is filtered any more.
    Widen,
    CopyText(String),
}

impl Component for ExplorePage {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let window = gloo::utils::window();
        let width = window.inner_width().ok().and_then(|width| width.as_f64());
        let link = ctx.link().clone();
        let mut page = Self {
            frame: NodeRef::default(),
            _resize: EventListener::new(&window, "resize", move |_| link.send_message(Msg::Resized)),
            facets_open: width.is_none_or(|width| width > WIDE),
            all: Vec::new(),
            shape: Shape::default(),
            source: None,
            number: 0,
            counting: 0,
            list: List::default(),
            pending: false,
            running: false,
            failure: None,
            took: 0.0,
            scroll: Scroll::default(),
            bar: None,
            settling: None,
            widths: Vec::new(),
            open: None,
            opening: None,
            chosen: BTreeSet::new(),
            last_chosen: 0,
            facets: Facets::default(),
            chooser: false,
            taken: None,
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
            Msg::Scrolled => return self.scrolled(ctx),
            Msg::Resized => {}
            Msg::Settle => {
                self.bar = self.scroll.settle();
                return self.bar.is_some();
            }
            Msg::Came(number, from, began, came) => return self.came(ctx, number, from, began, came),
            Msg::Sort(column) => self.reshape(ctx, self.shape.sorted_by(&column)),
            Msg::Columns(columns) => self.reshape(ctx, Shape { columns, ..self.shape.clone() }),
            Msg::Chooser => self.chooser = !self.chooser,
            Msg::Log(log) => {
                let columns = records::columns(&ctx.props().told.formats, log);
                self.reshape(ctx, Shape::of(&columns, log));
            }
            Msg::Open(place) => self.open(ctx, place),
            Msg::Step(by) => {
                if let Some((place, _)) = &self.open {
                    self.open(ctx, place.saturating_add_signed(by));
                }
            }
            Msg::Close => (self.open, self.opening) = (None, None),
            Msg::Choose { place, on, through } => {
                let last = if through { self.last_chosen } else { place };
                for place in place.min(last)..=place.max(last) {
                    if on {
                        self.chosen.insert(place);
                    } else {
                        self.chosen.remove(&place);
                    }
                }
                self.last_chosen = place;
            }
            Msg::ChooseNone => self.chosen.clear(),
            Msg::Take(taking) => self.take(ctx, taking),
            Msg::Took(taken) => self.taken = Some(taken),
            Msg::Taken(said) => {
                self.taken = None;
                let said = said.unwrap_or_else(|message| message);
                if !said.is_empty() {
                    ctx.props().host.remark(&said);
                }
            }
            Msg::Facets => {
                self.facets_open = !self.facets_open;
                self.count(ctx);
            }
            Msg::Facet(place) => {
                self.facets.toggle(place);
                self.count(ctx);
            }
            Msg::MoreOf(place) => {
                self.facets.more(place);
                self.count(ctx);
            }
            Msg::Counted(place, number, answer) => {
                self.facets.take(place, number, answer);
                self.count(ctx);
            }
            Msg::Narrow(condition) => ctx.props().host.narrow(&Narrowing::Condition(condition)),
            Msg::Filter(filter) => ctx.props().host.filter(&filter),
            Msg::Widen => {
                let view = View { filter: String::new(), from: None, to: None, ..ctx.props().told.view() };
                show(&view);
            }
            Msg::CopyText(text) => {
                ctx.props().host.copy(&text);
                return false;
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let told = &ctx.props().told;
        let clock = clock(told);
        let look = table::Look {
            shape: &self.shape,
            list: &self.list,
            scroll: &self.scroll,
            widths: &self.widths,
            open: self.open.as_ref().map(|(place, _)| *place),
            chosen: &self.chosen,
            clock,
            pending: self.pending,
        };
        html! {
            <div class={classes!("explore", self.open.is_some().then_some("with-record"))}>
                { facets::draw(ctx, &self.facets, self.facets_open, self.counting, self.list.total) }
                <section class="card explore-records" aria-labelledby="explore-title">
                    <div class="section-head">
                        <h1 id="explore-title">{ "Explore" }</h1>
                        { head::summary(told, self.shape.log, self.list.total, self.pending, self.took) }
                        <span class="actions">
                            { head::log_switch(ctx, self.shape.log) }
                            if let Some(taken) = self.taken {
                                <span class="muted" role="status">{ format!("{} fetched …", plural(taken, "record", "records")) }</span>
                            } else {
                                { take::buttons(ctx, take::runs(self.chosen.iter().copied()), self.list.total) }
                            }
                            { columns::chooser(ctx, &self.shape, &self.all, self.chooser) }
                        </span>
                    </div>
                    if let Some(failure) = &self.failure {
                        <p class="problem" role="alert">{ failure }</p>
                    }
                    if self.list.total == 0 && !self.pending && self.failure.is_none() {
                        { head::nothing(ctx) }
                    } else {
                        { table::draw(ctx, &self.frame, &look) }
                    }
                </section>
                if let Some((place, record)) = &self.open {
                    { detail::detail(ctx, *place, record, self.list.total, clock) }
                }
            </div>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, _first: bool) {
        let Some(frame) = self.frame.cast::<HtmlElement>() else { return };
        if let Some(bar) = self.bar.take() {
            frame.set_scroll_top(bar as i32);
        }
        if self.scroll.resize((f64::from(frame.client_height()) - HEAD).max(0.0)) {
            self.fetch(ctx);
            ctx.link().send_message(Msg::Resized);
        }
    }
}

impl ExplorePage {
    /// Heeds what is loaded, the filter, and what the address says is on show.
    fn take_up(&mut self, ctx: &Context<Self>) {
        let told = &ctx.props().told;
        let view = told.view();
        let log = log(told);
        let kept = self.shape.part(&told.formats, log);
        if view.query.is_empty() && self.source.is_some() && !kept.is_empty() {
            // One comes back by a link that knows nothing of it.
            replace(&View { query: kept, ..view.clone() });
        } else {
            self.shape = Shape::parse(&view.query, &told.formats, log);
        }
        self.all = records::columns(&told.formats, self.shape.log);
        self.facets.fit(&self.all, self.shape.log);
        let source = Source {
            report: told.report,
            records: of_log(told, self.shape.log),
            filter: view.filter,
            from: view.from,
            to: view.to,
            shape: self.shape.clone(),
        };
        let before = self.source.replace(source.clone());
        let without = |source: &Source, sort: bool| {
            let sort = if sort { None } else { source.shape.sort.clone() };
            Source { shape: Shape { columns: Vec::new(), sort, log: source.shape.log }, ..source.clone() }
        };
        let is_other =
            |sort: bool| before.as_ref().is_none_or(|it| without(it, sort) != without(&source, sort));
        if is_other(true) {
            self.counting += 1;
        }
        if is_other(false) {
            self.begin(ctx);
        }
        self.widths = table::widths(&self.shape, &self.list, clock(told));
    }

    /// Asks for the first records of another list. What is on show stays until they are there.
    fn begin(&mut self, ctx: &Context<Self>) {
        self.number += 1;
        self.pending = true;
        self.failure = None;
        self.opening = None;
        self.ask(ctx, 0, BLOCK as u32);
    }

    fn ask(&mut self, ctx: &Context<Self>, from: u64, count: u32) {
        let Some(source) = &self.source else { return };
        self.running = true;
        let (host, number, began) = (ctx.props().host.clone(), self.number, Date::now());
        let (scan, sort) = (source.scan(), source.shape.sort.clone());
        let asked = Records { scan, sort, from, count, near: self.list.near.clone() };
        ctx.link().send_future(async move { Msg::Came(number, from, began, host.records(asked).await) });
    }

    fn came(
        &mut self,
        ctx: &Context<Self>,
        number: u32,
        from: u64,
        began: f64,
        came: Result<Browsed, String>,
    ) -> bool {
        if number != self.number {
            return false;
        }
        self.running = false;
        match came {
            Ok(browsed) => {
                let is_first = std::mem::take(&mut self.pending);
                if is_first {
                    self.list = List::default();
                    self.took = Date::now() - began;
                    self.open = None;
                    self.chosen.clear();
                }
                let total = browsed.total;
                self.list.take(from, browsed);
                if is_first {
                    self.scroll = Scroll::new(total, ROW, self.scroll.view());
                    self.bar = Some(0.0);
                    self.widths = table::widths(&self.shape, &self.list, clock(&ctx.props().told));
                }
                if let Some(place) = self.opening
                    && self.list.get(place).is_some()
                {
                    self.open(ctx, place);
                }
                self.fetch(ctx);
                self.count(ctx);
            }
            Err(message) => {
                self.pending = false;
                self.failure = Some(message);
            }
        }
        true
    }

    /// Fetches what is in sight and not there, if nothing is under way.
    fn fetch(&mut self, ctx: &Context<Self>) {
        if self.running || self.pending {
            return;
        }
        let opening = self.opening.and_then(|place| self.list.missing(place, place + 1));
        let (first, last) = self.scroll.in_sight(MARGIN);
        if let Some((from, count)) = opening.or_else(|| self.list.missing(first, last)) {
            self.ask(ctx, from, count);
        }
    }

    /// Asks for the next facet, once the records are there.
    fn count(&mut self, ctx: &Context<Self>) {
        let Some(source) = &self.source else { return };
        if self.pending || !self.facets_open {
            return;
        }
        if let Some((place, plan)) = self.facets.next(self.counting, &source.filter(), source.shape.log) {
            let (host, number) = (ctx.props().host.clone(), self.counting);
            ctx.link().send_future(async move { Msg::Counted(place, number, host.plan(plan).await) });
        }
    }

    fn scrolled(&mut self, ctx: &Context<Self>) -> bool {
        let Some(frame) = self.frame.cast::<HtmlElement>() else { return false };
        let before = self.scroll;
        self.scroll.move_bar(f64::from(frame.scroll_top()));
        if before == self.scroll {
            return false;
        }
        let link = ctx.link().clone();
        self.settling = Some(Timeout::new(SETTLE_MILLIS, move || link.send_message(Msg::Settle)));
        self.fetch(ctx);
        true
    }

    /// Other columns, another order, another log: the address says so, and the page follows it.
    fn reshape(&mut self, ctx: &Context<Self>, shape: Shape) {
        let told = &ctx.props().told;
        let query = shape.part(&told.formats, log(told));
        if query.is_empty() {
            // An address that says nothing leaves what is on show as it is.
            self.shape = shape;
        }
        replace(&View { query, ..told.view() });
    }

    fn open(&mut self, ctx: &Context<Self>, place: u64) {
        if place >= self.list.total {
            return;
        }
        let (first, last) = self.scroll.in_sight(0);
        if place < first || place >= last {
            self.scroll.go_to(place.saturating_sub(last.saturating_sub(first) / 2));
            self.bar = Some(self.scroll.bar());
        }
        if let Some(record) = self.list.get(place) {
            self.open = Some((place, record.clone()));
            self.opening = None;
        } else {
            self.opening = Some(place);
        }
        self.fetch(ctx);
    }

    fn take(&mut self, ctx: &Context<Self>, taking: Taking) {
        let Some(source) = self.source.clone() else { return };
        self.taken = Some(0);
        let host = ctx.props().host.clone();
        let tell = ctx.link().callback(Msg::Took);
        ctx.link().send_future(async move {
            Msg::Taken(take::take(&host, &source.scan(), &source.shape, &taking, tell).await)
        });
    }
}
