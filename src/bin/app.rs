//! The page.

#[cfg(target_arch = "wasm32")]
fn main() {
    flowlens::web::app::run();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
