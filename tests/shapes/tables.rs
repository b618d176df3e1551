//! CSV, TSV and the like: of the CloudWatch console, Logs Insights, Athena and other tools.

use super::support::{A, B, HEADER, N, quoted, read, told};

fn check(text: &str, expected: &str) {
    let (outcome, _) = read("x.csv", text.as_bytes(), usize::MAX);
    assert_eq!(told(&outcome), expected);
}

macro_rules! cases {
    ($($name:ident: $text:expr => $expected:expr;)*) => {
        $(#[test] fn $name() { check($text.as_ref(), $expected); })*
    };
}

fn commas(line: &str) -> String {
    line.replace(' ', ",")
}

fn all_quoted(line: &str) -> String {
    line.split(' ').map(quoted).collect::<Vec<_>>().join(",")
}

cases! {
    case_45_header: format!("{}\n{}\n{}\n", commas(HEADER), commas(A), commas(N)) =>
        "CSV: 3 rows = 2 records + 1 headers [1, 0, 1, 0] CSV header";
    case_45_underscores_quoted_crlf: format!("{}\r\n{}\r\n", all_quoted(&HEADER.replace('-', "_")), all_quoted(B)) =>
        "CSV: 2 rows = 1 records + 1 headers [0, 1, 0, 0] CSV header";
    case_45_camel_case: "srcAddr,dstAddr,startTime,action\n10.0.0.1,10.0.0.2,1700000000,REJECT\n" =>
        "Logs Insights result, CSV: 2 rows = 1 records + 1 headers [0, 1, 0, 0] CSV header";
    case_45_blanks_after_commas: format!("{}\n", A.replace(' ', ",   ")) =>
        "CSV: 1 rows = 1 records [1, 0, 0, 0] default format, no header line";
    case_45_no_header: format!("{}\n{}\n", commas(A), commas(B)) =>
        "CSV: 2 rows = 2 records [1, 1, 0, 0] default format, no header line";
    case_45_semicolons: format!("{}\n{}\n", HEADER.replace(' ', ";"), A.replace(' ', ";")) =>
        "CSV: 2 rows = 1 records + 1 headers [1, 0, 0, 0] CSV header";
    case_45_tabs: format!("{}\n{}\n{}\n", HEADER.replace(' ', "\t"), A.replace(' ', "\t"), N.replace(' ', "\t")) =>
        "TSV: 3 rows = 2 records + 1 headers [1, 0, 1, 0] CSV header";
    case_45_tabs_blank_inside: "srcaddr\tdstaddr\tstart\tnote\n10.0.0.1\t10.0.0.2\t1700000000\ta note\n10.0.0.1\t10.0.0.2\t2022-12-26 21:31:18\t\n" =>
        "TSV: 3 rows = 1 records + 1 headers + 1 refused [0, 0, 0, 0] CSV header | 3:63 start is not a Unix time in whole seconds or milliseconds: 2022-12-26 21:31:18";
    case_45_header_again_and_blank_rows: format!("{0}\n{1}\n\n{0}\n{1}\n", commas(HEADER), commas(A)) =>
        "CSV: 5 rows = 2 records + 2 headers + 1 blanks [2, 0, 0, 0] CSV header";
    case_45_rows_of_other_widths: "srcaddr,dstaddr,action\n10.0.0.1,10.0.0.2\n10.0.0.1,10.0.0.2,ACCEPT,x\n10.0.0.1,10.0.0.2,ACCEPT\n" =>
        "CSV: 4 rows = 1 records + 1 headers + 2 refused [1, 0, 0, 0] CSV header | 2:23 2 cells in a row where the header has 3 | 3:41 4 cells in a row where the header has 3";
    case_45_numbered_rows_and_floats: ",srcaddr,dstaddr,dstport,tcp_flags\n0,10.0.0.1,10.0.0.2,443.0,\n" =>
        "CSV: 2 rows = 1 records + 1 headers [0, 0, 0, 0] CSV header | 1 records have whole numbers written with a fraction (443.0); they were read as whole";
    case_10_field_twice: "srcaddr,src_addr,dstaddr\n10.0.0.1,10.0.0.1,10.0.0.2\n" =>
        "Not read: it looks like a flow log with an unusable header (the header names a field twice: srcaddr): correct the header line and drop the file again.";
    case_29_bad_ports: "srcaddr,dstaddr,dstport\n10.0.0.1,10.0.0.2,NaN\n10.0.0.1,10.0.0.2,25238.5\n10.0.0.1,10.0.0.2,65536\n" =>
        "CSV: 4 rows = 1 headers + 3 refused | 2:24 dstport is not a port number, 0 to 65535: NaN | 3:46 dstport is not a port number, 0 to 65535: 25238.5 | 4:72 dstport is not a port number, 0 to 65535: 65536";
    case_46_console: format!("timestamp,message\n1700000000000,{A}\n1700000000000,{N}\n") =>
        "CloudWatch console CSV: 3 rows = 2 records + 1 headers [1, 0, 1, 0] default format, no header line";
    case_46_console_quoted: format!("timestamp,message\r\n1700000000000,\"{A}\n\"\r\n1700000000000,hello\r\n") =>
        "CloudWatch console CSV: 3 rows = 1 records + 1 headers + 1 refused [1, 0, 0, 0] default format, no header line | 4:132 version is not a whole number, 0 to 255: hello";
    case_46_console_of_another_log: "timestamp,message\n1700000000000,START RequestId: 1\n" =>
        "CloudWatch console CSV: 1 rows = 1 headers | Not read: it looks like something other than a flow log: expected a header line of field names, or records of the default format (version account-id interface-id srcaddr dstaddr ...).";
    case_47_insights_messages: format!("@timestamp,@message,@ptr\n2022-03-03 19:00:40.000,{A},x\n") =>
        "Logs Insights result, CSV: 2 rows = 1 records + 1 headers [1, 0, 0, 0] default format, no header line";
    case_47_insights_fields: "@timestamp,srcAddr,dstAddr,bytes,logStatus\n2022-03-03 19:00:40.000,10.0.0.1,10.0.0.2,40,OK\n2022-03-03 19:00:40.000,-,-,-,NODATA\n" =>
        "Logs Insights result, CSV: 3 rows = 2 records + 1 headers [0, 0, 1, 0] CSV header";
    case_47_insights_of_sums: "srcAddr,sum(bytes) as total,count(*)\n10.0.0.1,3,4\n" =>
        "Not read: it looks like a Logs Insights result of computed columns: query `fields @timestamp, @message` and drop that result.";
    case_47_insights_messages_again: format!("@timestamp,@message
x,{A}
x,{N}
") =>
        "Logs Insights result, CSV: 3 rows = 2 records + 1 headers [1, 0, 1, 0] default format, no header line";
    athena_times: "\"interface_id\",\"srcaddr\",\"action\",\"protocol\",\"start_time\",\"end_time\"\n\"eni-0a\",\"172.31.16.139\",\"ACCEPT\",\"6\",\"2014-12-14T04:06:50.000Z\",\"2014-12-14T04:07:50.250Z\"\n\"eni-0a\",\"172.31.16.139\",\"REJECT\",,,\n" =>
        "CSV: 3 rows = 2 records + 1 headers [1, 1, 0, 0] CSV header | 1 records have times in milliseconds; they were read as such | 1 records have times written as dates; they were read as UTC";
    quote_without_end: "srcaddr,dstaddr\n10.0.0.1,\"10.0.0.2\n10.0.0.3,10.0.0.4\n" =>
        "CSV: 2 rows = 1 headers + 1 refused | 2:16 dstaddr is not an IPv4 or IPv6 address: 10.0.0.2\n10.0.0.3,10.0.0.4";
    markdown_table: "| srcAddr | dstAddr |\n|---|---|\n| 10.0.0.1 | 10.0.0.2 |\n" =>
        "Logs Insights result, CSV: 3 rows = 1 records + 1 headers + 1 refused [0, 0, 0, 0] CSV header | 2:22 srcaddr is not an IPv4 or IPv6 address: ---";
}

#[test]
fn case_47_exactly_ten_thousand_rows_were_probably_cut() {
    for (rows, cut) in [(9_998, 0), (9_999, 9_999), (10_000, 10_000), (10_001, 0)] {
        let row = format!("2022-03-03 19:00:40.000,{A}\n");
        let (outcome, _) = read("x", format!("@timestamp,@message\n{}", row.repeat(rows)).as_bytes(), 5000);
        assert_eq!((outcome.records, outcome.probably_cut), (rows as u64, cut));
    }
}
