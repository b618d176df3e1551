//! Parquet: of AWS, and rewritten by arrow, pandas and Spark.

use parquet::basic::{Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder, WriterVersion};
use parquet::schema::types::ColumnPath;

use flowlens::store::{Segment, Table};

use super::parquet_file::{Cells, codec, file, int32, int64, read, texts};
use super::support::{self, A, B, HEADER, N, told};

/// The type of a field in AWS's own files.
fn aws_type(name: &str) -> &'static str {
    match name {
        "version" | "srcport" | "dstport" | "protocol" => "int32",
        "packets" | "bytes" | "start" | "end" => "int64",
        _ => "binary",
    }
}

/// Records as AWS would write them.
pub(crate) fn aws(lines: &[&str], properties: WriterPropertiesBuilder, group: usize) -> Vec<u8> {
    let fields: Vec<String> = HEADER
        .split(' ')
        .map(|name| {
            let utf8 = if aws_type(name) == "binary" { " (UTF8)" } else { "" };
            format!("optional {} {}{utf8}", aws_type(name), name.replace('-', "_"))
        })
        .collect();
    let columns: Vec<(&str, Cells)> = HEADER
        .split(' ')
        .enumerate()
        .map(|(at, name)| {
            let values = lines.iter().map(|line| line.split(' ').nth(at).unwrap());
            let number = |text: &str| text.parse::<i64>().ok();
            let cells = match aws_type(name) {
                "int32" => Cells::Int32(values.map(|text| number(text).map(|value| value as i32)).collect()),
                "int64" => Cells::Int64(values.map(number).collect()),
                _ => Cells::Text(values.map(|text| Some(text.as_bytes().to_vec())).collect()),
            };
            (fields[at].as_str(), cells)
        })
        .collect();
    file(&columns, properties, group)
}

/// Two addresses and one more column.
fn with(field: &str, cells: Cells, rows: usize) -> Vec<u8> {
    let columns = [
        ("optional binary srcaddr (UTF8)", texts(&vec!["10.0.0.1"; rows])),
        ("required binary dstaddr (STRING)", texts(&vec!["10.0.0.2"; rows])),
        (field, cells),
    ];
    file(&columns, codec(Compression::SNAPPY), 100)
}

fn check(bytes: &[u8], expected: &str) {
    for shares in [1, 3] {
        assert_eq!(told(&read("x.parquet", bytes, shares).0), expected, "{shares} shares");
    }
}

macro_rules! cases {
    ($($name:ident: $bytes:expr => $expected:expr;)*) => {
        $(#[test] fn $name() { check(AsRef::<[u8]>::as_ref(&$bytes), $expected); })*
    };
}

const ABN: &str = "3 rows = 3 records [1, 1, 1, 0] Parquet columns";

cases! {
    case_51_gzip_as_aws: aws(&[A, B, N], codec(Compression::GZIP(GzipLevel::default())), 100) =>
        &format!("Parquet, gzip: {ABN}");
    case_51_snappy_in_three_groups: aws(&[A, B, N], codec(Compression::SNAPPY), 1) =>
        &format!("Parquet, snappy: {ABN}");
    case_51_zstd: aws(&[A, B, N], codec(Compression::ZSTD(ZstdLevel::default())), 2) =>
        &format!("Parquet, zstd: {ABN}");
    case_51_zstd_second_page_version: aws(&[A, B, N], codec(Compression::ZSTD(ZstdLevel::default())).set_writer_version(WriterVersion::PARQUET_2_0), 2) =>
        &format!("Parquet, zstd: {ABN}");
    case_51_not_compressed: aws(&[A, B, N], codec(Compression::UNCOMPRESSED).set_dictionary_enabled(false), 2) =>
        &format!("Parquet, not compressed: {ABN}");
    case_51_lz4: aws(&[A, B, N], codec(Compression::LZ4_RAW), 2) => &format!("Parquet, lz4: {ABN}");
    case_51_second_page_version_delta: aws(&[A, B, N], codec(Compression::SNAPPY).set_writer_version(WriterVersion::PARQUET_2_0).set_dictionary_enabled(false), 2) =>
        &format!("Parquet, snappy: {ABN}");
    case_51_codec_of_each_column: aws(&[A, B, N], codec(Compression::SNAPPY).set_column_compression(ColumnPath::from("srcaddr"), Compression::ZSTD(ZstdLevel::default())), 2) =>
        &format!("Parquet, snappy, zstd: {ABN}");
    case_51_no_rows: aws(&[], codec(Compression::SNAPPY), 2) =>
        "Parquet, : 0 rows | The file has no records: no traffic was logged in its interval";
    case_18_transit_gateway: with("optional binary tgw_id (UTF8)", texts(&["tgw-0a"]), 1) =>
        "Parquet, snappy: 1 rows = 1 records [0, 0, 0, 0] Parquet columns | The format lacks packets-lost-no-route, packets-lost-blackhole, packets-lost-mtu-exceeded, packets-lost-ttl-expired: what a transit gateway lost so cannot be known";
    case_51_pandas_doubles_and_nulls: with("optional double dstport", Cells::Double(vec![Some(443.0), None, Some(f64::NAN), Some(1.5), Some(-1.0), Some(70000.0)]), 6) =>
        "Parquet, snappy: 6 rows = 3 records + 3 refused [0, 0, 0, 0] Parquet columns | 4:0 dstport is not a port number, 0 to 65535: 1.5 | 5:0 dstport is not a port number, 0 to 65535: -1 | 6:0 dstport is not a port number, 0 to 65535: 70000";
    case_51_pandas_ports: with("optional double dstport", Cells::Double(vec![Some(443.0), None, Some(f64::NAN)]), 3) =>
        "Parquet, snappy: 3 rows = 3 records [0, 0, 0, 0] Parquet columns | 3 records have whole numbers written with a fraction (443.0); they were read as whole";
    case_51_pandas_index: with("optional int64 __index_level_0__", int64(&[0, 1]), 2) =>
        "Parquet, snappy: 2 rows = 2 records [0, 0, 0, 0] Parquet columns | Column left out, __index_level_0__: it is the row number that pandas adds";
    case_51_texts_for_numbers: with("optional binary packets (UTF8)", texts(&["1", "-", "NULL", "7.0", "x", "007"]), 6) =>
        "Parquet, snappy: 6 rows = 5 records + 1 refused [0, 0, 0, 0] Parquet columns | 5:0 packets is not a whole number below 2^63: x | 1 records have whole numbers written with a fraction (443.0); they were read as whole";
    case_51_numbers_for_texts: with("optional int64 account_id", int64(&[123_456_789_012, 64_076_352_821]), 2) =>
        "Parquet, snappy: 2 rows = 2 records [0, 0, 0, 0] Parquet columns";
    case_51_unsigned: with("required int32 bytes (INTEGER(32, false))", int32(&[-1, 7]), 2) =>
        "Parquet, snappy: 2 rows = 2 records [0, 0, 0, 0] Parquet columns";
    case_51_a_list_is_left_out: nested() =>
        "Parquet, snappy: 1 rows = 1 records [0, 0, 0, 0] Parquet columns | Column left out, tags.list.element: it is a list or has parts, and a flow record has single values";
    case_51_decimal_is_left_out: with("optional int64 bytes (DECIMAL(18, 2))", int64(&[100, 200]), 2) =>
        "Parquet, snappy: 2 rows = 2 records [0, 0, 0, 0] Parquet columns | Column left out, bytes: its type is Decimal(DecimalType { scale: 2, precision: 18 }), which no field of a flow record has";
    case_26_timestamps: with("optional int64 start (TIMESTAMP(MICROS, true))", int64(&[1_700_000_000_250_000, -5]), 2) =>
        "Parquet, snappy: 2 rows = 1 records + 1 refused [0, 0, 0, 0] Parquet columns | 2:0 start is not a Unix time in whole seconds or milliseconds: -5 | 1 records have times in milliseconds; they were read as such";
    case_26_spark_timestamps: with("optional int96 start", Cells::Int96(vec![Some([0, 0, 2_460_263])]), 1) =>
        "Parquet, snappy: 1 rows = 1 records [0, 0, 0, 0] Parquet columns | 1 records have times in milliseconds; they were read as such";
    case_29_bad_ports: with("required int32 dstport", int32(&[65_535, 65_536, -1]), 3) =>
        "Parquet, snappy: 3 rows = 1 records + 2 refused [0, 0, 0, 0] Parquet columns | 2:0 dstport is not a port number, 0 to 65535: 65536 | 3:0 dstport is not a port number, 0 to 65535: -1";
    case_25_odd_words: with("optional binary action (UTF8)", texts(&["Accept", "REJECT", "NULL", "-"]), 4) =>
        "Parquet, snappy: 4 rows = 4 records [0, 1, 0, 0] Parquet columns | 1 records have an action other than ACCEPT or REJECT; they are neither accepted nor rejected";
    case_37_not_utf8: with("optional binary subnet_id", Cells::Text(vec![Some(b"\xff\xfe".to_vec()), Some("subnet-б".as_bytes().to_vec())]), 2) =>
        "Parquet, snappy: 2 rows = 1 records + 1 refused [0, 0, 0, 0] Parquet columns | 1:0 subnet-id is not UTF-8 text";
    case_09_unknown_columns_and_types: with("optional boolean my_flag", Cells::Bool(vec![Some(true), None]), 2) =>
        "Parquet, snappy: 2 rows = 2 records [0, 0, 0, 0] Parquet columns";
    days_since_1970: with("optional int32 day (DATE)", int32(&[19_675]), 1) =>
        "Parquet, snappy: 1 rows = 1 records [0, 0, 0, 0] Parquet columns";
    fractions_of_four_bytes: with("optional float packets", Cells::Float(vec![Some(3.0)]), 1) =>
        "Parquet, snappy: 1 rows = 1 records [0, 0, 0, 0] Parquet columns | 1 records have whole numbers written with a fraction (443.0); they were read as whole";
    case_10_field_twice: with("optional binary src_addr (UTF8)", texts(&["10.0.0.1"]), 1) =>
        "Not read: it looks like a flow log with an unusable header (the header names a field twice: srcaddr): correct the header line and drop the file again.";
    case_52_ocsf: with("required int32 class_uid", int32(&[4001]), 1) =>
        "Not read: it looks like OCSF (Security Lake), which is made from flow logs and is none: drop the flow log's own files.";
    case_56_another_table: file(&[("required int32 a", int32(&[1])), ("required int32 b", int32(&[1]))], codec(Compression::SNAPPY), 9) =>
        "Not read: it looks like a Parquet file of something else (its columns: a, b ...): flowlens reads VPC flow logs.";
    case_42_cut: aws(&[A], codec(Compression::SNAPPY), 9)[..900] =>
        "This Parquet file is cut: it does not end as one, and its end is where it says what it holds. Download it again.";
}

/// A column that is a list.
fn nested() -> Vec<u8> {
    use parquet::data_type::ByteArrayType;
    let schema = "message m { required binary srcaddr (UTF8); required binary dstaddr (UTF8); \
                  optional group tags (LIST) { repeated group list { optional binary element (UTF8); } } }";
    let schema = parquet::schema::parser::parse_message_type(schema).unwrap();
    let properties = codec(Compression::SNAPPY).build();
    let mut writer =
        parquet::file::writer::SerializedFileWriter::new(Vec::new(), schema.into(), properties.into())
            .unwrap();
    let mut group = writer.next_row_group().unwrap();
    for (value, levels) in [("10.0.0.1", 0), ("10.0.0.2", 0), ("a", 3)] {
        let mut column = group.next_column().unwrap().unwrap();
        let levels = [levels];
        column.typed::<ByteArrayType>().write_batch(&[value.into()], Some(&levels), Some(&[0])).unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.into_inner().unwrap()
}

/// The records of a table as lines.
fn lines(mut table: Table) -> Vec<String> {
    table.seal_all();
    let rows =
        |segment: &Segment| (0..segment.rows()).map(|row| table.line(segment, row)).collect::<Vec<_>>();
    table.segments().iter().flat_map(rows).collect()
}

#[test]
fn a_record_is_the_same_from_parquet_and_from_text() {
    let text = format!("{HEADER}\n{A}\n{B}\n{N}\n");
    let (_, expected) = support::read("x.log", text.as_bytes(), 100);
    let expected = lines(expected);
    for group in [1, 2, 100] {
        let (_, table) = read("x.parquet", &aws(&[A, B, N], codec(Compression::SNAPPY), group), 2);
        assert_eq!(lines(table), expected);
    }
}

/// More rows than are read at a time, in pages and groups that end elsewhere, some without a dictionary.
#[test]
fn many_rows_in_pages_of_all_sorts_are_read_as_written() {
    let wanted: Vec<String> = (0..50_000_u32)
        .map(|i| {
            let source = std::net::Ipv4Addr::from_bits(0x0a00_0000 | i.wrapping_mul(2_654_435_761) >> 12);
            format!("2 123456789012 eni-{:x} {source} 198.51.100.7 {} 443 6 {i} {} 1700000000 1700000060 ACCEPT OK", i / 777, i % 65_536, i * 40)
        })
        .collect();
    let some: Vec<&str> = wanted.iter().map(String::as_str).collect();
    let small = WriterProperties::builder()
        .set_data_page_row_count_limit(1_000)
        .set_write_batch_size(500)
        .set_dictionary_page_size_limit(20_000);
    for (properties, group) in [
        (small.clone().set_compression(Compression::GZIP(GzipLevel::default())), 20_000),
        (small.clone().set_compression(Compression::ZSTD(ZstdLevel::default())), 50_000),
        (small.set_dictionary_enabled(false).set_encoding(Encoding::PLAIN), 7_000),
        (
            WriterProperties::builder()
                .set_writer_version(WriterVersion::PARQUET_2_0)
                .set_compression(Compression::SNAPPY),
            33_333,
        ),
    ] {
        let bytes = aws(&some, properties, group);
        for shares in [1, 2, 7] {
            let (outcome, table) = read("x.parquet", &bytes, shares);
            assert_eq!((outcome.records, outcome.refused), (50_000, 0), "{}", told(&outcome));
            assert!(lines(table) == wanted);
        }
    }
}

/// The real samples beside the project, where they are.
#[test]
fn the_samples_of_aws_and_pandas_are_read_and_that_of_security_lake_is_named() {
    let root =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/sekoia-automation-library");
    let Ok(aws) = std::fs::read(
        root.join("111111111111_vpcflowlogs_eu-west-3_fl-032a163fae170ae52_20220831T1255Z_2ad4bef5.parquet"),
    ) else {
        return;
    };
    let (outcome, table) = read("aws.parquet", &aws, 1);
    assert_eq!(told(&outcome), "Parquet, snappy: 7 rows = 7 records [4, 3, 0, 0] Parquet columns");
    let records = lines(table);
    let sum = |name: &str| -> u64 {
        let at = outcome.fields.iter().position(|field| field == name).unwrap();
        records.iter().filter_map(|line| line.split(' ').nth(at)?.parse::<u64>().ok()).sum()
    };
    assert_eq!((sum("packets"), sum("bytes")), (64, 14_516));

    let (outcome, table) =
        read("pandas.parquet", &std::fs::read(root.join("test_parquet.parquet")).unwrap(), 1);
    let json = std::fs::read_to_string(root.join("test_parquet_result.json")).unwrap();
    let expected: Vec<String> = serde_json::from_str(&json).unwrap();
    let records: Vec<String> = lines(table)
        .iter()
        .map(|line| {
            let mut record = serde_json::Map::new();
            for (name, value) in outcome.fields.iter().zip(line.split(' ')) {
                let value = match value.parse::<u64>() {
                    Ok(number) if name != "account-id" => number.into(),
                    _ => value.into(),
                };
                record.insert(name.replace('-', "_"), value);
            }
            serde_json::Value::Object(record).to_string()
        })
        .collect();
    let same: Vec<String> = expected
        .iter()
        .map(|text| serde_json::from_str::<serde_json::Value>(text).unwrap().to_string())
        .collect();
    // The file has one row more than the records that go with it.
    assert_eq!((records.len(), &records[..same.len()]), (8, same.as_slice()), "{}", told(&outcome));

    let (outcome, _) = read("ocsf.parquet", &std::fs::read(root.join("test_ocsf.parquet")).unwrap(), 1);
    assert!(told(&outcome).contains("OCSF"), "{}", told(&outcome));
}
