use yew::prelude::*;

use super::{Shape, dropdown, icon};
use crate::report::writing::Form;
use crate::web::state::Session;

/// The report as a file.
pub fn export_menu(session: &Session) -> Html {
    let item = |form: Form, testid: &'static str, label: &'static str| {
        let onclick = session.on(move |session| session.export(form));
        html! { <button type="button" data-testid={testid} {onclick}>{ label }</button> }
    };
    let items = html! {
        <>
            { item(Form::Markdown, "export-markdown", "Report for a ticket (Markdown)") }
            { item(Form::Json, "export-json", "Report (JSON)") }
            { item(Form::Csv, "export-csv", "Findings (CSV)") }
        </>
    };
    dropdown(html! { <>{ "Export" }{ icon(Shape::Down) }</> }, items)
}
