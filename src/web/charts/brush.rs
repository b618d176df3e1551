/// A cursor over bins, and a selection from an anchor to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Brush {
    /// The bin under the pointer or the keys.
    pub(super) cursor: Option<usize>,
    /// Where the selection began.
    pub(super) anchor: Option<usize>,
    /// The pointer is down.
    pub(super) dragging: bool,
}

impl Brush {
    /// The pointer is over a bin.
    #[must_use]
    pub(super) const fn over(self, bin: usize) -> Self {
        Self { cursor: Some(bin), ..self }
    }

    /// The pointer goes down on a bin.
    #[must_use]
    pub(super) const fn begin(bin: usize) -> Self {
        Self { cursor: Some(bin), anchor: Some(bin), dragging: true }
    }

    /// The pointer goes up: a selection of more than one bin is taken, a click selects nothing.
    #[must_use]
    pub(super) fn end(self) -> (Self, Option<(usize, usize)>) {
        let taken = self.selection().filter(|(first, last)| self.dragging && first < last);
        (Self { anchor: None, dragging: false, ..self }, taken)
    }

    /// A key moves the cursor; with `extend` it selects.
    #[must_use]
    pub(super) fn step(self, by: isize, bins: usize, extend: bool) -> Self {
        let last = bins.saturating_sub(1);
        let from = self.cursor.unwrap_or(0).min(last);
        let anchor = if extend { self.anchor.or(Some(from)) } else { None };
        Self { cursor: Some(from.saturating_add_signed(by).min(last)), anchor, dragging: false }
    }

    /// First and last bin of the selection.
    pub(super) fn selection(self) -> Option<(usize, usize)> {
        let (anchor, cursor) = (self.anchor?, self.cursor?);
        Some((anchor.min(cursor), anchor.max(cursor)))
    }
}
