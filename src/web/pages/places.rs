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
pub(super) fn of(state: &State, report: &Report, wanted: &dyn Fn(&Finding) -> bool) -> Places {
    let mut groups: [Vec<usize>; Group::ALL.len()] = Default::default();
    let mut hidden = 0;
    for (place, finding) in report.findings.iter().enumerate().filter(|(_, finding)| wanted(finding)) {
        if !narrow::keeps(finding, &state.filter, state.view.from, state.view.to) {
            hidden += 1;
        } else if let Some(group) = groups.get_mut(Group::of(finding) as usize) {
            group.push(place);
        }
    }
    Places { shown: groups.concat(), hidden }
}
