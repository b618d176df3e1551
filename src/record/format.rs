//! Log formats: which field stands in which place of a line.

use serde::{Deserialize, Serialize};

use super::field::{Field, Kind};

/// A column of a log format.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Column {
    /// A field that AWS documents.
    Known(Field),
    /// A header name that is not in the table; its values are carried as text.
    Unknown(String),
}

impl Column {
    /// Reads a header name.
    pub fn from_name(name: &str) -> Self {
        Field::from_name(name).map_or_else(|| Self::Unknown(name.to_owned()), Self::Known)
    }

    /// The hyphenated name, or the header's own spelling for an unknown column.
    pub fn name(&self) -> &str {
        match self {
            Self::Known(field) => field.name(),
            Self::Unknown(name) => name,
        }
    }

    /// How its values are read.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Known(field) => field.kind(),
            Self::Unknown(_) => Kind::Text,
        }
    }
}

/// An ordered list of columns.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Format {
    columns: Vec<Column>,
}

/// Why a header line is not a usable format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FormatError {
    /// The same field is named twice.
    Duplicate(String),
    /// No name of the header is a flow log field.
    NoKnownField,
}

impl std::fmt::Display for FormatError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Duplicate(name) => write!(f, "the header names a field twice: {name}"),
            Self::NoKnownField => f.write_str("no name in the header is a flow log field"),
        }
    }
}

impl std::error::Error for FormatError {}

impl Format {
    /// The default format, version 2, fourteen fields.
    pub fn default_v2() -> Self {
        Self::of(Field::ALL.iter().copied().filter(|field| field.version() == 2))
    }

    /// All fields of versions 2 to 5 in the order of the AWS table: the commonest custom format.
    pub fn all_v5() -> Self {
        Self::of(Field::ALL.iter().copied().filter(|field| field.version() <= 5))
    }

    /// A format of known fields.
    pub fn of(fields: impl IntoIterator<Item = Field>) -> Self {
        Self { columns: fields.into_iter().map(Column::Known).collect() }
    }

    /// A format of columns, each at most once.
    pub const fn from_columns(columns: Vec<Column>) -> Self {
        Self { columns }
    }

    /// Reads names, as a header line or a `LogFormat` string lists them.
    pub fn from_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, FormatError> {
        let columns: Vec<Column> = names.into_iter().map(Column::from_name).collect();
        for (i, column) in columns.iter().enumerate() {
            if columns.iter().take(i).any(|earlier| earlier == column) {
                return Err(FormatError::Duplicate(column.name().to_owned()));
            }
        }
        if !columns.iter().any(|column| matches!(column, Column::Known(_))) {
            return Err(FormatError::NoKnownField);
        }
        Ok(Self { columns })
    }

    /// The columns in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Whether a known field is among the columns.
    pub fn has(&self, field: Field) -> bool {
        self.columns.contains(&Column::Known(field))
    }

    /// The header line AWS would write.
    pub fn header(&self) -> String {
        self.columns.iter().map(Column::name).collect::<Vec<_>>().join(" ")
    }

    /// A short name for people: `default (version 2)` or the number of fields.
    pub fn describe(&self) -> String {
        if *self == Self::default_v2() {
            "default (version 2)".to_owned()
        } else {
            let version = self
                .columns
                .iter()
                .filter_map(|column| match column {
                    Column::Known(field) => Some(field.version()),
                    Column::Unknown(_) => None,
                })
                .max()
                .unwrap_or(2);
            format!("custom, {} fields, up to version {version}", self.columns.len())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_names_are_carried_and_duplicates_refused() {
        let format = Format::from_names("version srcaddr brand-new-field".split(' ')).unwrap();
        assert_eq!(format.columns()[2], Column::Unknown("brand-new-field".to_owned()));
        assert_eq!(format.header(), "version srcaddr brand-new-field");
        assert_eq!(
            Format::from_names("version srcaddr src_addr srcaddr".split(' ')),
            Err(FormatError::Duplicate("srcaddr".to_owned()))
        );
        assert_eq!(Format::from_names("https://git-lfs x".split(' ')), Err(FormatError::NoKnownField));
        assert_eq!(Format::default_v2().columns().len(), 14);
        assert_eq!(Format::all_v5().columns().len(), 29);
    }
}
