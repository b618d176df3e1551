//! What is run on Athena, as text: the table, the queries whose results are read here again, and a script that runs them.

pub mod settings;

use std::fmt::Write as _;

use super::replay::ToRun;
use crate::query::Scan;
use crate::query::athena::{Place, render_at};
use crate::query::ddl::Table;
use crate::query::insights::Unsayable;
use crate::record::{Column, Format, Mark};
use crate::report::number::plural;

/// A longer query is refused by Athena, bytes (AWS, "Service Quotas", Athena).
pub const QUERY_MAX: usize = 262_144;

/// Where queries are run, and over which days.
#[derive(Clone, Debug)]
pub struct Setup<'a> {
    /// The table; its name is without that of the database.
    pub table: Table<'a>,
    /// The database.
    pub database: &'a str,
    /// First and last day, as `20261124`; none: all there are.
    pub days: Option<(u32, u32)>,
    /// The Region to run in; empty: that of whoever runs it.
    pub region: &'a str,
    /// The workgroup; empty: the primary one.
    pub workgroup: &'a str,
}

/// A query as it is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// The name of its result, without `.csv`: that of the column that says what it answers.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl Setup<'_> {
    /// What results tell of a table like this and the same days.
    pub fn mark(&self) -> Mark {
        mark(self.table.format, self.days)
    }

    /// The statement that makes the database.
    pub fn create_database(&self) -> String {
        format!("CREATE DATABASE IF NOT EXISTS {}", self.database)
    }

    /// The statement that makes the table.
    pub fn create_table(&self) -> String {
        Table { name: &self.qualified(), ..self.table }.statement()
    }

    fn qualified(&self) -> String {
        format!("{}.{}", self.database, self.table.name)
    }

    /// A query, with the column that says which one it is.
    pub fn print(&self, query: &ToRun) -> Result<Printed, Unsayable> {
        let mark = Mark { query: query.query, ..self.mark() };
        let within = self.days.map(|(first, last)| self.table.within(first, last)).unwrap_or_default();
        let (table, lines) = (self.qualified(), self.table.columns());
        let place = Place { table: &table, within: &within, lines: &lines, exact: true };
        let text = render_at(&query.plan, &|field| mark.has(field), &place)?;
        let column = mark.column();
        let mut title = query.purpose.words().to_owned();
        if !query.about.is_empty() {
            let _ = write!(title, ": {}", query.about.replace('\n', " "));
        }
        Ok(Printed {
            name: column.clone(),
            text: format!(
                "-- {title}\nSELECT *, count(*) OVER () AS {column}\nFROM (\n  {}\n)",
                text.replace('\n', "\n  ")
            ),
        })
    }

    /// A script that makes the table if it is not there, runs queries and fetches their results into a folder.
    pub fn script(&self, queries: &[Printed]) -> String {
        let Self { database, region, workgroup, .. } = self;
        let region = if region.is_empty() {
            String::new()
        } else {
            format!("export AWS_REGION=\"${{AWS_REGION:-{region}}}\"\n")
        };
        let workgroup = if workgroup.is_empty() { "primary" } else { workgroup };
        let mut text = format!(
            "#!/usr/bin/env bash\n\
             # Runs {} on Athena and puts their results into a folder, to be dropped on flowlens.\n\
             # Needs the AWS CLI, version 2, with credentials that may run queries and read their results.\n\
             set -euo pipefail\n{region}database={database}\nworkgroup=${{FLOWLENS_WORKGROUP:-{workgroup}}}\n{SCRIPT}",
            plural(queries.len() as u64, "query", "queries"),
        );
        for (name, statement) in [("database", self.create_database()), ("table", self.create_table())] {
            let _ = write!(text, "\nrun {name} <<'{END}'\n{statement}\n{END}\n");
        }
        for Printed { name, text: query } in queries {
            let _ = write!(text, "\nstart {name} <<'{END}'\n{query}\n{END}\n");
        }
        text.push_str("\nfinish\n");
        text
    }
}

/// How often a query reads the files of its days: once for itself, and once for each set of keys that it looks up.
pub fn reads(scan: &Scan) -> u64 {
    1 + scan.semi_joins.iter().map(|join| reads(&join.among)).sum::<u64>()
}

/// What results tell of a table of a format and days.
pub fn mark(format: &Format, days: Option<(u32, u32)>) -> Mark {
    let fields = format.columns().iter().filter_map(|column| match column {
        Column::Known(field) => Some(*field),
        Column::Unknown(_) => None,
    });
    Mark { query: 0, fields: Mark::bits(fields), days }
}

/// Ends a query in the script.
const END: &str = "FLOWLENS_SQL";

/// Kept to what bash 3.2 understands, which is what macOS has.
const SCRIPT: &str = r#"# Where Athena puts results, such as s3://amzn-s3-demo-bucket/athena/; needed if the workgroup does not say it.
output=${FLOWLENS_OUTPUT:-}
folder=${FLOWLENS_FOLDER:-flowlens-results}
# So many queries at a time.
at_once=${FLOWLENS_AT_ONCE:-5}

mkdir -p "$folder"
queries=$(mktemp -d)
trap 'rm -rf "$queries"' EXIT
waiting=()
scanned=0

# about <execution> <what>
about() {
  aws athena get-query-execution --query-execution-id "$1" --query "QueryExecution.$2" --output text
}

# execute <name>: starts a query, and says by which execution
execute() {
  set -- "$1" --work-group "$workgroup" --query-string "file://$queries/$1.sql"
  if [ -n "$output" ]; then set -- "$@" --result-configuration "OutputLocation=$output"; fi
  shift
  aws athena start-query-execution "$@" --query QueryExecutionId --output text
}

# finished <name> <execution>
finished() {
  local state
  while :; do
    state=$(about "$2" Status.State)
    case $state in
      SUCCEEDED) break ;;
      FAILED | CANCELLED)
        printf '%s: %s. %s\n' "$1" "$state" "$(about "$2" Status.StateChangeReason)" >&2
        exit 1
        ;;
    esac
    sleep 2
  done
}

# run <name>: a statement without a result
run() {
  local execution
  cat > "$queries/$1.sql"
  execution=$(execute "$1")
  finished "$1" "$execution"
}

# start <name>: a query whose result is fetched when it is there
start() {
  local execution
  cat > "$queries/$1.sql"
  if [ -s "$folder/$1.csv" ]; then
    printf '%s: its result is in %s\n' "$1" "$folder" >&2
    return
  fi
  if [ "${#waiting[@]}" -ge "$at_once" ]; then fetch; fi
  execution=$(execute "$1")
  waiting+=("$1 $execution")
}

# Waits for the query that was started first.
fetch() {
  local name=${waiting[0]%% *} execution=${waiting[0]##* } bytes
  waiting=("${waiting[@]:1}")
  finished "$name" "$execution"
  aws s3 cp --only-show-errors "$(about "$execution" ResultConfiguration.OutputLocation)" "$folder/$name.csv.part"
  mv "$folder/$name.csv.part" "$folder/$name.csv"
  bytes=$(about "$execution" Statistics.DataScannedInBytes)
  scanned=$((scanned + bytes))
  printf '%s: %s bytes read\n' "$name" "$bytes" >&2
}

finish() {
  while [ "${#waiting[@]}" -gt 0 ]; do fetch; done
  printf 'Done, %s bytes read in all. Drop the folder %s on flowlens.\n' "$scanned" "$folder" >&2
}
"#;

#[cfg(test)]
mod tests {
    use super::settings::{Chosen, Settings};
    use super::*;
    use crate::diagnose::Purpose;
    use crate::engine::messages::Told;
    use crate::query::Plan;
    use crate::query::plan::rejected;
    use crate::record::Field;

    #[test]
    fn a_query_says_which_it_is_and_reads_only_its_days() {
        let hash = "bucket=amzn-s3-demo-bucket&db=logs&first=2026-11-01&last=2026-11-02&format=interface-id%20start%20end";
        let chosen = Chosen::new(&Settings::of(hash), &Told::default(), 0);
        let setup = chosen.setup();
        let plan = Plan::lines(rejected(), 5);
        let query =
            ToRun { purpose: Purpose::Evidence, about: "a\nb".to_owned(), plan, query: 10, rows: None };
        let printed = setup.print(&query).unwrap();
        assert_eq!(
            printed.text,
            "-- Records of a finding: a b\nSELECT *, count(*) OVER () AS flowlens1_00000000000a_c04_0_20261101_20261102\nFROM (\n  \
             SELECT interface_id, start, \"end\"\n  FROM logs.vpc_flow_logs\n  \
             WHERE day >= '2026/11/01' AND day <= '2026/11/02'\n  AND FALSE\n  ORDER BY start\n  LIMIT 5\n)"
        );
        let mark = Mark::of(&printed.name).flatten().unwrap();
        assert_eq!((mark.query, mark.days), (10, Some((20_261_101, 20_261_102))));
        assert!(mark.has(Field::Start) && !mark.has(Field::Action));
        let script = setup.script(&[printed]);
        for part in [
            "set -euo pipefail\n",
            "\nrun database <<'FLOWLENS_SQL'\nCREATE DATABASE IF NOT EXISTS logs\nFLOWLENS_SQL\n",
            "\nrun table <<'FLOWLENS_SQL'\nCREATE EXTERNAL TABLE IF NOT EXISTS logs.vpc_flow_logs (",
            "\nstart flowlens1_00000000000a_c04_0_20261101_20261102 <<'FLOWLENS_SQL'\n-- Records",
        ] {
            assert!(script.contains(part), "{part}\n{script}");
        }
    }
}
