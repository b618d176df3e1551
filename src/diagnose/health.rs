//! The health of the log itself: what AWS skipped, what is missing, and whether it holds but one verdict.

use futures::future::LocalBoxFuture;

use super::context::Context;
use super::draft::{Draft, counted, on};
use super::finding::{Certainty, Kind};
use super::gaps::{self, Gap};
use super::tally::Tally;
use super::{Ask, Purpose, ask_if, words};
use crate::query::plan::is_flow;
use crate::query::{Answer, Comparison, Expr, Grouping, Plan};
use crate::record::Field;

/// So many rejected flows without an accepted one are no accident: rejections are the rarer by far.
const REJECTED_ALONE: u64 = 100;
/// So many accepted flows without a rejected one are worth a word; in a quiet network nothing may be rejected.
const ACCEPTED_ALONE: u64 = 1_000;
/// More interfaces of which AWS skipped records than these share one finding.
const OWN_FINDINGS: usize = 3;
/// At most so many silences are named one by one.
const NAMED: usize = 5;

/// The plan that counts the records that stand for skipped ones.
pub(super) fn plan_of_skipped(context: &Context) -> Option<Plan> {
    let by_interface = counted(Grouping::by([("interface", Field::InterfaceId.into())]));
    context.has(Field::LogStatus).then(|| Plan::groups(skipped(), by_interface))
}

/// By interface: the records that stand for skipped ones.
pub(super) fn judge_skipped(answer: &Answer) -> Vec<(String, Tally)> {
    answer
        .iter()
        .map(|row| (row.text("interface").to_owned(), Tally { conversations: 0, ..Tally::of(&row) }))
        .collect()
}

fn skipped() -> Expr {
    Expr::equal(Field::LogStatus, "SKIPDATA")
}

/// Runs the steps. In a box, since they may be begun twice.
pub(super) fn drafts<'a>(ask: &'a dyn Ask, context: &'a Context) -> LocalBoxFuture<'a, Vec<Draft>> {
    Box::pin(steps(ask, context))
}

async fn steps(ask: &dyn Ask, context: &Context) -> Vec<Draft> {
    let mut drafts = drafts_of_skipped(context);
    drafts.extend(one_verdict(context));
    let interval = ask_if(ask, Purpose::Interval, gaps::plan_of_interval(context)).await;
    if let Some(interval) = interval.and_then(|answer| gaps::judge_interval(&answer)) {
        let gaps = gaps::judge(&ask.ask(Purpose::Gaps, &gaps::plan(interval)).await, interval);
        drafts.extend(nothing_on_record(context, &gaps.of_all, interval, gaps.has_nodata));
        drafts.extend(silent_interfaces(context, &gaps.of_interfaces, interval));
    }
    drafts
}

fn drafts_of_skipped(context: &Context) -> Vec<Draft> {
    if context.skipped.len() <= OWN_FINDINGS {
        let ids = context.skipped.iter();
        return ids
            .map(|(id, tally)| draft_of_skipped(context, id, std::slice::from_ref(id), tally.clone()))
            .collect();
    }
    let mut all = Tally::default();
    let mut ids = Vec::new();
    for (id, tally) in &context.skipped {
        all.add(tally);
        ids.push(id.clone());
    }
    vec![draft_of_skipped(context, "", &ids, all)]
}

fn draft_of_skipped(context: &Context, interface: &str, ids: &[String], tally: Tally) -> Draft {
    let mut draft = Draft::new(context, Kind::LogGap, "Records skipped", interface, tally);
    let of = match ids {
        [only] if only.is_empty() => "records without an interface".to_owned(),
        [only] => only.clone(),
        several => words::count(several.len() as u64, "interface"),
    };
    let records = draft.tally.records;
    draft.text = format!("AWS skipped records of {of} in {} (SKIPDATA)", words::count(records, "interval"));
    "skipped".clone_into(&mut draft.about);
    draft.certainty = Certainty::Certain;
    draft.why = format!(
        "{} log-status SKIPDATA: for want of capacity, or by an error, AWS left out flows of that interval, one or many. \
         That something is not on record there proves nothing.",
        if records == 1 { "1 record has" } else { "These records have" }
    );
    draft.next_step =
        "Do not conclude from missing records in these intervals; if they come again and again, ask AWS \
                       Support with the interface and the times"
            .into();
    draft.condition = if ids.len() == 1 { on(interface, None).and(skipped()) } else { skipped() };
    let when = Grouping::by([
        ("interval", Expr::Bin(Box::new(Field::Start.into()), 600)),
        ("interface", Field::InterfaceId.into()),
    ]);
    let when = Plan::groups(draft.condition.clone(), when.count("skipped").ascending("interval").limit(100));
    draft.questions = vec![("When, and of which interface".to_owned(), when)];
    draft
}

/// A log of only rejected or only accepted flows, by the flow log's traffic type.
fn one_verdict(context: &Context) -> Option<Draft> {
    let survey = &context.survey;
    let rejects = context.only_rejects() && survey.rejected >= REJECTED_ALONE;
    let accepts = survey.rejected == 0 && survey.accepted >= ACCEPTED_ALONE;
    if !rejects && !accepts {
        return None;
    }
    let records = survey.accepted + survey.rejected;
    let tally = Tally { records, first: survey.first, last: survey.last, ..Tally::default() };
    let title = if rejects { "Rejected traffic alone" } else { "Accepted traffic alone" };
    let mut draft = Draft::new(context, Kind::LogGap, title, "", tally);
    let all = words::digits(records);
    if rejects {
        draft.text = format!("All {all} flows are REJECT: the log leaves out what was accepted");
        draft.why = "A flow log's traffic type is ACCEPT, REJECT or ALL. Without accepted records nothing tells that a \
                     connection was left without an answer, that rules were edited, or what a NAT gateway let in, and \
                     a rejected reply is told from a late packet by SYN-ACK alone. Such findings are left out or left \
                     open here."
            .into();
        draft.certainty = Certainty::Likely;
    } else {
        draft.text = format!("All {all} flows are ACCEPT: nothing was rejected, or the log leaves it out");
        draft.why = "A flow log's traffic type is ACCEPT, REJECT or ALL. If it is ACCEPT here, what was rejected is not \
                     in the log, and that no finding tells of it means nothing."
            .into();
        draft.settle.push("The flow log's traffic type would tell whether anything was rejected".to_owned());
    }
    let about = if rejects { "rejects" } else { "accepts" };
    about.clone_into(&mut draft.about);
    draft.next_step = "See the flow log's traffic type (VPC console, Flow logs, or TrafficType of aws ec2 \
                       describe-flow-logs). It cannot be changed: for the other half, create a flow log of type ALL"
        .into();
    draft.condition = is_flow();
    Some(draft)
}

/// Times of which there is no record at all.
fn nothing_on_record(context: &Context, gaps: &[Gap], interval: u64, has_nodata: bool) -> Option<Draft> {
    let longest = longest(gaps)?;
    let mut draft = draft_of_gap(context, "", gaps, interval, gaps::least(interval));
    draft.text = match gaps.len() {
        1 => format!("No interface has a record for {}", length(longest)),
        several => format!(
            "No interface has a record in {several} stretches of time, the longest of {}",
            length(longest)
        ),
    };
    "all".clone_into(&mut draft.about);
    if has_nodata {
        draft.certainty = Certainty::Likely;
        draft.why.push_str(
            " AWS logs NODATA for an interval without traffic, and so does this log elsewhere: these intervals were not \
             delivered, or their files are not among those loaded.",
        );
    } else {
        draft.why.push_str(
            " No record here is NODATA, so the log may have been filtered before: then there may just have been no traffic.",
        );
    }
    Some(draft)
}

/// Interfaces without a record while others have some.
fn silent_interfaces(context: &Context, gaps: &[Gap], interval: u64) -> Option<Draft> {
    let longest = longest(gaps)?;
    let mut ids: Vec<String> = gaps.iter().map(|gap| gap.interface.clone()).collect();
    ids.dedup();
    let interface = if let [only] = ids.as_slice() { only.as_str() } else { "" };
    let mut draft = draft_of_gap(context, interface, gaps, interval, gaps::least_of_one(interval));
    draft.text = if interface.is_empty() {
        format!(
            "{} have no record for a time in which others have, {} for {}",
            words::count(ids.len() as u64, "interface"),
            longest.interface,
            length(longest)
        )
    } else if gaps.len() > 1 {
        format!(
            "{interface} has no record in {} stretches of time in which others have, the longest of {}",
            gaps.len(),
            length(longest)
        )
    } else {
        format!("{interface} has no record for {}, while others have", length(longest))
    };
    "interfaces".clone_into(&mut draft.about);
    draft.why.push_str(
        " AWS logs NODATA for an interface without traffic, and so does this log elsewhere: these intervals were not \
         delivered, their files are not among those loaded, or the interface was detached for that time.",
    );
    Some(draft)
}

/// `30 minutes`, `14 hours`: rounded down.
fn length(gap: &Gap) -> String {
    match (gap.to - gap.from) / 60 {
        minutes @ ..120 => words::count(minutes, "minute"),
        minutes => words::count(minutes / 60, "hour"),
    }
}

fn longest(gaps: &[Gap]) -> Option<&Gap> {
    // The first of those that are as long.
    gaps.iter().rev().max_by_key(|gap| gap.to - gap.from)
}

fn draft_of_gap(context: &Context, interface: &str, gaps: &[Gap], interval: u64, least: u64) -> Draft {
    let first = gaps.iter().map(|gap| gap.from).min().unwrap_or_default();
    let last = gaps.iter().map(|gap| gap.to).max().unwrap_or_default();
    let tally = Tally { first, last, ..Tally::default() };
    let mut draft = Draft::new(context, Kind::LogGap, "Missing from the log", interface, tally);
    let named: Vec<String> = gaps
        .iter()
        .map(|gap| match gap.interface.as_str() {
            id if id.is_empty() || id == interface => words::between(gap.from, gap.to),
            id => format!("{id} {}", words::between(gap.from, gap.to)),
        })
        .collect();
    draft.why = format!(
        "Nothing is on record {}. By the times of its records, the log's intervals are of {}; silences of more than \
         {} are named, with {} or more intervals on record before and after.",
        words::list(&named, NAMED),
        words::count(interval / 60, "minute"),
        words::count(least / 60, "minute"),
        gaps::SURE
    );
    draft.next_step =
        "Look for the objects or events of that time where the flow log is delivered, and add them; if \
                       there are none, see DeliverLogsErrorMessage of aws ec2 describe-flow-logs"
            .into();
    let within = |gap: &Gap, margin: u64| {
        let time = Expr::greater(Field::Start, gap.from.saturating_sub(margin)).and(Expr::compare(
            Field::Start,
            Comparison::Less,
            gap.to + margin,
        ));
        if gap.interface.is_empty() { time } else { on(&gap.interface, None).and(time) }
    };
    let any = |margin: u64| gaps.iter().take(NAMED).map(|gap| within(gap, margin)).reduce(Expr::or);
    draft.condition = any(0).unwrap_or(Expr::True);
    if let Some(around) = any(gaps::SURE * interval) {
        let by_time = Grouping::by([("interval", Expr::Bin(Box::new(Field::Start.into()), interval))])
            .count("records")
            .ascending("interval")
            .limit(200);
        draft.questions =
            vec![("Records of each interval around it".to_owned(), Plan::groups(around, by_time))];
    }
    draft
}
