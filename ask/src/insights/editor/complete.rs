//! What may come next in a query.

use super::super::ast::Span;
use super::super::lex::{RESERVED, Token, TokenKind, is_reserved, lex};
use super::super::words::{COMMANDS, Function, Of};

/// What may stand at a place of a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// What a choice replaces: the word at the cursor, or nothing.
    pub span: Span,
    /// The choices, those that begin with what is written before those that contain it.
    pub choices: Vec<Choice>,
    /// The field whose value stands at the cursor, so that values seen in the data may be offered, too. Then the span
    /// is that of the value, with its quotes.
    pub value_of: Option<String>,
}

/// What may stand at a place of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is put there.
    pub text: String,
    /// What it is.
    pub kind: ChoiceKind,
    /// A few words on it.
    pub hint: &'static str,
}

/// What a choice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceKind {
    /// A command.
    Command,
    /// Another word of the language.
    Word,
    /// A function, with its opening bracket.
    Function,
    /// A field of the records.
    Field,
    /// A name given before the cursor.
    Alias,
}

/// What may stand at the cursor, a byte of the text, where the records have these fields.
pub fn complete(text: &str, cursor: usize, fields: &[&str]) -> Completion {
    let cursor = (0..=cursor.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or_default();
    let mut tokens = lex(text);
    let at_cursor = |token: &Token| (token.span.start as usize) < cursor && cursor <= token.span.end as usize;
    if tokens.iter().any(|token| token.kind == TokenKind::Comment && at_cursor(token)) {
        return Completion { span: Span::new(cursor, cursor), ..Completion::default() };
    }
    tokens.retain(|token| token.kind != TokenKind::Comment);
    let typed = tokens.iter().find(|token| !matches!(token.kind, TokenKind::Symbol(_)) && at_cursor(token));
    let span = typed.map_or_else(|| Span::new(cursor, cursor), |token| token.span);
    let before = tokens.partition_point(|token| token.span.end <= span.start);
    let place = Place::new(text, tokens.get(..before).unwrap_or_default());
    let value_of = place.value_of().map(str::to_owned);
    let word = match typed.map(|token| &token.kind) {
        None => "",
        Some(TokenKind::Name { .. }) => text.get(span.start as usize..cursor).unwrap_or_default(),
        // A name whose second backtick is still to come.
        Some(TokenKind::Wrong(_)) if span.of(text).starts_with('`') => {
            text.get(span.start as usize..cursor).unwrap_or_default()
        }
        Some(_) => {
            let is_open = !matches!(typed, Some(Token { kind: TokenKind::Text(_), span }) if span.end as usize == cursor);
            return Completion { span, choices: Vec::new(), value_of: value_of.filter(|_| is_open) };
        }
    };
    let wanted = word.trim_start_matches('`').to_lowercase();
    let mut choices = place.choices(fields);
    choices.retain(|choice| choice.text != word && choice.text.to_lowercase().contains(&wanted));
    choices.sort_by_key(|choice| !choice.text.trim_start_matches('`').to_lowercase().starts_with(&wanted));
    if text.get(span.end as usize..).is_some_and(|after| after.starts_with('(')) {
        for choice in &mut choices {
            choice.text.truncate(choice.text.trim_end_matches('(').len());
        }
    }
    Completion { span, choices, value_of }
}

/// Where the cursor stands: the tokens before it.
struct Place<'a> {
    text: &'a str,
    /// All before the cursor.
    tokens: &'a [Token],
    /// Those of the cursor's command.
    command: &'a [Token],
}

impl<'a> Place<'a> {
    fn new(text: &'a str, tokens: &'a [Token]) -> Self {
        let command = tokens.rsplit(|token| token.kind == TokenKind::Symbol("|")).next().unwrap_or_default();
        Self { text, tokens, command }
    }

    /// What stands so far before the cursor, in small letters.
    fn back(&self, steps: usize) -> String {
        let token = self.command.len().checked_sub(steps).and_then(|place| self.command.get(place));
        token.map(|token| token.span.of(self.text).to_ascii_lowercase()).unwrap_or_default()
    }

    fn choices(&self, fields: &[&str]) -> Vec<Choice> {
        let [first, rest @ ..] = self.command else {
            return COMMANDS
                .iter()
                .map(|command| choice(command.name, ChoiceKind::Command, command.meaning))
                .collect();
        };
        let command = first.span.of(self.text).to_ascii_lowercase();
        let mut choices = Vec::new();
        if matches!(self.back(1).as_str(), "as" | "into") {
            return choices;
        }
        let mut words: Vec<&'static str> = Vec::new();
        let is_first = rest.is_empty();
        let wants_operand = is_first || self.wants_operand();
        let names_only = match command.as_str() {
            "limit" | "head" | "tail" => {
                words.extend((is_first && command == "limit").then_some("any"));
                return with_words(choices, &words);
            }
            "fillmissing" if is_first => return with_words(choices, &["with"]),
            "fillmissing" if self.back(1) == "with" => return choices,
            "fillmissing" if !self.has("for") => return with_words(choices, &["for"]),
            "fillmissing" | "dedup" | "accum" | "addtotals" => true,
            "parse" => {
                if self.has("as") {
                    return choices;
                }
                words.extend_from_slice(match rest.last().map(|token| &token.kind) {
                    None => &["csv", "logfmt"],
                    Some(TokenKind::Regex(_)) => &["as", "multi"],
                    Some(TokenKind::Text(_)) => &["as"],
                    _ if matches!(self.back(1).as_str(), "csv" | "logfmt" | "multi") => &["as"],
                    _ => &["csv", "logfmt"],
                });
                false
            }
            _ => false,
        };
        if !wants_operand {
            words.extend_from_slice(match command.as_str() {
                "fields" | "display" => &["as", "and", "or", "not", "in", "like"],
                "filter" | "where" | "filterindex" => &["and", "or", "not", "in", "like"],
                "sort" | "order" => &["desc", "asc"],
                "stats" if self.has("by") => &["as"],
                "stats" => &["by", "as"],
                "accum" => &["as"],
                "unnest" => &["into"],
                _ => &[],
            });
            return with_words(choices, &words);
        }
        if self.back(1) == "(" && self.back(2) == "bin"
            || matches!(self.call(), Some("datefloor" | "dateceil"))
        {
            words.extend(["1m", "5m", "15m", "1h", "1d"]);
        }
        if matches!(command.as_str(), "sort" | "order") && is_first {
            words.push("by");
        }
        if matches!(command.as_str(), "filter" | "where" | "filterindex") {
            words.push("not");
        }
        if self.back(1) == "like" || self.back(1) == "=~" {
            return choices;
        }
        let computes = command == "stats" && !self.has("by");
        if computes {
            choices.extend(functions(Of::Many));
        }
        self.names(fields, &mut choices);
        if !names_only {
            choices.extend(functions(Of::One));
        }
        with_words(choices, &words)
    }

    /// Whether the token before the cursor is one that a field or a value follows.
    fn wants_operand(&self) -> bool {
        match self.command.last().map(|token| &token.kind) {
            None => true,
            Some(TokenKind::Symbol(symbol)) => !matches!(*symbol, ")" | "]"),
            Some(TokenKind::Name { text, quoted: false }) => {
                is_reserved(text)
                    || text.eq_ignore_ascii_case("for") && self.back(self.command.len()) == "fillmissing"
            }
            Some(_) => false,
        }
    }

    /// Whether the cursor's command has this word already.
    fn has(&self, word: &str) -> bool {
        self.command.iter().skip(1).any(|token| is_plain(token, word))
    }

    /// The function whose second argument begins at the cursor.
    fn call(&self) -> Option<&str> {
        let comma = self.back(1) == ",";
        let open = self.command.iter().rposition(|token| token.kind == TokenKind::Symbol("("))?;
        let name = self.command.get(open.checked_sub(1)?)?.span.of(self.text);
        let known = ["datefloor", "dateceil"].into_iter().find(|known| known.eq_ignore_ascii_case(name));
        known.filter(|_| comma)
    }

    /// The field of which a value is expected at the cursor.
    fn value_of(&self) -> Option<&'a str> {
        let mut end = self.command.len();
        let kind = |place: usize| self.command.get(place).map(|token| &token.kind);
        if matches!(kind(end.checked_sub(1)?)?, TokenKind::Symbol("[" | ",")) {
            end = self.command.iter().rposition(|token| token.kind == TokenKind::Symbol("["))?;
            let inside = self.command.get(end..)?;
            if inside.iter().any(|token| token.kind == TokenKind::Symbol("]")) {
                return None;
            }
            is_plain(self.command.get(end.checked_sub(1)?)?, "in").then_some(())?;
        }
        let operator = self.command.get(end.checked_sub(1)?)?;
        let compares =
            matches!(operator.kind, TokenKind::Symbol("=" | "==" | "!=" | "<>" | "<" | "<=" | ">" | ">="));
        if !compares && !is_plain(operator, "in") && !is_plain(operator, "like") {
            return None;
        }
        let mut left = end.checked_sub(2)?;
        if is_plain(self.command.get(left)?, "not") {
            left = left.checked_sub(1)?;
        }
        // The first is the command's own word.
        match kind(left)? {
            TokenKind::Name { text, .. } if left > 0 && !is_reserved(text) => Some(text),
            _ => None,
        }
    }

    /// The fields and the names given before the cursor. After `stats` only what it gives is left.
    fn names(&self, fields: &[&str], choices: &mut Vec<Choice>) {
        let mut given: Vec<String> = Vec::new();
        let mut has_fields = true;
        let commands: Vec<&[Token]> =
            self.tokens.split(|token| token.kind == TokenKind::Symbol("|")).collect();
        for (place, command) in commands.iter().enumerate() {
            let is_whole = place + 1 < commands.len();
            if is_whole && command.first().is_some_and(|token| is_plain(token, "stats")) {
                has_fields = false;
                given = keys(command);
            }
            given.extend(aliases(command));
        }
        for name in given {
            let text = in_backticks(&name);
            if !choices.iter().any(|choice| choice.text == text) {
                choices.push(choice(text, ChoiceKind::Alias, "named in this query"));
            }
        }
        if has_fields {
            for field in fields {
                let text = in_backticks(field);
                if !choices.iter().any(|choice| choice.text == text) {
                    choices.push(choice(text, ChoiceKind::Field, "field"));
                }
            }
        }
    }
}

fn is_plain(token: &Token, word: &str) -> bool {
    matches!(&token.kind, TokenKind::Name { text, quoted: false } if text.eq_ignore_ascii_case(word))
}

/// The fields by which `stats` makes its groups.
fn keys(command: &[Token]) -> Vec<String> {
    let Some(by) = command.iter().position(|token| is_plain(token, "by")) else { return Vec::new() };
    let items = command.get(by + 1..).unwrap_or_default().split(|token| token.kind == TokenKind::Symbol(","));
    items
        .filter_map(|item| match item {
            [Token { kind: TokenKind::Name { text, .. }, .. }] => Some(text.clone()),
            _ => None,
        })
        .collect()
}

/// The names that a command gives.
fn aliases(command: &[Token]) -> Vec<String> {
    let mut names = Vec::new();
    let parses = command.first().is_some_and(|token| is_plain(token, "parse"));
    let mut goes_on = false;
    for (place, token) in command.iter().enumerate() {
        match &token.kind {
            TokenKind::Name { text, .. } if goes_on => names.push(text.clone()),
            TokenKind::Symbol(",") if parses => continue,
            TokenKind::Regex(pattern) if parses => {
                let starts = pattern.split("(?<").skip(1).chain(pattern.split("(?P<").skip(1));
                names.extend(
                    starts.filter_map(|start| start.split_once('>')).map(|(name, _)| name.to_owned()),
                );
            }
            _ => {}
        }
        goes_on = place > 0 && (is_plain(token, "as") || is_plain(token, "into")) || goes_on && parses;
    }
    names
}

fn choice(text: impl Into<String>, kind: ChoiceKind, hint: &'static str) -> Choice {
    Choice { text: text.into(), kind, hint }
}

fn functions(of: Of) -> impl Iterator<Item = Choice> {
    Function::ALL
        .iter()
        .filter(move |function| function.of() == of)
        .map(|function| choice(format!("{}(", function.name()), ChoiceKind::Function, function.signature()))
}

fn with_words(mut choices: Vec<Choice>, words: &[&'static str]) -> Vec<Choice> {
    choices.extend(words.iter().map(|&word| choice(word, ChoiceKind::Word, meaning(word))));
    choices
}

fn meaning(word: &str) -> &'static str {
    match word {
        "as" => "gives a name",
        "by" => "one row for each value of these",
        "asc" => "the least first",
        "desc" => "the greatest first",
        "in" => "one of a list",
        "like" => "contains a text, or matches a /regular expression/",
        "and" => "both",
        "or" => "one of both, or both",
        "not" => "the contrary",
        "any" => "any rows, not the first ones",
        "with" => "the value to fill in",
        "for" => "the columns to fill",
        "into" => "the name of the members",
        "csv" => "values between commas",
        "logfmt" => "name=value pairs",
        "multi" => "a row for each match",
        _ => "a length of time",
    }
}

/// A name as it is written in a query: with backticks where it needs them.
pub fn in_backticks(name: &str) -> String {
    let plain = !RESERVED.iter().any(|word| word.eq_ignore_ascii_case(name))
        && matches!(lex(name).as_slice(), [Token { kind: TokenKind::Name { quoted: false, text }, .. }] if text == name);
    if plain { name.to_owned() } else { format!("`{name}`") }
}
