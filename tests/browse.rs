//! Records by their places in an order, against a plain sort of all of them.
#![allow(clippy::unwrap_used)] // A test that fails may panic, in its helpers too.

use std::cmp::Ordering;
use std::net::IpAddr;

use flowlens::engine::browse::{Browsed, Found, Records, records};
use flowlens::engine::local::{LocalFleet, read};
use flowlens::engine::{Ask, Fleet, Session};
use flowlens::query::exec::SEPARATOR;
use flowlens::query::plan::Sort;
use flowlens::query::{Scan, Value, filter_text};
use flowlens::record::{Field, Kind, Log};
use futures::FutureExt as _;
use proptest::prelude::*;

/// A record: values by the names of their columns.
type Record = Vec<(String, String)>;

const FORMATS: [&str; 2] = [
    "interface-id srcaddr dstaddr srcport dstport bytes start end action log-status",
    "version start end srcaddr dstaddr flow-direction bytes action site",
];

/// Filters, and what they mean, said another way.
type Filter = (&'static str, fn(&Record) -> bool);
const FILTERS: [Filter; 5] = [
    ("", |_| true),
    ("action = REJECT", |record| of(record, "action") == "REJECT"),
    ("bytes >= 3", |record| of(record, "bytes").parse::<u64>().is_ok_and(|bytes| bytes >= 3)),
    ("srcAddr like \"0.1\" or action != ACCEPT", |record| {
        of(record, "srcaddr").contains("0.1") || !["ACCEPT", "-"].contains(&of(record, "action"))
    }),
    ("bytes > 70000", |_| false),
];

const COLUMNS: [Option<&str>; 9] = [
    None,
    Some("start"),
    Some("bytes"),
    Some("srcaddr"),
    Some("dst-port"),
    Some("interfaceId"),
    Some("flow-direction"),
    Some("site"),
    Some("nowhere"),
];

fn of<'a>(record: &'a Record, name: &str) -> &'a str {
    record.iter().find(|(other, _)| other == name).map_or("-", |(_, value)| value)
}

fn value(record: &Record, column: &str) -> Value {
    let field = Field::from_name(column);
    let text = of(record, field.map_or(column, |field| field.name()));
    match field.map_or(Kind::Text, Field::kind) {
        _ if text == "-" => Value::Missing,
        Kind::Text => Value::from(text),
        Kind::Address => Value::Address(text.parse::<IpAddr>().unwrap()),
        _ => Value::from(text.parse::<u64>().unwrap()),
    }
}

fn order(a: &Record, b: &Record, column: Option<&str>, descending: bool) -> Ordering {
    let by_value = column.map_or(Ordering::Equal, |column| value(a, column).order(&value(b, column)));
    let by_value = if descending { by_value.reverse() } else { by_value };
    by_value.then(value(b, "start").order(&value(a, "start")))
}

fn field(name: &str) -> BoxedStrategy<String> {
    let address = || {
        prop_oneof![
            4 => (0..3_u8, 0..3_u8).prop_map(|(a, b)| format!("10.0.{a}.{b}")),
            1 => (0..3_u16).prop_map(|a| format!("2001:db8::{a:x}")),
        ]
    };
    match name {
        "interface-id" => (0..4_u8).prop_map(|it| format!("eni-{it}")).boxed(),
        "srcaddr" | "dstaddr" => address().boxed(),
        "srcport" | "dstport" => (0..5_u16).prop_map(|it| it.to_string()).boxed(),
        "bytes" => prop_oneof![3 => (0..6_u64).boxed(), 1 => (0..70_000_u64).boxed()]
            .prop_map(|it| it.to_string())
            .boxed(),
        "start" => (1_700_000_000..1_700_000_005_u64).prop_map(|it| it.to_string()).boxed(),
        "end" => Just("1700000060".to_owned()).boxed(),
        "action" => prop_oneof![Just("ACCEPT"), Just("REJECT")].prop_map(str::to_owned).boxed(),
        "flow-direction" => prop_oneof![Just("ingress"), Just("egress")].prop_map(str::to_owned).boxed(),
        "site" => prop_oneof![Just("a"), Just("B"), Just("ä"), Just("10")].prop_map(str::to_owned).boxed(),
        "log-status" => Just("OK".to_owned()).boxed(),
        _ => Just("5".to_owned()).boxed(),
    }
}

/// Records of one format. Now and then one without a value in a column or two.
fn file() -> impl Strategy<Value = Vec<Record>> {
    proptest::sample::select(FORMATS.to_vec()).prop_flat_map(|format| {
        let names: Vec<String> = format.split(' ').map(str::to_owned).collect();
        let missing = |name: &str| u32::from(!matches!(name, "start" | "end"));
        let columns: Vec<_> = names
            .iter()
            .map(|name| prop_oneof![12 => field(name), missing(name) => Just("-".to_owned())])
            .collect();
        proptest::collection::vec(columns, 0..80).prop_map(move |rows| {
            rows.into_iter().map(|row| names.iter().cloned().zip(row).collect()).collect()
        })
    })
}

fn session(files: &[Vec<Record>], shards: usize) -> Session<LocalFleet> {
    let texts: Vec<String> = files
        .iter()
        .filter_map(|records| {
            let names: Vec<&str> = records.first()?.iter().map(|(name, _)| name.as_str()).collect();
            let line = |record: &Record| {
                record.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" ")
            };
            let lines: Vec<String> = records.iter().map(line).collect();
            Some(format!("{}\n{}\n", names.join(" "), lines.join("\n")))
        })
        .collect();
    read(texts.iter().map(|text| ("flows.log", text.as_bytes())), shards, 4096)
}

fn fetch(session: &Session<LocalFleet>, asked: &Records) -> (u64, Vec<Record>) {
    let (total, rows, _) = fetch_near(session, asked);
    (total, rows)
}

fn fetch_near(session: &Session<LocalFleet>, asked: &Records) -> (u64, Vec<Record>, Option<Found>) {
    let Browsed { total, formats, rows, found } = records(session, asked).now_or_never().unwrap().unwrap();
    let record = |(format, values): (u32, String)| {
        let names = formats[format as usize].iter().cloned();
        names.zip(values.split(SEPARATOR).map(str::to_owned)).collect()
    };
    (total, rows.into_iter().map(record).collect(), found)
}

fn sorted(mut records: Vec<Record>) -> Vec<Record> {
    records.sort();
    records
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn scrolling_through_gives_all_rows_in_order(
        files in proptest::collection::vec(file(), 1..7),
        shards in 1..4_usize,
        filter in 0..FILTERS.len(),
        column in proptest::sample::select(COLUMNS.to_vec()),
        descending: bool,
        page in 1..50_u32,
        jumps in proptest::collection::vec(0..500_u64, 5),
    ) {
        let (filter, passes) = FILTERS[filter];
        let session = session(&files, shards);
        let mut wanted: Vec<Record> = files.iter().flatten().filter(|record| passes(record)).cloned().collect();
        wanted.sort_by(|a, b| order(a, b, column, descending));
        let at = |from: u64, count: u32, near: Option<Found>| fetch_near(&session, &Records {
            scan: Scan::of(filter_text::parse(filter).unwrap()),
            sort: column.map(|column| Sort { column: column.to_owned(), descending }),
            from,
            count,
            near,
        });
        let mut found = Vec::new();
        let mut near = None;
        while found.len() < wanted.len() {
            let (total, rows, place) = at(found.len() as u64, page, near);
            near = place;
            prop_assert_eq!(total, wanted.len() as u64);
            prop_assert_eq!(rows.len(), (wanted.len() - found.len()).min(page as usize));
            found.extend(rows);
        }
        for (found, wanted) in found.iter().zip(&wanted) {
            prop_assert_eq!(order(found, wanted, column, descending), Ordering::Equal);
        }
        prop_assert_eq!(sorted(found.clone()), sorted(wanted));
        for from in jumps {
            let (_, rows, _) = at(from, page, None);
            let whole: Vec<Record> = found.iter().skip(from as usize).take(page as usize).cloned().collect();
            prop_assert_eq!(&rows, &whole);
            // Backwards, too.
            let (_, rows, _) = at(from, page, near.clone());
            prop_assert_eq!(&rows, &whole);
        }
    }
}

/// Records over several segments, all at the same second but for a few.
fn many() -> Vec<Vec<Record>> {
    let record = |at: u64| -> Record {
        let values = [
            ("interface-id", format!("eni-{}", at % 3)),
            ("srcaddr", format!("10.0.0.{}", at % 200)),
            ("bytes", (at * 7_919 % 100_003).to_string()),
            ("start", (1_700_000_000 + u64::from(at.is_multiple_of(1000)) * (at / 1000)).to_string()),
            ("action", if at.is_multiple_of(5) { "REJECT" } else { "ACCEPT" }.to_owned()),
        ];
        values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    };
    (0..5).map(|file| (file * 20_000..(file + 1) * 20_000).map(record).collect()).collect()
}

#[test]
fn places_among_many_rows_are_those_of_a_plain_sort() {
    let files = many();
    let session = session(&files, 3);
    let mut wanted: Vec<&Record> = files.iter().flatten().filter(|it| of(it, "action") == "ACCEPT").collect();
    wanted.sort_by(|a, b| order(a, b, Some("bytes"), true));
    let asked = |from| Records {
        scan: Scan::of(filter_text::parse("action = ACCEPT").unwrap()),
        sort: Some(Sort { column: "bytes".to_owned(), descending: true }),
        from,
        count: 30,
        near: None,
    };
    for from in [0, 1, 39_999, 40_000, 61_234, 79_990] {
        let (total, rows) = fetch(&session, &asked(from));
        assert_eq!(total, 80_000);
        let values = |record: &Record| [of(record, "bytes").to_owned(), of(record, "start").to_owned()];
        let found: Vec<_> = rows.iter().map(values).collect();
        let expected: Vec<_> = wanted.iter().skip(from as usize).take(30).map(|it| values(it)).collect();
        assert_eq!(found, expected, "from {from}");
    }
    assert_eq!(fetch(&session, &asked(80_000)), (80_000, Vec::new()));
}

#[test]
fn what_is_remembered_is_of_the_records_that_are_there() {
    let files = many();
    let session = session(&files, 2);
    let all = Records {
        scan: Scan::of(filter_text::parse("").unwrap()),
        sort: None,
        from: 0,
        count: 2,
        near: None,
    };
    assert_eq!(fetch(&session, &all).0, 100_000);
    let gateways = Records { scan: Scan { log: Log::TransitGateway, ..all.scan.clone() }, ..all.clone() };
    assert_eq!(fetch(&session, &gateways), (0, Vec::new()));
    assert_eq!(fetch(&session, &all).0, 100_000);
    for shard in 0..2 {
        session.fleet().ask(shard, Ask::Clear).now_or_never().unwrap();
    }
    assert_eq!(fetch(&session, &all), (0, Vec::new()));
}
