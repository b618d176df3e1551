use crate::diagnose::finding::Kind;

/// Findings on show before the reader asks for more, and as many again each time.
pub const STEP: usize = 100;

/// How much of a page is on show; another page begins folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfolded {
    /// The one kind of access findings, if not all.
    pub kind: Option<Kind>,
    /// Findings of a list.
    pub findings: usize,
    /// Top lists of which all rows are on show, by their places.
    pub tops: [bool; 4],
    /// The timeline's table.
    pub table: bool,
    /// Athena's queries in place of those of Logs Insights.
    pub athena: bool,
    /// The file whose details are open, by its row.
    pub file: Option<usize>,
}

impl Default for Unfolded {
    fn default() -> Self {
        Self { kind: None, findings: STEP, tops: [false; 4], table: false, athena: false, file: None }
    }
}
