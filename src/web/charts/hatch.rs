use yew::prelude::*;

/// The pattern that tells rejected from accepted without colour; in the document once, for all charts.
pub fn hatch() -> Html {
    html! {
        <svg class="out-of-sight" width="0" height="0" aria-hidden="true">
            <defs>
                <pattern
                    id="hatch"
                    width="5"
                    height="5"
                    patternUnits="userSpaceOnUse"
                    patternTransform="rotate(45)"
                >
                    <rect class="hatch-ground" width="5" height="5" />
                    <rect class="hatch-line" width="1.6" height="5" />
                </pattern>
            </defs>
        </svg>
    }
}
