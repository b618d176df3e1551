//! Several key cells in as few words as they need, so that they hash and compare as one.

use super::compile::{Binding, CellKind};
use crate::query::plan::{Derived, Expr};
use crate::record::{Field, Kind};
use crate::store::MISSING;

/// Where each key lies in the words of a packed key. The greatest number of its width stands for a missing cell.
pub(super) struct Packing {
    places: Vec<Place>,
    words: usize,
}

#[derive(Clone, Copy)]
struct Place {
    word: usize,
    shift: u32,
    width: u32,
}

impl Place {
    const fn mask(self) -> u64 {
        if self.width >= 64 { u64::MAX } else { (1 << self.width) - 1 }
    }
}

impl Packing {
    pub(super) fn new<'a>(binding: &Binding<'_>, keys: impl Iterator<Item = &'a Expr>) -> Self {
        let mut places: Vec<Place> = Vec::new();
        let mut used: Vec<u32> = Vec::new();
        for key in keys {
            let width = width_of(binding, key);
            let word = used.iter().position(|used| used + width <= 64).unwrap_or_else(|| {
                used.push(0);
                used.len() - 1
            });
            places.push(Place { word, shift: used[word], width });
            used[word] += width;
        }
        Self { places, words: used.len() }
    }

    /// How many words a packed key has.
    pub(super) const fn words(&self) -> usize {
        self.words
    }

    /// The words of each row's key, one list for each word.
    pub(super) fn pack(&self, columns: &[&[u64]]) -> Vec<Vec<u64>> {
        let mut words: Vec<Vec<u64>> = vec![Vec::new(); self.words];
        for (place, column) in self.places.iter().zip(columns) {
            let word = &mut words[place.word];
            let mask = place.mask();
            if word.is_empty() {
                word.extend(column.iter().map(|&cell| (cell & mask) << place.shift));
            } else {
                for (word, &cell) in word.iter_mut().zip(*column) {
                    *word |= (cell & mask) << place.shift;
                }
            }
        }
        words
    }

    /// The cells of packed keys, key after key.
    pub(super) fn unpack(&self, packed: &[u64]) -> Vec<u64> {
        let mut cells = Vec::with_capacity(packed.len() / self.words.max(1) * self.places.len());
        for key in packed.chunks_exact(self.words.max(1)) {
            cells.extend(self.places.iter().map(|place| {
                let code = key[place.word] >> place.shift & place.mask();
                if code == place.mask() { MISSING } else { code }
            }));
        }
        cells
    }
}

/// Bits that hold every cell of an expression, and a number that none of them is.
fn width_of(binding: &Binding<'_>, key: &Expr) -> u32 {
    let field = match key {
        Expr::Field(field) => Some(*field),
        Expr::Derived(Derived::LocalPort | Derived::RemotePort) => Some(Field::SrcPort),
        _ => None,
    };
    match (field.map(Field::kind), binding.cells(key).kind()) {
        (Some(Kind::Port), _) => 17,
        (Some(Kind::Byte), _) => 9,
        (_, CellKind::Text) => u64::BITS - (binding.table.texts().len() as u64).leading_zeros(),
        (_, CellKind::Address) if binding.table.wide().is_empty() => 33,
        (_, CellKind::Address) => 34,
        (_, CellKind::Direction) => 2,
        (_, CellKind::Number) => match key {
            Expr::IsPrivate(_) | Expr::IsIpv6(_) | Expr::Present(_) | Expr::Compare(..) => 2,
            _ => 64,
        },
    }
}
