//! Merged groups to rows: which of them are in the answer is decided before any of them is written out.

use std::cell::RefCell;
use std::cmp::{Ordering, Reverse};

use super::groups::{Groups, Session};
use super::merge::MergedGroups;
use super::partial::Kind;
use super::row_eval;
use crate::query::plan::{Expr, Grouping, LimitPer};
use crate::query::value::{Answer, Value};
use crate::store::WIDE;

pub(super) struct Finish<'a> {
    pub(super) merged: &'a MergedGroups,
    pub(super) grouping: &'a Grouping,
    /// The group and the interval of each slot, when the plan has sessions.
    pub(super) sessions: Option<Vec<(u32, Session)>>,
    pub(super) columns: Vec<String>,
}

impl Finish<'_> {
    /// The answer from so many slots.
    pub(super) fn answer(self, len: usize) -> Answer {
        let mut slots: Vec<usize> = (0..len).collect();
        if let Some(having) = &self.grouping.having {
            self.keep_having(having, &mut slots);
        }
        let by: Vec<(usize, bool)> = self
            .grouping
            .sort
            .iter()
            .filter_map(|sort| {
                let at = self.columns.iter().position(|column| *column == sort.column)?;
                Some((at, sort.descending))
            })
            .collect();
        let order = |a: &usize, b: &usize| self.order(&by, *a, *b);
        if let Some(limit) = self.grouping.limit.filter(|_| self.grouping.limit_per.is_none())
            && limit < slots.len()
        {
            if limit > 0 {
                slots.select_nth_unstable_by(limit - 1, order);
            }
            slots.truncate(limit);
        }
        if let Some(per) = self.grouping.limit_per {
            self.keep_best_of_each(&by, per, &mut slots);
        }
        slots.sort_unstable_by(order);
        if let Some(per) = self.grouping.limit_per {
            let mut outer = Groups::new(per.keys);
            let mut counts: Vec<usize> = Vec::new();
            slots.retain(|&slot| {
                let number = outer.number(&self.key(slot)[..per.keys]) as usize;
                counts.resize(counts.len().max(number + 1), 0);
                counts[number] += 1;
                counts[number] <= per.rows
            });
            slots.truncate(self.grouping.limit.unwrap_or(usize::MAX));
        }
        let rows = slots.into_iter().map(|slot| self.row(slot)).collect();
        Answer { columns: self.columns, rows }
    }

    /// Leaves out slots that a rank shows not to be among the first rows of their outer group.
    fn keep_best_of_each(&self, by: &[(usize, bool)], per: LimitPer, slots: &mut Vec<usize>) {
        let Some(&(column, true)) = by.first() else { return };
        let Part::Measure(at) = self.part(column) else { return };
        let state = &self.merged.states[at];
        let mut outer = Groups::new(per.keys);
        let mut ranked = Vec::with_capacity(slots.len());
        for &slot in slots.iter() {
            let Some(rank) = state.rank(slot) else { return };
            ranked.push((outer.number(&self.key(slot)[..per.keys]), Reverse(rank), slot));
        }
        ranked.sort_unstable();
        slots.clear();
        for of_one in ranked.chunk_by(|a, b| a.0 == b.0) {
            let last = of_one.get(per.rows.saturating_sub(1)).map(|last| last.1);
            let kept = of_one.iter().take_while(|slot| last.is_none_or(|last| slot.1 <= last));
            slots.extend(kept.map(|slot| slot.2));
        }
    }

    fn keep_having(&self, having: &Expr, slots: &mut Vec<usize>) {
        // The few names of the condition, and where their columns stand.
        let places: RefCell<Vec<(String, Option<usize>)>> = RefCell::default();
        let place = |name: &str| {
            let mut places = places.borrow_mut();
            if let Some((_, at)) = places.iter().find(|(other, _)| other == name) {
                return *at;
            }
            let at = self.columns.iter().position(|column| column == name);
            places.push((name.to_owned(), at));
            at
        };
        slots.retain(|&slot| {
            let get = |name: &str| place(name).map_or(Value::Missing, |at| self.value(slot, at));
            row_eval::holds(having, &get) == Some(true)
        });
    }

    fn group(&self, slot: usize) -> usize {
        self.sessions.as_ref().map_or(slot, |all| all[slot].0 as usize)
    }

    fn key(&self, slot: usize) -> &[u64] {
        self.merged.groups.key(self.group(slot))
    }

    /// What a column of the answer is.
    fn part(&self, column: usize) -> Part {
        let keys = self.merged.key_kinds.len();
        match (column.checked_sub(keys), &self.sessions) {
            (None, _) => Part::Key(column),
            (Some(0), Some(_)) => Part::Start,
            (Some(1), Some(_)) => Part::End,
            (Some(at), Some(_)) => Part::Measure(at - 2),
            (Some(at), None) => Part::Measure(at),
        }
    }

    fn value(&self, slot: usize, column: usize) -> Value {
        let session = || self.sessions.as_ref().map(|all| all[slot].1);
        match self.part(column) {
            Part::Key(at) => self.merged.cellar.value(self.key(slot)[at], self.merged.key_kinds[at]),
            Part::Start => session().map_or(Value::Missing, |session| Value::from(session.start)),
            Part::End => session().map_or(Value::Missing, |session| Value::from(session.end)),
            Part::Measure(at) => {
                let kind = self.merged.measure_kinds[at];
                self.merged.states[at].value(slot, &|cell| self.merged.cellar.value(cell, kind))
            }
        }
    }

    fn row(&self, slot: usize) -> Vec<Value> {
        (0..self.columns.len()).map(|column| self.value(slot, column)).collect()
    }

    /// By the sort columns, then by the columns from the first on; no two slots have the same keys and session.
    fn order(&self, by: &[(usize, bool)], a: usize, b: usize) -> Ordering {
        by.iter()
            .map(|&(column, descending)| {
                let order = self.order_of(column, a, b);
                if descending { order.reverse() } else { order }
            })
            .chain((0..self.columns.len()).map(|column| self.order_of(column, a, b)))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    /// As the values of a column are ordered, without making them where cells tell.
    fn order_of(&self, column: usize, a: usize, b: usize) -> Ordering {
        match self.part(column) {
            Part::Key(at) => {
                let (cell_a, cell_b) = (self.key(a)[at], self.key(b)[at]);
                let by_cell = match self.merged.key_kinds[at] {
                    Kind::Number => true,
                    Kind::Address => cell_a < WIDE && cell_b < WIDE,
                    Kind::Text | Kind::Direction => cell_a == cell_b,
                };
                if by_cell {
                    // A missing cell, the greatest number, comes first.
                    return cell_a.wrapping_add(1).cmp(&cell_b.wrapping_add(1));
                }
            }
            Part::Measure(at) => {
                let state = &self.merged.states[at];
                if let Some((a, b)) = state.rank(a).zip(state.rank(b)) {
                    return a.cmp(&b);
                }
            }
            Part::Start | Part::End => {}
        }
        self.value(a, column).order(&self.value(b, column))
    }
}

enum Part {
    Key(usize),
    Start,
    End,
    Measure(usize),
}
