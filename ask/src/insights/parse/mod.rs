//! The parser: recursive descent over tokens. After a mistake it goes on with the next command, so that a query's
//! mistakes are told at once.

mod commands;
mod expression;

use super::ast::{Command, CommandKind, Complaint, Name, Query, Span};
use super::lex::{Token, TokenKind, is_reserved, lex, shortened};
use super::nearest::nearest;
use super::words::{COMMANDS, CommandWord, FOREIGN_WORDS, Function, Of, REFUSED_COMMANDS, refusal};

/// The longest query that CloudWatch takes, in characters.
pub const LENGTH_MAX: usize = 10_000;

/// `stats` commands in a query, as many as CloudWatch takes.
const STATS_MAX: usize = 10;

/// Reads a query. Where there is a mistake, all that are found come in the order of the text. Blank text is a query
/// without commands.
pub fn parse(text: &str) -> Result<Query, Vec<Complaint>> {
    if let Some((start, _)) = text.char_indices().nth(LENGTH_MAX) {
        let length = text.chars().count();
        return Err(vec![Complaint {
            span: Span::new(start, text.len()),
            text: format!("a query has at most 10,000 characters, as at AWS; this one has {length}"),
        }]);
    }
    let mut tokens = lex(text);
    tokens.retain(|token| token.kind != TokenKind::Comment);
    let mut parser = Parser::new(text, &tokens);
    let query = parser.query();
    if parser.complaints.is_empty() {
        return Ok(query);
    }
    parser.complaints.sort_by_key(|complaint| complaint.span.start);
    parser.complaints.dedup();
    Err(parser.complaints)
}

/// Where an expression stands, for what may be called there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before `stats`: functions of one event.
    Event,
    /// After `stats`: also columns by the text they were computed with, such as `count(*)`.
    Group,
    /// What `stats` computes.
    Measure,
    /// What `stats` makes groups by.
    Key,
    /// The argument of this function of many events.
    Inside(Function),
}

struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    next: usize,
    /// How many expressions are open inside each other.
    depth: usize,
    /// How many operators the expressions of this command have in chains that cannot be balanced.
    links: usize,
    place: Place,
    /// The command at hand has a query in parentheses, so that not every `|` in it ends it.
    has_subquery: bool,
    complaints: Vec<Complaint>,
}

impl<'a> Parser<'a> {
    const fn new(text: &'a str, tokens: &'a [Token]) -> Self {
        Self {
            text,
            tokens,
            next: 0,
            depth: 0,
            links: 0,
            place: Place::Event,
            has_subquery: false,
            complaints: Vec::new(),
        }
    }

    fn query(&mut self) -> Query {
        let mut commands = Vec::new();
        let mut stats = 0;
        self.take("|");
        while let Some(token) = self.peek() {
            let start = token.span;
            let place = if stats == 0 { Place::Event } else { Place::Group };
            (self.depth, self.links, self.place, self.has_subquery) = (0, 0, place, false);
            match self.whole_command() {
                Ok(kind) => commands.push(Command { kind, span: start.to(self.last()) }),
                Err(complaint) => {
                    self.complaints.push(complaint);
                    self.skip();
                }
            }
            if start.of(self.text).eq_ignore_ascii_case("stats") {
                stats += 1;
                if stats == STATS_MAX + 1 {
                    self.complain(start, "a query has at most 10 `stats`, as at AWS");
                }
            }
            self.take("|");
        }
        Query { commands }
    }

    fn whole_command(&mut self) -> Result<CommandKind, Complaint> {
        let Some(token) = self.peek() else { return self.expected("a command") };
        let word = match &token.kind {
            TokenKind::Name { text, quoted: false } => text.as_str(),
            TokenKind::Symbol("|") => {
                return Err(complaint(token.span, "between these two `|` a command is missing"));
            }
            _ => return self.expected("a command such as fields, filter or stats"),
        };
        let Some(command) = CommandWord::from_name(word) else {
            return Err(self.no_command(word, token.span));
        };
        self.next += 1;
        let kind = self.command(command)?;
        self.expect_end(command)?;
        Ok(kind)
    }

    fn no_command(&mut self, word: &str, span: Span) -> Complaint {
        if let Some(why) = refusal(&REFUSED_COMMANDS, word) {
            self.has_subquery = true;
            return complaint(span, why);
        }
        let name = shortened(word);
        if let Some(function) = Function::from_name(word) {
            let command = if function.of() == Of::Many { "stats" } else { "fields or filter" };
            return complaint(span, format!("`{name}` is a function, no command: use it in {command}"));
        }
        let follows = |what: &str| self.is_ahead(1, what);
        if ["=", "==", "!=", "<>", "<", "<=", ">", ">=", "=~", "in", "like", "not"].into_iter().any(follows) {
            return complaint(span, format!("`{name}` is no command: put `filter` before a condition"));
        }
        let hint = nearest(word, COMMANDS.iter().map(|command| command.name)).map_or_else(
            || "a query begins with a command such as fields, filter or stats".to_owned(),
            |nearest| format!("did you mean `{nearest}`?"),
        );
        complaint(span, format!("`{name}` is no command: {hint}"))
    }

    fn expect_end(&self, command: &CommandWord) -> Result<(), Complaint> {
        let Some(token) = self.peek() else { return Ok(()) };
        match &token.kind {
            TokenKind::Symbol("|") => return Ok(()),
            TokenKind::Symbol(bracket @ (")" | "]")) => {
                return Err(complaint(token.span, format!("this `{bracket}` closes nothing")));
            }
            TokenKind::Symbol("[") => {
                let text = "a member of a list is taken by the list's name: give it one with `as`, then write name[0]";
                return Err(complaint(token.span, text));
            }
            TokenKind::Symbol("=" | "==" | "!=" | "<>" | "<" | "<=" | ">" | ">=" | "=~") => {
                return Err(complaint(token.span, "one comparison at a time: join two of them with `and`"));
            }
            TokenKind::Name { text, quoted: false } => {
                if CommandWord::from_name(text).is_some() || refusal(&REFUSED_COMMANDS, text).is_some() {
                    let text = format!("put a `|` before the command `{}`", shortened(text));
                    return Err(complaint(token.span, text));
                }
                if text.eq_ignore_ascii_case("offset") && command.name == "stats" {
                    let text = "`offset` is not answered here: bins begin at whole periods since 1970, UTC";
                    return Err(complaint(token.span, text));
                }
            }
            _ => {}
        }
        self.expected(match command.name {
            "filter" | "where" | "filterIndex" => "`and`, `or`, an operator or `|`",
            "fields" | "display" => "a comma, an operator, `as` or `|`",
            "stats" => "a comma, an operator, `as`, `by` or `|`",
            "sort" | "order" => "`asc`, `desc`, a comma or `|`",
            "dedup" | "parse" | "fillmissing" | "addtotals" => "a comma or `|`",
            _ => "`|`",
        })
    }

    /// Goes to the `|` before the next command.
    fn skip(&mut self) {
        let mut open = 0_usize;
        while let Some(token) = self.peek() {
            match token.kind {
                TokenKind::Symbol("|") if open == 0 || !self.has_subquery => return,
                TokenKind::Symbol("(") => open += 1,
                TokenKind::Symbol(")") => open = open.saturating_sub(1),
                _ => {}
            }
            self.next += 1;
        }
    }

    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.next)
    }

    /// The place of the token before the next one.
    fn last(&self) -> Span {
        self.next
            .checked_sub(1)
            .and_then(|last| self.tokens.get(last))
            .map(|token| token.span)
            .unwrap_or_default()
    }

    /// Whether a token so far ahead is this symbol, or this word in any case.
    fn is_ahead(&self, ahead: usize, what: &str) -> bool {
        self.tokens.get(self.next + ahead).is_some_and(|token| match &token.kind {
            TokenKind::Symbol(symbol) => *symbol == what,
            TokenKind::Name { text, quoted: false } => text.eq_ignore_ascii_case(what),
            _ => false,
        })
    }

    fn is(&self, what: &str) -> bool {
        self.is_ahead(0, what)
    }

    fn take(&mut self, what: &str) -> bool {
        let is = self.is(what);
        self.next += usize::from(is);
        is
    }

    fn expect(&mut self, what: &str) -> Result<(), Complaint> {
        if self.take(what) { Ok(()) } else { self.expected(&format!("`{what}`")) }
    }

    fn name(&mut self, what: &str) -> Result<Name, Complaint> {
        let Some(token) = self.peek() else { return self.expected(what) };
        match &token.kind {
            TokenKind::Name { text, quoted } if *quoted || !is_reserved(text) => {
                self.next += 1;
                Ok(Name { text: text.clone(), span: token.span })
            }
            TokenKind::Text(text) => {
                let text = shortened(text);
                Err(complaint(
                    token.span,
                    format!("a name has no quotes; where it needs them, write backticks: `{text}`"),
                ))
            }
            _ => self.expected(what),
        }
    }

    fn names(&mut self, what: &str) -> Result<Vec<Name>, Complaint> {
        let mut names = vec![self.name(what)?];
        while self.take(",") {
            names.push(self.name(what)?);
        }
        Ok(names)
    }

    /// Notes a mistake that does not keep from reading on.
    fn complain(&mut self, span: Span, text: impl Into<String>) {
        self.complaints.push(complaint(span, text));
    }

    /// The mistake that something else stands here, or nothing.
    fn expected<T>(&self, what: &str) -> Result<T, Complaint> {
        let token = self.peek().filter(|token| token.kind != TokenKind::Symbol("|"));
        let Some(token) = token else {
            let last = self.last();
            let after = shortened(last.of(self.text));
            return Err(complaint(last, format!("expected {what} after `{after}`")));
        };
        let found = shortened(token.span.of(self.text));
        let compares = matches!(self.last().of(self.text), "=" | "==" | "!=" | "<>");
        let text = match &token.kind {
            TokenKind::Wrong(why) => why.clone(),
            TokenKind::Bare if compares && found.contains('/') => {
                format!("an address never equals a network: write isIpInSubnet(field, \"{found}\")")
            }
            TokenKind::Bare => format!("put it in quotes: \"{found}\""),
            TokenKind::Name { quoted: false, text } => refusal(&FOREIGN_WORDS, text)
                .map_or_else(|| format!("expected {what}, not `{found}`"), str::to_owned),
            _ => format!("expected {what}, not `{found}`"),
        };
        Err(complaint(token.span, text))
    }
}

fn complaint(span: Span, text: impl Into<String>) -> Complaint {
    Complaint { span, text: text.into() }
}
