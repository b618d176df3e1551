//! The cells of expressions, and which way records went.

use std::net::IpAddr;

use super::bits::Bits;
use super::block::Block;
use super::compile::{Binding, CellKind, Cells, is_wide};
use super::eval::Holds;
use crate::query::plan::Derived;
use crate::record::Field;
use crate::store::{MISSING, WIDE};
pub(super) use crate::store::{mix, mix_wide};

impl Binding<'_> {
    /// The cells of an expression for some rows.
    pub(super) fn cells_of(&self, cells: &Cells, block: &mut Block<'_>, rows: &[u32]) -> Vec<u64> {
        match cells {
            Cells::Column(slot, _) => block.gather(*slot, rows),
            Cells::Constant(cell, _) => vec![*cell; rows.len()],
            Cells::Bin(of, secs) => {
                let mut cells = self.cells_of(of, block, rows);
                for cell in cells.iter_mut().filter(|cell| **cell != MISSING) {
                    *cell -= *cell % secs;
                }
                cells
            }
            Cells::Mask(of, bits) => {
                let mut cells = self.cells_of(of, block, rows);
                for cell in cells.iter_mut().filter(|cell| **cell != MISSING) {
                    *cell &= bits;
                }
                cells
            }
            Cells::Truth(truth) => {
                let Holds { yes, open } = self.holds(truth, block, rows);
                (0..rows.len())
                    .map(|at| {
                        if open.as_ref().is_some_and(|open| open.get(at)) {
                            MISSING
                        } else {
                            yes.get(at).into()
                        }
                    })
                    .collect()
            }
            Cells::Derived(derived) => {
                let (ingress, egress) = self.ways(block, rows);
                let (inbound, outbound) = match derived {
                    Derived::Direction => (vec![0; rows.len()], vec![1; rows.len()]),
                    Derived::LocalAddress => ends(Field::DstAddr, Field::SrcAddr, block, rows),
                    Derived::RemoteAddress => ends(Field::SrcAddr, Field::DstAddr, block, rows),
                    Derived::LocalPort => ends(Field::DstPort, Field::SrcPort, block, rows),
                    Derived::RemotePort => ends(Field::SrcPort, Field::DstPort, block, rows),
                };
                choose(inbound, &outbound, &ingress, &egress)
            }
        }
    }

    /// Which of some rows are ingress, and which are egress.
    pub(super) fn ways(&self, block: &mut Block<'_>, rows: &[u32]) -> (Bits, Bits) {
        let of_rows = |words: &[u64]| {
            if rows.len() == block.len() {
                Bits(words[..rows.len().div_ceil(64)].to_vec())
            } else {
                Bits::at(words, rows)
            }
        };
        {
            let memo = self.memo.borrow();
            if let (Some(ingress), Some(egress)) =
                (memo.ingress.get(block.number), memo.egress.get(block.number))
            {
                return (of_rows(ingress), of_rows(egress));
            }
        }
        let (ingress, egress) = self.directions(block);
        let of_rows = |bits: &Bits| {
            if rows.len() == block.len() { bits.clone() } else { Bits::at(&bits.0, rows) }
        };
        let picked = (of_rows(&ingress), of_rows(&egress));
        let mut memo = self.memo.borrow_mut();
        memo.ingress.set(block.number, &ingress.0);
        memo.egress.set(block.number, &egress.0);
        picked
    }

    /// The ingress and the egress rows of a block: by `flow-direction`, else by the interface's own address.
    fn directions(&self, block: &mut Block<'_>) -> (Bits, Bits) {
        let directions = block.column(Field::FlowDirection.into());
        let of = |code: u64| Bits::of(directions, |way| way == code && way != MISSING);
        let (mut ingress, mut egress) = (of(self.ingress), of(self.egress));
        let mut open = ingress.clone();
        open.combine(&egress.0, |a, b| !(a | b));
        if open.is_empty() || self.own.is_empty() {
            return (ingress, egress);
        }
        let sources = block.column(Field::SrcAddr.into()).to_vec();
        let destinations = block.column(Field::DstAddr.into()).to_vec();
        let interfaces = block.column(Field::InterfaceId.into());
        let nowhere = [MISSING; 2];
        let side = |cell: u64| usize::from(cell & WIDE != 0);
        let flows: Vec<u64> = interfaces
            .iter()
            .zip(sources.iter().zip(&destinations))
            .map(|(&interface, (&source, &destination))| {
                let own = self.own.get(interface as usize).unwrap_or(&nowhere);
                // Numbers rather than truths, so that nothing is to be guessed by the processor.
                let told = u64::from(source != MISSING) & u64::from(source != destination);
                let out = told & u64::from(own[side(source)] == source);
                let inward = told & (out ^ 1) & u64::from(own[side(destination)] == destination);
                out << 1 | inward & u64::from(destination != MISSING)
            })
            .collect();
        let (inward, out) = (Bits::of(&flows, |way| way == 1), Bits::of(&flows, |way| way == 2));
        for ((known, found), open) in [(&mut ingress, inward), (&mut egress, out)]
            .into_iter()
            .flat_map(|(known, found)| known.0.iter_mut().zip(found.0).zip(&open.0))
        {
            *known |= found & open;
        }
        (ingress, egress)
    }

    /// One 64-bit hash for each of some rows of several cells, the same in every table.
    pub(super) fn hashes(&self, keys: &[Cells], block: &mut Block<'_>, rows: &[u32]) -> Vec<u64> {
        let mut hashes = vec![0x243f_6a88_85a3_08d3; rows.len()];
        for key in keys {
            let kind = key.kind();
            let cells = self.cells_of(key, block, rows);
            let plain = matches!(kind, CellKind::Number | CellKind::Direction);
            for (hash, cell) in hashes.iter_mut().zip(cells) {
                *hash = mix(*hash ^ if plain { cell } else { self.canonical(cell, kind) });
            }
        }
        hashes
    }

    /// A number that stands for the cell's value in every table.
    #[inline]
    pub(super) fn canonical(&self, cell: u64, kind: CellKind) -> u64 {
        match kind {
            CellKind::Address if is_wide(cell) => match self.table.address(cell) {
                Some(IpAddr::V6(v6)) => mix_wide(v6.to_bits()),
                _ => cell,
            },
            CellKind::Number | CellKind::Direction | CellKind::Address => cell,
            CellKind::Text if cell == MISSING => cell,
            CellKind::Text => self.table.texts().hash(cell),
        }
    }
}

/// A column for the rows of one direction, and another for those of the other.
fn ends(inbound: Field, outbound: Field, block: &mut Block<'_>, rows: &[u32]) -> (Vec<u64>, Vec<u64>) {
    (block.gather(inbound.into(), rows), block.gather(outbound.into(), rows))
}

/// The cells of the rows of one direction, and others' of the other; missing where neither is known.
fn choose(mut inbound: Vec<u64>, outbound: &[u64], ingress: &Bits, egress: &Bits) -> Vec<u64> {
    let ways = ingress.0.iter().zip(&egress.0);
    for ((inbound, outbound), (&ingress, &egress)) in
        inbound.chunks_mut(64).zip(outbound.chunks(64)).zip(ways)
    {
        for (i, (inbound, outbound)) in inbound.iter_mut().zip(outbound).enumerate() {
            // All bits or none: which way a record went is not to be guessed by the processor.
            let ingress = (ingress >> i & 1).wrapping_neg();
            let egress = (egress >> i & 1).wrapping_neg();
            *inbound = *inbound & ingress | outbound & egress | !(ingress | egress);
        }
    }
    inbound
}
