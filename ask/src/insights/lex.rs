//! A query's text as tokens. Nothing is refused here: what has no meaning is a token, too.

use flowlens_core::record::Field;

use super::ast::{Period, Span, Unit};

/// A piece of a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its place.
    pub span: Span,
}

/// What a piece of a query is.
#[derive(Clone, Debug, PartialEq)]
pub enum TokenKind {
    /// A name or a word of the language.
    Name {
        /// Without backticks.
        text: String,
        /// With backticks: never a word of the language.
        quoted: bool,
    },
    /// A text in quotes, its escapes undone.
    Text(String),
    /// What stands between slashes.
    Regex(String),
    /// A whole number.
    Int(i128),
    /// Another number.
    Real(f64),
    /// `5m`
    Period(Period),
    /// An operator, a bracket, a comma or `|`.
    Symbol(&'static str),
    /// An address, a date or an identifier of AWS that lacks its quotes.
    Bare,
    /// `# ...`, to the end of its line.
    Comment,
    /// What has no meaning, and why.
    Wrong(String),
}

/// The words that cannot be names without backticks.
pub const RESERVED: [&str; 7] = ["and", "or", "not", "in", "like", "as", "by"];

/// Where a name is needed, one of these is a mistake.
pub fn is_reserved(word: &str) -> bool {
    RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(word))
}

/// Longer ones before those they begin with.
const SYMBOLS: [&str; 24] = [
    "||", "&&", "==", "!=", "<>", "<=", ">=", "=~", "=", "<", ">", "+", "-", "*", "/", "%", "^", "(", ")",
    "[", "]", ",", "|", "!",
];

/// All tokens of a text, with its comments.
pub fn lex(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { text, at: 0, tokens: Vec::new(), command: 0 };
    while let Some(c) = lexer.peek() {
        if is_blank(c) {
            lexer.at += c.len_utf8();
            continue;
        }
        let start = lexer.at;
        let kind = lexer.token(c);
        let begins = kind == TokenKind::Symbol("|");
        lexer.tokens.push(Token { kind, span: Span::new(start, lexer.at) });
        if begins {
            lexer.command = lexer.tokens.len();
        }
    }
    lexer.tokens
}

/// Blanks, and what copying from web pages leaves: zero-width spaces and byte order marks.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}')
}

fn begins_name(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '_' | '@' | '`')
}

fn goes_on(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '@' | '.')
}

/// How many bytes at the start of a text are such characters.
fn run(text: &str, is: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is(c)).unwrap_or(text.len())
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
    /// The first token of the command at hand.
    command: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take_while(&mut self, is: impl Fn(char) -> bool) -> &'a str {
        self.take(run(self.rest(), is))
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let taken = self.rest().get(..bytes).unwrap_or_default();
        self.at += taken.len();
        taken
    }

    fn take_line(&mut self) {
        self.take_while(|c| !matches!(c, '\n' | '\r'));
    }

    fn token(&mut self, c: char) -> TokenKind {
        let digit_follows = self.rest().chars().nth(1).is_some_and(|next| next.is_ascii_digit());
        match c {
            '#' => {
                self.take_line();
                TokenKind::Comment
            }
            '"' | '\'' => match self.enclosed(c) {
                Some(inner) => TokenKind::Text(unescape(inner)),
                None => TokenKind::Wrong(format!("this text does not end: it lacks a {c}")),
            },
            '/' if self.rest().starts_with("//") => self.foreign_comment("//"),
            '-' if self.rest().starts_with("-- ") && self.is_line_start() => self.foreign_comment("--"),
            '/' if self.is_operand_place() => match self.enclosed('/') {
                Some(inner) => TokenKind::Regex(unescape_slashes(inner)),
                None => TokenKind::Wrong("this regular expression does not end: it lacks a /".to_owned()),
            },
            '0'..='9' => self.number(),
            '.' if digit_follows => self.number(),
            ':' if self.rest().starts_with("::") => self.address(),
            '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}' => self.curly(c),
            c if begins_name(c) => self.name(),
            c => self.symbol(c),
        }
    }

    /// What stands between this character and its next occurrence that is not escaped. Where the next command seems
    /// to begin on another line before that, the end is missing, and what goes to the end of this line is taken.
    fn enclosed(&mut self, close: char) -> Option<&'a str> {
        let rest = self.rest().get(close.len_utf8()..).unwrap_or_default();
        let (mut chars, mut line_is_blank) = (rest.char_indices(), false);
        while let Some((place, c)) = chars.next() {
            match c {
                '\\' => {
                    chars.next();
                }
                c if c == close => {
                    self.at += close.len_utf8() * 2 + place;
                    return rest.get(..place);
                }
                '\n' => line_is_blank = true,
                '|' if line_is_blank => break,
                c => line_is_blank &= c.is_whitespace(),
            }
        }
        self.take_line();
        None
    }

    /// Whether a slash begins a regular expression here rather than divides.
    fn is_operand_place(&self) -> bool {
        let since = self.tokens.get(self.command..).unwrap_or_default();
        let mut said = since.iter().filter(|token| token.kind != TokenKind::Comment);
        match said.clone().next_back().map(|token| &token.kind) {
            None => true,
            Some(TokenKind::Symbol(symbol)) => !matches!(*symbol, ")" | "]"),
            Some(TokenKind::Name { text, quoted: false }) if is_reserved(text) => true,
            Some(TokenKind::Name { .. }) => {
                let parses = matches!(said.next(), Some(Token { kind: TokenKind::Name { text, .. }, .. })
                    if text.eq_ignore_ascii_case("parse"));
                parses && !said.any(|token| matches!(token.kind, TokenKind::Text(_) | TokenKind::Regex(_)))
            }
            Some(_) => false,
        }
    }

    fn is_line_start(&self) -> bool {
        let line = self.text.get(..self.at).and_then(|before| before.rsplit('\n').next());
        line.is_some_and(|line| line.chars().all(is_blank))
    }

    fn foreign_comment(&mut self, sign: &str) -> TokenKind {
        self.take_line();
        TokenKind::Wrong(format!("a comment begins with `#`, not with `{sign}`"))
    }

    fn number(&mut self) -> TokenKind {
        let rest = self.rest();
        if is_date(rest.as_bytes()) {
            self.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '.' | '+'));
            return TokenKind::Bare;
        }
        let length = run(rest, |c| c.is_alphanumeric() || matches!(c, '.' | ':' | '_'));
        let text = rest.get(..length).unwrap_or_default();
        if text.contains(':') || text.bytes().filter(|&byte| byte == b'.').count() > 1 {
            return self.address();
        }
        let digits = run(text, |c| c.is_ascii_digit());
        let (count, unit) = text.split_at(digits);
        if let (Ok(count), Some(unit)) = (count.parse(), Unit::from_name(unit)) {
            self.take(length);
            return TokenKind::Period(Period { count, unit });
        }
        let signed =
            text.ends_with(['e', 'E']) && rest.get(length..).is_some_and(|rest| rest.starts_with(['-', '+']));
        let more = if signed {
            1 + run(rest.get(length + 1..).unwrap_or_default(), |c| c.is_ascii_digit())
        } else {
            0
        };
        let text = self.take(length + more);
        if digits == text.len() {
            return text
                .parse()
                .map_or_else(|_| TokenKind::Wrong("this number is too large".to_owned()), TokenKind::Int);
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => TokenKind::Real(number),
            Ok(_) => TokenKind::Wrong("this number is too large".to_owned()),
            Err(_) => TokenKind::Wrong(format!(
                "`{}` is neither a number nor a period such as 5m; a text needs quotes",
                shortened(text)
            )),
        }
    }

    /// An IP address or a network without quotes.
    fn address(&mut self) -> TokenKind {
        self.take_while(|c| c.is_alphanumeric() || matches!(c, '.' | ':' | '_'));
        let bits = self.rest().strip_prefix('/').map_or(0, |bits| run(bits, |c| c.is_ascii_digit()));
        if bits > 0 {
            self.take(bits + 1);
        }
        TokenKind::Bare
    }

    fn name(&mut self) -> TokenKind {
        let (mut text, mut quoted) = (String::new(), false);
        loop {
            let plain = self.take_while(goes_on);
            text.push_str(plain);
            if self.peek() == Some('`') {
                quoted = true;
                let inner = self.rest().get(1..).unwrap_or_default();
                let length = run(inner, |c| !matches!(c, '`' | '\n' | '\r'));
                if !inner.get(length..).is_some_and(|rest| rest.starts_with('`')) {
                    self.take_line();
                    return TokenKind::Wrong("this name does not end: it lacks a `".to_owned());
                }
                text.push_str(inner.get(..length).unwrap_or_default());
                self.take(length + 2);
            } else if let Some(length) = index(self.rest()).filter(|_| quoted || !is_reserved(&text)) {
                text.push_str(self.take(length));
            } else if plain.is_empty() {
                break;
            }
        }
        if text.is_empty() {
            return TokenKind::Wrong("between these backticks a name is missing".to_owned());
        }
        if !quoted {
            let rest = self.rest();
            let mut after = rest.chars();
            if after.next() == Some(':') && after.next().is_some_and(|c| c == ':' || c.is_ascii_hexdigit()) {
                return self.address();
            }
            let hyphened = run(rest, |c| c.is_ascii_alphanumeric() || c == '-');
            let name = [&text, rest.get(..hyphened).unwrap_or_default()].concat();
            if rest.starts_with('-') && Field::from_name(&name).is_some_and(|field| field.name() == name) {
                self.take(hyphened);
                return TokenKind::Wrong(format!("a name with a hyphen needs backticks: `{name}`"));
            }
            if is_identifier(rest) {
                self.take_while(|c| c.is_ascii_alphanumeric() || c == '-');
                return TokenKind::Bare;
            }
        }
        TokenKind::Name { text, quoted }
    }

    fn curly(&mut self, open: char) -> TokenKind {
        let double = matches!(open, '\u{201c}' | '\u{201d}');
        let (close, straight) = if double { ('\u{201d}', '"') } else { ('\u{2019}', '\'') };
        self.take(open.len_utf8());
        let inner = self.take_while(|c| c != close && !matches!(c, '\n' | '\r'));
        if self.peek() == Some(close) {
            self.take(close.len_utf8());
        }
        TokenKind::Wrong(format!("use straight quotes: {straight}{}{straight}", shortened(inner)))
    }

    fn symbol(&mut self, c: char) -> TokenKind {
        if let Some(symbol) = SYMBOLS.iter().find(|symbol| self.rest().starts_with(**symbol)) {
            self.take(symbol.len());
            return TokenKind::Symbol(symbol);
        }
        self.take(c.len_utf8());
        TokenKind::Wrong(match c {
            '&' => "`&` has no meaning here: did you mean `and`?".to_owned(),
            '~' => "`~` has no meaning here: did you mean `=~` or `not like`?".to_owned(),
            ';' => "`;` has no meaning here: commands are separated by `|`".to_owned(),
            '.' => "`.` has no meaning here: it stands only inside of a name or a number".to_owned(),
            c => format!("`{}` has no meaning here", c.escape_debug()),
        })
    }
}

/// `[0]` after a name, without a blank.
fn index(rest: &str) -> Option<usize> {
    let digits = run(rest.strip_prefix('[')?, |c| c.is_ascii_digit());
    (digits > 0 && rest.as_bytes().get(digits + 1) == Some(&b']')).then_some(digits + 2)
}

/// `2026-01-31`
fn is_date(text: &[u8]) -> bool {
    text.len() >= 10
        && text.iter().take(10).enumerate().all(|(place, &byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// Whether what follows a word makes it an identifier such as `eni-0123456789abcdef0`, which as arithmetic has no sense.
fn is_identifier(rest: &str) -> bool {
    let parts = rest.get(..run(rest, |c| c.is_ascii_alphanumeric() || c == '-')).unwrap_or_default();
    rest.starts_with('-')
        && parts.rsplit('-').next().is_some_and(|last| {
            last.len() >= 8
                && last.bytes().all(|byte| byte.is_ascii_hexdigit())
                && last.bytes().any(|byte| byte.is_ascii_digit())
                && last.bytes().any(|byte| byte.is_ascii_alphabetic())
        })
}

/// An escape that is not known keeps its backslash, so that regular expressions may be written as texts.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => plain.push('\r'),
            Some(same @ ('\\' | '"' | '\'')) => plain.push(same),
            other => {
                plain.push('\\');
                plain.extend(other);
            }
        }
    }
    plain
}

fn unescape_slashes(pattern: &str) -> String {
    let mut plain = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c == '\\' {
            match chars.next() {
                Some('/') => plain.push('/'),
                other => {
                    plain.push('\\');
                    plain.extend(other);
                }
            }
        } else {
            plain.push(c);
        }
    }
    plain
}

/// A piece of a query for a message, not longer than a line.
pub(super) fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.len() == text.len() && text.chars().count() <= 40 {
        return text.to_owned();
    }
    line.chars().take(40).chain(['\u{2026}']).collect()
}
