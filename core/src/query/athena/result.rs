//! Results that Athena gave, as the answers that the executor would have given.

use super::{groups, kind};
use crate::query::exec;
use crate::query::plan::{Aggregate, Expr, Measure, Output, Plan, Sort};
use crate::query::value::{Answer, Value};
use crate::record::{Field, Kind, address};

/// What the cells of a column are.
#[derive(Clone, Copy)]
enum Cell {
    Of(Kind),
    /// The address common to all records, or two, in any order.
    Common,
}

/// The answer out of a result's cells: the header, then the rows. An error says what is wrong with it.
pub fn answer_of(
    plan: &Plan,
    header: &[&str],
    rows: &mut dyn Iterator<Item = Vec<&str>>,
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
        let mut values = Vec::with_capacity(places.len());
        for &(place, cell) in &places {
            let value = read(row.get(place).copied().unwrap_or_default(), cell);
            values.push(value.ok_or("a value is none that its column can have")?);
        }
        answer.rows.push(values);
    }
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    exec::sort_rows(&names, sort, &mut answer.rows);
    Ok(answer)
}

/// Records as lines, the earliest first.
fn lines(header: &[&str], rows: &mut dyn Iterator<Item = Vec<&str>>) -> Answer {
    let start = header.iter().position(|column| *column == Field::Start.name());
    let mut rows: Vec<Vec<Value>> = rows
        .map(|row| {
            let at = start.and_then(|place| row.get(place)?.parse::<u64>().ok()).unwrap_or_default();
            let cells: Vec<&str> = row.iter().map(|cell| if cell.is_empty() { "-" } else { cell }).collect();
            let line = cells.get(..header.len()).unwrap_or(&cells).join(" ");
            vec![Value::from(at), Value::Text(line)]
        })
        .collect();
    exec::sort_rows(&[], &[], &mut rows);
    for row in &mut rows {
        row.remove(0);
    }
    Answer { columns: vec!["@message".to_owned()], rows }
}

fn of_expr(expr: &Expr) -> Cell {
    // Truths are numbers, as the executor gives them.
    Cell::Of(kind(expr).unwrap_or(Kind::Number))
}

fn of_measure(measure: &Measure) -> Cell {
    match measure.aggregate {
        // Nothing that is read here asks for averages: reading real numbers takes more code than it is worth.
        Aggregate::Count | Aggregate::Sum | Aggregate::Distinct | Aggregate::BitOr | Aggregate::Average => {
            Cell::Of(Kind::Number)
        }
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
            _ => Value::from(cell.parse::<u64>().ok()?),
        },
        Cell::Common => address::parse(cell).map_or_else(|| Value::from(cell), Value::Address),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::plan::{Comparison, Derived, Grouping, Named, is_flow};

    fn answer(plan: &Plan, header: &[&str], rows: &[&[&str]]) -> Result<Answer, &'static str> {
        answer_of(plan, header, &mut rows.iter().map(|row| row.to_vec()))
    }

    #[test]
    fn cells_are_of_their_columns_types_and_rows_in_the_executors_order() {
        let grouping = Grouping::by([
            ("remote", Derived::RemoteAddress.into()),
            ("action", Field::Action.into()),
            ("large", Expr::compare(Field::Bytes, Comparison::Greater, 9)),
        ])
        .sessions(600)
        .sum("packetsTransferred", Field::Packets)
        .measure("own", Aggregate::CommonAddress, Expr::True)
        .descending("packetsTransferred");
        let plan = Plan::groups(is_flow(), grouping);
        // Columns in another order, and without capital letters.
        let header =
            ["packetstransferred", "remote", "action", "large", "session_start", "session_end", "own"];
        let rows: &[&[&str]] = &[
            &["7", "10.0.0.10", "ACCEPT", "true", "1", "2", "10.0.0.10 10.0.0.9"],
            &["7", "10.0.0.9", "REJECT", "false", "1", "2", "2001:db8::1"],
            &["", "-", "", "", "5", "6", ""],
            &["8", "10.0.0.9", "ACCEPT", "true", "3", "4", ""],
        ];
        let answer = answer(&plan, &header, rows).unwrap();
        assert_eq!(
            answer.columns,
            ["remote", "action", "large", "session_start", "session_end", "packetsTransferred", "own"]
        );
        let text: Vec<String> = answer
            .rows
            .iter()
            .map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().join("|"))
            .collect();
        assert_eq!(
            text,
            [
                "10.0.0.9|ACCEPT|1|3|4|8|-",
                "10.0.0.9|REJECT|0|1|2|7|2001:db8::1",
                "10.0.0.10|ACCEPT|1|1|2|7|10.0.0.10 10.0.0.9",
                "-|-|-|5|6|-|-"
            ]
        );
        assert!(answer.rows[3].iter().take(3).all(Value::is_missing));
        assert!(matches!(answer.rows[0][0], Value::Address(_)));
    }

    #[test]
    fn records_are_lines_again() {
        let plan = Plan::lines(Expr::True, 5);
        let rows: &[&[&str]] =
            &[&["eni-a", "20", "", "OK"], &["eni-a", "5", "10.0.0.1", "OK"], &["eni-a", "20", "", "NODATA"]];
        let answer = answer(&plan, &["interface_id", "start", "srcaddr", "log_status"], rows).unwrap();
        let lines: Vec<&str> = answer.rows.iter().filter_map(|row| row[0].text()).collect();
        assert_eq!(lines, ["eni-a 5 10.0.0.1 OK", "eni-a 20 - NODATA", "eni-a 20 - OK"]);
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        let plan = Plan::groups(Expr::True, Grouping::by([("port", Field::DstPort.into())]).count("records"));
        assert!(answer(&plan, &["port"], &[]).is_err());
        assert!(answer(&plan, &["port", "records"], &[&["443", "many"]]).is_err());
        assert_eq!(answer(&plan, &["port", "records"], &[]).unwrap().columns, ["port", "records"]);
        let rows = Output::Rows {
            columns: vec![Named::new("srcaddr", Field::SrcAddr.into())],
            sort: Vec::new(),
            offset: 0,
            limit: 5,
        };
        let plan = Plan { output: rows, ..plan };
        assert!(answer(&plan, &["srcaddr"], &[&["10.0.0.256"]]).is_err());
    }
}
