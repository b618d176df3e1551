use yew::prelude::*;

use super::value_button::value_button;
use super::{Part, Tone, bar, button};
use crate::web::state::{Action, Context, Unfolded, Value};

/// Rows on show before the reader asks for all.
const SHORT: usize = 8;

/// A row of a [`top_list`].
pub struct TopRow {
    /// What it is, as values to click.
    pub values: Vec<Value>,
    /// What is shown for the value, if there is only one and its text is not enough.
    pub label: Option<String>,
    /// How much.
    pub amount: u64,
    /// How much, for people.
    pub shown: String,
    /// How much, exactly.
    pub exact: String,
}

/// The words and the look of a [`top_list`].
#[derive(Clone, Copy)]
pub struct TopListLook {
    /// Its place among [`Unfolded::tops`].
    pub place: usize,
    /// The heading.
    pub title: &'static str,
    /// What is counted.
    pub unit: &'static str,
    /// What to say when there are no rows.
    pub empty: &'static str,
    /// The look of the bars.
    pub tone: Tone,
}

/// The largest of a sort, the greatest first, with bars.
pub fn top_list(page: &Context, look: TopListLook, rows: &[TopRow]) -> Html {
    let TopListLook { place, title, unit, empty, tone } = look;
    let unfolded = page.state.unfolded;
    let all = unfolded.tops.get(place) == Some(&true);
    let greatest = rows.iter().map(|row| row.amount).max().unwrap_or(1);
    let shown = if all { rows.len() } else { SHORT };
    let onclick = page.session.on(move |session| {
        let mut tops = unfolded.tops;
        if let Some(top) = tops.get_mut(place) {
            *top = !all;
        }
        session.dispatch(Action::Unfolded(Unfolded { tops, ..unfolded }));
    });
    html! {
        <section class="card top-list">
            <div class="section-head"><h2>{ title }</h2><span class="muted">{ unit }</span></div>
            if rows.is_empty() {
                <p class="muted">{ empty }</p>
            } else {
                <ol>{ for rows.iter().take(shown).map(|row| draw(page, row, tone, greatest)) }</ol>
            }
            if rows.len() > SHORT {
                { button("link", if all { "Show fewer".to_owned() } else { format!("Show all {}", rows.len()) }, onclick) }
            }
        </section>
    }
}

fn draw(page: &Context, row: &TopRow, tone: Tone, greatest: u64) -> Html {
    let value = |(place, value): (usize, &Value)| {
        let words = row.label.as_ref().unwrap_or(&value.text);
        html! {
            <>
                if place > 0 { <span class="muted" aria-label="to">{ " → " }</span> }
                { value_button(page, value, "value mono", words.clone()) }
            </>
        }
    };
    let part = Part { name: "amount", amount: row.amount, tone };
    html! {
        <li class="top-row">
            <span class="top-values">{ for row.values.iter().enumerate().map(value) }</span>
            <span class="number" title={row.exact.clone()}>{ row.shown.clone() }</span>
            { bar(&[part], greatest) }
        </li>
    }
}
