//! Groups in Athena SQL: measures, sessions, and the best of each.

use super::{Writer, column, identifier, indented, kind, ordered, sorting, unsayable};
use crate::query::insights::Unsayable;
use crate::query::plan::{Aggregate, Expr, Grouping, Measure, Named, Scan, Sort};
use crate::query::value::Value;
use crate::record::{Field, Kind};

impl Writer<'_> {
    /// The clauses of a query for groups.
    pub(super) fn groups(&self, scan: &Scan, grouping: &Grouping) -> Result<Vec<String>, Unsayable> {
        // Groups and measures speak of the table's columns, conditions on groups of the groups' own.
        let of_records = Self { grouping: None, ..*self };
        let mut clauses = of_records.grouped(scan, grouping)?;
        if let Some(having) = &grouping.having {
            // HAVING does not know the names of measures.
            clauses = vec![
                "SELECT *".to_owned(),
                format!("FROM (\n  {}\n)", indented(&clauses)),
                format!("WHERE {}", self.condition(having)?),
            ];
        }
        let order = |sort: &Sort| order_of(grouping, sort);
        let mut sort = grouping.sort.clone();
        if self.exact && (grouping.limit.is_some() || grouping.limit_per.is_some()) {
            let of_key = |key: &Named| Sort { column: key.name.clone(), descending: false };
            sort.extend(grouping.keys.iter().map(of_key));
        }
        if let Some(per) = grouping.limit_per {
            let keys: Vec<String> = grouping.keys.iter().map(|key| identifier(&key.name)).collect();
            let (outer, inner) = keys.split_at(per.keys.min(keys.len()));
            let by = sorting(&sort, &order).unwrap_or_else(|| format!("ORDER BY {}", inner.join(", ")));
            let over = if outer.is_empty() { by } else { format!("PARTITION BY {} {by}", outer.join(", ")) };
            let columns: Vec<String> = columns(grouping).map(identifier).collect();
            let ranked = [
                format!("SELECT *, row_number() OVER ({over}) AS place"),
                format!("FROM (\n  {}\n)", indented(&clauses)),
            ];
            clauses = vec![
                format!("SELECT {}", columns.join(", ")),
                format!("FROM (\n  {}\n)", indented(&ranked)),
                format!("WHERE place <= {}", per.rows),
            ];
        }
        clauses.extend(sorting(&sort, &order));
        clauses.extend(grouping.limit.map(|limit| format!("LIMIT {limit}")));
        Ok(clauses)
    }

    fn grouped(&self, scan: &Scan, grouping: &Grouping) -> Result<Vec<String>, Unsayable> {
        let mut columns: Vec<String> =
            grouping.keys.iter().map(|key| self.named(key)).collect::<Result<_, _>>()?;
        let mut by: Vec<String> = (1..=columns.len()).map(|place| place.to_string()).collect();
        let mut from = self.from(scan)?;
        if let [Measure { name, aggregate: Aggregate::CommonAddress, when: None, .. }] =
            grouping.measures.as_slice()
        {
            return Ok(common_address(grouping, name, &columns, &from));
        }
        if let Some(gap) = grouping.session_gap_secs {
            let (start, end) = (column(Field::Start), column(Field::End));
            let last = format!("greatest({start}, {end})");
            columns.push(format!("min({start}) AS session_start, max({last}) AS session_end"));
            from = self.sessions(grouping, gap, &last, &from)?;
            by.push("session".to_owned());
        }
        for measure in &grouping.measures {
            columns.push(self.measure(measure)?);
        }
        if columns.is_empty() {
            columns.push("count(*)".to_owned());
        }
        let mut clauses = vec![format!("SELECT {}", columns.join(", "))];
        clauses.extend(from);
        if !by.is_empty() {
            clauses.push(format!("GROUP BY {}", by.join(", ")));
        }
        Ok(clauses)
    }

    /// The records with the number of their session: it grows where none was heard of for longer than the gap. `heard`: until
    /// when the group was heard of before.
    fn sessions(
        &self,
        grouping: &Grouping,
        gap: u64,
        last: &str,
        from: &[String],
    ) -> Result<Vec<String>, Unsayable> {
        let start = column(Field::Start);
        let keys: Vec<String> =
            grouping.keys.iter().map(|key| self.value(&key.expr, false)).collect::<Result<_, _>>()?;
        let over = if keys.is_empty() {
            format!("ORDER BY {start}")
        } else {
            format!("PARTITION BY {} ORDER BY {start}", keys.join(", "))
        };
        let mut heard = vec![format!(
            "SELECT *, max({last}) OVER ({over} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS heard"
        )];
        heard.extend_from_slice(from);
        let numbered = [
            format!(
                "SELECT *, sum(CASE WHEN {start} > heard + {gap} THEN 1 ELSE 0 END) OVER ({over}) AS session"
            ),
            format!("FROM (\n  {}\n)", indented(&heard)),
        ];
        Ok(vec![format!("FROM (\n  {}\n)", indented(&numbered))])
    }

    fn measure(&self, measure: &Measure) -> Result<String, Unsayable> {
        let aggregate = measure.aggregate;
        let name = identifier(&measure.name);
        if measure.of == Expr::Value(Value::Missing) {
            let counts = matches!(aggregate, Aggregate::Count | Aggregate::Distinct | Aggregate::BitOr);
            return Ok(format!("{} AS {name}", if counts { "0" } else { "CAST(NULL AS bigint)" }));
        }
        let of = self.value(&measure.of, true)?;
        let when = measure.when.as_ref().map(|when| self.condition(when)).transpose()?;
        let only = when.as_ref().map_or_else(String::new, |when| format!(" FILTER (WHERE {when})"));
        let extreme = |function: &str| {
            if kind(&measure.of) == Some(Kind::Address) {
                format!("CAST({function}(TRY_CAST({of} AS IPADDRESS)){only} AS varchar)")
            } else {
                format!("{function}({of}){only}")
            }
        };
        let by_time = |function: &str| {
            let also = measure.when.as_ref().map(|when| self.operand(when, true)).transpose()?;
            let also = also.map_or_else(String::new, |when| format!(" AND {when}"));
            Ok(format!("{function}({of}, {}) FILTER (WHERE {of} IS NOT NULL{also})", column(Field::Start)))
        };
        let text = match (aggregate, &measure.of, &when) {
            (Aggregate::Count, Expr::True, None) => "count(*)".to_owned(),
            (Aggregate::Count, Expr::True, Some(when)) => format!("count_if({when})"),
            (Aggregate::Count, ..) => format!("count({of}){only}"),
            (Aggregate::Sum, ..) => format!("sum({of}){only}"),
            (Aggregate::Min, ..) => extreme("min"),
            (Aggregate::Max, ..) => extreme("max"),
            (Aggregate::Average, ..) => format!("avg({of}){only}"),
            (Aggregate::Distinct, ..) => format!("count(DISTINCT {of}){only}"),
            (Aggregate::BitOr, ..) => format!("coalesce(bitwise_or_agg({of}){only}, 0)"),
            (Aggregate::First, ..) => by_time("min_by")?,
            (Aggregate::Last, ..) => by_time("max_by")?,
            (Aggregate::CommonAddress, ..) => return unsayable("the address common to all records"),
        };
        Ok(format!("{text} AS {name}"))
    }
}

/// The addresses that all records of a group have on one side or the other. Such an address is the greatest of the lesser
/// ones of all records' two addresses, or the least of the greater ones: no other can be among both of each.
fn common_address(grouping: &Grouping, name: &str, columns: &[String], from: &[String]) -> Vec<String> {
    let ends = ["lesser", "greater"].map(|end| {
        let function = if end == "lesser" { "least" } else { "greatest" };
        format!("{function}({}, {}) AS {end}", column(Field::SrcAddr), column(Field::DstAddr))
    });
    let all: Vec<&str> = columns.iter().chain(&ends).map(String::as_str).collect();
    let places = |count: usize| (1..=count).map(|place| place.to_string()).collect::<Vec<_>>().join(", ");
    let mut pairs = vec![format!("SELECT {}", all.join(", "))];
    pairs.extend_from_slice(from);
    pairs.push(format!("GROUP BY {}", places(all.len())));
    let mut keys: Vec<String> = grouping.keys.iter().map(|key| identifier(&key.name)).collect();
    let by = if keys.is_empty() { String::new() } else { format!("PARTITION BY {}", keys.join(", ")) };
    let candidates = [
        format!("SELECT *, max(lesser) OVER ({by}) AS one, min(greater) OVER ({by}) AS other"),
        format!("FROM (\n  {}\n)", indented(&pairs)),
    ];
    keys.push(format!(
        "CASE\n    WHEN one <> other AND bool_and(one IN (lesser, greater)) AND bool_and(other IN (lesser, greater)) \
         THEN one || ' ' || other\n    WHEN bool_and(one IN (lesser, greater)) THEN one\n    \
         WHEN bool_and(other IN (lesser, greater)) THEN other\n  END AS {}",
        identifier(name)
    ));
    let names =
        [keys.get(..keys.len() - 1).unwrap_or_default(), &["one".to_owned(), "other".to_owned()]].concat();
    vec![
        format!("SELECT {}", keys.join(", ")),
        format!("FROM (\n  {}\n)", indented(&candidates)),
        format!("GROUP BY {}", names.join(", ")),
    ]
}

/// The names of the columns, in order.
pub(super) fn columns(grouping: &Grouping) -> impl Iterator<Item = &str> {
    let sessions = grouping.session_gap_secs.map(|_| ["session_start", "session_end"]);
    let keys = grouping.keys.iter().map(|key| key.name.as_str());
    let measures = grouping.measures.iter().map(|measure| measure.name.as_str());
    keys.chain(sessions.into_iter().flatten()).chain(measures)
}

fn order_of(grouping: &Grouping, sort: &Sort) -> Option<String> {
    if let Some(key) = grouping.keys.iter().find(|key| key.name == sort.column) {
        return Some(ordered(sort, kind(&key.expr) == Some(Kind::Address), true));
    }
    let measure = grouping.measures.iter().find(|measure| measure.name == sort.column);
    let may_miss = measure.is_some_and(|measure| {
        !matches!(measure.aggregate, Aggregate::Count | Aggregate::Distinct | Aggregate::BitOr)
    });
    columns(grouping).any(|name| name == sort.column).then(|| ordered(sort, false, may_miss))
}
