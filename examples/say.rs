//! Writes the Athena SQL of everything that is asked about some logs, and what people may write in it, with the tables it is
//! for and the rows that are computed here, as JSON for `tools/athena-check.py`.
//!
//! `cargo run --example say -- <said.json>`

use std::cell::RefCell;
use std::error::Error;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use flate2::read::MultiGzDecoder;
use flowlens::diagnose::finding::Question;
use flowlens::diagnose::{self, Ask, Purpose};
use flowlens::engine::local::{self, LocalFleet};
use flowlens::engine::{Session, overview_plans};
use flowlens::query::ddl::Table;
use flowlens::query::plan::{Named, Sort, accepted, rejected};
use flowlens::query::{Aggregate, Answer, Comparison, Expr, Grouping, Output, Plan, Scan, Value, athena};
use flowlens::record::ordered::{OrderedMap, OrderedSet};
use flowlens::record::{Field, Format, Layout};
use flowlens_ask::gallery::{self, Blanks};
use flowlens_ask::sql::ast::{NodeKind, Query};
use flowlens_ask::value::Value as Cell;
use flowlens_ask::{Question as Asked, Table as Answered};
use futures::future::LocalBoxFuture;
use serde_json::json;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let path = std::env::args().nth(1).unwrap_or_else(|| "said.json".to_owned());
    match said().and_then(|said| Ok(std::fs::write(&path, said)?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do when even standard error is closed.
            let _ = writeln!(std::io::stderr(), "say: {error}");
            ExitCode::FAILURE
        }
    }
}

fn said() -> Outcome<String> {
    let mut sample = String::new();
    let file = std::fs::File::open(Path::new(env!("CARGO_MANIFEST_DIR")).join("static/sample.log.gz"))?;
    MultiGzDecoder::new(file).read_to_string(&mut sample)?;
    let (header, lines) = sample.split_once('\n').ok_or("the sample is empty")?;
    let sample = Log {
        format: Format::from_names(header.split(' '))?,
        lines: lines.lines().map(str::to_owned).collect(),
    };
    let mut every =
        sample.turned(Format::of(Field::ALL.iter().copied().filter(|field| field.version() != 6)));
    every.lines.extend(SOME.lines().map(|line| of_values(&every.format, line)));
    let awkward = "srcaddr dstaddr srcport bytes odd-one start end action";
    let few = Log {
        format: Format::from_names(awkward.split(' '))?,
        lines: FEW.lines().map(str::to_owned).collect(),
    };
    let v5 = every.turned(Format::all_v5());
    let logs = [
        say("the sample", &sample),
        say("the sample in the default format", &sample.turned(Format::default_v2())),
        say("every field of versions 2 to 5", &v5),
        say("every field of versions 2 to 11", &every),
        say("a log of few fields", &few),
        say("a transit gateway", &gateway()),
    ];
    Ok(serde_json::to_string(&json!({ "logs": logs }))?)
}

/// Records of a log, without header line.
struct Log {
    format: Format,
    lines: Vec<String>,
}

/// Records as the sample has none: without data, of IPv6, of a regional NAT gateway, of unknown flags, of blocked public
/// access. What is not given is `-`.
const SOME: &str = "\
interface-id=eni-0a start=1791964900 end=1791964960 log-status=NODATA
interface-id=eni-0a srcaddr=2001:db8::5 dstaddr=2001:db8::9 srcport=60000 dstport=443 protocol=6 packets=4 bytes=400 start=1791964900 end=1791964960 action=ACCEPT log-status=OK type=IPv6
interface-id=eni-0a srcaddr=2001:db8::9 dstaddr=2001:db8::5 srcport=443 dstport=60000 protocol=6 packets=4 bytes=400 start=1791964900 end=1791964960 action=REJECT log-status=OK tcp-flags=18 type=IPv6
interface-id=eni-0a srcaddr=fd00::7 dstaddr=2001:db8::5 srcport=0 dstport=0 protocol=58 packets=1 bytes=104 start=1791964930 end=1791964960 action=REJECT log-status=OK type=IPv6
srcaddr=198.51.100.7 dstaddr=192.0.2.4 pkt-srcaddr=198.51.100.7 pkt-dstaddr=192.0.2.4 srcport=443 dstport=1025 protocol=6 packets=9 bytes=900 start=1791964990 end=1791965000 action=ACCEPT log-status=OK tcp-flags=19 flow-direction=ingress type=IPv4 resource-id=nat-0a interface-type=regional_nat_gateway region=us-east-1 az-id=use1-az2
interface-id=eni-0a srcaddr=198.51.100.8 dstaddr=10.20.9.9 srcport=55000 dstport=22 protocol=6 packets=1 start=1791965990 end=1791966000 action=REJECT log-status=OK reject-reason=BPA";

/// Records of which little is known.
const FEW: &str = "\
10.0.0.5 198.51.100.7 40001 5000 x 1791964800 1791964860 ACCEPT
198.51.100.7 10.0.0.5 443 9000 - 1791964801 1791964861 ACCEPT
198.51.100.9 10.0.0.5 55555 - y 1791964990 1791965050 REJECT
- - - - - 1791964990 1791965050 -";

/// What a transit gateway lets through and loses, on record at both attachments.
fn gateway() -> Log {
    let format = Format::default_transit_gateway();
    let mut lines = Vec::new();
    for at in 0..60 {
        for (way, here, there) in [("ingress", "a", "b"), ("egress", "b", "a")] {
            let (lost, hole, large) = match at % 5 {
                0 => (3, 0, 0),
                1 => (0, at, 0),
                2 => (0, 0, 7),
                _ => (0, 0, 0),
            };
            let start = 1_791_964_800 + at * 60;
            lines.push(of_values(
                &format,
                &format!(
                    "version=6 resource-type=TransitGateway tgw-id=tgw-0a tgw-attachment-id=tgw-attach-{here} \
                     tgw-pair-attachment-id=tgw-attach-{there} tgw-src-vpc-id=vpc-a tgw-dst-vpc-id=vpc-b srcaddr=10.0.0.{} \
                     dstaddr=10.1.0.9 srcport={} dstport=443 protocol=6 packets=10 bytes=1000 start={start} end={} \
                     log-status=OK type=IPv4 packets-lost-no-route={lost} packets-lost-blackhole={hole} \
                     packets-lost-mtu-exceeded={large} packets-lost-ttl-expired=0 flow-direction={way}",
                    at % 7,
                    40_000 + at,
                    start + 50,
                ),
            ));
        }
    }
    Log { format, lines }
}

/// A line of a format; values that are not given are `-`.
fn of_values(format: &Format, values: &str) -> String {
    let value = |name: &str| {
        let given = values.split(' ').filter_map(|one| one.split_once('=')).find(|(other, _)| *other == name);
        given.map_or("-", |(_, value)| value)
    };
    format.columns().iter().map(|column| value(column.name())).collect::<Vec<_>>().join(" ")
}

impl Log {
    /// The same records in another format.
    fn turned(&self, format: Format) -> Self {
        let names = || self.format.columns().iter();
        let line = |line: &String| {
            let values: Vec<String> = names()
                .zip(line.split(' '))
                .map(|(column, value)| format!("{}={value}", column.name()))
                .collect();
            of_values(&format, &values.join(" "))
        };
        let lines = self.lines.iter().map(line).collect();
        Self { format, lines }
    }
}

/// Remembers what is asked.
struct Listener<'a> {
    session: &'a Session<LocalFleet>,
    plans: RefCell<Vec<Plan>>,
}

impl Ask for Listener<'_> {
    fn ask<'a>(&'a self, _purpose: Purpose, plan: &'a Plan) -> LocalBoxFuture<'a, Answer> {
        self.plans.borrow_mut().push(plan.clone());
        self.session.query(plan)
    }
}

fn say(name: &str, log: &Log) -> serde_json::Value {
    let text = format!("{}\n{}\n", log.format.header(), log.lines.join("\n"));
    let session = local::read([("log", text.as_bytes())], 2, 1 << 16);
    let listener = Listener { session: &session, plans: RefCell::default() };
    let of = log.format.log();
    let with_gateways = of != flowlens::record::Log::Vpc;
    let fields: OrderedSet<Field> = session.fields();
    local::wait(diagnose::diagnose(&listener, &fields, &OrderedMap::new(), &[of]));
    let mut asked: Vec<(String, Plan)> =
        listener.plans.take().into_iter().map(|plan| ("a diagnosis".to_owned(), plan)).collect();
    let overview = overview_plans(&Expr::True, 1_791_964_800, 1_791_972_000, with_gateways);
    let is_of_log = |plan: &Plan| plan.scan.log == log.format.log();
    asked.extend(overview.into_iter().map(|plan| ("the overview".to_owned(), plan)));
    asked.extend(questions().into_iter().map(|plan| ("a question".to_owned(), plan)));
    let has = |field: Field| log.format.has(field);
    let (mut queries, mut refused) = (Vec::new(), Vec::new());
    for (title, plan) in asked.iter().filter(|(_, plan)| is_of_log(plan)) {
        match athena::render_over(plan, &has) {
            Ok(text) => queries.push(query(&session, title, &text, plan)),
            Err(error) => refused.push(error.part),
        }
    }
    for finding in session.findings() {
        for Question { title, plan, .. } in &finding.questions {
            if let Ok(text) = athena::render_over(plan, &has) {
                queries.push(query(&session, &format!("{}: {title}", finding.id), &text, plan));
            }
        }
    }
    // Records of a transit gateway cannot be asked so.
    if !with_gateways {
        queries.extend(typed(&session));
    }
    json!({ "name": name, "header": log.format.header(), "lines": log.lines, "tables": tables(&log.format), "queries": queries, "refused": refused })
}

/// What people may write in SQL, as far as these records have its columns.
fn typed(session: &Session<LocalFleet>) -> Vec<serde_json::Value> {
    let samples = gallery::sql::gallery(&Blanks::default());
    let samples = samples
        .into_iter()
        .flat_map(|group| group.samples)
        .map(|sample| (sample.name.to_owned(), sample.text));
    let written = WRITTEN.split(";\n").map(|text| ("written".to_owned(), text.trim().to_owned()));
    samples.chain(written).filter_map(|(title, text)| typed_query(session, &title, &text)).collect()
}

fn typed_query(session: &Session<LocalFleet>, title: &str, text: &str) -> Option<serde_json::Value> {
    let query = match flowlens_sql::parse(text) {
        Ok(query) => query,
        Err(complaints) => {
            return Some(
                json!({ "title": title, "text": text, "failed": complaints.first().map(ToString::to_string) }),
            );
        }
    };
    let ask = |query: &Query| local::ask(session, &Asked::sql(query.clone(), NOW), false);
    let table = match ask(&query) {
        Ok(table) => table,
        Err(complaints) => {
            return Some(
                json!({ "title": title, "text": text, "failed": complaints.first().map(ToString::to_string) }),
            );
        }
    };
    // Athena would not know the column, or would have stopped; or the other engine only comes close.
    if text.contains("approx_percentile") {
        return None;
    }
    if table
        .notes
        .iter()
        .any(|note| note.starts_with("No record") || note.starts_with("Athena") || note.contains("path"))
    {
        return None;
    }
    let whole = ask(&Query { limit: None, offset: 0, ..query.clone() }).ok()?;
    let sort: Vec<&String> = query
        .order
        .iter()
        .filter_map(|order| match &order.node.kind {
            NodeKind::Int(place) => table.columns.get(usize::try_from(place - 1).ok()?),
            NodeKind::Column(column) => table.columns.iter().find(|name| **name == column.name),
            _ => None,
        })
        .collect();
    let is_cut = query.limit.is_some();
    Some(json!({
        "title": title, "text": text, "columns": table.columns, "rows": rows(&table), "all": is_cut.then(|| rows(&whole)),
        "lines": false, "sort": sort, "per": null,
    }))
}

/// When it is asked: it is the same each time.
const NOW: u64 = 1_792_000_000;

/// Queries as people write them.
const WRITTEN: &str = include_str!("../tests/sql/checked.sql");

fn rows(table: &Answered) -> Vec<Vec<serde_json::Value>> {
    let cell = |row: usize, column: usize| match &table.rows[row][column] {
        _ if table.times[column] => table.text(row, column).into(),
        Cell::Missing => serde_json::Value::Null,
        Cell::Bool(truth) => u8::from(*truth).into(),
        Cell::Int(number) => i64::try_from(*number).map_or_else(|_| number.to_string().into(), Into::into),
        Cell::Real(number) => (*number).into(),
        value => value.text().into(),
    };
    (0..table.rows.len())
        .map(|row| (0..table.columns.len()).map(|column| cell(row, column)).collect())
        .collect()
}

/// What neither a diagnosis nor the overview asks: that a value is not, values that are missing, averages, single columns, keys
/// that others lack.
fn questions() -> Vec<Plan> {
    let sums =
        || Grouping::by([("action", Field::Action.into())]).count("records").sum("bytes", Field::Bytes);
    let rows = Output::Rows {
        columns: vec![Named::new("srcaddr", Field::SrcAddr.into()), Named::new("size", Field::Bytes.into())],
        sort: vec![Sort { column: "size".to_owned(), descending: false }],
        offset: 3,
        limit: 40,
    };
    let source = || vec![Expr::Field(Field::SrcAddr)];
    let never = Plan::groups(rejected(), Grouping::by([("srcaddr", Field::SrcAddr.into())]).count("records"));
    let wide = || Box::new(Expr::Field(Field::SrcAddr));
    vec![
        Plan::groups(Expr::one_of(Field::RejectReason, ["BPA", "EC"]).negate(), sums()),
        Plan::groups(Expr::compare(Field::FlowDirection, Comparison::NotEqual, "egress"), sums()),
        Plan::groups(Expr::equal(Field::SrcAddr, Field::PktSrcAddr).negate(), sums()),
        Plan::groups(Expr::equal(Field::InstanceId, Field::SubnetId), sums()),
        Plan::groups(Expr::IsIpv6(wide()).negate(), sums()),
        Plan::groups(Expr::Contains(wide(), "10.20.".to_owned()).negate().or(Expr::IsIpv6(wide())), sums()),
        Plan::groups(
            Expr::True,
            Grouping::by([("status", Field::LogStatus.into()), ("wide", Expr::IsIpv6(wide()))])
                .measure("mean", Aggregate::Average, Field::Bytes.into())
                .measure("sources", Aggregate::Distinct, Field::SrcAddr.into())
                .measure("zones", Aggregate::Count, Field::InstanceId.into())
                .measure_when("lost", Aggregate::Sum, Field::Bytes.into(), rejected())
                .having(
                    Expr::greater(Expr::column("mean"), 100)
                        .or(Expr::present(Expr::column("status")).negate()),
                )
                .ascending("lost"),
        ),
        Plan { output: rows, ..Plan::groups(Expr::True, Grouping::default()) },
        never.anti_join(source(), Scan::of(accepted())),
    ]
}

/// The table of the format in every container and layout.
fn tables(format: &Format) -> Vec<String> {
    let hive = "AWSLogs/aws-account-id=${account}/aws-service=vpcflowlogs/aws-region=${region}/year=${year}/month=${month}/\
                day=${day}";
    let mut tables = Vec::new();
    for folders in [Layout::plain().folders, hive.to_owned()] {
        for folders in [folders.clone(), format!("{folders}/${{hour}}")] {
            for parquet in [false, true] {
                let layout = Layout { folders: folders.clone() };
                let table = Table {
                    name: athena::table(format.log()),
                    format,
                    parquet,
                    layout: &layout,
                    bucket: "amzn-s3-demo-bucket",
                    accounts: &[],
                    regions: &[],
                    first_day: "2026-10-14",
                };
                tables.push(table.statement());
            }
        }
    }
    tables
}

/// A query with its rows, and with those it would have without limits if it has as many as it may.
fn query(session: &Session<LocalFleet>, title: &str, text: &str, plan: &Plan) -> serde_json::Value {
    let mut whole = plan.clone();
    let (mut sort, mut per) = (Vec::new(), None);
    let is_cut;
    let answer = local::wait(session.query(plan));
    match &mut whole.output {
        Output::Lines { limit } => {
            is_cut = answer.rows.len() == *limit;
            *limit = usize::MAX;
        }
        Output::Rows { limit, offset, sort: by, .. } => {
            is_cut = answer.rows.len() == *limit || *offset > 0;
            (*limit, *offset) = (usize::MAX, 0);
            sort.clone_from(by);
        }
        Output::Groups(grouping) => {
            is_cut = grouping.limit == Some(answer.rows.len()) || grouping.limit_per.is_some();
            per = grouping.limit_per.take().map(|per| per.keys);
            grouping.limit = None;
            sort.clone_from(&grouping.sort);
        }
    }
    let lines = matches!(plan.output, Output::Lines { .. });
    let rows = |answer: &Answer| -> Vec<serde_json::Value> {
        let row = |row: &Vec<Value>| match row.as_slice() {
            [one] if lines => cell(one),
            cells => cells.iter().map(cell).collect(),
        };
        answer.rows.iter().map(row).collect()
    };
    let sort: Vec<String> =
        sort.into_iter().map(|sort| sort.column).filter(|name| answer.columns.contains(name)).collect();
    let all = is_cut.then(|| rows(&local::wait(session.query(&whole))));
    json!({
        "title": title, "text": text, "columns": answer.columns, "rows": rows(&answer), "all": all, "lines": lines, "sort": sort,
        "per": per,
    })
}

fn cell(value: &Value) -> serde_json::Value {
    match value {
        Value::Missing => serde_json::Value::Null,
        Value::Bool(truth) => u8::from(*truth).into(),
        Value::Number(number) => {
            u64::try_from(*number).map_or_else(|_| number.to_string().into(), Into::into)
        }
        Value::Real(number) => (*number).into(),
        Value::Text(text) => text.as_str().into(),
        Value::Address(address) => address.to_string().into(),
    }
}
