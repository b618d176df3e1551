//! Partials of all tables into one answer.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::cells::mix_wide;
use super::finish::Finish;
use super::groups::{Groups, Sessions};
use super::measure::{Meaning, State};
use super::partial::{Body, GroupsPartial, Kind, Partial};
use super::rows::sort_rows;
use crate::query::plan::{Grouping, Output, Plan};
use crate::query::value::{Answer, Value};
use crate::record::ordered::order_by;
use crate::store::{AddressBook, Dictionary, MISSING, WIDE};

/// Merges the partials of a plan.
pub struct Merger<'a> {
    plan: &'a Plan,
    groups: Option<MergedGroups>,
    lines: Vec<(u64, u64, String)>,
    rows: Vec<Vec<Value>>,
}

#[derive(Default)]
pub(super) struct Cellar {
    texts: Dictionary,
    wide: AddressBook,
}

pub(super) struct MergedGroups {
    pub(super) cellar: Cellar,
    pub(super) key_kinds: Vec<Kind>,
    pub(super) measure_kinds: Vec<Kind>,
    pub(super) groups: Groups,
    sessions: Option<Sessions>,
    pub(super) states: Vec<State>,
}

impl<'a> Merger<'a> {
    /// A merger of the partials of one plan.
    pub const fn new(plan: &'a Plan) -> Self {
        Self { plan, groups: None, lines: Vec::new(), rows: Vec::new() }
    }

    /// Takes in a partial.
    pub fn add(&mut self, partial: Partial) {
        match (partial.body, &self.plan.output) {
            (Body::Lines(lines), _) => self.lines.extend(lines),
            (Body::Rows(rows), _) => self.rows.extend(rows),
            (Body::Groups(partial), Output::Groups(grouping)) => {
                self.groups.get_or_insert_with(|| MergedGroups::new(grouping, &partial)).add(partial);
            }
            (Body::Groups(_), _) => {}
        }
    }

    /// The answer.
    pub fn finish(self) -> Answer {
        match &self.plan.output {
            Output::Groups(grouping) => match self.groups {
                Some(groups) => groups.finish(grouping),
                None => Answer { columns: column_names(grouping), rows: Vec::new() },
            },
            Output::Lines { limit } => {
                let mut lines = self.lines;
                order_by(&mut lines, Ord::cmp);
                lines.truncate(*limit);
                Answer {
                    columns: vec!["@message".to_owned()],
                    rows: lines.into_iter().map(|(_, _, line)| vec![Value::Text(line)]).collect(),
                }
            }
            Output::Rows { columns, sort, offset, limit } => {
                let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
                let mut rows = self.rows;
                sort_rows(&names, sort, &mut rows);
                let rows = rows.into_iter().skip(*offset).take(*limit).collect();
                Answer { columns: names.into_iter().map(str::to_owned).collect(), rows }
            }
        }
    }
}

fn column_names(grouping: &Grouping) -> Vec<String> {
    let sessions = grouping.session_gap_secs.map(|_| ["session_start", "session_end"]);
    grouping
        .keys
        .iter()
        .map(|key| key.name.clone())
        .chain(sessions.into_iter().flatten().map(str::to_owned))
        .chain(grouping.measures.iter().map(|measure| measure.name.clone()))
        .collect()
}

impl MergedGroups {
    fn new(grouping: &Grouping, first: &GroupsPartial) -> Self {
        Self {
            cellar: Cellar::default(),
            key_kinds: first.key_kinds.clone(),
            measure_kinds: first.measure_kinds.clone(),
            groups: Groups::new(grouping.keys.len()),
            sessions: grouping.session_gap_secs.map(Sessions::new),
            states: grouping.measures.iter().map(|measure| State::new(measure.aggregate)).collect(),
        }
    }

    fn add(&mut self, partial: GroupsPartial) {
        let texts: Vec<u64> = partial
            .texts
            .iter()
            .map(|text| self.cellar.texts.intern(text.as_bytes()).map_or(MISSING, u64::from))
            .collect();
        let wides: Vec<u64> = partial
            .wides
            .iter()
            .map(|&bits| {
                self.cellar.wide.intern(Ipv6Addr::from_bits(bits)).map_or(MISSING, |n| WIDE | u64::from(n))
            })
            .collect();
        let recode = |cell: u64, kind: Kind| match kind {
            _ if cell == MISSING => cell,
            Kind::Text => texts.get(cell as usize).copied().unwrap_or(MISSING),
            Kind::Address if cell & WIDE != 0 => {
                wides.get((cell & !WIDE) as usize).copied().unwrap_or(MISSING)
            }
            _ => cell,
        };
        let stride = self.groups.stride();
        let mut keys = partial.keys;
        for key in keys.chunks_exact_mut(stride.max(1)) {
            for (cell, &kind) in key.iter_mut().zip(&self.key_kinds) {
                *cell = recode(*cell, kind);
            }
        }
        let mut map: Vec<u32> = if self.groups.len() == 0 && stride > 0 {
            self.groups = Groups::of_keys(stride, keys, partial.len);
            (0..partial.len as u32).collect()
        } else {
            (0..partial.len).map(|at| self.groups.number(&keys[at * stride..(at + 1) * stride])).collect()
        };
        if let Some(sessions) = &mut self.sessions {
            map = partial
                .sessions
                .iter()
                .map(|&(group, start, end)| sessions.slot(map[group as usize], start, end))
                .collect();
        }
        let len = self.sessions.as_ref().map_or(self.groups.len(), Sessions::slots);
        for ((state, other), &kind) in self.states.iter_mut().zip(partial.states).zip(&self.measure_kinds) {
            state.grow(len);
            state.absorb(other, &map, &|cell| recode(cell, kind), &Kept { cellar: &self.cellar, kind });
        }
    }

    fn finish(mut self, grouping: &Grouping) -> Answer {
        let sessions = self.sessions.take().map(|sessions| {
            let (all, map) = sessions.settle();
            for ((state, &kind), measure) in
                self.states.iter_mut().zip(&self.measure_kinds).zip(&grouping.measures)
            {
                let old = std::mem::replace(state, State::new(measure.aggregate));
                state.grow(all.len());
                state.absorb(old, &map, &|cell| cell, &Kept { cellar: &self.cellar, kind });
            }
            all
        });
        let len = sessions.as_ref().map_or(self.groups.len(), Vec::len);
        for state in &mut self.states {
            state.grow(len);
        }
        Finish { merged: &self, grouping, sessions, columns: column_names(grouping) }.answer(len)
    }
}

impl Cellar {
    pub(super) fn value(&self, cell: u64, kind: Kind) -> Value {
        match kind {
            _ if cell == MISSING => Value::Missing,
            Kind::Number => Value::from(cell),
            Kind::Text => Value::from(self.texts.text(cell)),
            Kind::Address if cell & WIDE != 0 => Value::Address(IpAddr::V6(self.wide.address(cell & !WIDE))),
            Kind::Address => Value::Address(IpAddr::V4(Ipv4Addr::from_bits(cell as u32))),
            Kind::Direction => Value::from(super::compile::DIRECTIONS[usize::from(cell == 1)]),
        }
    }
}

struct Kept<'a> {
    cellar: &'a Cellar,
    kind: Kind,
}

impl Meaning for Kept<'_> {
    fn less(&self, a: u64, b: u64) -> bool {
        match self.kind {
            Kind::Number => a < b,
            kind => self.cellar.value(a, kind).order(&self.cellar.value(b, kind)).is_lt(),
        }
    }

    fn canonical(&self, cell: u64) -> u64 {
        match self.kind {
            Kind::Text if cell != MISSING => self.cellar.texts.hash(cell),
            Kind::Address if cell & WIDE != 0 && cell != MISSING => {
                mix_wide(self.cellar.wide.address(cell & !WIDE).to_bits())
            }
            _ => cell,
        }
    }
}
