//! Which fields the columns of lines may be.

use serde::{Deserialize, Serialize};

use super::Row;
use super::look::{Look, allows, is_closed, is_free, is_time, look};
use crate::record::ordered::order_by_key;
use crate::record::{Field, Kind};

/// So many values of a column are kept.
const WITNESSES: usize = 6;
/// So many other fields are named for a column.
const OTHERS: usize = 6;

/// What the columns of lines may be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guess {
    /// The columns in order.
    pub columns: Vec<ColumnGuess>,
    /// Whether the likeliest fields follow a published layout or order, so that they are worth proposing as a whole.
    pub in_order: bool,
    /// Formats that are known and fit, none of which is more likely than the others.
    pub rivals: Vec<String>,
}

/// What a column may be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnGuess {
    /// The field it most likely is; empty if nothing speaks for one.
    pub field: String,
    /// What else it may be.
    pub or: Vec<String>,
    /// Values of each sort that it holds: texts that look alike once, of numbers the least and the greatest.
    pub values: Vec<Witness>,
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Witness {
    /// Of the lines that were looked at, from 1.
    pub line: u64,
    /// The value.
    pub value: String,
}

/// The values of one column, missing ones left out.
struct Values<'a> {
    all: Vec<(u64, &'a str)>,
    /// Whether each value looks like one of a closed set.
    closed: bool,
    /// Whether each value can be a time.
    times: bool,
}

impl<'a> Values<'a> {
    fn of(group: &[&(u64, Row<'a>)], place: usize) -> Self {
        let values = group.iter().filter_map(|(line, row)| Some((*line, *row.get(place)?)));
        let all: Vec<_> = values.filter(|(_, value)| *value != "-").collect();
        let holds = |test: fn(&str) -> bool| !all.is_empty() && all.iter().all(|(_, value)| test(value));
        Self { closed: holds(|value| is_closed(look(value))), times: holds(is_time), all }
    }

    /// Whether a field may hold all of the values, chance left out: what looks like a time throughout is one.
    fn may_be(&self, field: Field) -> bool {
        let kind = field.kind();
        let by_chance = self.times && kind != Kind::Time
            || !self.times && kind == Kind::Time && !self.all.is_empty()
            || self.closed && (is_free(field) || kind == Kind::Number);
        !by_chance && self.all.iter().all(|(_, value)| allows(field, value))
    }

    fn witnesses(&self) -> Vec<Witness> {
        let mut kept: Vec<(u64, &str)> = Vec::new();
        let number = |value: &str| value.parse::<u64>().ok();
        for &(line, value) in &self.all {
            let alike = kept.iter().any(|(_, other)| look(other) == look(value));
            if (look(value) != Look::Number && !alike) && kept.len() < WITNESSES {
                kept.push((line, value));
            }
        }
        let numbers = self.all.iter().filter_map(|&(line, value)| Some((number(value)?, line, value)));
        let (least, most) = (numbers.clone().min(), numbers.max());
        for (_, line, value) in least.into_iter().chain(most) {
            if !kept.contains(&(line, value)) {
                kept.push((line, value));
            }
        }
        kept.into_iter()
            .map(|(line, value)| Witness { line, value: value.chars().take(60).collect() })
            .collect()
    }
}

/// The columns of lines, and what each may be.
struct Columns<'a> {
    values: Vec<Values<'a>>,
    may_be: Vec<Vec<Field>>,
}

impl<'a> Columns<'a> {
    fn of(group: &[&(u64, Row<'a>)]) -> Self {
        let width = group.first().map_or(0, |(_, row)| row.len());
        let values: Vec<_> = (0..width).map(|place| Values::of(group, place)).collect();
        let fields =
            |column: &Values<'_>| Field::ALL.iter().copied().filter(|&field| column.may_be(field)).collect();
        let mut may_be: Vec<Vec<Field>> = values.iter().map(fields).collect();
        // Of two columns of times, start is the one that is never later.
        let times: Vec<usize> = (0..width).filter(|&place| values[place].times).collect();
        if let [a, b] = times[..] {
            let order =
                |(_, row): &&(u64, Row<'a>)| Some(row.get(a)?.cmp(row.get(b)?)).filter(|_| row[a] != "-");
            let is = |order| move |found: Option<std::cmp::Ordering>| found == Some(order);
            let orders: Vec<_> = group.iter().map(order).collect();
            let (less, greater) = (
                orders.iter().copied().any(is(std::cmp::Ordering::Less)),
                orders.iter().copied().any(is(std::cmp::Ordering::Greater)),
            );
            if less != greater {
                let pair = if less { [Field::Start, Field::End] } else { [Field::End, Field::Start] };
                (may_be[a], may_be[b]) = (vec![pair[0]], vec![pair[1]]);
            }
        }
        Self { values, may_be }
    }
}

/// The fields of columns whose types leave no choice.
pub(super) fn forced(group: &[&(u64, Row<'_>)]) -> Option<Vec<Field>> {
    let Columns { may_be, .. } = Columns::of(group);
    let fields: Vec<Field> = may_be
        .iter()
        .map(|fields| if let [field] = fields[..] { Some(field) } else { None })
        .collect::<Option<_>>()?;
    let twice = fields.iter().enumerate().any(|(place, field)| fields[..place].contains(field));
    (fields.len() >= 3 && fields.contains(&Field::LogStatus) && !twice).then_some(fields)
}

impl Guess {
    /// Guesses; `rivals`: formats that are known and fit.
    pub(super) fn of(group: &[&(u64, Row<'_>)], rivals: Vec<String>) -> Self {
        let Columns { values, mut may_be } = Columns::of(group);
        likely_only(&values, &mut may_be);
        let whole = super::likely(group)
            .map(|fields| fields.into_iter().map(Some).collect())
            .or_else(|| in_order(&may_be, &by_name()))
            .or_else(|| in_order(&may_be, Field::ALL));
        let in_order = whole.is_some();
        let mut chosen = whole.unwrap_or_else(|| one_by_one(group, &values, &may_be));
        fewer_packets_than_bytes(group, &mut chosen);
        let columns = values.iter().zip(&may_be).zip(chosen);
        let columns = columns.map(|((values, may_be), chosen)| {
            let others = may_be.iter().filter(|&&field| Some(field) != chosen && !values.all.is_empty());
            ColumnGuess {
                field: chosen.map(Field::name).unwrap_or_default().to_owned(),
                or: others.take(OTHERS).map(|field| field.name().to_owned()).collect(),
                values: values.witnesses(),
            }
        });
        Self { columns: columns.collect(), in_order, rivals }
    }

    /// A format to begin with: `?` stands for what must be said.
    pub fn format(&self) -> String {
        let name = |column: &ColumnGuess| {
            let open = column.field.is_empty() || !self.in_order && !column.or.is_empty();
            if open { "?".to_owned() } else { column.field.clone() }
        };
        self.columns.iter().map(name).collect::<Vec<_>>().join(" ")
    }
}

/// Leaves out what is unlikely, for the guess only: fields of transit gateways where there is no transit gateway, of
/// later versions than any column can say, and accounts of few digits.
fn likely_only(values: &[Values<'_>], may_be: &mut [Vec<Field>]) {
    let is_tgw = values
        .iter()
        .flat_map(|column| &column.all)
        .any(|(_, value)| matches!(look(value), Look::Tgw | Look::TgwAttachment | Look::ResourceType));
    let constant = |column: &Values<'_>| {
        let (_, first) = *column.all.first()?;
        let version = first.parse::<u8>().ok().filter(|version| (2..=11).contains(version))?;
        column.all.iter().all(|(_, value)| *value == first).then_some(version)
    };
    let version = values.iter().filter_map(constant).max().unwrap_or(11);
    for (column, fields) in values.iter().zip(may_be) {
        let text = column.all.iter().any(|(_, value)| matches!(look(value), Look::Other | Look::Capitals));
        // An account's ID has twelve digits, or some fewer when it lost its leading zeros.
        let short = column.all.iter().any(|(_, value)| look(value) == Look::Number && value.len() < 9);
        fields.retain(|&field| {
            (is_tgw || field.version() != 6)
                && field.version() <= version
                && (text || !is_free(field))
                && !(short && field == Field::AccountId)
        });
    }
}

/// All fields in alphabetical order.
fn by_name() -> Vec<Field> {
    let mut fields = Field::ALL.to_vec();
    order_by_key(&mut fields, |field| field.name());
    fields
}

/// The columns as fields in an order, some left out; none if they do not follow it. Few columns follow any order.
fn in_order(may_be: &[Vec<Field>], order: &[Field]) -> Option<Vec<Option<Field>>> {
    const MANY: usize = 8;
    let mut rest = order.iter();
    let fields = may_be.iter().map(|fields| rest.find(|field| fields.contains(field)).copied().map(Some));
    fields.collect::<Option<Vec<_>>>().filter(|fields| fields.len() >= MANY)
}

/// The columns by what they look like and where they stand; numbers only where something speaks for a field.
fn one_by_one(group: &[&(u64, Row<'_>)], values: &[Values<'_>], may_be: &[Vec<Field>]) -> Vec<Option<Field>> {
    let mut chosen: Vec<Option<Field>> = vec![None; may_be.len()];
    let is_numeric = |place: usize| {
        values.get(place).is_some_and(|column| {
            !column.times
                && !column.all.is_empty()
                && column.all.iter().all(|(_, value)| look(value) == Look::Number)
        })
    };
    let may = |place: usize, field: Field| may_be.get(place).is_some_and(|fields| fields.contains(&field));
    let number = |row: &Row<'_>, place: usize| row.get(place).and_then(|value| value.parse::<u64>().ok());
    for place in 0..may_be.len() {
        let free =
            |field: Field, chosen: &[Option<Field>]| !chosen.contains(&Some(field)) && may(place, field);
        if !is_numeric(place) {
            let field = may_be[place].iter().find(|&&field| free(field, &chosen)).copied();
            chosen[place] = field.filter(|_| !values[place].all.is_empty());
            continue;
        }
        if chosen[place].is_some() {
            continue;
        }
        let all = |test: fn(&str) -> bool| values[place].all.iter().all(|(_, value)| test(value));
        let next = place + 1;
        let after_address = place > 0 && may(place - 1, Field::DstAddr) && !values[place - 1].all.is_empty();
        let ratio = |more: usize, less: usize| {
            is_numeric(next)
                && group.iter().all(|(_, row)| match (number(row, more), number(row, less)) {
                    (Some(more), Some(less)) => more >= less.saturating_mul(20),
                    _ => true,
                })
        };
        let pair =
            if after_address && may(place, Field::SrcPort) && may(next, Field::DstPort) && is_numeric(next) {
                Some([Field::SrcPort, Field::DstPort])
            } else if ratio(place, next) {
                Some([Field::Bytes, Field::Packets])
            } else if ratio(next, place) {
                Some([Field::Packets, Field::Bytes])
            } else {
                None
            };
        if place == 0 && may(place, Field::Version) {
            chosen[place] = Some(Field::Version);
        } else if free(Field::Protocol, &chosen)
            && all(|value| matches!(value, "1" | "6" | "17" | "47" | "50" | "58"))
        {
            chosen[place] = Some(Field::Protocol);
        } else if let Some([first, second]) =
            pair.filter(|pair| !pair.iter().any(|field| chosen.contains(&Some(*field))))
        {
            (chosen[place], chosen[next]) = (Some(first), Some(second));
        } else if free(Field::TcpFlags, &chosen)
            && all(|value| {
                matches!(value, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "16" | "17" | "18" | "19")
            })
        {
            chosen[place] = Some(Field::TcpFlags);
        }
    }
    chosen
}

fn fewer_packets_than_bytes(group: &[&(u64, Row<'_>)], chosen: &mut [Option<Field>]) {
    let at = |field| chosen.iter().position(|&other| other == Some(field));
    let number = |row: &Row<'_>, place: usize| row.get(place).and_then(|value| value.parse::<u64>().ok());
    if let Some((packets, bytes)) = at(Field::Packets).zip(at(Field::Bytes))
        && group.iter().any(|(_, row)| number(row, packets) > number(row, bytes))
    {
        chosen.swap(packets, bytes);
    }
}
