//! Formats as people give them: a `LogFormat` from the console or from `describe-flow-logs`, Terraform's, a header line.

use super::columns::Guess;
use super::known::nth;
use super::look::allows;
use crate::record::{Column, Field, Format};

/// Why a text is no format for some lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GivenError {
    /// There is no name in it.
    Empty,
    /// A `?` in place of a name.
    Open {
        /// Which value it stands for, from 0.
        place: usize,
    },
    /// A name that is nearly a field's.
    Misspelled {
        /// The name.
        name: String,
        /// The field's name.
        nearest: &'static str,
    },
    /// A field is named twice.
    Twice(String),
    /// No name is a field's.
    NoField,
    /// There are more or fewer names than columns.
    Width {
        /// Names.
        names: usize,
        /// Columns.
        columns: usize,
    },
    /// A column holds what its field cannot.
    Value {
        /// Words for it.
        words: String,
    },
}

impl std::fmt::Display for GivenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => f.write_str("Name the field of each column, in order"),
            Self::Open { place } => write!(f, "{} has no name yet, for which a ? stands", nth(*place)),
            Self::Misspelled { name, nearest } => write!(f, "{name} is no field: perhaps {nearest}"),
            Self::Twice(name) => write!(f, "{name} is named twice"),
            Self::NoField => f.write_str("None of these names is a field of flow logs"),
            Self::Width { names, columns } => write!(f, "{names} names for {columns} columns"),
            Self::Value { words } => f.write_str(words),
        }
    }
}

impl std::error::Error for GivenError {}

/// Reads a format, with what is worth a word in it: names in `${...}` or bare, between blanks, commas or quotes, by themselves or in a line of JSON, of
/// Terraform or of a command.
pub fn parse(text: &str) -> Result<(Format, Vec<String>), GivenError> {
    let mut names: Vec<&str> = Vec::new();
    let is_edge = |c: char| !c.is_ascii_alphanumeric();
    for name in
        part_with_names(text).split(|c: char| c.is_ascii_whitespace() || matches!(c, ',' | '}' | '"' | '\''))
    {
        if name.trim() == "?" {
            return Err(GivenError::Open { place: names.len() });
        }
        let name = name.trim_matches(is_edge);
        if !name.is_empty() {
            names.push(name);
        }
    }
    if names.is_empty() {
        return Err(GivenError::Empty);
    }
    let columns: Vec<Column> = names.iter().map(|name| Column::from_name(name)).collect();
    let mut remarks = Vec::new();
    for (place, column) in columns.iter().enumerate() {
        if columns[..place].contains(column) {
            return Err(GivenError::Twice(column.name().to_owned()));
        }
        if let Column::Unknown(name) = column {
            if let Some(nearest) = nearest(name) {
                return Err(GivenError::Misspelled { name: name.clone(), nearest });
            }
            remarks.push(format!("{name} is no field that AWS documents: its values are kept as text"));
        }
    }
    if remarks.len() == columns.len() {
        return Err(GivenError::NoField);
    }
    Ok((Format::from_columns(columns), remarks))
}

/// Reads a format, and checks it against the columns of lines.
pub fn check(text: &str, guess: &Guess) -> Result<(Format, Vec<String>), GivenError> {
    let (format, remarks) = parse(text)?;
    let (names, columns) = (format.columns().len(), guess.columns.len());
    if names != columns {
        return Err(GivenError::Width { names, columns });
    }
    for (place, (column, guess)) in format.columns().iter().zip(&guess.columns).enumerate() {
        let Column::Known(field) = column else { continue };
        if let Some(odd) = guess.values.iter().find(|witness| !allows(*field, &witness.value)) {
            let name = field.name();
            let words =
                format!("{} is not what {name} holds: {} in line {}", nth(place), odd.value, odd.line);
            return Err(GivenError::Value { words });
        }
    }
    Ok((format, remarks))
}

/// The part of a text that lists the names.
fn part_with_names(text: &str) -> &str {
    if let Some(from) = text.find("${") {
        let names = text.get(from..).unwrap_or_default();
        // What is quoted ends with its quote; the rest of the answer it was copied from is no part of it.
        let quoted = text.get(..from).is_some_and(|before| before.trim_end_matches('$').ends_with('"'));
        return names.split('"').next().filter(|_| quoted).unwrap_or(names);
    }
    let lower = text.to_ascii_lowercase();
    let key =
        ["logformat", "log_format", "log-format"].iter().find_map(|key| Some(lower.find(key)? + key.len()));
    key.and_then(|from| text.get(from..)).unwrap_or(text)
}

/// The field whose name differs from this one by a slip or two.
fn nearest(name: &str) -> Option<&'static str> {
    let slips = if name.len() < 6 { 1 } else { 2 };
    let distances = Field::ALL.iter().map(|field| (distance(name, field.name()), field.name()));
    distances.filter(|&(distance, _)| distance <= slips).min().map(|(_, name)| name)
}

/// How many letters must be put in, left out or changed to make one word of another.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.bytes().enumerate() {
            let change = diagonal + usize::from(!x.eq_ignore_ascii_case(&y));
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
