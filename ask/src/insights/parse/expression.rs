//! Expressions, the loosest operators first: or, and, not, comparisons, sums, products, signs, powers.

use super::super::ast::{Complaint, Literal, Node, NodeKind, Operator, Span};
use super::super::lex::{TokenKind, is_reserved, shortened};
use super::super::nearest::nearest;
use super::super::words::{FOREIGN_FUNCTIONS, FOREIGN_WORDS, Function, Of, REFUSED_FUNCTIONS, refusal};
use super::{Parser, Place, complaint};

/// Expressions inside each other deeper than this are refused rather than followed.
const DEPTH_MAX: usize = 64;

/// Operators of arithmetic in a command; each makes the tree of a chain one node deeper.
const LINKS_MAX: usize = 256;

type Read<'a> = fn(&mut Parser<'a>) -> Result<Node, Complaint>;

impl<'a> Parser<'a> {
    /// An expression, or the complaint that `what` was expected.
    pub(super) fn expression(&mut self, what: &str) -> Result<Node, Complaint> {
        if self.peek().is_none() || self.is("|") || self.is_word() && !self.is("not") {
            return self.expected(what);
        }
        self.nested(Self::either)
    }

    /// A constant, a name, a call or something in brackets.
    pub(super) fn operand(&mut self, what: &str) -> Result<Node, Complaint> {
        if self.peek().is_none() || self.is("|") {
            return self.expected(what);
        }
        self.nested(Self::primary)
    }

    fn nested(&mut self, read: Read<'a>) -> Result<Node, Complaint> {
        if self.depth == DEPTH_MAX {
            let span = self.peek().map_or_else(|| self.last(), |token| token.span);
            return Err(complaint(span, "too many expressions inside each other: at most 64"));
        }
        self.depth += 1;
        let node = read(self);
        self.depth -= 1;
        node
    }

    fn either(&mut self) -> Result<Node, Complaint> {
        self.chain("or", "||", Operator::Or, Self::both)
    }

    fn both(&mut self) -> Result<Node, Complaint> {
        self.chain("and", "&&", Operator::And, Self::negated)
    }

    /// A chain whose order of evaluation does not matter. Its tree is as flat as can be, since such chains are long.
    fn chain(
        &mut self,
        word: &str,
        symbol: &str,
        operator: Operator,
        read: Read<'a>,
    ) -> Result<Node, Complaint> {
        let mut level = vec![read(self)?];
        while self.take(word) || self.take(symbol) {
            level.push(read(self)?);
        }
        while level.len() > 1 {
            let mut pairs = Vec::with_capacity(level.len().div_ceil(2));
            let mut nodes = level.into_iter();
            while let Some(left) = nodes.next() {
                pairs.push(match nodes.next() {
                    Some(right) => binary(left, operator, right),
                    None => left,
                });
            }
            level = pairs;
        }
        level.pop().map_or_else(|| self.expected("a condition"), Ok)
    }

    fn negated(&mut self) -> Result<Node, Complaint> {
        if !self.take("not") && !self.take("!") {
            return self.comparison();
        }
        let start = self.last();
        let node = self.nested(Self::negated)?;
        Ok(Node { span: start.to(node.span), kind: NodeKind::Not(Box::new(node)) })
    }

    fn comparison(&mut self) -> Result<Node, Complaint> {
        let left = self.sum()?;
        let negated = self.take("not");
        if self.take("in") {
            return self.member(left, negated);
        }
        if self.take("like") || self.take("=~") {
            return self.like(left, negated);
        }
        if negated {
            return self.expected("`in` or `like` after `not`");
        }
        let operator = match self.peek().map(|token| &token.kind) {
            Some(TokenKind::Symbol("=" | "==")) => Operator::Equal,
            Some(TokenKind::Symbol("!=" | "<>")) => Operator::NotEqual,
            Some(TokenKind::Symbol("<")) => Operator::Less,
            Some(TokenKind::Symbol("<=")) => Operator::AtMost,
            Some(TokenKind::Symbol(">")) => Operator::Greater,
            Some(TokenKind::Symbol(">=")) => Operator::AtLeast,
            _ => return Ok(left),
        };
        self.next += 1;
        let right = self.sum()?;
        Ok(binary(left, operator, right))
    }

    fn member(&mut self, of: Node, negated: bool) -> Result<Node, Complaint> {
        if self.is("(") {
            if self.is_ahead(1, "source") {
                self.has_subquery = true;
                let span = self.tokens.get(self.next + 1).map_or_else(|| self.last(), |token| token.span);
                let text =
                    "a query inside `in` is not answered here: run it first, and write its values in a list";
                return Err(complaint(span, text));
            }
            return self.expected("a list in square brackets, such as [22, 3389]");
        }
        if !self.take("[") {
            return self.expected("a list, such as [22, 3389]");
        }
        let list = self.list()?;
        let span = of.span.to(self.last());
        Ok(Node { kind: NodeKind::In { of: Box::new(of), list, negated }, span })
    }

    fn like(&mut self, of: Node, negated: bool) -> Result<Node, Complaint> {
        let is_like = self.last().of(self.text) != "=~";
        let Some(token) = self.peek() else { return self.expected(PATTERN) };
        let kind = match &token.kind {
            TokenKind::Regex(pattern) => {
                self.check_regex(pattern, token.span);
                NodeKind::Regex(pattern.clone())
            }
            TokenKind::Text(text) if is_like => NodeKind::Literal(Literal::Text(text.clone())),
            TokenKind::Text(_) => return self.expected("a /regular expression/ after `=~`"),
            TokenKind::Name { text, quoted: false } if !is_reserved(text) => {
                let text = format!("put it in quotes: \"{}\"", shortened(text));
                return Err(complaint(token.span, text));
            }
            _ => return self.expected(PATTERN),
        };
        self.next += 1;
        let span = of.span.to(token.span);
        let pattern = Box::new(Node { kind, span: token.span });
        Ok(Node { kind: NodeKind::Like { of: Box::new(of), pattern, negated }, span })
    }

    /// A regular expression, if it is one.
    pub(super) fn check_regex(&mut self, pattern: &str, span: Span) -> Option<regex_lite::Regex> {
        regex_lite::Regex::new(pattern)
            .map_err(|error| self.complain(span, format!("this regular expression is wrong: {error}")))
            .ok()
    }

    fn sum(&mut self) -> Result<Node, Complaint> {
        let mut left = self.product()?;
        loop {
            let operator = match self.peek().map(|token| &token.kind) {
                Some(TokenKind::Symbol("+")) => Operator::Add,
                Some(TokenKind::Symbol("-")) => Operator::Subtract,
                _ => return Ok(left),
            };
            self.link()?;
            left = binary(left, operator, self.product()?);
        }
    }

    fn product(&mut self) -> Result<Node, Complaint> {
        let mut left = self.signed()?;
        loop {
            let operator = match self.peek().map(|token| &token.kind) {
                Some(TokenKind::Symbol("*")) => Operator::Multiply,
                Some(TokenKind::Symbol("/")) => Operator::Divide,
                Some(TokenKind::Symbol("%")) => Operator::Remainder,
                _ => return Ok(left),
            };
            self.link()?;
            left = binary(left, operator, self.signed()?);
        }
    }

    /// Takes an operator of arithmetic.
    fn link(&mut self) -> Result<(), Complaint> {
        self.next += 1;
        self.links += 1;
        if self.links > LINKS_MAX {
            return Err(complaint(self.last(), "too much arithmetic in one command: at most 256 operators"));
        }
        Ok(())
    }

    fn signed(&mut self) -> Result<Node, Complaint> {
        if !self.take("-") {
            return self.power();
        }
        let start = self.last();
        let node = self.nested(Self::signed)?;
        Ok(Node { span: start.to(node.span), kind: NodeKind::Minus(Box::new(node)) })
    }

    fn power(&mut self) -> Result<Node, Complaint> {
        let base = self.primary()?;
        if !self.take("^") {
            return Ok(base);
        }
        Ok(binary(base, Operator::Power, self.nested(Self::signed)?))
    }

    fn primary(&mut self) -> Result<Node, Complaint> {
        let Some(token) = self.peek() else { return self.expected(VALUE) };
        let span = token.span;
        let kind = match &token.kind {
            TokenKind::Int(number) => NodeKind::Literal(Literal::Int(*number)),
            TokenKind::Real(number) => NodeKind::Literal(Literal::Real(*number)),
            TokenKind::Text(text) => NodeKind::Literal(Literal::Text(text.clone())),
            TokenKind::Symbol("(") => return self.bracketed(span),
            TokenKind::Symbol("[") => {
                self.next += 1;
                let list = NodeKind::List(self.list()?);
                return Ok(Node { kind: list, span: span.to(self.last()) });
            }
            TokenKind::Period(_) => {
                let text =
                    "a period stands only in bin(), datefloor() and dateceil(); in arithmetic write a number";
                return Err(complaint(span, text));
            }
            TokenKind::Regex(_) => {
                let text = "a regular expression stands after `like` or `=~`, or in parse and regexReplace()";
                return Err(complaint(span, text));
            }
            TokenKind::Name { quoted: false, .. } if self.is_ahead(1, "(") && !self.is_word() => {
                return self.call();
            }
            TokenKind::Name { quoted: false, .. } if self.is_word() => return self.expected(VALUE),
            TokenKind::Name { quoted: false, .. } if self.is("true") => {
                NodeKind::Literal(Literal::Bool(true))
            }
            TokenKind::Name { quoted: false, .. } if self.is("false") => {
                NodeKind::Literal(Literal::Bool(false))
            }
            TokenKind::Name { text, .. } => NodeKind::Name(text.clone()),
            TokenKind::Symbol("*") => {
                return Err(complaint(
                    span,
                    "`*` stands only between two values and in count(*); name the fields",
                ));
            }
            TokenKind::Symbol(_) | TokenKind::Bare | TokenKind::Wrong(_) | TokenKind::Comment => {
                return self.expected(VALUE);
            }
        };
        self.next += 1;
        Ok(Node { kind, span })
    }

    /// Whether the next token is a word that cannot be a name.
    fn is_word(&self) -> bool {
        matches!(self.peek().map(|token| &token.kind), Some(TokenKind::Name { text, quoted: false }) if is_reserved(text))
    }

    fn bracketed(&mut self, open: Span) -> Result<Node, Complaint> {
        self.next += 1;
        let node = self.nested(Self::either)?;
        self.close(")", open)?;
        Ok(Node { span: open.to(self.last()), kind: node.kind })
    }

    /// The members of a list and its `]`; the `[` is taken.
    fn list(&mut self) -> Result<Vec<Node>, Complaint> {
        let open = self.last();
        let mut list = Vec::new();
        if self.take("]") {
            return Ok(list);
        }
        loop {
            list.push(self.nested(Self::sum)?);
            if !self.take(",") {
                break;
            }
        }
        self.close("]", open)?;
        Ok(list)
    }

    fn close(&mut self, bracket: &str, open: Span) -> Result<(), Complaint> {
        if self.take(bracket) {
            return Ok(());
        }
        if self.peek().is_none() || self.is("|") {
            return Err(complaint(open, format!("this `{}` is not closed", open.of(self.text))));
        }
        let last = self.last();
        if let Some(why) = refusal(&FOREIGN_WORDS, last.of(self.text)) {
            return Err(complaint(last, why));
        }
        self.expected(match bracket {
            "]" => "a comma or `]`",
            _ => "an operator, a comma or `)`",
        })
    }

    fn call(&mut self) -> Result<Node, Complaint> {
        let Some(token) = self.peek() else { return self.expected(VALUE) };
        let (start, name) = (token.span, token.span.of(self.text));
        self.next += 2;
        let open = self.last();
        let function = Function::from_name(name);
        let outer = self.place;
        match function {
            Some(function) if function.of() == Of::Many => {
                self.check_place(function, start);
                self.place = Place::Inside(function);
            }
            Some(_) => {}
            None => {
                let text = unknown(name);
                self.complain(start, text);
            }
        }
        let args = self.args(function, open)?;
        self.place = outer;
        let span = start.to(self.last());
        let kind = match function {
            Some(function) => {
                self.check_args(function, &args, span);
                NodeKind::Call { function, args }
            }
            None => NodeKind::Name(name.to_owned()),
        };
        Ok(Node { kind, span })
    }

    fn args(&mut self, function: Option<Function>, open: Span) -> Result<Vec<Node>, Complaint> {
        let mut args = Vec::new();
        if function == Some(Function::Count) && self.is("*") && self.is_ahead(1, ")") {
            self.next += 1;
        }
        if self.take(")") {
            return Ok(args);
        }
        loop {
            args.push(self.arg()?);
            if !self.take(",") {
                break;
            }
        }
        self.close(")", open)?;
        Ok(args)
    }

    fn arg(&mut self) -> Result<Node, Complaint> {
        let Some(token) = self.peek().filter(|_| self.is_ahead(1, ",") || self.is_ahead(1, ")")) else {
            return self.nested(Self::either);
        };
        let kind = match &token.kind {
            TokenKind::Period(period) => NodeKind::Period(*period),
            TokenKind::Regex(pattern) => {
                self.check_regex(pattern, token.span);
                NodeKind::Regex(pattern.clone())
            }
            _ => return self.nested(Self::either),
        };
        self.next += 1;
        Ok(Node { kind, span: token.span })
    }

    fn check_place(&mut self, function: Function, span: Span) {
        let name = function.name();
        let text = match self.place {
            Place::Measure | Place::Group => return,
            Place::Event => format!("`{name}` looks at many events: use it in stats"),
            Place::Key => {
                format!("`{name}` looks at many events, so groups cannot be made by it: write it before `by`")
            }
            Place::Inside(outer) => {
                let outer = outer.name();
                format!("`{name}` cannot stand inside `{outer}`: write two stats, one after the other")
            }
        };
        self.complain(span, text);
    }

    fn check_args(&mut self, function: Function, args: &[Node], span: Span) {
        let (name, signature) = (function.name(), function.signature());
        let (least, most) = function.arity();
        if args.len() < least || args.len() > most {
            let many = match (least, most) {
                (0, 0) => "no argument".to_owned(),
                (1, 1) => "one argument".to_owned(),
                (least, most) if least == most => format!("{least} arguments"),
                (1, 2) | (2, 3) => format!("{least} or {most} arguments"),
                (least, 255) => format!("{least} or more arguments"),
                (least, most) => format!("{least} to {most} arguments"),
            };
            self.complain(span, format!("`{name}` takes {many}, not {}: {signature}", args.len()));
            return;
        }
        for (place, arg) in args.iter().enumerate() {
            let takes_period = matches!(
                (function, place),
                (Function::Bin, 0) | (Function::DateFloor | Function::DateCeil, 1)
            );
            match &arg.kind {
                NodeKind::Period(_) if !takes_period => {
                    let text = format!("`{name}` takes no period; only bin(), datefloor() and dateceil() do");
                    self.complain(arg.span, text);
                }
                NodeKind::Regex(_) if (function, place) != (Function::RegexReplace, 1) => {
                    let text =
                        format!("`{name}` takes no regular expression here; `like` and regexReplace() do");
                    self.complain(arg.span, text);
                }
                kind if takes_period && !matches!(kind, NodeKind::Period(_)) => {
                    let given = shortened(arg.span.of(self.text));
                    let text = format!("`{given}` is no period: write a number and a unit, such as 5m or 1h");
                    self.complain(arg.span, text);
                }
                _ => {}
            }
        }
    }
}

const VALUE: &str = "a field or a value";

const PATTERN: &str = "a text in quotes or a /regular expression/";

fn binary(left: Node, operator: Operator, right: Node) -> Node {
    let span = left.span.to(right.span);
    Node { kind: NodeKind::Binary(Box::new(left), operator, Box::new(right)), span }
}

fn unknown(name: &str) -> String {
    if let Some(why) = refusal(&REFUSED_FUNCTIONS, name) {
        return why.to_owned();
    }
    if let Some(ours) = refusal(&FOREIGN_FUNCTIONS, name) {
        return format!("`{name}` is no function: did you mean `{ours}`?");
    }
    let names = Function::ALL
        .iter()
        .flat_map(|function| std::iter::once(function.name()).chain(function.aliases().iter().copied()));
    let hint =
        nearest(name, names).map_or_else(String::new, |nearest| format!(": did you mean `{nearest}`?"));
    format!("`{}` is no function{hint}", shortened(name))
}
