//! Lines of text, plain and with something before the records.

use super::support::{A, B, CUSTOM, HEADER, N, gzip, read, told};

fn check(name: &str, text: impl AsRef<[u8]>, expected: &str) {
    let (outcome, _) = read(name, text.as_ref(), usize::MAX);
    assert_eq!(told(&outcome), expected);
}

macro_rules! cases {
    ($($name:ident: $text:expr => $expected:expr;)*) => {
        $(#[test] fn $name() { check("x.log", $text, $expected); })*
    };
}

cases! {
    case_01_header: format!("{HEADER}\n{A}\n{B}") =>
        "Flow log lines: 3 lines = 2 records + 1 headers [1, 1, 0, 0] header line";
    case_02_no_header: format!("{A}\n{B}\n{N}\n") =>
        "Flow log lines: 3 lines = 3 records [1, 1, 1, 0] default format, no header line";
    case_02_custom_without_header: format!("{CUSTOM}\n{CUSTOM}\n") =>
        "Not read: it looks like flow records of a custom format without a header line (4 values), which can be read in more than one way: give their format on the page, or drop the answer of `aws ec2 describe-flow-logs` as JSON beside them.";
    case_03_header_again: format!("{HEADER}\n{A}\n\n{HEADER}\n{B}\n") =>
        "Flow log lines: 5 lines = 2 records + 2 headers + 1 blanks [1, 1, 0, 0] header line";
    case_04_two_formats: format!("{HEADER}\n{A}\ninterface-id srcaddr dstaddr action\neni-0a 10.0.0.1 10.0.0.2 REJECT\n") =>
        "Flow log lines: 4 lines = 2 records + 2 headers [1, 1, 0, 0] header line";
    case_05_same_count_other_layout: format!("{A}\n3 i-0a eni-0a 10.0.0.5 10.0.0.6 123456789012 6 568 8 1700000000 1700000060 ACCEPT 2 OK\n") =>
        "Flow log lines: 2 lines = 1 records + 1 refused [1, 0, 0, 0] default format, no header line | 2:95 srcport is not a port number, 0 to 65535: 123456789012";
    case_14_15_too_many_and_too_few: format!("{HEADER}\n{A} x\n{}\n", &A[..A.len() - 3]) =>
        "Flow log lines: 3 lines = 1 headers + 2 refused | 2:115 15 values where the format has 14 fields: columns may be shifted | 3:212 13 values where the format has 14 fields: the line is cut or of another format";
    case_16_export: format!("2023-11-14T22:13:20.000Z {A}\n2023-11-14T22:13:20.000Z {N}\n") =>
        "CloudWatch Logs export: 2 lines = 2 records [1, 0, 1, 0] default format, no header line";
    case_16_export_gzip: gzip(&format!("2023-11-14T22:13:20.000Z {A}\n")) =>
        "CloudWatch Logs export: 1 lines = 1 records [1, 0, 0, 0] default format, no header line";
    case_16_export_custom: format!("2023-11-14T22:13:20.000Z {CUSTOM}\n") =>
        "Not read: it looks like flow records of a custom format without a header line (4 values), which can be read in more than one way: give their format on the page, or drop the answer of `aws ec2 describe-flow-logs` as JSON beside them.";
    case_16_export_with_a_line_without_time: format!("2023-11-14T22:13:20.000Z {A}\n{B}\n\n2023-11-14T22:13:20.000Z what\n") =>
        "CloudWatch Logs export: 4 lines = 2 records + 1 blanks + 1 refused [1, 1, 0, 0] default format, no header line | 4:212 version is not a whole number, 0 to 255: what";
    case_16_export_test_file: "Permission Check Successful" =>
        "skipped: the mark of a CloudWatch Logs export task that it may write here";
    case_17_cut_transit_gateway_line: "6 TransitGateway 123456789012 tgw-0a tgw-attach-0a 123456789012\n" =>
        "Not read: it looks like flow records of a custom format without a header line (6 values), which can be read in more than one way: give their format on the page, or drop the answer of `aws ec2 describe-flow-logs` as JSON beside them.";
    case_42_empty: "" =>
        "Flow log lines: 0 lines | The file has no records: no traffic was logged in its interval";
    case_42_cut_gzip: { let mut file = gzip(&format!("{A}\n").repeat(2000)); file.truncate(file.len() - 9); file } =>
        "Flow log lines: 2000 lines = 2000 records [2000, 0, 0, 0] default format, no header line | This file breaks at byte 1503: the gzip data ends before the end of its last block. 2000 records before that point were read; download the file again to get the rest.";
    case_43_byte_order_mark: format!("\u{feff}{HEADER}\r\n{A}\r\n") =>
        "Flow log lines: 2 lines = 1 records + 1 headers [1, 0, 0, 0] header line";
    case_44_blanks_and_comments: format!("# made by hand\r\n\r\n  {}  \r\n", A.replace(' ', " \t ")) =>
        "Flow log lines: 3 lines = 1 records + 1 blanks + 1 comments [1, 0, 0, 0] default format, no header line";
    case_45_blanks_under_csv_suffix: format!("{A}\n") =>
        "Flow log lines: 1 lines = 1 records [1, 0, 0, 0] default format, no header line";
    case_48_output_table: "-----------------\n|FilterLogEvents|\n" =>
        "Not read: it looks like a table drawn for reading (`--output table`): run the command again with `--output json` and drop that.";
    case_48_vertical_copy: "@timestamp1700000000000\nactionREJECT\n" =>
        "Not read: it looks like records copied off the Logs Insights page, whose names and values run together: export the result as CSV or JSON and drop that.";
    tail_detailed: format!("2023-11-14T22:13:20.000000+00:00 eni-0a-all {A}\n2023-11-14T22:13:20.000000+00:00 eni-0a-all {N}\n") =>
        "Output of aws logs tail: 2 lines = 2 records [1, 0, 1, 0] default format, no header line";
    tail_short: format!("2023-11-14T22:13:20 {A}\n") =>
        "Output of aws logs tail: 1 lines = 1 records [1, 0, 0, 0] default format, no header line";
    tail_json: format!("2023-11-14T22:13:20+00:00 eni-0a-all {B}\n") =>
        "Output of aws logs tail: 1 lines = 1 records [0, 1, 0, 0] default format, no header line";
    tail_in_colours: format!("\x1b[32m2023-11-14T22:13:20+00:00\x1b[0m \x1b[36meni-0a-all\x1b[0m {B}\n") =>
        "Output of aws logs tail: 1 lines = 1 records [0, 1, 0, 0] default format, no header line";
    filter_log_events_text: format!("Bxkq6k\nEVENTS\t371\t1700000100000\teni-0a-all\t{A}\t1700000000000\nSEARCHEDLOGSTREAMS\teni-0a-all\tTrue\n") =>
        "Output of aws logs, text: 3 lines = 1 records + 2 control [1, 0, 0, 0] default format, no header line";
    get_log_events_text: format!("b/1\tf/1\nEVENTS\t1700000100000\t{A}\t1700000000000\nEVENTS\t1700000100000\n") =>
        "Output of aws logs, text: 3 lines = 1 records + 1 refused + 1 control [1, 0, 0, 0] default format, no header line | 3:138 an EVENTS row without a message: it is cut or of another command";
    query_messages_text: format!("{A}\t{B}\t{N}\n") =>
        "Output of aws logs, text: 3 lines = 3 records [1, 1, 1, 0] default format, no header line";
    query_times_and_messages_text: format!("1700000000000\t{A}\n1700000000000\t{B}\n") =>
        "Output of aws logs, text: 2 lines = 2 records [1, 1, 0, 0] default format, no header line";
    query_results_text: format!("CWLI\tComplete\nRESULTS\t@message\t{A}\nRESULTS\t@ptr\tCmE=\nSTATISTICS\t1.0\t1.0\n") =>
        "Logs Insights result, text: 4 lines = 1 records + 3 control [1, 0, 0, 0] default format, no header line";
    query_results_text_of_fields: "CWLI\tComplete\nRESULTS\tsrcAddr\t10.0.0.5\nRESULTS\tdstAddr\t10.0.0.6\n" =>
        "Not read: it looks like a Logs Insights result as text, which does not tell where a record ends: run the command again with `--output json`, or query @message.";
    yaml: format!("---\nLogs:\n  - {A}\n") =>
        "Not read: it looks like YAML: save the records themselves as plain lines and drop that.";
}

#[test]
fn case_54_strangers_in_a_tree() {
    check("AWSLogs/_SUCCESS", "", "skipped: a marker that Hive or Spark keeps beside its files");
    check("AWSLogs/.part-0.crc", "crc\0\u{1}", "skipped: a marker that Hive or Spark keeps beside its files");
    check("AWSLogs/manifest.json", "{\"entries\":[]}", "skipped: a manifest, a list of files");
    check("results/1.csv.metadata", "\u{1}\u{2}", "skipped: the metadata of an Athena result");
    check(
        "AWSLogs/test_file.log",
        "Some fool put a different key here",
        "Not read: it looks like something other than a flow log: expected a header line of field names, or records of the default format (version account-id interface-id srcaddr dstaddr ...).",
    );
    check(
        "_SUCCESS",
        format!("{HEADER}\n{A}\n"),
        "Flow log lines: 2 lines = 1 records + 1 headers [1, 0, 0, 0] header line",
    );
}
