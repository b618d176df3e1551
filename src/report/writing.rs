//! What is written of a report: the queries of its findings, and its forms to keep and to hand on. In the browser a
//! program of its own does that, which is fetched when something is first to be written.

use serde::{Deserialize, Serialize};

use super::{Report, csv, json, markdown};
use crate::diagnose::finding::{Queries, QueryText, Question};
use crate::query::{athena, insights};
use crate::record::{Field, Log};

/// A form in which a report is given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// JSON.
    Json,
    /// The same in lines, each an object with a [part](json::pieces) of the members.
    JsonLines,
    /// Such lines without findings.
    InputLines,
    /// Markdown.
    Markdown,
    /// CSV of the findings.
    Csv,
    /// CSV of the refused lines.
    Refused,
}

impl Form {
    /// Whether it tells of findings.
    pub const fn has_findings(self) -> bool {
        !matches!(self, Self::InputLines | Self::Refused)
    }
}

/// A report of which nothing is written yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unwritten {
    report: Report,
    /// Those of each finding.
    questions: Vec<Vec<Question>>,
    /// The fields that the logs have with VPC records; none: not known.
    fields: Vec<Field>,
}

impl Unwritten {
    /// Takes the questions out of a report's findings.
    pub fn of(mut report: Report, fields: impl IntoIterator<Item = Field>) -> Self {
        let questions =
            report.findings.iter_mut().map(|finding| std::mem::take(&mut finding.questions)).collect();
        Self { report, questions, fields: fields.into_iter().collect() }
    }

    /// The text of a form.
    pub fn text(self, form: Form) -> Result<String, serde_json::Error> {
        let report = self.written();
        Ok(match form {
            Form::Json => json::to_json(&report)?,
            Form::JsonLines | Form::InputLines => {
                json::pieces(&report).collect::<Result<Vec<_>, _>>()?.join("\n")
            }
            Form::Markdown => markdown::to_markdown(&report),
            Form::Csv => csv::to_csv(&report),
            Form::Refused => csv::refused(&report),
        })
    }

    /// The queries of the first finding, and the finding as text for a ticket.
    pub fn ticket(self) -> Option<(Queries, String)> {
        let finding = self.written().findings.into_iter().next()?;
        let ticket = markdown::of_finding(&finding);
        Some((finding.queries, ticket))
    }

    /// The report with all queries.
    pub fn written(self) -> Report {
        let Self { mut report, questions, fields } = self;
        for (finding, questions) in report.findings.iter_mut().zip(questions) {
            let is_vpc = finding.kind.log() == Log::Vpc;
            let has = |field| !is_vpc || fields.is_empty() || fields.contains(&field);
            finding.queries = queries(questions, &has);
        }
        report
    }
}

/// The same questions in both tongues; what a tongue cannot say is left out of it.
fn queries(questions: Vec<Question>, has: &dyn Fn(Field) -> bool) -> Queries {
    let mut queries = Queries::default();
    for Question { title, plan, answer, .. } in questions {
        let text = |text: String| QueryText { title: title.clone(), text, answer: answer.clone() };
        queries.insights.extend(insights::render(&plan).ok().map(text));
        queries.athena.extend(athena::render_over(&plan, has).ok().map(text));
    }
    queries
}
