//! What the path of a file tells.
//!
//! Source: AWS, "Flow log files" (VPC user guide): `AWSLogs/<account>/vpcflowlogs/<region>/<year>/<month>/<day>/`,
//! or with names (`aws-account-id=...`, `year=...`, as Hive writes partitions), and the file's own name
//! `<account>_vpcflowlogs_<region>_<flow log>_<YYYYMMDD>T<hhmm>Z_<hash>.log.gz`.

use super::outcome::Origin;
use super::token::is_region;
use crate::record::Layout;

/// What the path of a file tells, if AWS named it.
pub(super) fn origin(path: &str) -> Origin {
    let mut origin = Origin::default();
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    if let Some((name, folders)) = segments.split_last() {
        of_folders(folders, &mut origin);
        of_name(name, &mut origin);
    }
    origin
}

fn of_folders(folders: &[&str], origin: &mut Origin) {
    let mut date = [0; 3];
    for (at, folder) in folders.iter().enumerate() {
        if let Some((key, value)) = folder.split_once('=') {
            match key {
                "aws-account-id" | "account-id" | "account" => keep(&mut origin.account, value),
                "aws-region" | "region" => keep(&mut origin.region, value),
                "year" => date[0] = number(value),
                "month" => date[1] = number(value),
                "day" => date[2] = number(value),
                "hour" => origin.hour = hour(value),
                _ => {}
            }
        } else if *folder == "vpcflowlogs" {
            let near = |step: usize| folders.get(at + step).copied().unwrap_or_default();
            let account = folders.get(at.wrapping_sub(1)).copied().unwrap_or_default();
            if is_account(account) {
                keep(&mut origin.account, account);
            }
            if is_region(near(1)) {
                keep(&mut origin.region, near(1));
            }
            date = [number(near(2)), number(near(3)), number(near(4))];
            origin.hour = hour(near(5));
        }
    }
    origin.day = day(date);
}

/// How files lie in their bucket, if the path leads through AWS's own folders down to those of a day.
pub fn layout(path: &str) -> Option<Layout> {
    let folders: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let folders = folders.get(..folders.len().saturating_sub(1))?;
    let begin = folders.iter().position(|folder| *folder == "AWSLogs")?;
    let service = folders.iter().position(|folder| *folder == "vpcflowlogs");
    let mut parts: Vec<String> = Vec::new();
    for (at, folder) in folders.iter().enumerate().skip(begin) {
        let part = match (folder.split_once('='), service) {
            (Some((key, _)), _) => match key {
                "aws-account-id" | "account-id" | "account" => format!("{key}=${{account}}"),
                "aws-region" | "region" => format!("{key}=${{region}}"),
                "year" | "month" | "day" | "hour" => format!("{key}=${{{key}}}"),
                _ => (*folder).to_owned(),
            },
            (None, Some(service)) => match at.checked_sub(service) {
                None if is_account(folder) && at + 1 == service => "${account}".to_owned(),
                Some(1) => "${region}".to_owned(),
                Some(2) => "${day}".to_owned(),
                Some(3 | 4) => continue,
                Some(5) if hour(folder).is_some() => "${hour}".to_owned(),
                _ => (*folder).to_owned(),
            },
            (None, None) => (*folder).to_owned(),
        };
        parts.push(part);
    }
    let layout = Layout { folders: parts.join("/") };
    let mut told = Origin::default();
    of_folders(folders, &mut told);
    (told.day.is_some() && layout.has("day")).then_some(layout)
}

fn of_name(name: &str, origin: &mut Origin) {
    let mut parts = name.split('_');
    let mut next = || parts.next().unwrap_or_default();
    let (account, service, region, flow_log, time) = (next(), next(), next(), next(), next());
    if service != "vpcflowlogs" || !is_account(account) || !is_region(region) {
        return;
    }
    keep(&mut origin.account, account);
    keep(&mut origin.region, region);
    keep(&mut origin.flow_log, flow_log);
    if let Some((date, clock)) = time.split_once('T') {
        let date = number(date);
        origin.day = day([date / 10_000, date / 100 % 100, date % 100]);
        origin.hour = hour(clock.get(..2).unwrap_or_default());
    }
}

#[inline(never)] // eight times in line it would be most of this module
fn keep(fact: &mut Option<String>, text: &str) {
    *fact = Some(text.to_owned());
}

/// `2026-11-24`, if the numbers are a year, a month and a day.
fn day([year, month, day]: [u32; 3]) -> Option<String> {
    let fits = (2000..10_000).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    fits.then(|| format!("{year}-{month:02}-{day:02}"))
}

fn hour(text: &str) -> Option<u8> {
    text.parse().ok().filter(|&hour| hour < 24)
}

/// A number, 0 for anything else.
fn number(text: &str) -> u32 {
    text.parse().unwrap_or_default()
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a path leads through folders of this name, which may be several of them: `aws/vpc/flow-logs`.
pub(super) fn has_folder(path: &str, folders: &str) -> bool {
    format!("/{path}").contains(&format!("/{folders}/"))
}

const SYSTEM: &str = "a file of the operating system";
const MARKER: &str = "a marker that Hive or Spark keeps beside its files";
const METADATA: &str = "the metadata of an Athena result";
const MANIFEST: &str = "a manifest, a list of files";

/// Companions of log files in folders and buckets: how their names begin and end, and what they are. A name that
/// is given whole has no end.
const COMPANIONS: &[(&str, Option<&str>, &str)] = &[
    (".DS_Store", None, SYSTEM),
    ("Thumbs.db", None, SYSTEM),
    ("desktop.ini", None, SYSTEM),
    ("._", Some(""), SYSTEM),
    ("_SUCCESS", Some(""), MARKER),
    ("_committed_", Some(""), MARKER),
    ("_started_", Some(""), MARKER),
    ("", Some(".crc"), MARKER),
    ("", Some("_$folder$"), MARKER),
    ("", Some(".csv.metadata"), METADATA),
    ("", Some(".txt.metadata"), METADATA),
    ("manifest", None, MANIFEST),
    ("manifest.json", None, MANIFEST),
    ("manifest.checksum", None, MANIFEST),
    ("manifest.csv", None, MANIFEST),
    ("", Some("-manifest.csv"), MANIFEST),
    ("", Some(".manifest"), MANIFEST),
];

/// What a file is by a name that tools give and people do not.
pub(super) fn companion(path: &str) -> Option<&'static str> {
    let mut folders = path.split('/').rev();
    let name = folders.next().unwrap_or_default();
    let by_name = COMPANIONS.iter().find(|(begin, end, _)| match end {
        None => name == *begin,
        Some(end) => name.len() > end.len() && name.starts_with(begin) && name.ends_with(end),
    });
    by_name
        .map(|&(.., what)| what)
        .or_else(|| folders.any(|folder| folder == "_temporary" || folder == "_delta_log").then_some(MARKER))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str) -> [String; 5] {
        let Origin { account, region, flow_log, day, hour } = origin(path);
        [account, region, flow_log, day, hour.map(|hour| hour.to_string())].map(Option::unwrap_or_default)
    }

    #[test]
    fn every_layout_of_keys_tells_its_origin() {
        for (path, expected) in [
            (
                "AWSLogs/123456789012/vpcflowlogs/us-east-1/2018/06/20/123456789012_vpcflowlogs_us-east-1_fl-1234abcd_20180620T1620Z_fe123456.log.gz",
                ["123456789012", "us-east-1", "fl-1234abcd", "2018-06-20", "16"],
            ),
            (
                "b//o-abc/AWSLogs/o-abc/123456789012/vpcflowlogs/us-gov-east-1/2018/06/20/07/x.log",
                ["123456789012", "us-gov-east-1", "", "2018-06-20", "7"],
            ),
            (
                "p/AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=eu-west-3/year=2022/month=08/day=31/hour=12/f.gz",
                ["123456789012", "eu-west-3", "", "2022-08-31", "12"],
            ),
            ("vpcflowlogs/eu-west-3", ["", "", "", "", ""]),
            ("my_vpcflowlogs_notes_2022_x.txt", ["", "", "", "", ""]),
            ("", ["", "", "", "", ""]),
        ] {
            assert_eq!(told(path), expected.map(str::to_owned), "{path}");
        }
    }

    #[test]
    fn layouts_keep_the_folders_that_do_not_change() {
        for (path, expected) in [
            ("AWSLogs/123456789012/vpcflowlogs/us-east-1/2018/06/20/x.log.gz", Some(Layout::plain().folders)),
            (
                "b//o-abc/AWSLogs/o-abc/123456789012/vpcflowlogs/us-gov-east-1/2018/06/20/07/x.log",
                Some("AWSLogs/o-abc/${account}/vpcflowlogs/${region}/${day}/${hour}".to_owned()),
            ),
            (
                "p/AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=eu-west-3/year=2022/month=08/day=31/hour=12/f.gz",
                Some("AWSLogs/aws-account-id=${account}/aws-service=vpcflowlogs/aws-region=${region}/year=${year}/month=${month}/day=${day}/hour=${hour}".to_owned()),
            ),
            ("vpcflowlogs/eu-west-3/x", None),
            ("AWSLogs/123456789012/vpcflowlogs/us-east-1/x.log", None),
            ("", None),
        ] {
            assert_eq!(layout(path).map(|layout| layout.folders), expected, "{path}");
        }
    }

    #[test]
    fn companions_are_known_by_name() {
        for name in
            ["a/_SUCCESS", ".part-0.crc", "x/1f.csv.metadata", "y_$folder$", "manifest.json", "b/.DS_Store"]
        {
            assert!(companion(name).is_some(), "{name}");
        }
        for name in ["flow.log", "success.gz", "manifest-of-flows.log.gz", ""] {
            assert!(companion(name).is_none(), "{name}");
        }
    }
}
