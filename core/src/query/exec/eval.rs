//! Conditions over rows of a block.

use std::cmp::Ordering;

use memchr::memmem::Finder;

use super::bits::Bits;
use super::block::Block;
use super::compile::{Binding, CellKind, Cells, Condition, Truth, is_wide};
use crate::query::plan::{Comparison, Derived};
use crate::record::address::{is_private, is_private_v4};
use crate::store::MISSING;

/// What is known of a condition for each row.
pub(super) struct Holds {
    pub(super) yes: Bits,
    /// Neither true nor false, because a value is missing; `None`: no row is.
    pub(super) open: Option<Bits>,
}

impl Holds {
    fn same(yes: bool, rows: usize) -> Self {
        Self { yes: Bits::same(yes, rows), open: None }
    }

    fn nowhere(rows: usize) -> Self {
        Self { yes: Bits::same(false, rows), open: Some(Bits::same(true, rows)) }
    }

    /// True where the cells pass the test and are there.
    fn of(mut yes: Bits, open: Option<Bits>) -> Self {
        if let Some(open) = &open {
            yes.combine(&open.0, |yes, open| yes & !open);
        }
        Self { yes, open }
    }

    fn not(mut self, rows: usize) -> Self {
        let all = Bits::same(true, rows);
        self.yes.combine(&all.0, |yes, all| !yes & all);
        Self::of(self.yes, self.open)
    }

    /// The rows that are not false.
    fn possible(&self) -> Bits {
        let mut possible = self.yes.clone();
        if let Some(open) = &self.open {
            possible.combine(&open.0, |yes, open| yes | open);
        }
        possible
    }

    fn and(self, other: Self) -> Self {
        let open = (self.open.is_some() || other.open.is_some()).then(|| {
            let mut possible = self.possible();
            possible.and(&other.possible().0);
            possible
        });
        let mut yes = self.yes;
        yes.and(&other.yes.0);
        Self::without_sure(yes, open)
    }

    fn or(self, other: Self) -> Self {
        let open = match (self.open, other.open) {
            (Some(mut open), Some(more)) => {
                open.combine(&more.0, |a, b| a | b);
                Some(open)
            }
            (one, other) => one.or(other),
        };
        let mut yes = self.yes;
        yes.combine(&other.yes.0, |a, b| a | b);
        Self::without_sure(yes, open)
    }

    /// What is true is not open.
    fn without_sure(yes: Bits, open: Option<Bits>) -> Self {
        let open = open.map(|mut open| {
            open.combine(&yes.0, |open, yes| open & !yes);
            open
        });
        Self { yes, open }
    }
}

impl Binding<'_> {
    /// The rows among `rows` for which the condition holds.
    pub(super) fn select(&self, condition: &Condition, block: &mut Block<'_>, rows: &[u32]) -> Vec<u32> {
        if condition.all.iter().any(|conjunct| never_here(&conjunct.truth, block)) {
            return Vec::new();
        }
        let whole = rows.len() == block.len();
        let mut rest: Option<Vec<u32>> = None;
        let mut kept: Option<Bits> = None;
        for conjunct in &condition.all {
            let Some(memo) = conjunct.memo else { continue };
            let bits = self.remembered(memo, &conjunct.truth, block);
            match &mut kept {
                Some(kept) => kept.and(&bits.0),
                None => kept = Some(bits),
            }
        }
        if let Some(kept) = kept {
            rest = Some(if whole {
                kept.pick(rows)
            } else {
                rows.iter().copied().filter(|&row| kept.get(row as usize)).collect()
            });
        }
        for conjunct in condition.all.iter().filter(|conjunct| conjunct.memo.is_none()) {
            let among = rest.as_deref().unwrap_or(rows);
            if among.is_empty() {
                break;
            }
            let holds = self.holds(&conjunct.truth, block, among);
            rest = Some(holds.yes.pick(among));
        }
        rest.unwrap_or_else(|| rows.to_vec())
    }

    /// For each of some rows: whether the condition holds.
    pub(super) fn mask(&self, condition: &Condition, block: &mut Block<'_>, rows: &[u32]) -> Bits {
        let whole = rows.len() == block.len();
        let mut mask: Option<Bits> = None;
        for conjunct in &condition.all {
            let bits = match conjunct.memo {
                Some(memo) => {
                    let bits = self.remembered(memo, &conjunct.truth, block);
                    if whole { bits } else { Bits::at(&bits.0, rows) }
                }
                None => self.holds(&conjunct.truth, block, rows).yes,
            };
            match &mut mask {
                Some(mask) => mask.and(&bits.0),
                None => mask = Some(bits),
            }
        }
        mask.unwrap_or_else(|| Bits::same(true, rows.len()))
    }

    /// The bits of a condition that plans ask again and again, for all rows of the block.
    fn remembered(&self, memo: usize, truth: &Truth, block: &mut Block<'_>) -> Bits {
        if let Some(bits) = self.memo.borrow_mut().bits(memo)
            && let Some(words) = bits.get(block.number)
        {
            return Bits(words[..block.len().div_ceil(64)].to_vec());
        }
        let yes = self.holds(truth, block, &self.all[..block.len()]).yes;
        if let Some(bits) = self.memo.borrow_mut().bits(memo) {
            bits.set(block.number, &yes.0);
        }
        yes
    }

    pub(super) fn holds(&self, truth: &Truth, block: &mut Block<'_>, rows: &[u32]) -> Holds {
        let count = rows.len();
        match truth {
            Truth::Always(value) => Holds::same(*value, count),
            Truth::Never => Holds::nowhere(count),
            Truth::Against(cells, comparison, constant) => {
                if let Cells::Column(slot, _) = cells
                    && let Some(cell) = block.constant(*slot)
                {
                    return match cell {
                        MISSING => Holds::nowhere(count),
                        cell => Holds::same(satisfies(*comparison, cell.cmp(constant)), count),
                    };
                }
                let open = self.open(cells, block, rows);
                if let Cells::Column(slot, _) = cells
                    && count == block.len()
                {
                    return Holds::of(compare(block.column(*slot), *comparison, *constant), open);
                }
                let cells = self.cells_of(cells, block, rows);
                Holds::of(compare(&cells, *comparison, *constant), open)
            }
            Truth::Unknown(cells, comparison) => {
                let open = self.open(cells, block, rows);
                Holds::of(Bits::same(*comparison == Comparison::NotEqual, count), open)
            }
            Truth::Values(left, comparison, right) => {
                let (left_kind, right_kind) = (left.kind(), right.kind());
                let left = self.cells_of(left, block, rows);
                let right = self.cells_of(right, block, rows);
                let by_identity = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
                let by_cell = left_kind == right_kind && (by_identity || left_kind == CellKind::Number);
                let test = |(&a, &b): (&u64, &u64)| -> u64 {
                    let order = if by_cell {
                        a.cmp(&b)
                    } else {
                        self.value(a, left_kind).order(&self.value(b, right_kind))
                    };
                    satisfies(*comparison, order).into()
                };
                let answers: Vec<u64> = left.iter().zip(&right).map(test).collect();
                let missing: Vec<u64> = left.iter().zip(&right).map(|(&a, &b)| a.max(b)).collect();
                Holds::of(
                    Bits::of(&answers, |answer| answer == 1),
                    Some(Bits::of(&missing, |cell| cell == MISSING)),
                )
            }
            Truth::Ordered(cells, comparison, value) => {
                let kind = cells.kind();
                self.each(cells, block, rows, &|cell| {
                    satisfies(*comparison, self.value(cell, kind).order(value))
                })
            }
            Truth::OneOf(cells, list) => {
                let open = self.open(cells, block, rows);
                let cells = self.cells_of(cells, block, rows);
                Holds::of(list.among(&cells), open)
            }
            Truth::InSubnet(cells, net) => self.each(cells, block, rows, &|cell| {
                self.table.address(cell).is_some_and(|address| net.contains(&address))
            }),
            Truth::IsPrivate(cells) => {
                let open = self.open(cells, block, rows);
                let cells = self.cells_of(cells, block, rows);
                let private = Bits::of(&cells, |cell| {
                    if is_wide(cell) {
                        self.table.address(cell).is_some_and(is_private)
                    } else {
                        is_private_v4(cell as u32)
                    }
                });
                Holds::of(private, open)
            }
            Truth::IsIpv6(cells) => {
                let open = self.open(cells, block, rows);
                Holds::of(Bits::of(&self.cells_of(cells, block, rows), is_wide), open)
            }
            Truth::Present(cells) => {
                let present = match self.open(cells, block, rows) {
                    Some(open) => Holds { yes: open, open: None }.not(count).yes,
                    None => Bits::same(true, count),
                };
                Holds { yes: present, open: None }
            }
            Truth::Contains(cells, text) => {
                let part = Finder::new(text);
                match cells.kind() {
                    CellKind::Text => self.each(cells, block, rows, &|cell| {
                        part.find(self.table.texts().text(cell).as_bytes()).is_some()
                    }),
                    CellKind::Address => self.each(cells, block, rows, &|cell| {
                        if let Ok(v4) = u32::try_from(cell) {
                            let (text, length) = dotted(v4);
                            return part.find(&text[..length]).is_some();
                        }
                        let address = self.table.address(cell).map(|address| address.to_string());
                        address.is_some_and(|text| part.find(text.as_bytes()).is_some())
                    }),
                    kind => self.each(cells, block, rows, &|cell| {
                        part.find(self.value(cell, kind).to_string().as_bytes()).is_some()
                    }),
                }
            }
            Truth::All(all) => {
                let mut result = Holds::same(true, count);
                for one in all {
                    result = result.and(self.holds(one, block, rows));
                    if result.open.is_none() && result.yes.is_empty() {
                        break;
                    }
                }
                result
            }
            Truth::Any(any) => {
                let mut result = Holds::same(false, count);
                for one in any {
                    result = result.or(self.holds(one, block, rows));
                }
                result
            }
            Truth::Not(of) => self.holds(of, block, rows).not(count),
        }
    }

    /// A test of each cell that is there. A text is tested once for all its rows.
    fn each(&self, cells: &Cells, block: &mut Block<'_>, rows: &[u32], test: &dyn Fn(u64) -> bool) -> Holds {
        let open = self.open(cells, block, rows);
        let is_text = cells.kind() == CellKind::Text;
        let mut answers: Vec<(u64, bool)> = Vec::new();
        let mut last = None;
        let cells = self.cells_of(cells, block, rows);
        let verdicts: Vec<u64> = cells
            .iter()
            .map(|&cell| {
                if cell == MISSING {
                    return 0;
                }
                if let Some((same, verdict)) = last
                    && same == cell
                {
                    return verdict;
                }
                let known = if is_text {
                    answers.iter().find(|(of, _)| *of == cell).map(|&(_, yes)| yes)
                } else {
                    None
                };
                let yes = known.unwrap_or_else(|| test(cell));
                if is_text && known.is_none() && answers.len() < 16 {
                    answers.push((cell, yes));
                }
                last = Some((cell, u64::from(yes)));
                yes.into()
            })
            .collect();
        Holds::of(Bits::of(&verdicts, |verdict| verdict == 1), open)
    }

    /// The rows where an expression has no value; `None` if it has one everywhere.
    fn open(&self, cells: &Cells, block: &mut Block<'_>, rows: &[u32]) -> Option<Bits> {
        match cells {
            Cells::Column(slot, _) => block.missing(*slot, rows),
            Cells::Constant(MISSING, _) => Some(Bits::same(true, rows.len())),
            Cells::Constant(..) => None,
            Cells::Bin(of, _) | Cells::Mask(of, _) => self.open(of, block, rows),
            Cells::Truth(truth) => self.holds(truth, block, rows).open,
            Cells::Derived(Derived::Direction) => {
                let (ingress, egress) = self.ways(block, rows);
                let mut either = ingress;
                either.combine(&egress.0, |a, b| a | b);
                Some(Holds { yes: either, open: None }.not(rows.len()).yes)
            }
            Cells::Derived(_) => {
                let cells = self.cells_of(cells, block, rows);
                Some(Bits::of(&cells, |cell| cell == MISSING)).filter(|open| !open.is_empty())
            }
        }
    }
}

/// Whether no row of the block's segment can pass, by the range of a column.
fn never_here(truth: &Truth, block: &Block<'_>) -> bool {
    let Truth::Against(Cells::Column(slot, _), comparison, constant) = truth else { return false };
    let Some((least, greatest)) = block.range(*slot) else { return true };
    match comparison {
        Comparison::Equal => *constant < least || greatest < *constant,
        Comparison::Less => least >= *constant,
        Comparison::AtMost => least > *constant,
        Comparison::Greater => greatest <= *constant,
        Comparison::AtLeast => greatest < *constant,
        Comparison::NotEqual => false,
    }
}

fn compare(cells: &[u64], comparison: Comparison, constant: u64) -> Bits {
    match comparison {
        Comparison::Equal => Bits::of(cells, |cell| cell == constant),
        Comparison::NotEqual => Bits::of(cells, |cell| cell != constant),
        Comparison::Less => Bits::of(cells, |cell| cell < constant),
        Comparison::AtMost => Bits::of(cells, |cell| cell <= constant),
        Comparison::Greater => Bits::of(cells, |cell| cell > constant),
        Comparison::AtLeast => Bits::of(cells, |cell| cell >= constant),
    }
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

/// An IPv4 address as text, and how long that is: without the allocation and the formatting that it costs otherwise, since
/// every record may be asked.
fn dotted(bits: u32) -> ([u8; 15], usize) {
    let mut text = [0; 15];
    let mut length = 0;
    for (place, octet) in bits.to_be_bytes().into_iter().enumerate() {
        if place > 0 {
            text[length] = b'.';
            length += 1;
        }
        for (digit, is_wanted) in
            [(octet / 100, octet >= 100), (octet / 10 % 10, octet >= 10), (octet % 10, true)]
        {
            text[length] = b'0' + digit;
            length += usize::from(is_wanted);
        }
    }
    (text, length)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn addresses_as_text() {
        for text in ["0.0.0.0", "10.0.0.9", "100.20.3.255", "255.255.255.255", "203.0.113.10"] {
            let (bytes, length) = dotted(text.parse::<Ipv4Addr>().unwrap().to_bits());
            assert_eq!(&bytes[..length], text.as_bytes());
        }
    }
}
