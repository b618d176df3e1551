//! The chooser of columns.

use yew::prelude::*;

use super::page::{ExplorePage, Msg};
use crate::record::Field;
use crate::report::view::records::{Shape, heading};

/// A button that opens the list of all columns: those on show in their order, then the rest.
pub(super) fn chooser(ctx: &Context<ExplorePage>, shape: &Shape, all: &[String], open: bool) -> Html {
    let link = ctx.link();
    let shown = &shape.columns;
    let change = |columns: Vec<String>| link.callback(move |_: MouseEvent| Msg::Columns(columns.clone()));
    let meaning = |name: &str| Field::from_name(name).map(Field::meaning);
    let of_shown = shown.iter().enumerate().map(|(place, name)| {
        let moved = |by: isize| {
            let other = place.checked_add_signed(by).filter(|other| *other < shown.len());
            let mut columns = shown.clone();
            if let Some(other) = other {
                columns.swap(place, other);
            }
            (other.is_none(), change(columns))
        };
        let (first, up) = moved(-1);
        let (last, down) = moved(1);
        let rest: Vec<String> = shown.iter().filter(|other| *other != name).cloned().collect();
        let title = heading(name).to_owned();
        html! {
            <li key={name.clone()} title={meaning(name)}>
                <span class="mono">{ &title }</span>
                <button type="button" class="quiet" aria-label={format!("Move {title} to the left")} disabled={first} onclick={up}>{ "←" }</button>
                <button type="button" class="quiet" aria-label={format!("Move {title} to the right")} disabled={last} onclick={down}>{ "→" }</button>
                <button type="button" class="quiet" aria-label={format!("Hide {title}")} disabled={shown.len() == 1} onclick={change(rest)}>{ "×" }</button>
            </li>
        }
    });
    let of_rest = all.iter().filter(|name| !shown.contains(name)).map(|name| {
        let mut columns = shown.clone();
        columns.push(name.clone());
        html! {
            <li key={name.clone()} title={meaning(name)}>
                <span class="mono muted">{ heading(name) }</span>
                <button type="button" class="quiet" aria-label={format!("Show {}", heading(name))} onclick={change(columns)}>{ "+" }</button>
            </li>
        }
    });
    let usual = Shape::of(all, shape.log).columns;
    let is_usual = usual == *shown;
    let toggle = link.callback(|_: MouseEvent| Msg::Chooser);
    let onkeydown =
        link.batch_callback(|event: KeyboardEvent| (event.key() == "Escape").then_some(Msg::Chooser));
    html! {
        <div class="chooser-place" onkeydown={open.then_some(onkeydown)}>
            <button type="button" class="quiet" data-testid="explore-columns" aria-expanded={open.to_string()} onclick={toggle.clone()}>{ "Columns" }</button>
            if open {
            <div class="chooser">
                <p class="menu-title">{ "On show, from left to right" }</p>
                <ul>{ for of_shown }</ul>
                if shown.len() < all.len() {
                    <p class="menu-title">{ "Not on show" }</p>
                    <ul>{ for of_rest }</ul>
                }
                <div class="actions">
                    <button type="button" class="quiet" disabled={is_usual} onclick={change(usual)}>{ "The usual ones" }</button>
                    <button type="button" class="quiet" disabled={all.len() == shown.len()} onclick={change(all.to_vec())}>{ "All" }</button>
                    <button type="button" class="primary" onclick={toggle}>{ "Done" }</button>
                </div>
            </div>
            }
        </div>
    }
}
