//! A plan as Athena SQL over the table that AWS's documentation creates, `vpc_flow_logs`, or over one like it of transit
//! gateway records ([`super::ddl`]).
//!
//! Source: AWS, "Query Amazon VPC flow logs" (column names and types); Athena engine version 3 speaks Trino SQL. In such a
//! table a value that is missing is `-` in a column of text and NULL in one of numbers.

mod absent;
mod groups;
mod result;
mod words;

pub use result::answer_of;

use super::insights::Unsayable;
use super::plan::{Derived, Expr, Grouping, Locals, Named, Output, Plan, Scan, Sort};
use crate::record::{Field, Kind, Log};

const fn unsayable<T>(part: &'static str) -> Result<T, Unsayable> {
    Err(Unsayable { language: "Athena SQL", part })
}

/// The query's text.
pub fn render(plan: &Plan) -> Result<String, Unsayable> {
    render_over(plan, &|_| true)
}

/// The query's text over a table that has only some of the fields.
pub fn render_over(plan: &Plan, has: &dyn Fn(Field) -> bool) -> Result<String, Unsayable> {
    render_at(plan, has, &Place { table: table(plan.scan.log), within: "", lines: "*", exact: false })
}

/// Where a query is run.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The table's name, perhaps after that of its database.
    pub table: &'a str,
    /// A condition on the table's partitions; empty: all of them.
    pub within: &'a str,
    /// The columns of lines, as SQL lists them.
    pub lines: &'a str,
    /// Whether keys tell which of equal groups are left out at a limit, as the executor has it.
    pub exact: bool,
}

/// The query's text for a table by any name, of which only some partitions are read.
pub fn render_at(plan: &Plan, has: &dyn Fn(Field) -> bool, place: &Place<'_>) -> Result<String, Unsayable> {
    let plan = &absent::settle(plan, has);
    let directed = is_directed(plan);
    let (table, within) = if directed { (DIRECTED, "") } else { (place.table, place.within) };
    let writer = Writer { has, table, within, exact: place.exact, grouping: None };
    let mut clauses = Vec::new();
    if directed {
        clauses.push(writer.with_directions(place, &plan.locals));
    }
    match &plan.output {
        Output::Lines { limit } => {
            clauses.push(format!("SELECT {}", place.lines));
            clauses.extend(writer.from(&plan.scan)?);
            clauses.push(format!("ORDER BY {}\nLIMIT {limit}", column(Field::Start)));
        }
        Output::Rows { columns, sort, offset, limit } => {
            let named: Vec<String> =
                columns.iter().map(|column| writer.named(column)).collect::<Result<_, _>>()?;
            clauses.push(format!("SELECT {}", named.join(", ")));
            clauses.extend(writer.from(&plan.scan)?);
            let order = |sort: &Sort| {
                let of = &columns.iter().find(|column| column.name == sort.column)?.expr;
                Some(ordered(sort, kind(of) == Some(Kind::Address), true))
            };
            clauses.extend(sorting(sort, &order));
            if *offset > 0 {
                clauses.push(format!("OFFSET {offset}"));
            }
            clauses.push(format!("LIMIT {limit}"));
        }
        Output::Groups(grouping) => {
            let writer = Writer { grouping: Some(grouping), ..writer };
            clauses.extend(writer.groups(&plan.scan, grouping)?);
        }
    }
    Ok(clauses.join("\n"))
}

/// The table of a log. That of VPC records has its name from AWS's documentation, which names none of the others.
pub const fn table(log: Log) -> &'static str {
    match log {
        Log::Vpc => "vpc_flow_logs",
        Log::TransitGateway => "tgw_flow_logs",
    }
}

/// The records with their derived columns.
const DIRECTED: &str = "flows";

fn is_directed(plan: &Plan) -> bool {
    fn of_scan(scan: &Scan) -> bool {
        let of_join =
            |join: &super::plan::SemiJoin| join.keys.iter().any(Expr::is_directed) || of_scan(&join.among);
        scan.filter.is_directed() || scan.semi_joins.iter().any(of_join)
    }
    let of_named = |all: &[Named]| all.iter().any(|one| one.expr.is_directed());
    of_scan(&plan.scan)
        || match &plan.output {
            Output::Lines { .. } => false,
            Output::Rows { columns, .. } => of_named(columns),
            Output::Groups(grouping) => {
                of_named(&grouping.keys)
                    || grouping.measures.iter().any(|measure| {
                        measure.of.is_directed() || measure.when.as_ref().is_some_and(Expr::is_directed)
                    })
            }
        }
}

/// Writes the parts of one query.
#[derive(Clone, Copy)]
struct Writer<'a> {
    has: &'a dyn Fn(Field) -> bool,
    /// What the records are taken from.
    table: &'a str,
    /// A condition on all of them.
    within: &'a str,
    exact: bool,
    grouping: Option<&'a Grouping>,
}

impl Writer<'_> {
    /// The clauses FROM and WHERE of a scan.
    fn from(&self, scan: &Scan) -> Result<Vec<String>, Unsayable> {
        let mut conditions = Vec::new();
        if !self.within.is_empty() {
            conditions.push(self.within.to_owned());
        }
        if scan.filter != Expr::True {
            let alone = scan.semi_joins.is_empty() && conditions.is_empty();
            conditions.push(if alone {
                self.condition(&scan.filter)?
            } else {
                self.operand(&scan.filter, true)?
            });
        }
        for join in &scan.semi_joins {
            let keys: Vec<String> =
                join.keys.iter().map(|key| self.join_key(key)).collect::<Result<_, _>>()?;
            let keys = match keys.as_slice() {
                [one] => one.clone(),
                several => format!("ROW({})", several.join(", ")),
            };
            let mut among = vec![format!("SELECT {keys}")];
            among.extend(self.from(&join.among)?);
            let not = if join.negated { "NOT " } else { "" };
            conditions.push(format!("{keys} {not}IN (\n  {}\n)", indented(&among)));
        }
        let mut clauses = vec![format!("FROM {}", self.table)];
        if !conditions.is_empty() {
            clauses.push(format!("WHERE {}", conditions.join("\nAND ")));
        }
        Ok(clauses)
    }

    /// A key of a semi-join, in which a missing value equals another and none makes IN unknown.
    fn join_key(&self, key: &Expr) -> Result<String, Unsayable> {
        let text = self.value(key, false)?;
        Ok(match kind(key) {
            Some(Kind::Text | Kind::Address) => format!("coalesce({text}, '-')"),
            Some(_) => format!("coalesce({text}, -1)"),
            None => format!("coalesce(CAST({text} AS varchar), '-')"),
        })
    }

    /// The common tables that tell the direction of each record and the interface's own side of it.
    fn with_directions(&self, place: &Place<'_>, locals: &Locals) -> String {
        let Place { table, within, .. } = place;
        let within = if within.is_empty() { String::new() } else { format!("\n  WHERE {within}") };
        let is = |field: Field| (self.has)(field);
        let mut cases = Vec::new();
        if is(Field::FlowDirection) {
            cases.push("WHEN flow_direction IN ('ingress', 'egress') THEN flow_direction".to_owned());
        }
        let mut own = Vec::new();
        for (interface, addresses) in &locals.interfaces {
            let v4 = addresses.v4.map(|address| address.to_string());
            let v6 = addresses.v6.map(|address| address.to_string());
            own.extend(v4.into_iter().chain(v6).map(|address| string(&format!("{interface} {address}"))));
        }
        if !own.is_empty() && is(Field::InterfaceId) {
            let own = own.join(", ");
            cases.push("WHEN srcaddr = '-' OR srcaddr = dstaddr THEN NULL".to_owned());
            cases.push(format!("WHEN interface_id || ' ' || srcaddr IN ({own}) THEN 'egress'"));
            cases.push(format!("WHEN interface_id || ' ' || dstaddr IN ({own}) THEN 'ingress'"));
        }
        let direction = if cases.is_empty() {
            "CAST(NULL AS varchar)".to_owned()
        } else {
            format!("CASE\n    {}\n  END", cases.join("\n    "))
        };
        let side = |name: &str, inbound: Field, outbound: Field| {
            let of = |field: Field| match field.kind() {
                Kind::Address if is(field) => format!("NULLIF({}, '-')", column(field)),
                _ if is(field) => column(field),
                _ => "NULL".to_owned(),
            };
            let (inbound, outbound) = (of(inbound), of(outbound));
            format!(
                "CASE direction WHEN 'ingress' THEN {inbound} WHEN 'egress' THEN {outbound} END AS {name}"
            )
        };
        let sides = [
            side(derived(Derived::LocalAddress), Field::DstAddr, Field::SrcAddr),
            side(derived(Derived::LocalPort), Field::DstPort, Field::SrcPort),
            side(derived(Derived::RemoteAddress), Field::SrcAddr, Field::DstAddr),
            side(derived(Derived::RemotePort), Field::SrcPort, Field::DstPort),
        ];
        format!(
            "WITH told AS (\n  SELECT *, {direction} AS direction\n  FROM {table}{within}\n), {DIRECTED} AS (\n  SELECT *,\n    {}\n  \
             FROM told\n)",
            sides.join(",\n    ")
        )
    }

    fn named(&self, named: &Named) -> Result<String, Unsayable> {
        let text = match &named.expr {
            Expr::Value(super::Value::Missing) => "CAST(NULL AS varchar)".to_owned(),
            expr => self.value(expr, false)?,
        };
        let name = identifier(&named.name);
        Ok(if text == name { text } else { format!("{text} AS {name}") })
    }
}

/// The clause ORDER BY, of those columns that are there.
fn sorting(sort: &[Sort], order: &dyn Fn(&Sort) -> Option<String>) -> Option<String> {
    let orders: Vec<String> = sort.iter().filter_map(order).collect();
    (!orders.is_empty()).then(|| format!("ORDER BY {}", orders.join(", ")))
}

/// A column to sort by. A missing value is the least, where Athena puts it last.
fn ordered(sort: &Sort, is_address: bool, may_miss: bool) -> String {
    let name = identifier(&sort.column);
    let name = if is_address { format!("TRY_CAST({name} AS IPADDRESS)") } else { name };
    match (sort.descending, may_miss) {
        (true, _) => format!("{name} DESC"),
        (false, true) => format!("{name} NULLS FIRST"),
        (false, false) => name,
    }
}

/// What an expression's value is; `None`: a truth, or what a grouping names.
const fn kind(expr: &Expr) -> Option<Kind> {
    match expr {
        Expr::Field(field) => Some(field.kind()),
        Expr::Derived(Derived::Direction) => Some(Kind::Text),
        Expr::Derived(Derived::LocalAddress | Derived::RemoteAddress) => Some(Kind::Address),
        Expr::Derived(Derived::LocalPort | Derived::RemotePort) => Some(Kind::Port),
        Expr::Bin(..) | Expr::Mask(..) => Some(Kind::Number),
        _ => None,
    }
}

/// The name of a derived column.
const fn derived(column: Derived) -> &'static str {
    match column {
        Derived::Direction => "direction",
        Derived::LocalAddress => "local_address",
        Derived::LocalPort => "local_port",
        Derived::RemoteAddress => "remote_address",
        Derived::RemotePort => "remote_port",
    }
}

fn indented(clauses: &[String]) -> String {
    clauses.join("\n").replace('\n', "\n  ")
}

fn string(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn column(field: Field) -> String {
    identifier(&field.column_name())
}

/// The words that Athena reserves in queries, but for those with an underscore.
///
/// Source: AWS, "Reserved keywords in SQL SELECT statements" (Athena user guide).
const RESERVED: &str = " alter and as between by case cast constraint create cross cube deallocate delete describe distinct \
    drop else end escape except exclude execute exists extract false first for from full group grouping having in inner \
    insert intersect into is join json_array json_exists json_object json_query json_table json_value last left like \
    listagg localtime localtimestamp natural normalize not null on or order outer prepare recursive right rollup select \
    skip table then trim true uescape union unnest using values when where with ";

/// Whether Athena takes a word in lower case for none of a name.
pub fn is_reserved(word: &str) -> bool {
    RESERVED.contains(&format!(" {word} "))
}

/// Names that are not plain, and those that SQL reserves, stand in double quotes.
pub(super) fn identifier(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !is_reserved(name);
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

#[cfg(test)]
mod tests;
