//! JSON of CloudWatch Logs, subscriptions, Firehose, Logs Insights, and a record each.

use data_encoding::BASE64;

use super::support::{A, B, CUSTOM, N, event, gzip, object, payload, quoted, read, told};

fn check(text: impl AsRef<[u8]>, expected: &str) {
    let (outcome, _) = read("x.json", text.as_ref(), usize::MAX);
    assert_eq!(told(&outcome), expected);
}

macro_rules! cases {
    ($($name:ident: $text:expr => $expected:expr;)*) => {
        $(#[test] fn $name() { check($text, $expected); })*
    };
}

fn firehose(message: &str) -> String {
    format!("{{\"message\":{}}}", quoted(message))
}

fn camel(key: &str) -> String {
    let mut words = key.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
}

fn underscore(key: &str) -> String {
    key.replace('-', "_")
}

cases! {
    case_49_filter_log_events: format!("{{\"events\":[{},{}],\"searchedLogStreams\":[],\"nextToken\":\"t\"}}", event(A), event(B)) =>
        "Output of aws logs, JSON: 2 messages = 2 records [1, 1, 0, 0] default format, no header line";
    case_49_get_log_events_pretty: format!("{{\n  \"events\": [\n    {},\n    {}\n  ],\n  \"nextForwardToken\": \"f/1\"\n}}\n", event(A), event(N)) =>
        "Output of aws logs, JSON: 2 messages = 2 records [1, 0, 1, 0] default format, no header line";
    case_49_pages_one_after_another: format!("{{\"events\":[{}]}}\n{{\"events\":[]}}{{\"events\":[{}]}}", event(A), event(B)) =>
        "Output of aws logs, JSON: 2 messages = 2 records [1, 1, 0, 0] default format, no header line";
    case_50_column_by_column_as_pandas: "{\"srcaddr\":{\"0\":\"10.0.0.1\"},\"dstaddr\":{\"0\":\"10.0.0.2\"}}" =>
        "Not read: it looks like JSON without flow records (no flow record in this JSON value): flowlens reads VPC flow logs.";
    case_49_event_a_line: format!("{}\n{}\n", event(A), event("an app's own line")) =>
        "JSON with a message each: 2 messages = 1 records + 1 refused [1, 0, 0, 0] default format, no header line | 2:144 version is not a whole number, 0 to 255: an";
    case_49_events_of_another_log: format!("{{\"events\":[{}]}}", event("START RequestId: 1")) =>
        "Not read: it looks like something other than a flow log: expected a header line of field names, or records of the default format (version account-id interface-id srcaddr dstaddr ...).";
    case_49_events_of_cloudtrail: format!("{{\"events\":[{}]}}", event("{\"eventVersion\":\"1.08\",\"eventSource\":\"ec2.amazonaws.com\"}")) =>
        "Not read: it looks like a CloudTrail log: flowlens reads VPC flow logs.";
    case_49_custom_format: payload("DATA_MESSAGE", &[event(CUSTOM), event(CUSTOM)]) =>
        "Not read: it looks like flow records of a custom format without a header line (4 values), which can be read in more than one way: give their format on the page, or drop the answer of `aws ec2 describe-flow-logs` as JSON beside them.";
    case_49_subscription: payload("DATA_MESSAGE", &[event(A), event(N)]) =>
        "CloudWatch Logs subscription: 2 messages = 2 records [1, 0, 1, 0] default format, no header line";
    case_49_control_message: payload("CONTROL_MESSAGE", &[event("CWL CONTROL MESSAGE: Checking health of destination Firehose.")]) + &payload("DATA_MESSAGE", &[event(A)]) =>
        "CloudWatch Logs subscription: 2 messages = 1 records + 1 control [1, 0, 0, 0] default format, no header line";
    case_49_only_control_messages: payload("CONTROL_MESSAGE", &[event("CWL CONTROL MESSAGE: Checking health of destination Firehose.")]) =>
        "JSON: 1 messages = 1 control | The file has no records, only control messages or lines of the tool that wrote it";
    case_49_subscription_members: [gzip(&payload("DATA_MESSAGE", &[event(A)])), gzip(&payload("DATA_MESSAGE", &[event(B)]))].concat() =>
        "CloudWatch Logs subscription: 2 messages = 2 records [1, 1, 0, 0] default format, no header line";
    case_49_lambda_event: format!("{{\"awslogs\":{{\"data\":\"{}\"}}}}", BASE64.encode(&gzip(&payload("DATA_MESSAGE", &[event(A), event(B)])))) =>
        "CloudWatch Logs subscription, Lambda event: 2 messages = 2 records [1, 1, 0, 0] default format, no header line";
    case_49_lambda_event_cut: format!("{{\"awslogs\":{{\"data\":\"{}\"}}}}", BASE64.encode(&gzip(&payload("DATA_MESSAGE", &[event(A)]))[..60])) =>
        "Not read: it looks like JSON without flow records (the payload breaks at its byte 60: the gzip data ends before the end of its last block): flowlens reads VPC flow logs.";
    case_49_lambda_event_not_base64: "{\"awslogs\":{\"data\":\"%%%\"}}" =>
        "Not read: it looks like JSON without flow records (data is not base64): flowlens reads VPC flow logs.";
    case_49_kinesis_event: format!("{{\"Records\":[{{\"kinesis\":{{\"data\":\"{}\"}}}}]}}", BASE64.encode(&gzip(&payload("DATA_MESSAGE", &[event(A)])))) =>
        "Kinesis records, Lambda event: 1 messages = 1 records [1, 0, 0, 0] default format, no header line";
    case_49_firehose_lines: format!("{}\n{}\n", firehose(A), firehose(B)) =>
        "Firehose JSON: 2 messages = 2 records [1, 1, 0, 0] default format, no header line";
    case_49_firehose_concatenated: firehose(A) + &firehose(N) =>
        "Firehose JSON: 2 messages = 2 records [1, 0, 1, 0] default format, no header line";
    case_49_firehose_message_with_line_feed: firehose(&format!("{A}\n")) =>
        "Firehose JSON: 1 messages = 1 records [1, 0, 0, 0] default format, no header line";
    case_49_json_in_json: firehose(&(firehose(A) + "\n")) + "\n" =>
        "Firehose JSON: 1 messages = 1 records [1, 0, 0, 0] default format, no header line";
    case_49_cut_line: format!("{}\n{}", firehose(A), &firehose(B)[..50]) =>
        "Firehose JSON: 2 messages = 1 records + 1 refused [1, 0, 0, 0] default format, no header line | 2:109 not JSON at byte 159: the JSON text ends before its end";
    case_49_cut_in_the_middle: format!("{}\n{}\n{}\n", firehose(A), &firehose(B)[..50], firehose(N)) =>
        "Firehose JSON: 3 messages = 2 records + 1 refused [1, 0, 1, 0] default format, no header line | 2:109 not JSON at byte 159: a text does not end on its line";
    case_49_cut_document: format!("{{\"events\":[{},{}", event(A), &event(B)[..60]) =>
        "Output of aws logs, JSON: 2 messages = 1 records + 1 refused [1, 0, 0, 0] default format, no header line | 1:155 not JSON at byte 215: the JSON text ends before its end | This file breaks at byte 215: the JSON text ends before its end. 1 records before that point were read; download the file again to get the rest.";
    case_49_messages_by_query: format!("[\n  {},\n  {}\n]\n", quoted(A), quoted(B)) =>
        "JSON list of lines: 2 messages = 2 records [1, 1, 0, 0] default format, no header line";
    case_49_times_and_messages_by_query: format!("[[1700000000000,{}],[1700000000000,{}]]", quoted(A), quoted(B)) =>
        "JSON list of lines: 2 messages = 2 records [1, 1, 0, 0] default format, no header line";
    case_49_one_quoted_line_each: format!("{}\n{}\n", quoted(A), quoted(B)) =>
        "JSON list of lines: 2 messages = 2 records [1, 1, 0, 0] default format, no header line";
    case_48_query_results: format!("{{\"queryLanguage\":\"CWLI\",\"results\":[[{{\"field\":\"@message\",\"value\":{}}},{{\"field\":\"@ptr\",\"value\":\"x\"}}]],\"statistics\":{{}},\"status\":\"Complete\"}}", quoted(A)) =>
        "Logs Insights result, JSON: 1 messages = 1 records [1, 0, 0, 0] default format, no header line";
    case_48_query_results_of_fields: "{\"results\":[[{\"field\":\"@timestamp\",\"value\":\"2024-01-15 10:30:00.000\"},{\"field\":\"srcAddr\",\"value\":\"10.0.0.1\"},{\"field\":\"dstAddr\",\"value\":\"10.0.0.2\"},{\"field\":\"bytes\",\"value\":\"4249\"},{\"field\":\"@ptr\",\"value\":\"x\"}],[{\"field\":\"srcAddr\",\"value\":\"10.0.0.3\"}]],\"status\":\"Complete\"}" =>
        "Logs Insights result, JSON: 2 messages = 1 records + 1 refused [0, 0, 0, 0] JSON keys | 1:211 no flow record in this JSON value";
    case_48_query_results_of_sums: "{\"results\":[[{\"field\":\"bin(5m)\",\"value\":\"2024-01-15 10:30:00.000\"},{\"field\":\"sum(bytes)\",\"value\":\"10\"}]]}" =>
        "Not read: it looks like JSON without flow records (no flow record in this JSON value): flowlens reads VPC flow logs.";
    case_47_insights_json: format!("[{{\"@timestamp\":\"2021-08-11 09:29:13.095\",\"@message\":{}}}]", quoted(A)) =>
        "Logs Insights result, JSON: 1 messages = 1 records [1, 0, 0, 0] default format, no header line";
    case_47_insights_json_of_ten_thousand: format!("[{}]", vec![format!("{{\"@message\":{}}}", quoted(A)); 10_000].join(",")) =>
        "Logs Insights result, JSON: 10000 messages = 10000 records [10000, 0, 0, 0] default format, no header line | 10000 rows is the most a Logs Insights query gives: the result was probably cut; narrow its time range and run it again";
    case_50_hyphens: object(str::to_owned, A) + "\n" + &object(str::to_owned, N) =>
        "JSON, a record each: 2 messages = 2 records [1, 0, 1, 0] JSON keys";
    case_50_underscores: format!("[{},{}]", object(underscore, A), object(underscore, B)) =>
        "JSON, a record each: 2 messages = 2 records [1, 1, 0, 0] JSON keys";
    case_50_camel: object(camel, A) =>
        "JSON, a record each: 1 messages = 1 records [1, 0, 0, 0] JSON keys";
    case_50_floats_nulls_and_numbers: "{\"account_id\":123456789012,\"interface_id\":\"eni-0a\",\"srcaddr\":\"10.0.0.1\",\"dstaddr\":null,\"dstport\":443.0,\"protocol\":\"6.0\",\"action\":\"REJECT\"}" =>
        "JSON, a record each: 1 messages = 1 records [0, 1, 0, 0] JSON keys | 1 records have whole numbers written with a fraction (443.0); they were read as whole";
    case_50_missing_and_new_keys: "{\"srcaddr\":\"10.0.0.1\",\"dstaddr\":\"10.0.0.2\"}\n{\"dstaddr\":\"10.0.0.2\",\"action\":\"ACCEPT\",\"cost-centre\":\"a b\",\"tags\":[1]}\n{\"hello\":1}\n" =>
        "JSON, a record each: 3 messages = 2 records + 1 refused [1, 0, 0, 0] JSON keys | 3:116 no flow record in this JSON value | 1 lists or objects inside records were left out: a flow record has single values";
    case_50_bad_values: "{\"srcaddr\":\"10.0.0.1\",\"dstport\":\"65536\"}\n{\"srcaddr\":\"nowhere\",\"dstport\":1}\n{\"srcaddr\":\"10.0.0.1\",\"dstport\":443.5}\n{\"srcaddr\":\"10.0.0.1\",\"src_addr\":\"10.0.0.2\",\"dstport\":1}" =>
        "JSON, a record each: 4 messages = 4 refused | 1:0 dstport is not a port number, 0 to 65535: 65536 | 2:41 srcaddr is not an IPv4 or IPv6 address: nowhere | 3:75 dstport is not a port number, 0 to 65535: 443.5 | 4:114 a field has two different values: src_addr";
    case_50_records_in_texts: format!("[{}]", quoted(&object(underscore, A))) =>
        "JSON, a record each: 1 messages = 1 records [1, 0, 0, 0] JSON keys";
    case_26_dates: "{\"srcaddr\":\"10.0.0.1\",\"dstaddr\":\"10.0.0.2\",\"start\":\"2023-11-14T22:13:20.000Z\",\"end\":1700000060000}\n{\"srcaddr\":\"10.0.0.1\",\"dstaddr\":\"10.0.0.2\",\"start\":\"2022-12-26 21:31:18\"}\n{\"srcaddr\":\"10.0.0.1\",\"dstaddr\":\"10.0.0.2\",\"start\":\"12/26/2022\"}\n" =>
        "JSON, a record each: 3 messages = 1 records + 2 refused [0, 0, 0, 0] JSON keys | 2:99 start is not a Unix time in whole seconds or milliseconds: 2022-12-26 21:31:18 | 3:173 start is not a Unix time in whole seconds or milliseconds: 12/26/2022 | 1 records have times in milliseconds; they were read as such | 1 records have times written as dates; they were read as UTC";
    case_56_something_else: "{\"hello\":\"world\"}" =>
        "Not read: it looks like JSON without flow records (no flow record in this JSON value): flowlens reads VPC flow logs.";
    case_56_configuration: "{\n    \"Subnets\": [\n        {\"SubnetId\": \"subnet-0a\"}\n    ]\n}\n" =>
        "Not read: it looks like an answer of `aws ec2 describe-...`: this version reads flow logs only.";
    case_59_flow_logs: "{\n    \"FlowLogs\": [\n        {\"FlowLogId\": \"fl-0a\"}\n    ]\n}\n" =>
        "Answer of describe-flow-logs: 1 messages = 1 control";
    case_57_broken_configuration: "{\n    \"SecurityGroups\": [\n        {\"GroupId\": \"sg-0a\",}\n    ]\n}\n" =>
        "Not read: it looks like an answer of `aws ec2 describe-...`: this version reads flow logs only (not JSON at byte 54: a key in double quotes is missing).";
    line_in_body: format!("[{{\"@timestamp\":\"x\",\"body\":{},\"aws\":{{\"vpc\":{{\"srcaddr\":\"10.0.0.1\"}}}}}}]", quoted(A)) =>
        "JSON with a message each: 1 messages = 1 records [1, 0, 0, 0] default format, no header line";
    empty_list: "[]" =>
        "JSON: 0 messages | The file has no records: no traffic was logged in its interval";
}
