//! The pages Explore, Query and Athena, and what understands and answers questions in the workers: loaded when one of
//! those pages is first opened.

fn main() {
    #[cfg(target_arch = "wasm32")]
    console_error_panic_hook::set_once();
}

#[cfg(target_arch = "wasm32")]
mod exports {
    use flowlens::query::exec::Fed;
    use flowlens::query::{Answer, Facts};
    use flowlens::web::later;
    use flowlens_ask::json::to_json;
    use flowlens_ask::run::{Asked, Asking, StagePartial};
    use flowlens_ask::{Answered, Question};
    use js_sys::Function;
    use wasm_bindgen::prelude::*;
    use web_sys::Element;

    /// The pages. `ask` takes and gives postcard bytes; `tell` takes what is wanted of the rest of the page, and a
    /// text.
    #[wasm_bindgen]
    pub struct Pages(later::Mounted);

    #[wasm_bindgen]
    impl Pages {
        /// Draws the pages in a place that is their own.
        #[wasm_bindgen(constructor)]
        pub fn new(place: Element, ask: Function, tell: Function) -> Self {
            Self(later::mount(place, ask, tell))
        }

        /// Tells them what is loaded and which is on show, as postcard bytes.
        pub fn update(&mut self, state: &[u8]) {
            self.0.update(state);
        }
    }

    /// A question under way, at the desk or on a shard. All bytes are postcard.
    #[wasm_bindgen]
    pub struct AskedQuestion(Result<Asking, Answered>);

    #[wasm_bindgen]
    impl AskedQuestion {
        /// Takes up a question to records of which so much is known.
        #[wasm_bindgen(constructor)]
        pub fn new(question: &[u8], facts: &[u8]) -> Result<Self, JsError> {
            let question: Question = postcard::from_bytes(question)?;
            let facts: Facts = postcard::from_bytes(facts)?;
            Ok(Self(Asked::new(&question, &facts).map(Asking::new).map_err(Err)))
        }

        /// At the desk: what must be asked of the records next; nothing once the answer can be made, or of a question
        /// that is not understood.
        pub fn need(&mut self) -> Result<Option<Vec<u8>>, JsError> {
            Ok(match &mut self.0 {
                Ok(asking) => asking.need().map(|need| postcard::to_allocvec(&need)).transpose()?,
                Err(_) => None,
            })
        }

        /// At the desk: the question as the shards are to take it up, for the rows that are needed.
        pub fn question(&self) -> Result<Vec<u8>, JsError> {
            match &self.0 {
                Ok(asking) => Ok(postcard::to_allocvec(&asking.question())?),
                Err(_) => Ok(Vec::new()),
            }
        }

        /// On a shard: takes some of its rows.
        pub fn push(&mut self, fed: &[u8]) -> Result<(), JsError> {
            if let Ok(asking) = &mut self.0 {
                asking.push(postcard::from_bytes::<Fed>(fed)?);
            }
            Ok(())
        }

        /// On a shard: its part of the answer.
        pub fn part(&mut self) -> Result<Vec<u8>, JsError> {
            match &mut self.0 {
                Ok(asking) => Ok(postcard::to_allocvec(&asking.part())?),
                Err(_) => Ok(Vec::new()),
            }
        }

        /// At the desk: takes the part of a shard.
        pub fn add(&mut self, part: &[u8]) -> Result<(), JsError> {
            if let Ok(asking) = &mut self.0 {
                asking.add(postcard::from_bytes::<StagePartial>(part)?);
            }
            Ok(())
        }

        /// At the desk: the answer, or what is wrong with the question; as JSON for scripts if wanted.
        pub fn finish(&mut self, as_json: bool) -> Result<Vec<u8>, JsError> {
            match &mut self.0 {
                Ok(asking) => written(&asking.finish(), as_json),
                Err(complaints) => written(complaints, as_json),
            }
        }

        /// At the desk: takes the answer to the plan that was needed.
        #[wasm_bindgen(js_name = ofPlan)]
        pub fn of_plan(&mut self, answer: &[u8]) -> Result<(), JsError> {
            if let Ok(asking) = &mut self.0 {
                asking.of_plan(&postcard::from_bytes::<Answer>(answer)?);
            }
            Ok(())
        }
    }

    fn written(answered: &Answered, as_json: bool) -> Result<Vec<u8>, JsError> {
        Ok(if as_json { to_json(answered).into_bytes() } else { postcard::to_allocvec(answered)? })
    }
}
