use web_sys::HtmlElement;
use yew::prelude::*;

/// Rows drawn above and below what is in sight.
const MARGIN: usize = 8;
/// Rows drawn before the box has been measured.
const FIRST: usize = 24;

/// Properties of [`VirtualList`].
#[derive(Clone, PartialEq, Properties)]
pub struct VirtualListProps {
    /// What it lists, for screen readers.
    pub label: AttrValue,
    /// How many rows there are.
    pub count: usize,
    /// The height of a row in pixels, the same for all.
    pub row_height: u32,
    /// Draws a row.
    pub row: Callback<usize, Html>,
    /// The row under which there is something more, if any.
    #[prop_or_default]
    pub open: Option<usize>,
    /// What is under the open row.
    #[prop_or_default]
    pub detail: Html,
    /// The head, which stays in sight.
    #[prop_or_default]
    pub head: Html,
}

/// A list of any length of which only what is in sight is in the document.
///
/// The space of the rest is held by two empty pictures, whose heights are attributes: the page's content security
/// policy allows no style attributes.
#[component]
pub fn VirtualList(props: &VirtualListProps) -> Html {
    let VirtualListProps { label, count, row_height, row, open, detail, head } = props;
    let (frame, detail_node) = (use_node_ref(), use_node_ref());
    let in_sight = use_state_eq(|| (0_u32, 0_u32));
    let detail_height = use_state_eq(|| 0_u32);
    let onscroll = {
        let (frame, in_sight) = (frame.clone(), in_sight.clone());
        Callback::from(move |()| {
            if let Some(frame) = frame.cast::<HtmlElement>() {
                in_sight
                    .set((frame.scroll_top().max(0).unsigned_abs(), frame.client_height().unsigned_abs()));
            }
        })
    };
    {
        let (measure, node, height) = (onscroll.clone(), detail_node.clone(), detail_height.clone());
        use_effect(move || {
            measure.emit(());
            if let Some(detail) = node.cast::<HtmlElement>() {
                height.set(detail.offset_height().unsigned_abs());
            }
        });
    }
    let open = open.filter(|&open| open < *count);
    let extra = if open.is_some() { *detail_height } else { 0 };
    let (top, height) = *in_sight;
    let place = |offset: u32| {
        // How many rows end above an offset, the open row's detail taken out.
        let offset = match open {
            Some(open) if offset > (open as u32 + 1) * row_height => {
                offset.saturating_sub(extra).max((open as u32 + 1) * row_height)
            }
            _ => offset,
        };
        (offset / row_height) as usize
    };
    let first = place(top).saturating_sub(MARGIN).min(*count);
    let last = if height == 0 { FIRST } else { place(top + height) + MARGIN + 1 }.clamp(first, *count);
    let detail_above = open.is_some_and(|open| open < first);
    let detail_below = open.is_some_and(|open| open >= last);
    let above = first as u32 * row_height + if detail_above { extra } else { 0 };
    let below = (*count - last) as u32 * row_height + if detail_below { extra } else { 0 };
    let rows = (first..last).map(|i| {
        html! {
            <div key={i} class="vrow-group">
                { row.emit(i) }
                if open == Some(i) {
                    <div ref={detail_node.clone()} class="vdetail">{ detail.clone() }</div>
                }
            </div>
        }
    });
    html! {
        <div ref={frame} class="vlist" tabindex="0" role="region" aria-label={label} onscroll={onscroll.reform(|_| ())}>
            { head.clone() }
            <svg class="spacer" width="1" height={above.to_string()} aria-hidden="true" />
            { for rows }
            <svg class="spacer" width="1" height={below.to_string()} aria-hidden="true" />
        </div>
    }
}
