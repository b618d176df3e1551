//! The languages in which one can ask.

use flowlens_ask::insights::ast::{Complaint, Span};
use flowlens_ask::insights::editor::{self, Completion, Ink};
use flowlens_ask::insights::parse::parse;
use flowlens_ask::run::Asked;
use flowlens_ask::sql::{self, ast::Query};
use flowlens_ask::translate::{to_insights, to_sql};
use flowlens_ask::{Question, Said};
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use crate::engine::messages::Told;
use crate::query::Facts;
use crate::record::Field;
use crate::web::dom::reason;

/// A language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Language {
    #[default]
    Insights,
    Sql,
}

#[wasm_bindgen]
extern "C" {
    /// What reads SQL, a program of its own: fetched first, if it is not there yet. `static/start.js` has it.
    #[wasm_bindgen(js_name = openSql, catch)]
    async fn open_sql() -> Result<JsValue, JsValue>;

    /// What `src/bin/sql.rs` exports.
    #[wasm_bindgen(extends = js_sys::Object)]
    type SqlReader;

    #[wasm_bindgen(method, catch)]
    fn parse(this: &SqlReader, text: &str) -> Result<Uint8Array, JsValue>;
}

impl Language {
    pub(super) const ALL: [Self; 2] = [Self::Insights, Self::Sql];

    pub(super) const fn other(self) -> Self {
        match self {
            Self::Insights => Self::Sql,
            Self::Sql => Self::Insights,
        }
    }

    /// Its name for people.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Insights => "Logs Insights",
            Self::Sql => "Athena SQL",
        }
    }

    /// Its name in addresses.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Insights => "insights",
            Self::Sql => "sql",
        }
    }

    pub(super) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// The field that a column's name stands for.
    pub(super) fn field(self, name: &str) -> Option<Field> {
        Field::ALL.iter().copied().find(|field| match self {
            Self::Insights => field.insights_name() == name,
            Self::Sql => field.column_name() == name,
        })
    }

    /// What stands in an empty editor.
    pub(super) const fn example(self) -> &'static str {
        match self {
            Self::Insights => "stats sum(bytes) as total by srcAddr, dstAddr | sort total desc | limit 10",
            Self::Sql => {
                "SELECT srcaddr, dstaddr, sum(bytes) AS total FROM vpc_flow_logs GROUP BY 1, 2 ORDER BY total DESC LIMIT 10"
            }
        }
    }

    pub(super) fn highlight(self, text: &str) -> Vec<(Span, Ink)> {
        match self {
            Self::Insights => editor::highlight(text),
            Self::Sql => sql::editor::highlight(text),
        }
    }

    pub(super) fn complete(self, text: &str, cursor: usize, fields: &[&str]) -> Completion {
        match self {
            Self::Insights => editor::complete(text, cursor, fields),
            Self::Sql => sql::editor::complete(text, cursor, fields),
        }
    }

    /// A text of this language in the other one; or why it is not.
    pub(super) async fn said_otherwise(self, text: &str) -> Result<String, String> {
        let wrong = |wrong: &[Complaint]| wrong.first().map(ToString::to_string).unwrap_or_default();
        let said = match self.read(text).await? {
            Ok(Said::Insights(text)) => match parse(&text) {
                Ok(query) => to_sql(&query, &text),
                Err(complaints) => return Err(wrong(&complaints)),
            },
            Ok(Said::Sql(query)) => to_insights(&query),
            Err(complaints) => return Err(wrong(&complaints)),
        };
        said.map_err(|complaint| complaint.text)
    }

    /// What a text says, or what is wrong with it; an error says why it cannot be read at all.
    pub(super) async fn read(self, text: &str) -> Result<Result<Said, Vec<Complaint>>, String> {
        if self == Self::Insights {
            return Ok(Ok(Said::Insights(text.to_owned())));
        }
        let failed = |error: JsValue| format!("What reads SQL could not be loaded: {}", reason(&error));
        let reader: SqlReader = open_sql().await.map_err(failed)?.unchecked_into();
        let read = reader.parse(text).map_err(failed)?.to_vec();
        let read: Result<Query, Vec<Complaint>> =
            postcard::from_bytes(&read).map_err(|error| error.to_string())?;
        Ok(read.map(|query| Said::Sql(Box::new(query))))
    }
}

/// What is wrong with what was said to the records that are loaded: its names, mostly.
pub(super) fn complaints(said: &Said, told: &Told, now: u64) -> Vec<Complaint> {
    let question = Question { said: said.clone(), now, stopover: None };
    Asked::new(&question, &Facts::of_columns(&told.formats)).err().unwrap_or_default()
}
