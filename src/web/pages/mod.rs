//! The pages.

mod access;
mod empty;
mod failed;
mod finding;
mod inputs;
mod loading;
mod nat;
mod overview;
mod places;

pub use access::AccessPage;
pub use empty::EmptyPage;
pub use failed::FailedPage;
pub use finding::FindingPage;
pub use inputs::InputsPage;
pub use loading::LoadingPage;
pub use nat::NatPage;
pub use overview::OverviewPage;
