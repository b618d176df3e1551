//! Pieces that pages are made of.
//!
//! All but the list that measures itself are functions of the page's state: a component costs some 2 kB of the first
//! load, and a memory of its own that the rest does not see.

mod athena_bar;
mod bar;
mod button;
mod dialogs;
mod drop_zone;
mod dropdown;
mod evidence;
mod export_menu;
mod filter_bar;
mod finding_row;
mod format_form;
mod header;
mod icon;
mod input_detail;
mod notices;
mod path_diagram;
mod pickers;
mod progress;
mod queries;
mod table;
mod toast;
mod top_list;
mod totals;
mod value_button;
mod value_menu;
mod virtual_list;

pub use athena_bar::athena_bar;
pub use bar::{Part, Tone, bar};
pub use button::button;
pub use dialogs::dialogs;
pub use drop_zone::{drop_listeners, drop_zone};
pub use dropdown::dropdown;
pub use evidence::evidence;
pub use export_menu::export_menu;
pub use filter_bar::filter_bar;
pub use finding_row::{certainty_badge, finding_list, finding_row};
pub use format_form::format_form;
pub use header::header;
pub use icon::{Shape, icon};
pub use input_detail::input_detail;
pub use notices::notices;
pub use path_diagram::path_diagram;
pub use pickers::{add_menu, pickers};
pub use progress::{progress_line, progress_strip};
pub use queries::query_tabs;
pub use table::table_head;
pub use toast::toast;
pub use top_list::{TopListLook, TopRow, top_list};
pub use totals::{copies, totals_box};
pub use value_button::{value, value_as};
pub use value_menu::{place_menu, value_menu};
pub use virtual_list::VirtualList;
