//! Expressions over the selected rows of a block.

use std::cmp::Ordering;
use std::net::IpAddr;

use super::block::Block;
use super::compile::{Binding, Cells, Truth, is_wide};
use crate::query::plan::{Comparison, Derived};
use crate::record::Field;
use crate::record::address::{is_private, is_private_v4};
use crate::store::MISSING;

/// A truth value of a row.
const FALSE: u8 = 0;
const TRUE: u8 = 1;
/// Neither, because a value is missing.
const UNKNOWN: u8 = 2;

impl Binding<'_> {
    /// The rows among `selected` for which the condition holds.
    pub(super) fn select(&self, truth: &Truth, block: &mut Block<'_>, selected: &[u32]) -> Vec<u32> {
        match truth {
            Truth::Always(true) => selected.to_vec(),
            Truth::All(all) => {
                let mut rest = selected.to_vec();
                for one in all {
                    if rest.is_empty() {
                        break;
                    }
                    rest = self.select(one, block, &rest);
                }
                rest
            }
            // The commonest condition of all, without the detour over truth values.
            Truth::Against(Cells::Column(slot, _), comparison, constant) => {
                let column = block.column(*slot);
                let rows = selected.iter().copied();
                let constant = *constant;
                let keep = |test: fn(u64, u64) -> bool| {
                    rows.filter(|&row| {
                        let cell = column[row as usize];
                        cell != MISSING && test(cell, constant)
                    })
                    .collect()
                };
                match comparison {
                    Comparison::Equal => keep(|a, b| a == b),
                    Comparison::NotEqual => keep(|a, b| a != b),
                    Comparison::Less => keep(|a, b| a < b),
                    Comparison::AtMost => keep(|a, b| a <= b),
                    Comparison::Greater => keep(|a, b| a > b),
                    Comparison::AtLeast => keep(|a, b| a >= b),
                }
            }
            // A branch is asked only about the rows that no branch before it has.
            Truth::Any(any) => {
                let mut holds = vec![false; block.len()];
                let mut rest = selected.to_vec();
                for one in any {
                    for row in self.select(one, block, &rest) {
                        holds[row as usize] = true;
                    }
                    rest.retain(|&row| !holds[row as usize]);
                    if rest.is_empty() {
                        return selected.to_vec();
                    }
                }
                selected.iter().copied().filter(|&row| holds[row as usize]).collect()
            }
            truth => {
                let holds = self.holds(truth, block, selected);
                selected.iter().zip(holds).filter(|&(_, holds)| holds == TRUE).map(|(&row, _)| row).collect()
            }
        }
    }

    /// For each selected row: whether the condition holds.
    pub(super) fn mask(&self, truth: &Truth, block: &mut Block<'_>, selected: &[u32]) -> Vec<bool> {
        let mut holding = self.select(truth, block, selected).into_iter().peekable();
        selected.iter().map(|row| holding.next_if_eq(row).is_some()).collect()
    }

    fn holds(&self, truth: &Truth, block: &mut Block<'_>, selected: &[u32]) -> Vec<u8> {
        let each = |cells: Vec<u64>, test: &dyn Fn(u64) -> bool| -> Vec<u8> {
            cells.into_iter().map(|cell| if cell == MISSING { UNKNOWN } else { test(cell).into() }).collect()
        };
        match truth {
            Truth::Always(value) => vec![(*value).into(); selected.len()],
            Truth::Never => vec![UNKNOWN; selected.len()],
            Truth::Against(cells, comparison, constant) => {
                let cells = self.cells_of(cells, block, selected);
                let constant = *constant;
                let test = |test: fn(u64, u64) -> bool| -> Vec<u8> {
                    cells
                        .iter()
                        .map(|&cell| if cell == MISSING { UNKNOWN } else { test(cell, constant).into() })
                        .collect()
                };
                match comparison {
                    Comparison::Equal => test(|a, b| a == b),
                    Comparison::NotEqual => test(|a, b| a != b),
                    Comparison::Less => test(|a, b| a < b),
                    Comparison::AtMost => test(|a, b| a <= b),
                    Comparison::Greater => test(|a, b| a > b),
                    Comparison::AtLeast => test(|a, b| a >= b),
                }
            }
            Truth::Unknown(cells, comparison) => {
                let holds = *comparison == Comparison::NotEqual;
                each(self.cells_of(cells, block, selected), &|_| holds)
            }
            Truth::Values(left, comparison, right) => {
                let (left_kind, right_kind) = (left.kind(), right.kind());
                let left = self.cells_of(left, block, selected);
                let right = self.cells_of(right, block, selected);
                left.iter()
                    .zip(&right)
                    .map(|(&a, &b)| {
                        if a == MISSING || b == MISSING {
                            return UNKNOWN;
                        }
                        let order = self.value(a, left_kind).order(&self.value(b, right_kind));
                        satisfies(*comparison, order).into()
                    })
                    .collect()
            }
            Truth::Ordered(cells, comparison, value) => {
                let kind = cells.kind();
                each(self.cells_of(cells, block, selected), &|cell| {
                    satisfies(*comparison, self.value(cell, kind).order(value))
                })
            }
            Truth::OneOf(cells, list) => {
                each(self.cells_of(cells, block, selected), &|cell| list.binary_search(&cell).is_ok())
            }
            Truth::InSubnet(cells, net) => each(self.cells_of(cells, block, selected), &|cell| {
                self.table.address(cell).is_some_and(|address| net.contains(&address))
            }),
            Truth::IsPrivate(cells) => each(self.cells_of(cells, block, selected), &|cell| match cell {
                wide if is_wide(wide) => self.table.address(wide).is_some_and(is_private),
                v4 => is_private_v4(v4 as u32),
            }),
            Truth::IsIpv6(cells) => each(self.cells_of(cells, block, selected), &is_wide),
            Truth::Present(cells) => self
                .cells_of(cells, block, selected)
                .into_iter()
                .map(|cell| (cell != MISSING).into())
                .collect(),
            Truth::Contains(cells, text) => {
                let kind = cells.kind();
                each(self.cells_of(cells, block, selected), &|cell| {
                    self.value(cell, kind).to_string().contains(text)
                })
            }
            Truth::All(all) => {
                let mut result = vec![TRUE; selected.len()];
                for one in all {
                    for (result, one) in result.iter_mut().zip(self.holds(one, block, selected)) {
                        *result = match (*result, one) {
                            (FALSE, _) | (_, FALSE) => FALSE,
                            (TRUE, TRUE) => TRUE,
                            _ => UNKNOWN,
                        };
                    }
                }
                result
            }
            Truth::Any(any) => {
                let mut result = vec![FALSE; selected.len()];
                for one in any {
                    for (result, one) in result.iter_mut().zip(self.holds(one, block, selected)) {
                        *result = match (*result, one) {
                            (TRUE, _) | (_, TRUE) => TRUE,
                            (FALSE, FALSE) => FALSE,
                            _ => UNKNOWN,
                        };
                    }
                }
                result
            }
            Truth::Not(of) => {
                let mut result = self.holds(of, block, selected);
                for holds in &mut result {
                    *holds = match *holds {
                        TRUE => FALSE,
                        FALSE => TRUE,
                        other => other,
                    };
                }
                result
            }
        }
    }

    /// The cells of an expression for the selected rows.
    pub(super) fn cells_of(&self, cells: &Cells, block: &mut Block<'_>, selected: &[u32]) -> Vec<u64> {
        match cells {
            Cells::Column(slot, _) => block.gather(*slot, selected),
            Cells::Constant(cell, _) => vec![*cell; selected.len()],
            Cells::Bin(of, secs) => {
                let mut cells = self.cells_of(of, block, selected);
                for cell in cells.iter_mut().filter(|cell| **cell != MISSING) {
                    *cell -= *cell % secs;
                }
                cells
            }
            Cells::Mask(of, bits) => {
                let mut cells = self.cells_of(of, block, selected);
                for cell in cells.iter_mut().filter(|cell| **cell != MISSING) {
                    *cell &= bits;
                }
                cells
            }
            Cells::Truth(truth) => self
                .holds(truth, block, selected)
                .into_iter()
                .map(|holds| if holds == UNKNOWN { MISSING } else { holds.into() })
                .collect(),
            Cells::Derived(derived) => {
                let directions = block.directions(selected, |block| self.directions(block, selected));
                let (ingress, egress) = match derived {
                    Derived::Direction => return directions,
                    Derived::LocalAddress => (Field::DstAddr, Field::SrcAddr),
                    Derived::RemoteAddress => (Field::SrcAddr, Field::DstAddr),
                    Derived::LocalPort => (Field::DstPort, Field::SrcPort),
                    Derived::RemotePort => (Field::SrcPort, Field::DstPort),
                };
                let ingress = block.gather(ingress.into(), selected);
                let egress = block.gather(egress.into(), selected);
                directions
                    .into_iter()
                    .zip(ingress.into_iter().zip(egress))
                    .map(|(direction, (ingress, egress))| match direction {
                        0 => ingress,
                        1 => egress,
                        _ => MISSING,
                    })
                    .collect()
            }
        }
    }

    /// 0 ingress, 1 egress, or missing.
    fn directions(&self, block: &mut Block<'_>, selected: &[u32]) -> Vec<u64> {
        let mut directions = block.gather(Field::FlowDirection.into(), selected);
        let mut unsettled = false;
        for direction in &mut directions {
            *direction = match *direction {
                MISSING => MISSING,
                code if code == self.ingress => 0,
                code if code == self.egress => 1,
                _ => MISSING,
            };
            unsettled |= *direction == MISSING;
        }
        if unsettled {
            let interfaces = block.gather(Field::InterfaceId.into(), selected);
            let sources = block.gather(Field::SrcAddr.into(), selected);
            let destinations = block.gather(Field::DstAddr.into(), selected);
            let flows = interfaces.into_iter().zip(sources.into_iter().zip(destinations));
            for (direction, (interface, (source, destination))) in directions.iter_mut().zip(flows) {
                if *direction != MISSING || source == MISSING || source == destination {
                    continue;
                }
                let own = usize::try_from(interface).ok().and_then(|code| self.own.get(code));
                let Some(own) = own else { continue };
                if own[usize::from(is_wide(source))] == source {
                    *direction = 1;
                } else if destination != MISSING && own[usize::from(is_wide(destination))] == destination {
                    *direction = 0;
                }
            }
        }
        directions
    }

    /// One 64-bit hash per selected row of several cells, the same in every table.
    pub(super) fn hashes(&self, keys: &[Cells], block: &mut Block<'_>, selected: &[u32]) -> Vec<u64> {
        let mut hashes = vec![0x243f_6a88_85a3_08d3; selected.len()];
        for key in keys {
            let kind = key.kind();
            let cells = self.cells_of(key, block, selected);
            for (hash, cell) in hashes.iter_mut().zip(cells) {
                *hash = mix(*hash ^ self.canonical(cell, kind));
            }
        }
        hashes
    }

    /// A number that stands for the cell's value in every table.
    pub(super) fn canonical(&self, cell: u64, kind: super::compile::CellKind) -> u64 {
        use super::compile::CellKind;

        match kind {
            CellKind::Address if is_wide(cell) => match self.table.address(cell) {
                Some(IpAddr::V6(v6)) => {
                    let bits = v6.to_bits();
                    mix(mix(bits as u64) ^ (bits >> 64) as u64)
                }
                _ => cell,
            },
            CellKind::Number | CellKind::Direction | CellKind::Address => cell,
            CellKind::Text if cell == MISSING => cell,
            CellKind::Text => self.table.texts().hash(cell),
        }
    }
}

/// A bijective mixer of 64 bits with full avalanche.
#[inline]
pub(super) const fn mix(mut x: u64) -> u64 {
    x ^= x >> 32;
    x = x.wrapping_mul(0xd6e8_feb8_6659_fd93);
    x ^= x >> 32;
    x = x.wrapping_mul(0xd6e8_feb8_6659_fd93);
    x ^ x >> 32
}

pub(super) const fn satisfies(comparison: Comparison, order: Ordering) -> bool {
    match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::AtMost => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::AtLeast => order.is_ge(),
    }
}
