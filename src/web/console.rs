//! `window.flowlens`: the page for scripts.

use js_sys::{Array, Date, Error, JSON, Object, Promise, Reflect};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_sys::File;

use super::files::Picked;
use super::state::Session;
use super::{give, same, text as words};
use crate::engine::messages::{Given, Opened, Reply, Request, When};
use crate::query::Expr;
use crate::report::writing::Form;

/// Puts the API on the window, where it stays as long as the page.
pub fn install(session: &Session) {
    let api = Object::new();
    let at = session.clone();
    put(
        &api,
        "load",
        Closure::<dyn Fn(JsValue, JsValue) -> Promise>::new(move |files, options| {
            load(&at, &files, &options)
        }),
    );
    let at = session.clone();
    put(&api, "report", Closure::<dyn Fn() -> Promise>::new(move || report(&at)));
    let at = session.clone();
    put(&api, "explain", Closure::<dyn Fn(String) -> Promise>::new(move |id| explain(&at, id)));
    let at = session.clone();
    put(
        &api,
        "query",
        Closure::<dyn Fn(JsValue, JsValue) -> Promise>::new(move |text, language| {
            query(&at, &text, &language)
        }),
    );
    let at = session.clone();
    put(&api, "clear", Closure::<dyn Fn() -> Promise>::new(move || clear(&at)));
    set(&gloo::utils::window(), "flowlens", &api);
}

/// Files that are there twice are read once, unless `options.same` is `"read"`; exact copies of records are left out
/// if `options.copies` is `"leave-out"`; those without a header line are of `options.format`.
fn load(session: &Session, files: &JsValue, options: &JsValue) -> Promise {
    let session = session.clone();
    let (picked, given) = (picked(files), given(options));
    let read_same = choice(options, "same", ["skip", "read"]);
    let leave_out = choice(options, "copies", ["count", "leave-out"]);
    future_to_promise(async move {
        let sorted = same::sort(picked?, Vec::new(), &|| {}).await;
        let (read_same, leave_out) = (read_same?, leave_out?);
        let skipped = if read_same { &[][..] } else { &sorted.twice };
        let files = if read_same { sorted.all() } else { sorted.fresh.clone() };
        session.read(files, true, given).await.map_err(|message| error(&message))?;
        if leave_out {
            session.leave_out_copies().await.map_err(|message| error(&message))?;
        }
        let (read, loaded) = (value_of(&session, Form::InputLines).await?, Object::new());
        for name in ["inputs", "totals"] {
            set(&loaded, name, &Reflect::get(&read, &JsValue::from_str(name))?);
        }
        let skipped: Array = skipped.iter().map(|file| JsValue::from_str(&file.name)).collect();
        set(&loaded, "skipped", &skipped);
        Ok(loaded.into())
    })
}

fn report(session: &Session) -> Promise {
    let session = session.clone();
    future_to_promise(async move { value_of(&session, Form::JsonLines).await })
}

async fn value_of(session: &Session, form: Form) -> Result<JsValue, JsValue> {
    give::value_of(&session.written(form).await.map_err(|message| error(&message))?).await
}

fn explain(session: &Session, id: String) -> Promise {
    let session = session.clone();
    future_to_promise(async move {
        let Opened { finding, ticket } = match session.ask(Request::Finding { id: id.clone() }).await {
            Reply::Finding(Some(opened)) => *opened,
            Reply::Failed(message) => return Err(error(&message)),
            _ => return Err(error(&format!("No finding has the id {id}."))),
        };
        ticket.map_err(|message| error(&message))?;
        let texts = Object::new();
        for (name, queries) in [("insights", &finding.queries.insights), ("athena", &finding.queries.athena)]
        {
            let queries: Array = queries.iter().map(|query| JsValue::from_str(&query.text)).collect();
            set(&texts, name, &queries);
        }
        Ok(texts.into())
    })
}

#[wasm_bindgen]
extern "C" {
    /// What reads SQL, a program of its own: fetched first, if it is not there yet. `static/start.js` has it.
    #[wasm_bindgen(js_name = openSql, catch)]
    async fn open_sql() -> Result<JsValue, JsValue>;

    /// What `src/bin/sql.rs` exports.
    #[wasm_bindgen(extends = Object)]
    type SqlReader;

    #[wasm_bindgen(method, catch)]
    fn question(this: &SqlReader, text: &str, now: f64) -> Result<Vec<u8>, JsValue>;
}

fn query(session: &Session, text: &JsValue, language: &JsValue) -> Promise {
    let language = language.as_string().unwrap_or_default();
    let is_sql = language == "sql";
    let Some(text) = text.as_string().filter(|_| is_sql || language == "insights") else {
        return Promise::reject(&error(match language.as_str() {
            "insights" | "sql" => "The first argument is the text of the query.",
            _ => "The second argument names the language: \"insights\" or \"sql\".",
        }));
    };
    let session = session.clone();
    future_to_promise(async move {
        let now = (Date::now() / 1000.0).trunc();
        let question = if is_sql {
            let reader: SqlReader = open_sql().await?.unchecked_into();
            reader.question(&text, now)?
        } else {
            // As `flowlens_ask::Question`, whose program this one is not: what is said in the first language.
            let question = postcard::to_extend(&(0_u32, text, now as u64, None::<()>), Vec::new());
            question.map_err(|cause| error(&cause.to_string()))?
        };
        let answer = match session.ask(Request::Ask { question, as_json: true, filter: Expr::True }).await {
            Reply::Asked(json) => JSON::parse(&String::from_utf8_lossy(&json))?,
            Reply::Failed(message) => return Err(error(&message)),
            _ => return Err(error(words::UNEXPECTED)),
        };
        let errors = Reflect::get(&answer, &"errors".into())?;
        if errors.is_undefined() {
            return Ok(answer);
        }
        let text = |one: JsValue| Reflect::get(&one, &"text".into()).ok()?.as_string();
        Err(error(&Array::from(&errors).iter().filter_map(text).collect::<Vec<_>>().join("; ")))
    })
}

fn clear(session: &Session) -> Promise {
    let session = session.clone();
    future_to_promise(async move {
        session.clear().await;
        Ok(JsValue::UNDEFINED)
    })
}

/// The format of files without a header line, if it is among the options.
fn given(options: &JsValue) -> Option<Given> {
    let text = Reflect::get(options, &"format".into()).ok()?.as_string()?;
    Some(Given { text, when: When::Now(false) })
}

/// One file, or anything that lists files.
fn picked(files: &JsValue) -> Result<Vec<Picked>, JsValue> {
    let list = if files.is_instance_of::<File>() { Array::of1(files) } else { Array::from(files) };
    let picked: Result<Vec<_>, _> = list.iter().map(|file| file.dyn_into().map(Picked::new)).collect();
    match picked {
        Ok(picked) if !picked.is_empty() => Ok(picked),
        _ => Err(error("load() takes File objects: an array, a FileList or one of them.")),
    }
}

/// Whether an option is the second of its two values; without it, it is the first.
fn choice(options: &JsValue, name: &str, values: [&str; 2]) -> Result<bool, JsValue> {
    if !options.is_object() {
        return Ok(false);
    }
    let value = Reflect::get(options, &JsValue::from_str(name))?;
    match value.as_string() {
        Some(text) if text == values[1] => Ok(true),
        Some(text) if text == values[0] => Ok(false),
        None if value.is_undefined() => Ok(false),
        _ => Err(error(&format!("The option {name} is \"{}\" or \"{}\".", values[0], values[1]))),
    }
}

fn error(message: &str) -> JsValue {
    Error::new(message).into()
}

fn put<T: ?Sized + wasm_bindgen::closure::WasmClosure>(api: &Object, name: &str, function: Closure<T>) {
    set(api, name, &function.into_js_value());
}

fn set(target: &JsValue, name: &str, value: &JsValue) {
    // The window and a plain object take new members.
    let _always = Reflect::set(target, &JsValue::from_str(name), value);
}
