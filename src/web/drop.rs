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

/// What a drop held, before its folders are walked.
#[derive(Default)]
pub struct Dropped {
    entries: Vec<FileSystemEntry>,
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
        if let Ok(Some(entry)) = item.webkit_get_as_entry() {
            dropped.entries.push(entry);
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
        self.entries.is_empty() && self.files.is_empty()
    }

    /// Walks the folders, folder by folder.
    pub async fn walk(self) -> Found {
        let mut found = Found { files: self.files, unreadable: Vec::new() };
        let mut level = self.entries;
        while !level.is_empty() {
            let (folders, files): (Vec<_>, Vec<_>) =
                level.into_iter().partition(FileSystemEntry::is_directory);
            for (entry, file) in join_all(files.into_iter().map(open)).await {
                match file {
                    Ok(file) => found.files.push(Picked { name: path(&entry), file }),
                    Err(_) => found.unreadable.push(path(&entry)),
                }
            }
            level = Vec::new();
            for folder in folders {
                match list(&folder).await {
                    Ok(entries) => level.extend(entries),
                    Err(_) => found.unreadable.push(path(&folder)),
                }
            }
        }
        found
    }
}

async fn open(entry: FileSystemEntry) -> (FileSystemEntry, Result<File, JsValue>) {
    let promise = Promise::new(&mut |resolve, reject| {
        entry.unchecked_ref::<FileSystemFileEntry>().file_with_callback_and_callback(&resolve, &reject);
    });
    let file = JsFuture::from(promise).await.and_then(JsCast::dyn_into);
    (entry, file)
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
