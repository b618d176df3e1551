//! Which findings are on show.

use crate::diagnose::Finding;
use crate::report::Report;
use crate::report::view::groups::Group;
use crate::report::view::narrow;
use crate::web::state::State;

/// Places of findings in the report, and how many the filter hides.
pub(super) struct Places {
    pub(super) shown: Vec<usize>,
    pub(super) hidden: usize,
}

/// The findings for which `wanted` holds, those that the filter leaves, in the order of their groups.
pub(super) fn of(state: &State, report: &Report, wanted: impl Fn(&Finding) -> bool) -> Places {
    let all: Vec<usize> = report
        .findings
        .iter()
        .enumerate()
        .filter(|(_, finding)| wanted(finding))
        .map(|(place, _)| place)
        .collect();
    let count = all.len();
    let mut shown: Vec<usize> =
        all.into_iter()
            .filter(|&place| {
                report.findings.get(place).is_some_and(|finding| {
                    narrow::keeps(finding, &state.filter, state.view.from, state.view.to)
                })
            })
            .collect();
    shown.sort_by_key(|&place| report.findings.get(place).map(Group::of));
    Places { hidden: count - shown.len(), shown }
}
