//! Window functions: values of a row from the rows around it.
//!
//! Source: Trino, "Window functions".

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::aggregates::Aggregate;
use super::ast::Bound;
use super::ast::Frame;
use crate::functions::Context;
use crate::plan::compute::{Compute, Row};
use crate::plan::steps::Sorted;
use crate::run::put;
use crate::value::{Key, Value};

/// Functions over the same partitions in the same order.
#[derive(Clone, Debug)]
pub struct Windowed {
    /// What makes a partition.
    pub partition: Vec<Compute>,
    /// The order of its rows.
    pub order: Vec<Sorted>,
    /// What is computed, and into which slots.
    pub calls: Vec<(usize, Over)>,
}

/// What is computed of the rows around a row.
#[derive(Clone, Debug)]
pub enum Over {
    /// `row_number()`
    RowNumber,
    /// `rank()`
    Rank,
    /// `dense_rank()`
    DenseRank,
    /// `percent_rank()`
    PercentRank,
    /// `cume_dist()`
    CumulativeShare,
    /// `ntile(n)`
    Tile(usize),
    /// `lag(a, n, default)`, `lead` with rows after it
    Shifted {
        /// The value.
        of: Compute,
        /// Of the row so many rows after it; before, if less than 0.
        by: i64,
        /// If there is no such row.
        default: Compute,
    },
    /// `first_value(a)`, or the last
    End {
        /// The value.
        of: Compute,
        /// Of the last row of the frame.
        last: bool,
        /// The frame.
        frame: Option<Frame>,
    },
    /// `sum(a) OVER (...)`
    Aggregate {
        /// What is computed.
        by: Aggregate,
        /// Of what; none: of the row as such.
        of: Option<Compute>,
        /// Of which rows.
        when: Option<Compute>,
        /// The frame.
        frame: Option<Frame>,
    },
}

/// Computes windows.
pub(crate) fn windowed(windows: &[Windowed], mut rows: Vec<Row>, context: &Context) -> Vec<Row> {
    for windowed in windows {
        let mut partitions: BTreeMap<Vec<Key>, Vec<usize>> = BTreeMap::new();
        for (at, row) in rows.iter().enumerate() {
            let keys = windowed.partition.iter().map(|of| Key::of(&of.value(row, context))).collect();
            partitions.entry(keys).or_default().push(at);
        }
        for members in partitions.into_values() {
            let mut partition = Partition::new(windowed, members, &rows, context);
            for (slot, over) in &windowed.calls {
                let values = partition.values(over);
                partition.made.push((*slot, values));
            }
            let Partition { members, made, .. } = partition;
            for (slot, values) in made {
                for (&at, value) in members.iter().zip(values) {
                    if let Some(row) = rows.get_mut(at) {
                        put(row, slot, value);
                    }
                }
            }
        }
    }
    rows
}

struct Partition<'a> {
    rows: &'a [Row],
    context: &'a Context,
    is_ordered: bool,
    /// The rows, in order.
    members: Vec<usize>,
    /// For each, where the rows that are equal to it in order begin and end.
    peers: Vec<(usize, usize)>,
    made: Vec<(usize, Vec<Value>)>,
}

impl<'a> Partition<'a> {
    fn new(windowed: &Windowed, mut members: Vec<usize>, rows: &'a [Row], context: &'a Context) -> Self {
        let values = |at: usize| -> Vec<Value> {
            windowed.order.iter().map(|by| by.of.value(&rows[at], context)).collect()
        };
        let mut keyed: Vec<(Vec<Value>, usize)> = members.iter().map(|&at| (values(at), at)).collect();
        let order = |a: &[Value], b: &[Value]| {
            let orders = windowed.order.iter().zip(a.iter().zip(b)).map(|(by, (a, b))| by.order(a, b));
            let mut differing = orders.filter(|order| order.is_ne());
            differing.next().unwrap_or(Ordering::Equal)
        };
        keyed.sort_by(|(a, a_at), (b, b_at)| {
            // Rows that are equal in order go by all their values, so that each time it is the same.
            let all =
                || rows[*a_at].iter().zip(&rows[*b_at]).map(|(a, b)| a.natural_order(b)).find(|o| o.is_ne());
            order(a, b).then_with(|| all().unwrap_or(Ordering::Equal))
        });
        members = keyed.iter().map(|(_, at)| *at).collect();
        let mut peers = Vec::with_capacity(members.len());
        let mut begin = 0;
        for at in 0..keyed.len() {
            if keyed.get(at + 1).is_none_or(|next| order(&keyed[at].0, &next.0).is_ne()) {
                peers.extend((begin..=at).map(|_| (begin, at + 1)));
                begin = at + 1;
            }
        }
        Self { rows, context, is_ordered: !windowed.order.is_empty(), members, peers, made: Vec::new() }
    }

    fn value(&self, of: &Compute, place: usize) -> Value {
        let row = self.members.get(place).and_then(|&at| self.rows.get(at));
        row.map_or(Value::Missing, |row| of.value(row, self.context))
    }

    fn values(&self, over: &Over) -> Vec<Value> {
        let count = self.members.len();
        let of_each = |with: &dyn Fn(usize) -> Value| (0..count).map(with).collect::<Vec<_>>();
        let whole = |number: usize| Value::Int(number as i128);
        let share = |part: usize, of: usize| if of == 0 { 0.0 } else { part as f64 / of as f64 };
        match over {
            Over::RowNumber => of_each(&|at| whole(at + 1)),
            Over::Rank => of_each(&|at| whole(self.peers[at].0 + 1)),
            Over::DenseRank => {
                let mut rank = 0;
                (0..count)
                    .map(|at| {
                        rank += usize::from(self.peers[at].0 == at);
                        whole(rank)
                    })
                    .collect()
            }
            Over::PercentRank => of_each(&|at| Value::real(share(self.peers[at].0, count - 1))),
            Over::CumulativeShare => of_each(&|at| Value::real(share(self.peers[at].1, count))),
            Over::Tile(tiles) => {
                let (size, more) = (count / tiles.max(&1), count % tiles.max(&1));
                of_each(&|at| {
                    let large = more * (size + 1);
                    whole(1 + if at < large { at / (size + 1) } else { more + (at - large) / size.max(1) })
                })
            }
            Over::Shifted { of, by, default } => of_each(&|at| {
                let place = i64::try_from(at).ok().and_then(|at| usize::try_from(at + by).ok());
                match place.filter(|place| *place < count) {
                    Some(place) => self.value(of, place),
                    None => self.value(default, at),
                }
            }),
            Over::End { of, last, frame } => of_each(&|at| {
                let (from, to) = self.frame(*frame, at);
                match (from < to, last) {
                    (false, _) => Value::Missing,
                    (true, false) => self.value(of, from),
                    (true, true) => self.value(of, to - 1),
                }
            }),
            Over::Aggregate { by, of, when, frame } => {
                self.aggregated(by, of.as_ref(), when.as_ref(), *frame)
            }
        }
    }

    /// The rows of the frame of a row. Without one it is all rows up to it and its equals; without order, all.
    fn frame(&self, frame: Option<Frame>, at: usize) -> (usize, usize) {
        let count = self.members.len();
        let Some(frame) = frame else {
            return (0, if self.is_ordered { self.peers[at].1 } else { count });
        };
        let place =
            |rows: i64| (at.cast_signed() as i64 + rows).clamp(0, count.cast_signed() as i64) as usize;
        let (from, to) = match (frame.from, frame.to, frame.rows) {
            (Bound::End, Bound::End, _) => (0, count),
            (Bound::End, Bound::Rows(rows), true) => (0, place(rows + 1)),
            (Bound::Rows(rows), Bound::End, true) => (place(rows), count),
            (Bound::Rows(from), Bound::Rows(to), true) => (place(from), place(to + 1)),
            (Bound::End, Bound::Rows(_), false) => (0, self.peers[at].1),
            (Bound::Rows(_), Bound::End, false) => (self.peers[at].0, count),
            (Bound::Rows(_), Bound::Rows(_), false) => self.peers[at],
        };
        (from, to.max(from))
    }

    fn aggregated(
        &self,
        by: &Aggregate,
        of: Option<&Compute>,
        when: Option<&Compute>,
        frame: Option<Frame>,
    ) -> Vec<Value> {
        let add = |state: &mut super::aggregates::State, place: usize| {
            let row = &self.rows[self.members[place]];
            if when.is_none_or(|when| when.holds(row, self.context)) {
                by.add(state, &of.map_or(Value::Bool(true), |of| of.value(row, self.context)));
            }
        };
        let mut values = Vec::with_capacity(self.members.len());
        // A frame that only grows is added to; the same frame again has the same value.
        let (mut state, mut known, mut last) = (by.start(), (0, 0), None);
        for at in 0..self.members.len() {
            let (from, to) = self.frame(frame, at);
            if from != known.0 || to < known.1 {
                (state, known, last) = (by.start(), (from, from), None);
            }
            for place in known.1..to {
                add(&mut state, place);
                last = None;
            }
            known = (from, to);
            values.push(last.get_or_insert_with(|| by.finish(state.clone())).clone());
        }
        values
    }
}
