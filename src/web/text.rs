//! Longer texts of the page, in one place.

/// A choice of files that held none.
pub const NO_FILES: &str = "There were no files in that.";
/// An answer that the question does not have.
pub const UNEXPECTED: &str =
    "The worker answered something else than was asked. Reload the page and add the files again.";
/// While large files are compared with others.
pub const COMPARING: &str = "Comparing with files of the same name and size …";
/// When all of some results were read before.
pub const RESULTS_AGAIN: &str = "These results are loaded already.";
/// Where sums are those of Athena's results.
pub const NO_FILTER: &str = "Athena's results cannot be filtered: no records are behind them here.";
/// After the user has marked an interface.
pub const JUDGED_AGAIN: &str = "Judged again";
/// After a format was forgotten.
pub const FORGOTTEN: &str = "Forgotten: files like this will be asked about again";
/// Above the columns of a file whose format is not known.
pub const WHICH_FIELDS: &str = "Some fields look alike, so these columns can be read in more than one way. The format is in the flow log's \
     details in the AWS console, and is LogFormat in the answer of aws ec2 describe-flow-logs, which you can also drop here \
     as JSON. Bold is what each column most likely is.";
/// After copying.
pub const COPIED: &str = "Copied";
/// When the browser does not allow copying.
pub const NOT_COPIED: &str = "This browser does not let the page copy. Select the text and press Ctrl+C.";
/// When the sample could not be fetched.
pub const NO_SAMPLE: &str = "The sample could not be loaded from beside this page. Is sample.log.gz there, and is the server still running?";

/// What the page can read, for those whose files it could not.
pub const SUPPORTED: &[&str] = &[
    "VPC flow log files as S3 delivers them: plain text or .gz, with or without a header line",
    "any custom format whose first line names the fields, versions 2 to 11",
    "the default format (version 2, 14 fields) without a header line",
    "transit gateway flow logs, alone or beside the others",
    "a custom format without a header line, told by the answer of describe-flow-logs or by you",
];

/// How to check that nothing leaves.
pub const CHECKS: &[&str] = &[
    "Open the developer tools of your browser, tab Network, and drop your files: no request appears.",
    "Or load the page, cut the connection (aeroplane mode), and drop your files: everything works.",
    "The page's content security policy allows it to talk to nothing but its own static files. It is the first thing in the page's source.",
];

/// The keys, with what they do.
pub const KEYS: &[(&str, &str)] = &[
    ("?", "show these keys"),
    ("/", "go to the filter"),
    ("a", "Athena"),
    ("1 2 3 4", "Overview, Access, NAT gateway, Inputs"),
    ("5", "Transit gateway, if there are records of one"),
    ("e q", "Explore, Query"),
    ("o", "choose files"),
    ("Ctrl V", "paste records, anywhere on the page"),
    ("← →", "on the timeline: move by one bar; with Shift, select"),
    ("Enter", "on the timeline: zoom into the selection"),
    ("Esc", "close a menu or dialog; on the timeline: drop the selection"),
];

/// In answer to what was asked of a worker that stopped before it answered.
pub const LOST: &str = "The worker that held the records stopped before it answered. Add the files again.";

/// The worker that holds everything stopped.
pub fn lost(why: &str) -> String {
    format!(
        "The worker that held the records stopped, most often for want of memory, and was started again. What was \
         loaded is gone from the page; your files are as they were. Add them again, fewer at a time if memory is \
         short. ({why})"
    )
}

/// A worker stopped for good.
pub fn not_restarted(why: &str, error: &str) -> String {
    format!(
        "A worker of this page stopped and could not be started again. Reload the page and add the files again. \
         ({why}; {error})"
    )
}

/// No worker could be started.
pub fn no_worker(message: &str) -> String {
    format!(
        "The part of the page that reads files could not be started. Reload the page; if that does not help, the \
         files beside index.html may be incomplete, or the browser is too old for module workers. ({message})"
    )
}

/// What a format is used for, where so many files wait with as many columns.
pub fn tried_on(files: usize) -> String {
    let mut text = String::new();
    if files > 1 {
        text = format!("It is tried on all {files} files that wait with as many columns. ");
    }
    text + "It is remembered in this browser for files like this."
}
