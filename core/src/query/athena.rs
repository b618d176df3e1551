//! A plan as Athena SQL over the table that AWS's documentation creates, `vpc_flow_logs`, or over one like it of transit
//! gateway records.
//!
//! Source: AWS, "Query Amazon VPC flow logs" (column names and types); Athena engine version 3 speaks Trino SQL.

use super::insights::Unsayable;
use super::plan::{Aggregate, Comparison, Expr, Grouping, Measure, Named, Output, Plan, Sort};
use super::value::Value;
use crate::record::{Field, Kind, Log};

/// The table's name in AWS's documentation.
const TABLE: &str = "vpc_flow_logs";
/// A table of transit gateway records; AWS's documentation names none.
const GATEWAY_TABLE: &str = "tgw_flow_logs";

const fn unsayable<T>(part: &'static str) -> Result<T, Unsayable> {
    Err(Unsayable { language: "Athena SQL", part })
}

/// The query's text.
pub fn render(plan: &Plan) -> Result<String, Unsayable> {
    if !plan.scan.semi_joins.is_empty() {
        return unsayable("records that have a counterpart among others");
    }
    let mut clauses = Vec::new();
    let table = match plan.scan.log {
        Log::Vpc => TABLE,
        Log::TransitGateway => GATEWAY_TABLE,
    };
    let from = format!("FROM {table}");
    let filter = if plan.scan.filter == Expr::True {
        None
    } else {
        Some(format!("WHERE {}", expression(&plan.scan.filter)?))
    };
    match &plan.output {
        Output::Lines { limit } => {
            clauses.push("SELECT *".to_owned());
            clauses.push(from);
            clauses.extend(filter);
            clauses.push(format!("ORDER BY {}", column(Field::Start)));
            clauses.push(format!("LIMIT {limit}"));
        }
        Output::Rows { columns, sort, offset, limit } => {
            let columns: Vec<String> = columns.iter().map(named).collect::<Result<_, _>>()?;
            clauses.push(format!("SELECT {}", columns.join(", ")));
            clauses.push(from);
            clauses.extend(filter);
            clauses.extend(sorting(sort));
            if *offset > 0 {
                clauses.push(format!("OFFSET {offset}"));
            }
            clauses.push(format!("LIMIT {limit}"));
        }
        Output::Groups(grouping) => {
            let inner = groups(grouping, &from, filter)?;
            match &grouping.having {
                None => clauses.extend(inner),
                // HAVING does not know the names of measures.
                Some(having) => {
                    clauses.push("SELECT *".to_owned());
                    clauses.push(format!("FROM (\n  {}\n)", inner.join("\n  ")));
                    clauses.push(format!("WHERE {}", expression(having)?));
                }
            }
            clauses.extend(sorting(&grouping.sort));
            clauses.extend(grouping.limit.map(|limit| format!("LIMIT {limit}")));
        }
    }
    Ok(clauses.join("\n"))
}

fn groups(grouping: &Grouping, from: &str, filter: Option<String>) -> Result<Vec<String>, Unsayable> {
    if grouping.session_gap_secs.is_some() {
        return unsayable("sessions divided by silence");
    }
    if grouping.limit_per.is_some() {
        return unsayable("a limit for each group");
    }
    let keys = grouping.keys.iter().map(named);
    let measures = grouping.measures.iter().map(measure);
    let mut columns: Vec<String> = keys.chain(measures).collect::<Result<_, _>>()?;
    if columns.is_empty() {
        columns.push("count(*)".to_owned());
    }
    let mut clauses = vec![format!("SELECT {}", columns.join(", ")), from.to_owned()];
    clauses.extend(filter);
    if !grouping.keys.is_empty() {
        let places: Vec<String> = (1..=grouping.keys.len()).map(|place| place.to_string()).collect();
        clauses.push(format!("GROUP BY {}", places.join(", ")));
    }
    Ok(clauses)
}

fn sorting(sort: &[Sort]) -> Option<String> {
    let order =
        |sort: &Sort| format!("{}{}", identifier(&sort.column), if sort.descending { " DESC" } else { "" });
    (!sort.is_empty()).then(|| format!("ORDER BY {}", sort.iter().map(order).collect::<Vec<_>>().join(", ")))
}

fn named(named: &Named) -> Result<String, Unsayable> {
    let text = expression(&named.expr)?;
    let name = identifier(&named.name);
    Ok(if text == name { text } else { format!("{text} AS {name}") })
}

fn measure(measure: &Measure) -> Result<String, Unsayable> {
    let of = expression(&measure.of)?;
    let start = column(Field::Start);
    let when = measure.when.as_ref().map(expression).transpose()?;
    let only = when.as_ref().map_or_else(String::new, |when| format!(" FILTER (WHERE {when})"));
    let text = match (measure.aggregate, &measure.of, &when) {
        (Aggregate::Count, Expr::True, None) => "count(*)".to_owned(),
        (Aggregate::Count, Expr::True, Some(when)) => format!("count_if({when})"),
        (Aggregate::Count, ..) => format!("count({of}){only}"),
        (Aggregate::Sum, _, Some(when)) => format!("sum(CASE WHEN {when} THEN {of} ELSE 0 END)"),
        (Aggregate::Sum, ..) => format!("sum({of})"),
        (Aggregate::Min, ..) => format!("min({of}){only}"),
        (Aggregate::Max, ..) => format!("max({of}){only}"),
        (Aggregate::Average, ..) => format!("avg({of}){only}"),
        (Aggregate::Distinct, ..) => format!("count(DISTINCT {of}){only}"),
        (Aggregate::BitOr, ..) => format!("bitwise_or_agg({of}){only}"),
        (Aggregate::First, ..) => format!("min_by({of}, {start}){only}"),
        (Aggregate::Last, ..) => format!("max_by({of}, {start}){only}"),
        (Aggregate::CommonAddress, ..) => return unsayable("the address common to all records"),
    };
    Ok(format!("{text} AS {}", identifier(&measure.name)))
}

/// An expression that other operators may stand beside.
fn operand(expr: &Expr) -> Result<String, Unsayable> {
    let text = expression(expr)?;
    Ok(if matches!(expr, Expr::And(_) | Expr::Or(_) | Expr::Bin(..)) { format!("({text})") } else { text })
}

fn expression(expr: &Expr) -> Result<String, Unsayable> {
    Ok(match expr {
        Expr::True => "TRUE".to_owned(),
        Expr::Field(field) => column(*field),
        Expr::Column(name) => identifier(name),
        Expr::Derived(_) => return unsayable("the interface's own side of a record"),
        Expr::Value(value) => constant(value)?,
        Expr::Compare(left, comparison, right) => {
            format!("{} {} {}", operand(left)?, operator(*comparison), operand(right)?)
        }
        Expr::OneOf(of, values) => {
            let values: Vec<String> = values.iter().map(constant).collect::<Result<_, _>>()?;
            if values.is_empty() {
                "FALSE".to_owned()
            } else {
                format!("{} IN ({})", operand(of)?, values.join(", "))
            }
        }
        Expr::InSubnet(of, net) => in_network(&operand(of)?, &net.to_string()),
        Expr::IsPrivate(of) => {
            let of = operand(of)?;
            let tests: Vec<String> = PRIVATE.iter().map(|net| in_network(&of, net)).collect();
            format!("({})", tests.join(" OR "))
        }
        Expr::IsIpv6(of) => format!("{} LIKE '%:%'", operand(of)?),
        Expr::Present(of) => present(of)?,
        Expr::Contains(of, text) => {
            format!("strpos(CAST({} AS varchar), {}) > 0", operand(of)?, string(text))
        }
        Expr::Bin(of, secs) => {
            let of = operand(of)?;
            format!("{of} - {of} % {secs}")
        }
        Expr::Mask(of, bits) => format!("bitwise_and({}, {bits})", operand(of)?),
        Expr::And(all) => joined(all, " AND ")?,
        Expr::Or(any) => joined(any, " OR ")?,
        Expr::Not(inner) => format!("NOT ({})", expression(inner)?),
    })
}

/// The networks of [`crate::record::address::is_private`].
const PRIVATE: [&str; 9] = [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "127.0.0.0/8",
    "fc00::/7",
    "fe80::/10",
    "::1/128",
];

fn in_network(of: &str, net: &str) -> String {
    format!("contains({}, TRY_CAST({of} AS IPADDRESS))", string(net))
}

fn present(of: &Expr) -> Result<String, Unsayable> {
    let text = operand(of)?;
    let textual = matches!(of, Expr::Field(field) if matches!(field.kind(), Kind::Text | Kind::Address));
    Ok(if textual {
        format!("({text} IS NOT NULL AND {text} <> '-')")
    } else {
        format!("{text} IS NOT NULL")
    })
}

fn joined(parts: &[Expr], word: &str) -> Result<String, Unsayable> {
    if parts.is_empty() {
        return expression(&Expr::True);
    }
    Ok(parts.iter().map(operand).collect::<Result<Vec<_>, _>>()?.join(word))
}

fn constant(value: &Value) -> Result<String, Unsayable> {
    Ok(match value {
        Value::Missing => return unsayable("a missing value as a constant"),
        Value::Bool(value) => value.to_string().to_uppercase(),
        Value::Number(_) | Value::Real(_) => value.to_string(),
        Value::Text(text) => string(text),
        Value::Address(address) => string(&address.to_string()),
    })
}

fn string(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn column(field: Field) -> String {
    identifier(&field.column_name())
}

/// Names that are not plain, and those that SQL reserves, stand in double quotes.
fn identifier(name: &str) -> String {
    const RESERVED: [&str; 8] = ["end", "from", "to", "by", "order", "group", "values", "when"];
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !RESERVED.contains(&name);
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

const fn operator(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::AtMost => "<=",
        Comparison::Greater => ">",
        Comparison::AtLeast => ">=",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::plan::rejected;

    #[test]
    fn lines_of_one_peer() {
        let filter = Expr::equal(Field::SrcAddr, Value::Address("10.7.7.7".parse().unwrap()))
            .and(rejected())
            .and(Expr::compare(Field::End, Comparison::AtLeast, 1_700_000_000));
        assert_eq!(
            render(&Plan::lines(filter, 100)).unwrap(),
            "SELECT *\nFROM vpc_flow_logs\nWHERE srcaddr = '10.7.7.7' AND action = 'REJECT' AND \"end\" >= 1700000000\n\
             ORDER BY start\nLIMIT 100"
        );
    }

    #[test]
    fn groups_with_conditions() {
        let grouping = Grouping::by([("minute", Expr::Bin(Box::new(Field::Start.into()), 60))])
            .count_when("rejected", rejected())
            .measure_when("rejectedBytes", Aggregate::Sum, Field::Bytes.into(), rejected())
            .measure_when("sources", Aggregate::Distinct, Field::SrcAddr.into(), rejected())
            .measure("flags", Aggregate::BitOr, Field::TcpFlags.into())
            .having(Expr::greater(Expr::column("rejected"), 5))
            .descending("rejectedBytes")
            .limit(10);
        assert_eq!(
            render(&Plan::groups(Expr::True, grouping)).unwrap(),
            "SELECT *\nFROM (\n  SELECT start - start % 60 AS minute, count_if(action = 'REJECT') AS rejected, \
             sum(CASE WHEN action = 'REJECT' THEN bytes ELSE 0 END) AS \"rejectedBytes\", \
             count(DISTINCT srcaddr) FILTER (WHERE action = 'REJECT') AS sources, bitwise_or_agg(tcp_flags) AS flags\n  \
             FROM vpc_flow_logs\n  GROUP BY 1\n)\nWHERE rejected > 5\nORDER BY \"rejectedBytes\" DESC\nLIMIT 10"
        );
    }

    #[test]
    fn networks_bits_and_text() {
        let of = |filter: Expr| {
            render(&Plan::lines(filter, 1))
                .unwrap()
                .lines()
                .nth(2)
                .unwrap()
                .trim_start_matches("WHERE ")
                .to_owned()
        };
        let source = || Box::new(Expr::Field(Field::SrcAddr));
        assert_eq!(
            of(Expr::InSubnet(source(), "10.0.0.0/16".parse().unwrap())),
            "contains('10.0.0.0/16', TRY_CAST(srcaddr AS IPADDRESS))"
        );
        assert_eq!(of(Expr::equal(Expr::mask(Field::TcpFlags, 18), 2)), "bitwise_and(tcp_flags, 18) = 2");
        assert_eq!(
            of(Expr::Contains(source(), "10.20.".to_owned())),
            "strpos(CAST(srcaddr AS varchar), '10.20.') > 0"
        );
        assert_eq!(
            of(Expr::equal(Field::InterfaceId, "eni'; DROP TABLE x; --")),
            "interface_id = 'eni''; DROP TABLE x; --'"
        );
        assert_eq!(of(Expr::present(Field::LogStatus)), "(log_status IS NOT NULL AND log_status <> '-')");
        assert_eq!(identifier("a\"b"), "\"a\"\"b\"");
    }

    #[test]
    fn what_cannot_be_said_is_refused() {
        let grouping = Grouping::by([]).measure("own", Aggregate::CommonAddress, Expr::True);
        let error = render(&Plan::groups(Expr::True, grouping)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "Athena SQL cannot say this query: it has no words for the address common to all records"
        );
    }
}
