//! How a flow log's files lie in a bucket.

/// The folders of a flow log's files below the user's own prefix, with `${account}`, `${region}`, `${day}` (or `${year}`,
/// `${month}`, and `${day}` of the month) and `${hour}` for what changes from file to file.
///
/// Source: AWS, "Flow log files" (VPC user guide).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Such as `AWSLogs/${account}/vpcflowlogs/${region}/${day}`.
    pub folders: String,
}

impl Layout {
    /// The layout that a flow log has unless it is told otherwise.
    pub fn plain() -> Self {
        Self { folders: "AWSLogs/${account}/vpcflowlogs/${region}/${day}".to_owned() }
    }

    /// Whether something changes from folder to folder, such as `hour`.
    pub fn has(&self, part: &str) -> bool {
        self.folders.contains(&format!("${{{part}}}"))
    }

    /// Whether year and month have folders of their own names, as Hive writes partitions.
    pub fn is_hive(&self) -> bool {
        self.has("year")
    }
}
