//! A plan over one table: the partial answer, ready to travel and to be merged.

use std::collections::HashMap;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::block::Block;
use super::compile::{Binding, CellKind, Cells, Truth};
use super::groups::{Groups, Sessions};
use super::joins::BoundScan;
use super::keyset::KeySet;
use super::measure::{Input, Meaning, State};
use super::rows;
use crate::query::plan::{Aggregate, Expr, Grouping, Output, Plan};
use crate::query::value::Value;
use crate::record::Field;
use crate::store::{MISSING, Table, WIDE};

/// What one table gives to a plan's answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Partial {
    pub(super) body: Body,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Body {
    Groups(GroupsPartial),
    /// Start, end and text of lines.
    Lines(Vec<(u64, u64, String)>),
    Rows(Vec<Vec<Value>>),
}

/// Groups whose cells refer to the lists that travel with them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct GroupsPartial {
    pub(super) texts: Vec<String>,
    pub(super) wides: Vec<u128>,
    pub(super) key_kinds: Vec<Kind>,
    pub(super) measure_kinds: Vec<Kind>,
    /// How many groups.
    pub(super) len: usize,
    /// Keys, one after another.
    pub(super) keys: Vec<u64>,
    /// Group, start and end of each session, when the plan has sessions; then measures are per session.
    pub(super) sessions: Vec<(u32, u64, u64)>,
    pub(super) states: Vec<State>,
}

/// [`CellKind`], as it travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Kind {
    Number,
    Text,
    Address,
    Direction,
}

impl From<CellKind> for Kind {
    fn from(kind: CellKind) -> Self {
        match kind {
            CellKind::Number => Self::Number,
            CellKind::Text => Self::Text,
            CellKind::Address => Self::Address,
            CellKind::Direction => Self::Direction,
        }
    }
}

/// Runs a plan over a table. `sets`: the key sets of its semi-joins, in the order of [`super::joins`].
pub fn partial(plan: &Plan, sets: &[Rc<KeySet>], table: &Table) -> Partial {
    let binding = Binding::new(table, &plan.locals);
    let scan = BoundScan::new(&binding, &plan.scan, sets, 0);
    let body = match &plan.output {
        Output::Groups(grouping) => Body::Groups(group(grouping, &binding, &scan)),
        Output::Lines { limit } => Body::Lines(rows::lines(*limit, &binding, &scan)),
        Output::Rows { columns, sort, offset, limit } => {
            Body::Rows(rows::rows(columns, sort, offset.saturating_add(*limit), &binding, &scan))
        }
    };
    Partial { body }
}

struct BoundMeasure {
    aggregate: Aggregate,
    of: Cells,
    /// `count(*)`.
    every: bool,
    when: Option<Truth>,
}

fn group(grouping: &Grouping, binding: &Binding<'_>, scan: &BoundScan<'_>) -> GroupsPartial {
    let keys: Vec<Cells> = grouping.keys.iter().map(|key| binding.cells(&key.expr)).collect();
    let measures: Vec<BoundMeasure> = grouping
        .measures
        .iter()
        .map(|measure| BoundMeasure {
            aggregate: measure.aggregate,
            of: match measure.aggregate {
                Aggregate::CommonAddress => binding.cells(&Expr::Field(Field::SrcAddr)),
                _ => binding.cells(&measure.of),
            },
            every: measure.aggregate == Aggregate::Count && measure.of == Expr::True,
            when: measure.when.as_ref().map(|when| binding.truth(when)),
        })
        .collect();
    let mut groups = Groups::new(keys.len());
    let mut sessions = grouping.session_gap_secs.map(Sessions::new);
    let mut states: Vec<State> = measures.iter().map(|measure| State::new(measure.aggregate)).collect();
    let mut slots: Vec<u32> = Vec::new();
    Block::each(binding.table, |block, all| {
        let selected = scan.select(block, all);
        if selected.is_empty() {
            return;
        }
        let columns: Vec<Vec<u64>> = keys.iter().map(|key| binding.cells_of(key, block, &selected)).collect();
        slots.clear();
        number_rows(&mut groups, &columns, selected.len(), &mut slots);
        if let Some(sessions) = &mut sessions {
            let starts = block.gather(Field::Start.into(), &selected);
            let ends = block.gather(Field::End.into(), &selected);
            for (slot, (start, end)) in slots.iter_mut().zip(starts.into_iter().zip(ends)) {
                let start = if start == MISSING { 0 } else { start };
                *slot = sessions.slot(*slot, start, if end == MISSING { start } else { end });
            }
        }
        let len = sessions.as_ref().map_or(groups.len(), Sessions::slots);
        for (measure, state) in measures.iter().zip(&mut states) {
            state.grow(len);
            let cells =
                if measure.every { Vec::new() } else { binding.cells_of(&measure.of, block, &selected) };
            let beside = match measure.aggregate {
                Aggregate::First | Aggregate::Last => block.gather(Field::Start.into(), &selected),
                Aggregate::CommonAddress => block.gather(Field::DstAddr.into(), &selected),
                _ => Vec::new(),
            };
            let when = measure.when.as_ref().map(|when| binding.mask(when, block, &selected));
            let input = Input { slots: &slots, cells: &cells, beside: &beside, when: when.as_deref() };
            state.update(&input, &Bound { binding, kind: measure.of.kind() });
        }
    });
    if keys.is_empty() && groups.len() == 0 {
        groups.number(&[]);
        for state in &mut states {
            state.grow(1);
        }
    }
    let sessions =
        sessions.map(|sessions| settle(&sessions, &mut states, &measures, binding)).unwrap_or_default();
    pack(binding, groups, sessions, states, &keys, &measures)
}

/// The group's number for each row.
fn number_rows(groups: &mut Groups, columns: &[Vec<u64>], rows: usize, slots: &mut Vec<u32>) {
    match columns {
        [] => slots.resize(rows, groups.number(&[])),
        [one] => {
            let mut last = None;
            for &cell in one {
                let number = match last {
                    Some((same, number)) if same == cell => number,
                    _ => groups.number(&[cell]),
                };
                last = Some((cell, number));
                slots.push(number);
            }
        }
        [one, two] => slots.extend(one.iter().zip(two).map(|(&a, &b)| groups.number(&[a, b]))),
        [one, two, three] => {
            slots.extend(one.iter().zip(two).zip(three).map(|((&a, &b), &c)| groups.number(&[a, b, c])));
        }
        many => {
            let mut key = vec![0; many.len()];
            for row in 0..rows {
                for (word, column) in key.iter_mut().zip(many) {
                    *word = column[row];
                }
                slots.push(groups.number(&key));
            }
        }
    }
}

/// Joins the slots that turned out to be one session.
fn settle(
    sessions: &Sessions,
    states: &mut [State],
    measures: &[BoundMeasure],
    binding: &Binding<'_>,
) -> Vec<(u32, u64, u64)> {
    let (all, map) = sessions.settle();
    for (state, measure) in states.iter_mut().zip(measures) {
        let mut settled = State::new(measure.aggregate);
        settled.grow(all.len());
        let old = std::mem::replace(state, State::new(measure.aggregate));
        settled.absorb(old, &map, &|cell| cell, &Bound { binding, kind: measure.of.kind() });
        *state = settled;
    }
    all.into_iter().map(|(group, session)| (group, session.start, session.end)).collect()
}

/// Numbers texts and IPv6 addresses anew, so that only those in use travel.
fn pack(
    binding: &Binding<'_>,
    groups: Groups,
    sessions: Vec<(u32, u64, u64)>,
    mut states: Vec<State>,
    keys: &[Cells],
    measures: &[BoundMeasure],
) -> GroupsPartial {
    let (mut texts, mut wides) = (Vec::new(), Vec::new());
    let (mut text_codes, mut wide_codes) = (HashMap::<u64, u64>::new(), HashMap::<u64, u64>::new());
    let mut recode = |cell: u64, kind: CellKind| match kind {
        _ if cell == MISSING => cell,
        CellKind::Text => *text_codes.entry(cell).or_insert_with(|| {
            texts.push(binding.table.texts().text(cell).to_owned());
            texts.len() as u64 - 1
        }),
        CellKind::Address if cell & WIDE != 0 => *wide_codes.entry(cell).or_insert_with(|| {
            wides.push(binding.table.wide().address(cell & !WIDE).to_bits());
            WIDE | (wides.len() as u64 - 1)
        }),
        _ => cell,
    };
    let len = groups.len();
    let mut cells = groups.into_keys();
    for key in cells.chunks_exact_mut(keys.len().max(1)) {
        for (cell, of) in key.iter_mut().zip(keys) {
            *cell = recode(*cell, of.kind());
        }
    }
    for (state, measure) in states.iter_mut().zip(measures) {
        let kind = measure.of.kind();
        if matches!(kind, CellKind::Text | CellKind::Address) {
            state.recode(&mut |cell| recode(cell, kind));
        }
    }
    GroupsPartial {
        key_kinds: keys.iter().map(|key| key.kind().into()).collect(),
        measure_kinds: measures.iter().map(|measure| measure.of.kind().into()).collect(),
        len,
        keys: cells,
        sessions,
        states,
        texts,
        wides,
    }
}

/// Cells of one kind in a table.
struct Bound<'a> {
    binding: &'a Binding<'a>,
    kind: CellKind,
}

impl Meaning for Bound<'_> {
    fn less(&self, a: u64, b: u64) -> bool {
        match self.kind {
            CellKind::Number => a < b,
            kind => self.binding.value(a, kind).order(&self.binding.value(b, kind)).is_lt(),
        }
    }

    fn canonical(&self, cell: u64) -> u64 {
        self.binding.canonical(cell, self.kind)
    }
}
