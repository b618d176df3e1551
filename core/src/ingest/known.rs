//! Lines that tell their format without a header: each value is of its field's type.

use super::detect::is_default_line;
use crate::record::{Column, Field, Format, Kind, Log, address};

/// The format of a line of a default format, or of one that is known to go without a header.
pub(super) fn format_of(line: &[u8]) -> Option<Format> {
    if is_default_line(line) {
        return Some(Format::default_v2());
    }
    let text = std::str::from_utf8(line).ok()?;
    if !text.contains("tgw-") {
        return None;
    }
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    Format::known_transit_gateway().into_iter().find(|format| fits(format, &words))
}

/// How a format was known that [`format_of`] gave.
pub(super) fn source(format: &Format) -> &'static str {
    if *format == Format::default_v2() || *format == Format::default_transit_gateway() {
        "default format, no header line"
    } else {
        "the types of its values, no header line"
    }
}

/// The log that a line looks like a record of, whatever its fields are.
pub(super) fn log_of(line: &[u8]) -> Option<Log> {
    let words = || line.split(u8::is_ascii_whitespace);
    if words().any(|word| word.starts_with(b"TransitGateway") || word.starts_with(b"tgw-")) {
        Some(Log::TransitGateway)
    } else if words().any(|word| word == b"ACCEPT" || word == b"REJECT" || word.starts_with(b"eni-")) {
        Some(Log::Vpc)
    } else {
        None
    }
}

fn fits(format: &Format, words: &[&str]) -> bool {
    format.columns().len() == words.len()
        && format.columns().iter().zip(words).all(|(column, word)| match column {
            Column::Known(field) => is_of(*field, word),
            Column::Unknown(_) => false,
        })
}

/// Whether a value can be that of a field in a transit gateway record.
fn is_of(field: Field, word: &str) -> bool {
    let begins = |with: &str| word.starts_with(with);
    let is_attachment = begins("tgw-attach-");
    match field {
        Field::TgwId => begins("tgw-") && !is_attachment,
        _ if word == "-" => true,
        Field::ResourceType => begins("TransitGateway"),
        Field::TgwAttachmentId | Field::TgwPairAttachmentId => is_attachment,
        Field::TgwSrcVpcId | Field::TgwDstVpcId => begins("vpc-"),
        Field::TgwSrcSubnetId | Field::TgwDstSubnetId => begins("subnet-"),
        Field::TgwSrcEni | Field::TgwDstEni => begins("eni-"),
        Field::LogStatus => matches!(word, "OK" | "NODATA" | "SKIPDATA"),
        Field::Type => matches!(word, "IPv4" | "IPv6" | "EFA"),
        Field::FlowDirection => matches!(word, "ingress" | "egress"),
        _ => match field.kind() {
            Kind::Address => address::parse(word).is_some(),
            Kind::Text => true,
            Kind::Number | Kind::Port | Kind::Byte | Kind::Time => word.parse::<u64>().is_ok(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_its_format_by_the_types_of_its_values() {
        let line = "6 TransitGateway 123456789012 tgw-0a tgw-attach-0a 123456789012 - vpc-0a vpc-0b subnet-0a subnet-0b \
                    eni-0a eni-0b use1-az1 use1-az2 tgw-attach-0b 10.0.0.1 10.1.0.1 40000 443 6 10 1000 1700000000 \
                    1700000060 OK IPv4 0 0 0 0 2 us-east-1 ingress - -";
        let format = |line: &str| format_of(line.as_bytes());
        assert_eq!(format(line), Some(Format::default_transit_gateway()));
        for (from, to) in
            [("tgw-0a ", "- "), ("OK", "FINE"), ("vpc-0a", "subnet-0a"), ("10.1.0.1", "443"), (" - -", " -")]
        {
            assert_eq!(format(&line.replacen(from, to, 1)), None, "{from}");
        }
        let cut = line.strip_suffix(" 2 us-east-1 ingress - -").unwrap();
        assert_eq!(format(cut).map(|format| format.columns().len()), Some(31));
        assert_eq!(log_of(line.as_bytes()), Some(Log::TransitGateway));
        assert_eq!(log_of(b"2 1 eni-0a - - - - - - - 1 2 - NODATA"), Some(Log::Vpc));
        assert_eq!(log_of(b"hello"), None);
    }
}
