use sqlparser::ast::{DataType, Expr, Ident, ObjectName, TypedString};
use sqlparser::dialect::Dialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

/// `IPADDRESS '10.0.0.1'`, `IPPREFIX '10.0.0.0/8'`: the parser knows this form for its own types only.
fn network(parser: &mut Parser<'_>) -> Option<Result<Expr, ParserError>> {
    let Token::Word(word) = &parser.peek_token_ref().token else { return None };
    let name = word.value.to_lowercase();
    let is_text = matches!(parser.peek_nth_token(1).token, Token::SingleQuotedString(_));
    if !is_text || !matches!(name.as_str(), "ipaddress" | "ipprefix") {
        return None;
    }
    let word = parser.next_token();
    let data_type = DataType::Custom(ObjectName::from(vec![Ident::with_span(word.span, name)]), Vec::new());
    Some(
        parser
            .parse_value()
            .map(|value| Expr::TypedString(TypedString { data_type, value, uses_odbc_syntax: false })),
    )
}

/// The SQL of Athena, which is that of Trino.
///
/// Source: AWS, "SQL reference for Athena"; Trino, "SQL language".
#[derive(Debug)]
pub(super) struct Athena;

impl Dialect for Athena {
    // A backtick is of CREATE TABLE; it is read here to say so.
    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        ch == '"' || ch == '`'
    }

    fn is_identifier_start(&self, ch: char) -> bool {
        ch.is_alphabetic() || ch == '_'
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        ch.is_alphanumeric() || ch == '_' || ch == '$' || ch == '@'
    }

    fn supports_filter_during_aggregation(&self) -> bool {
        true
    }

    fn supports_group_by_expr(&self) -> bool {
        true
    }

    fn supports_window_function_null_treatment_arg(&self) -> bool {
        true
    }

    fn supports_unicode_string_literal(&self) -> bool {
        true
    }

    // `interval` may be the name of a column: it begins a length of time only before a text.
    fn parse_prefix(&self, parser: &mut Parser<'_>) -> Option<Result<Expr, ParserError>> {
        if let Some(typed) = network(parser) {
            return Some(typed);
        }
        let is_interval =
            matches!(&parser.peek_token_ref().token, Token::Word(word) if word.keyword == Keyword::INTERVAL);
        let after = parser.peek_nth_token(1).token;
        if !is_interval || matches!(after, Token::SingleQuotedString(_) | Token::Minus | Token::Plus) {
            return None;
        }
        Some(parser.parse_identifier().map(Expr::Identifier))
    }
}
