use flowlens_ask::insights::ast::Span;
use flowlens_ask::insights::editor::{ChoiceKind, Completion};

use super::language::Language;
use crate::engine::messages::Told;
use crate::query::athena::is_reserved;
use crate::query::ddl::column_of;
use crate::record::{Field, Kind};

/// What is offered while a query is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Suggestions {
    /// What a choice replaces.
    pub(super) span: Span,
    /// The choices.
    pub(super) choices: Vec<Suggestion>,
    /// The one that Enter takes.
    pub(super) at: usize,
}

/// A choice.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Suggestion {
    /// What is put there.
    pub(super) text: String,
    /// What it is, in a word.
    pub(super) kind: &'static str,
    /// A few words on it.
    pub(super) hint: &'static str,
}

/// Choices that can be looked through.
const CHOICES_MAX: usize = 60;

/// What may stand at the cursor; nothing if there is nothing to say. `asked`: the user wants all, also before a letter is
/// typed.
pub(super) fn suggest(
    language: Language,
    text: &str,
    cursor: usize,
    told: &Told,
    asked: bool,
) -> Option<Suggestions> {
    let columns = columns(told);
    let fields = match language {
        Language::Insights => fields(told),
        Language::Sql => columns.iter().map(String::as_str).collect(),
    };
    let Completion { span, choices, value_of } = language.complete(text, cursor, &fields);
    let written = text.get(span.start as usize..cursor).unwrap_or_default();
    let values = value_of.map(|field| values(language, &field, told)).unwrap_or_default();
    let bare = written.trim_start_matches(['"', '\'']).to_lowercase();
    let mut all: Vec<Suggestion> = values
        .into_iter()
        .filter(|value| value.trim_start_matches(['"', '\'']).to_lowercase().starts_with(&bare))
        .map(|text| Suggestion { text, kind: "value", hint: "" })
        .collect();
    let is_enough =
        if written.is_empty() { all.is_empty() } else { is_whole(language, text, span, written, &fields) };
    if is_enough && !asked {
        return None;
    }
    all.extend(choices.into_iter().map(|choice| Suggestion {
        kind: match choice.kind {
            ChoiceKind::Command => "command",
            ChoiceKind::Word => "word",
            ChoiceKind::Function => "function",
            ChoiceKind::Field => "field",
            ChoiceKind::Alias => "alias",
        },
        hint: choice.hint,
        text: choice.text,
    }));
    all.truncate(CHOICES_MAX);
    let is_written = all.iter().any(|choice| choice.text == written);
    (!all.is_empty() && !is_written).then_some(Suggestions { span, choices: all, at: 0 })
}

/// Whether a word is one that may stand in its place: then Enter is to end the line, rather than to take a longer one.
fn is_whole(language: Language, text: &str, span: Span, written: &str, fields: &[&str]) -> bool {
    let mut without = text.to_owned();
    without.replace_range(span.range(), "");
    let choices = language.complete(&without, span.start as usize, fields).choices;
    choices.iter().any(|choice| choice.text == written)
}

/// The fields of the records, by the names of Logs Insights; those that it makes itself first.
pub(super) fn fields(told: &Told) -> Vec<&str> {
    let mut names = vec!["@timestamp", "@message", "@logStream", "@log"];
    for name in told.formats.iter().flatten() {
        let name = Field::from_name(name).map_or(name.as_str(), |field| field.insights_name());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The columns of the records, by the names of Athena, quoted where it needs that.
fn columns(told: &Told) -> Vec<String> {
    let mut names = Vec::new();
    for name in told.formats.iter().flatten() {
        let name = Field::from_name(name).map_or_else(|| column_of(name), Field::column_name);
        let name = if is_reserved(&name) { format!("\"{name}\"") } else { name };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Whether some records have a field.
pub(super) fn has(told: &Told, field: Field) -> bool {
    told.formats.iter().flatten().any(|name| Field::from_name(name) == Some(field))
}

/// Values of a field that the page knows of, as they are written in a query.
fn values(language: Language, name: &str, told: &Told) -> Vec<String> {
    let plain = name.replace('_', "-");
    let Some(field) = Field::from_name(name).or_else(|| Field::from_name(&plain)) else { return Vec::new() };
    let top = &told.top;
    let mut values: Vec<String> = match field {
        Field::Action => ["ACCEPT", "REJECT"].map(str::to_owned).to_vec(),
        Field::LogStatus => ["OK", "NODATA", "SKIPDATA"].map(str::to_owned).to_vec(),
        Field::FlowDirection => ["ingress", "egress"].map(str::to_owned).to_vec(),
        Field::Type => ["IPv4", "IPv6", "EFA"].map(str::to_owned).to_vec(),
        Field::Protocol => ["6", "17", "1"].map(str::to_owned).to_vec(),
        Field::InterfaceId => top.interfaces_by_bytes.iter().map(|it| it.interface.clone()).collect(),
        Field::DstPort => top.rejected_ports.iter().map(|it| it.port.to_string()).collect(),
        Field::SrcAddr | Field::PktSrcAddr => {
            top.sources_by_bytes.iter().chain(&top.rejected_sources).map(|it| it.srcaddr.clone()).collect()
        }
        Field::DstAddr | Field::PktDstAddr => {
            top.pairs_by_bytes.iter().map(|it| it.dstaddr.clone()).collect()
        }
        Field::TgwAttachmentId => {
            top.transit_gateway_attachments.iter().map(|it| it.attachment.clone()).collect()
        }
        _ => Vec::new(),
    };
    let mut seen = Vec::new();
    values.retain(|value| {
        let new = !seen.contains(value);
        seen.push(value.clone());
        new
    });
    if matches!(field.kind(), Kind::Text | Kind::Address) {
        for value in &mut values {
            *value = match language {
                Language::Insights => format!("\"{value}\""),
                Language::Sql => format!("'{value}'"),
            };
        }
    }
    values
}
