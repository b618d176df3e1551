use yew::prelude::*;

use super::{Dropdown, Icon, Shape};
use crate::web::state::session::Export;
use crate::web::state::{Context, use_page};

/// The report as a file.
#[component]
pub fn ExportMenu() -> Html {
    let Context { session, .. } = use_page();
    let item = |form: Export, testid: &'static str, label: &'static str| {
        let session = session.clone();
        html! {
            <button type="button" data-testid={testid} onclick={move |_| session.export(form)}>{ label }</button>
        }
    };
    html! {
        <Dropdown label={html! { <>{ "Export" }<Icon shape={Shape::Down} /></> }}>
            { item(Export::Markdown, "export-markdown", "Report for a ticket (Markdown)") }
            { item(Export::Json, "export-json", "Report (JSON)") }
            { item(Export::Csv, "export-csv", "Findings (CSV)") }
        </Dropdown>
    }
}
