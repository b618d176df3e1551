//! What must hold for every shape: where chunks end does not matter, lines add up, refusals say where, and damage
//! is never more than refused.

use data_encoding::BASE64;
use proptest::prelude::*;

use super::gateway::G;
use super::support::{A, B, HEADER, N, event, gzip, object, payload, quoted, read, told};

/// A record of a published layout that goes without a header line.
const THROUGH: &str = "3 eni-0a 123456789012 vpc-0a subnet-0a - 10.40.1.175 10.40.2.236 39812 80 6 3 IPv4 10.20.33.164 10.40.2.236 ACCEPT OK";

/// Fields of version 5 in the order of the AWS table.
pub(crate) const V5: &str = "5 123456789012 eni-0a 10.0.0.5 198.51.100.7 40000 443 6 10 8400 1700000000 1700000060 ACCEPT OK vpc-0a subnet-0a i-0a 3 IPv4 10.0.0.5 198.51.100.7 eu-west-3 euw3-az1 - - - AMAZON egress 8";

/// One sample of each shape, with something odd in it.
pub(crate) fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let commas = |line: &str| line.replace(' ', ",");
    let subscription = payload("DATA_MESSAGE", &[event(A), event(B)]);
    let control = payload("CONTROL_MESSAGE", &[event("CWL CONTROL MESSAGE: Checking health")]);
    let events =
        format!("{{\"events\": [\n {},\n {}\n],\n \"nextToken\": \"t\"}}\n", event(A), event("odd \\ \"é\""));
    let text = |text: String| text.into_bytes();
    vec![
        ("lines", text(format!("{HEADER}\r\n{A}\r\n\r\n# x\r\n{B} x\r\n{N}"))),
        (
            "told lines",
            text(format!("{THROUGH}\r\n{A}\n\n{THROUGH} x\n# x\n{N}\n{}", THROUGH.replace("IPv4", "IPv6"))),
        ),
        ("export", text(format!("2023-11-14T22:13:20.000Z {A}\nodd\n\n2023-11-14T22:13:20.000Z {N}\n"))),
        (
            "tail",
            text(format!(
                "\x1b[32m2023-11-14T22:13:20+00:00\x1b[0m \x1b[36ms\x1b[0m {A}\n2023-11-14T22:13:20+00:00 s {B}"
            )),
        ),
        (
            "text events",
            text(format!("t\nEVENTS\t1\t1\ts\t{A}\t1\nEVENTS\tx\nSEARCHEDLOGSTREAMS\ts\tTrue\n")),
        ),
        ("text columns", text(format!("1700000000000\t{A}\n1700000000000\t{B}\n"))),
        ("text messages", text(format!("{A}\t{B}\t{N}\n{A}\n"))),
        ("events", text(events)),
        (
            "firehose",
            text(format!(
                "{{\"message\":{}}}{{\"message\":{}}}\n{{\"message\":\"odd",
                quoted(A),
                quoted(&format!("{B}\n"))
            )),
        ),
        ("subscription", text(control + &subscription)),
        ("lambda", text(format!("{{\"awslogs\":{{\"data\":\"{}\"}}}}", BASE64.encode(&gzip(&subscription))))),
        ("members", [gzip(&subscription), gzip(&subscription)].concat()),
        (
            "insights",
            text(format!(
                "{{\"results\":[[{{\"field\":\"@message\",\"value\":{}}}],[]],\"status\":\"Complete\"}}",
                quoted(A)
            )),
        ),
        (
            "objects",
            text(format!(
                "[{},\n{{\"x\":1}},{}]",
                object(str::to_owned, A),
                object(|key| key.replace('-', "_"), N)
            )),
        ),
        (
            "csv",
            text(format!(
                "{}\r\n\"{}\"\r\n\r\n{}\r\n1,2\r\n",
                commas(HEADER),
                A.replace(' ', "\",\""),
                commas(N)
            )),
        ),
        ("console", text(format!("timestamp,message\n1,\"{A}\n\"\n1,{B}\n1,odd"))),
        ("gateways", text(format!("{G}\n{A}\n{G} x\n{}\n{G}", &G[..90]))),
        ("by columns", text(format!("{V5}\n{A}\r\n{V5}\n\n{V5} x\n{}", &V5[..80]))),
        ("tsv", text(format!("{}\n{}\n", HEADER.replace(' ', "\t"), A.replace(' ', "\t")))),
    ]
}

#[test]
fn chunks_at_every_byte() {
    for (name, bytes) in samples() {
        let (whole, table) = read(name, &bytes, usize::MAX);
        assert!(whole.records > 0, "{name}: {whole:?}");
        assert_eq!(table.rows() as u64, whole.records);
        let _adds_up = told(&whole);
        for chunk in 1..bytes.len() {
            assert_eq!(read(name, &bytes, chunk).0, whole, "{name} by {chunk}");
        }
    }
}

#[test]
fn refusals_say_where() {
    for (name, bytes) in samples() {
        let (outcome, _) = read(name, &bytes, usize::MAX);
        for refusal in outcome.refusals {
            let at = usize::try_from(refusal.offset).unwrap();
            let text = std::str::from_utf8(&bytes).unwrap();
            assert_eq!(text[..at].matches('\n').count() as u64 + 1, refusal.line, "{name}");
            // Quotes and escapes apart, the refused text is there.
            let words: Vec<&str> = refusal.text.split_ascii_whitespace().collect();
            assert!(text[at..].contains(words.first().copied().unwrap_or_default()), "{name}: {refusal:?}");
        }
    }
}

fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let samples = samples();
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0_u8..6, any::<u8>()), 1..6);
    (0..samples.len(), edits, 0_usize..3).prop_map(move |(sample, edits, repeat)| {
        let mut bytes = samples.get(sample).map(|(_, bytes)| bytes.repeat(repeat + 1)).unwrap_or_default();
        for (at, kind, byte) in edits {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                2 => bytes.truncate(at),
                3 => bytes.insert(at, byte),
                4 => bytes[at] = b"\n\",{}[]\t:\\"[usize::from(byte) % 10],
                _ => bytes = bytes.split_off(at),
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn damage_is_refused_and_counted(bytes in damaged(), chunk in 1_usize..400) {
        let (whole, table) = read("x", &bytes, usize::MAX);
        let _adds_up = told(&whole);
        prop_assert_eq!(table.rows() as u64, whole.records);
        prop_assert_eq!(read("x", &bytes, chunk).0, whole);
    }
}
