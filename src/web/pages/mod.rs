//! The pages.

mod access;
mod empty;
mod failed;
mod finding;
mod gateway;
mod inputs;
mod loading;
mod nat;
mod overview;
mod places;

pub use access::access_page;
pub use empty::empty_page;
pub use failed::failed_page;
pub use finding::finding_page;
pub use gateway::{gateway_page, gateway_tables};
pub use inputs::inputs_page;
pub use loading::loading_page;
pub use nat::nat_page;
pub use overview::{overview_page, timeline_alone};
