//! Results that Athena gave, as the answers that the executor would have given.

use super::{groups, kind, render_over};
use crate::query::insights::Unsayable;
use crate::query::plan::{Aggregate, Expr, Measure, Output, Plan, Sort};
use crate::query::value::{Answer, Value};
use crate::record::{Field, Kind, address};

/// The number by which a result says that it answers this plan: a hash of its query over a table of such fields.
pub fn identity(plan: &Plan, has: &dyn Fn(Field) -> bool) -> Result<u64, Unsayable> {
    // FNV-1a, 64 bits; 48 of them tell some dozens of queries apart.
    let hash = render_over(plan, has)?.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    Ok(hash >> 16)
}

/// What the cells of a column are.
#[derive(Clone, Copy)]
enum Cell {
    Of(Kind),
    Real,
    /// The addresses common to all records.
    Common,
}

/// The answer out of a result's cells: the header, then the rows. An error says what is wrong with it.
pub fn answer_of<'a>(
    plan: &Plan,
    header: &[&str],
    rows: &mut dyn Iterator<Item = Vec<&'a str>>,
) -> Result<Answer, &'static str> {
    let (columns, sort): (Vec<(&str, Cell)>, &[Sort]) = match &plan.output {
        Output::Lines { .. } => return Ok(lines(header, rows)),
        Output::Rows { columns, sort, .. } => {
            (columns.iter().map(|column| (column.name.as_str(), of_expr(&column.expr))).collect(), sort)
        }
        Output::Groups(grouping) => {
            let keys = grouping.keys.iter().map(|key| of_expr(&key.expr));
            let session = if grouping.session_gap_secs.is_some() { 2 } else { 0 };
            let session = std::iter::repeat_n(Cell::Of(Kind::Time), session);
            let measures = grouping.measures.iter().map(of_measure);
            (groups::columns(grouping).zip(keys.chain(session).chain(measures)).collect(), &grouping.sort)
        }
    };
    let mut places = Vec::new();
    for (name, cell) in &columns {
        // Athena may write names without capital letters.
        let Some(place) = header.iter().position(|column| column.eq_ignore_ascii_case(name)) else {
            return Err("it lacks a column");
        };
        places.push((place, *cell));
    }
    let mut answer =
        Answer { columns: columns.iter().map(|(name, _)| (*name).to_owned()).collect(), rows: Vec::new() };
    for row in rows {
        let value = |(place, cell): &(usize, Cell)| read(row.get(*place).copied().unwrap_or_default(), *cell);
        match places.iter().map(value).collect() {
            Some(values) => answer.rows.push(values),
            None => return Err("a value is none that its column can have"),
        }
    }
    let by: Vec<(usize, bool)> =
        sort.iter().filter_map(|sort| Some((answer.column(&sort.column)?, sort.descending))).collect();
    // As the executor orders rows: by the sort columns, then by all from the first on.
    answer.rows.sort_by(|a: &Vec<Value>, b| {
        let at = |place: usize| {
            a.get(place).zip(b.get(place)).map_or(std::cmp::Ordering::Equal, |(a, b)| a.order(b))
        };
        let sorted =
            by.iter().map(|&(place, descending)| if descending { at(place).reverse() } else { at(place) });
        sorted.chain((0..a.len()).map(at)).find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    });
    Ok(answer)
}

/// Records as lines, the earliest first.
fn lines<'a>(header: &[&str], rows: &mut dyn Iterator<Item = Vec<&'a str>>) -> Answer {
    let start = header.iter().position(|column| *column == Field::Start.name());
    let mut lines: Vec<(u64, String)> = rows
        .map(|row| {
            let at = start.and_then(|place| row.get(place)?.parse().ok()).unwrap_or_default();
            let cell = |cell: &&'a str| if cell.is_empty() { "-" } else { cell };
            (at, row.iter().take(header.len()).map(cell).collect::<Vec<_>>().join(" "))
        })
        .collect();
    lines.sort();
    let rows = lines.into_iter().map(|(_, line)| vec![Value::Text(line)]).collect();
    Answer { columns: vec!["@message".to_owned()], rows }
}

fn of_expr(expr: &Expr) -> Cell {
    // Truths are numbers, as the executor gives them.
    Cell::Of(kind(expr).unwrap_or(Kind::Number))
}

fn of_measure(measure: &Measure) -> Cell {
    match measure.aggregate {
        Aggregate::Count | Aggregate::Sum | Aggregate::Distinct | Aggregate::BitOr => Cell::Of(Kind::Number),
        Aggregate::Average => Cell::Real,
        Aggregate::CommonAddress => Cell::Common,
        Aggregate::Min | Aggregate::Max | Aggregate::First | Aggregate::Last => of_expr(&measure.of),
    }
}

/// The value of a cell; `None` if it is none of its column's. A missing value is an empty cell, or `-` in text.
fn read(cell: &str, of: Cell) -> Option<Value> {
    if matches!(cell, "" | "-") {
        return Some(Value::Missing);
    }
    Some(match of {
        Cell::Of(Kind::Text) => Value::from(cell),
        Cell::Of(Kind::Address) => Value::Address(address::parse(cell)?),
        Cell::Of(_) => match cell {
            "true" => Value::Number(1),
            "false" => Value::Number(0),
            _ => Value::Number(cell.parse().ok()?),
        },
        Cell::Real => Value::Real(cell.parse().ok()?),
        Cell::Common => {
            let mut both = Vec::new();
            for one in cell.split(' ') {
                both.push(Value::Address(address::parse(one)?));
            }
            match both.as_slice() {
                [one] => one.clone(),
                [one, other] if one.order(other).is_gt() => Value::Text(format!("{other} {one}")),
                _ => Value::from(cell),
            }
        }
    })
}
