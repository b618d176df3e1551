//! What is written of reports, which a program of its own does at the desk.

use wasm_bindgen::prelude::*;

use crate::diagnose::Finding;
use crate::engine::messages::{Opened, Reply};
use crate::record::Field;
use crate::report::Report;
use crate::report::writing::{Form, Unwritten};
use crate::web::dom::reason;

#[wasm_bindgen]
extern "C" {
    /// Loads the program, if it is not there yet. `static/worker-start.js` has it.
    #[wasm_bindgen(js_name = openReport, catch)]
    async fn open_report() -> Result<JsValue, JsValue>;

    /// What `src/bin/report.rs` exports.
    #[wasm_bindgen(extends = js_sys::Object)]
    pub(super) type Writer;

    #[wasm_bindgen(method, catch)]
    fn text(this: &Writer, unwritten: &[u8]) -> Result<Vec<u8>, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn ticket(this: &Writer, unwritten: &[u8]) -> Result<Vec<u8>, JsValue>;
}

/// Loads the program; the error says why that failed.
pub(super) async fn open() -> Result<Writer, String> {
    let failed = |error| format!("What writes reports and queries could not be loaded: {}", reason(&error));
    open_report().await.map(JsCast::unchecked_into).map_err(failed)
}

/// The text of a form.
pub(super) async fn text(unwritten: &Unwritten, form: Form) -> Reply {
    match open().await.and_then(|writer| writer.text(&written(&(unwritten, form))).map_err(failed)) {
        Ok(text) => Reply::Written(text),
        Err(message) => Reply::Failed(message),
    }
}

/// A finding with its queries and as text for a ticket.
pub(super) fn opened(
    mut finding: Finding,
    fields: impl IntoIterator<Item = Field>,
    writer: Result<Writer, String>,
) -> Opened {
    let report = Report { findings: vec![finding.clone()], ..Report::default() };
    let unwritten = written(&Unwritten::of(report, fields));
    let ticket = writer.and_then(|writer| {
        let ticket = writer.ticket(&unwritten).map_err(failed)?;
        let (queries, ticket) = postcard::from_bytes(&ticket).map_err(|error| error.to_string())?;
        finding.queries = queries;
        Ok(ticket)
    });
    Opened { finding, ticket }
}

/// A report can always be written down.
fn written(value: &impl serde::Serialize) -> Vec<u8> {
    postcard::to_extend(value, Vec::new()).unwrap_or_default()
}

fn failed(error: JsValue) -> String {
    format!("What writes reports and queries failed: {}", reason(&error))
}
