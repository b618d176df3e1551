//! Measures under way: one state per group, updated by blocks and joined across shards.

use serde::{Deserialize, Serialize};

use super::bits::Bits;
use super::cells::mix;
use super::index::Index;
use crate::query::plan::Aggregate;
use crate::query::value::Value;
use crate::record::ordered::OrderedMap;
use crate::store::{MISSING, bytes};

/// The state of one measure for all slots (groups, or sessions of groups).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum State {
    Count(#[serde(with = "bytes")] Vec<u64>),
    Sum(Sums),
    Least(#[serde(with = "bytes")] Vec<u64>),
    Greatest(#[serde(with = "bytes")] Vec<u64>),
    Mean(Vec<(u128, u64)>),
    Distinct(Set),
    Bits(#[serde(with = "bytes")] Vec<u64>),
    /// Time and value.
    Earliest(Vec<(u64, u64)>),
    /// Time and value.
    Latest(Vec<(u64, u64)>),
    /// Candidates: none yet ([`UNSEEN`]), two, one, or no more.
    Common(Vec<[u64; 2]>),
}

/// No record seen yet: not a cell of any address.
const UNSEEN: u64 = MISSING - 1;

/// What states must know of cells.
pub(super) trait Meaning {
    /// Whether a cell's value comes before another's.
    fn less(&self, a: u64, b: u64) -> bool;
    /// A number that stands for the cell's value in every table.
    fn canonical(&self, cell: u64) -> u64;
}

/// What one block gives to a measure.
pub(super) struct Input<'a> {
    pub(super) slots: &'a [u32],
    /// Whether all slots are 0, as there is one group.
    pub(super) single: bool,
    /// The values, aligned with `slots`; empty when every record counts.
    pub(super) cells: &'a [u64],
    /// Another column: the destination for `CommonAddress`, the time for `First` and `Last`.
    pub(super) beside: &'a [u64],
    pub(super) when: Option<&'a Bits>,
    /// Whether cells are numbers, which compare as they are.
    pub(super) plain: bool,
}

impl Input<'_> {
    /// Calls `with` for each value that is there and counts: its place, its slot and its cell.
    #[inline]
    fn each(&self, mut with: impl FnMut(usize, usize, u64)) {
        match self.when {
            None => {
                for (at, (&slot, &cell)) in self.slots.iter().zip(self.cells).enumerate() {
                    if cell != MISSING {
                        with(at, slot as usize, cell);
                    }
                }
            }
            Some(when) => {
                for (at, &word) in when.0.iter().enumerate() {
                    let mut word = word;
                    while word != 0 {
                        let at = at * 64 + word.trailing_zeros() as usize;
                        word &= word - 1;
                        let cell = self.cells[at];
                        if cell != MISSING {
                            with(at, self.slots[at] as usize, cell);
                        }
                    }
                }
            }
        }
    }

    /// Calls `with` for the slot of each record that counts.
    #[inline]
    fn each_slot(&self, mut with: impl FnMut(usize)) {
        match self.when {
            None => self.slots.iter().for_each(|&slot| with(slot as usize)),
            Some(when) => {
                for (at, &word) in when.0.iter().enumerate() {
                    let mut word = word;
                    while word != 0 {
                        with(self.slots[at * 64 + word.trailing_zeros() as usize] as usize);
                        word &= word - 1;
                    }
                }
            }
        }
    }
}

impl State {
    pub(super) fn new(aggregate: Aggregate) -> Self {
        match aggregate {
            Aggregate::Count => Self::Count(Vec::new()),
            Aggregate::Sum => Self::Sum(Sums::default()),
            Aggregate::Min => Self::Least(Vec::new()),
            Aggregate::Max => Self::Greatest(Vec::new()),
            Aggregate::Average => Self::Mean(Vec::new()),
            Aggregate::Distinct => Self::Distinct(Set::default()),
            Aggregate::BitOr => Self::Bits(Vec::new()),
            Aggregate::First => Self::Earliest(Vec::new()),
            Aggregate::Last => Self::Latest(Vec::new()),
            Aggregate::CommonAddress => Self::Common(Vec::new()),
        }
    }

    /// Makes room for so many slots.
    pub(super) fn grow(&mut self, slots: usize) {
        match self {
            Self::Count(all) | Self::Bits(all) => all.resize(slots, 0),
            Self::Sum(sums) => sums.low.resize(slots, MISSING),
            Self::Least(all) | Self::Greatest(all) => all.resize(slots, MISSING),
            Self::Mean(all) => all.resize(slots, (0, 0)),
            Self::Distinct(set) => set.counts.resize(slots, 0),
            Self::Earliest(all) | Self::Latest(all) => all.resize(slots, (MISSING, MISSING)),
            Self::Common(all) => all.resize(slots, [UNSEEN; 2]),
        }
    }

    /// Takes in a block's rows.
    pub(super) fn update(&mut self, input: &Input<'_>, meaning: &dyn Meaning) {
        if input.single && self.update_single(input) {
            return;
        }
        match self {
            Self::Count(all) if input.cells.is_empty() => input.each_slot(|slot| all[slot] += 1),
            Self::Count(all) => input.each(|_, slot, _| all[slot] += 1),
            Self::Sum(sums) => input.each(|_, slot, cell| sums.add(slot, cell)),
            Self::Mean(all) => input.each(|_, slot, cell| {
                all[slot].0 += u128::from(cell);
                all[slot].1 += 1;
            }),
            Self::Bits(all) => input.each(|_, slot, cell| all[slot] |= cell),
            // MISSING, the greatest number, gives way to any other.
            Self::Least(all) if input.plain => input.each(|_, slot, cell| all[slot] = all[slot].min(cell)),
            Self::Greatest(all) if input.plain => input.each(|_, slot, cell| {
                if all[slot] == MISSING || all[slot] < cell {
                    all[slot] = cell;
                }
            }),
            Self::Least(all) => input.each(|_, slot, cell| keep_least(&mut all[slot], cell, meaning)),
            Self::Greatest(all) => input.each(|_, slot, cell| keep_greatest(&mut all[slot], cell, meaning)),
            Self::Distinct(set) => set.insert_rows(input),
            Self::Earliest(all) => {
                input.each(|at, slot, cell| keep_earliest(&mut all[slot], (input.beside[at], cell), meaning));
            }
            Self::Latest(all) => {
                input.each(|at, slot, cell| keep_latest(&mut all[slot], (input.beside[at], cell), meaning));
            }
            Self::Common(all) => {
                input.each(|at, slot, cell| narrow(&mut all[slot], [cell, input.beside[at]]));
            }
        }
    }

    /// Takes in rows of the only group, where that is quicker than slot by slot.
    fn update_single(&mut self, input: &Input<'_>) -> bool {
        match self {
            Self::Count(all) if input.cells.is_empty() => {
                let of = |when: &Bits| when.0.iter().map(|word| u64::from(word.count_ones())).sum();
                all[0] += input.when.map_or(input.slots.len() as u64, of);
            }
            Self::Sum(sums) => {
                let (mut sum, mut any) = (0_u128, false);
                input.each(|_, _, cell| (sum, any) = (sum + u128::from(cell), true));
                let (times, rest) = (sum / u128::from(CARRY), sum % u128::from(CARRY));
                if any {
                    sums.add(0, rest as u64);
                }
                if times > 0 {
                    *sums.carried.or_default(0) += times as u64;
                }
            }
            Self::Least(all) if input.plain => {
                let mut least = all[0];
                input.each(|_, _, cell| least = least.min(cell));
                all[0] = least;
            }
            Self::Greatest(all) if input.plain => {
                let (mut greatest, mut any) = (0, false);
                input.each(|_, _, cell| (greatest, any) = (cell.max(greatest), true));
                if any && (all[0] == MISSING || all[0] < greatest) {
                    all[0] = greatest;
                }
            }
            _ => return false,
        }
        true
    }

    /// Takes in another state: its slot `i` is this one's slot `map[i]`, its cell `c` is `recode(c)` here.
    pub(super) fn absorb(
        &mut self,
        other: Self,
        map: &[u32],
        recode: &dyn Fn(u64) -> u64,
        meaning: &dyn Meaning,
    ) {
        let slots = map.iter().map(|&slot| slot as usize);
        match (self, other) {
            (Self::Count(all), Self::Count(more)) => slots.zip(more).for_each(|(slot, n)| all[slot] += n),
            (Self::Bits(all), Self::Bits(more)) => slots.zip(more).for_each(|(slot, n)| all[slot] |= n),
            (Self::Sum(sums), Self::Sum(more)) => {
                for (slot, low) in slots.clone().zip(more.low) {
                    sums.add(slot, low);
                }
                for (slot, times) in more.carried {
                    *sums.carried.or_default(map[slot as usize]) += times;
                }
            }
            (Self::Mean(all), Self::Mean(more)) => {
                for (slot, (sum, n)) in slots.zip(more) {
                    all[slot].0 += sum;
                    all[slot].1 += n;
                }
            }
            (Self::Least(all), Self::Least(more)) => {
                for (slot, cell) in slots.zip(more).filter(|(_, cell)| *cell != MISSING) {
                    keep_least(&mut all[slot], recode(cell), meaning);
                }
            }
            (Self::Greatest(all), Self::Greatest(more)) => {
                for (slot, cell) in slots.zip(more).filter(|(_, cell)| *cell != MISSING) {
                    keep_greatest(&mut all[slot], recode(cell), meaning);
                }
            }
            (Self::Distinct(set), Self::Distinct(more)) => {
                for &[slot, cell] in more.members.as_chunks().0 {
                    set.insert(map[slot as usize], recode(cell));
                }
            }
            (Self::Earliest(all), Self::Earliest(more)) => {
                for (slot, (time, cell)) in slots.zip(more).filter(|(_, (_, cell))| *cell != MISSING) {
                    keep_earliest(&mut all[slot], (time, recode(cell)), meaning);
                }
            }
            (Self::Latest(all), Self::Latest(more)) => {
                for (slot, (time, cell)) in slots.zip(more).filter(|(_, (_, cell))| *cell != MISSING) {
                    keep_latest(&mut all[slot], (time, recode(cell)), meaning);
                }
            }
            (Self::Common(all), Self::Common(more)) => {
                for (slot, cells) in slots.zip(more) {
                    if cells[0] != UNSEEN {
                        narrow(
                            &mut all[slot],
                            cells.map(|cell| if cell == MISSING { cell } else { recode(cell) }),
                        );
                    }
                }
            }
            // States of one plan are of one shape.
            _ => {}
        }
    }

    /// Renumbers the cells, for a partial that travels.
    pub(super) fn recode(&mut self, recode: &mut dyn FnMut(u64) -> u64) {
        let mut one = |cell: &mut u64| {
            if *cell < UNSEEN {
                *cell = recode(*cell);
            }
        };
        match self {
            Self::Count(_) | Self::Sum(_) | Self::Mean(_) | Self::Bits(_) => {}
            Self::Least(all) | Self::Greatest(all) => all.iter_mut().for_each(one),
            Self::Distinct(set) => {
                (set.index, set.small) = (Index::default(), Vec::new());
                set.members.as_chunks_mut().0.iter_mut().for_each(|[_, cell]| one(cell));
            }
            Self::Earliest(all) | Self::Latest(all) => all.iter_mut().for_each(|(_, cell)| one(cell)),
            Self::Common(all) => all.iter_mut().flatten().for_each(one),
        }
    }

    /// The finished measure of a slot.
    pub(super) fn value(&self, slot: usize, decode: &dyn Fn(u64) -> Value) -> Value {
        match self {
            Self::Count(all) | Self::Bits(all) => Value::from(all[slot]),
            Self::Distinct(set) => Value::from(set.counts[slot]),
            Self::Sum(sums) => sums.of(slot).map_or(Value::Missing, Value::Number),
            Self::Mean(all) => match all[slot] {
                (_, 0) => Value::Missing,
                (sum, n) => Value::Real(sum as f64 / n as f64),
            },
            Self::Least(all) | Self::Greatest(all) => decode(all[slot]),
            Self::Earliest(all) | Self::Latest(all) => decode(all[slot].1),
            Self::Common(all) => match all[slot] {
                [UNSEEN | MISSING, _] => Value::Missing,
                [one, MISSING] => decode(one),
                [one, other] if one == other => decode(one),
                [one, other] => {
                    let (one, other) = (decode(one), decode(other));
                    let (first, second) = if one.order(&other).is_gt() { (other, one) } else { (one, other) };
                    Value::Text(format!("{first} {second}"))
                }
            },
        }
    }

    /// The counts or sums of some slots, in their order; `None` for other measures.
    pub(super) fn pick(&self, slots: &[usize]) -> Option<Self> {
        match self {
            Self::Count(all) => Some(Self::Count(slots.iter().map(|&slot| all[slot]).collect())),
            Self::Sum(sums) => Some(Self::Sum(sums.pick(slots))),
            _ => None,
        }
    }

    /// A number that orders the slots as their values do; `None` where values must be compared.
    pub(super) fn rank(&self, slot: usize) -> Option<u128> {
        match self {
            Self::Count(all) | Self::Bits(all) => Some(all[slot].into()),
            Self::Distinct(set) => Some(set.counts[slot].into()),
            Self::Sum(sums) => Some(sums.of(slot).map_or(0, |sum| sum.saturating_add(1))),
            _ => None,
        }
    }
}

fn keep_least(kept: &mut u64, cell: u64, meaning: &dyn Meaning) {
    if *kept == MISSING || meaning.less(cell, *kept) {
        *kept = cell;
    }
}

fn keep_greatest(kept: &mut u64, cell: u64, meaning: &dyn Meaning) {
    if *kept == MISSING || meaning.less(*kept, cell) {
        *kept = cell;
    }
}

fn keep_earliest(kept: &mut (u64, u64), (time, cell): (u64, u64), meaning: &dyn Meaning) {
    let earlier = || (time, meaning.canonical(cell)) < (kept.0, meaning.canonical(kept.1));
    if kept.1 == MISSING || earlier() {
        *kept = (time, cell);
    }
}

fn keep_latest(kept: &mut (u64, u64), (time, cell): (u64, u64), meaning: &dyn Meaning) {
    // A missing time is the earliest of all.
    let key = |time: u64, cell| (time.wrapping_add(1), meaning.canonical(cell));
    if kept.1 == MISSING || key(time, cell) > key(kept.0, kept.1) {
        *kept = (time, cell);
    }
}

/// Keeps the candidates that are among two addresses. A settled candidate list has its missing ones last.
fn narrow(kept: &mut [u64; 2], found: [u64; 2]) {
    if kept[0] == UNSEEN {
        *kept = if found[0] == MISSING { [found[1], MISSING] } else { found };
        return;
    }
    let keep = |cell: u64| if cell != MISSING && found.contains(&cell) { cell } else { MISSING };
    *kept = match kept.map(keep) {
        [MISSING, other] => [other, MISSING],
        both => both,
    };
}

/// Exact sums per slot, in 64 bits each but for the few that do not fit.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Sums {
    /// The sum, less what was carried; [`MISSING`] where nothing was added. Below [`CARRY`].
    #[serde(with = "bytes")]
    low: Vec<u64>,
    /// How often [`CARRY`] was taken from a slot.
    carried: OrderedMap<u32, u64>,
}

/// Half of the range, so that a cell can be added without overflow.
const CARRY: u64 = 1 << 63;

impl Sums {
    #[inline]
    fn add(&mut self, slot: usize, cell: u64) {
        if cell == MISSING {
            return;
        }
        let low = &mut self.low[slot];
        let sum = if *low == MISSING { cell } else { *low + cell };
        if sum >= CARRY {
            *self.carried.or_default(slot as u32) += 1;
        }
        *low = sum % CARRY;
    }

    /// The sums of some slots, in their order.
    fn pick(&self, slots: &[usize]) -> Self {
        let carried = slots
            .iter()
            .zip(0..)
            .filter_map(|(slot, at)| Some((at, self.carried.get(&(*slot as u32)).copied()?)));
        Self { low: slots.iter().map(|&slot| self.low[slot]).collect(), carried: carried.collect() }
    }

    fn of(&self, slot: usize) -> Option<u128> {
        let low = self.low[slot];
        let carried = self.carried.get(&(slot as u32)).copied().unwrap_or_default();
        (low != MISSING).then(|| u128::from(low) + u128::from(carried) * u128::from(CARRY))
    }
}

/// Different cells per slot.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Set {
    /// Slot and cell, one pair after another.
    #[serde(with = "bytes")]
    members: Vec<u64>,
    #[serde(with = "bytes")]
    counts: Vec<u64>,
    #[serde(skip)]
    index: Index,
    /// Which small cells the first slot has: most measures have one slot, and texts and ports are small.
    #[serde(skip)]
    small: Vec<u64>,
}

/// Cells below this are small.
const SMALL: u64 = 1 << 16;

fn hash_of(slot: u64, cell: u64) -> u64 {
    mix(cell ^ slot.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

impl Set {
    fn insert(&mut self, slot: u32, cell: u64) {
        self.insert_hashed(hash_of(slot.into(), cell), slot, cell);
    }

    fn insert_hashed(&mut self, hash: u64, slot: u32, cell: u64) {
        let members = &self.members;
        let is_same = |at: u32| members[at as usize * 2..].starts_with(&[slot.into(), cell]);
        let (_, is_new) = self.index.number(hash, (members.len() / 2) as u32, is_same);
        if is_new {
            self.members.extend([u64::from(slot), cell]);
            self.counts[slot as usize] += 1;
        }
    }

    fn insert_rows(&mut self, input: &Input<'_>) {
        let mut pairs = Vec::with_capacity(input.slots.len());
        let small = &mut self.small;
        input.each(|_, slot, cell| {
            if slot == 0 && cell < SMALL {
                let (word, bit) = ((cell / 64) as usize, cell % 64);
                if small.len() <= word {
                    small.resize(word + 1, 0);
                }
                if small[word] >> bit & 1 == 1 {
                    return;
                }
                small[word] |= 1 << bit;
            }
            pairs.push((slot as u32, cell));
        });
        let hashes: Vec<u64> = pairs.iter().map(|&(slot, cell)| hash_of(slot.into(), cell)).collect();
        let mut places = Vec::new();
        self.index.peek(&hashes, &mut places);
        for ((&(slot, cell), &hash), &place) in pairs.iter().zip(&hashes).zip(&places) {
            let is_known = Index::guess(place, hash).is_some_and(|at| {
                let at = at as usize * 2;
                self.members[at] == u64::from(slot) && self.members[at + 1] == cell
            });
            if !is_known {
                self.insert_hashed(hash, slot, cell);
            }
        }
    }
}
