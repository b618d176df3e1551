use yew::prelude::*;

use super::{Shape, icon};
use crate::report::view::path::{Gate, Leg, Path, Seen, State};

/// The way of a request and its reply through network ACL and security group.
pub fn path_diagram(path: &Path) -> Html {
    html! {
        <ol class="path" aria-label="Path of the connection">
            { for path.legs.iter().map(|leg| draw(path, leg)) }
        </ol>
    }
}

/// The remote end is always on the left, the interface on the right.
fn draw(path: &Path, leg: &Leg) -> Html {
    let (class, mark) = match leg.seen {
        Seen::Accepted => ("accept", Some(Shape::Check)),
        Seen::Rejected | Seen::Lost => ("reject", Some(Shape::Cross)),
        Seen::Nothing => ("nothing", None),
    };
    let arrow = if leg.inbound { Shape::ArrowRight } else { Shape::ArrowLeft };
    html! {
        <li class={classes!("leg", class)}>
            <span class="end mono">{ &path.remote }</span>
            <span class="way">
                <span class="way-name">{ leg.name }{ " " }<b>{ leg.seen.word() }</b></span>
                <span class="way-line">
                    if !leg.inbound { { icon(arrow) } }
                    <span class="line" />
                    if let Some(mark) = mark {
                        <span class="way-mark">{ icon(mark) }</span>
                        <span class="line" />
                    }
                    if leg.inbound { { icon(arrow) } }
                </span>
            </span>
            <span class="gates">{ for leg.gates.iter().map(gate) }</span>
            <span class="end mono">{ &path.local }</span>
        </li>
    }
}

fn gate(gate: &Gate) -> Html {
    let (class, mark) = match gate.state {
        State::Passed => ("passed", Some(Shape::Check)),
        State::Blocked => ("blocked", Some(Shape::Cross)),
        State::Suspect => ("suspect", Some(Shape::Question)),
        State::Idle => ("idle", None),
    };
    let note = if gate.note.is_empty() { gate.state.word() } else { gate.note };
    html! {
        <span class={classes!("gate", class)}>
            <span class="gate-name">
                { gate.name }
                if let Some(mark) = mark { { icon(mark) } }
            </span>
            <span class="out-of-sight">{ gate.state.word() }</span>
            <span class="gate-note" aria-hidden={gate.note.is_empty().then_some("true")}>{ note }</span>
        </span>
    }
}
