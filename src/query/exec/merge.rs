//! Partials of all tables into one answer.

use std::cmp::Reverse;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::cells::mix_wide;
use super::groups::{Groups, Sessions};
use super::measure::{Meaning, State};
use super::partial::{Body, GroupsPartial, Kind, Partial};
use super::row_eval;
use super::rows::row_order;
use crate::query::plan::{Grouping, LimitPer, Output, Plan};
use crate::query::value::{Answer, Row, Value};
use crate::store::{AddressBook, Dictionary, MISSING, WIDE};

/// Merges the partials of a plan.
pub struct Merger<'a> {
    plan: &'a Plan,
    groups: Option<MergedGroups>,
    lines: Vec<(u64, u64, String)>,
    rows: Vec<Vec<Value>>,
}

#[derive(Default)]
struct Cellar {
    texts: Dictionary,
    wide: AddressBook,
}

struct MergedGroups {
    cellar: Cellar,
    key_kinds: Vec<Kind>,
    measure_kinds: Vec<Kind>,
    groups: Groups,
    sessions: Option<Sessions>,
    states: Vec<State>,
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
                lines.sort_unstable();
                lines.truncate(*limit);
                Answer {
                    columns: vec!["@message".to_owned()],
                    rows: lines.into_iter().map(|(_, _, line)| vec![Value::Text(line)]).collect(),
                }
            }
            Output::Rows { columns, sort, offset, limit } => {
                let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
                let mut rows = self.rows;
                rows.sort_by(row_order(&names, sort));
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
        let settled = self.sessions.take().map(|sessions| {
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
        let len = settled.as_ref().map_or(self.groups.len(), Vec::len);
        for state in &mut self.states {
            state.grow(len);
        }
        let columns = column_names(grouping);
        let row_of = |slot: usize| -> Vec<Value> {
            let group = settled.as_ref().map_or(slot, |all| all[slot].0 as usize);
            let keys = self
                .groups
                .key(group)
                .iter()
                .zip(&self.key_kinds)
                .map(|(&cell, &kind)| self.cellar.value(cell, kind));
            let session =
                settled.as_ref().map(|all| [Value::from(all[slot].1.start), Value::from(all[slot].1.end)]);
            let measures = self
                .states
                .iter()
                .zip(&self.measure_kinds)
                .map(|(state, &kind)| state.value(slot, &|cell| self.cellar.value(cell, kind)));
            keys.chain(session.into_iter().flatten()).chain(measures).collect()
        };
        let mut rows: Vec<Vec<Value>> = self.candidates(grouping, len).into_iter().map(row_of).collect();
        if let Some(having) = &grouping.having {
            rows.retain(|cells| row_eval::holds(having, &Row::new(&columns, cells)) == Some(true));
        }
        let names: Vec<&str> = columns.iter().map(String::as_str).collect();
        rows.sort_by(row_order(&names, &grouping.sort));
        if let Some(per) = grouping.limit_per {
            let mut counts = std::collections::HashMap::<String, usize>::new();
            rows.retain(|row| {
                let mut key = String::new();
                for value in row.iter().take(per.keys) {
                    key.push_str(&value.to_string());
                    key.push('\0');
                }
                let count = counts.entry(key).or_default();
                *count += 1;
                *count <= per.rows
            });
        }
        if let Some(limit) = grouping.limit {
            rows.truncate(limit);
        }
        Answer { columns, rows }
    }

    /// The slots that can be in the answer: all, or where only the first few by one measure are wanted, those
    /// with at least the measure of the last of them.
    fn candidates(&self, grouping: &Grouping, len: usize) -> Vec<usize> {
        let by = grouping.sort.first().filter(|sort| sort.descending).and_then(|sort| {
            grouping
                .measures
                .iter()
                .position(|measure| measure.name == sort.column)
                .map(|at| &self.states[at])
        });
        let all = || (0..len).collect();
        let (Some(by), None) = (by, &grouping.having) else { return all() };
        let sessions = grouping.session_gap_secs.is_some();
        let limit = match (grouping.limit, grouping.limit_per) {
            (limit, Some(per)) if !sessions => return self.best_of_each(by, per, limit, len),
            (Some(limit), None) if limit > 0 && limit < len => limit,
            _ => return all(),
        };
        if by.rank(0).is_none() {
            return all();
        }
        let rank = |slot: usize| by.rank(slot).unwrap_or_default();
        let mut slots: Vec<usize> = all();
        slots.select_nth_unstable_by_key(limit - 1, |&slot| Reverse(rank(slot)));
        let least = rank(slots[limit - 1]);
        (0..len).filter(|&slot| rank(slot) >= least).collect()
    }

    /// The slots with the greatest ranks of each combination of first keys, and those that are as great as the last
    /// of them.
    fn best_of_each(&self, by: &State, per: LimitPer, limit: Option<usize>, len: usize) -> Vec<usize> {
        if len == 0 || by.rank(0).is_none() || per.keys == 0 || limit.is_some_and(|limit| limit < len) {
            return (0..len).collect();
        }
        let mut outer = Groups::new(per.keys);
        let mut slots: Vec<(u32, Reverse<u128>, usize)> = (0..len)
            .map(|slot| {
                let number = outer.number(&self.groups.key(slot)[..per.keys]);
                (number, Reverse(by.rank(slot).unwrap_or_default()), slot)
            })
            .collect();
        slots.sort_unstable();
        let mut best = Vec::new();
        for of_one in slots.chunk_by(|a, b| a.0 == b.0) {
            let least = of_one.get(per.rows.saturating_sub(1)).map(|last| last.1);
            let kept = of_one.iter().take_while(|slot| least.is_none_or(|least| slot.1 <= least));
            best.extend(kept.map(|slot| slot.2));
        }
        best.sort_unstable();
        best
    }
}

impl Cellar {
    fn value(&self, cell: u64, kind: Kind) -> Value {
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
