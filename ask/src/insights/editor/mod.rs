//! What an editor shows while a query is written: colours, and what may come next. Nothing here fails.

mod complete;

pub use complete::{Choice, ChoiceKind, Completion, complete, in_backticks};

use super::ast::Span;
use super::lex::{TokenKind, is_reserved, lex};
use super::words::{CommandWord, Function};

/// What a piece of a query is to the eye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// The word of a command.
    Command,
    /// Another word of the language, such as `by`.
    Word,
    /// The name of a function.
    Function,
    /// A field or an alias.
    Name,
    /// A text in quotes.
    Text,
    /// A regular expression.
    Regex,
    /// A number or a period.
    Number,
    /// An operator, a bracket, a comma or `|`.
    Operator,
    /// A comment.
    Comment,
    /// What has no meaning where it stands.
    Wrong,
}

/// The pieces of a text in order, without the blanks between them.
pub fn highlight(text: &str) -> Vec<(Span, Ink)> {
    let tokens = lex(text);
    let mut command = None;
    let mut inks = Vec::with_capacity(tokens.len());
    for (place, token) in tokens.iter().enumerate() {
        let ink = match &token.kind {
            TokenKind::Name { quoted: true, .. } => Ink::Name,
            TokenKind::Name { text: name, .. } => match command {
                None => CommandWord::from_name(name).map_or(Ink::Wrong, |_| Ink::Command),
                Some(_) if is_reserved(name) => Ink::Word,
                Some(_) if tokens.get(place + 1).is_some_and(|next| next.kind == TokenKind::Symbol("(")) => {
                    Function::from_name(name).map_or(Ink::Wrong, |_| Ink::Function)
                }
                Some(command) if is_word(command, name) => Ink::Word,
                Some(_) => Ink::Name,
            },
            TokenKind::Text(_) => Ink::Text,
            TokenKind::Regex(_) => Ink::Regex,
            TokenKind::Int(_) | TokenKind::Real(_) | TokenKind::Period(_) => Ink::Number,
            TokenKind::Symbol(_) => Ink::Operator,
            TokenKind::Comment => Ink::Comment,
            TokenKind::Bare | TokenKind::Wrong(_) => Ink::Wrong,
        };
        match &token.kind {
            TokenKind::Symbol("|") => command = None,
            TokenKind::Comment => {}
            _ => command = command.or(Some(token.span.of(text))),
        }
        inks.push((token.span, ink));
    }
    inks
}

/// Whether a name is a word of this command.
fn is_word(command: &str, name: &str) -> bool {
    let words: &[&str] = match command.to_ascii_lowercase().as_str() {
        "sort" | "order" => &["asc", "desc"],
        "limit" => &["any"],
        "parse" => &["multi", "csv", "logfmt"],
        "fillmissing" => &["with", "for"],
        "unnest" => &["into"],
        "addtotals" => &["fieldname", "row", "col"],
        _ => &[],
    };
    words.iter().chain(&["true", "false"]).any(|word| word.eq_ignore_ascii_case(name))
}
