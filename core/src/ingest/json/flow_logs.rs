//! What `aws ec2 describe-flow-logs` says of flow logs: the format of each.
//!
//! Source: the EC2 API reference, `FlowLog`. Flow logs from before custom formats have no `LogFormat`: theirs is the
//! default one.

use super::value::Json;
use crate::ingest::guess;
use crate::ingest::outcome::FlowLog;
use crate::record::Format;

/// The flow logs in a value, if it is such an answer: the answer itself, a page of it, or one flow log.
pub(super) fn listed<'a, 'j>(object: &'a Json<'j>) -> Option<Vec<&'a Json<'j>>> {
    if object.member("FlowLogId").is_some() {
        return Some(vec![object]);
    }
    let answer = object.member("data").filter(|_| object.member("status_code").is_some()).unwrap_or(object);
    match answer.member("FlowLogs") {
        Some(Json::List(flow_logs)) => Some(flow_logs.iter().collect()),
        _ => None,
    }
}

/// The format of a flow log, if it is known.
pub(super) fn known(flow_log: &Json<'_>) -> Option<FlowLog> {
    let text = |key: &str| flow_log.member(key).and_then(Json::text);
    let format = match text("LogFormat") {
        Some(format) => guess::parse(format).ok()?.0,
        None if text("ResourceType").is_some_and(|of| of.starts_with("TransitGateway")) => return None,
        None => Format::default_v2(),
    };
    Some(FlowLog {
        id: text("FlowLogId")?.to_owned(),
        log_group: text("LogGroupName").unwrap_or_default().to_owned(),
        fields: format.header(),
    })
}
