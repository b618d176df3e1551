//! The table that Athena must have before it can be asked: CREATE EXTERNAL TABLE for the very format of some records and the
//! way their files lie in a bucket. Partitions are projected, so that none is ever added.
//!
//! Source: AWS, "Create a table for Amazon VPC flow logs and query it", "Create and query a table for Amazon VPC flow logs
//! using partition projection", "Create tables for flow logs in Apache Parquet format using partition projection" and "Set up
//! partition projection" (Athena user guide): the types, clauses and properties.

use std::fmt::Write as _;

use super::athena::identifier;
use crate::record::{Column, Field, Format, Kind, Layout, time};

/// What a table is made for.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// The table's name, perhaps after that of its database.
    pub name: &'a str,
    /// The records' format.
    pub format: &'a Format,
    /// Whether the files are Parquet; else they are text.
    pub parquet: bool,
    /// How the files lie in the bucket.
    pub layout: &'a Layout,
    /// The bucket and the prefix before the layout's folders, such as `amzn-s3-demo-bucket/prefix`.
    pub bucket: &'a str,
    /// The accounts whose records there are.
    pub accounts: &'a [String],
    /// Their Regions.
    pub regions: &'a [String],
    /// The first day of which there are records, such as `2026-11-24`.
    pub first_day: &'a str,
}

/// A column's name in Athena: letters, digits and underscores.
pub fn column_of(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect()
}

/// A column's name and its type in AWS's own table.
pub fn typed(column: &Column) -> (String, &'static str) {
    match column {
        Column::Known(field) => {
            let kind = match field.kind() {
                _ if *field == Field::Protocol => "bigint",
                Kind::Number | Kind::Time => "bigint",
                Kind::Port | Kind::Byte => "int",
                Kind::Address | Kind::Text => "string",
            };
            (field.column_name(), kind)
        }
        Column::Unknown(name) => (column_of(name), "string"),
    }
}

impl Table<'_> {
    /// The columns of the records, as SQL lists them.
    pub fn columns(&self) -> String {
        self.names().iter().map(|name| identifier(name)).collect::<Vec<_>>().join(", ")
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for column in self.format.columns() {
            names.push(free(&typed(column).0, &names));
        }
        names
    }

    /// The condition that picks the files of some days, by their folders; where these have no days, the records that begin
    /// then. Days are numbers such as 20261124.
    pub fn within(&self, first: u32, last: u32) -> String {
        let names = self.names();
        let column = |part: &str| identifier(&free(part, &names));
        let [year, month, day] = ["year", "month", "day"].map(column);
        if !self.layout.has("day") {
            let start = identifier(Field::Start.name());
            let secs = |day: u32, plus: u64| time::of_day(day).map_or(0, |secs| secs + plus);
            return format!("{start} >= {} AND {start} < {}", secs(first, 0), secs(last, 86_400));
        }
        let split = |day: u32| (day / 10_000, day / 100 % 100, day % 100);
        if !self.layout.is_hive() {
            let text = |day: u32| {
                let (year, month, day) = split(day);
                format!("{year:04}/{month:02}/{day:02}")
            };
            return format!("{day} >= '{}' AND {day} <= '{}'", text(first), text(last));
        }
        let ((first_year, first_month, first_day), (last_year, last_month, last_day)) =
            (split(first), split(last));
        let mut months = Vec::new();
        let (mut this_year, mut this_month) = (first_year, first_month);
        while (this_year, this_month) <= (last_year, last_month) {
            let mut parts = vec![format!("{year} = '{this_year:04}' AND {month} = '{this_month:02}'")];
            if (this_year, this_month) == (first_year, first_month) && first_day > 1 {
                parts.push(format!("{day} >= '{first_day:02}'"));
            }
            if (this_year, this_month) == (last_year, last_month) {
                parts.push(format!("{day} <= '{last_day:02}'"));
            }
            months.push(parts.join(" AND "));
            (this_year, this_month) =
                if this_month < 12 { (this_year, this_month + 1) } else { (this_year + 1, 1) };
        }
        match months.as_slice() {
            [one] => one.clone(),
            _ => format!("(\n  {}\n)", months.join("\n  OR ")),
        }
    }

    /// The statement.
    pub fn statement(&self) -> String {
        let mut columns: Vec<String> = Vec::new();
        let names = self.names();
        for (column, name) in self.format.columns().iter().zip(&names) {
            let kind = typed(column).1;
            // Any word may be reserved among the names that AWS did not choose; of its own `end` is.
            let is_plain = matches!(column, Column::Known(field) if *field != Field::End);
            columns.push(if is_plain { format!("{name} {kind}") } else { format!("`{name}` {kind}") });
        }
        let mut text =
            format!("CREATE EXTERNAL TABLE IF NOT EXISTS {} (\n  {}\n)\n", self.name, columns.join(",\n  "));
        let partitions = self.partitions(&names);
        if !partitions.is_empty() {
            let names: Vec<String> =
                partitions.iter().map(|partition| format!("`{}` string", partition.column)).collect();
            let _ = writeln!(text, "PARTITIONED BY ({})", names.join(", "));
        }
        text.push_str(if self.parquet {
            PARQUET
        } else {
            "ROW FORMAT DELIMITED\nFIELDS TERMINATED BY ' '\n"
        });
        let root = format!("s3://{}/", self.bucket.trim_matches('/'));
        let fixed: Vec<&str> =
            self.layout.folders.split('/').take_while(|folder| !folder.contains('$')).collect();
        let mut location = format!("{root}{}", fixed.join("/"));
        if !location.ends_with('/') {
            location.push('/');
        }
        let _ = writeln!(text, "LOCATION {}", quoted(&location));
        let mut properties: Vec<(String, String)> = Vec::new();
        if !self.parquet {
            properties.push(("skip.header.line.count".to_owned(), "1".to_owned()));
        }
        if !partitions.is_empty() {
            properties.push(("projection.enabled".to_owned(), "true".to_owned()));
        }
        let mut folders = self.layout.folders.clone();
        for Partition { part, column, rules } in partitions {
            folders = folders.replace(&format!("${{{part}}}"), &format!("${{{column}}}"));
            properties.extend(
                rules.into_iter().map(|(rule, value)| (format!("projection.{column}.{rule}"), value)),
            );
        }
        if folders.contains('$') {
            properties.push(("storage.location.template".to_owned(), format!("{root}{folders}")));
        }
        let properties: Vec<String> = properties
            .iter()
            .map(|(property, value)| format!("{} = {}", quoted(property), quoted(value)))
            .collect();
        if !properties.is_empty() {
            let _ = write!(text, "TBLPROPERTIES (\n  {}\n)", properties.join(",\n  "));
        }
        text.trim_end().to_owned()
    }

    /// The partitions, in the order of the folders. Their names are none of the columns'.
    fn partitions(&self, columns: &[String]) -> Vec<Partition> {
        let listed = |values: &[String], else_: &str| {
            vec![
                ("type", "enum".to_owned()),
                ("values", if values.is_empty() { else_.to_owned() } else { values.join(",") }),
            ]
        };
        let whole = |range: &str, digits: &str| {
            vec![("type", "integer".to_owned()), ("range", range.to_owned()), ("digits", digits.to_owned())]
        };
        let year = self.first_day.get(..4).unwrap_or_default();
        let last_year = year.parse().map_or(year.to_owned(), |year: u16| year.saturating_add(9).to_string());
        let day = if self.layout.is_hive() {
            whole("01,31", "2")
        } else {
            let range = format!("{},NOW", self.first_day.replace('-', "/"));
            vec![("type", "date".to_owned()), ("range", range), ("format", "yyyy/MM/dd".to_owned())]
        };
        let mut partitions: Vec<Partition> = Vec::new();
        for (part, rules) in [
            ("account", listed(self.accounts, "123456789012")),
            ("region", listed(self.regions, "us-east-1")),
            ("year", whole(&format!("{year},{last_year}"), "4")),
            ("month", whole("01,12", "2")),
            ("day", day),
            ("hour", whole("00,23", "2")),
        ] {
            if self.layout.has(part) {
                partitions.push(Partition { part, column: free(part, columns), rules });
            }
        }
        partitions
    }
}

/// A part of the folders that is a column too.
struct Partition {
    part: &'static str,
    column: String,
    rules: Vec<(&'static str, String)>,
}

/// A name that none of the others is.
fn free(name: &str, taken: &[String]) -> String {
    let mut free = name.to_owned();
    while taken.contains(&free) {
        free.insert_str(0, "log_");
    }
    free
}

const PARQUET: &str = "ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'\n\
    STORED AS INPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat'\n\
    OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat'\n";

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "\\'"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::athena;

    fn table<'a>(format: &'a Format, layout: &'a Layout, parquet: bool) -> Table<'a> {
        Table {
            name: athena::table(format.log()),
            format,
            parquet,
            layout,
            bucket: "amzn-s3-demo-bucket/prefix/",
            accounts: &[],
            regions: &[],
            first_day: "2026-11-24",
        }
    }

    #[test]
    fn text_has_its_columns_in_their_order() {
        let format =
            Format::from_names("version end srcaddr srcport protocol region Odd-One".split(' ')).unwrap();
        insta::assert_snapshot!(table(&format, &Layout::plain(), false).statement());
    }

    #[test]
    fn parquet_of_hive_folders_by_the_hour() {
        let format = Format::default_v2();
        let folders = "AWSLogs/aws-account-id=${account}/aws-service=vpcflowlogs/aws-region=${region}/year=${year}/\
                       month=${month}/day=${day}/hour=${hour}";
        let layout = Layout { folders: folders.to_owned() };
        let (accounts, regions) =
            (["111122223333".to_owned(), "444455556666".to_owned()], ["eu-west-1".to_owned()]);
        let table = Table { accounts: &accounts, regions: &regions, ..table(&format, &layout, true) };
        insta::assert_snapshot!(table.statement());
    }

    #[test]
    fn days_are_told_by_folders_or_else_by_times() {
        let format = Format::default_v2();
        let hive = Layout { folders: "year=${year}/month=${month}/day=${day}".to_owned() };
        let within = |layout: &Layout, first, last| table(&format, layout, false).within(first, last);
        assert_eq!(
            within(&Layout::plain(), 20_261_101, 20_261_107),
            "day >= '2026/11/01' AND day <= '2026/11/07'"
        );
        assert_eq!(within(&hive, 20_261_101, 20_261_107), "year = '2026' AND month = '11' AND day <= '07'");
        assert_eq!(
            within(&hive, 20_261_130, 20_270_102),
            "(\n  year = '2026' AND month = '11' AND day >= '30'\n  OR year = '2026' AND month = '12'\n  \
             OR year = '2027' AND month = '01' AND day <= '02'\n)"
        );
        let flat = Layout { folders: String::new() };
        assert_eq!(within(&flat, 20_261_124, 20_261_124), "start >= 1795478400 AND start < 1795564800");
    }

    #[test]
    fn transit_gateway_records_have_a_table_of_their_own() {
        let format = Format::default_transit_gateway();
        let text = table(&format, &Layout { folders: String::new() }, false).statement();
        assert!(
            text.starts_with("CREATE EXTERNAL TABLE IF NOT EXISTS tgw_flow_logs (\n  version int,"),
            "{text}"
        );
        assert!(text.contains("\n  packets_lost_no_route bigint,\n"), "{text}");
        assert!(text.ends_with("LOCATION 's3://amzn-s3-demo-bucket/prefix/'\nTBLPROPERTIES (\n  'skip.header.line.count' = '1'\n)"), "{text}");
    }
}
