//! A plan as a CloudWatch Logs Insights query.
//!
//! Source: AWS, "CloudWatch Logs Insights language query syntax" and its pages on functions. What that language
//! cannot say is refused with its name rather than left out: a query must mean what the plan means.

use std::fmt;

use super::plan::{Aggregate, Comparison, Expr, Grouping, Measure, Named, Output, Plan, Sort};
use super::value::Value;
use crate::record::{Column, Field, Format, Kind, Log};

/// A part of a plan that a language has no words for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsayable {
    /// The language.
    pub language: &'static str,
    /// The part.
    pub part: &'static str,
}

impl fmt::Display for Unsayable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot say this query: it has no words for {}", self.language, self.part)
    }
}

impl std::error::Error for Unsayable {}

const fn unsayable<T>(part: &'static str) -> Result<T, Unsayable> {
    Err(Unsayable { language: "Logs Insights", part })
}

/// The query's text.
pub fn render(plan: &Plan) -> Result<String, Unsayable> {
    if !plan.scan.semi_joins.is_empty() {
        return unsayable("records that have a counterpart among others");
    }
    let mut commands = Vec::new();
    if plan.scan.log == Log::TransitGateway {
        commands.push(parse_gateway());
    }
    let filter = expression(&plan.scan.filter)?;
    let filtered = plan.scan.filter != Expr::True;
    match &plan.output {
        Output::Lines { limit } => {
            commands.push("fields @timestamp, @message".to_owned());
            commands.extend(filtered.then(|| format!("filter {filter}")));
            commands.push("sort @timestamp asc".to_owned());
            commands.push(format!("limit {limit}"));
        }
        Output::Rows { columns, sort, offset, limit } => {
            if *offset > 0 {
                return unsayable("leaving out the first rows");
            }
            commands.extend(filtered.then(|| format!("filter {filter}")));
            let columns: Vec<String> = columns.iter().map(named).collect::<Result<_, _>>()?;
            commands.push(format!("fields {}", columns.join(", ")));
            commands.extend(sorting(sort));
            commands.push(format!("limit {limit}"));
        }
        Output::Groups(grouping) => {
            commands.extend(filtered.then(|| format!("filter {filter}")));
            groups(grouping, &mut commands)?;
        }
    }
    Ok(commands.join("\n| "))
}

/// Logs Insights finds no fields in transit gateway records by itself: AWS documents it for VPC records alone. Records
/// of another format than the default need their own list.
fn parse_gateway() -> String {
    let format = Format::default_transit_gateway();
    let places = vec!["*"; format.columns().len()].join(" ");
    let names: Vec<&str> = format
        .columns()
        .iter()
        .map(|column| match column {
            Column::Known(field) => field.insights_name(),
            Column::Unknown(name) => name,
        })
        .collect();
    format!("parse @message \"{places}\" as {}", names.join(", "))
}

fn groups(grouping: &Grouping, commands: &mut Vec<String>) -> Result<(), Unsayable> {
    if grouping.session_gap_secs.is_some() {
        return unsayable("sessions divided by silence");
    }
    if grouping.limit_per.is_some() {
        return unsayable("a limit for each group");
    }
    let measures: Vec<String> = grouping.measures.iter().map(measure).collect::<Result<_, _>>()?;
    let keys: Vec<String> = grouping.keys.iter().map(named).collect::<Result<_, _>>()?;
    let measures = if measures.is_empty() { vec!["count(*)".to_owned()] } else { measures };
    let by = if keys.is_empty() { String::new() } else { format!(" by {}", keys.join(", ")) };
    commands.push(format!("stats {}{by}", measures.join(", ")));
    if let Some(having) = &grouping.having {
        commands.push(format!("filter {}", expression(having)?));
    }
    commands.extend(sorting(&grouping.sort));
    commands.extend(grouping.limit.map(|limit| format!("limit {limit}")));
    Ok(())
}

fn sorting(sort: &[Sort]) -> Option<String> {
    let order = |sort: &Sort| {
        format!("{} {}", identifier(&sort.column), if sort.descending { "desc" } else { "asc" })
    };
    (!sort.is_empty()).then(|| format!("sort {}", sort.iter().map(order).collect::<Vec<_>>().join(", ")))
}

fn named(named: &Named) -> Result<String, Unsayable> {
    let text = expression(&named.expr)?;
    let name = identifier(&named.name);
    Ok(if text == name { text } else { format!("{text} as {name}") })
}

fn measure(measure: &Measure) -> Result<String, Unsayable> {
    let of = expression(&measure.of)?;
    let when = measure.when.as_ref().map(expression).transpose()?;
    let over = match &when {
        None => of.clone(),
        Some(when) => format!("case({when}, {of})"),
    };
    let text = match (measure.aggregate, &measure.of, &when) {
        (Aggregate::Count, Expr::True, None) => "count(*)".to_owned(),
        (Aggregate::Count, Expr::True, Some(when)) => format!("sum(if({when}, 1, 0))"),
        (Aggregate::Sum, _, Some(when)) => format!("sum(if({when}, {of}, 0))"),
        (Aggregate::Count, ..) => format!("count({over})"),
        (Aggregate::Sum, ..) => format!("sum({of})"),
        (Aggregate::Min, ..) => format!("min({over})"),
        (Aggregate::Max, ..) => format!("max({over})"),
        (Aggregate::Average, ..) => format!("avg({over})"),
        (Aggregate::Distinct, ..) => format!("count_distinct({over})"),
        (Aggregate::First, _, None) => format!("earliest({of})"),
        (Aggregate::Last, _, None) => format!("latest({of})"),
        (Aggregate::First | Aggregate::Last, _, Some(_)) => {
            return unsayable("the first or last value under a condition");
        }
        (Aggregate::BitOr, ..) => return unsayable("bits set in any record"),
        (Aggregate::CommonAddress, ..) => return unsayable("the address common to all records"),
    };
    Ok(format!("{text} as {}", identifier(&measure.name)))
}

/// An expression that other operators may stand beside.
fn operand(expr: &Expr) -> Result<String, Unsayable> {
    let text = expression(expr)?;
    Ok(if matches!(expr, Expr::And(_) | Expr::Or(_)) { format!("({text})") } else { text })
}

fn expression(expr: &Expr) -> Result<String, Unsayable> {
    Ok(match expr {
        Expr::True => "1 = 1".to_owned(),
        Expr::Field(field) => field.insights_name().to_owned(),
        Expr::Column(name) => identifier(name),
        Expr::Derived(_) => return unsayable("the interface's own side of a record"),
        Expr::Value(value) => constant(value)?,
        Expr::Compare(left, comparison, right) => match (left.as_ref(), right.as_ref()) {
            (Expr::Mask(of, bits), Expr::Value(value)) => flags(of, *bits, *comparison, value)?,
            (left, right) => format!("{} {} {}", operand(left)?, operator(*comparison), operand(right)?),
        },
        Expr::OneOf(of, values) => {
            let values: Vec<String> = values.iter().map(constant).collect::<Result<_, _>>()?;
            format!("{} in [{}]", operand(of)?, values.join(", "))
        }
        Expr::InSubnet(of, net) => {
            let function = if net.addr().is_ipv4() { "isIpv4InSubnet" } else { "isIpv6InSubnet" };
            format!("{function}({}, \"{net}\")", operand(of)?)
        }
        Expr::IsPrivate(of) => {
            let of = operand(of)?;
            let tests: Vec<String> = PRIVATE_BEYOND_RFC1918
                .iter()
                .map(|net| {
                    let function = if net.contains(':') { "isIpv6InSubnet" } else { "isIpv4InSubnet" };
                    format!("{function}({of}, \"{net}\")")
                })
                .collect();
            format!("(isPrivateIP({of}) or {})", tests.join(" or "))
        }
        Expr::IsIpv6(of) => format!("isValidIpV6({})", operand(of)?),
        Expr::Present(of) => {
            let of = operand(of)?;
            format!("(ispresent({of}) and {of} != \"-\")")
        }
        Expr::Contains(of, text) => format!("{} like {}", operand(of)?, string(text)),
        Expr::Bin(of, secs) => bin(of, *secs)?,
        Expr::Mask(..) => return unsayable("single bits of a number"),
        Expr::And(all) => joined(all, " and ")?,
        Expr::Or(any) => joined(any, " or ")?,
        Expr::Not(inner) => format!("not ({})", expression(inner)?),
    })
}

/// What this crate calls private beside the networks of RFC 1918, which `isPrivateIP` knows.
const PRIVATE_BEYOND_RFC1918: [&str; 6] =
    ["100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10", "::1/128"];

fn joined(parts: &[Expr], word: &str) -> Result<String, Unsayable> {
    if parts.is_empty() {
        return expression(&Expr::True);
    }
    Ok(parts.iter().map(operand).collect::<Result<Vec<_>, _>>()?.join(word))
}

/// There are no operators on bits: the values with the right bits are listed instead.
fn flags(of: &Expr, bits: u64, comparison: Comparison, value: &Value) -> Result<String, Unsayable> {
    const MOST: u64 = 63;
    let small = matches!(of, Expr::Field(field) if field.kind() == Kind::Byte);
    let (true, Comparison::Equal, Some(wanted)) = (small, comparison, value.number()) else {
        return unsayable("single bits of a number");
    };
    let values: Vec<String> = (0..=MOST)
        .filter(|flags| u128::from(flags & bits) == wanted)
        .map(|flags| flags.to_string())
        .collect();
    Ok(format!("{} in [{}]", expression(of)?, values.join(", ")))
}

fn bin(of: &Expr, secs: u64) -> Result<String, Unsayable> {
    if *of != Expr::Field(Field::Start) {
        return unsayable("intervals of another time than that of the event");
    }
    // A period has at most 60 seconds, 60 minutes or 24 hours.
    let period = match secs {
        0 => return unsayable("intervals without length"),
        secs if secs % 86_400 == 0 => format!("{}d", secs / 86_400),
        secs if secs % 3_600 == 0 && secs / 3_600 <= 24 => format!("{}h", secs / 3_600),
        secs if secs % 60 == 0 && secs / 60 <= 60 => format!("{}m", secs / 60),
        secs if secs <= 60 => format!("{secs}s"),
        _ => return unsayable("intervals of this length"),
    };
    Ok(format!("bin({period})"))
}

fn constant(value: &Value) -> Result<String, Unsayable> {
    Ok(match value {
        Value::Missing => return unsayable("a missing value as a constant"),
        Value::Bool(value) => u8::from(*value).to_string(),
        Value::Number(_) | Value::Real(_) => value.to_string(),
        Value::Text(text) => string(text),
        Value::Address(address) => string(&address.to_string()),
    })
}

fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Names with other characters than letters, digits, `_`, `@` and `.` stand in backticks.
fn identifier(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | '.'))
        && name.starts_with(|c: char| !c.is_ascii_digit());
    if plain { name.to_owned() } else { format!("`{}`", name.replace('`', "")) }
}

const fn operator(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::AtMost => "<=",
        Comparison::Greater => ">",
        Comparison::AtLeast => ">=",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Derived;
    use crate::query::plan::rejected;

    fn address(text: &str) -> Expr {
        Expr::Value(Value::Address(text.parse().unwrap()))
    }

    #[test]
    fn lines_of_one_conversation() {
        let filter = Expr::equal(Field::InterfaceId, "eni-1")
            .and(
                Expr::equal(Field::SrcAddr, address("10.7.7.7"))
                    .and(Expr::equal(Field::DstPort, 443))
                    .or(Expr::equal(Field::DstAddr, address("10.7.7.7"))
                        .and(Expr::equal(Field::SrcPort, 443))),
            )
            .and(rejected());
        assert_eq!(
            render(&Plan::lines(filter, 100)).unwrap(),
            "fields @timestamp, @message\n\
             | filter interfaceId = \"eni-1\" and ((srcAddr = \"10.7.7.7\" and dstPort = 443) or (dstAddr = \"10.7.7.7\" and srcPort = 443)) and action = \"REJECT\"\n\
             | sort @timestamp asc\n\
             | limit 100"
        );
    }

    #[test]
    fn the_article_of_aws() {
        let filter = Expr::Contains(Box::new(Field::DstAddr.into()), "10.20.".to_owned())
            .and(Expr::Contains(Box::new(Field::SrcAddr.into()), "203.0.113.5".to_owned()));
        let keys = [("srcAddr", Expr::Field(Field::SrcAddr)), ("dstAddr", Field::DstAddr.into())];
        let plan = Plan::groups(filter, Grouping::by(keys).sum("bytesTransferred", Field::Bytes).limit(10));
        assert_eq!(
            render(&plan).unwrap(),
            "filter dstAddr like \"10.20.\" and srcAddr like \"203.0.113.5\"\n\
             | stats sum(bytes) as bytesTransferred by srcAddr, dstAddr\n\
             | limit 10"
        );
    }

    #[test]
    fn measures_under_conditions() {
        let grouping = Grouping::by([("minute", Expr::Bin(Box::new(Field::Start.into()), 300))])
            .count_when("rejected", rejected())
            .measure_when("rejected bytes", Aggregate::Sum, Field::Bytes.into(), rejected())
            .measure("sources", Aggregate::Distinct, Field::SrcAddr.into())
            .having(Expr::greater(Expr::column("rejected"), 5))
            .descending("rejected");
        assert_eq!(
            render(&Plan::groups(Expr::True, grouping)).unwrap(),
            "stats sum(if(action = \"REJECT\", 1, 0)) as rejected, sum(if(action = \"REJECT\", bytes, 0)) as `rejected bytes`, \
             count_distinct(srcAddr) as sources by bin(5m) as minute\n\
             | filter rejected > 5\n\
             | sort rejected desc"
        );
    }

    #[test]
    fn networks_flags_and_presence() {
        let of = |filter: Expr| {
            render(&Plan::lines(filter, 1))
                .unwrap()
                .lines()
                .nth(1)
                .unwrap()
                .trim_start_matches("| filter ")
                .to_owned()
        };
        let source = || Box::new(Expr::Field(Field::SrcAddr));
        assert_eq!(
            of(Expr::InSubnet(source(), "10.0.0.0/8".parse().unwrap())),
            "isIpv4InSubnet(srcAddr, \"10.0.0.0/8\")"
        );
        assert_eq!(
            of(Expr::equal(Expr::mask(Field::TcpFlags, 18), 2)),
            "tcpFlags in [2, 3, 6, 7, 10, 11, 14, 15, 34, 35, 38, 39, 42, 43, 46, 47]"
        );
        assert_eq!(
            of(Expr::present(Field::InterfaceId).negate()),
            "not ((ispresent(interfaceId) and interfaceId != \"-\"))"
        );
        assert!(
            of(Expr::IsPrivate(source()))
                .starts_with("(isPrivateIP(srcAddr) or isIpv4InSubnet(srcAddr, \"100.64")
        );
    }

    #[test]
    fn hostile_text_stays_text() {
        let filter = Expr::equal(Field::InterfaceId, "eni\" or 1 = 1 | \\limit\n9");
        assert_eq!(
            render(&Plan::lines(filter, 1)).unwrap(),
            "fields @timestamp, @message\n| filter interfaceId = \"eni\\\" or 1 = 1 | \\\\limit\\n9\"\n| sort @timestamp asc\n| limit 1"
        );
        assert_eq!(identifier("a` b"), "`a b`");
    }

    #[test]
    fn what_cannot_be_said_is_refused() {
        let refused = |plan: Plan| render(&plan).unwrap_err().part;
        assert_eq!(
            refused(Plan::lines(Expr::equal(Derived::Direction, "ingress"), 1)),
            "the interface's own side of a record"
        );
        assert_eq!(
            refused(Plan::groups(Expr::True, Grouping::default().sessions(60))),
            "sessions divided by silence"
        );
        assert_eq!(
            refused(Plan::groups(Expr::True, Grouping::default().limit_per(1, 1))),
            "a limit for each group"
        );
        assert_eq!(
            Unsayable { language: "Logs Insights", part: "x" }.to_string(),
            "Logs Insights cannot say this query: it has no words for x"
        );
    }
}
