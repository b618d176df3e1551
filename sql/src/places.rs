//! Where things stand: the parser counts lines and characters, we bytes.

use flowlens_ask::insights::ast::{Complaint, Span};
use sqlparser::parser::ParserError;
use sqlparser::tokenizer;

pub(super) struct Places<'a> {
    text: &'a str,
    /// Where each line begins.
    lines: Vec<usize>,
}

impl<'a> Places<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let after_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { text, lines: std::iter::once(0).chain(after_breaks).collect() }
    }

    /// What stands at a place.
    pub(super) fn text(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or_default()
    }

    pub(super) fn span(&self, span: tokenizer::Span) -> Span {
        if span.start.line == 0 {
            return Span::new(0, self.text.len());
        }
        let (start, end) =
            (self.byte(span.start.line, span.start.column), self.byte(span.end.line, span.end.column));
        Span::new(start, self.closed(start, end.max(start)))
    }

    /// An end behind the brackets that are open there: the parser leaves out the last ones.
    fn closed(&self, start: usize, mut end: usize) -> usize {
        let (mut open, mut is_text) = (0_usize, false);
        for c in self.text.get(start..end).unwrap_or_default().chars() {
            match c {
                '\'' => is_text = !is_text,
                '(' | '[' if !is_text => open += 1,
                ')' | ']' if !is_text => open = open.saturating_sub(1),
                _ => {}
            }
        }
        while open > 0 {
            let rest = self.text.get(end..).unwrap_or_default();
            let blanks = rest.len() - rest.trim_start().len();
            if !rest.trim_start().starts_with([')', ']']) {
                break;
            }
            end += blanks + 1;
            open -= 1;
        }
        end
    }

    fn byte(&self, line: u64, column: u64) -> usize {
        let at = |number: u64| usize::try_from(number.saturating_sub(1)).unwrap_or(usize::MAX);
        let Some(&begin) = self.lines.get(at(line)) else { return self.text.len() };
        let rest = self.text.get(begin..).unwrap_or_default();
        rest.char_indices().nth(at(column)).map_or(self.text.len(), |(chars, _)| begin + chars)
    }

    /// What the parser says of a text that is no SQL, at its place.
    pub(super) fn complaint(&self, error: &ParserError) -> Complaint {
        let text = match error {
            ParserError::TokenizerError(text) | ParserError::ParserError(text) => text.as_str(),
            ParserError::RecursionLimitExceeded => "the query is nested too deep",
        };
        let place = text.rsplit_once(" at Line: ").and_then(|(text, place)| {
            let (line, column) = place.split_once(", Column: ")?;
            Some((text, self.byte(line.trim().parse().ok()?, column.trim().parse().ok()?)))
        });
        let (text, at) = place.unwrap_or((text, self.text.len()));
        let rest = self.text.get(at..).unwrap_or_default();
        let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').filter(|&end| end > 0);
        let end = at + word.unwrap_or_else(|| rest.chars().next().map_or(0, char::len_utf8));
        let span = Span::new(at, end);
        let text = text.replace("Expected: ", "expected ").replace(", found: ", ", found ");
        let text = text.replace("found EOF", "found the end of the query");
        let is_reserved = self.text(span).eq_ignore_ascii_case("end");
        let text = if is_reserved && text.starts_with("expected") {
            format!("{text}; as the name of a column, end stands in double quotes: \"end\"")
        } else {
            text
        };
        Complaint { span, text }
    }
}
