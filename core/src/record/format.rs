//! Log formats: which field stands in which place of a line.

use serde::{Deserialize, Serialize};

use super::field::{Field, Kind};

/// Which of AWS's flow logs a record is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Log {
    /// A VPC flow log: what network interfaces accepted and rejected.
    #[default]
    Vpc,
    /// A transit gateway flow log: what crossed its attachments, and what was lost there.
    TransitGateway,
}

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

    /// The default format of transit gateway flow logs, thirty-six fields.
    ///
    /// Source: AWS, "AWS Transit Gateway Flow Logs" (Transit Gateway guide).
    pub fn default_transit_gateway() -> Self {
        Self::of(TRANSIT_GATEWAY)
    }

    /// Formats in which transit gateway records come without a header line, the default one first: that without its
    /// last five fields, which AWS Labs' own tool for these logs expects, and two shorter ones without the type of
    /// the resource, with and without the lost packets, which OpenTelemetry's reader of AWS logs is tested with.
    pub fn known_transit_gateway() -> [Self; 4] {
        let short = |with_lost: bool| {
            let accounts = [Field::TgwSrcVpcAccountId, Field::TgwDstVpcAccountId];
            let head = TRANSIT_GATEWAY[..23]
                .iter()
                .filter(|field| **field != Field::ResourceType && !accounts.contains(field));
            let lost = if with_lost { &TRANSIT_GATEWAY[27..31] } else { &[] };
            let tail = [
                Field::Start,
                Field::End,
                Field::LogStatus,
                Field::Type,
                Field::TcpFlags,
                Field::FlowDirection,
            ];
            Self::of(head.chain(lost).copied().chain(tail).chain([Field::Region]))
        };
        let cut = Self::of(TRANSIT_GATEWAY[..31].iter().copied());
        [Self::default_transit_gateway(), cut, short(true), short(false)]
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

    /// The known fields in order.
    pub fn fields(&self) -> impl Iterator<Item = Field> {
        self.columns
            .iter()
            .filter_map(|column| if let Column::Known(field) = column { Some(*field) } else { None })
    }

    /// Whether a known field is among the columns.
    pub fn has(&self, field: Field) -> bool {
        self.columns.contains(&Column::Known(field))
    }

    /// The log whose records have these columns. Version 6 brought the fields of transit gateways, and no others; their
    /// records have neither an interface nor an action.
    pub fn log(&self) -> Log {
        let is_theirs = |column: &Column| matches!(column, Column::Known(field) if field.version() == 6);
        if self.columns.iter().any(is_theirs) && !self.has(Field::InterfaceId) && !self.has(Field::Action) {
            Log::TransitGateway
        } else {
            Log::Vpc
        }
    }

    /// The header line AWS would write.
    pub fn header(&self) -> String {
        self.columns.iter().map(Column::name).collect::<Vec<_>>().join(" ")
    }

    /// A short name for people: `default (version 2)` or the number of fields.
    pub fn describe(&self) -> String {
        if self.log() == Log::TransitGateway {
            if *self == Self::default_transit_gateway() {
                "transit gateway flow log, default".to_owned()
            } else {
                format!("transit gateway flow log, {} fields", self.columns.len())
            }
        } else if *self == Self::default_v2() {
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

/// The default format of transit gateway flow logs.
const TRANSIT_GATEWAY: [Field; 36] = [
    Field::Version,
    Field::ResourceType,
    Field::AccountId,
    Field::TgwId,
    Field::TgwAttachmentId,
    Field::TgwSrcVpcAccountId,
    Field::TgwDstVpcAccountId,
    Field::TgwSrcVpcId,
    Field::TgwDstVpcId,
    Field::TgwSrcSubnetId,
    Field::TgwDstSubnetId,
    Field::TgwSrcEni,
    Field::TgwDstEni,
    Field::TgwSrcAzId,
    Field::TgwDstAzId,
    Field::TgwPairAttachmentId,
    Field::SrcAddr,
    Field::DstAddr,
    Field::SrcPort,
    Field::DstPort,
    Field::Protocol,
    Field::Packets,
    Field::Bytes,
    Field::Start,
    Field::End,
    Field::LogStatus,
    Field::Type,
    Field::PacketsLostNoRoute,
    Field::PacketsLostBlackhole,
    Field::PacketsLostMtuExceeded,
    Field::PacketsLostTtlExpired,
    Field::TcpFlags,
    Field::Region,
    Field::FlowDirection,
    Field::PktSrcAwsService,
    Field::PktDstAwsService,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transit_gateway_formats_are_told_from_the_others() {
        let counts = Format::known_transit_gateway().map(|format| (format.log(), format.columns().len()));
        assert_eq!(counts, [36, 31, 31, 27].map(|count| (Log::TransitGateway, count)));
        assert_eq!(Format::all_v5().log(), Log::Vpc);
        let both = Format::from_names("action srcaddr dstaddr tgw-id".split(' ')).unwrap();
        assert_eq!(both.log(), Log::Vpc);
        assert_eq!(Format::default_transit_gateway().describe(), "transit gateway flow log, default");
    }

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
