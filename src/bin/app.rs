//! The program: the page and, started again in a worker, the desk or a shard.

#[cfg(target_arch = "wasm32")]
fn main() {
    console_error_panic_hook::set_once();
    if web_sys::window().is_some() {
        flowlens::web::app::run();
    } else {
        flowlens::web::worker::run();
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {}
