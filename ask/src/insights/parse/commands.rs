//! What stands after the word of each command.

use super::super::ast::{CommandKind, Complaint, Item, Literal, Name, Order, Parse, ParseBy, Regex, Span};
use super::super::lex::{TokenKind, shortened};
use super::super::words::CommandWord;
use super::{Parser, Place, complaint};

impl Parser<'_> {
    pub(super) fn command(&mut self, command: &CommandWord) -> Result<CommandKind, Complaint> {
        Ok(match command.name {
            "display" => CommandKind::Display(self.items(FIELD)?),
            "filter" | "where" | "filterIndex" => CommandKind::Filter(self.expression("a condition")?),
            "parse" => CommandKind::Parse(self.parse()?),
            "sort" | "order" => CommandKind::Sort(self.orders()?),
            "stats" => self.stats()?,
            "limit" | "head" => {
                self.take("any");
                CommandKind::Limit(self.count()?)
            }
            "tail" => CommandKind::Tail(self.count()?),
            "dedup" => CommandKind::Dedup(self.names("a field")?),
            "unnest" => {
                let list = self.expression("a list")?;
                self.expect("into")?;
                CommandKind::Unnest { list, into: self.name("the name of a new column")? }
            }
            "accum" => {
                let of = self.name("a column")?;
                let into = if self.take("as") { Some(self.name(NEW_NAME)?) } else { None };
                CommandKind::Accum { of, into }
            }
            "fillmissing" => self.fillmissing()?,
            "addtotals" => self.addtotals()?,
            "pattern" => CommandKind::Pattern(self.expression("a field, such as @message")?),
            _ => CommandKind::Fields(self.items(FIELD)?),
        })
    }

    fn items(&mut self, what: &str) -> Result<Vec<Item>, Complaint> {
        let mut items = Vec::new();
        loop {
            let node = self.expression(what)?;
            let alias = if self.take("as") { Some(self.name(NEW_NAME)?) } else { None };
            items.push(Item { node, alias });
            if !self.take(",") {
                return Ok(items);
            }
        }
    }

    fn stats(&mut self) -> Result<CommandKind, Complaint> {
        self.place = Place::Measure;
        let measures = self.items("a function such as count(*) or sum(bytes)")?;
        self.place = Place::Key;
        let by =
            if self.take("by") { self.items("a field or bin(), to make groups by")? } else { Vec::new() };
        Ok(CommandKind::Stats { measures, by })
    }

    fn orders(&mut self) -> Result<Vec<Order>, Complaint> {
        self.take("by");
        let mut orders = Vec::new();
        loop {
            let node = self.expression("a field to sort by")?;
            let descending = self.take("desc");
            if !descending {
                self.take("asc");
            }
            orders.push(Order { node, descending });
            if !self.take(",") {
                return Ok(orders);
            }
        }
    }

    fn count(&mut self) -> Result<u64, Complaint> {
        if let Some(token) = self.peek()
            && let TokenKind::Int(count) = token.kind
            && let Ok(count @ 1..) = u64::try_from(count)
        {
            self.next += 1;
            return Ok(count);
        }
        self.expected("a number of rows from 1 on")
    }

    fn parse(&mut self) -> Result<Parse, Complaint> {
        let begins_mode = |ahead: usize| {
            self.is_ahead(ahead, "csv")
                || self.is_ahead(ahead, "logfmt")
                || matches!(
                    self.tokens.get(self.next + ahead).map(|token| &token.kind),
                    Some(TokenKind::Text(_) | TokenKind::Regex(_))
                )
        };
        let of = if begins_mode(0) && !begins_mode(1) {
            None
        } else {
            Some(self.operand("a field or a pattern")?)
        };
        let token = self.peek();
        let (by, names) = match token.map(|token| &token.kind) {
            Some(TokenKind::Text(glob)) => {
                self.next += 1;
                let span = self.last();
                let stars = glob.matches('*').count();
                if stars == 0 {
                    let text = "this text has no `*` for what is to be found; a regular expression stands between slashes";
                    return Err(complaint(span, text));
                }
                let names = self.names_after_as()?;
                if stars != names.len() {
                    let text = format!(
                        "{} but {}: there must be as many",
                        counted(stars, "`*`"),
                        counted(names.len(), "name")
                    );
                    self.complain(span, text);
                }
                (ParseBy::Glob(glob.clone()), names)
            }
            Some(TokenKind::Regex(pattern)) => {
                self.next += 1;
                let span = self.last();
                let mut multi = self.take("multi");
                let names = if self.is("as") { self.names_after_as()? } else { Vec::new() };
                multi |= self.take("multi");
                self.check_groups(pattern, span, names.len());
                (ParseBy::Regex { pattern: Regex { pattern: pattern.clone(), span }, multi }, names)
            }
            _ if self.take("csv") => (ParseBy::Csv, self.names_after_as()?),
            _ if self.take("logfmt") => {
                let names = if self.is("as") { self.names_after_as()? } else { Vec::new() };
                if let Some(second) = names.get(1) {
                    self.complain(second.span, "`logfmt` gives one map, so it takes one name");
                }
                (ParseBy::Logfmt, names)
            }
            _ => {
                return self.expected("a text with `*` in quotes, a /regular expression/, `csv` or `logfmt`");
            }
        };
        Ok(Parse { of, by, names })
    }

    fn names_after_as(&mut self) -> Result<Vec<Name>, Complaint> {
        if !self.take("as") {
            return self.expected("`as` and the names of the new fields");
        }
        self.names(NEW_NAME)
    }

    fn check_groups(&mut self, pattern: &str, span: Span, names: usize) {
        let Some(regex) = self.check_regex(pattern, span) else { return };
        let groups = regex.captures_len() - 1;
        if groups == 0 {
            self.complain(
                span,
                "this regular expression has no group: write (?<name>...) around what is to be found",
            );
        } else if names == 0 && regex.capture_names().flatten().next().is_none() {
            self.complain(
                span,
                "its groups have no names: write (?<name>...), or `as` and the names after it",
            );
        } else if names > 0 && names != groups {
            let text =
                format!("{} but {}: there must be as many", counted(groups, "group"), counted(names, "name"));
            self.complain(span, text);
        }
    }

    fn fillmissing(&mut self) -> Result<CommandKind, Complaint> {
        if !self.take("with") {
            return Ok(CommandKind::FillMissing { with: None, of: Vec::new() });
        }
        let with = Some(self.literal()?);
        let of = if self.take("for") { self.names("a column")? } else { Vec::new() };
        Ok(CommandKind::FillMissing { with, of })
    }

    fn literal(&mut self) -> Result<Literal, Complaint> {
        let negative = self.take("-");
        let literal = match self.peek().map(|token| &token.kind) {
            Some(&TokenKind::Int(number)) => Literal::Int(if negative { -number } else { number }),
            Some(&TokenKind::Real(number)) => Literal::Real(if negative { -number } else { number }),
            Some(TokenKind::Text(text)) if !negative => Literal::Text(text.clone()),
            Some(_) if !negative && (self.is("true") || self.is("false")) => Literal::Bool(self.is("true")),
            _ => return self.expected("a number or a text in quotes"),
        };
        self.next += 1;
        Ok(literal)
    }

    fn addtotals(&mut self) -> Result<CommandKind, Complaint> {
        let (mut name, mut row, mut col) = (None, true, false);
        while self.is_ahead(1, "=") {
            let option = self.name("an option")?;
            self.next += 1;
            match option.text.to_ascii_lowercase().as_str() {
                "fieldname" => name = Some(self.name("the name of a new column")?),
                "row" => row = self.truth()?,
                "col" => col = self.truth()?,
                _ => {
                    let text = format!(
                        "`{}` is no option: there are fieldname, row and col",
                        shortened(&option.text)
                    );
                    return Err(complaint(option.span, text));
                }
            }
        }
        let ends = self.peek().is_none() || self.is("|");
        let of = if ends { Vec::new() } else { self.names("a column")? };
        Ok(CommandKind::AddTotals { name, row, col, of })
    }

    fn truth(&mut self) -> Result<bool, Complaint> {
        if self.take("true") {
            return Ok(true);
        }
        if self.take("false") { Ok(false) } else { self.expected("`true` or `false`") }
    }
}

const FIELD: &str = "a field or an expression";

const NEW_NAME: &str = "a name";

fn counted(number: usize, of: &str) -> String {
    let plural = if number == 1 || of.ends_with('`') { "" } else { "s" };
    format!("{number} {of}{plural}")
}
