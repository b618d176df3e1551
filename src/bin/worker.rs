//! A worker: the desk or a shard, by its first message.

fn main() {
    #[cfg(target_arch = "wasm32")]
    {
        console_error_panic_hook::set_once();
        flowlens::web::worker::run();
    }
}
