//! Expressions bound to a table: names become slots, constants become cells.

use std::cell::RefCell;
use std::net::IpAddr;

use ipnet::IpNet;

use super::bits::Bits;
use super::block::{BLOCK_ROWS, Block};
use super::cells::mix;
use super::keyset::KeySet;
use super::memo::Memo;
use crate::query::plan::{Comparison, Derived, Expr, Locals};
use crate::query::value::Value;
use crate::record::{Field, Kind};
use crate::store::{MISSING, Slot, Table, WIDE};

/// What the cells of an expression mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CellKind {
    Number,
    Text,
    Address,
    /// 0 ingress, 1 egress.
    Direction,
}

impl CellKind {
    pub(super) const fn of(field: Field) -> Self {
        match field.kind() {
            Kind::Address => Self::Address,
            Kind::Text => Self::Text,
            Kind::Number | Kind::Port | Kind::Byte | Kind::Time => Self::Number,
        }
    }
}

/// The words of [`CellKind::Direction`].
pub(super) const DIRECTIONS: [&str; 2] = ["ingress", "egress"];

/// An expression that gives a cell for each row.
pub(super) enum Cells {
    Column(Slot, CellKind),
    Derived(Derived),
    Constant(u64, CellKind),
    Bin(Box<Self>, u64),
    Mask(Box<Self>, u64),
    /// 1 true, 0 false.
    Truth(Box<Truth>),
}

impl Cells {
    pub(super) const fn kind(&self) -> CellKind {
        match self {
            Self::Column(_, kind) | Self::Constant(_, kind) => *kind,
            Self::Derived(derived) => match derived {
                Derived::Direction => CellKind::Direction,
                Derived::LocalAddress | Derived::RemoteAddress => CellKind::Address,
                Derived::LocalPort | Derived::RemotePort => CellKind::Number,
            },
            Self::Bin(..) | Self::Mask(..) | Self::Truth(_) => CellKind::Number,
        }
    }
}

/// An expression that is true, false or missing for each row.
pub(super) enum Truth {
    Always(bool),
    /// Missing in every row.
    Never,
    /// Cell against a constant, by number or by identity.
    Against(Cells, Comparison, u64),
    /// The constant is not in the table: equal never, unequal whenever present.
    Unknown(Cells, Comparison),
    /// By decoded values: orderings of text and addresses, and cells against cells.
    Values(Cells, Comparison, Cells),
    /// By decoded value against a constant that has an order.
    Ordered(Cells, Comparison, Value),
    OneOf(Cells, List),
    InSubnet(Cells, IpNet),
    IsPrivate(Cells),
    IsIpv6(Cells),
    Present(Cells),
    Contains(Cells, String),
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
}

/// A condition as the expressions that must all be true.
pub(super) struct Condition {
    pub(super) all: Vec<Conjunct>,
}

/// One of them, and where the shard remembers its bits.
pub(super) struct Conjunct {
    pub(super) truth: Truth,
    pub(super) memo: Option<usize>,
}

/// The cells of a list of values.
pub(super) enum List {
    /// A bit for each small number.
    Small(Vec<u64>),
    Few(Vec<u64>),
    Many(KeySet),
}

impl List {
    fn new(mut cells: Vec<u64>) -> Self {
        cells.sort_unstable();
        cells.dedup();
        match cells.last() {
            Some(&greatest) if greatest < 1 << 16 && cells.len() > 1 => {
                let mut bits = vec![0; greatest as usize / 64 + 1];
                for cell in cells {
                    bits[cell as usize / 64] |= 1 << (cell % 64);
                }
                Self::Small(bits)
            }
            _ if cells.len() <= 4 => Self::Few(cells),
            _ => {
                let hashes: Vec<u64> = cells.into_iter().map(mix).collect();
                Self::Many(KeySet::new(std::iter::once(hashes.as_slice())))
            }
        }
    }

    /// The cells that are in the list.
    pub(super) fn among(&self, cells: &[u64]) -> Bits {
        match self {
            Self::Small(bits) => Bits::of(cells, |cell| {
                bits.get((cell / 64) as usize).is_some_and(|word| word >> (cell % 64) & 1 == 1)
            }),
            Self::Few(list) => Bits::of(cells, |cell| list.contains(&cell)),
            Self::Many(set) => set.among(&cells.iter().map(|&cell| mix(cell)).collect::<Vec<u64>>()),
        }
    }
}

/// A table with what expressions over it need to know.
pub(super) struct Binding<'a> {
    pub(super) table: &'a Table,
    pub(super) memo: RefCell<&'a mut Memo>,
    /// The rows of a whole block.
    pub(super) all: Vec<u32>,
    /// Own IPv4 and IPv6 cells by interface code.
    pub(super) own: Vec<[u64; 2]>,
    pub(super) ingress: u64,
    pub(super) egress: u64,
}

impl<'a> Binding<'a> {
    pub(super) fn new(table: &'a Table, locals: &Locals, memo: &'a mut Memo) -> Self {
        let code = |text: &str| table.texts().find(text.as_bytes()).map_or(MISSING, u64::from);
        let mut own: Vec<[u64; 2]> = Vec::new();
        for (interface, addresses) in &locals.interfaces {
            let Some(code) = table.texts().find(interface.as_bytes()) else { continue };
            let cell =
                |address: Option<IpAddr>| address.and_then(|a| table.find_address(a)).unwrap_or(MISSING);
            if own.len() <= code as usize {
                own.resize(code as usize + 1, [MISSING; 2]);
            }
            own[code as usize] = [cell(addresses.v4.map(IpAddr::V4)), cell(addresses.v6.map(IpAddr::V6))];
        }
        memo.fit(table.edition(), Block::count(table));
        // A plan without own addresses does not ask for directions.
        if !own.is_empty() || locals.interfaces.is_empty() {
            memo.know(&own);
        }
        let all = (0..BLOCK_ROWS as u32).collect();
        Self { table, memo: RefCell::new(memo), all, own, ingress: code("ingress"), egress: code("egress") }
    }

    /// A condition, with the bits that are remembered of it.
    pub(super) fn condition(&self, expr: &Expr) -> Condition {
        let mut all = Vec::new();
        self.conjuncts(expr, &mut all);
        Condition { all }
    }

    fn conjuncts(&self, expr: &Expr, into: &mut Vec<Conjunct>) {
        match expr {
            Expr::True => {}
            Expr::And(all) => all.iter().for_each(|one| self.conjuncts(one, into)),
            one => {
                let memo = self.memo.borrow_mut().condition(one);
                into.push(Conjunct { truth: self.truth(one), memo });
            }
        }
    }

    /// The value of a cell.
    pub(super) fn value(&self, cell: u64, kind: CellKind) -> Value {
        if cell == MISSING {
            return Value::Missing;
        }
        match kind {
            CellKind::Number => Value::from(cell),
            CellKind::Text => Value::from(self.table.texts().text(cell)),
            CellKind::Address => self.table.address(cell).map_or(Value::Missing, Value::Address),
            CellKind::Direction => Value::from(DIRECTIONS[usize::from(cell == 1)]),
        }
    }

    /// The cell of a value; `None` if no row can have it.
    fn cell(&self, value: &Value, kind: CellKind) -> Option<u64> {
        match (kind, value) {
            (CellKind::Number, Value::Number(number)) => {
                u64::try_from(*number).ok().filter(|&n| n != MISSING)
            }
            (CellKind::Number, Value::Real(number)) => {
                (number.fract() == 0.0 && (0.0..1.8e19).contains(number)).then_some(*number as u64)
            }
            (CellKind::Number, Value::Bool(truth)) => Some((*truth).into()),
            (CellKind::Number, Value::Text(text)) => text.trim().parse().ok(),
            (CellKind::Text, Value::Text(text)) => self.table.texts().find(text.as_bytes()).map(u64::from),
            (CellKind::Text, other) => self.table.texts().find(other.to_string().as_bytes()).map(u64::from),
            (CellKind::Address, Value::Address(address)) => self.table.find_address(*address),
            (CellKind::Address, Value::Text(text)) => {
                crate::record::address::parse(text).and_then(|address| self.table.find_address(address))
            }
            (CellKind::Direction, Value::Text(text)) => {
                DIRECTIONS.iter().position(|word| word == text).map(|at| at as u64)
            }
            _ => None,
        }
    }

    pub(super) fn cells(&self, expr: &Expr) -> Cells {
        match expr {
            Expr::Field(field) => Cells::Column((*field).into(), CellKind::of(*field)),
            Expr::Column(name) => match Field::from_name(name) {
                Some(field) => Cells::Column(field.into(), CellKind::of(field)),
                None => match self.table.find_unknown(name) {
                    Some(slot) => Cells::Column(slot, CellKind::Text),
                    None => Cells::Constant(MISSING, CellKind::Text),
                },
            },
            Expr::Derived(derived) => Cells::Derived(*derived),
            Expr::Value(value) => {
                let kind = match value {
                    Value::Text(_) => CellKind::Text,
                    Value::Address(_) => CellKind::Address,
                    _ => CellKind::Number,
                };
                Cells::Constant(self.cell(value, kind).unwrap_or(MISSING), kind)
            }
            Expr::Bin(of, secs) => Cells::Bin(Box::new(self.cells(of)), (*secs).max(1)),
            Expr::Mask(of, bits) => Cells::Mask(Box::new(self.cells(of)), *bits),
            truth => Cells::Truth(Box::new(self.truth(truth))),
        }
    }

    pub(super) fn truth(&self, expr: &Expr) -> Truth {
        match expr {
            Expr::True => Truth::Always(true),
            Expr::Value(Value::Bool(truth)) => Truth::Always(*truth),
            Expr::Compare(left, comparison, right) => match (&**left, &**right) {
                (Expr::Value(value), other) => self.against(other, comparison.mirrored(), value),
                (other, Expr::Value(value)) => self.against(other, *comparison, value),
                (left, right) => Truth::Values(self.cells(left), *comparison, self.cells(right)),
            },
            Expr::OneOf(of, values) => {
                let cells = self.cells(of);
                let list = values.iter().filter_map(|value| self.cell(value, cells.kind())).collect();
                Truth::OneOf(cells, List::new(list))
            }
            Expr::InSubnet(of, net) => Truth::InSubnet(self.cells(of), *net),
            Expr::IsPrivate(of) => Truth::IsPrivate(self.cells(of)),
            Expr::IsIpv6(of) => Truth::IsIpv6(self.cells(of)),
            Expr::Present(of) => Truth::Present(self.cells(of)),
            Expr::Contains(of, text) => Truth::Contains(self.cells(of), text.clone()),
            Expr::And(all) => Truth::All(all.iter().map(|one| self.truth(one)).collect()),
            Expr::Or(any) => Truth::Any(any.iter().map(|one| self.truth(one)).collect()),
            Expr::Not(of) => Truth::Not(Box::new(self.truth(of))),
            // A value as a condition holds when it is there and not zero.
            Expr::Field(_) | Expr::Column(_) | Expr::Derived(_) | Expr::Bin(..) | Expr::Mask(..) => {
                Truth::Against(self.cells(expr), Comparison::NotEqual, 0)
            }
            Expr::Value(Value::Number(number)) => Truth::Always(*number != 0),
            Expr::Value(_) => Truth::Never,
        }
    }

    fn against(&self, expr: &Expr, comparison: Comparison, value: &Value) -> Truth {
        if value.is_missing() {
            return Truth::Never;
        }
        let cells = self.cells(expr);
        let by_identity = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        match (cells.kind(), self.cell(value, cells.kind())) {
            (CellKind::Number, Some(cell)) => Truth::Against(cells, comparison, cell),
            (_, Some(cell)) if by_identity => Truth::Against(cells, comparison, cell),
            (_, None) if by_identity => Truth::Unknown(cells, comparison),
            (CellKind::Address, _) => {
                let address = match value {
                    Value::Text(text) => crate::record::address::parse(text).map(Value::Address),
                    other => Some(other.clone()),
                };
                address.map_or(Truth::Never, |address| Truth::Ordered(cells, comparison, address))
            }
            _ => Truth::Ordered(cells, comparison, value.clone()),
        }
    }
}

/// Whether the cell is an IPv6 address.
pub(super) const fn is_wide(cell: u64) -> bool {
    cell & WIDE != 0 && cell != MISSING
}
