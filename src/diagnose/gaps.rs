//! Times without records, where there should be some.
//!
//! AWS writes at least one record for each interface and interval of 60 or 600 seconds, NODATA if there was no traffic
//! (AWS, "Flow log records"). An interval may begin at any second and its records anywhere in it, so that nothing
//! but a silence of more than two intervals shows that one is missing.

use super::context::Context;
use crate::query::{Aggregate, Answer, Comparison, Expr, Grouping, Plan};
use crate::record::Field;

/// So many intervals on record before and after make a silence between them a gap.
pub(super) const SURE: u64 = 10;
/// A log of fewer intervals is too short to tell.
const LEAST_INTERVALS: u64 = 30;
/// Without NODATA records, so many records an interval show that silence is not to be expected.
const DENSE: u64 = 10;
/// At most so many stretches are looked at; a log with more has silences all over.
const MOST: usize = 20_000;
/// The length of the intervals is taken from the last day, seconds.
const DAY_SECS: u64 = 86_400;

/// A time without records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// Empty: of all interfaces.
    pub(super) interface: String,
    /// Unix seconds: the last end before.
    pub(super) from: u64,
    /// Unix seconds: the first start after.
    pub(super) to: u64,
}

/// A silence of all interfaces that is longer, in seconds, shows that an interval is missing.
pub(super) const fn least(interval: u64) -> u64 {
    2 * interval
}

/// The same of one interface, of which a quiet time may not be on record to the minute.
pub(super) fn least_of_one(interval: u64) -> u64 {
    (5 * interval).max(600)
}

/// What is missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Gaps {
    pub(super) of_all: Vec<Gap>,
    /// By interface, in order of time.
    pub(super) of_interfaces: Vec<Gap>,
    /// Whether the log has NODATA records.
    pub(super) has_nodata: bool,
}

/// A time without long silences.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    from: u64,
    to: u64,
    records: u64,
}

/// The plan that tells how long the log's intervals are.
pub(super) fn plan_of_interval(context: &Context) -> Option<Plan> {
    let by_minute = Grouping::by([("minute", Expr::Bin(Box::new(Field::Start.into()), 60))])
        .measure("first", Aggregate::Min, Field::Start.into())
        .measure("last", Aggregate::Max, Field::End.into())
        .limit(MOST);
    let begin = context.survey.last.saturating_sub(DAY_SECS);
    let of_day = Expr::compare(Field::Start, Comparison::AtLeast, begin);
    (context.has(Field::Start) && context.has(Field::End)).then(|| Plan::groups(of_day, by_minute))
}

/// The length of the log's intervals in seconds, if it is long enough to tell: from the begin of a minute's records to
/// their last end, as it is in nearly all minutes.
pub(super) fn judge_interval(answer: &Answer) -> Option<u64> {
    let mut lengths: Vec<u64> =
        answer.iter().map(|row| row.count("last").saturating_sub(row.count("first"))).collect();
    lengths.sort_unstable();
    let length = *lengths.get(lengths.len() * 19 / 20)?;
    // A minute's records begin up to a minute apart.
    match length {
        0..=150 => Some(60),
        151..=720 => Some(600),
        721..=3_600 => Some(length.next_multiple_of(60)),
        _ => None,
    }
}

/// The plan that tells when each interface has records.
pub(super) fn plan(interval: u64) -> Plan {
    let by_interface = Grouping::by([("interface", Field::InterfaceId.into())])
        .sessions(least(interval))
        .count("records")
        .count_when("nodata", Expr::equal(Field::LogStatus, "NODATA"))
        .limit(MOST);
    Plan::groups(Expr::present(Field::Start), by_interface)
}

/// Reads the answer to [`plan`], whose rows are in the order of interfaces and times.
pub(super) fn judge(answer: &Answer, interval: u64) -> Gaps {
    let mut gaps = Gaps::default();
    if answer.rows.len() >= MOST {
        return gaps;
    }
    let mut stretches: Vec<(String, Stretch)> = Vec::with_capacity(answer.rows.len());
    for row in answer.iter() {
        gaps.has_nodata |= row.count("nodata") > 0;
        let stretch = Stretch {
            from: row.count("session_start"),
            to: row.count("session_end"),
            records: row.count("records"),
        };
        stretches.push((row.text("interface").to_owned(), stretch));
    }
    let all = joined(stretches.iter().map(|(_, stretch)| *stretch), least(interval));
    let covered: u64 = all.iter().map(|stretch| stretch.to - stretch.from).sum();
    let records: u64 = all.iter().map(|stretch| stretch.records).sum();
    if gaps.has_nodata || records >= DENSE * (covered / interval) {
        between("", &all, interval, &mut |gap| gaps.of_all.push(gap));
    }
    if !gaps.has_nodata {
        return gaps;
    }
    for of_one in stretches.chunk_by(|(a, _), (b, _)| a == b) {
        let Some((interface, _)) = of_one.first().filter(|(interface, _)| !interface.is_empty()) else {
            continue;
        };
        let stretches: Vec<Stretch> = of_one.iter().map(|(_, stretch)| *stretch).collect();
        between(interface, &stretches, interval, &mut |gap| {
            let shared = |all: &Gap| all.to.min(gap.to).saturating_sub(all.from.max(gap.from));
            let shared: u64 = gaps.of_all.iter().map(shared).sum();
            if gap.to - gap.from > shared + least_of_one(interval) {
                gaps.of_interfaces.push(gap);
            }
        });
    }
    gaps
}

/// Stretches of several interfaces, those together that are no further apart than `silence`; in order of time.
fn joined(stretches: impl Iterator<Item = Stretch>, silence: u64) -> Vec<Stretch> {
    let mut joined: Vec<Stretch> = Vec::new();
    for mut stretch in stretches {
        // Those that it touches: they are in order, and apart from each other.
        let first = joined.partition_point(|other| other.to.saturating_add(silence) < stretch.from);
        let mut after = first;
        while let Some(other) = joined.get(after)
            && other.from <= stretch.to.saturating_add(silence)
        {
            stretch.from = stretch.from.min(other.from);
            stretch.to = stretch.to.max(other.to);
            stretch.records += other.records;
            after += 1;
        }
        joined.drain(first..after);
        joined.insert(first, stretch);
    }
    joined
}

/// The silences between long stretches; none of what is silent again and again.
fn between(interface: &str, stretches: &[Stretch], interval: u64, found: &mut dyn FnMut(Gap)) {
    let length = |stretch: &Stretch| stretch.to - stretch.from;
    let covered = stretches.iter().map(length).sum::<u64>() / interval;
    let silences = stretches.len().saturating_sub(1) as u64;
    if covered < LEAST_INTERVALS || silences * 2 * SURE > covered {
        return;
    }
    for pair in stretches.windows(2) {
        if let [before, after] = pair
            && length(before).min(length(after)) >= SURE * interval
        {
            found(Gap { interface: interface.to_owned(), from: before.to, to: after.from });
        }
    }
}
