//! Single records: their values by column, what these mean, the conditions that keep or drop them, and which of their columns
//! are on show.

use std::rc::Rc;

use crate::query::exec::SEPARATOR;
use crate::query::plan::Sort;
use crate::record::field::Kind;
use crate::record::{Column, Field, Format, Log, protocol, service, tcp_flags};
use crate::report::csv;
use crate::report::number::{bytes, duration};
use crate::report::view::conditions::{differs, equals};
use crate::report::view::link::{decode, encode};

/// Columns that are on show at first, as far as records have them.
const VPC_COLUMNS: [Field; 13] = [
    Field::Start,
    Field::Action,
    Field::InterfaceId,
    Field::SrcAddr,
    Field::SrcPort,
    Field::DstAddr,
    Field::DstPort,
    Field::Protocol,
    Field::Packets,
    Field::Bytes,
    Field::TcpFlags,
    Field::FlowDirection,
    Field::LogStatus,
];
const GATEWAY_COLUMNS: [Field; 14] = [
    Field::Start,
    Field::TgwAttachmentId,
    Field::TgwPairAttachmentId,
    Field::SrcAddr,
    Field::SrcPort,
    Field::DstAddr,
    Field::DstPort,
    Field::Protocol,
    Field::Packets,
    Field::Bytes,
    Field::PacketsLostNoRoute,
    Field::PacketsLostBlackhole,
    Field::PacketsLostMtuExceeded,
    Field::PacketsLostTtlExpired,
];

/// A record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The names of its columns, in the order of its line.
    pub names: Rc<[String]>,
    values: String,
}

impl Record {
    /// Of values with [`SEPARATOR`] between.
    pub const fn new(names: Rc<[String]>, values: String) -> Self {
        Self { names, values }
    }

    /// Names and values, in the order of the line.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.names.iter().map(String::as_str).zip(self.values.split(SEPARATOR))
    }

    /// The value of a column; nothing if the record's format has no such column.
    pub fn value(&self, column: &str) -> Option<&str> {
        self.iter().find(|(name, _)| *name == column).map(|(_, value)| value)
    }

    /// The record's line.
    pub fn line(&self) -> String {
        self.values.replace(SEPARATOR, " ")
    }

    fn of(&self, field: Field) -> &str {
        self.value(field.name()).unwrap_or("-")
    }

    /// The condition that keeps this record's conversation: both directions of it on its interface. Nothing without both ends.
    pub fn conversation(&self) -> Option<String> {
        let ends = [Field::SrcAddr, Field::DstAddr].map(|field| self.of(field));
        if ends.contains(&"-") {
            return None;
        }
        let ports = [Field::SrcPort, Field::DstPort].map(|field| self.of(field));
        let way = |from: usize, to: usize| {
            let mut all = vec![equals("srcAddr", ends[from]), equals("dstAddr", ends[to])];
            if !ports.contains(&"-") {
                all.extend([format!("srcPort = {}", ports[from]), format!("dstPort = {}", ports[to])]);
            }
            all.join(" and ")
        };
        let mut all = Vec::new();
        for field in [Field::InterfaceId, Field::TgwId, Field::Protocol] {
            all.extend(self.value(field.name()).filter(|it| *it != "-").map(|it| only(field.name(), it)));
        }
        let ways = [way(0, 1), way(1, 0)];
        all.push(if ways[0] == ways[1] {
            ways[0].clone()
        } else {
            format!("(({}) or ({}))", ways[0], ways[1])
        });
        Some(all.join(" and "))
    }
}

/// A column's heading: the name that Logs Insights gives the field.
pub fn heading(column: &str) -> &str {
    Field::from_name(column).map_or(column, |field| field.insights_name())
}

/// The kind of a column's values.
pub fn kind(column: &str) -> Kind {
    Field::from_name(column).map_or(Kind::Text, Field::kind)
}

/// A column's name as it stands in a condition.
fn name(column: &str) -> String {
    let heading = heading(column);
    let is_plain =
        heading.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    if is_plain { heading.to_owned() } else { format!("`{heading}`") }
}

/// The condition that keeps a value.
pub fn only(column: &str, value: &str) -> String {
    condition(column, value, false)
}

/// The condition that drops a value.
pub fn except(column: &str, value: &str) -> String {
    condition(column, value, true)
}

fn condition(column: &str, value: &str, negated: bool) -> String {
    let name = name(column);
    let kind = kind(column);
    match value.parse::<u64>() {
        _ if value == "-" => format!("{}ispresent({name})", if negated { "" } else { "not " }),
        Ok(number) if !matches!(kind, Kind::Text | Kind::Address) => {
            let number = if kind == Kind::Time { secs(number) } else { number };
            format!("{name} {} {number}", if negated { "!=" } else { "=" })
        }
        _ if negated => differs(&name, value),
        _ => equals(&name, value),
    }
}

/// The seconds of a time, which is in milliseconds where tools have rewritten the log.
pub const fn secs(time: u64) -> u64 {
    if time >= 100_000_000_000 { time / 1000 } else { time }
}

/// What a value stands for, where that is more than it says. Source of the paths: AWS, "Flow log records" (VPC user guide).
pub fn explained(column: &str, value: &str) -> Option<String> {
    let number = value.parse::<u64>().ok()?;
    match Field::from_name(column)? {
        Field::SrcPort | Field::DstPort => service::name(number).map(str::to_owned),
        Field::Protocol => protocol::name(number).map(str::to_owned),
        Field::TcpFlags => Some(tcp_flags::names(number)).filter(|names| !names.is_empty()),
        Field::Bytes if number >= 1000 => Some(bytes(number)),
        Field::TrafficPath => Some(
            match number {
                1 => "through another resource in the same VPC, AWS's own included",
                2 => "through an internet gateway or a gateway VPC endpoint",
                3 => "through a virtual private gateway",
                4 => "through an intra-region VPC peering connection",
                5 => "through an inter-region VPC peering connection",
                6 => "to a Local Zone or a Wavelength Zone",
                7 => "through a gateway VPC endpoint",
                8 => "through an internet gateway",
                _ => return None,
            }
            .to_owned(),
        ),
        Field::EncryptionStatus => Some(
            match number {
                0 => "not encrypted",
                1 => "encrypted by Nitro",
                2 => "encrypted by the application",
                3 => "encrypted by both",
                _ => return None,
            }
            .to_owned(),
        ),
        _ => None,
    }
}

/// How long a record's interval is, in words.
pub fn interval(record: &Record) -> Option<String> {
    let time = |field| record.of(field).parse::<u64>().ok().map(secs);
    let (start, end) = (time(Field::Start)?, time(Field::End)?);
    Some(duration(end.checked_sub(start)?))
}

/// The columns of all formats of a log, each once, the documented ones in AWS's order.
pub fn columns(formats: &[Vec<String>], log: Log) -> Vec<String> {
    let mut all: Vec<Column> = Vec::new();
    for names in formats {
        let columns: Vec<Column> = names.iter().map(|name| Column::from_name(name)).collect();
        if Format::from_columns(columns.clone()).log() == log {
            for column in columns {
                if !all.contains(&column) {
                    all.push(column);
                }
            }
        }
    }
    all.sort_by_key(|column| match column {
        Column::Known(field) => field.index(),
        Column::Unknown(_) => usize::MAX,
    });
    all.iter().map(|column| column.name().to_owned()).collect()
}

/// What of the records is on show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// The columns, in order.
    pub columns: Vec<String>,
    /// By which column the records are ordered; without it, the newest are the first.
    pub sort: Option<Sort>,
    /// The log whose records they are.
    pub log: Log,
}

impl Shape {
    /// What is on show at first of records with these columns.
    pub fn of(columns: &[String], log: Log) -> Self {
        let fields: &[Field] = if log == Log::Vpc { &VPC_COLUMNS } else { &GATEWAY_COLUMNS };
        let names = fields.iter().map(|field| field.name().to_owned());
        let shown: Vec<String> = names.filter(|name| columns.contains(name)).collect();
        let columns =
            if shown.is_empty() { columns.iter().take(fields.len()).cloned().collect() } else { shown };
        Self { columns, sort: None, log }
    }

    /// Reads its part of the address (`c=…&s=…&log=tgw`); what is not there is as at first. `log`: the one that has records.
    pub fn parse(part: &str, formats: &[Vec<String>], log: Log) -> Self {
        let value = |wanted: &str| {
            let mut pairs = part.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
        };
        let log = match value("log") {
            Some("tgw") => Log::TransitGateway,
            Some(_) => Log::Vpc,
            None => log,
        };
        let all = columns(formats, log);
        let mut shape = Self::of(&all, log);
        if let Some(names) = value("c") {
            let mut columns: Vec<String> = Vec::new();
            for name in names.split(',').map(decode).filter(|name| !name.is_empty()) {
                let name = Column::from_name(&name).name().to_owned();
                if !columns.contains(&name) {
                    columns.push(name);
                }
            }
            if !columns.is_empty() {
                shape.columns = columns;
            }
        }
        shape.sort = value("s").map(|name| {
            let (name, descending) = name.strip_prefix('-').map_or((name, false), |name| (name, true));
            Sort { column: Column::from_name(&decode(name)).name().to_owned(), descending }
        });
        shape
    }

    /// Its part of the address; empty if all is as at first.
    pub fn part(&self, formats: &[Vec<String>], log: Log) -> String {
        let written = |name: &str| encode(name).replace(',', "%2C");
        let mut parts = Vec::new();
        if self.columns != Self::of(&columns(formats, self.log), self.log).columns {
            let names: Vec<String> = self.columns.iter().map(|name| written(name)).collect();
            parts.push(format!("c={}", names.join(",")));
        }
        if let Some(Sort { column, descending }) = &self.sort {
            parts.push(format!("s={}{}", if *descending { "-" } else { "" }, written(column)));
        }
        if self.log != log {
            parts.push(format!("log={}", if self.log == Log::Vpc { "vpc" } else { "tgw" }));
        }
        parts.join("&")
    }

    /// Orders by a column: first as is of most use, then the other way, then the newest first again.
    #[must_use]
    pub fn sorted_by(&self, column: &str) -> Self {
        let first = !matches!(kind(column), Kind::Text | Kind::Address);
        let is_start = column == Field::Start.name();
        let next = match &self.sort {
            Some(sort) if sort.column == column => (sort.descending == first && !is_start).then_some(!first),
            // The newest are the first already.
            None if is_start => Some(false),
            _ if is_start => None,
            _ => Some(first),
        };
        let sort = next.map(|descending| Sort { column: column.to_owned(), descending });
        Self { sort, ..self.clone() }
    }

    /// The row of headings of a CSV file.
    pub fn csv_head(&self) -> String {
        let mut text = String::new();
        csv::push_row(&mut text, &self.columns.iter().map(|name| heading(name)).collect::<Vec<_>>());
        text
    }

    /// Adds a row to a CSV file, or to what a spreadsheet takes from the clipboard.
    pub fn push_row(&self, text: &mut String, record: &Record, tabs: bool) {
        let values: Vec<&str> = self.columns.iter().map(|name| record.value(name).unwrap_or("")).collect();
        if tabs {
            let values: Vec<String> = values.iter().map(|it| it.replace(char::is_control, " ")).collect();
            text.extend([&values.join("\t"), "\n"]);
        } else {
            // A hyphen alone is no formula.
            for (place, value) in values.iter().enumerate() {
                text.push_str(if place > 0 { "," } else { "" });
                if *value == "-" { text.push('-') } else { csv::push_cell(text, value) }
            }
            text.push_str("\r\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::filter_text;

    fn names(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    fn record(format: &str, line: &str) -> Record {
        Record::new(names(format).into(), line.replace(' ', &SEPARATOR.to_string()))
    }

    const FORMAT: &str =
        "interface-id srcaddr dstaddr srcport dstport protocol bytes start end action my,col";

    #[test]
    fn a_record_gives_its_values() {
        let record =
            record(FORMAT, "eni-1 192.0.2.1 10.0.0.5 50000 443 6 1500 1700000000 1700000060 ACCEPT x");
        assert_eq!((record.value("bytes"), record.value("vpc-id")), (Some("1500"), None));
        assert_eq!(record.line(), "eni-1 192.0.2.1 10.0.0.5 50000 443 6 1500 1700000000 1700000060 ACCEPT x");
        assert_eq!(interval(&record).as_deref(), Some("60 s"));
        let conversation = record.conversation().unwrap_or_default();
        assert_eq!(
            conversation,
            "interfaceId = \"eni-1\" and protocol = 6 and ((srcAddr = \"192.0.2.1\" and dstAddr = \"10.0.0.5\" and \
             srcPort = 50000 and dstPort = 443) or (srcAddr = \"10.0.0.5\" and dstAddr = \"192.0.2.1\" and srcPort = 443 \
             and dstPort = 50000))"
        );
        assert!(filter_text::parse(&conversation).is_ok());
    }

    #[test]
    fn every_value_has_conditions_that_can_be_read() {
        for (column, value, kept, dropped) in [
            ("action", "REJECT", "action = \"REJECT\"", "action != \"REJECT\""),
            ("dstport", "443", "dstPort = 443", "dstPort != 443"),
            ("srcaddr", "-", "not ispresent(srcAddr)", "ispresent(srcAddr)"),
            ("start", "1700000000123", "startTime = 1700000000", "startTime != 1700000000"),
            ("account-id", "123456789012", "accountId = \"123456789012\"", "accountId != \"123456789012\""),
            ("my,col", "a\"b", "`my,col` = \"a\\\"b\"", "`my,col` != \"a\\\"b\""),
        ] {
            assert_eq!((only(column, value), except(column, value)), (kept.to_owned(), dropped.to_owned()));
            assert!(filter_text::parse(kept).is_ok() && filter_text::parse(dropped).is_ok(), "{kept}");
        }
    }

    #[test]
    fn values_are_explained() {
        for (column, value, words) in [
            ("dstport", "443", Some("https")),
            ("protocol", "17", Some("udp")),
            ("tcp-flags", "18", Some("SYN ACK")),
            ("bytes", "1500", Some("1.5 kB")),
            ("traffic-path", "8", Some("through an internet gateway")),
            ("action", "ACCEPT", None),
            ("dstport", "-", None),
        ] {
            assert_eq!(explained(column, value).as_deref(), words, "{column} {value}");
        }
    }

    #[test]
    fn what_is_on_show_survives_its_address() {
        let formats = [names(FORMAT), names("version tgw-id tgw-attachment-id srcaddr start resource-type")];
        let plain = Shape::parse("", &formats, Log::Vpc);
        assert_eq!(plain.columns.first().map(String::as_str), Some("start"));
        assert_eq!(plain.part(&formats, Log::Vpc), "");
        let shape = Shape {
            columns: names("bytes my,col start"),
            sort: Some(Sort { column: "my,col".to_owned(), descending: true }),
            log: Log::Vpc,
        };
        assert_eq!(shape.part(&formats, Log::Vpc), "c=bytes,my%2Ccol,start&s=-my%2Ccol");
        for log in [Log::Vpc, Log::TransitGateway] {
            assert_eq!(Shape::parse(&shape.part(&formats, log), &formats, log), shape);
        }
        assert_eq!(columns(&formats, Log::TransitGateway).len(), 6);
        // Names as Logs Insights has them are as good.
        assert_eq!(Shape::parse("c=srcAddr,srcAddr&s=-bytes", &formats, Log::Vpc).columns, ["srcaddr"]);
    }

    #[test]
    fn a_click_on_a_head_sorts_the_useful_way_first() {
        let sorts = |column: &str| {
            let mut shape = Shape::default();
            let mut seen = Vec::new();
            for _ in 0..3 {
                shape = shape.sorted_by(column);
                seen.push(shape.sort.as_ref().map(|sort| sort.descending));
            }
            seen
        };
        assert_eq!(sorts("bytes"), [Some(true), Some(false), None]);
        assert_eq!(sorts("srcaddr"), [Some(false), Some(true), None]);
        assert_eq!(sorts("start"), [Some(false), None, Some(false)]);
    }

    #[test]
    fn rows_to_take_along() {
        let shape = Shape { columns: names("action my,col bytes vpc-id"), ..Shape::default() };
        let record = record("action my,col bytes", "ACCEPT =1 -");
        let mut text = shape.csv_head();
        shape.push_row(&mut text, &record, false);
        assert_eq!(text, "action,\"my,col\",bytes,vpcId\r\nACCEPT,'=1,-,\r\n");
        let mut text = String::new();
        shape.push_row(&mut text, &record, true);
        assert_eq!(text, "ACCEPT\t=1\t-\t\n");
    }
}
