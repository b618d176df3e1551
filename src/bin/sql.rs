//! Reads Athena SQL: loaded into the page when someone first asks in it.

fn main() {
    #[cfg(target_arch = "wasm32")]
    console_error_panic_hook::set_once();
}

#[cfg(target_arch = "wasm32")]
#[allow(unreachable_pub)] // Scripts reach it.
mod exports {
    use flowlens_ask::Question;
    use flowlens_sql as sql;
    use wasm_bindgen::prelude::*;

    /// What a text says, or what is wrong with it, as postcard bytes.
    #[wasm_bindgen]
    pub fn parse(text: &str) -> Result<Vec<u8>, JsError> {
        Ok(postcard::to_allocvec(&sql::parse(text))?)
    }

    /// The question that a text asks at a time, Unix seconds, as postcard bytes; thrown is what is wrong with it.
    #[wasm_bindgen]
    pub fn question(text: &str, now: f64) -> Result<Vec<u8>, JsError> {
        match sql::parse(text) {
            Ok(query) => Ok(postcard::to_allocvec(&Question::sql(query, now as u64))?),
            Err(complaints) => {
                let texts: Vec<String> = complaints.iter().map(ToString::to_string).collect();
                Err(JsError::new(&texts.join("; ")))
            }
        }
    }
}
