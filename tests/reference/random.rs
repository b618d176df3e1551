//! Random queries.

use proptest::prelude::*;
use proptest::sample::select;

const FIELDS: &[&str] = &[
    "version",
    "accountId",
    "interfaceId",
    "srcAddr",
    "dstAddr",
    "srcPort",
    "dstPort",
    "protocol",
    "packets",
    "bytes",
    "startTime",
    "action",
    "logStatus",
    "tcpFlags",
    "flowDirection",
];
const NUMBERS: &[&str] = &["srcPort", "dstPort", "protocol", "packets", "bytes", "tcpFlags"];
const LITERALS: &[&str] = &[
    "0",
    "1",
    "2",
    "6",
    "10",
    "17",
    "22",
    "40",
    "443",
    "443.0",
    "2.5",
    "-1",
    "1e3",
    "70000",
    "300",
    "1700000400",
    "9007199254740993",
    "\"443\"",
    "\"0443\"",
    "\"4.43e2\"",
    "\"\"",
    "\"-\"",
    "\"ACCEPT\"",
    "'REJECT'",
    "\"OK\"",
    "\"NODATA\"",
    "\"10.0.0.5\"",
    "\"198.51.100.7\"",
    "\"10.0\"",
    "\"2001:db8::5\"",
    "\"2001:DB8::5\"",
    "\"eni-0a\"",
    "\"123456789012\"",
    "123456789012",
    "\"egress\"",
    "true",
    "\"true\"",
];
const COMPARISONS: &[&str] = &["=", "!=", "<", "<=", ">", ">="];
const NETS: &[&str] = &[
    "10.0.0.0/8",
    "10.0.0.0/24",
    "10.0.0.9/16",
    "198.51.100.0/24",
    "0.0.0.0/0",
    "2001:db8::/32",
    "::/0",
    "no network",
];
const IN_NETS: &[&str] = &["isIpInSubnet", "isIpv4InSubnet", "isIpv6InSubnet"];
const KINDS: &[&str] =
    &["isPrivateIP", "isValidIp", "isValidIpV4", "isValidIpV6", "ispresent", "isempty", "isNumeric"];
const AGGREGATES: &[&str] =
    &["count", "sum", "avg", "min", "max", "count_distinct", "median", "stddev", "values", "sortsFirst"];

/// Fields with values that records may have.
fn likely() -> BoxedStrategy<(&'static str, &'static [&'static str])> {
    const ADDRESSES: &[&str] = &[
        "\"10.0.0.5\"",
        "\"10.0.0.10\"",
        "\"-\"",
        "\"198.51.100.7\"",
        "\"2001:db8::5\"",
        "\"10.20.0.10\"",
        "\"10\"",
    ];
    const NUMBERS: &[&str] =
        &["1", "2", "\"6\"", "17", "22", "40", "60", "'443'", "443.0", "5000", "40001", "1e3", "6.5"];
    const WORDS: &[&str] =
        &["\"ACCEPT\"", "\"REJECT\"", "\"-\"", "\"OK\"", "\"NODATA\"", "\"egress\"", "\"ingress\""];
    select(
        &[
            ("srcAddr", ADDRESSES),
            ("dstAddr", ADDRESSES),
            ("bytes", NUMBERS),
            ("packets", NUMBERS),
            ("dstPort", NUMBERS),
            ("srcPort", NUMBERS),
            ("protocol", NUMBERS),
            ("tcpFlags", NUMBERS),
            ("action", WORDS),
            ("logStatus", WORDS),
            ("flowDirection", WORDS),
        ][..],
    )
    .boxed()
}

fn leaf() -> BoxedStrategy<String> {
    let field = || select(FIELDS);
    let literals = || prop::collection::vec(select(LITERALS), 1..4).prop_map(|list| list.join(", "));
    let is = || select(&["", "not "][..]);
    let ends = || select(&["srcAddr", "dstAddr", "interfaceId"][..]);
    prop_oneof![
        2 => (field(), select(COMPARISONS), select(LITERALS)).prop_map(|(a, is, b)| format!("{a} {is} {b}")),
        4 => likely().prop_flat_map(|(of, literals)| (Just(of), select(COMPARISONS), select(literals)))
            .prop_map(|(a, is, b)| format!("{a} {is} {b}")),
        2 => likely().prop_flat_map(move |(of, literals)| (Just(of), is(), select(literals), select(LITERALS)))
            .prop_map(|(of, is, one, other)| format!("{of} {is}in [{one}, {other}]")),
        1 => (select(LITERALS), select(COMPARISONS), field()).prop_map(|(a, is, b)| format!("{a} {is} {b}")),
        1 => (field(), select(COMPARISONS), field()).prop_map(|(a, is, b)| format!("{a} {is} {b}")),
        2 => (field(), is(), literals()).prop_map(|(of, is, list)| format!("{of} {is}in [{list}]")),
        2 => (field(), is(), select(&["10.", "-", "", "4", "ACC", "0", "db8", ".5", "eni", "e+"][..]))
            .prop_map(|(of, is, part)| format!("{of} {is}like \"{part}\"")),
        1 => (field(), is(), select(&["^10", "5$", "[A-C]", "^-$", "(?i)ok"][..]))
            .prop_map(|(of, is, part)| format!("{of} {is}like /{part}/")),
        2 => (select(IN_NETS), ends(), select(NETS)).prop_map(|(of, end, net)| format!("{of}({end}, \"{net}\")")),
        2 => (select(KINDS), field()).prop_map(|(of, field)| format!("{of}({field})")),
        1 => (select(NUMBERS), select(NUMBERS)).prop_map(|(a, b)| format!("{a} % 3 = {b} - 1")),
    ]
    .boxed()
}

fn condition() -> BoxedStrategy<String> {
    leaf()
        .prop_recursive(3, 8, 2, |inner| {
            prop_oneof![
                inner.clone().prop_map(|of| format!("not ({of})")),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} and {b})")),
                (inner.clone(), inner).prop_map(|(a, b)| format!("({a} or {b})")),
            ]
        })
        .boxed()
}

fn measures() -> BoxedStrategy<String> {
    let one = prop_oneof![
        1 => Just("count(*)".to_owned()),
        3 => (select(AGGREGATES), select(NUMBERS)).prop_map(|(of, field)| format!("{of}({field})")),
        1 => select(FIELDS).prop_map(|field| format!("count({field})")),
        1 => select(FIELDS).prop_map(|field| format!("count_distinct({field})")),
        1 => select(NUMBERS).prop_map(|field| format!("sum({field} * 8) / count(*)")),
        1 => select(NUMBERS).prop_map(|field| format!("pct({field}, 90)")),
    ];
    let named = |all: Vec<String>| {
        let named: Vec<String> = all.iter().enumerate().map(|(at, one)| format!("{one} as m{at}")).collect();
        named.join(", ")
    };
    prop::collection::vec(one, 1..4).prop_map(named).boxed()
}

fn keys() -> BoxedStrategy<String> {
    const KEYS: &[&str] = &[
        "bin(5m)",
        "bin(1h)",
        "bin(90s)",
        "bin(500ms)",
        "toupper(action)",
        "bytes % 3",
        "isPrivateIP(srcAddr)",
        "datefloor(@timestamp, 2m)",
    ];
    let key = prop_oneof![3 => select(FIELDS), 1 => select(KEYS)];
    let named = |all: Vec<&str>| {
        let named: Vec<String> = all.iter().enumerate().map(|(at, one)| format!("{one} as k{at}")).collect();
        if named.is_empty() { String::new() } else { format!(" by {}", named.join(", ")) }
    };
    prop::collection::vec(key, 0..3).prop_map(named).boxed()
}

fn stats() -> BoxedStrategy<String> {
    let sorted = prop_oneof![
        2 => Just(String::new()),
        2 => (select(&["asc", "desc"][..]), 1..6_u8).prop_map(|(way, most)| format!(" | sort m0 {way} | limit {most}")),
        1 => Just(" | filter m0 > 1 | sort m0 desc".to_owned()),
        1 => Just(" | stats sum(m0), max(m0), count(*)".to_owned()),
    ];
    (measures(), keys(), sorted).prop_map(|(of, by, then)| format!("stats {of}{by}{then}")).boxed()
}

fn rows() -> BoxedStrategy<String> {
    let fields = || prop::collection::vec(select(FIELDS), 1..4).prop_map(|fields| fields.join(", "));
    let way = || select(&["", " desc"][..]);
    prop_oneof![
        (fields(), select(FIELDS), way(), 1..9_u8)
            .prop_map(|(shown, by, way, most)| format!("fields {shown} | sort {by}{way} | limit {most}")),
        (fields(), way(), 1..9_u8).prop_map(|(shown, way, most)| {
            format!(
                "display {shown} | sort {}{way} | dedup {shown} | limit {most}",
                shown.replace(',', &format!("{way},"))
            )
        }),
        (fields(), 1..9_u8).prop_map(|(shown, most)| format!("display @timestamp, {shown} | limit {most}")),
    ]
    .boxed()
}

/// Perhaps a name given anew, filters, and stats or rows.
pub(crate) fn query() -> BoxedStrategy<String> {
    let renamed = prop_oneof![
        6 => Just(String::new()),
        1 => (select(NUMBERS), select(NUMBERS)).prop_map(|(of, name)| format!("fields {of} as {name} | ")),
        1 => (select(FIELDS), select(FIELDS)).prop_map(|(of, name)| format!("fields {of} as {name} | ")),
        1 => select(NUMBERS).prop_map(|name| format!("fields {name} * 2 as {name} | ")),
    ];
    let filter = |of: Vec<String>| of.iter().fold(String::new(), |text, one| text + "filter " + one + " | ");
    (
        prop::collection::vec(condition(), 0..2),
        renamed,
        prop::collection::vec(condition(), 0..3),
        prop_oneof![2 => stats(), 1 => rows()],
    )
        .prop_map(move |(first, renamed, then, last)| {
            format!("{}{renamed}{}{last}", filter(first), filter(then))
        })
        .boxed()
}
