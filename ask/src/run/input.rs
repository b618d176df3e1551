//! Rows of values out of columns of cells.

use std::rc::Rc;

use flowlens_core::query::exec::{Fed, FedColumn};
use flowlens_core::store::{MISSING, WIDE};
use std::collections::HashMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use foldhash::fast::FixedState;

use crate::plan::compute::Row;
use crate::value::Value;

/// Reads rows, with what texts and addresses were told so far.
#[derive(Debug, Default)]
pub(super) struct Input {
    texts: HashMap<u64, Rc<str>, FixedState>,
    addresses: HashMap<u64, Rc<str>, FixedState>,
    hyphen: Option<Rc<str>>,
    /// A number that is missing is NULL rather than a hyphen.
    nulls: bool,
}

/// IPv4 addresses whose texts are kept.
const ADDRESSES_KEPT: usize = 1 << 16;

impl Input {
    /// Nothing is told yet.
    pub(super) fn new(nulls: bool) -> Self {
        Self { nulls, ..Self::default() }
    }

    /// Calls `with` for each row, with the values in their slots; the same row again and again.
    pub(super) fn each(&mut self, fed: Fed, slots: &[usize], width: usize, mut with: impl FnMut(&mut Row)) {
        let mut columns = fed.columns;
        for column in &mut columns {
            match column {
                FedColumn::Texts { new, .. } => {
                    self.texts
                        .extend(std::mem::take(new).into_iter().map(|(code, text)| (code, text.into())));
                }
                FedColumn::Addresses { new, .. } => {
                    let told = std::mem::take(new)
                        .into_iter()
                        .map(|(cell, bits)| (cell, Ipv6Addr::from_bits(bits).to_string().into()));
                    self.addresses.extend(told);
                }
                _ => {}
            }
        }
        let hyphen = Rc::clone(self.hyphen.get_or_insert_with(|| "-".into()));
        let mut row = Row::new();
        for at in 0..fed.rows as usize {
            row.clear();
            row.resize(width, Value::Missing);
            for (column, &slot) in columns.iter_mut().zip(slots) {
                let Some(into) = row.get_mut(slot) else { continue };
                *into = match column {
                    FedColumn::Absent => Value::Missing,
                    FedColumn::Numbers(cells) => match cells.get(at) {
                        Some(&MISSING) | None if self.nulls => Value::Missing,
                        Some(&MISSING) | None => Value::Text(Rc::clone(&hyphen)),
                        Some(&number) => Value::Int(number.into()),
                    },
                    FedColumn::Texts { codes, .. } => {
                        let text = codes.get(at).and_then(|code| self.texts.get(code));
                        Value::Text(Rc::clone(text.unwrap_or(&hyphen)))
                    }
                    FedColumn::Addresses { cells, .. } => match cells.get(at) {
                        Some(&MISSING) | None => Value::Text(Rc::clone(&hyphen)),
                        Some(&cell) => Value::Text(address(&mut self.addresses, cell)),
                    },
                    FedColumn::Lines(lines) => {
                        lines.get_mut(at).map_or(Value::Missing, |line| Value::from(std::mem::take(line)))
                    }
                };
            }
            with(&mut row);
        }
    }
}

fn address(known: &mut HashMap<u64, Rc<str>, FixedState>, cell: u64) -> Rc<str> {
    if let Some(text) = known.get(&cell) {
        return Rc::clone(text);
    }
    let text: Rc<str> = Ipv4Addr::from_bits(cell as u32).to_string().into();
    if known.len() >= ADDRESSES_KEPT {
        known.retain(|cell, _| cell & WIDE != 0);
    }
    known.insert(cell, Rc::clone(&text));
    text
}
