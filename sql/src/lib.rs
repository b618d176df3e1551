//! Reads the SQL of Athena: from text to [`flowlens_ask::sql::ast`]. It links a whole SQL parser, so it is a program of its own,
//! which is fetched when someone first asks in SQL.

mod dialect;
mod expressions;
mod places;
mod queries;
mod types;

use flowlens_ask::insights::ast::{Complaint, Span};
use flowlens_ask::sql::ast::{Node, NodeKind, Query};
use sqlparser::ast::Statement;
use sqlparser::parser::Parser;

use dialect::Athena;
use places::Places;

/// Expressions and queries may stand in each other so deep.
const DEPTH_MOST: usize = 40;

/// Reads a query; or says what is wrong with it, or what of it is not supported here.
pub fn parse(text: &str) -> Result<Query, Vec<Complaint>> {
    let places = Places::new(text);
    let statements = Parser::new(&Athena)
        .with_recursion_limit(DEPTH_MOST)
        .try_with_sql(text)
        .and_then(|mut parser| parser.parse_statements())
        .map_err(|error| vec![places.complaint(&error)])?;
    let mut reader = Reader { places, complaints: Vec::new() };
    let query = match statements.as_slice() {
        [Statement::Query(query)] => reader.query(query),
        [] => return Err(vec![whole(text, "there is no query: it begins with SELECT or WITH")]),
        [_] => {
            return Err(vec![whole(text, "only queries are answered here: they begin with SELECT or WITH")]);
        }
        [..] => return Err(vec![whole(text, "these are several statements: ask one query at a time")]),
    };
    if reader.complaints.is_empty() { Ok(query) } else { Err(reader.complaints) }
}

fn whole(text: &str, complaint: &str) -> Complaint {
    Complaint { span: Span::new(0, text.len()), text: complaint.to_owned() }
}

/// Turns the parser's tree into ours, and notes what is not supported.
struct Reader<'a> {
    places: Places<'a>,
    complaints: Vec<Complaint>,
}

impl Reader<'_> {
    /// Notes that something is not supported; what stands for it is never computed.
    fn refuse(&mut self, span: Span, text: impl Into<String>) -> Node {
        self.complaints.push(Complaint { span, text: text.into() });
        Node { kind: NodeKind::Null, span }
    }

    /// Notes that a clause is not supported, if it is there.
    fn refuse_if(&mut self, is_there: bool, span: Span, what: &str) {
        if is_there {
            self.refuse(span, format!("{what} is not supported here"));
        }
    }
}
