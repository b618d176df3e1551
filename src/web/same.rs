//! Files that are there twice: of the same name, size and content.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::files::Picked;

/// Bytes of each file that are compared at a time.
const SLICE: f64 = 2_097_152.0;
/// From this size on, or among so many, comparing takes a while.
const LARGE: u64 = 64 << 20;
const MANY: usize = 500;

/// Files by what is known of them.
#[derive(Clone, Default, PartialEq)]
pub struct Sorted {
    /// Those that are new.
    pub fresh: Vec<Picked>,
    /// Those that are loaded already.
    pub loaded: Vec<Picked>,
    /// Copies of others among them.
    pub twice: Vec<Picked>,
}

impl Sorted {
    /// All of them.
    pub fn all(&self) -> Vec<Picked> {
        [self.fresh.as_slice(), &self.loaded, &self.twice].concat()
    }
}

/// Whether a file has the name of a result of Athena: that of a column which says what it answers, or of an execution.
pub fn is_result(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or_default();
    let Some(stem) = base.strip_suffix(".metadata").unwrap_or(base).strip_suffix(".csv") else {
        return false;
    };
    stem.starts_with("flowlens1_") || stem.len() == 36 && stem.matches('-').count() == 4
}

/// Sorts files by whether they are among the loaded ones, or twice among themselves. `slow` is called if that takes a
/// while.
pub async fn sort(picked: Vec<Picked>, loaded: Vec<Picked>, slow: &dyn Fn()) -> Sorted {
    let mut known: Vec<(Picked, bool)> = loaded.into_iter().map(|file| (file, true)).collect();
    // Apart from the rest, so that thousands are looked through in no time.
    let mut sizes: Vec<u64> = known.iter().map(|(file, _)| file.file.size() as u64).collect();
    let mut sorted = Sorted::default();
    let mut told = false;
    for file in picked {
        let size = file.file.size() as u64;
        let mut found = None;
        // Those of this drop come last and are looked at first. There are empty files of one name all over a tree.
        let mut place = if size > 0 { sizes.len() } else { 0 };
        while found.is_none()
            && let Some(before) =
                sizes.get(..place).and_then(|sizes| sizes.iter().rposition(|other| *other == size))
        {
            place = before;
            let Some((other, is_loaded)) = known.get(place) else { break };
            if base_name(other) == base_name(&file) {
                if !told && (size >= LARGE || sizes.len() > MANY) {
                    told = true;
                    slow();
                }
                if are_same(&file.file, &other.file).await {
                    found = Some(*is_loaded);
                }
            }
        }
        if found != Some(false) {
            known.push((file.clone(), false));
            sizes.push(size);
        }
        match found {
            Some(true) => sorted.loaded.push(file),
            Some(false) => sorted.twice.push(file),
            None => sorted.fresh.push(file),
        }
    }
    sorted
}

/// The name without folders: a file may be chosen alone, and later with its folder.
fn base_name(file: &Picked) -> &str {
    file.name.rsplit('/').next().unwrap_or_default()
}

/// Whether two files of one size have the same content. One that cannot be read is no other's copy; reading it says why.
async fn are_same(a: &File, b: &File) -> bool {
    let mut from = 0.0;
    while from < a.size() {
        match (bytes(a, from).await, bytes(b, from).await) {
            (Ok(a), Ok(b)) if a == b => from += SLICE,
            _ => return false,
        }
    }
    true
}

async fn bytes(file: &File, from: f64) -> Result<Vec<u8>, JsValue> {
    let slice = file.slice_with_f64_and_f64(from, from + SLICE)?;
    let buffer = JsFuture::from(slice.array_buffer()).await?;
    Ok(Uint8Array::new(&ArrayBuffer::from(buffer)).to_vec())
}
