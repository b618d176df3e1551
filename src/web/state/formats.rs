//! Formats of lines without a header line: typed, given, remembered, forgotten.

use wasm_bindgen_futures::spawn_local;

use super::{Action, Session};
use crate::engine::messages::{Given, Progress, Reply, Request, When};
use crate::web::{formats, text};

/// A format that is being typed.
#[derive(Clone, PartialEq)]
pub struct Typed {
    /// The file it is for, by its place among the inputs.
    pub place: usize,
    /// What is typed.
    pub text: String,
    /// The names in order and what is worth a word, or what is wrong; none until it is checked.
    pub checked: Option<Result<(String, String), String>>,
}

impl Session {
    /// Takes what is typed, and checks it.
    pub fn type_format(&self, place: usize, text: String) {
        self.dispatch(Action::Typed(Typed { place, text: text.clone(), checked: None }));
        let this = self.clone();
        spawn_local(async move {
            let request = Request::CheckFormat { input: place as u32, text: text.clone() };
            if let Reply::Checked(checked) = this.ask(request).await {
                this.dispatch(Action::Checked(Typed { place, text, checked: Some(checked) }));
            }
        });
    }

    /// Remembers a format, and reads the files that wait for one.
    pub fn read_with(&self, names: &str) {
        formats::remember(&mut self.0.formats.borrow_mut(), names);
        let formats = self.formats(Some(Given { text: names.to_owned(), when: When::Now(true) }));
        let this = self.clone();
        spawn_local(async move {
            let _turn = this.0.turn.lock().await;
            this.dispatch(Action::Began(Progress::default()));
            let reply = this.ask(Request::ReadWaiting { formats }).await;
            // What went wrong is on the page by then.
            let _shown = this.take_report(reply);
        });
    }

    /// What is remembered, and what was given for the files at hand.
    pub(super) fn formats(&self, given: Option<Given>) -> Vec<Given> {
        self.0.formats.borrow().iter().cloned().chain(given).collect()
    }

    /// Whether the format of these names is remembered.
    pub fn remembers(&self, names: &str) -> bool {
        self.0.formats.borrow().iter().any(|given| given.text == names)
    }

    /// Forgets the format of these names.
    pub fn forget_format(&self, names: &str) {
        formats::forget(&mut self.0.formats.borrow_mut(), names);
        self.toast(text::FORGOTTEN);
    }
}
