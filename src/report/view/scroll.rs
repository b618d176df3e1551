//! Where a list stands that may be longer than a browser lets an element be.
//!
//! Browsers cap the height of an element at some tens of millions of pixels. A longer list gets a scroll bar of a height that
//! they allow: small moves of the bar move the list by as many pixels, so that a wheel turns it row by row, and large
//! ones, by which someone drags the bar or goes to its end, by the share of the whole.

/// What an element may be high, in pixels: less than any browser's cap.
const BAR_MAX: f64 = 8_000_000.0;
/// So near to its ends, the bar moves the list pixel by pixel.
const EDGE: f64 = 1_000_000.0;
/// A move over more views than this is one to a share of the whole.
const SMALL_VIEWS: f64 = 2.0;

/// A list in its frame. All lengths are in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scroll {
    rows: u64,
    row: f64,
    view: f64,
    /// What is above the frame.
    top: f64,
    /// Where the bar stands.
    bar: f64,
}

impl Scroll {
    /// A list at its beginning.
    pub fn new(rows: u64, row: f64, view: f64) -> Self {
        Self { rows, row, view, top: 0.0, bar: 0.0 }
    }

    /// The height of all rows.
    fn whole(&self) -> f64 {
        self.rows as f64 * self.row
    }

    /// The height of what the bar moves along.
    pub fn height(&self) -> f64 {
        self.whole().min(BAR_MAX)
    }

    fn top_max(&self) -> f64 {
        (self.whole() - self.view).max(0.0)
    }

    fn bar_max(&self) -> f64 {
        (self.height() - self.view).max(0.0)
    }

    /// The height of the frame.
    pub const fn view(&self) -> f64 {
        self.view
    }

    /// Where the bar stands.
    pub const fn bar(&self) -> f64 {
        self.bar
    }

    /// Heeds the frame's height; whether it is another.
    pub fn resize(&mut self, view: f64) -> bool {
        let is_other = (self.view - view).abs() >= 1.0;
        if is_other {
            self.view = view;
            self.top = self.top.min(self.top_max());
        }
        is_other
    }

    /// The bar stands elsewhere.
    pub fn move_bar(&mut self, bar: f64) {
        let (by, end) = (bar - self.bar, self.bar_max());
        self.bar = bar;
        self.top = if bar <= 0.0 {
            0.0
        } else if bar >= end - 1.0 {
            self.top_max()
        } else if self.is_long() && by.abs() <= self.view * SMALL_VIEWS {
            (self.top + by).clamp(0.0, self.top_max())
        } else {
            self.other_end(bar, end, self.top_max())
        };
    }

    fn is_long(&self) -> bool {
        self.whole() > BAR_MAX
    }

    /// The place on one scale for that on another: the same near either end, and by share between.
    fn other_end(&self, at: f64, of: f64, other: f64) -> f64 {
        if !self.is_long() || at <= EDGE {
            at
        } else if at >= of - EDGE {
            other - (of - at)
        } else {
            EDGE + (at - EDGE) / (of - 2.0 * EDGE) * (other - 2.0 * EDGE)
        }
    }

    /// Puts a row at the top of the frame.
    pub fn go_to(&mut self, row: u64) {
        self.top = (row as f64 * self.row).min(self.top_max());
        self.settle();
    }

    /// Puts the bar where it belongs after small moves, if it is elsewhere; the new place of the bar.
    pub fn settle(&mut self) -> Option<f64> {
        let bar = self.other_end(self.top, self.top_max(), self.bar_max()).round();
        let is_elsewhere = (bar - self.bar).abs() >= 1.0;
        if is_elsewhere {
            self.bar = bar;
        }
        is_elsewhere.then_some(bar)
    }

    /// The first row in sight or beside it, and the row after the last, with so many more on either side.
    pub fn in_sight(&self, margin: u64) -> (u64, u64) {
        let row = self.row.max(1.0);
        let first = ((self.top / row) as u64).saturating_sub(margin).min(self.rows);
        let last = (((self.top + self.view) / row).ceil() as u64).saturating_add(margin).min(self.rows);
        (first, last.max(first))
    }

    /// What is left free above a row and below another, so that those between are where they belong.
    pub fn free(&self, first: u64, last: u64) -> (f64, f64) {
        let above = (self.bar - (self.top - first as f64 * self.row)).max(0.0);
        let between = (last - first) as f64 * self.row;
        (above, (self.height() - above - between).max(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: f64 = 28.0;

    #[test]
    fn a_short_list_is_scrolled_as_any_element() {
        let mut scroll = Scroll::new(1_000, ROW, 560.0);
        assert_eq!((scroll.height(), scroll.in_sight(0)), (28_000.0, (0, 20)));
        scroll.move_bar(14_014.0);
        assert_eq!(scroll.in_sight(0), (500, 521));
        assert_eq!(scroll.free(490, 530), (490.0 * ROW, 470.0 * ROW));
        scroll.move_bar(27_440.0);
        assert_eq!(scroll.in_sight(5), (975, 1_000));
        assert_eq!(scroll.settle(), None);
        assert_eq!(Scroll::new(3, ROW, 560.0).in_sight(10), (0, 3));
        assert_eq!(Scroll::default().in_sight(10), (0, 0));
    }

    #[test]
    fn a_long_list_has_every_row_within_reach() {
        let rows = 10_000_000;
        let mut scroll = Scroll::new(rows, ROW, 560.0);
        assert!(scroll.height() <= BAR_MAX);
        // Row by row, as by a wheel, through the stretch in which the bar must be put right.
        let (mut bar, mut expected) = (0.0, 0.0);
        for step in 0..3_000 {
            bar += 100.0;
            expected += 100.0;
            scroll.move_bar(bar);
            if step % 7 == 0
                && let Some(settled) = scroll.settle()
            {
                bar = settled;
            }
            assert_eq!(scroll.in_sight(0).0, (expected / ROW) as u64);
        }
        scroll.move_bar(scroll.height() - 560.0);
        assert_eq!(scroll.in_sight(0).1, rows);
        scroll.move_bar(scroll.height() / 2.0);
        let (first, last) = scroll.in_sight(0);
        assert!((4_990_000..5_010_000).contains(&first), "{first}");
        let (above, below) = scroll.free(first, last);
        assert!(above <= scroll.bar && above > scroll.bar - 2.0 * ROW);
        assert!((above + below + (last - first) as f64 * ROW - scroll.height()).abs() < 1e-6);
        scroll.go_to(7_654_321);
        assert_eq!(scroll.in_sight(0).0, 7_654_321);
        scroll.move_bar(0.0);
        assert_eq!(scroll.in_sight(0).0, 0);
    }

    #[test]
    fn near_its_ends_the_bar_is_where_the_list_is() {
        let mut scroll = Scroll::new(10_000_000, ROW, 560.0);
        scroll.go_to(100);
        scroll.move_bar(scroll.bar() - 100.0);
        assert_eq!((scroll.in_sight(0).0, scroll.settle()), (96, None));
        scroll.go_to(9_999_990);
        assert_eq!(scroll.in_sight(0).1, 10_000_000);
        scroll.move_bar(scroll.bar - 280.0);
        assert_eq!((scroll.in_sight(0).1, scroll.settle()), (9_999_990, None));
    }
}
