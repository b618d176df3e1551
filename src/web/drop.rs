//! Files and folders out of a drop.

use futures::future::join_all;
use js_sys::{Array, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DataTransfer, File, FileSystemDirectoryEntry, FileSystemDirectoryReader, FileSystemEntry,
    FileSystemFileEntry,
};

use super::files::{self, Picked};
use crate::record::ordered::order_by;

/// How many files of a folder are opened at once. The browser answers all of them in one task, and thousands of
/// answers hold up the page.
const OPENED_AT_ONCE: usize = 32;

/// What a drop held, before its folders are walked.
#[derive(Default)]
pub struct Dropped {
    folders: Vec<FileSystemEntry>,
    files: Vec<Picked>,
}

/// What came out of a drop.
#[derive(Default)]
pub struct Found {
    /// The files, with their paths.
    pub files: Vec<Picked>,
    /// Paths that the browser did not let us open.
    pub unreadable: Vec<String>,
}

/// Takes everything out of a drop. Must run inside of the event: afterwards the browser has emptied it.
pub fn take(transfer: &DataTransfer) -> Dropped {
    let mut dropped = Dropped::default();
    let items = transfer.items();
    for item in (0..items.length()).filter_map(|i| items.get(i)).filter(|item| item.kind() == "file") {
        let folder = item.webkit_get_as_entry().ok().flatten().filter(FileSystemEntry::is_directory);
        if let Some(folder) = folder {
            dropped.folders.push(folder);
        } else if let Ok(Some(file)) = item.get_as_file() {
            dropped.files.push(Picked::new(file));
        }
    }
    if items.length() == 0 {
        dropped.files = files::of_list(transfer.files());
    }
    dropped
}

impl Dropped {
    /// Whether there is nothing in it, as in a drop of text.
    pub fn is_empty(&self) -> bool {
        self.folders.is_empty() && self.files.is_empty()
    }

    /// Walks the folders, folder by folder.
    pub async fn walk(self) -> Found {
        let mut found = Found { files: self.files, unreadable: Vec::new() };
        let mut level = self.folders;
        while !level.is_empty() {
            let mut entries = Vec::new();
            for folder in level {
                match list(&folder).await {
                    Ok(listed) => entries.extend(listed),
                    Err(_) => found.unreadable.push(path(&folder)),
                }
            }
            let (folders, files): (Vec<_>, Vec<_>) =
                entries.into_iter().partition(FileSystemEntry::is_directory);
            for batch in files.chunks(OPENED_AT_ONCE) {
                for (entry, file) in batch.iter().zip(join_all(batch.iter().map(open)).await) {
                    match file {
                        Ok(file) => found.files.push(Picked { name: path(entry), file }),
                        Err(_) => found.unreadable.push(path(entry)),
                    }
                }
            }
            level = folders;
        }
        // The browser lists a folder in no order that a person would look for.
        order_by(&mut found.files, |a, b| a.name.cmp(&b.name));
        found
    }
}

async fn open(entry: &FileSystemEntry) -> Result<File, JsValue> {
    let promise = Promise::new(&mut |resolve, reject| {
        entry.unchecked_ref::<FileSystemFileEntry>().file_with_callback_and_callback(&resolve, &reject);
    });
    JsFuture::from(promise).await?.dyn_into()
}

/// Everything in a folder. `readEntries` gives about a hundred at a time, and none when there are no more.
async fn list(folder: &FileSystemEntry) -> Result<Vec<FileSystemEntry>, JsValue> {
    let reader = folder.unchecked_ref::<FileSystemDirectoryEntry>().create_reader();
    let mut entries = Vec::new();
    loop {
        let batch = next_batch(&reader).await?;
        if batch.length() == 0 {
            return Ok(entries);
        }
        entries.extend(batch.iter().map(JsCast::unchecked_into::<FileSystemEntry>));
    }
}

async fn next_batch(reader: &FileSystemDirectoryReader) -> Result<Array, JsValue> {
    let mut refused = Ok(());
    let promise = Promise::new(&mut |resolve, reject| {
        refused = reader.read_entries_with_callback_and_callback(&resolve, &reject);
    });
    refused?;
    JsFuture::from(promise).await?.dyn_into()
}

fn path(entry: &FileSystemEntry) -> String {
    let path = entry.full_path();
    path.strip_prefix('/').unwrap_or(&path).to_owned()
}
