//! The command line.

use flowlens::record::{Column, Format};

/// What is asked for.
pub(crate) enum Request {
    Help,
    Sample { seed: u64, out: String },
    Traffic(Box<Options>),
}

/// Traffic of any size.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) records: u64,
    pub(crate) seed: u64,
    pub(crate) format: Format,
    pub(crate) header: bool,
    pub(crate) gzip: bool,
    /// How many files the tree has; `None` is one file.
    pub(crate) files: Option<u64>,
    pub(crate) interfaces: u16,
    /// Unix seconds.
    pub(crate) start: u64,
    pub(crate) minutes: u64,
    pub(crate) out: String,
}

pub(crate) const SAMPLE_OUT: &str = "static/sample.log.gz";

pub(crate) const HELP: &str = r#"Synthetic AWS VPC flow logs, for the page's sample and for benchmarks.

    generate sample  [--seed S] [--out PATH]
    generate [traffic] [options]

The same options and seed give the same bytes. All addresses are reserved for documentation or
benchmarking, or private; no line describes a real network.

SAMPLE
    Writes static/sample.log.gz: two hours of a small VPC in which every verdict on VPC records
    occurs at least once. Custom format of version 11, gzip, with a header line.

    --seed S          another sample with the same story (default 1, the one in static/)
    --out PATH        where to (default static/sample.log.gz; - is standard output)

TRAFFIC
    Web servers, applications and databases behind two NAT gateways, talking to each other and to
    100,000 internet addresses by Zipf's law. About 85 % ACCEPT, 14 % REJECT (mostly internet
    scanning), 0.5 % NODATA, a few SKIPDATA, 5 % IPv6. Intervals of 60 seconds, in order of time;
    a connection within the VPC is recorded at both ends, in both directions.

    --records N       how many records, not counting header lines (default 10000)
    --seed S          the seed (default 1)
    --format F        v2 (default), v5, tgw (the default format of transit gateway flow logs), or a
                      list of fields separated by blanks or commas, as in
                      "${version} ${vpc-id} ${srcaddr}" or version,vpc-id,srcaddr
    --shape SHAPE     one: one file (default); tree: a directory of S3 keys, each gzip with a header,
                      AWSLogs/<account>/vpcflowlogs/<region>/YYYY/MM/DD/<account>_..._<hash>.log.gz
    --files N         how many files the tree has (default 2000; implies --shape tree)
    --gzip            compress the one file (implied by a name that ends in .gz)
    --no-header       leave header lines out, as CloudWatch Logs does
    --interfaces N    how many interfaces, 10 to 20000 (default 200)
    --start UNIX      the first second (default 1791936000, 2026-10-14 00:00 UTC)
    --minutes N       how many minutes (default: one per 6000 records, 10 to 1440)
    --out PATH        the file, or the directory of a tree; - is standard output (default -)

    Fields without a made-up value (ECS, tags, next hop ...) are -. Transit gateway records are those of
    the same traffic at its attachment; what is rejected is lost there for want of a route.
    Internet addresses are of 198.18.0.0/15 (RFC 2544), 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24
    (RFC 5737) and 2001:db8::/32 (RFC 3849). With version 5, small parts of 198.18.0.0/24 count as
    S3, DYNAMODB, EC2 and AMAZON.

EXAMPLES
    One gibibyte of the default format, plain, gzip, and as 2,000 S3 files:
        generate traffic --records 9268034 --out one.log
        generate traffic --records 9268034 --out one.log.gz
        generate traffic --records 9268034 --files 2000 --out tree

    A thousand headerless lines of a custom format, as CloudWatch Logs holds them:
        generate traffic --records 1000 --no-header --format "interface-id srcaddr dstaddr action"

    In a clone, "generate" is: cargo run --release --example generate --
"#;

/// Reads the command line, or says what is wrong with it.
pub(crate) fn parse(args: &[String]) -> Result<Request, String> {
    let mut words = args.iter().map(String::as_str).peekable();
    // Options without a subject are about traffic.
    let subject = words.next_if(|word| !word.starts_with("--"));
    match subject {
        None if words.peek().is_none() => Ok(Request::Help),
        Some("help" | "-h") => Ok(Request::Help),
        Some("sample") => sample(words),
        Some("traffic") | None => traffic(words),
        Some(other) => Err(format!("neither `sample` nor `traffic`, see --help: {other}")),
    }
}

fn sample<'a>(mut words: impl Iterator<Item = &'a str>) -> Result<Request, String> {
    let mut seed = super::sample::SEED;
    let mut out = SAMPLE_OUT.to_owned();
    while let Some(name) = words.next() {
        match name {
            "--help" | "-h" => return Ok(Request::Help),
            "--seed" => seed = number(name, words.next())?,
            "--out" => text(name, words.next())?.clone_into(&mut out),
            _ => return Err(format!("no such option for a sample, see --help: {name}")),
        }
    }
    Ok(Request::Sample { seed, out })
}

fn traffic<'a>(mut words: impl Iterator<Item = &'a str>) -> Result<Request, String> {
    let mut options = Options {
        records: 10_000,
        seed: 1,
        format: Format::default_v2(),
        header: true,
        gzip: false,
        files: None,
        interfaces: 200,
        start: 1_791_936_000,
        minutes: 0,
        out: "-".to_owned(),
    };
    let mut tree = None;
    while let Some(name) = words.next() {
        match name {
            "--help" | "-h" => return Ok(Request::Help),
            "--records" => options.records = number(name, words.next())?,
            "--seed" => options.seed = number(name, words.next())?,
            "--format" => options.format = format(text(name, words.next())?)?,
            "--shape" => {
                tree = Some(match text(name, words.next())? {
                    "one" => false,
                    "tree" => true,
                    other => return Err(format!("--shape is one or tree, not {other}")),
                });
            }
            "--files" => options.files = Some(number(name, words.next())?),
            "--gzip" => options.gzip = true,
            "--no-header" => options.header = false,
            "--interfaces" => {
                options.interfaces = u16::try_from(number(name, words.next())?)
                    .ok()
                    .filter(|count| (10..=20_000).contains(count))
                    .ok_or("--interfaces is a number from 10 to 20000")?;
            }
            "--start" => options.start = number(name, words.next())?,
            "--minutes" => options.minutes = number(name, words.next())?,
            "--out" => text(name, words.next())?.clone_into(&mut options.out),
            _ => return Err(format!("no such option for traffic, see --help: {name}")),
        }
    }
    settle(options, tree).map(|options| Request::Traffic(Box::new(options)))
}

/// Fills in the defaults that follow from other options, and refuses what contradicts itself.
fn settle(mut options: Options, tree: Option<bool>) -> Result<Options, String> {
    match tree {
        Some(true) => options.files = Some(options.files.unwrap_or(2000)),
        Some(false) if options.files.is_some() => return Err("--files is for --shape tree".to_owned()),
        _ => {}
    }
    if options.files.is_some() && options.out == "-" {
        return Err("a tree needs a directory: --out PATH".to_owned());
    }
    // A file without records would have no time to be named by.
    options.files = options.files.map(|files| files.clamp(1, options.records.max(1)));
    options.gzip |= std::path::Path::new(&options.out).extension().is_some_and(|ext| ext == "gz");
    if options.minutes == 0 {
        options.minutes = (options.records / 6000).clamp(10, 1440);
    }
    Ok(options)
}

fn format(text: &str) -> Result<Format, String> {
    match text {
        "v2" => Ok(Format::default_v2()),
        "v5" => Ok(Format::all_v5()),
        "tgw" => Ok(Format::default_transit_gateway()),
        list => {
            let names = list.split([' ', ',']).filter(|name| !name.is_empty());
            let format = Format::from_names(names).map_err(|error| format!("--format: {error}"))?;
            let unknown = format.columns().iter().find(|column| matches!(column, Column::Unknown(_)));
            match unknown {
                Some(column) => Err(format!("--format: no such field: {}", column.name())),
                None => Ok(format),
            }
        }
    }
}

fn text<'a>(name: &str, value: Option<&'a str>) -> Result<&'a str, String> {
    value.ok_or_else(|| format!("{name} needs a value"))
}

fn number(name: &str, value: Option<&str>) -> Result<u64, String> {
    let value = text(name, value)?;
    value.replace('_', "").parse().map_err(|_| format!("{name} needs a whole number, not {value}"))
}
