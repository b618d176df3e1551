//! What an editor shows while a query in SQL is written: colours, and what may come next. Nothing here fails.

use super::functions;
use super::plan::{AGGREGATES, SPECIAL, WINDOWS};
use crate::insights::ast::Span;
use crate::insights::editor::{Choice, ChoiceKind, Completion, Ink};

/// Words that begin a clause.
const CLAUSES: [&str; 13] = [
    "SELECT", "FROM", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "WITH", "UNION", "BY",
    "DISTINCT", "ALL",
];

/// Other words of the language.
const WORDS: [&str; 38] = [
    "AND",
    "OR",
    "NOT",
    "IN",
    "IS",
    "NULL",
    "LIKE",
    "BETWEEN",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "AS",
    "ASC",
    "DESC",
    "NULLS",
    "FIRST",
    "LAST",
    "OVER",
    "PARTITION",
    "ROWS",
    "RANGE",
    "UNBOUNDED",
    "PRECEDING",
    "FOLLOWING",
    "CURRENT",
    "ROW",
    "FILTER",
    "INTERVAL",
    "DATE",
    "TIMESTAMP",
    "CROSS",
    "JOIN",
    "UNNEST",
    "ARRAY",
    "ESCAPE",
    "TRUE",
];

/// Words that are written like calls.
const CALLS: [&str; 4] = ["CAST", "TRY_CAST", "EXTRACT", "ROW"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Word,
    Quoted,
    Text,
    Number,
    Symbol,
    Comment,
    /// A text or a name that does not end.
    Open,
}

#[derive(Clone, Copy, Debug)]
struct Token {
    span: Span,
    kind: Kind,
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or_default();
        let (length, kind) = match first {
            c if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            '-' if rest.starts_with("--") => (rest.find('\n').unwrap_or(rest.len()), Kind::Comment),
            '/' if rest.starts_with("/*") => {
                (rest.find("*/").map_or(rest.len(), |end| end + 2), Kind::Comment)
            }
            '\'' => quoted(rest, '\'', Kind::Text),
            '"' => quoted(rest, '"', Kind::Quoted),
            c if c.is_alphabetic() || c == '_' => {
                let is_in = |c: char| c.is_alphanumeric() || c == '_';
                (rest.find(|c| !is_in(c)).unwrap_or(rest.len()), Kind::Word)
            }
            c if c.is_ascii_digit() => {
                let is_in = |c: char| c.is_ascii_alphanumeric() || c == '.';
                (rest.find(|c| !is_in(c)).unwrap_or(rest.len()), Kind::Number)
            }
            c => {
                let two = ["<>", "!=", "<=", ">=", "||", "->"].iter().any(|symbol| rest.starts_with(symbol));
                (if two { 2 } else { c.len_utf8() }, Kind::Symbol)
            }
        };
        tokens.push(Token { span: Span::new(at, at + length), kind });
        at += length;
    }
    tokens
}

/// A text in quotes; two of them within are one.
fn quoted(rest: &str, quote: char, kind: Kind) -> (usize, Kind) {
    let mut at = 1;
    while let Some(end) = rest.get(at..).and_then(|rest| rest.find(quote)) {
        at += end + 1;
        if !rest.get(at..).is_some_and(|rest| rest.starts_with(quote)) {
            return (at, kind);
        }
        at += 1;
    }
    (rest.len(), Kind::Open)
}

fn is_one_of(words: &[&str], word: &str) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// The names of all functions, each once, in order.
fn function_names() -> Vec<&'static str> {
    let mut names: Vec<&str> = functions::all().map(|signature| signature.name).collect();
    names.extend(AGGREGATES.iter().chain(WINDOWS).chain(&SPECIAL));
    names.sort_unstable();
    names.dedup();
    names
}

/// The pieces of a text in order, without the blanks between them.
pub fn highlight(text: &str) -> Vec<(Span, Ink)> {
    let (tokens, functions) = (tokens(text), function_names());
    let ink = |(place, token): (usize, &Token)| {
        let word = token.span.of(text);
        let is_call = tokens.get(place + 1).is_some_and(|next| next.span.of(text) == "(");
        let ink = match token.kind {
            Kind::Word if is_call && is_one_of(&CALLS, word) => Ink::Function,
            Kind::Word if is_one_of(&CLAUSES, word) => Ink::Command,
            Kind::Word if is_call && functions.binary_search(&word.to_lowercase().as_str()).is_ok() => {
                Ink::Function
            }
            Kind::Word if is_one_of(&WORDS, word) || word.eq_ignore_ascii_case("false") => Ink::Word,
            Kind::Word | Kind::Quoted => Ink::Name,
            Kind::Text => Ink::Text,
            Kind::Number => Ink::Number,
            Kind::Symbol => Ink::Operator,
            Kind::Comment => Ink::Comment,
            Kind::Open => Ink::Wrong,
        };
        (token.span, ink)
    };
    tokens.iter().enumerate().map(ink).collect()
}

/// What may stand at the cursor, a byte of the text, where the table has these columns.
pub fn complete(text: &str, cursor: usize, columns: &[&str]) -> Completion {
    let cursor = (0..=cursor.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or_default();
    let tokens = tokens(text);
    let nothing = Completion { span: Span::new(cursor, cursor), ..Completion::default() };
    let typed = tokens.iter().position(|token| {
        token.kind != Kind::Symbol
            && (token.span.start as usize) < cursor
            && cursor <= token.span.end as usize
    });
    let typed = typed.and_then(|place| tokens.get(place).map(|token| (place, token)));
    let before = typed.map_or_else(
        || tokens.partition_point(|token| token.span.end as usize <= cursor),
        |(place, _)| place,
    );
    let back = |steps: usize| {
        before.checked_sub(steps).and_then(|place| tokens.get(place)).map_or("", |token| token.span.of(text))
    };
    // `column = ` and `column IN (` want a value of the column.
    let is_column =
        |word: &str| columns.iter().any(|column| column.eq_ignore_ascii_case(word.trim_matches('"')));
    let value_of = match back(1) {
        "=" | "<>" | "!=" if is_column(back(2)) => Some(back(2)),
        "(" if back(2).eq_ignore_ascii_case("in") && is_column(back(3)) => Some(back(3)),
        _ => None,
    };
    let value_of = value_of.map(|column| column.trim_matches('"').to_lowercase());
    let (span, word) = match typed {
        None => (Span::new(cursor, cursor), ""),
        Some((_, token)) => match token.kind {
            Kind::Word => (token.span, text.get(token.span.start as usize..cursor).unwrap_or_default()),
            Kind::Text | Kind::Open if value_of.is_some() => {
                let is_open = token.kind == Kind::Open || cursor < token.span.end as usize;
                return Completion {
                    span: token.span,
                    choices: Vec::new(),
                    value_of: value_of.filter(|_| is_open),
                };
            }
            _ => return nothing,
        },
    };
    if back(1).eq_ignore_ascii_case("as") {
        return nothing;
    }
    let wanted = word.to_lowercase();
    let choice = |text: &str, kind, hint| Choice { text: text.to_owned(), kind, hint };
    let columns = columns.iter().map(|column| choice(column, ChoiceKind::Field, ""));
    let functions = function_names();
    let functions = functions.iter().map(|name| choice(&format!("{name}("), ChoiceKind::Function, ""));
    let words = CLAUSES.iter().chain(&WORDS).chain(&["CAST(", "TRY_CAST("]);
    let words = words.map(|word| choice(word, ChoiceKind::Word, ""));
    let mut choices: Vec<Choice> = columns.chain(functions).chain(words).collect();
    choices.retain(|choice| choice.text != word && choice.text.to_lowercase().contains(&wanted));
    choices.sort_by_key(|choice| !choice.text.to_lowercase().starts_with(&wanted));
    if text.get(span.end as usize..).is_some_and(|after| after.starts_with('(')) {
        for choice in &mut choices {
            choice.text.truncate(choice.text.trim_end_matches('(').len());
        }
    }
    Completion { span, choices, value_of }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [&str; 4] = ["srcaddr", "srcport", "action", "\"end\""];

    fn choices(text: &str) -> Vec<String> {
        complete(text, text.len(), &COLUMNS).choices.into_iter().map(|choice| choice.text).take(4).collect()
    }

    #[test]
    fn what_is_begun_comes_first() {
        assert_eq!(choices("SELECT src"), ["srcaddr", "srcport"]);
        assert_eq!(choices("SELECT cou")[..2], ["count(", "count_if("]);
        assert_eq!(choices("SELECT * FROM t WHER"), ["WHERE"]);
        assert_eq!(choices("SELECT a AS "), [""; 0]);
        assert_eq!(choices("SELECT 'src"), [""; 0]);
    }

    #[test]
    fn values_of_a_column() {
        let value_of = |text: &str| complete(text, text.len(), &COLUMNS).value_of;
        assert_eq!(value_of("SELECT * FROM t WHERE action = "), Some("action".to_owned()));
        assert_eq!(value_of("SELECT * FROM t WHERE action IN ('RE"), Some("action".to_owned()));
        assert_eq!(value_of("SELECT * FROM t WHERE action = 'REJECT'"), None);
        assert_eq!(value_of("SELECT * FROM t WHERE other = "), None);
    }

    #[test]
    fn every_piece_has_its_ink() {
        let text =
            "SELECT count(*), \"end\" -- all\nFROM t WHERE a <> 'it''s' AND b = 1.5 /* x */ AND c = 'open";
        let inks: Vec<(&str, Ink)> =
            highlight(text).into_iter().map(|(span, ink)| (span.of(text), ink)).collect();
        assert!(inks.contains(&("SELECT", Ink::Command)) && inks.contains(&("count", Ink::Function)));
        assert!(inks.contains(&("\"end\"", Ink::Name)) && inks.contains(&("-- all", Ink::Comment)));
        assert!(inks.contains(&("'it''s'", Ink::Text)) && inks.contains(&("1.5", Ink::Number)));
        assert!(inks.contains(&("/* x */", Ink::Comment)) && inks.contains(&("'open", Ink::Wrong)));
    }
}
