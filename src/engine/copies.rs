//! Exact copies of records, looked for in one stretch of time after another: copies start at the same second.

use super::shard::{Answered, Ask};
use crate::query::{Answer, Expr, Grouping, Plan};
use crate::record::Field;
use crate::record::ordered::OrderedMap;
use crate::store::{RowHash, RowSet};

/// So many records are looked through at a time: 24 bytes each on their shards, 16 here.
const AT_ONCE: u64 = 1 << 19;
/// Up to so many seconds, records are counted by the minute to find stretches of about as many; else by the hour.
const SHORT_SECS: u64 = 31 * 86_400;

/// What is known of copies.
#[derive(Debug, Default)]
pub(super) struct Copies {
    /// Whether all but one of each are left out.
    pub(super) leave_out: bool,
    /// The stretches, by first and last start; none before the search begins.
    stretches: Option<Vec<(u64, u64)>>,
    /// How many of them are looked through.
    done: usize,
    found: u64,
}

impl Copies {
    /// What was found is no longer true.
    pub(super) fn forget(&mut self) {
        *self = Self { leave_out: self.leave_out, ..Self::default() };
    }

    pub(super) const fn is_begun(&self) -> bool {
        self.stretches.is_some()
    }

    pub(super) fn is_done(&self) -> bool {
        self.stretches.as_ref().is_some_and(|stretches| self.done >= stretches.len())
    }

    /// Cuts time into stretches by the answers to [`plan`], of each log one; together they are all of time.
    pub(super) fn begin(&mut self, answers: &[Answer]) {
        let mut stretches = Vec::new();
        let (mut from, mut records) = (0, 0);
        let mut counts: OrderedMap<u64, u64> = OrderedMap::new();
        for row in answers.iter().flat_map(Answer::iter) {
            *counts.or_default(row.count("begin")) += row.count("records");
        }
        for (begin, more) in counts {
            if records > 0 && records + more > AT_ONCE && begin > from {
                stretches.push((from, begin - 1));
                (from, records) = (begin, 0);
            }
            records += more;
        }
        stretches.push((from, u64::MAX));
        self.stretches = Some(stretches);
    }

    /// The next stretch.
    pub(super) fn next(&self) -> Option<(u64, u64)> {
        self.stretches.as_ref()?.get(self.done).copied()
    }

    /// Counts the copies of a stretch.
    pub(super) const fn add(&mut self, found: u64) {
        self.done += 1;
        self.found += found;
    }

    /// How many there are, once all are counted.
    pub(super) fn found(&self) -> Option<u64> {
        self.is_done().then_some(self.found)
    }
}

/// How many records start when.
pub(super) fn plan(first: Option<u64>, last: Option<u64>) -> Plan {
    let span = last.zip(first).map_or(0, |(last, first)| last.saturating_sub(first));
    let secs = if span <= SHORT_SECS { 60 } else { 3_600 };
    let begin = Expr::Bin(Box::new(Field::Start.into()), secs);
    Plan::groups(
        Expr::present(Field::Start),
        Grouping::by([("begin", begin)]).count("records").ascending("begin"),
    )
}

/// How many records of a stretch are copies of others, by their hashes on each shard, and what each shard is to mark.
/// The first shard that has a record keeps one.
pub(super) fn judge((from, to): (u64, u64), replies: Vec<Option<Answered>>) -> (u64, Vec<Ask>) {
    let mut all = RowSet::default();
    // How often each was seen, and where first.
    let mut seen: Vec<(u32, usize)> = Vec::new();
    let mut found = 0;
    let rows_of = |reply: &Option<Answered>| -> Vec<RowHash> {
        match reply {
            Some(Answered::Rows(words)) => words.as_chunks().0.to_vec(),
            _ => Vec::new(),
        }
    };
    for (shard, reply) in replies.iter().enumerate() {
        for row in rows_of(reply) {
            let number = all.number(row);
            match seen.get_mut(number) {
                Some((times, _)) => {
                    *times += 1;
                    found += 1;
                }
                None => seen.push((1, shard)),
            }
        }
    }
    let mut marks = Vec::new();
    for (shard, reply) in replies.iter().enumerate() {
        let (mut first, mut others) = (Vec::new(), Vec::new());
        for row in rows_of(reply) {
            match all.find(row).and_then(|number| seen.get(number)) {
                Some(&(2.., holder)) if holder == shard => first.extend(row),
                Some((2.., _)) => others.extend(row),
                _ => {}
            }
        }
        marks.push(Ask::MarkCopies { from, to, first, others });
    }
    (found, marks)
}
