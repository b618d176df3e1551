//! The Query page and what answers its questions: loaded when someone first opens it.

fn main() {
    #[cfg(target_arch = "wasm32")]
    console_error_panic_hook::set_once();
}

#[cfg(target_arch = "wasm32")]
mod exports {
    use flowlens::web::query;
    use js_sys::Function;
    use wasm_bindgen::prelude::*;
    use web_sys::Element;

    /// The Query page. `ask` takes and gives postcard bytes; `tell` takes what is wanted of the rest of the page, and a
    /// text.
    #[wasm_bindgen]
    pub struct QueryPage(query::Mounted);

    #[wasm_bindgen]
    impl QueryPage {
        /// Draws the page in a place that is its own.
        #[wasm_bindgen(constructor)]
        pub fn new(place: Element, ask: Function, tell: Function) -> Self {
            Self(query::mount(place, ask, tell))
        }

        /// Tells it what is loaded, as postcard bytes.
        pub fn update(&mut self, state: &[u8]) {
            self.0.update(state);
        }
    }
}
