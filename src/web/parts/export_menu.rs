use yew::prelude::*;

use super::{Dropdown, Shape, icon};
use crate::web::state::Session;
use crate::web::state::session::Export;

/// The report as a file.
pub fn export_menu(session: &Session) -> Html {
    let item = |form: Export, testid: &'static str, label: &'static str| {
        let session = session.clone();
        html! {
            <button type="button" data-testid={testid} onclick={move |_| session.export(form)}>{ label }</button>
        }
    };
    html! {
        <Dropdown label={html! { <>{ "Export" }{ icon(Shape::Down) }</> }}>
            { item(Export::Markdown, "export-markdown", "Report for a ticket (Markdown)") }
            { item(Export::Json, "export-json", "Report (JSON)") }
            { item(Export::Csv, "export-csv", "Findings (CSV)") }
        </Dropdown>
    }
}
