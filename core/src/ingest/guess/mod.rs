//! Lines without a header line: of which format they are, if that can be told, and which fields their columns may be.
//!
//! Fields of the same type cannot be told apart by values alone (`srcaddr` and `pkt-srcaddr`, `srcport` and
//! `dstport`), so a format is taken only from someone who knows it, or when the lines fit a published layout of many
//! columns and nothing speaks against it. Everything else is shown with its doubts, and asked for.

mod columns;
mod doubt;
mod given;
mod known;
mod layouts;
mod look;

use super::detect::is_header;
use super::known::format_of;
use super::path;
use crate::record::ordered::order_by_key;
use crate::record::{Field, Format};

pub use columns::{ColumnGuess, Guess, Witness};
pub use given::{GivenError, check, parse};
pub use known::{By, Knowledge, Known};

/// The values of a line.
type Row<'a> = Vec<&'a str>;

/// What is to be done with lines without a header line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// They tell by themselves that they are of this format, a default one.
    Headerless(Format),
    /// Each is of the first of these formats that fits it.
    Told(Vec<Known>),
    /// They wait for someone who knows their format.
    Waits(Box<Guess>),
}

/// Decides on the first lines of a file; `name`: its path.
pub(super) fn decide(lines: &[&[u8]], name: &str, knowledge: &Knowledge) -> Decision {
    let above_header = (1..).zip(lines).take_while(|(_, line)| !is_header(line));
    let rows: Vec<(u64, Row<'_>)> =
        above_header.filter_map(|(number, line)| Some((number, row(line)?))).collect();
    let mut widths: Vec<(usize, usize)> = Vec::new();
    for (_, row) in &rows {
        match widths.iter_mut().find(|(_, width)| *width == row.len()) {
            Some((count, _)) => *count += 1,
            None => widths.push((1, row.len())),
        }
    }
    order_by_key(&mut widths, |&(count, width)| (std::cmp::Reverse(count), width));
    let (mut told, mut default, mut doubtful) = (Vec::new(), Vec::<Format>::new(), None);
    for &(_, width) in &widths {
        let group: Vec<&(u64, Row<'_>)> = rows.iter().filter(|(_, row)| row.len() == width).collect();
        if let Some(known) = assured(&group, name, knowledge) {
            told.push(known.clone());
            continue;
        }
        let mut others: Vec<&(u64, Row<'_>)> = Vec::new();
        for line in group {
            match format_of(line.1.join(" ").as_bytes()) {
                None => others.push(line),
                Some(format) if default.contains(&format) => {}
                Some(format) => default.push(format),
            }
        }
        if others.is_empty() || !others.iter().any(|(_, row)| is_record(row)) {
            continue;
        }
        let settled = if knowledge.wait { None } else { settled(&others, knowledge) };
        match settled {
            Some(known) => told.push(known),
            None if doubtful.is_none() => doubtful = Some(others),
            None => {}
        }
    }
    let is_all = told.is_empty() && (doubtful.is_none() || !knowledge.wait);
    if let Some(format) = default.first().filter(|_| is_all) {
        return Decision::Headerless(format.clone());
    }
    if let Some(others) = doubtful
        && (knowledge.wait || default.is_empty() && others.len() * 2 > rows.len() || told.is_empty())
    {
        return Decision::Waits(Box::new(Guess::of(&others, rivals(&others, knowledge))));
    }
    told.extend(default.into_iter().map(|format| Known { format, by: By::Values }));
    Decision::Told(told)
}

/// The format that the user gave for these files, or that the very flow log has which wrote them.
fn assured<'k>(group: &[&(u64, Row<'_>)], name: &str, knowledge: &'k Knowledge) -> Option<&'k Known> {
    let fitting = |known: &Known| group.iter().filter(|(_, row)| known.fits(row)).count();
    let given = knowledge
        .formats
        .iter()
        .rev()
        .find(|known| matches!(known.by, By::Given { .. }) && fitting(known) * 2 >= group.len());
    given.or_else(|| {
        let origin = path::origin(name);
        let wrote = |known: &&Known| match &known.by {
            By::FlowLog { id, log_group } => {
                let log_group = log_group.trim_matches('/');
                origin.flow_log.as_ref() == Some(id)
                    || !log_group.is_empty() && path::has_folder(name, log_group)
            }
            _ => false,
        };
        unique(knowledge.formats.iter().filter(wrote).filter(|known| fitting(known) == group.len()))
    })
}

/// The format that lines have by all that is known of them.
fn settled(group: &[&(u64, Row<'_>)], knowledge: &Knowledge) -> Option<Known> {
    let fits = |known: &&Known| group.iter().all(|(_, row)| known.fits(row));
    let described =
        || knowledge.formats.iter().filter(|known| matches!(known.by, By::FlowLog { .. })).filter(fits);
    if described().next().is_some() {
        return unique(described()).cloned();
    }
    // What the user has said last is meant to stand.
    let mut remembered = knowledge.formats.iter().rev().filter(|known| matches!(known.by, By::Remembered(_)));
    remembered.find(fits).cloned().or_else(|| published(group)).or_else(|| {
        let format = Format::of(columns::forced(group)?);
        Some(Known { format, by: By::Columns("each can be one field only".to_owned()) })
    })
}

/// The one format of all, if they are one.
fn unique<'k>(mut all: impl Iterator<Item = &'k Known>) -> Option<&'k Known> {
    let first = all.next()?;
    all.all(|other| other.format == first.format).then_some(first)
}

/// The published layout that the lines fit, if it is one and long enough to be no chance.
fn published(group: &[&(u64, Row<'_>)]) -> Option<Known> {
    let width = group.first().map(|(_, row)| row.len()).filter(|&width| width >= layouts::TELLING)?;
    let mut fitting = layouts::of_width(width)
        .map(|(name, fields)| Known { format: Format::of(fields), by: By::Columns(name.to_owned()) })
        .filter(|known| {
            let columns = known.format.columns();
            let lines: Vec<_> = group.iter().map(|(_, values)| doubt::Line { columns, values }).collect();
            group.iter().all(|(_, row)| known.fits(row)) && !doubt::of_lines(&lines)
        });
    let known = fitting.next()?;
    fitting.next().is_none().then_some(known)
}

/// What is known and fits, but not alone.
fn rivals(group: &[&(u64, Row<'_>)], knowledge: &Knowledge) -> Vec<String> {
    let fits = |known: &&Known| group.iter().all(|(_, row)| known.fits(row));
    knowledge.formats.iter().filter(fits).map(Known::words).collect()
}

/// The fields of a published layout of few columns that the lines fit.
fn likely(group: &[&(u64, Row<'_>)]) -> Option<Vec<Field>> {
    let width = group.first().map(|(_, row)| row.len())?;
    let fits = |fields: &[Field]| {
        group.iter().all(|(_, row)| fields.iter().zip(row).all(|(&field, value)| look::allows(field, value)))
    };
    layouts::of_width(width).map(|(_, fields)| fields).find(|fields| fits(fields))
}

/// The values of a line that is neither blank nor a comment.
pub(super) fn row(line: &[u8]) -> Option<Row<'_>> {
    let text = std::str::from_utf8(line).ok()?.trim_ascii();
    (!text.is_empty() && !text.starts_with('#')).then(|| text.split_ascii_whitespace().collect())
}

/// Whether values can be those of a flow record: an interface, a verdict or two addresses, and little that is none of
/// what records hold.
fn is_record(row: &[&str]) -> bool {
    use look::Look;
    let looks: Vec<Look> = row.iter().map(|value| look::look(value)).collect();
    let count = |wanted: Look| looks.iter().filter(|&&look| look == wanted).count();
    let telling = [Look::Interface, Look::Action, Look::Status, Look::Tgw, Look::TgwAttachment];
    let telling = telling.into_iter().any(|look| count(look) > 0) || count(Look::Address) >= 2;
    row.len() >= 3 && telling && count(Look::Other) * 3 <= row.len()
}

/// Whether a value can be an account: digits, perhaps masked, or `unknown`.
pub(super) fn is_account(value: &str) -> bool {
    look::allows(Field::AccountId, value)
}

/// Whether a line can be a flow record of any format.
pub(super) fn is_record_line(line: &[u8]) -> bool {
    row(line).is_some_and(|row| is_record(&row))
}
