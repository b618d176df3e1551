use yew::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The mark of flowlens.
    Brand,
    /// Let through.
    Check,
    /// Not let through.
    Cross,
    /// May not have been let through.
    Question,
    /// Nothing to worry about.
    Ring,
    /// Background.
    Dot,
    /// Goes on.
    Chevron,
    /// Opens below.
    Down,
    /// Theme.
    Contrast,
    /// Something to look at.
    Attention,
    /// Search.
    Lens,
    /// Towards the interface.
    ArrowRight,
    /// Away from the interface.
    ArrowLeft,
}

/// A small picture beside words that say the same; hidden from screen readers.
pub fn icon(shape: Shape) -> Html {
    let path = match shape {
        Shape::Brand => "M8 1.5 14.5 8 8 14.5 1.5 8ZM8 5.2 10.8 8 8 10.8 5.2 8Z",
        Shape::Check => "M3 8.5 6.5 12 13 4.5",
        Shape::Cross => "M3.5 3.5 12.5 12.5M12.5 3.5 3.5 12.5",
        Shape::Question => "M5 6a3 3 0 1 1 4.6 2.5C8.5 9.2 8 9.7 8 10.8M8 13.2v.6",
        Shape::Ring => "M8 3a5 5 0 1 1 0 10A5 5 0 1 1 8 3Z",
        Shape::Dot => "M8 6.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 1 1 0-3Z",
        Shape::Chevron => "M6 3.5 10.5 8 6 12.5",
        Shape::Down => "M3.5 6 8 10.5 12.5 6",
        Shape::Contrast => "M8 2a6 6 0 1 1 0 12A6 6 0 1 1 8 2ZM8 2v12M10 3v10M12 4v8",
        Shape::Attention => "M8 2 14.5 13.5H1.5ZM8 6.5v3.5M8 11.6v.4",
        Shape::Lens => "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 1 1 0-9ZM10.3 10.3 14 14",
        Shape::ArrowRight => "M1.5 8H14M10 4l4 4-4 4",
        Shape::ArrowLeft => "M14.5 8H2M6 4 2 8l4 4",
    };
    html! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
            <path d={path} />
        </svg>
    }
}
