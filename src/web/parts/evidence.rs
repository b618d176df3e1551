use yew::prelude::*;

use super::{button, table_head};
use crate::report::number::{grouped, plural};
use crate::web::state::Session;

/// The very lines that show a finding.
///
/// `fields` names the columns where all files have the same.
pub fn evidence(session: &Session, lines: &[String], records: u64, fields: &[String]) -> Html {
    let rows: Vec<Vec<&str>> = lines.iter().map(|line| line.split_whitespace().collect()).collect();
    let named = !fields.is_empty() && rows.iter().all(|cells| cells.len() == fields.len());
    let all = lines.join("\n");
    let shown = lines.len() as u64;
    let title = if shown < records {
        format!("Evidence: the first {} of {}", grouped(shown), plural(records, "record", "records"))
    } else {
        format!("Evidence: {}", plural(shown, "record", "records"))
    };
    html! {
        <section aria-label="Evidence">
            <div class="section-head">
                <h2>{ title }</h2>
                { button("quiet", "Copy lines", session.on(move |session| session.copy(all.clone()))) }
            </div>
            <div class="scroll-box" tabindex="0" role="region" aria-label="Records">
                if named {
                    <table class="records mono">
                        { table_head(fields.iter().map(String::as_str)) }
                        <tbody>{ for rows.iter().map(|cells| row(fields, cells)) }</tbody>
                    </table>
                } else {
                    <pre class="mono">{ for lines.iter().map(|line| html! { <span class="line-of-log">{ line }{ "\n" }</span> }) }</pre>
                }
            </div>
        </section>
    }
}

fn row(fields: &[String], cells: &[&str]) -> Html {
    let cell = |(name, cell): (&String, &&str)| {
        let class = match (name.as_str(), *cell) {
            ("action", "ACCEPT") => Some("accept-word"),
            ("action", "REJECT") => Some("reject-word"),
            _ => None,
        };
        html! { <><td {class}>{ cell }</td>{ " " }</> }
    };
    html! { <tr>{ for fields.iter().zip(cells).map(cell) }</tr> }
}
