//! What the path of a file tells.
//!
//! Source: AWS, "Flow log files" (VPC user guide): `AWSLogs/<account>/vpcflowlogs/<region>/<year>/<month>/<day>/`,
//! or with names (`aws-account-id=...`, `year=...`, as Hive writes partitions), and the file's own name
//! `<account>_vpcflowlogs_<region>_<flow log>_<YYYYMMDD>T<hhmm>Z_<hash>.log.gz`.

use super::outcome::Origin;

/// What the path of a file tells, if AWS named it.
pub(super) fn origin(path: &str) -> Origin {
    let mut origin = Origin::default();
    let segments: Vec<&str> = path.split(['/', '\\']).filter(|segment| !segment.is_empty()).collect();
    let Some((&name, folders)) = segments.split_last() else { return origin };
    of_folders(folders, &mut origin);
    of_name(name, &mut origin);
    origin
}

fn of_folders(folders: &[&str], origin: &mut Origin) {
    let mut date = [None; 3];
    for (at, folder) in folders.iter().enumerate() {
        if let Some((key, value)) = folder.split_once('=') {
            match key {
                "aws-account-id" | "account-id" | "account" => origin.account = Some(value.to_owned()),
                "aws-region" | "region" => origin.region = Some(value.to_owned()),
                "year" => date[0] = number(value, 4),
                "month" => date[1] = number(value, 2),
                "day" => date[2] = number(value, 2),
                "hour" => origin.hour = number(value, 2).map(|hour| hour as u8),
                _ => {}
            }
        } else if *folder == "vpcflowlogs" {
            let before = at.checked_sub(1).and_then(|at| folders.get(at));
            origin.account = before.filter(|name| is_account(name)).map(|&name| name.to_owned());
            let rest = folders.get(at + 1..).unwrap_or_default();
            origin.region = rest.first().filter(|name| is_region(name)).map(|&name| name.to_owned());
            for (place, digits) in [(0, 4), (1, 2), (2, 2)] {
                date[place] = rest.get(place + 1).and_then(|text| number(text, digits));
            }
            origin.hour = rest.get(4).and_then(|text| number(text, 2)).map(|hour| hour as u8);
        }
    }
    if let [Some(year), Some(month), Some(day)] = date {
        origin.day = Some(self::day(year, month, day));
    }
}

fn day(year: u32, month: u32, day: u32) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

fn of_name(name: &str, origin: &mut Origin) {
    let parts: Vec<&str> = name.split('_').collect();
    let [account, "vpcflowlogs", region, flow_log, time, ..] = parts[..] else { return };
    if !is_account(account) || !is_region(region) {
        return;
    }
    origin.account = Some(account.to_owned());
    origin.region = Some(region.to_owned());
    origin.flow_log = Some(flow_log.to_owned());
    let Some((date, clock)) = time.split_once('T') else { return };
    if let Some(date) = number(date, 8) {
        origin.day = Some(day(date / 10_000, date / 100 % 100, date % 100));
        origin.hour = clock.get(..2).and_then(|hour| number(hour, 2)).map(|hour| hour as u8);
    }
}

/// A number of so many digits.
fn number(text: &str, digits: usize) -> Option<u32> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `eu-west-3`, `us-gov-east-1`.
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.len() >= 3
        && parts.first().is_some_and(|part| part.len() == 2)
        && parts.last().is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit()) && !part.is_empty())
}

/// Companions of log files in folders and buckets: what they are, by names that tools give and people do not.
pub(super) fn companion(path: &str) -> Option<&'static str> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let ends = |suffix: &str| name.len() > suffix.len() && name.ends_with(suffix);
    if matches!(name, ".DS_Store" | "Thumbs.db" | "desktop.ini") || name.starts_with("._") {
        return Some("a file of the operating system");
    }
    if name.starts_with("_SUCCESS")
        || name.starts_with("_committed_")
        || name.starts_with("_started_")
        || ends(".crc")
        || ends("_$folder$")
        || path.split('/').any(|folder| matches!(folder, "_temporary" | "_spark_metadata" | "_delta_log"))
    {
        return Some("a marker that Hive or Spark keeps beside its files");
    }
    if ends(".csv.metadata") || ends(".txt.metadata") {
        return Some("the metadata of an Athena result");
    }
    if matches!(name, "manifest" | "manifest.json" | "manifest.checksum" | "manifest.csv" | "_manifest")
        || ends("-manifest.csv")
        || ends(".manifest")
    {
        return Some("a manifest, a list of files");
    }
    None
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
