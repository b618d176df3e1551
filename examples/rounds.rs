//! One step of a diagnosis on Athena, as JSON for `tools/athena-rounds.py`: what the results that are there tell, what is to
//! be run next, and what the log itself tells.
//!
//! `cargo run --example rounds -- <log> <folder of results>`

use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use flowlens::diagnose::Purpose;
use flowlens::engine::athena::{Printed, Setup};
use flowlens::engine::local;
use flowlens::query::ddl::Table;
use flowlens::query::{Expr, athena};
use flowlens::record::{Format, Layout};
use serde_json::json;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// All days of the logs that are asked about.
const DAYS: (u32, u32) = (20_261_001, 20_270_131);

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let (log, results) = (args.next().unwrap_or_default(), args.next().unwrap_or_default());
    match step(Path::new(&log), Path::new(&results))
        .and_then(|step| Ok(writeln!(std::io::stdout(), "{step}")?))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do when even standard error is closed.
            let _ = writeln!(std::io::stderr(), "rounds: {error}");
            ExitCode::FAILURE
        }
    }
}

fn step(log: &Path, results: &Path) -> Outcome<serde_json::Value> {
    let log = std::fs::read(log)?;
    let header = log.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let format = Format::from_names(std::str::from_utf8(header)?.split(' '))?;
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for entry in std::fs::read_dir(results)? {
        let path = entry?.path();
        files.push((path.display().to_string(), std::fs::read(&path)?));
    }
    files.sort();
    let layout = Layout::plain();
    let table = Table {
        name: athena::table(format.log()),
        format: &format,
        parquet: false,
        layout: &layout,
        bucket: "amzn-s3-demo-bucket",
        accounts: &[],
        regions: &[],
        first_day: "2026-01-01",
    };
    let setup = Setup { table, database: "flowlens", days: Some(DAYS), region: "us-east-1", workgroup: "" };

    let expected = local::read([("log", log.as_slice())], 2, 1 << 16);
    let found = local::read(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())), 2, 1 << 16);
    let (mut needed, mut evidence): (Vec<Printed>, Vec<Printed>) = (Vec::new(), Vec::new());
    for query in found.athena_queries(setup.mark()).iter().filter(|query| query.rows.is_none()) {
        let printed = setup.print(query)?;
        if query.purpose == Purpose::Evidence { evidence.push(printed) } else { needed.push(printed) }
    }
    let printed = |all: &[Printed]| {
        all.iter().map(|one| json!({"name": one.name, "text": one.text})).collect::<Vec<_>>()
    };
    let told = |session: &flowlens::engine::Session<local::LocalFleet>| -> Outcome<serde_json::Value> {
        let report = local::wait(session.report(true));
        let overview = local::wait(session.overview(&Expr::True, None));
        Ok(json!({
            "findings": serde_json::to_value(&report.findings)?, "top": serde_json::to_value(&report.top)?,
            "totals": serde_json::to_value(&report.totals)?, "overview": serde_json::to_value(&overview)?,
            "inputs": serde_json::to_value(&report.inputs)?, "athena": serde_json::to_value(&report.athena)?,
        }))
    };
    Ok(json!({
        "table": setup.create_table(), "script": setup.script(&needed), "queries": printed(&needed),
        "evidence": printed(&evidence), "expected": told(&expected)?, "found": told(&found)?,
    }))
}
