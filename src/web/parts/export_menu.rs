use yew::prelude::*;

use super::{Shape, dropdown, icon};
use crate::web::state::Session;
use crate::web::state::session::Export;

/// The report as a file.
pub fn export_menu(session: &Session) -> Html {
    let item = |form: Export, testid: &'static str, label: &'static str| {
        let onclick = session.on(move |session| session.export(form));
        html! { <button type="button" data-testid={testid} {onclick}>{ label }</button> }
    };
    let items = html! {
        <>
            { item(Export::Markdown, "export-markdown", "Report for a ticket (Markdown)") }
            { item(Export::Json, "export-json", "Report (JSON)") }
            { item(Export::Csv, "export-csv", "Findings (CSV)") }
        </>
    };
    dropdown(html! { <>{ "Export" }{ icon(Shape::Down) }</> }, items)
}
