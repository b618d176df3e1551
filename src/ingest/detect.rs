//! What a file is, by its first bytes: never by its name.

use crate::record::{Field, Format, format::FormatError};

/// How much of a file's text is looked at.
pub(super) const HEAD: usize = 16 * 1024;

/// What the head of a file's text shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Lines of flow records under a header line.
    WithHeader,
    /// Lines of the default format.
    DefaultFormat,
    /// No line but blank ones and comments.
    Empty,
    /// Something that is not read: what it looks like, and what to do.
    Other(String),
}

/// Looks at the first text of a file. The last line may be cut.
pub fn shape_of(head: &[u8]) -> Shape {
    if let Some(what) = by_magic(head) {
        return Shape::Other(what);
    }
    let mut lines = lines_of(head).filter(|line| !line.is_empty() && line[0] != b'#');
    let Some(first) = lines.next() else { return Shape::Empty };
    let text = String::from_utf8_lossy(first);
    if let Some(what) = by_first_line(&text) {
        return Shape::Other(what);
    }
    if is_header(first) {
        return header_shape(&text);
    }
    if std::iter::once(first).chain(lines).take(50).any(is_default_line) {
        return Shape::DefaultFormat;
    }
    Shape::Other(by_tokens(&text))
}

/// The format of the first header line, if the first line is one.
pub fn first_format(head: &[u8]) -> Option<Format> {
    let first = lines_of(head).find(|line| !line.is_empty() && line[0] != b'#')?;
    let text = std::str::from_utf8(first).ok()?;
    Format::from_names(text.split_ascii_whitespace()).ok()
}

/// Lines without their ends and without blanks around them.
fn lines_of(head: &[u8]) -> impl Iterator<Item = &[u8]> {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii)
}

/// Whether a line names fields rather than holding values: at least half of its words are field names.
pub(super) fn is_header(line: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(line) else { return false };
    let (mut known, mut words) = (0, 0);
    for word in text.split_ascii_whitespace() {
        // Values of records: numbers, addresses, `-`.
        if words == 0 && word.bytes().next().is_none_or(|byte| !byte.is_ascii_alphabetic() && byte != b'$') {
            return false;
        }
        words += 1;
        known += usize::from(word.len() > 2 && Field::from_name(word).is_some());
    }
    known >= 1 && known * 2 >= words
}

/// Whether a line could be a record of the default format: each value is of its field's type.
fn is_default_line(line: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(line) else { return false };
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let [
        version,
        _account,
        interface,
        src,
        dst,
        sport,
        dport,
        protocol,
        packets,
        bytes,
        start,
        end,
        action,
        status,
    ] = words[..]
    else {
        return false;
    };
    let address = |word: &str| word == "-" || crate::record::address::parse(word).is_some();
    let whole = |word: &str| word == "-" || word.parse::<u64>().is_ok();
    version == "2"
        && (interface == "-" || interface.starts_with("eni-"))
        && address(src)
        && address(dst)
        && [sport, dport, protocol, packets, bytes, start, end].into_iter().all(whole)
        && matches!(action, "-" | "ACCEPT" | "REJECT")
        && matches!(status, "-" | "OK" | "NODATA" | "SKIPDATA")
}

fn header_shape(text: &str) -> Shape {
    match Format::from_names(text.split_ascii_whitespace()) {
        Ok(format) if format.has(Field::TgwId) || format.has(Field::ResourceType) => Shape::Other(
            "a transit gateway flow log: it has no accept or reject, and this version reads VPC flow logs only".to_owned(),
        ),
        Ok(_) => Shape::WithHeader,
        Err(error @ FormatError::Duplicate(_)) => {
            Shape::Other(format!("a flow log with an unusable header ({error}): correct the header line and drop the file again"))
        }
        Err(FormatError::NoKnownField) => Shape::Other(by_tokens(text)),
    }
}

fn by_magic(head: &[u8]) -> Option<String> {
    let what = match head {
        [b'P', b'A', b'R', b'1', ..] => {
            "a Parquet file: this version reads text and gzip; deliver the flow log as plain text, or convert the file"
        }
        [b'O', b'R', b'C', ..] => "an ORC file: export the records as text",
        [b'P', b'K', 3 | 5, 4 | 6, ..] => "a zip archive: unpack it and drop the files or the folder inside",
        [0xfd, b'7', b'z', b'X', b'Z', ..] => "an xz archive: unpack it first",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "a zstd file: unpack it first",
        [b'B', b'Z', b'h', ..] => "a bzip2 file: unpack it first",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            "UTF-16 text, as PowerShell's > writes it: save it as UTF-8 (Out-File -Encoding utf8) and drop it again"
        }
        [0x1f, 0x8b, ..] => "gzip inside gzip: unpack it once and drop it again",
        _ if head.get(257..262) == Some(b"ustar") => "a tar archive: unpack it and drop the folder",
        _ => return None,
    };
    Some(what.to_owned())
}

fn by_first_line(line: &str) -> Option<String> {
    let has = |word: &str| line.contains(word);
    let what = if line.starts_with("version https://git-lfs") {
        "a Git LFS pointer, not the file itself: run `git lfs pull` and drop the real file"
    } else if line.starts_with('{') || line.starts_with('[') {
        if has("\"Records\"") && has("eventVersion") || has("\"eventSource\"") {
            "a CloudTrail log: flowlens reads VPC flow logs"
        } else if has("messageType") || has("logEvents") || has("\"awslogs\"") {
            "a CloudWatch Logs subscription payload: this version reads flow log files as S3 delivers them"
        } else if has("\"events\"") || has("\"results\"") {
            "output of `aws logs`: this version reads flow log files as S3 delivers them"
        } else if has("class_uid") || has("\"metadata\"") && has("\"activity_id\"") {
            "an OCSF (Security Lake) event: not a flow log file"
        } else if has("firewall_name") {
            "a Network Firewall log: flowlens reads VPC flow logs"
        } else if has("query_name") && has("rcode") {
            "a Route 53 Resolver query log: flowlens reads VPC flow logs"
        } else if has("NetworkSecurityGroup") || has("flowTuples") {
            "an Azure NSG flow log: flowlens reads AWS VPC flow logs"
        } else {
            "JSON: this version reads flow log files as S3 delivers them, text or gzip"
        }
    } else if line.starts_with("#Version:") || line.starts_with("#Fields:") {
        "a CloudFront access log: flowlens reads VPC flow logs"
    } else if has("elasticloadbalancing")
        || line.starts_with("http ")
        || line.starts_with("https ")
        || line.starts_with("h2 ")
    {
        "a load balancer access log: flowlens reads VPC flow logs"
    } else if line.starts_with("<?xml") || line.starts_with("<!DOCTYPE") || line.starts_with("<html") {
        "an XML or HTML page, perhaps an error message of a download: download the file again"
    } else if let Some((first, rest)) = line.split_once([',', ';']) {
        let first = first.trim().trim_matches('"');
        if first == "timestamp" && rest.trim_start().starts_with("message") {
            "a CSV export of the CloudWatch console: this version reads flow log files as S3 delivers them"
        } else if first.starts_with('@') {
            "a Logs Insights result: this version reads flow log files as S3 delivers them"
        } else if Field::from_name(first).is_some() {
            "CSV: this version reads flow log files as S3 delivers them, values separated by blanks"
        } else {
            return None;
        }
    } else {
        return None;
    };
    Some(what.to_owned())
}

fn by_tokens(line: &str) -> String {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let first = words.first().copied().unwrap_or_default();
    if words.get(1) == Some(&"TransitGateway") {
        return "a transit gateway flow log: it has no accept or reject, and this version reads VPC flow logs only".to_owned();
    }
    if first.len() >= 19 && first.as_bytes().get(10) == Some(&b'T') && first.as_bytes().get(4) == Some(&b'-')
    {
        return "a CloudWatch Logs export (each line begins with a time): this version reads flow log files as S3 delivers them"
            .to_owned();
    }
    if matches!(first, "V1" | "v1") {
        return "a flow log of another cloud (Tencent writes `V1`): flowlens reads AWS VPC flow logs"
            .to_owned();
    }
    if words.len() == 14 && first == "1" {
        return "a flow log of another cloud (Huawei writes version 1): flowlens reads AWS VPC flow logs"
            .to_owned();
    }
    let mentions_interface = words.iter().any(|word| word.starts_with("eni-"));
    let verdict = words.iter().any(|word| matches!(*word, "ACCEPT" | "REJECT" | "NODATA" | "SKIPDATA"));
    if mentions_interface || verdict {
        return format!(
            "flow records of a custom format without a header line ({} values): put the flow log's format as a first line \
             (the field names in order, from `aws ec2 describe-flow-logs`) and drop the file again",
            words.len()
        );
    }
    "no flow log: expected a header line of field names, or records of the default format \
     (version account-id interface-id srcaddr dstaddr ...)"
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(head: &str) -> String {
        match shape_of(head.as_bytes()) {
            Shape::Other(what) => what,
            shape => panic!("{shape:?}"),
        }
    }

    #[test]
    fn flow_logs_are_known_by_their_first_lines() {
        let line = "2 123456789010 eni-1235b8ca123456789 - - - - - - - 1431280876 1431280934 - NODATA\n";
        assert_eq!(shape_of(line.as_bytes()), Shape::DefaultFormat);
        assert_eq!(shape_of(format!("\u{feff}\r\n\r\n{line}").as_bytes()), Shape::DefaultFormat);
        assert_eq!(shape_of(b"version account-id interface-id\n"), Shape::WithHeader);
        assert_eq!(shape_of(b"srcaddr dstaddr my-tag\r\n"), Shape::WithHeader);
        assert_eq!(shape_of(b"  \n\n"), Shape::Empty);
        assert_eq!(shape_of(b""), Shape::Empty);
    }

    #[test]
    fn strangers_are_named() {
        for (head, name) in [
            ("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a", "Git LFS"),
            ("PAR1xxxx", "Parquet"),
            ("{\"Records\":[{\"eventVersion\":\"1.08\"", "CloudTrail"),
            ("{\"messageType\":\"DATA_MESSAGE\"", "subscription"),
            ("timestamp,message\n1,2 1 eni", "CloudWatch console"),
            ("V1 1251762227 eni-lq6mkcis - - 1 2 3 4 5 6 7 - NODATA", "Tencent"),
            ("2025-02-25T12:25:04.000Z 2 1 eni-1 - - -", "CloudWatch Logs export"),
            ("6 TransitGateway 123456789012 tgw-1", "transit gateway"),
            (
                "3 i-1 eni-1 10.0.0.1 10.0.0.2 123456789012 6 568 8 1 2 ACCEPT 2 OK",
                "custom format without a header",
            ),
            ("Phony unsupported log format.", "no flow log"),
            ("version srcaddr srcaddr\n", "names a field twice"),
            ("https 2024-01-01T00:00:00Z app/lb/1 1.2.3.4:5", "load balancer"),
        ] {
            let what = refused(head);
            assert!(what.contains(name), "{head}: {what}");
        }
        assert!(matches!(shape_of(b"\xff\xfeh\0i\0"), Shape::Other(what) if what.contains("UTF-16")));
    }
}
