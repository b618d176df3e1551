//! Small logs, written record by record, and the findings they give.

#![allow(dead_code)] // not every test file uses all of it

use flowlens::diagnose::Finding;
use flowlens::engine::local;

pub(crate) const V2: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status";
/// A time to count from.
pub(crate) const T: u64 = 1_760_000_000;

/// One record, with the names and values that are not the usual ones.
#[derive(Clone, Debug)]
pub(crate) struct Record(Vec<(&'static str, String)>);

/// A TCP record of `eni` from one end to the other, such as `10.0.0.1:443`; ends without a port are ICMP's.
pub(crate) fn record(eni: &str, from: &str, to: &str, packets: u64, start: u64, action: &str) -> Record {
    let end = |text: &str| match text.rsplit_once(':') {
        Some((address, port)) if !address.contains(':') || address.starts_with('[') => {
            (address.trim_matches(['[', ']']).to_owned(), port.to_owned())
        }
        _ => (text.to_owned(), "0".to_owned()),
    };
    let ((source, source_port), (destination, destination_port)) = (end(from), end(to));
    let protocol = match (source_port.as_str(), source.contains(':')) {
        ("0", false) => "1",
        ("0", true) => "58",
        _ => "6",
    };
    Record(vec![
        ("version", "2".to_owned()),
        ("account-id", "123456789012".to_owned()),
        ("interface-id", eni.to_owned()),
        ("srcaddr", source.clone()),
        ("dstaddr", destination.clone()),
        ("pkt-srcaddr", source),
        ("pkt-dstaddr", destination),
        ("srcport", source_port),
        ("dstport", destination_port),
        ("protocol", protocol.to_owned()),
        ("packets", packets.to_string()),
        ("bytes", (packets * 60).to_string()),
        ("start", (T + start).to_string()),
        ("end", (T + start + 30).to_string()),
        ("action", action.to_owned()),
        ("log-status", "OK".to_owned()),
    ])
}

impl Record {
    /// The same with another value.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.0.retain(|(other, _)| *other != name);
        self.0.push((name, value.to_string()));
        self
    }

    /// The same with TCP flags: SYN 2, SYN-ACK 18.
    #[must_use]
    pub(crate) fn flags(self, flags: u64) -> Self {
        self.with("tcp-flags", flags)
    }

    /// The same over UDP.
    #[must_use]
    pub(crate) fn udp(self) -> Self {
        self.with("protocol", 17)
    }

    fn line(&self, format: &str) -> String {
        let value =
            |name| self.0.iter().find(|(other, _)| *other == name).map_or("-", |(_, value)| value.as_str());
        format.split(' ').map(value).collect::<Vec<_>>().join(" ")
    }
}

/// A file with its header line.
pub(crate) fn file(format: &str, records: &[Record]) -> String {
    let lines = records.iter().map(|record| record.line(format));
    std::iter::once(format.to_owned()).chain(lines).fold(String::new(), |text, line| text + &line + "\n")
}

/// The findings of files, the first in the first shard and so on.
pub(crate) fn findings_of(files: &[String], shards: usize) -> Vec<Finding> {
    let names: Vec<String> = (0..files.len()).map(|at| format!("{at}.log")).collect();
    let files = names.iter().zip(files).map(|(name, text)| (name.as_str(), text.as_bytes()));
    local::report(&local::read(files, shards, 4096)).findings
}

/// The findings of one file.
pub(crate) fn findings(format: &str, records: &[Record]) -> Vec<Finding> {
    findings_of(&[file(format, records)], 1)
}

/// Another peer of `own`, so that the interface's own address is known.
pub(crate) fn other_peer(eni: &str, own: &str) -> Vec<Record> {
    vec![
        record(eni, "10.250.0.9:40000", &format!("{own}:8080"), 12, 0, "ACCEPT").with("bytes", 9000).flags(2),
        record(eni, &format!("{own}:8080"), "10.250.0.9:40000", 12, 0, "ACCEPT")
            .with("bytes", 9000)
            .flags(18),
        record(eni, "10.250.0.9:40000", &format!("{own}:8080"), 12, 4000, "ACCEPT")
            .with("bytes", 9000)
            .flags(0),
        record(eni, &format!("{own}:8080"), "10.250.0.9:40000", 12, 4000, "ACCEPT")
            .with("bytes", 9000)
            .flags(0),
    ]
}

/// Kind, component, certainty, direction and port of each finding.
pub(crate) fn summary(findings: &[Finding]) -> Vec<String> {
    let name = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    findings
        .iter()
        .map(|finding| {
            let cause = &finding.cause;
            format!(
                "{} {} {} {}",
                finding.kind.name(),
                name(serde_json::to_value(cause.component).unwrap_or_default()),
                name(serde_json::to_value(cause.certainty).unwrap_or_default()),
                finding.port.map_or_else(|| "-".to_owned(), |port| port.to_string()),
            )
        })
        .collect()
}
