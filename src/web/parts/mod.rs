//! Pieces that pages are made of.
//!
//! What needs hooks is a component; the rest are functions, since each component costs some 2 kB of the first load.

mod bar;
mod dialogs;
mod drop_zone;
mod dropdown;
mod evidence;
mod export_menu;
mod filter_bar;
mod finding_row;
mod header;
mod icon;
mod input_detail;
mod notices;
mod path_diagram;
mod pickers;
mod progress;
mod queries;
mod theme;
mod toast;
mod top_list;
mod totals;
mod value_button;
mod value_menu;
mod virtual_list;

pub use bar::{Part, Tone, bar};
pub use dialogs::dialogs;
pub use drop_zone::DropZone;
pub use dropdown::Dropdown;
pub use evidence::evidence;
pub use export_menu::export_menu;
pub use filter_bar::FilterBar;
pub use finding_row::{FindingList, certainty_badge, finding_row};
pub use header::header;
pub use icon::{Shape, icon};
pub use input_detail::input_detail;
pub use notices::notices;
pub use path_diagram::path_diagram;
pub use pickers::Pickers;
pub use progress::{progress_line, progress_strip};
pub use queries::QueryTabs;
pub use theme::ThemeToggle;
pub use toast::toast;
pub use top_list::{TopList, TopRow};
pub use totals::totals_box;
pub use value_button::ValueButton;
pub use value_menu::ValueMenu;
pub use virtual_list::VirtualList;
