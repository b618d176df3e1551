//! What someone says of the table and of where to run: as it stands in the page's address, and as what is printed needs it.

use super::Setup;
use crate::engine::messages::{Origins, Told};
use crate::ingest::guess;
use crate::ingest::layout;
use crate::query::athena;
use crate::query::ddl::Table;
use crate::record::{Field, Format, Layout, Mark, time};
use crate::report::view::link::{decode, encode};

/// The ways in which AWS lays files, and one in which they lie without folders that tell anything: name and folders.
pub const LAYOUTS: [(&str, &str, &str); 5] = [
    ("day", "by day", "AWSLogs/${account}/vpcflowlogs/${region}/${day}"),
    ("hour", "by hour", "AWSLogs/${account}/vpcflowlogs/${region}/${day}/${hour}"),
    (
        "hive",
        "by day, Hive-compatible",
        "AWSLogs/aws-account-id=${account}/aws-service=vpcflowlogs/aws-region=${region}/year=${year}/month=${month}/day=${day}",
    ),
    (
        "hive-hour",
        "by hour, Hive-compatible",
        "AWSLogs/aws-account-id=${account}/aws-service=vpcflowlogs/aws-region=${region}/year=${year}/month=${month}/day=${day}/hour=${hour}",
    ),
    ("flat", "other folders: all files under the path are read", ""),
];

/// What was chosen and typed; what is empty is as the loaded files have it, or as AWS has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Each as it stands in the address, in the order of [`NAMES`].
    values: [String; NAMES.len()],
}

/// What there is to choose and to type, by the names in the address.
const NAMES: [&str; 11] = [
    "bucket",
    "db",
    "table",
    "first",
    "last",
    "region",
    "workgroup",
    "format",
    "parquet",
    "layout",
    "accounts",
];

impl Settings {
    /// Reads the page's part of an address.
    pub fn of(hash: &str) -> Self {
        let mut settings = Self::default();
        for (name, value) in hash.split('&').filter_map(|pair| pair.split_once('=')) {
            settings.set(name, &decode(value));
        }
        settings
    }

    /// The page's part of an address.
    pub fn hash(&self) -> String {
        let pairs = NAMES.iter().zip(&self.values).filter(|(_, value)| !value.is_empty());
        pairs.map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
    }

    /// A value as it was typed.
    pub fn get(&self, name: &str) -> &str {
        let place = NAMES.iter().position(|other| *other == name);
        place.and_then(|place| self.values.get(place)).map_or("", String::as_str)
    }

    /// Types a value.
    pub fn set(&mut self, name: &str, value: &str) {
        let place = NAMES.iter().position(|other| *other == name);
        if let Some(place) = place.and_then(|place| self.values.get_mut(place)) {
            value.trim().clone_into(place);
        }
    }
}

/// What is printed for, with all that was left open taken from the files that are loaded.
#[derive(Clone, Debug)]
pub struct Chosen {
    format: Format,
    parquet: bool,
    layout: Layout,
    bucket: String,
    accounts: Vec<String>,
    regions: Vec<String>,
    database: String,
    table: String,
    days: Option<(u32, u32)>,
    workgroup: String,
    first_day: String,
    /// What is wrong with what was typed, by its name.
    pub wrong: Vec<(&'static str, String)>,
    /// What must be typed before queries can be run, by its name.
    pub missing: Vec<&'static str>,
}

impl Chosen {
    /// `now`: Unix seconds.
    pub fn new(settings: &Settings, told: &Told, now: u64) -> Self {
        let mut wrong = Vec::new();
        let origins = told.origins.first().cloned().unwrap_or_default();
        let (format, origins) = format(settings, told, origins, &mut wrong);
        let parquet = match settings.get("parquet") {
            "" => origins.parquet,
            chosen => chosen == "1",
        };
        let folders =
            LAYOUTS.iter().find(|(name, ..)| *name == settings.get("layout")).map(|(.., folders)| *folders);
        let layout = match folders {
            Some(folders) => Layout { folders: folders.to_owned() },
            None => layout(&origins.name).unwrap_or_else(Layout::plain),
        };
        let bucket = settings.get("bucket").trim_start_matches("s3://").trim_matches('/');
        if bucket.contains(|c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '\\' | '$')) {
            wrong.push(("bucket", "A path in S3, such as s3://amzn-s3-demo-bucket/prefix".to_owned()));
        }
        let mut word = |name: &'static str, other: &str, and: &str| {
            let typed = settings.get(name);
            if typed.is_empty() {
                return other.to_owned();
            }
            if !typed.chars().all(|c| c.is_ascii_alphanumeric() || and.contains(c)) {
                wrong.push((
                    name,
                    format!("Letters, digits and {}", if and.len() > 1 { "- . _" } else { "_" }),
                ));
                return other.to_owned();
            }
            typed.to_owned()
        };
        let database = word("db", "flowlens", "_").to_lowercase();
        let table = word("table", athena::table(format.log()), "_").to_lowercase();
        let workgroup = word("workgroup", "", "-._");
        let list = |typed: &str| -> Vec<String> {
            let parts =
                typed.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect()
        };
        let or = |typed: Vec<String>, loaded: Vec<String>| if typed.is_empty() { loaded } else { typed };
        let accounts = or(list(settings.get("accounts")), origins.accounts);
        let regions = or(list(settings.get("region")), origins.regions);
        if accounts
            .iter()
            .any(|account| account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()))
        {
            wrong.push(("accounts", "Account IDs have 12 digits".to_owned()));
        }
        let mut missing = Vec::new();
        for (name, is_missing) in [
            ("bucket", bucket.is_empty()),
            ("accounts", layout.has("account") && accounts.is_empty()),
            ("region", regions.is_empty()),
        ] {
            missing.extend(is_missing.then_some(name));
        }
        let days = days(settings, told, now, &mut wrong);
        let first_year = days.map_or_else(|| time::date(now), |(first, _)| day_text(first));
        Self {
            parquet,
            layout,
            bucket: if bucket.is_empty() { "amzn-s3-demo-bucket".to_owned() } else { bucket.to_owned() },
            accounts,
            regions,
            database,
            table,
            days,
            workgroup,
            // The table outlives these days: earlier ones of the same year can be asked for too.
            first_day: format!("{}-01-01", first_year.get(..4).unwrap_or("2020")),
            format,
            wrong,
            missing,
        }
    }

    /// Whether queries can be run so.
    pub fn is_whole(&self) -> bool {
        self.wrong.is_empty() && self.missing.is_empty()
    }

    /// What is printed.
    pub fn setup(&self) -> Setup<'_> {
        let table = Table {
            name: &self.table,
            format: &self.format,
            parquet: self.parquet,
            layout: &self.layout,
            bucket: &self.bucket,
            accounts: &self.accounts,
            regions: &self.regions,
            first_day: &self.first_day,
        };
        let region = self.regions.first().map_or("", String::as_str);
        Setup { table, database: &self.database, days: self.days, region, workgroup: &self.workgroup }
    }

    /// The value that is in force where none was typed.
    pub fn value(&self, name: &str) -> String {
        let day = |of: fn((u32, u32)) -> u32| self.days.map(|days| day_text(of(days))).unwrap_or_default();
        match name {
            "bucket" => format!("s3://{}", self.bucket),
            "region" if self.regions.is_empty() => "us-east-1".to_owned(),
            "accounts" if self.accounts.is_empty() => "123456789012".to_owned(),
            "db" => self.database.clone(),
            "table" => self.table.clone(),
            "first" => day(|days| days.0),
            "last" => day(|days| days.1),
            "region" => self.regions.join(", "),
            "workgroup" if self.workgroup.is_empty() => "primary".to_owned(),
            "workgroup" => self.workgroup.clone(),
            "format" => self.format.header(),
            "parquet" => u8::from(self.parquet).to_string(),
            "layout" => LAYOUTS
                .iter()
                .find(|(.., folders)| *folders == self.layout.folders)
                .map_or("", |(name, ..)| name)
                .to_owned(),
            "accounts" => self.accounts.join(", "),
            _ => String::new(),
        }
    }

    /// The folders below the path.
    pub fn folders(&self) -> &str {
        &self.layout.folders
    }
}

/// The format, and where files of it are from.
fn format(
    settings: &Settings,
    told: &Told,
    first: Origins,
    wrong: &mut Vec<(&'static str, String)>,
) -> (Format, Origins) {
    let of_names = |names: &[String]| Format::from_names(names.iter().map(String::as_str)).ok();
    let typed = settings.get("format");
    if !typed.is_empty() {
        match guess::parse(typed) {
            Ok((format, _)) => {
                let same =
                    told.origins.iter().find(|origins| of_names(&origins.fields).as_ref() == Some(&format));
                return (format, same.cloned().unwrap_or_default());
            }
            Err(error) => wrong.push(("format", error.to_string())),
        }
    }
    // Results say which fields their table has, but not in which order.
    if let Some(athena) = &told.athena {
        let fields: Vec<Field> = athena.fields.iter().filter_map(|name| Field::from_name(name)).collect();
        let bits = Mark::bits(fields.iter().copied());
        let has_same = |format: &Format| super::mark(format, None).fields == bits;
        let loaded =
            told.origins.iter().find(|origins| of_names(&origins.fields).is_some_and(|it| has_same(&it)));
        if let Some(origins) = loaded {
            return (of_names(&origins.fields).unwrap_or_else(Format::default_v2), origins.clone());
        }
        let known = [Format::default_v2(), Format::default_transit_gateway(), Format::all_v5()]
            .into_iter()
            .find(has_same);
        return (known.unwrap_or_else(|| Format::of(fields)), Origins::default());
    }
    match of_names(&first.fields) {
        Some(format) => (format, first),
        None => (Format::default_v2(), Origins::default()),
    }
}

/// The days: those that were typed, of the results that are loaded, of the records that are, or the week until yesterday.
fn days(
    settings: &Settings,
    told: &Told,
    now: u64,
    wrong: &mut Vec<(&'static str, String)>,
) -> Option<(u32, u32)> {
    let totals = &told.totals;
    let of_time = |secs: u64| day_number(&time::date(secs));
    let yesterday = now.saturating_sub(86_400);
    let athena = told.athena.as_ref();
    let known = |day: Option<&String>, records: Option<u64>, else_: u64| {
        day.and_then(|day| day_number(day)).or_else(|| of_time(records.unwrap_or(else_)))
    };
    let first_record = totals.first.or(totals.transit_gateway.first);
    let last_record = totals.last.or(totals.transit_gateway.last);
    let first = known(
        athena.and_then(|it| it.first_day.as_ref()),
        first_record,
        yesterday.saturating_sub(6 * 86_400),
    );
    let last = known(athena.and_then(|it| it.last_day.as_ref()), last_record, yesterday);
    let typed = |name: &str| day_number(settings.get(name));
    let (first, last) = (typed("first").or(first)?, typed("last").or(last)?);
    if first > last {
        wrong.push(("last", "Not before the first day".to_owned()));
        return Some((first, first));
    }
    Some((first, last))
}

/// `20261124` out of `2026-11-24`.
fn day_number(text: &str) -> Option<u32> {
    let day = text.replace('-', "").parse().ok()?;
    time::of_day(day).map(|_| day)
}

/// `2026-11-24` out of `20261124`.
fn day_text(day: u32) -> String {
    format!("{:04}-{:02}-{:02}", day / 10_000, day / 100 % 100, day % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::model::{FromAthena, Totals};

    const NOW: u64 = 1_795_521_600;

    #[test]
    fn settings_are_what_they_were_in_the_address() {
        let mut settings = Settings::default();
        assert_eq!(settings.hash(), "");
        settings.set("bucket", " s3://amzn-s3-demo-bucket/a&b=c ");
        settings.set("first", "2026-11-01");
        settings.set("nothing", "x");
        assert_eq!(Settings::of(&settings.hash()), settings);
        assert_eq!(settings.get("bucket"), "s3://amzn-s3-demo-bucket/a&b=c");
    }

    #[test]
    fn without_files_it_is_the_default_format_and_the_week_until_yesterday() {
        let chosen = Chosen::new(&Settings::default(), &Told::default(), NOW);
        assert!(chosen.wrong.is_empty());
        assert_eq!(chosen.missing, ["bucket", "accounts", "region"]);
        assert_eq!([chosen.value("first"), chosen.value("last")], ["2026-11-17", "2026-11-23"]);
        let setup = chosen.setup();
        assert_eq!(*setup.table.format, Format::default_v2());
        assert!(
            setup.create_table().starts_with("CREATE EXTERNAL TABLE IF NOT EXISTS flowlens.vpc_flow_logs (")
        );
        assert!(setup.create_table().contains("'projection.day.range' = '2026/01/01,NOW'"));
    }

    #[test]
    fn files_tell_format_folders_and_days() {
        let origins = Origins {
            fields: ["srcaddr", "dstaddr", "interface-id"].map(str::to_owned).to_vec(),
            parquet: true,
            name: "AWSLogs/111122223333/vpcflowlogs/eu-west-1/2026/11/02/07/x.parquet".to_owned(),
            accounts: vec!["111122223333".to_owned()],
            regions: vec!["eu-west-1".to_owned()],
        };
        let totals = Totals { first: Some(1_793_577_600), last: Some(1_793_664_000), ..Totals::default() };
        let told = Told { origins: vec![origins], totals, ..Told::default() };
        let chosen = Chosen::new(&Settings::default(), &told, NOW);
        let values = ["first", "last", "region", "accounts", "layout", "parquet", "format"]
            .map(|name| chosen.value(name));
        assert_eq!(
            values,
            [
                "2026-11-02",
                "2026-11-03",
                "eu-west-1",
                "111122223333",
                "hour",
                "1",
                "srcaddr dstaddr interface-id"
            ]
        );
        // Results that are loaded say of what table and which days they are.
        let athena = FromAthena {
            fields: vec!["srcaddr".to_owned(), "start".to_owned()],
            first_day: Some("2026-10-01".to_owned()),
            last_day: Some("2026-10-09".to_owned()),
            ..FromAthena::default()
        };
        let chosen = Chosen::new(&Settings::default(), &Told { athena: Some(athena), ..told }, NOW);
        assert_eq!(
            ["first", "last", "format"].map(|name| chosen.value(name)),
            ["2026-10-01", "2026-10-09", "srcaddr start"]
        );
    }

    #[test]
    fn what_cannot_be_a_name_is_said_and_not_printed() {
        let hash = "db=a%3Bb&workgroup=a%20b&bucket=it%27s&first=2026-11-09&last=2026-11-01&format=a%20b&region=eu-west-1";
        let chosen = Chosen::new(&Settings::of(hash), &Told::default(), NOW);
        let wrong: Vec<&str> = chosen.wrong.iter().map(|(name, _)| *name).collect();
        assert_eq!(wrong, ["format", "bucket", "db", "workgroup", "last"]);
        let script = chosen.setup().script(&[]);
        assert!(script.contains("database=flowlens\n") && script.contains(":-eu-west-1}"), "{script}");
    }
}
