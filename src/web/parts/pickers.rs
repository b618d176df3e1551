use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::Dropdown;
use crate::web::files;
use crate::web::state::{Action, Context, Dialog, use_page};

/// Properties of [`Pickers`].
#[derive(Clone, PartialEq, Properties)]
pub struct PickersProps {
    /// One menu button instead of two buttons and a link.
    #[prop_or_default]
    pub compact: bool,
}

/// Choose files, choose a folder, paste records.
#[component]
pub fn Pickers(PickersProps { compact }: &PickersProps) -> Html {
    let Context { session, .. } = use_page();
    let (file_input, folder_input) = (use_node_ref(), use_node_ref());
    let onchange = {
        let session = session.clone();
        Callback::from(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            session.offer(files::of_input(&input));
        })
    };
    let open = |input: &NodeRef| {
        let input = input.clone();
        move |_| {
            if let Some(input) = input.cast::<HtmlInputElement>() {
                input.click();
            }
        }
    };
    let paste = move |_| session.dispatch(Action::Dialog(Some(Dialog::Paste)));
    let inputs = html! {
        <>
            <input
                ref={file_input.clone()}
                class="out-of-sight"
                data-testid="file-input"
                type="file"
                multiple={true}
                tabindex="-1"
                aria-label="Files"
                onchange={onchange.clone()}
            />
            <input
                ref={folder_input.clone()}
                class="out-of-sight"
                data-testid="folder-input"
                type="file"
                multiple={true}
                webkitdirectory={true}
                tabindex="-1"
                aria-label="Folder"
                {onchange}
            />
        </>
    };
    if *compact {
        html! {
            <>
                <Dropdown label={html! { "+ Add" }}>
                    <button type="button" onclick={open(&file_input)}>{ "Files …" }</button>
                    <button type="button" onclick={open(&folder_input)}>{ "A folder …" }</button>
                    <button type="button" onclick={paste}>{ "Paste records …" }</button>
                </Dropdown>
                { inputs }
            </>
        }
    } else {
        html! {
            <div class="pickers">
                <button type="button" class="primary" onclick={open(&file_input)}>{ "Choose files" }</button>
                <button type="button" onclick={open(&folder_input)}>{ "Choose a folder" }</button>
                <button type="button" class="link" onclick={paste}>{ "or paste records" }</button>
                { inputs }
            </div>
        }
    }
}
