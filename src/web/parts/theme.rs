use web_sys::Storage;
use yew::prelude::*;

use super::{Shape, icon};

const KEY: &str = "flowlens-theme";

/// Switches between the system's theme, light and dark; kept where the browser allows it.
#[component]
pub fn ThemeToggle() -> Html {
    let theme = use_state(stored);
    use_effect_with(*theme, |theme| apply(*theme));
    let (name, next) = match *theme {
        Theme::System => ("as the system", Theme::Light),
        Theme::Light => ("light", Theme::Dark),
        Theme::Dark => ("dark", Theme::System),
    };
    let onclick = {
        let theme = theme.clone();
        move |_| theme.set(next)
    };
    html! {
        <button
            type="button"
            class="quiet square"
            aria-label={format!("Theme: {name}")}
            title={format!("Theme: {name}")}
            {onclick}
        >
            { icon(Shape::Contrast) }
        </button>
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Theme {
    System,
    Light,
    Dark,
}

/// Storage may be switched off, or absent.
fn storage() -> Option<Storage> {
    gloo::utils::window().local_storage().ok().flatten()
}

fn stored() -> Theme {
    match storage().and_then(|storage| storage.get_item(KEY).ok().flatten()).as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    }
}

fn apply(theme: Theme) {
    let name = match theme {
        Theme::System => None,
        Theme::Light => Some("light"),
        Theme::Dark => Some("dark"),
    };
    if let Some(root) = gloo::utils::document().document_element() {
        let _always = match name {
            Some(name) => root.set_attribute("data-theme", name),
            None => root.remove_attribute("data-theme"),
        };
    }
    if let Some(storage) = storage() {
        let _if_allowed = match name {
            Some(name) => storage.set_item(KEY, name),
            None => storage.remove_item(KEY),
        };
    }
}
