use flowlens_ask::insights::ast::Span;
use flowlens_ask::sql::types::Type;
use sqlparser::ast::{ArrayElemTypeDef, DataType, ExactNumberInfo, TimezoneInfo};

use super::Reader;

impl Reader<'_> {
    /// A type by its name.
    pub(super) fn data_type(&mut self, of: &DataType, span: Span) -> Type {
        match of {
            DataType::Boolean | DataType::Bool => Type::Boolean,
            DataType::TinyInt(_)
            | DataType::SmallInt(_)
            | DataType::Int(_)
            | DataType::Integer(_)
            | DataType::BigInt(_) => Type::Integer,
            DataType::Real | DataType::Double(_) | DataType::DoublePrecision | DataType::Float(_) => {
                Type::Double
            }
            DataType::Decimal(info) | DataType::Numeric(info) | DataType::Dec(info) => {
                Type::Decimal(match info {
                    ExactNumberInfo::PrecisionAndScale(_, scale) => u8::try_from(*scale).unwrap_or_default(),
                    ExactNumberInfo::Precision(_) | ExactNumberInfo::None => 0,
                })
            }
            DataType::Varchar(_) | DataType::Char(_) | DataType::String(_) | DataType::Text => Type::Varchar,
            DataType::Date => Type::Date,
            DataType::Timestamp(_, zone) => Type::Timestamp(*zone == TimezoneInfo::WithTimeZone),
            DataType::Array(ArrayElemTypeDef::Parenthesis(of) | ArrayElemTypeDef::AngleBracket(of)) => {
                Type::Array(Box::new(self.data_type(of, span)))
            }
            DataType::Custom(name, _) if name.to_string().eq_ignore_ascii_case("ipaddress") => {
                Type::IpAddress
            }
            DataType::Custom(name, _) if name.to_string().eq_ignore_ascii_case("ipprefix") => Type::IpPrefix,
            other => {
                self.refuse(span, format!("the type {other} is not supported here"));
                Type::Unknown
            }
        }
    }
}
