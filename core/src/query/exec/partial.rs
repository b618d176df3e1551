//! A plan over one table: the partial answer, ready to travel and to be merged.

use std::collections::HashMap;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::bits::Bits;
use super::block::Block;
use super::compile::{Binding, CellKind, Cells, Condition};
use super::groups::{Groups, Sessions};
use super::joins::BoundScan;
use super::keyset::KeySet;
use super::measure::{Input, Meaning, State};
use super::memo::Memo;
use super::packing::Packing;
use super::rows;
use crate::query::plan::{Aggregate, Expr, Grouping, Measure, Output, Plan};
use crate::query::value::Value;
use crate::record::Field;
use crate::store::{MISSING, Table, WIDE, bytes};

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
    #[serde(with = "bytes")]
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
pub fn partial(plan: &Plan, sets: &[Rc<KeySet>], table: &Table, memo: &mut Memo) -> Partial {
    let binding = Binding::new(table, &plan.locals, memo);
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

/// Expressions that several keys and measures of a grouping share, each evaluated once a block.
#[derive(Default)]
struct Shared {
    columns: Vec<(Expr, Cells)>,
    conditions: Vec<(Expr, Condition)>,
}

impl Shared {
    fn column(&mut self, binding: &Binding<'_>, expr: &Expr) -> usize {
        self.columns.iter().position(|(other, _)| other == expr).unwrap_or_else(|| {
            self.columns.push((expr.clone(), binding.cells(expr)));
            self.columns.len() - 1
        })
    }

    fn condition(&mut self, binding: &Binding<'_>, expr: &Expr) -> usize {
        self.conditions.iter().position(|(other, _)| other == expr).unwrap_or_else(|| {
            self.conditions.push((expr.clone(), binding.condition(expr)));
            self.conditions.len() - 1
        })
    }
}

struct BoundMeasure {
    aggregate: Aggregate,
    kind: CellKind,
    /// None: `count(*)`.
    of: Option<usize>,
    beside: Option<usize>,
    when: Option<usize>,
}

impl BoundMeasure {
    fn new(measure: &Measure, binding: &Binding<'_>, shared: &mut Shared) -> Self {
        let aggregate = measure.aggregate;
        let every = aggregate == Aggregate::Count && measure.of == Expr::True;
        let (of, beside) = match aggregate {
            Aggregate::CommonAddress => (&Expr::Field(Field::SrcAddr), Some(Field::DstAddr)),
            Aggregate::First | Aggregate::Last => (&measure.of, Some(Field::Start)),
            _ => (&measure.of, None),
        };
        let of = (!every).then(|| shared.column(binding, of));
        Self {
            aggregate,
            kind: of.map_or(CellKind::Number, |of| shared.columns[of].1.kind()),
            of,
            beside: beside.map(|field| shared.column(binding, &field.into())),
            when: measure.when.as_ref().map(|when| shared.condition(binding, when)),
        }
    }
}

fn group(grouping: &Grouping, binding: &Binding<'_>, scan: &BoundScan<'_>) -> GroupsPartial {
    let mut shared = Shared::default();
    let keys: Vec<usize> = grouping.keys.iter().map(|key| shared.column(binding, &key.expr)).collect();
    let measures: Vec<BoundMeasure> =
        grouping.measures.iter().map(|measure| BoundMeasure::new(measure, binding, &mut shared)).collect();
    let packing = Packing::new(binding, grouping.keys.iter().map(|key| &key.expr));
    let mut groups = Groups::new(packing.words());
    let mut sessions = grouping.session_gap_secs.map(Sessions::new);
    let mut states: Vec<State> = measures.iter().map(|measure| State::new(measure.aggregate)).collect();
    let mut slots: Vec<u32> = Vec::new();
    Block::each(binding.table, |block, all| {
        let selected = scan.select(block, all);
        if selected.is_empty() {
            return;
        }
        let columns: Vec<Vec<u64>> =
            shared.columns.iter().map(|(_, cells)| binding.cells_of(cells, block, &selected)).collect();
        let masks: Vec<Bits> = shared
            .conditions
            .iter()
            .map(|(_, condition)| binding.mask(condition, block, &selected))
            .collect();
        let key_columns: Vec<&[u64]> = keys.iter().map(|&key| columns[key].as_slice()).collect();
        let words = packing.pack(&key_columns);
        groups.number_rows(&words, selected.len(), &mut slots);
        if let Some(sessions) = &mut sessions {
            let starts = block.gather(Field::Start.into(), &selected);
            let ends = block.gather(Field::End.into(), &selected);
            for (slot, (start, end)) in slots.iter_mut().zip(starts.into_iter().zip(ends)) {
                let start = if start == MISSING { 0 } else { start };
                *slot = sessions.slot(*slot, start, if end == MISSING { start } else { end });
            }
        }
        let len = sessions.as_ref().map_or(groups.len(), Sessions::slots);
        let column = |at: Option<usize>| at.map_or(&[][..], |at| columns[at].as_slice());
        for (measure, state) in measures.iter().zip(&mut states) {
            state.grow(len);
            let input = Input {
                slots: &slots,
                single: packing.words() == 0 && sessions.is_none(),
                cells: column(measure.of),
                beside: column(measure.beside),
                when: measure.when.map(|when| &masks[when]),
                plain: measure.kind == CellKind::Number,
            };
            state.update(&input, &Bound { binding, kind: measure.kind });
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
    let key_kinds: Vec<CellKind> = keys.iter().map(|&key| shared.columns[key].1.kind()).collect();
    let measure_kinds: Vec<CellKind> = measures.iter().map(|measure| measure.kind).collect();
    let len = groups.len();
    let cells = packing.unpack(&groups.into_keys());
    travel(binding, (len, cells), sessions, states, &key_kinds, &measure_kinds)
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
        settled.absorb(old, &map, &|cell| cell, &Bound { binding, kind: measure.kind });
        *state = settled;
    }
    all.into_iter().map(|(group, session)| (group, session.start, session.end)).collect()
}

/// Numbers texts and IPv6 addresses anew, so that only those in use travel.
fn travel(
    binding: &Binding<'_>,
    (len, mut cells): (usize, Vec<u64>),
    sessions: Vec<(u32, u64, u64)>,
    mut states: Vec<State>,
    key_kinds: &[CellKind],
    measure_kinds: &[CellKind],
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
    for key in cells.chunks_exact_mut(key_kinds.len().max(1)) {
        for (cell, &kind) in key.iter_mut().zip(key_kinds) {
            *cell = recode(*cell, kind);
        }
    }
    for (state, &kind) in states.iter_mut().zip(measure_kinds) {
        if matches!(kind, CellKind::Text | CellKind::Address) {
            state.recode(&mut |cell| recode(cell, kind));
        }
    }
    GroupsPartial {
        key_kinds: key_kinds.iter().map(|&kind| kind.into()).collect(),
        measure_kinds: measure_kinds.iter().map(|&kind| kind.into()).collect(),
        len,
        keys: cells,
        sessions,
        states,
        texts,
        wides,
    }
}

/// Cells of one kind in a table.
struct Bound<'a, 'table> {
    binding: &'a Binding<'table>,
    kind: CellKind,
}

impl Meaning for Bound<'_, '_> {
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
